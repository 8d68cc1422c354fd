"""Alerts: what runs out, what is not used, who is silent, and what is done about it."""

import streamlit as st

from core.access import Right, may
from core.competences_cles import alert_queries
from pages.ui import alert_view, frame
from pages.ui.read import read

person = frame.header("Alertes Compétences Clés", right=Right.READ_MARKET)
today = frame.today()
if may(person, Right.EDIT_MARKET):
    alert_view.keep_current(person, today)
every = read(alert_queries.alerts, viewer=person, known_on=today)
run = read(alert_queries.last_run, viewer=person)
if run is None:
    st.info(
        "Rien n’a encore été évalué : les alertes naissent des bons de commande et des exports."
    )
    st.stop()
kept = alert_view.chosen(every)
st.markdown(f"**{alert_view.headline(every, today)}**")
st.caption(alert_view.evaluated(run))
alert_view.cards(person, kept, today)
if every and not kept:
    st.info("Aucune alerte ne correspond : élargissez le choix.")
alert_view.silences(person, today)
if may(person, Right.EDIT_MARKET):
    alert_view.digest(person, today)
frame.share(frame.address_of(alert_view.state()))
