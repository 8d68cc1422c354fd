"""Thesauri: SKOS, PMB's tables and an indented list, entered and used by the search."""

from core import db
from core.documentation import thesaurus, thesaurus_operations
from core.documentation.drafts import ConceptDraft, NoticeDraft
from core.documentation.enums import Facet, LabelKind
from core.documentation.facets import Selection
from core.documentation.thesaurus import ThesaurusRead
from core.documentation.thesaurus_operations import ThesaurusReport
from tests.conftest import NOW, shared
from tests.core.documentation.making import STAFF, fill
from tests.core.documentation.making import search as found

SMALL = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:skos="http://www.w3.org/2004/02/skos/core#">
 <skos:Concept rdf:about="a"><skos:prefLabel xml:lang="fr">Éducation</skos:prefLabel>
  <skos:narrower rdf:resource="b"/></skos:Concept>
 <skos:Concept rdf:about="b"><skos:prefLabel xml:lang="fr">Déscolarisation</skos:prefLabel>
  <skos:altLabel xml:lang="fr">Décrochage scolaire</skos:altLabel>
  <skos:hiddenLabel xml:lang="fr">décrochge scolaire</skos:hiddenLabel>
  <skos:broader rdf:resource="ailleurs"/></skos:Concept>
 <skos:Concept rdf:about="c"><skos:altLabel xml:lang="fr">Sans nom</skos:altLabel></skos:Concept>
</rdf:RDF>"""


def enter(read: ThesaurusRead, code: str = "essai") -> ThesaurusReport:
    with db.writing("documentation") as session:
        return thesaurus_operations.enter(session, STAFF, read=read, code=code, now=NOW)


def agneaux() -> ThesaurusRead:
    names = ("noeuds", "categories", "voir_aussi")
    return thesaurus.read_pmb(
        *(shared(f"data/thesaurus/pmb_agneaux_{name}.csv").read_bytes() for name in names)
    )


def test_skos_is_read_with_what_leaves_the_file() -> None:
    read = thesaurus.read_skos(SMALL.encode())
    assert [one.code for one in read.concepts] == ["a", "b"]
    assert read.concepts[1].broader == ["a", "ailleurs"]
    assert read.outside() == {"ailleurs"}
    assert read.faults == ("« c » n’a pas de terme retenu : laissé de côté",)


def test_the_real_skos_files_are_read() -> None:
    siaf = thesaurus.read_skos(shared("data/thesaurus/siaf_matieres_extrait.rdf.xml").read_bytes())
    assert len(siaf.concepts) == 171
    assert siaf.name == "Thésaurus-matières pour l'indexation des archives locales"
    rameau = thesaurus.read_skos(shared("data/thesaurus/rameau_extrait.rdf.xml").read_bytes())
    assert len(rameau.concepts) == 5
    assert rameau.outside()


def test_the_thesaurus_of_pmb_is_read_without_its_technical_roots() -> None:
    read = agneaux()
    labels = [label for one in read.concepts for label in one.labels]
    assert not any(label.text.startswith("~") for label in labels)
    # Eight nodes lead elsewhere; two of them give the same label (« Chien ») to one concept.
    assert sum(label.kind is LabelKind.OTHER for label in labels) == 7
    assert {"Illettrisme", "Ville", "Emploi"} <= {label.text for label in labels}
    # 91 links, one of them from a term that leads elsewhere: it goes with the term.
    assert sum(len(one.related) for one in read.concepts) == 90


def test_an_indented_list_is_read() -> None:
    content = shared("data/thesaurus/interdoc_hierarchie_tabulee_extrait.csv").read_bytes()
    read = thesaurus.read_indented(content, name="Interdoc")
    assert len(read.concepts) == 28
    first, second, third = read.concepts[:3]
    assert (first.broader, second.broader, third.broader) == ([], [first.code], [second.code])


def test_a_cycle_is_cut_and_said() -> None:
    text = SMALL.replace('rdf:resource="ailleurs"', 'rdf:resource="a"').replace(
        '<skos:narrower rdf:resource="b"/>', '<skos:broader rdf:resource="b"/>'
    )
    read = thesaurus.read_skos(text.encode())
    assert any("boucle" in fault for fault in read.faults)
    assert sum(len(one.broader) for one in read.concepts) == 1


def test_entering_twice_changes_nothing_and_serves_the_search(store: str) -> None:
    read = thesaurus.read_skos(SMALL.encode())
    first, again = enter(read), enter(thesaurus.read_skos(SMALL.encode()))
    assert (first.concepts, first.created, first.labels, first.relations) == (2, 2, 4, 1)
    assert (again.created, again.labels, again.relations) == (0, 4, 1)
    assert first.sentences()[1] == "1 lien vers des concepts absents du fichier."
    (own,) = fill(NoticeDraft(title="Jeunes", concepts=(ConceptDraft("essai", "b", ""),)))
    answer = found("décrochage scolaire")
    assert answer.ids == (own,)
    assert [one.labels for one in answer.widenings] == [("Déscolarisation",)]
    assert [one.labels for one in found("décrochge scolaire").widenings] == [
        ("Déscolarisation", "Décrochage scolaire")
    ]


def test_a_new_tree_moves_the_notices_under_it(store: str) -> None:
    (own,) = fill(NoticeDraft(title="Jeunes", concepts=(ConceptDraft("essai", "b", "b"),)))
    assert len(found("").counts[Facet.CONCEPT]) == 1
    enter(thesaurus.read_skos(SMALL.encode()))
    answer = found("")
    assert len(answer.counts[Facet.CONCEPT]) == 2
    for number in answer.counts[Facet.CONCEPT]:
        assert found("", selection=Selection(chosen={Facet.CONCEPT: (number,)})).ids == (own,)
    assert found("déscolarisation").ids == (own,)


def test_the_whole_thesaurus_of_pmb_is_entered(store: str) -> None:
    report = enter(agneaux(), "pmb-1")
    assert report.created == report.concepts > 1_000
    with db.reading() as session:
        assert thesaurus_operations.tree_of(session, "pmb-1")["Illettrisme"]
