"""The communal reader: masked is never zero, and figures are the same whatever the format."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.observatory.enums import Status
from core.observatory.readers import detect, synthetic
from tests.core.observatory import reader_files as files
from tests.core.observatory.reader_files import COMMUNE_ROWS, changed, only_error

SHOWN, MASKED, ZERO = COMMUNE_ROWS
COMMUNES = ["09122", "2A004", "31555", "32013", "97101"]


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet"])
def test_a_simulated_base_is_read_whole_and_without_fault(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"com{suffix}"
    synthetic.write_communal(path, COMMUNES, [2022, 2023, 2024], seed=3)
    parsed = detect.read_file(path)
    assert parsed.error_count == 0
    assert parsed.warnings == []
    assert parsed.rows_read == len(parsed.facts) == 5 * 3 * 15
    assert len(parsed.denominators) == 5 * 3 * 2
    assert len(parsed.indicators) == 15
    assert parsed.edition.geography == 2025


def test_csv_and_parquet_give_the_same_figures(tmp_path: Path) -> None:
    parsed = []
    for suffix in (".csv.gz", ".parquet"):
        path = tmp_path / f"com{suffix}"
        synthetic.write_communal(path, COMMUNES, [2023, 2024], seed=5)
        parsed.append(detect.read_file(path))
    pd.testing.assert_frame_equal(parsed[0].facts, parsed[1].facts)
    pd.testing.assert_frame_equal(parsed[0].denominators, parsed[1].denominators)


def test_a_parquet_with_a_boolean_disclosure_is_read(tmp_path: Path) -> None:
    path = tmp_path / "com.parquet"
    synthetic.write_communal(path, COMMUNES, [2023], seed=5)
    rows = pd.read_parquet(path)
    shown = rows["est_diffuse"] == "diff"
    pq.write_table(pa.Table.from_pandas(rows.assign(est_diffuse=shown)), path)
    parsed = detect.read_file(path)
    assert parsed.error_count == 0
    assert ((parsed.facts["status"] == Status.KNOWN).to_numpy() == shown.to_numpy()).all()


def test_a_faulty_parquet_row_is_told_by_its_rank_under_a_header(tmp_path: Path) -> None:
    path = tmp_path / "com.parquet"
    synthetic.write_communal(path, COMMUNES, [2023], seed=5)
    rows = pd.read_parquet(path)
    rows.loc[7, "CODGEO_2025"] = "9122"
    pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), path)
    faults = [error for error in detect.read_file(path).errors if error.column == "CODGEO_2025"]
    assert [(error.line, error.value) for error in faults] == [(9, "9122")]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), count=st.integers(1, 40))
def test_what_is_written_is_what_is_read(seed: int, count: int) -> None:
    communes = [f"31{rank:03d}" for rank in range(1, count + 1)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "com.parquet"
        synthetic.write_communal(path, communes, [2024], seed=seed)
        written = pd.read_parquet(path)
        facts = detect.read_file(path).facts
    masked = written["est_diffuse"] == "ndiff"
    assert facts["count"].isna().tolist() == masked.tolist()
    assert facts["count"].dropna().tolist() == written["nombre"].dropna().tolist()
    assert (facts["status"] == Status.MASKED).tolist() == masked.tolist()
    assert facts["territory"].tolist() == written["CODGEO_2025"].tolist()


def test_lines_of_a_file_of_many_blocks_stay_exact(tmp_path: Path) -> None:
    path = tmp_path / "com.csv"
    communes = [f"{departement}{rank:03d}" for departement in (31, 32) for rank in range(1, 901)]
    synthetic.write_communal(path, communes, [2020, 2021, 2022, 2023, 2024], seed=1)
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[100_000] = "coupée;ici"
    lines[120_000] = lines[120_000].replace('"2024"', '"0024"')
    path.write_text("\n".join(lines), encoding="utf-8")
    parsed = detect.read_file(path)
    messages = {error.line: error.message for error in parsed.errors}
    assert messages[100_001] == "2 champs au lieu de 13"
    assert messages[120_001].startswith("année entre 1990 et 2100")
    assert parsed.facts["line"].iloc[-1] == 5 * 1800 * 15 + 1


def test_a_masked_row_has_no_count(tmp_path: Path) -> None:
    facts = detect.read_file(files.communes(tmp_path)).facts
    assert facts["status"].tolist() == [Status.KNOWN, Status.MASKED, Status.KNOWN]
    assert facts["count"].isna().tolist() == [False, True, False]
    assert facts["count"].dropna().tolist() == [100, 0]
    assert facts["territory"].tolist() == ["31555", "09122", "2A004"]


@pytest.mark.parametrize(("shown", "masked"), [("1", "0"), ("TRUE", "FALSE"), ("diff", "ndiff")])
def test_disclosure_is_read_in_every_spelling(tmp_path: Path, shown: str, masked: str) -> None:
    rows = [changed(SHOWN, 6, shown), changed(MASKED, 6, masked)]
    parsed = detect.read_file(files.communes(tmp_path, *rows))
    assert parsed.error_count == 0
    assert parsed.facts["status"].tolist() == [Status.KNOWN, Status.MASKED]


COMMUNE_FAULTS = [
    (MASKED, 4, "3", "ligne non diffusée (ndiff) qui porte un chiffre"),
    (MASKED, 5, "0,3157895", "ligne non diffusée (ndiff) qui porte un chiffre"),
    (SHOWN, 4, "NA", "nombre de faits absent"),
    (SHOWN, 6, "peut-être", "diff ou ndiff attendu"),
    (SHOWN, 0, "315", "code de commune inconnu"),
    (SHOWN, 0, "9122", "code de commune mal écrit, « 09122 » sans doute"),
    (SHOWN, 0, "2a004", "code de commune mal écrit, « 2A004 » sans doute"),
    (SHOWN, 0, "20004", "code de commune inconnu"),
]


@pytest.mark.parametrize(("row", "rank", "value", "message"), COMMUNE_FAULTS)
def test_a_faulty_communal_row_is_told(
    tmp_path: Path, row: str, rank: int, value: str, message: str
) -> None:
    error = only_error(detect.read_file(files.communes(tmp_path, changed(row, rank, value))))
    column = files.COMMUNE_HEADER.split(";")[rank]
    assert (error.line, error.column, error.value) == (2, column, value)
    assert error.message == message


def test_an_uninhabited_commune_has_a_known_zero_and_no_rate(tmp_path: Path) -> None:
    row = "55039;2023;Vols avec armes;Infraction;0;NA;diff;0;2021;0;2020;NA;NA"
    parsed = detect.read_file(files.communes(tmp_path, row))
    assert parsed.error_count == 0
    assert parsed.facts["count"].tolist() == [0]


def test_whole_dwellings_of_a_small_commune_do_not_contradict_its_rate(tmp_path: Path) -> None:
    rate = f"{1000 * 6 / 100.46:.7f}".replace(".", ",")
    row = f"09001;2023;Cambriolages de logement;Infraction;6;{rate};diff;180;2021;100;2020;NA;NA"
    assert detect.read_file(files.communes(tmp_path, row)).error_count == 0


def test_the_older_communal_columns_are_read(tmp_path: Path) -> None:
    header = (
        "CODGEO_2023;annee;classe;unité.de.compte;valeur.publiée;faits;tauxpourmille;"
        "complementinfoval;complementinfotaux;POP;millPOP;LOG;millLOG"
    )
    row = "31555;22;Vols de véhicules;véhicule;ndiff;NA;NA;2,5;0,1;500000;20;300000;19"
    parsed = detect.read_file(files.communes(tmp_path, row, header=header))
    assert parsed.error_count == 0
    assert parsed.edition.key == "geographie-2023"
    assert parsed.facts[["indicator", "period", "status"]].to_numpy().tolist() == [
        ["vols_de_vehicule", 202200, Status.MASKED]
    ]
