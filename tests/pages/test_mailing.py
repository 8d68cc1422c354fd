"""The pages that open by a personal link, the outbox, and the lists behind figures."""

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role
from core.mail.models import MailMessage
from core.training.follow_models import (
    Attendance,
    Invitation,
    InvitationAnswer,
    Opinion,
    OpinionTicket,
    Registration,
    SignInWindow,
)
from core.training.models import Slot, TrainingSession
from tests.pages.conftest import NOW
from tests.pages.opening import (
    ANSWER,
    OPINION,
    OUTBOX,
    PLAN,
    RESULTS,
    SESSION,
    SIGN_IN,
    opened,
    said,
)

WORD = "ouvert"


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def invited() -> Invitation:
    """Return the first guest of the demonstration who has not answered."""
    answered = select(InvitationAnswer.invitation_id)
    waiting = select(Invitation).where(col(Invitation.id).not_in(answered))
    with db.reading() as session:
        return session.exec(waiting.order_by(col(Invitation.id)).limit(1)).one()


def given(invitation: Invitation) -> list[InvitationAnswer]:
    with db.reading() as session:
        return list(
            session.exec(
                select(InvitationAnswer).where(InvitationAnswer.invitation_id == invitation.id)
            )
        )


def test_a_guest_answers_by_the_personal_link_and_changes_their_mind(demo_sqlite: str) -> None:
    guest = invited()
    app = press(opened(ANSWER, Role.PUBLIC, i=guest.token), "Oui")
    assert "Merci, votre réponse est enregistrée : oui." in said(app)
    app = press(opened(ANSWER, Role.PUBLIC, i=guest.token), "Se fait représenter")
    assert "Dites qui représentera" in said(app)
    app.text_input(key="representant").set_value("Zoé")
    press(app, "Se fait représenter")
    assert [(one.value, one.delegate_name) for one in given(guest)] == [
        ("oui", ""), ("delegue", "Zoé"),
    ]  # fmt: skip
    assert "Votre dernière réponse : se fait représenter" in said(
        opened(ANSWER, Role.PUBLIC, i=guest.token)
    )


@pytest.mark.parametrize("page", [ANSWER, OPINION, SIGN_IN])
def test_a_personal_page_without_its_link_says_what_to_open(read_store: str, page: str) -> None:
    app = opened(page, Role.PUBLIC)
    assert not app.exception
    assert len(app.info) == 1


def test_a_link_that_is_none_shows_nothing_of_a_session(read_store: str) -> None:
    assert "celui-ci n’en est pas un" in said(opened(ANSWER, Role.PUBLIC, i="inconnu"))


def test_an_opinion_is_kept_once_and_apart_from_its_author(demo_sqlite: str) -> None:
    with db.reading(demo_sqlite) as session:
        unused = col(OpinionTicket.is_used).is_(False)
        token = session.exec(select(OpinionTicket.token).where(unused)).first() or ""
        before = len(session.exec(select(Opinion.id)).all())
    app = opened(OPINION, Role.PUBLIC, q=token)
    app = press(app, "Envoyer mon avis")
    assert "Donnez une note de 1 à 5 à chaque question" in said(app)
    for feedback in app.feedback:
        feedback.set_value(3)
    assert "Merci, votre avis est enregistré" in said(press(app, "Envoyer mon avis"))
    assert "Vous avez déjà répondu" in said(press(app, "Envoyer mon avis"))
    with db.reading(demo_sqlite) as session:
        assert len(session.exec(select(Opinion.id)).all()) == before + 4


def test_a_participant_signs_in_with_a_code_while_the_window_is_open(demo_sqlite: str) -> None:
    with db.writing("training", url=demo_sqlite) as session:
        registration = session.exec(
            select(Registration)
            .join(TrainingSession, col(TrainingSession.id) == col(Registration.session_id))
            .where(col(TrainingSession.earliest) > NOW.date())
        ).first()
        assert registration is not None
        slot = session.exec(select(Slot).where(Slot.session_id == registration.session_id)).first()
        assert slot is not None
        moment = NOW.replace(tzinfo=None)
        session.add(SignInWindow(slot_id=slot.id or 0, token=WORD, opens_at=moment.min,
                                 closes_at=moment.max))  # fmt: skip
        code, key = registration.code, registration.id
    app = opened(SIGN_IN, Role.PUBLIC, s=WORD)
    app.text_input[0].set_value("FAUX")
    assert "n’est pas celui d’un inscrit" in said(press(app, "Signer ma présence"))
    app.text_input[0].set_value(f" {code.lower()} ")
    assert "votre présence est enregistrée" in said(press(app, "Signer ma présence"))
    with db.reading(demo_sqlite) as session:
        states = session.exec(
            select(Attendance.state, Attendance.source).where(Attendance.registration_id == key)
        ).all()
    assert states == [("present", "qr")]


def test_a_mail_that_came_back_waits_for_an_address_which_staff_correct(demo_sqlite: str) -> None:
    with db.writing("mail", "training", url=demo_sqlite) as session:
        message = session.exec(select(MailMessage).order_by(col(MailMessage.id).desc())).first()
        assert message is not None
        message.state = "sent"
        session.add(message)
        guest = session.exec(
            select(Invitation).where(Invitation.email == message.recipient)
        ).first()
        assert guest is not None
        key, training, recipient = guest.id, guest.session_id, message.recipient
    press(opened(OUTBOX, Role.STAFF), "Ce courriel est revenu")
    app = opened(OUTBOX, Role.STAFF, etat="revenu")
    assert app.dataframe[0].value["Destinataire"].tolist() == [recipient]
    app = opened(SESSION, Role.STAFF, seance=str(training), onglet="Invitations")
    cockpit = next(one.value for one in app.dataframe if "À faire" in one.value.columns)
    assert "adresse à corriger" in cockpit["À faire"].tolist()
    app.selectbox(key="invite_choisi").set_value(key).run()
    next(one for one in app.text_input if one.label == "Nouvelle adresse").set_value("n@neuf.fr")
    press(app, "Corriger l’adresse")
    with db.reading(demo_sqlite) as session:
        assert session.get_one(Invitation, key).email == "n@neuf.fr"


def test_staff_take_an_answer_down_by_telephone(demo_sqlite: str) -> None:
    guest = invited()
    app = opened(SESSION, Role.STAFF, seance=str(guest.session_id), onglet="Invitations")
    app.selectbox(key="invite_choisi").set_value(guest.id).run()
    next(one for one in app.radio if one.label == "Sa réponse").set_value("non")
    press(app, "Noter cette réponse")
    assert [(one.value, one.channel) for one in given(guest)] == [("non", "téléphone")]


def test_a_mail_that_a_stopped_process_had_taken_is_put_back_by_a_person(demo_sqlite: str) -> None:
    with db.writing("mail", url=demo_sqlite) as session:
        message = session.exec(select(MailMessage).order_by(col(MailMessage.id).desc())).first()
        assert message is not None
        message.state = "sending"
        session.add(message)
    press(opened(OUTBOX, Role.STAFF), "Remettre en attente (il a pu partir)")
    with db.reading(demo_sqlite) as session:
        assert set(session.exec(select(MailMessage.state))) == {"pending"}


@pytest.mark.parametrize(("role", "tables"), [(Role.ELU, 2), (Role.STAFF, 3)])
def test_each_line_of_the_results_opens_its_list(read_store: str, role: Role, tables: int) -> None:
    """Elected officials see which sessions; staff see who came too."""
    app = opened(RESULTS, role, annee="2011", liste="Ensemble")
    assert not app.exception
    whole, sessions = app.dataframe[0].value, app.dataframe[1].value
    assert whole["Séances"].iloc[0] == len(sessions)
    names = [table for table in app.dataframe if "Nom" in table.value.columns]
    assert len(names) == tables - 2
    assert all(len(table.value) == whole["Participants"].iloc[0] for table in names)


@pytest.mark.parametrize("figure", ["Jours prévus", "Jours placés", "Jours tenus", "Reste"])
def test_each_figure_of_the_plan_opens_its_list(read_store: str, figure: str) -> None:
    app = opened(PLAN, Role.ELU, liste=figure)
    assert not app.exception
    assert len(app.dataframe[0].value) > 0
    assert app.dataframe[0].value["link"].str.startswith("seance?seance=").any()
