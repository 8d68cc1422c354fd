"""Import of official files, with its report, and the undoing of an import."""

import streamlit as st

from core import fr
from core.access import Right
from core.observatory import imports, queries
from core.settings import settings
from pages.ui import frame, uploads
from pages.ui.read import read

LABELS = {
    "id": "N°", "edition": "Édition", "file_name": "Fichier", "le": "Importé le", "author": "Par",
    "rows_read": "Lignes lues", "rows_new": "Nouveaux", "rows_changed": "Changés",
    "rows_unchanged": "Inchangés", "etat": "État",
}  # fmt: skip

person = frame.header("Imports de fichiers officiels", right=Right.IMPORT)
st.caption(
    "Fichiers reconnus par leur contenu : bases départementale, régionale et communale du SSMSI "
    "(csv, csv.gz, parquet), classeur annuel de l’État 4001 par service (xlsx)."
)
file = st.file_uploader("Fichier à importer (250 Mo au plus)", key="fichier")
if file is not None:
    uploads.check_and_apply(person, file)

with st.expander("Télécharger un fichier officiel par son adresse"):
    source = st.text_input(
        "Adresse, ou nom d’une source connue", key="adresse",
        placeholder=", ".join(sorted(settings().sources)),
    )  # fmt: skip
    if st.button("Télécharger et contrôler", disabled=not source, key="telecharger"):
        uploads.download(person, source)
    uploads.apply_downloaded(person)

table = read(queries.imports, viewer=person)
st.markdown("#### Imports déjà faits")
if table.empty:
    st.info("Aucun import. Déposez un fichier officiel ci-dessus : il est d’abord contrôlé.")
    st.stop()
rows = table.assign(
    le=[fr.moment(moment) for moment in table["imported_at"]],
    etat=["annulé" if state == "reverted" else "appliqué" for state in table["state"]],
)
frame.table(rows, LABELS, key="imports")

applied = table[table["state"] == "applied"]
names = {
    f"N° {number} – {name}": int(number)
    for number, name in zip(applied["id"], applied["file_name"], strict=True)
}
with st.container(horizontal=True, vertical_alignment="bottom"):
    chosen = st.selectbox(
        "Annuler un import", list(names), index=None, key="a_annuler", placeholder="Choisir"
    )
    if st.button("Annuler cet import", disabled=chosen is None, key="annuler") and chosen:
        with frame.user_errors():
            sentence = imports.revert(person, batch_id=names[chosen], now=frame.now())
        st.session_state["annonce"] = sentence
        st.rerun()
if announced := st.session_state.pop("annonce", None):
    st.success(announced)
