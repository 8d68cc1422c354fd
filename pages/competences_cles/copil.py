"""The steering committee of a département: will the orders last, what to decide, its pack."""

import streamlit as st

from core.access import Right
from core.competences_cles import packs, portraits
from pages.ui import decision_panel, frame, note_panel, pack_panel
from pages.ui.read import read

person = frame.header("Comité de pilotage", right=Right.READ_MARKET)
places = read(portraits.places, viewer=person)
if not places:
    st.info("Aucun lot ne dessert encore de département : créez le marché et ses lots d’abord.")
    st.stop()
ut = pack_panel.choose_place(places)
found = read(portraits.portrait, viewer=person, ut_code=ut, known_on=frame.today())
made = read(packs.made, viewer=person, ut_code=ut)
state = {"ut": ut}
if found is None:
    st.info("Aucun export n’est encore appliqué : un agent du centre en importe un, puis prépare "
            "le dossier ici.")  # fmt: skip
else:
    pack_panel.answer(found)
    names = ["Dossiers", "Rythme", "Notes", "Décisions"]
    tabs = dict(
        zip(names, st.tabs(names, key="partie", bind="query-params", on_change="rerun"),
            strict=True)
    )  # fmt: skip
    with tabs["Dossiers"]:
        state["version"] = pack_panel.versions(person, ut, made)
        pack_panel.preparation(person, found, made)
    if tabs["Rythme"].open:
        with tabs["Rythme"]:
            pack_panel.curves(found)
    if tabs["Notes"].open:
        with tabs["Notes"]:
            state |= note_panel.show(person, found)
    if tabs["Décisions"].open:
        with tabs["Décisions"]:
            decision_panel.show(person, found)
    state["partie"] = str(st.session_state.get("partie") or "")
frame.share(frame.address_of(state))
