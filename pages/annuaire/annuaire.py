"""The directory: people and structures found by a few words, added once, imported, merged."""

import streamlit as st

from core.access import Right
from core.people import queries
from pages.ui import (
    contact_import_panel,
    duplicates_panel,
    frame,
    outputs,
    people_forms,
    person_card,
    structure_panel,
)
from pages.ui.read import read

LABELS = {"name": "Nom", "function": "Fonction", "structure": "Structure", "email": "Courriel",
          "phone": "Téléphone"}  # fmt: skip

person = frame.header("Annuaire", right=Right.READ_PEOPLE)
names = ["Chercher", "Ajouter", "Structures", "Importer une liste", "Doublons",
         "Annuaire des acteurs"]  # fmt: skip
tabs = dict(
    zip(names, st.tabs(names, key="onglet", bind="query-params", on_change="rerun"), strict=True)
)
with tabs["Chercher"]:
    # What is typed is a name: it stays out of the address. A card is shared by its number.
    text = st.text_input(
        "Chercher une personne", key="qui", placeholder="Nom, courriel ou structure"
    )
    found = people_forms.shown(
        read(queries.people, viewer=person, text=text or "", on=frame.today())
    )
    if found.empty:
        st.info("Personne ne correspond : ajoutez-la, onglet « Ajouter ».")
    else:
        frame.table(found, LABELS, height=320 if len(found) > 8 else "auto", key="personnes")
        outputs.offer(found, LABELS, title="Personnes", key="personnes_sortie")
    person_card.choice(person, found)
PANELS = {
    "Ajouter": people_forms.creation,
    "Structures": structure_panel.show,
    "Importer une liste": contact_import_panel.show,
    "Doublons": duplicates_panel.show,
}
for name, panel in PANELS.items():
    if tabs[name].open:
        with tabs[name]:
            panel(person)
if tabs["Annuaire des acteurs"].open:
    with tabs["Annuaire des acteurs"]:
        actors = people_forms.shown(read(queries.directory, viewer=person, on=frame.today()))
        st.caption("Les personnes qui ont accepté d’y figurer.")
        if actors.empty:
            st.info("Personne ne l’a encore accepté.")
        else:
            frame.table(actors, LABELS, key="acteurs")
            outputs.offer(actors, LABELS, title="Annuaire des acteurs", key="acteurs_sortie")
