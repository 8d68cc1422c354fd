"""People, the structures they work for, networks, and what each person consented to."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from core.db import Base


class Structure(Base, table=True):
    """An organisation: town, association, State service, training body, mission locale …

    ``search_key`` is the folded name, to find it before it is created twice. A structure that
    was merged into another keeps its row and names the other in ``merged_into_id``.
    """

    __table_args__ = (CheckConstraint("name <> ''", name="named"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    acronym: str = ""
    kind: str = "autre"
    territory_id: int | None = Field(default=None, foreign_key="territory.id", index=True)
    place: str = ""
    note: str = ""
    search_key: str = Field(index=True)
    merged_into_id: int | None = Field(default=None, foreign_key="structure.id", index=True)


class Alias(Base, table=True):
    """Another spelling under which a structure is met (URCIDFF, URCDIFF …)."""

    __table_args__ = (UniqueConstraint("structure_id", "search_key"),)

    id: int | None = Field(default=None, primary_key=True)
    structure_id: int = Field(foreign_key="structure.id", index=True)
    label: str
    search_key: str = Field(index=True)


class Person(Base, table=True):
    """One person. ``email`` is in lower case and nobody else's; empty where not known.

    ``is_welcomed``: their card or their visits were forgotten; no visit is a first welcome again.
    """

    __table_args__ = (
        CheckConstraint("last_name <> ''", name="named"),
        Index(
            "uq_person_email",
            "email",
            unique=True,
            sqlite_where=sa.text("email <> '' AND merged_into_id IS NULL"),
            postgresql_where=sa.text("email <> '' AND merged_into_id IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    last_name: str
    first_name: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""
    search_key: str = Field(index=True)
    is_simulated: bool = False
    merged_into_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    is_welcomed: bool = False


class PersonFunction(Base, table=True):
    """What a person is in a structure (fonction), from ``starts_on`` to ``ends_on`` included."""

    __tablename__ = "person_function"
    __table_args__ = (
        CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="dates"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    structure_id: int | None = Field(default=None, foreign_key="structure.id", index=True)
    title: str = ""
    family: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


class Network(Base, table=True):
    """A network of professionals (réseau): CUCS, PRE, PEP'S.

    ``days_per_year`` and ``rhythm`` ("quarterly", or empty) are what it should meet at.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    days_per_year: int = 0
    rhythm: str = ""


class NetworkMembership(Base, table=True):
    """A person belongs to a network from ``starts_on`` to ``ends_on`` included."""

    __tablename__ = "network_membership"
    __table_args__ = (
        UniqueConstraint("person_id", "network_id", "starts_on"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    network_id: int = Field(foreign_key="network.id", index=True)
    starts_on: date
    ends_on: date | None = None


class Consent(Base, table=True):
    """What a person agreed to, or took back. Append-only: the last one of a purpose counts."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    purpose: str
    is_given: bool
    given_at: datetime = Field(sa_type=sa.DateTime)
    source: str = ""


class Merge(Base, table=True):
    """Two rows found to be one: what was pointed elsewhere, so that it can be undone."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    kept_id: int
    merged_id: int
    moved: str
    author: str
    merged_at: datetime = Field(sa_type=sa.DateTime)
    undone_at: datetime | None = Field(default=None, sa_type=sa.DateTime)


class ContactImport(Base, table=True):
    """One contact list applied: the file, and what it created or changed, to be undone."""

    __tablename__ = "contact_import"

    id: int | None = Field(default=None, primary_key=True)
    file_name: str
    sha256: str
    author: str
    imported_at: datetime = Field(sa_type=sa.DateTime)
    created: int
    completed: int
    unchanged: int
    done: str
    undone_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
