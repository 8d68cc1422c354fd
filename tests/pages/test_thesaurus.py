"""The thesauri on screen: a term found, its neighbours, its documents; a file entered."""

from core.access import Role
from tests.pages.opening import THESAURUS, opened, said

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
