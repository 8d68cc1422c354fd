"""Visits to the documentation centre, who came for the first time, and appointments."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from core.db import Base


class Visit(Base, table=True):
    """One visit: of a person, of a group (one visit, whatever its size), or at a distance.

    ``headcount``: how many came. ``newcomers``: first welcomes of people who gave no name;
    those who gave one are in VisitPerson. ``happened_on`` is a day of the centre; ``minutes``
    None: not noted.
    """

    __table_args__ = (
        CheckConstraint("kind IN ('individuelle','groupe','distance')", name="kind"),
        CheckConstraint("headcount >= 1", name="headcount"),
        CheckConstraint("newcomers >= 0 AND newcomers <= headcount", name="newcomers"),
        CheckConstraint("minutes IS NULL OR minutes >= 0", name="minutes"),
    )

    id: int | None = Field(default=None, primary_key=True)
    happened_on: date = Field(index=True)
    kind: str
    structure_id: int | None = Field(default=None, foreign_key="structure.id", index=True)
    territory_id: int | None = Field(default=None, foreign_key="territory.id", index=True)
    headcount: int = 1
    newcomers: int = 0
    minutes: int | None = None
    staff: str = ""
    note: str = ""
    appointment_id: int | None = Field(default=None, foreign_key="appointment.id", unique=True)
    recorded_at: datetime = Field(sa_type=sa.DateTime)
    version: int = 1
    is_simulated: bool = False


class VisitMotive(Base, table=True):
    """Why somebody came: one row for each motive (``motives.Motive``)."""

    __tablename__ = "visit_motive"

    visit_id: int = Field(foreign_key="visit.id", primary_key=True)
    motive: str = Field(primary_key=True)


class VisitTheme(Base, table=True):
    """A field that a visit was about."""

    __tablename__ = "visit_theme"

    visit_id: int = Field(foreign_key="visit.id", primary_key=True)
    theme_id: int = Field(foreign_key="documentary_theme.id", primary_key=True, index=True)


class VisitPerson(Base, table=True):
    """Somebody who came and gave a name; a person is welcomed for the first time once.

    ``person_id`` is None after anonymisation: the first welcome still counts.
    """

    __tablename__ = "visit_person"
    __table_args__ = (
        Index(
            "uq_visit_person_first", "person_id", unique=True,
            sqlite_where=sa.text("is_first_welcome"),
            postgresql_where=sa.text("is_first_welcome"),
        ),
        Index("uq_visit_person", "visit_id", "person_id", unique=True),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    visit_id: int = Field(foreign_key="visit.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    category: str = ""
    is_first_welcome: bool = False


class Appointment(Base, table=True):
    """A time set apart for somebody, in local time of the centre. No two of one staff overlap."""

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint(
            "state IN ('demande','confirme','honore','absent','annule')", name="state"
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    starts_at: datetime = Field(sa_type=sa.DateTime, index=True)
    ends_at: datetime = Field(sa_type=sa.DateTime)
    staff: str
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    structure_id: int | None = Field(default=None, foreign_key="structure.id", index=True)
    headcount: int = 1
    subject: str = ""
    state: str = "demande"
    place: str = ""
    ical_uid: str = Field(unique=True)
    version: int = 1
    is_simulated: bool = False
