"""Who is invited to a session: each address once, by one sender, perhaps through a relay."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.people.models import Person
from core.people.rules import checked_email
from core.training import invitation_rules, scheduling
from core.training.follow_models import Invitation
from core.training.invitation_rules import Addressee

DOMAIN = "training"
DOMAINS = ("training", "mail", "people")


@dataclass(frozen=True)
class InviteReport:
    """What became of a list: how many were added, who was invited already, who has no address."""

    added: int
    already: tuple[str, ...]
    without_address: tuple[str, ...]


def invite(  # noqa: PLR0913  # what is on the form
    session: Session,
    viewer: Viewer,
    *,
    training_id: int,
    person_ids: Sequence[int] = (),
    addresses: str = "",
    sender: str,
    relay_id: int | None = None,
    now: datetime,
) -> InviteReport:
    """Invite people, and addresses typed by hand, in the name of one sender.

    Nobody is invited twice, whoever writes. A typed address that is somebody's in the directory
    invites that person. ``relay_id``: the person through whom these guests are reached.
    """
    access.require(viewer, Right.EDIT_ACTIVITY)
    training = scheduling.training_of(session, training_id)
    if not sender.strip():
        raise DomainError("Dites au nom de qui partent les invitations.")
    _check_relay(session, relay_id)
    guests = _addressees(session, person_ids, addresses)
    if not guests:
        raise DomainError("Choisissez un réseau, une personne ou une adresse à inviter.")
    held = {
        row.email: row.sender
        for row in session.exec(select(Invitation).where(Invitation.session_id == training_id))
    }
    new = [one for one in guests if one.email and one.email not in held]
    session.add_all(
        Invitation(
            session_id=training_id, person_id=one.person_id, email=one.email, name=one.name,
            sender=sender.strip(), relay_id=relay_id, token=secrets.token_urlsafe(16),
            invited_at=fr.stored(now),
        )
        for one in new
    )  # fmt: skip
    session.flush()
    if new:
        journal.record(
            session, viewer, at=now, domain=DOMAIN, action="invitations ajoutées",
            subject=training.title, after={"new": len(new)},
        )  # fmt: skip
    return InviteReport(
        added=len(new),
        already=tuple(f"{one.name} (par {held[one.email]})" for one in guests if one.email in held),
        without_address=tuple(one.name for one in guests if not one.email),
    )


def _check_relay(session: Session, relay_id: int | None) -> None:
    if relay_id is None:
        return
    relay = session.get(Person, relay_id)
    if relay is None or not relay.email:
        raise DomainError(
            "Le relais n’a pas d’adresse de courriel : complétez sa fiche, page « Annuaire »."
        )


def _addressees(session: Session, person_ids: Sequence[int], addresses: str) -> list[Addressee]:
    """Return who is meant, each address once: people by name, then typed addresses as typed."""
    typed = invitation_rules.typed_addresses(addresses)
    wanted = [one.email for one in typed]
    rows = session.exec(
        select(Person)
        .where(
            col(Person.merged_into_id).is_(None),
            col(Person.id).in_(person_ids) | (col(Person.email).in_(wanted)),
        )
        .order_by(Person.search_key)
    ).all()
    people = [Addressee(name_of(row), row.email, row.id) for row in rows]
    known = {one.email for one in people if one.email}
    return people + [one for one in typed if one.email not in known]


def name_of(person: Person) -> str:
    return f"{person.first_name} {person.last_name}".strip()


def correct_address(
    session: Session, viewer: Viewer, *, invitation_id: int, email: str, now: datetime
) -> str:
    """Give a new address to an invitation, and to its person; it can be written to again.

    Return what was done. Refused where the address is already invited, or somebody else's.
    """
    access.require(viewer, Right.EDIT_ACTIVITY)
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise DomainError("Cette invitation n’existe plus : rechargez la page.")
    address = checked_email(email)
    if not address or address == invitation.email:
        raise DomainError("Donnez la nouvelle adresse.")
    _check_free(session, invitation, address)
    person = session.get(Person, invitation.person_id) if invitation.person_id else None
    also = person is not None and person.email == invitation.email
    if person is not None and also:
        person.email = address
        session.add(person)
    invitation.email, invitation.is_bounced = address, False
    session.add(invitation)
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="adresse d’invitation corrigée",
        subject=f"invitation n° {invitation.id}",
    )  # fmt: skip
    return "Adresse corrigée" + (", dans l’annuaire aussi." if also else ".")


def _check_free(session: Session, invitation: Invitation, address: str) -> None:
    twin = session.exec(
        select(Invitation).where(
            Invitation.session_id == invitation.session_id, Invitation.email == address
        )
    ).first()
    if twin is not None:
        raise DomainError(f"Cette adresse est déjà invitée : {twin.name or twin.email}.")
    holder = session.exec(
        select(Person).where(Person.email == address, col(Person.merged_into_id).is_(None))
    ).first()
    if holder is not None and holder.id != invitation.person_id:
        raise DomainError(f"Cette adresse est celle de {name_of(holder)}, dans l’annuaire.")
