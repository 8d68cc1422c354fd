"""The facets of the catalogue: chosen, left out, a span of years; all of it is in the address.

Not bound to the address by the widgets, which would write the counts shown beside each value.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from core import fr
from core.access import Viewer
from core.documentation import facet_queries, facet_tree, facets, feed, search_queries
from core.documentation.enums import Facet
from core.documentation.facet_queries import Offered
from core.documentation.facet_tree import Value
from core.documentation.facets import Counts, Selection
from core.documentation.feed import FROM, OUT, UNTIL, key_of
from core.documentation.search_queries import Request
from pages.ui import catalogue_view, frame
from pages.ui.read import read

SEEN, STOOD, RECENT = "_facettes_adresses", "_facettes_choisies", 3
LEFT_OUT = (Facet.TYPE, Facet.THEME, Facet.CONCEPT, Facet.LANGUAGE, Facet.AVAILABILITY)
MOST, MOST_LEFT_OUT = 200, 40  # values of a facet that are offered
INDENT = "\u2003"
FIRST_YEAR, LAST_YEAR = 1500, 2100


KEYS = (*(key_of(facet) for facet in Facet), OUT)


def selection(person: Viewer) -> Selection:
    """Return what is chosen now. An address just opened is read among all that the catalogue has:
    a filter that nothing of this search meets stays one."""
    _follow_address(person)
    chosen = {facet: tuple(st.session_state.get(key_of(facet), ())) for facet in Facet}
    out: dict[Facet, tuple[int, ...]] = {}
    for facet, number in _left_out():
        out[facet] = (*out.get(facet, ()), number)
    return Selection(
        {facet: numbers for facet, numbers in chosen.items() if numbers}, out,
        _year(FROM), _year(UNTIL),
    )  # fmt: skip


def _left_out() -> list[tuple[Facet, int]]:
    ranks = list(Facet)
    return [(ranks[code >> facets.SHIFT], code & (facets.LIMIT - 1))
            for code in st.session_state.get(OUT, ())]  # fmt: skip


def _year(key: str) -> int | None:
    """Read a year of the form, else of the address, before its field is drawn."""
    return feed.year(str(st.session_state.get(key, st.query_params.get(key, "")) or ""))


def _follow_address(person: Viewer) -> None:
    """Take the choices of the address where it is not ours: a link, a step back, another page.

    The last few we wrote are: the browser may still be at one when the next choice comes in. Where
    nothing was chosen meanwhile, it stepped back. The choices themselves are gone once another
    page was shown.
    """
    said = {key: tuple(st.query_params.get_all(key)) for key in KEYS}
    seen = st.session_state.get(SEEN, [{}])
    is_back = said != seen[-1] and st.session_state.get(STOOD) == _standing()
    if said in seen and OUT in st.session_state and not is_back:
        return
    st.session_state[SEEN] = [said]
    unknown: list[str] = []
    for facet in Facet:
        numbers, lost = _numbers(person, facet, said[key_of(facet)])
        st.session_state[key_of(facet)] = numbers
        unknown += lost
    codes = []
    for text in said[OUT]:
        name, _, label = text.partition(":")
        own = next((one for one in Facet if one.value == name), None)
        numbers, lost = _numbers(person, own, (label,)) if own is not None else ([], [text])
        codes += [facets.code(own, one) for one in numbers if own is not None]
        unknown += lost
    st.session_state[OUT] = codes
    if unknown:
        names = ", ".join(f"« {frame.plain(one)} »" for one in unknown)
        st.warning(f"Filtre inconnu du catalogue, laissé de côté : {names}.")


def _standing() -> dict[str, object]:
    """Return what is chosen and typed, to tell a choice that came in from a step back."""
    return {
        key: st.session_state.get(key) for key in (*KEYS, FROM, UNTIL, "q", catalogue_view.SORT)
    }


def _numbers(person: Viewer, facet: Facet, labels: Sequence[str]) -> tuple[list[int], list[str]]:
    """Return the values that labels name in the whole catalogue, and the labels that name none."""
    if not labels:
        return [], []
    counts = read(search_queries.find, viewer=person, request=Request()).counts
    found: dict[str, tuple[int, ...]] = read(
        facet_queries.numbers_of, facet=facet, labels=tuple(labels),
        counts={facet: counts.get(facet, {})},
    )  # fmt: skip
    return (
        [number for label in labels for number in found.get(label, ())],
        [label for label in labels if label not in found],
    )


def show(chosen: Selection, counts: Counts) -> None:
    """Offer the values with their counts; those of one facet add up, facets narrow each other."""
    few = {
        facet: _few(facet, counts.get(facet, {}),
                    (*chosen.chosen.get(facet, ()), *chosen.excluded.get(facet, ())))
        for facet in Facet
    }  # fmt: skip
    offered: Offered = read(facet_queries.offered, counts=few)
    _applied(chosen, offered)
    with st.expander("Affiner et trier", icon=":material/tune:"):
        catalogue_view.sorting()
        columns = st.columns(3, gap="small")
        shown = [facet for facet in Facet if facet is not Facet.YEAR and offered.of(facet)]
        for rank, facet in enumerate(shown):
            with columns[rank % 3]:
                _facet(facet, offered.of(facet), len(counts.get(facet, {})))
        with columns[len(shown) % 3]:
            left, right = st.columns(2)
            for box, label, key in ((left, "De l’année", FROM), (right, "À l’année", UNTIL)):
                box.number_input(label, FIRST_YEAR, LAST_YEAR, None, key=key, bind="query-params",
                                 placeholder="toutes", format="%d")  # fmt: skip
        _out(offered)
    _write_address(offered)


def _few(facet: Facet, counts: Mapping[int, int], held: Sequence[int]) -> dict[int, int]:
    """Return the values that are offered, those chosen among them: frequent, or looked for."""
    sought = str(st.session_state.get(_sought(facet)) or "").strip()
    if len(counts) <= MOST or not sought:
        return facet_tree.most(counts, MOST, held=held)
    met = read(facet_queries.matching, facet=facet, text=sought, counts=counts, limit=MOST)
    return {number: counts.get(number, 0) for number in dict.fromkeys((*met, *held))}


def _sought(facet: Facet) -> str:
    return f"chercher_{facet.value}"


def _facet(facet: Facet, values: Sequence[Value], held: int) -> None:
    """Offer the values of a facet; where there are too many for a list, they are looked for."""
    if held > MOST:
        st.text_input(
            f"{facet.label} : chercher parmi {fr.number(held)}",
            key=_sought(facet),
            placeholder=f"les {fr.number(MOST)} plus fréquents sont dans la liste",
        )
    by_number = {one.number: one for one in values}
    st.multiselect(
        facet.label, list(by_number), key=key_of(facet), placeholder="Tous",
        format_func=lambda number: _told(by_number[number]),
    )  # fmt: skip


def _told(value: Value) -> str:
    return f"{INDENT * value.depth}{value.label} ({fr.number(value.count)})"


def _out(offered: Offered) -> None:
    """Offer to leave values out: of every facet where it makes sense, in one list."""
    labels = {
        facets.code(facet, one.number): f"{facet.label} : {one.label}"
        for facet in LEFT_OUT
        for one in offered.of(facet)[:MOST_LEFT_OUT]
    }
    for facet, number in _left_out():
        named = offered.names.get((facet, number), "?")
        labels.setdefault(facets.code(facet, number), f"{facet.label} : {named}")
    st.multiselect("Écarter", list(labels), key=OUT, format_func=labels.__getitem__,
                   placeholder="Rien", help="Les documents qui portent une de ces valeurs ne sont "
                   "pas montrés.")  # fmt: skip


def _applied(chosen: Selection, offered: Offered) -> None:
    """Show what narrows the search, each with a way to take it off."""
    names = offered.names
    found = [(names.get((facet, number), "?"), key_of(facet), number)
             for facet, numbers in chosen.chosen.items() for number in numbers]  # fmt: skip
    found += [(f"sauf {names.get((facet, number), '?')}", OUT, facets.code(facet, number))
              for facet, numbers in chosen.excluded.items() for number in numbers]  # fmt: skip
    found += [(f"{said} {year}", key, year) for said, key, year in
              (("depuis", FROM, chosen.year_from), ("jusqu’à", UNTIL, chosen.year_to))
              if year is not None]  # fmt: skip
    if not found:
        return
    with st.container(horizontal=True, gap="small"):
        for label, key, value in found:
            st.button(frame.plain(label), icon=":material/close:", key=f"retirer_{key}_{value}",
                      on_click=_take_off, args=(key, value))  # fmt: skip
        if len(found) > 1:
            st.button("Tout effacer", type="tertiary", key="effacer_filtres", on_click=clear)


def _take_off(key: str, value: int) -> None:
    if key in {FROM, UNTIL}:
        st.session_state[key] = None
    else:
        st.session_state[key] = [one for one in st.session_state[key] if one != value]


def clear() -> None:
    """Take every filter off."""
    for key in KEYS:
        st.session_state[key] = []
    st.session_state[FROM] = st.session_state[UNTIL] = None


def _write_address(offered: Offered) -> None:
    """Write the choices in the address, by their labels."""
    said = state(offered)
    for key in KEYS:
        if said.get(key):
            st.query_params[key] = said[key]
        else:
            st.query_params.pop(key, None)
    written = {key: tuple(said.get(key, ())) for key in KEYS}
    before = [one for one in st.session_state.get(SEEN, ()) if one != written]
    st.session_state[SEEN] = [*before[-RECENT:], written]
    st.session_state[STOOD] = _standing()


def state(offered: Offered) -> dict[str, list[str]]:
    """Return the choices as the address carries them."""
    names = offered.names
    found = {
        key_of(facet): [names[facet, number] for number in st.session_state.get(key_of(facet), ())
                        if (facet, number) in names]
        for facet in Facet
    }  # fmt: skip
    found[OUT] = [f"{facet.value}:{names[facet, number]}" for facet, number in _left_out()
                  if (facet, number) in names]  # fmt: skip
    return {key: labels for key, labels in found.items() if labels}


def address() -> Mapping[str, Sequence[str] | str]:
    """Return what the address carries of the filters now, written by ``show``."""
    written: list[dict[str, tuple[str, ...]]] = st.session_state.get(SEEN, [])
    seen = written[-1] if written else {}
    years = {key: str(st.session_state.get(key) or "") for key in (FROM, UNTIL)}
    return {**{key: list(labels) for key, labels in seen.items() if labels}, **years}
