"""The answers that the desk waits for, with buttons and boxes beside what may be typed."""

from datetime import date

import streamlit as st

from core.access import Viewer
from core.circulation.returns import Return
from pages.ui import desk_gestures, desk_state
from pages.ui.desk_state import REASONS, Pending, Question


def show(person: Viewer, today: date) -> None:
    """Offer what would answer the question that is pending, if one is."""
    held = desk_state.pending()
    if held is None:
        return
    if held.question in REASONS:
        _reason(person, held, today)
    elif held.question is Question.PARTS:
        _parts(person, held, today)
    elif st.button(held.question.value, key="guichet_oui", type="primary"):
        desk_gestures.go_on(person, today)
        st.rerun()


def _reason(person: Viewer, held: Pending, today: date) -> None:
    with st.form("guichet_motif", border=False):
        reason = st.text_input("Motif", key="guichet_raison")
        if st.form_submit_button(held.question.value) and (reason or "").strip():
            desk_gestures.override(person, (reason or "").strip(), today)
            st.rerun()


def _parts(person: Viewer, held: Pending, today: date) -> None:
    """Ask for the parts of a kit one by one: there, missing, or lost for good."""
    with st.form("guichet_pieces", border=False):
        missing, lost = parts_fields(dict(held.parts))
        with st.container(horizontal=True):
            is_back = st.form_submit_button(held.question.value, type="primary")
            is_left = st.form_submit_button("Laisser (non)")
    if is_left:
        desk_gestures.leave("La mallette n’est pas rendue.")
        st.rerun()
    if is_back:
        back = Return("", today, missing, held.item_id, lost)
        desk_gestures.give_parts(person, back, today)
        st.rerun()


def parts_fields(parts: dict[int, str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ask which parts are missing, and which of them for good."""
    left, right = st.columns(2)
    with left:
        st.markdown("Manque")
        missing = [rank for rank, label in parts.items()
                   if st.checkbox(f"{rank} {label}", key=f"manque_{rank}")]  # fmt: skip
    with right:
        st.markdown("Perdu pour de bon")
        lost = [rank for rank, label in parts.items()
                if st.checkbox(f"{rank} {label}, perdu", key=f"perdu_piece_{rank}")]  # fmt: skip
    return tuple(one for one in missing if one not in lost), tuple(lost)
