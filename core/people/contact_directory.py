"""The directory as a contact list is compared with it, read in five statements."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.people import contact_matching, rules
from core.people.contact_comparison import Directory, Entry
from core.people.models import (
    Alias,
    Network,
    NetworkMembership,
    Person,
    PersonFunction,
    Structure,
)


def directory(session: Session, *, on: date) -> Directory:
    """Everyone with the function and the networks of a day, every structure's spellings."""
    now = _present(PersonFunction, on)
    functions = {one.person_id: one for one in session.exec(
        select(PersonFunction).where(*now).order_by(col(PersonFunction.id)))}  # fmt: skip
    joined: dict[int, set[int]] = {}
    for one in session.exec(select(NetworkMembership).where(*_present(NetworkMembership, on))):
        joined.setdefault(one.person_id, set()).add(one.network_id)
    networks = list(session.exec(select(Network)))
    structures, known = spellings(session)
    return Directory(
        tuple(
            _entry(person, functions.get(person.id or 0), joined.get(person.id or 0, set()))
            for person in session.exec(select(Person).where(col(Person.merged_into_id).is_(None)))
        ),
        known, structures,
        {contact_matching.spelling(text): one.id or 0
         for one in networks for text in (one.name, one.code)},
        {one.id or 0: one.name for one in networks},
    )  # fmt: skip


def _present(model: Any, on: date) -> tuple[sa.ColumnElement[bool], ...]:
    start, end = col(model.starts_on), col(model.ends_on)
    return sa.or_(start.is_(None), start <= on), sa.or_(end.is_(None), end >= on)


def _entry(person: Person, held: PersonFunction | None, joined: set[int]) -> Entry:
    return Entry(
        person.id or 0, person.last_name, person.first_name, person.email, person.phone,
        held.id if held else None, held.structure_id if held else None,
        held.title if held else "", frozenset(joined),
    )  # fmt: skip


def spellings(session: Session) -> tuple[dict[int, str], dict[str, frozenset[int]]]:
    """Return the names of structures, and which of them each folded spelling may be."""
    found: dict[str, set[int]] = {}
    names: dict[int, str] = {}
    for one in session.exec(select(Structure).where(col(Structure.merged_into_id).is_(None))):
        names[one.id or 0] = one.name
        for text in filter(None, (one.search_key, rules.words(one.acronym))):
            found.setdefault(text, set()).add(one.id or 0)
    for other in session.exec(select(Alias)):
        if other.structure_id in names:
            found.setdefault(other.search_key, set()).add(other.structure_id)
    return names, {text: frozenset(ids) for text, ids in found.items()}
