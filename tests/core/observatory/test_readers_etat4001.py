"""The annual workbook of État 4001: units in columns, indexes in rows, unused ones missing."""

from pathlib import Path

import pandas as pd
import pytest

from core.observatory.enums import Dataset, Denominator, Status, Unit
from core.observatory.readers import detect
from core.observatory.readers.parsed import ParsedFile
from tests.core.observatory import reader_files as files
from tests.core.observatory.reader_files import only_error

Cells = list[list[object]]


def read(folder: Path, police: Cells | None = None, gendarmerie: Cells | None = None) -> ParsedFile:
    sheets: dict[str, Cells] = {
        "Présentation": [[]],
        "Services PN 2012": police or files.police_sheet(),
        "Services GN 2012": gendarmerie or files.gendarmerie_sheet(),
    }
    return detect.read_file(files.write_workbook(folder / "etat4001.xlsx", sheets))


def test_a_sound_workbook_is_read_for_every_unit(tmp_path: Path) -> None:
    parsed = read(tmp_path)
    assert parsed.error_count == 0
    assert parsed.warnings == []
    assert parsed.edition.dataset is Dataset.ETAT4001_SERVICE
    assert parsed.edition.key == "2012-2012"
    assert len(parsed.facts) == 3 * 107
    assert parsed.units.to_numpy().tolist() == [
        ["09/PN/DCSP/CIAT DE FOIX", "CIAT DE FOIX", "09", "DCSP", "police"],
        ["31/PN/DCPAF/SPAF BLAGNAC", "SPAF BLAGNAC", "31", "DCPAF", "police"],
        ["31/GN/CGD MURET", "CGD MURET", "31", "", "gendarmerie"],
    ]


def test_a_figure_knows_its_sheet_and_its_line(tmp_path: Path) -> None:
    facts = read(tmp_path).facts
    fifth = facts[(facts["indicator"] == "005") & (facts["territory"] == "09/PN/DCSP/CIAT DE FOIX")]
    assert fifth.to_numpy().tolist() == [
        ["005", 201200, "service", "09/PN/DCSP/CIAT DE FOIX", "police", 5, Status.KNOWN, 8,
         "Services PN 2012"]
    ]  # fmt: skip


def test_unused_indexes_are_missing_for_both_forces_and_zero_stays_known(tmp_path: Path) -> None:
    facts = read(tmp_path).facts
    unused = facts["indicator"].isin(["096", "097", "099", "100"])
    assert set(facts.loc[unused, "status"]) == {Status.MISSING}
    assert facts.loc[unused, "count"].isna().all()
    zeros = facts[(facts["territory"] == "31/PN/DCPAF/SPAF BLAGNAC") & ~unused]
    assert set(zeros["status"]) == {Status.KNOWN}
    assert set(zeros["count"]) == {0}


def test_rows_are_joined_by_index_whatever_their_label_and_order(tmp_path: Path) -> None:
    cells = files.police_sheet()
    cells[3:] = [[row[0], "autre libellé", *row[2:]] for row in reversed(cells[3:])]
    straight, shuffled = read(tmp_path).facts, read(tmp_path, cells).facts
    counts = [
        pd.Series(facts["count"].to_numpy(), [facts["indicator"], facts["territory"]]).sort_index()
        for facts in (straight, shuffled)
    ]
    pd.testing.assert_series_equal(counts[0], counts[1])


def test_labels_lose_their_typing_errors_and_double_spaces(tmp_path: Path) -> None:
    drafts = read(tmp_path).indicators
    assert drafts[0].label == "Règlements de compte entre malfaiteurs"
    assert drafts[1].label == "Libellé 2"
    assert {draft.unit for draft in drafts} == {Unit.FAIT}
    by_dwelling = [d.code for d in drafts if d.denominator is Denominator.DWELLINGS]
    assert by_dwelling == ["027", "028"]


def test_an_empty_column_is_passed_over(tmp_path: Path) -> None:
    cells = [[*row[:3], "", *row[3:]] for row in files.police_sheet()]
    parsed = read(tmp_path, cells)
    assert parsed.error_count == 0
    assert len(parsed.facts) == 3 * 107


def test_figures_under_an_empty_header_are_a_fault(tmp_path: Path) -> None:
    cells = [[*row, ""] for row in files.police_sheet()]
    cells[50][4] = 12
    error = only_error(read(tmp_path, cells))
    assert (error.sheet, error.line, error.column) == ("Services PN 2012", 3, "E")
    assert error.message.startswith("en-tête incomplet")


CELL_FAULTS: list[tuple[int, int, object, str]] = [
    (10, 2, "douze", "nombre attendu"),
    (10, 2, -4, "nombre négatif"),
    (10, 2, 1.5, "nombre entier attendu"),
    (10, 2, 10**10, "nombre de faits invraisemblable"),
    (98, 2, 7, "un index inutilisé (96, 97, 99, 100) porte des faits"),
    (0, 2, "99", "code de département inconnu"),
    (0, 2, 9, "code de département inconnu"),
    (1, 3, "", "en-tête incomplet au-dessus de chiffres (département, périmètre ou unité)"),
    (0, 0, "Année 2013", "le titre devrait dire l'année 2012, comme le nom de la feuille"),
]


@pytest.mark.parametrize(("row", "column", "value", "message"), CELL_FAULTS)
def test_a_faulty_cell_is_told_with_its_sheet(
    tmp_path: Path, row: int, column: int, value: object, message: str
) -> None:
    cells = files.police_sheet()
    cells[row][column] = value
    error = only_error(read(tmp_path, cells))
    assert error.message == message
    assert error.sheet == "Services PN 2012"


def test_a_faulty_cell_is_told_with_its_line_and_letter(tmp_path: Path) -> None:
    cells = files.police_sheet()
    cells[10][3] = "douze"
    error = only_error(read(tmp_path, cells))
    assert (error.line, error.column, error.value) == (11, "D", "douze")


def test_a_missing_index_is_named(tmp_path: Path) -> None:
    error = only_error(read(tmp_path, files.police_sheet()[:-1]))
    assert error.message == "il manque l'index 107"


def test_an_index_given_twice_is_a_fault(tmp_path: Path) -> None:
    cells = files.police_sheet()
    cells[4][0] = 1
    messages = [error.message for error in read(tmp_path, cells).errors]
    assert messages == ["il manque l'index 2", "numéro d'index déjà donné"]


def test_a_unit_given_twice_is_a_fault(tmp_path: Path) -> None:
    cells = [[*row, row[2]] for row in files.police_sheet()]
    error = only_error(read(tmp_path, cells))
    assert (error.message, error.column) == ("unité déjà donnée", "E")


def test_an_empty_cell_of_a_used_index_is_missing_with_a_warning(tmp_path: Path) -> None:
    cells = files.gendarmerie_sheet()
    cells[5][2] = ""
    parsed = read(tmp_path, gendarmerie=cells)
    assert parsed.error_count == 0
    assert parsed.warnings[0].startswith("1 cellule vide")
    facts = parsed.facts
    emptied = facts[(facts["indicator"] == "004") & (facts["service"] == "gendarmerie")]
    assert emptied["status"].tolist() == [Status.MISSING]
