"""Reader of the SSMSI bases: communes, départements, régions, both generations of columns."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from core import fr
from core.observatory.enums import Level, Service, Status
from core.observatory.readers import (
    checks,
    csv_tables,
    editions,
    indicators,
    key_checks,
    parquet_tables,
)
from core.observatory.readers.containers import Container
from core.observatory.readers.faults import FaultLog
from core.observatory.readers.key_checks import LARGEST_COUNT, LAST_YEAR, Keys, Longs
from core.observatory.readers.parsed import (
    Edition,
    IndicatorDraft,
    ParsedFile,
    coded,
    constant,
    no_units,
)
from core.observatory.readers.tables import Mask, Table


def read(path: Path, container: Container, name: str) -> ParsedFile:
    """Read one base to its end and check every row. ``name`` is the producer's file name."""
    log = FaultLog()
    parquet = container is Container.PARQUET
    whole = parquet_tables.read(path) if parquet else csv_tables.read(path, container, log)
    log.add("en-têtes refusés", whole.header.errors, len(whole.header.errors))
    table, warnings = _set_apart(whole)
    keys, diffused = _check(table, log)
    _warn_incomplete(table, keys, warnings)
    return ParsedFile(
        edition=_edition(table, keys, name),
        facts=_facts(table, keys, diffused),
        denominators=_denominators(table, keys),
        indicators=_drafts(table),
        units=no_units(),
        errors=log.listed(),
        error_count=log.total,
        warnings=warnings + (log.summaries() if log.total else []),
        rows_read=whole.lines.size,
    )


def _check(table: Table, log: FaultLog) -> tuple[Keys, Mask]:
    keys = key_checks.check_keys(table, log)
    checks.check_numbers(table, log)
    diffused = checks.check_disclosure(table, log)
    checks.check_rates(table, log)
    checks.check_duplicates(table, keys.years, log)
    checks.check_denominators(table, keys.years, log)
    return keys, diffused


def _set_apart(table: Table) -> tuple[Table, list[str]]:
    """Leave out the rows without département of the edition of March 2024: facts not localised."""
    warnings = list(table.warnings)
    layout = table.header.layout
    if not (layout.has_short_years and layout.level is Level.DEPARTEMENT):
        return table, warnings
    apart = table.columns["territory"].is_missing & table.columns["rate"].is_missing
    if apart.any():
        facts = int(np.nansum(table.columns["count"].numbers[apart]))
        warnings.append(
            f"{fr.plural(int(apart.sum()), 'ligne')} sans département mises à part "
            f"({fr.plural(facts, 'fait')} en tout) : elles ne sont pas importées."
        )
    return table.take(~apart), warnings


def _warn_incomplete(table: Table, keys: Keys, warnings: list[str]) -> None:
    missing = checks.missing_cells(table, keys)
    if missing > 0:
        warnings.append(
            f"Il manque {fr.plural(missing, 'ligne')} pour que chaque indicateur soit donné "
            "chaque année pour chaque territoire : le fichier est peut-être incomplet."
        )


def _edition(table: Table, keys: Keys, name: str) -> Edition:
    header = table.header
    vintages = _vintages(table, "population")
    years = keys.years[keys.years > 0]
    return editions.edition_of(
        header.layout.dataset,
        name,
        geography=header.geography,
        years=(int(years.min(initial=LAST_YEAR)), int(years.max(initial=0))),
        vintage=int(vintages.max(initial=0)),
    )


def _vintages(table: Table, name: str) -> Longs:
    short = table.header.layout.has_short_years
    return key_checks.years_of(table.columns[f"{name}_vintage"], has_short_years=short)


def _drafts(table: Table) -> list[IndicatorDraft]:
    """List the indicators of the file, one a code, by their label in this edition."""
    by_code: dict[str, IndicatorDraft] = {}
    for label in sorted(table.columns["indicator"].texts):
        if draft := indicators.indicator(label):
            by_code.setdefault(draft.code, draft)
    return list(by_code.values())


def _facts(table: Table, keys: Keys, diffused: Mask) -> pd.DataFrame:
    valid = keys.valid
    counts = np.asarray(table.columns["count"].numbers)
    whole = (counts >= 0) & (counts <= LARGEST_COUNT) & (counts == np.floor(counts))
    is_count = diffused & whole
    status = np.where(diffused, np.where(is_count, Status.KNOWN, Status.MISSING), Status.MASKED)
    known = is_count[valid]
    filled = np.where(known, counts[valid], 0).astype(np.int32)
    return pd.DataFrame(
        {
            "indicator": _indicator_codes(table, valid),
            "period": (keys.years[valid] * 100).astype(np.int32),
            "level": constant(table.header.layout.level.value, known.size),
            "territory": _territories(table, valid),
            "service": constant(Service.ALL.value, known.size),
            "count": pd.array(pd.arrays.IntegerArray(filled, ~known), dtype="Int32"),
            "status": status[valid].astype(np.int8),
            "line": table.lines[valid],
            "sheet": constant("", known.size),
        }
    )


def _indicator_codes(table: Table, valid: Mask) -> "pd.Categorical[str]":
    """Code the rows by our indicator codes: two spellings of one label share a category."""
    column = table.columns["indicator"]
    drafts = [indicators.indicator(text) for text in column.texts]
    codes = sorted({draft.code for draft in drafts if draft})
    rank = np.array([codes.index(draft.code) if draft else -1 for draft in drafts])
    return coded(rank[column.codes[valid]], codes)


def _territories(table: Table, rows: Mask) -> "pd.Categorical[str]":
    column = table.columns["territory"]
    return coded(column.codes[rows], column.texts).remove_unused_categories()


def _denominators(table: Table, keys: Keys) -> pd.DataFrame:
    """One row a territory, year and kind, from the first line that gives it."""
    parts = [_denominator(table, keys, kind) for kind in ("population", "dwellings")]
    return pd.concat(parts, ignore_index=True).astype({"kind": "category"})


def _denominator(table: Table, keys: Keys, kind: str) -> pd.DataFrame:
    territory = table.columns["territory"]
    values = table.columns[kind].numbers
    place = territory.codes.astype(np.int64) * (LAST_YEAR + 1) + keys.years
    given = (keys.years > 0) & keys.is_territory & (values >= 0)
    rows: npt.NDArray[np.int64] = np.flatnonzero(given)
    rows = rows[~pd.Index(place[rows]).duplicated()]
    first = np.zeros(place.size, dtype=np.bool_)
    first[rows] = True
    return pd.DataFrame(
        {
            "territory": _territories(table, first),
            "level": constant(table.header.layout.level.value, rows.size),
            "kind": kind,
            "period": (keys.years[first] * 100).astype(np.int32),
            "vintage": _vintages(table, kind)[first].astype(np.int16),
            "value": values[first],
            "line": table.lines[first],
        }
    )
