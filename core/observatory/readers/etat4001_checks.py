"""Checks of one sheet of the État 4001 workbook: indexes, header columns, cells."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.importing import RowError
from core.observatory.enums import Service
from core.observatory.readers.faults import LISTED, FaultLog
from core.observatory.readers.key_checks import DEPARTEMENTS, LARGEST_COUNT
from core.observatory.readers.parsed import NO_UNITS

INDEXES = range(1, 108)
UNUSED_INDEXES = (96, 97, 99, 100)
OVERSEAS = frozenset(["975", "977", "978", "986", "987", "988"])
FIRST_COLUMN = 2
SERVICES = {"PN": Service.POLICE, "GN": Service.GENDARMERIE}
Cells = npt.NDArray[np.object_]
Figures = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sheet:
    """One year of one force: rows are the 107 indexes, columns the units of all France."""

    name: str
    force: str
    year: int
    header: list[list[Any]]
    body: list[list[Any]]

    @property
    def first_line(self) -> int:
        return len(self.header) + 1


def indexes_of(sheet: Sheet, log: FaultLog) -> npt.NDArray[np.int64]:
    """Return the index of each row, 0 where it is none; each of the 107 is due once."""
    read = [row[0] for row in sheet.body]
    indexes = [int(value) if value in INDEXES else 0 for value in read]
    errors = [
        _error(
            sheet,
            "numéro d'index déjà donné" if index else "numéro d'index de 1 à 107 attendu",
            rank,
            0,
            read[rank],
        )
        for rank, index in enumerate(indexes)
        if not index or index in indexes[:rank]
    ]
    log.add("numéros d'index refusés", errors, len(errors))
    missing = [
        RowError(f"il manque l'index {index}", sheet=sheet.name)
        for index in INDEXES
        if index not in indexes
    ]
    log.add("index absents", missing, len(missing))
    return np.array(indexes)


def check_title(sheet: Sheet, log: FaultLog) -> None:
    years = re.findall(r"\d{4}", str(sheet.header[0][0]))
    if years != [str(sheet.year)]:
        error = RowError(
            f"le titre devrait dire l'année {sheet.year}, comme le nom de la feuille",
            line=1,
            column="A",
            value=str(sheet.header[0][0]),
            sheet=sheet.name,
        )
        log.add("titres de feuille refusés", [error], 1)


def units_of(sheet: Sheet, cells: Cells, log: FaultLog) -> tuple[pd.DataFrame, list[int]]:
    """Describe the units of a sheet and the columns they stand in. Empty columns are skipped."""
    rows, columns, seen = [], [], set[str]()
    for column in range(cells.shape[1]):
        labels = [" ".join(str(line[column + FIRST_COLUMN]).split()) for line in sheet.header]
        if not any(labels) and not any(cell != "" for cell in cells[:, column]):
            continue
        departement, *perimeter, name = labels
        key = "/".join([departement, sheet.force, *perimeter, name])
        fault = _header_fault(labels) or ("unité déjà donnée" if key in seen else "")
        if fault:
            error = RowError(
                fault, len(sheet.header), _letter(column + FIRST_COLUMN), key, sheet.name
            )
            log.add("en-têtes de colonne refusés", [error], 1)
            continue
        seen.add(key)
        columns.append(column)
        service = SERVICES[sheet.force].value
        rows.append((key, name, departement, "".join(perimeter), service))
    return pd.DataFrame(rows, columns=list(NO_UNITS), dtype="str"), columns


def _header_fault(labels: list[str]) -> str:
    if not all(labels):
        return "en-tête incomplet au-dessus de chiffres (département, périmètre ou unité)"
    return "" if labels[0] in DEPARTEMENTS | OVERSEAS else "code de département inconnu"


def figures_of(sheet: Sheet, cells: Cells, log: FaultLog) -> Figures:
    """Return the cells as numbers, NaN where nothing is given. Faulty ones are logged."""
    figures = np.asarray(pd.to_numeric(pd.Series(cells.ravel()), errors="coerce"), dtype=np.float64)
    figures = figures.reshape(cells.shape).copy()
    filled = cells != ""
    _log_cells(
        sheet, "nombres illisibles", "nombre attendu", np.isnan(figures) & filled, cells, log
    )
    _log_cells(sheet, "nombres négatifs", "nombre négatif", figures < 0, cells, log)
    decimal = np.isfinite(figures) & (figures != np.floor(figures))
    _log_cells(sheet, "nombres de faits non entiers", "nombre entier attendu", decimal, cells, log)
    huge = figures > LARGEST_COUNT
    message = "nombre de faits invraisemblable"
    _log_cells(sheet, "nombres de faits trop grands", message, huge, cells, log)
    return np.where((figures >= 0) & ~decimal & ~huge, figures, np.nan)


def check_unused(
    sheet: Sheet, figures: Figures, unused: npt.NDArray[np.bool_], log: FaultLog
) -> None:
    filled = (figures > 0) & unused[:, None]
    message = "un index inutilisé (96, 97, 99, 100) porte des faits"
    _log_cells(sheet, "index inutilisés qui portent des faits", message, filled, figures, log)


def _log_cells(
    sheet: Sheet, kind: str, message: str, faulty: npt.NDArray[np.bool_], cells: Any, log: FaultLog
) -> None:
    places = np.argwhere(faulty)
    errors = [
        _error(sheet, message, int(row), int(column) + FIRST_COLUMN, cells[row, column])
        for row, column in places[:LISTED]
    ]
    log.add(kind, errors, len(places))


def _error(sheet: Sheet, message: str, row: int, column: int, value: object) -> RowError:
    return RowError(message, row + sheet.first_line, _letter(column), str(value), sheet.name)


def _letter(column: int) -> str:
    """Name a column as a spreadsheet does.

    >>> _letter(0), _letter(26)
    ('A', 'AA')
    """
    before, rank = divmod(column, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + rank)
