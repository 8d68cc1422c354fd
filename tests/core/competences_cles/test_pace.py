"""Completeness of recent months, season, pace: section 4.5."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.competences_cles import pace, season
from core.competences_cles.calendar import Calendar, Closure, month_bounds, months_between
from core.competences_cles.pace import Entry, History, MonthUse
from core.competences_cles.season import MonthRate, Season

TODAY = date(2011, 6, 15)
CALENDAR = Calendar()
EVERY = months_between(201007, 201105)


def entries(
    periods: list[int], *, first: int = 600, later: int = 400, after: int = 60
) -> list[Entry]:
    """Each month: ``first`` known ten days after its end, ``later`` known ``after`` days after."""
    found = []
    for period in periods:
        end = month_bounds(period)[1]
        found.append(Entry(period, end + timedelta(days=10), first))
        found.append(Entry(period, end + timedelta(days=after), later))
    return found


def history(
    rows: list[Entry], *, covered: list[int] | None = None, start: date = date(2010, 7, 1),
    last: date | None = date(2011, 6, 10), reference: list[Entry] | None = None,
) -> History:  # fmt: skip
    months = frozenset(EVERY if covered is None else covered)
    learnt = pace.learn(reference, today=TODAY) if reference else None
    return History(rows, months, start, date(2011, 12, 31), last, learnt)


def found(given_history: History, factors: Season | None = None) -> pace.Pace:
    return pace.pace(given_history, today=TODAY, calendar=CALENDAR, season=factors)


def test_completeness_is_learnt_from_what_was_known_at_that_lag() -> None:
    rows = entries(EVERY)
    share = {lag: pace.learn(rows, today=TODAY).at(lag) for lag in (5, 10, 59, 60, 120)}
    assert share == {5: 0.0, 10: 0.6, 59: 0.6, 60: 1.0, 120: 1.0}
    assert pace.learn([], today=TODAY).at(10) is None
    young = entries([201104, 201105])
    assert pace.learn(young, today=TODAY).at(10) is None


def test_completeness_is_a_median_and_leaves_out_empty_months() -> None:
    rows = [*entries([201007, 201008]), *entries([201009], first=100, later=900)]
    rows += [Entry(201010, date(2010, 11, 5), 50), Entry(201010, date(2010, 12, 5), -50)]
    assert pace.learn(rows, today=TODAY).at(10) == pytest.approx(0.6)


def test_recent_months_are_scaled_by_what_is_known_of_them() -> None:
    rows = entries(EVERY)
    result = found(history(rows))
    last = result.months[-1]
    assert (last.period, last.declared, last.share) == (201105, 600, 0.6)
    assert last.expected == pytest.approx(1000)
    assert last.still_expected == pytest.approx(400)
    days = sum(CALENDAR.count_month(one) for one in EVERY[-6:])
    assert [one.period for one in result.used] == EVERY[-6:]
    assert result.per_day == pytest.approx(6000 / days)
    assert result.months[0].use is MonthUse.OLDER


def test_a_month_known_at_less_than_half_is_not_used() -> None:
    result = found(history(entries(EVERY, first=400, later=600)))
    assert result.months[-1].use is MonthUse.PARTIAL
    assert result.months[-1].share == pytest.approx(0.4)
    assert [one.period for one in result.used] == EVERY[-8:-2]
    assert any("avril 2011, mai 2011 : connu à moins de la moitié" in note for note in result.notes)


def test_the_month_under_way_never_counts() -> None:
    rows = [*entries(EVERY), Entry(201106, date(2011, 6, 10), 9_999)]
    assert found(history(rows)).per_day == found(history(entries(EVERY))).per_day


def test_a_month_that_nobody_declared_is_missing_and_not_zero() -> None:
    rows = [one for one in entries(EVERY) if one.period != 201103]
    missing = found(history(rows, covered=[one for one in EVERY if one != 201103]))
    zero = found(history(rows))
    by_period = {one.period: one for one in missing.months}
    assert by_period[201103].use is MonthUse.MISSING
    assert by_period[201103].declared is None
    assert any("mars 2011 : non déclaré" in note for note in missing.notes)
    assert {one.period: one for one in zero.months}[201103].declared == 0
    assert missing.per_day is not None
    assert zero.per_day is not None
    assert missing.per_day > zero.per_day


def test_a_correction_of_an_old_month_leaves_the_pace_alone() -> None:
    rows = entries(EVERY)
    corrected = [*rows, Entry(201008, date(2011, 6, 9), -300)]
    reference = history(corrected, reference=rows)
    assert found(reference).per_day == found(history(rows)).per_day
    assert {one.period: one.declared for one in found(reference).months}[201008] == 700


def test_what_is_not_known_yet_does_not_count() -> None:
    rows = [*entries(EVERY), Entry(201104, date(2011, 6, 20), 5_000)]
    assert found(history(rows)).per_day == found(history(entries(EVERY))).per_day


@pytest.mark.parametrize(("age", "stale"), [(45, False), (46, True)])
def test_nothing_for_more_than_45_days_is_stale(age: int, stale: bool) -> None:
    assert found(history(entries(EVERY), last=TODAY - timedelta(days=age))).is_stale is stale


def test_no_data_at_all_is_stale_and_has_no_pace() -> None:
    result = found(history([], covered=[], last=None))
    assert (result.is_stale, result.per_day, result.used) == (True, None, [])


def test_two_months_make_no_pace_and_three_do() -> None:
    two = found(history(entries(EVERY), start=date(2011, 4, 1)))
    assert (two.per_day, two.sigma_per_day) == (None, None)
    assert any("2 mois utilisable" in note for note in two.notes)
    assert found(history(entries(EVERY), start=date(2011, 3, 1))).per_day is not None


def test_the_first_month_counts_from_the_start_of_the_order() -> None:
    result = found(history(entries(EVERY), start=date(2011, 1, 17)))
    assert result.months[0].days == 11


def test_closures_raise_the_pace_of_the_days_that_are_left() -> None:
    shut = Calendar((Closure(date(2011, 2, 21), date(2011, 2, 25)),))
    closed = pace.pace(history(entries(EVERY)), today=TODAY, calendar=shut)
    open_ = found(history(entries(EVERY)))
    assert closed.per_day is not None
    assert open_.per_day is not None
    assert closed.per_day > open_.per_day


def rates(*, august: float, years: int = 2) -> list[MonthRate]:
    periods = [100 * (2009 + year) + rank for year in range(years) for rank in range(1, 13)]
    return [MonthRate(one, august if one % 100 == 8 else 10.0) for one in periods]


def test_under_twelve_months_there_is_no_season_and_a_note() -> None:
    factors = season.seasonality(rates(august=2.0)[:11], rates(august=2.0))
    assert factors.factors == (1.0,) * 12
    assert "moins de douze mois" in factors.note


def test_a_season_is_drawn_to_that_of_the_region() -> None:
    own, region = rates(august=10.0), rates(august=2.0, years=4)
    factors = season.seasonality(own, region)
    regional = 2.0 / ((11 * 10 + 2) / 12)
    assert factors.at(201108) == pytest.approx((2 * 1.0 + 4 * regional) / 6)
    assert factors.note == ""


def test_a_month_never_seen_here_takes_the_region_and_nowhere_takes_one() -> None:
    own = [one for one in rates(august=5.0) if one.period % 100 != 8]
    region = rates(august=2.0)
    regional = 2.0 / ((11 * 10 + 2) / 12)
    assert season.seasonality(own, region).at(201108) == pytest.approx(regional)
    assert season.seasonality(own, own).at(201108) == 1.0


def test_the_season_is_taken_out_of_the_base_pace() -> None:
    factors = Season((1.0, 1.0, 1.0, 0.5, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0))
    result = found(history(entries(EVERY)), factors)
    assert result.base_per_day is not None
    assert result.per_day is not None
    assert result.base_per_day > result.per_day


@given(st.integers(1, 5_000), st.integers(0, 5_000))
def test_a_steady_order_has_no_deviation_beyond_its_working_days(first: int, later: int) -> None:
    result = found(history(entries(EVERY, first=first, later=later)))
    if result.per_day is None:
        assert len(result.used) < 3
        return
    totals = sum(one.expected for one in result.used)
    assert result.per_day * sum(one.days for one in result.used) == pytest.approx(totals)
    assert result.sigma_per_day is not None
    assert result.sigma_per_day >= 0
