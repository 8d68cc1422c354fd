"""The outbox: what waits, what left, what came back; on a trial instance, what would go."""

import streamlit as st

from core import db, fr
from core.access import Right
from core.circulation import reminders
from core.mail import operations, queries, sender
from pages.ui import choices, frame
from pages.ui.read import read

LABELS = {"etat": "État", "recipient": "Destinataire", "subject": "Objet", "batch": "Envoi",
          "error": "Réponse du serveur"}  # fmt: skip

person = frame.header("Boîte d’envoi", right=Right.SEND_MAIL)
reason = sender.why_not(db.database_url())
if reason:
    st.info(f"{reason} Voici ce qui partirait.", icon=":material/outgoing_mail:")
elif st.button("Envoyer maintenant", type="primary"):
    with frame.user_errors(), st.spinner("Envoi…"):
        report = sender.send_pending(db.database_url(), clock=frame.now,
                                     watches=reminders.WATCHES)  # fmt: skip
    st.success(f"{fr.plural(report.sent, 'courriel parti', 'courriels partis')}.")
names = {"Tous": ""} | {label: state for state, label in queries.STATES.items()}
state = choices.pick("État", names, "etat")
table = read(queries.outbox, viewer=person, state=str(state))
if table.empty:
    st.info(
        "Aucun courriel. Ils se préparent depuis une séance (« Invitations »), le prêt (relances) "
        "ou un rendez-vous."
    )
    st.stop()
shown = table.assign(etat=table["state"].map(queries.STATES))
frame.table(shown, LABELS, key="envois")
titles = {
    int(key): f"{recipient} – {subject}"
    for key, recipient, subject in zip(
        table["id"], table["recipient"], table["subject"], strict=True
    )
}
chosen = st.selectbox("Lire un courriel", list(titles), format_func=titles.__getitem__)
message = read(queries.message, viewer=person, message_id=chosen)
if message is not None:
    reply = f"\nRépondre à : {message.reply_to}" if message.reply_to else ""
    st.text(f"À : {message.recipient_name} <{message.recipient}>{reply}\nObjet : {message.subject}")
    st.code(message.body, language=None, wrap_lines=True)
    if message.calendar:
        with st.expander("Pièce jointe : rendez-vous (ICS)"):
            st.code(message.calendar, language=None)
    if message.state in {"sent", "refused"} and st.button("Ce courriel est revenu"):
        with frame.user_errors(), db.writing("mail", "training") as session:
            operations.mark_bounced(session, person, message_id=chosen, now=frame.clock())
        st.rerun()
    if message.state == "sending" and st.button("Remettre en attente (il a pu partir)"):
        with frame.user_errors(), db.writing("mail") as session:
            operations.resend_uncertain(session, person, message_id=chosen, now=frame.clock())
        st.rerun()
