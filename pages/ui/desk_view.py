"""The desk itself: what is scanned, what came of it, the reader in front of it."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.circulation import desk, loans, returns, shelf, undo
from core.circulation.loans import Request
from core.circulation.returns import Return
from core.errors import DomainError
from pages.ui import frame
from pages.ui.read import read

READER, RESULT, PENDING = "_guichet_lecteur", "_guichet_resultat", "_guichet_attente"
END = {"fin", "0", "."}


@dataclass(frozen=True)
class Said:
    """What the last gesture came to, told large: green, or red with the way out."""

    text: str
    is_done: bool


@dataclass(frozen=True)
class Pending:
    """A loan that was refused, to be made all the same: for a reason, or once it is returned."""

    item_id: int
    reader_id: int
    barcode: str
    is_lent: bool


def field(person: Viewer, today: date) -> None:
    """One field that keeps the focus: Enter does what the text asks for."""
    with st.form("guichet", clear_on_submit=True, border=False):
        text = st.text_input(
            "Carte du lecteur, ou code-barres du document", key="guichet_texte",
            placeholder="Scannez ou tapez, puis Entrée",
            help="La carte ouvre le lecteur ; un document lui est alors prêté. Sans lecteur, le "
                 "document est rendu. « fin » (ou la même carte) referme le lecteur.",
        )  # fmt: skip
        submitted = st.form_submit_button("Valider", type="primary")
    if submitted and (text or "").strip():
        st.session_state.pop(PENDING, None)
        _treat(person, (text or "").strip(), today)
        st.rerun()


def _treat(person: Viewer, text: str, today: date) -> None:
    if text.lower() in END:
        st.session_state.pop(READER, None)
        return _say("Lecteur suivant.", is_done=True)
    with db.reading() as session:
        scan = desk.read(session, person, text)
        names = {} if scan.reader_id or scan.item_id else desk.readers(session, person, text=text)
    if scan.reader_id is not None:
        return _open(scan.reader_id)
    if scan.item_id is not None and READER in st.session_state:
        return lend(person, scan.item_id, text, today)
    if len(names) == 1:
        return _open(next(iter(names)))
    if names:
        st.session_state["guichet_noms"] = names
        return _say("Plusieurs lecteurs portent ce nom : choisissez ci-dessous.", is_done=True)
    return give(person, text, today)


def _open(reader_id: int) -> None:
    st.session_state.pop(RESULT, None)
    if st.session_state.get(READER) == reader_id:
        st.session_state.pop(READER)
    else:
        st.session_state[READER] = reader_id


def _say(text: str, *, is_done: bool) -> None:
    st.session_state[RESULT] = Said(text, is_done)


def lend(person: Viewer, item_id: int, barcode: str, today: date, *, override: str = "") -> None:
    """Lend to the reader on the screen; a refusal keeps what is needed to go on."""
    reader_id = int(st.session_state[READER])
    request = Request(item_id, reader_id, str(uuid4()), override=override)
    try:
        with db.writing(loans.DOMAIN) as session:
            found = loans.lend(session, person, request, today=today, now=frame.clock())
    except DomainError as error:
        with db.reading() as session:
            held = shelf.copy_of(session, item_id).loan
        is_lent = held is not None and held.reader_id != reader_id
        st.session_state[PENDING] = Pending(item_id, reader_id, barcode, is_lent)
        return _say(str(error), is_done=False)
    st.session_state.pop(PENDING, None)
    text = f"Prêté, à rendre le {fr.day(found.due_on)}."
    return _say(" ".join([text, *found.warnings]), is_done=True)


def give(person: Viewer, barcode: str, today: date) -> None:
    """Take a copy back; an unknown code is noted as an incident."""
    try:
        with db.writing(returns.DOMAIN) as session:
            found = returns.give_back(session, person, Return(barcode, today), today=today,
                                      now=frame.clock())  # fmt: skip
    except DomainError as error:
        return _say(str(error), is_done=False)
    return _say(found.told, is_done=found.is_known)


def result() -> None:
    """Tell what the last gesture came to, in colour and in words; offer to take it back."""
    said = st.session_state.get(RESULT)
    if not isinstance(said, Said):
        return
    if said.is_done:
        st.success(said.text, icon=":material/check_circle:")
    else:
        st.error(said.text, icon=":material/block:")


def reader(person: Viewer, today: date) -> None:
    """Show the reader in front of the desk: loans, what waits, what stops a loan."""
    _names()
    _pending(person, today)
    with st.container(horizontal=True):
        if st.button("Annuler le dernier geste", icon=":material/undo:", key="guichet_annuler"):
            _undo(person)
    own = st.session_state.get(READER)
    if own is None:
        return
    with frame.user_errors():
        found = read(desk.reader, viewer=person, reader_id=int(own), today=today)
    with st.container(border=True):
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


def _line(person: Viewer, line: desk.Line, today: date) -> None:
    late = f" :red-badge[{fr.plural(line.days_late, 'jour')} de retard]" if line.days_late else ""
    left, right = st.columns([4, 1], vertical_alignment="center")
    with left:
        st.markdown(f"{frame.plain(line.title)} – à rendre le {fr.day(line.due_on)}{late}")
    with right:
        if st.button("Prolonger", key=f"prolonger_{line.loan_id}"):
            try:
                with db.writing(loans.DOMAIN) as session:
                    due = loans.renew(session, person, loan_id=line.loan_id, today=today,
                                      now=frame.clock())  # fmt: skip
                _say(f"Prolongé jusqu’au {fr.day(due)}.", is_done=True)
            except DomainError as error:
                _say(str(error), is_done=False)
            st.rerun()


def _names() -> None:
    names = st.session_state.get("guichet_noms")
    if not names:
        return
    for own, name in dict(names).items():
        if st.button(name, key=f"lecteur_{own}"):
            st.session_state.pop("guichet_noms", None)
            _open(own)
            st.rerun()


def _pending(person: Viewer, today: date) -> None:
    """Go on after a refusal: return then lend, or lend for a reason that is kept."""
    held = st.session_state.get(PENDING)
    if not isinstance(held, Pending):
        return
    if held.is_lent:
        if st.button("Rendre puis prêter", key="rendre_puis_preter", type="primary"):
            give(person, held.barcode, today)
            lend(person, held.item_id, held.barcode, today)
            st.rerun()
        return
    with st.form("guichet_motif", border=False):
        reason = st.text_input("Motif pour prêter quand même", key="guichet_raison")
        if st.form_submit_button("Prêter quand même") and (reason or "").strip():
            lend(person, held.item_id, held.barcode, today, override=(reason or "").strip())
            st.rerun()


def _undo(person: Viewer) -> None:
    try:
        with db.writing(loans.DOMAIN) as session:
            _say(undo.undo_last(session, person, now=frame.clock()), is_done=True)
    except DomainError as error:
        _say(str(error), is_done=False)
    st.rerun()
