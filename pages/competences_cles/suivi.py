"""Follow-up of orders: what is left to prescribe, until when, and what to watch first."""

from datetime import date

import streamlit as st

from core.access import Right
from core.competences_cles import followup, outlook, ut_map
from pages.ui import alert_view, choices, frame, market_view, outputs
from pages.ui.read import read

LABELS = {
    "number": "Bon", "ut": "Département", "lot": "Lot", "operator": "Opérateur",
    "ordered": "Commandé (h)", "consumed": "Consommé (h)", "committed": "Engagé (h)",
    "available": "Disponible (h)", "share": "Consommé / commandé", "pace": "Rythme",
    "told": "Épuisement", "lead": "Avance ou retard", "state": "État",
}  # fmt: skip

person = frame.header("Bons de commande Compétences Clés", right=Right.READ_MARKET)
today = frame.today()
chosen = st.date_input(
    "Ce que l’on savait le", value=today, max_value=today, format="DD/MM/YYYY", key="au",
    bind="query-params",
)  # fmt: skip
known_on = chosen if isinstance(chosen, date) else today
every = read(followup.orders, viewer=person, known_on=known_on)
if not every:
    st.info("Aucun bon de commande à cette date. Un agent du centre en importe les exports.")
    st.stop()
with st.container(horizontal=True, gap="small"):
    ut = choices.pick("Département", market_view.options(every, "ut"), "ut")
    lot = choices.pick("Lot", market_view.options(every, "lot"), "lot")
    operator = choices.pick("Opérateur", market_view.options(every, "operator"), "operateur")
    scope = choices.pick("Bons", market_view.SCOPES, "bons")
chosen_values = {"ut": ut, "lot": lot, "operator": operator}
kept = market_view.kept(every, chosen_values, scope=str(scope), today=known_on)
st.markdown(f"**{outlook.headline(kept)}**")
alert_view.count(person)
if not kept:
    st.info("Aucun bon ne correspond : élargissez le choix.")
    st.stop()
left, right = st.columns(2, gap="medium")
with left:
    st.vega_lite_chart(ut_map.ut_map(followup.by_ut(kept)), key="carte_ut",
                       alt="Carte du disponible par département")  # fmt: skip
with right:
    market_view.watch(kept, known_on)
table = market_view.shown(followup.as_table(kept, known_on))
market_view.listing(person, table, LABELS)
market_view.apart(market_view.kept(every, chosen_values, scope="", today=known_on))
st.caption(
    "Disponible = commandé − consommé − engagé : c’est ce qui peut encore être prescrit. Engagé : "
    "heures à venir des parcours en cours, pondérées par le taux de poursuite. Une quantité "
    "négative est un dépassement."
)
outputs.offer(table, LABELS, title="Bons de commande", key="bons_sortie",
              notes=[f"Données connues au {market_view.told_day(known_on)}"])  # fmt: skip
market_view.detail(person, kept, known_on)
names = {"ut": ut, "lot": lot, "operateur": operator, "bons": market_view.scope_label(scope)}
state = {name: str(value) for name, value in names.items() if value}
frame.share(frame.address_of(state | ({"au": str(known_on)} if known_on != today else {})))
