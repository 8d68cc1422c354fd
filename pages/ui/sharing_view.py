"""Parts of the reallocation: what a reader sets, the answer in words, the decision."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Viewer
from core.competences_cles import alert_operations, decisions
from core.competences_cles.decisions import DecisionDraft
from core.competences_cles.reallocation import Proposal
from core.competences_cles.reallocation_inputs import LotBounds, Order, Settings
from pages.ui import frame


def settings(orders: Sequence[Order], lots: Mapping[str, LotBounds]) -> Settings:
    """Ask for what may change: the total of each lot and holder, the largest change, the block."""
    pools = {one.pool: 0.0 for one in orders}
    for one in orders:
        pools[one.pool] += one.ordered
    totals: dict[tuple[str, str], float | None] = {}
    with st.expander("Hypothèses"):
        for rank, (pool, today) in enumerate(pools.items()):
            totals[pool] = float(st.slider(
                f"Total du lot {pool[0]}, {pool[1]} (heures)", 0, int(2 * today), int(today), 20,
                key=f"total_{rank}",
            ))  # fmt: skip
        left, right = st.columns(2, gap="small")
        cap = left.number_input("Changement maximal d’un bon (heures, 0 : sans limite)", 0, 50_000,
                                0, 20, key="cap")  # fmt: skip
        block = right.number_input("Par blocs de (heures)", 1, 500, 20, key="bloc")
        budget = st.number_input("Budget (€, 0 : sans limite)", 0, 10_000_000, 0, 1_000,
                                 key="budget")  # fmt: skip
    return Settings(
        lots=lots, totals=totals, cap=float(cap) or None, block=float(block),
        budget=int(budget) * 100 or None,
    )  # fmt: skip


def answer(proposal: Proposal) -> str:
    """Say what the proposal changes in one sentence."""
    before, after = proposal.worst_before, proposal.worst_after
    if before is None or after is None:
        return "Aucun besoin prévisible : rien à répartir."
    count = len(proposal.amendments)
    if not count:
        return (
            f"Rien à changer : le manque le plus fort est de {fr.percent(before, 1)} et ne peut "
            "pas être réduit dans ces limites."
        )
    return (
        f"Le manque le plus fort passe de {fr.percent(before, 1)} à {fr.percent(after, 1)} du "
        f"besoin, en changeant {fr.plural(count, 'bon')}."
    )


def as_table(proposal: Proposal) -> pd.DataFrame:
    """One row an order: before, after, need (hours), and what it lacks of its need."""
    return pd.DataFrame(
        [
            (one.order.key, one.order.ut, one.order.ordered, one.proposed, one.change,
             round(one.order.need), _told(one.shortage_before), _told(one.shortage_after))
            for one in proposal.moves
        ],
        columns=["number", "ut", "before", "after", "change", "need", "short_before",
                 "short_after"],
    )  # fmt: skip


def _told(shortage: float | None) -> str:
    return "–" if shortage is None else fr.percent(shortage, 1)


def decision(person: Viewer, proposal: Proposal, wanted: Settings) -> None:
    """Record the decision, which amends every order that it moves."""
    with st.expander("Enregistrer la décision"), st.form("decision"):
        body = st.text_input("Instance (comité de pilotage, service…)")
        day = st.date_input("Date", value=frame.today(), max_value=frame.today(),
                            format="DD/MM/YYYY")  # fmt: skip
        text = st.text_area("Motif")
        submitted = st.form_submit_button("Décider et modifier les bons", type="primary")
    if not submitted:
        return
    draft = DecisionDraft(body or "", day if isinstance(day, date) else frame.today(), text or "")
    with frame.user_errors(), db.writing(decisions.DOMAIN) as session:
        decisions.decide(session, person, draft, proposal, wanted, now=frame.clock())
        alert_operations.evaluate(session, person, today=frame.today(), now=frame.clock())
    frame.tell(f"Décision enregistrée : {fr.plural(len(proposal.amendments), 'avenant')}.")
    st.rerun()
