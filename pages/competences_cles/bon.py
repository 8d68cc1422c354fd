"""One order, from draft to settlement: its lines, movements, amendments, forecast."""

import streamlit as st

from core.access import Right
from core.competences_cles import followup, order_queries
from core.competences_cles.quantities import BonState
from pages.ui import forecast_panel, frame, order_forms, order_moves, order_panel
from pages.ui.read import read

person = frame.header("Bon de commande", right=Right.EDIT_MARKET)
wanted = frame.number_of("commande")
if wanted is None:
    every = dict(read(order_queries.every_order, viewer=person))
    if every:
        chosen = st.selectbox("Ouvrir un bon", list(every), index=None, key="bon_ouvert",
                              format_func=every.__getitem__, placeholder="Choisir")  # fmt: skip
        if chosen is not None:
            st.query_params["commande"] = str(chosen)
            st.rerun()
    else:
        st.info("Aucun bon de commande : saisissez le premier ci-dessous.")
    with st.expander("Saisir un bon", icon=":material/add:", expanded=not every):
        order_forms.creation(person)
    st.stop()
today = frame.today()
card = read(order_queries.order_card, viewer=person, bon_id=wanted, known_on=today)
if card is None:
    st.info("Ce bon n’existe pas (ou plus).")
    st.page_link("pages/competences_cles/suivi.py", label="Voir tous les bons")
    st.stop()
views = read(followup.orders, viewer=person, known_on=today)
order_panel.heading(card)
names = ["Lignes et mouvements", "Suites", "Prévisionnel"]
if card.state is BonState.DRAFT:
    names.insert(1, "Corriger")
tabs = dict(
    zip(names, st.tabs(names, key="volet", bind="query-params", on_change="rerun"), strict=True)
)
if tabs["Lignes et mouvements"].open:
    with tabs["Lignes et mouvements"]:
        order_panel.lines(card, views)
if "Corriger" in tabs and tabs["Corriger"].open:
    with tabs["Corriger"]:
        order_forms.correction(person, card)
if tabs["Suites"].open:
    with tabs["Suites"]:
        order_moves.show(person, card, order_panel.share_of(card, views))
if tabs["Prévisionnel"].open:
    with tabs["Prévisionnel"]:
        forecast_panel.show(person, card, views)
if st.button("Ouvrir un autre bon, en saisir un", icon=":material/list:", key="autre_bon"):
    st.session_state.pop("bon_ouvert", None)
    del st.query_params["commande"]
    st.rerun()
frame.share(
    frame.address_of({"commande": str(wanted), "volet": st.session_state.get("volet") or ""})
)
