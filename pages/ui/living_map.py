"""The map on the screen: constant frame, tiny repaints, clicks, the player of periods."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st
from streamlit_folium import st_folium

from core import fr
from core.access import Viewer
from core.observatory import maps, scope, views
from core.observatory.choropleth import Measure
from core.observatory.classes import Scheme
from core.observatory.enums import Level, Service
from core.observatory.scope import MapChoice
from core.observatory.views import MapView
from core.web import asset_url, contour_url, perimeter_url
from pages.ui import choices
from pages.ui.read import read

HEIGHT = 560
TERRITORY_KEY = "territoire"
TICK = timedelta(seconds=1.4)


def view_of(person: Viewer, choice: MapChoice) -> MapView:
    scale = read(views.scale, viewer=person, choice=views.scale_choice(choice))
    like = views.ground_choice(choice)
    ground = read(views.ground, viewer=person, choice=like) if like else None
    return read(views.map_view, viewer=person, choice=choice, scale=scale, _ground=ground)


def selected_code(choice: MapChoice) -> str:
    """Return the code of the territory that the address names, at the level of the map."""
    level, _, code = st.query_params.get(TERRITORY_KEY, "").partition(":")
    return code if level == choice.level.value and code.isprintable() else ""


def choose(level: Level, code: str) -> None:
    st.query_params[TERRITORY_KEY] = f"{level.value}:{code}"


def _clicked(level: Level, key: str) -> None:
    code = (st.session_state.get(key) or {}).get("last_object_clicked_tooltip")
    if code:
        choose(level, code)


def show(person: Viewer, view: MapView, *, selected: str, key: str) -> None:
    """Draw a view in the living map; a click names its territory in the address."""
    choice = view.choice
    if choice.level in {Level.SERVICE, Level.REGION}:
        st.info("Ce niveau n’a pas de contour : ses chiffres sont dans le tableau, plus bas.")
        return
    day = choice.selection.last_day.isoformat()
    if choice.level is Level.PERIMETER:
        order = views.order_of(choice.level, read(views.perimeter_order, viewer=person, day=day))
        if not order:
            st.info("Aucun périmètre n’est valable à cette date : définissez-en, page Périmètres.")
            return
        address = perimeter_url(day)
    else:
        order, address = views.order_of(choice.level), contour_url(choice.level)
    spec = views.spec_of(
        view, order=order, addresses=(address, contour_url(Level.DEPARTEMENT)), selected=selected
    )
    chart = maps.base_map(
        scripts=[asset_url("leaflet.js"), asset_url("carte.js")], styles=[asset_url("leaflet.css")]
    )
    st_folium(
        chart,
        key=key,
        height=HEIGHT,
        use_container_width=True,
        returned_objects=["last_object_clicked_tooltip"],
        feature_group_to_add=maps.painted(spec),
        on_change=lambda: _clicked(choice.level, key),
    )


def player(choice: MapChoice) -> None:
    """Play the periods one after the other on the slider; a second press stops."""
    ends = scope.ends_of(choice.edition, choice.step)
    if len(ends) < 2:
        return
    is_playing = bool(st.session_state.get("lecture"))
    label = "Arrêter" if is_playing else "Lire les périodes"
    icon = ":material/stop:" if is_playing else ":material/play_arrow:"
    st.button(label, icon=icon, key="bouton_lecture", on_click=_toggle_player, args=(choice,))
    if is_playing:
        _tick(ends)


def _toggle_player(choice: MapChoice) -> None:
    st.session_state["lecture"] = not st.session_state.get("lecture")
    if st.session_state["lecture"] and choice.end == scope.ends_of(choice.edition, choice.step)[-1]:
        first = scope.ends_of(choice.edition, choice.step)[0]
        st.session_state["periode"] = fr.month(first)


@st.fragment(run_every=TICK)
def _tick(ends: Sequence[int]) -> None:
    """Move the slider one period on at each tick, but not at the moment the tick is set up."""
    if not st.session_state.get("lecture"):
        return
    if not st.session_state.pop("tick_armed", False):
        st.session_state["tick_armed"] = True
        return
    names = [fr.month(end) for end in ends]
    place = names.index(st.session_state["periode"]) + 1
    if place >= len(names):
        st.session_state["lecture"] = False
    else:
        st.session_state["periode_suivante"] = names[place]
    st.rerun()


def second_choice(person: Viewer, choice: MapChoice) -> MapChoice:
    """Choose what the second map shows: another indicator or period, the rest as the first."""
    left, right = st.columns(2, gap="medium")
    with left:
        indicator = choices.indicator(
            person, choice.edition, key="indicateur2", label="Indicateur de la seconde carte"
        )
    with right:
        end = choices.end(choice.edition, choice.step, key="periode2")
    return scope.with_other(choice, indicator=indicator, end=end)


def state_of(choice: MapChoice, *, selected: str, is_double: bool) -> dict[str, str]:
    """Return everything that decides what is on the screen, for an address without defaults."""
    state = {
        "source": choice.edition.title,
        "indicateur": scope.indicator_name(choice.indicator),
        "pas": choice.step.label if choice.edition.is_monthly else "",
        "periode": fr.month(choice.end),
        "niveau": choice.level.label,
        "mesure": choice.measure.label if choice.measure is not Measure.RATE else "",
        "classes": choice.scheme.label if choice.scheme is not Scheme.QUANTILES else "",
        "service": choice.service.label if choice.service is not Service.ALL else "",
        TERRITORY_KEY: f"{choice.level.value}:{selected}" if selected else "",
        "deux": "true" if is_double else "",
    }
    for key in ("departement", "bornes", "indicateur2", "periode2", "tableau"):
        value = st.session_state.get(key)
        if value and value != "Tous":
            state[key] = "true" if value is True else str(value)
    return state
