"""Baskets on screen: of a visit by the address, of the team by their names."""

from core import db
from core.access import Role, viewer_for
from core.documentation import baskets, vain_searches
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
    assert app.selectbox(key="panier").options == ["Accueil (2)"]
    assert len(app.get("download_button")) == 8
    app.checkbox(key="sur_1").check().run()
    app.button(key="supprimer_1").click().run()
    assert "Aucun panier" in said(app)
    assert not opened(CATALOGUE, Role.STAFF, q="ville").exception


def test_a_search_without_result_is_counted_once_and_told_to_staff(demo_sqlite: str) -> None:
    before = db.revision("documentation")
    app = opened(CATALOGUE, Role.PUBLIC, q="xyzqwvk")
    assert db.revision("documentation") == before  # no cached read is renewed by it
    assert not app.run().exception
    with db.reading() as session:
        table = vain_searches.searches(session, viewer_for(Role.STAFF))
    assert table["times"].tolist() == [1]
    assert "Recherches sans résultat" in said(opened(BASKETS, Role.STAFF))
