"""Writes of the observatory: apply a parsed file, undo it. All or nothing, journalled."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, db, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.errors import DomainError
from core.importing import FileRefusedError, RowError
from core.observatory import aggregates, nomenclature
from core.observatory.enums import Dataset, Level, Service, Status
from core.observatory.models import (
    DenominatorValue,
    Edition,
    Fact,
    FactSlice,
    ImportBatch,
    Indicator,
    IndicatorPart,
    ReplacedFact,
)
from core.observatory.readers.parsed import ParsedFile
from core.territories.models import Membership, Territory

DOMAIN = "observatory"
BASE_LEVELS = {
    Dataset.SSMSI_COMMUNE: Level.COMMUNE,
    Dataset.SSMSI_DEPARTEMENT: Level.DEPARTEMENT,
    Dataset.SSMSI_REGION: Level.REGION,
    Dataset.ETAT4001_SERVICE: Level.SERVICE,
    Dataset.ETAT4001_COMMUNE: Level.COMMUNE,
}
CELL = ["slice_id", "territory_id"]
LISTED_FAULTS = 200


def nomenclature_of(dataset: Dataset) -> str:
    return "etat4001" if dataset.value.startswith("etat4001") else "ssmsi"


@dataclass(frozen=True)
class FileIdentity:
    """What names a file: its name, its content's sha256 and its size."""

    name: str
    sha256: str
    octets: int


@dataclass
class ImportReport:
    """What an import did, or would do; every sentence of it is French."""

    file: FileIdentity
    edition: str = ""
    rows_read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: int = 0
    error_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    batch_id: int | None = None
    already: str = ""

    @property
    def is_refused(self) -> bool:
        return self.error_count > 0

    def sentences(self) -> list[str]:
        """Say what happened, the most important first."""
        if self.already:
            return [self.already]
        lines = [f"Fichier : {self.file.name} ({fr.size(self.file.octets)}). {self.edition}."]
        if self.is_refused:
            faults = fr.plural(self.error_count, "faute")
            lines.append(f"Import refusé : {faults}. Rien n’a été enregistré.")
            lines += [str(error) for error in self.errors[:LISTED_FAULTS]]
            hidden = self.error_count - min(len(self.errors), LISTED_FAULTS)
            lines += (
                [f"… et {fr.plural(hidden, 'autre faute', 'autres fautes')}."] if hidden else []
            )
            return lines + self.warnings
        lines.append(
            f"{fr.plural(self.rows_read, 'ligne lue', 'lignes lues')} : "
            f"{fr.plural(self.new, 'chiffre nouveau', 'chiffres nouveaux')}, "
            f"{fr.plural(self.changed, 'changé')}, {fr.plural(self.unchanged, 'inchangé')}."
        )
        if self.vanished:
            gone = fr.plural(self.vanished, "chiffre")
            lines.append(f"{gone} de cette édition ne sont plus dans le fichier : conservés.")
        return lines + self.warnings


def apply_file(
    session: Session,
    viewer: Viewer,
    *,
    parsed: ParsedFile,
    file: FileIdentity,
    now: datetime,
    is_sparse: bool = False,
    is_simulated: bool = False,
) -> ImportReport:
    """Write the figures of a parsed file, or nothing; say what is new, changed, unchanged.

    A file already applied is recognised by its content and changes nothing. The report of a
    refused file lists its faults; the caller must then leave the unit of work by an error.
    """
    access.require(viewer, Right.IMPORT)
    report = ImportReport(
        file=file, edition=f"{parsed.edition.dataset.label}, {parsed.edition.label}",
        rows_read=parsed.rows_read, warnings=list(parsed.warnings),
        errors=list(parsed.errors), error_count=parsed.error_count,
    )  # fmt: skip
    known = applied(session, file.sha256)
    if known is not None:
        report.already = (
            f"Ce fichier est déjà importé (import n° {known.id}, {fr.moment(known.imported_at)}, "
            f"par {known.author}) : rien à faire."
        )
        return report
    if report.is_refused:
        return report
    _add_units(session, parsed)
    territories, faults = _placed(session, parsed, report)
    if faults:
        report.errors, report.error_count = faults, len(faults)
        return report
    edition = _edition(session, parsed, is_simulated=is_simulated)
    indicators = _indicators(session, parsed)
    facts = _prepared(session, parsed, edition, indicators, territories, is_sparse=is_sparse)
    batch = _batch(session, viewer, edition, file, report, now)
    _write_facts(session, edition, batch, facts, report)
    _write_denominators(session, parsed, edition, territories)
    base_level = BASE_LEVELS[parsed.edition.dataset]
    aggregates.refresh(session, edition_id=_id(edition), base_level=base_level)
    db.analyse(session)
    batch.rows_new, batch.rows_changed = report.new, report.changed
    batch.rows_unchanged = report.unchanged
    batch.warnings = json.dumps(report.warnings, ensure_ascii=False)
    session.add(batch)
    report.batch_id = batch.id
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="import", subject=file.name,
        after={"import": batch.id, "edition": report.edition, "sha256": file.sha256,
               "new": report.new, "changed": report.changed, "unchanged": report.unchanged},
    )  # fmt: skip
    return report


def _id(row: Any) -> int:
    identifier: int = row.id
    return identifier


def applied(session: Session, sha256: str) -> ImportBatch | None:
    statement = select(ImportBatch).where(
        ImportBatch.sha256 == sha256, ImportBatch.state == "applied"
    )
    return session.exec(statement).first()


def _add_units(session: Session, parsed: ParsedFile) -> None:
    """Add the police districts and gendarmerie companies that the store does not know yet."""
    if parsed.units.empty:
        return
    known = set(session.exec(select(Territory.code).where(Territory.level == Level.SERVICE.value)))
    fresh = parsed.units[~parsed.units["key"].isin(known)]
    departements = _codes(session, Level.DEPARTEMENT)
    first = db.next_id(session, table_of(Territory))
    area = set(
        session.exec(
            select(Territory.code).where(
                Territory.level == Level.DEPARTEMENT.value, col(Territory.in_area).is_(True)
            )
        )
    )
    units = [
        Territory(
            id=first + rank, level=Level.SERVICE.value, code=row.key, name=row.name,
            kind=row.perimeter, departement_code=row.departement_code,
            in_area=row.departement_code in area,
        )
        for rank, row in enumerate(fresh.itertuples(index=False))
    ]  # fmt: skip
    session.add_all(units)
    session.flush()
    db.follow_ids(session, table_of(Territory))
    session.add_all(
        Membership(group_id=departements[unit.departement_code], part_id=_id(unit))
        for unit in units
        if unit.departement_code in departements
    )
    session.flush()


def _codes(session: Session, level: Level) -> dict[str, int]:
    statement = select(Territory.code, Territory.id).where(Territory.level == level.value)
    return {code: identifier for code, identifier in session.exec(statement) if identifier}


@dataclass(frozen=True)
class _Places:
    """Where each code of the file leads: territory id, or 0 for what is set apart."""

    level: Level
    ids: dict[str, int]
    merged: frozenset[str]


def _placed(
    session: Session, parsed: ParsedFile, report: ImportReport
) -> tuple[_Places, list[RowError]]:
    """Lead each code to a territory: former communes to the present one, the unknown refused.

    An unknown commune of the eight départements refuses the file; one from elsewhere (the list
    of communes changes each year) is set apart and said so.
    """
    level = BASE_LEVELS[parsed.edition.dataset]
    rows = session.exec(
        select(Territory.code, Territory.id, Territory.successor_id).where(
            Territory.level == level.value
        )
    ).all()
    known = {code: successor or identifier for code, identifier, successor in rows}
    former = {code for code, _, successor in rows if successor}
    codes = [str(code) for code in parsed.facts["territory"].cat.categories]
    used = {codes[rank] for rank in parsed.facts["territory"].cat.codes.unique()}
    counted = [str(code) for code in parsed.denominators["territory"].unique()]
    unknown = sorted(used - known.keys())
    area = set(
        session.exec(
            select(Territory.code).where(
                Territory.level == Level.DEPARTEMENT.value, col(Territory.in_area).is_(True)
            )
        )
    )
    blocking = [code for code in unknown if code[:2] in area or level is not Level.COMMUNE]
    faults = [_unknown_fault(parsed, code, level) for code in blocking[:LISTED_FAULTS]]
    apart = [code for code in unknown if code not in set(blocking)]
    if apart:
        listed = ", ".join(apart[:10]) + (" …" if len(apart) > 10 else "")
        report.warnings.append(
            f"{fr.plural(len(apart), 'commune inconnue', 'communes inconnues')} hors des huit "
            f"départements, mises à part : {listed}."
        )
    merged = frozenset(used & former)
    if merged:
        listed = ", ".join(sorted(merged)[:10]) + (" …" if len(merged) > 10 else "")
        report.warnings.append(
            f"{fr.plural(len(merged), 'ancienne commune')} rattachées à la commune "
            f"actuelle : {listed}."
        )
    ids = {code: known.get(code, 0) for code in (*codes, *counted)}
    return _Places(level=level, ids=ids, merged=merged), faults


def _unknown_fault(parsed: ParsedFile, code: str, level: Level) -> RowError:
    row = parsed.facts[parsed.facts["territory"] == code].iloc[0]
    return RowError(
        f"{level.label.lower()} inconnue du référentiel : vérifiez le code et l’année de la "
        "géographie",
        line=int(row["line"]), column="code du territoire", value=code, sheet=str(row["sheet"]),
    )  # fmt: skip


def _edition(session: Session, parsed: ParsedFile, *, is_simulated: bool) -> Edition:
    draft = parsed.edition
    statement = select(Edition).where(
        Edition.dataset == draft.dataset.value, Edition.key == draft.key
    )
    edition = session.exec(statement).first()
    if edition is None:
        edition = Edition(
            dataset=draft.dataset.value, key=draft.key, label=draft.label,
            geography=draft.geography, is_simulated=is_simulated,
        )  # fmt: skip
        session.add(edition)
        session.flush()
    return edition


def load_nomenclature(session: Session) -> None:
    """Add the 107 indexes and their groups, once."""
    if session.exec(select(Indicator.id).where(Indicator.nomenclature == "etat4001")).first():
        return
    groups = nomenclature.groups()
    indices = nomenclature.indices()
    rank = 0
    for row in groups.itertuples(index=False):
        rank += 1
        session.add(
            Indicator(
                nomenclature="etat4001", code=row.code, label=row.label, unit=row.unit,
                denominator=row.denominator, family=row.family, note=row.note, rank=rank,
                is_group=True, is_mappable=bool(row.mappable), is_sensitive=bool(row.sensitive),
            )
        )  # fmt: skip
    for row in indices.itertuples(index=False):
        session.add(
            Indicator(
                nomenclature="etat4001", code=row.code, label=row.label, unit="fait",
                denominator="population", family=row.family, rank=1000 + int(row.code),
                is_mappable=bool(row.used),
            )
        )  # fmt: skip
    session.flush()
    ids = _indicator_ids(session, "etat4001")
    session.add_all(
        IndicatorPart(group_id=ids[row.code], part_id=ids[f"{index:03}"])
        for row in groups.itertuples(index=False)
        for index in row.indices
    )
    session.flush()


def _indicator_ids(session: Session, name: str) -> dict[str, int]:
    statement = select(Indicator.code, Indicator.id).where(Indicator.nomenclature == name)
    return {code: identifier for code, identifier in session.exec(statement) if identifier}


def _indicators(session: Session, parsed: ParsedFile) -> dict[str, int]:
    name = nomenclature_of(parsed.edition.dataset)
    if name == "etat4001":
        load_nomenclature(session)
    known = _indicator_ids(session, name)
    for rank, draft in enumerate(parsed.indicators):
        if draft.code not in known:
            session.add(
                Indicator(
                    nomenclature=name, code=draft.code, label=draft.label, unit=draft.unit.value,
                    denominator=draft.denominator.value, rank=rank,
                )
            )  # fmt: skip
    session.flush()
    return _indicator_ids(session, name)


def _prepared(
    session: Session,
    parsed: ParsedFile,
    edition: Edition,
    indicators: dict[str, int],
    places: _Places,
    *,
    is_sparse: bool,
) -> pd.DataFrame:
    """Return the facts with slice_id and territory_id, sorted by both, former communes merged."""
    facts = parsed.facts
    by_code = np.array([places.ids[str(code)] for code in facts["territory"].cat.categories])
    territory = by_code[facts["territory"].cat.codes.to_numpy()]
    keys = ["indicator", "period", "level", "service", "sheet"]
    grouped = facts.groupby(keys, observed=True, sort=False)
    number = grouped.ngroup().to_numpy()
    firsts = facts.loc[grouped.head(1).index, keys].assign(number=number[grouped.head(1).index])
    slices = _slices(session, edition, indicators, firsts, is_sparse=is_sparse)
    table = pd.DataFrame(
        {
            "slice_id": slices[number],
            "territory_id": territory,
            "count": facts["count"].to_numpy(dtype=np.float64, na_value=np.nan),
            "status": facts["status"].to_numpy(dtype=np.int8),
            "line": facts["line"].to_numpy(dtype=np.int32),
        }
    )
    if (territory == 0).any():
        table = table[territory != 0]
    if places.merged:
        table = _merged(table)
    order = np.lexsort((table["territory_id"].to_numpy(), table["slice_id"].to_numpy()))
    return table.iloc[order].reset_index(drop=True)


def _merged(table: pd.DataFrame) -> pd.DataFrame:
    """Add the figures of former communes to their present one: a sum with a gap is partial."""
    is_twice = table.duplicated(CELL, keep=False)
    doubled = table[is_twice]
    known = doubled["status"].eq(Status.KNOWN) | doubled["status"].eq(Status.PARTIAL)
    sums = (
        doubled.assign(known=known, masked=doubled["status"].isin([Status.MASKED, Status.PARTIAL]))
        .groupby(CELL, sort=False)
        .agg(
            count=("count", lambda counts: counts.sum(min_count=1)),
            known=("known", "sum"),
            masked=("masked", "sum"),
            parts=("status", "size"),
            line=("line", "min"),
        )
        .reset_index()
    )
    gaps = sums["known"] < sums["parts"]
    status = np.select(
        [~gaps & sums["masked"].eq(0), sums["known"].gt(0), sums["masked"].gt(0)],
        [Status.KNOWN, Status.PARTIAL, Status.MASKED],
        default=Status.MISSING,
    )
    merged = sums.assign(status=status.astype(np.int8))[[*CELL, "count", "status", "line"]]
    return pd.concat([table[~is_twice], merged], ignore_index=True)


def _slices(
    session: Session,
    edition: Edition,
    indicators: dict[str, int],
    firsts: pd.DataFrame,
    *,
    is_sparse: bool,
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the slice id of each number of ``firsts``, making the slices that are missing."""
    known = {
        (row.indicator_id, row.period, row.level, row.service): _id(row)
        for row in session.exec(select(FactSlice).where(FactSlice.edition_id == edition.id))
    }
    groups = _groups_with_parts(session)
    following = db.next_id(session, table_of(FactSlice))
    fresh: list[FactSlice] = []
    ids = np.zeros(len(firsts), dtype=np.int64)
    wanted = _whole_grid(firsts, indicators) if is_sparse else firsts
    for row in wanted.itertuples(index=False):
        base = indicators[str(row.indicator)]
        for indicator in (base, *groups.get(base, ())):
            key = (indicator, int(row.period), str(row.level), str(row.service))
            if key not in known:
                known[key] = following + len(fresh)
                fresh.append(
                    FactSlice(
                        id=known[key], edition_id=_id(edition), indicator_id=indicator,
                        period=key[1], level=key[2], service=key[3],
                        sheet=str(row.sheet), is_sparse=is_sparse,
                    )
                )  # fmt: skip
            if indicator == base and row.number >= 0:
                ids[row.number] = known[key]
    session.add_all(fresh)
    session.flush()
    db.follow_ids(session, table_of(FactSlice))
    return ids


def _whole_grid(firsts: pd.DataFrame, indicators: dict[str, int]) -> pd.DataFrame:
    """Add the slices in which nothing was counted: there, every territory counts zero."""
    used = [code for code in indicators if code in set(nomenclature.used_codes())]
    grid = pd.MultiIndex.from_product(
        [used, sorted(firsts["period"].unique()), sorted(firsts["service"].unique())],
        names=["indicator", "period", "service"],
    ).to_frame(index=False)
    plain = firsts.astype({"indicator": "str", "service": "str"})
    grid = grid.astype({"service": "str"}).merge(
        plain[["indicator", "period", "service", "number"]], how="left"
    )
    return grid.assign(
        level=str(firsts["level"].iloc[0]),
        sheet=str(firsts["sheet"].iloc[0]),
        number=grid["number"].fillna(-1).astype(int),
    )


def _groups_with_parts(session: Session) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for group, part in session.exec(select(IndicatorPart.group_id, IndicatorPart.part_id)):
        groups.setdefault(part, []).append(group)
    return groups


def _batch(
    session: Session,
    viewer: Viewer,
    edition: Edition,
    file: FileIdentity,
    report: ImportReport,
    now: datetime,
) -> ImportBatch:
    batch = ImportBatch(
        edition_id=_id(edition), file_name=file.name, sha256=file.sha256, octets=file.octets,
        imported_at=now.replace(tzinfo=None), author=viewer.signature, rows_read=report.rows_read,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def _write_facts(
    session: Session, edition: Edition, batch: ImportBatch, facts: pd.DataFrame,
    report: ImportReport,
) -> None:  # fmt: skip
    """Insert what is new, replace what changed and keep what it was, leave the rest alone."""
    present = _present(session, edition)
    if present.empty:
        report.new = len(facts)
        db.bulk_insert(session, table_of(Fact), _fact_rows(facts, _id(batch)))
        return
    both = facts.merge(present, on=CELL, how="left", suffixes=("", "_old"), indicator=True)
    is_old = both["_merge"].eq("both")
    same_count = both["count"].eq(both["count_old"]) | (
        both["count"].isna() & both["count_old"].isna()
    )
    is_same = is_old & same_count & both["status"].eq(both["status_old"])
    changed = both[is_old & ~is_same]
    report.new = int((~is_old).sum())
    report.changed, report.unchanged = len(changed), int(is_same.sum())
    report.vanished = len(present) - int(is_old.sum())
    fresh = both[~is_same].sort_values(CELL)
    _remember(session, _id(batch), changed)
    _forget(session, changed)
    db.bulk_insert(session, table_of(Fact), _fact_rows(fresh, _id(batch)))


def _present(session: Session, edition: Edition) -> pd.DataFrame:
    fact, fact_slice = table_of(Fact), table_of(FactSlice)
    statement = (
        sa.select(fact)
        .join(fact_slice, fact_slice.c.id == fact.c.slice_id)
        .where(fact_slice.c.edition_id == edition.id)
    )
    columns = [column.name for column in fact.columns]
    rows = session.connection().execute(statement).all()
    return pd.DataFrame(rows, columns=columns).astype({"count": "float64"})


def _fact_rows(facts: pd.DataFrame, batch_id: int) -> Iterator[tuple[Any, ...]]:
    counts = facts["count"].to_numpy()
    empty = np.isnan(counts)
    filled = np.where(empty, 0, counts).astype(np.int64).astype(object)
    filled[empty] = None
    columns = (facts["slice_id"], facts["territory_id"], filled, facts["status"], facts["line"])
    return zip(*(column.tolist() for column in columns), [batch_id] * len(facts), strict=True)


def _remember(session: Session, batch_id: int, changed: pd.DataFrame) -> None:
    olds = changed[["slice_id", "territory_id", "count_old", "status_old", "line_old", "batch_id"]]
    clean = olds.astype(object).where(olds.notna(), None)
    rows = (
        (batch_id, int(slice_id), int(territory), None if count is None else int(count),
         int(status), int(line), int(batch))
        for slice_id, territory, count, status, line, batch in clean.itertuples(
            index=False, name=None
        )
    )  # fmt: skip
    db.bulk_insert(session, table_of(ReplacedFact), rows)


def _forget(session: Session, changed: pd.DataFrame) -> None:
    """Take the changed facts out, through a set-based delete on what was remembered."""
    if changed.empty:
        return
    fact, replaced = table_of(Fact), table_of(ReplacedFact)
    session.connection().execute(
        sa.delete(fact).where(
            sa.exists().where(
                replaced.c.slice_id == fact.c.slice_id,
                replaced.c.territory_id == fact.c.territory_id,
                replaced.c.by_batch_id
                == sa.select(sa.func.max(replaced.c.by_batch_id)).scalar_subquery(),
            ),
            fact.c.slice_id.in_(sorted({int(value) for value in changed["slice_id"]})),
        )
    )


def _write_denominators(
    session: Session, parsed: ParsedFile, edition: Edition, places: _Places
) -> None:
    """Keep the denominators of the edition; a later file of it may add some, not change any."""
    table = parsed.denominators
    if table.empty:
        return
    fresh = table.assign(
        territory_id=table["territory"].astype(str).map(places.ids).fillna(0).astype(int)
    )
    fresh = fresh[fresh["territory_id"] != 0]
    sums = fresh.groupby(["kind", "period", "territory_id"], observed=True, as_index=False).agg(
        vintage=("vintage", "max"), value=("value", "sum")
    )
    held = _held_denominators(session, _id(edition))
    both = sums.merge(held, on=["kind", "period", "territory_id"], how="left")
    differing = both["held"].notna() & ~np.isclose(both["held"], both["value"], rtol=1e-6)
    if differing.any():
        raise DomainError(
            f"{fr.plural(int(differing.sum()), 'dénominateur')} (population ou logements) "
            "contredisent ceux d’un fichier déjà importé pour cette édition. Annulez d’abord "
            "l’import précédent, puis importez ce fichier."
        )
    new = both[both["held"].isna()]
    rows = zip(
        [_id(edition)] * len(new), new["kind"].astype(str), new["period"].astype(int).tolist(),
        new["territory_id"].tolist(), new["vintage"].astype(int).tolist(),
        new["value"].tolist(), strict=True,
    )  # fmt: skip
    db.bulk_insert(session, table_of(DenominatorValue), rows)
    if len(new):
        _drop_group_denominators(session, edition)
        base_level = BASE_LEVELS[parsed.edition.dataset]
        aggregates.refresh_denominators(session, edition_id=_id(edition), base_level=base_level)


def _held_denominators(session: Session, edition_id: int) -> pd.DataFrame:
    statement = select(
        DenominatorValue.kind, DenominatorValue.period, DenominatorValue.territory_id,
        DenominatorValue.value,
    ).where(DenominatorValue.edition_id == edition_id)  # fmt: skip
    columns = ["kind", "period", "territory_id", "held"]
    table = pd.DataFrame(session.exec(statement).all(), columns=columns)
    return table.astype({"kind": "str", "period": "int64", "territory_id": "int64"})


def _drop_group_denominators(session: Session, edition: Edition) -> None:
    base = BASE_LEVELS[Dataset(edition.dataset)]
    groups = sa.select(Territory.id).where(col(Territory.level) != base.value)
    session.connection().execute(
        sa.delete(DenominatorValue).where(
            col(DenominatorValue.edition_id) == edition.id,
            col(DenominatorValue.territory_id).in_(groups),
        )
    )


def revert_import(session: Session, viewer: Viewer, *, batch_id: int, now: datetime) -> str:
    """Undo an import: what it added goes, what it replaced comes back. Return a French sentence."""
    access.require(viewer, Right.IMPORT)
    batch = session.get(ImportBatch, batch_id)
    if batch is None or batch.state != "applied":
        raise DomainError("Cet import n’existe plus ou est déjà annulé.")
    _refuse_if_covered(session, batch)
    edition = session.get_one(Edition, batch.edition_id)
    connection = session.connection()
    fact, replaced, fact_slice = table_of(Fact), table_of(ReplacedFact), table_of(FactSlice)
    slices = sa.select(fact_slice.c.id).where(fact_slice.c.edition_id == edition.id)
    removed = connection.execute(
        sa.delete(fact).where(fact.c.slice_id.in_(slices), fact.c.batch_id == batch_id)
    ).rowcount
    names = [column.name for column in fact.columns]
    olds = sa.select(*(replaced.c[name] for name in names)).where(
        replaced.c.by_batch_id == batch_id
    )
    restored = connection.execute(sa.insert(fact).from_select(names, olds)).rowcount
    connection.execute(sa.delete(replaced).where(replaced.c.by_batch_id == batch_id))
    batch.state, batch.reverted_by = "reverted", viewer.signature
    batch.reverted_at = now.replace(tzinfo=None)
    session.add(batch)
    session.flush()
    base_level = BASE_LEVELS[Dataset(edition.dataset)]
    aggregates.refresh(session, edition_id=_id(edition), base_level=base_level)
    _drop_empty_edition(session, edition)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="annulation d’un import",
        subject=batch.file_name, before={"import": batch_id},
        after={"removed": removed, "restored": restored},
    )  # fmt: skip
    return (
        f"Import n° {batch_id} annulé : {fr.plural(removed, 'chiffre retiré', 'chiffres retirés')}"
        f", {fr.plural(restored, 'chiffre rétabli', 'chiffres rétablis')}."
    )


def _refuse_if_covered(session: Session, batch: ImportBatch) -> None:
    """Refuse to undo under a later import that replaced some of its figures."""
    statement = select(ReplacedFact.by_batch_id).where(ReplacedFact.batch_id == batch.id).limit(1)
    later = session.exec(statement).first()
    if later is not None:
        raise DomainError(
            f"L’import n° {later} a changé des chiffres de celui-ci : annulez-le d’abord."
        )


def _drop_empty_edition(session: Session, edition: Edition) -> None:
    """Take out the slices, denominators of an edition left without any applied file."""
    statement = select(ImportBatch.id).where(
        ImportBatch.edition_id == edition.id, ImportBatch.state == "applied"
    )
    if session.exec(statement).first() is not None:
        return
    connection = session.connection()
    for model in (DenominatorValue, FactSlice):
        table = table_of(model)
        connection.execute(sa.delete(table).where(table.c.edition_id == edition.id))


def load_ruptures(session: Session) -> None:
    """Add the known breaks in series, once."""
    from core.observatory.models import Rupture

    if session.exec(select(Rupture.code)).first() is not None:
        return
    for row in nomenclature.ruptures().to_dict("records"):
        session.add(Rupture.model_validate(row))
    session.flush()


def refuse_if_needed(report: ImportReport) -> None:
    """Leave the unit of work when the report is a refusal, so that nothing stays half-written."""
    if report.is_refused:
        raise RefusedImportError(report)


class RefusedImportError(FileRefusedError):
    """The file has faults; ``report`` lists them."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__("\n".join(report.sentences()))
        self.report = report


SERVICES = (Service.ALL, Service.POLICE, Service.GENDARMERIE)
