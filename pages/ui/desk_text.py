"""What is typed or scanned at the desk: a word, a card, a code, a name or a title."""

from datetime import date

import streamlit as st

from core import db
from core.access import Viewer
from core.circulation import desk, desk_words, loans, returns
from core.circulation.desk_words import Spoken, Word
from core.circulation.returns import Return
from pages.ui import desk_gestures, desk_state, frame
from pages.ui.desk_state import Choices, Question

ANSWERS = (Word.YES, Word.NO, Word.MISSING, Word.LOST, Word.UNDO)


def treat(person: Viewer, text: str, today: date) -> None:
    """Do what a text asks for: a word of the desk, a card, a barcode, a name or a title."""
    spoken = desk_words.read(text)
    held = desk_state.pending()
    if held and held.question is Question.PARTS and (not spoken or spoken.word not in ANSWERS):
        return desk_gestures.ask_parts("Répondez d’abord pour la mallette")
    with db.reading() as session:
        scan = desk.read(session, person, text)
    if scan == desk.Scan() and _chosen(person, text, today):
        return None
    if spoken is not None:
        return _obey(person, spoken, today)
    desk_state.wait_for(None)
    st.session_state.pop(desk_state.CHOICES, None)
    if scan.reader_id is not None:
        is_same = scan.reader_id == desk_state.reader_id()  # the card again: he goes
        return desk_state.open_reader(None if is_same else scan.reader_id)
    if scan.item_id is not None:
        return desk_gestures.take(person, scan.item_id, today)
    return _look_for(person, text, today)


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
        desk_gestures.take(person, own, today)


def _obey(person: Viewer, spoken: Spoken, today: date) -> None:
    if spoken.word in ANSWERS:
        return _answer(person, spoken, today)
    if spoken.word is Word.NEXT:
        desk_state.open_reader(None)
        return desk_state.say("Lecteur suivant.", is_done=True)
    if spoken.word is Word.RENEW:
        return desk_gestures.renew_all(person, today)
    if spoken.word is Word.STRUCTURE:
        return for_structure(person, spoken.numbers, today)
    return desk_gestures.override(person, spoken.rest, today)


def _answer(person: Viewer, spoken: Spoken, today: date) -> None:
    """Answer what is asked; « annuler » leaves a kit that is being counted."""
    match spoken.word:
        case Word.YES:
            desk_gestures.go_on(person, today)
        case Word.MISSING:
            desk_gestures.count_parts(person, today, missing=spoken.numbers)
        case Word.LOST:
            desk_gestures.count_parts(person, today, lost=spoken.numbers)
        case Word.UNDO if not _is_counted():
            desk_gestures.undo_last(person)
        case _:
            desk_gestures.leave("La mallette n’est pas rendue." if _is_counted() else "Laissé.")


def _is_counted() -> bool:
    held = desk_state.pending()
    return held is not None and held.question is Question.PARTS


def for_structure(person: Viewer, numbers: tuple[int, ...], today: date) -> None:
    """Let the reader in front borrow for his structure (the n-th of several), or no longer."""
    own = desk_state.reader_id()
    if own is None:
        return desk_state.say("Ouvrez d’abord la carte de qui en répond.", is_done=False)
    with db.reading() as session:
        found = desk.reader(session, person, reader_id=own, today=today)
    rank = numbers[0] if numbers else 1
    if not 1 <= rank <= len(found.structures):
        told = f"{found.name} n’a pas de structure de ce rang dans l’annuaire."
        return desk_state.say(told, is_done=False)
    structure, name = found.structures[rank - 1]
    is_on = desk_state.structure_id() != structure
    st.session_state[desk_state.STRUCTURE] = structure if is_on else None
    for_whom = f"{name}, {found.name} en répond" if is_on else f"{found.name}, à titre personnel"
    return desk_state.say(f"Les prêts suivants sont pour {for_whom}.", is_done=True)


def _unknown(person: Viewer, text: str, today: date) -> None:
    if desk_state.reader_id() is not None:
        return desk_state.say(
            f"Aucune carte ni aucun exemplaire ne porte le code {text} : vérifiez-le, ou cherchez "
            "le document par son titre.", is_done=False,
        )  # fmt: skip
    with db.writing(loans.DOMAIN) as session:
        found = returns.give_back(session, person, Return(text, today), today=today,
                                  now=frame.clock())  # fmt: skip
        desk_state.note(session)
    return desk_state.say(found.told, is_done=found.is_known)


def _look_for(person: Viewer, text: str, today: date) -> None:
    """Propose the readers of this name; where there are none, the copies of this title.

    What can only be a code, or finds nothing and looks like one, is an unknown code.
    """
    if text.strip().isdecimal():
        return _unknown(person, text, today)
    with db.reading() as session:
        names = desk.readers(session, person, text=text)
        copies = {} if names else desk.copies(session, person, text=text)
    if len(names) == 1:
        return desk_state.open_reader(next(iter(names)))
    if not names and not copies and desk_words.is_code(text):
        return _unknown(person, text, today)
    if not names and not copies:
        return desk_state.say(
            f"Aucun lecteur ni document pour « {text} » : vérifiez l’orthographe.", is_done=False
        )
    st.session_state[desk_state.CHOICES] = Choices(bool(names), names or copies)
    who = "Plusieurs lecteurs portent ce nom" if names else "Ces exemplaires répondent à ce titre"
    return desk_state.say(f"{who} : choisissez, ou tapez son numéro.", is_done=True)
