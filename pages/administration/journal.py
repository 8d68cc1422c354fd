"""Journal of every change: who, when, what."""

import streamlit as st

from core import fr, journal
from core.access import Right
from pages.ui import frame
from pages.ui.read import read

LABELS = {"le": "Le", "author": "Par", "action": "Action", "subject": "Objet",
          "before": "Avant", "after": "Après"}  # fmt: skip

person = frame.header("Journal des changements", right=Right.READ_JOURNAL)
st.caption("Chaque changement est écrit une fois pour toutes : rien ne s’efface d’ici.")
table = read(journal.entries, viewer=person)
if table.empty:
    st.info("Aucun changement pour l’instant.")
    st.stop()
shown = table.assign(
    le=[fr.moment(moment) for moment in table["at"]],
    before=table["before"].map(journal.told),
    after=table["after"].map(journal.told),
)
frame.table(shown, LABELS, height=560 if len(shown) > 14 else "auto", key="journal")
