"""Parts of the catalogue: facets, results with what was met, a record's facts, files."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.documentation import citations, exports, queries, search, search_queries
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import language_told
from core.documentation.exports import Format
from core.documentation.parsing import Clause
from core.documentation.ranking import Order
from core.documentation.search_queries import PAGE, Found, Request
from pages.ui import (
    basket_panel,
    bibliography_panel,
    choices,
    frame,
    keyboard,
    visit_basket,
)
from pages.ui.read import read

WITHOUT, WIDE, SORT = "sans", "large", "tri"
ASKED, TURNED = "_recherche_faite", "_page_montree"
FEW = 5  # documents found, under which the families of the words are proposed
ABSTRACT = 260
MOST_EXPORTED = 2_000


def order_of() -> Order:
    """Return what comes first, read before its field is drawn (``sorting``)."""
    said = st.session_state.get(SORT, st.query_params.get(SORT))
    return next((one for one in Order if one.label == said), Order.RELEVANCE)


def sorting() -> None:
    """Choose what comes first."""
    choices.pick("Trier par", {one.label: one for one in Order}, SORT)


def widenings(found: Found) -> None:
    """Say which other words are searched too, each list with a way to leave it."""
    for one in found.widenings:
        told = ", ".join(frame.plain(label) for label in one.labels[:5])
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"« {frame.plain(one.typed)} » est aussi cherché comme : {told}.")
            st.button(f"Seulement « {one.typed} »", type="tertiary", on_click=_narrower,
                      args=(one.concept_id,), key=f"sans_{one.concept_id}")  # fmt: skip
    if without():
        st.button("Chercher aussi les termes équivalents", type="tertiary", key="avec",
                  on_click=_wider)  # fmt: skip


def without() -> tuple[int, ...]:
    """Return the concepts whose other labels are not searched."""
    said = (text[:9] for text in st.query_params.get_all(WITHOUT) if text.isdecimal())
    return tuple(dict.fromkeys(int(text) for text in said))


def _narrower(concept_id: int) -> None:
    st.query_params[WITHOUT] = [str(one) for one in (*without(), concept_id)]


def _wider() -> None:
    st.query_params.pop(WITHOUT, None)


def typed_anew() -> None:
    """Leave what widened or narrowed the words searched before: others are typed."""
    _wider()
    _exact()


def is_wide() -> bool:
    """Say whether words of the same families are searched too."""
    return st.query_params.get(WIDE) == "oui"


def families(person: Viewer, request: Request, total: int) -> None:
    """Where little is found, say how many documents hold words of the same families."""
    if request.is_wide:
        st.button("Revenir aux mots tapés", type="tertiary", key="mots_tapes", on_click=_exact)
        return
    if total >= FEW or not request.text.strip():
        return
    wider = read(search_queries.find, viewer=person, request=replace(request, is_wide=True))
    more = wider.total - total
    if more > 0:
        count = fr.plural(more, "document", "documents")
        st.button(f"Élargir aux mots de la même famille : {count} de plus",
                  icon=":material/zoom_out_map:", key="elargir", on_click=_wide)  # fmt: skip


def _wide() -> None:
    st.query_params[WIDE] = "oui"


def _exact() -> None:
    st.query_params.pop(WIDE, None)


def state(order: Order) -> dict[str, list[str] | str]:
    """Return the order and the widening as the address carries them."""
    return {
        SORT: order.label if order is not Order.RELEVANCE else "",
        WITHOUT: [str(one) for one in without()], WIDE: "oui" if is_wide() else "",
    }  # fmt: skip


def begin(asked: Request) -> None:
    """Come back to the first page once what is searched has changed."""
    if st.session_state.setdefault(ASKED, asked) != asked:
        st.session_state["page"] = 1
        st.session_state[ASKED] = asked


def found(person: Viewer, request: Request) -> Found:
    """Search the page that is looked at, the last one where there are no more so far."""
    held = str(st.session_state.get("page", st.query_params.get("page", "1")))[:6]
    page = max(1, int(held)) if held.isdecimal() else 1
    answer: Found = read(search_queries.find, viewer=person,
                         request=replace(request, start=PAGE * (page - 1)))  # fmt: skip
    if answer.ids or not answer.total:
        return answer
    last = PAGE * ((answer.total - 1) // PAGE)
    return read(search_queries.find, viewer=person, request=replace(request, start=last))


def pages(total: int) -> None:
    """Lead to the other pages of the results, where there are several."""
    count = -(-total // PAGE)
    if count > 1:
        if int(st.session_state.get("page", 1)) > count:
            st.session_state["page"] = count
        page = st.pagination(count, key="page", bind="query-params", max_visible_pages=5)
        if st.session_state.setdefault(TURNED, page) != page:
            st.session_state[TURNED] = page
            keyboard.to_top(page)


def result(person: Viewer, notice_id: int, draft: NoticeDraft, clauses: Sequence[Clause]) -> None:
    """Show one result: its title leads to its record, what the search met is in bold."""
    with st.container(border=True):
        st.markdown(
            f"[{met(draft.title, clauses)}](notice?notice={notice_id}{visit_basket.suffix()})"
        )
        st.caption(frame.reference(fr.typeset(citations.citation(draft))))
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
    places = read(queries.place_names, viewer=person, places=draft.territories)
    rows = (
        ("Thèmes", ", ".join(themes(person, draft))), ("Sujets", ", ".join(subjects)),
        ("Territoires", ", ".join(places)), ("Collection", draft.series),
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
