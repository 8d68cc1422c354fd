"""A reader's own page, opened by a signed link: nobody else sees it, and it names nobody else."""

import streamlit as st

from core.access import Right
from core.circulation.reader_links import Shown
from pages.ui import frame, own_reserving, own_view

frame.header("Votre page de lecteur", right=Right.READ_CATALOGUE)
shown = Shown(st.query_params.get("cle", ""), frame.now())
card = own_view.card_of(shown)
if card is None:
    own_view.ask(shown.token)
    st.stop()
own_view.loans(card, shown)
own_view.reservations(card, shown)
own_reserving.show(shown)
own_view.interests(card, shown)
own_view.agreements(shown)
own_view.data(shown)
