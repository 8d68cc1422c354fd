"""The bilan pédagogique et financier, rehearsed: its frames, their equality, what is behind."""

import pandas as pd
import streamlit as st

from core import fr
from core.access import Viewer
from core.training import bpf
from pages.ui import behind_view, choices, frame, outputs
from pages.ui.read import read

LABELS = {
    "frame": "Cadre", "label": "Ligne", "stagiaires": "Stagiaires", "hours": "Heures-stagiaires",
}  # fmt: skip
EQUAL_FRAMES = ("F1", "F3", "F4")


def show(person: Viewer, year: int) -> None:
    """Show the form of a year, and say whether the frames that must agree do."""
    with st.expander("Bilan pédagogique et financier (répétition)"):
        lines = read(bpf.bpf, viewer=person, year=year)
        st.caption(
            "Cadres F1 (stagiaires), F3 (objectif), F4 (spécialité) : les trois totaux doivent "
            "être égaux. G : actions confiées par un autre organisme de formation."
        )
        totals = {
            name: round(sum(line.hours for line in lines if line.frame == name), 2)
            for name in EQUAL_FRAMES
        }
        if len(set(totals.values())) == 1:
            st.success(f"F1 = F3 = F4 : {fr.number(totals['F1'], 1)} heures-stagiaires.")
        else:
            told = ", ".join(f"{name} : {fr.number(value, 1)}" for name, value in totals.items())
            st.error(f"Les totaux diffèrent : {told}.")
        form = pd.DataFrame([vars(line) for line in lines], columns=list(LABELS))
        frame.table(form, LABELS, key="bpf")
        outputs.offer(form, LABELS, title=f"Bilan pédagogique et financier {year}",
                      key="bpf_sortie")  # fmt: skip
        _behind(person, year, lines)


def _behind(person: Viewer, year: int, lines: list[bpf.BpfLine]) -> None:
    """Offer the sessions behind a line of the form."""
    options: dict[str, object] = {behind_view.NOTHING: ("", "")}
    options |= {f"{one.frame} – {one.label}": (one.frame, one.label) for one in lines}
    chosen = choices.pick("Voir la liste d’une ligne", options, "cadre")
    assert isinstance(chosen, tuple)  # noqa: S101  # pick returns one of its options
    if not chosen[0]:
        return
    table = read(bpf.sessions_behind, viewer=person, year=year, frame=chosen[0], label=chosen[1])
    behind_view.sessions(table, f"{chosen[0]} {chosen[1]}, {year}", key="bpf_liste")
