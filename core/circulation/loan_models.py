"""Loans, reservations, reminders, and what happened at the desk.

What a copy is (on the shelf, lent, set aside) is derived from these rows, and stored nowhere.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from core.db import Base


def one_open(name: str, columns: list[str], where: str) -> Index:
    """Make an index that refuses a second row of the same key while ``where`` holds."""
    clause = sa.text(where)
    return Index(name, *columns, unique=True, sqlite_where=clause, postgresql_where=clause)


class Loan(Base, table=True):
    """A copy in somebody's hands, from ``lent_at`` to ``returned_at``; overdue is computed.

    ``lent_on`` and ``returned_on`` are days of the centre (Europe/Paris), the others UTC. After
    anonymisation ``reader_id`` and ``structure_id`` are None; ``category``, ``structure_kind``
    and ``territory_id`` were written down when the copy left, for the figures. ``rule`` is the
    rule of that day (JSON). ``request_key`` is the form's: sent twice, it lends once.
    """

    __table_args__ = (
        one_open("uq_loan_open", ["item_id"], "returned_at IS NULL"),
        CheckConstraint("due_on >= lent_on", name="due"),
        CheckConstraint("renewals >= 0", name="renewals"),
        CheckConstraint("(returned_at IS NULL) = (returned_on IS NULL)", name="returned"),
        CheckConstraint(
            "return_kind IN ('','normal','perdu','repute_perdu','regularisation','annule')",
            name="kind",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="exemplaire.id", index=True)
    reader_id: int | None = Field(default=None, foreign_key="reader.id", index=True)
    structure_id: int | None = Field(default=None, foreign_key="structure.id", index=True)
    site_id: int = Field(foreign_key="lending_site.id", index=True)
    category: str
    structure_kind: str = ""
    territory_id: int | None = Field(default=None, foreign_key="territory.id", index=True)
    lent_at: datetime = Field(sa_type=sa.DateTime)
    lent_on: date = Field(index=True)
    due_on: date = Field(index=True)
    returned_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
    returned_on: date | None = None
    return_kind: str = ""
    renewals: int = 0
    rule: str
    request_key: str = Field(unique=True)
    lent_by: str
    returned_by: str = ""
    anonymised_on: date | None = None
    is_simulated: bool = False


class LoanPart(Base, table=True):
    """A part of a kit that came back while others of the same loan are still out."""

    __tablename__ = "loan_part"

    loan_id: int = Field(foreign_key="loan.id", primary_key=True)
    rank: int = Field(primary_key=True)
    returned_on: date


class DeskEvent(Base, table=True):
    """A gesture of the desk, with what undoing it must put back (JSON). Append-only.

    ``undoes_id``: this event takes that one back.
    """

    __tablename__ = "desk_event"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    at: datetime = Field(sa_type=sa.DateTime, index=True)
    author: str
    loan_id: int | None = Field(default=None, foreign_key="loan.id", index=True)
    item_id: int | None = Field(default=None, foreign_key="exemplaire.id", index=True)
    reservation_id: int | None = Field(default=None, foreign_key="reservation.id", index=True)
    told: str = ""
    before: str = ""
    undoes_id: int | None = Field(default=None, foreign_key="desk_event.id", unique=True)


class DeskIncident(Base, table=True):
    """What the desk met and somebody must look into: an unknown barcode, a last copy lost …"""

    __tablename__ = "desk_incident"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    at: datetime = Field(sa_type=sa.DateTime)
    author: str
    barcode: str = ""
    notice_id: int | None = Field(default=None, foreign_key="notice.id", index=True)
    item_id: int | None = Field(default=None, foreign_key="exemplaire.id", index=True)
    told: str
    settled_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
    settled_by: str = ""


OPEN = "state IN ('en_file','disponible','suspendue')"


class Reservation(Base, table=True):
    """A reader waits for a record. ``position`` is 1..n in the queue; None once out of it.

    ``item_id`` is the copy set aside, until the closing of ``ready_until``.
    """

    __table_args__ = (
        one_open("uq_reservation_reader", ["notice_id", "reader_id"], OPEN),
        one_open("uq_reservation_position", ["notice_id", "position"], "state = 'en_file'"),
        one_open("uq_reservation_item", ["item_id"], "state = 'disponible'"),
        CheckConstraint(
            "state IN ('en_file','disponible','suspendue','honoree','expiree','annulee')",
            name="state",
        ),
        CheckConstraint(
            "(state = 'disponible') = (item_id IS NOT NULL AND ready_until IS NOT NULL)",
            name="set_aside",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    reader_id: int | None = Field(default=None, foreign_key="reader.id", index=True)
    site_id: int = Field(foreign_key="lending_site.id", index=True)
    item_id: int | None = Field(default=None, foreign_key="exemplaire.id", index=True)
    position: int | None = None
    requested_at: datetime = Field(sa_type=sa.DateTime)
    state: str = "en_file"
    ready_until: date | None = None
    closed_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
    close_reason: str = ""


class Reminder(Base, table=True):
    """A reminder (relance) of a loan: one for each level and each due date."""

    __table_args__ = (
        UniqueConstraint("loan_id", "level", "for_due_on"),
        CheckConstraint(
            "state IN ('a_envoyer','envoyee','annulee','echec')", name="state"
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    loan_id: int = Field(foreign_key="loan.id", index=True)
    level: int
    for_due_on: date
    planned_on: date
    state: str = "a_envoyer"
    mail_id: int | None = Field(default=None, foreign_key="mail_message.id", index=True)
