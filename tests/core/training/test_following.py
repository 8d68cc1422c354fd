"""Registrations, attendance and what follows, on both engines; two people and one last seat."""

import threading
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from sqlmodel import select

from core import db
from core.errors import DomainError
from core.mail.models import MailMessage
from core.people.models import Consent
from core.training import (
    attendance,
    bpf,
    certificates,
    followup,
    notices,
    opinions,
    registrations,
    signing,
    statistics,
    waiting,
    walk_ins,
)
from core.training.enums import AttendanceState, RegistrationState, Situation
from core.training.follow_models import (
    Attendance,
    Certificate,
    Opinion,
    OpinionTicket,
    Registration,
)
from core.training.models import Slot
from tests.core.training.making import NOW, make_people, make_session, register
from tests.factories import ANALYST, STAFF

pytestmark = pytest.mark.usefixtures("store")
FULL = RegistrationState.CONFIRMED
WAITS = RegistrationState.WAITING


def registration_ids(training_id: int, state: str = "confirme") -> list[int]:
    with db.reading() as session:
        statement = select(Registration.id).where(
            Registration.session_id == training_id, Registration.state == state
        )
        return [found or 0 for found in session.exec(statement.order_by(Registration.id))]  # type: ignore[arg-type]  # a column


def slot_ids(training_id: int) -> list[int]:
    with db.reading() as session:
        rows = session.exec(select(Slot).where(Slot.session_id == training_id)).all()
    return [slot.id or 0 for slot in sorted(rows, key=lambda one: (one.day, "MAS".index(one.half)))]


def save(training_id: int, changes: Mapping[tuple[int, int], AttendanceState | None]) -> int:
    with db.writing("training") as session:
        return attendance.save_grid(
            session, STAFF, training_id=training_id, changes=changes, now=NOW
        )


def test_the_last_seat_then_a_refusal_then_the_waiting_list() -> None:
    training, people = make_session(capacity=2), make_people(4)
    assert [register(training, one) for one in people[:2]] == [FULL, FULL]
    with pytest.raises(DomainError, match=r"plus de place : 2 places prises sur 2"):
        register(training, people[2])
    assert register(training, people[2], may_wait=True) is WAITS
    with pytest.raises(DomainError, match="est déjà en liste d’attente"):
        register(training, people[2], may_wait=True)


def test_two_people_and_one_last_seat() -> None:
    training, people = make_session(capacity=1), make_people(6)
    outcomes: list[str] = []
    gate = threading.Barrier(len(people))

    def ask(person: int) -> None:
        gate.wait()
        try:
            outcomes.append(register(training, person).value)
        except DomainError as error:
            outcomes.append(str(error).partition(" :")[0])

    threads = [threading.Thread(target=ask, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Il ne reste plus de place"] * 5 + ["confirme"]
    assert len(registration_ids(training)) == 1


def test_a_freed_seat_goes_by_the_rules_and_an_offer_expires() -> None:
    training, people = make_session(capacity=1), make_people(4, per_structure=2)
    register(training, people[0])
    for person in people[1:]:
        register(training, person, may_wait=True)
    with db.writing("training") as session:
        with pytest.raises(DomainError, match="Aucune place libre"):
            registrations.offer_next(session, STAFF, training_id=training, now=NOW)
        registrations.cancel(session, STAFF, registration_id=registration_ids(training)[0],
                             reason="malade", now=NOW)  # fmt: skip
        told = registrations.offer_next(session, STAFF, training_id=training, now=NOW)
    assert told.startswith("Place proposée à Jo Nom01 (structure encore sans place")
    with pytest.raises(DomainError, match="plus de place"):
        register(training, people[0])
    later = NOW + timedelta(hours=73)
    with db.writing("training") as session:
        told = registrations.offer_next(session, STAFF, training_id=training, now=later)
    assert "Nom02" in told
    not_offered = pytest.raises(DomainError, match="n’est plus proposée")
    with not_offered, db.writing("training") as session:
        own = registration_ids(training, "annule")[1]
        registrations.answer_offer(session, STAFF, accepts=True, now=later, registration_id=own)
    with db.writing("training") as session:
        own = registration_ids(training, "offre")[0]
        registrations.answer_offer(session, STAFF, accepts=True, now=later, registration_id=own)
    assert len(registration_ids(training)) == 1


def test_who_cancelled_goes_to_the_end_of_the_queue() -> None:
    training, people = make_session(capacity=1), make_people(3)
    for person in people:
        register(training, person, may_wait=True)
    first = registration_ids(training, "liste_attente")[0]
    with db.writing("training") as session:
        registrations.cancel(session, STAFF, registration_id=first, reason="", now=NOW)
        with pytest.raises(DomainError, match="déjà annulée"):
            registrations.cancel(session, STAFF, registration_id=first, reason="", now=NOW)
        registrations.register(session, STAFF, training_id=training, person_id=people[1],
                               may_wait=True, now=NOW + timedelta(hours=1))  # fmt: skip
        queue = waiting.ranks(
            registrations.requests_of(session, training), now=NOW.replace(tzinfo=None)
        )
    assert [one.rank for one in queue] == [1, 2]
    assert queue[-1].registration_id == max(registration_ids(training, "liste_attente"))


def held_session() -> tuple[int, list[int], list[int]]:
    """A session of two past days with three people: session, registrations, slots."""
    training = make_session(capacity=10)
    for person in make_people(3):
        register(training, person)
    with db.writing("training") as session:
        for found in session.exec(select(Registration)).all():
            found.confirmed_at = NOW.replace(tzinfo=None) - timedelta(days=200)
            session.add(found)
    return training, registration_ids(training), slot_ids(training)


def test_the_grid_saves_what_changed_and_nothing_else() -> None:
    training, people, slots = held_session()
    assert save(training, {(people[0], slots[0]): AttendanceState.PRESENT}) == 1
    with db.writing("training") as session:
        attendance.set_minutes(session, STAFF, registration_id=people[0], slot_id=slots[0],
                               minutes=60, now=NOW)  # fmt: skip
    save(training, {(people[1], slots[0]): AttendanceState.ABSENT,
                    (people[0], slots[1]): AttendanceState.EXCUSED})  # fmt: skip
    save(training, {(people[1], slots[0]): None})
    with db.reading() as session:
        rows = {(row.registration_id, row.slot_id): (row.state, row.minutes)
                for row in session.exec(select(Attendance))}  # fmt: skip
    assert rows == {
        (people[0], slots[0]): ("present", 60), (people[0], slots[1]): ("excuse", None),
    }  # fmt: skip


def test_the_grid_refuses_what_is_not_its_own_and_saves_nothing() -> None:
    training, people, slots = held_session()
    other = make_session(date_text="20/06/2011")
    refused = (
        ({(people[0], slots[0]): AttendanceState.PRESENT, (999, slots[0]): AttendanceState.ABSENT},
         "rechargez"),
        ({(people[0], slot_ids(other)[0]): AttendanceState.PRESENT}, "rechargez"),
    )  # fmt: skip
    for changes, sentence in refused:
        with pytest.raises(DomainError, match=sentence):
            save(training, changes)
    with db.reading() as session:
        assert session.exec(select(Attendance)).all() == []


def test_entry_by_exception_knows_who_came_later() -> None:
    training, people, slots = held_session()
    late = make_people(1)[0]
    register(training, late)
    with db.writing("training") as session:
        attendance.enter_by_exception(session, STAFF, slot_id=slots[0], absents=[people[0]],
                                      excused=[people[1]], now=NOW)  # fmt: skip
    with db.reading() as session:
        found = statistics.situations(session, STAFF, training_id=training)
    first = [cell.situation for cell in found if cell.slot.id == slots[0]]
    assert first == [Situation.ABSENT, Situation.EXCUSED, Situation.PRESENT,
                     Situation.NOT_CONCERNED]  # fmt: skip
    with (
        pytest.raises(DomainError, match="à la fois absente et excusée"),
        db.writing("training") as session,
    ):
        attendance.enter_by_exception(session, STAFF, slot_id=slots[0], absents=[people[0]],
                                      excused=[people[0]], now=NOW)  # fmt: skip


def test_a_walk_in_is_attached_to_a_person_once() -> None:
    training, people, slots = held_session()
    newcomer = make_people(1)[0]
    with db.writing("training") as session:
        walk_in = walk_ins.add_walk_in(session, STAFF, slot_id=slots[2], name=" Zoé ",
                                         structure="")  # fmt: skip
        walk_ins.attach_walk_in(session, STAFF, walk_in_id=walk_in, person_id=newcomer, now=NOW)
        with pytest.raises(DomainError, match="déjà rattaché"):
            walk_ins.attach_walk_in(session, STAFF, walk_in_id=walk_in, person_id=newcomer,
                                      now=NOW)  # fmt: skip
    with db.reading() as session:
        found = statistics.situations(session, STAFF, training_id=training)
    own = [cell.situation for cell in found if cell.registration.person_id == newcomer]
    assert own == [Situation.NOT_CONCERNED, Situation.NOT_CONCERNED, Situation.PRESENT,
                   Situation.NOT_ENTERED]  # fmt: skip
    assert len(people) == 3


def test_signing_in_by_phone_wants_the_room_the_moment_and_ones_own_code() -> None:
    _training, people, slots = held_session()
    with db.writing("training") as session:
        token = signing.open_window(session, STAFF, slot_id=slots[0], minutes=30, now=NOW)
        code = session.get_one(Registration, people[0]).code
        later = NOW + timedelta(minutes=31)
        for wrong, sentence in (
            ({"token": "x", "code": code, "now": NOW}, "n’est pas celui d’une séance"),
            ({"token": token, "code": "AAAAAAAA", "now": NOW}, "n’est pas celui d’un inscrit"),
            ({"token": token, "code": code, "now": later}, "est fermé"),
        ):
            with pytest.raises(DomainError, match=sentence):
                signing.sign_in(session, **wrong)  # type: ignore[arg-type]  # as written above
        assert signing.sign_in(session, token=token, code=code.lower(), now=NOW) == (
            "Merci Jo, votre présence est enregistrée."
        )
        signing.sign_in(session, token=token, code=code, now=NOW)
        row = session.get_one(Attendance, (people[0], slots[0]))
    assert (row.state, row.source) == ("present", "qr")


def test_a_signed_sheet_is_attached_once_with_its_hash() -> None:
    training, _people, _slots = held_session()
    with db.writing("training") as session:
        sheet = signing.print_sheet(session, STAFF, training_id=training,
                                       day=date(2011, 3, 1), now=NOW)  # fmt: skip
        scan = {"code": sheet.code.lower(), "name": "a.pdf", "now": NOW}
        with pytest.raises(DomainError, match="un PDF, un JPEG ou un PNG"):
            signing.attach_scan(session, STAFF, content=b"PK", **scan)  # type: ignore[arg-type]  # as above
        digest = signing.attach_scan(session, STAFF, content=b"%PDF-1.7", **scan)  # type: ignore[arg-type]  # as above
        assert len(digest) == 64
        with pytest.raises(DomainError, match="fait foi"):
            signing.attach_scan(session, STAFF, content=b"%PDF-1.7", **scan)  # type: ignore[arg-type]  # as above
        with pytest.raises(DomainError, match="Aucune feuille"):
            signing.attach_scan(session, STAFF, content=b"%PDF", code="X", name="a", now=NOW)


def attended() -> tuple[int, list[int], list[int]]:
    training, people, slots = held_session()
    states = [AttendanceState.PRESENT, AttendanceState.ABSENT]
    save(training, {(one, slot): states[rank == 2] for rank, one in enumerate(people)
                    for slot in slots})  # fmt: skip
    return training, people, slots


def test_certificates_are_numbered_without_gap_and_renewed_when_attendance_changes() -> None:
    training, people, slots = attended()
    with db.writing("training") as session:
        made = certificates.issue_certificates(session, STAFF, training_id=training, now=NOW)
        numbers = [session.get_one(Certificate, one).number for one in made]
        with pytest.raises(DomainError, match="Aucune attestation nouvelle"):
            certificates.issue_certificates(session, STAFF, training_id=training, now=NOW)
    assert numbers == ["2011-0001", "2011-0002"]
    save(training, {(people[0], slots[0]): AttendanceState.EXCUSED,
                    (people[2], slots[0]): AttendanceState.PRESENT})  # fmt: skip
    with db.writing("training") as session:
        made = certificates.issue_certificates(session, STAFF, training_id=training, now=NOW)
        again = [session.get_one(Certificate, one) for one in made]
    assert [(one.number, one.minutes) for one in again] == [
        ("2011-0001/2", 630),
        ("2011-0003", 210),
    ]


def test_opinions_are_anonymous_given_once_and_silent_under_five() -> None:
    training, _people, _slots = attended()
    marks = dict.fromkeys(opinions.TARGETS, 5)
    with db.writing("training") as session:
        assert opinions.ask_opinions(session, STAFF, training_id=training) == 2
        assert opinions.ask_opinions(session, STAFF, training_id=training) == 0
        token = session.exec(select(OpinionTicket.token)).first() or ""
        with pytest.raises(DomainError, match="de 1 à 5"):
            opinions.give_opinion(session, token=token, marks={"global": 6})
        opinions.give_opinion(session, token=token, marks=marks)
        with pytest.raises(DomainError, match="déjà répondu"):
            opinions.give_opinion(session, token=token, marks=marks)
        assert "registration" not in " ".join(Opinion.model_fields)
        found = statistics.opinion_figures(session, training)
    assert (found.answers, found.mean, found.response.value) == (1, None, 0.5)


def test_the_questionnaire_is_sent_once_and_not_to_who_has_answered() -> None:
    training, _people, _slots = attended()

    def prepared() -> int:
        with db.writing(*notices.DOMAINS) as session:
            return notices.prepare_questionnaires(
                session, STAFF, training_id=training, base_url="https://exemple.invalid", now=NOW
            ).prepared

    assert (prepared(), prepared()) == (2, 0)
    with db.writing("training") as session:
        messages = session.exec(select(MailMessage)).all()
        tickets = session.exec(select(OpinionTicket.token)).all()
        assert all(any(f"/avis?q={one}" in message.body for message in messages) for one in tickets)
        for token in tickets:
            opinions.give_opinion(session, token=token, marks=dict.fromkeys(opinions.TARGETS, 4))
    with pytest.raises(DomainError, match="Personne à interroger"):
        prepared()


def test_figures_of_a_session_and_of_a_year_agree() -> None:
    training, _people, _slots = attended()
    with db.reading() as session:
        found = statistics.session_figures(session, ANALYST, training_id=training)
        year = statistics.attendance_by(session, ANALYST, start=date(2011, 1, 1),
                                        end=date(2011, 12, 31), dimension="theme")  # fmt: skip
        lines = bpf.bpf(session, ANALYST, year=2011)
    assert (found.figures.attendance.numerator, found.figures.attendance.denominator) == (8, 12)
    assert year.iloc[0]["hours"] == found.figures.stagiaire_hours == 28
    assert year["presents"].tolist() == [8, 8]
    totals = {frame: sum(one.hours for one in lines if one.frame == frame)
              for frame in ("F1", "F3", "F4", "G")}  # fmt: skip
    assert totals == {"F1": 28, "F3": 28, "F4": 28, "G": 0}


def test_the_participants_file_holds_who_agreed_and_changes_only_with_content() -> None:
    training, registrations, _slots = held_session()
    with db.writing("training", "people") as session:
        person = session.get_one(Registration, registrations[0]).person_id
        for is_given in (False, True):
            moment = NOW.replace(tzinfo=None)
            session.add(Consent(person_id=person, purpose="liste_participants", is_given=is_given,
                                given_at=moment))  # fmt: skip
            session.flush()
        assert followup.participant_list(session, training) == ["Jo Nom00"]
        first = followup.make_participant_file(session, STAFF, training_id=training, now=NOW)
        session.flush()
        again = followup.make_participant_file(session, STAFF, training_id=training, now=NOW)
    assert (first, again) == (1, 1)
