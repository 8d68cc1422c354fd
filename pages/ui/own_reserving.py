"""A reader looks for a document on their own page, sees whether it is there, and reserves it."""

import streamlit as st

from core import db
from core.circulation import own_reserving
from core.circulation.own_reserving import Offer
from core.circulation.reader_links import Shown
from pages.ui import availability_view, frame, own_view


def show(shown: Shown) -> None:
    """Search as the public does; nothing of the search stays in the address."""
    with st.expander(
        "Réserver un document", icon=":material/bookmark_add:", key="lecteur_reserver"
    ):
        text = st.text_input("Titre, auteur ou sujet", key="lecteur_cherche") or ""
        if not text.strip():
            st.caption("Un document en rayon est mis de côté pour vous ; sinon, vous prenez place "
                       "dans la file.")  # fmt: skip
            return
        with db.reading() as session:
            found = own_reserving.offers(session, shown=shown, text=text)
        if not found:
            st.info("Aucun document du centre ne répond à ces mots : essayez-en d’autres.")
        for one in found:
            _offer(one, shown)


def _offer(one: Offer, shown: Shown) -> None:
    today = frame.today()
    with st.container(border=True):
        st.markdown(f"**{frame.plain(one.title)}**")
        st.caption(availability_view.summary(one.availability, today))
        if one.is_lendable and st.button("Réserver", key=f"reserver_{one.notice_id}"):
            own_view.do(own_reserving.reserve, shown=shown, notice_id=one.notice_id, today=today,
                        now=frame.clock())  # fmt: skip
