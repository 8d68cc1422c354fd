"""Baskets on screen: of a visit by the address, of the team by their names."""

import sqlalchemy as sa

from core import db
from core.access import Role, viewer_for
from core.documentation import baskets, indexing, vain_searches
from pages.ui import visit_basket
from tests.conftest import NOW
from tests.pages.opening import BASKETS, CATALOGUE, RECORD, opened, said


def test_a_visitor_gathers_records_in_the_address_and_takes_them_out(read_store: str) -> None:
    app = opened(RECORD, Role.PUBLIC, notice="1", documents="2")
    app.button(key="mettre_au_panier").click().run()
    assert not app.exception
    assert app.session_state[visit_basket.HELD] == [2, 1]
    app.switch_page(BASKETS)
    app.query_params["documents"] = "2.1"  # as the link to the basket says
    app.run()
    assert "2 documents, le temps de votre visite" in said(app)
    app.multiselect[0].select(2)
    app.button(key="retirer_valide").click().run()
    assert not app.exception
    assert app.session_state[visit_basket.HELD] == [1]


def test_any_address_of_a_basket_opens(read_store: str) -> None:
    wild = "1.1.x.٣.-4.99999999999." + ".".join(map(str, range(2, 400)))
    assert visit_basket.parsed(wild)[:4] == [1, 2, 3, 4]
    assert len(visit_basket.parsed(wild)) == visit_basket.MOST
    app = opened(BASKETS, Role.ELU, documents=wild)
    assert not app.exception
    assert "documents, le temps" in said(app)
    assert "panier est vide" in said(opened(BASKETS, Role.PUBLIC, documents="…"))


def test_the_team_fills_a_basket_and_the_search_offers_a_bibliography(demo_sqlite: str) -> None:
    staff = viewer_for(Role.STAFF)
    with db.writing("documentation") as session:
        baskets.add(session, staff, name="Accueil", ids=[3, 1], now=NOW)
    app = opened(BASKETS, Role.STAFF)
    assert not app.exception
    assert app.selectbox(key="panier_choisi").options == ["Accueil (2)"]
    assert app.query_params["panier"] == "1"
    assert len(app.get("download_button")) == 7
    app.checkbox(key="sur_1").check().run()
    app.button(key="supprimer_1").click().run()
    assert "Aucun panier" in said(app)
    assert not opened(CATALOGUE, Role.STAFF, q="ville").exception


def test_a_basket_is_named_by_its_number_in_the_address(demo_sqlite: str) -> None:
    staff = viewer_for(Role.STAFF)
    with db.writing("documentation") as session:
        first, other = (baskets.add(session, staff, name=name, ids=[2], now=NOW)
                        for name in ("Accueil", "Veille"))  # fmt: skip
    app = opened(BASKETS, Role.STAFF)
    app.query_params["panier"] = str(other)
    assert app.run().selectbox(key="panier_choisi").value == other
    chosen = app.selectbox(key="panier_choisi").select(first).run()
    assert chosen.selectbox(key="panier_choisi").value == first
    assert app.query_params["panier"] == str(first)


def test_what_is_not_public_is_marked_and_leaves_only_where_it_is_ticked(demo_sqlite: str) -> None:
    staff = viewer_for(Role.STAFF)
    with db.writing("documentation") as session:
        baskets.add(session, staff, name="Accueil", ids=[3, 1], now=NOW)
        for own, change in ((1, "status = 'brouillon'"), (3, "visibility = 'equipe'")):
            session.execute(sa.text(f"UPDATE notice SET {change} WHERE id = {own}"))  # noqa: S608
        indexing.refresh(session, [1, 3])
    app = opened(BASKETS, Role.STAFF)
    assert "Sans 2 notices non publiques" in said(app)
    assert not app.get("download_button")
    app.checkbox(key="panier_internes").check().run()
    assert len(app.get("download_button")) == 7
    assert "brouillon" in said(opened(RECORD, Role.STAFF, notice="1"))
    assert "équipe seulement" in said(opened(RECORD, Role.STAFF, notice="3"))
    assert not opened(RECORD, Role.STAFF, notice="3").get("download_button")


def test_an_export_that_iso_2709_cannot_hold_is_refused_in_words(demo_sqlite: str) -> None:
    app = opened(RECORD, Role.STAFF, notice="1")
    app.button(key="notices_iso2709").click().run()
    assert not app.exception
    assert len(app.get("download_button")) == 6
    with db.writing("documentation") as session:
        session.execute(sa.text("UPDATE notice SET abstract = :long WHERE id = 1"),
                        {"long": "é" * 5_000})  # fmt: skip
    app = opened(RECORD, Role.STAFF, notice="1")
    app.button(key="notices_iso2709").click().run()
    assert "la zone 330 est trop longue pour l’ISO 2709" in app.error[0].value
    assert len(app.get("download_button")) == 5


def test_a_search_without_result_is_counted_once_and_told_to_staff(demo_sqlite: str) -> None:
    before = db.revision("documentation")
    app = opened(CATALOGUE, Role.PUBLIC, q="xyzqwvk")
    assert db.revision("documentation") == before  # no cached read is renewed by it
    assert not app.run().exception
    with db.reading() as session:
        table = vain_searches.searches(session, viewer_for(Role.STAFF))
    assert table["times"].tolist() == [1]
    assert "Recherches sans résultat" in said(opened(BASKETS, Role.STAFF))
