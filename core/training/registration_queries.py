"""Reads of registrations: seats with the odds of over-booking, and the explained queue."""

from dataclasses import dataclass
from datetime import date, datetime, time

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from core.access import Right, Viewer, require
from core.db import table_of
from core.people.models import Person, Structure
from core.training import registrations, scheduling, waiting
from core.training.follow_models import Attendance, Registration

DOMAINS = ("training", "people")
BEYOND = 3
REGISTRATION, PERSON = table_of(Registration), table_of(Person)


@dataclass(frozen=True)
class SeatsView(waiting.Seats):
    """Seats, with the odds that so many confirmed people fit: (confirmed, chance)."""

    no_show: float = 0.0
    odds: tuple[tuple[int, float], ...] = ()


def seats(session: Session, viewer: Viewer, *, training_id: int, today: date) -> SeatsView:
    """Count the seats of a session on a day, and what confirming a few more would risk."""
    require(viewer, Right.READ_ACTIVITY)
    training = scheduling.training_of(session, training_id)
    found = registrations.seats_of(session, training, now=datetime.combine(today, time(23, 59)))
    no_show = no_show_rate(session)
    odds: tuple[tuple[int, float], ...] = ()
    if found.capacity:
        odds = tuple(
            (count, waiting.odds_within(count, found.capacity, no_show))
            for count in range(found.capacity, found.capacity + BEYOND + 1)
        )
    return SeatsView(found.capacity, found.taken, found.waiting, no_show, odds)


def no_show_rate(session: Session) -> float:
    """Share of absents in all that was entered, drawn towards the prior while it is little."""
    state = col(Attendance.state)
    absents, entered = session.connection().execute(
        sa.select(
            sa.func.count(sa.case((state.in_(["absent", "excuse"]), 1))),
            sa.func.count(sa.case((state.in_(["absent", "excuse", "present"]), 1))),
        )
    ).one()  # fmt: skip
    return waiting.no_show_rate(absents, entered)


def queue(session: Session, viewer: Viewer, *, training_id: int, today: date) -> pd.DataFrame:
    """One row a person waiting, in order: rank, name, reason, registration_id."""
    require(viewer, Right.READ_PEOPLE)
    now = datetime.combine(today, time(23, 59))
    ranks = waiting.ranks(registrations.requests_of(session, training_id), now=now)
    rows = session.connection().execute(
        sa.select(col(Registration.id), col(Person.first_name), col(Person.last_name))
        .join(Person, col(Person.id) == col(Registration.person_id))
        .where(col(Registration.session_id) == training_id)
    )
    names = {row[0]: f"{row[2]} {row[1]}".strip() for row in rows}
    return pd.DataFrame(
        [(one.rank, names[one.registration_id], one.reason, one.registration_id) for one in ranks],
        columns=["rank", "name", "reason", "registration_id"],
    )


def roll(session: Session, viewer: Viewer, *, training_id: int) -> pd.DataFrame:
    """One row a registration that is not cancelled, in order of name: staff only.

    Columns: registration_id, person_id, name, structure, email, state, code, confirmed_at,
    is_priority, network_id, requested_at, offer_expires_at.
    """
    require(viewer, Right.READ_PEOPLE)
    statement = (
        sa.select(
            REGISTRATION.c.id, REGISTRATION.c.person_id,
            (PERSON.c.last_name + " " + PERSON.c.first_name).label("name"),
            col(Structure.name).label("structure"), PERSON.c.email, REGISTRATION.c.state,
            REGISTRATION.c.code, REGISTRATION.c.confirmed_at, REGISTRATION.c.is_priority,
            REGISTRATION.c.network_id, REGISTRATION.c.requested_at,
            REGISTRATION.c.offer_expires_at,
        )
        .join(PERSON, PERSON.c.id == REGISTRATION.c.person_id)
        .join(Structure, col(Structure.id) == REGISTRATION.c.structure_id, isouter=True)
        .where(REGISTRATION.c.session_id == training_id, REGISTRATION.c.state != "annule")
        .order_by(PERSON.c.search_key, REGISTRATION.c.id)
    )  # fmt: skip
    columns = [
        "registration_id", "person_id", "name", "structure", "email", "state", "code",
        "confirmed_at", "is_priority", "network_id", "requested_at", "offer_expires_at",
    ]  # fmt: skip
    rows = session.connection().execute(statement).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=columns)
