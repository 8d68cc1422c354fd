"""The SQL under every figure: cells of slices, summed over periods and services.

A cell is a territory's count in a slice, with how many of its parts are known, masked, missing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import db
from core.db import table_of
from core.observatory.enums import Level, Service, Status
from core.observatory.models import (
    Aggregate,
    DenominatorValue,
    Fact,
    FactSlice,
    Indicator,
)
from core.territories.models import Membership, Territory

FACT, AGGREGATE, SLICE = table_of(Fact), table_of(Aggregate), table_of(FactSlice)
TERRITORY, MEMBER = table_of(Territory), table_of(Membership)
DENOMINATOR = table_of(DenominatorValue)
FEW = 700
Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SUMS = ["count", "known", "masked", "missing"]


@dataclass(frozen=True)
class Selection:
    """Which figures: one indicator of one edition, over some periods, by one service or all."""

    edition_id: int
    indicator_id: int
    periods: tuple[int, ...]
    service: Service = Service.ALL

    @property
    def year(self) -> int:
        return max(self.periods) // 100

    @property
    def last_day(self) -> date:
        return last_day_of(max(self.periods))


def last_day_of(period: int) -> date:
    """Return the last day of a month given as YYYYMM, or of a year given as YYYY00."""
    year, month = divmod(period, 100)
    following = date(year + 1, 1, 1) if month in {0, 12} else date(year, month + 1, 1)
    return following - timedelta(days=1)


@dataclass(frozen=True)
class Slices:
    """The slices of a selection, and what they have in common."""

    ids: tuple[int, ...]
    level: Level
    is_sparse: bool
    expected: int
    periods: int
    is_group: bool

    def expected_at(self, level: Level) -> int:
        """How many cells make a whole figure at ``level``: a unit is of one service only."""
        return self.periods if level is Level.SERVICE else self.expected


def slices_of(session: Session, selection: Selection) -> Slices:
    """Return the slices of a selection; ``expected`` is how many make a whole figure."""
    return slices_among(slice_rows(session, selection), selection.periods)


def slice_rows(session: Session, selection: Selection) -> list[Any]:
    """Return the rows of the slices of a selection: id, period, level, service, is_sparse, …"""
    columns = (
        FactSlice.id, FactSlice.period, FactSlice.level, FactSlice.service, FactSlice.is_sparse,
        Indicator.is_group,
    )  # fmt: skip
    statement = sa.select(*(col(column) for column in columns)).join(
        Indicator, col(Indicator.id) == col(FactSlice.indicator_id)
    )
    statement = statement.where(
        col(FactSlice.edition_id) == selection.edition_id,
        col(FactSlice.indicator_id) == selection.indicator_id,
        col(FactSlice.period).in_(selection.periods),
    )
    if selection.service is not Service.ALL:
        statement = statement.where(col(FactSlice.service) == selection.service.value)
    return list(session.connection().execute(statement))


def slices_among(slices: Sequence[Any], periods: Collection[int]) -> Slices:
    """Return those of ``slices`` (rows of slice_rows) that are of some periods."""
    rows = [row for row in slices if row.period in periods]
    return Slices(
        ids=tuple(row.id for row in rows),
        level=Level(rows[0].level) if rows else Level.COMMUNE,
        is_sparse=bool(rows) and all(row.is_sparse for row in rows),
        expected=len(periods) * max(len({row.service for row in rows}), 1),
        periods=len(periods),
        is_group=bool(rows) and rows[0].is_group,
    )


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
    statement = (
        sa.select(TERRITORY.c.id, TERRITORY.c.code, TERRITORY.c.name)
        .where(listed(level, departement))
        .order_by(TERRITORY.c.code)
    )
    return db.frame(session, statement, ["territory_id", "code", "name"])


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


def aligned(ids: Ids, keys: Sequence[int], values: Sequence[float], absent: float) -> Floats:
    """Lay ``values`` (one a key) in the order of ``ids``; an id without a value gets ``absent``."""
    found = np.full(len(ids), absent)
    if len(keys):
        places = pd.Index(ids).get_indexer(pd.Index(np.asarray(keys, dtype=np.int64)))
        kept = places >= 0
        found[places[kept]] = np.asarray(values, dtype=np.float64)[kept]
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
    parts = sources_of(slices, ids, level=level, departement=departement)
    cells = (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    statement = sa.select(
        cells.c.territory_id, *(sa.func.sum(cells.c[name]) for name in SUMS), sa.func.count()
    ).group_by(cells.c.territory_id)
    rows = session.connection().execute(statement).all()
    keys, *columns = zip(*rows, strict=True) if rows else ((), (), (), (), (), ())
    *sums, held = (aligned(ids, keys, [value or 0 for value in column], 0.0) for column in columns)
    covered = ~np.isin(ids, beyond_area(session, ids)) if slices.is_sparse else None
    return filled(Cells(ids, *sums), held, slices, covered, level)


def sources_of(
    slices: Slices, ids: Ids, *, level: Level, departement: str = ""
) -> list[sa.Select[tuple[int, ...]]]:
    """Sources of some territories: a few are looked up one by one, a whole level is matched."""
    parts = sources(slices, level)
    if len(ids) <= FEW and not departement:
        chosen = [int(identifier) for identifier in ids]
        return [part.where(part.selected_columns[0].in_(chosen)) for part in parts]
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
    kind = session.exec(
        select(Indicator.denominator).where(Indicator.id == selection.indicator_id)
    ).one()
    statement = (
        sa.select(DENOMINATOR.c.territory_id, DENOMINATOR.c.value, DENOMINATOR.c.vintage)
        .where(
            DENOMINATOR.c.edition_id == selection.edition_id,
            DENOMINATOR.c.kind == kind,
            DENOMINATOR.c.period.in_([0, selection.year * 100]),
        )
        .order_by(DENOMINATOR.c.period)  # the year's value comes last, and stays
    )
    if len(ids) <= FEW and not departement:
        chosen = [int(identifier) for identifier in ids]
        statement = statement.where(DENOMINATOR.c.territory_id.in_(chosen))
    else:
        inside = sa.select(TERRITORY.c.id).where(listed(level, departement))
        statement = statement.where(DENOMINATOR.c.territory_id.in_(inside))
    rows = session.connection().execute(statement).all()
    keys, values, vintages = zip(*rows, strict=True) if rows else ((), (), ())
    return aligned(ids, keys, values, np.nan), aligned(ids, keys, vintages, np.nan)
