"""Appointments on screen: booked, confirmed, moved; a kept one is a visit."""

from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role
from core.mail.models import MailMessage
from core.welcome.models import Appointment, Visit
from tests.pages.opening import WELCOME, opened, said

DAY = "2011-06-16"


def press(app: AppTest, label: str) -> AppTest:
    next(one for one in app.button if one.label == label).click().run()
    assert not app.exception
    return app


def test_a_time_is_booked_confirmed_moved_and_another_kept(demo_sqlite: str) -> None:
    app = opened(WELCOME, Role.STAFF, rdv_jour=DAY)
    assert "Semaine du 13 juin 2011" in said(app)
    hours = app.pills(key="rdv_heure_0")
    hours.set_value(hours.options[0])
    app.text_input(key="rdv_nom_0").set_value("MARTIN Yves, yves@exemple.invalid")
    press(app, "Prendre ce rendez-vous")
    assert "à confirmer" in app.toast[0].value
    with db.reading() as session:
        made = session.exec(select(Appointment).order_by(Appointment.id.desc())).first()  # type: ignore[union-attr]  # a column
    assert made is not None
    app.button(key=f"rdv_confirmer_{made.id}").click().run()
    assert "Un courriel" in app.toast[0].value
    app.button(key=f"rdv_deplacer_{made.id}").click().run()
    assert not app.exception
    assert app.query_params["rdv"] in (str(made.id), [str(made.id)])
    press(app, "Déplacer à cette heure")
    assert "Choisissez une heure" in said(app)
    with db.reading() as session:
        [mail] = session.exec(select(MailMessage).where(MailMessage.batch == "rendez-vous"))
        today = session.exec(
            select(Appointment).where(Appointment.state == "confirme", Appointment.headcount == 2)
        ).one()
    assert mail.recipient == "yves@exemple.invalid"
    app = opened(WELCOME, Role.STAFF, rdv=str(today.id), geste="honorer")
    press(app, "Enregistrer la visite de ce rendez-vous")
    assert "compte pour 1 visite" in app.toast[0].value
    with db.reading() as session:
        visit = session.exec(select(Visit).where(Visit.appointment_id == today.id)).one()
    assert (visit.headcount, visit.kind) == (2, "groupe")
    empty = opened(WELCOME, Role.STAFF, semaine="2011-07-05")
    assert "Semaine du 4 juillet 2011 : aucun rendez-vous" in said(empty)
