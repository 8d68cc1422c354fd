"""The readers of the centre: found, their cards kept, forgotten in time."""

import streamlit as st

from core.access import Right
from pages.ui import frame, reader_forms, reader_view

person = frame.header("Lecteurs", right=Right.LEND)
today = frame.today()
wanted = st.query_params.get("lecteur", "")
if not (wanted.isdecimal() and reader_view.card(person, int(wanted[:9]), today)):
    reader_view.find(person, today)
    reader_forms.creation(person, today)
    reader_forms.forgetting(person, today)
