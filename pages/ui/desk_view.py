"""The desk: the field, what came of it, the reader in front of it."""

from datetime import date

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.circulation import desk, desk_day
from pages.ui import desk_gestures, desk_state, frame, keyboard
from pages.ui.desk_state import Choices, Pending, Said
from pages.ui.read import read


def headline(person: Viewer, today: date) -> None:
    """Answer the question of the page: what went through the desk today, what does it owe?"""
    day = read(desk_day.day, viewer=person, today=today)
    parts = [
        fr.plural(day.lent, "prêt", "prêts"),
        fr.plural(day.returned, "retour", "retours") + " aujourd’hui",
        fr.plural(day.late, "prêt en retard", "prêts en retard"),
        fr.plural(day.ready, "document mis de côté", "documents mis de côté"),
    ]
    st.markdown(", ".join(parts[:2]) + " · " + " · ".join(parts[2:]))


def field(person: Viewer, today: date) -> None:
    """One field that keeps the focus: Enter does what the text asks for."""
    with st.form("guichet", clear_on_submit=True, border=False):
        text = st.text_input(
            "Carte ou nom du lecteur, code-barres ou titre du document", key="guichet_texte",
            placeholder="Scannez ou tapez, puis Entrée",
            help="La carte ouvre le lecteur ; chaque document scanné lui est alors prêté. Sans "
                 "lecteur, le document est rendu.",
        )  # fmt: skip
        submitted = st.form_submit_button("Valider", type="primary")
    st.caption(
        "Au clavier : « fin » referme le lecteur, « annuler » reprend le dernier geste, "
        "« prolonger » prolonge tout ce qu’il a, « oui » accepte ce qui est proposé."
    )
    keyboard.focus("guichet_texte", st.session_state.get(desk_state.GESTURES, 0))
    if submitted and (text or "").strip():
        desk_gestures.treat(person, (text or "").strip(), today)
        st.rerun()


def result(person: Viewer, today: date) -> None:
    """Tell what the last gesture came to, in colour and in words, and how to go on."""
    said = st.session_state.get(desk_state.RESULT)
    if isinstance(said, Said):
        if said.is_done:
            st.success(frame.plain(said.text), icon=":material/check_circle:")
        else:
            st.error(frame.plain(said.text), icon=":material/block:")
    _pending(person, today)
    _choices(person, today)


def _pending(person: Viewer, today: date) -> None:
    held = st.session_state.get(desk_state.PENDING)
    if not isinstance(held, Pending):
        return
    if held.loan_id is not None:
        label = "Prolonger ce prêt (oui)" if held.is_own else "Rendre puis prêter (oui)"
        if st.button(label, key="guichet_oui", type="primary"):
            desk_gestures.go_on(person, today)
            st.rerun()
        return
    with st.form("guichet_motif", border=False):
        reason = st.text_input("Motif pour prêter quand même", key="guichet_raison")
        if st.form_submit_button("Prêter quand même") and (reason or "").strip():
            desk_gestures.override(person, (reason or "").strip(), today)
            st.rerun()


def _choices(person: Viewer, today: date) -> None:
    held = st.session_state.get(desk_state.CHOICES)
    if not isinstance(held, Choices):
        return
    for rank, (own, label) in enumerate(held.labels.items(), start=1):
        if st.button(f"{rank}\\. {frame.plain(label)}", key=f"choix_{own}", wrap=True):
            desk_gestures.choose(person, own, today)
            st.rerun()


def reader(person: Viewer, today: date) -> None:
    """Show the reader in front of the desk: loans, what waits, what stops a loan."""
    own = desk_state.reader_id()
    if own is None:
        return
    with frame.user_errors(), db.reading() as session:
        found = desk.reader(session, person, reader_id=own, today=today)
    with st.container(border=True, key="guichet_lecteur"):
        st.markdown(f"#### {frame.plain(found.name)} · carte {frame.plain(found.card)}")
        if found.obstacle:
            st.warning(found.obstacle)
        for title in found.ready:
            st.markdown(f":green-badge[à emporter] {frame.plain(title)}")
        for title in found.waiting:
            st.markdown(f":gray-badge[réservé] {frame.plain(title)}")
        if not found.lines:
            st.caption("Aucun document emprunté.")
        for line in found.lines:
            _line(person, line, today)
        if st.button("Fin : lecteur suivant", icon=":material/person_off:", key="guichet_fin"):
            desk_state.open_reader(None)
            st.rerun()


def _line(person: Viewer, line: desk.Line, today: date) -> None:
    late = f" :red-badge[{fr.plural(line.days_late, 'jour')} de retard]" if line.days_late else ""
    st.markdown(f"{frame.plain(line.title)} – à rendre le {fr.day(line.due_on)}{late}")
    with st.container(horizontal=True, gap="small"):
        if st.button("Prolonger", key=f"prolonger_{line.loan_id}"):
            desk_gestures.renew(person, line.loan_id, today)
            st.rerun()
        if st.button("Rendre", key=f"rendre_{line.loan_id}"):
            desk_gestures.give(person, line.item_id, today)
            st.rerun()
        if st.button("Déclarer perdu", key=f"perdu_{line.loan_id}", type="tertiary"):
            desk_gestures.lose(person, line.loan_id, today)
            st.rerun()
