"""Parts of the home page: tiles, links by role, first steps of an empty store."""

import streamlit as st

from core.access import Right, Viewer, may
from core.observatory.headlines import Headline
from pages.ui import menu

TILES_A_ROW = 4
WORDS = {
    "carte": ("Explorer la carte", "Chaque indicateur, par commune, EPCI, département, périmètre."),
    "sources": ("Sources et méthode", "Ce qui est chargé, ses dates, ses limites."),
    "perimetres": ("Définir un périmètre", "Agglomération, CUCS, Unité Territoriale, CLSPD…"),
    "imports": ("Importer un fichier officiel", "Contrôlé d’abord, annulable en un clic."),
    "journal": ("Lire le journal", "Qui a changé quoi, et quand."),
    "installation": ("Installation", "État, contrôle, fin de la démonstration."),
}


def tiles(headline: Headline) -> None:
    """Show the figures of the region, each with what its variation is worth."""
    for start in range(0, len(headline.tiles), TILES_A_ROW):
        columns = st.columns(TILES_A_ROW)
        for column, tile in zip(columns, headline.tiles[start : start + TILES_A_ROW], strict=False):
            with column.container(border=True, height="stretch"):
                st.markdown(f"{tile.label}")
                st.markdown(f"### {tile.figure}")
                st.caption(f"{tile.symbol} {tile.variation}")


def links(person: Viewer) -> None:
    """Link the pages that the viewer may open, with what each one is for."""
    entries = [entry for entry in menu.PAGES if entry.address in WORDS and may(person, entry.right)]
    columns = st.columns(2)
    for rank, entry in enumerate(entries):
        label, purpose = WORDS[entry.address]
        with columns[rank % 2]:
            st.page_link(entry.path, label=label, icon=":material/arrow_forward:")
            st.caption(purpose)


def first_steps(person: Viewer) -> None:
    """Guide the first steps of a store without figures."""
    st.info("Cette installation n’a pas encore de chiffres.")
    st.markdown(
        "1. Téléchargez une base officielle de la délinquance enregistrée (SSMSI, data.gouv.fr).\n"
        "2. Contrôlez-la sans rien enregistrer : `python -m core import FICHIER --dry-run`.\n"
        "3. Importez-la : `python -m core import FICHIER`. La carte et cette page la montrent "
        "aussitôt.\n"
        "4. Définissez vos périmètres, puis envoyez le lien d’une vue à vos interlocuteurs."
    )
    if may(person, Right.IMPORT):
        st.page_link("pages/observatoire/imports.py", label="Importer depuis l’écran")
