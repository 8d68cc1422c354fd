"""Bons de commande: each transition and its guards, movements, what is ordered after them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from core import db, fr
from core.competences_cles import decisions, followup, ledger_queries, order_checks, orders, units
from core.competences_cles.decisions import DecisionDraft
from core.competences_cles.models import BonDeCommande, BonMovement
from core.competences_cles.order_checks import TRANSITIONS, BonDraft
from core.competences_cles.orders import Amendment
from core.competences_cles.outlook import OrderFacts
from core.competences_cles.quantities import BonState
from core.competences_cles.units import UnitOfWork
from core.errors import DomainError, ForbiddenError
from tests.core.competences_cles.making import (
    DOMAIN,
    NOW,
    TODAY,
    facts,
    line_of,
    make_bon,
    make_lot,
    take,
)
from tests.factories import ANALYST, STAFF

JANUARY = date(2011, 1, 1)


def move(bon: int, to: BonState, *, on: date = TODAY, reason: str = "") -> None:
    with db.writing(DOMAIN) as session:
        orders.change_state(session, STAFF, bon_id=bon, to=to, on=on, reason=reason, now=NOW)


def refused(bon: int, to: BonState, *, on: date = TODAY, reason: str = "") -> str:
    with pytest.raises(DomainError) as error:
        move(bon, to, on=on, reason=reason)
    return str(error.value)


def amend(
    bon: int, hours: float, *, on: date = TODAY, forced: str = "", kind: str = "avenant"
) -> None:
    with db.writing(DOMAIN) as session:
        orders.amend(
            session, STAFF,
            Amendment(line_of(bon), round(60 * hours), kind, on, forced_reason=forced),
            today=TODAY, now=NOW,
        )  # fmt: skip


def known(number: str, on: date = TODAY) -> OrderFacts:
    return next(one for one in facts(on) if one.number == number)


def consume(number: str, hours: str) -> None:
    take([(number, "p1", "01/05/2011", hours)], is_partial=True)


def test_only_the_transitions_of_the_study_are_taken(store: str) -> None:
    lot = make_lot()
    bon = make_bon(10, lot=lot, state=BonState.DRAFT)
    for to in set(BonState) - {*TRANSITIONS[BonState.DRAFT]}:
        assert "Suites : émis, annulé" in refused(bon, to)
    move(bon, BonState.ISSUED, on=JANUARY)
    assert "depuis le 1er janvier 2011" in refused(bon, BonState.NOTIFIED, on=date(2010, 12, 31))
    assert "est à venir" in refused(bon, BonState.NOTIFIED, on=date(2011, 6, 16))
    assert (known("BC-1").ordered, known("BC-1").pending) == (0, 600)  # shown apart
    move(bon, BonState.NOTIFIED, on=date(2011, 2, 1))
    assert (known("BC-1").ordered, known("BC-1").pending) == (600, 0)
    assert (known("BC-1", JANUARY).state, known("BC-1", JANUARY).pending) == (BonState.ISSUED, 600)
    move(bon, BonState.CANCELLED)
    assert known("BC-1").ordered == 0
    assert "Suites : aucun" in refused(bon, BonState.DRAFT)
    late = make_bon(10, lot=lot, number="BC-2", state=BonState.DRAFT)
    assert "émis dans ces bornes" in refused(late, BonState.ISSUED, on=date(2009, 12, 31))
    with db.writing(DOMAIN) as session, pytest.raises(ForbiddenError):
        orders.change_state(session, ANALYST, bon_id=late, to=BonState.ISSUED, on=TODAY, now=NOW)


def test_cancelled_after_consumption_needs_its_reason_and_keeps_the_hours(store: str) -> None:
    bon = make_bon(100)
    consume("BC-1", "30")
    assert known("BC-1").state is BonState.RUNNING  # set by the first consumption
    assert "résiliation" in refused(bon, BonState.CANCELLED)
    move(bon, BonState.CANCELLED, reason="résiliation pour faute")
    found = known("BC-1")
    assert (found.ordered, found.consumed) == (1800, 1800)
    with db.reading() as session:
        views = followup.orders(session, ANALYST, known_on=TODAY)
    assert [one.facts.number for one in followup.cancelled_after_consumption(views)] == ["BC-1"]


def test_settling_gives_back_what_is_left_and_reopening_asks_for_it_again(store: str) -> None:
    bon = make_bon(100)
    consume("BC-1", "30")
    move(bon, BonState.SETTLED, on=date(2011, 6, 10))
    assert (known("BC-1").ordered, known("BC-1").consumed) == (1800, 1800)
    assert known("BC-1", date(2011, 6, 9)).ordered == 6000
    assert "demande une décision" in refused(bon, BonState.RUNNING)
    with db.writing(DOMAIN) as session:
        taken = decisions.take(session, STAFF, DecisionDraft("comité de pilotage", TODAY),
                               kind="réouverture", now=NOW)  # fmt: skip
        orders.change_state(session, STAFF, bon_id=bon, to=BonState.RUNNING, on=TODAY,
                            decision_id=taken, now=NOW)  # fmt: skip
    assert (known("BC-1").ordered, known("BC-1").state) == (6000, BonState.RUNNING)
    with db.reading() as session:
        moves = session.exec(select(BonMovement).order_by(BonMovement.id)).all()  # type: ignore[arg-type]  # a column
        assert [(one.kind, one.delta, one.decision_id) for one in moves] == [
            ("solde_restitue", -4200, None), ("reouverture", 4200, taken),
        ]  # fmt: skip
    move(bon, BonState.SETTLED)  # a second settlement gives the same back, once
    assert known("BC-1").ordered == 1800


def test_several_amendments_a_day_and_a_reduction_below_what_is_consumed(store: str) -> None:
    bon = make_bon(100)
    consume("BC-1", "30")
    for hours in (20, -10, 5):
        amend(bon, hours)
    assert known("BC-1").ordered == 60 * 115
    with pytest.raises(DomainError, match="moins que ce qui est déjà consommé"):
        amend(bon, -90)
    amend(bon, -90, forced="décision de l’acheteur")
    found = known("BC-1")
    assert (found.ordered, found.consumed) == (1500, 1800)
    with pytest.raises(DomainError, match="n’est pas négative"):
        amend(bon, -26, forced="décision de l’acheteur")
    with pytest.raises(DomainError, match="entre le 1er janvier 2011 et le 31 décembre 2011"):
        amend(bon, 1, on=date(2012, 1, 1))
    with pytest.raises(DomainError, match="nature du mouvement"):
        amend(bon, 1, kind="solde_restitue")  # written by the settlement alone
    assert known("BC-1", date(2011, 5, 1)).ordered == 6000  # amendments not known yet


def test_the_maximum_of_the_lot_bounds_issues_amendments_and_reopenings(store: str) -> None:
    lot = make_lot(quantity_max=60 * 150)
    first = make_bon(100, lot=lot)
    second = make_bon(60, lot=lot, number="BC-2", state=BonState.DRAFT)
    assert "Le maximum du lot 1 serait dépassé" in refused(second, BonState.ISSUED)
    with pytest.raises(DomainError, match="Le maximum du lot 1 serait dépassé"):
        amend(first, 51)
    amend(first, -10)
    move(second, BonState.ISSUED)  # 90 + 60: the maximum itself is allowed
    with pytest.raises(DomainError, match="151"):
        amend(first, 1)
    move(first, BonState.SETTLED)
    third = make_bon(90, lot=lot, number="BC-3", state=BonState.DRAFT)
    move(third, BonState.ISSUED)
    with db.writing(DOMAIN) as session:
        taken = decisions.take(session, STAFF, DecisionDraft("service", TODAY),
                               kind="réouverture", now=NOW)  # fmt: skip
        with pytest.raises(DomainError, match="Le maximum du lot 1 serait dépassé"):
            orders.change_state(session, STAFF, bon_id=first, to=BonState.RUNNING, on=TODAY,
                                decision_id=taken, now=NOW)  # fmt: skip
        session.rollback()


def test_a_draft_is_corrected_and_an_issued_order_is_not(store: str) -> None:
    lot, service, place, operator = made = make_lot()
    bon = make_bon(10, lot=made, state=BonState.DRAFT)
    make_bon(10, lot=made, number="BC-2", state=BonState.DRAFT)

    def change(**more: object) -> None:
        held = {"number": "BC-9", "ends_on": date(2011, 6, 30), "lines": {service: 1200}} | more
        draft = BonDraft(lot, place, operator, starts_on=JANUARY, **held)  # type: ignore[arg-type]  # as given
        with db.writing(DOMAIN) as session:
            orders.change_draft(session, STAFF, draft, bon_id=bon, now=NOW)

    change()
    with db.reading() as session:
        held = session.get_one(BonDeCommande, bon)
        assert (held.number, held.ends_on, held.version) == ("BC-9", date(2011, 6, 30), 2)
        assert ledger_queries.quantities_by_bon(session, lot_id=lot)[bon].pending == 0
    for more, said in (
        ({"number": "BC-2"}, "existe déjà"), ({"lines": {}}, "supérieure à zéro"),
        ({"lines": {service: -1}}, "supérieure à zéro"), ({"lines": {10**6: 1}}, "n’existe plus"),
        ({"ends_on": date(2010, 1, 1)}, "précède"), ({"number": " "}, "Donnez le numéro"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=said):
            change(**more)
    move(bon, BonState.ISSUED)
    with pytest.raises(DomainError, match="un avenant le modifie"):
        change()
    with db.reading() as session, pytest.raises(DomainError, match="ne couvre pas"):
        order_checks.check_draft(
            session, BonDraft(lot, place + 10**6, operator, "B", JANUARY, JANUARY, {service: 1})
        )


@given(st.integers(-(10**7), 10**7), st.sampled_from(UnitOfWork))
def test_a_quantity_that_is_written_is_read_back(quantity: int, unit: UnitOfWork) -> None:
    assert units.quantity_of(units.written(quantity, unit), unit) == quantity


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("1 200", 72_000), ("1\u202f200,5\u00a0h", 72_030), ("1200,5 h", 72_030), ("12 h 30", 750),
     ("12h05", 725), ("−50", -3_000), ("+ 8 heures", 480), ("0", 0), ("0,5", 30), ("7.25", 435)],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(text: str, minutes: int) -> None:
    assert units.quantity_of(text) == minutes


@pytest.mark.parametrize("text", ["", "douze", "1.200", "12,5 h 30", "1 200 €", "--3", "9" * 20])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match="«"):
        units.quantity_of(text)


def test_parcours_are_whole_and_prices_have_cents() -> None:
    assert units.quantity_of("12 parcours", UnitOfWork.PARCOURS) == 12
    with pytest.raises(DomainError, match="un nombre entier"):
        units.quantity_of("12,5", UnitOfWork.PARCOURS)
    assert [units.cents_of(text) for text in ("9,50 €", "9,5", "9", "0")] == [950, 950, 900, 0]
    assert units.euros(123_456).replace(fr.NBSP, " ") == "1 234,56 €"
    for text in ("9,505", "-1", "neuf"):
        with pytest.raises(DomainError, match="n’est pas un prix"):
            units.cents_of(text)
