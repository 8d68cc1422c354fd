"""When the centre is open, and when loans fall due: the dated fixtures of the study."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.circulation import loan_rules, opening
from core.circulation.loan_rules import Held, Rule, Standing
from core.circulation.opening import Hours, Opening, Special
from core.errors import DomainError

WEEK = tuple(Hours(day, 540, 1020) for day in range(5))
BRIDGE = Special(date(2026, 5, 15), date(2026, 5, 15), "pont de l’Ascension")
SUMMER = Special(date(2026, 8, 3), date(2026, 8, 21), "fermeture d’été")
CENTRE = Opening(WEEK, (BRIDGE, SUMMER))
DAYS = st.dates(date(2005, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("lent", "due"),
    [
        ("2026-03-16", "2026-04-07"), ("2026-04-10", "2026-05-04"),
        ("2026-04-17", "2026-05-11"), ("2026-04-23", "2026-05-18"),
        ("2026-07-15", "2026-08-24"), ("2026-12-04", "2026-12-28"),
        ("2028-02-08", "2028-02-29"),
    ],
)  # fmt: skip
def test_due_days_are_those_of_the_study(lent: str, due: str) -> None:
    found = loan_rules.due_on(Rule(), date.fromisoformat(lent), CENTRE)
    assert found == date.fromisoformat(due)


@given(DAYS)
def test_a_loan_is_due_on_an_open_day_and_never_before_its_days(day: date) -> None:
    due = loan_rules.due_on(Rule(), day, CENTRE)
    assert CENTRE.is_open(due)
    assert due >= day + timedelta(days=21)


def test_case_01_a_closed_weekday_that_an_exception_opens_may_be_a_due_day() -> None:
    saturday = date(2026, 6, 20)
    centre = Opening(WEEK, (Special(saturday, saturday, "portes ouvertes", is_open=True),))
    assert loan_rules.due_on(Rule(), date(2026, 5, 30), centre) == saturday


def test_case_02_a_closure_defined_last_year_comes_back_this_year() -> None:
    feast = Special(date(2009, 12, 24), date(2010, 1, 2), "fin d’année", repeats_yearly=True)
    centre = Opening(WEEK, (feast,))
    assert not centre.is_open(date(2010, 12, 24))
    assert not centre.is_open(date(2014, 1, 2))
    assert centre.is_open(date(2009, 12, 23))
    assert centre.is_open(date(2008, 12, 24))
    assert centre.why_closed(date(2012, 12, 26)) == "fin d’année"


def test_case_02_a_leap_day_that_repeats_is_the_28th_elsewhere() -> None:
    leap = Special(date(2012, 2, 29), date(2012, 2, 29), "inventaire", repeats_yearly=True)
    assert not Opening(WEEK, (leap,)).is_open(date(2013, 2, 28))


def test_case_03_a_renewal_and_a_loan_of_the_same_day_are_due_together() -> None:
    day = date(2026, 6, 15)
    held = Held(day, 0, Rule())
    assert loan_rules.renewed(held, CENTRE, today=day) == loan_rules.due_on(Rule(), day, CENTRE)


def test_case_04_what_is_used_on_site_is_late_the_next_morning() -> None:
    day = date(2026, 6, 15)
    due = loan_rules.due_on(Rule(days=0), day, CENTRE)
    assert due == day
    assert not loan_rules.is_overdue(due, day)
    assert loan_rules.is_overdue(due, day + timedelta(days=1))


@pytest.mark.parametrize(
    "centre",
    [Opening(()), Opening(WEEK, (Special(date(2026, 1, 1), date(2028, 1, 1), "travaux"),))],
)
def test_case_05_a_calendar_that_never_opens_is_refused_without_a_loop(centre: Opening) -> None:
    with pytest.raises(DomainError, match="ouverture"):
        opening.check(centre, today=date(2026, 1, 1))
    with pytest.raises(DomainError, match="Aucun jour d’ouverture dans les 400 jours"):
        loan_rules.due_on(Rule(), date(2026, 1, 1), centre)


def test_case_05_a_calendar_is_looked_at_from_each_day_on_which_it_changes() -> None:
    today = date(2026, 1, 1)
    years = (Special(date(2026, 1, 2), date(2027, 1, 1), "travaux"),
             Special(date(2027, 1, 2), date(2028, 1, 1), "travaux encore"))  # fmt: skip
    opening.check(Opening(WEEK, years[:1]), today=today)
    with pytest.raises(DomainError, match="Aucun jour d’ouverture dans les 400 jours"):
        opening.check(Opening(WEEK, years), today=date(2025, 12, 31))
    yearly = Special(date(2026, 2, 1), date(2027, 1, 31), "fermé", repeats_yearly=True)
    with pytest.raises(DomainError, match="400 jours"):
        opening.check(Opening(WEEK, (yearly,)), today=today)
    ended = [Hours(day, 540, 1020, ends_on=date(2026, 3, 1) + timedelta(days=day))
             for day in range(5)]  # fmt: skip
    with pytest.raises(DomainError, match="au moins un jour d’ouverture par semaine"):
        opening.check(Opening(ended), today=today)


@given(DAYS, st.integers(0, 30))
def test_case_32_a_loan_that_the_card_shortens_is_due_on_an_open_day(day: date, left: int) -> None:
    end = day + timedelta(days=left)
    opens = any(CENTRE.is_open(day + timedelta(days=rank)) for rank in range(1, left + 1))
    if not opens:
        with pytest.raises(DomainError, match="Cette carte finit le"):
            loan_rules.due_on(Rule(), day, CENTRE, valid_until=end)
        return
    due = loan_rules.due_on(Rule(), day, CENTRE, valid_until=end)
    assert CENTRE.is_open(due)
    assert day < due
    assert due <= end or left > 21


def test_case_20_as_many_copies_as_readers_who_wait_leave_a_renewal_free() -> None:
    day = date(2026, 6, 15)
    held = Held(day, 0, Rule(), waiting=2, free=2)
    assert loan_rules.renewed(held, CENTRE, today=day) > day
    with pytest.raises(DomainError, match="2 personnes l’attendent"):
        loan_rules.renewed(Held(day, 0, Rule(), waiting=2, free=1), CENTRE, today=day)


def test_case_21_a_renewal_never_brings_the_due_day_forward() -> None:
    due = date(2026, 12, 1)
    held = Held(due, 0, Rule())
    with pytest.raises(DomainError, match="court déjà jusqu’au 1er décembre 2026"):
        loan_rules.renewed(held, CENTRE, today=date(2026, 6, 15))


def test_case_22_each_refusal_has_its_own_words() -> None:
    day = date(2026, 6, 15)
    with pytest.raises(DomainError, match="en retard"):
        loan_rules.renewed(Held(day - timedelta(days=1), 0, Rule()), CENTRE, today=day)
    with pytest.raises(DomainError, match="déjà été prolongé"):
        loan_rules.renewed(Held(day, 1, Rule()), CENTRE, today=day)
    blocked = Standing(blocked_until=day, block_reason="livre abîmé")
    assert "bloqué jusqu’au" in loan_rules.obstacle(blocked, Rule(), today=day)


def test_case_25_a_copy_is_kept_to_the_closing_of_an_open_day() -> None:
    # Seven open days after 4 May 2026: the 8th is a holiday, the 14th too, the 15th a bridge.
    assert CENTRE.after_open_days(date(2026, 5, 4), 7) == date(2026, 5, 18)


def test_case_32_a_loan_does_not_outlive_the_card_where_the_rule_says_so() -> None:
    day, end = date(2026, 6, 15), date(2026, 6, 30)
    assert loan_rules.due_on(Rule(), day, CENTRE, valid_until=end) == end
    loose = Rule(is_capped=False)
    assert loan_rules.due_on(loose, day, CENTRE, valid_until=end) > end


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing(closed_on=date(2026, 1, 2)), "fermée"),
        (Standing(valid_until=date(2026, 6, 14)), "plus valable"),
        (Standing(oldest_due=date(2026, 5, 15)), "31 jours de retard"),
        (Standing(open_loans=5), "c’est le maximum"),
        (Standing(oldest_due=date(2026, 5, 16), open_loans=4), ""),
    ],
)
def test_what_keeps_a_reader_from_borrowing_is_said(standing: Standing, said: str) -> None:
    found = loan_rules.obstacle(standing, Rule(), today=date(2026, 6, 15))
    assert (said in found) if said else (found == "")


def test_the_shortest_exception_wins_over_the_holiday_and_the_week() -> None:
    day = date(2026, 8, 12)
    one = Special(day, day, "atelier", is_open=True)
    assert Opening(WEEK, (SUMMER, one)).is_open(day)
    first_of_may = date(2026, 5, 1)
    assert not CENTRE.is_open(first_of_may)
    assert CENTRE.why_closed(first_of_may) == "jour férié"
    assert Opening(WEEK, (Special(first_of_may, first_of_may, "x", is_open=True),)).is_open(
        first_of_may
    )
