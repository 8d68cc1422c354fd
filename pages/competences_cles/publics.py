"""Publics and parcours: who comes, for how long, after what delay, with what outcome."""

import streamlit as st

from core import fr
from core.access import Right
from core.competences_cles import path_queries, public_tables, publics
from pages.ui import frame, publics_view
from pages.ui.read import read

person = frame.header("Publics et parcours", right=Right.READ_MARKET)
today = frame.today()
cohort = read(path_queries.cohort, viewer=person, today=today)
if cohort.frame.empty or cohort.data_on is None:
    st.info("Aucun parcours connu. Un agent du centre importe un export qui les décrit.")
    st.stop()
chosen = publics_view.choice(cohort)
names = {key: getattr(chosen, name) for name, (_, key) in publics_view.FILTERS.items()}
found = publics.publics(cohort, chosen, today=today)
said = publics_view.notes(fr.day(cohort.data_on))
if found.total == 0:
    st.info("Aucun parcours ne correspond à ces choix : remettez l’un d’eux sur « Tous ».")
else:
    st.markdown(f"**{public_tables.headline(found)}**")
    st.caption(said[0])
    publics_view.profiles(found, said)
    publics_view.durations(found, said)
    publics_view.outcomes(found, said)
publics_view.places(publics.by_ut(cohort, chosen), said)
frame.share(frame.address_of(names))
