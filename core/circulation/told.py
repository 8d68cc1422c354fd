"""Gestures of the desk with the sentence that tells what came of each."""

from datetime import date, datetime

from sqlmodel import Session

from core import fr
from core.access import Viewer
from core.circulation import loans, returns, shelf
from core.circulation.loans import Request
from core.circulation.returns import Return


def lend(session: Session, viewer: Viewer, request: Request, *, today: date, now: datetime) -> str:
    """Lend a copy; raises DomainError as ``loans.lend`` does."""
    found = loans.lend(session, viewer, request, today=today, now=now)
    title = shelf.copy_of(session, request.item_id).notice.title
    return " ".join([f"{title} : prêté, à rendre le {fr.day(found.due_on)}.", *found.warnings])


def give_back(session: Session, viewer: Viewer, back: Return, *, today: date, now: datetime) -> str:
    """Take back a copy that is known; raises DomainError as ``returns.give_back`` does."""
    found = returns.give_back(session, viewer, back, today=today, now=now)
    return f"{shelf.copy_of(session, back.item_id or 0).notice.title} : {found.told}"


def renew(
    session: Session, viewer: Viewer, *, loan_id: int, today: date, now: datetime
) -> str:  # fmt: skip
    due = loans.renew(session, viewer, loan_id=loan_id, today=today, now=now)
    return f"Prolongé jusqu’au {fr.day(due)}."
