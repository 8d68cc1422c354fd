"""Files of records into the catalogue: reported, idempotent, reversible, on both engines."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from core import db, exporting
from core.documentation import (
    bibtex,
    imports,
    operations,
    reading,
    record_files,
    ris,
    tabular,
    unimarc_export,
)
from core.documentation.desk_models import CatalogueImport
from core.documentation.drafts import (
    AgentDraft,
    ItemDraft,
    LinkDraft,
    NoticeDraft,
    PublisherDraft,
)
from core.documentation.import_report import CatalogueReport
from core.documentation.models import Item, Notice, NoticeLink
from core.errors import DomainError, ForbiddenError
from core.importing import FileRefusedError
from tests.conftest import NOW, shared
from tests.core.documentation.making import PUBLIC, STAFF
from tests.core.documentation.making import search as found

BOOK = NoticeDraft(
    title="Insertion", external_id="1", abstract="Résumé", keywords=("emploi",),
    agents=(AgentDraft("personne", "Dubet", "François", "", "070"),),
    publishers=(PublisherDraft("Aube", "Paris"),), items=(ItemDraft(barcode="B1"),),
)  # fmt: skip
REVIEW = NoticeDraft(title="Revue", external_id="2", level="s", doc_type="periodique")
ARTICLE = NoticeDraft(
    title="Article", external_id="3", level="a", doc_type="article",
    links=(LinkDraft("dans", "2"), LinkDraft("dans", "99")),
)  # fmt: skip


def enter(
    folder: Path, *drafts: NoticeDraft, name: str = "a.mrc", is_dry_run: bool = False
) -> CatalogueReport:
    path = folder / name
    path.write_bytes(unimarc_export.to_iso2709(drafts))
    return imports.import_file(path, STAFF, now=NOW, source="COSOTer", is_dry_run=is_dry_run)


def stored() -> list[NoticeDraft]:
    with db.reading() as session:
        ids = session.exec(select(Notice.id).order_by(sa.text("id"))).all()
        return list(reading.read(session, [own or 0 for own in ids]).values())


def test_records_are_read_in_the_order_they_are_asked_for(store: str, tmp_path: Path) -> None:
    enter(tmp_path, BOOK, REVIEW, ARTICLE)
    with db.reading() as session:
        ids = [own or 0 for own in session.exec(select(Notice.id)).all()]
        for asked in (sorted(ids), sorted(ids, reverse=True)):
            assert list(reading.read(session, [*asked, max(ids) + 1])) == asked


def test_an_import_is_reported_and_found(store: str, tmp_path: Path) -> None:
    report = enter(tmp_path, BOOK, REVIEW, ARTICLE)
    assert (report.read, report.created, report.rejected, report.links_lost) == (3, 3, 0, 1)
    assert report.sentences()[:2] == [
        "a.mrc : UNIMARC, 3 notices lues.",
        "3 créées, 0 mise à jour, 0 inchangée, 0 refusée.",
    ]
    assert found("dubet").total == 1
    book, _, article = stored()
    assert book == BOOK
    assert article.links == (LinkDraft("dans", "2"),)
    assert [(raw.tag, raw.text) for raw in article.raw] == [("lien", "dans 99")]


def test_the_same_file_again_changes_nothing(store: str, tmp_path: Path) -> None:
    first = enter(tmp_path, BOOK, REVIEW)
    before = stored()
    again = enter(tmp_path, BOOK, REVIEW)
    assert (
        again.already
        == f"Ce fichier a déjà été importé (import n° {first.import_id}) : rien n’a changé."
    )
    other = enter(tmp_path, REVIEW, BOOK, name="b.mrc")
    assert (other.created, other.updated, other.unchanged) == (0, 0, 2)
    assert stored() == before


def test_what_was_corrected_here_is_left_alone(store: str, tmp_path: Path) -> None:
    enter(tmp_path, BOOK)
    with db.reading() as session:
        own = session.exec(select(Notice.id)).one() or 0
    with db.writing("documentation") as session:
        mine = replace(BOOK, title="Insertion (corrigé)")
        operations.change_notice(session, STAFF, notice_id=own, draft=mine, version=1, now=NOW)
    theirs = replace(BOOK, title="Insertion !", abstract="Autre résumé", items=())
    report = enter(tmp_path, theirs, name="b.mrc")
    assert report.updated == 1
    assert [line.said for line in report.lines] == ["corrigé ici, laissé tel quel : titre"]
    (now,) = stored()
    assert (now.title, now.abstract) == ("Insertion (corrigé)", "Autre résumé")
    assert len(now.items) == 1


def test_an_import_is_taken_back(store: str, tmp_path: Path) -> None:
    enter(tmp_path, BOOK)
    before = stored()
    changed = replace(BOOK, abstract="Autre", items=())
    second = enter(tmp_path, changed, REVIEW, name="b.mrc")
    assert second.import_id
    assert imports.undo(STAFF, import_id=second.import_id, now=NOW) == (1, 1)
    assert stored() == before
    assert found("revue").total == 0
    with pytest.raises(DomainError, match="déjà annulé"):
        imports.undo(STAFF, import_id=second.import_id, now=NOW)
    again = enter(tmp_path, changed, REVIEW, name="b.mrc")  # taken back, it may be done again
    assert (again.created, again.updated) == (1, 1)


def test_copies_added_to_a_record_already_held_leave_with_their_import(
    store: str, tmp_path: Path
) -> None:
    enter(tmp_path, BOOK)
    before = stored()
    kit = ItemDraft(barcode="B2", shelf_mark="K 1", parts=("Livret", "Jeu"))
    second = enter(tmp_path, replace(BOOK, items=(*BOOK.items, kit)), REVIEW, name="b.mrc")
    assert [item.barcode for item in stored()[0].items] == ["B1", "B2"]
    assert second.by_record()[["title", "fate"]].values.tolist() == [
        ["Insertion", "mise à jour"], ["Revue", "nouvelle"],
    ]  # fmt: skip
    imports.undo(STAFF, import_id=second.import_id or 0, now=NOW)
    assert stored() == before
    assert found("B2").total == 0


def test_an_import_that_was_worked_on_is_not_taken_back(store: str, tmp_path: Path) -> None:
    report = enter(tmp_path, BOOK)
    with db.writing("documentation") as session:
        own = session.exec(select(Notice.id)).one() or 0
        operations.change_notice(
            session, STAFF, notice_id=own, draft=replace(BOOK, title="Autre"), version=1, now=NOW
        )
    with pytest.raises(DomainError, match="modifiée depuis"):
        imports.undo(STAFF, import_id=report.import_id or 0, now=NOW)
    assert len(stored()) == 1


def test_a_dry_run_leaves_nothing(store: str, tmp_path: Path) -> None:
    report = enter(tmp_path, BOOK, is_dry_run=True)
    assert report.created == 1
    assert stored() == []
    with db.reading() as session:
        assert session.exec(select(CatalogueImport)).all() == []


def test_a_barcode_that_another_notice_holds_is_refused_and_said(
    store: str, tmp_path: Path
) -> None:
    enter(tmp_path, BOOK)
    report = enter(tmp_path, replace(REVIEW, items=(ItemDraft(barcode="b1"),)), name="b.mrc")
    assert report.created == 1
    assert any("code-barres B1 déjà pris" in str(line) for line in report.lines)
    with db.reading() as session:
        assert len(session.exec(select(Item)).all()) == 1


def test_only_staff_import(store: str, tmp_path: Path) -> None:
    path = tmp_path / "a.mrc"
    path.write_bytes(unimarc_export.to_iso2709([BOOK]))
    with pytest.raises(ForbiddenError):
        imports.import_file(path, PUBLIC, now=NOW)


def test_the_pmb_base_is_read(store: str) -> None:
    path = shared("data/pmb_base_exemple/pmb7_data_test_fr_tables.json")
    report = imports.import_file(path, STAFF, now=NOW, source="PMB")
    assert (report.read, report.created) == (
        49,
        49,
    )  # 48 notices, and an issue that has none of its own
    with db.reading() as session:
        assert len(session.exec(select(Item)).all()) == 33
        kinds = [link.kind for link in session.exec(select(NoticeLink)).all()]
    assert sorted(kinds) == ["dans"] * 14 + ["numero_de"] * 2
    assert found("bac en poche").total == 1


def test_the_real_bibtex_is_read_and_written_the_same() -> None:
    content = shared("data/bibtex/referencias_tesis.bib").read_bytes()
    read = record_files.read(content, "tesis.bib")
    drafts = read.drafts()
    assert (len(read.records), len(drafts)) == (188, 188)
    assert "Construcción de una tabla de mortalidad con un enfoque bayesiano" in {
        draft.title for draft in drafts
    }
    assert not any(sign in draft.title for draft in drafts for sign in "{}")
    again = record_files.read(bibtex.write(drafts), "tesis.bib").drafts()
    assert bibtex.write(again) == bibtex.write(drafts)
    assert [draft.title for draft in again] == [draft.title for draft in drafts]


FULL = NoticeDraft(
    title="Vivre ensemble", subtitle="enquête", external_id="7", doc_type="rapport", pub_year=2009,
    pub_date_text="2009", isbn="9782070368228", isbn_text="9782070368228", abstract="Été & hiver",
    keywords=("ville", "jeunes"), agents=(AgentDraft("personne", "Dubet", "François", "", "070"),),
    publishers=(PublisherDraft("Aube", "Paris"),), url="https://example.org/a_b",
)  # fmt: skip


def test_ris_is_written_and_read_the_same() -> None:
    read = record_files.read(ris.write([FULL, FULL]), "a.ris")
    assert read.drafts() == [FULL, FULL]
    other = "TY  - BOOK\nTI  - Titre\nM3  - Étude\nAB  - Un\nsuite\nER  - \nTY  - JOUR\nER  - \n"
    first, second = ris.read(other).records
    assert first.draft is not None
    assert [(raw.tag, raw.text) for raw in first.draft.raw] == [("ris:M3", "Étude")]
    assert first.draft.abstract == "Un suite"
    assert second.reason == "aucun titre (TI ou T1)"


def test_bibtex_is_written_and_read_the_same() -> None:
    (draft,) = record_files.read(bibtex.write([FULL]), "a.bib").drafts()
    assert draft == FULL


def test_csv_is_written_and_read_the_same_and_maps_columns() -> None:
    content = exporting.to_csv(tabular.table([FULL]), tabular.labels(), notes=["Exporté"])
    (draft,) = record_files.read(content, "a.csv").drafts()
    assert draft == FULL
    plain = "Nom;Qui;Autre\nTitre un;Dubet, François;x\n".encode("cp1252")
    mapping = {"Nom": "title", "Qui": "agents"}
    (mapped,) = record_files.read(plain, "b.csv", mapping=mapping).drafts()
    assert (mapped.title, mapped.agents[0].name) == ("Titre un", "Dubet")
    assert [(raw.tag, raw.text) for raw in mapped.raw] == [("csv:Autre", "x")]
    with pytest.raises(FileRefusedError, match="colonne « titre »"):
        record_files.read(plain, "b.csv")
