"""Records found or chosen, as files: all that a search finds, a basket, one record."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.documentation import exports, queries, search_queries
from core.documentation.exports import Format
from core.documentation.search_queries import Request
from pages.ui import basket_panel, bibliography_panel, frame
from pages.ui.read import read

MOST_EXPORTED = 10_000
MOST_LISTED = 2_000  # in a basket or a bibliography
REFUSING = {Format.ISO2709}  # a field or a record may be too long for it


def files(person: Viewer, request: Request, total: int) -> None:
    """Offer everything that a search finds, as files, in the order of the screen."""
    if total > MOST_EXPORTED:
        st.caption(f"Au-delà de {fr.number(MOST_EXPORTED)} documents, affinez avant d’exporter.")
        return
    ids = read(search_queries.all_ids, viewer=person, request=request)
    if total <= MOST_LISTED:
        basket_panel.offer(person, ids)
    ids = given(person, ids, key="recherche")
    if total <= MOST_LISTED:
        _bibliography(person, ids)
    record_files(person, ids)


def _bibliography(person: Viewer, ids: Sequence[int]) -> None:
    box = st.expander("Bibliographie", icon=":material/menu_book:", key="bibliographie",
                      on_change="rerun")  # fmt: skip
    if box.open:
        with box:
            bibliography_panel.show(person, ids, title="Bibliographie", key="recherche")


def given(person: Viewer, ids: Sequence[int], *, key: str) -> list[int]:
    """Return the records that leave in files: those open to all, the others where it is ticked."""
    shown = read(queries.open_to_all, viewer=person, ids=tuple(ids))
    hidden = len(ids) - len(shown)
    if not hidden:
        return list(ids)
    told = fr.plural(hidden, "notice non publique", "notices non publiques")
    if st.checkbox(f"Avec {told} dans les fichiers et la bibliographie", key=f"{key}_internes"):
        return list(ids)
    st.caption(f"Sans {told} : brouillon, masquée ou réservée à l’équipe.")
    return list(shown)


def record_files(person: Viewer, ids: Sequence[int]) -> None:
    """Offer records in the formats of catalogues, reference managers and spreadsheets.

    A format that may refuse a record (``REFUSING``) is built first: its refusal is read here.
    """
    if not ids:
        return
    asked = None
    with st.container(horizontal=True, gap="small"):
        for kind in Format:
            key = f"notices_{kind.value}"
            if kind in REFUSING:
                asked = kind if st.button(kind.label, key=key) else asked
            else:
                _download(kind.label, kind, partial(_content, person, tuple(ids), kind), key=key)
    if asked is None:
        return
    with frame.user_errors():
        content = _content(person, ids, asked)
    _download(f"Enregistrer le fichier {asked.label}", asked, content, key="notices_pretes")


def _download(label: str, kind: Format, content: bytes | Callable[[], bytes], *, key: str) -> None:
    st.download_button(label, content, file_name=f"catalogue.{exports.FILES[kind][0]}",
                       on_click="ignore", key=key)  # fmt: skip


def _content(person: Viewer, ids: Sequence[int], kind: Format) -> bytes:
    with db.reading() as session:
        return exports.export(session, person, ids, kind).content
