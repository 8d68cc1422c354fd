"""Invitations of a session: who is invited, by whom, the two phases, and what to do next."""

import streamlit as st

from core import db, fr, settings
from core.access import Viewer
from core.people import queries as people_queries
from core.training import invitation_queries, invitations, network_queries
from core.training.enums import Phase
from core.training.queries import SessionCard
from pages.ui import after_panel, frame, outputs
from pages.ui.read import read

LABELS = {
    "name": "Nom", "sender": "Invité par", "first_sent": "Date à retenir", "first": "Réponse 1",
    "final_sent": "Invitation", "final": "Réponse 2", "change": "Changement", "todo": "À faire",
}  # fmt: skip
CENTRE = "Ressources & Territoires"


def show(person: Viewer, card: SessionCard) -> None:
    """Invite, write by phase, follow the answers."""
    training_id = card.training.id or 0
    table = read(invitation_queries.cockpit, viewer=person, training_id=training_id)
    _add(person, card)
    if table.empty:
        st.info("Personne n’est encore invité.")
        return
    rates = read(invitation_queries.response_rates, viewer=person, training_id=training_id)
    st.markdown(
        " · ".join(f"{phase.label.capitalize()} : {after_panel.rate(ratio)} de réponses"
                   for phase, ratio in rates.items())
    )  # fmt: skip
    frame.table(table, LABELS, key="cockpit")
    _campaign(person, card, sorted(set(table["sender"])))
    outputs.offer(table, LABELS, title=f"Invitations {card.training.title}", key="cockpit_sortie")


def _add(person: Viewer, card: SessionCard) -> None:
    with st.expander("Inviter", expanded=False):
        networks = {row.id: row.name for row in read(network_queries.networks, viewer=person)}
        sender = st.text_input("Au nom de", value=CENTRE, key="invite_par")
        chosen = st.multiselect("Les membres des réseaux", list(networks), placeholder="Aucun",
                                format_func=networks.__getitem__,
                                default=list(card.network_ids), key="invite_reseaux")  # fmt: skip
        text = st.text_input("et / ou des personnes (nom, structure)", key="invite_qui")
        found = (
            read(people_queries.people, viewer=person, text=text, on=frame.today())
            if text
            else None
        )
        names = {} if found is None else dict(
            zip(found["id"].astype(int), found["name"], strict=True)
        )  # fmt: skip
        people = st.multiselect("Personnes", list(names), format_func=names.__getitem__,
                                placeholder="Aucune", key="invite_personnes")  # fmt: skip
        pressed = st.button("Ajouter aux invités")
    if not pressed:
        return
    members = [
        key
        for network in chosen
        for key in read(people_queries.member_ids, viewer=person, network_id=network,
                        on=frame.today())
    ]  # fmt: skip
    with frame.user_errors(), db.writing("training") as session:
        report = invitations.invite(
            session, person, training_id=card.training.id or 0, person_ids=[*members, *people],
            sender=sender or "", now=frame.clock(),
        )  # fmt: skip
    st.toast(f"{fr.plural(report.added, 'personne ajoutée', 'personnes ajoutées')}.")
    if report.already:
        st.toast(f"Déjà invitées : {', '.join(report.already)}.", duration="long")
    if report.without_address:
        st.toast(f"Sans adresse : {', '.join(report.without_address)}.", duration="long")
    st.rerun()


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
        base = settings.settings().public_url or str(st.context.url or "").rpartition("/")[0]
        with frame.user_errors(), db.writing(*invitations.DOMAINS) as session:
            count = invitations.prepare_campaign(
                session, person, training_id=card.training.id or 0, phase=phases[phase],
                sender=sender, base_url=base, include_refusals=refusals, is_direct=direct,
                now=frame.clock(),
            )  # fmt: skip
        st.toast(f"{fr.plural(count, 'courriel préparé', 'courriels préparés')}.")
        st.rerun()
