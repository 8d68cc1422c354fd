"""Parts of the catalogue: facets, results with what was met, a record's facts, files."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core import fr
from core.access import Viewer
from core.documentation import citations, highlighting, parsing, queries, search_queries
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import language_told, reserved
from core.documentation.feed import WIDE, WITHOUT
from core.documentation.parsing import Clause
from core.documentation.ranking import Order
from core.documentation.search_queries import FEW, PAGE, Found, Request
from pages.ui import (
    choices,
    frame,
    keyboard,
    visit_basket,
)
from pages.ui.read import read

SORT, PAGE_KEY = "tri", "page"
ASKED, TURNED = "_recherche_faite", "_page_montree"
ABSTRACT = 260
TOLD = 5  # other words of a widening that are said at once


def order_of() -> Order:
    """Return what comes first, read before its field is drawn (``sorting``)."""
    said = st.session_state.get(SORT, st.query_params.get(SORT))
    return next((one for one in Order if one.label == said), Order.RELEVANCE)


def sorting() -> None:
    """Choose what comes first."""
    choices.pick("Trier par", {one.label: one for one in Order}, SORT)


def put_right(found: Found, text: str) -> None:
    """Say that other words were searched, or propose them where little was found."""
    right = frame.plain(found.proposal)
    if found.is_corrected:
        st.info(f"Rien pour « {frame.plain(text)} ». Voici « {right} ».")
    elif found.proposal:
        st.button(f"Vouliez-vous dire « {right} » ?", type="tertiary", key="propose",
                  on_click=_retyped, args=(found.proposal,))  # fmt: skip


def cut(text: str) -> None:
    """Say that a query is too long to be searched to its end."""
    if parsing.is_cut(text):
        st.caption(
            f"Recherche très longue : seuls ses {fr.number(parsing.MOST_CLAUSES)} premiers "
            f"mots, sur {fr.number(parsing.LONGEST_QUERY)} signes au plus, sont cherchés."
        )


def _retyped(text: str) -> None:
    st.session_state["q"] = text
    typed_anew()


def widenings(found: Found) -> None:
    """Say which other words are searched too, each list with a way to leave it."""
    for one in found.widenings:
        told = ", ".join(map(frame.plain, one.labels[:TOLD]))
        more = len(one.labels) - TOLD
        with st.container(horizontal=True, vertical_alignment="center"):
            also = f" et {fr.plural(more, 'autre')}" if more > 0 else ""
            st.caption(
                f"« {frame.plain(one.typed)} » est aussi cherché comme : {told}{also}.",
                help=", ".join(map(frame.plain, one.labels)) if more > 0 else None,
            )
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
        PAGE_KEY: str(_page()) if _page() > 1 else "",
    }  # fmt: skip


def begin(asked: Request) -> None:
    """Come back to the first page once what is searched has changed."""
    if st.session_state.setdefault(ASKED, asked) != asked:
        st.session_state["page"] = 1
        st.session_state[ASKED] = asked


def found(person: Viewer, request: Request) -> Found:
    """Search the page that is looked at, the last one where there are no more so far."""
    answer: Found = read(search_queries.find, viewer=person,
                         request=replace(request, start=PAGE * (_page() - 1)))  # fmt: skip
    if answer.ids or not answer.total:
        return answer
    last = PAGE * ((answer.total - 1) // PAGE)
    return read(search_queries.find, viewer=person, request=replace(request, start=last))


def _page() -> int:
    held = str(st.session_state.get(PAGE_KEY, st.query_params.get(PAGE_KEY, "1")))[:6]
    return max(1, int(held)) if held.isdecimal() else 1


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


def results(person: Viewer, found: Found) -> None:
    """Show the results of a page, each with why it is where it is."""
    drafts = read(queries.cited, viewer=person, ids=found.ids)
    for notice_id, reasons in zip(found.ids, found.reasons, strict=True):
        if notice_id in drafts:
            _result(person, notice_id, drafts[notice_id], found.clauses, reasons)


def _result(
    person: Viewer, notice_id: int, draft: NoticeDraft, clauses: Sequence[Clause],
    reasons: Sequence[str],
) -> None:  # fmt: skip
    """Show one result: its title leads to its record, what the search met is in bold."""
    with st.container(border=True):
        st.markdown(
            f"[{met(draft.title, clauses)}](notice?notice={notice_id}{visit_basket.suffix()})"
        )
        marked(draft)
        st.caption(frame.reference(fr.typeset(citations.citation(draft))))
        if draft.abstract:
            st.markdown(met(highlighting.passage(draft.abstract, clauses, ABSTRACT), clauses))
        named = themes(person, draft)[:3]
        st.caption(" · ".join([availability(draft), *map(frame.plain, named), *reasons]))


def marked(draft: NoticeDraft) -> None:
    """Say of a record that it is not for everybody."""
    if why := reserved(draft.status, draft.visibility):
        st.badge(why, icon=":material/visibility_off:", color="orange")


def met(text: str, clauses: Sequence[Clause]) -> str:
    """Write a text as Markdown with what the query met in bold; the text itself stays plain."""
    pieces = highlighting.highlighted(text, clauses)
    return frame.at_line_start("".join(
        f"**{frame.inline(piece)}**" if is_met else frame.inline(piece) for piece, is_met in pieces
    ))  # fmt: skip


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
