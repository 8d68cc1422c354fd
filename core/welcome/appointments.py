"""Writes on appointments: asked for, confirmed, moved, kept (a visit), missed, cancelled.

Times are local time of the centre. ``db.writing("welcome", …)`` makes writers wait for one
another, so that no two appointments of one who receives cross: each looks before it writes.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from core import access, fr, journal
from core.access import Right, Viewer
from core.circulation import sites
from core.errors import DomainError
from core.fr import PARIS
from core.mail import operations as mail
from core.people import newcomers
from core.people.models import Person
from core.welcome import (
    appointment_mails,
    appointment_queries,
    counting,
    name_lists,
    operations,
    slots,
)
from core.welcome.models import Appointment
from core.welcome.motives import NEXT, OPEN, AppointmentState, Motive, VisitKind
from core.welcome.operations import VisitDraft
from core.welcome.slots import Span

DOMAIN = "welcome"
DOMAINS = ("welcome", "people", "mail")
# What a gesture tells somebody who was told nothing before.
UNTOLD = {"move": "confirm", "cancel": appointment_mails.DECLINE}


@dataclass(frozen=True)
class AppointmentDraft:
    """What is on the form. ``person_id`` wins over ``name``, « NOM Prénom, courriel » as typed.

    ``staff`` is who receives; empty: who writes.
    """

    span: Span
    staff: str = ""
    person_id: int | None = None
    name: str = ""
    structure_id: int | None = None
    headcount: int = 1
    subject: str = ""
    place: str = ""


@dataclass(frozen=True)
class Kept:
    """Who came to an appointment beside the person it names; the numbers are of no names."""

    newcomers: int = 0
    others: int = 0
    motives: tuple[Motive, ...] = ()


def ask(session: Session, viewer: Viewer, draft: AppointmentDraft, *, now: datetime) -> int:
    """Set a time apart; return the appointment. Raises DomainError where it cannot be held."""
    access.require(viewer, Right.LEND)
    if not 1 <= draft.headcount <= counting.MOST:
        raise DomainError(f"Le nombre de personnes va de 1 à {counting.MOST}.")
    staff = " ".join(draft.staff.split()) or viewer.signature
    _check_free(session, draft.span, staff, now=now)
    person_id = draft.person_id or _person(session, viewer, draft.name, now)
    if person_id is None and draft.structure_id is None:
        raise DomainError("Dites pour qui : une personne ou une structure.")
    made = Appointment(
        starts_at=draft.span.start, ends_at=draft.span.end, staff=staff, person_id=person_id,
        structure_id=draft.structure_id, headcount=draft.headcount,
        subject=draft.subject.strip(), place=draft.place.strip(),
        ical_uid=f"rdv-{uuid4().hex}@{appointment_mails.UID_DOMAIN}",
    )  # fmt: skip
    session.add(made)
    session.flush()
    _tell(session, viewer, "rendez-vous demandé", made, None, now)
    return made.id or 0


def _person(session: Session, viewer: Viewer, name: str, now: datetime) -> int | None:
    """Find the person whose name was typed, or add them to the directory."""
    named = name_lists.names(name)
    if len(named) > 1:
        raise DomainError("Un rendez-vous est au nom d’une personne ; donnez ensuite le nombre.")
    found = newcomers.find_or_add(session, viewer, named, now=now)
    return found.ids[0] if found.ids else None


def _check_free(
    session: Session, span: Span, staff: str, *, but_id: int | None = None, now: datetime
) -> None:
    """Refuse a time that is past, that is no slot of the day, or that is given already."""
    if span.start < local(now):
        raise DomainError("Cet horaire est passé : choisissez un créneau à venir.")
    day = span.start.date()
    slots.check(appointment_queries.bookable(session, day), span)
    held = appointment_queries.taken(session, day, staff, but_id=but_id)
    if any(span.overlaps(one) for one in held):
        raise DomainError(
            f"{staff} a déjà un rendez-vous le {fr.day(day)}, {span.told} : choisissez un autre "
            "créneau."
        )


def local(now: datetime) -> datetime:
    """Return a moment in local time of the centre, as appointments are kept."""
    return now.astimezone(PARIS).replace(tzinfo=None)


def confirm(
    session: Session, viewer: Viewer, *, appointment_id: int, version: int, now: datetime
) -> str:
    """Confirm an appointment and prepare the mail that says so; return what was done."""
    row = _of(session, viewer, appointment_id, version)
    if row.ends_at <= local(now):
        raise DomainError("Ce rendez-vous est passé : annulez-le, ou saisissez la visite.")
    _become(session, viewer, row, AppointmentState.CONFIRMED, now)
    return f"Rendez-vous confirmé. {_write_to(session, row, 'confirm', now)}"


def cancel(
    session: Session, viewer: Viewer, *, appointment_id: int, version: int, now: datetime
) -> str:
    """Give a time back; who was to come is written to, unless the time is past."""
    row = _of(session, viewer, appointment_id, version)
    _become(session, viewer, row, AppointmentState.CANCELLED, now)
    if row.ends_at <= local(now):
        return "Rendez-vous annulé."
    return f"Rendez-vous annulé. {_write_to(session, row, 'cancel', now)}"


def miss(
    session: Session, viewer: Viewer, *, appointment_id: int, version: int, now: datetime
) -> str:
    """Note that nobody came. Raises DomainError before the time."""
    row = _of(session, viewer, appointment_id, version)
    if row.starts_at > local(now):
        raise DomainError("Ce rendez-vous n’a pas commencé : annulez-le si personne ne viendra.")
    _become(session, viewer, row, AppointmentState.MISSED, now)
    return "Absence notée : ce rendez-vous ne compte pas de visite."


def keep(  # which one, and who came
    session: Session, viewer: Viewer, kept: Kept, *, appointment_id: int, version: int,
    now: datetime,
) -> str:  # fmt: skip
    """Turn an appointment into the visit it was for; return what it counts for."""
    row = _of(session, viewer, appointment_id, version)
    today, day = local(now).date(), row.starts_at.date()
    if day > today:
        raise DomainError(f"Ce rendez-vous est le {fr.day(day)} : il n’a pas encore eu lieu.")
    _become(session, viewer, row, AppointmentState.KEPT, now)
    people = (row.person_id,) if row.person_id is not None else ()
    heads = len(people) + kept.newcomers + kept.others
    draft = VisitDraft(
        happened_on=day, kind=VisitKind.GROUP if heads > 1 else VisitKind.ALONE,
        newcomers=kept.newcomers, others=kept.others, motives=kept.motives,
        structure_id=row.structure_id, minutes=Span(row.starts_at, row.ends_at).minutes,
        appointment_id=row.id, person_ids=people,
    )  # fmt: skip
    if not heads:
        raise DomainError("Dites combien de personnes sont venues, nouvelles ou déjà venues.")
    report = operations.record_visit(session, viewer, draft, today=today, now=now)
    return f"Rendez-vous honoré : compte pour 1 visite. {report.told}"


def move(  # which one, and to when
    session: Session, viewer: Viewer, span: Span, *, appointment_id: int, version: int,
    now: datetime,
) -> str:  # fmt: skip
    """Give an appointment another time; who holds a confirmed one is written to."""
    row = _of(session, viewer, appointment_id, version)
    if AppointmentState(row.state) not in OPEN:
        raise DomainError(f"Ce rendez-vous est {_label(row)} : il ne se déplace plus.")
    _check_free(session, span, row.staff, but_id=row.id, now=now)
    before = {"date": fr.moment(row.starts_at)}
    mail.withdraw(session, prefix=appointment_mails.prefix(row))
    row.starts_at, row.ends_at = span.start, span.end
    row.version += 1
    session.add(row)
    session.flush()
    _tell(session, viewer, "rendez-vous déplacé", row, before, now)
    if row.state == AppointmentState.ASKED.value:
        return "Rendez-vous déplacé ; il reste à confirmer."
    return f"Rendez-vous déplacé. {_write_to(session, row, 'move', now)}"


def _of(session: Session, viewer: Viewer, appointment_id: int, version: int) -> Appointment:
    """Read the appointment that a gesture is about, as it was on the screen."""
    access.require(viewer, Right.LEND)
    row = session.get(Appointment, appointment_id)
    if row is None:
        raise DomainError("Ce rendez-vous n’existe plus : rechargez la page.")
    if row.version != version:
        raise DomainError("Ce rendez-vous a changé par ailleurs : rechargez la page.")
    return row


def _become(
    session: Session, viewer: Viewer, row: Appointment, state: AppointmentState, now: datetime
) -> None:
    if state not in NEXT[AppointmentState(row.state)]:
        raise DomainError(f"Ce rendez-vous est {_label(row)} : il ne peut pas être {state.label}.")
    before = {"state": _label(row)}
    mail.withdraw(session, prefix=appointment_mails.prefix(row))
    row.state = state.value
    row.version += 1
    session.add(row)
    session.flush()
    _tell(session, viewer, f"rendez-vous {state.label}", row, before, now)


def _label(row: Appointment) -> str:
    return AppointmentState(row.state).label


def _write_to(session: Session, row: Appointment, kind: str, now: datetime) -> str:
    """Prepare the mail to who is to come; say whether there is one. Those that waited are gone.

    What changes before anything left is told as it is now, not as a change.
    """
    if not mail.has_left(session, prefix=appointment_mails.prefix(row)):
        kind = UNTOLD.get(kind, kind)
    person = session.get(Person, row.person_id) if row.person_id is not None else None
    if person is None or not person.email:
        return "Aucune adresse de courriel : prévenez par téléphone."
    place = sites.site(session).name
    mail.queue(session, [appointment_mails.mail(row, person, kind, place=place, now=now)], now=now)
    if kind == appointment_mails.DECLINE:
        return "Un courriel qui le dit attend dans « Boîte d’envoi »."
    return "Un courriel avec le rendez-vous pour l’agenda attend dans « Boîte d’envoi »."


def _tell(
    session: Session, viewer: Viewer, action: str, row: Appointment, before: dict[str, str] | None,
    now: datetime,
) -> None:  # fmt: skip
    """Write who did what; names are in the appointment alone, that may be forgotten."""
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=action, before=before,
        subject=f"rendez-vous n° {row.id} du {fr.moment(row.starts_at)}",
        after={"state": _label(row), "date": fr.moment(row.starts_at), "quantity": row.headcount},
    )  # fmt: skip
