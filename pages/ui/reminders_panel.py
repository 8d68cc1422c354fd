"""Reminders to prepare, and documents so late that they may be declared lost."""

from datetime import date

import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.circulation import reminders
from core.mail import sender
from pages.ui import desk_gestures, frame
from pages.ui.read import read

DUE = {"reader": "Lecteur", "title": "Document", "due": "À rendre le", "days": "Jours de retard",
       "told": "Rappel", "email": "Courriel"}  # fmt: skip
LEVELS = {0: "déjà rappelé", 1: "premier", 2: "deuxième", 3: "dernier"}


def show(person: Viewer, today: date) -> None:
    """Show who is to be called, and what is to be reminded of, where there is something."""
    _to_call(person)
    table = read(reminders.due, viewer=person, today=today)
    if table.empty:
        return
    count = int((table["level"] > 0).sum())
    title = fr.plural(count, "relance à préparer", "relances à préparer")
    lost = table[table["is_lost"]]
    if len(lost):
        title += (
            f", {fr.plural(len(lost), 'document peut-être perdu', 'documents peut-être perdus')}"
        )
    box = st.expander(title, icon=":material/mail:", key="relances", on_change="rerun")
    if not box.open:
        return
    with box:
        shown = table.assign(
            due=[fr.day(day) for day in table["due_on"]],
            told=[LEVELS[int(level)] for level in table["level"]],
        )
        frame.table(shown, DUE, key="liste_relances")
        if count and may(person, Right.SEND_MAIL):
            _prepare(person, today)
        for own, name, title_ in lost[["loan_id", "reader", "title"]].itertuples(index=False):
            _lost(person, int(own), f"{title_}, chez {name}", today)


def _to_call(person: Viewer) -> None:
    """List whom to telephone, until it is said done."""
    table = read(reminders.to_call, viewer=person)
    if table.empty:
        return
    title = fr.plural(len(table), "lecteur à appeler", "lecteurs à appeler")
    box = st.expander(title, icon=":material/call:", key="a_appeler", on_change="rerun")
    if not box.open:
        return
    with box:
        for own, name, phone, title_, due, why in table.itertuples(index=False):
            st.markdown(f"**{frame.plain(name)}** – {frame.plain(phone or 'téléphone inconnu')} – "
                        f"{frame.plain(title_)}, à rendre le {fr.day(due)} ({why})")  # fmt: skip
            if st.button("C’est fait", key=f"appele_{own}"):
                with frame.user_errors(), db.writing("circulation") as session:
                    reminders.called(session, person, reminder_id=int(own))
                frame.tell(f"{name} est prévenu.")
                st.rerun()


def _prepare(person: Viewer, today: date) -> None:
    if not st.button("Préparer ces relances", type="primary", key="preparer_relances"):
        return
    with frame.user_errors(), db.writing(*reminders.WRITTEN) as session:
        told = reminders.prepare(session, person, today=today, now=frame.clock()).told
    reason = sender.why_not(db.database_url())
    frame.tell(*[part for part in (told, reason) if part])
    st.rerun()


def _lost(person: Viewer, loan_id: int, told: str, today: date) -> None:
    with st.popover(f"Déclarer réputé perdu : {told}"):
        st.write("Trois mois de retard : le prêt se ferme, l’exemplaire sort du rayon.")
        if st.button("Oui, réputé perdu", key=f"repute_{loan_id}"):
            desk_gestures.lose(person, loan_id, today, is_presumed=True)
            st.rerun()
