"""Invite to a session: members of networks, people of the directory, addresses typed by hand."""

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.people import queries as people_queries
from core.training import invitations, network_queries
from core.training.queries import SessionCard
from pages.ui import frame
from pages.ui.read import read

CENTRE = "Ressources & Territoires"


def show(person: Viewer, card: SessionCard) -> None:
    """Offer the form in a folded part: the answers are what is looked at most."""
    with st.expander("Inviter", expanded=False):
        networks = {row.id: row.name for row in read(network_queries.networks, viewer=person)}
        sender = st.text_input("Au nom de", value=CENTRE, key="invite_par")
        chosen = st.multiselect("Les membres des réseaux", list(networks), placeholder="Aucun",
                                format_func=networks.__getitem__,
                                default=list(card.network_ids), key="invite_reseaux")  # fmt: skip
        names = _found(person, "et / ou des personnes (nom, structure)", "invite_qui")
        people = st.multiselect("Personnes", list(names), format_func=names.__getitem__,
                                placeholder="Aucune", key="invite_personnes")  # fmt: skip
        typed = st.text_area(
            "et / ou des adresses", key="invite_adresses", height=90,
            placeholder="prenom.nom@exemple.fr\nMarie Durand <marie.durand@exemple.fr>",
        )  # fmt: skip
        relay = _relay(person)
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
            addresses=typed or "", sender=sender or "", relay_id=relay, now=frame.clock(),
        )  # fmt: skip
    _tell(report)
    st.rerun()


def _relay(person: Viewer) -> int | None:
    """Ask for the person through whom these guests are reached, where there is one."""
    names = _found(person, "Relais (facultatif) : nom de qui les contacte", "invite_relais")
    if not names:
        return None
    return st.selectbox(
        "Relais", [None, *names], key="invite_relais_choisi",
        format_func=lambda key: names[key] if key else "aucun",
        help="Un relais (délégué du préfet, coordonnateur…) reçoit la liste de ceux dont il est le "
        "contact, et leurs réponses à nos courriels.",
    )  # fmt: skip


def _found(person: Viewer, label: str, key: str) -> dict[int, str]:
    """Return the names of the people a search finds, by id; say it where there is none."""
    text = st.text_input(label, key=key)
    if not text:
        return {}
    found = read(people_queries.people, viewer=person, text=text, on=frame.today())
    if found.empty:
        st.caption("Personne de ce nom dans l’annuaire.")
    return {
        int(one): f"{name} – {structure}" if structure else str(name)
        for one, name, structure in zip(found["id"], found["name"], found["structure"], strict=True)
    }


def _tell(report: invitations.InviteReport) -> None:
    frame.tell(f"{fr.plural(report.added, 'personne ajoutée', 'personnes ajoutées')}.")
    if report.already:
        frame.tell(f"Déjà invitées : {', '.join(report.already)}.")
    if report.without_address:
        frame.tell(f"Sans adresse : {', '.join(report.without_address)}.")
