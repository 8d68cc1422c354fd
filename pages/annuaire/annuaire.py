"""The directory: people found by a few words, added once, their functions, networks, consents."""

import streamlit as st

from core.access import Right
from core.people import queries
from pages.ui import frame, outputs, people_forms
from pages.ui.read import read

LABELS = {"name": "Nom", "function": "Fonction", "structure": "Structure", "email": "Courriel",
          "phone": "Téléphone"}  # fmt: skip

person = frame.header("Annuaire", right=Right.READ_PEOPLE)
names = ["Chercher", "Ajouter", "Doublons", "Annuaire des acteurs"]
tabs = dict(
    zip(names, st.tabs(names, key="onglet", bind="query-params", on_change="rerun"), strict=True)
)
with tabs["Chercher"]:
    text = st.text_input("Chercher une personne", key="cherche", bind="query-params",
                         placeholder="Nom, courriel ou structure")  # fmt: skip
    found = read(queries.people, viewer=person, text=text or "", on=frame.today())
    if found.empty:
        st.info("Personne ne correspond : ajoutez-la, onglet « Ajouter ».")
    else:
        frame.table(found, LABELS, height=320 if len(found) > 8 else "auto", key="personnes")
        outputs.offer(found, LABELS, title="Personnes", key="personnes_sortie")
        people_forms.card(person, found)
if tabs["Ajouter"].open:
    with tabs["Ajouter"]:
        people_forms.creation(person)
if tabs["Doublons"].open:
    with tabs["Doublons"]:
        people_forms.duplicates(person)
if tabs["Annuaire des acteurs"].open:
    with tabs["Annuaire des acteurs"]:
        actors = read(queries.directory, viewer=person, on=frame.today())
        st.caption("Les personnes qui ont accepté d’y figurer.")
        if actors.empty:
            st.info("Personne ne l’a encore accepté.")
        else:
            frame.table(actors, LABELS, key="acteurs")
            outputs.offer(actors, LABELS, title="Annuaire des acteurs", key="acteurs_sortie")
