"""« Voir la liste »: what a figure is made of, each row leading to its session."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core import fr
from core.access import Right, Viewer, may
from core.training import statistics
from core.training.statistics import Line
from pages.ui import choices, frame, outputs, statistics_view
from pages.ui.read import read

SESSIONS = {
    "link": "Voir", "date": "Premier jour", "title": "Séance", "participants": "Participants",
    "told": "Taux de présence", "hours": "Heures-stagiaires", "days": "Jours-participants",
}  # fmt: skip
PEOPLE = {"name": "Nom", "sessions": "Séances", "presents": "Demi-journées", "hours": "Heures"}
NOTHING = "– ne pas ouvrir –"


def attendance(person: Viewer, line: Line, labels: list[str]) -> str:
    """Offer the sessions and, to staff, the participants behind a line; return which one."""
    options = {NOTHING: ""} | {label: label for label in labels}
    chosen = choices.pick("Voir la liste", options, "liste")
    if not chosen:
        return ""
    wanted = Line(line.start, line.end, line.dimension, str(chosen))
    title = f"{chosen}, {line.start.year}"
    sessions(read(statistics.sessions_behind, viewer=person, line=wanted), title, key="derriere")
    if may(person, Right.READ_PEOPLE):
        people = read(statistics.people_behind, viewer=person, line=wanted)
        st.markdown(f"**{fr.plural(len(people), 'participant')}**")
        frame.table(people, PEOPLE, key="derriere_personnes")
        outputs.offer(people, PEOPLE, title=f"Participants {title}", key="derriere_personnes_s")
    return str(chosen)


def sessions(table: pd.DataFrame, title: str, *, key: str) -> None:
    st.markdown(f"**{fr.plural(len(table), 'séance')}**")
    shown = statistics_view.rates(linked(table)).assign(
        date=[fr.day(value) for value in table["day"]]
    )
    show_linked(shown, SESSIONS, key=key)
    kept = {name: label for name, label in SESSIONS.items() if name != "link"}
    outputs.offer(shown.assign(date=table["day"]), kept,
                  title=f"Séances {title}", key=f"{key}_sortie")  # fmt: skip


def linked(table: pd.DataFrame, column: str = "id") -> pd.DataFrame:
    """Add the address of the session of each row; nothing where there is none."""
    links = ["" if pd.isna(key) else f"seance?seance={int(key)}" for key in table[column]]
    return table.assign(link=links)


def show_linked(table: pd.DataFrame, labels: Mapping[str, str], *, key: str) -> None:
    """Show a table whose rows open their session."""
    columns = dict(labels) | {
        "link": st.column_config.LinkColumn("Voir", display_text="Ouvrir", width=60)
    }
    st.dataframe(
        table[list(labels)], hide_index=True, key=key, column_config=columns, placeholder="–"
    )


FIGURES = {
    "Jours prévus": "planned", "Jours placés": "placed", "Jours tenus": "held", "Reste": "left",
}  # fmt: skip


LINES = {
    "link": "Voir", "code": "N°", "title": "Intitulé", "date": "Date écrite",
    "planned_days": "Jours prévus", "placed_days": "Placés", "left_days": "Reste",
}  # fmt: skip
HALF_DAYS = {
    "link": "Voir", "date": "Jour", "half": "Demi-journée", "code": "N°", "title": "Intitulé",
    "state": "État",
}  # fmt: skip


def plan(slots: pd.DataFrame, lines: pd.DataFrame) -> None:
    """Offer what stands behind a figure of the plan: lines that plan, half-days that are placed."""
    options = {NOTHING: ""} | FIGURES
    chosen = choices.pick("Voir la liste", options, "liste")
    if chosen in {"planned", "left"}:
        has_some = lines["planned"].notna() if chosen == "planned" else lines["left_days"] > 0
        kept = lines[has_some]
        show_linked(kept, LINES, key="plan_liste")
    elif chosen:
        kept = slots[slots["is_held"]] if chosen == "held" else slots
        shown = linked(kept, "session_id").assign(date=[fr.day(day) for day in kept["day"]])
        show_linked(shown, HALF_DAYS, key="plan_liste")
        st.caption(f"{fr.plural(len(kept), 'demi-journée', 'demi-journées')}. {_joint(kept)}")


def _joint(slots: pd.DataFrame) -> str:
    """Say how many half-days are there more than once: a joint day counts once in the totals."""
    twice = len(slots) - len(slots.drop_duplicates(["session_id", "day", "half"]))
    third = int((~slots["counts_regional"]).sum())
    said = [
        f"{fr.plural(count, 'ligne')} {why}"
        for count, why in (
            (twice, "d’une journée commune déjà citée"),
            (third, "hors des totaux régionaux"),
        )
        if count
    ]
    return f"Dont {', '.join(said)}." if said else ""
