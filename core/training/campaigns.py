"""Mailings about a session: one mail a guest by phase, and what each registered person needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.mail import operations as mail
from core.mail.operations import Draft
from core.people.models import Person
from core.training import (
    blocks,
    calendar,
    invitation_queries,
    invitation_rules,
    invitations,
    scheduling,
)
from core.training.enums import Confirmation, Phase, RegistrationState, SessionState
from core.training.follow_models import Campaign, Invitation, Registration
from core.training.invitation_rules import Relay
from core.training.models import TrainingSession

DOMAIN = "training"
DOMAINS = ("training", "mail", "people")


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
        body=body, is_direct=is_direct, prepared_at=fr.stored(now),
        author=viewer.signature,
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    content = calendar_part(session, viewer, training, phase, now)
    mailing = Mailing(campaign, training, content, base_url, _codes(session, training_id),
                      _relays(session, own.values()))  # fmt: skip
    told = [_mail(mailing, own[key]) for key in chosen]
    count = mail.queue(session, told, now=now)
    mail.queue(session, _relay_mails(mailing, [own[key] for key in chosen]), now=now)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=f"courriels préparés : {phase.label}",
        subject=training.title, after={"new": count},
    )  # fmt: skip
    return count


@dataclass(frozen=True)
class Mailing:
    """What every mail of a campaign is made from; codes and relays are by id of the person."""

    campaign: Campaign
    training: TrainingSession
    calendar: str
    base_url: str
    codes: dict[int, str]
    relays: dict[int, Relay]

    @property
    def phase(self) -> Phase:
        return Phase(self.campaign.phase)

    @property
    def batch(self) -> str:
        return f"séance {self.training.id}, {self.phase.label}"

    @property
    def method(self) -> str:
        known = invitation_rules.METHODS.get(self.phase, "PUBLISH")
        return known if self.calendar else ""


def _codes(session: Session, training_id: int) -> dict[int, str]:
    """Return the personal sign-in code of who has a seat already, by person."""
    rows = session.connection().execute(
        sa.select(col(Registration.person_id), col(Registration.code)).where(
            col(Registration.session_id) == training_id,
            col(Registration.state) == RegistrationState.CONFIRMED.value,
        )
    )
    return {row.person_id: row.code for row in rows}


def _relays(session: Session, guests: Iterable[Invitation]) -> dict[int, Relay]:
    wanted = {one.relay_id for one in guests if one.relay_id is not None}
    people = session.exec(select(Person).where(col(Person.id).in_(wanted)))
    return {one.id or 0: Relay(invitations.name_of(one), one.email) for one in people}


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


def calendar_part(
    session: Session, viewer: Viewer, training: TrainingSession, phase: Phase, now: datetime
) -> str:
    """Return a session as a calendar attachment; empty where no day is known."""
    found = calendar.entries(session, viewer, training_id=training.id)
    if not found:
        return ""
    method = invitation_rules.METHODS.get(phase, "PUBLISH")
    return calendar.calendar(found, stamp=now, name=training.title, method=method).decode()


def _mail(mailing: Mailing, guest: Invitation) -> Draft:
    relay = mailing.relays.get(guest.relay_id or 0)
    said = _said(mailing, relay) | {
        "link": f"{mailing.base_url.rstrip('/')}/repondre?i={guest.token}",
        "code": invitation_rules.code_line(mailing.codes.get(guest.person_id or 0, "")),
    }
    campaign = mailing.campaign
    return Draft(
        key=f"campagne:{campaign.id}:invitation:{guest.id}", batch=mailing.batch,
        recipient=guest.email, recipient_name=guest.name, sender_name=campaign.sender,
        reply_to=relay.email if relay else "",
        subject=" ".join(campaign.subject.format(**said).split()),
        body=campaign.body.format(**said), calendar=mailing.calendar,
        calendar_method=mailing.method,
    )  # fmt: skip


def _said(mailing: Mailing, relay: Relay | None) -> dict[str, str]:
    training, sender = mailing.training, mailing.campaign.sender
    return {
        "title": training.title, "date": blocks.block_of(training).told(),
        "place": f", {training.place_text}" if training.place_text else "",
        "sender": f"{sender}\nVotre contact : {relay.name}, {relay.email}" if relay else sender,
    }  # fmt: skip


def _relay_mails(mailing: Mailing, guests: Sequence[Invitation]) -> list[Draft]:
    """One mail to each relay: whom they are the contact of, and what was just written to them."""
    groups: dict[int, list[str]] = {}
    for guest in guests:
        if guest.relay_id in mailing.relays:
            groups.setdefault(guest.relay_id or 0, []).append(guest.name or guest.email)
    said = _said(mailing, None) | {"phase": mailing.phase.label}
    subject, body = invitation_rules.RELAY_TEMPLATE
    return [
        Draft(
            key=f"campagne:{mailing.campaign.id}:relais:{key}", batch=mailing.batch,
            recipient=mailing.relays[key].email, recipient_name=mailing.relays[key].name,
            sender_name=mailing.campaign.sender, subject=" ".join(subject.format(**said).split()),
            body=body.format(**said, guests="\n".join(f"- {name}" for name in sorted(names))),
        )
        for key, names in groups.items()
    ]  # fmt: skip
