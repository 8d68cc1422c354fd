"""What staff set by hand on a copy: sent to repair, taken out of the collection, back in service.

Refused while the copy is lent or set aside. Case 28 of the domain's study: the last copy withdrawn
suspends its queue.
"""

from datetime import date, datetime

from sqlmodel import Session, col, select

from core import fr
from core.access import Right, Viewer, require
from core.circulation import serving, shelf, shortage, whereabouts
from core.circulation.desk_trace import Trace
from core.circulation.enums import CopyStatus, Gesture
from core.circulation.shelf import Copy
from core.documentation.enums import ItemState
from core.documentation.models import Item
from core.errors import DomainError

DOMAINS = ("circulation", "documentation", "people")
WRITTEN = shortage.WRITTEN
GESTURES = {
    ItemState.REPAIR: "Mettre en réparation", ItemState.PROCESSING: "Mettre en traitement",
    ItemState.WITHDRAWN: "Retirer du fonds", ItemState.IN_SERVICE: "Remettre en service",
}  # fmt: skip
DONE = {
    ItemState.REPAIR: "Mis en réparation.", ItemState.PROCESSING: "Mis en traitement.",
    ItemState.WITHDRAWN: "Retiré du fonds.", ItemState.IN_SERVICE: "Remis en service.",
}  # fmt: skip


def copies(session: Session, viewer: Viewer, *, notice_id: int) -> dict[int, str]:
    """Return every copy of a record, withdrawn ones too: id → barcode, shelf mark and status."""
    require(viewer, Right.LEND)
    rows = session.exec(
        select(Item.id, Item.barcode, Item.shelf_mark)
        .where(Item.notice_id == notice_id)
        .order_by(col(Item.id))
    ).all()
    known = shelf.statuses(session, [own or 0 for own, *_ in rows])
    return {
        own or 0: " · ".join(part for part in (code, mark, known[own or 0].label) if part)
        for own, code, mark in rows
    }


def set_state(
    session: Session, viewer: Viewer, *, item_id: int, state: ItemState, today: date,
    now: datetime,
) -> str:  # fmt: skip
    """Set the state of a copy; tell what came of it and of its queue."""
    require(viewer, Right.LEND)
    copy = shelf.copy_of(session, item_id)
    _check(session, copy, state)
    trace = Trace(session)
    trace.touch(copy.item)
    copy.item.state = state.value
    session.add(copy.item)
    session.flush()
    notice = copy.notice.id or 0
    told = DONE[state] + shortage.suspend(trace, copy.notice, viewer, gone="retiré", now=now)
    told += serving.told(session, serving.serve(trace, notice, today=today))
    shortage.withdraw(session, notice)
    whereabouts.tell(session, item_id)
    trace.tell(viewer, Gesture.STATE.value, told, item_id=item_id, now=now)
    return f"{copy.notice.title} : {told}"


def check_at_rest(session: Session, copy: Copy) -> None:
    """Raise DomainError where somebody has a copy, or it is set aside for somebody."""
    if copy.loan is not None:
        raise DomainError(
            f"Cet exemplaire est prêté, à rendre le {fr.day(copy.loan.due_on)} : enregistrez "
            "d’abord son retour, ou déclarez-le perdu."
        )
    if copy.aside is not None:
        who = serving.name_of(session, copy.aside)
        raise DomainError(
            f"Cet exemplaire est mis de côté pour {who} : annulez d’abord sa réservation."
        )


def _check(session: Session, copy: Copy, state: ItemState) -> None:
    check_at_rest(session, copy)
    if state not in GESTURES:
        raise DomainError("Un exemplaire se déclare perdu au guichet, depuis le prêt.")
    if copy.status is CopyStatus.LOST and state is not ItemState.WITHDRAWN:
        raise DomainError(
            "Cet exemplaire est déclaré perdu : enregistrez son retour au guichet, il sera "
            "retrouvé."
        )
    if copy.item.state == state.value:
        raise DomainError(f"Cet exemplaire est déjà {state.label}.")
