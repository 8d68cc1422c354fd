"""Parts of the import of an export: which column is what, the proof sheet, what was put aside."""

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Viewer
from core.competences_cles import rosace_imports, rosace_queries
from core.competences_cles.rosace_imports import Sheet
from core.competences_cles.rosace_proof import RowStatus
from core.competences_cles.rosace_reading import DATE_FORMATS, FIELDS, REQUIRED, Layout, RawTable
from pages.ui import frame, outputs
from pages.ui.read import read

PREVIEW = 20
ASIDE = {"number": "Ligne", "status": "Sort", "reason": "Pourquoi"}
CHANGES = {"order": "Bon", "new": "Lignes nouvelles", "changed": "Lignes modifiées",
           "hours": "Heures ajoutées"}  # fmt: skip


def mapping(raw: RawTable, known: Layout, *, is_known: bool) -> Layout:
    """Show the first lines, and ask which column is which field; a known layout is folded."""
    st.markdown(f"**{fr.plural(len(raw.rows), 'ligne')}**, {len(raw.headers)} colonnes")
    with st.expander("Les vingt premières lignes"):
        st.dataframe(raw.rows.head(PREVIEW), hide_index=True, key="apercu")
    title = "Mise en page déjà connue" if is_known else "Quelle colonne est quoi ?"
    with st.expander(title, expanded=not is_known):
        columns = {}
        options = ["", *raw.headers]
        for rank in range(0, len(FIELDS), 2):
            sides = st.columns(2, gap="small")
            for side, name in zip(sides, list(FIELDS)[rank : rank + 2], strict=False):
                held = known.columns.get(name, "")
                label = FIELDS[name] + (" *" if name in REQUIRED else "")
                found = side.selectbox(
                    label, options, index=options.index(held) if held in options else 0,
                    format_func=lambda one: one or "– absente –", key=f"colonne_{name}",
                )  # fmt: skip
                if found:
                    columns[name] = found
        formats = list(DATE_FORMATS)
        held_format = formats.index(known.date_format) if known.date_format in formats else 0
        date_format = st.selectbox("Écriture des dates", formats, index=held_format,
                                   format_func=DATE_FORMATS.__getitem__, key="dates")  # fmt: skip
    return Layout(columns, date_format)


def proof(sheet: Sheet) -> bool:
    """Show what each line would do; return whether vanished lines are to be taken back."""
    st.markdown("#### Relecture : rien n’est encore écrit")
    if sheet.proof.refusal:
        st.error(sheet.proof.refusal)
    told = [f"{status.label} : **{fr.number(sheet.count(status))}**" for status in RowStatus]
    st.markdown("Lignes – " + " · ".join(told))
    changes = rosace_queries.changes(sheet)
    if not changes.empty:
        frame.table(changes, CHANGES, key="changements")
    aside = rosace_queries.put_aside(sheet)
    if not aside.empty:
        with st.expander(f"Lignes mises de côté : {len(aside)}", expanded=True):
            frame.table(aside, ASIDE, key="mises_de_cote")
            outputs.offer(aside, ASIDE, title="Lignes mises de côté", key="cote_sortie")
    vanished = len(sheet.proof.vanished)
    if not vanished or sheet.proof.refusal:
        return False
    return st.checkbox(
        f"Contre-passer {fr.plural(vanished, 'ligne disparue', 'lignes disparues')} de l’export",
        help="Ces lignes sont au registre et ne sont plus dans un export complet.",
        key="contrepasser",
    )


def history(person: Viewer, table: pd.DataFrame) -> None:
    """Show what an export put aside, and offer to take the last one back."""
    names = {
        int(key): f"N° {key} – {name}"
        for key, name in zip(table["id"], table["file_name"], strict=True)
    }
    chosen = st.selectbox("Voir un export", list(names), format_func=names.__getitem__,
                          key="export_choisi")  # fmt: skip
    lines = read(rosace_queries.lines, viewer=person, import_id=chosen)
    if lines.empty:
        st.caption("Toutes ses lignes ont été lues sans réserve.")
    else:
        frame.table(lines, ASIDE | {"cells": "Contenu"}, key="lignes_export")
    if st.button("Annuler cet import", key="annuler_export"):
        with frame.user_errors(), db.writing("competences_cles") as session:
            told = rosace_imports.revert(session, person, import_id=chosen, today=frame.today(),
                                         now=frame.clock())  # fmt: skip
        frame.tell(told)
        st.rerun()
