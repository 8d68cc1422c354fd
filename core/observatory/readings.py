"""Reads of figures. Each takes the viewer, and lets out only what the viewer may see."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import db
from core.access import Right, Viewer, require
from core.db import table_of
from core.disclosure.rules import disclosed
from core.observatory import cells, rules
from core.observatory.cells import Selection
from core.observatory.enums import Level, Service, Status
from core.observatory.models import (
    Aggregate,
    Fact,
    FactSlice,
    Indicator,
)
from core.territories import queries as territory_queries
from core.territories.models import Territory

DOMAINS = ("observatory", "territories")
FACT, AGGREGATE, SLICE = table_of(Fact), table_of(Aggregate), table_of(FactSlice)
TERRITORY = table_of(Territory)


FIGURE_COLUMNS = [
    "territory_id", "code", "name", "count", "status", "denominator", "vintage", "rate",
]  # fmt: skip


def figures(
    session: Session, viewer: Viewer, *, selection: Selection, level: Level, departement: str = ""
) -> pd.DataFrame:
    """One row a territory of the area at ``level``, in order of code (FIGURE_COLUMNS).

    ``count`` (Int64) is empty unless ``status`` is KNOWN, or PARTIAL (then a lower bound).
    ``rate`` is for 1,000 of ``denominator``, KNOWN only. A territory without a figure has a
    row all the same, MISSING. Former communes are inside their present one.
    """
    require(viewer, Right.READ_FIGURES)
    slices = cells.slices_of(session, selection)
    names = cells.listed_territories(session, level, departement)
    ids = names["territory_id"].to_numpy(dtype=np.int64)
    if level is Level.PERIMETER:
        sums = cells.perimeter_sums(session, selection, slices, ids)
    else:
        sums = cells.sums_of(session, slices, ids, level=level, departement=departement)
    values = cells.denominators(session, selection, ids, level=level, departement=departement)
    visible = territory_queries.visible_ids(session, viewer)
    return disclosed(_finished(names, sums, values), viewer, visible)


def figures_of(
    session: Session, viewer: Viewer, *, selection: Selection, territory_ids: tuple[int, ...]
) -> pd.DataFrame:
    """One row a territory asked for, of any level but perimeters (FIGURE_COLUMNS).

    Départements, regions and France are references: every viewer may read them.
    """
    require(viewer, Right.READ_FIGURES)
    slices = cells.slices_of(session, selection)
    statement = sa.select(TERRITORY.c.id, TERRITORY.c.code, TERRITORY.c.name).where(
        TERRITORY.c.id.in_(territory_ids)
    )
    names = db.frame(session, statement, ["territory_id", "code", "name"])
    ids = names["territory_id"].to_numpy(dtype=np.int64)
    sums = cells.sums_of(session, slices, ids, level=Level.PART)
    values = cells.denominators(session, selection, ids, level=Level.PART)
    visible = visible_or_reference(session, viewer, territory_ids)
    return disclosed(_finished(names, sums, values), viewer, visible)


def _finished(
    names: pd.DataFrame, sums: cells.Cells, values: tuple[cells.Floats, cells.Floats]
) -> pd.DataFrame:
    """Add status, denominator and rate to summed cells: FIGURE_COLUMNS, in one go."""
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
    ids = cells.slices_of(session, selection).ids
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


def pooled_values(  # noqa: PLR0913  # the parts of a scale, one by one
    session: Session,
    viewer: Viewer,
    *,
    edition_id: int,
    indicator_id: int,
    level: Level,
    service: Service,
    window: int,
) -> pd.DataFrame:
    """One row a (territory, end of window): territory_id, period, count, rate; KNOWN figures only.

    Every period of the edition together, so that the bounds of classes can be kept when the
    period changes. ``window`` is how many periods are summed: 1, or 12 for sliding years.
    """
    require(viewer, Right.READ_FIGURES)
    periods = _periods(session, edition_id, indicator_id)
    selection = Selection(edition_id, indicator_id, tuple(periods) or (0,), service)
    names = cells.listed_territories(session, level)
    visible = territory_queries.visible_ids(session, viewer)
    whole = [
        _window_values(session, names, level, replace(selection, periods=tuple(chosen)))
        for chosen in _windows(periods, window)
    ]
    columns = ["territory_id", "period", "count", "rate"]
    if not whole:
        return pd.DataFrame(columns=columns)
    return disclosed(pd.concat(whole, ignore_index=True), viewer, visible)[columns]


def _periods(session: Session, edition_id: int, indicator_id: int) -> list[int]:
    statement = (
        select(FactSlice.period)
        .where(FactSlice.edition_id == edition_id, FactSlice.indicator_id == indicator_id)
        .distinct()
    )
    return sorted(session.exec(statement))


def _windows(periods: list[int], window: int) -> list[list[int]]:
    """Cut periods into windows: each one alone, or sliding years one quarter apart, the last first.

    >>> _windows([1, 2, 3], 1)
    [[3], [2], [1]]
    """
    step = 1 if window == 1 else 3
    ends = range(len(periods), window - 1, -step)
    return [periods[end - window : end] for end in ends]


def _window_values(
    session: Session, names: pd.DataFrame, level: Level, selection: Selection
) -> pd.DataFrame:
    slices = cells.slices_of(session, selection)
    ids = names["territory_id"].to_numpy(dtype=np.int64)
    if level is Level.PERIMETER:
        sums = cells.perimeter_sums(session, selection, slices, ids)
    else:
        sums = cells.sums_of(session, slices, ids, level=level)
    values = cells.denominators(session, selection, ids, level=level)
    table = _finished(names, sums, values).assign(period=max(selection.periods))
    return table[table["status"] == Status.KNOWN]
