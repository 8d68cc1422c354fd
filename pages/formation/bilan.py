"""What training comes to: attendance by theme, territory, network, function; the BPF."""

from datetime import date

import streamlit as st

from core import fr
from core.access import Right
from core.training import (
    agenda_queries,
    queries,
    rules,
    statistics,
)
from pages.ui import behind_view, bpf_view, choices, frame, outputs, statistics_view
from pages.ui.read import read

LABELS = {
    "label": "", "sessions": "Séances", "participants": "Participants", "told": "Taux de présence",
    "without": "Hors excusés", "entered": "Saisie", "hours": "Heures-stagiaires",
    "days": "Jours-participants",
}  # fmt: skip

person = frame.header("Bilan des formations et des réseaux", right=Right.READ_ACTIVITY)
years = read(queries.years, viewer=person)
if not years:
    st.info("Aucune séance pour l’instant.")
    st.stop()
left, right = st.columns(2, gap="medium")
with left:
    names = {str(one): one for one in years}
    year = choices.pick("Année", names, "annee", default=str(frame.today().year))
with right:
    dimensions = {label: name for name, label in statistics.DIMENSIONS.items()}
    dimension = choices.pick("Lire par", dimensions, "par")
assert isinstance(year, int)  # noqa: S101  # pick returns one of its options
start, end = date(year, 1, 1), date(year, 12, 31)
table = read(statistics.attendance_by, viewer=person, start=start, end=end, dimension=dimension)
whole = table.iloc[0]
rows = read(agenda_queries.agenda, viewer=person, wanted=agenda_queries.AgendaFilter(start, end))
counts = rules.day_counts(agenda_queries.dated(rows))
st.markdown(
    f"**{fr.plural(int(whole['participants']), 'participant')}**, "
    f"{fr.number(whole['hours'], 1)} heures-stagiaires, "
    f"{fr.plural(int(whole['sessions']), 'séance')} · réseaux : **{counts.told()}**"
)
shown = statistics_view.told(table)
frame.table(shown, LABELS, key="bilan")
st.caption(
    "Une personne est comptée une fois dans l’ensemble, et une fois dans chaque ligne où elle est "
    "venue : les lignes ne s’additionnent pas. Un taux dont la saisie est sous 90 % est à lire "
    "avec prudence. « – » : aucune présence saisie."
)
outputs.offer(shown, LABELS, title=f"Bilan {year}", key="bilan_sortie")
line = statistics.Line(start, end, str(dimension))
chosen = behind_view.attendance(person, line, list(table["label"]))
bpf_view.show(person, year)
state = {"annee": str(year), "par": statistics.DIMENSIONS[str(dimension)], "liste": chosen}
frame.share(frame.address_of(state))
