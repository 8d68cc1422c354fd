"""Baskets of records, and the bibliographies made of them."""

import streamlit as st

from core.access import Right
from pages.ui import (
    basket_panel,
    bibliography_panel,
    frame,
    record_outputs,
    search_keeping,
    visit_basket,
)

person = frame.header("Paniers et bibliographies", right=Right.READ_CATALOGUE)
if frame.can(Right.EDIT_CATALOGUE):
    name, ids = basket_panel.team(person)
    state = {basket_panel.KEY: str(st.session_state.get(basket_panel.CHOSEN) or "")}
else:
    name, ids = "", basket_panel.visitor(person)
    state = {visit_basket.KEY: visit_basket.written()}
ids = record_outputs.given(person, ids, key="panier")
if ids:
    st.markdown("**Bibliographie**")
    bibliography_panel.show(person, ids, title=name or "Bibliographie", key="bibliographie")
    st.markdown("**Notices pour un autre logiciel**")
    record_outputs.record_files(person, ids)
if frame.can(Right.EDIT_CATALOGUE):
    search_keeping.without_result(person)
frame.share(frame.address_of(state))
