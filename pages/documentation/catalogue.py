"""Search of the catalogue: one box, facets, and every search an address."""

from dataclasses import replace

import streamlit as st

from core import fr
from core.access import Right
from core.documentation import queries
from core.documentation.search_queries import Request
from pages.ui import catalogue_view, facet_panel, frame, search_keeping
from pages.ui.read import read

person = frame.header("Catalogue du centre de documentation", right=Right.READ_CATALOGUE)
text = st.text_input(
    "Chercher", key="q", bind="query-params", on_change=catalogue_view.typed_anew,
    placeholder="médiation quartier, \"réussite éducative\", auteur:dubet, -délinquance",
    help="Tous les mots sont cherchés, accents et pluriels compris. Entre guillemets : "
    "l’expression. Avec un tiret : sans ce mot. auteur:, titre:, sujet: pour un champ.",
)  # fmt: skip
typed = Request(text or "", without=catalogue_view.without(), is_wide=catalogue_view.is_wide())
chosen = facet_panel.selection(person)
order = catalogue_view.order_of()
request = replace(typed, selection=chosen, order=order)
catalogue_view.begin(request)
found = catalogue_view.found(person, request)
if found.is_corrected:
    st.info(f"Rien pour « {frame.plain(text or '')} ». Voici « {frame.plain(found.proposal)} ».")
elif found.proposal:
    st.caption(f"Vouliez-vous dire « {frame.plain(found.proposal)} » ?")
st.markdown(f"**{fr.plural(found.total, 'document')}**")
catalogue_view.widenings(found)
catalogue_view.families(person, request, found.total)
facet_panel.show(chosen, found.counts)
if not found.total:
    if chosen.is_empty:
        search_keeping.note_empty(person, text or "")
    st.info(
        "Aucun document. Essayez moins de mots, un autre mot, ou retirez un filtre ; la "
        "documentaliste peut chercher avec vous."
    )
    st.stop()
drafts = read(queries.cited, viewer=person, ids=found.ids)
for notice_id in found.ids:
    if notice_id in drafts:
        catalogue_view.result(person, notice_id, drafts[notice_id], found.clauses)
catalogue_view.pages(found.total)
catalogue_view.files(person, request)
address = frame.address_of(
    {"q": text or "", **catalogue_view.state(order), **facet_panel.address()}
)
search_keeping.keep(person, address)
frame.share(address)
