"""What the desk remembers between two gestures: the reader, what was said, what is pending."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

import streamlit as st

from core import db
from core.circulation.loans import DOMAIN
from core.errors import DomainError

P = ParamSpec("P")
READER, RESULT, PENDING = "_guichet_lecteur", "_guichet_resultat", "_guichet_attente"
CHOICES, GESTURES = "_guichet_choix", "_guichet_gestes"
DESK = (READER, RESULT, PENDING, CHOICES)


@dataclass(frozen=True)
class Said:
    """What the last gesture came to, told large: green, or red with the way out."""

    text: str
    is_done: bool


@dataclass(frozen=True)
class Pending:
    """A loan that was refused and what « oui » would do about it.

    ``loan_id``: the loan under way, of the reader in front (to renew) or of another (to end).
    """

    item_id: int
    reader_id: int
    loan_id: int | None = None
    is_own: bool = False


@dataclass(frozen=True)
class Choices:
    """Several readers or copies go by what was typed: ids and what they are."""

    of_readers: bool
    labels: dict[int, str]


def reader_id() -> int | None:
    held = st.session_state.get(READER)
    return int(held) if held is not None else None


def open_reader(own: int | None) -> None:
    """Put a reader in front of the desk; the same card again takes him away."""
    for key in (RESULT, PENDING, CHOICES):
        st.session_state.pop(key, None)
    st.session_state[READER] = None if reader_id() == own else own


def say(text: str, *, is_done: bool) -> None:
    st.session_state[RESULT] = Said(text, is_done)
    st.session_state[GESTURES] = st.session_state.get(GESTURES, 0) + 1


def attempt(work: Callable[Concatenate[Any, P], str], *choices: P.args, **named: P.kwargs) -> bool:
    """Do a gesture in one unit of work; tell what came of it, or why it is refused."""
    try:
        with db.writing(DOMAIN) as session:
            told = work(session, *choices, **named)
    except DomainError as error:
        say(str(error), is_done=False)
        return False
    say(told, is_done=True)
    return True
