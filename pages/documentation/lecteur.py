"""A reader's own page, opened by a signed link: nobody else sees it, and it names nobody else."""

import streamlit as st

from core.access import Right
from pages.ui import frame, own_view

frame.header("Votre page de lecteur", right=Right.READ_CATALOGUE)
token = st.query_params.get("cle", "")
card = own_view.card_of(token)
if card is None:
    own_view.ask(token)
    st.stop()
own_view.loans(card, token)
own_view.reservations(card, token)
own_view.interests(card, token)
own_view.data(card, token)
