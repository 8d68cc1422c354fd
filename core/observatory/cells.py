"""The SQL under every figure: cells of slices, summed over periods and services.

A cell is a territory's count in a slice, with how many of its parts are known, masked, missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from core import fetching
from core.db import table_of
from core.observatory.enums import Level, Status
from core.observatory.models import (
    Aggregate,
    DenominatorValue,
    Fact,
    FactSlice,
    Indicator,
)
from core.observatory.selections import Selection, Slices
from core.territories.models import Membership, Territory

FACT, AGGREGATE, SLICE = table_of(Fact), table_of(Aggregate), table_of(FactSlice)
TERRITORY, MEMBER = table_of(Territory), table_of(Membership)
DENOMINATOR = table_of(DenominatorValue)
FEW = 700
Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SUMS = ["count", "known", "masked", "missing"]


def listed(level: Level, departement: str = "") -> sa.ColumnElement[bool]:
    """The territories that a level lists: those of the area, every region, and France."""
    kept = [TERRITORY.c.level == level.value, TERRITORY.c.successor_id.is_(None)]
    if level not in {Level.REGION, Level.FRANCE}:
        kept.append(TERRITORY.c.in_area.is_(True))
    if departement:
        kept.append(TERRITORY.c.departement_code == departement)
    return sa.and_(*kept)


def listed_territories(session: Session, level: Level, departement: str = "") -> pd.DataFrame:
    """One row a territory of a level: territory_id, code, name. By code."""
    statement = _names_statement(level, departement)
    return fetching.frame(session, statement, ["territory_id", "code", "name"])


@lru_cache(maxsize=256)  # building a statement takes as long as running it
def _names_statement(level: Level, departement: str) -> sa.Select[Any]:
    return (
        sa.select(TERRITORY.c.id, TERRITORY.c.code, TERRITORY.c.name)
        .where(listed(level, departement))
        .order_by(TERRITORY.c.code)
    )


def _flag(*statuses: Status) -> sa.ColumnElement[int]:
    return sa.case((FACT.c.status.in_([int(status) for status in statuses]), 1), else_=0)


def sources(slices: Slices, level: Level) -> list[sa.Select[tuple[int, ...]]]:
    """Facts and aggregates as cells: territory_id, slice_id, count, known, masked, missing.

    Facts hold single indexes at the level of the file; all the rest is in aggregates. Both are
    read for PART, which stands here for territories of any level.
    """
    facts = sa.select(
        FACT.c.territory_id, FACT.c.slice_id, FACT.c.count,
        _flag(Status.KNOWN, Status.PARTIAL).label("known"),
        _flag(Status.MASKED, Status.PARTIAL).label("masked"),
        _flag(Status.MISSING).label("missing"),
    ).where(FACT.c.slice_id.in_(slices.ids))  # fmt: skip
    names = ("territory_id", "slice_id", *SUMS)
    sums = sa.select(*(AGGREGATE.c[name] for name in names)).where(
        AGGREGATE.c.slice_id.in_(slices.ids)
    )
    if level is Level.PART:
        return [facts, sums]
    return [facts] if level is slices.level and not slices.is_group else [sums]


@dataclass(frozen=True)
class Cells:
    """Sums of some territories, each array in the order of ``ids``."""

    ids: Ids
    count: Floats
    known: Floats
    masked: Floats
    missing: Floats


def aligned(ids: Ids, rows: Sequence[Any], width: int, absent: float) -> Floats:
    """Lay rows (an id, then ``width`` numbers) in the order of ``ids``: width × number of ids.

    Where an id has several rows, the last one stays. ``absent`` stands for an id without a row,
    and for NULL.
    """
    found = np.full((width, len(ids)), absent)
    if rows:
        table = np.array([tuple(row) for row in rows], dtype=np.float64)
        places = pd.Index(ids).get_indexer(pd.Index(table[:, 0].astype(np.int64)))
        kept = places >= 0
        values = np.where(np.isnan(table[:, 1:]), absent, table[:, 1:])
        found[:, places[kept]] = values[kept].T
    return found


def sums_of(
    session: Session, slices: Slices, ids: Ids, *, level: Level, departement: str = ""
) -> Cells:
    """Sum the cells of the territories asked for; a missing cell is zero in sparse slices.

    A few territories are looked up one by one; a whole level is matched in the store.
    """
    if not slices.ids:
        nothing = np.zeros(len(ids))
        return Cells(ids, nothing, nothing, nothing, nothing + slices.expected)
    few = _few(ids, departement)
    rows = session.connection().execute(_sums_statement(slices, few, level, departement)).all()
    *sums, held = aligned(ids, rows, len(SUMS) + 1, 0.0)
    covered = ~np.isin(ids, beyond_area(session, ids)) if slices.is_sparse else None
    return filled(Cells(ids, *sums), held, slices, covered, level)


def _few(ids: Ids, departement: str) -> tuple[int, ...] | None:
    """Return the ids where they are few enough to be looked up one by one, else None."""
    return tuple(ids.tolist()) if len(ids) <= FEW and not departement else None


@lru_cache(maxsize=256)
def _sums_statement(
    slices: Slices, few: tuple[int, ...] | None, level: Level, departement: str
) -> sa.Select[Any]:
    parts = _sources_of(slices, few, level, departement)
    cells = (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    return sa.select(
        cells.c.territory_id, *(sa.func.sum(cells.c[name]) for name in SUMS), sa.func.count()
    ).group_by(cells.c.territory_id)


def cells_statement(slices: Slices, ids: Ids, level: Level) -> sa.Executable:
    """Every cell of some territories, not summed: territory_id, slice_id, then SUMS."""
    parts = _sources_of(slices, _few(ids, ""), level, "")
    return sa.union_all(*parts) if len(parts) > 1 else parts[0]


def _sources_of(
    slices: Slices, few: tuple[int, ...] | None, level: Level, departement: str
) -> list[sa.Select[tuple[int, ...]]]:
    parts = sources(slices, level)
    if few is not None:
        return [part.where(part.selected_columns[0].in_(few)) for part in parts]
    if level is slices.level and slices.is_sparse:  # sparse slices hold little else
        return parts
    inside = sa.select(TERRITORY.c.id).where(listed(level, departement))
    return [part.where(part.selected_columns[0].in_(inside)) for part in parts]


def filled(
    sums: Cells, held: Floats, slices: Slices, covered: npt.NDArray[np.bool_] | None, level: Level
) -> Cells:
    """Count the cells that no row holds: zero in sparse slices where ``covered``, else missing.

    ``held`` is how many cells each territory has.
    """
    if slices.is_sparse and covered is not None:
        known = sums.known + np.where(covered, len(slices.ids) - held, 0)
        lacking = slices.expected - np.where(covered, len(slices.ids), held)
        return replace(sums, known=known, missing=sums.missing + lacking)
    return replace(sums, missing=sums.missing + slices.expected_at(level) - held)


def beyond_area(session: Session, ids: Ids) -> list[int]:
    """Return which of a few territories reach beyond the area that monthly statements cover."""
    if len(ids) > FEW:
        return []  # whole levels list territories of the area only
    chosen = [int(identifier) for identifier in ids]
    statement = sa.select(TERRITORY.c.id).where(
        TERRITORY.c.id.in_(chosen), TERRITORY.c.in_area.is_(False)
    )
    return [row.id for row in session.connection().execute(statement)]


def denominators(
    session: Session, selection: Selection, ids: Ids, *, level: Level, departement: str = ""
) -> tuple[Floats, Floats]:
    """Return the denominators and their vintages in the order of ``ids``, NaN where unknown.

    The value of the year, else the one that holds for the whole edition.
    """
    few = _few(ids, departement)
    statement = _bases_statement(
        selection.edition_id, selection.indicator_id, selection.year, few, level, departement
    )
    values, vintages = aligned(ids, session.connection().execute(statement).all(), 2, np.nan)
    return values, vintages


@lru_cache(maxsize=256)
def _bases_statement(  # all that the statement depends on
    edition_id: int,
    indicator_id: int,
    year: int,
    few: tuple[int, ...] | None,
    level: Level,
    departement: str,
) -> sa.Select[Any]:
    kind = sa.select(col(Indicator.denominator)).where(col(Indicator.id) == indicator_id)
    chosen = few if few is not None else sa.select(TERRITORY.c.id).where(listed(level, departement))
    return (
        sa.select(DENOMINATOR.c.territory_id, DENOMINATOR.c.value, DENOMINATOR.c.vintage)
        .where(
            DENOMINATOR.c.edition_id == edition_id,
            DENOMINATOR.c.kind == kind.scalar_subquery(),
            DENOMINATOR.c.period.in_([0, year * 100]),
            DENOMINATOR.c.territory_id.in_(chosen),
        )
        .order_by(DENOMINATOR.c.period)  # the year's value comes last, and stays
    )
