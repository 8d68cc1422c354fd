"""Reads of what the observatory holds: editions, indicators, imports, origins, breaks."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.db import table_of
from core.observatory.enums import Dataset, Denominator, Level, Service, Unit
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
from core.observatory.selections import Selection
from core.territories import queries as territory_queries
from core.territories.models import Territory

DOMAINS = ("observatory", "territories")
FACT, AGGREGATE, SLICE = table_of(Fact), table_of(Aggregate), table_of(FactSlice)
TERRITORY = table_of(Territory)


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
