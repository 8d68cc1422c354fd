"""Gestures of the desk with the sentence that tells what came of each."""

from datetime import date, datetime

from sqlmodel import Session

from core import fr
from core.access import Viewer
from core.circulation import kits, loans, returns, shelf
from core.circulation.loans import Lent, Request
from core.circulation.returns import Return


def lend(session: Session, viewer: Viewer, request: Request, *, today: date, now: datetime) -> str:
    """Lend a copy; raises DomainError as ``loans.lend`` does."""
    return _lent(session, request, loans.lend(session, viewer, request, today=today, now=now))


def hand_over(
    session: Session, viewer: Viewer, request: Request, *, today: date, now: datetime
) -> str:  # fmt: skip
    """End somebody's loan and lend the copy; raises DomainError as ``loans.hand_over`` does."""
    return _lent(session, request, loans.hand_over(session, viewer, request, today=today, now=now))


def _lent(session: Session, request: Request, found: Lent) -> str:
    copy = shelf.copy_of(session, request.item_id)
    labels = {one.rank: one.label for one in kits.parts(session, request.item_id)}
    parts = [f"Pièces : {kits.told(labels)}."] if labels else []
    said = f"{found.back} Puis prêté" if found.back else "prêté"
    house = shelf.structure_name(session, request.structure_id)
    told = f"{copy.notice.title} : {said}{house}, à rendre le {fr.day(found.due_on)}."
    return " ".join([told, *found.warnings, *parts])


def give_back(session: Session, viewer: Viewer, back: Return, *, today: date, now: datetime) -> str:
    """Take back a copy that is known; raises DomainError as ``returns.give_back`` does."""
    found = returns.give_back(session, viewer, back, today=today, now=now)
    return f"{shelf.copy_of(session, back.item_id or 0).notice.title} : {found.told}"
