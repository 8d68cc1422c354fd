"""Decisions of the committee of a département: those known, and the form that enters one."""

from datetime import date

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.competences_cles import decisions
from core.competences_cles.decisions import Minute
from core.competences_cles.portrait import Portrait
from pages.ui import frame
from pages.ui.read import read

LABELS = {"day": "Le", "body": "Instance", "text": "Décision", "moved": "Bons changés",
          "author": "Saisie par"}  # fmt: skip
RECENT = {"day": "Le", "text": "Décision", "effect": "Effet constaté"}


def show(person: Viewer, found: Portrait) -> None:
    """Show what was decided here, what came of it since the last pack, and the form."""
    numbers = {one.number for one in found.movements}
    held = read(decisions.recorded, viewer=person)
    here = [
        ut == found.code or bool(numbers & set(orders))
        for ut, orders in zip(held["ut"], held["orders"], strict=True)
    ]
    shown = held[pd.Series(here, index=held.index, dtype=bool)]
    if shown.empty:
        st.info("Aucune décision enregistrée pour ce département.")
    else:
        frame.table(shown.assign(day=[fr.day(one) for one in shown["decided_on"]]), LABELS,
                    key="decisions_comite")  # fmt: skip
    if found.past:
        st.markdown("**À rappeler dans le prochain dossier**")
        rows = [(fr.day(one.decided_on), one.text, one.effect or "effet non encore mesuré")
                for one in found.past]  # fmt: skip
        frame.table(pd.DataFrame(rows, columns=list(RECENT)), RECENT, key="decisions_rappelees")
    if may(person, Right.EDIT_MARKET):
        _form(person, found)


def _form(person: Viewer, found: Portrait) -> None:
    with (
        st.expander("Enregistrer une décision", icon=":material/gavel:"),
        st.form("decision_comite", enter_to_submit=False),
    ):
        body = st.text_input("Instance", value="comité de pilotage", key="instance")
        day = st.date_input("Décidé le", value=frame.today(), max_value=frame.today(),
                            format="DD/MM/YYYY", key="decide_le")  # fmt: skip
        text = st.text_area("Ce qui a été décidé", key="decide_quoi")
        submitted = st.form_submit_button("Enregistrer la décision", type="primary")
    if not submitted:
        return
    decided = day if isinstance(day, date) else frame.today()
    minute = Minute(found.code, decided, body or "", text or "", found.quantities.available)
    with frame.user_errors(), db.writing(decisions.DOMAIN) as session:
        decisions.enter(session, person, minute, today=frame.today(), now=frame.clock())
    st.session_state.pop("decide_quoi", None)
    frame.tell("Décision enregistrée : le prochain dossier la rappelle.")
    st.rerun()
