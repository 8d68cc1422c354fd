"""Writes on people: found before they are created, with functions, networks and consents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.people import phones, rules
from core.people.models import (
    Network,
    NetworkMembership,
    Person,
    PersonFunction,
)

DOMAIN = "people"


@dataclass(frozen=True)
class PersonDraft:
    """What staff enter of a person, with the function they have now."""

    last_name: str
    first_name: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""
    structure_id: int | None = None
    function_title: str = ""


def create_person(session: Session, viewer: Viewer, draft: PersonDraft, *, now: datetime) -> int:
    """Add a person, with a function where one is given; refuse an address that is taken."""
    access.require(viewer, Right.EDIT_PEOPLE)
    email = _checked(session, draft, own_id=None)
    person = Person(
        last_name=draft.last_name.strip(), first_name=draft.first_name.strip(), email=email,
        phone=phones.checked(draft.phone), note=draft.note.strip(),
        search_key=rules.search_key(draft.last_name, draft.first_name),
    )  # fmt: skip
    session.add(person)
    session.flush()
    if draft.structure_id is not None or draft.function_title.strip():
        _add_function(session, person.id or 0, draft, now.date())
    tell(session, viewer, "création d’une personne", person, now)
    return person.id or 0


def _checked(session: Session, draft: PersonDraft, *, own_id: int | None) -> str:
    if not rules.words(draft.last_name):
        raise DomainError("Donnez au moins le nom de famille.")
    return check_address(session, rules.checked_email(draft.email), own_id=own_id)


def check_address(session: Session, email: str, *, own_id: int | None) -> str:
    """Return an address, or refuse one that someone else has."""
    holder = session.exec(
        select(Person).where(
            Person.email == email, Person.email != "", col(Person.merged_into_id).is_(None),
            Person.id != own_id,
        )
    ).first()  # fmt: skip
    if holder is not None:
        raise DomainError(
            f"L’adresse {email} est celle de {holder.first_name} {holder.last_name} : "
            "est-ce la même personne ?"
        )
    return email


def _add_function(session: Session, person_id: int, draft: PersonDraft, day: date) -> None:
    session.add(
        PersonFunction(
            person_id=person_id, structure_id=draft.structure_id,
            title=draft.function_title.strip(), family=rules.function_family(draft.function_title),
            starts_on=day,
        )
    )  # fmt: skip
    session.flush()


def tell(session: Session, viewer: Viewer, action: str, person: Person, now: datetime) -> None:
    """Write who did what of a person, told by their number."""
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=action,
        subject=rules.numbered(person.id),
    )  # fmt: skip


def person_of(session: Session, person_id: int) -> Person:
    """Return a person, or refuse: merged or gone since the page was opened."""
    person = session.get(Person, person_id)
    if person is None or person.merged_into_id is not None:
        raise DomainError("Cette personne n’existe plus : cherchez-la de nouveau.")
    return person


def change_person(
    session: Session, viewer: Viewer, draft: PersonDraft, *, person_id: int, now: datetime
) -> None:
    """Change a person; another structure or title ends the present function the day before."""
    access.require(viewer, Right.EDIT_PEOPLE)
    person = person_of(session, person_id)
    person.email = _checked(session, draft, own_id=person_id)
    person.last_name, person.first_name = draft.last_name.strip(), draft.first_name.strip()
    person.phone, person.note = phones.checked(draft.phone), draft.note.strip()
    person.search_key = rules.search_key(draft.last_name, draft.first_name)
    session.add(person)
    current = session.exec(
        select(PersonFunction)
        .where(PersonFunction.person_id == person_id, col(PersonFunction.ends_on).is_(None))
        .order_by(sa.desc(col(PersonFunction.id)))
    ).first()
    held = (current.structure_id, current.title) if current else (None, "")
    if held != (draft.structure_id, draft.function_title.strip()):
        if current is not None:
            _end_function(session, current, now.date())
        if draft.structure_id is not None or draft.function_title.strip():
            _add_function(session, person_id, draft, now.date())
    tell(session, viewer, "modification d’une personne", person, now)


def _end_function(session: Session, current: PersonFunction, day: date) -> None:
    """End a function the day before; one that began today was never held."""
    if current.starts_on is not None and current.starts_on >= day:
        session.delete(current)
    else:
        current.ends_on = day - timedelta(days=1)
        session.add(current)
    session.flush()


def join_network(  # noqa: PLR0913  # what a membership is
    session: Session,
    viewer: Viewer,
    *,
    person_id: int,
    network_id: int,
    starts_on: date,
    ends_on: date | None = None,
    now: datetime,
) -> None:
    """Make a person a member of a network over some days, open without ``ends_on``.

    What overlaps or touches is joined into one membership; refused where nothing is added.
    """
    access.require(viewer, Right.EDIT_PEOPLE)
    person, network = person_of(session, person_id), session.get_one(Network, network_id)
    if ends_on is not None and ends_on < starts_on:
        raise DomainError("La fin précède le début : corrigez l’une des deux dates.")
    held = session.exec(
        select(NetworkMembership).where(
            NetworkMembership.person_id == person_id, NetworkMembership.network_id == network_id
        ).order_by(col(NetworkMembership.starts_on))
    ).all()  # fmt: skip
    spans = [(one.starts_on, one.ends_on) for one in held]
    joined = rules.joined([*spans, (starts_on, ends_on)])
    if joined == rules.joined(spans):
        since = next(start for start, end in reversed(joined) if start <= starts_on)
        raise DomainError(
            f"{person.first_name} {person.last_name} est déjà du réseau {network.name} depuis le "
            f"{fr.day(since)}."
        )
    _rewrite(session, held, joined, (person_id, network_id))
    tell(session, viewer, f"entrée dans le réseau {network.code}", person, now)


def _rewrite(
    session: Session, held: Sequence[NetworkMembership], spans: list[rules.Span],
    of: tuple[int, int],
) -> None:  # fmt: skip
    """Make memberships those of ``spans``: rows that begin alike are kept, the others go."""
    by_start = {one.starts_on: one for one in held}
    for one in held:
        if one.starts_on not in {start for start, _ in spans}:
            session.delete(one)
    session.flush()
    for start, end in spans:
        row = by_start.get(start) or NetworkMembership(
            person_id=of[0], network_id=of[1], starts_on=start
        )
        row.ends_on = end
        session.add(row)
    session.flush()


def leave_network(
    session: Session, viewer: Viewer, *, person_id: int, network_id: int, now: datetime
) -> None:
    """End a membership today; one that began today or later never was."""
    access.require(viewer, Right.EDIT_PEOPLE)
    person = person_of(session, person_id)
    held = session.exec(
        select(NetworkMembership).where(
            NetworkMembership.person_id == person_id, NetworkMembership.network_id == network_id,
            col(NetworkMembership.ends_on).is_(None),
        )
    ).first()  # fmt: skip
    if held is None:
        raise DomainError("Cette personne n’est pas membre de ce réseau.")
    if held.starts_on >= now.date():
        session.delete(held)
    else:
        held.ends_on = now.date()
        session.add(held)
    tell(session, viewer, "sortie d’un réseau", person, now)
