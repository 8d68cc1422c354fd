"""One record of the catalogue: what it is, where it stands, how it is cited."""

import streamlit as st

from core import fr
from core.access import Right
from core.documentation import citations, queries
from pages.ui import (
    attachment_panel,
    availability_view,
    basket_panel,
    catalogue_view,
    copy_state_form,
    frame,
    merge_panel,
    notice_panel,
    record_outputs,
)
from pages.ui.read import read

person = frame.header("Document", right=Right.READ_CATALOGUE)
wanted = frame.number_of("notice")
card = read(queries.card, viewer=person, notice_id=wanted) if wanted is not None else None
if card is None:
    st.info("Ce document n’existe pas, ou n’est pas public.")
    st.page_link("pages/documentation/catalogue.py", label="Chercher dans le catalogue")
    st.stop()
draft = card.draft
catalogue_view.marked(draft)
st.markdown(f"#### {frame.plain(draft.title)}")
if draft.subtitle:
    st.markdown(f"*{frame.plain(draft.subtitle)}*")
[cited] = read(queries.cited, viewer=person, ids=(card.id,)).values()
st.markdown(frame.reference(fr.typeset(citations.citation(cited))))
if draft.abstract:
    st.markdown(frame.plain(draft.abstract))
catalogue_view.facts(person, draft)
availability_view.show(person, card.id, frame.today(), online=draft.url)
copy_state_form.show(person, card.id, frame.today())
if draft.url.startswith(("http://", "https://")):
    st.link_button("Lire en ligne", draft.url)
attachment_panel.show(person, card.id)
if frame.can(Right.EDIT_CATALOGUE):
    st.page_link("pages/documentation/saisie.py", label="Modifier cette notice",
                 icon=":material/edit:", query_params={"notice": str(card.id)})  # fmt: skip
notice_panel.show(person, card)
merge_panel.show(person, card, frame.today())
basket_panel.offer(person, [card.id])
record_outputs.record_files(person, record_outputs.given(person, [card.id], key="notice"))
frame.share(frame.address_of({"notice": str(card.id)}))
