"""What is not an official file is refused, with a sentence that says what was found."""

import gzip
import zipfile
from pathlib import Path

import pytest

from core.importing import FileRefusedError
from core.observatory.enums import Dataset
from core.observatory.readers import containers, detect, synthetic
from core.observatory.readers.containers import Container
from tests.core.observatory import reader_files as files


def refusal(path: Path) -> str:
    with pytest.raises(FileRefusedError) as caught:
        detect.read_file(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "vide (0 octet)"),
        (b"\n \n", "vide (aucun texte)"),
        (b"%PDF-1.7 ...", "document PDF"),
        (b"\x89PNG\r\n\x1a\n...", "image PNG"),
        (b"\xff\xd8\xff\xe0 JFIF", "image JPEG"),
        (b"7z\xbc\xaf\x27\x1c", "archive 7-Zip"),
        (b"Rar!\x1a\x07", "archive RAR"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Office ancien"),
        (b"\xff\xfea\x00;\x00", "UTF-16"),
        (b"<!DOCTYPE html><html>", "page web"),
        (b'{"data": []}', "JSON"),
        (b"\x01\x02\x00\x03", "binaire inconnu"),
        (b"a" * 257 + b"ustar" + b"a" * 100, "archive tar"),
        (b"PAR1", "parquet"),
        (b"annee,nombre\n2023,4\n", "virgules au lieu de points-virgules"),
        (b"bonjour\n", "aucun point-virgule"),
        (b"nom;prenom;age\nA;B;3\n", "colonnes ne sont pas celles d'une base du SSMSI"),
    ],
)
def test_a_foreign_file_is_refused_by_its_content(
    tmp_path: Path, content: bytes, found: str
) -> None:
    path = tmp_path / "donnee-dep-data.gouv-2023.csv"
    path.write_bytes(content)
    sentence = refusal(path)
    assert found in sentence
    assert "Fichiers attendus" in sentence


def test_a_zip_of_csv_is_refused_as_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "base.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("dep.csv", files.DEPARTEMENT_HEADER)
    assert "une archive zip" in refusal(path)


def test_a_cut_workbook_is_refused(tmp_path: Path) -> None:
    whole = files.write_workbook(tmp_path / "b.xlsx", {"Services PN 2012": files.police_sheet()})
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole.read_bytes()[:-200])
    assert "tronqué" in refusal(path)


def test_a_cut_gzip_is_refused_with_its_reason(tmp_path: Path) -> None:
    rows = "\n".join([files.COMMUNE_HEADER, *files.COMMUNE_ROWS]).encode()
    path = tmp_path / "com.csv.gz"
    path.write_bytes(gzip.compress(rows)[:-12])
    assert "gzip est tronquée" in refusal(path)


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "com.csv.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00" + b"\xff" * 60)
    assert "abîmée" in refusal(path)


def test_a_gzip_holding_a_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "com.csv.gz"
    path.write_bytes(gzip.compress(b"%PDF-1.4"))
    assert "contenu décompressé est un document PDF" in refusal(path)


def test_a_gzip_of_two_members_is_read_whole(tmp_path: Path) -> None:
    text = "\n".join([files.COMMUNE_HEADER, *files.COMMUNE_ROWS, ""]).encode()
    path = tmp_path / "com.csv.gz"
    path.write_bytes(gzip.compress(text[:300]) + gzip.compress(text[300:]))
    assert detect.read_file(path).rows_read == 3


def test_a_file_over_the_size_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "MAX_FILE_BYTES", 100)
    assert "plus que la limite" in refusal(files.departements(tmp_path))


def test_a_gzip_bomb_is_stopped_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "MAX_EXPANDED_BYTES", 50_000_000)
    header = (files.COMMUNE_HEADER + "\n").encode()
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(header + (b";" * 12 + b"\n") * 6_000_000, 1))
    assert "une fois décompressée" in refusal(path)


def test_a_parquet_without_its_end_is_refused(tmp_path: Path) -> None:
    whole = tmp_path / "com.parquet"
    synthetic.write_communal(whole, ["31555"], [2023], seed=1)
    path = tmp_path / "cut.parquet"
    path.write_bytes(whole.read_bytes()[:-30])
    assert "la fin du fichier manque" in refusal(path)


def test_a_latin_1_file_is_named_as_such_with_its_line(tmp_path: Path) -> None:
    rows = [
        *files.DEPARTEMENT_ROWS,
        files.changed(files.DEPARTEMENT_ROWS[0], 3, "Vols de véhicule"),
    ]
    path = tmp_path / "dep.csv"
    path.write_bytes("\n".join([files.DEPARTEMENT_HEADER, *rows]).encode("latin-1"))
    sentence = refusal(path)
    assert "Latin-1" in sentence
    assert "ligne 6" in sentence
    assert "Vols de véhicule" in sentence


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_latin_1_row_that_is_also_cut_is_named_as_latin_1(tmp_path: Path) -> None:
    rows = [files.DEPARTEMENT_ROWS[0], "é"]
    path = tmp_path / "dep.csv"
    path.write_bytes("\n".join([files.DEPARTEMENT_HEADER, *rows]).encode("latin-1"))
    assert "Latin-1" in refusal(path)


def test_a_latin_1_header_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "dep.csv"
    path.write_bytes("classe;annee;Code.département\na;16;01\n".encode("latin-1"))
    assert "ligne 1" in refusal(path)


def test_a_header_without_figures_is_refused(tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "dep.csv", files.DEPARTEMENT_HEADER, [])
    assert "ne contient que la ligne d'en-tête" in refusal(path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    header = files.DEPARTEMENT_HEADER.replace(";insee_log;", ";")
    rows = [
        row.replace(";106000,5;", ";").replace(";779000;", ";") for row in files.DEPARTEMENT_ROWS
    ]
    sentence = refusal(files.write_csv(tmp_path / "dep.csv", header, rows))
    assert "il manque la colonne « insee_log »" in sentence


def test_a_file_that_stops_inside_a_quoted_field_is_refused(tmp_path: Path) -> None:
    rows = ['"09";"76";"2023";"Homicides";"Victime";"3";"0,0192309";"155999";"2021";"106000";"20']
    path = files.write_csv(tmp_path / "dep.csv", files.DEPARTEMENT_HEADER, rows, end="")
    assert "au milieu d'un champ" in refusal(path)


def test_a_workbook_without_the_known_sheets_is_refused(tmp_path: Path) -> None:
    path = files.write_workbook(tmp_path / "b.xlsx", {"Feuil1": [["a", "b"], [1, 2]]})
    assert "aucune feuille nommée" in refusal(path)


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet"])
def test_a_base_is_recognised_whatever_its_name(tmp_path: Path, suffix: str) -> None:
    named = tmp_path / f"com{suffix}"
    synthetic.write_communal(named, ["31555", "09122"], [2023], seed=1)
    path = named.rename(tmp_path / "sans_extension")
    container = {".csv": Container.CSV, ".csv.gz": Container.GZIP, ".parquet": Container.PARQUET}
    assert detect.sniff(path) == detect.FileKind(container[suffix], Dataset.SSMSI_COMMUNE)
