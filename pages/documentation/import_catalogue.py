"""Import of records: a file is read and reported first, then entered; all can be undone."""

import streamlit as st

from core import fr
from core.access import Right
from core.documentation import imports, queries
from pages.ui import frame, notice_import
from pages.ui.read import read

LABELS = {
    "id": "N°", "file_name": "Fichier", "source": "Origine", "format": "Format", "day": "Le",
    "created": "Nouvelles", "updated": "Mises à jour", "unchanged": "Inchangées",
    "rejected": "Refusées", "state": "État",
}  # fmt: skip

person = frame.header("Import de notices", right=Right.EDIT_CATALOGUE)
st.caption(
    "UNIMARC (ISO 2709 ou XML), tables de PMB, RIS, BibTeX ou CSV. Le fichier est d’abord relu, "
    "notice par notice : rien n’est écrit avant votre accord."
)
file = st.file_uploader("Fichier de notices", type=notice_import.ENDINGS, key="notices")
if file is not None:
    source = st.text_input(
        "D’où viennent ces notices ?", value=imports.LOCAL, key="origine",
        help="COSOTer, BnF… Avec le numéro de la notice, l’origine permet de la reconnaître "
        "à l’import suivant.",
    )  # fmt: skip
    notice_import.check_and_apply(person, file, source)

table = read(queries.imports, viewer=person)
st.markdown("#### Imports déjà faits")
if table.empty:
    st.info("Aucun import. Déposez un fichier ci-dessus : il est d’abord relu, rien n’est écrit.")
    st.stop()
shown = table.assign(
    day=[fr.day(one) for one in table["imported_at"]],
    state=["en place" if fresh else "annulé" for fresh in table["undone_at"].isna()],
)
frame.table(shown, LABELS, key="imports_notices")
notice_import.undo(person, table[table["undone_at"].isna()])
