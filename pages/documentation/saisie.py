"""Entry of a record in under two minutes: ISBN first, duplicates seen, last values at hand."""

import streamlit as st

from core.access import Right
from core.documentation import entry_queries, queries
from pages.ui import entry_form, frame
from pages.ui.read import read

person = frame.header("Saisie d’une notice", right=Right.EDIT_CATALOGUE)
wanted = frame.number_of("notice")
card = read(queries.card, viewer=person, notice_id=wanted) if wanted is not None else None
if "notice" in st.query_params and card is None:
    st.info("Cette notice n’existe pas. Vous pouvez en saisir une nouvelle.")
offered = read(entry_queries.offered, viewer=person)
entry_form.show(person, card, offered)
