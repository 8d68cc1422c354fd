"""The way back of an import: what it created leaves, what it changed is put back."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import drafts, import_operations, linking, removal, writing
from core.documentation.desk_models import CatalogueImport, NoticeSource
from core.documentation.models import Notice
from core.errors import DomainError

CHUNK = 1_000


def undo(session: Session, viewer: Viewer, *, import_id: int, now: datetime) -> tuple[int, int]:
    """Take an import back: what it created leaves, what it changed is as it was before.

    Copies that it added to notices already held leave with it.

    Returns how many left and how many were put back. Refused where something was done since to a
    notice it created, or where a later import changed one of its notices.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    row = session.get(CatalogueImport, import_id)
    if row is None or row.undone_at is not None:
        raise DomainError("Cet import n’existe pas ou est déjà annulé.")
    done = json.loads(row.done)
    _check_untouched(session, done["created"], import_id)
    removal.remove_copies(session, done.get("copies", []))
    removal.remove(session, done["created"])
    for part in range(0, len(done["changed"]), CHUNK):
        _put_back(session, row.source, done["changed"][part : part + CHUNK], now)
    row.undone_at = now.replace(tzinfo=None)
    session.add(row)
    journal.record(session, viewer, at=now, domain=import_operations.DOMAIN, action="import annulé",
                   subject=row.file_name, before={"import": import_id})  # fmt: skip
    return len(done["created"]), len(done["changed"])


def _check_untouched(session: Session, created: list[int], import_id: int) -> None:
    table = table_of(Notice)
    touched = 0
    for at in range(0, len(created), CHUNK):
        touched += session.connection().execute(
            sa.select(sa.func.count()).select_from(table).where(
                table.c.id.in_(created[at : at + CHUNK]), table.c.version > 1
            )
        ).scalar_one()  # fmt: skip
    later = session.exec(
        select(CatalogueImport.id).where(
            col(CatalogueImport.id) > import_id, col(CatalogueImport.updated) > 0,
            col(CatalogueImport.undone_at).is_(None),
        )
    ).first()  # fmt: skip
    if touched and later is not None:
        raise DomainError(f"Annulez d’abord l’import n° {later}, plus récent.")
    if touched:
        raise DomainError(
            f"{touched} notices de cet import ont été modifiées depuis : "
            "il ne peut plus être annulé."
        )


def _put_back(session: Session, source: str, changed: Sequence[Any], now: datetime) -> None:
    entries = [writing.Entry(drafts.from_json(text), own) for own, text, *_ in changed]
    writing.write(session, [replace(e, draft=replace(e.draft, items=())) for e in entries], now=now)
    linking.write(session, source, {e.notice_id or 0: e.draft.links for e in entries})
    table = table_of(NoticeSource)
    session.connection().execute(
        sa.update(table)
        .where(table.c.source == source, table.c.external_id == sa.bindparam("number"))
        .values(read_as=sa.bindparam("old_text"), digest=sa.bindparam("old_digest")),
        [{"number": number, "old_text": text, "old_digest": digest}
         for _, _, number, text, digest in changed],
    )  # fmt: skip
