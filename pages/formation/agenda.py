"""The agenda: what takes place for sure, what may, what gets in the way, what is still open."""

import streamlit as st

from core import fr
from core.access import Right
from core.training import (
    agenda_queries,
    queries,
    rules,
)
from core.training.dates import Certainty
from core.training.enums import EventKind, SessionState
from pages.ui import agenda_panels, agenda_view, choices, frame, outputs
from pages.ui.read import read

LABELS = {
    "date": "Date", "title": "Intitulé", "kind": "Type", "networks": "Réseaux", "place": "Lieu",
    "state": "État", "certainty": "Dans la période",
}  # fmt: skip

person = frame.header("Agenda", right=Right.READ_ACTIVITY)
today = frame.today()
years = read(queries.years, viewer=person)
if not years:
    st.info("Aucune séance pour l’instant. Un agent du centre en crée une, page « Séances ».")
    st.stop()
year_names = {str(year): year for year in years}
month_names = {"Toute l’année": 0}
month_names |= {name: rank for rank, name in enumerate(fr.MONTHS, start=1)}
kinds = {"Tous": ""} | {one.label: one.value for one in EventKind}
networks = {"Tous": ""} | agenda_panels.network_names(person)
with st.container(horizontal=True, gap="small"):
    year = choices.pick("Année", year_names, "annee", default=str(today.year))
    month = choices.pick("Mois", month_names, "mois", default=fr.MONTHS[today.month - 1])
    network = choices.pick("Réseau", networks, "reseau")
    kind = choices.pick("Type", kinds, "type")
assert isinstance(year, int)  # noqa: S101  # pick returns one of its options
assert isinstance(month, int)  # noqa: S101  # pick returns one of its options
start, end = agenda_panels.bounds(year, month)
wanted = agenda_queries.AgendaFilter(start, end, network=str(network), kind=str(kind))
rows = read(agenda_queries.agenda, viewer=person, wanted=wanted)
bounded = [row for row in rows if not row.block.is_undated]
certain = [row for row in bounded if row.certainty is Certainty.CERTAIN]
counts = rules.day_counts(agenda_queries.dated(certain))
more = len(bounded) - len(certain)
st.markdown(
    f"**{fr.plural(len(certain), 'séance certaine', 'séances certaines')}**"
    + (f" (+{more} possibles)" if more else "")
    + (f" · réseaux : **{counts.told()}**" if counts.network_days else "")
)
if month:
    agenda_view.month(bounded, year, month, today)
table = agenda_panels.as_table(bounded)
if not month or st.toggle("Voir la liste", key="liste", bind="query-params"):
    frame.table(table, LABELS, key="agenda")
undated = [row for row in rows if row.block.is_undated and row.state is not SessionState.DONE]
agenda_panels.undated(undated)
agenda_panels.radar(certain)
agenda_panels.rhythm(person, year)
agenda_panels.open_points(person, year, today)
with st.container(horizontal=True, gap="small"):
    state = {"annee": str(year), "mois": list(month_names)[month]}
    chosen = {"reseau": network, "type": kind}
    frame.share(frame.address_of(state | agenda_panels.labels_of(chosen, networks, kinds)))
    agenda_panels.subscription(str(network), str(kind))
    outputs.year_calendar(person, year, network=str(network), kind=str(kind))
outputs.offer(table, LABELS, title=f"Agenda {year}", key="agenda_sortie")
