"""Two records made one, and parted again: what goes to the kept one, and what comes back."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import drafts, indexing, operations, queries, reading, writing
from core.documentation.desk_models import Attachment, BasketEntry, NoticeMerge, NoticeSource
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import NoticeState, Visibility
from core.documentation.models import Item, Notice, NoticeLink
from core.errors import DomainError

MOVED: tuple[tuple[type[Any], str], ...] = (
    (Item, "notice_id"), (NoticeSource, "notice_id"), (NoticeLink, "from_id"),
    (NoticeLink, "to_id"), (BasketEntry, "notice_id"), (Attachment, "notice_id"),
)  # fmt: skip


def merge_notices(  # two records, and who may see the one that is made
    session: Session, viewer: Viewer, *, kept_id: int, merged_id: int, now: datetime,
    is_opened: bool = False,
) -> int:  # fmt: skip
    """Make two records one: copies, sources and links go to the kept one, which gets what it
    lacked. Return the merge, by which it is undone. Other domains follow ``merged_into_id``.

    Where readers see only one of the two, they see the result only where ``is_opened`` says so.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    if kept_id == merged_id:
        raise DomainError("Choisissez deux notices différentes.")
    kept, merged = operations.notice_of(session, kept_id), operations.notice_of(session, merged_id)
    both = reading.read(session, [kept_id, merged_id])
    moved = {
        f"{table_of(model).name}.{column}": _point(session, model, column, (merged_id, kept_id))
        for model, column in MOVED
    }
    filled = _filled(both[kept_id], both[merged_id])
    if not is_opened and _is_of_team(both[merged_id]):
        filled = replace(filled, visibility=Visibility.TEAM.value)
    snapshot = {"moved": moved, "kept": both[kept_id].as_json(), "status": merged.status,
                "filled": filled.as_json()}  # fmt: skip
    writing.write(session, [writing.Entry(filled, kept_id)], now=now)
    merged.status, merged.merged_into_id = NoticeState.MERGED.value, kept_id
    session.add(merged)
    row = NoticeMerge(kept_id=kept_id, merged_id=merged_id, author=viewer.signature,
                      moved=json.dumps(snapshot, ensure_ascii=False),
                      merged_at=fr.stored(now))  # fmt: skip
    session.add(row)
    session.flush()
    session.expire(kept)
    indexing.refresh(session, [kept_id, merged_id])
    operations.tell(session, viewer, "notices réunies", both[kept_id].title, now)
    return row.id or 0


def _filled(kept: NoticeDraft, merged: NoticeDraft) -> NoticeDraft:
    """Return the kept record with what only the other one said; lists that are empty are taken."""
    taken = {
        name: getattr(merged, name)
        for name in (*drafts.SCALARS, *drafts.LISTS)
        if getattr(kept, name) in ("", None, ()) and name != "links"
    }
    return replace(kept, **taken, items=())


def _is_of_team(draft: NoticeDraft) -> bool:
    """Say whether readers do not see a record: a draft, a hidden one, one of the team."""
    return indexing.audience(draft.status, draft.visibility) > 0


def _point(
    session: Session, model: type[Any], column: str, pair: tuple[int, int]
) -> list[list[Any]]:
    """Point rows from one notice to another, but where that would say twice or of itself."""
    table = table_of(model)
    start, end = pair
    keys = [key.name for key in table.primary_key]
    rows = session.connection().execute(
        sa.select(*(table.c[name] for name in keys)).where(table.c[column] == start)
    ).all()  # fmt: skip
    moved = []
    for row in rows:
        own = [table.c[name] == value for name, value in zip(keys, row, strict=True)]
        after = {n: (end if n == column else v) for n, v in zip(keys, row, strict=True)}
        if column in keys and _would_clash(session, table, after):
            continue
        if model is Attachment and _is_held(session, row[0], end):
            continue
        session.connection().execute(sa.update(table).where(*own).values({column: end}))
        moved.append([after[name] for name in keys])
    return moved


def _would_clash(session: Session, table: sa.Table, after: dict[str, Any]) -> bool:
    if after.get("from_id") is not None and after.get("from_id") == after.get("to_id"):
        return True
    same = [table.c[name] == value for name, value in after.items()]
    return session.connection().execute(sa.select(sa.literal(1)).where(*same)).first() is not None


def _is_held(session: Session, attachment_id: int, notice_id: int) -> bool:
    """Say whether a record has a file of the same content already."""
    digest = select(Attachment.sha256).where(Attachment.id == attachment_id).scalar_subquery()
    held = select(Attachment.id).where(
        Attachment.notice_id == notice_id, col(Attachment.sha256) == digest
    )
    return session.exec(held).first() is not None


def undo_merge(session: Session, viewer: Viewer, *, merge_id: int, now: datetime) -> None:
    """Part two records again: copies, sources and links go back, and what was filled in leaves."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    merge = session.get(NoticeMerge, merge_id)
    if merge is None or merge.undone_at is not None:
        raise DomainError("Cette réunion n’existe plus ou est déjà annulée.")
    later = queries.later_merge(session, merge)
    if later:
        raise DomainError(
            "Une de ces notices a été réunie à une autre depuis : séparez-les d’abord."
        )
    said = json.loads(merge.moved)
    merged = session.get_one(Notice, merge.merged_id)
    merged.status, merged.merged_into_id = said["status"], None
    session.add(merged)
    session.flush()
    for place, keys in said["moved"].items():
        _give_back(session, place, keys, merge.merged_id)
    own, filled = drafts.from_json(said["kept"]), drafts.from_json(said["filled"])
    now_said = reading.read(session, [merge.kept_id])[merge.kept_id]
    back, _ = drafts.merged(now_said, filled, own)
    if back.visibility == filled.visibility:
        back = replace(back, visibility=own.visibility)
    entry = writing.Entry(replace(back, items=()), merge.kept_id)
    writing.write(session, [entry], now=now)
    merge.undone_at = fr.stored(now)
    session.add(merge)
    session.flush()
    indexing.refresh(session, [merge.kept_id, merge.merged_id])
    operations.tell(session, viewer, "notices séparées", own.title, now)


def _give_back(session: Session, place: str, keys: list[list[Any]], notice_id: int) -> None:
    models = {f"{table_of(model).name}.{column}": (model, column) for model, column in MOVED}
    model, column = models[place]
    table = table_of(model)
    names = [key.name for key in table.primary_key]
    for key in keys:
        own = [table.c[name] == value for name, value in zip(names, key, strict=True)]
        session.connection().execute(sa.update(table).where(*own).values({column: notice_id}))
