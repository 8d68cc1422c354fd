"""Reads on one order that its writes decide with: its lines, movements, what is consumed."""

from collections import Counter

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.competences_cles.follow_models import ForeseenVersion
from core.competences_cles.market_models import Prestation
from core.competences_cles.models import (
    BonDeCommande,
    BonLine,
    BonMovement,
    Consumption,
    ConsumptionMonth,
    LineStanding,
    ParcoursVersion,
)
from core.competences_cles.quantities import BonState, Line, Movement
from core.competences_cles.units import UnitOfWork
from core.errors import DomainError

GIVEN_BACK = ("solde_restitue", "reouverture")


def bon_of(session: Session, bon_id: int, *, seen: int | None = None) -> BonDeCommande:
    """Return an order; refuse where it is no longer the version that the form had ``seen``."""
    bon = session.get(BonDeCommande, bon_id)
    if bon is None:
        raise DomainError("Ce bon de commande n’existe plus : rechargez la page.")
    if seen is not None and bon.version != seen:
        raise DomainError(
            f"Le bon {bon.number} a changé depuis que vous l’avez ouvert : relisez-le, puis "
            "recommencez."
        )
    return bon


def lines_of(session: Session, bon_id: int) -> dict[int, Line]:
    """Return the lines of an order as the rules see them."""
    state = BonState(bon_of(session, bon_id).state)
    lines = session.exec(select(BonLine).where(BonLine.bon_id == bon_id)).all()
    movements: dict[int, list[Movement]] = {}
    for one in session.exec(
        select(BonMovement).where(col(BonMovement.line_id).in_([line.id for line in lines]))
    ):
        movements.setdefault(one.line_id, []).append(
            Movement(one.delta, one.effective_on, one.known_on)
        )
    return {
        line.id or 0: Line(state, line.initial, tuple(movements.get(line.id or 0, ())))
        for line in lines
    }


def units_of(session: Session, bon_id: int) -> dict[int, UnitOfWork]:
    """Return the unit of work of each line of an order."""
    rows = session.exec(
        select(BonLine.id, Prestation.unit)
        .join(Prestation, col(Prestation.id) == col(BonLine.prestation_id))
        .where(BonLine.bon_id == bon_id)
    )
    return {key or 0: UnitOfWork(unit) for key, unit in rows}


def asked(session: Session, bon_id: int) -> dict[UnitOfWork, int]:
    """Return what the lines of an order add up to by unit, its movements counted, in any state."""
    units = units_of(session, bon_id)
    sums: Counter[UnitOfWork] = Counter()
    for key, line in lines_of(session, bon_id).items():
        sums[units[key]] += line.initial + sum(one.delta for one in line.movements)
    return dict(sums)


def given_back(session: Session, bon_id: int) -> dict[int, int]:
    """Return what the settlements of an order hold back of each line, zero or more."""
    rows = session.exec(
        select(BonMovement.line_id, BonMovement.delta)
        .join(BonLine, col(BonLine.id) == col(BonMovement.line_id))
        .where(BonLine.bon_id == bon_id, col(BonMovement.kind).in_(GIVEN_BACK))
    )
    held: Counter[int] = Counter()
    for line_id, delta in rows:
        held[line_id] -= delta
    return {line_id: quantity for line_id, quantity in held.items() if quantity > 0}


def consumed_by_line(session: Session, bon_id: int) -> dict[int, int]:
    """Return what is consumed of each line of an order."""
    rows = session.connection().execute(
        sa.select(col(ConsumptionMonth.line_id), sa.func.sum(col(ConsumptionMonth.quantity)))
        .join(BonLine, col(BonLine.id) == col(ConsumptionMonth.line_id))
        .where(col(BonLine.bon_id) == bon_id)
        .group_by(col(ConsumptionMonth.line_id))
    )
    return {row[0]: int(row[1]) for row in rows}


def has_traces(session: Session, bon_id: int) -> bool:
    """Say whether anything was written on the lines of an order beside what it asks for."""
    own = sa.select(col(BonLine.id)).where(col(BonLine.bon_id) == bon_id)
    columns = (BonMovement.line_id, Consumption.line_id, ParcoursVersion.line_id,
               LineStanding.line_id, ForeseenVersion.line_id)  # fmt: skip
    return any(
        session.connection()
        .execute(sa.select(sa.literal(1)).where(col(column).in_(own)).limit(1))
        .first()
        is not None
        for column in columns
    )
