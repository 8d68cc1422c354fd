"""Perimeters as sums of their parts, as composed at the end of the period that is read."""

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import fetching
from core.db import table_of
from core.observatory import cells, selections
from core.observatory.cells import Cells, Floats, Ids
from core.observatory.enums import Level
from core.observatory.selections import Selection, Slices
from core.territories import queries as territory_queries
from core.territories.models import Membership, Territory

TERRITORY, MEMBER = table_of(Territory), table_of(Membership)


def parts_of_perimeters(session: Session, on: date, base: Level) -> pd.DataFrame:
    """One row a (perimeter_id, part_id) on a day, parts being of ``base`` level where possible.

    An EPCI or a département is replaced by what it holds at that level; a part met twice
    counts once; a part with nothing at that level (a quarter) stays, without figures.
    """
    parts = territory_queries.perimeter_parts(session, on=on)
    groups = parts[parts["part_level"] != base.value]
    own = parts.loc[parts["part_level"] == base.value, ["perimeter_id", "part_id"]]
    if groups.empty:
        return own.astype("int64").drop_duplicates().reset_index(drop=True)
    statement = (
        sa.select(MEMBER.c.group_id, MEMBER.c.part_id)
        .join(TERRITORY, TERRITORY.c.id == MEMBER.c.part_id)
        .where(
            MEMBER.c.group_id.in_(sorted({int(part) for part in groups["part_id"]})),
            TERRITORY.c.level == base.value,
        )
    )
    inside = fetching.frame(session, statement, ["group_id", "inner_id"]).astype("int64")
    opened = groups.astype({"part_id": "int64"}).merge(
        inside, left_on="part_id", right_on="group_id", how="left"
    )
    leaves = opened["inner_id"].fillna(opened["part_id"])
    whole = pd.concat([own, opened[["perimeter_id"]].assign(part_id=leaves)])
    return whole.astype("int64").drop_duplicates().reset_index(drop=True)


def sums_of(session: Session, selection: Selection, slices: Slices, ids: Ids) -> Cells:
    """Sum the parts of perimeters, as composed at the period's end.

    A part without figures at the level of the facts is missing; so is an empty perimeter.
    """
    parts = parts_of_perimeters(session, selection.last_day, slices.level)
    parts = parts[parts["perimeter_id"].isin(ids)]
    wanted = np.unique(parts["part_id"].to_numpy(dtype=np.int64))
    inner = cells.sums_of(session, slices, wanted, level=slices.level)
    foreign = ~np.isin(wanted, list(of_level(session, wanted, slices.level)))
    places = np.searchsorted(wanted, parts["part_id"].to_numpy(dtype=np.int64))
    rows = pd.Index(ids).get_indexer(pd.Index(parts["perimeter_id"]))

    def added(values: Floats, absent: float) -> Floats:
        kept = np.where(foreign, absent, values)[places]
        return np.bincount(rows, weights=kept, minlength=len(ids)).astype(np.float64)

    empty = np.bincount(rows, minlength=len(ids)) == 0
    return Cells(
        ids, added(inner.count, 0), added(inner.known, 0), added(inner.masked, 0),
        np.where(empty, 1, added(inner.missing, slices.expected)),
    )  # fmt: skip


def of_level(session: Session, ids: Iterable[int], level: Level) -> set[int]:
    """Return which of some territories are of a level."""
    chosen = [int(identifier) for identifier in ids]
    rows = session.exec(
        select(Territory.id).where(col(Territory.id).in_(chosen), Territory.level == level.value)
    )
    return {identifier for identifier in rows if identifier is not None}


def denominators(session: Session, selection: Selection, ids: Ids) -> tuple[Floats, Floats]:
    slices = selections.slices_of(session, selection)
    parts = parts_of_perimeters(session, selection.last_day, slices.level)
    parts = parts[parts["perimeter_id"].isin(ids)]
    wanted = np.unique(parts["part_id"].to_numpy(dtype=np.int64))
    values, vintages = cells.denominators(session, selection, wanted, level=slices.level)
    places = np.searchsorted(wanted, parts["part_id"].to_numpy(dtype=np.int64))
    rows = pd.Index(ids).get_indexer(pd.Index(parts["perimeter_id"]))
    sums = np.bincount(rows, weights=values[places], minlength=len(ids)).astype(np.float64)
    empty = np.bincount(rows, minlength=len(ids)) == 0
    latest = np.nanmax(vintages) if np.isfinite(vintages).any() else np.nan
    return np.where(empty, np.nan, sums), np.full(len(ids), latest)
