"""What the desk remembers between two gestures: the reader, what was said, what is pending."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Concatenate, ParamSpec
from uuid import uuid4

import streamlit as st

from core import db
from core.circulation import desk_trace, renewals
from core.errors import DomainError

P = ParamSpec("P")
READER, RESULT, PENDING = "_guichet_lecteur", "_guichet_resultat", "_guichet_attente"
CHOICES, GESTURES, STRUCTURE = "_guichet_choix", "_guichet_gestes", "_guichet_structure"
OWN_KEY, LAST = "_guichet_poste", "_guichet_dernier"
READ = "_guichet_lus"  # how many entries of the field were


@dataclass(frozen=True)
class Said:
    """What the last gesture came to, told large: green, red with the way out, or a question."""

    text: str
    is_done: bool
    asks: bool = False


class Question(Enum):
    """What an answer is waited for: of yes, of a reason, or of which parts are there."""

    HAND_OVER = "Rendre puis prêter (oui)"
    RENEW = "Prolonger ce prêt (oui)"
    LEND_REASON = "Prêter quand même"
    HAND_OVER_REASON = "Rendre puis prêter quand même"
    RENEW_REASON = "Prolonger quand même"
    PARTS = "Enregistrer le retour"


REASONS = (Question.LEND_REASON, Question.HAND_OVER_REASON, Question.RENEW_REASON)


@dataclass(frozen=True)
class Pending:
    """A gesture that waits for an answer: of a copy, or the renewal of loans.

    ``parts``: those of the copy, by the numbers they are called by.
    """

    question: Question
    item_id: int = 0
    loan_ids: tuple[int, ...] = ()
    parts: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Choices:
    """Several readers or copies go by what was typed: ids and what they are."""

    of_readers: bool
    labels: dict[int, str]


def reader_id() -> int | None:
    held = st.session_state.get(READER)
    return int(held) if held is not None else None


def structure_id() -> int | None:
    """Return the structure that the reader in front borrows for; None: for himself."""
    held = st.session_state.get(STRUCTURE)
    return int(held) if held is not None else None


def pending() -> Pending | None:
    held = st.session_state.get(PENDING)
    return held if isinstance(held, Pending) else None


def wait_for(held: Pending | None) -> None:
    """Wait for an answer, in place of any other; None: for nothing any more."""
    st.session_state[PENDING] = held


def turn() -> str:
    """Return the key of what this desk is doing: the same until something came of it.

    A submission that is run twice has one key, so it lends once.
    """
    own = st.session_state.setdefault(OWN_KEY, uuid4().hex)
    return f"{own}:{st.session_state.get(GESTURES, 0)}"


def open_reader(own: int | None) -> None:
    """Put a reader in front of the desk, or nobody."""
    for key in (RESULT, PENDING, CHOICES):
        st.session_state.pop(key, None)
    if reader_id() != own:
        st.session_state.pop(STRUCTURE, None)
    st.session_state[READER] = own


def say(text: str, *, is_done: bool, asks: bool = False) -> None:
    st.session_state[RESULT] = Said(text, is_done, asks)
    st.session_state[GESTURES] = st.session_state.get(GESTURES, 0) + 1


def note(session: Any) -> None:  # of the store: pages know none of its types
    """Remember the gesture that a unit of work did: the last one of this desk."""
    event = desk_trace.event_of(session)
    if event is not None:
        st.session_state[LAST] = event


def attempt(
    work: Callable[Concatenate[Any, P], str], *choices: P.args, **named: P.kwargs
) -> DomainError | None:
    """Do a gesture in one unit of work; tell what came of it. Return what refused it, if so.

    Its event is the one that « annuler » takes back.
    """
    try:
        with db.writing(*renewals.WRITTEN) as session:
            told = work(session, *choices, **named)
            note(session)
    except DomainError as error:
        say(str(error), is_done=False)
        return error
    say(told, is_done=True)
    return None
