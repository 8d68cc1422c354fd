"""A session with guests, to invite and to be answered."""

from datetime import timedelta

from sqlmodel import select

from core import db
from core.training import answers, campaigns, invitations, operations
from core.training.enums import Answer, Phase, SessionState
from core.training.follow_models import Invitation
from tests.core.training.making import NOW, TODAY, make_people, make_session
from tests.factories import STAFF

CENTRE = "Ressources & Territoires"
SAVE, FINAL, REMIND = Phase.SAVE_THE_DATE, Phase.FINAL, Phase.REMINDER


def ready() -> tuple[int, list[int]]:
    """A confirmed session to come and three guests."""
    training = make_session(date_text="20 et 21/06/2011", place_text="Foix", trainers="Équipe",
                            place_status="confirme")  # fmt: skip
    with db.writing("training") as session:
        operations.change_state(session, STAFF, training_id=training, today=TODAY, now=NOW,
                                to=SessionState.CONFIRMED)  # fmt: skip
    people = make_people(3)
    invite(training, people)
    return training, people


def invite(training: int, people: list[int], sender: str = CENTRE) -> invitations.InviteReport:
    with db.writing(*invitations.DOMAINS) as session:
        return invitations.invite(session, STAFF, training_id=training, person_ids=people,
                                  sender=sender, now=NOW)  # fmt: skip


def prepare(training: int, phase: Phase) -> int:
    with db.writing(*invitations.DOMAINS) as session:
        return campaigns.prepare_campaign(
            session, STAFF, training_id=training, phase=phase, sender=CENTRE,
            base_url="https://exemple.invalid", now=NOW,
        )  # fmt: skip


def tokens() -> list[str]:
    with db.reading() as session:
        return list(session.exec(select(Invitation.token).order_by(Invitation.email)))


def answer(token: str, value: Answer, *, hours: int = 0, **more: str) -> str:
    with db.writing("training") as session:
        return answers.record_answer(session, token=token, reply=answers.Reply(value, **more),
                                     now=NOW + timedelta(hours=hours))  # fmt: skip
