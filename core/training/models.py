"""The plan, actions, their sessions and half-day slots; networks that share a session."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from core.db import Base

SETTLED = "('jour','jours_liste','periode')"


class Dated(Base):
    """A date that may be imprecise (« date bloc »); ``core.training.dates`` reads and writes it.

    ``date_text`` is what was written; ``earliest`` and ``latest`` the bounds, both included;
    ``days`` the known days, a JSON list; ``half_days_planned`` how many half-days are meant,
    from ``half_days_planned`` to ``half_days_most`` where the text gives a range.
    """

    date_text: str = ""
    earliest: date | None = Field(default=None, index=True)
    latest: date | None = None
    precision: str = "non_indique"
    days: str = "[]"
    edtf: str = ""
    confirmation: str = "a_definir"
    half_days_planned: int | None = None
    half_days_most: int | None = None


class PlanEvent(Dated, table=True):
    """One event of the plan of a year, as the plan says it: what was meant, never changed."""

    __tablename__ = "plan_event"
    __table_args__ = (UniqueConstraint("year", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    year: int = Field(index=True)
    code: str
    parent_code: str = ""
    source_line: str = ""
    section: str = ""
    title: str
    kind: str = Field(index=True)
    network_code: str = ""
    theme: str = ""
    place_text: str = ""
    place_status: str = "non_indique"
    territory_id: int | None = Field(default=None, foreign_key="territory.id")
    departements: str = ""
    trainers: str = ""
    partner: str = ""
    audience: str = ""
    capacity: int | None = None
    state: str = "pressentie"
    is_yearly: bool = False
    joint_group: str = ""
    counts_regional: bool = True
    session_id: int | None = Field(default=None, foreign_key="training_session.id", index=True)


class PlanNote(Base, table=True):
    """Something in the plan that does not hold together, to be settled by someone."""

    __tablename__ = "plan_note"
    __table_args__ = (UniqueConstraint("year", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    year: int
    code: str
    text: str
    event_codes: str = ""
    resolution: str = ""
    settled_by: str = ""
    settled_at: datetime | None = Field(default=None, sa_type=sa.DateTime)


class TrainingAction(Base, table=True):
    """What is organised, once or several times: a training, a network's days, a conference."""

    __tablename__ = "training_action"

    id: int | None = Field(default=None, primary_key=True)
    title: str
    kind: str = Field(index=True)
    theme: str = ""
    objective: str = ""
    audience: str = ""


class TrainingSession(Dated, table=True):
    """One holding of an action (session), whose date and place may still be open.

    ``sequence`` is the version that calendars are told; ``version`` refuses a save over another's.
    ``counts_regional``: whether its days are dates of the region (a third party's are not).
    ``is_imported`` until first edited: what came from the plan is exempt from some guards.
    """

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        CheckConstraint(
            "minimum IS NULL OR (minimum > 0 AND (capacity IS NULL OR minimum <= capacity))",
            name="minimum",
        ),
        CheckConstraint(
            f"state NOT IN ('confirmee','realisee') OR precision IN {SETTLED} OR is_imported",
            name="settled",
        ),
        CheckConstraint("latest IS NULL OR earliest IS NULL OR latest >= earliest", name="bounds"),
        CheckConstraint(
            "state IN ('pressentie','confirmee','reportee','realisee','annulee')", name="state"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="training_action.id", index=True)
    uid: str = Field(unique=True)
    title: str
    state: str = Field(default="pressentie", index=True)
    state_reason: str = ""
    place_text: str = ""
    place_status: str = "a_definir"
    territory_id: int | None = Field(default=None, foreign_key="territory.id", index=True)
    capacity: int | None = None
    minimum: int | None = None
    is_ours: bool = True
    counts_regional: bool = True
    is_imported: bool = False
    is_simulated: bool = False
    partner: str = ""
    trainers: str = ""
    funding: str = ""
    trainee_kind: str = ""
    is_subcontracted: bool = False
    priority_audience: str = ""
    rerun_of_id: int | None = Field(default=None, foreign_key="training_session.id")
    sequence: int = 0
    version: int = 1
    note: str = ""


class SessionNetwork(Base, table=True):
    """A network for which a session is a day; one of them leads (``is_lead``)."""

    __tablename__ = "session_network"

    session_id: int = Field(foreign_key="training_session.id", primary_key=True)
    network_id: int = Field(foreign_key="network.id", primary_key=True, index=True)
    is_lead: bool = False


class DateVersion(Base, table=True):
    """A change of a session's date: what it was, what it became, why. Nothing is lost."""

    __tablename__ = "date_version"
    __table_args__ = (UniqueConstraint("session_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="training_session.id", index=True)
    number: int
    before: str
    after: str
    reason: str = ""
    author: str
    changed_at: datetime = Field(sa_type=sa.DateTime)


class Slot(Base, table=True):
    """A half-day of a session (créneau): morning, afternoon or evening of one day."""

    __table_args__ = (
        UniqueConstraint("session_id", "day", "half"),
        CheckConstraint("ends_at > starts_at", name="hours"),
        CheckConstraint("half IN ('M','A','S')", name="half"),
        CheckConstraint("state IN ('prevu','tenu','annule')", name="state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="training_session.id", index=True)
    day: date = Field(index=True)
    half: str
    starts_at: time
    ends_at: time
    minutes: int
    state: str = "prevu"


class Intervention(Base, table=True):
    """Who trains, speaks or animates: for a whole session, or for one slot of it."""

    __table_args__ = (UniqueConstraint("session_id", "slot_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="training_session.id", index=True)
    slot_id: int | None = Field(default=None, foreign_key="slot.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    name: str
    role: str = "formateur"
    paid_by: str = ""
    minutes: int | None = None


class SessionTask(Base, table=True):
    """Something to do for a session, ``days_before`` its first day (negative: after it)."""

    __tablename__ = "session_task"

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="training_session.id", index=True)
    label: str
    days_before: int
    owner: str = ""
    done_on: date | None = None
    done_by: str = ""


class Dependency(Base, table=True):
    """A session that must come before another, or something to be ready by a day."""

    __table_args__ = (
        CheckConstraint("requires_id IS NULL OR requires_id <> session_id", name="not_itself"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="training_session.id", index=True)
    requires_id: int | None = Field(default=None, foreign_key="training_session.id", index=True)
    text: str = ""
    due_on: date | None = None
    done_on: date | None = None
