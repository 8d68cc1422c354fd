"""Reads of people: found by the words of their name, address or structure."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.people import rules
from core.people.models import (
    Consent,
    ContactImport,
    Network,
    NetworkMembership,
    Person,
    PersonFunction,
    Structure,
)

DOMAINS = ("people",)
COLUMNS = ["id", "name", "email", "phone", "structure", "function"]


def people(
    session: Session, viewer: Viewer, *, text: str = "", on: date, limit: int = 200
) -> pd.DataFrame:
    """One row a person who is not merged into another, by name (COLUMNS).

    Every word of ``text`` must be in the name, the address or the structure. ``structure`` and
    ``function`` are those of the day ``on``, the latest where there are several.
    """
    require(viewer, Right.READ_PEOPLE)
    wanted = _matching(session, text, on).limit(limit).subquery()
    held = aliased(PersonFunction)
    latest = (
        sa.select(sa.func.max(col(PersonFunction.id)))
        .where(col(PersonFunction.person_id) == col(Person.id), *held_on(on))
        .correlate(Person)
        .scalar_subquery()
    )
    statement = (
        sa.select(
            col(Person.id), (col(Person.last_name) + " " + col(Person.first_name)),
            col(Person.email), col(Person.phone), col(Structure.name), col(held.title),
        )
        .join(wanted, wanted.c.id == col(Person.id))
        .join(held, col(held.id) == latest, isouter=True)
        .join(Structure, col(Structure.id) == col(held.structure_id), isouter=True)
        .order_by(col(Person.search_key), col(Person.id))
    )  # fmt: skip
    rows = session.connection().execute(statement).all()
    table = pd.DataFrame([tuple(row) for row in rows], columns=COLUMNS)
    return table.assign(name=table["name"].str.strip(), structure=table["structure"].fillna(""))


def held_on(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what makes a function one that is held on a day."""
    start, end = col(PersonFunction.starts_on), col(PersonFunction.ends_on)
    return sa.or_(start.is_(None), start <= on), sa.or_(end.is_(None), end >= on)


def _matching(session: Session, text: str, on: date) -> sa.Select[Any]:
    """Select the ids of who is looked for, by name; functions are read for those alone.

    Structures are few: each word is first looked for among them, then among those in function.
    """
    statement = (
        sa.select(col(Person.id))
        .where(col(Person.merged_into_id).is_(None))
        .order_by(col(Person.search_key), col(Person.id))
    )
    words = rules.words(text).split()
    houses = session.exec(select(Structure.search_key)).all() if words else []
    for word in words:
        ways = [
            col(Person.search_key).contains(word, autoescape=True),
            col(Person.email).contains(word, autoescape=True),
        ]
        if any(word in house for house in houses):
            named = sa.select(col(Structure.id)).where(
                col(Structure.search_key).contains(word, autoescape=True)
            )
            there = sa.select(col(PersonFunction.person_id)).where(
                col(PersonFunction.structure_id).in_(named), *held_on(on)
            )
            ways.append(col(Person.id).in_(there))
        statement = statement.where(sa.or_(*ways))
    return statement


class Held(NamedTuple):
    """A function of a person; both days included."""

    title: str
    structure: str
    starts_on: date | None
    ends_on: date | None
    id: int


@dataclass(frozen=True)
class PersonCard:
    """One person: who, what they are where and since when, networks, and what they agreed to."""

    person: Person
    functions: tuple[Held, ...]
    networks: tuple[tuple[int, str, date, date | None], ...]
    consents: dict[str, bool]
    structure_id: int | None
    title: str


def person_card(session: Session, viewer: Viewer, *, person_id: int) -> PersonCard | None:
    """Return a person with functions and networks over time, the latest first."""
    require(viewer, Right.READ_PEOPLE)
    person = session.get(Person, person_id)
    if person is None or person.merged_into_id is not None:
        return None
    functions = session.exec(
        select(PersonFunction, Structure)
        .join(Structure, col(Structure.id) == col(PersonFunction.structure_id), isouter=True)
        .where(PersonFunction.person_id == person_id)
        .order_by(
            sa.desc(sa.func.coalesce(col(PersonFunction.starts_on), date.min)),
            sa.desc(col(PersonFunction.id)),
        )
    ).all()
    memberships = session.exec(
        select(NetworkMembership, Network)
        .join(Network, col(Network.id) == col(NetworkMembership.network_id))
        .where(NetworkMembership.person_id == person_id)
        .order_by(sa.desc(col(NetworkMembership.starts_on)))
    ).all()
    current = next((one for one, _ in functions if one.ends_on is None), None)
    return PersonCard(
        person=person,
        functions=tuple(
            Held(
                one.title,
                structure.name if structure else "",
                one.starts_on,
                one.ends_on,
                one.id or 0,
            )
            for one, structure in functions
        ),
        networks=tuple(
            (network.id or 0, network.name, one.starts_on, one.ends_on)
            for one, network in memberships
        ),
        consents=_consents(session, person_id),
        structure_id=current.structure_id if current else None,
        title=current.title if current else "",
    )


def agreed_to(session: Session, *, person_id: int) -> tuple[str, ...]:
    """Return the purposes that a person agrees to by now."""
    return tuple(name for name, is_given in _consents(session, person_id).items() if is_given)


def _consents(session: Session, person_id: int) -> dict[str, bool]:
    """Return the last word of a person on each purpose that they were asked about."""
    rows = session.exec(
        select(Consent)
        .where(Consent.person_id == person_id)
        .order_by(col(Consent.given_at), col(Consent.id))
    )
    return {one.purpose: one.is_given for one in rows}


def structures(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row a structure that is not merged, by name: id, name, acronym, kind, place, people."""
    require(viewer, Right.READ_PEOPLE)
    statement = (
        sa.select(
            col(Structure.id), col(Structure.name), col(Structure.acronym), col(Structure.kind),
            col(Structure.place), sa.func.count(sa.distinct(col(PersonFunction.person_id))),
        )
        .join(
            PersonFunction,
            sa.and_(
                col(PersonFunction.structure_id) == col(Structure.id),
                col(PersonFunction.ends_on).is_(None),
            ),
            isouter=True,
        )
        .where(col(Structure.merged_into_id).is_(None))
        .group_by(col(Structure.id))
        .order_by(col(Structure.search_key))
    )  # fmt: skip
    rows = session.connection().execute(statement).all()
    columns = ["id", "name", "acronym", "kind", "place", "people"]
    return pd.DataFrame([tuple(row) for row in rows], columns=columns)


def agreeing(purpose: str) -> sa.Select[tuple[int]]:
    """Select the ids of those whose last word on a purpose is yes."""
    latest = (col(Consent.given_at).desc(), col(Consent.id).desc())
    order = sa.func.row_number().over(partition_by=col(Consent.person_id), order_by=latest)
    ranked = (
        sa.select(col(Consent.person_id), col(Consent.is_given), order.label("rank"))
        .where(col(Consent.purpose) == purpose)
        .subquery()
    )
    return sa.select(ranked.c.person_id).where(ranked.c.rank == 1, ranked.c.is_given.is_(True))


def directory(session: Session, viewer: Viewer, *, on: date) -> pd.DataFrame:
    """One row a person who agreed to be in the directory of actors (COLUMNS)."""
    require(viewer, Right.READ_PEOPLE)
    agreed = session.connection().scalars(agreeing("annuaire"))
    everyone = people(session, viewer, on=on, limit=100_000)
    return everyone[everyone["id"].isin(set(agreed))].reset_index(drop=True)


def counts(session: Session) -> dict[str, int]:
    """Count what is loaded, by the stable keys of ``python -m core status``."""

    def total(model: Any) -> int:
        return int(session.exec(select(sa.func.count()).select_from(model)).one())

    return {
        "people": total(Person), "structures": total(Structure), "networks": total(Network),
        "contact_imports": total(ContactImport),
    }  # fmt: skip


def member_ids(session: Session, viewer: Viewer, *, network_id: int, on: date) -> list[int]:
    """Return the ids of the members of a network on a day."""
    require(viewer, Right.READ_PEOPLE)
    statement = (
        select(NetworkMembership.person_id)
        .join(Person, col(Person.id) == col(NetworkMembership.person_id))
        .where(
            col(Person.merged_into_id).is_(None),
            NetworkMembership.network_id == network_id,
            NetworkMembership.starts_on <= on,
            sa.or_(col(NetworkMembership.ends_on).is_(None), col(NetworkMembership.ends_on) >= on),
        )
        .distinct()
    )
    return sorted(session.exec(statement))
