"""The readers on the real files: golden figures, and no false fault in an official one."""

import pandas as pd
import pytest

from core.importing import FileRefusedError
from core.observatory.enums import Dataset, Status
from core.observatory.readers import detect
from core.observatory.readers.parsed import ParsedFile
from tests.core.observatory.reader_files import shared_file

SSMSI = "ssmsi_base_departementale"
MARCH_2024 = "donnee-dep-data.gouv-2023-geographie2023-produit-le2024-03-07.csv"
REGIONS_2025 = "donnee-reg-data.gouv-2024-geographie2024-produit-le2025-01-26.csv"
ALTERED = "copie_alteree_statistiques_police_2016_2024.csv"
WORKBOOK = (
    "crimes-et-delits-enregistres-par-les-services-de-gendarmerie-et-de-police-depuis-2012.xlsx"
)
DEPARTEMENTS = ["09", "12", "31", "32", "46", "65", "81", "82"]


@pytest.fixture(scope="module")
def workbook() -> ParsedFile:
    return detect.read_file(shared_file("etat4001_annuel_csp_cgd", WORKBOOK))


def test_the_edition_of_march_2024_is_sound() -> None:
    parsed = detect.read_file(shared_file(SSMSI, MARCH_2024))
    assert [str(error) for error in parsed.errors] == []
    assert parsed.error_count == 0
    assert parsed.rows_read == 13_056
    assert len(parsed.facts) == 13_056 - 128
    assert len(parsed.warnings) == 1
    assert parsed.warnings[0].startswith("128 lignes sans département")
    assert parsed.edition.label == "édition du 7 mars 2024, géographie 2023"
    assert len(parsed.indicators) == 16


def test_the_edition_of_march_2024_gives_its_golden_figure() -> None:
    facts = detect.read_file(shared_file(SSMSI, MARCH_2024)).facts
    chosen = facts[
        (facts["indicator"] == "violences_sexuelles")
        & (facts["territory"] == "31")
        & (facts["period"] == 201600)
    ]
    assert chosen["count"].tolist() == [719]


def test_every_figure_of_march_2024_is_that_of_its_line() -> None:
    path = shared_file(SSMSI, MARCH_2024)
    facts = detect.read_file(path).facts
    raw = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    lines = raw.iloc[facts["line"].to_numpy() - 2]
    assert facts["count"].tolist() == lines["faits"].astype(int).tolist()
    assert facts["territory"].tolist() == lines["Code.département"].tolist()
    assert (facts["period"] // 100).tolist() == (2000 + lines["annee"].astype(int)).tolist()


def test_the_regional_edition_is_sound() -> None:
    parsed = detect.read_file(shared_file(SSMSI, REGIONS_2025))
    assert parsed.error_count == 0
    assert parsed.warnings == []
    assert parsed.rows_read == len(parsed.facts) == 2_754
    assert parsed.edition.dataset is Dataset.SSMSI_REGION
    assert parsed.edition.key == "2025-01-26"


def test_the_altered_copy_is_refused_for_each_of_its_faults() -> None:
    parsed = detect.read_file(shared_file(SSMSI, ALTERED))
    assert "Lignes en double\N{NARROW NO-BREAK SPACE}: 42." in parsed.warnings
    messages = " ".join(str(error) for error in parsed.errors)
    assert "Ligne 1, colonne « code_departement » : en-tête retouché" in messages
    assert "« Vols de véhicules » sans doute (lu : Vols de vehicules)" in messages
    doubles = [error for error in parsed.errors if error.message.startswith("chiffre déjà donné")]
    assert {error.value for error in doubles} == {"13"}
    with pytest.raises(FileRefusedError, match="rien n'est importé"):
        detect.refuse_faulty(parsed)


def test_the_workbook_is_sound(workbook: ParsedFile) -> None:
    assert workbook.error_count == 0
    assert workbook.warnings == []
    assert len(workbook.indicators) == 107
    assert workbook.facts["sheet"].nunique() == 18
    assert workbook.edition.key == "2012-2020"


TOTALS = {
    2012: [5_665, 6_684, 83_534, 5_197, 5_078, 8_815, 13_144, 10_222],
    2016: [6_393, 8_396, 87_010, 6_578, 5_366, 9_495, 14_880, 11_115],
    2020: [6_477, 8_095, 82_920, 5_998, 5_659, 8_313, 13_594, 9_266],
}


@pytest.mark.parametrize("year", TOTALS)
def test_the_workbook_gives_the_known_totals(workbook: ParsedFile, year: int) -> None:
    facts = workbook.facts.merge(
        workbook.units[["key", "departement_code"]], left_on="territory", right_on="key"
    )
    totals = facts[facts["period"] == year * 100].groupby("departement_code")["count"].sum()
    assert totals[DEPARTEMENTS].tolist() == TOTALS[year]


def test_the_workbook_gives_the_national_and_the_toulouse_totals_of_2012(
    workbook: ParsedFile,
) -> None:
    facts = workbook.facts[workbook.facts["period"] == 201200]
    assert facts["count"].sum() == 3_477_301
    toulouse = facts["territory"] == "31/PN/DCSP/CIAT CENTRAL DE TOULOUSE"
    assert facts.loc[toulouse, "count"].sum() == 51_397


def test_every_cell_of_the_workbook_is_that_of_the_derived_table(workbook: ParsedFile) -> None:
    derived = pd.read_csv(
        shared_file("etat4001_annuel_csp_cgd", "csp_cgd_2012_2020_8_departements_long.csv"),
        dtype={"departement": "str"},
        keep_default_na=False,
    )
    place = derived["departement"] + "/" + derived["service"] + "/" + derived["perimetre"] + "/"
    derived["territory"] = place.str.replace("//", "/") + derived["unite"]
    derived["indicator"] = derived["index"].map("{:03d}".format)
    derived["period"] = derived["annee"] * 100
    keys = ["period", "territory", "indicator"]
    facts = workbook.facts.astype({"territory": "str", "indicator": "str"})
    both = derived.merge(facts, on=keys, how="left")
    unused = both["index"].isin([96, 97, 99, 100])
    assert len(both) == 43_632
    assert both.loc[~unused, "count"].tolist() == both.loc[~unused, "faits"].tolist()
    assert set(both.loc[unused, "status"]) == {Status.MISSING}


def test_the_workbook_labels_are_the_corrected_ones(workbook: ParsedFile) -> None:
    names = pd.read_csv(shared_file("etat4001_nomenclature", "nomenclature_107_index.csv"))
    assert [draft.label for draft in workbook.indicators] == names["libelle_corrige"].tolist()
