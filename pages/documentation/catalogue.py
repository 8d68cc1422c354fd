"""Search of the catalogue: one box, facets, and every search an address."""

import streamlit as st

from core import fr
from core.access import Right
from core.documentation import queries, search_queries
from core.documentation.facets import Selection
from core.documentation.search_queries import PAGE, Request
from pages.ui import catalogue_view, frame, search_keeping
from pages.ui.read import read

person = frame.header("Catalogue du centre de documentation", right=Right.READ_CATALOGUE)
text = st.text_input(
    "Chercher", key="q", bind="query-params",
    placeholder="médiation quartier, \"réussite éducative\", auteur:dubet, -délinquance",
    help="Tous les mots sont cherchés, accents et pluriels compris. Entre guillemets : "
    "l’expression. Avec un tiret : sans ce mot. auteur:, titre:, sujet: pour un champ.",
)  # fmt: skip
whole = read(search_queries.find, viewer=person, request=Request(text or ""))
labels = read(queries.labels, counts=whole.counts)
chosen = catalogue_view.facets(labels)
pages = max(1, -(-whole.total // PAGE))
request = Request(text or "", Selection(chosen))
found = read(search_queries.find, viewer=person, request=request) if chosen else whole
if found.is_corrected:
    st.info(f"Rien pour « {frame.plain(text or '')} ». Voici « {frame.plain(found.proposal)} ».")
elif found.proposal:
    st.caption(f"Vouliez-vous dire « {frame.plain(found.proposal)} » ?")
st.markdown(f"**{fr.plural(found.total, 'document')}**")
if not found.total:
    if not chosen:
        search_keeping.note_empty(person, text or "")
    st.info(
        "Aucun document. Essayez moins de mots, un autre mot, ou retirez un filtre ; la "
        "documentaliste peut chercher avec vous."
    )
    st.stop()
for widening in found.widenings:
    told = ", ".join(frame.plain(label) for label in widening.labels[:5])
    st.caption(f"« {frame.plain(widening.typed)} » est aussi cherché comme : {told}.")
page = catalogue_view.page_of(found.total)
shown = Request(text or "", Selection(chosen), start=PAGE * (page - 1))
answer = read(search_queries.find, viewer=person, request=shown) if page > 1 else found
drafts = read(queries.drafts_of, viewer=person, ids=answer.ids)
for notice_id in answer.ids:
    if notice_id in drafts:
        catalogue_view.result(person, notice_id, drafts[notice_id], answer.clauses)
catalogue_view.files(person, request)
address = frame.address_of({"q": text or "", **catalogue_view.state()})
search_keeping.keep(person, address)
frame.share(address)
