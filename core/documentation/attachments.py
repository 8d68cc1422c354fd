"""Files joined to a record: what they are is read in them, never in their name."""

import hashlib
import io
import zipfile
from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, select

from core import access, db, fetching, fr, journal
from core.access import Right, Viewer
from core.documentation import indexing, queries
from core.documentation.desk_models import Attachment
from core.documentation.enums import Visibility
from core.errors import DomainError

DOMAIN = "documentation"
DOMAINS = ("documentation",)
MOST = 20_000_000  # bytes
COLUMNS = ["id", "name", "mime", "size", "access", "rights"]
OFFICE = "application/vnd.openxmlformats-officedocument."
STARTS = {
    b"%PDF-": ("pdf", "application/pdf"), b"\x89PNG\r\n\x1a\n": ("png", "image/png"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
}  # fmt: skip
MEMBERS = {
    "word/document.xml": ("docx", f"{OFFICE}wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", f"{OFFICE}spreadsheetml.sheet"),
    "ppt/presentation.xml": ("pptx", f"{OFFICE}presentationml.presentation"),
}
OPEN = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
SAME = {"jpeg": "jpg"}


def kind(content: bytes) -> tuple[str, str]:
    """Return the extension and the type of a file, read in its content.

    >>> kind(b"%PDF-1.7 ...")
    ('pdf', 'application/pdf')

    Raises DomainError where it is none of those that are kept.
    """
    for start, found in STARTS.items():
        if content.startswith(start):
            return found
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                names = set(packed.namelist())
                own = packed.read("mimetype").decode("ascii", "replace") if (
                    "mimetype" in names and packed.getinfo("mimetype").file_size < 200
                ) else ""  # fmt: skip
        except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError):
            names, own = set(), ""
        if own in OPEN:
            return OPEN[own], own
        for member, found in MEMBERS.items():
            if member in names:
                return found
    raise DomainError(
        "Ce fichier n’est ni un PDF, ni une image (PNG, JPEG), ni un document Word, Excel, "
        "PowerPoint ou OpenDocument : il n’est pas joint."
    )


def checked(name: str, content: bytes) -> tuple[str, str]:
    """Return the name and the type under which a file is kept, or refuse it with the reason."""
    if not content:
        raise DomainError("Ce fichier est vide.")
    if len(content) > MOST:
        raise DomainError(f"Ce fichier pèse {fr.size(len(content))} : au plus {fr.size(MOST)}.")
    extension, mime = kind(content)
    stem, _, said = name.strip().rpartition(".")
    if stem and SAME.get(said.lower(), said.lower()) != extension:
        raise DomainError(
            f"« {name.strip()} » se dit « .{said} » mais contient un fichier {extension.upper()} : "
            "renommez-le, ou choisissez le bon."
        )
    return (name.strip() if stem else f"{name.strip() or 'document'}.{extension}")[:200], mime


def add(  # noqa: PLR0913  # what is on the form
    session: Session, viewer: Viewer, *, notice_id: int, name: str, content: bytes,
    visibility: Visibility, rights: str = "", now: datetime,
) -> int:  # fmt: skip
    """Join a file to a record; return its id. The same content is joined to a record once."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    shown, mime = checked(name, content)
    card = queries.card(session, viewer, notice_id=notice_id)
    if card is None:
        raise DomainError("Cette notice n’existe plus : rechargez la page.")
    digest = hashlib.sha256(content).hexdigest()
    held = session.exec(
        select(Attachment.name).where(
            Attachment.notice_id == notice_id, Attachment.sha256 == digest
        )
    ).first()
    if held is not None:
        raise DomainError(f"Ce fichier est déjà joint, sous le nom « {held} ».")
    row = Attachment(notice_id=notice_id, name=shown, mime=mime, size=len(content), sha256=digest,
                     rights=rights.strip(), access=visibility.value, content=content)  # fmt: skip
    session.add(row)
    session.flush()
    indexing.refresh(session, [card.id])
    journal.record(session, viewer, at=now, domain=DOMAIN, action="fichier joint",
                   subject=f"{card.draft.title} : {shown}")  # fmt: skip
    return row.id or 0


def remove(session: Session, viewer: Viewer, *, attachment_id: int, now: datetime) -> None:
    access.require(viewer, Right.EDIT_CATALOGUE)
    row = _row(session, attachment_id)
    session.delete(row)
    session.flush()
    indexing.refresh(session, [row.notice_id])
    journal.record(session, viewer, at=now, domain=DOMAIN, action="fichier retiré",
                   subject=row.name)  # fmt: skip


def show_to(
    session: Session, viewer: Viewer, *, attachment_id: int, visibility: Visibility, now: datetime
) -> None:
    """Open a file to everybody, or keep it for the team."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    row = _row(session, attachment_id)
    row.access = visibility.value
    session.add(row)
    session.flush()
    indexing.refresh(session, [row.notice_id])
    journal.record(session, viewer, at=now, domain=DOMAIN, action="fichier joint",
                   subject=f"{row.name} : {visibility.label}")  # fmt: skip


def _row(session: Session, attachment_id: int) -> Attachment:
    row = session.get(Attachment, attachment_id)
    if row is None:
        raise DomainError("Ce fichier n’est plus joint : rechargez la page.")
    return row


def files(session: Session, viewer: Viewer, *, notice_id: int) -> pd.DataFrame:
    """One row a file of a record that the viewer may open (COLUMNS), by name; never its content."""
    if queries.card(session, viewer, notice_id=notice_id) is None:
        return pd.DataFrame(columns=COLUMNS)
    table = db.table_of(Attachment)
    statement = (
        sa.select(*(table.c[name] for name in COLUMNS))
        .where(table.c.notice_id == notice_id)
        .order_by(table.c.name, table.c.id)
    )
    if not access.may(viewer, Right.EDIT_CATALOGUE):
        statement = statement.where(table.c.access == Visibility.PUBLIC.value)
    return fetching.frame(session, statement, COLUMNS)


def content(session: Session, viewer: Viewer, *, attachment_id: int) -> bytes:
    """Return a file. Raises DomainError where it is not the viewer's to open."""
    row = session.get(Attachment, attachment_id)
    if row is not None:
        seen = queries.card(session, viewer, notice_id=row.notice_id) is not None
        is_open = row.access == Visibility.PUBLIC.value
        if seen and (is_open or access.may(viewer, Right.EDIT_CATALOGUE)):
            return row.content
    raise DomainError("Ce fichier n’existe plus, ou n’est pas public.")
