"""Invitations in two phases: invited once, written to by phase, answers kept with their history."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.mail import operations as mail
from core.mail.operations import Draft
from core.people.models import Person
from core.people.rules import checked_email
from core.training import blocks, calendar, invitation_queries, invitation_rules, scheduling
from core.training.enums import Answer, Confirmation, Phase, SessionState
from core.training.follow_models import Campaign, Invitation, InvitationAnswer
from core.training.models import TrainingSession

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
    person_ids: Sequence[int],
    sender: str,
    relay_id: int | None = None,
    now: datetime,
) -> InviteReport:
    """Invite people in the name of one sender; nobody is invited twice, whoever writes."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    training = scheduling.training_of(session, training_id)
    if not sender.strip():
        raise DomainError("Dites au nom de qui partent les invitations.")
    held = {
        row.email: row.sender
        for row in session.exec(select(Invitation).where(Invitation.session_id == training_id))
    }
    people = session.exec(select(Person).where(col(Person.id).in_(person_ids))).all()
    already, without, added = [], [], 0
    for person in sorted(people, key=lambda one: one.search_key):
        name = f"{person.first_name} {person.last_name}".strip()
        if not person.email:
            without.append(name)
        elif person.email in held:
            already.append(f"{name} (par {held[person.email]})")
        else:
            session.add(
                Invitation(
                    session_id=training_id, person_id=person.id, email=person.email, name=name,
                    sender=sender.strip(), relay_id=relay_id, token=secrets.token_urlsafe(16),
                    invited_at=now.replace(tzinfo=None),
                )
            )  # fmt: skip
            added += 1
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="invitations ajoutées",
        subject=training.title, after={"new": added},
    )  # fmt: skip
    return InviteReport(added, tuple(already), tuple(without))


def prepare_campaign(  # noqa: PLR0913  # what is on the form
    session: Session,
    viewer: Viewer,
    *,
    training_id: int,
    phase: Phase,
    sender: str,
    base_url: str,
    include_refusals: bool = False,
    is_direct: bool = False,
    now: datetime,
) -> int:
    """Put one mail a recipient in the outbox for a phase; return how many.

    Each has a personal link to answer by, and the session for their calendar where its days are
    known: same identifier, raised sequence, tentative until it is settled.
    """
    access.require(viewer, Right.SEND_MAIL)
    training = scheduling.training_of(session, training_id)
    guests = invitation_queries.guests(session, training)
    own = {row.id or 0: row for row in _invitations(session, training_id, sender)}
    invitation_rules.check_phase(
        phase, SessionState(training.state), Confirmation(training.place_status),
        was_announced=any(Phase.SAVE_THE_DATE in guest.received for guest in guests),
        is_direct=is_direct,
    )  # fmt: skip
    chosen = [
        key
        for key in invitation_rules.receivers(phase, guests, include_refusals=include_refusals)
        if key in own
    ]
    if not chosen:
        raise DomainError(
            f"Personne à qui écrire pour cette étape ({phase.label}) au nom de « {sender} »."
        )
    number = _next_number(session, training_id, phase, sender)
    subject, body = invitation_rules.TEMPLATES[phase]
    campaign = Campaign(
        session_id=training_id, phase=phase.value, number=number, sender=sender, subject=subject,
        body=body, is_direct=is_direct, prepared_at=now.replace(tzinfo=None),
        author=viewer.signature,
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    content = _calendar(session, viewer, training, phase, now)
    drafts = [_mail(campaign, training, own[key], content, phase, base_url) for key in chosen]
    count = mail.queue(session, drafts, now=now)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=f"courriels préparés : {phase.label}",
        subject=training.title, after={"new": count},
    )  # fmt: skip
    return count


def _invitations(session: Session, training_id: int, sender: str) -> list[Invitation]:
    statement = select(Invitation).where(
        Invitation.session_id == training_id, Invitation.sender == sender
    )
    return list(session.exec(statement))


def _next_number(session: Session, training_id: int, phase: Phase, sender: str) -> int:
    statement = select(sa.func.max(col(Campaign.number))).where(
        Campaign.session_id == training_id, Campaign.phase == phase.value,
        Campaign.sender == sender,
    )  # fmt: skip
    return 1 + (session.exec(statement).one() or 0)


def _calendar(
    session: Session, viewer: Viewer, training: TrainingSession, phase: Phase, now: datetime
) -> str:
    found = calendar.entries(session, viewer, training_id=training.id)
    if not found:
        return ""
    method = invitation_rules.METHODS.get(phase, "PUBLISH")
    return calendar.calendar(found, stamp=now, name=training.title, method=method).decode()


def _mail(  # the parts of a mail
    campaign: Campaign,
    training: TrainingSession,
    guest: Invitation,
    content: str,
    phase: Phase,
    base_url: str,
) -> Draft:
    said = {
        "title": training.title, "date": blocks.block_of(training).told(),
        "place": f", {training.place_text}" if training.place_text else "",
        "link": f"{base_url.rstrip('/')}/repondre?i={guest.token}", "sender": campaign.sender,
    }  # fmt: skip
    return Draft(
        key=f"campagne:{campaign.id}:invitation:{guest.id}",
        batch=f"séance {training.id}, {phase.label}",
        recipient=guest.email, recipient_name=guest.name, sender_name=campaign.sender,
        subject=" ".join(campaign.subject.format(**said).split()),
        body=campaign.body.format(**said), calendar=content,
        calendar_method=invitation_rules.METHODS.get(phase, "PUBLISH") if content else "",
    )  # fmt: skip


def record_answer(  # noqa: PLR0913  # what is on the form
    session: Session,
    *,
    token: str,
    value: Answer,
    delegate_name: str = "",
    comment: str = "",
    channel: str = "lien",
    now: datetime,
) -> str:
    """Keep an answer to the phase received last; the former ones stay. Return a thank-you."""
    invitation = session.exec(select(Invitation).where(Invitation.token == token)).first()
    if invitation is None:
        raise DomainError("Ce lien n’est pas celui d’une invitation.")
    training = scheduling.training_of(session, invitation.session_id)
    if training.state in {SessionState.CANCELLED, SessionState.DONE}:
        state = SessionState(training.state).label
        raise DomainError(f"Cette séance est {state} : il n’y a plus à répondre.")
    if value is Answer.DELEGATE and not delegate_name.strip():
        raise DomainError("Dites qui vous représente.")
    received = invitation_queries.received(session, invitation.session_id)
    phases = received.get(invitation.id or 0, frozenset())
    phase = Phase.FINAL if Phase.FINAL in phases else Phase.SAVE_THE_DATE
    session.add(
        InvitationAnswer(
            invitation_id=invitation.id or 0, phase=phase.value, value=value.value,
            delegate_name=delegate_name.strip(), comment=comment.strip(), channel=channel,
            date_version=training.sequence, received_at=now.replace(tzinfo=None),
        )
    )  # fmt: skip
    session.flush()
    return f"Merci, votre réponse est enregistrée : {value.label}."


def correct_address(
    session: Session, viewer: Viewer, *, invitation_id: int, email: str, now: datetime
) -> None:
    """Give a new address to an invitation whose mail came back; it can be written to again."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise DomainError("Cette invitation n’existe plus : rechargez la page.")
    address = checked_email(email)
    if not address or address == invitation.email:
        raise DomainError("Donnez la nouvelle adresse.")
    invitation.email, invitation.is_bounced = address, False
    session.add(invitation)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="adresse d’invitation corrigée",
        subject=invitation.name,
    )  # fmt: skip
