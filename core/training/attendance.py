"""Attendance: the grid and entry by exception; what was entered is what took place."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.errors import DomainError
from core.training import scheduling
from core.training.enums import AttendanceState, RegistrationState, SlotState, Source
from core.training.follow_models import (
    Attendance,
    Registration,
)
from core.training.models import Slot

DOMAIN = "training"
Changes = Mapping[tuple[int, int], AttendanceState | None]


def save_grid(
    session: Session,
    viewer: Viewer,
    *,
    training_id: int,
    changes: Changes,
    now: datetime,
    source: Source = Source.GRID,
) -> int:
    """Save what changed in the grid, (registration, slot) → situation, None to take it back.

    All of it or nothing; what was not touched keeps its hours, its source and its author.
    Return how many cells were saved.
    """
    access.require(viewer, Right.EDIT_ACTIVITY)
    training = scheduling.training_of(session, training_id)
    _check_belong(session, training_id, changes, now.date())
    table = table_of(Attendance)
    connection = session.connection()
    for slot_id in {slot for _, slot in changes}:
        touched = [registration for registration, slot in changes if slot == slot_id]
        connection.execute(
            sa.delete(table).where(table.c.slot_id == slot_id, table.c.registration_id.in_(touched))
        )
    moment = fr.stored(now)
    rows = [
        (registration, slot, state.value, None, source.value, viewer.signature, moment)
        for (registration, slot), state in changes.items()
        if state is not None
    ]
    if rows:
        names = [column.name for column in table.columns]
        connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in rows])
    mark_held(session, {slot for (_, slot), state in changes.items() if state is not None})
    if changes:
        journal.record(
            session, viewer, at=now, domain=DOMAIN, action="présences saisies",
            subject=training.title, after={"changed": len(changes)},
        )  # fmt: skip
    return len(changes)


def _check_belong(session: Session, training_id: int, changes: Changes, today: date) -> None:
    """Refuse cells of another session, of a cancelled half-day, or of one still to come."""
    slots = {
        slot.id: slot for slot in session.exec(select(Slot).where(Slot.session_id == training_id))
    }
    own = set(
        session.exec(
            select(Registration.id).where(
                Registration.session_id == training_id,
                Registration.state == RegistrationState.CONFIRMED.value,
            )
        )
    )
    for registration, slot_id in changes:
        slot = slots.get(slot_id)
        if slot is None or registration not in own:
            raise DomainError("La liste a changé entre-temps : rechargez la page.")
        if slot.state == SlotState.CANCELLED.value:
            raise DomainError(f"La demi-journée du {fr.day(slot.day)} est annulée.")
        if slot.day > today:
            raise DomainError(f"Le {fr.day(slot.day)} n’est pas encore passé.")


def mark_held(session: Session, slot_ids: set[int]) -> None:
    """Presence was entered: the half-day took place."""
    table = table_of(Slot)
    session.connection().execute(
        sa.update(table)
        .where(table.c.id.in_(slot_ids), table.c.state == SlotState.PLANNED.value)
        .values(state=SlotState.HELD.value)
    )
    session.expire_all()


def enter_by_exception(
    session: Session,
    viewer: Viewer,
    *,
    slot_id: int,
    absents: Sequence[int],
    excused: Sequence[int],
    now: datetime,
) -> int:
    """Enter a half-day from the signed sheet: all present but those named (registration ids)."""
    slot = session.get(Slot, slot_id)
    if slot is None:
        raise DomainError("Cette demi-journée n’existe plus : rechargez la page.")
    both = set(absents) & set(excused)
    if both:
        raise DomainError("Une personne est à la fois absente et excusée : choisissez.")
    confirmed = session.exec(
        select(Registration).where(
            Registration.session_id == slot.session_id,
            Registration.state == RegistrationState.CONFIRMED.value,
        )
    ).all()
    changes: dict[tuple[int, int], AttendanceState | None] = {}
    for one in confirmed:
        is_late = one.confirmed_at is not None and one.confirmed_at.date() > slot.day
        state = AttendanceState.NOT_CONCERNED if is_late else AttendanceState.PRESENT
        state = AttendanceState.ABSENT if one.id in absents else state
        state = AttendanceState.EXCUSED if one.id in excused else state
        changes[one.id or 0, slot_id] = state
    return save_grid(
        session, viewer, training_id=slot.session_id, changes=changes, now=now,
        source=Source.EXCEPTION,
    )  # fmt: skip


def set_minutes(
    session: Session,
    viewer: Viewer,
    *,
    registration_id: int,
    slot_id: int,
    minutes: int,
    now: datetime,
) -> None:
    """Say how long someone present really stayed (late arrival); never longer than the slot."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    held = session.get(Attendance, (registration_id, slot_id))
    slot = session.get(Slot, slot_id)
    if held is None or slot is None or held.state != AttendanceState.PRESENT.value:
        raise DomainError("Seule une personne présente a une durée.")
    if not 0 < minutes <= slot.minutes:
        raise DomainError(f"La durée va de 1 à {slot.minutes} minutes.")
    held.minutes, held.author = minutes, viewer.signature
    held.entered_at = fr.stored(now)
    session.add(held)
