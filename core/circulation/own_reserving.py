"""What a reader reserves alone, by a signed link, among what anybody may find in the catalogue."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from core import fr
from core.access import Role, viewer_for
from core.circulation import availability, loan_rules, own_desk, reservations, shelf
from core.circulation.availability import Availability
from core.circulation.enums import CopyStatus
from core.circulation.reader_links import Shown
from core.documentation import queries, search_queries
from core.documentation.search_queries import Request
from core.errors import DomainError

ANYBODY = viewer_for(Role.PUBLIC)
OFFERED = 8


@dataclass(frozen=True)
class Offer:
    """A document of the catalogue that a reader may want. ``is_lendable``: it may be reserved."""

    notice_id: int
    title: str
    availability: Availability

    @property
    def is_lendable(self) -> bool:
        return any(one.leaves and one.status is not CopyStatus.LOST
                   for one in self.availability.copies)  # fmt: skip


def offers(session: Session, *, shown: Shown, text: str) -> tuple[Offer, ...]:
    """Return the documents that a text finds, as anybody sees them, the best first."""
    own_desk.checked(session, shown)
    found = search_queries.find(session, ANYBODY, Request(text=text, size=OFFERED))
    drafts = queries.drafts_of(session, ANYBODY, found.ids)
    return tuple(
        Offer(own, drafts[own].title, availability.of_notice(session, ANYBODY, notice_id=own))
        for own in found.ids
        if own in drafts
    )


def reserve(session: Session, *, shown: Shown, notice_id: int, today: date, now: datetime) -> str:
    """Reserve a document for oneself: put aside where one is on the shelf, else a place in line.

    Refused to who may not borrow, or waits for as many documents as may be borrowed.
    """
    card = own_desk.checked(session, shown)
    own = card.reader.id or 0
    found = queries.card(session, ANYBODY, notice_id=notice_id)
    if found is None:
        raise DomainError("Ce document n’est plus au catalogue : cherchez-le à nouveau.")
    _check_may_wait(session, own, found.draft.doc_type, today=today)
    reservations.reserve(session, own_desk.HIMSELF, notice_id=found.id, reader_id=own, today=today,
                         now=now)  # fmt: skip
    one = next(w for w in shelf.reservations_of(session, own) if w.notice_id == found.id)
    if one.ready_until is not None:
        return f"Mis de côté pour vous jusqu’au {fr.day(one.ready_until)}, à la fermeture."
    return f"Réservé : vous êtes n° {one.position} dans la file."


def _check_may_wait(session: Session, reader_id: int, doc_type: str, *, today: date) -> None:
    card = shelf.card_of(session, reader_id)
    rule = loan_rules.best(shelf.rules(session), category=card.category, loan_class="normal",
                           doc_type=doc_type)  # fmt: skip
    obstacle = loan_rules.obstacle(card.standing, rule, today=today)
    if obstacle:
        raise DomainError(obstacle)
    waits = len(shelf.reservations_of(session, reader_id))
    if waits >= rule.max_loans:
        count = fr.plural(waits, "réservation en cours", "réservations en cours")
        raise DomainError(f"{count} : c’est le maximum. Annulez-en une pour réserver ce document.")
