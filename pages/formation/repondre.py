"""Answer an invitation by a personal link, from a phone as well."""

import streamlit as st

from core import db
from core.access import Right
from core.training import answers, invitation_queries
from core.training.enums import Answer
from pages.ui import frame
from pages.ui.read import read

person = frame.header("Votre réponse", right=Right.READ_ACTIVITY)
token = st.query_params.get("i", "")
found = read(invitation_queries.invited_to, viewer=person, token=token) if token else None
if found is None:
    st.info("Ouvrez le lien personnel reçu avec l’invitation : celui-ci n’en est pas un.")
    st.stop()
st.markdown(f"#### {frame.plain(found.title)}")
st.markdown(
    f"**{frame.plain(found.date)}**" + (f", {frame.plain(found.place)}" if found.place else "")
)
if found.answers:
    st.caption(f"Votre dernière réponse : {found.answers[0]}. Vous pouvez en changer.")
delegate = st.text_input("Si quelqu’un vous représente : son nom", key="representant")
comment = st.text_input("Un mot (facultatif)", key="mot")
for answer in Answer:
    if st.button(answer.label.capitalize(), key=f"reponse_{answer.value}", width="stretch",
                 type="primary" if answer is Answer.YES else "secondary"):  # fmt: skip
        with frame.user_errors(), db.writing("training") as session:
            reply = answers.Reply(answer, delegate or "", comment or "")
            told = answers.record_answer(session, token=token, reply=reply, now=frame.clock())
        st.success(told)
