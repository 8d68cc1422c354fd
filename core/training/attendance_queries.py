"""Reads beside the grid: walk-ins, printed sheets and their scans. Staff only."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import fr
from core.access import Right, Viewer, require
from core.training.follow_models import EmargementSheet, WalkIn
from core.training.models import Slot

DOMAINS = ("training",)


@dataclass(frozen=True)
class WalkInRow:
    """Someone who came without being registered, on a half-day."""

    id: int
    day: date
    name: str
    structure: str
    registration_id: int | None


def walk_ins(session: Session, viewer: Viewer, *, training_id: int) -> list[WalkInRow]:
    """List who came without being registered, the first day first."""
    require(viewer, Right.READ_PEOPLE)
    rows = session.exec(
        select(WalkIn, col(Slot.day))
        .join(Slot, col(Slot.id) == col(WalkIn.slot_id))
        .where(Slot.session_id == training_id)
        .order_by(col(Slot.day), col(WalkIn.id))
    ).all()
    return [
        WalkInRow(row.id or 0, day, row.name, row.structure, row.registration_id)
        for row, day in rows
    ]


def sheets(session: Session, viewer: Viewer, *, training_id: int) -> pd.DataFrame:
    """One row a printed sheet: day, code, scan (its name, or « à joindre »), sha256."""
    require(viewer, Right.READ_PEOPLE)
    table = EmargementSheet
    statement = (
        sa.select(col(table.day), col(table.code), col(table.scan_name), col(table.scan_sha256))
        .where(col(table.session_id) == training_id)
        .order_by(col(table.id))
    )
    rows = session.connection().execute(statement).all()
    return pd.DataFrame(
        [(fr.day(row[0]), row[1], row[2] or "à joindre", row[3][:12]) for row in rows],
        columns=["day", "code", "scan", "sha256"],
    )
