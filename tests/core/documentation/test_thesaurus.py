"""Thesauri: SKOS, PMB's tables and an indented list, entered and used by the search."""

import io
import zipfile
from dataclasses import replace

import pytest

from core import db, journal
from core.access import Role, viewer_for
from core.documentation import (
    concept_editing,
    concept_leaving,
    concept_trees,
    thesaurus,
    thesaurus_files,
    thesaurus_operations,
    thesaurus_queries,
    vain_searches,
    writing,
)
from core.documentation.drafts import ConceptDraft, NoticeDraft
from core.documentation.enums import Facet, LabelKind
from core.documentation.facets import Selection
from core.documentation.thesaurus import Label, ThesaurusRead
from core.documentation.thesaurus_files import File
from core.documentation.thesaurus_operations import ThesaurusReport
from core.documentation.thesaurus_queries import ConceptCard, ConceptTyped
from core.errors import DomainError
from core.importing import FileRefusedError
from tests.conftest import NOW, shared
from tests.core.documentation.making import PUBLIC, STAFF, fill, stored
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
        assert concept_trees.tree_of(session, "pmb-1")["Illettrisme"]


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


def concept_of(text: str) -> int:
    """Return the only concept that a text meets."""
    with db.reading() as session:
        (own,) = thesaurus_queries.concepts(session, PUBLIC, text=text)["id"]
    return int(own)


def card_of(own: int) -> ConceptCard:
    with db.reading() as session:
        card = thesaurus_queries.concept_card(session, PUBLIC, concept_id=own)
    assert card is not None
    return card


def typed_of(own: int) -> ConceptTyped:
    with db.reading() as session:
        typed = thesaurus_queries.concept_typed(session, STAFF, concept_id=own)
    assert typed is not None
    return typed


def edit(own: int, **changes: object) -> str:
    with db.writing("documentation") as session:
        return concept_editing.change(session, STAFF, concept_id=own, now=NOW,
                                      typed=replace(typed_of(own), **changes))  # type: ignore[arg-type]  # fmt: skip


def added(label: str, **said: object) -> int:
    with db.writing("documentation") as session:
        own = int(thesaurus_queries.thesauri(session, STAFF)["id"].iloc[0])
        return concept_editing.add(session, STAFF, thesaurus_id=own, now=NOW,
                                   typed=ConceptTyped(label, **said))  # type: ignore[arg-type]  # fmt: skip


def replaced(own: int, by: int) -> int:
    with db.writing("documentation") as session:
        return concept_leaving.replace(session, STAFF, concept_id=own, by_id=by, now=NOW)


def removed(own: int) -> None:
    with db.writing("documentation") as session:
        concept_leaving.remove(session, STAFF, concept_id=own, now=NOW)


def test_a_term_called_otherwise_keeps_its_old_name_as_a_way_in(store: str) -> None:
    entered(given("essai.rdf", SMALL.encode()))
    [notice] = fill(NoticeDraft(title="Jeunes", concepts=(ConceptDraft("essai", "b", ""),)))
    own, before = concept_of("déscolarisation"), db.revision("documentation")
    hidden = ("ruptur scolair", "rupture scolaire", "Ruptur")
    assert edit(own, label=" Rupture  scolaire ", hidden=hidden) == "Déscolarisation"
    assert db.revision("documentation") > before
    card = card_of(own)
    assert (card.label, card.others) == (
        "Rupture scolaire", ("Décrochage scolaire", "Déscolarisation"),
    )  # fmt: skip
    assert found("rupture").ids == (notice,)  # indexed again
    assert found("déscolarisation").ids == (notice,)
    assert found("ruptur").widenings[0].concept_id == own
    with db.reading() as session:
        (last, *_) = journal.entries(session, viewer_for(Role.ADMIN)).itertuples()
    assert (last.action, last.subject) == ("terme modifié", "Rupture scolaire")
    assert "Déscolarisation" in journal.told(str(last.before))
    assert edit(own) == ""  # nothing changed: nothing is written


def test_other_labels_are_added_and_taken_away(store: str) -> None:
    entered(given("essai.rdf", SMALL.encode()))
    own = concept_of("déscolarisation")
    edit(own, others=("Absentéisme", "Absentéisme", " "), hidden=())
    assert card_of(own).others == ("Absentéisme",)
    assert terms("décrochage") == terms("décrochge") == []
    assert terms("absentéisme") == ["Déscolarisation"]
    for wrong, words in (({"label": " "}, "Donnez le terme"), ({"others": ("’",)}, "aucun mot"),
                         ({"hidden": ("x" * 201,)}, "trop long")):  # fmt: skip
        with pytest.raises(DomainError, match=words):
            edit(own, **wrong)


def test_a_term_is_one_in_its_thesaurus(store: str) -> None:
    entered(given("essai.rdf", SMALL.encode()))
    own = concept_of("déscolarisation")
    for change in ({"label": "EDUCATION"}, {"others": ("éducation",)}):
        with pytest.raises(DomainError, match="« Éducation » est déjà un terme"):
            edit(own, **change)
    with pytest.raises(DomainError, match="est déjà un terme"):
        added("Déscolarisation")
    with db.writing("documentation") as session, pytest.raises(DomainError, match="ne permet pas"):
        concept_editing.change(session, PUBLIC, concept_id=own, typed=ConceptTyped("X"), now=NOW)


def test_neighbours_are_chosen_and_no_term_is_wider_than_itself(store: str) -> None:
    entered(given("essai.rdf", SMALL.encode()))
    top, low = concept_of("éducation"), concept_of("déscolarisation")
    new = added("Illettrisme", broader=(low,), related=(top,))
    assert [own for own, _ in card_of(new).broader] == [low]
    assert [own for own, _ in card_of(top).related] == [new]
    with pytest.raises(DomainError, match="« Illettrisme » est déjà plus précis"):
        edit(top, broader=(new,), related=())
    with pytest.raises(DomainError, match="à la fois"):
        edit(new, broader=(top,))
    with pytest.raises(DomainError, match="n’est plus dans ce thésaurus"):
        edit(new, related=(999,))
    [notice] = fill(NoticeDraft(title="Lire", concepts=(ConceptDraft("essai", "illettrisme", ""),)))
    under = Selection(chosen={Facet.CONCEPT: (low,)})
    assert found("", selection=under).ids == (notice,)
    edit(new, broader=(top,), related=())
    assert found("", selection=under).ids == ()
    with db.reading() as session:
        offered = thesaurus_queries.offered(session, STAFF, beside=new)
        assert thesaurus_queries.offered(session, STAFF, text="décrochage", held=(top,)) == {
            top: "Éducation", low: "Déscolarisation",
        }  # fmt: skip
    assert offered == {low: "Déscolarisation", top: "Éducation"}


def test_a_term_replaced_gives_all_it_has_to_the_other(store: str) -> None:
    entered(given("essai.rdf", SMALL.encode()))
    old, top = concept_of("déscolarisation"), concept_of("éducation")
    new = added("Rupture scolaire", broader=(top,))
    below = added("Exclusion", broader=(old,))
    indexed = (ConceptDraft("essai", "b", ""), ConceptDraft("essai", "rupture scolaire", ""))
    first, both = fill(NoticeDraft(title="Jeunes", concepts=indexed[:1]),
                       NoticeDraft(title="Deux", concepts=indexed))  # fmt: skip
    assert replaced(old, new) == 2
    card = card_of(new)
    assert card.others == ("Décrochage scolaire", "Déscolarisation")
    assert ([own for own, _ in card.narrower], card.notices) == ([below], 2)
    assert card_of(old) == card  # its address leads on
    assert set(found("rupture scolaire").ids) == set(found("décrochage scolaire").ids)
    assert {one.concepts[0].label for one in stored().values()} == {"Rupture scolaire"}
    assert terms() == ["Éducation"]
    # a file that names the old term, of records or of the thesaurus, means the new one
    [third] = fill(NoticeDraft(title="Trois", concepts=(indexed[0], indexed[1])))
    assert [one.label for one in stored()[third].concepts] == ["Rupture scolaire"]
    entered(given("essai.rdf", SMALL.encode()))
    assert terms("déscolarisation") == ["Rupture scolaire"]
    assert {first, both, third} == set(stored())
    for wrong in (old, new):
        with pytest.raises(DomainError):
            replaced(wrong, new)
    last = added("Sortie du système scolaire")
    replaced(new, last)
    assert card_of(old).id == card_of(new).id == last


def test_a_term_replaced_by_one_below_it_closes_no_circle(store: str) -> None:
    entered(given("essai.rdf", SMALL.encode()))
    top, middle = concept_of("éducation"), concept_of("déscolarisation")
    low = added("Exclusion", broader=(middle,))
    replaced(top, low)
    assert [own for own, _ in card_of(low).broader] == [middle]
    assert card_of(low).narrower == card_of(middle).broader == ()


def test_a_term_leaves_only_where_it_indexes_nothing(store: str) -> None:
    entered(given("essai.rdf", SMALL.encode()))
    low, top = concept_of("déscolarisation"), concept_of("éducation")
    fill(NoticeDraft(title="Un livre", concepts=(ConceptDraft("essai", "b", ""),)))
    with pytest.raises(DomainError, match="indexe 1 notice"):
        removed(low)
    with pytest.raises(DomainError, match="1 terme plus précis"):
        removed(top)
    new, other = added("Illettrisme", related=(top,)), added("Analphabétisme")
    replaced(other, new)
    removed(new)
    assert terms("illettrisme") == terms("analphabétisme") == []
    with pytest.raises(DomainError, match="n’existe plus"):
        removed(new)


def test_a_search_in_vain_becomes_a_way_in(store: str) -> None:
    entered(given("essai.rdf", SMALL.encode()))
    [notice] = fill(NoticeDraft(title="Jeunes", concepts=(ConceptDraft("essai", "b", ""),)))
    own = concept_of("déscolarisation")
    for text, kind in (("école buissonnière", LabelKind.OTHER), ("descolarisassion",
                                                                 LabelKind.HIDDEN)):  # fmt: skip
        with db.writing("documentation", *vain_searches.DOMAINS) as session:
            vain_searches.note(session, PUBLIC, text=text, now=NOW)
            vain_searches.lead(session, STAFF, shown=text, concept_id=own, kind=kind, now=NOW)
            assert vain_searches.searches(session, STAFF).empty
        assert found(text).ids == (notice,)
    assert card_of(own).others == ("Décrochage scolaire", "école buissonnière")


def test_a_replaced_term_of_a_file_leads_to_the_new_one_without_a_circle() -> None:
    read = thesaurus.read_skos(SMALL.encode())
    after = thesaurus.following(read, {"a": "b"})
    assert [(one.code, one.broader) for one in after.concepts] == [("b", ["ailleurs"])]
    assert Label(LabelKind.OTHER, "Éducation") in after.concepts[0].labels
    assert thesaurus.following(read, {}) is read


def test_a_term_changed_by_hand_is_left_as_it_is_by_the_next_file(store: str) -> None:
    file = given("essai.rdf", SMALL.encode())
    entered(file)
    own = concept_of("déscolarisation")
    edit(own, label="Rupture scolaire", hidden=("ruptur scolair",), note="À nous.", broader=())
    before = typed_of(own)
    trial, report = entered(file, is_dry_run=True), entered(file)
    assert trial == report
    assert (report.edited, report.concepts, report.labels, report.relations) == (1, 2, 1, 0)
    assert report.sentences()[2] == "1 concept modifié ici, laissé tel quel."
    assert typed_of(own) == before
    assert terms() == ["Éducation", "Rupture scolaire"]


def test_a_file_closes_no_circle_with_what_was_placed_by_hand(store: str) -> None:
    apart = SMALL.replace('<skos:narrower rdf:resource="b"/>', "")
    entered(given("essai.rdf", apart.encode()))
    wide, own = concept_of("éducation"), concept_of("déscolarisation")
    edit(wide, broader=(own,))
    report = entered(given("essai.rdf", SMALL.encode()))
    assert report.sentences()[-1] == (
        "« Déscolarisation » n’est pas placé sous « Éducation », qui est sous lui ici."
    )
    assert [label for _, label in card_of(wide).broader] == ["Déscolarisation"]
    assert card_of(own).broader == ()
