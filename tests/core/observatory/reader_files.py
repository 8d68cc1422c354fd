"""Small official-looking files for the tests of the readers, faults included on demand."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from core.importing import RowError
from core.observatory.readers.parsed import ParsedFile

SHARED = Path(__file__).parents[4] / "shared" / "data"

DEPARTEMENT_HEADER = (
    "Code_departement;Code_region;annee;indicateur;unite_de_compte;nombre;taux_pour_mille;"
    "insee_pop;insee_pop_millesime;insee_log;insee_log_millesime"
)
DEPARTEMENT_ROWS = (
    "09;76;2023;Homicides;Victime;3;0,0192309;155999;2021;106000,5;2020",
    "09;76;2023;Cambriolages de logement;Infraction;424;3,9999811;155999;2021;106000,5;2020",
    "31;76;2023;Homicides;Victime;0;0,0000000;1434367;2021;779000;2020",
    "31;76;2023;Cambriolages de logement;Infraction;7790;10,0000000;1434367;2021;779000;2020",
)
COMMUNE_HEADER = (
    "CODGEO_2025;annee;indicateur;unite_de_compte;nombre;taux_pour_mille;est_diffuse;insee_pop;"
    "insee_pop_millesime;insee_log;insee_log_millesime;complement_info_nombre;complement_info_taux"
)
COMMUNE_ROWS = (
    "31555;2023;Vols avec armes;Infraction;100;0,2000000;diff;500000;2021;300000;2020;NA;NA",
    "09122;2023;Vols avec armes;Infraction;NA;NA;ndiff;9500;2021;5500;2020;1,25;0,5",
    "2A004;2023;Vols avec armes;Infraction;0;0,0000000;diff;70000;2021;40000;2020;NA;NA",
)


def write_csv(path: Path, header: str, rows: Sequence[str], end: str = "\n") -> Path:
    """Write the rows under a header, in UTF-8; each is already one line of a csv."""
    path.write_text("\n".join([header, *rows]) + end, encoding="utf-8")
    return path


def departements(folder: Path, *rows: str, header: str = DEPARTEMENT_HEADER) -> Path:
    return write_csv(folder / "dep.csv", header, rows or DEPARTEMENT_ROWS)


def communes(folder: Path, *rows: str, header: str = COMMUNE_HEADER) -> Path:
    return write_csv(folder / "com.csv", header, rows or COMMUNE_ROWS)


def changed(row: str, rank: int, value: str) -> str:
    """Return a csv line with one of its fields replaced."""
    fields = row.split(";")
    fields[rank] = value
    return ";".join(fields)


def police_sheet(year: int = 2012) -> list[list[object]]:
    """Return the cells of a police sheet: two units, index n counts n facts in the first."""
    head: list[list[object]] = [
        [f"Année {year} - services de police", "Départements", "09", "31"],
        ["", "Périmètres", "DCSP", "DCPAF"],
        ["Code index", "Libellé index \\ CSP", "CIAT DE FOIX", "SPAF BLAGNAC"],
    ]
    return head + [[i, f"Libellé  {i}", 0 if i in UNUSED else i, 0] for i in range(1, 108)]


def gendarmerie_sheet(year: int = 2012) -> list[list[object]]:
    """Return the cells of a gendarmerie sheet: one unit, unused indexes left empty."""
    head: list[list[object]] = [
        [f"Année {year} - compagnies de gendarmerie", "Départements", "31"],
        ["Code index", "Libellé index \\ CGD", "CGD MURET"],
    ]
    return head + [[i, f"Libellé {i}", "" if i in UNUSED else 2] for i in range(1, 108)]


UNUSED = (96, 97, 99, 100)


def write_workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Write sheets of cells, as numbers and texts; an empty text is an empty cell."""
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for rank, row in enumerate(rows):
            for column, value in enumerate(row):
                if value != "":
                    sheet.write(rank, column, value)
    book.close()
    return path


def shared_file(*parts: str) -> Path:
    """Return a file of the shared data, or skip the test where that folder is not at hand."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"real file absent: ../shared/data/{'/'.join(parts)}")
    return path


def only_error(parsed: ParsedFile) -> RowError:
    """Return the one fault of a file; a second one fails the test and shows them all."""
    assert [str(error) for error in parsed.errors][1:] == []
    assert parsed.error_count == 1
    return parsed.errors[0]
