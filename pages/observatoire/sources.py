"""Sources and method: what is loaded, how it is counted, what must not be read into it."""

from pathlib import Path

import streamlit as st

from core import fr
from core.access import Right
from core.observatory import queries, scope, views
from pages.ui import frame
from pages.ui.read import read

METHOD = Path(__file__).parents[1] / "notes" / "methode.md"

person = frame.header("Sources et méthode", right=Right.READ_SOURCES)
editions = read(queries.editions, viewer=person)
st.markdown("#### Ce qui est chargé")
if not editions:
    st.info("Aucune édition n’est chargée : `python -m core import FICHIER`.")
for edition in editions:
    rows = read(views.coverage, viewer=person, edition=edition)
    with st.expander(f"{edition.title} – {scope.span(edition)}"):
        imported = fr.moment(edition.imported_at) if edition.imported_at else "–"
        st.markdown(
            f"Fichier « {frame.plain(edition.file_name)} », importé le {imported}, empreinte "
            f"`{edition.sha256[:16]}`. Niveau des chiffres : {edition.base_level.label.lower()}."
        )
        frame.table(
            rows,
            {"label": "Indicateur", "unit": "Unité de compte", "denominator": "Dénominateur"},
            key=f"indicateurs_{edition.id}",
        )
        for rupture in read(queries.ruptures, dataset=edition.dataset):
            st.markdown(f"**{views.rupture_dates(rupture)} – {rupture.label}.** {rupture.text}")
            st.caption(f"Source : {rupture.source}")
st.markdown("#### Territoires")
st.markdown(read(views.territory_sentence))
st.markdown(METHOD.read_text(encoding="utf-8"))
frame.share(frame.address_of({}))
