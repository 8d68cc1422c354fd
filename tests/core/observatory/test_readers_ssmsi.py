"""Checks of the SSMSI bases: each fault is told with its line, its column and what was read."""

from pathlib import Path

import pytest

from core.importing import FileRefusedError
from core.observatory.enums import Dataset, Denominator, Status, Unit
from core.observatory.readers import detect
from tests.core.observatory import reader_files as files
from tests.core.observatory.reader_files import DEPARTEMENT_ROWS, changed, only_error

HOMICIDES, BURGLARIES = DEPARTEMENT_ROWS[:2]


def test_a_sound_file_has_no_fault_and_says_its_edition(tmp_path: Path) -> None:
    parsed = detect.read_file(
        files.departements(tmp_path),
        name="donnee-dep-data.gouv-2024-geographie2024-produit-le2025-03-01.csv",
    )
    assert parsed.errors == []
    assert parsed.warnings == []
    assert parsed.edition.dataset is Dataset.SSMSI_DEPARTEMENT
    assert parsed.edition.key == "2025-03-01"
    assert parsed.edition.label == "édition du 1er mars 2025, géographie 2024"
    assert parsed.edition.geography == 2024


def test_facts_carry_their_key_count_status_and_line(tmp_path: Path) -> None:
    facts = detect.read_file(files.departements(tmp_path)).facts
    third = facts.iloc[2]
    assert list(facts.columns) == [
        "indicator", "period", "level", "territory", "service", "count", "status", "line", "sheet",
    ]  # fmt: skip
    assert list(third) == ["homicides", 202300, "departement", "31", "all", 0, Status.KNOWN, 4, ""]


def test_only_dwelling_burglaries_are_divided_by_dwellings(tmp_path: Path) -> None:
    burglaries, homicides = detect.read_file(files.departements(tmp_path)).indicators
    assert burglaries.denominator is Denominator.DWELLINGS
    assert burglaries.unit is Unit.INFRACTION
    assert homicides.denominator is Denominator.POPULATION
    assert (homicides.code, homicides.label) == ("homicides", "Homicides")


def test_a_denominator_is_given_once_with_its_vintage_and_line(tmp_path: Path) -> None:
    rows = detect.read_file(files.departements(tmp_path)).denominators
    assert rows[["territory", "kind", "period", "vintage", "value", "line"]].values.tolist() == [
        ["09", "population", 202300, 2021, 155999.0, 2],
        ["31", "population", 202300, 2021, 1434367.0, 4],
        ["09", "dwellings", 202300, 2020, 106000.5, 2],
        ["31", "dwellings", 202300, 2020, 779000.0, 4],
    ]


def test_a_file_without_production_date_is_keyed_by_its_content(tmp_path: Path) -> None:
    assert detect.read_file(files.departements(tmp_path)).edition.key == "2023-2023-population-2021"
    assert detect.read_file(files.communes(tmp_path)).edition.key == "geographie-2025"


def test_a_bom_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    plain = detect.read_file(files.departements(tmp_path))
    text = (tmp_path / "dep.csv").read_text(encoding="utf-8")
    path = tmp_path / "windows.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert detect.read_file(path).facts.equals(plain.facts)


FAULTS = [
    (0, "9", "code de département mal écrit, « 09 » sans doute"),
    (0, "99", "code de département inconnu"),
    (2, "23", "année entre 1990 et 2100 attendue"),
    (2, "1850", "année entre 1990 et 2100 attendue"),
    (3, "Homicide", "indicateur inconnu, « Homicides » sans doute"),
    (3, "Météo", "indicateur inconnu"),
    (4, "Victimes", "unité de compte inconnue"),
    (4, "Infraction", "« Homicides » se compte en « victime »"),
    (5, "trois", "nombre attendu"),
    (5, "3,5", "nombre entier attendu"),
    (5, "NA", "nombre de faits absent"),
    (6, "0.0192309", "virgule décimale attendue"),
    (6, "0,0292309", "taux contredit par le nombre et les habitants, 0,0192 attendu"),
    (8, "deux", "millésime (année) attendu"),
    (9, "beaucoup", "nombre attendu"),
]


@pytest.mark.parametrize(("rank", "value", "message"), FAULTS)
def test_a_faulty_field_is_told_with_line_column_and_value(
    tmp_path: Path, rank: int, value: str, message: str
) -> None:
    path = files.departements(tmp_path, BURGLARIES, changed(HOMICIDES, rank, value))
    errors = detect.read_file(path).errors
    column = files.DEPARTEMENT_HEADER.split(";")[rank]
    found = [error for error in errors if error.column == column]
    assert [(error.line, error.value) for error in found] == [(3, value)]
    assert found[0].message.startswith(message)


def test_a_negative_count_is_a_fault_and_no_figure(tmp_path: Path) -> None:
    row = changed(changed(HOMICIDES, 5, "-3"), 6, "NA")
    parsed = detect.read_file(files.departements(tmp_path, row))
    assert only_error(parsed).message == "nombre négatif"
    assert parsed.facts["count"].isna().all()


def test_a_count_beyond_all_likelihood_is_a_fault(tmp_path: Path) -> None:
    row = changed(changed(HOMICIDES, 5, "99999999999"), 6, "NA")
    parsed = detect.read_file(files.departements(tmp_path, row))
    assert only_error(parsed).message == "nombre de faits invraisemblable"


def test_a_count_in_scientific_notation_is_read(tmp_path: Path) -> None:
    row = changed(changed(HOMICIDES, 5, "1e+05"), 6, "6,41029750190706e+02")
    parsed = detect.read_file(files.departements(tmp_path, row))
    assert parsed.error_count == 0
    assert parsed.facts["count"].tolist() == [100_000]


def test_a_burglary_rate_by_inhabitants_is_a_fault(tmp_path: Path) -> None:
    row = changed(BURGLARIES, 6, "2,7179661")
    error = only_error(detect.read_file(files.departements(tmp_path, row)))
    assert error.message == "taux contredit par le nombre et les logements, 4,0000 attendu"


def test_a_figure_given_twice_names_the_first_line(tmp_path: Path) -> None:
    path = files.departements(tmp_path, HOMICIDES, BURGLARIES, HOMICIDES)
    error = only_error(detect.read_file(path))
    assert error.line == 4
    assert error.message.startswith("chiffre déjà donné ligne 2 ")


def test_a_population_that_varies_between_indicators_is_a_fault(tmp_path: Path) -> None:
    path = files.departements(tmp_path, HOMICIDES, changed(BURGLARIES, 7, "155000"))
    error = only_error(detect.read_file(path))
    assert (error.line, error.column, error.value) == (3, "insee_pop", "155000")
    assert "ligne 2 (155999)" in error.message


def test_an_unknown_column_and_a_retyped_one_are_faults_of_line_1(tmp_path: Path) -> None:
    header = files.DEPARTEMENT_HEADER.replace("Code_region", "code_region") + ";remarque"
    parsed = detect.read_file(
        files.departements(tmp_path, *(f"{row};x" for row in DEPARTEMENT_ROWS), header=header)
    )
    assert {(error.line, error.column, error.message) for error in parsed.errors} == {
        (1, "code_region", "en-tête retouché, « Code_region » attendu"),
        (1, "remarque", "colonne inconnue"),
    }


def test_a_short_last_line_says_that_the_file_is_cut(tmp_path: Path) -> None:
    rows = [HOMICIDES, BURGLARIES[:30]]
    path = files.write_csv(tmp_path / "dep.csv", files.DEPARTEMENT_HEADER, rows, end="")
    parsed = detect.read_file(path)
    error = only_error(parsed)
    assert (error.line, error.message) == (3, "dernière ligne incomplète, le fichier est tronqué")
    assert any("retour à la ligne" in warning for warning in parsed.warnings)


def test_a_ragged_row_does_not_shift_the_lines_below_it(tmp_path: Path) -> None:
    path = files.departements(tmp_path, HOMICIDES, "09;76;2023", "", BURGLARIES, "", "")
    parsed = detect.read_file(path)
    assert [(error.line, error.message) for error in parsed.errors] == [
        (3, "3 champs au lieu de 11"),
        (4, "ligne vide"),
    ]
    assert parsed.facts["line"].tolist() == [2, 5]


def test_a_base_with_a_hole_is_read_with_a_warning(tmp_path: Path) -> None:
    parsed = detect.read_file(files.departements(tmp_path, *DEPARTEMENT_ROWS[:3]))
    assert parsed.error_count == 0
    assert parsed.warnings[0].startswith("Il manque 1 ligne ")


def test_all_faults_are_counted_where_only_some_are_listed(tmp_path: Path) -> None:
    rows = [changed(HOMICIDES, 2, str(year)) for year in range(1000, 1500)]
    parsed = detect.read_file(files.departements(tmp_path, *rows, changed(BURGLARIES, 4, "Vol")))
    assert parsed.error_count == 501
    assert len(parsed.errors) == 200
    assert "unité de compte inconnue" in {error.message for error in parsed.errors}


def test_a_faulty_file_is_refused_with_lines_and_what_to_do(tmp_path: Path) -> None:
    parsed = detect.read_file(files.departements(tmp_path, HOMICIDES, changed(BURGLARIES, 2, "x")))
    with pytest.raises(FileRefusedError, match=r"Ligne 3, colonne « annee ».*producteur"):
        detect.refuse_faulty(parsed)


OLD_HEADER = (
    "classe;annee;Code.département;Code.région;unité.de.compte;millPOP;millLOG;faits;POP;LOG;"
    "tauxpourmille"
)


def test_the_columns_of_2024_are_read_with_short_years_and_scientific_rates(tmp_path: Path) -> None:
    row = "Homicides;16;01;84;victime;16;16;5;638425;308491,1600513844;7,83177350511023e-03"
    apart = "Homicides;23;NA;NA;victime;NA;NA;2;NA;NA;NA"
    parsed = detect.read_file(files.departements(tmp_path, row, apart, header=OLD_HEADER))
    assert parsed.error_count == 0
    assert parsed.rows_read == 2
    assert parsed.facts["period"].tolist() == [201600]
    assert parsed.denominators["vintage"].tolist() == [2016, 2016]
    assert parsed.warnings[0].startswith("1 ligne sans département mises à part (2 faits")


def test_a_row_without_departement_is_a_fault_in_the_columns_of_2025(tmp_path: Path) -> None:
    parsed = detect.read_file(files.departements(tmp_path, changed(HOMICIDES, 0, "NA")))
    assert only_error(parsed).message == "code de département inconnu"
