"""Search of the catalogue: the same answers on both engines."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlmodel import Session, select

from core import backup, db, schema
from core.documentation import (
    facet_queries,
    facets,
    highlighting,
    indexing,
    normaliser,
    parsing,
    queries,
    search_index,
    writing,
)
from core.documentation.drafts import (
    AgentDraft,
    ConceptDraft,
    ItemDraft,
    NoticeDraft,
    PublisherDraft,
)
from core.documentation.enums import DocumentType, Facet
from core.documentation.facets import Selection
from core.documentation.ranking import Order
from core.documentation.search_queries import Request, all_ids
from core.documentation.thesaurus_models import Concept, ConceptLabel, ConceptRelation, Thesaurus
from tests.conftest import NOW, shared
from tests.core.documentation.making import PUBLIC, STAFF, fill, titled
from tests.core.documentation.making import search as found


def test_the_trap_queries_find_what_they_must(store: str) -> None:
    suite = json.loads(shared("data/search/traps.json").read_text(encoding="utf-8"))
    ids = titled(*suite["documents"])
    assert len(suite["queries"]) == 44
    missed = {}
    for case in suite["queries"]:
        answer = set(found(case["query"]).ids)
        expected = {ids[place] for place in case["expected"]}
        if answer != expected:
            missed[case["query"]] = (answer, expected)
    assert missed == {}


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=60) | st.text(alphabet="aé'\"*-:()&|!<>\\«» 2’", max_size=40))
def test_no_input_raises(store: str, text: str) -> None:
    with db.reading() as session:
        if session.connection().execute(sa.text("SELECT count(*) FROM notice")).scalar() == 0:
            titled("L’école et la ville")
    answer = found(text)
    assert 0 <= answer.total <= 1
    if not answer.clauses:
        assert answer.total == 1  # nothing to search: everything


@given(title=st.text(min_size=1, max_size=80).filter(str.strip), size=st.integers(2, 5))
def test_what_is_typed_of_a_title_meets_its_tokens(title: str, size: int) -> None:
    """Every clause of a title typed whole is met by the tokens of that title."""
    held = f" {normaliser.indexed(title[:200])} "
    for clause in parsing.parse(title.replace('"', " ").replace("-", " ").replace(":", " ")):
        assert any(
            all(f" {' '.join(sequence)} ".replace("* ", "") in held for sequence in alternative)
            for alternative in clause.alternatives
        ), clause


def test_phrases_prefixes_exclusions_and_fields(store: str) -> None:
    whole, other, third = fill(
        NoticeDraft(
            title="Projet de ville et habitat",
            abstract="Insertion des jeunes",
            agents=(AgentDraft("personne", "Dubet", "François"),),
        ),
        NoticeDraft(
            title="La ville en projet", publishers=(PublisherDraft("Éditions de l’Aube", "Paris"),)
        ),
        NoticeDraft(
            title="Insérer par l’emploi",
            isbn="9782070368228",
            items=(ItemDraft(barcode="1", shelf_mark="EMP 12"),),
        ),
    )
    assert set(found('"projet de ville"').ids) == {whole}
    assert set(found("projet ville").ids) == {whole, other}
    assert set(found("« ville en projet »").ids) == {other}
    assert set(found("inser*").ids) == {whole, third}
    assert set(found("insér*").ids) == {whole, third}
    assert set(found("ville -habitat").ids) == {other}
    assert set(found("-ville").ids) == {third}
    assert set(found("auteur:dubet").ids) == {whole}
    assert set(found("titre:insertion").ids) == set()
    assert set(found("resume:insertion").ids) == {whole}
    assert set(found("editeur:aube").ids) == {other}
    assert set(found("titre:aube").ids) == set()
    assert set(found("cote:emp").ids) == {third}
    assert set(found("isbn:978-2-07-036822-8").ids) == {third}
    assert set(found("978-2-07-036822-8").ids) == {third}
    assert set(found("inconnu:dubet").ids) == set()


def test_a_phrase_is_met_in_its_order_whole_and_in_one_field(store: str) -> None:
    straight, parted, reversed_ = fill(
        NoticeDraft(title="Ville ville durable", keywords=("contrat urbain", "cohésion sociale")),
        NoticeDraft(title="La vie des", abstract="Des quartiers. La vie. Contrat, urbain."),
        NoticeDraft(title="Durable ville", keywords=("urbain", "contrat")),
    )
    for text, expected in {
        '"ville durable"': {straight}, '"ville ville"': {straight},
        '"ville ville durable"': {straight}, '"durable ville"': {reversed_},
        '"vie des quartiers"': set(), '"vie des"': {parted}, '"des quartiers"': {parted},
        '"des des"': set(), '"la vie des des quartiers"': set(),
        'titre:"ville durable"': {straight}, 'resume:"ville durable"': set(),
        'sujet:"contrat urbain"': {straight}, '"contrat urbain"': {straight, parted},
        '"urbain cohésion"': set(), '"quartiers la vie contrat"': {parted},
        'durable -"ville durable"': {reversed_},
    }.items():  # fmt: skip
        assert set(found(text).ids) == expected, text


def test_a_very_long_text_is_kept_and_met_to_its_last_word(store: str) -> None:
    words = " ".join(f"mot{n} suite{n % 977}" for n in range(40_000))
    [own] = fill(NoticeDraft(title="Sommaire", abstract=f"{words} finale"))
    assert set(found("finale").ids) == {own}
    assert set(found('"mot7000 suite161"').ids) == {own}


def test_the_words_of_a_notice_lie_apart_from_what_a_search_reads(store: str) -> None:
    """PostgreSQL reads a page for a few matches: a row that keeps its words weighs over 2 kB."""
    with db.writing("documentation") as session:
        if db.is_sqlite(session.connection()):
            pytest.skip("FTS5 lays its words out itself")
        session.execute(sa.text("TRUNCATE notice_vector"))  # pages other tests left are given back
    long = " ".join(f"mot{n}" for n in range(60))
    ids = fill(*(NoticeDraft(title="Ville", abstract=long) for _ in range(40)))
    with db.writing("documentation") as session:
        entries = [writing.Entry(NoticeDraft(title="Ville", abstract=f"autre {long}"), own)
                   for own in ids]  # fmt: skip
        writing.write(session, entries, now=NOW)
        size = sa.text("SELECT pg_relation_size('notice_vector')")
        assert session.connection().execute(size).scalar_one() <= 2 * 40 * 512
    assert found('"autre mot0"').total == 40


def test_the_title_comes_before_the_abstract_and_says_why(store: str) -> None:
    below, above, middle = fill(
        NoticeDraft(title="Rapport annuel", abstract="De la réussite éducative à l’école " * 3),
        NoticeDraft(title="La réussite éducative", pub_year=2010),
        NoticeDraft(title="Dispositifs", keywords=("Réussite éducative",)),
    )
    answer = found("réussite éducative")
    assert answer.ids == (above, middle, below)
    assert answer.reasons[0] == ("l’expression est dans le titre",)
    assert answer.reasons[1] == ("c’est un sujet du document",)


def test_the_beginning_of_a_word_is_ranked_like_the_word(store: str) -> None:
    aside, subject = fill(
        NoticeDraft(title="Rapport annuel", abstract="Un mot des insertions, parmi bien d’autres."),
        NoticeDraft(title="L’insertion des jeunes"),
    )
    for text in ("insert*", "insertion*"):
        assert found(text).ids == (subject, aside), text


def test_all_words_of_the_best_matches_count_not_only_those_of_their_titles(store: str) -> None:
    often, both, once = fill(
        NoticeDraft(title="Un bilan", abstract="L’habitat, encore l’habitat, toujours l’habitat."),
        NoticeDraft(title="L’habitat ancien", abstract="La vacance de logements."),
        NoticeDraft(title="Un rapport", abstract="Parmi tant de choses, un mot sur l’habitat."),
    )
    assert found("habitat").ids == (both, often, once)
    assert found("habitat logement").ids == (both,)
    assert found("habitat -vacance").ids == (often, once)


def test_only_the_team_finds_what_is_not_public(store: str) -> None:
    fill(
        NoticeDraft(title="Logement public"),
        NoticeDraft(title="Logement interne", visibility="equipe"),
        NoticeDraft(title="Logement en cours", status="brouillon"),
        NoticeDraft(title="Logement effacé", status="supprime"),
    )  # fmt: skip
    assert found("logement").total == 1
    assert found("logement", STAFF).total == 3
    assert found("effacé", STAFF).total == 0
    assert found("interna").total == 0  # no word of a hidden notice is proposed either
    assert found("interna").proposal == ""
    with db.reading() as session:
        assert queries.counts(session)["records"] == 2


def test_facets_or_inside_and_between_and_excluded(store: str) -> None:
    fill(
        NoticeDraft(title="Ville un", pub_year=2008, languages="fre", doc_type="livre"),
        NoticeDraft(title="Ville deux", pub_year=2009, languages="fre eng", doc_type="article"),
        NoticeDraft(title="Ville trois", pub_year=2009, languages="eng", doc_type="article"),
        NoticeDraft(title="Ville sans année", doc_type="rapport", url="https://example.org/a"),
    )
    french = facets.language_number("fre")
    answer = found("ville")
    assert answer.counts[Facet.YEAR] == {2008: 1, 2009: 2}
    assert answer.counts[Facet.LANGUAGE] == {french: 2, facets.language_number("eng"): 2}
    article = facets.TYPES.index(DocumentType.ARTICLE)
    chosen = Selection(chosen={Facet.TYPE: (article,)})
    answer = found("ville", selection=chosen)
    assert answer.total == 2
    assert sum(answer.counts[Facet.TYPE].values()) == 4  # its own choice leaves its counts alone
    assert answer.counts[Facet.YEAR] == {2009: 2}
    both = Selection(chosen={Facet.TYPE: (article,), Facet.LANGUAGE: (french,)})
    assert found("ville", selection=both).total == 1
    two = Selection(chosen={Facet.YEAR: (2008, 2009)})
    assert found("ville", selection=two).total == 3
    assert found("ville", selection=Selection(excluded={Facet.YEAR: (2009,)})).total == 2
    assert found("ville", selection=Selection(year_from=2009)).total == 2
    assert found("ville", selection=Selection(year_to=2008)).total == 1
    assert found("ville", selection=Selection(chosen={Facet.YEAR: (-5, 2**40)})).total == 0


@given(
    notices=st.lists(st.tuples(st.integers(0, 2), st.integers(2000, 2003)), max_size=30),
    types=st.sets(st.integers(0, 2)), years=st.sets(st.integers(2000, 2003)),
)  # fmt: skip
def test_counts_are_those_of_a_plain_loop(
    notices: list[tuple[int, int]], types: set[int], years: set[int]
) -> None:
    rows = [
        (own, 1.0, facets.packed([facets.code(Facet.TYPE, kind), facets.code(Facet.YEAR, year)]))
        for own, (kind, year) in enumerate(notices)
    ]
    wanted = Selection(chosen={Facet.TYPE: tuple(types), Facet.YEAR: tuple(years)})
    narrowed = facets.narrow(facets.Matches.of(rows), wanted)
    in_type = [not types or kind in types for kind, _ in notices]
    in_year = [not years or year in years for _, year in notices]
    assert narrowed.kept.tolist() == [a and b for a, b in zip(in_type, in_year, strict=True)]
    expected: dict[int, int] = {}
    for (kind, _), holds in zip(notices, in_year, strict=True):
        if holds:
            expected[kind] = expected.get(kind, 0) + 1
    assert narrowed.counts[Facet.TYPE] == expected


def test_letters_apart_from_their_accents_are_highlighted_too() -> None:
    pieces = highlighting.highlighted("L’e\u0301cole", parsing.parse("ecole"))
    assert pieces == [("L’", False), ("école", True)]


def test_a_passage_begins_where_the_query_is_first_met() -> None:
    text = "Un long propos. " * 40 + "Puis la médiation vient. " + "Et la suite. " * 40
    cut = highlighting.passage(text, parsing.parse("mediation"), 260)
    assert "médiation" in cut
    assert cut.startswith("…")
    assert cut.endswith("…")
    assert highlighting.passage(text, parsing.parse("propos"), 260) == text[:260] + "…"
    assert highlighting.passage("Court.", parsing.parse("suite"), 260) == "Court."


@pytest.mark.parametrize(
    ("text", "shown", "excluded"),
    [
        ('ville : "politique de la ville"', ["ville", "politique de la ville"], []),
        ("“projet de ville” loppsi", ["projet de ville", "loppsi"], []),
        ('"a b" LOPPSI 2 36 000', ["a b", "LOPPSI 2", "36 000"], []),
        ("emploi -ville 12", ["emploi", "12"], ["ville"]),
        ("type : habitat", ["type", "habitat"], []),
    ],
)
def test_what_is_typed_is_cut_as_it_reads(text: str, shown: list[str], excluded: list[str]) -> None:
    clauses = parsing.parse(text)
    assert [one.shown for one in clauses if not one.is_excluded] == shown
    assert [one.shown for one in clauses if one.is_excluded] == excluded


def test_a_type_is_a_field_and_a_query_too_long_says_so(store: str) -> None:
    book, _ = fill(NoticeDraft(title="Ville", doc_type="livre"),
                   NoticeDraft(title="Ville et livre", doc_type="article"))  # fmt: skip
    assert found("type:livre ville").ids == (book,)
    assert found("-type:livre ville").total == 1
    assert found('type:"jeu, mallette"').total == 0
    assert not parsing.is_cut("mot " * 24)
    assert parsing.is_cut(" ".join(f"mot{n}" for n in range(25)))
    assert parsing.is_cut("m" * 501)


def _concept(session: Session, label: str, others: tuple[str, ...] = ()) -> int:
    of = session.exec(select(Thesaurus).where(Thesaurus.code == "essai")).first()
    if of is None:
        of = Thesaurus(code="essai", name="Essai")
        session.add(of)
        session.flush()
    concept = Concept(thesaurus_id=of.id or 0, code=label)
    session.add(concept)
    session.flush()
    for kind, text in [("pref", label), *(("alt", other) for other in others)]:
        session.add(ConceptLabel(concept_id=concept.id or 0, kind=kind, label=text,
                                 key=parsing.term_key(text)))  # fmt: skip
    session.flush()
    return concept.id or 0


def test_a_term_is_widened_to_the_preferred_one_and_that_can_be_taken_away(store: str) -> None:
    with db.writing("documentation") as session:
        concept = _concept(session, "Déscolarisation", ("Décrochage scolaire",))
    one, two = titled("Lutter contre le décrochage scolaire", "La déscolarisation des jeunes")
    answer = found("décrochage scolaire")
    assert set(answer.ids) == {one, two}
    assert [(w.concept_id, w.typed, w.labels) for w in answer.widenings] == [
        (concept, "décrochage scolaire", ("Déscolarisation",))
    ]
    assert found("décrochage scolaire", without=(concept,)).ids == (one,)
    assert found("decrochages scolaires jeunes").ids == (two,)


def test_a_wider_concept_finds_and_counts_the_narrower_ones(store: str) -> None:
    with db.writing("documentation") as session:
        wide, narrow = _concept(session, "Éducation"), _concept(session, "École")
        session.add(ConceptRelation(from_id=narrow, to_id=wide, kind="broader"))
        session.add(ConceptRelation(from_id=wide, to_id=narrow, kind="broader"))  # a cycle ends
    one, two = fill(
        NoticeDraft(title="A", concepts=(ConceptDraft("essai", "École", ""),)),
        NoticeDraft(title="B", concepts=(ConceptDraft("essai", "Éducation", ""),)),
    )
    answer = found("", selection=Selection(chosen={Facet.CONCEPT: (wide,)}))
    assert set(answer.ids) == {one, two}
    assert answer.counts[Facet.CONCEPT] == {wide: 2, narrow: 2}


def test_a_faulty_word_is_put_right_only_when_nothing_is_found(store: str) -> None:
    (own,) = titled("La prévention de la délinquance")
    answer = found("prevetnion de la delinquance")
    assert answer.ids == (own,)
    assert answer.is_corrected
    assert answer.proposal == "prévention de la delinquance"
    assert found("zzzzzzzz").ids == ()
    assert not found("prévention").is_corrected


def test_pages_of_equal_matches_hold_each_once_in_the_order_of_the_export(store: str) -> None:
    ids = fill(*(NoticeDraft(title="Compte rendu de réunion", pub_year=2005 + n % 5)
                 for n in range(460)))  # fmt: skip
    fill(*(NoticeDraft(title="Rapport", abstract="Une réunion" + " de plus, une réunion" * (n % 3))
           for n in range(60)))  # fmt: skip
    pages = [own for start in range(0, 540, 20) for own in found("réunion", start=start).ids]
    assert (len(pages), len(set(pages))) == (520, 520)
    assert set(pages[:460]) == set(ids)
    with db.reading() as session:
        assert all_ids(session, PUBLIC, Request(text="réunion")) == pages


def test_abstracts_are_ranked_by_their_words_however_many_match(store: str) -> None:
    aside = [NoticeDraft(title=f"Rapport {n}", abstract="La médiation, " + "entre autres " * 20)
             for n in range(110)]  # fmt: skip
    subject, *_ = fill(NoticeDraft(title="Bilan", abstract="Médiation, médiation, médiation !"),
                       *aside, *aside, *aside)  # fmt: skip
    assert found("médiation").ids[0] == subject


def test_a_widening_keeps_every_condition(store: str) -> None:
    asked, other, _, named = fill(
        NoticeDraft(title="Évaluation des ZUS", agents=(AgentDraft("personne", "Dubet", "F."),)),
        NoticeDraft(title="L’évaluation", agents=(AgentDraft("personne", "Lapeyronnie", "D."),)),
        NoticeDraft(title="Les ZUS"),
        NoticeDraft(title="Évaluer un projet de la ville"),
    )
    assert found("auteur:dubet évaluer", is_wide=True).ids == (asked,)
    assert found("ZUS évaluer", is_wide=True).ids == (asked,)
    assert found("évaluer", is_wide=True).total == 3
    assert found("évaluer -zus", is_wide=True).ids == (named, other)
    assert found('évaluation "projets de la ville"', is_wide=True).ids == (named,)
    assert found('"évaluer"', is_wide=True).ids == (named,)


def test_a_number_is_found_as_it_is_and_no_other(store: str) -> None:
    book, review, town = fill(
        NoticeDraft(title="Un livre", isbn="9782070360000", isbn_text="978-2-07-036000-0"),
        NoticeDraft(title="Une revue", issn="1234-567X"),
        NoticeDraft(title="Le 31500", abstract="Code 3150"),
    )
    for text in ("9782070360000", "978-2-07-036000-0", 'isbn:"978-2-07-036000-0"',
                 "2070360008", "2-07-036000-8", "isbn:2-07-036000-8"):  # fmt: skip
        assert found(text).ids == (book,), text
    for text in ("1234-567X", "1234567x", "issn:1234-567X", 'issn:"1234-567X"'):
        assert found(text).ids == (review,), text
    assert found("31500").ids == (town,)
    assert found("315000").ids == ()
    assert found("titre:3150").ids == ()


def test_small_words_are_set_aside_in_every_form(store: str) -> None:
    own, without = titled("Jeunes en prison", "Personnes sans domicile")
    assert found("jeunes dans la prison").ids == (own,)
    assert found("nos jeunes en prison").ids == ()
    assert found("sans domicile").ids == (without,)
    assert parsing.term_key("Vie dans la cité, avec eux") == "vie cite eux"
    assert {normaliser.token(one) for one in parsing.SMALL_WORDS} == parsing.SMALL_WORDS


def test_a_word_that_only_hidden_notices_hold_keeps_no_correction_back(store: str) -> None:
    fill(NoticeDraft(title="La prevension", status="brouillon"),
         NoticeDraft(title="Prévensions internes", visibility="equipe"),
         NoticeDraft(title="La prévention"))  # fmt: skip
    assert found("prevension").proposal == "prévention"
    assert found("prevension").is_corrected
    assert not found("prevension", STAFF).is_corrected
    assert found("interne").proposal == ""


def test_a_near_word_much_more_frequent_is_proposed_and_not_imposed(store: str) -> None:
    wrong, *_ = titled("L’inserton des jeunes", *["L’insertion des jeunes"] * 12)
    answer = found("inserton jeunes")
    assert answer.ids == (wrong,)
    assert (answer.proposal, answer.is_corrected) == ("insertion jeunes", False)
    assert found("insertion jeunes").proposal == ""


def test_a_subject_is_named_in_french_first(store: str) -> None:
    with db.writing("documentation") as session:
        own = _concept(session, "Logement")
        session.add(ConceptLabel(concept_id=own, kind="pref", lang="en", label="Housing",
                                 key="housing"))  # fmt: skip
    fill(NoticeDraft(title="A", concepts=(ConceptDraft("essai", "Logement", ""),)))
    with db.reading() as session:
        offered = facet_queries.offered(session, counts=found("").counts)
    assert [one.label for one in offered.of(Facet.CONCEPT)] == ["Logement"]


def test_families_widen_only_when_asked_and_come_last(store: str) -> None:
    act, noun = titled("Évaluer un contrat", "Évaluation des contrats")
    assert found("évaluer").ids == (act,)
    assert found("évaluer", is_wide=True).ids == (act, noun)
    assert not found("évaluatoin", is_wide=True).is_corrected
    assert found("évaluatoin").is_corrected


def test_a_saved_notice_is_found_at_once_and_its_old_words_no_more(store: str) -> None:
    (own,) = titled("Habitat ancien")
    with db.writing("documentation") as session:
        writing.write(session, [writing.Entry(NoticeDraft(title="Logement neuf"), own)], now=NOW)
    assert found("logement").ids == (own,)
    assert found("habitat").ids == ()
    assert found("habitab").proposal == ""  # its words left with it


def test_rebuilding_changes_nothing(store: str) -> None:
    titled("Habitat ancien", "L’école", "La ville")
    before = [found(text) for text in ("", "école", "habitta")]
    with db.writing("documentation") as session:
        assert indexing.rebuild(session) == 3
    assert [found(text) for text in ("", "école", "habitta")] == before


def test_words_that_a_release_before_cut_otherwise_are_cut_again_at_start(store: str) -> None:
    [book] = fill(NoticeDraft(title="Un livre", isbn="9782070360000"))
    with db.writing("documentation") as session:
        _concept(session, "Jeunes en prison", ("Mineurs dans la prison",))
        session.execute(sa.text("UPDATE concept_label SET key = 'ancien'"))
        session.execute(sa.text("UPDATE notice_text SET other = '978207036 i_978207036'"))
        session.execute(sa.text("DELETE FROM revision WHERE domain = 'catalogue_words'"))
    assert found("9782070360000").total == 0
    before = db.revision("documentation")
    schema.upgrade(store)
    assert found("9782070360000").ids == (book,)
    assert [one.labels for one in found("mineurs prison").widenings] == [("Jeunes en prison",)]
    assert db.revision("documentation") == before + 1
    schema.upgrade(store)
    assert db.revision("documentation") == before + 1


def test_words_of_a_release_before_are_cut_again_when_a_backup_brings_them(
    store: str, tmp_path: Path
) -> None:
    [book] = fill(NoticeDraft(title="Un livre", isbn="9782070360000"))
    with db.writing("documentation") as session:
        session.execute(sa.text("UPDATE notice_text SET other = '978207036 i_978207036'"))
        session.execute(sa.text("DELETE FROM revision WHERE domain = 'catalogue_words'"))
    backup.save(store, tmp_path / "a.json.gz")
    backup.restore(store, tmp_path / "a.json.gz")
    assert found("9782070360000").ids == (book,)


def test_an_index_laid_out_again_answers_the_same(store: str) -> None:
    fill(
        NoticeDraft(title="L’insertion des jeunes"),
        NoticeDraft(title="Rapport", visibility="equipe"),
    )
    before = [(found(text), found(text, STAFF)) for text in ("insert*", "rapport", "")]
    with db.writing("documentation") as session:
        search_index.renew(session.connection())
    assert [(found(text), found(text, STAFF)) for text in ("insert*", "rapport", "")] == before
    assert before[1][0].total == 0
    assert before[1][1].total == 1


def test_few_words_of_postgresql_wait_to_be_sorted_in_an_older_store_too(store: str) -> None:
    options = sa.text("SELECT reloptions FROM pg_class WHERE relname = ANY (:names)")
    with db.writing("documentation") as session:
        connection = session.connection()
        if db.is_sqlite(connection):
            pytest.skip("SQLite keeps no such list")
        for name in search_index.GIN:
            connection.exec_driver_sql(f"ALTER INDEX {name} RESET (gin_pending_list_limit)")
        search_index.shorten_pending(connection)
        kept = connection.execute(options, {"names": list(search_index.GIN)}).scalars().all()
    assert kept == 2 * [["gin_pending_list_limit=64"]]
    fill(NoticeDraft(title="Ville"))
    with db.writing("documentation") as session:
        connection = session.connection()
        search_index.optimise(connection)
        waiting = [
            sa.func.gin_clean_pending_list(sa.cast(name, REGCLASS)) for name in search_index.GIN
        ]
        assert list(connection.execute(sa.select(*waiting)).one()) == [0, 0]
    assert found("ville").total == 1


def test_pages_and_orders_hold_every_match_once(store: str) -> None:
    fill(*(NoticeDraft(title=f"Ville {n}", pub_year=2000 + n % 7 or None) for n in range(50)))
    for order in Order:
        seen = [
            own
            for start in range(0, 60, 20)
            for own in found("ville", start=start, order=order).ids
        ]
        assert (len(seen), len(set(seen))) == (50, 50)
        with db.reading() as session:
            assert sorted(all_ids(session, PUBLIC, Request(text="ville", order=order))) == sorted(
                seen
            )


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("L’École des œuvres", "ecole oeuvre", ["École", "œuvres"]),
        ("Insertion, inséré", "inser*", ["Insertion", "inséré"]),
        ("ville et emploi", "ville -emploi", ["ville"]),
        ("de la ville", "de la ville", ["ville"]),
        ("Le C.U.C.S. de 36 000 habitants", "CUCS 36000", ["C.U.C.S", "36 000"]),
        ("Co-construction, PEP’S", "coconstruction PEPS", ["Co-construction", "PEP’S"]),
    ],
)
def test_what_met_the_query_is_highlighted(text: str, query: str, expected: list[str]) -> None:
    pieces = highlighting.highlighted(text, parsing.parse(query))
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_met in pieces if is_met] == expected
