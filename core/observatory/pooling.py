"""Figures of every period of an edition together: what the bounds of classes are chosen from."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlmodel import Session, select

from core import fetching
from core.access import Right, Viewer, require
from core.disclosure.rules import disclosed
from core.observatory import cells, composed, readings, rules, selections
from core.observatory.cells import Cells, Floats, Ids
from core.observatory.enums import Level, Service, Status
from core.observatory.models import FactSlice
from core.observatory.selections import Selection
from core.territories import queries as territory_queries

DOMAINS = ("observatory", "territories")
COLUMNS = ["territory_id", "period", "count", "rate"]


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

    Every window of the edition that can be chosen, so that the bounds of classes can be kept
    when the period changes. ``window`` is how many periods are summed: 1, or 12 months.
    """
    require(viewer, Right.READ_FIGURES)
    every = tuple(_periods(session, edition_id, indicator_id))
    whole = Selection(edition_id, indicator_id, every, service)
    names = cells.listed_territories(session, level)
    windows = [
        Selection(edition_id, indicator_id, chosen, service) for chosen in windows_of(every, window)
    ]
    if level is Level.PERIMETER:
        sums = _perimeter_sums(session, windows, names)
    else:
        sums = _window_sums(session, whole, windows, names, level)
    known = []
    bases: dict[object, tuple[Floats, Floats]] = {}  # a year's, or a perimeter's of one day
    for selection, found in zip(windows, sums, strict=True):
        key = selection.last_day if level is Level.PERIMETER else selection.year
        if key not in bases:
            bases[key] = (
                composed.denominators(session, selection, found.ids)
                if level is Level.PERIMETER
                else cells.denominators(session, selection, found.ids, level=level)
            )
        table = readings.figure_table(names, found, bases[key])
        table = table.assign(period=max(selection.periods))
        known.append(table[table["status"] == Status.KNOWN])
    if not known:
        return pd.DataFrame(columns=COLUMNS)
    visible = territory_queries.visible_ids(session, viewer)
    return disclosed(pd.concat(known, ignore_index=True), viewer, visible)[COLUMNS]


def windows_of(periods: Sequence[int], window: int) -> list[tuple[int, ...]]:
    """List the windows of periods that follow each other without a gap, by their end.

    >>> windows_of([200912, 201001, 201003, 201004], 2)
    [(200912, 201001), (201003, 201004)]
    >>> windows_of([200900, 201000], 1)
    [(200900,), (201000,)]
    """
    if window == 1:
        return [(period,) for period in periods]
    held = set(periods)
    runs = (tuple(rules.months_between(rules.shifted(end, 1 - window), end)) for end in periods)
    return [run for run in runs if held.issuperset(run)]


def _periods(session: Session, edition_id: int, indicator_id: int) -> list[int]:
    statement = (
        select(FactSlice.period)
        .where(FactSlice.edition_id == edition_id, FactSlice.indicator_id == indicator_id)
        .distinct()
    )
    return sorted(session.exec(statement))


def _perimeter_sums(
    session: Session, windows: list[Selection], names: pd.DataFrame
) -> Iterator[Cells]:
    """Give the sums of perimeters window by window: each as composed at its own end."""
    ids = names["territory_id"].to_numpy(dtype=np.int64)
    for selection in windows:
        yield composed.sums_of(session, selection, selections.slices_of(session, selection), ids)


def _window_sums(
    session: Session,
    whole: Selection,
    windows: list[Selection],
    names: pd.DataFrame,
    level: Level,
) -> Iterator[Cells]:
    """Read every cell once, then give the sums of each window (as cells.sums_of would)."""
    if not windows:
        return
    ids = names["territory_id"].to_numpy(dtype=np.int64)
    rows = selections.slice_rows(session, whole)
    grid = _grid(session, rows, whole.periods, ids, level)
    covered = ~np.isin(ids, cells.beyond_area(session, ids))
    for selection in windows:
        places = [whole.periods.index(period) for period in selection.periods]
        *sums, held = grid[:, places].sum(axis=1)
        slices = selections.slices_among(rows, selection.periods)
        yield cells.filled(Cells(ids, *sums), held, slices, covered, level)


def _grid(
    session: Session, rows: list[Any], periods: tuple[int, ...], ids: Ids, level: Level
) -> Floats:
    """Return cells as (count, known, masked, missing, how many cells) × period × territory."""
    slices = selections.slices_among(rows, periods)
    statement = cells.cells_statement(slices, ids, level)
    columns = ["territory_id", "slice_id", *cells.SUMS]
    table = fetching.frame(session, statement, columns).astype("float64").fillna(0)
    places = pd.Index(ids).get_indexer(pd.Index(table["territory_id"]))
    period_of = {row.id: periods.index(row.period) for row in rows}
    ranks = table["slice_id"].map(period_of).to_numpy(dtype=np.int64)
    kept = places >= 0
    flat = (ranks * len(ids) + places)[kept]
    values = [*(table[name].to_numpy(dtype=np.float64) for name in cells.SUMS), np.ones(len(table))]
    sums = [
        np.bincount(flat, weights=one[kept], minlength=len(periods) * len(ids)) for one in values
    ]
    return np.stack(sums).reshape(len(values), len(periods), len(ids)).astype(np.float64)
