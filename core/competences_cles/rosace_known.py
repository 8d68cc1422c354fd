"""What the ledger already holds, as the proof-reading of an export needs it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import fetching
from core.competences_cles import ledger_queries
from core.competences_cles.market_models import Prestation
from core.competences_cles.models import (
    BonDeCommande,
    BonLine,
    Consumption,
    RosaceImport,
    RosaceProfile,
)
from core.competences_cles.rosace_proof import Known, Last, LineRef, index_lines
from core.competences_cles.units import UnitOfWork
from core.db import table_of

COLUMNS = ["key", "line_id", "structure_id", "pseudonym", "period", "quantity"]
READ_AS = {"status": "situation"}
PathValues = tuple[Any, ...]


def known(session: Session) -> Known:
    """Read every key of the ledger with its net quantity, the order lines, the last export."""
    table, line, bon = table_of(Consumption), table_of(BonLine), table_of(BonDeCommande)
    statement = (
        sa.select(
            table.c.key, table.c.line_id, bon.c.structure_id, table.c.pseudonym, table.c.period,
            sa.func.sum(table.c.quantity),
        )
        .join(line, line.c.id == table.c.line_id)
        .join(bon, bon.c.id == line.c.bon_id)
        .group_by(
            table.c.key, table.c.line_id, bon.c.structure_id, table.c.pseudonym, table.c.period
        )
    )  # fmt: skip
    held = fetching.frame(session, statement, COLUMNS)
    held = held if len(held) else pd.DataFrame({name: [] for name in COLUMNS})
    types = dict.fromkeys(("line_id", "structure_id", "period", "quantity"), "int64")
    return Known(held.astype(types), _lines(session), _last(session))


def _lines(session: Session) -> dict[str, tuple[LineRef, ...]]:
    prestation = table_of(Prestation)
    bon, line = table_of(BonDeCommande), table_of(BonLine)
    rows = session.connection().execute(
        sa.select(
            bon.c.number, bon.c.structure_id, bon.c.notified_on, bon.c.ends_on,
            line.c.id, prestation.c.code, prestation.c.unit,
        )
        .join(line, line.c.bon_id == bon.c.id)
        .join(prestation, prestation.c.id == line.c.prestation_id)
        .order_by(line.c.id)
    )  # fmt: skip
    found: dict[str, list[LineRef]] = defaultdict(list)
    for row in rows:
        found[row.number].append(
            LineRef(
                row.id, row.structure_id, row.code, UnitOfWork(row.unit).is_timed,
                pd.Timestamp(row.notified_on) if row.notified_on else None,
                pd.Timestamp(row.ends_on),
            )
        )  # fmt: skip
    return index_lines(found)


def _last(session: Session) -> Last | None:
    """Return the last complete export that was applied."""
    found = session.exec(
        select(RosaceImport)
        .where(RosaceImport.state == "applique", col(RosaceImport.is_partial).is_(False))
        .order_by(col(RosaceImport.id).desc())
    ).first()
    return Last(found.rows_read, found.period_from, found.period_to) if found else None


def profile(session: Session, fingerprint: str) -> RosaceProfile | None:
    """Return the last version of how a layout is read, or None where it was never met."""
    return session.exec(
        select(RosaceProfile)
        .where(RosaceProfile.fingerprint == fingerprint)
        .order_by(col(RosaceProfile.version).desc())
    ).first()


def done_by_path(session: Session) -> dict[tuple[str, int], int]:
    """Return what the ledger holds of each parcours: (pseudonym, line) → quantity."""
    table = table_of(Consumption)
    rows = session.connection().execute(
        sa.select(table.c.pseudonym, table.c.line_id, sa.func.sum(table.c.quantity)).group_by(
            table.c.pseudonym, table.c.line_id
        )
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


def path_values(session: Session) -> dict[tuple[str, int], PathValues]:
    """Return the present description of each parcours, to keep a version only where it changed.

    The values are as the store gives them: ``comparable`` brings the few that are compared to the
    form of ``path_row``.
    """
    current = ledger_queries.current_paths(date.max)
    names = [column.name for column in current.columns]
    start = names.index("known_on")
    keys = [current.c[name] for name in ("pseudonym", "line_id")]
    rows = session.connection().execute(sa.select(*keys, *list(current.columns)[start:]))
    return {(row[0], row[1]): tuple(row[2:]) for row in map(tuple, rows)}


def path_row(
    row: Any, columns: Sequence[str], known_on: date, done: Mapping[tuple[str, int], int]
) -> PathValues:
    """Return the columns of a parcours version from a row of the proof."""
    values: list[Any] = []
    for name in columns:
        if name == "known_on":
            values.append(known_on.isoformat())
        elif name == "done":
            values.append(done.get((row.pseudonym, int(row.line_id)), 0))
        else:
            values.append(_cell(getattr(row, READ_AS.get(name, name))))
    return tuple(values)


def _cell(value: Any) -> Any:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return int(value) if isinstance(value, float) else value


def is_same(columns: Sequence[str], before: PathValues, after: PathValues) -> bool:
    """Say whether two descriptions of a parcours tell the same."""
    return comparable(columns, before) == comparable(columns, after)


def comparable(columns: Sequence[str], values: PathValues) -> PathValues:
    """Return what tells two versions apart: everything but the day it became known."""
    return tuple(
        value.isoformat() if isinstance(value, date) else value
        for name, value in zip(columns, values, strict=True)
        if name != "known_on"
    )
