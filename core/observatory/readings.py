"""Reads of figures. Each takes the viewer, and lets out only what the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import fetching
from core.access import Right, Viewer, require
from core.db import table_of
from core.disclosure.rules import disclosed
from core.observatory import cells, composed, rules, selections
from core.observatory.enums import Level, Status
from core.observatory.models import (
    Aggregate,
    Fact,
    FactSlice,
    Indicator,
)
from core.observatory.selections import Selection
from core.territories import queries as territory_queries
from core.territories.models import Territory

DOMAINS = ("observatory", "territories")
FACT, AGGREGATE, SLICE = table_of(Fact), table_of(Aggregate), table_of(FactSlice)
TERRITORY = table_of(Territory)


FIGURE_COLUMNS = [
    "territory_id", "code", "name", "count", "status", "denominator", "vintage", "rate",
]  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What figures are laid on, the same whatever the period of a year: territories and bases.

    ``names``: territory_id, code, name; ``bases``: denominators and their vintages, in the same
    order.
    """

    names: pd.DataFrame
    bases: tuple[cells.Floats, cells.Floats]


def ground(
    session: Session, viewer: Viewer, *, selection: Selection, level: Level, departement: str = ""
) -> Ground:
    """Read what the figures of ``selection`` are laid on; it stays good for the whole year."""
    require(viewer, Right.READ_FIGURES)
    names = cells.listed_territories(session, level, departement)
    ids = names["territory_id"].to_numpy(dtype=np.int64)
    if level is Level.PERIMETER:
        return Ground(names, composed.denominators(session, selection, ids))
    bases = cells.denominators(session, selection, ids, level=level, departement=departement)
    return Ground(names, bases)


def figures(
    session: Session,
    viewer: Viewer,
    *,
    selection: Selection,
    level: Level,
    departement: str = "",
    on: Ground | None = None,
) -> pd.DataFrame:
    """One row a territory of the area at ``level``, in order of code (FIGURE_COLUMNS).

    ``count`` (Int64) is empty unless ``status`` is KNOWN, or PARTIAL (then a lower bound).
    ``rate`` is for 1,000 of ``denominator``, KNOWN only. A territory without a figure has a
    row all the same, MISSING. Former communes are inside their present one. ``on`` is the
    ground, where it was read before.
    """
    require(viewer, Right.READ_FIGURES)
    slices = selections.slices_of(session, selection)
    base = on or ground(session, viewer, selection=selection, level=level, departement=departement)
    ids = base.names["territory_id"].to_numpy(dtype=np.int64)
    if level is Level.PERIMETER:
        sums = composed.sums_of(session, selection, slices, ids)
    else:
        sums = cells.sums_of(session, slices, ids, level=level, departement=departement)
    visible = territory_queries.visible_ids(session, viewer)
    return disclosed(figure_table(base.names, sums, base.bases), viewer, visible)


def figures_of(
    session: Session, viewer: Viewer, *, selection: Selection, territory_ids: tuple[int, ...]
) -> pd.DataFrame:
    """One row a territory asked for, of any level but perimeters (FIGURE_COLUMNS).

    Départements, regions and France are references: every viewer may read them.
    """
    require(viewer, Right.READ_FIGURES)
    slices = selections.slices_of(session, selection)
    statement = sa.select(TERRITORY.c.id, TERRITORY.c.code, TERRITORY.c.name).where(
        TERRITORY.c.id.in_(territory_ids)
    )
    names = fetching.frame(session, statement, ["territory_id", "code", "name"])
    ids = names["territory_id"].to_numpy(dtype=np.int64)
    sums = cells.sums_of(session, slices, ids, level=Level.PART)
    values = cells.denominators(session, selection, ids, level=Level.PART)
    visible = visible_or_reference(session, viewer, territory_ids)
    return disclosed(figure_table(names, sums, values), viewer, visible)


def figure_table(
    names: pd.DataFrame, sums: cells.Cells, values: tuple[cells.Floats, cells.Floats]
) -> pd.DataFrame:
    """Add status, denominator and rate to summed cells: FIGURE_COLUMNS, in one go.

    ``names`` (territory_id, code, name), ``sums`` and ``values`` (denominators and their
    vintages) are in the same order. Its rows have not passed the gate yet.
    """
    status = rules.status_of(
        count=sums.count, known=sums.known, masked=sums.masked, missing=sums.missing
    )
    has_count = (status == Status.KNOWN) | (status == Status.PARTIAL)
    counts = pd.arrays.IntegerArray(sums.count.astype(np.int64), ~has_count)
    denominator, vintage = values
    usable = (status == Status.KNOWN) & (denominator > 0)
    rate = np.full(len(sums.ids), np.nan)
    rate[usable] = 1000 * sums.count[usable] / denominator[usable]
    return pd.DataFrame(
        {
            "territory_id": names["territory_id"],
            "code": names["code"],
            "name": names["name"],
            "count": counts,
            "status": status,
            "denominator": denominator,
            "vintage": vintage,
            "rate": rate,
        }
    )


def visible_or_reference(
    session: Session, viewer: Viewer, territory_ids: Sequence[int]
) -> set[int] | None:
    """Return the ids that a viewer may read (None: all of them).

    Départements, regions and France are references: every viewer may read them.
    """
    visible = territory_queries.visible_ids(session, viewer)
    if visible is None:
        return None
    levels = [Level.DEPARTEMENT.value, Level.REGION.value, Level.FRANCE.value]
    references = select(Territory.id).where(
        col(Territory.id).in_(territory_ids), col(Territory.level).in_(levels)
    )
    return visible | {found for found in session.exec(references) if found is not None}


def national_totals(
    session: Session, viewer: Viewer, *, selection: Selection, level: Level
) -> pd.DataFrame:
    """One row a group of the whole of France (département, region, France), from aggregates.

    Columns: territory_id, code, name, count, known, masked, missing, status.
    """
    require(viewer, Right.READ_FIGURES)
    ids = selections.slices_of(session, selection).ids
    columns = ["territory_id", "code", "name", "count", "known", "masked", "missing"]
    statement = (
        sa.select(
            AGGREGATE.c.territory_id, TERRITORY.c.code, TERRITORY.c.name,
            sa.func.sum(AGGREGATE.c.count), sa.func.sum(AGGREGATE.c.known),
            sa.func.sum(AGGREGATE.c.masked), sa.func.sum(AGGREGATE.c.missing),
        )
        .join(TERRITORY, TERRITORY.c.id == AGGREGATE.c.territory_id)
        .where(AGGREGATE.c.slice_id.in_(ids), TERRITORY.c.level == level.value)
        .group_by(AGGREGATE.c.territory_id, TERRITORY.c.code, TERRITORY.c.name)
        .order_by(TERRITORY.c.code)
    )  # fmt: skip
    table = pd.DataFrame(session.connection().execute(statement).all(), columns=columns)
    table = table.assign(
        status=rules.status_of(
            count=table["count"].fillna(0),
            known=table["known"],
            masked=table["masked"],
            missing=table["missing"],
        )
    )
    held = [int(found) for found in table["territory_id"]]
    return disclosed(table, viewer, visible_or_reference(session, viewer, held))


def card_of_territory(
    session: Session, viewer: Viewer, *, edition_id: int, territory_id: int
) -> pd.DataFrame:
    """One row an indicator and period of a territory: code, label, period, service, count, status.

    The direct read behind a territory's card: primary-key look-ups only, no gap is filled.
    """
    require(viewer, Right.READ_FIGURES)
    indicator = table_of(Indicator)
    columns = ["territory_id", "code", "label", "period", "service", "count", "status"]
    statement = (
        sa.select(
            FACT.c.territory_id, indicator.c.code, indicator.c.label, SLICE.c.period,
            SLICE.c.service, FACT.c.count, FACT.c.status,
        )
        .select_from(SLICE)
        .join(FACT, sa.and_(FACT.c.slice_id == SLICE.c.id, FACT.c.territory_id == territory_id))
        .join(indicator, indicator.c.id == SLICE.c.indicator_id)
        .where(SLICE.c.edition_id == edition_id)
        .order_by(indicator.c.rank, SLICE.c.period)
    )  # fmt: skip
    rows = session.connection().execute(statement).all()
    visible = territory_queries.visible_ids(session, viewer)
    return disclosed(pd.DataFrame(rows, columns=columns), viewer, visible)
