"""Reads of invitations: who received which phase, what they answered, the cockpit."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import fr
from core.access import Right, Viewer, require
from core.mail.models import MailMessage
from core.people.models import Person
from core.training import blocks, dates, invitation_rules, presence, scheduling
from core.training.enums import Answer, Phase, SessionState
from core.training.follow_models import Campaign, Invitation, InvitationAnswer
from core.training.invitation_rules import Guest
from core.training.models import DateVersion, TrainingSession

DOMAINS = ("training", "mail", "people")
NEVER = datetime.fromisoformat("0001-01-01")


def received(session: Session, training_id: int) -> dict[int, frozenset[Phase]]:
    """Return the phases each invitation was written to for, from the keys of the outbox.

    A mail that was refused or came back was not received.
    """
    phases = {
        row.id: Phase(row.phase)
        for row in session.exec(select(Campaign).where(Campaign.session_id == training_id))
    }
    found: dict[int, set[Phase]] = defaultdict(set)
    for campaign_id, phase in phases.items():
        keys = session.exec(
            select(MailMessage.key).where(
                col(MailMessage.key).startswith(f"campagne:{campaign_id}:invitation:"),
                col(MailMessage.state).not_in(["refused", "bounced"]),
            )
        )
        for key in keys:
            found[int(key.rpartition(":")[2])].add(phase)
    return {key: frozenset(kept) for key, kept in found.items()}


def bounced(session: Session, training_id: int) -> set[str]:
    """Return the addresses of a session's guests that mail came back from."""
    statement = (
        select(Invitation.email)
        .join(MailMessage, col(MailMessage.recipient) == col(Invitation.email))
        .where(
            Invitation.session_id == training_id,
            col(MailMessage.state).in_(["refused", "bounced"]),
        )
    )
    return set(session.exec(statement))


def guests(session: Session, training: TrainingSession) -> list[Guest]:
    """Return the guests of a session as the phases see them.

    An answer given before the date changed does not hold any more: it is asked for again.
    """
    training_id = training.id or 0
    answers = _answers(session, training_id)
    phases = received(session, training_id)
    back = bounced(session, training_id)
    moved_at = _moved_at(session, training_id)
    rows = session.exec(
        select(Invitation).where(Invitation.session_id == training_id).order_by(Invitation.name)
    )
    return [
        Guest(
            id=row.id or 0,
            is_bounced=row.is_bounced or row.email in back,
            received=phases.get(row.id or 0, frozenset()),
            first=_holding(answers.get((row.id or 0, Phase.SAVE_THE_DATE)), moved_at),
            final=_holding(answers.get((row.id or 0, Phase.FINAL)), moved_at),
        )
        for row in rows
    ]


def _moved_at(session: Session, training_id: int) -> datetime:
    """Return when a known day was last taken away: answers from before are asked for again."""
    versions = session.exec(select(DateVersion).where(DateVersion.session_id == training_id))
    moves = [
        version.changed_at
        for version in versions
        if set(dates.load(version.before).days) - set(dates.load(version.after).days)
    ]
    return max(moves, default=NEVER)


def _answers(session: Session, training_id: int) -> dict[tuple[int, Phase], InvitationAnswer]:
    """Return the last answer of each invitation to each phase."""
    rows = session.exec(
        select(InvitationAnswer)
        .join(Invitation, col(Invitation.id) == col(InvitationAnswer.invitation_id))
        .where(Invitation.session_id == training_id)
        .order_by(col(InvitationAnswer.id))
    )
    return {(row.invitation_id, Phase(row.phase)): row for row in rows}


def _holding(answer: InvitationAnswer | None, moved_at: datetime) -> Answer | None:
    if answer is None or answer.received_at < moved_at:
        return None
    return Answer(answer.value)


def cockpit(session: Session, viewer: Viewer, *, training_id: int) -> pd.DataFrame:
    """One row a guest: name, sender, phase 1 and 2 with their answers, change, what to do.

    Columns: id, name, email, own_sender, sender (with the relay), first_sent, first, final_sent,
    final, change, todo.
    """
    require(viewer, Right.READ_PEOPLE)
    training = scheduling.training_of(session, training_id)
    by_id = {guest.id: guest for guest in guests(session, training)}
    rows = []
    statement = (
        select(Invitation, Person)
        .join(Person, col(Person.id) == col(Invitation.relay_id), isouter=True)
        .where(Invitation.session_id == training_id)
        .order_by(Invitation.name, col(Invitation.id))
    )
    for row, relay in session.exec(statement):
        guest = by_id[row.id or 0]
        todo = "adresse à corriger" if guest.is_bounced else ""
        todo = todo or ("à relancer" if invitation_rules.may_be_reminded(guest) else "")
        rows.append(
            (
                row.id, row.name, row.email, row.sender, _by(row.sender, relay),
                "oui" if Phase.SAVE_THE_DATE in guest.received else "",
                guest.first.label if guest.first else "",
                "oui" if Phase.FINAL in guest.received else "",
                guest.final.label if guest.final else "",
                invitation_rules.changed(guest.first, guest.final), todo,
            )
        )  # fmt: skip
    columns = ["id", "name", "email", "own_sender", "sender", "first_sent", "first",
               "final_sent", "final", "change", "todo"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _by(sender: str, relay: Person | None) -> str:
    if relay is None:
        return sender
    return f"{sender}, relais : {relay.first_name} {relay.last_name}".replace("  ", " ")


def response_rates(
    session: Session, viewer: Viewer, *, training_id: int
) -> dict[Phase, presence.Ratio]:
    """Replies to each phase on what was delivered; what came back is in neither."""
    require(viewer, Right.READ_ACTIVITY)
    training = scheduling.training_of(session, training_id)
    found = [guest for guest in guests(session, training) if not guest.is_bounced]
    asked = {
        phase: [guest for guest in found if phase in guest.received]
        for phase in (Phase.SAVE_THE_DATE, Phase.FINAL)
    }
    return {
        Phase.SAVE_THE_DATE: presence.Ratio(
            sum(one.first is not None for one in asked[Phase.SAVE_THE_DATE]),
            len(asked[Phase.SAVE_THE_DATE]),
        ),
        Phase.FINAL: presence.Ratio(
            sum(one.final is not None for one in asked[Phase.FINAL]), len(asked[Phase.FINAL])
        ),
    }


@dataclass(frozen=True)
class InvitedTo:
    """What a guest sees by a personal link: the session, and what they answered."""

    title: str
    date: str
    place: str
    state: SessionState
    answers: tuple[str, ...]


def invited_to(session: Session, viewer: Viewer, *, token: str) -> InvitedTo | None:
    """Return what a personal link opens, or None where it is not one."""
    require(viewer, Right.READ_ACTIVITY)
    invitation = session.exec(select(Invitation).where(Invitation.token == token)).first()
    if invitation is None:
        return None
    training = scheduling.training_of(session, invitation.session_id)
    rows = session.exec(
        select(InvitationAnswer)
        .where(InvitationAnswer.invitation_id == invitation.id)
        .order_by(sa.desc(col(InvitationAnswer.id)))
    )
    return InvitedTo(
        title=training.title, date=blocks.block_of(training).told(), place=training.place_text,
        state=SessionState(training.state),
        answers=tuple(
            f"{Answer(row.value).label}, le {fr.moment(row.received_at)}" for row in rows
        ),
    )  # fmt: skip
