"""A file brought into what is held: whose word counts, notice by notice and copy by copy."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from sqlmodel import select

from core import db
from core.documentation import (
    drafts,
    exports,
    import_updates,
    imports,
    merging,
    operations,
    thesaurus_operations,
    unimarc_export,
)
from core.documentation.drafts import (
    AgentDraft,
    ConceptDraft,
    ItemDraft,
    LinkDraft,
    NoticeDraft,
    PublisherDraft,
)
from core.documentation.enums import LabelKind, NoticeState
from core.documentation.exports import Format
from core.documentation.models import Item
from core.documentation.thesaurus import ConceptRead, Label, ThesaurusRead
from tests.conftest import NOW
from tests.core.documentation.making import STAFF, change, enter, stored
from tests.core.documentation.test_odd_files import iso

DUBET = AgentDraft("personne", "Dubet", "François", "", "070")


def told(report: object) -> list[str]:
    return [line.said for line in report.lines]  # type: ignore[attr-defined]  # a report


def set_copy(barcode: str, **values: object) -> None:
    with db.writing("documentation") as session:
        item = session.exec(select(Item).where(Item.barcode == barcode)).one()
        for name, value in values.items():
            setattr(item, name, value)
        session.add(item)


def test_two_records_of_a_source_made_one_here_still_come_in(store: str, tmp_path: Path) -> None:
    one = NoticeDraft(title="Un", external_id="40", agents=(DUBET,))
    two = NoticeDraft(title="Deux", external_id="41", items=(ItemDraft(barcode="B2"),))
    enter(tmp_path, one, two)
    kept, merged = stored()
    with db.writing("documentation") as session:
        merging.merge_notices(session, STAFF, kept_id=kept, merged_id=merged, now=NOW)
    report = enter(tmp_path, replace(one, abstract="Résumé"), replace(two, notes="Note"))
    assert (report.updated, report.created) == (2, 0)
    now = stored()[kept]
    assert (now.title, now.abstract, now.notes) == ("Un", "Résumé", "Note")
    assert [item.barcode for item in now.items] == ["B2"]
    imports.undo(STAFF, import_id=report.import_id or 0, now=NOW)
    assert (stored()[kept].abstract, stored()[kept].notes) == ("", "")


def test_another_spelling_of_a_name_is_no_correction_made_here(store: str, tmp_path: Path) -> None:
    shouted = replace(DUBET, name="DUBET", first_name="FRANCOIS")
    enter(tmp_path, NoticeDraft(title="N", external_id="1", agents=(shouted,),
                                publishers=(PublisherDraft("AUBE"),)))  # fmt: skip
    book = NoticeDraft(title="Ville", external_id="2", agents=(DUBET,), themes=("INCONNU",),
                       publishers=(PublisherDraft("Aube"),))  # fmt: skip
    enter(tmp_path, book)
    more = replace(book, agents=(DUBET, replace(DUBET, name="Martin")), themes=("AUTRE",),
                   publishers=(PublisherDraft("Aube"), PublisherDraft("Seuil")))  # fmt: skip
    report = enter(tmp_path, more)
    assert told(report) == []
    now = list(stored().values())[-1]
    assert [agent.name for agent in now.agents] == ["DUBET", "Martin"]
    assert [one.name for one in now.publishers] == ["AUBE", "Seuil"]
    assert [raw.text for raw in now.raw] == ["AUTRE"]


def test_a_subject_named_by_its_thesaurus_is_no_correction_made_here(
    store: str, tmp_path: Path
) -> None:
    read = ConceptDraft("pmb-1", "12", "catégorie 12")
    book = NoticeDraft(title="Ville", external_id="2", concepts=(read,))
    enter(tmp_path, book)
    with db.writing("documentation") as session:
        named = ThesaurusRead("t", (ConceptRead("12", [Label(LabelKind.PREFERRED, "Logement")]),))
        thesaurus_operations.enter(session, STAFF, read=named, code="pmb-1", now=NOW)
    report = enter(tmp_path, replace(book, concepts=(read, replace(read, code="13"))))
    assert told(report) == []
    assert [one.code for one in list(stored().values())[-1].concepts] == ["12", "13"]


def test_a_link_waits_for_its_target_and_is_no_correction_made_here(
    store: str, tmp_path: Path
) -> None:
    article = NoticeDraft(title="Article", external_id="11", links=(LinkDraft("dans", "99"),))
    enter(tmp_path, NoticeDraft(title="Revue", external_id="10", level="s"), article)
    own = list(stored())[-1]
    assert [raw.text for raw in stored()[own].raw] == ["dans 99"]
    links = (LinkDraft("dans", "10"), LinkDraft("voir", "98"))
    report = enter(tmp_path, replace(article, links=links))
    assert told(report) == []
    assert stored()[own].links == (LinkDraft("dans", "10"),)
    later = enter(tmp_path, NoticeDraft(title="Bilan", external_id="98"))
    assert stored()[own].links == links
    assert stored()[own].raw == ()
    imports.undo(STAFF, import_id=later.import_id or 0, now=NOW)
    assert stored()[own].links == (LinkDraft("dans", "10"),)
    assert [raw.text for raw in stored()[own].raw] == ["voir 98"]


def test_no_notice_becomes_a_part_of_itself(store: str, tmp_path: Path) -> None:
    links = {n: (LinkDraft("partie", f"{n % 3 + 1}"),) for n in (1, 2, 3)}
    three = [NoticeDraft(title=f"Tome {n}", external_id=f"{n}", links=links[n]) for n in links]
    report = enter(tmp_path, *three)
    assert (report.created, report.links_lost) == (3, 1)
    assert [len(one.links) for one in stored().values()] == [1, 1, 0]
    last = list(stored().values())[-1]
    assert [raw.text for raw in last.raw] == ["partie rt00000001"]


def test_a_link_to_another_source_stays_when_the_record_is_edited(
    store: str, tmp_path: Path
) -> None:
    enter(tmp_path, NoticeDraft(title="Revue", external_id="B9", level="s"), source="BnF")
    (review,) = stored()
    with db.writing("documentation") as session:
        draft = NoticeDraft(title="Article", links=(LinkDraft("dans", f"rt{review:08}"),))
        own = operations.create_notice(session, STAFF, draft, now=NOW)
    change(own, abstract="Résumé")
    now = stored()[own]
    assert (now.links, now.raw, now.abstract) == ((LinkDraft("dans", "B9"),), (), "Résumé")


def test_what_was_set_here_on_a_copy_stays_and_the_rest_follows_the_source(
    store: str, tmp_path: Path
) -> None:
    item = ItemDraft(barcode="C1", shelf_mark="X", location="Toulouse", note="don")
    book = NoticeDraft(title="Ville", external_id="20", items=(item,))
    enter(tmp_path, book)
    set_copy("C1", state="perdu", location="Albi")
    before = stored()
    moved = replace(item, shelf_mark="NEUF", location="Auch", acquired_on="2010-05-31")
    report = enter(tmp_path, replace(book, abstract="Résumé", items=(moved,)))
    (now,) = stored().values()
    assert now.items == (replace(moved, state="perdu", location="Albi"),)
    assert told(report) == ["exemplaire C1 corrigé ici, laissé tel quel : localisation"]
    imports.undo(STAFF, import_id=report.import_id or 0, now=NOW)
    assert stored() == before


def test_a_number_of_no_named_source_does_not_make_two_documents_one(
    store: str, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("identifiant;titre;auteurs\n1;Guide du logement;X\n")
    second.write_text("identifiant;titre;auteurs\n1;Illettrisme;Y\n2;Ville;Z\n")
    imports.import_file(first, STAFF, now=NOW)
    report = imports.import_file(second, STAFF, now=NOW)
    assert (report.created, report.updated) == (2, 0)
    assert told(report) == [
        "le numéro 1 est déjà celui de « Guide du logement » : entrée comme une autre notice "
        "(nommez l’origine du fichier)"
    ]
    second.write_text("identifiant;titre;auteurs;résumé\n1;Illettrisme;Y;Long\n2;Ville;Z;\n")
    again = imports.import_file(second, STAFF, now=NOW)
    assert (again.created, again.updated, again.unchanged) == (0, 1, 1)
    assert [one.title for one in stored().values()] == ["Guide du logement", "Illettrisme", "Ville"]


def test_a_named_source_may_change_a_title_altogether(store: str, tmp_path: Path) -> None:
    enter(tmp_path, NoticeDraft(title="[Sans titre]", external_id="1"))
    report = enter(tmp_path, NoticeDraft(title="Les jeunes et l’emploi", external_id="1"))
    assert (report.created, report.updated) == (0, 1)


def test_a_number_said_twice_in_a_file_has_a_fate_each_time(store: str, tmp_path: Path) -> None:
    report = enter(
        tmp_path, NoticeDraft(title="La ville", external_id="70"),
        NoticeDraft(title="La ville !", external_id="70"),
        NoticeDraft(title="Guide du logement", external_id="70"),
    )  # fmt: skip
    assert report.by_record()[["place", "fate"]].values.tolist() == [
        [1, "doublon"], [2, "nouvelle"], [3, "nouvelle"],
    ]  # fmt: skip
    assert [one.title for one in stored().values()] == ["La ville !", "Guide du logement"]


def test_our_own_export_comes_back_to_the_notices_it_left(store: str, tmp_path: Path) -> None:
    enter(tmp_path, NoticeDraft(title="De la BnF", external_id="1"), source="BnF")
    enter(tmp_path, NoticeDraft(title="De COSOTer", external_id="1", notes="Lue"))
    with db.writing("documentation") as session:
        operations.create_notice(
            session, STAFF, NoticeDraft(title="D’ici", items=(ItemDraft(barcode="L1"),)), now=NOW
        )
    _, theirs, own = stored()
    change(theirs, abstract="Corrigé ici")
    before = stored()
    with db.reading() as session:
        content = exports.export(session, STAFF, list(before), Format.ISO2709).content
    path = tmp_path / "export.mrc"
    path.write_bytes(content)
    report = imports.import_file(path, STAFF, now=NOW)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 3)
    assert stored() == before
    enter(tmp_path, NoticeDraft(title="De COSOTer", external_id="1", notes="Relue", abstract="A"))
    assert (stored()[theirs].abstract, stored()[theirs].notes) == ("Corrigé ici", "Relue")
    path.write_bytes(content.replace(b"D\xe2\x80\x99ici", b"D\xe2\x80\x99ICI"))
    edited = imports.import_file(path, STAFF, now=NOW)
    assert (edited.created, stored()[own].title) == (0, "D’ICI")


def test_as_many_copies_without_barcode_come_in_as_the_file_says(
    store: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.mrc"
    path.write_bytes(
        iso(("001", "60"), ("200", "1 $aVille"), ("995", "  $kVIL 1"), ("995", "  $kVIL 1$urelie"))
    )
    imports.import_file(path, STAFF, now=NOW, source="COSOTer")
    (book,) = stored().values()
    assert [item.shelf_mark for item in book.items] == ["VIL 1", "VIL 1"]
    enter(tmp_path, replace(book, abstract="Résumé"))
    assert len(stored()[1].items) == 2


def test_a_barcode_refused_is_told_of_the_record_it_came_with(store: str, tmp_path: Path) -> None:
    enter(tmp_path, NoticeDraft(title="Un", external_id="1", items=(ItemDraft(barcode="L1"),)))
    path = tmp_path / "bull.mrc"
    path.write_bytes(
        iso(("001", "61"), ("200", "1 $aNuméro"))
        + iso(("001", "61-bull"), ("200", "1 $aI"), ("463", "  $9id:61"), ("995", "  $fL1"))
        + iso(("001", "62"), ("200", "1 $aAutre"), ("995", "  $fL1"))
    )
    report = imports.import_file(path, STAFF, now=NOW, source="COSOTer")
    assert report.attached == 0
    assert sorted(str(line) for line in report.lines) == [
        "Notice 2 (« 61-bull ») : code-barres L1 déjà pris : exemplaire refusé.",
        "Notice 3 (« Autre ») : code-barres L1 déjà pris : exemplaire refusé.",
    ]
    assert report.by_record()[["place", "fate"]].values.tolist() == [
        [1, "nouvelle"], [2, "exemplaires refusés"], [3, "nouvelle"],
    ]  # fmt: skip


def test_an_older_file_again_brings_its_version_back(store: str, tmp_path: Path) -> None:
    first = NoticeDraft(title="Ville 1", external_id="97")
    enter(tmp_path, first)
    enter(tmp_path, replace(first, title="Ville 2"))
    report = enter(tmp_path, first)
    assert (report.already, report.updated) == ("", 1)
    assert [one.title for one in stored().values()] == ["Ville 1"]


def test_the_same_csv_with_other_columns_is_read_again(store: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("identifiant;titre;auteurs;Divers\n1;Ville;X;Autre\n")
    imports.import_file(path, STAFF, now=NOW)
    mapping = {"identifiant": "external_id", "titre": "title", "Divers": "notes"}
    report = imports.import_file(path, STAFF, now=NOW, mapping=mapping)
    assert (report.already, report.updated) == ("", 1)
    assert [one.notes for one in stored().values()] == ["Autre"]


def test_a_record_deleted_here_is_left_aside_and_said(store: str, tmp_path: Path) -> None:
    book = NoticeDraft(title="Ville", external_id="1")
    enter(tmp_path, book)
    (own,) = stored()
    with db.writing("documentation") as session:
        operations.set_status(session, STAFF, notice_id=own, status=NoticeState.DELETED, now=NOW)
    report = enter(tmp_path, replace(book, abstract="Résumé"))
    assert (report.updated, report.unchanged) == (0, 1)
    assert told(report) == ["supprimée ici : rien n’en est repris"]
    assert stored()[own].abstract == ""


@pytest.mark.parametrize(("field", "text"), [("languages", "langues"), ("edition", "édition")])
def test_what_was_corrected_here_is_named_in_french(
    sqlite_store: str, tmp_path: Path, field: str, text: str
) -> None:
    book = NoticeDraft(title="Ville", external_id="1")
    enter(tmp_path, replace(book, **{field: "fre"}))  # type: ignore[arg-type]  # texts, both
    change(next(iter(stored())), **{field: "eng"})
    report = enter(tmp_path, replace(book, **{field: "spa"}))  # type: ignore[arg-type]
    assert told(report) == [f"corrigé ici, laissé tel quel : {text}"]


def test_a_code_that_names_another_subject_is_told_and_makes_no_second_one(
    store: str, tmp_path: Path
) -> None:
    def book(number: str, label: str) -> NoticeDraft:
        concepts = (ConceptDraft("pmb-1", "12", label),)
        return NoticeDraft(title=f"Ville {number}", external_id=number, concepts=concepts)

    assert told(enter(tmp_path, book("1", "Logement"))) == []
    report = enter(tmp_path, book("2", "Chômage des jeunes"), book("3", "Logements"),
                   book("4", "catégorie 12"), source="BnF")  # fmt: skip
    assert [(line.number, line.said) for line in report.lines] == [
        ("2", "le terme n° 12 s’appelle « Logement » ici, « Chômage des jeunes » dans le fichier")
    ]
    assert {one.concepts[0].label for one in stored().values()} == {"Logement"}


def test_every_field_of_a_record_and_of_a_copy_has_a_french_name() -> None:
    named = {*drafts.names(), *(one.name for one in fields(ItemDraft))}
    assert named - set(import_updates.FRENCH) == set()


def test_the_progress_of_an_import_counts_in_french(sqlite_store: str, tmp_path: Path) -> None:
    path = tmp_path / "une.mrc"
    path.write_bytes(unimarc_export.to_iso2709([NoticeDraft(title="Ville", external_id="1")]))
    said: list[str] = []
    imports.import_file(path, STAFF, now=NOW, progress=lambda _share, text: said.append(text))
    assert "0 notice sur 1…" in said
