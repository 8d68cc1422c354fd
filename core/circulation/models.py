"""When the centre is open, who may borrow, and by what rules."""

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from core.db import Base

WEEKDAY = "weekday BETWEEN 0 AND 6"


class LendingSite(Base, table=True):
    """A place that lends; each has its own opening days."""

    __tablename__ = "lending_site"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str


class OpeningHours(Base, table=True):
    """A weekly opening (``weekday`` 0 is Monday), in minutes after midnight.

    ``slot_minutes`` is the length of the appointments that may be booked in it; 0: none.
    """

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint(WEEKDAY, name="weekday"),
        CheckConstraint("opens_at >= 0 AND closes_at > opens_at", name="hours"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
        CheckConstraint("slot_minutes >= 0", name="slot"),
    )

    id: int | None = Field(default=None, primary_key=True)
    site_id: int = Field(foreign_key="lending_site.id", index=True)
    weekday: int
    opens_at: int
    closes_at: int
    starts_on: date
    ends_on: date | None = None
    slot_minutes: int = 0


class CalendarException(Base, table=True):
    """Days that are closed, or open, whatever the weekday; some come back every year."""

    __tablename__ = "calendar_exception"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="dates"),)

    id: int | None = Field(default=None, primary_key=True)
    site_id: int = Field(foreign_key="lending_site.id", index=True)
    first_on: date
    last_on: date
    is_open: bool = False
    label: str
    repeats_yearly: bool = False


class ReaderCategory(Base, table=True):
    """A kind of reader that loan rules and figures tell apart."""

    __tablename__ = "reader_category"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    label: str


class Reader(Base, table=True):
    """The card of a person who may borrow.

    ``valid_until`` None: without an end. ``blocked_until`` is a block put by hand. ``closed_on``:
    struck off. ``link_version`` is in the signed links: raising it ends those given before.
    ``last_loan_on``: the day the last loan that was anonymised ended, for the end of the card.
    """

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", unique=True)
    card: str = Field(unique=True)
    category_id: int = Field(foreign_key="reader_category.id", index=True)
    registered_on: date
    valid_until: date | None = None
    blocked_until: date | None = None
    block_reason: str = ""
    closed_on: date | None = None
    link_version: int = 1
    last_loan_on: date | None = None
    is_simulated: bool = False


class ReaderInterest(Base, table=True):
    """A field that a reader asked to be told about."""

    __tablename__ = "reader_interest"

    reader_id: int = Field(foreign_key="reader.id", primary_key=True)
    theme_id: int = Field(foreign_key="documentary_theme.id", primary_key=True, index=True)


class LoanRule(Base, table=True):
    """How long, how many, how often. Empty keys mean any; the most specific rule wins.

    ``hold_days`` are open days, the others calendar days. ``block_after_days`` None: never.
    ``is_capped``: a loan is due at the latest on the day the card ends.
    """

    __tablename__ = "loan_rule"
    __table_args__ = (
        UniqueConstraint("category", "loan_class", "doc_type"),
        CheckConstraint(
            "days >= 0 AND max_loans >= 0 AND max_renewals >= 0 AND renewal_days >= 0 "
            "AND hold_days >= 1",
            name="bounds",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    category: str = ""
    loan_class: str = ""
    doc_type: str = ""
    days: int
    max_loans: int
    max_renewals: int
    renewal_days: int
    hold_days: int
    block_after_days: int | None = None
    is_capped: bool = True
