"""Reads of sessions: one session whole, the years there are, what is loaded."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.db import table_of
from core.people.models import Network
from core.territories.models import Territory
from core.training import blocks, dates
from core.training.dates import DateBlock
from core.training.enums import EventKind, Half, SessionState, SlotState
from core.training.follow_models import Registration
from core.training.models import (
    DateVersion,
    Dependency,
    PlanEvent,
    SessionNetwork,
    SessionTask,
    Slot,
    TrainingAction,
    TrainingSession,
)

DOMAINS = ("training", "people", "territories")


@dataclass(frozen=True)
class SlotView:
    """A half-day of a session."""

    id: int
    session_id: int
    day: date
    half: Half
    starts_at: time
    ends_at: time
    minutes: int
    state: SlotState


@dataclass(frozen=True)
class SessionCard:
    """One session, whole: what its page shows."""

    training: TrainingSession
    kind: EventKind
    theme: str
    block: DateBlock
    networks: tuple[str, ...]
    network_ids: tuple[int, ...]
    territory: str
    slots: tuple[SlotView, ...]
    to_place: tuple[int, int]
    tasks: tuple[SessionTask, ...]
    versions: tuple[DateVersion, ...]
    dependencies: tuple[Dependency, ...]
    plan_codes: tuple[str, ...]

    @property
    def state(self) -> SessionState:
        return SessionState(self.training.state)


def session_card(session: Session, viewer: Viewer, *, training_id: int) -> SessionCard | None:
    """Return a session with its half-days, tasks, dependencies and former dates."""
    require(viewer, Right.READ_ACTIVITY)
    training = session.get(TrainingSession, training_id)
    if training is None:
        return None
    action = session.get(TrainingAction, training.action_id)
    territory = session.get(Territory, training.territory_id) if training.territory_id else None
    slots = session.exec(
        select(Slot).where(Slot.session_id == training_id).order_by(col(Slot.day), col(Slot.half))
    ).all()
    found = [
        SlotView(slot.id or 0, training_id, slot.day, Half(slot.half), slot.starts_at,
                 slot.ends_at, slot.minutes, SlotState(slot.state))
        for slot in slots
    ]  # fmt: skip
    ordered = sorted(found, key=lambda slot: (slot.day, "MAS".index(slot.half.value)))
    block = blocks.block_of(training)
    kept = [slot for slot in ordered if slot.state is not SlotState.CANCELLED]
    shared = session.exec(
        select(Network)
        .join(SessionNetwork, col(SessionNetwork.network_id) == col(Network.id))
        .where(SessionNetwork.session_id == training_id)
        .order_by(sa.desc(col(SessionNetwork.is_lead)), Network.code)
    ).all()
    return SessionCard(
        training=training,
        kind=EventKind(action.kind if action else EventKind.OTHER.value),
        theme=action.theme if action else "",
        block=block,
        networks=tuple(row.code for row in shared),
        network_ids=tuple(row.id or 0 for row in shared),
        territory=territory.name if territory else "",
        slots=tuple(ordered),
        to_place=dates.to_place(block, len(kept)),
        tasks=_of(session, SessionTask, training_id, SessionTask.days_before),
        versions=_of(session, DateVersion, training_id, DateVersion.number),
        dependencies=_of(session, Dependency, training_id, Dependency.id),
        plan_codes=tuple(
            session.exec(select(PlanEvent.code).where(PlanEvent.session_id == training_id))
        ),
    )


def _of(session: Session, model: Any, training_id: int, order: Any) -> tuple[Any, ...]:
    statement = select(model).where(model.session_id == training_id).order_by(sa.desc(order))
    return tuple(session.exec(statement))


def years(session: Session, viewer: Viewer) -> list[int]:
    """List the years that have dated sessions or a plan, the latest first."""
    require(viewer, Right.READ_ACTIVITY)
    bounds = session.exec(
        select(sa.func.min(col(TrainingSession.earliest)), sa.func.max(col(TrainingSession.latest)))
    ).one()
    found = set(session.exec(select(PlanEvent.year).distinct()))
    if bounds[0] and bounds[1]:
        found |= set(range(bounds[0].year, bounds[1].year + 1))
    return sorted(found, reverse=True)


def counts(session: Session) -> dict[str, int]:
    """Count what is loaded, by the stable keys of ``python -m core status``."""

    def total(model: Any) -> int:
        statement = sa.select(sa.func.count()).select_from(table_of(model))
        return int(session.connection().execute(statement).scalar_one())

    return {
        "plan_events": total(PlanEvent),
        "sessions": total(TrainingSession),
        "slots": total(Slot),
        "registrations": total(Registration),
    }
