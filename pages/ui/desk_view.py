"""The desk: the field, what came of it, the reader in front of it."""

from datetime import date

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.circulation import desk, desk_day
from pages.ui import (
    desk_answers,
    desk_gestures,
    desk_state,
    desk_text,
    frame,
    keyboard,
    reservations_panel,
)
from pages.ui.desk_state import Choices, Said
from pages.ui.read import read

FIELD = "guichet_texte"


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
    """One field that keeps the focus: Enter does what the text asks for.

    It is done before the page is drawn: a scan that comes meanwhile draws it anew, and would
    leave undone what the page had not come to.
    """
    with st.form("guichet", clear_on_submit=True, border=False):
        st.text_input(
            "Carte ou nom du lecteur, code-barres ou titre du document", key=FIELD,
            placeholder="Scannez ou tapez, puis Entrée",
            help="La carte ouvre le lecteur ; chaque document scanné lui est alors prêté. Sans "
                 "lecteur, le document est rendu. « motif » suivi d’une raison passe outre un "
                 "refus ; « manque 2 » dit la pièce absente d’une mallette, « perdu 2 » celle qui "
                 "est perdue ; « structure » prête pour la sienne.",
        )  # fmt: skip
        st.form_submit_button("Valider", type="primary", on_click=_submitted,
                              args=(person, today))  # fmt: skip
    st.caption(
        fr.typeset(
            "Au clavier : « fin » referme le lecteur, « annuler » reprend le dernier geste du "
            "poste, « prolonger » prolonge tout ce qu’il a, « oui » ou « non » répond."
        )
    )
    keyboard.one_by_one(FIELD, st.session_state.get(desk_state.READ, 0))
    keyboard.focus(FIELD, st.session_state.get(desk_state.GESTURES, 0))


def _submitted(person: Viewer, today: date) -> None:
    text = str(st.session_state.get(FIELD) or "").strip()
    st.session_state[desk_state.READ] = st.session_state.get(desk_state.READ, 0) + 1
    if text:
        desk_text.treat(person, text, today)


def result(person: Viewer, today: date) -> None:
    """Tell what the last gesture came to, in colour and in words, and how to go on."""
    said = st.session_state.get(desk_state.RESULT)
    if isinstance(said, Said):
        if said.is_done:
            st.success(frame.plain(said.text), icon=":material/check_circle:")
        elif said.asks:
            st.info(frame.plain(said.text), icon=":material/help:")
        else:
            st.error(frame.plain(said.text), icon=":material/block:")
    desk_answers.show(person, today)
    _choices(person, today)


def _choices(person: Viewer, today: date) -> None:
    held = st.session_state.get(desk_state.CHOICES)
    if not isinstance(held, Choices):
        return
    for rank, (own, label) in enumerate(held.labels.items(), start=1):
        if st.button(f"{rank}\\. {frame.plain(label)}", key=f"choix_{own}", wrap=True):
            desk_text.choose(person, own, today)
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
        _standing(person, found, today)
        reservations_panel.of_reader(person, own, today)
        if not found.lines:
            st.caption("Aucun document emprunté.")
        for line in found.lines:
            _line(person, line, today)
        if st.button("Fin : lecteur suivant", icon=":material/person_off:", key="guichet_fin"):
            desk_state.open_reader(None)
            st.rerun()


def _standing(person: Viewer, found: desk.Desk, today: date) -> None:
    """Show what stops a reader, and for whom he borrows."""
    if found.obstacle:
        st.warning(found.obstacle)
    for rank, (structure, name) in enumerate(found.structures, start=1):
        _structure(person, rank, structure, name, today)


def _structure(person: Viewer, rank: int, own: int, name: str, today: date) -> None:
    """Let the next loans be for a structure of the reader, who answers for them."""
    is_on = desk_state.structure_id() == own
    if st.toggle(f"Prêter pour {frame.plain(name)}", is_on, key=f"pour_{own}_{is_on}") != is_on:
        desk_text.for_structure(person, (rank,), today)
        st.rerun()


def _line(person: Viewer, line: desk.Line, today: date) -> None:
    late = f" :red-badge[{fr.plural(line.days_late, 'jour')} de retard]" if line.days_late else ""
    house = f", pour {frame.plain(line.structure)}" if line.structure else ""
    st.markdown(f"{frame.plain(line.title)}{house} – à rendre le {fr.day(line.due_on)}{late}")
    with st.container(horizontal=True, gap="small"):
        if st.button("Prolonger", key=f"prolonger_{line.loan_id}"):
            desk_gestures.renew(person, (line.loan_id,), today)
            st.rerun()
        if st.button("Rendre", key=f"rendre_{line.loan_id}"):
            desk_gestures.give(person, line.item_id, today)
            st.rerun()
        if st.button("Déclarer perdu", key=f"perdu_{line.loan_id}", type="tertiary"):
            desk_gestures.lose(person, line.loan_id, today)
            st.rerun()
