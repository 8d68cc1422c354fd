"""Drop-out, incidence, durations, delays of parcours: section 4.8."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.competences_cles import incidence, paths
from core.competences_cles.benchmarks import BENCHMARKS
from core.competences_cles.paths import Outcome, Path, Step

TODAY, START = date(2011, 6, 15), date(2010, 9, 1)


def path(outcome: Outcome, *, days: int | None = 60, start: date | None = START) -> Path:
    ended = None if days is None or start is None else start + timedelta(days=days)
    return Path(outcome, started_on=start, ended_on=ended)


def several(**counts: int) -> list[Path]:
    return [path(Outcome[name]) for name, count in counts.items() for _ in range(count)]


def test_drop_out_divides_by_the_outcomes_that_are_known() -> None:
    found = paths.drop_out(several(DROPPED=6, COMPLETED=16, REDIRECTED=3, OPEN=40, NOT_ENTERED=9))
    assert (found.numerator, found.denominator, found.value) == (6, 25, 0.24)
    assert found.told().replace("\u202f", " ") == "24 % (6 sur 25)"


def test_non_entries_are_a_rate_of_their_own() -> None:
    found = paths.non_entries(several(DROPPED=6, COMPLETED=10, OPEN=15, NOT_ENTERED=9))
    assert (found.numerator, found.denominator) == (9, 40)


def test_open_parcours_alone_have_no_rate() -> None:
    found = paths.drop_out(several(OPEN=12))
    assert (found.value, found.told()) == (None, "– (aucun parcours)")


def test_incidence_of_a_small_cohort_by_hand() -> None:
    cohort = [
        path(Outcome.DROPPED, days=10),   # month 1: 1 of 5
        path(Outcome.COMPLETED, days=40),  # month 2: ends, can no longer be dropped
        path(Outcome.DROPPED, days=70),   # month 3: 1 of 3
        path(Outcome.OPEN, days=None, start=TODAY - timedelta(days=70)),  # censored in month 3
        path(Outcome.OPEN, days=None),
    ]  # fmt: skip
    points = {one.month: one for one in incidence.incidence(cohort, today=TODAY)}
    assert (points[0].at_risk, points[0].share) == (5, 0.0)
    assert points[1].share == pytest.approx(1 / 5)
    assert (points[2].share, points[2].at_risk) == (points[1].share, 4)
    assert points[3].share == pytest.approx(1 / 5 + 4 / 5 * 3 / 4 * 1 / 3)
    assert max(points) == 10
    assert points[10].share == points[3].share
    assert points[2].hidden
    assert not points[0].hidden


def test_incidence_without_censoring_is_the_plain_share() -> None:
    cohort = several(DROPPED=3, COMPLETED=7)
    assert incidence.incidence(cohort, today=TODAY)[-1].share == pytest.approx(0.3)
    assert paths.drop_out(cohort).value == pytest.approx(0.3)


def test_censoring_is_not_success() -> None:
    fresh = [path(Outcome.OPEN, days=None, start=TODAY - timedelta(days=5)) for _ in range(50)]
    cohort = [*several(DROPPED=5, COMPLETED=5), *fresh]
    assert incidence.incidence(cohort, today=TODAY)[-1].share == pytest.approx(0.5)


def test_what_cannot_be_dated_is_left_out_of_the_curve() -> None:
    wrong = [
        path(Outcome.DROPPED, days=-3), path(Outcome.DROPPED, days=None),
        path(Outcome.COMPLETED, start=None), path(Outcome.NOT_ENTERED),
        path(Outcome.OPEN, days=None, start=TODAY + timedelta(days=3)),
    ]  # fmt: skip
    assert incidence.incidence(wrong, today=TODAY) == []


def test_who_ends_after_today_is_still_there_today() -> None:
    later = path(Outcome.DROPPED, days=5, start=TODAY - timedelta(days=2))
    assert incidence.incidence([later], today=TODAY)[-1].share == 0


def test_durations_of_completed_parcours_only() -> None:
    def done(minutes: int | None, planned: int | None, weeks: int) -> Path:
        end = START + timedelta(weeks=weeks)
        return Path(Outcome.COMPLETED, started_on=START, ended_on=end, planned_minutes=planned,
                    done_minutes=minutes)  # fmt: skip

    cohort = [done(4_800, 6_000, 10), done(6_000, 6_000, 20), done(7_200, None, 30),
              done(None, 6_000, 40), path(Outcome.DROPPED)]  # fmt: skip
    found = paths.durations(cohort)
    assert (found.done_minutes.count, found.done_minutes.middle) == (3, 6_000)
    assert (found.done_minutes.low, found.done_minutes.high) == (5_400, 6_600)
    assert found.weeks.middle == 25
    assert (found.planned, found.both_done, found.compared) == (12_000, 10_800, 2)
    assert found.done_share == pytest.approx(0.9)


def test_one_value_has_a_median_and_no_quartile() -> None:
    assert paths.quartiles([7]) == paths.Quartiles(1, None, 7.0, None)
    assert paths.quartiles([]) == paths.Quartiles(0, None, None, None)
    assert paths.durations([]).done_share is None


def prescribed(contact: int | None, start: int | None = None, *, open_: bool = True) -> Path:
    first = date(2011, 5, 2)
    return Path(
        Outcome.OPEN if open_ else Outcome.NOT_ENTERED, first,
        None if contact is None else first + timedelta(days=contact),
        None if start is None or contact is None else first + timedelta(days=contact + start),
    )  # fmt: skip


def test_delays_with_their_share_and_what_is_missing() -> None:
    cohort = [
        prescribed(3, 10), prescribed(14, 20), prescribed(15), prescribed(None),
        prescribed(None, open_=False), prescribed(-2), path(Outcome.OPEN),
    ]  # fmt: skip
    contact = paths.delay(cohort, Step.CONTACT, today=TODAY)
    assert contact.median_days == 14
    assert (contact.within.numerator, contact.within.denominator) == (2, 3)
    assert (contact.missing, contact.waiting) == (3, 2)
    start = paths.delay(cohort, Step.START, today=TODAY)
    assert (start.median_days, start.within.numerator, start.missing) == (15, 1, 2)


def test_a_step_dated_in_the_future_is_not_known() -> None:
    found = paths.delay([prescribed(100)], Step.CONTACT, today=TODAY)
    assert (found.median_days, found.missing) == (None, 1)


def test_benchmarks_say_their_source() -> None:
    values = {key: one.value for key, one in BENCHMARKS.items()}
    assert (values["hours"], values["months"], values["dropped"]) == (100, 5.5, 0.28)
    assert all("Dares" in one.source and "2011" in one.source for one in BENCHMARKS.values())


@pytest.mark.parametrize(("count", "small"), [(0, False), (1, True), (4, True), (5, False)])
def test_groups_under_five_persons_are_small(count: int, small: bool) -> None:
    assert paths.is_small(count) is small


outcomes = st.sampled_from([Outcome.OPEN, Outcome.COMPLETED, Outcome.DROPPED, Outcome.REDIRECTED])
cohorts = st.lists(
    st.builds(
        lambda outcome, days, ago: path(
            outcome, days=min(days, ago), start=TODAY - timedelta(days=ago)
        ),
        outcomes, st.integers(0, 400), st.integers(0, 500),
    ),
    max_size=40,
)  # fmt: skip


@given(cohorts)
def test_the_curve_never_falls_nor_leaves_its_bounds(cohort: list[Path]) -> None:
    points = incidence.incidence(cohort, today=TODAY)
    shares = [one.share for one in points]
    assert shares == sorted(shares)
    assert all(0 <= one <= 1 + 1e-9 for one in shares)
    risks = [one.at_risk for one in points]
    assert risks == sorted(risks, reverse=True)


@given(cohorts, cohorts)
def test_open_parcours_never_change_the_rate(cohort: list[Path], more: list[Path]) -> None:
    waiting = [one for one in more if one.outcome is Outcome.OPEN]
    assert paths.drop_out([*cohort, *waiting]) == paths.drop_out(cohort)
