"""Statuses, intervals, tests of variation, ranks, months: golden values and properties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fr import MINUS, NBSP
from core.observatory import rules
from core.observatory.enums import Status
from core.observatory.rules import Reading

COUNTS = st.integers(0, 5_000)
MONTHS = st.builds(lambda year, month: 100 * year + month, st.integers(1950, 2090),
                   st.integers(1, 12))  # fmt: skip


@pytest.mark.parametrize(
    ("count", "known", "masked", "missing", "expected"),
    [
        (7, 3, 0, 0, Status.KNOWN),
        (0, 3, 0, 0, Status.KNOWN),
        (7, 2, 1, 0, Status.PARTIAL),
        (7, 2, 0, 1, Status.PARTIAL),
        (0, 2, 1, 1, Status.MASKED),
        (0, 2, 0, 1, Status.MISSING),
        (0, 0, 2, 1, Status.MASKED),
        (0, 0, 0, 4, Status.MISSING),
        (0, 0, 0, 0, Status.MISSING),
    ],
)
def test_a_sum_is_worth_what_its_parts_are(
    count: int, known: int, masked: int, missing: int, expected: Status
) -> None:
    found = rules.status_of(count=[count], known=[known], masked=[masked], missing=[missing])
    assert found.tolist() == [expected]


def test_only_a_known_figure_over_a_real_denominator_has_a_rate() -> None:
    rates = rules.rates_per_1000(
        pd.Series([5, 5, 5, 0, 5]),
        pd.Series([1000.0, 0.0, np.nan, 500.0, 1000.0]),
        pd.Series([Status.KNOWN] * 4 + [Status.PARTIAL]),
    )
    assert rates.dropna().to_dict() == {0: 5.0, 3: 0.0}


@pytest.mark.parametrize(
    ("count", "low", "high", "digits"),
    [(5, 1.6, 11.7, 1), (21, 13.0, 32.1, 1), (41, 29.4, 55.6, 1), (212, 184, 243, 0)],
)
def test_the_exact_interval_of_a_count(count: int, low: float, high: float, digits: int) -> None:
    found = rules.interval(count)
    assert (round(found[0], digits), round(found[1], digits)) == (low, high)


@given(COUNTS)
def test_an_interval_holds_its_count(count: int) -> None:
    low, high = rules.interval(count)
    assert 0 <= low <= count < high
    assert (low == 0) == (count == 0)
    narrow = rules.interval(count, level=0.5)
    assert low <= narrow[0]
    assert narrow[1] <= high


@pytest.mark.parametrize(
    ("before", "now", "p_value", "digits", "reading"),
    [
        (2, 4, 0.69, 2, Reading.NOISE),
        (1, 4, 0.38, 2, Reading.NOISE),
        (46, 41, 0.67, 2, Reading.NOISE),
        (180, 212, 0.12, 2, Reading.NOISE),
        (20, 49, 0.0006, 4, Reading.CLEAR),
    ],
)
def test_the_variations_of_the_centre_s_own_dashboards(
    before: int, now: int, p_value: float, digits: int, reading: Reading
) -> None:
    found = rules.compare(now, before)
    assert found.p_value is not None
    assert round(found.p_value, digits) == p_value
    assert found.reading is reading


@pytest.mark.parametrize(("before", "now"), [(218, 262), (41, 62), (14, 28)])
def test_the_smallest_rises_that_chance_does_not_explain(before: int, now: int) -> None:
    assert rules.compare(now, before).reading is Reading.LIKELY
    assert rules.compare(now - 2, before).reading is Reading.NOISE


@given(COUNTS, COUNTS)
def test_a_test_does_not_depend_on_the_direction_of_time(first: int, second: int) -> None:
    there, back = rules.compare(first, second), rules.compare(second, first)
    assert there.p_value == pytest.approx(back.p_value)


def test_a_growth_that_follows_the_population_is_no_variation() -> None:
    alone = rules.compare(200, 100)
    grown = rules.compare(200, 100, exposure_now=2000, exposure_before=1000)
    assert alone.reading is Reading.CLEAR
    assert grown.p_value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [
        (0, 0, "stable (0)"),
        (7, 7, "stable (7)"),
        (0, 3, "+3 faits (0 → 3)"),
        (0, 1, "+1 fait (0 → 1)"),
        (9, 12, "+3 faits (9 → 12)"),
        (12, 9, f"{MINUS}3 faits (12 → 9)"),
        (10, 12, f"+20{NBSP}%, +2 faits (10 → 12)"),
        (50, 40, f"{MINUS}20{NBSP}%, {MINUS}10 faits (50 → 40)"),
        (1000, 1012, f"+1,2{NBSP}%, +12 faits (1{NBSP}000 → 1{NBSP}012)"),
    ],
)
def test_a_variation_is_said_with_its_counts(before: int, now: int, text: str) -> None:
    assert rules.compare(now, before).text == text


@given(COUNTS, COUNTS)
def test_a_percentage_is_said_only_where_both_counts_reach_ten(before: int, now: int) -> None:
    text = rules.compare(now, before).text
    assert ("%" in text) == (min(before, now) >= 10 and before != now)


@pytest.mark.parametrize(("now", "before"), [(None, 3), (3, None), (None, None)])
def test_nothing_is_compared_with_an_unknown_figure(now: int | None, before: int | None) -> None:
    found = rules.compare(now, before)
    assert (found.reading, found.p_value, found.difference) == (Reading.NONE, None, None)
    assert found.text == "comparaison impossible"


def test_a_comparison_across_a_break_says_so_and_gives_no_percentage() -> None:
    found = rules.compare(200, 100, is_broken=True)
    assert (found.reading, found.p_value) == (Reading.BREAK, None)
    assert found.text == "rupture de série (100 → 200)"


@given(
    st.lists(st.tuples(COUNTS, st.floats(1, 1e6)), min_size=2, max_size=12),
    st.data(),
)
def test_a_rank_band_is_a_part_of_the_ranks(
    territories: list[tuple[int, float]], data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, len(territories) - 1))
    counts, denominators = [list(column) for column in zip(*territories, strict=True)]
    band = rules.rank_band(counts, denominators, position, draws=60)
    assert band is not None
    assert 1 <= band[0] <= band[1] <= len(territories)
    assert rules.rank_band(counts, denominators, position, draws=60) == band


def test_rates_that_are_far_apart_have_one_rank_each() -> None:
    counts, denominators = [10_000, 5_000, 100], [1e5, 1e5, 1e5]
    bands = [rules.rank_band(counts, denominators, place) for place in range(3)]
    assert bands == [(1, 1), (2, 2), (3, 3)]


def test_small_counts_that_cannot_be_told_apart_share_their_ranks() -> None:
    band = rules.rank_band([3, 2, 4, 3], [1000.0] * 4, 0)
    assert band == (1, 4)


def test_a_territory_without_a_denominator_has_no_rank_and_shifts_no_other() -> None:
    counts, denominators = [50_000, 10_000, 5], [0.0, 1e5, 1e5]
    assert rules.rank_band(counts, denominators, 0) is None
    assert rules.rank_band(counts, denominators, 1) == (1, 1)
    assert rules.rank_band([5], [100.0], 0) is None


@given(MONTHS, st.integers(-600, 600))
def test_moving_a_month_there_and_back_changes_nothing(month: int, steps: int) -> None:
    moved = rules.shifted(month, steps)
    assert 1 <= moved % 100 <= 12
    assert rules.shifted(moved, -steps) == month
    assert (moved > month) == (steps > 0)


@given(MONTHS, st.integers(0, 60))
def test_the_months_between_two_follow_each_other(first: int, steps: int) -> None:
    months = rules.months_between(first, rules.shifted(first, steps))
    assert (len(months), months[0]) == (steps + 1, first)
    assert months == sorted(set(months))


@given(st.integers(1950, 2090), st.integers(-5, 5))
def test_a_year_moves_by_whole_years(year: int, years: int) -> None:
    assert rules.shifted(100 * year, 12 * years) == 100 * (year + years)
