"""Fields that the forms of the market share: days, quantities, and what is said once it is done."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from core import db, fr
from core.competences_cles import units
from core.competences_cles.units import UnitOfWork
from core.errors import DomainError
from pages.ui import frame

T = TypeVar("T")
DOMAIN = "competences_cles"
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
QUANTITY_HELP = "Comme vous l’écririez : « 1 200 », « 1200,5 h », « 12 h 30 »."


def day(label: str, value: date | None, key: str, *, help_text: str | None = None) -> date | None:
    """Ask for a day; None where it is left empty."""
    found = st.date_input(label, value=value, min_value=FIRST, max_value=LAST,
                          format="DD/MM/YYYY", key=key, help=help_text)  # fmt: skip
    return found if isinstance(found, date) else None


def needed(found: date | None, name: str) -> date:
    """Return a day that a form must have, or refuse."""
    if found is None:
        raise DomainError(f"Donnez {name}.")
    return found


def option(label: str, options: Mapping[T, str], key: str, *, value: T | None = None) -> T | None:
    """Choose one of several by its name; None where nothing is chosen."""
    keys = list(options)
    index = keys.index(value) if value is not None and value in options else None
    return st.selectbox(label, keys, index=index, key=key, format_func=options.__getitem__,
                        placeholder="Choisir")  # fmt: skip


def unit(key: str, value: str = "heure") -> UnitOfWork:
    """Choose a unit of work."""
    every = list(UnitOfWork)
    found = st.selectbox("Unité d’œuvre", every, index=every.index(UnitOfWork(value)), key=key,
                         format_func=lambda one: one.label)  # fmt: skip
    return found or UnitOfWork.HOUR


def bound(text: str, own: UnitOfWork) -> int | None:
    """Read the least or the most of a lot; None where it is left empty."""
    return units.quantity_of(text, own) if text.strip() else None


def fresh(name: str) -> str:
    """Return the key of a form of creation: another one, empty, once something was made."""
    return f"{name}_{st.session_state.get(f'faits_{name}', 0)}"


def renew(name: str) -> None:
    """Empty a form of creation: what it held was made."""
    st.session_state[f"faits_{name}"] = st.session_state.get(f"faits_{name}", 0) + 1


@contextmanager
def write() -> Iterator[Any]:
    """Open one unit of work on the market: a refused rule is shown where it is asked."""
    with frame.user_errors(), db.writing(DOMAIN) as session:
        yield session


def done(sentence: str, *, renewed: str = "") -> None:
    """Say what was done, empty the form that made it, and draw the page again."""
    if renewed:
        renew(renewed)
    frame.tell(sentence)
    st.rerun()


def removal(label: str, key: str, remove: Callable[[Any], None], sentence: str) -> None:
    """Offer to remove what nothing uses; the rule refuses the rest and says why."""
    if st.button(label, key=key, icon=":material/delete:"):
        with write() as session:
            remove(session)
        done(sentence)


def told(value: date | None) -> str:
    return "" if value is None else fr.day(value)
