"""Writes on people: found before they are created, with functions, networks and consents."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.people import phones, rules
from core.people.models import (
    Consent,
    Network,
    NetworkMembership,
    Person,
    PersonFunction,
    Structure,
)

DOMAIN = "people"
PURPOSES = {
    "annuaire": "figurer dans l’annuaire des acteurs",
    "liste_participants": "figurer dans la liste donnée aux participants",
    "courriels": "recevoir les courriels du centre",
}


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
    _record(session, viewer, "création d’une personne", person, now)
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


def _record(session: Session, viewer: Viewer, action: str, person: Person, now: datetime) -> None:
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=action,
        subject=f"{person.first_name} {person.last_name}".strip(),
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
    _record(session, viewer, "modification d’une personne", person, now)


def _end_function(session: Session, current: PersonFunction, day: date) -> None:
    """End a function the day before; one that began today was never held."""
    if current.starts_on is not None and current.starts_on >= day:
        session.delete(current)
    else:
        current.ends_on = day - timedelta(days=1)
        session.add(current)
    session.flush()


def create_structure(  # noqa: PLR0913  # what is on the form
    session: Session,
    viewer: Viewer,
    *,
    name: str,
    acronym: str = "",
    kind: str = "autre",
    place: str = "",
    now: datetime,
) -> int:
    """Add a structure; one of the same name in the same place is refused."""
    access.require(viewer, Right.EDIT_PEOPLE)
    key = rules.words(name)
    if not key:
        raise DomainError("Donnez un nom à la structure.")
    held = session.exec(
        select(Structure).where(
            Structure.search_key == key, Structure.place == place.strip(),
            col(Structure.merged_into_id).is_(None),
        )
    ).first()  # fmt: skip
    if held is not None:
        raise DomainError(f"« {held.name} » existe déjà{f' à {held.place}' if held.place else ''}.")
    structure = Structure(name=name.strip(), acronym=acronym.strip(), kind=kind,
                          place=place.strip(), search_key=key)  # fmt: skip
    session.add(structure)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="création d’une structure",
                   subject=structure.name)  # fmt: skip
    return structure.id or 0


def join_network(
    session: Session,
    viewer: Viewer,
    *,
    person_id: int,
    network_id: int,
    starts_on: date,
    now: datetime,
) -> None:
    """Make a person a member of a network; two memberships of it never overlap."""
    access.require(viewer, Right.EDIT_PEOPLE)
    person = person_of(session, person_id)
    held = session.exec(
        select(NetworkMembership).where(
            NetworkMembership.person_id == person_id, NetworkMembership.network_id == network_id,
            sa.or_(
                col(NetworkMembership.ends_on).is_(None),
                col(NetworkMembership.ends_on) >= starts_on,
            ),
        )
    ).first()  # fmt: skip
    network = session.get_one(Network, network_id)
    if held is not None:
        raise DomainError(
            f"{person.first_name} {person.last_name} est déjà du réseau {network.name} depuis le "
            f"{fr.day(held.starts_on)}."
        )
    session.add(NetworkMembership(person_id=person_id, network_id=network_id, starts_on=starts_on))
    _record(session, viewer, f"entrée dans le réseau {network.code}", person, now)


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
    _record(session, viewer, "sortie d’un réseau", person, now)


def record_consent(  # noqa: PLR0913  # what a consent says
    session: Session,
    viewer: Viewer,
    *,
    person_id: int,
    purpose: str,
    is_given: bool,
    source: str,
    now: datetime,
) -> None:
    """Keep what a person agreed to or took back: added, never changed."""
    access.require(viewer, Right.EDIT_PEOPLE)
    person = person_of(session, person_id)
    if purpose not in PURPOSES:
        raise DomainError("Cet accord n’est pas de ceux que le centre demande.")
    session.add(
        Consent(
            person_id=person_id, purpose=purpose, is_given=is_given, source=source.strip(),
            given_at=now.replace(tzinfo=None),
        )
    )  # fmt: skip
    action = "accord donné" if is_given else "accord retiré"
    _record(session, viewer, f"{action} : {PURPOSES[purpose]}", person, now)
