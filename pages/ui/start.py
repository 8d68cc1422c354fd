"""First start, with its progress on the screen."""

from datetime import UTC, datetime

import streamlit as st

from core import db, schema
from core.instance import operations
from pages.ui import frame


def ensure_store() -> None:
    """Bring the store to the present revision; fill it, with a progress bar, where it is empty."""
    url = db.database_url()
    schema.ensure(url)
    if operations.is_ready(url):
        return
    with st.status("Première ouverture : préparation des données…", expanded=True) as status:
        bar = st.progress(0.0)
        operations.first_start(
            url,
            now=datetime.now(tz=UTC),
            progress=frame.teller(bar),
        )
        status.update(label="Données prêtes.", state="complete", expanded=False)
    st.rerun()
