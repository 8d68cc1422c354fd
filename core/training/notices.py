"""Mails to those who take part: the confirmation with their code, the questionnaire after."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.mail import operations as mail
from core.mail.operations import Draft
from core.people.models import Person
from core.training import (
    blocks,
    campaigns,
    invitation_rules,
    invitations,
    opinions,
    scheduling,
)
from core.training.enums import Phase, RegistrationState, SessionState
from core.training.follow_models import OpinionTicket, Registration
from core.training.models import TrainingSession

DOMAIN = "training"
DOMAINS = ("training", "mail", "people")


@dataclass(frozen=True)
class NoticeReport:
    """How many mails were prepared, and who has no address to receive one."""

    prepared: int
    without_address: tuple[str, ...]


def prepare_confirmations(
    session: Session, viewer: Viewer, *, training_id: int, now: datetime
) -> NoticeReport:
    """Put in the outbox what each person with a seat needs: day, place, personal sign-in code.

    Once a person; again only where the date or the place has changed since.
    """
    access.require(viewer, Right.SEND_MAIL)
    training = scheduling.training_of(session, training_id)
    if training.state != SessionState.CONFIRMED:
        raise DomainError("Confirmez d’abord la séance : une date à confirmer ne s’annonce pas.")
    rows = session.exec(
        select(Registration, Person)
        .join(Person, col(Person.id) == col(Registration.person_id))
        .where(
            Registration.session_id == training_id,
            Registration.state == RegistrationState.CONFIRMED.value,
        )
        .order_by(Person.search_key)
    ).all()
    content = campaigns.calendar_part(session, viewer, training, Phase.FINAL, now)
    drafts = [_confirmation(training, one, who, content) for one, who in rows if who.email]
    count = mail.queue(session, drafts, now=now)
    if count:
        journal.record(
            session, viewer, at=now, domain=DOMAIN, action="confirmations préparées",
            subject=training.title, after={"new": count},
        )  # fmt: skip
    without = tuple(invitations.name_of(who) for _, who in rows if not who.email)
    return NoticeReport(count, without)


def _confirmation(
    training: TrainingSession, registration: Registration, person: Person, content: str
) -> Draft:
    subject, body = invitation_rules.CONFIRMATION_TEMPLATE
    said = {
        "title": training.title, "date": blocks.block_of(training).told(),
        "place": f", {training.place_text}" if training.place_text else "",
        "code": invitation_rules.code_line(registration.code),
    }  # fmt: skip
    return Draft(
        key=f"inscription:{registration.id}:{training.sequence}",
        batch=f"séance {training.id}, confirmation d’inscription",
        recipient=person.email, recipient_name=invitations.name_of(person),
        subject=" ".join(subject.format(**said).split()), body=body.format(**said),
        calendar=content, calendar_method="PUBLISH" if content else "",
    )  # fmt: skip


def prepare_questionnaires(
    session: Session, viewer: Viewer, *, training_id: int, base_url: str, now: datetime
) -> NoticeReport:
    """Put in the outbox the personal link of each participant to the anonymous questionnaire.

    Once a person; who has answered is not written to.
    """
    access.require(viewer, Right.SEND_MAIL)
    training = scheduling.training_of(session, training_id)
    opinions.ask_opinions(session, viewer, training_id=training_id)
    rows = session.exec(
        select(OpinionTicket, Person)
        .join(Registration, col(Registration.id) == col(OpinionTicket.registration_id))
        .join(Person, col(Person.id) == col(Registration.person_id))
        .where(Registration.session_id == training_id, col(OpinionTicket.is_used).is_(False))
        .order_by(Person.search_key)
    ).all()
    if not rows:
        raise DomainError(
            "Personne à interroger : aucune présence n’est saisie, ou tous ont répondu."
        )
    subject, body = invitation_rules.QUESTIONNAIRE_TEMPLATE
    drafts = [
        Draft(
            key=f"avis:{ticket.id}", batch=f"séance {training.id}, questionnaire",
            recipient=who.email, recipient_name=invitations.name_of(who),
            subject=" ".join(subject.format(title=training.title).split()),
            body=body.format(title=training.title,
                             link=f"{base_url.rstrip('/')}/avis?q={ticket.token}"),
        )
        for ticket, who in rows
        if who.email
    ]  # fmt: skip
    count = mail.queue(session, drafts, now=now)
    return NoticeReport(count, tuple(invitations.name_of(who) for _, who in rows if not who.email))
