"""Exhaustion with its interval: golden C, the edge cases of 4.6, and the back-test."""

import re
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.competences_cles import forecast, intervals, lead
from core.competences_cles.calendar import Calendar, Closure, months_between
from core.competences_cles.forecast import Frame, Outlook
from core.competences_cles.pace import Month, MonthUse, Pace
from core.competences_cles.season import Season
from core.competences_cles.units import UnitOfWork

TODAY, END = date(2011, 6, 15), date(2011, 12, 31)
FRAME = Frame(TODAY, END)
GOLDEN = (92, 110, 105, 128, 117, 121)


def paced(
    *quantities: int, days: int = 20, stale: bool = False, older: tuple[int, ...] = ()
) -> Pace:
    every = months_between(200901, 201105)[-len(quantities) - len(older) :]
    uses = [MonthUse.OLDER] * len(older) + [MonthUse.USED] * len(quantities)
    values = zip(every[: len(uses)], (*older, *quantities), uses, strict=True)
    months = tuple(Month(period, value, 1.0, days, 1.0, use) for period, value, use in values)
    base = sum(quantities) / days / len(quantities) if quantities else None
    return Pace(base, base, None, months, stale)


def test_golden_c() -> None:
    span = intervals.months_left(GOLDEN, 500)
    assert span is not None
    assert span.central == pytest.approx(4.46, abs=0.005)
    assert span.earliest == pytest.approx(4.02, abs=0.005)
    assert span.latest == pytest.approx(4.96, abs=0.005)


def test_the_bounds_solve_the_equation_of_the_study() -> None:
    span = intervals.months_left(GOLDEN, 500)
    assert span is not None
    found = intervals.spread(GOLDEN)
    assert intervals.cumulated(found, span.earliest or 0)[2] == pytest.approx(500)
    assert intervals.cumulated(found, span.central or 0)[1] == pytest.approx(500)
    assert intervals.cumulated(found, span.latest or 0)[0] == pytest.approx(500)


def test_the_dates_step_over_working_days() -> None:
    found = forecast.exhaustion(paced(*GOLDEN), 500, FRAME)
    days = Calendar().days(TODAY + timedelta(days=1), END)
    assert found.outlook is Outlook.DATED
    # 4.46, 4.02 and 4.96 months of twenty working days: the 90th, 81st and 100th from tomorrow.
    assert found.central == days[90 - 1]
    assert found.earliest == days[81 - 1]
    assert found.latest == days[100 - 1]
    assert found.told(TODAY) == "entre le 10 octobre et le 7 novembre (8 chances sur 10)"


def test_another_year_is_written() -> None:
    frame = Frame(TODAY, date(2012, 12, 31))
    told = forecast.exhaustion(paced(*GOLDEN), 900, frame).told(TODAY)
    assert re.fullmatch(r"entre le \d+ \w+ 2012 et le \d+ \w+ 2012 \(8 chances sur 10\)", told)


def test_a_closure_and_a_quiet_month_push_the_date_back() -> None:
    plain = forecast.exhaustion(paced(*GOLDEN), 300, FRAME).central
    closed = Calendar((Closure(date(2011, 8, 1), date(2011, 8, 15)),))
    shut = forecast.exhaustion(paced(*GOLDEN), 300, Frame(TODAY, END, closed)).central
    quiet = Season((1.0,) * 7 + (0.2,) + (1.0,) * 4)
    slow = forecast.exhaustion(paced(*GOLDEN), 300, Frame(TODAY, END, season=quiet)).central
    assert plain is not None
    assert shut is not None
    assert slow is not None
    assert Calendar().count(plain, shut) == 10 + 1
    # Twenty-two working days of August at a fifth leave 17.6 days to find after it.
    assert Calendar().count(plain, slow) in {18, 19}


def test_two_months_make_no_forecast_and_three_a_date_only() -> None:
    none = forecast.exhaustion(paced(100, 110), 300, FRAME)
    assert (none.outlook, none.central) == (Outlook.UNKNOWN, None)
    assert none.told(TODAY) == "trop peu de mois connus pour prévoir (2 sur les 3 nécessaires)"
    three = forecast.exhaustion(paced(100, 110, 105), 300, FRAME)
    assert (three.earliest, three.latest, three.has_interval) == (None, None, False)
    assert three.central is not None
    assert three.told(TODAY) == "vers le 7 septembre (trois mois connus : pas d’intervalle)"
    assert intervals.months_left([1, 2], 5) is None


@pytest.mark.parametrize("rates", [(0, 0, 0, 0), (10, -30, 5, 5), (0, 0, 0)])
def test_a_pace_that_is_not_above_zero_exhausts_nothing(rates: tuple[int, ...]) -> None:
    found = forecast.exhaustion(paced(*rates), 300, FRAME)
    assert (found.outlook, found.left_at_end) == (Outlook.NEVER, 300)
    assert found.told(TODAY) == "pas d’épuisement au rythme actuel"


def test_a_date_after_the_end_becomes_a_remainder() -> None:
    found = forecast.exhaustion(
        paced(*GOLDEN),
        60 * 20,
        FRAME,
    )
    assert found.outlook is Outlook.LEFT_OVER
    days = Calendar().count(TODAY + timedelta(days=1), END)
    assert found.left_at_end == pytest.approx(1200 - days / 20 * sum(GOLDEN) / 6)
    assert re.fullmatch(r"reliquat prévu à l’échéance : [\d,]+\sh", found.told(TODAY))
    assert found.told(TODAY, UnitOfWork.PARCOURS).endswith("parcours")


def test_a_remainder_says_when_it_may_all_the_same_run_out() -> None:
    found = forecast.exhaustion(paced(60, 160, 90, 140, 70, 150), 790, FRAME)
    assert found.outlook is Outlook.LEFT_OVER
    assert found.may_run_out
    assert ", mais épuisement possible dès le " in found.told(TODAY)


def test_nothing_available_is_exhausted_with_its_date() -> None:
    found = forecast.exhaustion(paced(), 0, FRAME, crossed_on=date(2011, 5, 3))
    assert found.outlook is Outlook.EXHAUSTED
    assert found.told(TODAY) == "épuisé depuis le 3 mai"
    taken = forecast.exhaustion(paced(*GOLDEN), -5, FRAME)
    assert taken.told(TODAY) == "épuisé : tout ce qui n’est pas consommé est déjà engagé"


def test_stale_data_give_no_date() -> None:
    found = forecast.exhaustion(paced(*GOLDEN, stale=True), 500, FRAME)
    assert (found.outlook, found.central) == (Outlook.STALE, None)
    assert "périmé" in found.told(TODAY)
    assert forecast.band(paced(*GOLDEN, stale=True), FRAME) == []


def test_after_its_end_an_order_says_what_was_left() -> None:
    found = forecast.exhaustion(paced(*GOLDEN), 6_000, Frame(TODAY, TODAY))
    assert (found.outlook, found.left_at_end) == (Outlook.OVER, 6_000)
    assert found.told(TODAY).replace("\u202f", " ") == "échéance passée : il restait 100 h"


def test_a_very_irregular_pace_has_no_late_bound() -> None:
    span = intervals.months_left([5, 300, 10, 20], 100)
    assert span is not None
    assert span.latest is None
    assert span.earliest is not None
    assert span.earliest > 0
    found = forecast.exhaustion(paced(5, 300, 10, 20), 300, FRAME)
    assert "sans borne tardive" in found.told(TODAY)


def test_the_band_ends_with_the_order_and_holds_its_centre() -> None:
    points = forecast.band(paced(*GOLDEN), FRAME)
    assert (points[0].day, points[0].high, points[-1].day) == (TODAY, 0.0, END)
    assert all(0 <= one.low <= one.central <= one.high for one in points)
    assert points == sorted(points, key=lambda one: one.central)
    three = forecast.band(paced(100, 110, 105), FRAME)
    assert all(one.low == one.central == one.high for one in three)
    assert forecast.band(paced(100, 110), FRAME) == []


def test_twelve_months_are_checked_by_bootstrap_and_eleven_are_not() -> None:
    older = (100, 108, 115, 97, 121, 104)
    twelve = paced(*GOLDEN, older=older)
    bounds = forecast.bootstrapped(twelve, 500, FRAME)
    assert bounds is not None
    assert bounds == forecast.bootstrapped(twelve, 500, FRAME)
    early, late = bounds
    assert early is not None
    assert late is not None
    assert early < late
    assert abs((early - (forecast.exhaustion(twelve, 500, FRAME).earliest or END)).days) < 21
    assert forecast.bootstrapped(paced(*GOLDEN, older=older[1:]), 500, FRAME) is None
    assert forecast.bootstrapped(paced(*GOLDEN, older=older, stale=True), 500, FRAME) is None
    assert intervals.bootstrap([-1.0] * 12, 10) is None


def simulated(chance: np.random.Generator, months: int) -> list[float]:
    # Hours of one order: some twenty parcours a month, each of its own length.
    return [float(chance.normal(110, 6, size=20).sum() / 20 * chance.normal(1, 0.12)) for _ in
            range(months)]  # fmt: skip


def test_the_interval_covers_80_percent_of_a_simulated_market() -> None:
    chance = np.random.default_rng(4)
    found = intervals.Coverage(0, 0)
    for _ in range(120):
        found += intervals.back_test(simulated(chance, 30), ahead=3.4)
    assert found.judged > 2_000
    assert found.share == pytest.approx(0.80, abs=0.05)


def test_the_bootstrap_covers_80_percent_of_a_simulated_market() -> None:
    chance = np.random.default_rng(5)
    inside = 0
    for _ in range(150):
        known, after = simulated(chance, 24), simulated(chance, 12)
        span = intervals.bootstrap(known, 500)
        assert span is not None
        assert span.earliest is not None
        assert span.latest is not None
        observed = np.interp(500, np.cumsum([0, *after]), range(13))
        inside += bool(span.earliest <= observed <= span.latest)
    assert inside / 150 == pytest.approx(0.80, abs=0.06)


def test_the_back_test_prints_what_it_found() -> None:
    none = intervals.back_test([100.0] * 4)
    assert (none.share, none.told()) == (
        None, "aucune prévision passée ne peut encore être jugée",
    )  # fmt: skip
    told = intervals.Coverage(41, 52).told().replace("\u202f", " ")
    assert told.startswith("41 des 52 prévisions passées contenaient la date observée (79 %")
    assert intervals.back_test([-1.0] * 20).judged == 0


def test_a_wrong_interval_would_be_seen() -> None:
    rising = [100.0 * 1.3**rank for rank in range(24)]
    found = intervals.back_test(rising)
    assert found.judged > 10
    assert found.share is not None
    assert found.share < 0.5


def test_the_crossing_date_is_the_last_one() -> None:
    steps = [(date(2011, 1, 3), 100), (date(2011, 4, 1), 50), (date(2011, 7, 1), 500)]
    done = [(date(2011, 3, 1), 110), (date(2011, 5, 3), 60)]
    assert lead.crossing_date(steps, done, today=TODAY) == date(2011, 5, 3)
    assert lead.crossing_date(steps, done, today=date(2011, 3, 15)) == date(2011, 3, 1)
    assert lead.crossing_date(steps, done, today=date(2011, 4, 15)) is None
    assert lead.crossing_date([], [], today=TODAY) is None


rates = st.lists(st.integers(-50, 300), min_size=4, max_size=8)


@given(rates, st.integers(1, 3_000))
def test_the_bounds_are_in_order(values: list[int], quantity: int) -> None:
    span = intervals.months_left(values, quantity)
    assert span is not None
    known = [one for one in (span.earliest, span.central, span.latest) if one is not None]
    assert known == sorted(known)
    assert all(one > 0 for one in known)


@given(rates, st.integers(1, 3_000), st.integers(1, 500))
def test_more_left_never_means_sooner(values: list[int], quantity: int, more: int) -> None:
    assume(sum(values) > 0)
    first = forecast.exhaustion(paced(*values), quantity, FRAME)
    second = forecast.exhaustion(paced(*values), quantity + more, FRAME)
    far = date.max
    assert (first.central or far) <= (second.central or far)
    assert (first.earliest or far) <= (second.earliest or far)
