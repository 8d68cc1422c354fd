"""The thesauri: terms found, one concept and its neighbours, files entered by the team."""

import streamlit as st

from core.access import Right
from pages.ui import concept_form, frame, thesaurus_panel

person = frame.header("Thésaurus", right=Right.READ_CATALOGUE)
concept_id = frame.number_of(thesaurus_panel.CONCEPT)
shown = thesaurus_panel.card(person, concept_id) if concept_id is not None else None
if shown is None:
    thesaurus_panel.find(person)
if frame.can(Right.EDIT_CATALOGUE):
    if shown is not None:
        concept_form.edit(person, shown)
    concept_form.add(person)
    thesaurus_panel.keep(person)
number = {thesaurus_panel.CONCEPT: str(concept_id)} if concept_id is not None else {}
frame.share(frame.address_of({"q": st.session_state.get("q") or "", **number}))
