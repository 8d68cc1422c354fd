"""Under the desk: new cards, late loans, copies not fetched, incidents."""

from datetime import date

import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.circulation import desk, readers, reservations
from core.people import queries as people
from pages.ui import frame, outputs
from pages.ui.read import read

LATE = {"reader": "Lecteur", "card": "Carte", "title": "Document", "due": "À rendre le",
        "days": "Jours de retard"}  # fmt: skip
INCIDENTS = {"when": "Le", "told": "À éclaircir"}
MOST = 50


def show(person: Viewer, today: date) -> None:
    """Show what the desk must look into, each part folded until it is asked for."""
    late = read(desk.late, viewer=person, today=today)
    title = fr.plural(len(late), "prêt en retard", "prêts en retard")
    box = st.expander(title, icon=":material/schedule:", key="retards", on_change="rerun")
    if box.open:
        with box:
            table = late.assign(due=[fr.day(day) for day in late["due_on"]])
            frame.table(table, LATE, key="liste_retards")
            outputs.offer(table, LATE, title="Prêts en retard", key="retards_sortie")
    _expire(person, today)
    _incidents(person)
    if may(person, Right.EDIT_READERS):
        card = st.expander("Nouvelle carte", icon=":material/badge:", key="carte",
                           on_change="rerun")  # fmt: skip
        if card.open:
            with card:
                _new_card(person, today)


def _expire(person: Viewer, today: date) -> None:
    if not st.button("Libérer les réservations non retirées", key="expirer"):
        return
    with frame.user_errors(), db.writing(reservations.DOMAIN) as session:
        count = reservations.expire(session, person, today=today, now=frame.clock())
    said = fr.plural(count, "réservation expirée", "réservations expirées")
    frame.tell(said if count else "Aucune réservation n’a dépassé son délai.")
    st.rerun()


def _incidents(person: Viewer) -> None:
    table = read(desk.incidents, viewer=person)
    if table.empty:
        return
    with st.expander(fr.plural(len(table), "incident à éclaircir", "incidents à éclaircir")):
        frame.table(table.assign(when=[fr.moment(one) for one in table["at"]]), INCIDENTS,
                    key="incidents")  # fmt: skip


def _new_card(person: Viewer, today: date) -> None:
    """Find the person first, then give the card: nobody is created twice."""
    text = st.text_input("Chercher la personne dans l’annuaire", key="carte_nom")
    if not (text or "").strip():
        st.caption("Une personne qui n’y est pas s’ajoute d’abord dans l’annuaire.")
        return
    found = read(people.people, viewer=person, text=text or "", on=today, limit=MOST)
    if found.empty:
        st.info("Personne de ce nom dans l’annuaire : ajoutez-la d’abord.")
        st.page_link("pages/annuaire/annuaire.py", label="Ouvrir l’annuaire")
        return
    names = {
        int(own): f"{name} – {structure}" if structure else str(name)
        for own, name, structure in zip(found["id"], found["name"], found["structure"], strict=True)
    }
    kinds = read(readers.categories, viewer=person)
    with st.form("nouvelle_carte"):
        who = st.selectbox("Personne", list(names), format_func=names.__getitem__)
        kind = st.selectbox("Catégorie", list(kinds), format_func=kinds.__getitem__)
        number = st.text_input("Numéro de la carte")
        submitted = st.form_submit_button("Donner la carte", type="primary")
    if submitted:
        with frame.user_errors(), db.writing(readers.DOMAIN) as session:
            readers.register(session, person, person_id=who or 0, card=number or "",
                             category_id=kind or 0, today=today, now=frame.clock())  # fmt: skip
        frame.tell("Carte donnée : le lecteur peut emprunter.")
        st.rerun()
