"""Parts of the import of an export: which column is what, the proof sheet, what was put aside."""

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import db, fr
from core.access import Viewer
from core.competences_cles import rosace_imports, rosace_queries, rosace_reading
from core.competences_cles.rosace_proof import RowStatus
from core.competences_cles.rosace_reading import DATE_FORMATS, FIELDS, REQUIRED, Layout, RawTable
from core.competences_cles.rosace_sheet import Export, Sheet
from pages.ui import frame, outputs
from pages.ui.read import read

PREVIEW = 20
SHEET, RAW, TURN = "relecture", "cellules", "exports_appliques"
ASIDE = {"number": "Ligne", "status": "Sort", "reason": "Pourquoi"}
CHANGES = {"order": "Bon", "new": "Lignes nouvelles", "changed": "Lignes modifiées",
           "hours": "Heures ajoutées"}  # fmt: skip


def mapping(raw: RawTable, known: Layout, *, is_known: bool) -> Layout:
    """Show the first lines, and ask which column is which field; a known layout is folded."""
    st.markdown(f"**{fr.plural(len(raw.rows), 'ligne')}**, {len(raw.headers)} colonnes")
    with st.expander("Les vingt premières lignes"):
        st.dataframe(raw.rows.head(PREVIEW), hide_index=True, key="apercu")
    if not is_known and len(rosace_reading.lacking(known.columns)) == len(REQUIRED):
        st.warning(
            "Aucune colonne attendue n’est reconnue : est-ce bien un export de l’extranet ? Sinon, "
            "retirez ce fichier avec la croix.", icon=":material/help:",
        )  # fmt: skip
    title = "Mise en page déjà connue" if is_known else "Quelle colonne est quoi ?"
    with st.expander(title, expanded=not is_known):
        return _asked(raw, known)


def _asked(raw: RawTable, known: Layout) -> Layout:
    # Another layout starts from its own proposals, not from what was chosen for the last file.
    own = raw.fingerprint[:8]
    columns = {}
    options = ["", *raw.headers]
    for rank in range(0, len(FIELDS), 2):
        sides = st.columns(2, gap="small")
        for side, name in zip(sides, list(FIELDS)[rank : rank + 2], strict=False):
            held = known.columns.get(name, "")
            label = FIELDS[name] + (" *" if name in REQUIRED else "")
            found = side.selectbox(
                label, options, index=options.index(held) if held in options else 0,
                format_func=lambda one: one or "– absente –", key=f"colonne_{name}_{own}",
            )  # fmt: skip
            if found:
                columns[name] = found
    formats = list(DATE_FORMATS)
    held_format = formats.index(known.date_format) if known.date_format in formats else 0
    written = st.selectbox("Écriture des dates", formats, index=held_format,
                           format_func=DATE_FORMATS.__getitem__, key=f"dates_{own}")  # fmt: skip
    return Layout(columns, written)


def sheet(person: Viewer, export: Export) -> Sheet:
    """Proof-read an export, once: the sheet is kept while neither it nor the market changes."""
    held = st.session_state.get(SHEET)
    now = db.revision("competences_cles")
    if isinstance(held, Sheet) and (held.seen, held.revision) == (export.seen, now):
        return held
    with frame.user_errors(), st.spinner("Relecture…"), db.reading() as session:
        found = rosace_queries.sheet(session, person, export=export)
    st.session_state[SHEET] = found
    return found


def uploader() -> UploadedFile | None:
    """Ask for a file; once it is applied the place is empty again."""
    turn = st.session_state.get(TURN, 0)
    return st.file_uploader("Export à importer", type=["csv", "txt", "xlsx"], key=f"export_{turn}")


def raw(file: UploadedFile) -> RawTable:
    """Read the cells of a file, once."""
    name, held = st.session_state.get(RAW, ("", None))
    if name == file.file_id and isinstance(held, RawTable):
        return held
    with frame.user_errors():
        found = rosace_reading.read(file.getvalue(), file.name)
    st.session_state[RAW] = (file.file_id, found)
    return found


def forget() -> None:
    """Empty the place of the file and what was read of it, once it is applied."""
    for key in (SHEET, RAW):
        st.session_state.pop(key, None)
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def proof(sheet: Sheet) -> bool:
    """Show what each line would do; return whether vanished lines are to be taken back."""
    st.markdown("#### Relecture : rien n’est encore écrit")
    if sheet.proof.refusal:
        st.error(sheet.proof.refusal)
    told = [f"{status.label} : **{fr.number(sheet.count(status))}**" for status in RowStatus]
    st.markdown("Lignes – " + " · ".join(told))
    _waiting(rosace_queries.waiting(sheet))
    changes = rosace_queries.changes(sheet)
    if not changes.empty:
        hours = changes.assign(hours=[fr.number(one, 1) for one in changes["hours"]])
        frame.table(hours, CHANGES, key="changements")
    aside = rosace_queries.put_aside(sheet)
    if not aside.empty:
        every = rosace_queries.count_aside(sheet)
        first = f", les {len(aside)} premières" if len(aside) < every else ""
        with st.expander(f"Lignes mises de côté : {fr.number(every)}{first}", expanded=True):
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


def _waiting(reasons: list[tuple[str, int]]) -> None:
    if not reasons:
        return
    told = " ; ".join(f"{frame.plain(why)} ({fr.plural(count, 'ligne')})" for why, count in reasons)
    st.warning(
        f"Ces lignes attendent, leurs heures ne sont pas comptées : {told}. Créez le bon ou "
        "corrigez l’export, puis réimportez-le.", icon=":material/hourglass:",
    )  # fmt: skip


def history(person: Viewer, table: pd.DataFrame) -> None:
    """Show what an export put aside, and offer to take the last one back."""
    names = {
        int(key): f"N° {key} – {name}"
        for key, name in zip(table["id"], table["file_name"], strict=True)
    }
    chosen = st.selectbox("Voir un export", list(names), format_func=names.__getitem__,
                          key=f"export_choisi_{max(names)}")  # fmt: skip
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
