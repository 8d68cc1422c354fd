"""Home: what matters today, by role, and where to go."""

import streamlit as st

from core import fr
from core.access import Right, Role
from core.observatory import headlines, queries
from pages.ui import alert_view, frame, home
from pages.ui.read import read

person = frame.header("L’essentiel en Midi-Pyrénées", right=Right.READ_FIGURES)
editions = read(queries.editions, viewer=person)
if not editions:
    home.first_steps(person)
    st.stop()

headline = read(headlines.headline, viewer=person)
st.markdown(f"**{headline.title}**")
home.tiles(headline)
alert_view.count(person)
st.caption(
    f"Source : {headline.source}. ◆ variation nette, ◇ variation probable, · non interprétable "
    "(test exact de Poisson). Un pourcentage n’est donné qu’à partir de dix faits des deux côtés."
)
frame.share(frame.address_of({}))

st.markdown("#### Aller plus loin")
home.links(person)
if person.role in {Role.STAFF, Role.ADMIN, Role.ANALYST}:
    st.markdown("#### Derniers imports")
    table = read(queries.imports, viewer=person).head(5)
    rows = table.assign(
        le=[fr.day(moment) for moment in table["imported_at"]],
        etat=["annulé" if state == "reverted" else "appliqué" for state in table["state"]],
    )
    labels = {"le": "Le", "edition": "Édition", "rows_read": "Lignes lues", "etat": "État"}
    frame.table(rows, labels, key="derniers_imports")
