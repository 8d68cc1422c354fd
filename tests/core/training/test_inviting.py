"""Invitations in two phases, and the calendar that others subscribe to, on both engines."""

from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from sqlmodel import select

from core import db
from core.errors import DomainError
from core.mail import operations as mail
from core.mail.models import MailMessage
from core.training import (
    blocks,
    calendar,
    invitation_queries,
    invitation_rules,
    invitations,
    operations,
    scheduling,
)
from core.training.enums import Answer, Confirmation, Phase, SessionState
from core.training.follow_models import InvitationAnswer
from core.training.invitation_rules import Guest
from core.training.models import TrainingSession
from tests.core.training.inviting import (
    CENTRE,
    FINAL,
    REMIND,
    SAVE,
    answer,
    invite,
    prepare,
    ready,
    tokens,
)
from tests.core.training.making import NOW, TODAY, load_plan, make_session
from tests.factories import ANALYST, STAFF


def guest(key: int, *phases: Phase, **more: Any) -> Guest:
    return Guest(key, received=frozenset(phases), **more)


def test_who_receives_which_phase() -> None:
    guests = [
        guest(1), guest(2, SAVE), guest(3, SAVE, first=Answer.NO), guest(4, is_bounced=True),
        guest(5, SAVE, FINAL), guest(6, SAVE, FINAL, final=Answer.YES),
    ]  # fmt: skip
    assert invitation_rules.receivers(SAVE, guests) == [1]
    assert invitation_rules.receivers(FINAL, guests) == [1, 2]
    assert invitation_rules.receivers(FINAL, guests, include_refusals=True) == [1, 2, 3]
    assert invitation_rules.receivers(REMIND, guests) == [2, 5]


def test_the_final_phase_says_what_it_waits_for() -> None:
    with pytest.raises(DomainError) as refusal:
        invitation_rules.check_phase(FINAL, SessionState.TENTATIVE, Confirmation.TO_DEFINE,
                                     was_announced=False, is_direct=False)  # fmt: skip
    assert str(refusal.value) == (
        "L’invitation définitive attend : une séance confirmée, un lieu confirmé, la date à "
        "retenir, ou la mention « invitation directe »."
    )
    invitation_rules.check_phase(FINAL, SessionState.CONFIRMED, Confirmation.CONFIRMED,
                                 was_announced=False, is_direct=True)  # fmt: skip


@pytest.mark.usefixtures("store")
def test_nobody_is_invited_twice_whoever_writes() -> None:
    training, people = ready()
    report = invite(training, people, sender="DRJSCS")
    assert (report.added, len(report.already)) == (0, 3)
    assert report.already[0] == f"Jo Nom00 (par {CENTRE})"


@pytest.mark.usefixtures("store")
def test_two_phases_with_their_answers_and_what_changed() -> None:
    training, _people = ready()
    with pytest.raises(DomainError, match="attend : la date à retenir"):
        prepare(training, FINAL)
    assert prepare(training, SAVE) == 3
    with pytest.raises(DomainError, match="Personne à qui écrire"):
        prepare(training, SAVE)
    first = tokens()
    answer(first[0], Answer.YES)
    answer(first[1], Answer.NO)
    assert prepare(training, FINAL) == 2
    assert prepare(training, REMIND) == 2
    answer(first[0], Answer.DELEGATE, hours=1, delegate_name="Zoé")
    with db.reading() as session:
        table = invitation_queries.cockpit(session, STAFF, training_id=training)
        rates = invitation_queries.response_rates(session, ANALYST, training_id=training)
        kept = session.exec(select(InvitationAnswer)).all()
    assert table["change"].tolist() == ["oui → se fait représenter", "", ""]
    assert table["todo"].tolist() == ["", "", "à relancer"]
    assert [(ratio.numerator, ratio.denominator) for ratio in rates.values()] == [(2, 3), (1, 2)]
    assert len(kept) == 3


@pytest.mark.usefixtures("store")
def test_bounces_leave_the_rate_and_wait_for_an_address() -> None:
    training, _people = ready()
    prepare(training, SAVE)
    with db.writing("mail", "training") as session:
        message = session.exec(select(MailMessage).order_by(MailMessage.recipient)).first()
        assert message is not None
        message.state = "sent"
        session.add(message)
        session.flush()
        mail.mark_bounced(session, STAFF, message_id=message.id or 0, now=NOW)
    with db.reading() as session:
        rates = invitation_queries.response_rates(session, ANALYST, training_id=training)
        table = invitation_queries.cockpit(session, STAFF, training_id=training)
    assert rates[SAVE].denominator == 2
    assert table["todo"].tolist()[0] == "adresse à corriger"
    with db.writing("training") as session:
        invitations.correct_address(session, STAFF, invitation_id=int(table["id"].iloc[0]),
                                    email="neuf@exemple.invalid", now=NOW)  # fmt: skip
    assert prepare(training, SAVE) == 1


@pytest.mark.usefixtures("store")
def test_a_postponement_asks_for_the_answers_again() -> None:
    training, _people = ready()
    prepare(training, SAVE)
    answer(tokens()[0], Answer.YES)
    later = NOW + timedelta(hours=2)
    with db.writing("training") as session:
        operations.change_state(session, STAFF, training_id=training, to=SessionState.POSTPONED,
                                reason="grève", today=TODAY, now=later)  # fmt: skip
    with db.reading() as session:
        table = invitation_queries.cockpit(session, STAFF, training_id=training)
    assert table["first"].tolist() == ["", "", ""]
    answer(tokens()[0], Answer.NO, hours=3)
    with db.reading() as session:
        table = invitation_queries.cockpit(session, STAFF, training_id=training)
    assert table["first"].tolist() == ["non", "", ""]


@pytest.mark.usefixtures("store")
def test_a_link_opens_its_own_invitation_only() -> None:
    ready()
    for wrong, sentence in (("x", "n’est pas celui d’une invitation"),):
        with pytest.raises(DomainError, match=sentence):
            answer(wrong, Answer.YES)
    with pytest.raises(DomainError, match="Dites qui représentera"):
        answer(tokens()[0], Answer.DELEGATE)
    with db.reading() as session:
        assert invitation_queries.invited_to(session, ANALYST, token=CENTRE) is None
        found = invitation_queries.invited_to(session, ANALYST, token=tokens()[0])
    assert found is not None
    assert (found.title, found.place, found.answers) == ("Essai", "Foix", ())


@pytest.mark.usefixtures("store")
def test_mails_carry_a_personal_link_and_the_session_for_a_calendar() -> None:
    training, _people = ready()
    prepare(training, SAVE)
    with db.reading() as session:
        messages = session.exec(select(MailMessage).order_by(MailMessage.recipient)).all()
    links = [f"https://exemple.invalid/repondre?i={token}" for token in tokens()]
    assert [link in one.body for one, link in zip(messages, links, strict=True)] == [True] * 3
    events = icalendar.Calendar.from_ical(messages[0].calendar).walk("VEVENT")
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED"] * 2


@pytest.mark.usefixtures("store")
def test_a_calendar_holds_each_known_day_with_its_zone() -> None:
    load_plan()
    with db.reading() as session:
        whole = calendar.feed(session, ANALYST, stamp=NOW)
        cucs = calendar.feed(session, ANALYST, network="CUCS", kind="journee_reseau", stamp=NOW)
        days = [len(blocks.block_of(row).days) for row in session.exec(select(TrainingSession))]
    book = icalendar.Calendar.from_ical(whole)
    uids = [str(event["UID"]) for event in book.walk("VEVENT")]
    assert len(uids) == len(set(uids)) == sum(days)
    assert [str(zone["TZID"]) for zone in book.walk("VTIMEZONE")] == ["Europe/Paris"]
    assert len(icalendar.Calendar.from_ical(cucs).walk("VEVENT")) == 4


@pytest.mark.usefixtures("store")
def test_a_day_that_moves_keeps_its_identifier_and_raises_its_sequence() -> None:
    training = make_session(date_text="20/06/2011")

    def event() -> Any:
        with db.reading() as session:
            found = calendar.entries(session, ANALYST, training_id=training)
        return icalendar.Calendar.from_ical(calendar.calendar(found, stamp=NOW, name="a")).walk(
            "VEVENT"
        )[0]

    before = event()
    with db.writing("training") as session:
        scheduling.remove_day(session, STAFF, training_id=training, day=date(2011, 6, 20), now=NOW)
        scheduling.place_day(session, STAFF, training_id=training, day=date(2011, 6, 27), now=NOW)
    after = event()
    assert (str(before["UID"]), str(before["STATUS"])) == (str(after["UID"]), "TENTATIVE")
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after.decoded("DTSTART").isoformat() == "2011-06-27T09:00:00+02:00"
