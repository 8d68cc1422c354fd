"""Import of an export: its columns, its proof-reading, then what is applied; all can be undone."""

from datetime import date

import streamlit as st

from core import db, fr
from core.access import Right
from core.competences_cles import rosace_imports, rosace_queries
from core.competences_cles.rosace_sheet import Export
from pages.ui import frame, market_import
from pages.ui.read import read

LABELS = {
    "id": "N°", "file_name": "Fichier", "day": "Extrait le", "state": "État",
    "rows_read": "Lignes", "rows_new": "Nouvelles", "rows_changed": "Modifiées",
    "rows_unchanged": "Inchangées", "rows_vanished": "Disparues", "rows_duplicated": "Doublons",
    "rows_rejected": "Rejetées", "rows_parked": "En attente",
}  # fmt: skip

person = frame.header("Import des exports de l’extranet", right=Right.EDIT_MARKET)
st.caption(
    "CSV ou classeur XLSX, quelle que soit sa mise en page : vous dites une fois quelle colonne "
    "est quoi, c’est retenu. Les identifiants sont brouillés à la lecture et ne sont jamais gardés."
)
file = market_import.uploader()
if file is not None:
    raw = market_import.raw(file)
    with db.reading() as session:
        known, is_known = rosace_queries.layout(session, person, raw=raw)
    layout = market_import.mapping(raw, known, is_known=is_known)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.date_input("Extrait le", value=frame.today(), max_value=frame.today(),
                            format="DD/MM/YYYY", key="extrait_le")  # fmt: skip
        partial = st.checkbox("Export partiel (un mois, un opérateur)", key="partiel")
    extracted = day if isinstance(day, date) else frame.today()
    export = Export(file.name, file.getvalue(), layout, extracted, is_partial=partial)
    sheet = market_import.sheet(person, export)
    reverse = market_import.proof(sheet)
    label = "Mettre en quarantaine" if sheet.proof.refusal else "Appliquer cet export"
    if st.button(label, type="primary", key="appliquer"):
        with frame.user_errors(), db.writing("competences_cles") as session:
            made = rosace_imports.apply(
                session, person, export, sheet=sheet, reverse_vanished=reverse, now=frame.clock()
            )
        state = rosace_queries.STATES[made.state]
        counts = f"{fr.number(made.rows_new)} nouvelles, {fr.number(made.rows_changed)} modifiées"
        frame.tell(f"Export {state} : lignes {counts}.")
        market_import.forget()
        st.rerun()

table = read(rosace_queries.imports, viewer=person)
st.markdown("#### Exports déjà lus")
if table.empty:
    st.info("Aucun export. Déposez-en un ci-dessus : il est d’abord relu, rien n’est écrit.")
    st.stop()
shown = table.assign(day=[fr.day(one) for one in table["extracted_on"]])
frame.table(shown, LABELS, key="exports")
market_import.history(person, table)
