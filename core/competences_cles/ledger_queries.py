"""Reads of the ledger: what is ordered, consumed and committed, as it was known on a day.

One query a table, whatever the number of orders; the arithmetic is that of ``quantities``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.access import Right, Viewer, require
from core.competences_cles import quantities
from core.competences_cles.calendar import period_of
from core.competences_cles.follow_models import Foreseen, ForeseenVersion
from core.competences_cles.market_models import Lot, Marche, Prestation, Prix
from core.competences_cles.models import (
    BonDeCommande,
    BonLine,
    BonMovement,
    Consumption,
    ConsumptionMonth,
    LineStanding,
    OperatorMonth,
    ParcoursVersion,
    RosaceImport,
)
from core.competences_cles.outlook import OrderFacts
from core.competences_cles.pace import Entry
from core.competences_cles.path_enums import ACTIVE, OUTCOMES, PathState
from core.competences_cles.quantities import BonState, Continuation, Line, Movement, Quantities
from core.competences_cles.units import UnitOfWork
from core.db import table_of
from core.people.models import Structure
from core.territories.models import Territory

DOMAINS = ("competences_cles", "people", "territories")
BON, LINE, MONTH = table_of(BonDeCommande), table_of(BonLine), table_of(ConsumptionMonth)
PATH, IMPORT = table_of(ParcoursVersion), table_of(RosaceImport)
STANDING = table_of(LineStanding)
APPLIED = "applique"


def facts(session: Session, viewer: Viewer, *, known_on: date) -> list[OrderFacts]:
    """One row an order and unit of work, as known on a day: what ``outlook.views`` judges."""
    require(viewer, Right.READ_MARKET)
    rows = _orders(session)
    entries = _entries(session, known_on)
    moves = _movements(session)
    loads = _committed(session, known_on)
    covered, last = coverage(session, known_on)
    foreseen, prices = _foreseen(session, known_on), _prices(session, known_on)
    groups: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.id, row.unit].append(row)
    read = _Read(entries, moves, loads, covered, last, foreseen, prices)
    return [_facts(group, read, known_on) for group in groups.values()]


@dataclass(frozen=True)
class _Read:
    """What was read, by order line, by operator, by lot and service."""

    entries: Mapping[int, list[Entry]]
    moves: Mapping[int, list[Movement]]
    loads: Mapping[int, int]
    covered: Mapping[int, frozenset[int]]
    last: Mapping[int, date]
    foreseen: Mapping[int, dict[int, float]]
    prices: Mapping[tuple[int, int], int]


def state_on(row: Any, day: date) -> BonState:
    """Return the state an order was in at the end of a day, from the days it changed on."""
    state = BonState(row.state)
    is_ended = state in {BonState.SETTLED, BonState.CANCELLED}
    if is_ended and (row.settled_on is None or row.settled_on <= day):
        return state
    if row.notified_on is not None and row.notified_on <= day:
        return BonState.RUNNING if is_ended else state
    if row.issued_on is not None and row.issued_on <= day:
        return BonState.ISSUED
    return BonState.DRAFT


def _facts(group: Sequence[Any], read: _Read, day: date) -> OrderFacts:
    first = group[0]
    state = state_on(first, day)
    ordered, consumed, pending, steps = 0, 0, 0, []
    for row in group:
        line = Line(state, row.initial, tuple(read.moves.get(row.line_id, ())))
        own = sum(one.quantity for one in read.entries.get(row.line_id, ()))
        consumed += own
        ordered += quantities.ordered(line, own, day=day)
        pending += quantities.pending(line, day=day)
        steps += [(row.notified_on or row.starts_on, row.initial)]
        steps += [
            (one.effective_on, one.delta)
            for one in line.movements
            if (one.known_on or one.effective_on) <= day
        ]
    sums: dict[int, float] = defaultdict(float)
    for row in group:
        for period, quantity in read.foreseen.get(row.line_id, {}).items():
            sums[period] += quantity
    return OrderFacts(
        id=first.id, number=first.number, lot=first.lot_number, ut=first.ut,
        ut_code=first.ut_code, operator=first.operator, unit=UnitOfWork(first.unit), state=state,
        start=first.starts_on, end=first.ends_on, ordered=ordered, consumed=consumed,
        committed_raw=sum(read.loads.get(row.line_id, 0) for row in group), pending=pending,
        steps=tuple(sorted(steps)),
        entries=tuple(one for row in group for one in read.entries.get(row.line_id, ())),
        covered=read.covered.get(first.structure_id, frozenset()),
        last_data_on=read.last.get(first.structure_id), foreseen=dict(sums),
        minimum=first.quantity_min if first.unit == first.lot_unit else None,
        maximum=first.quantity_max if first.unit == first.lot_unit else None,
        lot_id=first.lot_id, market_end=first.market_end,
        price=read.prices.get((first.lot_id, first.prestation_id)),
    )  # fmt: skip


def _orders(session: Session, *, lot_id: int | None = None) -> list[Any]:
    lot, prestation = table_of(Lot), table_of(Prestation)
    territory, structure, marche = table_of(Territory), table_of(Structure), table_of(Marche)
    statement = (
        sa.select(
            BON, LINE.c.id.label("line_id"), LINE.c.initial, LINE.c.prestation_id,
            prestation.c.unit, lot.c.number.label("lot_number"),
            lot.c.unit.label("lot_unit"), lot.c.quantity_min, lot.c.quantity_max,
            marche.c.ends_on.label("market_end"),
            territory.c.name.label("ut"), territory.c.code.label("ut_code"),
            structure.c.name.label("operator"),
        )
        .join(LINE, LINE.c.bon_id == BON.c.id)
        .join(prestation, prestation.c.id == LINE.c.prestation_id)
        .join(lot, lot.c.id == BON.c.lot_id)
        .join(marche, marche.c.id == lot.c.marche_id)
        .join(territory, territory.c.id == BON.c.territory_id)
        .join(structure, structure.c.id == BON.c.structure_id)
        .order_by(territory.c.code, lot.c.number, BON.c.number, LINE.c.id)
    )  # fmt: skip
    if lot_id is not None:
        statement = statement.where(BON.c.lot_id == lot_id)
    return list(session.connection().execute(statement))


def _entries(session: Session, known_on: date) -> dict[int, list[Entry]]:
    statement = (
        sa.select(MONTH.c.line_id, MONTH.c.period, MONTH.c.known_on, sa.func.sum(MONTH.c.quantity))
        .where(MONTH.c.known_on <= known_on, MONTH.c.period <= period_of(known_on))
        .group_by(MONTH.c.line_id, MONTH.c.period, MONTH.c.known_on)
        .order_by(MONTH.c.line_id, MONTH.c.period, MONTH.c.known_on)
    )
    found: dict[int, list[Entry]] = defaultdict(list)
    for line_id, period, known, quantity in session.connection().execute(statement):
        found[line_id].append(Entry(period, known, int(quantity)))
    return found


def _movements(session: Session) -> dict[int, list[Movement]]:
    move = table_of(BonMovement)
    rows = session.connection().execute(
        sa.select(move.c.line_id, move.c.delta, move.c.effective_on, move.c.known_on)
    )
    found: dict[int, list[Movement]] = defaultdict(list)
    for row in rows:
        found[row.line_id].append(Movement(row.delta, row.effective_on, row.known_on))
    return found


def current_paths(known_on: date) -> sa.Subquery:
    """Select the last version of each parcours among the exports applied and known on a day."""
    applied = sa.select(IMPORT.c.id).where(
        IMPORT.c.state == APPLIED, IMPORT.c.extracted_on <= known_on
    )
    latest = (
        sa.select(
            PATH.c.pseudonym, PATH.c.line_id, sa.func.max(PATH.c.import_id).label("import_id")
        )
        .where(PATH.c.import_id.in_(applied))
        .group_by(PATH.c.pseudonym, PATH.c.line_id)
        .subquery()
    )
    same = [PATH.c[name] == latest.c[name] for name in ("pseudonym", "line_id", "import_id")]
    return sa.select(PATH).join(latest, sa.and_(*same)).subquery()


def standings(known_on: date) -> sa.Select[tuple[int, int, int, int]]:
    """Sum up the present parcours by order line: line_id, committed, completed, outcomes."""
    current, prestation = current_paths(known_on), table_of(Prestation)
    planned = sa.case(
        (prestation.c.unit.in_(["parcours", "forfait"]), 1),
        else_=sa.func.coalesce(current.c.planned, 0),
    )
    is_active = current.c.state.in_([one.value for one in ACTIVE])
    is_left = sa.and_(is_active, planned > current.c.done)
    is_known = current.c.state.in_([one.value for one in OUTCOMES])
    return (
        sa.select(
            current.c.line_id,
            sa.func.sum(sa.case((is_left, planned - current.c.done), else_=0)).label("committed"),
            sa.func.sum(sa.case((current.c.state == PathState.COMPLETED.value, 1), else_=0)).label(
                "completed"
            ),
            sa.func.sum(sa.case((is_known, 1), else_=0)).label("outcomes"),
        )
        .join(LINE, LINE.c.id == current.c.line_id)
        .join(prestation, prestation.c.id == LINE.c.prestation_id)
        .group_by(current.c.line_id)
    )


def _last_standing(known_on: date) -> sa.ScalarSelect[int]:
    """Select the last export applied and known on a day: its standings are those of that day."""
    return (
        sa.select(sa.func.max(IMPORT.c.id))
        .where(IMPORT.c.state == APPLIED, IMPORT.c.extracted_on <= known_on)
        .scalar_subquery()
    )


def _committed(session: Session, known_on: date) -> dict[int, int]:
    """Return what the active parcours still need, by order line, before any continuation rate."""
    rows = session.connection().execute(
        sa.select(STANDING.c.line_id, STANDING.c.committed).where(
            STANDING.c.import_id == _last_standing(known_on)
        )
    )
    return {row.line_id: row.committed for row in rows}


def coverage(session: Session, known_on: date) -> tuple[dict[int, frozenset[int]], dict[int, date]]:
    """Return the months each operator declared, and the day its last new row became known.

    An export that repeats what was known says nothing new: silence is the lack of new rows.
    """
    month = table_of(OperatorMonth)
    rows = session.connection().execute(
        sa.select(month.c.structure_id, month.c.period)
        .join(IMPORT, IMPORT.c.id == month.c.import_id)
        .where(IMPORT.c.state == APPLIED, month.c.known_on <= known_on)
        .distinct()
    )
    covered: dict[int, set[int]] = defaultdict(set)
    for structure, period in rows:
        covered[structure].add(period)
    latest = session.connection().execute(
        sa.select(BON.c.structure_id, sa.func.max(MONTH.c.known_on))
        .join(LINE, LINE.c.bon_id == BON.c.id)
        .join(MONTH, MONTH.c.line_id == LINE.c.id)
        .where(MONTH.c.known_on <= known_on)
        .group_by(BON.c.structure_id)
    )
    last = {row[0]: row[1] for row in latest}
    return {key: frozenset(periods) for key, periods in covered.items()}, last


def _foreseen(session: Session, known_on: date) -> dict[int, dict[int, float]]:
    """Return what was foreseen by order line and month: the newest version known on a day.

    A newer version replaces the whole of the former one, months that it leaves out included.
    """
    table, newest = table_of(Foreseen), newest_versions(known_on)
    rows = session.connection().execute(
        sa.select(table.c.line_id, table.c.period, table.c.quantity).join(
            newest,
            sa.and_(newest.c.line_id == table.c.line_id, newest.c.version == table.c.version),
        )
    )
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for row in rows:
        found[row.line_id][row.period] = float(row.quantity)
    return found


def newest_versions(known_on: date) -> sa.Subquery:
    """Select line_id and version: the newest forecast of each order line known on a day."""
    version = table_of(ForeseenVersion)
    return (
        sa.select(version.c.line_id, sa.func.max(version.c.version).label("version"))
        .where(version.c.known_on <= known_on)
        .group_by(version.c.line_id)
        .subquery()
    )


def _prices(session: Session, day: date) -> dict[tuple[int, int], int]:
    """Return the price of each service of each lot that is valid on a day, in cents."""
    table = table_of(Prix)
    rows = session.connection().execute(
        sa.select(table.c.lot_id, table.c.prestation_id, table.c.cents).where(
            table.c.starts_on <= day,
            sa.or_(table.c.ends_on.is_(None), table.c.ends_on >= day),
        )
    )
    return {(row.lot_id, row.prestation_id): row.cents for row in rows}


def continuations(session: Session, viewer: Viewer, *, known_on: date) -> dict[str, Continuation]:
    """Return, by code of département, the rate of continuation and what it was measured on."""
    require(viewer, Right.READ_MARKET)
    territory = table_of(Territory)
    rows = session.connection().execute(
        sa.select(
            territory.c.code, sa.func.sum(STANDING.c.completed), sa.func.sum(STANDING.c.outcomes)
        )
        .join(LINE, LINE.c.id == STANDING.c.line_id)
        .join(BON, BON.c.id == LINE.c.bon_id)
        .join(territory, territory.c.id == BON.c.territory_id)
        .where(STANDING.c.import_id == _last_standing(known_on))
        .group_by(territory.c.code)
    )
    return {
        code: quantities.continuation(completed=int(completed), outcomes=int(outcomes))
        for code, completed, outcomes in rows
    }


def quantities_by_bon(session: Session, *, lot_id: int | None) -> dict[int, Quantities]:
    """Return ordered, consumed and pending of each order of a lot, in the unit of the lot."""
    moves = _movements(session)
    consumed = {
        row[0]: int(row[1])
        for row in session.connection().execute(
            sa.select(MONTH.c.line_id, sa.func.sum(MONTH.c.quantity)).group_by(MONTH.c.line_id)
        )
    }
    found: dict[int, list[Quantities]] = defaultdict(list)
    for row in _orders(session, lot_id=lot_id):
        if row.unit != row.lot_unit:
            continue  # parcours and hours do not add up
        line = Line(BonState(row.state), row.initial, tuple(moves.get(row.line_id, ())))
        own = consumed.get(row.line_id, 0)
        found[row.id].append(
            Quantities(
                quantities.ordered(line, own, day=date.max), own, 0.0,
                pending=quantities.pending(line, day=date.max),
            )
        )  # fmt: skip
    return {key: quantities.total(several) for key, several in found.items()}


def ordered_by_lot(session: Session) -> dict[int, int]:
    """Return what the orders of each lot ask for, in its unit, issued ones included."""
    found = quantities_by_bon(session, lot_id=None)
    held: dict[int, int] = defaultdict(int)
    for bon_id, lot_id in session.connection().execute(sa.select(BON.c.id, BON.c.lot_id)):
        if bon_id in found:
            held[lot_id] += found[bon_id].ordered + found[bon_id].pending
    return held


def ordered_of_lot(session: Session, *, lot_id: int, but: int | None = None) -> int:
    """Return what the orders of a lot ask for, issued ones included, all but one of them."""
    found = quantities_by_bon(session, lot_id=lot_id)
    return sum(one.ordered + one.pending for key, one in found.items() if key != but)


def counts(session: Session) -> dict[str, int]:
    """Count what is loaded, by the stable keys of ``python -m core status``."""

    def total(model: Any) -> int:
        statement = sa.select(sa.func.count()).select_from(table_of(model))
        return int(session.connection().execute(statement).scalar_one())

    return {"orders": total(BonDeCommande), "ledger_rows": total(Consumption)}
