"""Reads of one order for its card: states, lines, every movement; and what a new one may be."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.competences_cles import forecast_entry, order_lines, orders, quantities
from core.competences_cles.follow_models import Decision
from core.competences_cles.market_models import Attribution, Lot, LotUt, Marche, Prestation
from core.competences_cles.models import BonDeCommande, BonLine, BonMovement, LineStanding
from core.competences_cles.order_checks import TRANSITIONS
from core.competences_cles.quantities import BonState, Line, Movement
from core.competences_cles.units import UnitOfWork
from core.people.models import Structure
from core.territories.models import Territory

DOMAINS = ("competences_cles", "people", "territories")


@dataclass(frozen=True)
class MovementRow:
    """A movement as it is read: ``after`` is what the line asks for once it is counted."""

    effective_on: date
    known_on: date
    kind: str
    delta: int
    after: int
    author: str
    reason: str
    decision: str


@dataclass(frozen=True)
class LineCard:
    """A line of an order, in its unit: C, K, G before any rate, what settling gives back."""

    id: int
    prestation: str
    prestation_id: int
    unit: UnitOfWork
    initial: int
    asked: int
    ordered: int
    consumed: int
    committed: int
    release: int
    movements: tuple[MovementRow, ...]
    foreseen: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class OrderCard:
    """An order as it stands: what it is, what may come next, its lines."""

    bon: BonDeCommande
    state: BonState
    lot: str
    marche: str
    ut: str
    operator: str
    lines: tuple[LineCard, ...]

    @property
    def is_consumed(self) -> bool:
        return any(line.consumed for line in self.lines)

    @property
    def nexts(self) -> tuple[BonState, ...]:
        """What the order may become by hand: it is under way by its first consumption."""
        by_hand = TRANSITIONS[self.state]
        if self.state is BonState.NOTIFIED:
            return tuple(one for one in by_hand if one is not BonState.RUNNING)
        return by_hand


def order_card(
    session: Session, viewer: Viewer, *, bon_id: int, known_on: date
) -> OrderCard | None:
    """Return the card of an order as it stands; None where there is none."""
    require(viewer, Right.EDIT_MARKET)
    row = session.exec(
        select(BonDeCommande, Lot, Territory.name, Structure.name)
        .join(Lot, col(Lot.id) == col(BonDeCommande.lot_id))
        .join(Territory, col(Territory.id) == col(BonDeCommande.territory_id))
        .join(Structure, col(Structure.id) == col(BonDeCommande.structure_id))
        .where(BonDeCommande.id == bon_id)
    ).first()
    if row is None:
        return None
    bon, lot, ut, operator = row
    marche, lines = session.get_one(Marche, lot.marche_id), _lines(session, bon, known_on)
    return OrderCard(bon, BonState(bon.state), lot.number, marche.reference, ut, operator, lines)


def _lines(session: Session, bon: BonDeCommande, known_on: date) -> tuple[LineCard, ...]:
    rows = session.exec(
        select(BonLine, Prestation)
        .join(Prestation, col(Prestation.id) == col(BonLine.prestation_id))
        .where(BonLine.bon_id == bon.id)
        .order_by(col(BonLine.id))
    ).all()
    ids = [line.id or 0 for line, _ in rows]
    moves, committed = _movements(session, ids), _committed(session, ids)
    consumed = order_lines.consumed_by_line(session, bon.id or 0)
    back = orders.releases(session, bon.id or 0)
    foreseen = forecast_entry.newest(session, ids, known_on=known_on)
    found = []
    for line, prestation in rows:
        own, used = line.id or 0, consumed.get(line.id or 0, 0)
        told = _told(line.initial, moves.get(own, []))
        found.append(
            LineCard(
                own, prestation.label, line.prestation_id, UnitOfWork(prestation.unit),
                line.initial, line.initial + sum(one.delta for one in told),
                _ordered(bon, line, told, used), used, committed.get(own, 0), back[own],
                tuple(told), foreseen.get(own, {}),
            )
        )  # fmt: skip
    return tuple(found)


def _ordered(bon: BonDeCommande, line: BonLine, told: list[MovementRow], consumed: int) -> int:
    moves = tuple(Movement(one.delta, one.effective_on, one.known_on) for one in told)
    rule = Line(BonState(bon.state), line.initial, moves)
    return quantities.ordered(rule, consumed, day=date.max)


def _movements(session: Session, ids: list[int]) -> dict[int, list[Any]]:
    rows = session.connection().execute(
        sa.select(
            col(BonMovement.line_id), col(BonMovement.delta), col(BonMovement.kind),
            col(BonMovement.effective_on), col(BonMovement.known_on), col(BonMovement.author),
            col(BonMovement.reason), col(Decision.body), col(Decision.decided_on),
        )
        .join(Decision, col(Decision.id) == col(BonMovement.decision_id), isouter=True)
        .where(col(BonMovement.line_id).in_(ids))
        .order_by(col(BonMovement.effective_on), col(BonMovement.id))
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.line_id].append(row)
    return found


def _told(initial: int, rows: list[Any]) -> list[MovementRow]:
    level, told = initial, []
    for row in rows:
        level += row.delta
        kind = orders.MOVEMENT_KINDS.get(row.kind, row.kind)
        decision = f"{row.body} du {row.decided_on:%d/%m/%Y}" if row.decided_on else ""
        told.append(
            MovementRow(row.effective_on, row.known_on, kind, row.delta, level, row.author,
                        row.reason, decision)
        )  # fmt: skip
    return told


def _committed(session: Session, ids: list[int]) -> dict[int, int]:
    """Return what the parcours under way still need by line, from the last export applied."""
    last = sa.select(sa.func.max(col(LineStanding.import_id))).scalar_subquery()
    rows = session.connection().execute(
        sa.select(col(LineStanding.line_id), col(LineStanding.committed)).where(
            col(LineStanding.line_id).in_(ids), col(LineStanding.import_id) == last
        )
    )
    return {row.line_id: row.committed for row in rows}


def every_order(session: Session, viewer: Viewer) -> list[tuple[int, str]]:
    """Every order to choose from, the latest first: id, « number – département (état) »."""
    require(viewer, Right.EDIT_MARKET)
    rows = session.exec(
        select(BonDeCommande.id, BonDeCommande.number, Territory.name, BonDeCommande.state)
        .join(Territory, col(Territory.id) == col(BonDeCommande.territory_id))
        .order_by(col(BonDeCommande.starts_on).desc(), BonDeCommande.number)
    )
    return [
        (key or 0, f"{number} – {ut} ({BonState(state).label})") for key, number, ut, state in rows
    ]


@dataclass(frozen=True)
class LotChoice:
    """A lot that an order may be made in: its départements, its holders with their days."""

    id: int
    name: str
    number: str
    unit: UnitOfWork
    starts_on: date
    ends_on: date
    uts: Mapping[int, str]
    holders: tuple[tuple[int, date, date | None], ...]

    def holder_on(self, day: date) -> int | None:
        """Return who holds the lot on a day."""
        for structure, start, end in self.holders:
            if start <= day <= (end or date.max):
                return structure
        return None


def lot_choices(session: Session, viewer: Viewer) -> list[LotChoice]:
    """Every lot of every marché, the latest marché first."""
    require(viewer, Right.EDIT_MARKET)
    rows = session.exec(
        select(Lot, Marche)
        .join(Marche, col(Marche.id) == col(Lot.marche_id))
        .order_by(col(Marche.starts_on).desc(), Marche.reference, Lot.number)
    ).all()
    uts: dict[int, dict[int, str]] = defaultdict(dict)
    for lot_id, key, name in session.exec(
        select(LotUt.lot_id, Territory.id, Territory.name)
        .join(Territory, col(Territory.id) == col(LotUt.territory_id))
        .order_by(Territory.code)
    ):
        uts[lot_id][key or 0] = name
    held: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
    for one in session.exec(select(Attribution).order_by(col(Attribution.starts_on))):
        held[one.lot_id].append((one.structure_id, one.starts_on, one.ends_on))
    return [
        LotChoice(
            lot.id or 0, f"{marche.reference} – lot {lot.number}", lot.number, UnitOfWork(lot.unit),
            marche.starts_on, marche.ends_on, uts[lot.id or 0], tuple(held[lot.id or 0]),
        )
        for lot, marche in rows
    ]  # fmt: skip
