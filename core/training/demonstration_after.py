"""The demonstration of what surrounds a session: opinions after it, invitations before it.

Drawn by the same seeded generator as its participants; nothing here is real, and no mail leaves.
"""

from datetime import date, datetime

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import COMMAND_LINE
from core.db import table_of
from core.people import queries as people_queries
from core.training import (
    answers,
    campaigns,
    invitations,
    opinions,
)
from core.training.enums import Answer, Phase, SessionState
from core.training.follow_models import Attendance, Invitation, OpinionTicket, Registration
from core.training.models import SessionNetwork, TrainingSession

CENTRE = "Ressources & Territoires"
RESPONSE_RATE = 0.62
MARK_ODDS = (0.01, 0.04, 0.15, 0.45, 0.35)
ANSWER_ODDS = {Answer.YES: 0.5, Answer.NO: 0.15, Answer.MAYBE: 0.1}
INVITED_SESSIONS = 3
REMARKS = ("Des cas concrets, merci.", "Prévoir plus de temps d’échange.", "", "", "", "")


def fill(session: Session, generator: np.random.Generator, *, now: datetime) -> None:
    """Let participants of past sessions say what they thought; invite to the next network days."""
    for training_id in _past_sessions(session, now.date()):
        opinions.ask_opinions(session, COMMAND_LINE, training_id=training_id)
    _give_opinions(session, generator)
    for training in _next_network_days(session, now.date()):
        _invite(session, training, generator, now=now)


def _past_sessions(session: Session, today: date) -> list[int]:
    statement = (
        sa.select(col(TrainingSession.id))
        .where(
            col(TrainingSession.latest) < today,
            col(TrainingSession.id).in_(
                sa.select(col(Registration.session_id)).join(
                    table_of(Attendance),
                    table_of(Attendance).c.registration_id == col(Registration.id),
                )
            ),
        )
        .order_by(col(TrainingSession.id))
    )
    return list(session.connection().scalars(statement))


def _give_opinions(session: Session, generator: np.random.Generator) -> None:
    """Let most answer, as in life not all; marks lean to the good, as they do after a training."""
    tickets = session.exec(select(OpinionTicket.token).order_by(col(OpinionTicket.registration_id)))
    for token in list(tickets):
        if generator.random() > RESPONSE_RATE:
            continue
        marks = {target: 1 + int(generator.choice(5, p=MARK_ODDS)) for target in opinions.TARGETS}
        remark = REMARKS[int(generator.integers(len(REMARKS)))]
        opinions.give_opinion(session, token=token, marks=marks, text=remark)


def _next_network_days(session: Session, today: date) -> list[TrainingSession]:
    statement = (
        select(TrainingSession)
        .where(
            col(TrainingSession.earliest) > today,
            col(TrainingSession.state).in_(
                [SessionState.TENTATIVE.value, SessionState.CONFIRMED.value]
            ),
            col(TrainingSession.id).in_(sa.select(col(SessionNetwork.session_id))),
            TrainingSession.days != "[]",
        )
        .order_by(col(TrainingSession.earliest), col(TrainingSession.id))
        .limit(INVITED_SESSIONS)
    )
    return list(session.exec(statement))


def _invite(
    session: Session, training: TrainingSession, generator: np.random.Generator, *, now: datetime
) -> None:
    """Ask the members of the networks to keep the date free; part of them have answered."""
    key = training.id or 0
    networks = session.exec(
        select(SessionNetwork.network_id).where(SessionNetwork.session_id == key)
    ).all()
    members = [
        person
        for network in networks
        for person in people_queries.member_ids(
            session, COMMAND_LINE, network_id=network, on=now.date()
        )
    ]
    if not members:
        return
    invitations.invite(session, COMMAND_LINE, training_id=key, person_ids=members, sender=CENTRE,
                       now=now)  # fmt: skip
    campaigns.prepare_campaign(
        session, COMMAND_LINE, training_id=key, phase=Phase.SAVE_THE_DATE, sender=CENTRE,
        base_url="https://exemple.invalid", now=now,
    )  # fmt: skip
    tokens = session.exec(
        select(Invitation.token)
        .where(Invitation.session_id == key)
        .order_by(col(Invitation.person_id))
    )
    for token in list(tokens):
        draw, limit = generator.random(), 0.0
        for value, odds in ANSWER_ODDS.items():
            limit += odds
            if draw < limit:
                answers.record_answer(session, token=token, reply=answers.Reply(value), now=now)
                break
