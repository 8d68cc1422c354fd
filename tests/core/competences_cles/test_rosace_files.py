"""Exports on the command line: known by their headers, proof-read, applied as the page does."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from sqlmodel import select

from core import db, settings
from core.__main__ import main
from core.competences_cles import rosace_files, rosace_imports, rosace_queries, rosace_reading
from core.competences_cles.models import Consumption, RosaceImport
from core.errors import DomainError
from core.importing import FileRefusedError
from core.instance.models import Instance, Mode
from tests.core.competences_cles.making import (
    DOMAIN,
    HEADERS,
    NOW,
    Cells,
    export,
    make_bon,
    take,
)
from tests.factories import STAFF

ROWS: list[Cells] = [("BC-1", f"p{rank}", "01/01/2011", "1") for rank in range(10)]


def call(*words: object) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, words)])


def written(folder: Path, rows: list[Cells], name: str = "suite.csv") -> Path:
    path = folder / name
    path.write_bytes(export(rows).content)
    return path


@pytest.fixture
def ready(store: str) -> str:
    """A real store with an order, its key, and one export that a person has mapped."""
    with db.writing("instance") as session:
        session.add(Instance(mode=Mode.DEMO.value))
    make_bon(100)
    take(ROWS)
    return store


def states() -> list[str]:
    with db.reading() as session:
        return list(session.exec(select(RosaceImport.state).order_by(RosaceImport.id)))  # type: ignore[arg-type]  # a column


@pytest.mark.usefixtures("ready")
def test_a_known_layout_is_proof_read_then_applied(tmp_path: Path) -> None:
    more = [*ROWS, ("BC-1", "p1", "01/02/2011", "2,5"), ("BC-9", "q", "01/02/2011", "1")]
    path = written(tmp_path, more)
    tried = call(path, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "nouveau 1, modifié 0, inchangé 10, disparu 0, doublon 0" in tried.stdout
    assert "Bon BC-1 : 1 nouvelle, 0 modifiée, 2,5 h." in tried.stdout
    assert "Ligne 13, en attente : bon de commande inconnu : « BC-9 »" in tried.stdout
    assert "Essai à blanc : rien n’a été enregistré." in tried.stdout
    assert states() == ["applique"]
    done = call(path, "--extracted", "06/06/2011")
    assert (done.exit_code, "Export appliqué" in done.stdout) == (0, True)
    assert "extrait le 6 juin 2011" in done.stdout
    assert states() == ["applique", "applique"]
    with db.reading() as session:
        assert len(session.exec(select(Consumption.id)).all()) == 11


@pytest.mark.usefixtures("ready")
def test_an_export_that_shrank_applies_nothing_and_fails(tmp_path: Path) -> None:
    result = call(written(tmp_path, ROWS[:3]))
    assert result.exit_code == 1
    assert "rien n’est appliqué" in result.stdout
    assert states() == ["applique", "quarantaine"]
    tried = call(written(tmp_path, ROWS[:3]), "--dry-run")
    assert (tried.exit_code, states()) == (1, ["applique", "quarantaine"])
    assert call(written(tmp_path, ROWS[:3]), "--partial").exit_code == 0


@pytest.mark.usefixtures("ready")
def test_an_unknown_layout_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "autre.csv"
    path.write_text("Bon de commande;Identifiant;Mois;Heures\nBC-1;a;01/01/2011;1", "cp1252")
    result = call(path)
    assert result.exit_code == 2
    assert "dites quelle colonne est quoi" in result.stderr
    assert states() == ["applique"]


def test_a_workbook_is_known_by_the_same_headers(sqlite_store: str, tmp_path: Path) -> None:
    with db.writing("instance") as session:
        session.add(Instance(mode=Mode.DEMO.value))
    make_bon(100)
    take(ROWS)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([])
    sheet.append(list(HEADERS))
    for order, person, day, hours, *_ in [*ROWS, ("BC-1", "p1", "01/02/2011", "2,5")]:
        sheet.append([order, "formation", person, day, hours])
    book.save(tmp_path / "suite.xlsx")
    result = call(tmp_path / "suite.xlsx")
    assert (result.exit_code, "nouveau 1" in result.stdout) == (0, True), result.output


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"", ()), (b"\n\n", ()), (b"PK\x03\x04 broken", ()), (b"PAR1\0\0", ()),
        (b"une seule colonne", ()),
        ("Élève;N°\r\n1;2".encode("cp1252"), ("Élève", "N°")),
        ("\ufeffA\tB\n".encode(), ("A", "B")),
    ],
    ids=["empty", "blank", "broken zip", "parquet", "one column", "latin-1", "bom"],
)  # fmt: skip
def test_headers_of_any_file(tmp_path: Path, content: bytes, headers: tuple[str, ...]) -> None:
    path = tmp_path / "f"
    path.write_bytes(content)
    assert rosace_reading.headers_of(path) == headers


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "est vide"), (b" \n ", "est vide"), (b"a;b\n", "pas de ligne"),
        (b"seul\n1", "Une seule colonne"), (b"PK\x03\x04 broken", "ne s’ouvre pas"),
        (b"PAR1\0\0", "ni un CSV ni un classeur"),
    ],
    ids=["empty", "blank", "no row", "one column", "broken zip", "binary"],
)  # fmt: skip
def test_a_file_that_is_no_export_says_why(content: bytes, sentence: str) -> None:
    with pytest.raises(FileRefusedError, match=sentence):
        rosace_reading.read(content, "fichier")


def _mode(mode: Mode) -> None:
    with db.writing("instance") as session:
        session.add(Instance(mode=mode.value))


def test_a_real_instance_without_a_key_imports_nobody(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_bon(100)
    _mode(Mode.REAL)
    monkeypatch.setenv("RT_SECRET", " ")
    settings.settings.cache_clear()
    with pytest.raises(DomainError, match="RT_SECRET"):
        take(ROWS)
    assert states() == []
    monkeypatch.setenv("RT_SECRET", "une clé propre à l’installation")
    settings.settings.cache_clear()
    take(ROWS)
    with db.reading() as session:
        own = set(session.exec(select(Consumption.pseudonym)))
    monkeypatch.setenv("RT_SECRET", "une autre clé")
    settings.settings.cache_clear()
    with db.reading() as session:
        other = rosace_imports.check(session, STAFF, export(ROWS)).rows.table["pseudonym"]
    settings.settings.cache_clear()
    assert own.isdisjoint(other)


@pytest.mark.usefixtures("store")
def test_a_sheet_is_applied_as_it_was_read_or_not_at_all() -> None:
    make_bon(100)
    wanted = export(ROWS)
    with db.reading() as session:
        sheet = rosace_imports.check(session, STAFF, wanted)
    with pytest.raises(DomainError, match="relisez la feuille"), db.writing(DOMAIN) as session:
        rosace_imports.apply(session, STAFF, export(ROWS[:9]), sheet=sheet, now=NOW)
    with db.writing(DOMAIN) as session:
        made = rosace_imports.apply(session, STAFF, wanted, sheet=sheet, now=NOW)
    assert made.rows_new == 10
    with pytest.raises(DomainError, match="relisez la feuille"), db.writing(DOMAIN) as session:
        rosace_imports.apply(session, STAFF, wanted, sheet=sheet, now=NOW)
    with db.reading() as session:
        assert len(session.exec(select(Consumption.id)).all()) == 10


@pytest.mark.parametrize(
    ("days", "form"),
    [
        (["31/12/2010", "01/02/2011"], "%d/%m/%Y"), (["2011-05-03", "", "x"], "%Y-%m-%d"),
        (["05/2011", "06/2011"], "%m/%Y"), (["31/12/10"], "%d/%m/%y"), (["?"], "%d/%m/%Y"),
    ],
    ids=["french", "iso", "month", "short", "none"],
)  # fmt: skip
def test_the_writing_of_dates_is_proposed_from_the_file(days: list[str], form: str) -> None:
    raw = rosace_reading.read("\n".join(["Mois;x", *(f"{one};1" for one in days)]).encode(), "f")
    assert rosace_reading.date_format(raw, {"done_on": "Mois"}) == form
    assert rosace_reading.date_format(raw, {}) == "%d/%m/%Y"


def test_what_waits_is_told_by_reason_and_all_of_it_is_counted(sqlite_store: str) -> None:
    make_bon(100)
    rows: list[Cells] = [("BC-8", f"p{rank}", "01/01/2011", "1") for rank in range(230)]
    rows += [("BC-9", "q", "01/01/2011", "1"), ("BC-1", "r", "01/01/2011", "dix"), *ROWS]
    with db.reading() as session:
        sheet = rosace_imports.check(session, STAFF, export(rows))
    assert rosace_queries.waiting(sheet) == [
        ("bon de commande inconnu : « BC-8 »", 230), ("bon de commande inconnu : « BC-9 »", 1),
    ]  # fmt: skip
    assert rosace_queries.count_aside(sheet) == 232
    assert len(rosace_queries.put_aside(sheet)) == rosace_queries.SHOWN
    lines = rosace_files.told(export(rows), sheet, is_dry_run=True)
    assert lines[-1] == "Et 212 autres lignes mises de côté."
