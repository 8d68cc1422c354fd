"""Sessions on both engines: without a date, placed, confirmed, put off, held; the plan."""

from dataclasses import replace
from datetime import date, time

import pytest
from sqlmodel import select

from core import db, journal
from core.access import Role, viewer_for
from core.errors import DomainError, ForbiddenError
from core.training import (
    agenda_queries,
    followup,
    network_queries,
    operations,
    plan_queries,
    queries,
    rules,
    scheduling,
)
from core.training.agenda_queries import AgendaFilter
from core.training.enums import Half, SessionState, SlotState
from core.training.models import TrainingSession
from core.training.operations import SessionDraft
from core.training.queries import SessionCard
from tests.core.training.making import NOW, TODAY, load_plan, make_session
from tests.factories import STAFF

pytestmark = pytest.mark.usefixtures("store")
YEAR = AgendaFilter(date(2011, 1, 1), date(2011, 12, 31))
OPEN = SessionDraft(title="Cycle", date_text="3 journées entre mai et septembre 2011")


def card(training_id: int) -> SessionCard:
    with db.reading() as session:
        found = queries.session_card(session, STAFF, training_id=training_id)
    assert found is not None
    return found


def place(training_id: int, day: date, *, forced: bool = False) -> None:
    with db.writing("training") as session:
        scheduling.place_day(
            session, STAFF, training_id=training_id, day=day, is_forced=forced, now=NOW
        )


def move(training_id: int, to: SessionState, *, reason: str = "") -> None:
    with db.writing("training") as session:
        operations.change_state(session, STAFF, training_id=training_id, to=to, reason=reason,
                                today=TODAY, now=NOW)  # fmt: skip


def change(training_id: int, draft: SessionDraft, *, version: int, reason: str = "") -> None:
    with db.writing("training") as session:
        operations.change_session(session, STAFF, draft, training_id=training_id,
                                  version=version, reason=reason, now=NOW)  # fmt: skip


def test_a_session_without_a_date_is_placed_day_by_day() -> None:
    made = make_session(OPEN)
    assert (card(made).to_place, card(made).slots) == ((6, 6), ())
    for day, left in ((date(2011, 5, 12), 4), (date(2011, 6, 9), 2), (date(2011, 9, 1), 0)):
        place(made, day)
        assert card(made).to_place == (left, left)
    found = card(made)
    assert [slot.day for slot in found.slots[::2]] == list(found.block.days)
    assert found.training.sequence == 3
    assert [version.number for version in found.versions] == [3, 2, 1]


def test_a_day_out_of_bounds_is_refused_then_forced() -> None:
    made = make_session(OPEN)
    with pytest.raises(DomainError, match="hors des bornes"):
        place(made, date(2011, 12, 1))
    assert card(made).slots == ()
    place(made, date(2011, 12, 1), forced=True)
    assert len(card(made).slots) == 2


FAULTS = (
    (SessionDraft(title=" "), "Donnez un intitulé"),
    (SessionDraft(title="a", capacity=-1), "au moins une"),
    (SessionDraft(title="a", capacity=10, minimum=11), r"dépasse la capacité \(10\)"),
    (SessionDraft(title="a", minimum=-2), "au moins une personne"),
)


def test_a_faulty_session_is_refused() -> None:
    for draft, sentence in FAULTS:
        with pytest.raises(DomainError, match=sentence):
            make_session(draft)


def test_confirming_says_everything_that_is_missing() -> None:
    made = make_session(OPEN)
    with pytest.raises(DomainError) as refusal:
        move(made, SessionState.CONFIRMED)
    assert str(refusal.value) == (
        "Pour passer à « confirmée », il manque : le ou les jours, un lieu confirmé, "
        "un intervenant."
    )
    third_party = make_session(replace(OPEN, date_text="12/04/2011", is_ours=False))
    move(third_party, SessionState.CONFIRMED)
    assert card(third_party).state is SessionState.CONFIRMED


def test_a_session_is_done_when_every_half_day_is_held_or_cancelled() -> None:
    made = make_session(
        SessionDraft(title="a", date_text="12/04/2011", place_text="Foix", trainers="Équipe",
                     place_status="confirme")
    )  # fmt: skip
    move(made, SessionState.CONFIRMED)
    with pytest.raises(DomainError, match="2 demi-journées à marquer"):
        move(made, SessionState.DONE)
    with db.writing("training") as session:
        for slot in card(made).slots:
            scheduling.change_slot(session, STAFF, slot_id=slot.id or 0, starts_at=time(9),
                                   ends_at=time(12), state=SlotState.HELD, now=NOW)  # fmt: skip
    move(made, SessionState.DONE)
    assert {slot.minutes for slot in card(made).slots} == {180}
    with pytest.raises(DomainError, match="ne peut pas devenir"):
        move(made, SessionState.TENTATIVE)


def test_a_session_to_come_cannot_be_held_nor_done() -> None:
    made = make_session(date_text="20/06/2011", place_status="confirme", trainers="Équipe")
    move(made, SessionState.CONFIRMED)
    with (
        pytest.raises(DomainError, match="n’est pas encore passé"),
        db.writing("training") as session,
    ):
        scheduling.change_slot(session, STAFF, slot_id=card(made).slots[0].id or 0,
                               starts_at=time(9), ends_at=time(12), state=SlotState.HELD,
                               now=NOW)  # fmt: skip
    with pytest.raises(DomainError, match="20 juin 2011"):
        move(made, SessionState.DONE)


def test_a_postponement_keeps_the_former_date_and_frees_the_days() -> None:
    made = make_session(date_text="20/06/2011", place_status="confirme", trainers="Équipe")
    with pytest.raises(DomainError, match="il manque : le motif"):
        move(made, SessionState.POSTPONED)
    move(made, SessionState.POSTPONED, reason="salle prise")
    found = card(made)
    assert (found.state, found.slots, found.block.days) == (SessionState.POSTPONED, (), ())
    assert '"2011-06-20"' in found.versions[0].before
    assert (found.training.sequence, found.training.state_reason) == (1, "salle prise")


def test_a_cancelled_session_is_over() -> None:
    made = make_session()
    move(made, SessionState.CANCELLED, reason="trop peu d’inscrits")
    for to in SessionState:
        with pytest.raises(DomainError, match="Une séance annulée se refait"):
            move(made, to, reason="x")
    with pytest.raises(DomainError, match="rien à placer"):
        place(made, date(2011, 7, 1))


def test_two_people_do_not_overwrite_each_other() -> None:
    made = make_session()
    draft = SessionDraft(title="Essai", date_text="1er et 2 mars 2011")
    change(made, replace(draft, place_text="Foix"), version=1)
    with pytest.raises(DomainError, match="Quelqu’un d’autre a modifié"):
        change(made, replace(draft, place_text="Pau"), version=1)
    assert card(made).training.place_text == "Foix"


def test_a_changed_date_moves_the_half_days_and_is_remembered() -> None:
    made = make_session()
    draft = SessionDraft(title="Essai", date_text="2 et 3 mars 2011")
    change(made, draft, version=1, reason="grève")
    found = card(made)
    assert sorted({slot.day for slot in found.slots}) == [date(2011, 3, 2), date(2011, 3, 3)]
    assert (found.versions[0].reason, found.training.sequence) == ("grève", 1)


def test_a_text_that_is_not_known_is_kept_as_it_was_written() -> None:
    made = make_session(SessionDraft(title="a", date_text="à la rentrée"))
    assert card(made).block.precision.value == "non_reconnu"
    assert card(made).block.told() == "à la rentrée"


def test_a_half_day_can_be_taken_back_while_nothing_is_entered() -> None:
    made = make_session()
    with db.writing("training") as session:
        scheduling.remove_day(session, STAFF, training_id=made, day=date(2011, 3, 1), now=NOW)
    assert card(made).block.days == (date(2011, 3, 2),)
    place_evening(made)
    assert [slot.half for slot in card(made).slots] == ["M", "A", "S"]


def place_evening(training_id: int) -> None:
    with db.writing("training") as session:
        scheduling.place_day(session, STAFF, training_id=training_id, day=date(2011, 3, 2),
                             halves=[Half.EVENING], now=NOW)  # fmt: skip


def test_only_staff_write_and_everyone_reads_the_agenda() -> None:
    made = make_session()
    for role in (Role.PUBLIC, Role.ELU, Role.ANALYST):
        viewer = viewer_for(role)
        with db.reading() as session:
            assert [row.id for row in agenda_queries.agenda(session, viewer, wanted=YEAR)] == [made]
        with pytest.raises(ForbiddenError), db.writing("training") as session:
            operations.create_session(session, viewer, OPEN, now=NOW)


def test_sessions_that_wait_for_each_other_are_refused() -> None:
    first, second = make_session(), make_session(OPEN)
    with db.writing("training") as session:
        followup.add_dependency(session, STAFF, training_id=first, text="", requires_id=second)
    with (
        pytest.raises(DomainError, match="s’attendent l’une l’autre"),
        db.writing("training") as session,
    ):
        followup.add_dependency(session, STAFF, training_id=second, text="", requires_id=first)


def test_the_plan_gives_12_network_days_and_11_regional_dates() -> None:
    load_plan()
    with db.reading() as session:
        rows = agenda_queries.agenda(session, STAFF, wanted=YEAR)
        counts = rules.day_counts(agenda_queries.dated(rows))
        rhythms = network_queries.rhythms(session, STAFF, year=2011)
        found = queries.counts(session)
        collisions = rules.collisions(agenda_queries.dated(rows))
    assert counts.told() == "11 dates régionales – 12 jours-réseau"
    assert counts.by_network == {"CUCS": 4, "PEPS": 4, "PRE": 4}
    assert {one.code: one.quarters for one in rhythms} == {
        "CUCS": (0, 2, 1, 1), "PRE": (0, 2, 1, 1), "PEPS": (1, 1, 1, 1),
    }  # fmt: skip
    assert [one.is_held for one in sorted(rhythms, key=lambda one: one.code)] == [
        False,
        True,
        False,
    ]
    assert (found["plan_events"], found["sessions"]) == (73, 72)
    days = {one.day for one in collisions}
    assert {date(2011, 2, 10), date(2011, 4, 21), date(2011, 5, 18), date(2011, 9, 22),
            date(2011, 12, 1)} <= days  # fmt: skip


def test_the_plan_is_loaded_once_and_its_notes_are_settled() -> None:
    load_plan()
    with db.writing("training") as session:
        notes = plan_queries.plan_notes(session, STAFF, year=2011)
        assert len(notes) == 12
        followup.settle_note(session, STAFF, note_id=notes[0].id or 0,
                             resolution="Les deux lectures.", now=NOW)  # fmt: skip
    with db.reading() as session:
        assert (
            plan_queries.plan_notes(session, STAFF, year=2011)[-1].resolution
            == "Les deux lectures."
        )
        assert journal.entries(session, STAFF, limit=1)["action"].tolist() == [
            "note du plan réglée"
        ]
        assert len(plan_queries.plan(session, STAFF, year=2011)) == 73
        states = session.exec(select(TrainingSession.state)).all()
    assert sorted(set(states)) == ["confirmee", "pressentie", "realisee"]


def test_what_is_open_is_counted_down_most_urgent_first() -> None:
    load_plan()
    with db.reading() as session:
        found = agenda_queries.open_points(session, STAFF, wanted=YEAR, today=TODAY)
    left = [point.days_left for point in found if point.days_left is not None]
    assert left == sorted(left)
    places = {point.what for point in found}
    assert {"lieu à définir", "lieu à confirmer", "date à définir", "date à confirmer"} <= places
