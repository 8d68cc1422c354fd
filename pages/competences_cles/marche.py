"""The market as reference data: marché, lots, holders, services, prices, prescribers."""

import streamlit as st

from core.access import Right
from core.competences_cles import market_queries
from pages.ui import choices, frame, holder_forms, market_forms, prescriber_forms, price_forms
from pages.ui.read import read

PANELS = {
    "Marché": market_forms.marche,
    "Lots": market_forms.lots,
    "Prestations": price_forms.prestations,
    "Titulaires": holder_forms.show,
    "Prix": price_forms.price_list,
    "Prescripteurs": prescriber_forms.show,
}

person = frame.header("Marché Compétences Clés", right=Right.EDIT_MARKET)
following = read(market_queries.steps, viewer=person).next
if following:
    st.info(following, icon=":material/arrow_forward:")
every = read(market_queries.marches, viewer=person)
if not every:
    market_forms.creation(person)
    st.stop()
names: dict[str, object] = {one.reference: one for one in every}
marche = choices.pick("Marché", names, "marche")
tabs = dict(
    zip(PANELS, st.tabs(list(PANELS), key="volet", bind="query-params", on_change="rerun"),
        strict=True)
)  # fmt: skip
for name, panel in PANELS.items():
    if tabs[name].open:
        with tabs[name]:
            panel(person, marche)
reference = next(key for key, one in names.items() if one is marche)
frame.share(frame.address_of({"marche": reference, "volet": st.session_state.get("volet") or ""}))
