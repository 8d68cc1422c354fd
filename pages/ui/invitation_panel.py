"""Invitations of a session: who is invited, by whom, the two phases, and what to do next."""

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Viewer
from core.training import answers, campaigns, invitation_queries, invitations, presence
from core.training.enums import Answer, Phase
from core.training.queries import SessionCard
from pages.ui import after_panel, frame, invite_form, outputs
from pages.ui.read import read

LABELS = {
    "name": "Nom", "sender": "Invité par", "first_sent": "Date à retenir", "first": "Réponse 1",
    "final_sent": "Invitation", "final": "Réponse 2", "change": "Changement", "todo": "À faire",
}  # fmt: skip
CHANNELS = ("téléphone", "courriel", "de vive voix")


def show(person: Viewer, card: SessionCard) -> None:
    """Invite, write by phase, follow the answers."""
    training_id = card.training.id or 0
    table = read(invitation_queries.cockpit, viewer=person, training_id=training_id)
    invite_form.show(person, card)
    if table.empty:
        st.info("Personne n’est encore invité.")
        return
    rates = read(invitation_queries.response_rates, viewer=person, training_id=training_id)
    st.markdown(
        " · ".join(f"{phase.label.capitalize()} : {_responses(ratio)}"
                   for phase, ratio in rates.items())
    )  # fmt: skip
    frame.table(table, LABELS, key="cockpit")
    _campaign(person, card, sorted(set(table["own_sender"])))
    _one(person, table)
    outputs.offer(table, LABELS, title=f"Invitations {card.training.title}", key="cockpit_sortie")


def _responses(ratio: presence.Ratio) -> str:
    return f"{after_panel.rate(ratio)} de réponses" if ratio.denominator else "rien d’envoyé"


def _campaign(person: Viewer, card: SessionCard, senders: list[str]) -> None:
    phases = {phase.label.capitalize(): phase for phase in Phase}
    with st.form("campagne"):
        left, right = st.columns(2, gap="small")
        with left:
            phase = st.selectbox("Préparer les courriels", list(phases))
        with right:
            sender = st.selectbox("Au nom de", senders)
        refusals = st.checkbox("Écrire aussi à qui a dit non à la date")
        direct = st.checkbox("Invitation directe (sans date à retenir)")
        submitted = st.form_submit_button("Préparer dans la boîte d’envoi", type="primary")
    if submitted:
        with frame.user_errors(), db.writing(*campaigns.DOMAINS) as session:
            count = campaigns.prepare_campaign(
                session, person, training_id=card.training.id or 0, phase=phases[phase],
                sender=sender, base_url=frame.site(), include_refusals=refusals, is_direct=direct,
                now=frame.clock(),
            )  # fmt: skip
        frame.tell(f"{fr.plural(count, 'courriel préparé', 'courriels préparés')}.")
        st.rerun()


def _one(person: Viewer, table: pd.DataFrame) -> None:
    """Take down an answer given by telephone, or correct an address that came back."""
    guests = {
        int(key): f"{name} ({email})" if name != email else str(email)
        for key, name, email in zip(table["id"], table["name"], table["email"], strict=True)
    }
    with st.expander("Noter une réponse, corriger une adresse"):
        chosen = st.selectbox("Personne invitée", list(guests), format_func=guests.__getitem__,
                              key="invite_choisi")  # fmt: skip
        with st.form("reponse_notee", border=False, clear_on_submit=True):
            value = st.radio("Sa réponse", [one.value for one in Answer], horizontal=True,
                             format_func=lambda one: Answer(one).label)  # fmt: skip
            channel = st.selectbox("Reçue par", CHANNELS)
            delegate = st.text_input("Représentée par (s’il y a lieu)")
            noted = st.form_submit_button("Noter cette réponse")
        with st.form("adresse_corrigee", border=False, clear_on_submit=True):
            email = st.text_input("Nouvelle adresse")
            corrected = st.form_submit_button("Corriger l’adresse")
    if not noted and not corrected:
        return
    with frame.user_errors(), db.writing("training", "people") as session:
        if noted:
            reply = answers.Reply(Answer(value or ""), delegate or "", channel=channel)
            told = answers.note_answer(session, person, invitation_id=chosen, reply=reply,
                                       now=frame.clock())  # fmt: skip
        else:
            told = invitations.correct_address(session, person, invitation_id=chosen,
                                               email=email or "", now=frame.clock())  # fmt: skip
    frame.tell(told)
    st.rerun()
