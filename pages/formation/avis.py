"""Give one's opinion of a session: anonymous, once, by a personal link."""

import streamlit as st

from core import db
from core.access import Right
from core.training import (
    opinions,
)
from pages.ui import frame

frame.header("Votre avis", right=Right.READ_ACTIVITY)
token = st.query_params.get("q", "")
if not token:
    st.info("Ouvrez le lien personnel que vous avez reçu.")
    st.stop()
st.caption("Anonyme : votre réponse est gardée à part de votre nom, et n’est lue qu’à plusieurs.")
with st.form("avis"):
    marks = {
        target: st.feedback("stars", key=f"avis_{target}") if st.markdown(label) else None
        for target, label in opinions.TARGETS.items()
    }
    text = st.text_area("Ce que vous voulez ajouter (ne vous nommez pas)")
    submitted = st.form_submit_button("Envoyer mon avis", type="primary", width="stretch")
if submitted:
    given = {target: mark + 1 for target, mark in marks.items() if mark is not None}
    with frame.user_errors(), db.writing("training") as session:
        opinions.give_opinion(session, token=token, marks=given, text=text or "")
    st.success("Merci, votre avis est enregistré.")
