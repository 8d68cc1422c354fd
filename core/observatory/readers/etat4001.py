"""Reader of the official annual workbook of État 4001, by police or gendarmerie unit."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import python_calamine

from core import fr
from core.observatory.enums import Dataset, Denominator, Level, Status, Unit
from core.observatory.readers.containers import refuse
from core.observatory.readers.etat4001_checks import (
    FIRST_COLUMN,
    INDEXES,
    SERVICES,
    UNUSED_INDEXES,
    Figures,
    Sheet,
    check_title,
    check_unused,
    figures_of,
    indexes_of,
    units_of,
)
from core.observatory.readers.faults import FaultLog
from core.observatory.readers.parsed import (
    Edition,
    IndicatorDraft,
    ParsedFile,
    coded,
    constant,
    no_denominators,
)

DWELLING_INDEXES = (27, 28)

_SHEET = re.compile(r"Services (PN|GN) ((?:19|20)\d\d)")
_PRESENTATION = "Présentation"
_HEADER_LINES = {"PN": 3, "GN": 2}
# The producer's own typing errors, corrected by index and never used to join.
_CORRECTED = {
    1: "Règlements de compte entre malfaiteurs",
    16: "Vols à main armée contre des établissements industriels ou commerciaux",
    29: "Cambriolages de locaux industriels, commerciaux ou financiers",
    42: "Autres vols simples contre des particuliers dans des locaux privés",
    66: "Autres destructions et dégradations de biens publics",
    67: "Autres destructions et dégradations de biens privés",
    101: "Prix illicites, publicité fausse et infractions aux règles de la concurrence",
}


def sheet_titles(path: Path) -> list[str]:
    """List the sheets of figures; refuse a workbook that has none."""
    titles = [name for name in _opened(path).sheet_names if _SHEET.fullmatch(name.strip())]
    if not titles:
        raise refuse(
            "ce classeur n'a aucune feuille nommée « Services PN 2012 » ou « Services GN 2012 »"
        )
    return titles


def read(path: Path) -> ParsedFile:
    """Read every unit of France. Unused indexes are missing for both forces, never zero."""
    log, warnings = FaultLog(), list[str]()
    workbook = _opened(path)
    sheets = [_sheet(workbook, name) for name in sheet_titles(path)]
    others = set(workbook.sheet_names) - {sheet.name for sheet in sheets} - {_PRESENTATION}
    if others:
        listed = ", ".join(f"« {name} »" for name in sorted(others))
        warnings.append(f"Feuilles laissées de côté, leur nom n'est pas reconnu : {listed}.")
    parts = [_read_sheet(sheet, log) for sheet in sheets]
    facts = pd.concat([part for part, _ in parts], ignore_index=True)
    units = pd.concat([units for _, units in parts], ignore_index=True)
    _warn_missing(facts, warnings)
    return ParsedFile(
        edition=_edition(sheets),
        facts=_categorised(facts),
        denominators=no_denominators(),
        indicators=_drafts(sheets[0]),
        units=units.drop_duplicates("key", ignore_index=True),
        errors=log.listed(),
        error_count=log.total,
        warnings=warnings + log.summaries(),
        rows_read=sum(len(sheet.body) for sheet in sheets),
    )


def _opened(path: Path) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.CalamineError as error:
        raise refuse("ce classeur est tronqué ou abîmé, il ne s'ouvre pas") from error


def _sheet(workbook: python_calamine.CalamineWorkbook, name: str) -> Sheet:
    match = _SHEET.fullmatch(name.strip())
    force, year = (match[1], int(match[2])) if match else ("PN", 0)
    try:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except python_calamine.CalamineError as error:
        raise refuse(f"la feuille « {name} » est tronquée ou abîmée") from error
    lines = _HEADER_LINES[force]
    if len(rows) <= lines or len(rows[0]) <= FIRST_COLUMN:
        raise refuse(f"la feuille « {name} » est vide ou n'a que ses en-têtes")
    return Sheet(name, force, year, rows[:lines], rows[lines:])


def _read_sheet(sheet: Sheet, log: FaultLog) -> tuple[pd.DataFrame, pd.DataFrame]:
    indexes = indexes_of(sheet, log)
    check_title(sheet, log)
    cells = np.array([row[FIRST_COLUMN:] for row in sheet.body], dtype=object)
    units, columns = units_of(sheet, cells, log)
    kept = np.flatnonzero(indexes > 0)
    figures = figures_of(sheet, cells[:, columns], log)
    unused = np.isin(indexes, UNUSED_INDEXES)
    check_unused(sheet, figures, unused, log)
    figures[unused] = np.nan
    return _facts(sheet, figures[kept], indexes[kept], kept, units), units


def _facts(
    sheet: Sheet,
    figures: Figures,
    indexes: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    units: pd.DataFrame,
) -> pd.DataFrame:
    wide, flat = len(units), figures.ravel()
    known = np.isfinite(flat)
    counts = np.where(known, flat, 0).astype(np.int32)
    return pd.DataFrame(
        {
            "indicator": np.repeat(indexes.astype(np.int16), wide),
            "period": np.int32(sheet.year * 100),
            "territory": np.tile(units["key"].to_numpy(dtype=object), len(indexes)),
            "service": SERVICES[sheet.force].value,
            "count": pd.arrays.IntegerArray(counts, ~known),
            "status": np.where(known, Status.KNOWN, Status.MISSING).astype(np.int8),
            "line": np.repeat((rows + sheet.first_line).astype(np.int32), wide),
            "sheet": sheet.name,
        }
    )


def _categorised(facts: pd.DataFrame) -> pd.DataFrame:
    codes = [f"{index:03d}" for index in INDEXES]
    ranks = facts["indicator"].to_numpy() - 1
    return facts.assign(
        indicator=coded(ranks, codes),
        level=constant(Level.SERVICE.value, len(facts)),
        territory=facts["territory"].astype("category"),
        service=facts["service"].astype("category"),
        sheet=facts["sheet"].astype("category"),
    )[["indicator", "period", "level", "territory", "service", "count", "status", "line", "sheet"]]


def _warn_missing(facts: pd.DataFrame, warnings: list[str]) -> None:
    used = ~facts["indicator"].isin(list(UNUSED_INDEXES))
    missing = int((used & (facts["status"] == Status.MISSING)).sum())
    if missing:
        warnings.append(
            f"{fr.plural(missing, 'cellule')} vides pour des index en usage : lues comme "
            "« non fourni », jamais comme zéro."
        )


def _drafts(sheet: Sheet) -> list[IndicatorDraft]:
    labels = {int(row[0]): " ".join(str(row[1]).split()) for row in sheet.body if row[0] in INDEXES}
    return [
        IndicatorDraft(
            f"{index:03d}",
            _CORRECTED.get(index, label),
            Unit.FAIT,
            Denominator.DWELLINGS if index in DWELLING_INDEXES else Denominator.POPULATION,
        )
        for index, label in sorted(labels.items())
    ]


def _edition(sheets: list[Sheet]) -> Edition:
    years = sorted({sheet.year for sheet in sheets})
    first, last = years[0], years[-1]
    return Edition(Dataset.ETAT4001_SERVICE, f"{first}-{last}", f"années {first} à {last}", None)
