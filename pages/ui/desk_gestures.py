"""The gestures of the desk, as the field and the buttons call them."""

from datetime import date
from uuid import uuid4

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.circulation import desk, desk_words, loans, returns, shelf, told, undo
from core.circulation.desk_words import Spoken, Word
from core.circulation.loans import Request
from core.circulation.returns import Return
from core.errors import DomainError
from pages.ui import desk_state, frame
from pages.ui.desk_state import Choices, Pending


def treat(person: Viewer, text: str, today: date) -> None:
    """Do what a text asks for: a word of the desk, a card, a barcode, a name or a title."""
    if _chosen(person, text, today):
        return None
    spoken = desk_words.read(text)
    if spoken is not None:
        return _obey(person, spoken, today)
    st.session_state.pop(desk_state.PENDING, None)
    st.session_state.pop(desk_state.CHOICES, None)
    with db.reading() as session:
        scan = desk.read(session, person, text)
    if scan.reader_id is not None:
        return desk_state.open_reader(scan.reader_id)
    if scan.item_id is not None:
        return take(person, scan.item_id, today)
    if desk_words.is_code(text):
        return _unknown(person, text, today)
    return _look_for(person, text)


def _chosen(person: Viewer, text: str, today: date) -> bool:
    """Take the n-th of the readers or copies proposed, where its number was typed."""
    held = st.session_state.get(desk_state.CHOICES)
    if not isinstance(held, Choices) or not text.isdecimal() or len(text) > 2:
        return False
    if not 1 <= int(text) <= len(held.labels):
        return False
    choose(person, list(held.labels)[int(text) - 1], today)
    return True


def choose(person: Viewer, own: int, today: date) -> None:
    """Open the reader, or lend or take back the copy, that was chosen among those proposed."""
    held = st.session_state.pop(desk_state.CHOICES, None)
    if not isinstance(held, Choices):
        return
    if held.of_readers:
        desk_state.open_reader(own)
    else:
        take(person, own, today)


def take(person: Viewer, item_id: int, today: date) -> None:
    """Lend a copy to the reader in front; with nobody there, take it back."""
    if desk_state.reader_id() is None:
        give(person, item_id, today)
    else:
        lend(person, item_id, today)


def _obey(person: Viewer, spoken: Spoken, today: date) -> None:
    match spoken.word:
        case Word.NEXT:
            desk_state.open_reader(None)
            desk_state.say("Lecteur suivant.", is_done=True)
        case Word.UNDO:
            undo_last(person)
        case Word.RENEW:
            renew_all(person, today)
        case Word.YES:
            go_on(person, today)
        case Word.REASON:
            override(person, spoken.rest, today)


def _unknown(person: Viewer, text: str, today: date) -> None:
    if desk_state.reader_id() is not None:
        return desk_state.say(
            f"Aucune carte ni aucun exemplaire ne porte le code {text} : vérifiez-le, ou cherchez "
            "le document par son titre.", is_done=False,
        )  # fmt: skip
    with db.writing(loans.DOMAIN) as session:
        found = returns.give_back(session, person, Return(text, today), today=today,
                                  now=frame.clock())  # fmt: skip
    return desk_state.say(found.told, is_done=found.is_known)


def _look_for(person: Viewer, text: str) -> None:
    """Propose the readers of this name; where there are none, the copies of this title."""
    with db.reading() as session:
        names = desk.readers(session, person, text=text)
        copies = {} if names else desk.copies(session, person, text=text)
    if len(names) == 1:
        return desk_state.open_reader(next(iter(names)))
    if not names and not copies:
        return desk_state.say(
            f"Aucun lecteur ni document pour « {text} » : vérifiez l’orthographe.", is_done=False
        )
    st.session_state[desk_state.CHOICES] = Choices(bool(names), names or copies)
    who = "Plusieurs lecteurs portent ce nom" if names else "Ces exemplaires répondent à ce titre"
    return desk_state.say(f"{who} : choisissez, ou tapez son numéro.", is_done=True)


def lend(person: Viewer, item_id: int, today: date, *, reason: str = "") -> None:
    """Lend to the reader in front; a refusal keeps what is needed to go on."""
    reader_id = desk_state.reader_id() or 0
    request = Request(item_id, reader_id, str(uuid4()), override=reason)

    if desk_state.attempt(told.lend, person, request, today=today, now=frame.clock()):
        st.session_state.pop(desk_state.PENDING, None)
        return
    with db.reading() as session:
        held = shelf.copy_of(session, item_id).loan
    st.session_state[desk_state.PENDING] = Pending(
        item_id, reader_id, held.id if held else None,
        is_own=held is not None and held.reader_id == reader_id,
    )  # fmt: skip


def give(  # what came back, and how
    person: Viewer, item_id: int, today: date, *, on: date | None = None,
    missing: tuple[int, ...] = (),
) -> None:  # fmt: skip
    """Take a copy back; of a kit, without the parts that are missing."""
    back = Return("", on or today, missing, item_id)
    desk_state.attempt(told.give_back, person, back, today=today, now=frame.clock())


def renew(person: Viewer, loan_id: int, today: date) -> None:
    desk_state.attempt(told.renew, person, loan_id=loan_id, today=today, now=frame.clock())


def renew_all(person: Viewer, today: date) -> None:
    """Renew each loan of the reader in front that may be; say which may not, and why."""
    own = desk_state.reader_id()
    if own is None:
        return desk_state.say("Ouvrez d’abord la carte d’un lecteur.", is_done=False)
    with db.reading() as session:
        lines = desk.reader(session, person, reader_id=own, today=today).lines
    done, refused = 0, []
    for line in lines:
        try:
            with db.writing(loans.DOMAIN) as session:
                loans.renew(session, person, loan_id=line.loan_id, today=today, now=frame.clock())
            done += 1
        except DomainError as error:
            refused.append(f"{line.title} : {error}")
    said = fr.plural(done, "prêt prolongé", "prêts prolongés") if done else "Rien n’est prolongé"
    return desk_state.say(". ".join([said, *refused]).rstrip(".") + ".", is_done=bool(done))


def lose(person: Viewer, loan_id: int, today: date, *, is_presumed: bool = False) -> None:
    desk_state.attempt(returns.lose, person, loan_id=loan_id, today=today, now=frame.clock(),
                       is_presumed=is_presumed)  # fmt: skip


def go_on(person: Viewer, today: date) -> None:
    """After a refusal: renew one's own loan, or end somebody else's and lend."""
    held = st.session_state.get(desk_state.PENDING)
    if not isinstance(held, Pending) or held.loan_id is None:
        return desk_state.say("Rien n’attend de confirmation.", is_done=False)
    st.session_state.pop(desk_state.PENDING)
    if held.is_own:
        return renew(person, held.loan_id, today)
    give(person, held.item_id, today)
    return lend(person, held.item_id, today)


def override(person: Viewer, reason: str, today: date) -> None:
    """Lend what was refused, for a reason that is kept with the loan."""
    held = st.session_state.get(desk_state.PENDING)
    if not isinstance(held, Pending):
        return desk_state.say("Rien n’a été refusé : il n’y a pas de motif à donner.",
                              is_done=False)  # fmt: skip
    return lend(person, held.item_id, today, reason=reason)


def undo_last(person: Viewer) -> None:
    desk_state.attempt(undo.undo_last, person, now=frame.clock())
