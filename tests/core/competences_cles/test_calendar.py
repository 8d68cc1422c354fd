"""Working days: holidays, closures, and the bounds of months."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.competences_cles import calendar
from core.competences_cles.calendar import Calendar, Closure

AUGUST = Closure(date(2011, 8, 1), date(2011, 8, 15))


def test_public_holidays_of_2011() -> None:
    days = calendar.public_holidays(2011)
    assert {date(2011, 4, 25), date(2011, 6, 2), date(2011, 6, 13), date(2011, 7, 14)} <= days
    assert len(days) == 11


def test_june_2011_has_twenty_working_days() -> None:
    assert Calendar().count_month(201106) == 20
    assert not Calendar().is_open(date(2011, 6, 13))
    assert not Calendar().is_open(date(2011, 6, 18))
    assert Calendar().is_open(date(2011, 6, 15))


def test_a_closure_takes_its_working_days_out() -> None:
    assert Calendar().count_month(201108) - Calendar((AUGUST,)).count_month(201108) == 10
    assert Calendar((AUGUST,)).days(date(2011, 7, 29), date(2011, 8, 17)) == [
        date(2011, 7, 29), date(2011, 8, 16), date(2011, 8, 17),
    ]  # fmt: skip


def test_a_month_is_cut_at_the_bounds_of_the_order() -> None:
    assert Calendar().count_month(201106, start=date(2011, 6, 20)) == 9
    assert Calendar().count_month(201106, end=date(2011, 6, 5)) == 2
    assert Calendar().count_month(201106, start=date(2011, 7, 1)) == 0


def test_months_and_their_bounds() -> None:
    assert calendar.month_bounds(201012) == (date(2010, 12, 1), date(2010, 12, 31))
    assert calendar.month_bounds(201202)[1] == date(2012, 2, 29)
    assert calendar.period_of(date(2011, 6, 15)) == 201106


days = st.dates(date(2009, 1, 1), date(2013, 12, 31))


@given(days, st.integers(0, 500), st.integers(0, 500))
def test_counting_is_adding_up_and_listing(start: date, first: int, second: int) -> None:
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    given_calendar = Calendar((AUGUST,))
    whole = given_calendar.count(start, end)
    assert whole == given_calendar.count(start, middle) + given_calendar.count(
        middle + timedelta(days=1), end
    )
    assert whole == len(given_calendar.days(start, end))
    assert all(given_calendar.is_open(day) for day in given_calendar.days(start, end)[:3])
