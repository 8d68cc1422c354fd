"""A reader's own page on screen: renewing, cancelling, choosing, taking away, being forgotten."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role
from core.circulation import (
    loans,
    own_data,
    own_desk,
    readers,
    reservations,
    returns,
    shelf,
)
from core.circulation.enums import CopyStatus
from core.circulation.loan_models import Loan
from core.circulation.models import Reader, ReaderCategory
from core.circulation.reader_links import Shown
from core.circulation.returns import Return
from core.documentation.models import Item
from core.instance.models import Mode
from core.mail import queries as mail
from core.mail.models import MailMessage
from core.people.models import Consent, Person
from pages.ui import own_view
from tests.conftest import NOW
from tests.factories import STAFF
from tests.pages.opening import OWN_PAGE, READERS, opened, said

DAY = date(2011, 6, 15)
SITE = "https://exemple.invalid"


@dataclass(frozen=True)
class Own:
    """A reader with one document and one reservation, and the token of their link."""

    barcode: str
    loan_id: int
    token: str
    mail_id: int


@pytest.fixture
def own(demo_sqlite: str) -> Own:
    with db.writing("circulation", "people", "documentation", "mail") as session:
        reader = _reader(session)
        item = next(
            one for one in session.exec(select(Item).where(Item.loan_class == "normal"))
            if shelf.copy_of(session, one.id or 0).status is CopyStatus.AVAILABLE
        )  # fmt: skip
        lent = loans.lend(session, STAFF, loans.Request(item.id or 0, reader, "essai"),
                          today=DAY - timedelta(days=7), now=NOW)  # fmt: skip
        elsewhere = select(Loan).where(col(Loan.returned_at).is_(None), Loan.reader_id != reader)
        held = session.exec(elsewhere).first()
        assert held is not None
        reservations.reserve(session, STAFF, reader_id=reader, today=DAY, now=NOW,
                             notice_id=session.get_one(Item, held.item_id).notice_id)  # fmt: skip
        own_desk.offer_link(session, STAFF, reader_id=reader, base_url=SITE, now=NOW,
                            at=datetime.now(UTC))  # fmt: skip
        message = session.exec(select(MailMessage).where(MailMessage.batch == "lien lecteur")).one()
        token = message.body.partition("?cle=")[2].split()[0]
        return Own(item.barcode, lent.loan_id, token, message.id or 0)


def _reader(session: Session) -> int:
    person = Person(last_name="Essai", first_name="Ana", email="ana@exemple.invalid",
                    search_key="essai ana")  # fmt: skip
    session.add(person)
    session.flush()
    category = session.exec(select(ReaderCategory.id)).first() or 0
    return readers.register(session, STAFF, person_id=person.id or 0, card="Z1", today=DAY,
                            category_id=category, now=NOW)  # fmt: skip


def press(app: AppTest, label: str) -> None:
    next(one for one in app.button if one.label == label).click().run()
    assert not app.exception


def test_a_reader_renews_cancels_and_chooses(own: Own) -> None:
    app = opened(OWN_PAGE, Role.PUBLIC, cle=own.token)
    assert "1 document chez vous" in said(app)
    press(app, "Prolonger")
    assert app.toast[0].value.startswith("Prolongé jusqu’au")
    assert "Prolonger" not in {one.label for one in app.button}
    assert "c’est le maximum" in said(app)  # in the place of the button
    press(app, "Annuler cette réservation")
    assert "Annuler cette réservation" not in {one.label for one in app.button}
    themes = next(one for one in app.multiselect if one.label.startswith("Être prévenu"))
    themes.select(themes.options[0])
    press(app, "Enregistrer")
    assert app.toast[0].value == "Vos centres d’intérêt sont enregistrés."
    again = opened(OWN_PAGE, Role.PUBLIC, cle=own.token)
    assert len(next(iter(again.multiselect)).value) == 1


def test_a_reader_looks_for_a_document_and_reserves_it(own: Own) -> None:
    app = opened(OWN_PAGE, Role.PUBLIC, cle=own.token)
    app.text_input(key="lecteur_cherche").set_value("politique de la ville").run()
    assert not app.exception
    wanted = [one for one in app.button if one.label == "Réserver"]
    assert wanted
    assert "disponible" in said(app)
    wanted[0].click().run()
    assert not app.exception
    assert app.toast[0].value.startswith(("Mis de côté pour vous", "Réservé : vous êtes n°"))
    app.text_input(key="lecteur_cherche").set_value("zzzzzz").run()
    assert "Aucun document du centre" in said(app)


def test_a_copy_not_fetched_in_time_is_not_promised_any_more(own: Own) -> None:
    with db.writing("circulation") as session:
        reader = session.get_one(Loan, own.loan_id).reader_id
        [one] = shelf.reservations_of(session, reader or 0)
        item = session.exec(select(Item.id).where(Item.state == "en_service")).first()
        one.state, one.position = "disponible", None
        one.item_id, one.ready_until = item, DAY - timedelta(days=1)
        session.add(one)
    page = said(opened(OWN_PAGE, Role.PUBLIC, cle=own.token))
    assert "le délai est passé depuis le 14 juin 2011 : demandez à la documentaliste" in page
    assert "vous attend" not in page


def test_a_reader_is_forgotten_once_everything_is_back(own: Own) -> None:
    app = opened(OWN_PAGE, Role.PUBLIC, cle=own.token)
    app.checkbox(key="oubli_sur").check().run()
    press(app, "Oubliez-moi")
    assert "1 prêt en cours et 1 réservation en cours" in said(app)
    press(app, "Annuler cette réservation")
    with db.writing("circulation") as session:
        returns.give_back(session, STAFF, Return(own.barcode, DAY), today=DAY, now=NOW)
    app = opened(OWN_PAGE, Role.PUBLIC, cle=own.token)
    app.checkbox(key="oubli_sur").check().run()
    press(app, "Oubliez-moi")
    assert "Vos données de lecteur sont effacées" in said(app)
    assert "Votre fiche de l’annuaire est effacée aussi." in said(app)
    assert "n’est plus valable" in said(opened(OWN_PAGE, Role.PUBLIC, cle=own.token))


def test_a_reader_sees_agreements_gives_one_and_is_told_that_it_keeps_the_directory(
    own: Own,
) -> None:
    app = opened(OWN_PAGE, Role.PUBLIC, cle=own.token)
    boxes = [one for one in app.checkbox if one.label.startswith("J’accepte de")]
    assert [one.value for one in boxes] == [False, False, False]
    assert "Votre fiche de l’annuaire (nom, coordonnées, fonctions) est effacée aussi" in said(app)
    boxes[0].check()
    press(app, "Enregistrer mes accords")
    assert app.toast[0].value == "Vos accords sont enregistrés."
    again = opened(OWN_PAGE, Role.PUBLIC, cle=own.token)
    assert again.checkbox(key="accord_annuaire").value is True
    assert "vous avez accepté de figurer dans l’annuaire des acteurs" in said(again)
    assert "retirez d’abord cet accord" in said(again)


def test_who_asks_for_a_link_is_told_where_no_mail_leaves(demo_sqlite: str) -> None:
    app = opened(OWN_PAGE, Role.PUBLIC)
    app.text_input(key="lecteur_courriel").set_value("personne@exemple.invalid")
    press(app, "Recevoir mon lien")
    assert "En démonstration, aucun courriel ne part" in said(app)
    assert "y part à l’instant" not in said(app)


def test_a_file_asked_for_once_the_link_has_ended_says_so(own: Own) -> None:
    held = own_view._taken(Shown(own.token, NOW), own_data.as_json)
    assert "ana@exemple.invalid" in held.decode()
    with db.writing("circulation") as session:
        reader = session.exec(select(Reader).where(Reader.card == "Z1")).one()
        reader.link_version += 1
        session.add(reader)
    for write in (own_data.as_json, own_data.as_csv):
        held = own_view._taken(Shown(own.token, NOW), write)
        assert "Ce lien n’est plus valable" in held.decode()


def test_staff_change_the_agreements_of_a_reader_on_their_card(own: Own) -> None:
    with db.reading() as session:
        reader = session.exec(select(Reader.id).where(Reader.card == "Z1")).one()
    app = opened(READERS, Role.STAFF, lecteur=str(reader))
    next(one for one in app.checkbox if one.label.endswith("courriels du centre")).check()
    press(app, "Enregistrer ces accords")
    with db.reading() as session:
        [kept] = session.exec(select(Consent).where(Consent.source == "dit au centre")).all()
    assert (kept.purpose, kept.is_given) == ("courriels", True)


def test_staff_read_the_mail_of_a_link_and_not_its_key_where_mail_is_real(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.reading() as session:
        held = mail.message(session, STAFF, message_id=own.mail_id)
        assert held is not None
        assert own.token in held.body  # the demonstration sends nothing: the link is tried here
        monkeypatch.setattr(mail, "mode", lambda _session: Mode.REAL)
        real = mail.message(session, STAFF, message_id=own.mail_id)
    assert real is not None
    assert own.token not in real.body
    assert "/lecteur?cle=(clé du lecteur, non affichée)" in real.body
