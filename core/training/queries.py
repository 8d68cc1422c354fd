"""Reads of sessions: the list and the agenda, one session whole, networks, the plan."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.db import table_of
from core.people.models import Network
from core.territories.models import Territory
from core.training import blocks, dates, rules
from core.training.dates import Certainty, DateBlock
from core.training.enums import Confirmation, EventKind, Half, SessionState, SlotState
from core.training.follow_models import Registration
from core.training.models import (
    DateVersion,
    Dependency,
    PlanEvent,
    PlanNote,
    SessionNetwork,
    SessionTask,
    Slot,
    TrainingAction,
    TrainingSession,
)

DOMAINS = ("training", "people", "territories")
SESSION, ACTION = table_of(TrainingSession), table_of(TrainingAction)
SLOT, SHARED, NETWORK = table_of(Slot), table_of(SessionNetwork), table_of(Network)
ALIVE = (
    SessionState.TENTATIVE.value, SessionState.CONFIRMED.value, SessionState.POSTPONED.value,
    SessionState.DONE.value,
)  # fmt: skip


OUR_TEAM = "Ressources & Territoires"


@dataclass(frozen=True)
class AgendaFilter:
    """What an agenda shows: a period, and what kind of sessions."""

    start: date
    end: date
    network: str = ""
    kind: str = ""
    state: str = ""
    text: str = ""


@dataclass(frozen=True)
class AgendaRow:
    """One session in an agenda, with how sure it is to fall into the period."""

    id: int
    title: str
    kind: EventKind
    theme: str
    state: SessionState
    block: DateBlock
    certainty: Certainty
    place: str
    place_status: Confirmation
    territory: str
    networks: tuple[str, ...]
    partner: str
    trainers: str
    capacity: int | None
    is_ours: bool
    is_regional: bool
    is_simulated: bool


def agenda(session: Session, viewer: Viewer, *, wanted: AgendaFilter) -> list[AgendaRow]:
    """List the sessions that fall into a period for sure or perhaps, by first possible day.

    What has no bound at all comes last: it is in no period, and in none for sure.
    """
    require(viewer, Right.READ_ACTIVITY)
    statement = _agenda_statement(wanted)
    networks = networks_by_session(session)
    found = [
        _agenda_row(row, wanted, networks.get(row.id, ()))
        for row in session.connection().execute(statement)
    ]
    kept = [
        row
        for row in found
        if row.certainty is not Certainty.IMPOSSIBLE
        and (not wanted.network or wanted.network in row.networks)
    ]
    return sorted(kept, key=lambda row: (*row.block.sort_key, row.id))


def _agenda_statement(wanted: AgendaFilter) -> sa.Select[Any]:
    """Leave out by index what cannot fall into the period; the rest is judged one by one."""
    statement = (
        sa.select(
            SESSION, ACTION.c.kind, ACTION.c.theme, table_of(Territory).c.name.label("territory")
        )
        .join(ACTION, ACTION.c.id == SESSION.c.action_id)
        .join(table_of(Territory), table_of(Territory).c.id == SESSION.c.territory_id, isouter=True)
        .where(
            sa.or_(SESSION.c.earliest.is_(None), SESSION.c.earliest <= wanted.end),
            sa.or_(SESSION.c.latest.is_(None), SESSION.c.latest >= wanted.start),
        )
    )
    if wanted.kind:
        statement = statement.where(ACTION.c.kind == wanted.kind)
    if wanted.state:
        return statement.where(SESSION.c.state == wanted.state)
    return statement.where(SESSION.c.state.in_(ALIVE))


def _agenda_row(row: Any, wanted: AgendaFilter, networks: tuple[str, ...]) -> AgendaRow:
    block = blocks.block_of(row)
    return AgendaRow(
        id=row.id, title=row.title, kind=EventKind(row.kind), theme=row.theme,
        state=SessionState(row.state), block=block,
        certainty=dates.certainty(block, wanted.start, wanted.end), place=row.place_text,
        place_status=Confirmation(row.place_status), territory=row.territory or "",
        networks=networks, partner=row.partner, trainers=row.trainers, capacity=row.capacity,
        is_ours=row.is_ours, is_regional=row.counts_regional, is_simulated=row.is_simulated,
    )  # fmt: skip


def networks_by_session(session: Session) -> dict[int, tuple[str, ...]]:
    """Return the codes of the networks of each session, the leading one first."""
    statement = (
        sa.select(SHARED.c.session_id, NETWORK.c.code)
        .join(NETWORK, NETWORK.c.id == SHARED.c.network_id)
        .order_by(SHARED.c.session_id, sa.desc(SHARED.c.is_lead), NETWORK.c.code)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in session.connection().execute(statement):
        found[row.session_id].append(row.code)
    return {key: tuple(codes) for key, codes in found.items()}


def dated(rows: list[AgendaRow]) -> list[rules.Dated]:
    """Return the sessions with the days they are known to take place, to count and compare.

    Only network days count for networks. Where nobody is named, the centre's own team goes.
    """
    return [
        rules.Dated(
            session_id=row.id, title=row.title, days=frozenset(row.block.days),
            networks=frozenset(row.networks if row.kind is EventKind.NETWORK_DAY else ()),
            place=row.territory or row.place, team=_team(row),
            is_regional=row.is_regional,
        )
        for row in rows
        if row.block.days
    ]  # fmt: skip


def _team(row: AgendaRow) -> frozenset[str]:
    named = {part.strip() for part in row.trainers.split(",") if part.strip()}
    return frozenset(named or ({OUR_TEAM} if row.is_ours else ()))


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


def open_points(
    session: Session, viewer: Viewer, *, wanted: AgendaFilter, today: date
) -> list[rules.OpenPoint]:
    """List what is still to be defined in a period, the most urgent first, undated last."""
    rows = agenda(session, viewer, wanted=wanted)
    waiting = [
        point
        for row in rows
        if row.state in {SessionState.TENTATIVE, SessionState.CONFIRMED, SessionState.POSTPONED}
        and (row.block.span[1] is None or row.block.span[1] >= today)
        for point in rules.open_points(row.id, row.title, row.block, row.place_status, today=today)
    ]
    return sorted(waiting, key=lambda point: (point.needed_by is None, point.needed_by or today))


def plan(session: Session, viewer: Viewer, *, year: int) -> pd.DataFrame:
    """One row an event of the plan: what was meant, and what its session has become.

    Columns: code, section, title, kind, network, theme, line, date, place, planned (half-days),
    most, placed, held (half-days), state, session_id, counts_regional.
    """
    require(viewer, Right.READ_ACTIVITY)
    events = session.exec(
        select(PlanEvent).where(PlanEvent.year == year).order_by(PlanEvent.code)
    ).all()
    placed = _half_days(session)
    states = dict(session.exec(select(col(TrainingSession.id), col(TrainingSession.state))).all())
    rows = []
    for event in events:
        counted = placed.get(event.session_id or 0, (0, 0))
        rows.append(
            (
                event.code, event.section, event.title, EventKind(event.kind).label,
                event.network_code, event.theme, event.source_line,
                blocks.block_of(event).told(), event.place_text, event.half_days_planned,
                event.half_days_most, counted[0], counted[1],
                SessionState(states.get(event.session_id, event.state)).label,
                event.session_id, event.counts_regional,
            )
        )  # fmt: skip
    columns = [
        "code", "section", "title", "kind", "network", "theme", "line", "date", "place",
        "planned", "most", "placed", "held", "state", "session_id", "counts_regional",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _half_days(session: Session) -> dict[int, tuple[int, int]]:
    """Return (placed, held) half-days of each session; cancelled ones are neither."""
    statement = (
        sa.select(
            SLOT.c.session_id, sa.func.count(),
            sa.func.sum(sa.case((SLOT.c.state == "tenu", 1), else_=0)),
        )
        .where(SLOT.c.state != "annule")
        .group_by(SLOT.c.session_id)
    )  # fmt: skip
    rows = session.connection().execute(statement).all()
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def plan_notes(session: Session, viewer: Viewer, *, year: int) -> list[PlanNote]:
    """List what does not hold together in a plan, settled ones last."""
    require(viewer, Right.READ_ACTIVITY)
    statement = select(PlanNote).where(PlanNote.year == year).order_by(PlanNote.code)
    return sorted(session.exec(statement), key=lambda note: (bool(note.resolution), note.code))


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
