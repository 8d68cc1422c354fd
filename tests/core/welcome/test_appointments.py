"""Appointments: slots, states, no two at once, the visit that comes of one, what is told."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlmodel import Session, select

from core import db
from core.access import Role, viewer_for
from core.circulation import closures, erasing
from core.circulation.closures import ExceptionDraft
from core.circulation.models import CalendarException, OpeningHours, Reader, ReaderCategory
from core.circulation.opening import Hours, Opening
from core.errors import DomainError, ForbiddenError
from core.journal import JournalEntry
from core.mail.models import MailMessage
from core.people.models import Person
from core.welcome import appointment_queries as queries
from core.welcome import appointments, operations, slots
from core.welcome.appointments import AppointmentDraft, Kept
from core.welcome.models import Appointment, Visit, VisitPerson
from core.welcome.motives import AppointmentState, Motive
from core.welcome.slots import Bookable, Span
from tests.core.circulation.making import make_library
from tests.core.welcome.making import totals
from tests.factories import STAFF

DAY = date(2011, 6, 15)
MORNING = datetime(2011, 6, 15, 6, 30, tzinfo=UTC)  # 8.30 in Paris
EVENING = datetime(2011, 6, 15, 16, tzinfo=UTC)
NAME = "ROUX Zoé, zoe@exemple.invalid"


def span(hour: int, minute: int = 0, *, minutes: int = 30, day: date = DAY) -> Span:
    start = datetime.combine(day, time(hour, minute))
    return Span(start, start + timedelta(minutes=minutes))


def ask(when: Span, name: str = NAME, **more: object) -> int:
    draft = AppointmentDraft(when, name=name, **more)  # type: ignore[arg-type]  # by name
    with db.writing(*appointments.DOMAINS) as session:
        return appointments.ask(session, STAFF, draft, now=MORNING)


def act(gesture: str, own: int, *first: object, now: datetime = MORNING, back: int = 0) -> str:
    """Do a gesture on an appointment as it is now, or as it was ``back`` versions ago."""
    with db.writing(*appointments.DOMAINS) as session:
        version = session.get_one(Appointment, own).version - back
        told: str = getattr(appointments, gesture)(
            session, STAFF, *first, appointment_id=own, version=version, now=now
        )
    return told


def offered(day: date = DAY, count: int = 1) -> list[tuple[int, int]]:
    with db.reading() as session:
        found = queries.offer(session, STAFF, day=day, staff=STAFF.signature, count=count)
        return [(one.start.hour, one.start.minute) for one in found.spans]


def why(day: date) -> str:
    with db.reading() as session:
        return queries.offer(session, STAFF, day=day, staff=STAFF.signature).why


def rows(session: Session) -> list[Appointment]:
    return list(session.exec(select(Appointment).order_by(Appointment.ical_uid)))


@given(
    opens=st.integers(0, 1000), length=st.integers(1, 439), slot=st.integers(0, 120),
    held=st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 200)), max_size=6),
    count=st.integers(1, 4),
)  # fmt: skip
def test_free_times_are_in_the_hours_whole_and_cross_no_other(
    opens: int, length: int, slot: int, held: list[tuple[int, int]], count: int
) -> None:
    hours = Hours(2, opens, opens + length)
    found = slots.of_day(Opening([hours]), [Bookable(hours, slot)], DAY)
    midnight = datetime.combine(DAY, time())
    assert len(found) == (length // slot if slot else 0)
    taken = [
        Span(midnight + timedelta(minutes=start), midnight + timedelta(minutes=start + size))
        for start, size in held
    ]
    free = slots.free(found, taken, count=count)
    for one in free:
        assert midnight + timedelta(minutes=opens) <= one.start
        assert one.end <= midnight + timedelta(minutes=opens + length)
        assert one.minutes == count * slot
        assert all(one.end <= other.start or other.end <= one.start for other in taken)
    gone = set(slots.runs(found, count)) - set(free)
    assert all(any(one.overlaps(other) for other in taken) for one in gone)


def test_the_slots_of_a_day_follow_hours_closures_holidays_and_what_is_taken(store: str) -> None:
    make_library()
    with db.writing("circulation") as session:
        session.add(CalendarException(site_id=1, first_on=date(2011, 6, 17),
                                      last_on=date(2011, 6, 17), label="pont"))  # fmt: skip
    assert len(offered()) == 13  # 7 from 9.00 to 12.30, 6 from 14.00 to 17.00
    ask(span(9, 30))
    assert (9, 30) not in offered()
    assert offered(count=2)[:2] == [(10, 0), (10, 30)]
    assert (12, 0) not in offered(count=2)  # the middle of the day breaks the row
    assert "pont" in why(date(2011, 6, 17))
    assert "jour férié" in why(date(2011, 6, 13))
    assert "jour de fermeture" in why(date(2011, 6, 18))
    with db.writing("circulation") as session:
        for one in session.exec(select(OpeningHours)):
            one.slot_minutes = 0
    assert "Aucun créneau n’est ouvert" in why(DAY)


def test_an_appointment_is_confirmed_moved_kept_and_its_visit_counts(store: str) -> None:
    make_library()
    own = ask(span(9), headcount=5, subject="Portrait du bassin")
    assert "attend dans" in act("confirm", own)
    send_all()
    assert "déplacé" in act("move", own, span(14, minutes=60))
    send_all()
    assert (9, 0) in offered()
    assert (14, 30) not in offered()
    told = act("keep", own, Kept(newcomers=3, others=1, motives=(Motive.ADVICE,)), now=EVENING)
    assert "4 premiers accueils" in told
    found = totals()
    assert (found.visits, found.first_welcomes, found.group_people) == (1, 4, 5)
    with db.reading() as session:
        [visit] = session.exec(select(Visit))
        [named] = session.exec(select(VisitPerson))
        [booked] = queries.week(session, STAFF, monday=date(2011, 6, 13))
        mails = session.exec(select(MailMessage).order_by(MailMessage.key)).all()
        journal = session.exec(select(JournalEntry).where(JournalEntry.domain == "welcome")).all()
    assert (visit.appointment_id, visit.minutes, visit.headcount) == (own, 60, 5)
    assert (named.is_first_welcome, booked.visit_id, booked.who) == (True, visit.id, "Zoé ROUX")
    assert booked.state is AppointmentState.KEPT
    assert [one.key for one in mails] == [f"rendez-vous:{own}:2", f"rendez-vous:{own}:3"]
    assert "Sujet : Portrait du bassin" in mails[0].body
    first, second = (Calendar.from_ical(one.calendar).walk("VEVENT")[0] for one in mails)
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (2, 3)
    assert first.decoded("dtstart").utctimetuple()[:5] == (2011, 6, 15, 7, 0)
    assert second.decoded("dtend").utctimetuple()[:5] == (2011, 6, 15, 13, 0)
    _check_journal(journal)


def test_a_visit_taken_back_gives_its_appointment_back(store: str) -> None:
    make_library()
    own = ask(span(9))
    act("confirm", own)
    act("keep", own, Kept(others=0), now=EVENING)
    with db.reading() as session:
        visit_id = session.exec(select(Visit.id)).one()
    with db.writing(*operations.DOMAINS) as session:
        operations.remove_visit(session, STAFF, visit_id=visit_id or 0, now=EVENING)
    assert act("miss", own, now=EVENING).startswith("Absence notée")


def send_all() -> None:
    with db.writing("mail") as session:
        for one in session.exec(select(MailMessage)):
            one.state = "sent"


def waiting() -> list[str]:
    with db.reading() as session:
        return [one.subject for one in session.exec(select(MailMessage)) if one.state == "pending"]


def test_a_mail_that_has_not_left_gives_way_to_what_is_true_now(store: str) -> None:
    make_library()
    own = ask(span(9))
    act("confirm", own)
    act("move", own, span(14))
    [subject] = waiting()
    assert subject.startswith("Rendez-vous confirmé")  # no time was told before this one
    send_all()
    act("move", own, span(15))
    act("move", own, span(16))
    [subject] = waiting()
    assert subject.startswith("Rendez-vous déplacé")
    act("keep", own, Kept(others=0), now=EVENING)
    assert waiting() == []


def test_who_was_never_confirmed_is_told_no_and_no_calendar_is_sent(store: str) -> None:
    make_library()
    act("cancel", ask(span(9)))
    with db.reading() as session:
        [mail] = session.exec(select(MailMessage))
    assert "ne pourrons pas vous recevoir" in mail.body
    assert (mail.calendar, mail.calendar_method) == ("", "")


def _check_journal(journal: Sequence[JournalEntry]) -> None:
    assert [one.action for one in journal] == [
        "rendez-vous demandé", "rendez-vous confirmé", "rendez-vous déplacé",
        "rendez-vous honoré", "visite enregistrée",
    ]  # fmt: skip
    assert "ROUX" not in "".join(f"{one.subject}{one.before}{one.after}".upper() for one in journal)


def test_what_the_rules_refuse(store: str) -> None:
    make_library()
    ask(span(9))
    for when, words in (
        (span(13), "pas un créneau"), (span(9, 10), "pas un créneau"),
        (span(12, minutes=150), "pas un créneau"),
        (span(9, 30, day=date(2011, 6, 14)), "est passé"),
        (span(9, minutes=60), "a déjà un rendez-vous"),
        (span(9, day=date(2011, 6, 18)), "pas un créneau"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=words):
            ask(when)
    with pytest.raises(DomainError, match="Dites pour qui"):
        ask(span(10), "")
    with pytest.raises(DomainError, match="va de 1 à"):
        ask(span(10), headcount=0)
    with pytest.raises(DomainError, match="au nom d’une personne"):
        ask(span(10), "ROUX Zoé\nDUPONT Léa")


def test_states_follow_their_order_and_a_cancelled_time_is_free_again(store: str) -> None:
    make_library()
    own = ask(span(9))
    assert ask(span(9), staff="Une autre personne") != own
    with pytest.raises(DomainError, match="Une autre PERSONNE a déjà"):
        ask(span(9), staff=" Une  autre PERSONNE")
    with pytest.raises(DomainError, match="il ne peut pas être honoré"):
        act("keep", own, Kept())
    with pytest.raises(DomainError, match="n’a pas commencé"):
        act("miss", own)
    act("confirm", own)
    send_all()
    with pytest.raises(DomainError, match="a changé par ailleurs"):
        act("cancel", own, back=1)
    with pytest.raises(DomainError, match="n’a pas encore eu lieu"):
        act("keep", own, Kept(), now=MORNING - timedelta(days=1))
    told = act("cancel", own)
    assert "Un courriel" in told
    assert ask(span(9)) != own
    with pytest.raises(DomainError, match="il ne se déplace plus"):
        act("move", own, span(10))
    with db.reading() as session:
        mails = session.exec(select(MailMessage).order_by(MailMessage.key)).all()
        assert [one.calendar_method for one in mails] == ["PUBLISH", "CANCEL"]
        assert session.exec(select(Visit)).all() == []
        assert len(session.exec(select(Person)).all()) == 1


def test_appointments_are_for_those_who_lend(sqlite_store: str) -> None:
    assert "définissez d’abord les jours d’ouverture" in why(DAY)  # no place is set up yet
    analyst = viewer_for(Role.ANALYST)
    with pytest.raises(ForbiddenError), db.writing(*appointments.DOMAINS) as session:
        appointments.ask(session, analyst, AppointmentDraft(span(11)), now=MORNING)
    with pytest.raises(ForbiddenError), db.reading() as session:
        queries.week(session, analyst, monday=DAY)


def test_a_group_without_a_name_says_how_many_came(store: str) -> None:
    make_library()
    own = ask(span(9), "ROUX Zoé", headcount=4)
    with db.writing(*appointments.DOMAINS) as session:
        row = session.get_one(Appointment, own)
        row.person_id = None  # as after they asked to be forgotten
    assert "par téléphone" in act("confirm", own)
    with pytest.raises(DomainError, match="combien de personnes"):
        act("keep", own, Kept(), now=EVENING)
    act("keep", own, Kept(newcomers=4), now=EVENING)
    assert replace(totals(), groups=0, group_people=0).first_welcomes == 4


def test_who_is_forgotten_leaves_no_name_in_appointments_nor_in_their_mails(store: str) -> None:
    make_library()
    own, other = ask(span(9)), ask(span(10), "DUPONT Léa, lea@exemple.invalid")
    act("confirm", own)
    act("confirm", other)
    with db.writing("circulation", *appointments.DOMAINS) as session:
        category = session.exec(select(ReaderCategory.id)).first() or 0
        person = session.get_one(Appointment, own).person_id or 0
        card = Reader(person_id=person, card="L9", category_id=category, registered_on=DAY)
        session.add(card)
        session.flush()
        erasing.erase(session, [card.id or 0], today=DAY)
    with db.reading() as session:
        row = session.get_one(Appointment, own)
        mails = session.exec(select(MailMessage)).all()
        assert (row.state, row.person_id, row.subject) == ("annule", None, "")
        assert session.get_one(Appointment, other).state == "confirme"
        assert [one.recipient for one in mails] == ["lea@exemple.invalid"]


def test_six_who_book_the_same_slot_at_once_make_one_appointment(store: str) -> None:
    make_library()

    def book(rank: int) -> str:
        try:
            ask(span(10), f"NOM{rank} Ana")
        except DomainError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(book, range(6)))
    assert told.count("") == 1
    assert sum("a déjà un rendez-vous le 15 juin 2011" in one for one in told) == 5
    with db.reading() as session:
        assert len(rows(session)) == 1
        assert len(session.exec(select(Person)).all()) == 1


def test_no_appointment_is_given_on_a_day_that_is_being_closed(store: str) -> None:
    make_library()
    day = date(2011, 6, 17)
    closing = ExceptionDraft(day, day, "pont")

    def book() -> str:
        with pytest.raises(DomainError) as refused:
            ask(span(10, day=day))
        return str(refused.value)

    with ThreadPoolExecutor(1) as pool:
        with db.writing(*closures.WRITTEN) as session:
            assert closures.affected(session, STAFF, draft=closing, today=DAY).empty
            asked = pool.submit(book)
            sleep(0.5)  # the appointment waits for the calendar
            closures.add(session, STAFF, draft=closing, is_shifted=False, today=DAY, now=MORNING)
        assert "créneau" in asked.result(timeout=60)


def test_the_demonstration_has_a_week_of_appointments_in_every_state(demo_sqlite: str) -> None:
    with db.reading() as session:
        found = queries.week(session, STAFF, monday=date(2011, 6, 13))
        made = rows(session)
        kept = session.exec(select(Visit).where(Visit.appointment_id != None)).all()  # noqa: E711
        free = {one.start.date(): queries.bookable(session, one.start.date())
                for one in (Span(row.starts_at, row.ends_at) for row in made)}  # fmt: skip
    assert len(made) == 9
    assert len(found) >= 7
    assert {one.state for one in made} == {state.value for state in AppointmentState}
    assert all(one.is_simulated for one in made)
    assert [one.appointment_id for one in kept] == [
        one.id for one in made if one.state == AppointmentState.KEPT.value
    ]
    for one in made:
        slots.check(free[one.starts_at.date()], Span(one.starts_at, one.ends_at))
    assert totals(2010).first_welcomes == 237
