"""What surrounds the orders: what was foreseen, alerts, decisions, notes, committee packs."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, LargeBinary, UniqueConstraint
from sqlmodel import Field

from core.db import Base


class ForeseenVersion(Base, table=True):
    """One version of what was foreseen for an order line: the newest known on a day counts.

    A version without any month takes the forecast away: the straight line stands in again.
    """

    __tablename__ = "foreseen_version"
    __table_args__ = (UniqueConstraint("line_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="bon_line.id", index=True)
    version: int
    known_on: date
    author: str = ""
    note: str = ""


class Foreseen(Base, table=True):
    """The quantity foreseen for an order line in a month (prévisionnel), by version."""

    __table_args__ = (
        UniqueConstraint("line_id", "period", "version"),
        CheckConstraint("quantity >= 0", name="quantity"),
    )

    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="bon_line.id", index=True)
    period: int
    quantity: int
    version: int = 1


class Alert(Base, table=True):
    """One rule on one object: its life so far. One row for each pair, never two.

    ``ut_codes``: the départements it concerns, with a space between; empty for the region.
    """

    __table_args__ = (UniqueConstraint("code", "object_key"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str
    object_key: str
    name: str
    ut_codes: str = ""
    phase: str
    level: int = 0
    value: float | None = None
    streak: int = 0
    import_id: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    reopened_on: str = "[]"
    acknowledged_by: str = ""
    snoozed_until: date | None = None
    snooze_reason: str = ""
    phase_before: str = "ouverte"


class AlertRun(Base, table=True):
    """An evaluation of every alert, on a day, with the last export applied by then."""

    __tablename__ = "alert_run"

    id: int | None = Field(default=None, primary_key=True)
    evaluated_on: date
    import_id: int | None = Field(default=None, foreign_key="rosace_import.id", index=True)
    at: datetime = Field(sa_type=sa.DateTime)


class AlertEvent(Base, table=True):
    """Something that happened to an alert, and how it was told. Append-only."""

    __tablename__ = "alert_event"

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    kind: str
    channel: str
    level: int
    told: str
    happened_on: date


class Decision(Base, table=True):
    """What a committee decided, with the hypotheses it was shown (JSON)."""

    id: int | None = Field(default=None, primary_key=True)
    decided_on: date
    body: str = ""
    kind: str
    text: str
    hypotheses: str = "{}"
    author: str = ""


class QualitativeNote(Base, table=True):
    """A note on a theme, a département and a quarter, tied to the figure it comments."""

    __tablename__ = "qualitative_note"

    id: int | None = Field(default=None, primary_key=True)
    territory_id: int = Field(foreign_key="territory.id", index=True)
    quarter: str
    theme: str
    figure: str = ""
    text: str
    source: str = ""
    author: str = ""
    written_at: datetime = Field(sa_type=sa.DateTime)


class CommitteePack(Base, table=True):
    """A pack given to a steering committee, as it was given: it never changes."""

    __tablename__ = "committee_pack"
    __table_args__ = (UniqueConstraint("territory_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    territory_id: int = Field(foreign_key="territory.id", index=True)
    version: int
    known_on: date
    pdf: bytes = Field(sa_type=LargeBinary)
    xlsx: bytes = Field(sa_type=LargeBinary)
    sha256: str
    made_at: datetime = Field(sa_type=sa.DateTime)
    author: str = ""
