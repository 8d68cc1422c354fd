"""One session, from « date à définir » to the signed sheet; or the list of those to come."""

import streamlit as st

from core.access import Right, may
from core.training import queries
from pages.ui import (
    after_panel,
    attendance_panel,
    frame,
    invitation_panel,
    registration_panel,
    session_forms,
    session_panel,
)
from pages.ui.read import read

person = frame.header("Séances", right=Right.READ_ACTIVITY)
wanted = frame.number_of("seance")
if wanted is None:
    session_panel.listing(person)
    if may(person, Right.EDIT_ACTIVITY):
        with st.expander("Créer une séance", icon=":material/add:"):
            session_forms.creation(person)
    st.stop()
card = read(queries.session_card, viewer=person, training_id=wanted)
if card is None:
    st.info("Cette séance n’existe pas (ou plus).")
    st.page_link("pages/formation/seance.py", label="Voir toutes les séances")
    st.stop()
session_panel.heading(card)
names = ["Déroulé"]
if may(person, Right.EDIT_ACTIVITY):
    names += ["Modifier", "Invitations", "Inscriptions", "Émargement"]
names.append("Résultats")
tabs = dict(
    zip(names, st.tabs(names, key="onglet", bind="query-params", on_change="rerun"), strict=True)
)
with tabs["Déroulé"]:
    session_panel.overview(person, card)
if may(person, Right.EDIT_ACTIVITY):
    if tabs["Modifier"].open:
        with tabs["Modifier"]:
            session_forms.change(person, card)
    if tabs["Invitations"].open:
        with tabs["Invitations"]:
            invitation_panel.show(person, card)
    if tabs["Inscriptions"].open:
        with tabs["Inscriptions"]:
            registration_panel.show(person, card)
    if tabs["Émargement"].open:
        with tabs["Émargement"]:
            attendance_panel.show(person, card)
if tabs["Résultats"].open:
    with tabs["Résultats"]:
        after_panel.show(person, card)
frame.share(
    frame.address_of({"seance": str(wanted), "onglet": st.session_state.get("onglet") or ""})
)
