"""The lending desk on screen: what is typed, what it answers, what is kept of it."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role
from core.circulation import reminders, reservations, shelf
from core.circulation.loan_models import Loan
from core.circulation.models import Reader
from core.db import table_of
from core.documentation import writing
from core.documentation.drafts import ItemDraft, NoticeDraft
from core.documentation.models import Item
from core.people.models import Person
from tests.conftest import NOW
from tests.factories import STAFF
from tests.pages.opening import DESK, opened, said

DAY = date(2011, 6, 15)


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
    assert "Malgré la règle (jury)" in typed(app, "motif jury")
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


def kit_code() -> str:
    wanted = select(Item.barcode).where(Item.parts_expected > 1, Item.state == "en_service",
                                        col(Item.loan_class).in_(("normal", "court")))  # fmt: skip
    with db.reading() as session:
        return session.exec(wanted.order_by(col(Item.id))).first() or ""


def test_a_kit_says_its_parts_and_waits_for_their_count(demo_sqlite: str) -> None:
    code = kit_code()
    app = opened(DESK, Role.STAFF)
    typed(app, "L1000")
    assert "Pièces : 1 " in typed(app, code)
    typed(app, "fin")
    typed(app, code)
    assert "Tout est là ?" in said(app)
    typed(app, "L1001")
    assert "Répondez d’abord pour la mallette" in said(app)
    assert "Donnez les numéros" in typed(app, "manque")
    assert "n’est pas de cette mallette" in typed(app, "manque 99")
    assert "Rendu sauf" in typed(app, "manque 1, 2")
    typed(app, code)
    assert "Manquait" in said(app)
    assert "n’est pas rendue" in typed(app, "non")
    typed(app, code)
    app.checkbox(key="perdu_piece_1").check()
    next(one for one in app.button if one.label == "Enregistrer le retour").click().run()
    assert "Perdu pour de bon : 1" in " ".join(str(one.value) for one in app.success)
    assert "Annulé" in typed(app, "annuler")
    typed(app, code)
    assert "Rendu" in typed(app, "oui")


def test_a_reader_borrows_for_a_structure_that_the_answer_and_the_panel_name(
    demo_sqlite: str,
) -> None:
    free, _ = codes()
    app = opened(DESK, Role.STAFF)
    typed(app, "L1000")
    [toggle] = [one for one in app.toggle if one.label.startswith("Prêter pour ")]
    house = toggle.label.removeprefix("Prêter pour ")
    assert f"sont pour {house}" in typed(app, "structure")
    assert "à titre personnel" in typed(app, "structure")
    [toggle] = [one for one in app.toggle if one.label.startswith("Prêter pour ")]
    toggle.set_value(True).run()
    assert f"prêté pour {house}, à rendre le" in typed(app, free)
    assert f", pour {house} – à rendre le" in said(app)
    with db.reading() as session:
        held = session.exec(select(Loan).order_by(col(Loan.id).desc())).first()
    assert held is not None
    assert held.structure_id is not None
    assert held.reader_id is not None


def test_one_submission_run_twice_lends_once(demo_sqlite: str) -> None:
    free, _ = codes()
    app = opened(DESK, Role.STAFF)
    typed(app, "L1000")
    first = typed(app, free)
    app.session_state["_guichet_gestes"] = 0  # the answer of the first run was never drawn
    assert typed(app, free) == first
    with db.reading() as session:
        made = session.exec(select(Loan).where(Loan.lent_by == "Agent du centre")).all()
    assert len(made) == 1


def test_a_desk_takes_back_its_own_gesture_and_no_other(demo_sqlite: str) -> None:
    free, lent = codes()
    one, other = opened(DESK, Role.STAFF), opened(DESK, Role.STAFF)
    typed(one, "L1000")
    assert "prêté" in typed(one, free)
    assert "Rendu" in typed(other, lent)
    assert "Prêté à" in typed(one, "annuler")
    assert "rien à annuler" in typed(one, "annuler")
    assert "Rendu" in typed(other, "annuler")


def test_a_reason_is_asked_for_only_where_it_can_serve(demo_sqlite: str) -> None:
    free, _ = codes()
    with db.writing("documentation") as session:
        item = session.exec(select(Item).where(Item.barcode == free)).one()
        item.loan_class = "exclu"
    app = opened(DESK, Role.STAFF)
    typed(app, "L1000")
    assert "exclu du prêt" in typed(app, free)
    assert not [one for one in app.text_input if one.key == "guichet_raison"]
    assert "ne se lève par un motif" in typed(app, "motif jury")
    [name] = [one.value for one in app.markdown if "carte L1000" in str(one.value)]
    typed(app, name.removeprefix("#### ").partition(" · ")[0])
    assert "carte L1000" in said(app)


def test_a_title_of_one_word_with_a_digit_is_a_title(demo_sqlite: str) -> None:
    with db.writing("documentation") as session:
        writing.write(
            session, [writing.Entry(NoticeDraft(title="LOPPSI2", items=(ItemDraft("Z1"),)))],
            now=NOW,
        )  # fmt: skip
    app = opened(DESK, Role.STAFF)
    assert "choisissez" in typed(app, "LOPPSI2")
    assert "n’était pas prêté" in typed(app, "1")


def test_reminders_are_prepared_once_and_wait_in_the_outbox(demo_sqlite: str) -> None:
    app = opened(DESK, Role.STAFF)
    title = next(one.label for one in app.expander if "à préparer" in one.label)
    assert not title.startswith("0")
    with db.writing(*reminders.WRITTEN) as session:
        told = reminders.prepare(session, STAFF, today=date(2011, 6, 15), now=NOW).told
    assert "dans la boîte d’envoi" in told
    app = opened(DESK, Role.STAFF)
    assert not [one for one in app.expander if "à préparer" in one.label]


def _queue_of_two() -> tuple[int, int]:
    """Let two readers wait for a copy that is lent; return the reservations in their order."""
    with db.writing("circulation") as session:
        loan = session.exec(select(Loan).where(col(Loan.returned_at).is_(None))).first()
        assert loan is not None
        notice = session.get_one(Item, loan.item_id).notice_id
        readers = session.exec(
            select(Reader.id).where(Reader.id != loan.reader_id, col(Reader.closed_on).is_(None))
        ).all()
        for reader in readers[:2]:
            reservations.reserve(session, STAFF, notice_id=notice, reader_id=reader or 0,
                                 today=DAY, now=NOW)  # fmt: skip
        first, second = shelf.queue(session, notice)
        return first.id or 0, second.id or 0


def test_staff_put_a_queue_in_order_print_a_slip_and_cancel(demo_sqlite: str) -> None:
    first, second = _queue_of_two()
    app = opened(DESK, Role.STAFF)
    app.session_state["reservations"] = True
    app.run()
    assert app.button(key=f"file_arrow_upward_{first}").disabled
    app.button(key=f"file_arrow_upward_{second}").click().run()
    assert not app.exception
    assert "est en place 1 de la file" in app.toast[0].value
    assert app.button(key=f"file_arrow_upward_{second}").disabled
    app.button(key=f"reservation_annuler_{first}").click().run()
    assert app.toast[0].value == "Réservation annulée."
    assert not [one for one in app.button if one.key == f"file_arrow_upward_{first}"]


def test_a_reservation_is_cancelled_from_the_reader_at_the_desk_and_a_past_day_is_said(
    demo_sqlite: str,
) -> None:
    free, _ = codes()
    with db.writing("circulation") as session:
        own = session.exec(select(Reader.id).where(Reader.card == "L1000")).one() or 0
        item = session.exec(select(Item).where(Item.barcode == free)).one()
        reservations.reserve(session, STAFF, notice_id=item.notice_id, reader_id=own,
                             today=DAY - timedelta(days=30), now=NOW)  # fmt: skip
        [held] = [one for one in shelf.reservations_of(session, own)
                  if one.notice_id == item.notice_id]  # fmt: skip
    app = opened(DESK, Role.STAFF)
    typed(app, "L1000")
    assert "délai passé depuis le" in said(app)
    app.button(key=f"lecteur_annuler_{held.id}").click().run()
    assert not app.exception
    assert "retourne en rayon" in app.toast[0].value


def test_whom_to_telephone_stays_listed_until_it_is_ticked(demo_sqlite: str) -> None:
    with db.writing("people") as session:
        session.connection().execute(sa.update(table_of(Person)).values(email=""))
    with db.writing(*reminders.WRITTEN) as session:
        reminders.prepare(session, STAFF, today=date(2011, 6, 15), now=NOW)
    with db.reading() as session:
        before = len(reminders.to_call(session, STAFF))
    app = opened(DESK, Role.STAFF)
    app.session_state["a_appeler"] = True
    app.run()
    next(one for one in app.button if str(one.key).startswith("appele_")).click().run()
    assert not app.exception
    with db.reading() as session:
        assert len(reminders.to_call(session, STAFF)) == before - 1
