"""Reads of attendance, one row a person and half-day, with what it can be grouped by."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from core.db import table_of
from core.observatory.enums import Level
from core.people.models import Network, PersonFunction
from core.territories.models import Territory
from core.training import presence
from core.training.enums import AttendanceState, EventKind, Half, SlotState
from core.training.follow_models import Attendance, Registration
from core.training.models import Slot, TrainingAction, TrainingSession
from core.training.presence import Cell, Entry, RegistrationFact, SlotFact

SESSION, ACTION = table_of(TrainingSession), table_of(TrainingAction)
SLOT, ENTRY, REGISTRATION = table_of(Slot), table_of(Attendance), table_of(Registration)
TERRITORY = table_of(Territory)
TAKES_PART = "confirme"


@dataclass(frozen=True)
class Part:
    """One cell of attendance with what it can be grouped by."""

    cell: Cell
    session_id: int
    title: str
    kind: str
    theme: str
    territory: str
    network: str
    function: str


def parts(
    session: Session,
    *,
    start: date,
    end: date,
    training_id: int | None = None,
) -> list[Part]:
    """Read the attendance of the half-days between two days, one row a person and half-day."""
    slots = _slots(session, start, end, training_id)
    if not slots:
        return []
    registrations = _registrations(session, {row.session_id for row in slots})
    entries = _entries(session, [row.id for row in slots])
    found: list[Part] = []
    by_session: dict[int, list[Any]] = defaultdict(list)
    for row in slots:
        by_session[row.session_id].append(row)
    for key, own in by_session.items():
        people = registrations.get(key, [])
        facts = [RegistrationFact(row.id, row.person_id, row.confirmed_at) for row in people]
        context = {row.id: row for row in people}
        cells = presence.cells(facts, [_slot_fact(row) for row in own], entries)
        first = own[0]
        found += [_part(cell, first, context[cell.registration.id]) for cell in cells]
    return found


def _slot_fact(row: Any) -> SlotFact:
    return SlotFact(row.id, row.day, Half(row.half), row.minutes, SlotState(row.state))


def _part(cell: Cell, row: Any, person: Any) -> Part:
    return Part(
        cell=cell, session_id=row.session_id, title=row.title, kind=EventKind(row.kind).label,
        theme=row.theme or "sans thème", territory=row.departement or "non indiqué",
        network=person.network or "aucun réseau", function=person.family or "non renseignée",
    )  # fmt: skip


def _slots(session: Session, start: date, end: date, training_id: int | None) -> list[Any]:
    departement = sa.select(TERRITORY.c.code, TERRITORY.c.name).where(
        TERRITORY.c.level == Level.DEPARTEMENT.value
    ).subquery()  # fmt: skip
    statement = (
        sa.select(
            SLOT, SESSION.c.title, ACTION.c.kind, ACTION.c.theme,
            departement.c.name.label("departement"),
        )
        .join(SESSION, SESSION.c.id == SLOT.c.session_id)
        .join(ACTION, ACTION.c.id == SESSION.c.action_id)
        .join(TERRITORY, TERRITORY.c.id == SESSION.c.territory_id, isouter=True)
        .join(departement, departement.c.code == TERRITORY.c.departement_code, isouter=True)
        .where(SLOT.c.day >= start, SLOT.c.day <= end, SESSION.c.state != "annulee")
        .order_by(SLOT.c.session_id, SLOT.c.day)
    )  # fmt: skip
    if training_id is not None:
        statement = statement.where(SLOT.c.session_id == training_id)
    return list(session.connection().execute(statement))


def _registrations(session: Session, session_ids: set[int]) -> dict[int, list[Any]]:
    held = _held_functions(session_ids)
    statement = (
        sa.select(
            REGISTRATION.c.id, REGISTRATION.c.session_id, REGISTRATION.c.person_id,
            REGISTRATION.c.confirmed_at, col(Network.code).label("network"),
            col(PersonFunction.family),
        )
        .join(Network, col(Network.id) == REGISTRATION.c.network_id, isouter=True)
        .join(held, held.c.registration_id == REGISTRATION.c.id, isouter=True)
        .join(PersonFunction, col(PersonFunction.id) == held.c.function_id, isouter=True)
        .where(REGISTRATION.c.session_id.in_(session_ids), REGISTRATION.c.state == TAKES_PART)
        .order_by(REGISTRATION.c.id)
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.connection().execute(statement):
        found[row.session_id].append(row)
    return found


def _held_functions(session_ids: set[int]) -> sa.Subquery:
    """Select the function each person had on the first day of the session they came to."""
    start, end = col(PersonFunction.starts_on), col(PersonFunction.ends_on)
    return (
        sa.select(
            REGISTRATION.c.id.label("registration_id"),
            sa.func.max(col(PersonFunction.id)).label("function_id"),
        )
        .join(SESSION, SESSION.c.id == REGISTRATION.c.session_id)
        .join(PersonFunction, col(PersonFunction.person_id) == REGISTRATION.c.person_id)
        .where(
            REGISTRATION.c.session_id.in_(session_ids),
            sa.or_(start.is_(None), start <= SESSION.c.earliest),
            sa.or_(end.is_(None), end >= SESSION.c.earliest),
        )
        .group_by(REGISTRATION.c.id)
        .subquery()
    )


def _entries(session: Session, slot_ids: Sequence[int]) -> dict[tuple[int, int], Entry]:
    statement = sa.select(
        ENTRY.c.registration_id, ENTRY.c.slot_id, ENTRY.c.state, ENTRY.c.minutes
    ).where(ENTRY.c.slot_id.in_(slot_ids))
    return {
        (row.registration_id, row.slot_id): Entry(AttendanceState(row.state), row.minutes)
        for row in session.connection().execute(statement)
    }
