"""What to order where: a proposal within limits that are named, then a decision."""

import streamlit as st

from core import fr
from core.access import Right, may
from core.competences_cles import (
    comparison_charts,
    decisions,
    followup,
    reallocation,
    sharing_out,
)
from pages.ui import choices, frame, outputs, sharing_view
from pages.ui.read import read

LABELS = {
    "number": "Bon", "ut": "Département", "before": "Commandé (h)", "after": "Proposé (h)",
    "change": "Changement (h)", "need": "Besoin (h)", "short_before": "Manque aujourd’hui",
    "short_after": "Manque ensuite",
}  # fmt: skip
DECIDED = {"day": "Le", "body": "Instance", "text": "Motif", "moved": "Bons changés"}

person = frame.header("Réallocation des heures", right=Right.READ_MARKET)
today = frame.today()
every = read(followup.orders, viewer=person, known_on=today)
found = sharing_out.sharing(every, today=today)
if not found.orders:
    st.info("Aucun bon en cours commandé en heures : rien à répartir.")
    st.stop()
lots = {"Tous": ""} | {f"Lot {one}": one for one in sorted({one.lot for one in found.orders})}
lot = choices.pick("Lot", lots, "lot")
orders = [one for one in found.orders if not lot or one.lot == lot]
settings = sharing_view.settings(orders, found.lots)
with frame.user_errors(), st.spinner("Calcul…"):
    runs = reallocation.under_three_demands(orders, found.needs, settings)
proposal = runs.central
st.markdown(f"**{sharing_view.answer(proposal)}**")
for relaxation in proposal.relaxations:
    st.warning(f"Ces limites se contredisent : il faudrait {relaxation.sentence}. La proposition "
               "le suppose.", icon=":material/block:")  # fmt: skip
if found.unknown:
    st.caption(f"Besoin non prévisible, gardé à consommé + engagé : {', '.join(found.unknown)}.")
st.vega_lite_chart(comparison_charts.before_after(proposal.moves), key="barres",
                   alt="Commandé aujourd’hui et proposé, par bon")  # fmt: skip
table = sharing_view.as_table(proposal)
frame.table(table, LABELS, key="proposition")
outputs.offer(table, LABELS, title="Réallocation proposée", key="proposition_sortie")
with st.expander("Ce qui retient, et ce qui tient si la demande change"):
    for binding in proposal.bindings:
        st.markdown(f"- {frame.plain(binding.told())}")
    served = ", ".join(sorted(runs.always_served)) or "aucun"
    st.markdown(f"- Servis que la demande soit faible, moyenne ou forte : {served}")
    never = ", ".join(sorted(runs.never_served)) or "aucun"
    st.markdown(f"- Servis dans aucun des trois cas : {never}")
if may(person, Right.EDIT_MARKET):
    sharing_view.decision(person, proposal, settings)
held = read(decisions.recorded, viewer=person)
if not held.empty:
    st.markdown("#### Décisions prises")
    frame.table(held.assign(day=[fr.day(one) for one in held["decided_on"]]), DECIDED,
                key="decisions")  # fmt: skip
frame.share(frame.address_of({"lot": f"Lot {lot}" if lot else ""}))
