"""Reads of figures. Each takes the viewer, and lets out only what the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

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
from core.observatory.enums import Dataset, Denominator, Level, Service, Status, Unit
from core.observatory.models import (
    Aggregate,
    DenominatorValue,
    Edition,
    Fact,
    FactSlice,
    ImportBatch,
    Indicator,
    IndicatorPart,
    Rupture,
)
from core.territories import queries as territory_queries
from core.territories.models import Membership, Territory

DOMAINS = ("observatory", "territories")
FACT, AGGREGATE, SLICE = table_of(Fact), table_of(Aggregate), table_of(FactSlice)
TERRITORY, MEMBER = table_of(Territory), table_of(Membership)
DENOMINATOR = table_of(DenominatorValue)
FIGURE_COLUMNS = [
    "territory_id", "code", "name", "count", "status", "denominator", "vintage", "rate",
]  # fmt: skip


@dataclass(frozen=True)
class EditionCard:
    """One edition that has figures: what it is, its periods, and its last import."""

    id: int
    dataset: Dataset
    label: str
    is_simulated: bool
    base_level: Level
    periods: tuple[int, ...]
    services: tuple[Service, ...]
    imported_at: datetime | None
    file_name: str
    sha256: str
    has_denominators: bool = True

    @property
    def is_monthly(self) -> bool:
        return any(period % 100 for period in self.periods)

    @property
    def title(self) -> str:
        simulated = " (simulé)" if self.is_simulated else ""
        return f"{self.dataset.label}{simulated}, {self.label}"


@dataclass(frozen=True)
class IndicatorCard:
    """An indicator as screens name it, with its unit of count and its denominator."""

    id: int
    code: str
    label: str
    unit: Unit
    denominator: Denominator
    family: str
    note: str
    is_group: bool
    is_mappable: bool


def editions(session: Session, viewer: Viewer) -> list[EditionCard]:
    """List the editions that hold figures, official before simulated, the latest first."""
    require(viewer, Right.READ_FIGURES)
    latest = {
        batch.edition_id: batch
        for batch in session.exec(
            select(ImportBatch).where(ImportBatch.state == "applied").order_by(col(ImportBatch.id))
        )
    }
    return [
        _edition_card(session, edition, latest[edition.id or 0])
        for edition in session.exec(
            select(Edition).order_by(col(Edition.is_simulated), Edition.dataset, sa.desc("key"))
        )
        if edition.id in latest
    ]


def _edition_card(session: Session, edition: Edition, batch: ImportBatch) -> EditionCard:
    statement = (
        select(FactSlice.period, FactSlice.level, FactSlice.service)
        .where(FactSlice.edition_id == edition.id)
        .distinct()
    )
    rows = session.exec(statement).all()
    return EditionCard(
        id=edition.id or 0, dataset=Dataset(edition.dataset), label=edition.label,
        is_simulated=edition.is_simulated, base_level=Level(rows[0][1]),
        periods=tuple(sorted({row[0] for row in rows})),
        services=tuple(sorted({Service(row[2]) for row in rows})),
        imported_at=batch.imported_at, file_name=batch.file_name, sha256=batch.sha256,
        has_denominators=_has_denominators(session, edition.id or 0),
    )  # fmt: skip


def _has_denominators(session: Session, edition_id: int) -> bool:
    statement = select(DenominatorValue.value).where(DenominatorValue.edition_id == edition_id)
    return session.exec(statement.limit(1)).first() is not None


def indicators(session: Session, viewer: Viewer, *, edition_id: int) -> list[IndicatorCard]:
    """List what an edition counts: groups first, then single indexes, in their order."""
    require(viewer, Right.READ_FIGURES)
    held = select(FactSlice.indicator_id).where(FactSlice.edition_id == edition_id).distinct()
    statement = (
        select(Indicator)
        .where(col(Indicator.id).in_(held))
        .order_by(sa.desc(col(Indicator.is_mappable)), col(Indicator.rank), Indicator.label)
    )
    return [
        IndicatorCard(
            id=row.id or 0, code=row.code, label=row.label, unit=Unit(row.unit),
            denominator=Denominator(row.denominator), family=row.family, note=row.note,
            is_group=row.is_group, is_mappable=row.is_mappable,
        )
        for row in session.exec(statement)
    ]  # fmt: skip


def levels_of(edition: EditionCard) -> tuple[Level, ...]:
    """Say at which levels an edition can be read."""
    if edition.base_level is Level.COMMUNE:
        return (Level.DEPARTEMENT, Level.EPCI, Level.COMMUNE, Level.PERIMETER)
    if edition.base_level is Level.SERVICE:
        return (Level.DEPARTEMENT, Level.SERVICE, Level.PERIMETER)
    if edition.base_level is Level.REGION:
        return (Level.REGION,)
    return (Level.DEPARTEMENT, Level.PERIMETER)


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
    visible = territory_queries.visible_ids(session, viewer)
    if visible is not None:
        visible |= _references(session, territory_ids)
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
    slices = session.exec(
        select(FactSlice).where(
            FactSlice.edition_id == edition_id, FactSlice.indicator_id == indicator_id
        )
    ).all()
    if service is not Service.ALL:
        slices = [row for row in slices if row.service == service.value]
    if not slices:
        return pd.DataFrame(columns=["territory_id", "period", "count", "status", "rate"])
    found = _series_cells(session, [row.id for row in slices], territory_ids)
    beyond = cells.beyond_area(session, np.asarray(territory_ids, dtype=np.int64))
    table = _filled_series(slices, found, territory_ids, beyond)
    table["status"] = rules.status_of(
        count=table["count"],
        known=table["known"],
        masked=table["masked"],
        missing=table["missing"],
    )
    has_count = table["status"].isin([Status.KNOWN, Status.PARTIAL])
    table["count"] = table["count"].astype("int64").astype("Int64").where(has_count)
    table = _with_series_rates(session, table, edition_id, indicator_id)
    visible = territory_queries.visible_ids(session, viewer)
    references = _references(session, territory_ids) if visible is not None else set()
    return disclosed(table, viewer, None if visible is None else visible | references)


def _references(session: Session, territory_ids: tuple[int, ...]) -> set[int]:
    """Départements, regions and France are references that everyone may read."""
    levels = [Level.DEPARTEMENT.value, Level.REGION.value, Level.FRANCE.value]
    statement = select(Territory.id).where(
        col(Territory.id).in_(territory_ids), col(Territory.level).in_(levels)
    )
    return {identifier for identifier in session.exec(statement) if identifier is not None}


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


def _with_series_rates(
    session: Session, table: pd.DataFrame, edition_id: int, indicator_id: int
) -> pd.DataFrame:
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
    table = table.assign(year_period=table["period"] // 100 * 100)
    table = table.merge(values, on=["territory_id", "year_period"], how="left")
    if not constant.empty:
        table = table.merge(constant, on="territory_id", how="left", suffixes=("", "_all"))
        table["denominator"] = table["denominator"].fillna(table["denominator_all"])
    table["rate"] = rules.rates_per_1000(
        table["count"].astype("float64"), table["denominator"], table["status"]
    )
    return table[["territory_id", "period", "count", "status", "denominator", "rate"]]


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


@dataclass(frozen=True)
class Origin:
    """Where a figure comes from, down to its line."""

    file_name: str
    sha256: str
    imported_at: datetime
    author: str
    sheet: str
    line: int


def origins(
    session: Session, viewer: Viewer, *, selection: Selection, territory_id: int
) -> list[Origin]:
    """Trace a figure of the base level to the lines it was read from, in order of line."""
    require(viewer, Right.READ_SOURCES)
    visible = territory_queries.visible_ids(session, viewer)
    if visible is not None and territory_id not in visible:
        return []
    batch = table_of(ImportBatch)
    indicators_involved = _indicator_family(session, selection.indicator_id)
    statement = (
        sa.select(
            batch.c.file_name, batch.c.sha256, batch.c.imported_at, batch.c.author,
            SLICE.c.sheet, FACT.c.line,
        )
        .select_from(SLICE)
        .join(FACT, sa.and_(FACT.c.slice_id == SLICE.c.id, FACT.c.territory_id == territory_id))
        .join(batch, batch.c.id == FACT.c.batch_id)
        .where(
            SLICE.c.edition_id == selection.edition_id,
            SLICE.c.indicator_id.in_(indicators_involved),
            SLICE.c.period.in_(selection.periods),
        )
        .order_by(SLICE.c.sheet, FACT.c.line)
    )  # fmt: skip
    if selection.service is not Service.ALL:
        statement = statement.where(SLICE.c.service == selection.service.value)
    return [Origin(*row) for row in session.connection().execute(statement)]


def _indicator_family(session: Session, indicator_id: int) -> list[int]:
    parts = session.exec(
        select(IndicatorPart.part_id).where(IndicatorPart.group_id == indicator_id)
    ).all()
    return [indicator_id, *parts]


def ruptures(session: Session, *, dataset: Dataset) -> list[Rupture]:
    """List the breaks that concern a dataset, the oldest first."""
    scope = "etat4001" if dataset.value.startswith("etat4001") else "ssmsi"
    statement = (
        select(Rupture)
        .where(col(Rupture.scope).in_([scope, dataset.value, "all"]))
        .order_by(col(Rupture.starts_on))
    )
    return list(session.exec(statement))


def imports(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row an import, newest first, undone ones included.

    Columns: id, edition, file_name, sha256, imported_at, author, rows_read, rows_new,
    rows_changed, rows_unchanged, state, reverted_at, reverted_by, is_simulated.
    """
    require(viewer, Right.READ_SOURCES)
    rows = session.exec(
        select(ImportBatch, Edition)
        .join(Edition, col(Edition.id) == col(ImportBatch.edition_id))
        .order_by(col(ImportBatch.id).desc())
    ).all()
    columns = [
        "id", "edition", "file_name", "sha256", "imported_at", "author", "rows_read", "rows_new",
        "rows_changed", "rows_unchanged", "state", "reverted_at", "reverted_by", "is_simulated",
    ]  # fmt: skip
    return pd.DataFrame(
        [
            (
                batch.id, f"{Dataset(edition.dataset).label}, {edition.label}", batch.file_name,
                batch.sha256, batch.imported_at, batch.author, batch.rows_read, batch.rows_new,
                batch.rows_changed, batch.rows_unchanged, batch.state, batch.reverted_at,
                batch.reverted_by, edition.is_simulated,
            )
            for batch, edition in rows
        ],
        columns=columns,
    )  # fmt: skip


def counts(session: Session) -> dict[str, int]:
    """Count what is loaded, by the stable keys of ``python -m core status``."""

    def total(table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        statement = sa.select(sa.func.count()).select_from(table).where(*where)
        return int(session.connection().execute(statement).scalar_one())

    batch, indicator = table_of(ImportBatch), table_of(Indicator)
    return {
        "facts": total(FACT),
        "aggregates": total(AGGREGATE),
        "indicators": total(indicator),
        "editions": total(table_of(Edition)),
        "imports": total(batch, batch.c.state == "applied"),
        "imports_reverted": total(batch, batch.c.state == "reverted"),
        "ruptures": total(table_of(Rupture)),
    }


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
    return table.assign(
        status=rules.status_of(
            count=table["count"].fillna(0),
            known=table["known"],
            masked=table["masked"],
            missing=table["missing"],
        )
    )


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
