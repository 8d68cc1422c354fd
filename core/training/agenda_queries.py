"""Reads of the agenda: the sessions of a period for sure or perhaps, and what is still open."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.access import Right, Viewer, require
from core.db import table_of
from core.people.models import Network
from core.territories.models import Territory
from core.training import blocks, dates, rules
from core.training.dates import Certainty, DateBlock
from core.training.enums import Confirmation, EventKind, SessionState
from core.training.models import SessionNetwork, TrainingAction, TrainingSession

DOMAINS = ("training", "people", "territories")
SESSION, ACTION = table_of(TrainingSession), table_of(TrainingAction)
SHARED, NETWORK = table_of(SessionNetwork), table_of(Network)
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
