"""Taking an import back: exactly what it did, and nothing that was done since."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from core import db
from core.access import Viewer
from core.documentation import attachments, baskets, imports, merging, operations
from core.documentation.desk_models import CatalogueImport
from core.documentation.drafts import ItemDraft, NoticeDraft
from core.documentation.enums import NoticeState, Visibility
from core.documentation.import_report import CatalogueReport
from core.errors import DomainError
from tests.conftest import NOW
from tests.core.documentation.making import STAFF, change, enter, stored
from tests.core.documentation.test_odd_files import iso

BOOK = NoticeDraft(title="Ville 0", external_id="98")


def undo(report: CatalogueReport) -> None:
    imports.undo(STAFF, import_id=report.import_id or 0, now=NOW)


def titles() -> list[str]:
    return [one.title for one in stored().values()]


def refused(report: CatalogueReport, said: str) -> None:
    before = stored()
    with pytest.raises(DomainError, match=said):
        undo(report)
    assert stored() == before


def test_what_was_done_by_hand_since_is_not_undone(store: str, tmp_path: Path) -> None:
    enter(tmp_path, BOOK)
    report = enter(tmp_path, replace(BOOK, abstract="Résumé"))
    (own,) = stored()
    with db.writing("documentation") as session:
        operations.set_status(session, STAFF, notice_id=own, status=NoticeState.HIDDEN, now=NOW)
    change(own, title="Titre d’ici")
    refused(report, "1 notice de cet import a été modifiée depuis")
    assert stored()[own].status == "masque"


def test_imports_of_one_notice_are_undone_from_the_last_to_the_first(
    store: str, tmp_path: Path
) -> None:
    first = enter(tmp_path, BOOK)
    second = enter(tmp_path, replace(BOOK, title="Ville 2"))
    third = enter(tmp_path, replace(BOOK, title="Ville 3"))
    for early in (first, second):
        refused(early, f"Annulez d’abord l’import n° {third.import_id}")
    undo(third)
    assert titles() == ["Ville 2"]
    refused(first, f"Annulez d’abord l’import n° {second.import_id}")
    undo(second)
    assert titles() == ["Ville 0"]
    again = enter(tmp_path, replace(BOOK, title="Ville 2"))
    assert again.updated == 1
    undo(again)
    undo(first)
    assert titles() == []


def test_a_later_import_of_other_notices_does_not_stand_in_the_way(
    store: str, tmp_path: Path
) -> None:
    other = NoticeDraft(title="Autre", external_id="1")
    enter(tmp_path, other)
    report = enter(tmp_path, BOOK)
    enter(tmp_path, replace(other, abstract="Résumé"))
    undo(report)
    assert titles() == ["Autre"]


def test_a_file_joined_by_the_team_keeps_the_import_in_place(store: str, tmp_path: Path) -> None:
    report = enter(tmp_path, BOOK)
    (own,) = stored()
    with db.writing("documentation") as session:
        attachments.add(session, STAFF, notice_id=own, name="a.pdf", content=b"%PDF-1",
                        visibility=Visibility.TEAM, now=NOW)  # fmt: skip
    refused(report, "fichiers ont été joints depuis")


def test_a_notice_in_the_basket_of_another_keeps_the_import_in_place(
    store: str, tmp_path: Path
) -> None:
    report = enter(tmp_path, BOOK)
    (own,) = stored()
    with db.writing("documentation") as session:
        for viewer in (STAFF, Viewer(role=STAFF.role, name="Collègue")):
            baskets.add(session, viewer, name="Liste", ids=[own], now=NOW)
    refused(report, "panier d’un collègue")


def test_a_notice_merged_into_another_keeps_its_import_in_place(store: str, tmp_path: Path) -> None:
    enter(tmp_path, BOOK)
    report = enter(tmp_path, NoticeDraft(title="Ville", external_id="81",
                                         items=(ItemDraft(barcode="G1"),)))  # fmt: skip
    kept, merged = stored()
    with db.writing("documentation") as session:
        merging.merge_notices(session, STAFF, kept_id=kept, merged_id=merged, now=NOW)
    refused(report, "réunies à d’autres depuis")


def test_copies_that_a_later_file_attached_keep_the_import_in_place(
    store: str, tmp_path: Path
) -> None:
    report = enter(tmp_path, NoticeDraft(title="Numéro", external_id="61"))
    path = tmp_path / "bull.mrc"
    path.write_bytes(
        iso(("001", "61-bull"), ("200", "1 $aI"), ("463", "  $9id:61"), ("995", "  $fL1"))
    )
    attached = imports.import_file(path, STAFF, now=NOW, source="COSOTer")
    refused(report, "exemplaires ont été ajoutés depuis")
    undo(attached)
    undo(report)
    assert titles() == []


def test_an_import_of_an_older_version_is_not_taken_back_by_guess(
    store: str, tmp_path: Path
) -> None:
    report = enter(tmp_path, BOOK)
    with db.writing("documentation") as session:
        row = session.exec(select(CatalogueImport)).one()
        row.done = '{"created": [1], "changed": [], "copies": []}'
        session.add(row)
    refused(report, "version antérieure")
