"""What tests make: a small area of real codes, parsed files, imports, and dumps of a store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
from sqlmodel import Session, col, select

from core import db
from core.access import Role, Viewer, viewer_for
from core.observatory import operations, queries, readings
from core.observatory.enums import Dataset, Denominator, Level, Service, Status, Unit
from core.observatory.intake.places import BASE_LEVELS
from core.observatory.intake.report import FileIdentity, ImportReport
from core.observatory.models import Edition as StoredEdition
from core.observatory.models import Indicator
from core.observatory.queries import EditionCard, IndicatorCard
from core.observatory.readers.parsed import (
    Edition,
    IndicatorDraft,
    ParsedFile,
    no_denominators,
    no_units,
)
from core.observatory.selections import Selection
from core.territories import operations as territories
from core.territories.models import Membership, Territory

STAFF = viewer_for(Role.STAFF, name="Agent d’essai")
ANALYST = viewer_for(Role.ANALYST)
NOW = datetime(2011, 6, 15, 9, 30, tzinfo=UTC)

# level, code, name, in the eight départements, what it lies in.
AREA: tuple[tuple[Level, str, str, bool, tuple[str, ...]], ...] = (
    (Level.FRANCE, "FR", "France", False, ()),
    (Level.REGION, "76", "Occitanie", False, ()),
    (Level.REGION, "73", "Midi-Pyrénées", True, ()),
    (Level.DEPARTEMENT, "09", "Ariège", True, ("76", "73", "FR")),
    (Level.DEPARTEMENT, "11", "Aude", False, ("76", "FR")),
    (Level.DEPARTEMENT, "31", "Haute-Garonne", True, ("76", "73", "FR")),
    (Level.EPCI, "200067791", "CA Pays Foix-Varilhes", True, ()),
    (Level.EPCI, "200066231", "CC des Portes d’Ariège Pyrénées", True, ()),
    (Level.EPCI, "243100518", "Toulouse Métropole", True, ()),
    (Level.COMMUNE, "09056", "Bézac", True, ("09", "200066231")),
    (Level.COMMUNE, "09122", "Foix", True, ("09", "200067791")),
    (Level.COMMUNE, "09225", "Pamiers", True, ("09", "200066231")),
    (Level.COMMUNE, "11069", "Carcassonne", False, ("11",)),
    (Level.COMMUNE, "31085", "Boutx", True, ("31",)),
    (Level.COMMUNE, "31149", "Colomiers", True, ("31", "243100518")),
    (Level.COMMUNE, "31555", "Toulouse", True, ("31", "243100518")),
)
FORMER = {"09255": "09056", "31016": "31085", "31154": "31085"}
COMMUNES = tuple(code for level, code, *_ in AREA if level is Level.COMMUNE)


def make_area(session: Session) -> None:
    """Fill an empty store with the territories of AREA and the former communes of FORMER."""
    rows = [
        Territory(
            id=rank, level=level.value, code=code, name=name, in_area=in_area,
            departement_code=code[:2] if level in {Level.COMMUNE, Level.DEPARTEMENT} else "",
        )
        for rank, (level, code, name, in_area, _) in enumerate(AREA, start=1)
    ]  # fmt: skip
    ids = {row.code: row.id or 0 for row in rows}
    rows += [
        Territory(
            id=len(rows) + rank, level=Level.COMMUNE.value, code=code, name=f"Ancienne {code}",
            in_area=True, departement_code=code[:2], successor_id=ids[successor],
        )
        for rank, (code, successor) in enumerate(FORMER.items(), start=1)
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    db.follow_ids(session, db.table_of(Territory))
    session.add_all(
        Membership(group_id=ids[group], part_id=ids[code])
        for _, code, _, _, groups in AREA
        for group in groups
    )
    session.flush()


@dataclass(frozen=True)
class Figure:
    """One figure of a file; a Status in the place of the count says why there is none."""

    indicator: str
    period: int
    territory: str
    count: int | Status
    service: Service = Service.ALL

    @property
    def is_gap(self) -> bool:
        return isinstance(self.count, Status)


@dataclass(frozen=True)
class Base:
    """One denominator of a file."""

    territory: str
    value: float
    period: int = 0
    vintage: int = 2008
    kind: Denominator = Denominator.POPULATION


def parsed_file(
    figures: Iterable[Figure],
    *,
    dataset: Dataset = Dataset.SSMSI_COMMUNE,
    key: str = "essai",
    bases: Sequence[Base] = (),
    sheet: str = "",
) -> ParsedFile:
    """Give figures the form of a file that a reader has read without a fault; line 2 comes first.

    The unit is the infraction; the base is dwellings where the code says « logements ».
    """
    rows = list(figures)
    level = BASE_LEVELS[dataset].value
    table = pd.DataFrame(
        {
            "indicator": [row.indicator for row in rows],
            "period": np.array([row.period for row in rows], dtype="int32"),
            "level": level,
            "territory": [row.territory for row in rows],
            "service": [row.service.value for row in rows],
            "count": pd.array([None if row.is_gap else row.count for row in rows], dtype="Int64"),
            "status": np.array([row.count if row.is_gap else 0 for row in rows], dtype="int8"),
            "line": np.arange(2, len(rows) + 2, dtype="int32"),
            "sheet": sheet,
        }
    )  # fmt: skip
    categories = ("indicator", "level", "territory", "service", "sheet")
    return ParsedFile(
        edition=Edition(dataset, key, f"édition {key}", geography=None),
        facts=table.astype(dict.fromkeys(categories, "category")),
        denominators=_bases(bases, level),
        indicators=[_draft(code) for code in dict.fromkeys(row.indicator for row in rows)],
        units=no_units(), errors=[], error_count=0, warnings=[], rows_read=len(rows),
    )  # fmt: skip


def _bases(bases: Sequence[Base], level: str) -> pd.DataFrame:
    if not bases:
        return no_denominators()
    kinds = [base.kind.value for base in bases]
    return pd.DataFrame(list(bases)).assign(kind=kinds, level=level, line=2)


def _draft(code: str) -> IndicatorDraft:
    kind = Denominator.DWELLINGS if "logements" in code else Denominator.POPULATION
    return IndicatorDraft(code, f"Indicateur {code}", Unit.INFRACTION, kind)


def apply(
    parsed: ParsedFile, *, name: str, viewer: Viewer = STAFF, is_sparse: bool = False
) -> ImportReport:
    """Import a parsed file in a unit of work of its own; its name stands for its content."""
    file = FileIdentity(name, f"sha256 de {name}", 1)
    with db.writing(operations.DOMAIN, territories.DOMAIN) as session:
        return operations.apply_file(
            session, viewer, parsed=parsed, file=file, now=NOW, is_sparse=is_sparse
        )


def revert(batch_id: int | None) -> str:
    assert batch_id
    with db.writing(operations.DOMAIN) as session:
        return operations.revert_import(session, STAFF, batch_id=batch_id, now=NOW)


def fill_area() -> None:
    """Put the small area in the store of the test."""
    with db.writing(territories.DOMAIN) as session:
        make_area(session)


def make_perimeter(name: str, *codes: str, since: date = date(2000, 1, 1)) -> int:
    """Define a perimeter of the territories that have these codes, any level but perimeters."""
    with db.writing(territories.DOMAIN) as session:
        members = session.exec(
            select(Territory.id).where(
                col(Territory.code).in_(codes), Territory.level != Level.PERIMETER.value
            )
        ).all()
        draft = territories.PerimeterDraft(
            name=name, kind="Autre", members=[one for one in members if one], valid_from=since
        )
        return territories.create_perimeter(session, STAFF, draft, now=NOW)


def dump(*names: str) -> dict[str, list[str]]:
    """Return every row of the store (or of the tables named), sorted, as texts to compare."""
    tables = [table for table in db.METADATA.sorted_tables if not names or table.name in names]
    with db.reading() as session:
        rows = {table.name: session.connection().execute(table.select()).all() for table in tables}
    return {name: sorted(repr(tuple(row)) for row in found) for name, found in rows.items()}


def edition(key: str = "essai") -> EditionCard:
    """Return the card of the edition of a key."""
    with db.reading() as session:
        own = session.exec(select(StoredEdition.id).where(StoredEdition.key == key)).one()
        return next(card for card in queries.editions(session, ANALYST) if card.id == own)


def indicator(code: str, key: str = "essai") -> IndicatorCard:
    with db.reading() as session:
        cards = queries.indicators(session, ANALYST, edition_id=edition(key).id)
    return next(card for card in cards if card.code == code)


def selection(
    code: str, *periods: int, key: str = "essai", service: Service = Service.ALL
) -> Selection:
    with db.reading() as session:
        own = session.exec(select(StoredEdition).where(StoredEdition.key == key)).one()
        nomenclature = "etat4001" if own.dataset.startswith("etat4001") else "ssmsi"
        where = (Indicator.code == code, Indicator.nomenclature == nomenclature)
        counted = session.exec(select(Indicator.id).where(*where)).one()
    return Selection(own.id or 0, counted or 0, periods, service)


def figures_at(
    level: Level, chosen: Selection, *, viewer: Viewer = ANALYST, departement: str = ""
) -> pd.DataFrame:
    """Return the figures of a level (readings.FIGURE_COLUMNS), by code."""
    with db.reading() as session:
        return readings.figures(
            session, viewer, selection=chosen, level=level, departement=departement
        ).set_index("code")


def told(figures: pd.DataFrame) -> dict[str, tuple[int | None, str]]:
    """Return what a table of figures says of each code: its count, if any, and its status."""
    counts = [None if pd.isna(count) else int(count) for count in figures["count"]]
    names = [Status(int(status)).name for status in figures["status"]]
    return dict(zip(figures.index, zip(counts, names, strict=True), strict=True))


def territory_id(level: Level, code: str) -> int:
    with db.reading() as session:
        where = (Territory.level == level.value, Territory.code == code)
        return session.exec(select(Territory.id).where(*where)).one() or 0
