"""Thesauri: SKOS, PMB's tables and an indented list, entered and used by the search."""

import io
import zipfile

import pytest

from core import db
from core.documentation import (
    thesaurus,
    thesaurus_files,
    thesaurus_operations,
    thesaurus_queries,
    writing,
)
from core.documentation.drafts import ConceptDraft, NoticeDraft
from core.documentation.enums import Facet, LabelKind
from core.documentation.facets import Selection
from core.documentation.thesaurus import ThesaurusRead
from core.documentation.thesaurus_files import File
from core.documentation.thesaurus_operations import ThesaurusReport
from core.errors import DomainError
from core.importing import FileRefusedError
from tests.conftest import NOW, shared
from tests.core.documentation.making import PUBLIC, STAFF, fill
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


def given(name: str, content: bytes) -> File:
    return File(name, content)


def entered(file: File, *, is_dry_run: bool = False) -> ThesaurusReport:
    with db.writing("documentation") as session:
        return thesaurus_files.import_file(session, STAFF, file, code=file.code, now=NOW,
                                           is_dry_run=is_dry_run)  # fmt: skip


def terms(text: str = "") -> list[str]:
    with db.reading() as session:
        table = thesaurus_queries.concepts(session, PUBLIC, text=text)
    return [str(label) for label in table["label"]]


@pytest.mark.parametrize(
    "name", ["siaf_matieres_extrait.rdf.xml", "rameau_extrait.rdf.xml",
             "interdoc_hierarchie_tabulee_extrait.csv"],
)  # fmt: skip
def test_a_trial_says_what_entering_does_and_writes_nothing(store: str, name: str) -> None:
    file = given(name, shared(f"data/thesaurus/{name}").read_bytes())
    trial = entered(file, is_dry_run=True)
    with db.reading() as session:
        assert thesaurus_queries.thesauri(session, STAFF).empty
    assert entered(file) == trial
    again = entered(file)
    assert (again.created, again.concepts) == (0, trial.concepts)
    assert entered(file, is_dry_run=True) == again


def test_the_tables_of_pmb_are_read_from_one_archive(store: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in thesaurus_files.PARTS:
            name = f"pmb_agneaux_{part}.csv"
            archive.writestr(name, shared(f"data/thesaurus/{name}").read_bytes())
    assert thesaurus_files.read(given("agneaux.zip", packed.getvalue())) == agneaux()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html/>", "pas un th\u00e9saurus SKOS"), (b"PK\x03\x04rien", "ne s\u2019ouvre pas"),
        (b"\n\n", "Aucun concept"), (b"<skos:x http://www.w3.org/2004/02/skos/core#", "mal form"),
        (b"\x00\x01", "pas un th\u00e9saurus SKOS"),
    ],
)  # fmt: skip
def test_what_is_no_thesaurus_is_refused_with_the_reason(
    store: str, content: bytes, words: str
) -> None:
    with pytest.raises(FileRefusedError, match=words):
        entered(given("fichier.xml", content))


def test_a_term_is_found_by_any_of_its_labels_and_leads_to_its_neighbours(store: str) -> None:
    entered(given("essai.rdf", SMALL.encode()))
    assert terms() == ["Éducation"]
    assert terms("déscolarisation") == ["Déscolarisation"]
    assert terms("DECROCHAGE") == ["Déscolarisation"]
    assert terms("décrochge") == ["Déscolarisation"]  # a hidden label is a way in, never shown
    assert terms("’") == terms("inconnu") == []
    [own] = fill(NoticeDraft(title="Un livre", concepts=(ConceptDraft("essai", "b", ""),)))
    with db.reading() as session:
        table = thesaurus_queries.concepts(session, PUBLIC, text="éducation")
        card = thesaurus_queries.concept_card(session, PUBLIC, concept_id=int(table["id"].iloc[0]))
        assert card is not None
        [(below, label)] = card.narrower
        narrow = thesaurus_queries.concept_card(session, PUBLIC, concept_id=below)
        assert thesaurus_queries.concept_card(session, PUBLIC, concept_id=999) is None
    assert narrow is not None
    assert (label, narrow.others, narrow.broader) == (
        "Déscolarisation", ("Décrochage scolaire",), ((card.id, "Éducation"),),
    )  # fmt: skip
    assert (card.notices, narrow.notices) == (1, 1)
    assert own


def test_a_thesaurus_counts_what_its_reader_may_find(store: str) -> None:
    entered(given("essai.rdf", SMALL.encode()))
    indexed = (ConceptDraft("essai", "b", ""),)
    fill(NoticeDraft(title="Un livre", concepts=indexed),
         NoticeDraft(title="Un brouillon", concepts=indexed, status="brouillon"))  # fmt: skip
    with db.reading() as session:
        counts = [thesaurus_queries.thesauri(session, one)["notices"].tolist()
                  for one in (PUBLIC, STAFF)]  # fmt: skip
    assert counts == [[1], [2]]


def test_a_thesaurus_leaves_only_where_it_indexes_nothing(store: str) -> None:
    entered(given("essai.rdf", SMALL.encode()))
    [notice] = fill(NoticeDraft(title="Un livre", concepts=(ConceptDraft("essai", "b", ""),)))
    with db.reading() as session:
        own = int(thesaurus_queries.thesauri(session, STAFF)["id"].iloc[0])

    def remove() -> None:
        with db.writing("documentation") as session:
            thesaurus_operations.remove(session, STAFF, thesaurus_id=own, now=NOW)

    with pytest.raises(DomainError, match="indexe 1 notice"):
        remove()
    with db.writing("documentation") as session:
        writing.write(session, [writing.Entry(NoticeDraft(title="Un livre"), notice)], now=NOW)
    remove()
    assert terms() == []
    with pytest.raises(DomainError, match="n’existe plus"):
        remove()


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("charset", ["utf-8-sig", "cp1252"])
def test_a_list_by_indentation_is_read_as_spreadsheets_write_it(sign: str, charset: str) -> None:
    rows = ["Éducation,,", ",Habitat,", ",,HLM", ",Habitat,", "Éducation,,", ",Habitat,"]
    content = "\n".join(rows).replace(",", sign).encode(charset)
    read = thesaurus.read_indented(content, name="essai")
    assert [(one.labels[0].text, one.broader) for one in read.concepts] == [
        ("Éducation", []), ("Habitat", ["education"]), ("HLM", ["education > habitat"]),
    ]  # fmt: skip
    assert "« Éducation > Habitat » est deux fois dans la liste : gardé une fois" in read.faults
