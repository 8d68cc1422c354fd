"""Staff take a session from its creation to its attestations, screen by screen."""

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role
from core.mail.models import MailMessage
from core.people import queries
from core.settings import DEMO_TODAY
from core.training.follow_models import Attendance, Certificate, Registration
from core.training.models import TrainingSession
from tests.factories import STAFF
from tests.pages.opening import AGENDA, DIRECTORY, OUTBOX, PLAN, SESSION, opened, said


def press(app: AppTest, label: str) -> AppTest:
    """Press the button of a label; nothing may break."""
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def choose(app: AppTest, label: str, option: str) -> None:
    box = next(one for one in app.selectbox if one.label == label)
    box.set_value(next(one for one in box.options if option in str(one)))


def write(app: AppTest, label: str, text: str) -> None:
    next(one for one in app.text_input if one.label == label).set_value(text)


def created(app: AppTest) -> int:
    write(app, "Intitulé", "Médiation et quartiers")
    write(app, "Date", "15 juin 2011")
    write(app, "Lieu", "Foix")
    write(app, "Intervenants (séparés par des virgules)", "Équipe")
    choose(app, "Le lieu est", "confirmé")
    next(one for one in app.number_input if one.label == "Capacité (places)").set_value(1)
    press(app, "Créer la séance")
    with db.reading() as session:
        made = session.exec(
            select(TrainingSession.id).where(TrainingSession.title == "Médiation et quartiers")
        ).one()
    return made or 0


def on_tab(training: int, tab: str) -> AppTest:
    return opened(SESSION, Role.STAFF, seance=str(training), onglet=tab)


def test_a_session_from_its_creation_to_its_attestations(demo_sqlite: str) -> None:
    training = created(opened(SESSION, Role.STAFF))
    press(on_tab(training, "Modifier"), "Changer l’état")
    invite(training)
    register(training)
    app = on_tab(training, "Émargement")
    press(app, "Préparer la feuille")
    press(app, "Enregistrer la demi-journée")
    press(on_tab(training, "Résultats"), "Délivrer les attestations")
    with db.reading(demo_sqlite) as session:
        own = session.exec(select(Registration.id).where(Registration.session_id == training)).all()
        states = session.exec(
            select(Attendance.state).where(Attendance.registration_id == own[0])
        ).all()
        numbers = session.exec(select(Certificate.number)).all()
    assert (len(own), states, numbers) == (1, ["present"], ["2011-0001"])
    assert "100" in said(on_tab(training, "Résultats"))


def invite(training: int) -> None:
    """Invite one person, then write in two phases; each mail waits in the outbox once."""
    app = on_tab(training, "Invitations")
    app.text_input(key="invite_qui").set_value("mairie").run()
    app.multiselect(key="invite_personnes").set_value([_value(app, 0)])
    press(app, "Ajouter aux invités")
    for phase in ("Date à retenir", "Invitation définitive"):
        app = on_tab(training, "Invitations")
        choose(app, "Préparer les courriels", phase)
        press(app, "Préparer dans la boîte d’envoi")
    with db.reading() as session:
        own = col(MailMessage.batch).startswith(f"séance {training},")
        assert len(session.exec(select(MailMessage.id).where(own)).all()) == 2


def register(training: int) -> None:
    """Register one person by the form; the second is refused a seat in a sentence."""
    for rank in range(2):
        app = on_tab(training, "Inscriptions")
        app.text_input(key="inscrire_nom").set_value("mairie").run()
        box = next(one for one in app.selectbox if one.label == "Personne")
        box.set_value(_value(app, rank))
        press(app, "Inscrire")
    assert "Il ne reste plus de place" in said(app)


def _value(app: AppTest, rank: int) -> int:
    """Return the id behind the n-th person offered (AppTest takes values, not labels)."""
    assert not app.exception
    with db.reading() as session:
        return int(queries.people(session, STAFF, text="mairie", on=DEMO_TODAY)["id"].iloc[rank])


@pytest.mark.parametrize("role", [Role.ELU, Role.STAFF])
def test_the_agenda_says_what_is_certain_and_both_readings(read_store: str, role: Role) -> None:
    app = opened(AGENDA, role, annee="2011", mois="Toute l’année")
    assert "11 dates régionales – 12 jours-réseau" in said(app)
    assert not app.exception


def test_the_plan_shows_its_73_lines_and_what_is_to_settle(read_store: str) -> None:
    words = said(opened(PLAN))
    assert "**73 lignes**" in words
    assert "À régler : 12 sur 12" in words


def test_elected_officials_see_no_name_of_a_participant(read_store: str) -> None:
    app = opened(SESSION, Role.ELU, seance="23")
    labels = [tab.label for tab in app.tabs]
    assert labels == ["Déroulé", "Résultats"]
    assert "Voir la liste : la situation de chacun" not in [one.label for one in app.expander]


def test_the_directory_finds_and_the_outbox_says_that_nothing_leaves(read_store: str) -> None:
    assert not opened(DIRECTORY, Role.STAFF).exception
    app = opened(OUTBOX, Role.STAFF)
    assert "aucun courriel ne part" in said(app)
    with db.reading(read_store) as session:
        assert set(session.exec(select(MailMessage.state))) == {"pending"}
