"""A copy that was put on the wrong record goes to its own, and its past loans with it."""

from datetime import datetime

from sqlmodel import Session

from core import journal
from core.access import Right, Viewer, require
from core.circulation import copy_states, queue_keeping, shelf
from core.documentation import indexing, queries
from core.errors import DomainError

DOMAIN = "documentation"
WRITTEN = queue_keeping.WRITTEN


def move(
    session: Session, viewer: Viewer, *, item_id: int, notice_id: int, now: datetime
) -> list[str]:
    """Give a copy to another record; return what there is to tell of the queues of the two.

    Raises DomainError where the copy is lent or set aside, or the record is not there.
    """
    require(viewer, Right.EDIT_CATALOGUE)
    copy = shelf.copy_of(session, item_id)
    copy_states.check_at_rest(session, copy)
    target = queries.card(session, viewer, notice_id=notice_id)
    if target is None:
        raise DomainError("Cette notice n’existe plus : choisissez-en une autre.")
    start, end = copy.notice.id or 0, target.id
    if start == end:
        raise DomainError("Cet exemplaire est déjà sur cette notice.")
    copy.item.notice_id = end
    session.add(copy.item)
    session.flush()
    indexing.refresh(session, [start, end])
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="exemplaire déplacé",
        subject=copy.item.barcode or copy.item.shelf_mark or target.draft.title,
        before={"title": copy.notice.title}, after={"title": target.draft.title},
    )  # fmt: skip
    followed = queue_keeping.follow(session, viewer, [start, end], now=now)
    return list(followed.told)
