"""Sign in from one's own phone, with the room's QR code and a personal code."""

import streamlit as st

from core import db
from core.access import Right
from core.training import (
    signing,
)
from pages.ui import frame

frame.header("Émarger", right=Right.READ_ACTIVITY)
token = st.query_params.get("s", "")
if not token:
    st.info("Scannez le code QR affiché dans la salle.")
    st.stop()
with st.form("emarger"):
    code = st.text_input("Votre code personnel", placeholder="8 signes, reçus avec l’invitation")
    submitted = st.form_submit_button("Signer ma présence", type="primary", width="stretch")
if submitted:
    with frame.user_errors(), db.writing("training") as session:
        told = signing.sign_in(session, token=token, code=code or "", now=frame.clock())
    st.success(told)
