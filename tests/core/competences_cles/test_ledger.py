"""The ledger: golden B, exports applied once and taken back, every fault said, on both engines."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from core import db
from core.competences_cles import orders, rosace_imports
from core.competences_cles.models import Consumption, ParcoursVersion, RosaceLine
from core.competences_cles.orders import Amendment
from core.competences_cles.quantities import BonState, Continuation, Quantities
from core.competences_cles.rosace_proof import RowStatus
from core.errors import DomainError
from tests.core.competences_cles.making import (
    DOMAIN,
    NOW,
    TODAY,
    Cells,
    export,
    facts,
    line_of,
    make_bon,
    make_lot,
    take,
)
from tests.factories import ANALYST, STAFF

H = 60


def amend(line: int, hours: float, on: date, *, forced_reason: str = "") -> None:
    amendment = Amendment(line, round(hours * H), "avenant", on, forced_reason=forced_reason)
    with db.writing(DOMAIN) as session:
        orders.amend(session, STAFF, amendment, today=on, now=NOW)


def consumed() -> float:
    return sum(one.consumed for one in facts()) / H


def day(month: int, number: int = 1) -> str:
    return f"{number:02}/{month:02}/2011"


@pytest.mark.usefixtures("store")
def test_golden_b() -> None:
    bon = make_bon(1200)
    line = line_of(bon)
    amend(line, 150, date(2011, 2, 1))
    amend(line, -50, date(2011, 3, 1))
    take([("BC-1", "a", day(1), "40", "en formation", "100"),
          ("BC-1", "b", day(1), "60", "en formation", "90"),
          ("BC-1", "c", day(2), "35", "en formation", "150")], on=date(2011, 3, 1))  # fmt: skip
    take([("BC-1", "a", day(1), "40", "en formation", "100"),
          ("BC-1", "b", day(1), "50", "en formation", "90"),
          ("BC-1", "c", day(2), "35", "en formation", "150"),
          ("BC-1", "a", day(3), "35", "en formation", "100"),
          ("BC-1", "c", day(3), "85", "en formation", "150")], on=date(2011, 4, 1))  # fmt: skip
    found = facts()[0]
    assert (found.ordered, found.consumed) == (1300 * H, 245 * H)
    assert found.committed_raw == 95 * H
    share = Continuation(0.72, 0, 0)
    figures = Quantities(found.ordered, found.consumed, found.committed_raw * share.rate)
    assert figures.remaining == 1055 * H
    assert figures.rate == pytest.approx(0.188, abs=5e-4)
    assert figures.committed / H == pytest.approx(68.4)
    assert figures.available / H == pytest.approx(986.6)


@pytest.mark.usefixtures("store")
def test_what_was_known_on_a_day_can_be_said_again() -> None:
    line = line_of(make_bon(100))
    take([("BC-1", "a", day(1), "10")], on=date(2011, 2, 3))
    take([("BC-1", "a", day(1), "8"), ("BC-1", "a", day(2), "5")], on=date(2011, 5, 10))
    amend(line, 20, date(2011, 4, 1))
    early = facts(date(2011, 3, 1))[0]
    assert (early.ordered, early.consumed) == (100 * H, 10 * H)
    late = facts(date(2011, 5, 10))[0]
    assert (late.ordered, late.consumed) == (120 * H, 13 * H)
    assert {one.period for one in late.entries} == {201101, 201102}


@pytest.mark.usefixtures("store")
def test_the_same_export_twice_changes_nothing() -> None:
    make_bon(100)
    rows: list[Cells] = [("BC-1", "a", day(1), "10"), ("BC-1", "b", day(1), "3,5")]
    first = take(rows)
    second = take(rows)
    assert (first.rows_new, second.rows_new, second.rows_unchanged) == (2, 0, 2)
    assert consumed() == 13.5


@pytest.mark.usefixtures("store")
def test_a_correction_is_one_more_row_and_undo_restores_every_total() -> None:
    make_bon(100)
    take([("BC-1", "a", day(1), "10"), ("BC-1", "b", day(1), "4")])
    before = facts()[0]
    made = take(
        [("BC-1", "a", day(1), "7"), ("BC-1", "b", day(1), "4"), ("BC-1", "c", day(2), "6")]
    )
    assert consumed() == 17
    with db.reading() as session:
        kinds = session.exec(select(Consumption.kind, Consumption.quantity)).all()
    assert ("correction", -3 * H) in kinds
    with db.writing(DOMAIN) as session:
        told = rosace_imports.revert(session, STAFF, import_id=made.id or 0, today=TODAY, now=NOW)
    assert told == "Import annulé : 2 lignes contre-passées."
    after = facts()[0]
    assert (after.consumed, after.committed_raw) == (before.consumed, before.committed_raw)
    with pytest.raises(DomainError, match="n’est pas appliqué"), db.writing(DOMAIN) as session:
        rosace_imports.revert(session, STAFF, import_id=made.id or 0, today=TODAY, now=NOW)


@pytest.mark.usefixtures("store")
def test_only_the_last_import_is_taken_back() -> None:
    make_bon(100)
    first = take([("BC-1", "a", day(1), "10")])
    take([("BC-1", "a", day(1), "10"), ("BC-1", "a", day(2), "4")], name="second.csv")
    with pytest.raises(DomainError, match=r"« second\.csv »"), db.writing(DOMAIN) as session:
        rosace_imports.revert(session, STAFF, import_id=first.id or 0, today=TODAY, now=NOW)


@pytest.mark.usefixtures("store")
def test_unknown_orders_wait_and_doubles_are_counted_once() -> None:
    make_bon(100)
    made = take([("BC-1", "a", day(1), "10"), ("BC-1", "a", day(1), "10"),
                 ("BC-9", "b", day(1), "5"), ("BC-1", "c", day(1), "2"),
                 ("BC-1", "c", day(1), "3")])  # fmt: skip
    assert (made.rows_duplicated, made.rows_parked, made.rows_rejected) == (1, 1, 2)
    assert consumed() == 10
    with db.reading() as session:
        lines = session.exec(select(RosaceLine).order_by(col(RosaceLine.number))).all()
    assert [(one.number, one.status) for one in lines] == [
        (3, "doublon"), (4, "en_attente"), (5, "rejete"), (6, "rejete"),
    ]  # fmt: skip
    assert lines[1].reason == "bon de commande inconnu : « BC-9 »"
    assert "Identifiant" not in json.loads(lines[1].raw)


@pytest.mark.usefixtures("store")
def test_every_line_that_cannot_be_read_says_where_and_why() -> None:
    make_bon(100)
    with db.reading() as session:
        sheet = rosace_imports.check(session, STAFF, export([
            ("BC-1", "a", "31/02/2011", "10"), ("BC-1", "", day(1), "2"),
            ("BC-1", "b", day(1), "dix"), ("BC-1", "c", day(1), "1h30"),
        ]))  # fmt: skip
    assert [str(one) for one in sheet.rows.faults] == [
        "Ligne 3, colonne « Identifiant » : valeur attendue.",
        "Ligne 2, colonne « Mois » : date illisible (lu : 31/02/2011).",
        "Ligne 4, colonne « Heures réalisées » : nombre d’heures illisible (lu : dix).",
    ]
    assert (sheet.count(RowStatus.REJECTED), sheet.count(RowStatus.NEW)) == (3, 1)


@pytest.mark.usefixtures("store")
def test_a_month_or_a_parcours_below_zero_goes_to_quarantine() -> None:
    make_bon(100)
    made = take([("BC-1", "a", day(1), "10"), ("BC-1", "b", day(2), "-4")])
    assert (made.rows_new, made.rows_rejected, made.negative_months) == (1, 1, 1)
    assert consumed() == 10


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("BC-1", "p0", day(1), "1")], "plus de 20 % de moins"),
        ([("BC-1", f"p{rank}", day(2), "1") for rank in range(10)], "la période se réduit"),
    ],
    ids=["dropped", "shrunk"],
)
def test_an_export_that_shrank_applies_nothing(rows: list[Cells], sentence: str) -> None:
    make_bon(100)
    take([("BC-1", f"p{rank}", day(1 + rank % 2), "1") for rank in range(10)])
    made = take(rows)
    assert made.state == "quarantaine"
    assert consumed() == 10
    with db.reading() as session:
        sheet = rosace_imports.check(session, STAFF, export(rows))
    assert sentence in sheet.proof.refusal.replace("\u202f", " ")


@pytest.mark.usefixtures("store")
def test_a_partial_export_adds_and_takes_nothing_back() -> None:
    make_bon(100)
    take([("BC-1", f"p{rank}", day(1), "1") for rank in range(10)])
    made = take([("BC-1", "p0", day(2), "2")], is_partial=True)
    assert (made.state, made.rows_new, made.rows_vanished) == ("applique", 1, 0)
    assert consumed() == 12


@pytest.mark.usefixtures("store")
def test_vanished_lines_are_taken_back_only_when_a_person_says_so() -> None:
    make_bon(100)
    rows: list[Cells] = [("BC-1", f"p{rank}", day(1), "1") for rank in range(10)]
    take(rows)
    assert (take(rows[:9]).rows_vanished, consumed()) == (1, 10)
    take(rows[:9], reverse_vanished=True)
    assert consumed() == 9


@pytest.mark.usefixtures("store")
def test_nobody_is_named_in_the_store() -> None:
    make_bon(100)
    take([("BC-1", "DUPONT-1970", day(1), "10"), ("BC-9", "DUPONT-1970", day(1), "5")])
    with db.reading() as session:
        rows = [*session.exec(select(Consumption)), *session.exec(select(ParcoursVersion)),
                *session.exec(select(RosaceLine))]  # fmt: skip
    assert rows
    assert not any("DUPONT" in str(one.model_dump()) for one in rows)


@pytest.mark.usefixtures("store")
def test_a_row_before_the_notification_is_kept_and_flagged() -> None:
    make_bon(100)
    take([("BC-1", "a", "15/12/2010", "3"), ("BC-1", "a", day(1), "4")])
    assert consumed() == 7
    with db.reading() as session:
        flags = session.exec(
            select(Consumption.is_out_of_period).order_by(col(Consumption.period))
        ).all()
    assert flags == [True, False]


@pytest.mark.usefixtures("store")
def test_states_say_what_is_missing() -> None:
    lot = make_lot(quantity_max=150 * H)
    bon = make_bon(100, lot=lot)
    with (
        pytest.raises(DomainError, match="ne devient pas brouillon"),
        db.writing(DOMAIN) as session,
    ):
        orders.change_state(session, STAFF, bon_id=bon, to=BonState.DRAFT, on=TODAY, now=NOW)
    with pytest.raises(DomainError, match="maximum du lot 1 serait dépassé"):
        make_bon(60, number="BC-2", lot=lot)
    take([("BC-1", "a", day(1), "10")])
    assert facts()[0].state is BonState.RUNNING
    line = line_of(bon)
    with pytest.raises(DomainError, match="moins que ce qui est déjà consommé"):
        amend(line, -95, TODAY)
    amend(line, -95, TODAY, forced_reason="décision du comité")
    assert facts()[0].ordered == 5 * H
    with pytest.raises(DomainError, match="résiliation"), db.writing(DOMAIN) as session:
        orders.change_state(session, STAFF, bon_id=bon, to=BonState.CANCELLED, on=TODAY, now=NOW)


@pytest.mark.usefixtures("store")
def test_settling_gives_back_the_rest_and_reopening_needs_a_decision() -> None:
    bon = make_bon(100)
    take([("BC-1", "a", day(1), "10")])
    with db.writing(DOMAIN) as session:
        orders.change_state(session, STAFF, bon_id=bon, to=BonState.SETTLED, on=TODAY, now=NOW)
    assert (facts()[0].ordered, facts()[0].consumed) == (10 * H, 10 * H)
    with pytest.raises(DomainError, match="demande une décision"), db.writing(DOMAIN) as session:
        orders.change_state(session, STAFF, bon_id=bon, to=BonState.RUNNING, on=TODAY, now=NOW)


@pytest.mark.usefixtures("store")
def test_a_reader_imports_nothing() -> None:
    with db.reading() as session, pytest.raises(DomainError):
        rosace_imports.check(session, ANALYST, export([("BC-1", "a", day(1), "1")]))


MOVES = st.lists(st.integers(-30, 60).filter(bool), max_size=5)
ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 5), st.integers(1, 9)),
    max_size=8, unique_by=lambda row: row[:2],
)  # fmt: skip


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES, first=ROWS, second=ROWS)
def test_remaining_is_ordered_minus_consumed_whatever_happened(
    store: str, moves: list[int], first: list[tuple[str, int, int]],
    second: list[tuple[str, int, int]],
) -> None:  # fmt: skip
    """Σ movements − Σ net values, in any order; and undo gives the totals back."""
    number = f"BC-{abs(hash((tuple(moves), tuple(first), tuple(second))))}"
    lot = _lot_once(store)
    line = line_of(make_bon(1000, number=number, lot=lot))
    for hours in moves:
        amend(line, hours, TODAY)

    def own() -> tuple[int, int]:
        found = next(one for one in facts() if one.number == number)
        return found.ordered, found.consumed

    take([(number, who, day(month), str(hours)) for who, month, hours in first] or
         [(number, "z", day(1), "1")], is_partial=True)  # fmt: skip
    before = own()
    made = take([(number, who, day(month), str(hours)) for who, month, hours in second] or
                [(number, "z", day(1), "2")], is_partial=True)  # fmt: skip
    net = {(who, month): hours for who, month, hours in first or [("z", 1, 1)]}
    net |= {(who, month): hours for who, month, hours in second or [("z", 1, 2)]}
    assert own() == ((1000 + sum(moves)) * H, sum(net.values()) * H)
    with db.writing(DOMAIN) as session:
        rosace_imports.revert(session, STAFF, import_id=made.id or 0, today=TODAY, now=NOW)
    assert own() == before


LOTS: dict[str, tuple[int, int, int, int]] = {}


def _lot_once(store: str) -> tuple[int, int, int, int]:
    if store not in LOTS:
        LOTS[store] = make_lot()
    return LOTS[store]
