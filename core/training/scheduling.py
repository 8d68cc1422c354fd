"""Writes on the dates of sessions: days placed and taken back, half-days, every change kept."""

from collections.abc import Sequence
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.errors import DomainError
from core.training import blocks, dates, rules
from core.training.enums import Half, SessionState, SlotState
from core.training.follow_models import Attendance
from core.training.models import DateVersion, Slot, TrainingSession

DOMAIN = "training"


def training_of(session: Session, training_id: int) -> TrainingSession:
    """Return a session, or refuse: it may have been taken away since the page was opened."""
    training = session.get(TrainingSession, training_id)
    if training is None:
        raise DomainError("Cette séance n’existe plus : rechargez la page.")
    return training


def set_date(
    session: Session,
    viewer: Viewer,
    training: TrainingSession,
    block: dates.DateBlock,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Write a new date and keep the former one; calendars are told by a raised sequence."""
    former = blocks.block_of(training)
    numbers = select(sa.func.count(col(DateVersion.id))).where(
        DateVersion.session_id == training.id
    )
    session.add(
        DateVersion(
            session_id=training.id or 0, number=1 + session.exec(numbers).one(),
            before=dates.dump(former), after=dates.dump(block), reason=reason.strip(),
            author=viewer.signature, changed_at=fr.stored(now),
        )
    )  # fmt: skip
    blocks.write(training, block)
    training.sequence += 1
    session.add(training)
    session.flush()


def place_day(  # noqa: PLR0913  # what is on the form
    session: Session,
    viewer: Viewer,
    *,
    training_id: int,
    day: date,
    halves: Sequence[Half] = (Half.MORNING, Half.AFTERNOON),
    is_forced: bool = False,
    now: datetime,
) -> None:
    """Place one day of a session: its half-days are made, what remains to place goes down."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    training = training_of(session, training_id)
    if training.state in {SessionState.CANCELLED, SessionState.DONE}:
        raise DomainError(f"Cette séance est {SessionState(training.state).label} : rien à placer.")
    if not halves:
        raise DomainError("Choisissez au moins une demi-journée.")
    block = dates.place_day(blocks.block_of(training), day, is_forced=is_forced)
    if block != blocks.block_of(training):
        set_date(session, viewer, training, block, reason=f"jour placé : {fr.day(day)}", now=now)
    lay_slots(session, training_id, [day], halves)
    training.version += 1
    session.add(training)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="jour placé", subject=training.title,
        after={"date": fr.day(day)},
    )  # fmt: skip


def lay_slots(
    session: Session,
    training_id: int,
    days: Sequence[date],
    halves: Sequence[Half] = (Half.MORNING, Half.AFTERNOON),
) -> None:
    held = set(
        session.exec(
            select(col(Slot.day), col(Slot.half)).where(Slot.session_id == training_id)
        ).all()
    )
    for day in days:
        for half in halves:
            if (day, half.value) not in held:
                start, end = rules.HOURS[half]
                session.add(
                    Slot(
                        session_id=training_id, day=day, half=half.value, starts_at=start,
                        ends_at=end, minutes=rules.minutes_of(start, end),
                    )
                )  # fmt: skip
    session.flush()


def change_slot(  # noqa: PLR0913  # what is on the form
    session: Session,
    viewer: Viewer,
    *,
    slot_id: int,
    starts_at: time,
    ends_at: time,
    state: SlotState,
    now: datetime,
) -> None:
    """Change the hours of a half-day, mark it held or cancelled."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    slot = session.get(Slot, slot_id)
    if slot is None:
        raise DomainError("Cette demi-journée n’existe plus : rechargez la page.")
    if ends_at <= starts_at:
        raise DomainError("L’heure de fin doit suivre l’heure de début.")
    if state is SlotState.HELD and slot.day > now.date():
        raise DomainError(f"Le {fr.day(slot.day)} n’est pas encore passé.")
    slot.starts_at, slot.ends_at = starts_at, ends_at
    slot.minutes, slot.state = rules.minutes_of(starts_at, ends_at), state.value
    session.add(slot)
    training = training_of(session, slot.session_id)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=f"demi-journée {state.label}",
        subject=training.title, after={"date": f"{fr.day(slot.day)}, {Half(slot.half).label}"},
    )  # fmt: skip


def remove_day(
    session: Session, viewer: Viewer, *, training_id: int, day: date, now: datetime
) -> None:
    """Take a day back that nobody was entered for; the date goes back to what remains."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    training = training_of(session, training_id)
    slots = session.exec(select(Slot).where(Slot.session_id == training_id, Slot.day == day)).all()
    entered = select(Attendance.slot_id).where(
        col(Attendance.slot_id).in_([slot.id for slot in slots])
    )
    if session.exec(entered).first() is not None:
        raise DomainError(
            f"Des présences sont saisies le {fr.day(day)} : marquez la demi-journée « annulée »."
        )
    for slot in slots:
        session.delete(slot)
    session.flush()
    block = dates.without_day(blocks.block_of(training), day)
    set_date(session, viewer, training, block, reason=f"jour retiré : {fr.day(day)}", now=now)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="jour retiré", subject=training.title,
        before={"date": fr.day(day)},
    )  # fmt: skip


def free_slots(session: Session, training_id: int, *, keep: Sequence[date] = ()) -> None:
    """Cancel the half-days of days that no longer hold; those with nothing entered go."""
    entered = sa.select(table_of(Attendance).c.slot_id)
    slots = table_of(Slot)
    own = sa.and_(slots.c.session_id == training_id, slots.c.day.not_in(keep))
    connection = session.connection()
    connection.execute(sa.update(slots).where(own, slots.c.id.in_(entered)).values(state="annule"))
    connection.execute(sa.delete(slots).where(own, slots.c.id.not_in(entered)))
