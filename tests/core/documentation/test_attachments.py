"""Files joined to records: known by their content, opened by whoever may, following a merge."""

import io
import zipfile

import pytest
from sqlmodel import select

from core import db
from core.access import Role, viewer_for
from core.documentation import attachments, merging, operations
from core.documentation.desk_models import Attachment
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import Visibility
from core.errors import DomainError, ForbiddenError
from tests.conftest import NOW
from tests.factories import ANALYST, STAFF

pytestmark = pytest.mark.usefixtures("store")
PDF = b"%PDF-1.4 essai"
VISITOR = viewer_for(Role.PUBLIC)


def record(title: str = "Livre", **more: str) -> int:
    with db.writing("documentation") as session:
        return operations.create_notice(session, STAFF, NoticeDraft(title=title, **more), now=NOW)  # type: ignore[arg-type]  # texts


def join(notice: int, content: bytes = PDF, *, name: str = "a.pdf", public: bool = False) -> int:
    with db.writing("documentation") as session:
        return attachments.add(
            session, STAFF, notice_id=notice, name=name, content=content, now=NOW,
            visibility=Visibility.PUBLIC if public else Visibility.TEAM,
        )  # fmt: skip


def packed(**members: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, text in members.items():
            file.writestr(name.replace("_", "/"), text)
    return held.getvalue()


def test_a_file_is_what_its_content_says() -> None:
    odt = packed(mimetype="application/vnd.oasis.opendocument.text")
    assert attachments.kind(odt)[0] == "odt"
    assert attachments.kind(packed(**{"word_document.xml": "<w/>"}))[0] == "docx"
    assert attachments.checked("photo.JPEG", b"\xff\xd8\xff\xe0")[0] == "photo.JPEG"
    assert attachments.checked("sans nom", PDF)[0] == "sans nom.pdf"
    for name, content, said in (
        ("a.docx", PDF, "contient un fichier PDF"), ("a.pdf", b"MZ virus", "ni un PDF"),
        ("a.zip", packed(autre="x"), "ni un PDF"), ("a.pdf", b"", "vide"),
        ("a.zip", b"PK\x03\x04 faux", "ni un PDF"),
        ("a.pdf", PDF + bytes(attachments.MOST), "au plus"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=said):
            attachments.checked(name, content)


def test_visitors_open_public_files_of_public_records_only() -> None:
    notice, hidden = record(), record("Caché", visibility="equipe")
    team, everyone = join(notice), join(notice, PDF + b"2", name="b.pdf", public=True)
    kept = join(hidden, public=True)
    with db.reading() as session:
        assert attachments.files(session, VISITOR, notice_id=notice)["id"].tolist() == [everyone]
        assert attachments.files(session, STAFF, notice_id=notice)["id"].tolist() == [
            team, everyone,
        ]  # fmt: skip
        assert attachments.files(session, VISITOR, notice_id=hidden).empty
        assert attachments.content(session, VISITOR, attachment_id=everyone) == PDF + b"2"
        for own in (team, kept, 10_000):
            with pytest.raises(DomainError, match="n’est pas public"):
                attachments.content(session, VISITOR, attachment_id=own)


def test_the_same_file_is_joined_once_then_opened_to_all_and_removed() -> None:
    notice = record()
    own = join(notice)
    with pytest.raises(DomainError, match="déjà joint"):
        join(notice, name="autre.pdf")
    with db.writing("documentation") as session:
        attachments.show_to(
            session, STAFF, attachment_id=own, visibility=Visibility.PUBLIC, now=NOW
        )
    with db.reading() as session:
        assert attachments.content(session, VISITOR, attachment_id=own) == PDF
        with pytest.raises(ForbiddenError):
            attachments.remove(session, ANALYST, attachment_id=own, now=NOW)
    with db.writing("documentation") as session:
        attachments.remove(session, STAFF, attachment_id=own, now=NOW)
    with db.reading() as session:
        assert session.exec(select(Attachment)).all() == []


def test_files_follow_a_merge_and_come_back_but_doubles_stay() -> None:
    kept, merged = record("Un"), record("Deux")
    join(kept)
    double, own = join(merged), join(merged, PDF + b"2", name="b.pdf")
    with db.writing("documentation") as session:
        number = merging.merge_notices(session, STAFF, kept_id=kept, merged_id=merged, now=NOW)

    def place(attachment: int) -> int:
        with db.reading() as session:
            return session.get_one(Attachment, attachment).notice_id

    assert (place(own), place(double)) == (kept, merged)
    with db.writing("documentation") as session:
        merging.undo_merge(session, STAFF, merge_id=number, now=NOW)
    assert place(own) == merged
