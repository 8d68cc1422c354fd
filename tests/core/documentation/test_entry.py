"""A record typed in the form: what is named, what is kept, what is refused."""

import pytest

from core import db
from core.documentation import entry, entry_queries
from core.documentation.drafts import (
    AgentDraft,
    ConceptDraft,
    ItemDraft,
    NoticeDraft,
    PublisherDraft,
)
from core.documentation.entry import Typed
from core.errors import DomainError, ForbiddenError
from tests.core.documentation.making import PUBLIC, STAFF, fill

HOUSING = ConceptDraft("rt", "Logement", "Logement")
BEFORE = NoticeDraft(
    title="Vieux", notes="gardée", agents=(AgentDraft("personne", "Dubet", "F.", "1946", "340"),),
    raw=(), pub_year=2009, pub_date_text="[2009?]",
)  # fmt: skip


def test_what_is_typed_is_named_and_what_is_not_shown_is_kept() -> None:
    typed = Typed(
        {"title": " Neuf ", "issn": "07683138", "pub_date_text": "cop. 2010"},
        agents=["Dubet, F.", "Martin, Luc", " Ville de  Toulouse ", "Martin, Luc"],
        publishers=["Paris : Aube", "Seuil"], subjects=["Logement", "jeu"], themes=["PV-CONT"],
    )  # fmt: skip
    made = entry.draft(typed, BEFORE, concepts={"Logement": HOUSING})
    assert (made.title, made.issn, made.pub_year, made.notes) == (
        "Neuf", "0768-3138", 2010, "gardée",
    )  # fmt: skip
    assert made.agents == (
        BEFORE.agents[0], AgentDraft("personne", "Martin", "Luc", "", "070"),
        AgentDraft("collectivite", "Ville de Toulouse", "", "", "070"),
    )  # fmt: skip
    assert made.publishers == (PublisherDraft("Aube", "Paris"), PublisherDraft("Seuil"))
    assert (made.concepts, made.keywords, made.themes) == ((HOUSING,), ("jeu",), ("PV-CONT",))
    with pytest.raises(DomainError, match="ISSN « 1234-5678 » est faux"):
        entry.draft(Typed({"issn": "1234-5678"}), BEFORE, concepts={})


def test_copies_are_one_a_barcode_and_kits_count_their_parts() -> None:
    shelf = ItemDraft(shelf_mark="K 1")
    one, two = entry.copies("B1 B2;B1", shelf, "Livret\n\n Jeu ")
    assert (one.barcode, two.barcode, two.parts, two.parts_expected) == (
        "B1", "B2", ("Livret", "Jeu"), 2,
    )  # fmt: skip
    assert entry.copies("", ItemDraft(), "") == ()
    assert entry.copies(" ", shelf, "") == (shelf,)
    for codes, own, parts, held, said in (
        ("", ItemDraft(), "Jeu", (), "à la mallette"),
        ("B1", shelf, "", (one,), "déjà celui d’un exemplaire"),
        ("", shelf, "", (shelf,), "a déjà un exemplaire sans code-barres"),
    ):
        with pytest.raises(DomainError, match=said):
            entry.copies(codes, own, parts, held=held)


def test_what_is_known_is_offered_most_used_first(store: str) -> None:
    aube = PublisherDraft("Aube", "Paris")
    fill(
        NoticeDraft(title="Un", agents=(AgentDraft("personne", "Zola", "É.", "", "070"),)),
        NoticeDraft(title="Deux", agents=(AgentDraft("personne", "Zola", "É.", "", "070"),
                    AgentDraft("collectivite", "Acsé", "", "", "070")), publishers=(aube,),
                    concepts=(HOUSING,)),
    )  # fmt: skip
    with db.reading() as session:
        offered = entry_queries.offered(session, STAFF)
        assert (list(offered.agents), offered.publishers) == (
            ["Zola, É.", "Acsé"], ["Paris : Aube"],
        )  # fmt: skip
        assert offered.agents["Acsé"].kind == "collectivite"
        assert offered.concepts == {"Logement": HOUSING}
        with pytest.raises(ForbiddenError):
            entry_queries.offered(session, PUBLIC)


def test_an_agent_of_two_roles_and_a_label_of_two_thesauri_are_both_kept() -> None:
    before = NoticeDraft(
        title="T",
        agents=(AgentDraft("personne", "Dubet", "F.", "", "070"),
                AgentDraft("personne", "Dubet", "F.", "", "340")),
        concepts=(HOUSING, ConceptDraft("rameau", "2", "Logement")),
    )  # fmt: skip
    typed = Typed({"title": "T"}, agents=["Dubet, F."], subjects=["Logement"])
    assert entry.draft(typed, before, concepts={"Logement": HOUSING}) == before


def test_an_agent_that_is_offered_keeps_what_it_is() -> None:
    name = "Jeunesse, Sports"
    body = AgentDraft("collectivite", name)
    typed = Typed({"title": "T"}, agents=[name, "Ministère de la Jeunesse, des Sports"])
    made = entry.draft(typed, NoticeDraft(title=""), concepts={}, agents={name: body})
    assert [one.kind for one in made.agents] == ["collectivite", "collectivite"]
    assert [one.role for one in made.agents] == ["070", "070"]
