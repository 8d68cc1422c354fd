"""Writes on readers: the card of a person of the directory."""

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session, select

from core import access, journal
from core.access import Right, Viewer
from core.circulation import loan_rules
from core.circulation.models import Reader, ReaderCategory
from core.errors import DomainError
from core.people import consents
from core.people.models import Person

DOMAIN = "circulation"
DOMAINS = ("circulation", "people")


def register(  # noqa: PLR0913  # what is on the form
    session: Session, viewer: Viewer, *, person_id: int, card: str, category_id: int, today: date,
    valid_until: date | None = None, purposes: Collection[str] = (), now: datetime,
) -> int:  # fmt: skip
    """Give a card to a person; return the reader's id. A person has one card, a card one person.

    ``purposes``: what the person agrees to on that day.
    """
    access.require(viewer, Right.EDIT_READERS)
    person = session.get(Person, person_id)
    if person is None or person.merged_into_id is not None:
        raise DomainError("Cette personne n’est plus dans l’annuaire : rechargez la page.")
    if session.get(ReaderCategory, category_id) is None:
        raise DomainError("Choisissez une catégorie de lecteur.")
    held = session.exec(select(Reader).where(Reader.person_id == person_id)).first()
    if held is not None:
        raise DomainError(f"{person.first_name} {person.last_name} a déjà la carte {held.card}.")
    number = loan_rules.normalised(card)
    if not number:
        raise DomainError("Donnez le numéro de la carte.")
    if session.exec(select(Reader.id).where(Reader.card == number)).first() is not None:
        raise DomainError(f"La carte {number} est à un autre lecteur.")
    if valid_until is not None and valid_until < today:
        raise DomainError("La fin de validité est déjà passée.")
    made = Reader(person_id=person_id, card=number, category_id=category_id, registered_on=today,
                  valid_until=valid_until)  # fmt: skip
    session.add(made)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="carte de lecteur",
                   subject=loan_rules.numbered(made.id))  # fmt: skip
    consents.add_consents(session, viewer, person_id=person_id, purposes=purposes,
                            source="nouvelle carte de lecteur", now=now)  # fmt: skip
    return made.id or 0
