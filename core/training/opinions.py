"""Opinions of a session: asked once, given once, kept apart from who gave them."""

import secrets
from collections.abc import Mapping

from sqlmodel import Session, col, select

from core import access
from core.access import Right, Viewer
from core.errors import DomainError
from core.training import statistics
from core.training.enums import Situation
from core.training.follow_models import (
    Opinion,
    OpinionTicket,
    Registration,
)

DOMAIN = "training"
TARGETS = {
    "global": "Satisfaction d’ensemble", "contenu": "Contenu", "animation": "Animation",
    "organisation": "Organisation et lieu",
}  # fmt: skip


def ask_opinions(session: Session, viewer: Viewer, *, training_id: int) -> int:
    """Give each participant who was present at least once a ticket for one opinion."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    found = statistics.situations(session, viewer, training_id=training_id)
    present = {cell.registration.id for cell in found if cell.situation is Situation.PRESENT}
    held = set(
        session.exec(
            select(OpinionTicket.registration_id).where(
                col(OpinionTicket.registration_id).in_(present)
            )
        )
    )
    session.add_all(
        OpinionTicket(registration_id=registration, token=secrets.token_urlsafe(12))
        for registration in sorted(present - held)
    )
    session.flush()
    return len(present - held)


def give_opinion(session: Session, *, token: str, marks: Mapping[str, int], text: str = "") -> None:
    """Keep an opinion apart from who gave it; the ticket is used up."""
    ticket = session.exec(select(OpinionTicket).where(OpinionTicket.token == token)).first()
    if ticket is None:
        raise DomainError("Ce lien n’est pas celui d’un questionnaire.")
    if ticket.is_used:
        raise DomainError("Vous avez déjà répondu : merci.")
    if set(marks) != set(TARGETS) or not all(1 <= mark <= 5 for mark in marks.values()):
        raise DomainError("Donnez une note de 1 à 5 à chaque question.")
    registration = session.get_one(Registration, ticket.registration_id)
    ticket.is_used = True
    session.add(ticket)
    answer = secrets.token_hex(8)
    session.add_all(
        Opinion(
            session_id=registration.session_id, answer=answer, target=target, mark=mark,
            text=text.strip() if target == "global" else "",
        )
        for target, mark in marks.items()
    )  # fmt: skip
    session.flush()
