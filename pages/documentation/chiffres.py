"""The figures of the centre: what it lends, whom it welcomes, a year against the one before."""

import streamlit as st

from core.access import Right, may
from core.circulation import figures
from core.circulation.figure_rules import OFFERED, RULES, Dimension, Measure, Question
from pages.ui import centre_figures, choices, frame
from pages.ui.read import read

person = frame.header("Chiffres du centre de documentation", right=Right.READ_CIRCULATION)
today = frame.today()
years = read(figures.years, viewer=person)
if not years:
    st.info("Aucun prêt ni aucune visite : ils se saisissent au guichet et à l’accueil du public.")
    st.stop()
centre_figures.headline(person, today)
with st.container(horizontal=True, gap="small"):
    measure = choices.pick("Compter", {one.label: one for one in Measure}, "mesure")
    assert isinstance(measure, Measure)  # noqa: S101  # pick returns one of its options
    dimension = choices.pick("Par", {one.label: one for one in OFFERED[measure]}, "par")
    year = choices.pick("Année", {str(year): year for year in years}, "annee")
assert isinstance(dimension, Dimension)  # noqa: S101  # as above
question = Question(measure, dimension, int(str(year)), centre_figures.until(int(str(year)), today))
st.caption(RULES[measure])
centre_figures.compare(person, question)
if may(person, Right.LEND):
    centre_figures.behind(person, question)
centre_figures.covered(person, today)
frame.share(frame.address_of(centre_figures.state(question)))
