"""A photograph instead of a scanner: its barcode is treated as if it had been typed."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from core.access import Viewer
from core.circulation import barcodes
from pages.ui import desk_text, frame

DONE = "_guichet_photo"  # the picture that was treated: a rerun does not treat it again
TURN = "_guichet_photos"  # how many were: the next one is taken by a camera that is live again
WIDTH = 420
# Streamlit asks for the camera that looks at the person who holds the phone.
BACK_FIRST = """
<script>
(() => {
  const devices = navigator.mediaDevices;
  if (!devices || devices.rtTurned) return;
  devices.rtTurned = true;
  const other = { user: "environment", environment: "user" };
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (wanted) => {
    const facing = other[wanted?.video?.facingMode];
    return open(facing ? { ...wanted, video: { ...wanted.video, facingMode: facing } } : wanted);
  };
})();
</script>
"""


def show(person: Viewer, today: date) -> None:
    """Offer the camera once asked for: unopened, it asks the browser for no permission."""
    box = st.expander("Lire un code-barres avec l’appareil photo",
                      icon=":material/photo_camera:", key="camera", on_change="rerun")  # fmt: skip
    if not box.open:
        return
    with box:
        st.html(BACK_FIRST, unsafe_allow_javascript=True)
        turn = st.session_state.get(TURN, 0)
        picture = st.camera_input("Cadrez le code-barres, bien éclairé", width=WIDTH,
                                  key=f"camera_photo_{turn}", resolution="1080p")  # fmt: skip
        if picture is None:
            return
        with frame.user_errors():
            codes = barcodes.seen(picture.getvalue())
        taken(person, today, picture.file_id, codes)


def taken(person: Viewer, today: date, picture: str, codes: Sequence[str]) -> None:
    """Treat the one code of a picture at once, and let one of several be chosen."""
    if not codes:
        st.warning("Aucun code-barres lu : rapprochez l’appareil, évitez les reflets, ou tapez "
                   "le numéro.")  # fmt: skip
        return
    if st.session_state.get(DONE) == picture:
        st.caption(f"Lu : {', '.join(codes)}. Photographiez le suivant.")
        return
    if len(codes) == 1:
        _treat(person, today, picture, codes[0])
    for code in codes:
        if st.button(f"Prendre {code}", key=f"camera_{code}"):
            _treat(person, today, picture, code)


def _treat(person: Viewer, today: date, picture: str, code: str) -> None:
    st.session_state[DONE] = picture
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    desk_text.treat(person, code, today)
    st.rerun()
