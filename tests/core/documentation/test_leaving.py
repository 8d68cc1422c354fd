"""What leaves the catalogue: exports, citations, baskets, searches kept or without result."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core import backup, db
from core.access import Viewer
from core.documentation import (
    baskets,
    citations,
    exports,
    operations,
    queries,
    reading,
    record_files,
    vain_searches,
)
from core.documentation.drafts import (
    AgentDraft,
    ItemDraft,
    LinkDraft,
    NoticeDraft,
    PublisherDraft,
    RawField,
)
from core.documentation.exports import Format
from core.errors import DomainError, ForbiddenError
from tests.conftest import NOW
from tests.core.documentation.making import PUBLIC, STAFF, fill, search

BOOK = NoticeDraft(
    title="Vivre ensemble", doc_type="rapport", pub_year=2009, pub_date_text="2009",
    agents=(AgentDraft("personne", "Dubet", "François", "", "070"),),
    publishers=(PublisherDraft("Aube", "Paris"),),
    items=(ItemDraft(barcode="B1", price_cents=1250, note="don"),),
)  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in Format if kind is not Format.XLSX])
def test_a_selection_is_exported_in_every_format(store: str, kind: Format) -> None:
    ids = fill(BOOK, NoticeDraft(title="Interne", visibility="equipe"))
    with db.reading() as session:
        public = exports.export(session, PUBLIC, ids, kind)
        team = exports.export(session, STAFF, ids, kind)
    titles = [draft.title for draft in record_files.read(team.content, team.name).drafts()]
    assert titles == ["Vivre ensemble", "Interne"]
    (only,) = record_files.read(public.content, public.name).drafts()
    assert (only.title, only.agents, only.pub_year) == (BOOK.title, BOOK.agents, 2009)
    if kind in {Format.ISO2709, Format.XML}:
        assert (only.items[0].price_cents, only.items[0].note) == (None, "")


def test_remarks_and_hidden_records_do_not_leave_with_a_public_export(store: str) -> None:
    hidden, shown = fill(NoticeDraft(title="H", status="masque"), NoticeDraft(title="Revue"))
    links = (LinkDraft("dans", f"rt{hidden:08}"), LinkDraft("voir", f"rt{shown:08}"))
    raw = (RawField("pmb:commentaire_gestion", "pour M. X"), RawField("606", "  ‡aVille"),
           RawField("830", "  ‡aà revoir"))  # fmt: skip
    with db.writing("documentation") as session:
        draft = NoticeDraft(title="Article", raw=raw, links=links)
        own = operations.create_notice(session, STAFF, draft, now=NOW)
        public = exports.export(session, PUBLIC, [own], Format.XML)
        team = exports.export(session, STAFF, [own], Format.XML)
    (read,) = record_files.read(public.content, public.name).drafts()
    assert read.links == links[1:]
    assert b"pour M. X" not in public.content
    assert "à revoir".encode() not in public.content
    assert b"pour M. X" in team.content
    assert len(record_files.read(team.content, team.name).drafts()[0].links) == 2


@pytest.mark.parametrize("kind", list(Format))
def test_the_whole_catalogue_leaves_batch_by_batch_as_it_would_at_once(
    sqlite_store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Format
) -> None:
    ids = fill(*(NoticeDraft(title=f"Titre {n}", abstract="é & <b>") for n in range(5)))
    with db.reading() as session:
        whole = exports.export(session, STAFF, ids, kind).content
        monkeypatch.setattr(exports, "CHUNK", 2)
        path = tmp_path / "catalogue"
        assert exports.save(session, STAFF, path, kind, progress=exports.silent) == 5
    if kind is Format.XLSX:
        assert path.read_bytes()[:2] == whole[:2]
    else:
        assert path.read_bytes() == whole
    assert [one.name for one in tmp_path.iterdir() if "partiel" in one.name] == []


def test_an_excel_is_exported_and_a_selection_too_big_refused(store: str) -> None:
    ids = fill(BOOK)
    with db.reading() as session:
        assert exports.export(session, PUBLIC, ids, Format.XLSX).content[:2] == b"PK"
        with pytest.raises(DomainError, match="réduisez la sélection"):
            exports.export(session, PUBLIC, range(exports.MOST + 1), Format.CSV)


def test_a_bibliography_is_sorted_and_says_what_is_not_known() -> None:
    listed = citations.bibliography(
        [
            NoticeDraft(title="Sans rien"),
            BOOK,
            NoticeDraft(title="Avant", agents=BOOK.agents, pub_year=2001),
        ]
    )
    assert listed == [
        "DUBET, François. Avant. 2001.", "DUBET, François. Vivre ensemble. Paris : Aube, 2009.",
        "Sans rien. s. d.",
    ]  # fmt: skip
    four = tuple(AgentDraft("personne", f"Nom{n}", "A.", "", "070") for n in range(4))
    assert citations.authors(four) == "NOM0, A. ; NOM1, A. ; NOM2, A. et al."


def _cited(**said: object) -> str:
    return citations.citation(NoticeDraft(title="Vivre", **said))  # type: ignore[arg-type]


def _by(role: str, kind: str = "personne") -> tuple[AgentDraft, ...]:
    return (AgentDraft(kind, "Dubet", "A." if kind == "personne" else "", "", role),)


def test_a_reference_says_what_each_kind_of_document_needs() -> None:
    article = {"doc_type": "article", "pub_year": 2009, "series": "Les Cahiers", "volume": "n° 12"}
    assert _cited(**article, agents=_by("070"), extent="p. 4-15") == (
        "DUBET, A. Vivre. In : Les Cahiers, 2009, n° 12, p. 4-15."
    )
    assert _cited(**article, extent="12 p.") == "Vivre. In : Les Cahiers, 2009, n° 12, 12 p."
    assert _cited(doc_type="article", pub_year=2009, extent="12 p.") == "Vivre. 2009. 12 p."
    assert _cited(pub_year=2009, url="https://exemple.invalid/a_b") == (
        "Vivre [en ligne]. 2009. Disponible sur : <https://exemple.invalid/a_b>"
    )
    assert _cited(subtitle="Et après…") == "Vivre : Et après… s. d."
    assert _cited(doc_type="these", pub_year=2009, agents=_by("295", "collectivite")) == (
        "Vivre. Thèse ou mémoire : Dubet, 2009."
    )
    assert _cited(
        doc_type="these", raw=(RawField("328", " 0‡bThèse‡cDroit‡eToulouse 1‡d2008"),)
    ) == ("Vivre. Thèse : Droit : Toulouse 1 : 2008.")


def test_only_who_wrote_a_work_opens_its_reference_others_are_told_as_what_they_are() -> None:
    assert _cited(agents=_by("730")) == "Vivre. DUBET, A. (trad.). s. d."
    assert _cited(agents=_by("080")) == "Vivre. DUBET, A. (préf.). s. d."
    assert _cited(agents=_by("340")) == "DUBET, A. (dir.). Vivre. s. d."
    assert _cited(agents=_by("300")) == "DUBET, A. (réal.). Vivre. s. d."
    assert _cited(agents=(*_by("070"), *_by("080"))) == "DUBET, A. Vivre. s. d."


def test_works_without_author_stand_under_their_title_in_the_same_alphabet() -> None:
    agents = _by("070")
    titles = ("Zone", "L’École", "Avril", "Les Zèbres")
    drafts = [*(NoticeDraft(title=one) for one in titles), NoticeDraft(title="B", agents=agents)]
    named = [one.title for one in citations.in_order(drafts)]
    assert named == ["Avril", "B", "L’École", "Les Zèbres", "Zone"]


def test_a_host_known_only_by_a_link_is_cited_where_it_may_be_seen(store: str) -> None:
    def to(kind: str, host: int) -> tuple[LinkDraft, ...]:
        return (LinkDraft(kind, reading.local_id(host)),)

    def make(title: str, **more: Any) -> int:
        with db.writing("documentation") as session:
            draft = NoticeDraft(title=title, **more)
            return operations.create_notice(session, STAFF, draft, now=NOW)

    part = {"title": "Article", "doc_type": "article", "level": "a"}
    review = make("Les Cahiers", doc_type="periodique", level="s")
    secret = make("Secret", visibility="equipe")
    issue = make("Les Cahiers, n° 12", doc_type="numero", level="b", volume="12", pub_year=2009,
                 links=to("numero_de", review))  # fmt: skip
    first = make(**part, links=to("dans", issue))
    second = make(**part, links=to("dans", secret))
    third = make(**part, links=to("partie", issue), series="Dit ici", pub_year=2001)
    with db.reading() as session:
        public = queries.cited(session, PUBLIC, [first, second, third])
        team = queries.cited(session, STAFF, [second])
    assert [citations.citation(one) for one in public.values()] == [
        "Article. In : Les Cahiers, 2009, n° 12.", "Article. s. d.",
        "Article. In : Dit ici, 2001.",
    ]  # fmt: skip
    assert citations.citation(team[second]) == "Article. In : Secret, s. d."


def test_a_basket_keeps_its_order_and_is_its_owner_s(store: str) -> None:
    one, two = fill(BOOK, NoticeDraft(title="Deux"))
    with db.writing("documentation") as session:
        own = baskets.add(session, STAFF, name=" Ma  liste ", ids=[two, one, two], now=NOW)
        assert baskets.add(session, STAFF, name="Ma liste", ids=[one], now=NOW) == own
        assert baskets.contents(session, STAFF, basket_id=own) == [two, one]
        other = Viewer(role=STAFF.role, name="Autre")
        with pytest.raises(DomainError, match="n’existe pas"):
            baskets.contents(session, other, basket_id=own)
        baskets.share(session, STAFF, basket_id=own)
        assert baskets.baskets(session, other)["notices"].tolist() == [2]
        baskets.take_out(session, STAFF, basket_id=own, ids=[two])
        assert baskets.contents(session, other, basket_id=own) == [one]
        with pytest.raises(ForbiddenError):
            baskets.baskets(session, PUBLIC)


def test_searches_are_kept_by_name_and_empty_ones_counted(store: str) -> None:
    with db.writing("documentation") as session:
        for address in ("q=ville", "q=ville&type=livre"):
            baskets.save_search(session, STAFF, name="Ville", address=address, now=NOW)
        assert baskets.saved_searches(session, STAFF)["address"].tolist() == ["q=ville&type=livre"]
        for text in ("zadiste", "Zadistes", "de la ville"):
            vain_searches.note(session, PUBLIC, text=text, now=NOW)
        table = vain_searches.searches(session, STAFF)
    assert table[["shown", "times"]].to_numpy().tolist() == [["zadiste", 2], ["ville", 1]]


def test_a_vain_search_keeps_nothing_that_says_who_somebody_is(store: str) -> None:
    said = ("jean@exemple.fr", "0561000000", "dupont jean 06 12 34 56 78", "auteur:dupont zad",
            "2011", "emeute\x002009 -jean")  # fmt: skip
    with db.writing(*vain_searches.DOMAINS) as session:
        for text in said:
            vain_searches.note(session, PUBLIC, text=text, now=NOW)
        assert vain_searches.searches(session, STAFF)["shown"].tolist() == ["emeute"]


def test_vain_searches_are_forgotten_after_a_year_and_beyond_a_thousand(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vain_searches, "MOST", 3)
    with db.writing(*vain_searches.DOMAINS) as session:
        vain_searches.note(session, PUBLIC, text="ancien", now=NOW - timedelta(days=366))
        vain_searches.note(session, PUBLIC, text="connu", now=NOW)
        assert vain_searches.searches(session, STAFF)["shown"].tolist() == ["connu"]
        for minute, text in enumerate(("un autre", "deux autres", "trois autres"), start=1):
            later = NOW + timedelta(minutes=minute)
            vain_searches.note(session, PUBLIC, text=text, now=later)
        assert set(vain_searches.searches(session, STAFF)["shown"]) == {
            "autre", "deux autres", "trois autres"
        }  # fmt: skip


def test_a_restored_backup_is_searched_at_once(store: str, tmp_path: Path) -> None:
    (own,) = fill(BOOK)
    backup.save(store, tmp_path / "a.json.gz")
    fill(NoticeDraft(title="Venu après"))
    backup.restore(store, tmp_path / "a.json.gz")
    assert search("vivre ensemble").ids == (own,)
    assert search("venu").total == 0
    assert search("viivre").is_corrected
