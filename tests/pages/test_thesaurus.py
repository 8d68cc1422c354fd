"""The thesauri on screen: a term found, its neighbours, its documents; a file entered."""

from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role, viewer_for
from core.documentation import vain_searches
from tests.conftest import NOW
from tests.pages.opening import BASKETS, THESAURUS, opened, said

SKOS = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:skos="http://www.w3.org/2004/02/skos/core#">
 <skos:Concept rdf:about="a"><skos:prefLabel xml:lang="fr">Zone d’essai</skos:prefLabel>
 </skos:Concept></rdf:RDF>"""


def test_a_term_leads_to_its_neighbours_and_to_its_documents(read_store: str) -> None:
    app = opened(THESAURUS, Role.PUBLIC, q="CUCS")
    assert "Contrat urbain de cohésion sociale](thesaurus?concept=" in said(app)
    own = said(app).partition("thesaurus?concept=")[2].partition(")")[0]
    app = opened(THESAURUS, Role.PUBLIC, concept=own)
    assert "#### Contrat urbain de cohésion sociale" in said(app)
    assert "**Employé pour** : CUCS" in said(app)
    assert "du catalogue](catalogue?f_sujet=Contrat+urbain" in said(app)
    assert not app.expander
    assert "n’existe pas" in said(opened(THESAURUS, Role.PUBLIC, concept="999999"))
    starts = said(opened(THESAURUS, Role.PUBLIC))
    assert starts.index("Éducation") < starts.index("Illettrisme")
    assert "Aucun terme" in said(opened(THESAURUS, Role.PUBLIC, q="xyzqwv"))


def test_a_file_is_read_first_then_entered_and_taken_away(demo_sqlite: str) -> None:
    app = opened(THESAURUS, Role.STAFF)
    app.file_uploader(key="thesaurus_fichier").set_value(
        ("essai.xml", b"<html/>", "application/xml")
    ).run()
    assert "pas un thésaurus SKOS" in said(app)
    app.file_uploader(key="thesaurus_fichier").set_value(
        ("essai.rdf", SKOS.encode(), "application/xml")
    ).run()
    assert "1 concept dont 1 nouveau" in said(app)
    assert "Zone d’essai" not in said(opened(THESAURUS, Role.STAFF, q="zone"))
    app.button(key="thesaurus_entrer").click().run()
    assert not app.exception
    assert "1 concept dont 1 nouveau" in app.toast[0].value
    again = opened(THESAURUS, Role.STAFF, q="zone essai")
    assert "Zone d’essai" in said(again)
    names = again.selectbox(key="thesaurus_retirer").options
    again.selectbox(key="thesaurus_retirer").select_index(names.index("Thésaurus")).run()
    again.button(key="thesaurus_oui").click().run()
    assert not again.exception
    assert "Zone d’essai" not in said(opened(THESAURUS, Role.STAFF, q="zone essai"))


def number_of(text: str) -> str:
    """Return the number of the first term that a text meets."""
    page = said(opened(THESAURUS, Role.STAFF, q=text))
    return page.partition("thesaurus?concept=")[2].partition(")")[0]


def send(app: AppTest, label: str) -> AppTest:
    [button] = [one for one in app.button if one.label == label]
    return button.click().run()


def test_a_term_is_added_renamed_replaced_and_taken_away(demo_sqlite: str) -> None:
    app = opened(THESAURUS, Role.STAFF)
    app.text_input(key="terme_nouveau").set_value("Zone d’essai")
    app = send(app, "Ajouter ce terme")
    assert "#### Zone d’essai" in said(app)
    own = app.query_params["concept"]
    app.text_input(key=f"terme_nom_{own}").set_value("Aire d’essai")
    app.text_area(key=f"terme_autres_{own}").set_value("Périmètre d’essai")
    app = send(app, "Enregistrer ce terme")
    assert not app.exception
    assert "« Zone d’essai » reste un autre libellé" in app.toast[0].value
    assert "**Employé pour** : Périmètre d’essai, Zone d’essai" in said(app)
    app.text_input(key=f"terme_nom_{own}").set_value("Illettrisme")
    assert "est déjà un terme de ce thésaurus" in send(app, "Enregistrer ce terme").error[0].value
    other = number_of("illettrisme")
    app = opened(THESAURUS, Role.STAFF, concept=own)
    app.selectbox(key=f"terme_par_{own}").set_value(int(other))
    app = send(app, "Remplacer")
    assert not app.exception
    assert "Aire d’essai" in said(app)
    assert "remplacé par celui-ci" in said(opened(THESAURUS, Role.PUBLIC, concept=own))
    app.button(key=f"terme_retirer_{other}").click().run()
    assert "indexe" in app.error[0].value


def test_a_search_in_vain_is_made_a_way_into_a_term(demo_sqlite: str) -> None:
    with db.writing(*vain_searches.DOMAINS) as session:
        vain_searches.note(session, viewer_for(Role.PUBLIC), text="illetrysme", now=NOW)
    other = number_of("illettrisme")
    app = opened(BASKETS, Role.STAFF)
    app.selectbox(key="renvoi_mots").set_value("illetrysme")
    app.selectbox(key="renvoi_terme").set_value(int(other))
    app = send(app, "Créer le renvoi")
    assert not app.exception
    assert "mène à" in app.toast[0].value
    assert "Recherches sans résultat" not in said(app)
    assert number_of("illetrysme") == other
