"""Reads of appointments: the week, the free times of a day, who receives."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from core import fr
from core.access import Right, Viewer, require
from core.circulation import sites
from core.circulation.models import OpeningHours
from core.circulation.opening import Hours
from core.errors import DomainError
from core.people.models import Person, Structure
from core.welcome import slots
from core.welcome.models import Appointment, Visit
from core.welcome.motives import TAKING, AppointmentState
from core.welcome.slots import Bookable, Span

DOMAINS = ("welcome", "circulation", "people")
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Booked:
    """An appointment as it is listed. ``who`` is empty where only a structure is known, or where
    the person was forgotten; ``visit_id`` is the visit that came of it, if any."""

    id: int
    span: Span
    staff: str
    who: str
    person_id: int | None
    structure: str
    headcount: int
    subject: str
    place: str
    state: AppointmentState
    version: int
    visit_id: int | None


@dataclass(frozen=True)
class Offer:
    """The free times of a day; where there are none, ``why``."""

    spans: tuple[Span, ...]
    why: str = ""


def monday_of(day: date) -> date:
    """Return the Monday of a day's week.

    >>> monday_of(date(2011, 6, 15))
    datetime.date(2011, 6, 13)
    """
    return day - day.weekday() * ONE_DAY


def week(session: Session, viewer: Viewer, *, monday: date) -> tuple[Booked, ...]:
    """Return the appointments of the seven days from ``monday`` on, in order; for staff."""
    require(viewer, Right.LEND)
    first = datetime.combine(monday, time())
    rows = session.exec(
        select(Appointment, Person, Structure.name, Visit.id)
        .join(Person, col(Person.id) == col(Appointment.person_id), isouter=True)
        .join(Structure, col(Structure.id) == col(Appointment.structure_id), isouter=True)
        .join(Visit, col(Visit.appointment_id) == col(Appointment.id), isouter=True)
        .where(col(Appointment.starts_at) >= first, col(Appointment.starts_at) < first + ONE_WEEK)
        .order_by(col(Appointment.starts_at), col(Appointment.id))
    )
    return tuple(_booked(*row) for row in rows)


def _booked(
    row: Appointment, person: Person | None, structure: str | None, visit_id: int | None
) -> Booked:
    return Booked(
        row.id or 0, Span(row.starts_at, row.ends_at), row.staff,
        f"{person.first_name} {person.last_name}".strip() if person else "", row.person_id,
        structure or "", row.headcount, row.subject, row.place, AppointmentState(row.state),
        row.version, visit_id,
    )  # fmt: skip


def offer(  # what is chosen on the screen
    session: Session, viewer: Viewer, *, day: date, staff: str, count: int = 1,
    but_id: int | None = None,
) -> Offer:  # fmt: skip
    """Return the times of ``count`` slots that are free for one who receives on a day.

    ``but_id``: an appointment that is being moved, which takes no time from itself.
    """
    require(viewer, Right.LEND)
    try:
        site_id = sites.site(session).id or 0
    except DomainError as error:  # nothing is set up yet: the screen says what to do first
        return Offer((), str(error))
    closed = sites.opening(session, site_id).why_closed(day)
    if closed:
        return Offer((), f"Le centre est fermé le {fr.day(day)} : {closed}.")
    found = bookable(session, day)
    if not found:
        return Offer((), f"Aucun créneau n’est ouvert aux rendez-vous le {fr.day(day)}.")
    spans = slots.free(found, taken(session, day, staff, but_id=but_id), count=count)
    return Offer(tuple(spans), "" if spans else f"Plus de créneau libre le {fr.day(day)}.")


def bookable(session: Session, day: date) -> list[Span]:
    """Return the slots of a day, taken or not."""
    site_id = sites.site(session).id or 0
    return slots.of_day(sites.opening(session, site_id), weekly(session, site_id), day)


def weekly(session: Session, site_id: int) -> list[Bookable]:
    """Return the weekly openings of a place, with the length of their appointments."""
    rows = session.exec(select(OpeningHours).where(OpeningHours.site_id == site_id))
    return [
        Bookable(
            Hours(one.weekday, one.opens_at, one.closes_at, one.starts_on, one.ends_on),
            one.slot_minutes,
        )
        for one in rows
    ]


def taken(session: Session, day: date, staff: str, *, but_id: int | None = None) -> list[Span]:
    """Return the times of a day that one who receives has given; capitals, accents do not tell."""
    first = datetime.combine(day, time())
    rows = session.exec(
        select(Appointment).where(
            col(Appointment.state).in_([one.value for one in TAKING]),
            col(Appointment.starts_at) < first + ONE_DAY, col(Appointment.ends_at) > first,
        )
    )  # fmt: skip
    own = fr.fold(staff)
    return [
        Span(one.starts_at, one.ends_at)
        for one in rows
        if fr.fold(one.staff) == own and one.id != but_id
    ]


def receiving(session: Session, viewer: Viewer, *, since: date) -> tuple[str, ...]:
    """Return who receives: the viewer first, then those named on appointments since a day."""
    require(viewer, Right.LEND)
    rows = session.exec(
        select(Appointment.staff)
        .where(col(Appointment.starts_at) >= datetime.combine(since, time()))
        .distinct()
        .order_by(Appointment.staff)
    )
    return tuple(dict.fromkeys((viewer.signature, *rows)))
