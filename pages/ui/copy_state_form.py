"""The state of a copy, set by hand on the page of its record."""

from datetime import date

import streamlit as st

from core import db
from core.access import Right, Viewer, may
from core.circulation import copy_states
from pages.ui import desk_state, frame
from pages.ui.read import read


def show(person: Viewer, notice_id: int, today: date) -> None:
    """Let staff send a copy to repair, withdraw it, or put it back in service."""
    if not may(person, Right.LEND):
        return
    names = read(copy_states.copies, viewer=person, notice_id=notice_id)
    if not names:
        return
    with (
        st.expander("Changer l’état d’un exemplaire", icon=":material/build:", key="etats"),
        st.form("etat_exemplaire", border=False),
    ):
        own = st.selectbox("Exemplaire", list(names), format_func=names.__getitem__,
                           key="etat_copie")  # fmt: skip
        state = st.selectbox("Geste", list(copy_states.GESTURES), key="etat_geste",
                             format_func=copy_states.GESTURES.__getitem__)  # fmt: skip
        st.caption("Un exemplaire prêté ou mis de côté garde son état. Le guichet sait annuler.")
        sent = st.form_submit_button("Enregistrer l’état")
    if sent and own is not None and state is not None:
        with frame.user_errors(), db.writing(*copy_states.WRITTEN) as session:
            told = copy_states.set_state(session, person, item_id=own, state=state, today=today,
                                         now=frame.clock())  # fmt: skip
            desk_state.note(session)
        frame.tell(told)
        st.rerun()
