"""A photograph instead of a scanner: its barcode goes into the desk's field."""

import streamlit as st

from core.circulation import barcodes
from pages.ui import frame

FIELD = "guichet_texte"


def show() -> None:
    """Offer the camera once asked for: unopened, it asks the browser for no permission."""
    box = st.expander("Lire un code-barres avec l’appareil photo",
                      icon=":material/photo_camera:", key="camera", on_change="rerun")  # fmt: skip
    if not box.open:
        return
    with box:
        picture = st.camera_input("Cadrez le code-barres, bien éclairé", key="camera_photo")
        if picture is None:
            return
        with frame.user_errors():
            offer(barcodes.seen(picture.getvalue()))


def offer(codes: tuple[str, ...]) -> None:
    """Offer each code that was read: one tap puts it in the field, as if it had been typed."""
    if not codes:
        st.warning("Aucun code-barres lu : rapprochez l’appareil, évitez les reflets, ou tapez "
                   "le numéro.")  # fmt: skip
    for code in codes:
        st.button(f"Mettre {code} dans le champ", key=f"camera_{code}", on_click=_fill,
                  args=(code,))  # fmt: skip
    if codes:
        st.caption("Validez ensuite le champ, en haut de la page.")


def _fill(code: str) -> None:
    st.session_state[FIELD] = code
