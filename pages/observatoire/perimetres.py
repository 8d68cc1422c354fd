"""Perimeters: named sets of territories, with dates, that every figure can be read by."""

import streamlit as st

from core import fr
from core.access import Right
from core.territories import queries
from pages.ui import frame, perimeter_forms
from pages.ui.read import read

LABELS = {"name": "Périmètre", "kind": "Nature", "du": "Depuis", "au": "Jusqu’au", "note": "Note"}

person = frame.header("Périmètres", right=Right.EDIT_PERIMETERS)
st.caption(
    "Grand Toulouse, Unité Territoriale, site en CUCS, circonscription de police… : un périmètre "
    "réunit des communes, des EPCI, des départements, des services ou des parties de commune, "
    "entre deux dates. Les chiffres d’une période suivent la composition de la fin de la période."
)
table = read(queries.perimeters, viewer=person)
if announced := st.session_state.pop("annonce", None):
    st.success(announced)
if table.empty:
    st.info("Aucun périmètre. Définissez le premier ci-dessous.")
else:
    rows = table.assign(
        du=[fr.day(day) if day else "–" for day in table["valid_from"]],
        au=[fr.day(day) if day else "sans fin" for day in table["valid_to"]],
    )
    frame.table(rows, LABELS, key="perimetres")

create, change, part = st.tabs(
    ["Définir un périmètre", "Modifier ou supprimer", "Nommer une partie de commune"]
)
with create:
    perimeter_forms.create(person)
with change:
    perimeter_forms.change(person, table)
with part:
    perimeter_forms.name_part(person)
