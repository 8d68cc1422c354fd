"""The exports of what a map shows, built at the click."""

import streamlit as st

from core.access import Viewer
from core.observatory.views import MapView


def offer(person: Viewer, view: MapView) -> None:
    st.popover("Exporter", icon=":material/download:")
