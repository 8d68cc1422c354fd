"""Registrations: a seat inside one transaction, a fair waiting list, offers that expire."""

import secrets
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.errors import DomainError
from core.people.models import Person, PersonFunction
from core.training import scheduling, waiting
from core.training.enums import RegistrationState, SessionState
from core.training.follow_models import Attendance, Registration
from core.training.models import TrainingSession

DOMAIN = "training"
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letter is read for another


def requests_of(session: Session, training_id: int) -> list[waiting.Request]:
    """Return every registration of a session, as the queue sees it."""
    columns = (
        Registration.id, Registration.state, Registration.structure_id, Registration.is_priority,
        Registration.requested_at, Registration.offer_expires_at,
    )  # fmt: skip
    statement = sa.select(*(col(column) for column in columns)).where(
        col(Registration.session_id) == training_id
    )
    rows: list[Any] = list(session.connection().execute(statement))
    return [
        waiting.Request(
            row.id, RegistrationState(row.state), row.structure_id, row.is_priority,
            row.requested_at, row.offer_expires_at,
        )
        for row in rows
    ]  # fmt: skip


def seats_of(session: Session, training: TrainingSession, *, now: datetime) -> waiting.Seats:
    """Count the seats of a session: the one count that every screen and rule uses."""
    moment = fr.stored(now)
    return waiting.seats(requests_of(session, training.id or 0), training.capacity, now=moment)


def register(  # noqa: PLR0913  # what is on the form
    session: Session,
    viewer: Viewer,
    *,
    training_id: int,
    person_id: int,
    network_id: int | None = None,
    is_priority: bool = False,
    may_wait: bool = False,
    now: datetime,
) -> RegistrationState:
    """Give a person a seat; where there is none, refuse, or put them on the waiting list.

    The caller's unit of work on « training » makes the next writer wait, on both engines: two
    people asking for the last seat at once get one seat and one refusal.
    """
    access.require(viewer, Right.EDIT_ACTIVITY)
    training = scheduling.training_of(session, training_id)
    person = _check_may_register(session, training, person_id)
    seats = seats_of(session, training, now=now)
    is_free = not seats.is_full and (seats.waiting == 0 or training.capacity is None)
    if not is_free and not may_wait:
        raise DomainError(
            f"Il ne reste plus de place : {seats.told()}. Inscrivez "
            f"{_name(person)} en liste d’attente."
        )
    state = RegistrationState.CONFIRMED if is_free else RegistrationState.WAITING
    moment = fr.stored(now)
    session.add(
        Registration(
            session_id=training_id, person_id=person_id, network_id=network_id,
            structure_id=structure_on(session, person_id, now.date()), state=state.value,
            is_priority=is_priority, code=new_code(), requested_at=moment,
            confirmed_at=moment if is_free else None,
        )
    )  # fmt: skip
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=f"inscription : {state.label}",
        subject=training.title, after={"person": person.id},
    )  # fmt: skip
    return state


def new_code() -> str:
    """Return the short code by which a participant signs in."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def _name(person: Person) -> str:
    return f"{person.first_name} {person.last_name}".strip()


def _check_may_register(session: Session, training: TrainingSession, person_id: int) -> Person:
    if training.state in {SessionState.CANCELLED, SessionState.DONE}:
        state = SessionState(training.state).label
        raise DomainError(f"Cette séance est {state} : on ne s’y inscrit plus.")
    person = session.get(Person, person_id)
    if person is None or person.merged_into_id is not None:
        raise DomainError("Cette personne n’existe plus : cherchez-la de nouveau.")
    held = session.exec(
        select(Registration.state).where(
            Registration.session_id == training.id,
            Registration.person_id == person_id,
            Registration.state != RegistrationState.CANCELLED.value,
        )
    ).first()
    if held is not None:
        raise DomainError(f"{_name(person)} est déjà {RegistrationState(held).label}.")
    return person


def structure_on(session: Session, person_id: int, day: date) -> int | None:
    """Return the structure a person works for on a day, kept with the registration."""
    statement = (
        select(PersonFunction.structure_id)
        .where(
            PersonFunction.person_id == person_id,
            col(PersonFunction.structure_id).is_not(None),
            sa.or_(col(PersonFunction.starts_on).is_(None), col(PersonFunction.starts_on) <= day),
            sa.or_(col(PersonFunction.ends_on).is_(None), col(PersonFunction.ends_on) >= day),
        )
        .order_by(sa.desc(col(PersonFunction.id)))
    )
    return session.exec(statement).first()


def _registration(session: Session, registration_id: int) -> Registration:
    found = session.get(Registration, registration_id)
    if found is None:
        raise DomainError("Cette inscription n’existe plus : rechargez la page.")
    return found


def cancel(
    session: Session,
    viewer: Viewer,
    *,
    registration_id: int,
    reason: str,
    now: datetime,
) -> None:
    """End a registration for good: a new request goes to the end of the list."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    found = _registration(session, registration_id)
    if found.state == RegistrationState.CANCELLED.value:
        raise DomainError("Cette inscription est déjà annulée.")
    entered = select(Attendance.slot_id).where(Attendance.registration_id == registration_id)
    if session.exec(entered).first() is not None:
        raise DomainError(
            "Des présences sont saisies pour cette personne : marquez-la absente ou excusée "
            "plutôt que d’annuler son inscription."
        )
    _end(found, reason=reason, now=now)
    session.add(found)
    _journal(session, viewer, found, "inscription annulée", reason=reason, now=now)


def _end(found: Registration, *, reason: str, now: datetime) -> None:
    found.state = RegistrationState.CANCELLED.value
    found.cancelled_at, found.reason = fr.stored(now), reason.strip()


def _journal(  # the parts of an entry
    session: Session,
    viewer: Viewer,
    found: Registration,
    action: str,
    *,
    reason: str = "",
    now: datetime,
) -> None:
    training = scheduling.training_of(session, found.session_id)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=action, subject=training.title,
        after={"person": found.person_id, "reason": reason},
    )  # fmt: skip


def offer_next(session: Session, viewer: Viewer, *, training_id: int, now: datetime) -> str:
    """Offer a free seat to the first of the waiting list; say to whom, and why."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    expire_offers(session, training_id=training_id, now=now)
    training = scheduling.training_of(session, training_id)
    seats = seats_of(session, training, now=now)
    if seats.is_full:
        raise DomainError(f"Aucune place libre : {seats.told()}.")
    moment = fr.stored(now)
    queue = waiting.ranks(requests_of(session, training_id), now=moment)
    if not queue:
        raise DomainError("La liste d’attente est vide.")
    found = _registration(session, queue[0].registration_id)
    found.state = RegistrationState.OFFERED.value
    found.offered_at, found.offer_expires_at = moment, moment + waiting.OFFER_DELAY
    found.reason = queue[0].reason
    session.add(found)
    _journal(session, viewer, found, "place proposée", reason=queue[0].reason, now=now)
    person = session.get(Person, found.person_id)
    name = _name(person) if person else ""
    return (
        f"Place proposée à {name} ({queue[0].reason}), jusqu’au "
        f"{fr.moment(found.offer_expires_at)}."
    )


def answer_offer(
    session: Session, viewer: Viewer, *, registration_id: int, accepts: bool, now: datetime
) -> None:
    """Take an offered seat, or refuse it, which ends the registration."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    found = _registration(session, registration_id)
    expire_offers(session, training_id=found.session_id, now=now)
    session.refresh(found)
    if found.state != RegistrationState.OFFERED.value:
        raise DomainError("Cette place n’est plus proposée : l’offre a expiré ou a été refusée.")
    if accepts:
        found.state = RegistrationState.CONFIRMED.value
        found.confirmed_at = fr.stored(now)
    else:
        _end(found, reason="place proposée, refusée", now=now)
    session.add(found)
    action = "place acceptée" if accepts else "place refusée"
    _journal(session, viewer, found, action, now=now)


def expire_offers(session: Session, *, training_id: int, now: datetime) -> int:
    """End the offers that nobody answered in time; return how many."""
    table = table_of(Registration)
    moment = fr.stored(now)
    result = session.connection().execute(
        sa.update(table)
        .where(
            table.c.session_id == training_id,
            table.c.state == RegistrationState.OFFERED.value,
            table.c.offer_expires_at <= moment,
        )
        .values(state="annule", cancelled_at=moment, reason="offre expirée sans réponse")
    )
    session.expire_all()
    return int(result.rowcount)
