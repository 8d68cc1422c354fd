"""Forms on perimeters: define, change, delete, and name a part of a commune."""

from datetime import date

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Viewer
from core.observatory.enums import Level
from core.territories import operations, queries
from core.territories.operations import PerimeterDraft
from core.territories.rules import PERIMETER_KINDS
from pages.ui import frame
from pages.ui.read import read

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


def _choices() -> dict[str, int]:
    """Name every territory that a perimeter may hold; communes carry their code."""
    table = read(queries.selectable)
    return {
        f"{name} – {Level(level).label.lower()} {code}": int(identifier)
        for identifier, level, code, name in zip(
            table["id"], table["level"], table["code"], table["name"], strict=True
        )
    }


def _fields(key: str, names: dict[str, int], row: pd.Series | None = None) -> PerimeterDraft:
    """Lay out the fields of a perimeter, filled from ``row`` where there is one."""
    name = st.text_input("Nom", value="" if row is None else str(row["name"]), key=f"{key}_nom",
                         max_chars=80)  # fmt: skip
    kinds = list(PERIMETER_KINDS)
    index = kinds.index(row["kind"]) if row is not None and row["kind"] in kinds else 0
    kind = st.selectbox("Nature", kinds, index=index, key=f"{key}_nature")
    held = [] if row is None else _held(int(row["id"]), names)
    members = st.multiselect(
        "Territoires réunis", list(names), default=held, key=f"{key}_membres",
        placeholder="Tapez un nom ou un code",
    )  # fmt: skip
    first, second = st.columns(2)
    start = first.date_input(
        "Valable depuis le", value=date(2009, 1, 1) if row is None else row["valid_from"],
        min_value=FIRST_DAY, max_value=LAST_DAY, format="DD/MM/YYYY", key=f"{key}_debut",
    )  # fmt: skip
    end = second.date_input(
        "Jusqu’au (vide : sans fin)", value=None if row is None else row["valid_to"],
        min_value=FIRST_DAY, max_value=LAST_DAY, format="DD/MM/YYYY", key=f"{key}_fin",
    )  # fmt: skip
    note = st.text_input("Note", value="" if row is None else str(row["note"]), key=f"{key}_note")
    return PerimeterDraft(
        name=name, kind=str(kind), members=[names[label] for label in members],
        valid_from=start if isinstance(start, date) else date(2009, 1, 1),
        valid_to=end if isinstance(end, date) else None, note=note,
    )  # fmt: skip


def _held(perimeter_id: int, names: dict[str, int]) -> list[str]:
    table = read(queries.composition, perimeter_id=perimeter_id)
    present = set(table.loc[table["valid_to"].isna(), "part_id"]) or set(table["part_id"])
    return [label for label, identifier in names.items() if identifier in present]


def _done(sentence: str) -> None:
    st.session_state["annonce"] = sentence
    st.rerun()


def create(person: Viewer) -> None:
    names = _choices()
    with st.form("creer_perimetre", border=False):
        draft = _fields("creer", names)
        submitted = st.form_submit_button("Enregistrer le périmètre", type="primary")
    if submitted:
        with frame.user_errors(), db.writing("territories") as session:
            operations.create_perimeter(session, person, draft, now=frame.now())
        _done(
            f"Périmètre « {frame.plain(draft.name.strip())} » enregistré : "
            "il est dans les choix de la carte."
        )


def change(person: Viewer, table: pd.DataFrame) -> None:
    if table.empty:
        st.info("Aucun périmètre à modifier.")
        return
    name = st.selectbox("Périmètre", list(table["name"]), index=None, key="a_modifier",
                        placeholder="Choisir")  # fmt: skip
    if name is None:
        return
    row = table[table["name"] == name].iloc[0]
    perimeter_id, key = int(row["id"]), f"modifier_{row['id']}"
    with st.form("modifier_perimetre", border=False):
        draft = _fields(key, _choices(), row)
        since = st.date_input(
            "La composition change à partir du", value=draft.valid_from, format="DD/MM/YYYY",
            min_value=FIRST_DAY, max_value=LAST_DAY, key=f"{key}_depuis",
            help="Avant cette date, les chiffres gardent l’ancienne composition.",
        )  # fmt: skip
        submitted = st.form_submit_button("Enregistrer la modification", type="primary")
    if submitted and isinstance(since, date):
        with frame.user_errors(), db.writing("territories") as session:
            operations.change_perimeter(
                session, person, draft, perimeter_id=perimeter_id, since=since, now=frame.now()
            )
        _done(
            f"Périmètre « {frame.plain(draft.name.strip())} » modifié à partir du {fr.day(since)}."
        )
    sure = st.checkbox(f"Je veux supprimer « {frame.plain(name)} »", key=f"{key}_sur")
    if st.button("Supprimer ce périmètre", disabled=not sure, key=f"{key}_supprimer"):
        with frame.user_errors(), db.writing("territories") as session:
            operations.delete_perimeter(session, person, perimeter_id=perimeter_id, now=frame.now())
        _done(f"Périmètre « {frame.plain(name)} » supprimé. Le journal garde sa composition.")


def name_part(person: Viewer) -> None:
    table = read(queries.territories, viewer=person, level=Level.COMMUNE)
    communes = dict(zip(table["name"] + " (" + table["code"] + ")", table["code"], strict=True))
    with st.form("nommer_partie", border=False, clear_on_submit=True):
        commune = st.selectbox("Commune", list(communes), index=None, key="partie_commune",
                               placeholder="Tapez un nom ou un code")  # fmt: skip
        name = st.text_input("Nom du quartier ou de la partie", key="partie_nom", max_chars=80)
        submitted = st.form_submit_button("Nommer cette partie")
    if submitted:
        with frame.user_errors(), db.writing("territories") as session:
            operations.create_part(
                session, person, name=name, commune_code=communes.get(commune or "", ""),
                now=frame.now(),
            )  # fmt: skip
        _done(f"« {frame.plain(name.strip())} » peut maintenant entrer dans un périmètre.")
