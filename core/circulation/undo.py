"""The last gesture of the desk, taken back: rows as they were, and a trace of it."""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from core import access
from core.access import Right, Viewer
from core.circulation import desk_trace, whereabouts
from core.circulation.enums import Gesture
from core.circulation.loan_models import DeskEvent
from core.errors import DomainError

UNDO = timedelta(minutes=5)


def undo_last(session: Session, viewer: Viewer, *, now: datetime) -> str:
    """Take back the last gesture of the desk of somebody, within five minutes; return its words."""
    access.require(viewer, Right.LEND)
    last = session.exec(
        select(DeskEvent)
        .where(DeskEvent.author == viewer.signature)
        .order_by(col(DeskEvent.id).desc())
        .limit(1)
    ).first()
    moment = now.astimezone(UTC).replace(tzinfo=None)
    if last is None or last.kind == Gesture.UNDONE.value:
        raise DomainError("Il n’y a rien à annuler : le dernier geste l’est déjà.")
    if moment - last.at > UNDO:
        raise DomainError("Le dernier geste date de plus de cinq minutes : corrigez-le autrement.")
    desk_trace.restored(session, last.before)
    whereabouts.tell(session, last.item_id)
    told = f"Annulé : {last.told}"
    session.add(
        DeskEvent(kind=Gesture.UNDONE.value, at=moment, author=viewer.signature, told=told,
                  loan_id=last.loan_id, item_id=last.item_id, undoes_id=last.id,
                  reservation_id=last.reservation_id)
    )  # fmt: skip
    session.flush()
    return told
