"""Search of the catalogue: one box, facets, and every search an address."""

from dataclasses import replace

import streamlit as st

from core import fr
from core.access import Right
from core.documentation.search_queries import Request
from pages.ui import catalogue_view, facet_panel, frame, record_outputs, search_keeping

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
listed = replace(request, text=found.proposal) if found.is_corrected else request
catalogue_view.cut(text or "")
catalogue_view.put_right(found, text or "")
st.markdown(f"**{fr.plural(found.total, 'document')}**")
catalogue_view.widenings(found)
catalogue_view.families(person, listed, found.total)
facet_panel.show(chosen, found.counts)
if found.total:
    catalogue_view.results(person, found)
    catalogue_view.pages(found.total)
    record_outputs.files(person, listed, found.total)
else:
    if chosen.is_empty:
        search_keeping.note_empty(person, text or "")
    st.info(
        "Aucun document. Essayez moins de mots, un autre mot, ou retirez un filtre ; la "
        "documentaliste peut chercher avec vous."
    )
address = frame.address_of(
    {"q": text or "", **catalogue_view.state(order), **facet_panel.address()}
)
search_keeping.keep(person, address)
search_keeping.follow(address)
frame.share(address)
