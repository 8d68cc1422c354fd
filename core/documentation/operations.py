"""Writes on the catalogue: a record typed, changed, published, merged and parted again."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.circulation import queue_keeping
from core.documentation import (
    cleaning,
    drafts,
    indexing,
    linking,
    numbers,
    reading,
    writing,
)
from core.documentation.desk_models import NoticeSource
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import ItemState, NoticeState
from core.documentation.models import Item, Notice
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
    tell(session, viewer, "notice créée", ready.title, now)
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
    notice.updated_at = fr.stored(now)
    if status is NoticeState.PUBLISHED and notice.published_at is None:
        notice.published_at = notice.updated_at
    session.add(notice)
    session.flush()
    indexing.refresh(session, [notice_id])
    tell(session, viewer, f"notice : {status.label}", notice.title, now)


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


def tell(session: Session, viewer: Viewer, action: str, subject: str, now: datetime) -> None:
    journal.record(session, viewer, at=now, domain=DOMAIN, action=action, subject=subject)
