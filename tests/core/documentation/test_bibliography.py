"""Bibliographies: groups, French typography, and what a word processor reads again."""

from collections.abc import Sequence
from io import BytesIO

import pdfplumber
import pytest
from docx import Document

from core import db
from core.documentation import baskets, bibliography, merging, operations, queries, vain_searches
from core.documentation.bibliography import Group, Grouping, Plan
from core.documentation.drafts import AgentDraft, NoticeDraft
from core.documentation.enums import NoticeState
from core.errors import DomainError
from tests.conftest import NOW
from tests.core.documentation.making import STAFF, titled

THEMES = {"ED": "Éducation", "HA": "Habitat"}


def _by(name: str, title: str, **said: object) -> NoticeDraft:
    agent = AgentDraft("personne", name, "A.", "", "070")
    return NoticeDraft(title=title, agents=(agent,), **said)  # type: ignore[arg-type]


DRAFTS = (
    _by("Zola", "Cœur d’été", doc_type="these", themes=("HA",), abstract="Où loger ?"),
    _by("Éluard", "Été", doc_type="livre", themes=("ED", "HA")),
    _by("Dubet", "Vivre", doc_type="livre"),
    _by("Faure", "Après \x0b« tout »", doc_type="livre", themes=("ED",)),
)


def _shape(grouping: Grouping) -> list[tuple[str, list[str]]]:
    found = bibliography.groups(DRAFTS, Plan("T", grouping=grouping), THEMES)
    return [(one.heading, [line.text.split(",")[0] for line in one.references]) for one in found]


def test_references_are_grouped_as_asked_and_accents_do_not_disturb_the_alphabet() -> None:
    assert _shape(Grouping.ALPHABET) == [("", ["DUBET", "ÉLUARD", "FAURE", "ZOLA"])]
    assert _shape(Grouping.THEME) == [
        ("Éducation", ["ÉLUARD", "FAURE"]), ("Habitat", ["ZOLA"]), ("Sans thème", ["DUBET"]),
    ]  # fmt: skip
    assert _shape(Grouping.TYPE) == [
        ("Livre", ["DUBET", "ÉLUARD", "FAURE"]), ("Thèse, mémoire", ["ZOLA"]),
    ]  # fmt: skip


def test_a_docx_read_again_says_every_accent_and_the_abstract_where_wanted() -> None:
    plan = Plan("Été : l’école", "Une première.\n\nPuis l’autre ?", Grouping.THEME, True)
    listed = bibliography.groups(DRAFTS, plan, THEMES)
    read = Document(BytesIO(bibliography.as_docx(listed, plan)))
    lines = [one.text for one in read.paragraphs]
    assert lines[:4] == ["Été\u00a0: l’école", "4 références", "Une première.",
                         "Puis l’autre\u202f?"]  # fmt: skip
    headings = [one.text for one in read.paragraphs if one.style and one.style.name == "Heading 1"]
    assert headings == ["Éducation", "Habitat", "Sans thème"]
    assert any("Cœur d’été" in line for line in lines)
    assert any("Après «\u00a0tout\u00a0»" in line for line in lines)
    assert "Où loger\u202f?" in lines
    bare = bibliography.groups(DRAFTS, Plan("T"), THEMES)
    again = Document(BytesIO(bibliography.as_docx(bare, Plan("T"))))
    assert "Où loger\u202f?" not in [one.text for one in again.paragraphs]


def test_a_pdf_says_the_text_as_it_is_and_is_made_of_nothing_too() -> None:
    plan = Plan("#panic() *gras*", "« $x$ »", Grouping.TYPE, True)
    text = _printed(bibliography.groups(DRAFTS, plan, THEMES), plan)
    wanted = ("#panic() *gras*", "$x$", "4 références", "Thèse, mémoire", "ÉLUARD, A. Été",
              "ZOLA, A. Cœur d’été. Thèse ou mémoire", "Où loger")  # fmt: skip
    assert [one for one in wanted if one not in text] == []
    assert "0 référence" in _printed((), plan)


def _printed(listed: Sequence[Group], plan: Plan) -> str:
    with pdfplumber.open(BytesIO(bibliography.as_pdf(listed, plan))) as pdf:
        said = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(said.split())


def test_a_basket_is_put_in_order_renamed_and_deleted_by_its_owner(store: str) -> None:
    one, two, three = titled("Un", "Deux", "Trois")
    other = STAFF.__class__(role=STAFF.role, name="Autre")
    with db.writing("documentation") as session:
        own = baskets.add(session, STAFF, name="Liste", ids=[one, two], now=NOW)
        baskets.take_out(session, STAFF, basket_id=own, ids=[one])
        baskets.add(session, STAFF, name="Liste", ids=[three, one], now=NOW)
        assert baskets.contents(session, STAFF, basket_id=own) == [two, three, one]
        baskets.arrange(session, STAFF, basket_id=own, ids=[one, 999, three])
        assert baskets.contents(session, STAFF, basket_id=own) == [one, three, two]
        baskets.add(session, STAFF, name="Prise", ids=[], now=NOW)
        for name, refusal in (("Prise", "déjà"), (" ", "nom")):
            with pytest.raises(DomainError, match=refusal):
                baskets.rename(session, STAFF, basket_id=own, name=name)
        baskets.rename(session, STAFF, basket_id=own, name=" Ma   liste ")
        baskets.share(session, STAFF, basket_id=own)
        for change in (baskets.delete, baskets.share):
            with pytest.raises(DomainError, match="Documentaliste"):
                change(session, other, basket_id=own)
        assert baskets.baskets(session, STAFF)["name"].tolist() == ["Ma liste", "Prise"]
        baskets.delete(session, STAFF, basket_id=own)
        assert baskets.baskets(session, STAFF)["name"].tolist() == ["Prise"]
        with pytest.raises(DomainError, match="documents au plus"):
            baskets.add(session, STAFF, name="Trop", ids=range(1, 2_002), now=NOW)


def test_a_basket_counts_the_records_that_its_list_shows(store: str) -> None:
    kept, merged, deleted = titled("Un", "Deux", "Trois")
    with db.writing("documentation") as session:
        baskets.add(session, STAFF, name="Liste", ids=[kept, merged, deleted], now=NOW)
        baskets.add(session, STAFF, name="Vide", ids=[], now=NOW)
        merging.merge_notices(session, STAFF, kept_id=kept, merged_id=merged, now=NOW)
        operations.set_status(
            session, STAFF, notice_id=deleted, status=NoticeState.DELETED, now=NOW
        )
        listed = baskets.baskets(session, STAFF).set_index("name")
        own = int(listed["id"].to_dict()["Liste"])
        shown = queries.drafts_of(session, STAFF, baskets.contents(session, STAFF, basket_id=own))
    assert listed["notices"].to_dict() == {"Liste": len(shown), "Vide": 0}


def test_a_search_kept_and_one_without_result_are_cleared(store: str) -> None:
    with db.writing("documentation") as session:
        for name in ("Ville", "Jeux"):
            baskets.save_search(session, STAFF, name=name, address=f"q={name}", now=NOW)
            vain_searches.note(session, STAFF, text=name, now=NOW)
        baskets.delete_search(session, STAFF, name="Ville")
        vain_searches.clear(session, STAFF, shown="Jeux")
        assert baskets.saved_searches(session, STAFF)["name"].tolist() == ["Jeux"]
        assert vain_searches.searches(session, STAFF)["shown"].tolist() == ["Ville"]
