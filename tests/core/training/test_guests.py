"""Guests: addresses typed by hand, relays, answers taken down, personal codes, on both engines."""

import pytest
from sqlmodel import col, select

from core import db
from core.errors import DomainError
from core.mail.models import MailMessage
from core.people.models import Person
from core.training import answers, invitation_queries, invitation_rules, invitations, notices
from core.training.enums import Answer
from core.training.follow_models import Invitation, InvitationAnswer, Registration
from tests.core.training.inviting import CENTRE, FINAL, SAVE, invite, prepare, ready
from tests.core.training.making import NOW, make_people, make_session, register
from tests.factories import STAFF


def test_typed_addresses_are_read_with_their_names_and_every_fault_is_named() -> None:
    text = "Zoé Roux <ZOE@exemple.fr>\njo@exemple.fr, jo@exemple.fr ; \n"
    found = invitation_rules.typed_addresses(text)
    assert [(one.name, one.email) for one in found] == [
        ("Zoé Roux", "zoe@exemple.fr"), ("jo@exemple.fr", "jo@exemple.fr"),
    ]  # fmt: skip
    with pytest.raises(DomainError, match=r"courriel : « jo », « @x\.fr »\."):
        invitation_rules.typed_addresses("jo\n@x.fr\nzoe@exemple.fr")
    with pytest.raises(DomainError, match="importez la liste"):
        invitation_rules.typed_addresses("\n".join(f"a{n}@b.fr" for n in range(301)))


@pytest.mark.usefixtures("store")
def test_a_typed_address_of_the_directory_invites_its_person() -> None:
    training = make_session(date_text="20/06/2011")
    people = make_people(2)
    with db.writing("training") as session:
        report = invitations.invite(
            session, STAFF, training_id=training, person_ids=[people[0]], sender=CENTRE, now=NOW,
            addresses="JO0@exemple.invalid; JO1@exemple.invalid; neuf@exemple.invalid",
        )  # fmt: skip
    assert report.added == 3
    with db.reading() as session:
        rows = session.exec(select(Invitation).order_by(Invitation.email)).all()
    assert [(row.email.partition("@")[0], row.person_id) for row in rows] == [
        ("jo0", people[0]), ("jo1", people[1]), ("neuf", None),
    ]  # fmt: skip
    with pytest.raises(DomainError, match="Choisissez un réseau, une personne ou une adresse"):
        invite(training, [])


@pytest.mark.usefixtures("store")
def test_a_relay_is_the_contact_of_their_guests_and_knows_whom() -> None:
    training = make_session(date_text="20/06/2011")
    first, second, relay = make_people(3)
    with db.writing("training") as session:
        invitations.invite(session, STAFF, training_id=training, person_ids=[first, second],
                           sender=CENTRE, relay_id=relay, now=NOW)  # fmt: skip
    assert prepare(training, SAVE) == 2
    with db.reading() as session:
        messages = session.exec(select(MailMessage).order_by(MailMessage.recipient)).all()
        table = invitation_queries.cockpit(session, STAFF, training_id=training)
    assert [one.reply_to for one in messages] == ["jo2@exemple.invalid"] * 2 + [""]
    assert "Votre contact : Jo Nom02, jo2@exemple.invalid" in messages[0].body
    assert messages[2].subject == "À relayer (date à retenir) : Essai"
    assert "- Jo Nom00\n- Jo Nom01" in messages[2].body
    assert "repondre?i=" not in messages[2].body
    assert table["sender"].tolist() == [f"{CENTRE}, relais : Jo Nom02"] * 2


@pytest.mark.usefixtures("store")
def test_a_relay_without_address_is_refused() -> None:
    training, _people = ready()
    with db.writing("people") as session:
        mute = Person(last_name="Muet", search_key="muet")
        session.add(mute)
        session.flush()
        key = mute.id
    with db.writing("training") as session, pytest.raises(DomainError, match="complétez sa fiche"):
        invitations.invite(session, STAFF, training_id=training, addresses="a@b.fr",
                           sender=CENTRE, relay_id=key, now=NOW)  # fmt: skip


@pytest.mark.usefixtures("store")
def test_an_answer_by_telephone_is_kept_with_who_took_it_down() -> None:
    training, _people = ready()
    prepare(training, SAVE)
    with db.reading() as session:
        key = int(invitation_queries.cockpit(session, STAFF, training_id=training)["id"].iloc[1])
    with db.writing("training") as session:
        reply = answers.Reply(Answer.MAYBE, channel="téléphone")
        told = answers.note_answer(session, STAFF, invitation_id=key, reply=reply, now=NOW)
    assert told == "Jo Nom01 : peut-être."
    with db.reading() as session:
        kept = session.exec(select(InvitationAnswer)).one()
        table = invitation_queries.cockpit(session, STAFF, training_id=training)
    assert (kept.channel, kept.author) == ("téléphone", STAFF.signature)
    assert table["first"].tolist() == ["", "peut-être", ""]
    with db.writing("training") as session, pytest.raises(DomainError, match="n’existe plus"):
        answers.note_answer(session, STAFF, invitation_id=0, now=NOW,
                            reply=answers.Reply(Answer.YES))  # fmt: skip


@pytest.mark.usefixtures("store")
def test_a_corrected_address_is_neither_invited_nor_somebody_elses() -> None:
    training, people = ready()
    make_people(1)
    with db.reading() as session:
        key = int(invitation_queries.cockpit(session, STAFF, training_id=training)["id"].iloc[0])
    for wrong, sentence in (
        ("jo1@exemple.invalid", "déjà invitée : Jo Nom01"),
        ("jo3@exemple.invalid", "celle de Jo Nom03"),
        ("jo0@exemple.invalid", "Donnez la nouvelle adresse"),
        ("jo", "n’est pas une adresse"),
    ):
        with db.writing("training", "people") as session, pytest.raises(DomainError) as refusal:
            invitations.correct_address(session, STAFF, invitation_id=key, email=wrong, now=NOW)
        assert sentence in str(refusal.value)
    with db.writing("training", "people") as session:
        told = invitations.correct_address(session, STAFF, invitation_id=key,
                                           email="Neuf@exemple.invalid", now=NOW)  # fmt: skip
        kept = session.get(Person, people[0])
        assert kept is not None
        assert kept.email == "neuf@exemple.invalid"
    assert told == "Adresse corrigée, dans l’annuaire aussi."


@pytest.mark.usefixtures("store")
def test_confirmations_carry_the_personal_code_and_leave_once() -> None:
    training, people = ready()
    for key in people[:2]:
        register(training, key)
    with db.writing("people") as session:
        mute = session.get(Person, people[1])
        assert mute is not None
        mute.email = ""
        session.add(mute)

    def confirm() -> notices.NoticeReport:
        with db.writing(*notices.DOMAINS) as session:
            return notices.prepare_confirmations(session, STAFF, training_id=training, now=NOW)

    assert confirm() == notices.NoticeReport(1, ("Jo Nom01",))
    assert confirm().prepared == 0
    with db.reading() as session:
        message = session.exec(select(MailMessage)).one()
        code = session.exec(select(Registration.code).order_by(col(Registration.id))).first()
    assert f"Votre code personnel pour émarger : {code}" in message.body
    assert "BEGIN:VCALENDAR" in message.calendar


@pytest.mark.usefixtures("store")
def test_the_final_invitation_carries_the_code_of_who_has_a_seat() -> None:
    training, people = ready()
    register(training, people[0])
    prepare(training, SAVE)
    prepare(training, FINAL)
    with db.reading() as session:
        messages = session.exec(
            select(MailMessage)
            .where(col(MailMessage.subject).startswith("Invitation"))
            .order_by(MailMessage.recipient)
        ).all()
    assert ["code personnel pour émarger" in one.body for one in messages] == [True, False, False]


@pytest.mark.usefixtures("store")
def test_a_tentative_session_confirms_nobody() -> None:
    training = make_session(date_text="20/06/2011")
    with db.writing(*notices.DOMAINS) as session, pytest.raises(DomainError, match="Confirmez"):
        notices.prepare_confirmations(session, STAFF, training_id=training, now=NOW)
