"""Deviation from what was foreseen, days of lead, projected end: section 4.7."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.competences_cles import lead
from core.competences_cles.calendar import Calendar, Closure
from core.competences_cles.season import Season

START, END, TODAY = date(2011, 1, 3), date(2011, 12, 30), date(2011, 6, 15)
CALENDAR, FLAT = Calendar(), Season()
MONTHLY = {201101: 100.0, 201102: 100.0, 201103: 100.0, 201104: 100.0, 201105: 100.0, 201106: 100.0}


def linear(quantity: float = 1_000.0, season: Season = FLAT) -> lead.Plan:
    return lead.linear_plan(quantity, start=START, end=END, calendar=CALENDAR, season=season)


def monthly(start: date = START) -> lead.Plan:
    return lead.monthly_plan(MONTHLY, start=start, end=END, calendar=CALENDAR)


def test_a_monthly_forecast_is_spread_on_the_working_days() -> None:
    plan = monthly()
    assert plan.at(date(2011, 5, 31)) == pytest.approx(500)
    # Nine working days of June out of twenty are past: the 2nd and the 13th are holidays.
    assert plan.at(TODAY) == pytest.approx(545)
    assert plan.at(date(2011, 6, 12)) == plan.at(date(2011, 6, 10))
    assert plan.at(START - timedelta(days=1)) == 0
    assert plan.label == "prévisionnel saisi"


def test_a_month_without_a_working_day_is_not_lost() -> None:
    shut = Calendar((Closure(date(2011, 2, 1), date(2011, 2, 28)),))
    plan = lead.monthly_plan(MONTHLY, start=START, end=END, calendar=shut)
    assert plan.at(END) == pytest.approx(600)
    assert plan.at(date(2011, 2, 28)) == pytest.approx(100)
    assert plan.at(date(2011, 3, 1)) > 200


def test_deviation_and_ratio() -> None:
    found = lead.lead(monthly(), 490.5, today=TODAY)
    assert found.deviation == pytest.approx(-54.5)
    assert found.ratio == pytest.approx(0.9)


def test_nothing_foreseen_yet_has_no_ratio() -> None:
    late = lead.monthly_plan({201107: 100.0}, start=START, end=END, calendar=CALENDAR)
    found = lead.lead(late, 20, today=TODAY)
    assert (found.foreseen, found.ratio, found.deviation) == (0, None, 20)


def test_nineteen_days_of_lead() -> None:
    plan = monthly()
    reached = plan.at(date(2011, 6, 29))
    ahead = lead.lead(plan, reached, today=date(2011, 6, 10))
    assert ahead.days == 19
    assert ahead.told() == "19 jours d’avance sur le prévisionnel"
    behind = lead.lead(plan, plan.at(date(2011, 6, 9)), today=date(2011, 6, 10))
    assert behind.told() == "1 jour de retard sur le prévisionnel"


def test_a_week_end_is_no_delay() -> None:
    plan = monthly()
    sunday = date(2011, 6, 12)
    assert lead.lead(plan, plan.at(sunday), today=sunday).days == 0
    assert "au jour près" in lead.lead(plan, plan.at(sunday), today=sunday).told()


def test_days_of_lead_stay_within_the_order() -> None:
    nothing = lead.lead(monthly(), 0, today=TODAY)
    assert nothing.days == (START - TODAY).days
    everything = lead.lead(monthly(), 10_000, today=TODAY)
    assert everything.days == (END - TODAY).days
    over = lead.lead(monthly(), 100, today=END + timedelta(days=90))
    assert over.days >= (START - END).days


def test_without_a_forecast_the_line_is_straight_and_says_so() -> None:
    plan = linear()
    share = CALENDAR.count(START, TODAY) / CALENDAR.count(START, END)
    assert plan.at(TODAY) == pytest.approx(1_000 * share)
    assert plan.at(END) == pytest.approx(1_000)
    told = lead.lead(plan, 300, today=TODAY).told()
    assert told.endswith("de retard sur le prévisionnel (prévisionnel linéaire par défaut)")


def test_the_default_follows_the_season() -> None:
    quiet = Season((1.0,) * 7 + (0.0,) + (1.0,) * 4)
    plan = linear(season=quiet)
    assert plan.at(date(2011, 8, 31)) == plan.at(date(2011, 7, 31))
    assert plan.at(END) == pytest.approx(1_000)


def test_an_order_without_a_working_day_foresees_nothing() -> None:
    sunday = date(2011, 6, 12)
    plan = lead.linear_plan(10, start=sunday, end=sunday, calendar=CALENDAR, season=FLAT)
    found = lead.lead(plan, 5, today=TODAY)
    assert (found.foreseen, found.ratio, found.days) == (0.0, None, 0)


def test_the_projected_end_does_not_count_parcours_under_way_twice() -> None:
    end = lead.projected_end(consumed=245, committed=68.4, committed_by_end=60, per_day=5, days=100)
    assert end.consumed == pytest.approx(745)
    assert end.load == pytest.approx(813.4)
    slow = lead.projected_end(
        consumed=245, committed=68.4, committed_by_end=60, per_day=0.1, days=100
    )
    assert slow.consumed == pytest.approx(305)
    falling = lead.projected_end(
        consumed=245, committed=0, committed_by_end=0, per_day=-3, days=100
    )
    assert falling.consumed == 245


def test_the_projected_end_is_compared_with_the_bounds_of_the_lot() -> None:
    end = lead.End(consumed=745, load=813)
    assert end.against(minimum=800, maximum=None) == "le minimum du lot ne serait pas atteint"
    assert end.lacking(800) == 55
    assert end.against(minimum=700, maximum=800) == "le maximum du lot serait dépassé"
    assert end.against(minimum=None, maximum=None) == ""
    assert (end.lacking(None), end.lacking(700)) == (0, 0)


@given(st.floats(0, 1_200), st.floats(0, 1_200))
def test_more_consumed_is_never_less_lead(first: float, second: float) -> None:
    plan = linear()
    low, high = sorted((first, second))
    assert lead.lead(plan, low, today=TODAY).days <= lead.lead(plan, high, today=TODAY).days


@given(st.dates(START - timedelta(days=30), END + timedelta(days=30)))
def test_what_is_foreseen_never_falls(day: date) -> None:
    plan = linear()
    assert 0 <= plan.at(day) <= plan.at(day + timedelta(days=1)) <= 1_000 + 1e-6


def test_the_lead_time_is_measured_on_past_orders() -> None:
    pairs = [
        (date(2011, 3, 1), date(2011, 3, 8)), (date(2011, 3, 1), date(2011, 3, 31)),
        (date(2011, 4, 1), date(2011, 5, 2)), (date(2011, 5, 2), date(2011, 4, 1)),
    ]  # fmt: skip
    found = lead.lead_time(pairs, CALENDAR)
    assert (found.days, found.orders, found.is_measured) == (20, 3, True)
    assert found.told() == "délai pour obtenir un bon : 20 jours ouvrés (médiane de 3 bons)"


def test_without_past_orders_the_lead_time_is_the_default_and_says_so() -> None:
    found = lead.lead_time([(date(2011, 3, 1), date(2011, 3, 8))], CALENDAR)
    assert (found.days, found.is_measured) == (30, False)
    assert "par défaut" in found.told()
