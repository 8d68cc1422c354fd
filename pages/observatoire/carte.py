"""The observatory's map: recorded crime by territory, for elected officials and analysts."""

import streamlit as st

from core.access import Right
from core.observatory import queries, scope
from core.observatory.enums import Level
from pages.ui import cards, choices, exports, frame, living_map
from pages.ui.read import read

person = frame.header("Délinquance enregistrée", right=Right.READ_FIGURES)
editions = read(queries.editions, viewer=person)
if not editions:
    st.info(
        "Aucun chiffre n’est encore chargé. Importez un fichier officiel : page « Imports », "
        "ou commande `python -m core import FICHIER`."
    )
    st.stop()

first, second = st.columns(2, gap="medium")
actions = st.container(horizontal=True, gap="small")
with actions.popover("Autres choix", icon=":material/tune:"):
    edition = choices.edition(editions)
    step = choices.step(edition)
    level = choices.level(edition)
    measure = choices.measure(edition)
    scheme, fixed = choices.scheme()
    service = choices.service(edition)
    departement = choices.departement(person)
    is_double = st.toggle("Deux cartes côte à côte", key="deux", bind="query-params")
with first:
    indicator = choices.indicator(person, edition)
with second:
    end = choices.end(edition, step)
choice = scope.MapChoice(
    edition=edition, indicator=indicator, step=step, end=end, level=level, measure=measure,
    scheme=scheme, fixed=fixed, service=service, departement=departement,
)  # fmt: skip
view = living_map.view_of(person, choice)
if view.reference:
    st.markdown(f"**{view.reference}**")

selected = living_map.selected_code(choice)
with actions:
    living_map.player(choice)
if is_double:
    other = living_map.second_choice(person, choice)
left, right = st.columns([1, 1] if is_double else [3, 2], gap="medium")
with left:
    living_map.show(person, view, selected=selected, key="carte")
if is_double:
    with right:
        living_map.show(person, living_map.view_of(person, other), selected=selected, key="carte2")
with st.container() if is_double else right:
    cards.territory_card(person, choice, selected)
address = frame.address_of(living_map.state_of(choice, selected=selected, is_double=is_double))
with st.container(horizontal=True, gap="small"):
    frame.share(address)
    exports.offer(person, view, address=address)
has_no_map = level in {Level.SERVICE, Level.REGION}
if st.toggle("Voir le tableau", key="tableau", bind="query-params") or has_no_map:
    cards.figures_table(view)
