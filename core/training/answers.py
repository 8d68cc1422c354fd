"""Answers to invitations: by the personal link, or taken down by staff; all of them are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.training import invitation_queries, scheduling
from core.training.enums import Answer, Phase, SessionState
from core.training.follow_models import Invitation, InvitationAnswer
from core.training.models import TrainingSession

DOMAIN = "training"


@dataclass(frozen=True)
class Reply:
    """What was answered: who comes in one's place where that is the answer, a word, the way."""

    value: Answer
    delegate_name: str = ""
    comment: str = ""
    channel: str = "lien"


def record_answer(session: Session, *, token: str, reply: Reply, now: datetime) -> str:
    """Keep the answer given by a personal link. Return a thank-you."""
    invitation = session.exec(select(Invitation).where(Invitation.token == token)).first()
    if invitation is None:
        raise DomainError("Ce lien n’est pas celui d’une invitation.")
    _keep(session, invitation, reply, author="", now=now)
    return f"Merci, votre réponse est enregistrée : {reply.value.label}."


def note_answer(
    session: Session, viewer: Viewer, *, invitation_id: int, reply: Reply, now: datetime
) -> str:
    """Take down an answer received otherwise (telephone, meeting). Return what was noted."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise DomainError("Cette invitation n’existe plus : rechargez la page.")
    training = _keep(session, invitation, reply, author=viewer.signature, now=now)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=f"réponse notée ({reply.channel})",
        subject=training.title,
        after={"source": f"invitation n° {invitation.id}", "state": reply.value.label},
    )  # fmt: skip
    return f"{invitation.name} : {reply.value.label}."


def _keep(
    session: Session, invitation: Invitation, reply: Reply, *, author: str, now: datetime
) -> TrainingSession:
    """Add an answer to the phase received last; the former ones stay."""
    training = scheduling.training_of(session, invitation.session_id)
    if training.state in {SessionState.CANCELLED, SessionState.DONE}:
        state = SessionState(training.state).label
        raise DomainError(f"Cette séance est {state} : il n’y a plus à répondre.")
    if reply.value is Answer.DELEGATE and not reply.delegate_name.strip():
        raise DomainError("Dites qui représentera la personne invitée.")
    received = invitation_queries.received(session, invitation.session_id)
    phases = received.get(invitation.id or 0, frozenset())
    phase = Phase.FINAL if Phase.FINAL in phases else Phase.SAVE_THE_DATE
    session.add(
        InvitationAnswer(
            invitation_id=invitation.id or 0, phase=phase.value, value=reply.value.value,
            delegate_name=reply.delegate_name.strip(), comment=reply.comment.strip(),
            channel=reply.channel, date_version=training.sequence,
            received_at=fr.stored(now), author=author,
        )
    )  # fmt: skip
    session.flush()
    return training
