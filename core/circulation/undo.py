"""A gesture of the desk, taken back by the desk that made it: what it changed, and a trace of it.

A gesture that another one has followed on the same document stays: its end is theirs.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core import access, db, fr
from core.access import Right, Viewer
from core.circulation import desk_trace, queue_keeping, whereabouts
from core.circulation.desk_trace import Kept
from core.circulation.enums import Gesture
from core.circulation.loan_models import DeskEvent, Reservation
from core.db import table_of
from core.documentation.models import Item, Notice
from core.errors import DomainError
from core.mail import operations as mail

DOMAIN = "circulation"
UNDO = timedelta(minutes=5)
EVENT, WAIT = table_of(DeskEvent), table_of(Reservation)
NOTHING = "Il n’y a rien à annuler : ce poste n’a pas fait de geste depuis, ou l’a déjà annulé."
CHANGED = "Ce document a changé depuis : corrigez-le autrement."


def take_back(session: Session, viewer: Viewer, *, event_id: int | None, now: datetime) -> str:
    """Take back the gesture of an event, within five minutes; return what it was.

    Raises DomainError where it is taken back already, too old, forgotten with its reader, or
    where the document went on since.
    """
    access.require(viewer, Right.LEND)
    last = session.get(DeskEvent, event_id) if event_id is not None else None
    if last is None or last.kind == Gesture.UNDONE.value or _is_undone(session, last):
        raise DomainError(NOTHING)
    moment = fr.stored(now)
    if moment - last.at > UNDO:
        raise DomainError("Le dernier geste date de plus de cinq minutes : corrigez-le autrement.")
    held = desk_trace.kept(last.before)
    if held is None:
        raise DomainError("Ce geste est oublié avec son lecteur : il ne s’annule plus.")
    _check(session, last, held)
    notices = _notices(session, last, held)
    _restore(session, held)
    for own in held.copies:
        whereabouts.tell(session, own)
    followed = queue_keeping.follow(session, viewer, notices, now=now)
    title = title_of(session, last)
    said = f"Annulé : {title} – {last.told}" if title else f"Annulé : {last.told}"
    told = " ".join([said, *followed.told])
    session.add(
        DeskEvent(kind=Gesture.UNDONE.value, at=moment, author=viewer.signature, told=told,
                  loan_id=last.loan_id, item_id=last.item_id, undoes_id=last.id,
                  reservation_id=last.reservation_id)
    )  # fmt: skip
    session.flush()
    return told


def title_of(session: Session, event: DeskEvent) -> str:
    """Return the title of the document of a gesture; nothing where it had none."""
    wait = session.get(Reservation, event.reservation_id) if event.reservation_id else None
    item = session.get(Item, event.item_id) if event.item_id else None
    own = item.notice_id if item else wait.notice_id if wait else 0
    notice = session.get(Notice, own) if own else None
    return notice.title if notice else ""


def _is_undone(session: Session, event: DeskEvent) -> bool:
    found = session.exec(select(DeskEvent.id).where(DeskEvent.undoes_id == event.id)).first()
    return found is not None


def _check(session: Session, last: DeskEvent, held: Kept) -> None:
    """Refuse where the copies of a gesture, or their queues, went on since."""
    following = _following(session, last, held)
    if following is not None:
        raise DomainError(
            f"Un autre geste a suivi sur ce document : {following.told} Corrigez-le autrement."
        )
    if not desk_trace.is_as_left(session, held):
        raise DomainError(CHANGED)


def _following(session: Session, last: DeskEvent, held: Kept) -> DeskEvent | None:
    """Return the first gesture since that still holds, on a copy or in a queue of this one."""
    undone = sa.select(EVENT.c.undoes_id).where(EVENT.c.undoes_id.is_not(None))
    items = {last.item_id} | {getattr(row, "item_id", None) for row in held.rows(session)}
    waits = sa.select(WAIT.c.id).where(WAIT.c.notice_id.in_(_notices(session, last, held)))
    is_same = EVENT.c.item_id.in_(items - {None}) | EVENT.c.reservation_id.in_(waits)
    return session.exec(
        select(DeskEvent)
        .where(EVENT.c.id > last.id, EVENT.c.kind != Gesture.UNDONE.value,
               EVENT.c.id.not_in(undone), is_same)
        .order_by(col(DeskEvent.id))
        .limit(1)
    ).first()  # fmt: skip


def _notices(session: Session, last: DeskEvent, held: Kept) -> set[int]:
    """Return the records whose queues a gesture may have moved."""
    rows = [row for row in held.rows(session) if row is not None]
    items = {last.item_id} | {getattr(row, "item_id", None) for row in rows}
    found = session.exec(select(Item.notice_id).where(col(Item.id).in_(items - {None})))
    return {*found, *(row.notice_id for row in rows if isinstance(row, Reservation))}


def _restore(session: Session, held: Kept) -> None:
    """Put rows back, and queues in order; what the store refuses was settled elsewhere since."""
    for prefix in held.mails:
        mail.withdraw(session, prefix=prefix)
    if held.gone:
        db.raise_revision(session, "documentation")
    try:
        desk_trace.restore(session, held)
    except IntegrityError as error:
        raise DomainError(CHANGED) from error
