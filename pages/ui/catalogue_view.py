"""Parts of the catalogue: facets, results with what was met, a record's facts, files."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.documentation import citations, exports, queries, search, search_queries
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import Facet, language_told
from core.documentation.exports import Format
from core.documentation.parsing import Clause
from core.documentation.search_queries import PAGE, Request
from pages.ui import basket_panel, bibliography_panel, frame, visit_basket
from pages.ui.read import read

SHOWN = (Facet.TYPE, Facet.THEME, Facet.CONCEPT, Facet.YEAR, Facet.TERRITORY, Facet.AVAILABILITY)
Labels = Mapping[Facet, Sequence[tuple[int, str, int]]]
ABSTRACT = 260
MOST_EXPORTED = 2_000


def facets(labels: Labels) -> dict[Facet, tuple[int, ...]]:
    """Offer the facets; values of one add up, facets narrow each other."""
    chosen: dict[Facet, tuple[int, ...]] = {}
    with st.expander("Affiner", expanded=False), st.container(horizontal=True, gap="small"):
        for facet in SHOWN:
            values = {label: number for number, label, _count in labels.get(facet, ())}
            if not values:
                continue
            key = f"f_{facet.value}"
            held = [one for one in st.session_state.get(key, []) if one in values]
            if key in st.session_state:
                st.session_state[key] = held
            found = st.multiselect(facet.label, list(values), key=key, bind="query-params",
                                   placeholder="Tous")  # fmt: skip
            if found:
                chosen[facet] = tuple(values[label] for label in found)
    counted = [
        f"{facet.label} : " + ", ".join(f"{label} ({count})" for _, label, count in rows[:4])
        for facet in (Facet.TYPE, Facet.THEME)
        if (rows := list(labels.get(facet, ())))
    ]
    st.caption(" · ".join(counted))
    return chosen


def state() -> dict[str, list[str]]:
    """Return the facets chosen, as the address carries them."""
    keys = [f"f_{facet.value}" for facet in SHOWN]
    return {key: list(st.session_state[key]) for key in keys if st.session_state.get(key)}


def page_of(total: int) -> int:
    """Ask for a page of the results where there are several."""
    pages = -(-total // PAGE)
    if pages < 2:
        return 1
    if int(st.session_state.get("page", 1)) > pages:
        st.session_state["page"] = 1
    return int(
        st.number_input(f"Page (sur {fr.number(pages)})", 1, pages, key="page",
                        bind="query-params")
    )  # fmt: skip


def result(person: Viewer, notice_id: int, draft: NoticeDraft, clauses: Sequence[Clause]) -> None:
    """Show one result: its title leads to its record, what the search met is in bold."""
    with st.container(border=True):
        st.markdown(
            f"[{met(draft.title, clauses)}](notice?notice={notice_id}{visit_basket.suffix()})"
        )
        st.caption(frame.plain(citations.citation(draft)))
        if draft.abstract:
            cut = draft.abstract[:ABSTRACT] + ("…" if len(draft.abstract) > ABSTRACT else "")
            st.markdown(met(cut, clauses))
        named = themes(person, draft)[:3]
        st.caption(" · ".join([availability(draft), *map(frame.plain, named)]))


def met(text: str, clauses: Sequence[Clause]) -> str:
    """Write a text as Markdown with what the query met in bold; the text itself stays plain."""
    pieces = search.highlighted(text, clauses)
    return "".join(
        f"**{frame.plain(piece)}**" if is_met else frame.plain(piece) for piece, is_met in pieces
    )


def availability(draft: NoticeDraft) -> str:
    """Say where a document can be had, loans left aside."""
    marks = [item.shelf_mark for item in draft.items if item.shelf_mark]
    if draft.items:
        where = f", cote {frame.plain(marks[0])}" if marks else ""
        return f"{fr.plural(len(draft.items), 'exemplaire')}{where}"
    return "en ligne" if draft.url else "pas d’exemplaire au centre"


def themes(person: Viewer, draft: NoticeDraft) -> list[str]:
    """Return the themes of a record by their labels."""
    names = read(queries.theme_names, viewer=person)
    return [names.get(code, code) for code in draft.themes]


def facts(person: Viewer, draft: NoticeDraft) -> None:
    """List what is said of a record, and nothing that is not."""
    subjects = [*(one.label for one in draft.concepts), *draft.keywords]
    rows = (
        ("Thèmes", ", ".join(themes(person, draft))), ("Sujets", ", ".join(subjects)),
        ("Territoires", ", ".join(draft.territories)), ("Collection", draft.series),
        ("Description", draft.extent), ("Langue", language_told(draft.languages)),
        ("ISBN", draft.isbn),
        ("ISSN", draft.issn), ("Notes", draft.notes),
    )  # fmt: skip
    said = [f"- {name} : {frame.plain(value)}" for name, value in rows if value]
    if said:
        st.markdown("\n".join(said))


def files(person: Viewer, request: Request) -> None:
    """Offer everything that a search finds, as files."""
    with db.reading() as session:
        ids = search_queries.all_ids(session, person, request)
    if len(ids) > MOST_EXPORTED:
        st.caption(f"Au-delà de {fr.number(MOST_EXPORTED)} documents, affinez avant d’exporter.")
        return
    basket_panel.offer(person, ids)
    box = st.expander("Bibliographie", icon=":material/menu_book:", key="bibliographie",
                      on_change="rerun")  # fmt: skip
    if box.open:
        with box:
            bibliography_panel.show(person, ids, title="Bibliographie", key="recherche")
    record_files(person, ids)


def record_files(person: Viewer, ids: Sequence[int]) -> None:
    """Offer records in the formats of catalogues, reference managers and spreadsheets."""
    with st.container(horizontal=True, gap="small"):
        for kind in Format:
            st.download_button(
                kind.label, partial(_content, person, tuple(ids), kind),
                file_name=f"catalogue.{exports.FILES[kind][0]}", on_click="ignore",
                key=f"notices_{kind.value}",
            )  # fmt: skip


def _content(person: Viewer, ids: Sequence[int], kind: Format) -> bytes:
    with db.reading() as session:
        return exports.export(session, person, ids, kind).content
