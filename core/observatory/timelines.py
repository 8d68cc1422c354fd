"""Reads of figures over every period of an edition, through the same gate as the figures."""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.db import table_of
from core.disclosure.rules import disclosed
from core.observatory import cells, composed, rules, selections
from core.observatory.enums import Level, Service, Status
from core.observatory.models import (
    Aggregate,
    DenominatorValue,
    Fact,
    FactSlice,
    Indicator,
)
from core.observatory.readings import visible_or_reference
from core.territories import queries as territory_queries

DOMAINS = ("observatory", "territories")
FACT, AGGREGATE = table_of(Fact), table_of(Aggregate)
KEYS = ["territory_id", "period"]
SUMS = cells.SUMS
COLUMNS = [*KEYS, "count", "status", "denominator", "rate"]


def series(
    session: Session,
    viewer: Viewer,
    *,
    edition_id: int,
    indicator_id: int,
    territory_ids: tuple[int, ...],
    service: Service = Service.ALL,
) -> pd.DataFrame:
    """One row a (territory, period): territory_id, period, count, status, denominator, rate.

    Works for any level but perimeters (see perimeter_series); every period of the edition has
    a row. A month's rate is monthly: it is never set beside an annual one.
    """
    require(viewer, Right.READ_FIGURES)
    slices = _slices(session, edition_id, indicator_id, service)
    if not slices:
        return pd.DataFrame(columns=COLUMNS)
    sums = _sums(session, slices, territory_ids)
    values = _denominators(session, sums, edition_id, indicator_id)
    table = _finished(sums.merge(values, on=KEYS, how="left"))
    return disclosed(table, viewer, visible_or_reference(session, viewer, territory_ids))


def perimeter_series(
    session: Session,
    viewer: Viewer,
    *,
    edition_id: int,
    indicator_id: int,
    perimeter_id: int,
    service: Service = Service.ALL,
) -> pd.DataFrame:
    """One row a period of a perimeter, as ``series``; each period as composed at its own end.

    The figures of all its parts are read at once, then added up period by period.
    """
    require(viewer, Right.READ_FIGURES)
    slices = _slices(session, edition_id, indicator_id, service)
    if not slices:
        return pd.DataFrame(columns=COLUMNS)
    parts = _parts_by_period(session, slices, perimeter_id)
    wanted = sorted({int(part) for part in parts["territory_id"].dropna()})
    inner = _sums(session, slices, tuple(wanted))
    values = _denominators(session, inner, edition_id, indicator_id)
    table = parts.merge(inner.merge(values, on=KEYS, how="left"), on=KEYS, how="left")
    foreign = table["territory_id"].isin(
        set(wanted) - composed.of_level(session, wanted, Level(slices[0].level))
    )
    table.loc[foreign, SUMS] = [0, 0, 0, 1]
    table.loc[foreign, "denominator"] = np.nan
    absent = table["known"].isna()
    table = table.assign(missing=table["missing"].where(~absent, 1)).fillna(dict.fromkeys(SUMS, 0))
    groups = table.groupby("period")
    sums = groups[SUMS].sum()
    whole = groups["denominator"].count() == groups.size()
    denominator = groups["denominator"].sum().where(whole)
    finished = _finished(
        sums.assign(denominator=denominator, territory_id=perimeter_id).reset_index()
    )
    return disclosed(finished, viewer, territory_queries.visible_ids(session, viewer))


def _slices(
    session: Session, edition_id: int, indicator_id: int, service: Service
) -> list[FactSlice]:
    statement = select(FactSlice).where(
        FactSlice.edition_id == edition_id, FactSlice.indicator_id == indicator_id
    )
    if service is not Service.ALL:
        statement = statement.where(FactSlice.service == service.value)
    return list(session.exec(statement))


def _sums(
    session: Session, slices: Sequence[FactSlice], territory_ids: tuple[int, ...]
) -> pd.DataFrame:
    """One row a (territory, period) with SUMS, every gap filled."""
    found = _series_cells(session, [row.id for row in slices], territory_ids)
    beyond = cells.beyond_area(session, np.asarray(territory_ids, dtype=np.int64))
    return _filled_series(slices, found, territory_ids, beyond)


def _parts_by_period(
    session: Session, slices: Sequence[FactSlice], perimeter_id: int
) -> pd.DataFrame:
    """One row a (period, territory_id): the parts on the period's last day, NaN where none.

    Compositions are read once for each stretch of time between two changes.
    """
    changes = territory_queries.composition_changes(session)
    base = Level(slices[0].level)
    stretches: dict[int, list[float]] = {}
    pairs: list[tuple[int, float]] = []
    for period in sorted({row.period for row in slices}):
        last_day = selections.last_day_of(period)
        stretch = bisect_right(changes, last_day)
        if stretch not in stretches:
            parts = composed.parts_of_perimeters(session, last_day, base)
            stretches[stretch] = parts.loc[
                parts["perimeter_id"] == perimeter_id, "part_id"
            ].tolist()
        pairs += [(period, part) for part in stretches[stretch] or [np.nan]]
    return pd.DataFrame(pairs, columns=["period", "territory_id"])


def _finished(table: pd.DataFrame) -> pd.DataFrame:
    """Turn sums (KEYS, SUMS, denominator) into figures (COLUMNS)."""
    status = rules.status_of(
        count=table["count"], known=table["known"], masked=table["masked"],
        missing=table["missing"],
    )  # fmt: skip
    table = table.assign(status=status)
    has_count = table["status"].isin([Status.KNOWN, Status.PARTIAL])
    table["rate"] = rules.rates_per_1000(
        table["count"].astype("float64"), table["denominator"], table["status"]
    )
    table["count"] = table["count"].astype("int64").astype("Int64").where(has_count)
    return table[COLUMNS]


def _series_cells(
    session: Session, ids: list[int | None], territory_ids: tuple[int, ...]
) -> pd.DataFrame:
    facts = sa.select(
        FACT.c.slice_id, FACT.c.territory_id, FACT.c.count,
        sa.case((FACT.c.status.in_([0, 3]), 1), else_=0).label("known"),
        sa.case((FACT.c.status.in_([1, 3]), 1), else_=0).label("masked"),
        sa.case((FACT.c.status == 2, 1), else_=0).label("missing"),
    ).where(FACT.c.slice_id.in_(ids), FACT.c.territory_id.in_(territory_ids))  # fmt: skip
    names = ["slice_id", "territory_id", "count", "known", "masked", "missing"]
    sums = sa.select(*(AGGREGATE.c[name] for name in names)).where(
        AGGREGATE.c.slice_id.in_(ids), AGGREGATE.c.territory_id.in_(territory_ids)
    )
    rows = session.connection().execute(sa.union_all(facts, sums)).all()
    return pd.DataFrame(rows, columns=names)


def _filled_series(
    slices: Sequence[FactSlice],
    cells: pd.DataFrame,
    territory_ids: tuple[int, ...],
    beyond: list[int],
) -> pd.DataFrame:
    """Give every slice a cell for every territory: zero in a sparse slice's area, else missing."""
    frame = pd.DataFrame(
        [(row.id, row.period, row.is_sparse, row.level == Level.SERVICE.value) for row in slices],
        columns=["slice_id", "period", "is_sparse", "is_of_service"],
    ).merge(pd.DataFrame({"territory_id": list(territory_ids)}), how="cross")
    table = frame.merge(cells, on=["slice_id", "territory_id"], how="left")
    absent = table["known"].isna()
    is_zero = table["is_sparse"] & ~table["territory_id"].isin(beyond)
    table["known"] = table["known"].fillna(0) + (absent & is_zero)
    lacking = absent & ~is_zero & ~table["is_of_service"]  # a unit is of one service only
    table["missing"] = table["missing"].fillna(0) + lacking
    table = table.fillna({"count": 0, "masked": 0})
    keys, parts = ["territory_id", "period"], ["known", "masked", "missing"]
    sums = table.groupby(keys, as_index=False)[["count", *parts]].sum()
    return sums.assign(missing=sums["missing"].where(sums[parts].sum(axis=1) > 0, 1))


def _denominators(
    session: Session, table: pd.DataFrame, edition_id: int, indicator_id: int
) -> pd.DataFrame:
    """One row a (territory, period) of ``table``: KEYS, denominator (of the year, else of all)."""
    kind = session.exec(select(Indicator.denominator).where(Indicator.id == indicator_id)).one()
    statement = select(
        DenominatorValue.territory_id, DenominatorValue.period, DenominatorValue.value
    ).where(
        DenominatorValue.edition_id == edition_id,
        DenominatorValue.kind == kind,
        col(DenominatorValue.territory_id).in_(sorted({int(x) for x in table["territory_id"]})),
    )
    columns = ["territory_id", "year_period", "denominator"]
    values = pd.DataFrame(session.exec(statement).all(), columns=columns)
    constant = values[values["year_period"] == 0].drop(columns="year_period")
    keys = table[KEYS].assign(year_period=table["period"] // 100 * 100)
    found = keys.merge(values, on=["territory_id", "year_period"], how="left")
    if not constant.empty:
        found = found.merge(constant, on="territory_id", how="left", suffixes=("", "_all"))
        found["denominator"] = found["denominator"].fillna(found["denominator_all"])
    return found[[*KEYS, "denominator"]]
