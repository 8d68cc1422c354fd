"""Writes on the catalogue: a record typed, changed, published, merged and parted again."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.circulation import queue_keeping
from core.db import table_of
from core.documentation import (
    cleaning,
    drafts,
    indexing,
    linking,
    numbers,
    queries,
    reading,
    writing,
)
from core.documentation.desk_models import Attachment, BasketEntry, NoticeMerge, NoticeSource
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import ItemState, NoticeState, Visibility
from core.documentation.models import Item, Notice, NoticeLink
from core.errors import DomainError

DOMAIN = "documentation"
WRITTEN = queue_keeping.WRITTEN
YEARS_AHEAD = 2  # of a document announced
ASIDE = {"external_id", "source", "items"}  # what saving a record does not change
CHANGED = "Cette notice a été modifiée entre-temps : rouvrez-la pour ne rien écraser."


def create_notice(session: Session, viewer: Viewer, draft: NoticeDraft, *, now: datetime) -> int:
    """Add a record with its copies; return its id. A wrong ISBN or a barcode taken is refused."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    ready = _checked(draft, now)
    written = writing.write(session, [writing.Entry(ready)], now=now)
    _refuse_taken(written.copies.refused)
    linking.write(session, "local", {written.ids[0]: ready.links})
    _tell(session, viewer, "notice créée", ready.title, now)
    return written.ids[0]


def change_notice(  # what is changed, into what, from which version
    session: Session,
    viewer: Viewer,
    *,
    notice_id: int,
    draft: NoticeDraft,
    version: int,
    now: datetime,
) -> list[str]:
    """Write over a record, unless someone else did since ``version``. Copies are completed.

    Returns what there is to tell: copies set aside for who waits, a state that stays the desk's.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    notice = notice_of(session, notice_id)
    if notice.version != version:
        raise DomainError(CHANGED)
    before = reading.read(session, [notice_id])[notice_id]
    ready = _checked(draft, now)
    written = writing.write(session, [writing.Entry(ready, notice_id)], now=now)
    _refuse_taken(written.copies.refused)
    linking.write(session, _source(session, notice_id), {notice_id: ready.links})
    session.expire(notice)
    changes = {
        name: getattr(before, name)
        for name in drafts.names()
        if getattr(before, name) != getattr(ready, name) and name not in ASIDE
    }
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="notice modifiée", subject=ready.title,
        before={n: str(v) for n, v in changes.items()},
        after={n: str(getattr(ready, n)) for n in changes},
    )  # fmt: skip
    followed = queue_keeping.follow(session, viewer, [notice_id], now=now)
    kept = [f"{text[0].upper()}{text[1:]}." for _, text in written.copies.told]
    return [*kept, *followed.told]


def set_status(
    session: Session, viewer: Viewer, *, notice_id: int, status: NoticeState, now: datetime
) -> None:
    """Publish, hide or delete a record. A deleted one keeps its row; its copies must be gone."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    notice = notice_of(session, notice_id)
    if status is NoticeState.MERGED:
        raise DomainError("Pour réunir deux notices, choisissez celle qui reste.")
    if status is NoticeState.DELETED and _has_items(session, notice_id):
        raise DomainError("Cette notice a des exemplaires : retirez-les avant de la supprimer.")
    notice.status = status.value
    notice.version += 1
    notice.updated_at = now.replace(tzinfo=None)
    if status is NoticeState.PUBLISHED and notice.published_at is None:
        notice.published_at = notice.updated_at
    session.add(notice)
    session.flush()
    indexing.refresh(session, [notice_id])
    _tell(session, viewer, f"notice : {status.label}", notice.title, now)


def notice_of(session: Session, notice_id: int) -> Notice:
    """Return a record that can still be worked on."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.status in {NoticeState.DELETED, NoticeState.MERGED}:
        raise DomainError("Cette notice n’existe plus.")
    return notice


def _checked(typed: NoticeDraft, now: datetime) -> NoticeDraft:
    draft = cleaning.cleaned(typed)
    if not draft.title.strip():
        raise DomainError("Donnez au moins le titre.")
    text = draft.isbn_text.strip()
    number = numbers.isbn13(text)
    if text and not number:
        raise DomainError(f"L’ISBN « {text} » est faux : vérifiez-le, ou écrivez-le en note.")
    last = now.year + YEARS_AHEAD
    if draft.pub_year is not None and not 1400 <= draft.pub_year <= last:
        raise DomainError(f"L’année doit être entre 1400 et {last}.")
    return replace(draft, title=" ".join(draft.title.split()), isbn=number, isbn_text=text)


def _refuse_taken(refused: list[tuple[int, str]]) -> None:
    if refused:
        raise DomainError(f"Le code-barres {refused[0][1]} est déjà celui d’un autre exemplaire.")


def _source(session: Session, notice_id: int) -> str:
    own = session.exec(
        select(NoticeSource.source).where(NoticeSource.notice_id == notice_id)
        .order_by(col(NoticeSource.id))
    ).first()  # fmt: skip
    return own or "local"


def _has_items(session: Session, notice_id: int) -> bool:
    """Say whether a record has copies that the centre still holds."""
    held = select(Item.id).where(Item.notice_id == notice_id, Item.state != ItemState.WITHDRAWN)
    return session.exec(held).first() is not None


def _tell(session: Session, viewer: Viewer, action: str, subject: str, now: datetime) -> None:
    journal.record(session, viewer, at=now, domain=DOMAIN, action=action, subject=subject)


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
    kept, merged = notice_of(session, kept_id), notice_of(session, merged_id)
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
                      merged_at=now.replace(tzinfo=None))  # fmt: skip
    session.add(row)
    session.flush()
    session.expire(kept)
    indexing.refresh(session, [kept_id, merged_id])
    _tell(session, viewer, "notices réunies", both[kept_id].title, now)
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
    merge.undone_at = now.replace(tzinfo=None)
    session.add(merge)
    session.flush()
    indexing.refresh(session, [merge.kept_id, merge.merged_id])
    _tell(session, viewer, "notices séparées", own.title, now)


def _give_back(session: Session, place: str, keys: list[list[Any]], notice_id: int) -> None:
    models = {f"{table_of(model).name}.{column}": (model, column) for model, column in MOVED}
    model, column = models[place]
    table = table_of(model)
    names = [key.name for key in table.primary_key]
    for key in keys:
        own = [table.c[name] == value for name, value in zip(names, key, strict=True)]
        session.connection().execute(sa.update(table).where(*own).values({column: notice_id}))
