"""A file from disk to the store, or a refusal that says why; and the real files."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core import db
from core.access import Role, viewer_for
from core.errors import ForbiddenError
from core.importing import FileRefusedError
from core.observatory import imports, queries, timelines
from core.observatory.enums import Dataset, Level, Status
from core.observatory.intake.report import ImportReport
from core.observatory.readers import detect
from core.observatory.readers.parsed import ParsedFile
from core.territories import reference
from tests.conftest import shared
from tests.core.observatory.reader_files import (
    COMMUNE_ROWS,
    DEPARTEMENT_HEADER,
    changed,
    communes,
    departements,
    write_csv,
)
from tests.factories import (
    ANALYST,
    NOW,
    STAFF,
    apply,
    dump,
    figures_at,
    fill_area,
    revert,
    selection,
    territory_id,
    told,
)

SSMSI = "data/ssmsi_base_departementale"
MARCH = f"{SSMSI}/donnee-dep-data.gouv-2023-geographie2023-produit-le2024-03-07.csv"
ALTERED = f"{SSMSI}/copie_alteree_statistiques_police_2016_2024.csv"
WORKBOOK = (
    "data/etat4001_annuel_csp_cgd/"
    "crimes-et-delits-enregistres-par-les-services-de-gendarmerie-et-de-police-depuis-2012.xlsx"
)
UNDATED = "2023-2023-population-2021"
TOULOUSE_UNIT = "31/PN/DCSP/CIAT CENTRAL DE TOULOUSE"


@pytest.fixture
def area(store: str) -> str:
    """The small area of the factories, on each engine."""
    fill_area()
    return store


def imported(path: Path, *, is_dry_run: bool = False) -> ImportReport:
    return imports.import_file(path, STAFF, now=NOW, is_dry_run=is_dry_run)


@pytest.mark.usefixtures("area")
def test_a_dry_run_says_all_and_writes_nothing(tmp_path: Path) -> None:
    before = dump()
    told_steps: list[tuple[float, str]] = []
    path = communes(tmp_path, *COMMUNE_ROWS[:2])
    report = imports.import_file(
        path, STAFF, now=NOW, is_dry_run=True,
        progress=lambda share, sentence: told_steps.append((share, sentence)),
    )  # fmt: skip
    assert (report.new, report.is_refused) == (2, False)
    assert dump() == before
    shares = [share for share, _ in told_steps]
    assert shares == sorted(shares)
    assert (shares[0] > 0, shares[-1]) == (True, 1.0)
    assert told_steps[-1][1] == "Terminé."
    real = imported(path)
    assert (real.new, real.changed, real.warnings) == (2, 0, report.warnings)


@pytest.mark.usefixtures("area")
def test_a_file_is_written_with_its_name_its_content_and_its_author(tmp_path: Path) -> None:
    path = communes(tmp_path, *COMMUNE_ROWS[:2])
    report = imports.import_file(path, STAFF, now=NOW, name="base communale.csv")
    with db.reading() as session:
        row = queries.imports(session, ANALYST).iloc[0]
        assert imports.is_imported(session, report.file.sha256)
    assert (row["file_name"], row["author"]) == ("base communale.csv", STAFF.name)
    assert row["sha256"] == imports.identify(path).sha256
    assert imported(path).already.startswith("Ce fichier est déjà importé")


@pytest.mark.usefixtures("area")
def test_a_file_with_faults_leaves_no_row_in_any_table(tmp_path: Path) -> None:
    before = dump()
    path = communes(tmp_path, COMMUNE_ROWS[0], changed(COMMUNE_ROWS[1], 4, "douze"))
    report = imported(path)
    assert report.is_refused
    assert report.errors[0].line == 3
    assert dump() == before


@pytest.mark.usefixtures("area")
def test_an_unknown_commune_of_the_area_leaves_no_row_in_any_table(tmp_path: Path) -> None:
    before = dump()
    report = imported(communes(tmp_path, COMMUNE_ROWS[0], changed(COMMUNE_ROWS[0], 0, "31999")))
    assert [(error.line, error.value) for error in report.errors] == [(3, "31999")]
    assert dump() == before


def wrong_files(folder: Path) -> Iterator[Path]:
    for name, content in (
        ("vide.csv", b""),
        ("note.pdf", b"%PDF-1.7 rien"),
        ("image.png", b"\x89PNG\r\n\x1a\n"),
        ("texte.csv", b"bonjour;tout;le;monde\n1;2;3;4\n"),
        ("classeur.xlsx", b"PK\x03\x04 pas un classeur"),
        ("figures.parquet", b"PAR1 pas un parquet"),
        ("tronque.csv.gz", b"\x1f\x8b\x08\x00\x00"),
    ):
        path = folder / name
        path.write_bytes(content)
        yield path


@pytest.mark.usefixtures("sqlite_store")
def test_a_file_of_another_kind_is_refused_in_french(tmp_path: Path) -> None:
    before = dump()
    for path in (*wrong_files(tmp_path), tmp_path / "absent.csv"):
        with pytest.raises(FileRefusedError) as refusal:
            imported(path)
        sentence = str(refusal.value)
        assert sentence[0].isupper() or sentence.startswith("«")
        assert sentence.endswith((".", ")"))
        assert any(word in sentence.lower() for word in ("fichier", "classeur", "colonne"))
        assert "Error" not in sentence
    assert dump() == before


@pytest.mark.usefixtures("sqlite_store")
def test_only_staff_may_import_and_the_file_is_not_even_read(tmp_path: Path) -> None:
    for role in (Role.PUBLIC, Role.ELU, Role.ANALYST):
        with pytest.raises(ForbiddenError, match="importer des fichiers officiels"):
            imports.import_file(tmp_path / "absent.csv", viewer_for(role), now=NOW)


@pytest.mark.usefixtures("demo_store")
def test_two_editions_of_the_departements_stand_side_by_side(tmp_path: Path) -> None:
    march = imported(shared(MARCH))
    assert (march.new, march.changed) == (13_056 - 128, 0)
    row = "31;76;2016;Violences sexuelles;Victime;964;0,7000000;1377142;2016;700000;2016"
    july = write_csv(
        tmp_path / "donnee-dep-data.gouv-2024-geographie2024-produit-le2025-07-01.csv",
        DEPARTEMENT_HEADER, [row],
    )  # fmt: skip
    report = imported(july)
    assert [str(error) for error in report.errors] == []
    found = {
        key: told(figures_at(Level.DEPARTEMENT, selection("violences_sexuelles", 201600, key=key)))
        for key in ("2024-03-07", "2025-07-01")
    }
    assert found["2024-03-07"]["31"] == (719, "KNOWN")
    assert found["2025-07-01"]["31"] == (964, "KNOWN")
    assert found["2025-07-01"]["09"] == (None, "MISSING")
    revert(march.batch_id)
    with db.reading() as session:
        datasets = [card.dataset for card in queries.editions(session, ANALYST)]
    assert datasets == [Dataset.SSMSI_DEPARTEMENT, Dataset.ETAT4001_COMMUNE]


@pytest.mark.usefixtures("demo_sqlite")
def test_the_altered_copy_leaves_no_row_in_any_table() -> None:
    tables = ("edition", "fact_slice", "import_batch", "journal_entry", "indicator", "revision")
    before = dump(*tables)
    report = imported(shared(ALTERED))
    assert report.is_refused
    assert dump(*tables) == before


def of_the_area_in_2012(parsed: ParsedFile) -> ParsedFile:
    """Keep one year and eight départements of the workbook: a fiftieth of it."""
    units = parsed.units[parsed.units["departement_code"].isin(reference.DEPARTEMENT_CODES)]
    facts = parsed.facts[
        parsed.facts["territory"].isin(units["key"]) & (parsed.facts["period"] == 201200)
    ]
    return replace(parsed, facts=facts.reset_index(drop=True), units=units)


@pytest.mark.usefixtures("demo_sqlite")
def test_the_workbook_of_services_gives_its_known_totals() -> None:
    report = apply(of_the_area_in_2012(detect.read_file(shared(WORKBOOK))), name="classeur")
    assert not report.is_refused
    chosen = selection("total_indicatif", 201200, key="2012-2020")
    units = figures_at(Level.SERVICE, chosen)
    assert told(units.loc[[TOULOUSE_UNIT]]) == {TOULOUSE_UNIT: (51_397, "KNOWN")}
    departements = told(figures_at(Level.DEPARTEMENT, chosen))
    assert departements == {
        "09": (5_665, "KNOWN"), "12": (6_684, "KNOWN"), "31": (83_534, "KNOWN"),
        "32": (5_197, "KNOWN"), "46": (5_078, "KNOWN"), "65": (8_815, "KNOWN"),
        "81": (13_144, "KNOWN"), "82": (10_222, "KNOWN"),
    }  # fmt: skip
    with db.reading() as session:
        series = timelines.series(
            session, ANALYST, edition_id=chosen.edition_id, indicator_id=chosen.indicator_id,
            territory_ids=(territory_id(Level.SERVICE, TOULOUSE_UNIT),),
        )  # fmt: skip
    assert series[["count", "status"]].to_numpy().tolist() == [[51_397, Status.KNOWN]]
    unused = figures_at(Level.SERVICE, selection("096", 201200, key="2012-2020"))
    assert set(unused["status"]) == {Status.MISSING}


@pytest.mark.usefixtures("area")
def test_a_departemental_file_gives_its_own_departements(tmp_path: Path) -> None:
    report = imported(departements(tmp_path))
    assert report.new == 4
    table = figures_at(
        Level.DEPARTEMENT, selection("cambriolages_de_logement", 202300, key=UNDATED)
    )
    assert told(table) == {"09": (424, "KNOWN"), "31": (7_790, "KNOWN")}
    assert table["rate"].round(3).to_dict() == {"09": 4.0, "31": 10.0}
