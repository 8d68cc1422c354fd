"""The choices of the map, each a widget bound to the address of the page."""

from collections.abc import Mapping

import streamlit as st

from core import fr
from core.access import Viewer
from core.observatory import queries, scope
from core.observatory.choropleth import Measure
from core.observatory.classes import Scheme
from core.observatory.enums import Level, Service
from core.observatory.queries import EditionCard, IndicatorCard
from core.observatory.scope import Step
from core.territories import queries as territory_queries
from pages.ui.read import read

FIXED_HELP = "Bornes supérieures des classes, séparées par des points-virgules : 1 ; 2,5 ; 5"


DEFAULT_INDICATOR = "Cambriolages de logements"


def keep(key: str, options: list[str]) -> None:
    """Drop a remembered choice that is no longer offered, so that the default comes back."""
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]


def pick(
    label: str, options: Mapping[str, object], key: str, *, default: str | None = None
) -> object:
    """Choose among named options; the name is what the address carries."""
    names = list(options)
    keep(key, names)
    index = names.index(default) if default in names else 0
    chosen = st.selectbox(label, names, index=index, key=key, bind="query-params")
    return options[chosen or names[index]]


def edition(editions: list[EditionCard], *, key: str = "source") -> EditionCard:
    found = pick("Source", {card.title: card for card in editions}, key)
    assert isinstance(found, EditionCard)  # noqa: S101  # pick returns one of its options
    return found


def indicator(
    person: Viewer, card: EditionCard, *, key: str = "indicateur", label: str = "Indicateur"
) -> IndicatorCard:
    cards = read(queries.indicators, viewer=person, edition_id=card.id)
    options: dict[str, object] = {
        scope.indicator_name(item): item for item in cards if item.is_mappable
    }
    found = pick(label, options, key, default=DEFAULT_INDICATOR)
    assert isinstance(found, IndicatorCard)  # noqa: S101  # pick returns one of its options
    return found


def step(card: EditionCard, *, key: str = "pas") -> Step:
    steps = list(scope.steps_of(card))
    if len(steps) == 1:
        return steps[0]
    names = {item.label: item for item in steps if scope.ends_of(card, item)}
    keep(key, list(names))
    chosen = st.segmented_control(
        "Durée", list(names), default=next(iter(names)), key=key, bind="query-params",
        required=True,
    )  # fmt: skip
    return names[chosen or next(iter(names))]


def end(card: EditionCard, chosen: Step, *, key: str = "periode") -> int:
    """Choose a period on a slider; a single one needs no slider."""
    ends = list(scope.ends_of(card, chosen))
    if len(ends) == 1:
        return ends[0]
    names = {fr.month(period): period for period in ends}
    keep(key, list(names))
    last = list(names)[-1]
    wanted = st.session_state.pop(f"{key}_suivante", None)
    if wanted in names:
        st.session_state[key] = wanted
    name = st.select_slider(
        "Période" if chosen is not Step.SLIDING else "12 mois finissant en",
        list(names), value=last, key=key, bind="query-params",
    )  # fmt: skip
    return names[str(name)]


def level(card: EditionCard, *, key: str = "niveau") -> Level:
    options: dict[str, object] = {item.label: item for item in queries.levels_of(card)}
    default = Level.COMMUNE.label if Level.COMMUNE.label in options else None
    found = pick("Niveau", options, key, default=default)
    return Level(str(found))


def measure(card: EditionCard, *, key: str = "mesure") -> Measure:
    """Choose a rate or a count; an edition without denominators has counts only."""
    offered = list(Measure) if card.has_denominators else [Measure.COUNT]
    return Measure(str(pick("Représentation", {item.label: item for item in offered}, key)))


def scheme(*, key: str = "classes") -> tuple[Scheme, tuple[float, ...]]:
    found = Scheme(str(pick("Classes", {item.label: item for item in Scheme}, key)))
    if found is not Scheme.FIXED:
        return found, ()
    text = st.text_input("Bornes", value="1 ; 2 ; 5 ; 10", key="bornes", help=FIXED_HELP,
                         bind="query-params")  # fmt: skip
    bounds = scope.bounds_of(text)
    if not bounds:
        st.warning("Bornes illisibles : écrivez par exemple « 1 ; 2,5 ; 5 ».")
    return found, bounds


def service(card: EditionCard, *, key: str = "service") -> Service:
    if len(card.services) < 2:
        return Service.ALL
    options: dict[str, object] = {item.label: item for item in Service}
    return Service(str(pick("Service", options, key)))


def departement(person: Viewer, *, key: str = "departement") -> str:
    table = read(territory_queries.territories, viewer=person, level=Level.DEPARTEMENT)
    options: dict[str, object] = {"Tous": ""}
    options.update(zip(table["name"], table["code"], strict=True))
    return str(pick("Département", options, key))
