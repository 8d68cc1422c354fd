"""Several people at once, found before they are created: by address, else by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.people import rules
from core.people.models import Person

DOMAIN = "people"


class Named(Protocol):
    """What is known of somebody who is looked for."""

    @property
    def last_name(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def email(self) -> str: ...


@dataclass(frozen=True)
class Found:
    """The ids of people in the order asked for, and how many were not there before."""

    ids: tuple[int, ...]
    added: int


def find_or_add(
    session: Session, viewer: Viewer, people: Sequence[Named], *, now: datetime
) -> Found:
    """Return the people of a list; those whom nothing tells from nobody are added.

    An address is one person's. Without one that is known, the name must be nobody's or one
    person's: two who bear it must be told apart. Somebody of that name with another address is
    somebody else. Raises DomainError on a name that several bear.
    """
    access.require(viewer, Right.EDIT_PEOPLE)
    rows = _known(session, people)
    by_email = {row.email: row for row in rows if row.email}
    by_key: dict[str, list[Person]] = {}
    for row in rows:
        by_key.setdefault(row.search_key, []).append(row)
    held = [by_email.get(one.email) or _by_name(one, by_key) for one in people]
    new = {
        rank: Person(
            last_name=one.last_name, first_name=one.first_name, email=one.email,
            search_key=rules.search_key(one.last_name, one.first_name),
        )
        for rank, (one, row) in enumerate(zip(people, held, strict=True))
        if row is None
    }  # fmt: skip
    session.add_all(new.values())
    completed = _complete(session, zip(people, held, strict=True))
    session.flush()
    if new or completed:
        journal.record(
            session, viewer, at=now, domain=DOMAIN, action="liste de personnes à l’accueil",
            subject="annuaire", after={"new": len(new), "changed": completed},
        )  # fmt: skip
    ids = [(row or new[rank]).id or 0 for rank, row in enumerate(held)]
    return Found(tuple(dict.fromkeys(ids)), len(new))


def _complete(session: Session, pairs: Iterable[tuple[Named, Person | None]]) -> int:
    """Give the address of the list to those who had none; return how many."""
    count = 0
    for one, row in pairs:
        if row is not None and one.email and not row.email:
            row.email = one.email
            session.add(row)
            count += 1
    return count


def _known(session: Session, people: Sequence[Named]) -> list[Person]:
    keys = {rules.search_key(one.last_name, one.first_name) for one in people}
    emails = {one.email for one in people if one.email}
    statement = (
        select(Person)
        .where(
            col(Person.merged_into_id).is_(None),
            col(Person.search_key).in_(keys) | col(Person.email).in_(emails),
        )
        .order_by(col(Person.id))
    )
    return list(session.exec(statement))


def _by_name(one: Named, by_key: dict[str, list[Person]]) -> Person | None:
    """Return the only person of that name who may be the one meant."""
    key = rules.search_key(one.last_name, one.first_name)
    likely = [row for row in by_key.get(key, []) if not (one.email and row.email)]
    if len(likely) > 1:
        raise DomainError(
            f"L’annuaire a {len(likely)} « {one.first_name} {one.last_name} » : ajoutez l’adresse "
            "de courriel pour dire qui est venu."
        )
    return likely[0] if likely else None
