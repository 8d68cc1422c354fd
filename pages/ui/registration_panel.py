"""Registrations of a session: seats, the list, the waiting list with its reasons."""

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Viewer
from core.people import queries as people_queries
from core.training import (
    network_queries,
    notices,
    registration_queries,
    registrations,
)
from core.training.enums import RegistrationState
from core.training.queries import SessionCard
from pages.ui import frame, outputs
from pages.ui.read import read

LABELS = {"name": "Nom", "structure": "Structure", "state": "État", "told": "Depuis",
          "code": "Code personnel"}  # fmt: skip
QUEUE = {"rank": "Rang", "name": "Nom", "reason": "Pourquoi ce rang"}


def show(person: Viewer, card: SessionCard) -> None:
    """Register people to the last seat; who comes next is said, and why."""
    training_id = card.training.id or 0
    now = frame.clock()
    seats = read(registration_queries.seats, viewer=person, training_id=training_id,
                 today=frame.today())  # fmt: skip
    st.markdown(f"**{seats.told()}**")
    _add(person, card)
    table = read(registration_queries.roll, viewer=person, training_id=training_id)
    if table.empty:
        st.info("Personne n’est encore inscrit.")
        return
    shown = table.assign(
        told=[fr.day(moment.date()) for moment in table["requested_at"]],
        state=[RegistrationState(state).label for state in table["state"]],
    )
    frame.table(shown, LABELS, key="inscrits")
    queue = read(registration_queries.queue, viewer=person, training_id=training_id,
                 today=frame.today())  # fmt: skip
    if not queue.empty:
        st.markdown("**Liste d’attente**")
        frame.table(queue, QUEUE, key="attente")
        outputs.offer(queue, QUEUE, title=f"Liste d’attente {card.training.title}",
                      key="attente_sortie")  # fmt: skip
        if st.button("Proposer la place libre au premier", disabled=seats.free == 0):
            with frame.user_errors(), db.writing("training") as session:
                told = registrations.offer_next(session, person, training_id=training_id, now=now)
            frame.tell(told)
            st.rerun()
    _change(person, table)
    _confirm(person, training_id)
    _advice(seats)
    outputs.offer(shown, LABELS, title=f"Inscrits {card.training.title}", key="inscrits_sortie")


def _add(person: Viewer, card: SessionCard) -> None:
    text = st.text_input("Inscrire quelqu’un", key="inscrire_nom",
                         placeholder="Nom, courriel ou structure")  # fmt: skip
    if not text:
        return
    found = read(people_queries.people, viewer=person, text=text, on=frame.today()).head(30)
    if found.empty:
        st.info("Personne de ce nom dans l’annuaire : ajoutez-la, page « Annuaire ».")
        return
    names = {
        int(key): f"{name} – {structure}" if structure else str(name)
        for key, name, structure in zip(found["id"], found["name"], found["structure"], strict=True)
    }
    networks = {row.id: row.name for row in read(network_queries.networks, viewer=person)}
    with st.form("inscrire"):
        chosen = st.selectbox("Personne", list(names), format_func=names.__getitem__)
        network = st.selectbox(
            "Vient au titre du réseau", [None, *card.network_ids],
            format_func=lambda key: networks.get(key, "aucun") if key else "aucun",
        )  # fmt: skip
        priority = st.checkbox("Public ou territoire prioritaire")
        may_wait = st.checkbox("Sinon, en liste d’attente")
        submitted = st.form_submit_button("Inscrire", type="primary")
    if submitted:
        with frame.user_errors(), db.writing("training") as session:
            state = registrations.register(
                session, person, training_id=card.training.id or 0, person_id=chosen,
                network_id=network, is_priority=priority, may_wait=may_wait, now=frame.clock(),
            )  # fmt: skip
        frame.tell(f"{names[chosen]} : {state.label}.")
        st.rerun()


def _change(person: Viewer, table: pd.DataFrame) -> None:
    names = dict(zip(table["registration_id"].astype(int), table["name"], strict=True))
    states = dict(zip(table["registration_id"].astype(int), table["state"], strict=True))
    with st.expander("Annuler une inscription, répondre à une place proposée"):
        chosen = st.selectbox("Inscription", list(names), format_func=names.__getitem__,
                              key="inscription_choisie")  # fmt: skip
        reason = st.text_input("Motif", key="inscription_motif")
        with st.container(horizontal=True):
            cancelled = st.button("Annuler l’inscription")
            offered = states[chosen] == RegistrationState.OFFERED.value
            accepted = offered and st.button("Accepte la place")
            refused = offered and st.button("Refuse la place")
    if cancelled or accepted or refused:
        with frame.user_errors(), db.writing("training") as session:
            if cancelled:
                registrations.cancel(session, person, registration_id=chosen,
                                     reason=reason or "", now=frame.clock())  # fmt: skip
            else:
                registrations.answer_offer(session, person, registration_id=chosen,
                                           accepts=bool(accepted), now=frame.clock())  # fmt: skip
        st.rerun()


def _confirm(person: Viewer, training_id: int) -> None:
    """Write to everyone who has a seat, once, with the code they will sign in by."""
    if not st.button(
        "Préparer les confirmations",
        help="Un courriel par personne confirmée : date, "
        "lieu, code personnel pour émarger. Personne ne le reçoit deux fois.",
    ):
        return  # fmt: skip
    with frame.user_errors(), db.writing(*notices.DOMAINS) as session:
        report = notices.prepare_confirmations(session, person, training_id=training_id,
                                               now=frame.clock())  # fmt: skip
    outputs.tell_prepared(report.prepared, report.without_address)
    st.rerun()


def _advice(seats: registration_queries.SeatsView) -> None:
    """Say the odds of going beyond the capacity; nothing is ever done by itself."""
    if seats.capacity and seats.odds:
        told = ", ".join(f"{count} → {fr.percent(odds)}" for count, odds in seats.odds)
        st.caption(
            f"Avec {fr.percent(seats.no_show)} d’absents (votre historique, rapproché d’une "
            f"référence de 18 %), chances de ne pas dépasser {seats.capacity} places : {told}."
        )
