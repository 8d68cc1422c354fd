"""The lending desk on screen: what is typed, what it answers, what is kept of it."""

from datetime import date

from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role
from core.circulation import reminders
from core.circulation.loan_models import Loan
from core.documentation.models import Item
from tests.conftest import NOW
from tests.factories import STAFF
from tests.pages.opening import DESK, opened, said


def codes() -> tuple[str, str]:
    """Return the code of a copy on the shelf, and of one that somebody has."""
    lent = (
        select(Item.barcode)
        .join(Loan, col(Loan.item_id) == col(Item.id))
        .where(col(Loan.returned_on).is_(None))
    )
    free = select(Item.barcode).where(
        col(Item.barcode).not_in(lent), Item.state == "en_service",
        Item.loan_class == "normal", Item.parts_expected == 1,
    )  # fmt: skip
    with db.reading() as session:
        return session.exec(free).first() or "", session.exec(lent).first() or ""


def typed(app: AppTest, text: str) -> str:
    app.text_input(key="guichet_texte").set_value(text)
    next(one for one in app.button if one.label == "Valider").click().run()
    assert not app.exception
    return " ".join(str(one.value) for one in (*app.success, *app.error))


def test_a_reader_borrows_renews_and_the_last_gesture_is_taken_back(demo_sqlite: str) -> None:
    free, lent = codes()
    app = opened(DESK, Role.STAFF)
    assert "aujourd’hui" in said(app)
    typed(app, " l1000\r")
    assert "carte L1000" in said(app)
    assert "prêté, à rendre le 6 juillet 2011" in typed(app, free.lower())
    assert "déjà cet exemplaire" in typed(app, free)
    assert "ne serait pas plus long" in typed(app, "oui")
    assert "Déjà prêté" in typed(app, lent)
    assert "prêté, à rendre" in typed(app, "oui")
    assert "Annulé" in typed(app, "annuler")
    assert "Rien n’attend de confirmation" in typed(app, "oui")
    typed(app, "fin")
    assert "Rendu" in typed(app, free)
    assert "Code inconnu" in typed(app, "XX999")
    assert "1 incident à éclaircir" in [one.label for one in app.expander]
    assert "Aucun lecteur ni document" in typed(app, "zzzzz")
    assert "choisissez, ou tapez son numéro" in typed(app, "politique de la ville")
    assert "n’était pas prêté" in typed(app, "2")


def test_reminders_are_prepared_once_and_wait_in_the_outbox(demo_sqlite: str) -> None:
    app = opened(DESK, Role.STAFF)
    title = next(one.label for one in app.expander if "à préparer" in one.label)
    assert not title.startswith("0")
    with db.writing(*reminders.WRITTEN) as session:
        told = reminders.prepare(session, STAFF, today=date(2011, 6, 15), now=NOW).told
    assert "dans la boîte d’envoi" in told
    app = opened(DESK, Role.STAFF)
    assert not [one for one in app.expander if "à préparer" in one.label]
