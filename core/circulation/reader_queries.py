"""Reads of readers: found by name or card, one card with what it holds and waits for."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.circulation import anonymising, loan_rules
from core.circulation.enums import OPEN_STATES, ReservationState
from core.circulation.loan_models import Loan, Reservation
from core.circulation.models import Reader, ReaderCategory, ReaderInterest
from core.db import table_of
from core.documentation.models import Item, Notice
from core.people import queries as people
from core.people import rules
from core.people.models import Person, PersonFunction, Structure

DOMAINS = ("circulation", "people", "documentation")
LOAN, ITEM, NOTICE = table_of(Loan), table_of(Item), table_of(Notice)
READER, PERSON, WAIT = table_of(Reader), table_of(Person), table_of(Reservation)
COLUMNS = ["id", "card", "name", "email", "category", "registered_on", "valid_until",
           "blocked_until", "closed_on", "open_loans", "late_loans"]  # fmt: skip


@dataclass(frozen=True)
class LoanLine:
    """A loan of a reader. ``returned_on`` None: under way."""

    id: int
    title: str
    barcode: str
    lent_on: date
    due_on: date
    returned_on: date | None
    renewals: int

    def days_late(self, today: date) -> int:
        """Count the days since it was due; 0 where it is not late or is back."""
        return 0 if self.returned_on else max(0, (today - self.due_on).days)


@dataclass(frozen=True)
class WaitLine:
    """An open reservation. ``ready_until``: until when the copy is set aside, if it is."""

    id: int
    title: str
    state: ReservationState
    position: int | None
    ready_until: date | None


@dataclass(frozen=True)
class ReaderCard:
    """A reader: the person, the card, what is held and waited for, the fields of interest."""

    reader: Reader
    person: Person
    category: str
    loans: tuple[LoanLine, ...]
    waits: tuple[WaitLine, ...]
    theme_ids: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.person.first_name} {self.person.last_name}".strip()

    @property
    def open_loans(self) -> tuple[LoanLine, ...]:
        return tuple(one for one in self.loans if one.returned_on is None)


def readers(
    session: Session, viewer: Viewer, *, text: str = "", state: str = "", today: date,
    limit: int = 300,
) -> pd.DataFrame:  # fmt: skip
    """One row a card, by name (COLUMNS): every word is in the name, the address or the card.

    ``state``: "late" for those with a late loan, "blocked", "ending" for those to be struck off
    today, "closed"; else the open cards. A word may also be of the structure somebody works for.
    """
    require(viewer, Right.LEND)
    held, late = _counts(today)
    statement = (
        sa.select(
            READER.c.id, READER.c.card, PERSON.c.last_name + " " + PERSON.c.first_name,
            PERSON.c.email, table_of(ReaderCategory).c.label, READER.c.registered_on,
            READER.c.valid_until, READER.c.blocked_until, READER.c.closed_on, held, late,
        )
        .join(PERSON, PERSON.c.id == READER.c.person_id)
        .join(ReaderCategory, col(ReaderCategory.id) == READER.c.category_id)
        .where(*_matching(text, today), *_in_state(state, late, today))
        .order_by(PERSON.c.search_key, READER.c.id)
        .limit(limit)
    )  # fmt: skip
    rows = session.connection().execute(statement).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=COLUMNS)


def _counts(today: date) -> tuple[sa.ScalarSelect[int], sa.ScalarSelect[int]]:
    own = (
        sa.select(sa.func.count())
        .select_from(LOAN)
        .where(LOAN.c.reader_id == READER.c.id, LOAN.c.returned_at.is_(None))
        .correlate(READER)
    )
    return own.scalar_subquery(), own.where(LOAN.c.due_on < today).scalar_subquery()


def _matching(text: str, today: date) -> list[sa.ColumnElement[bool]]:
    return [
        sa.or_(
            PERSON.c.search_key.contains(rules.words(word), autoescape=True),
            READER.c.person_id.in_(_working_at(rules.words(word), today)),
            PERSON.c.email.contains(word.lower(), autoescape=True),
            sa.func.upper(READER.c.card) == loan_rules.normalised(word),
        )
        for word in text.split()
        if rules.words(word)
    ]


def _working_at(word: str, today: date) -> sa.Select[int]:
    house = table_of(Structure)
    return (
        sa.select(col(PersonFunction.person_id))
        .join(Structure, house.c.id == col(PersonFunction.structure_id))
        .where(house.c.search_key.contains(word, autoescape=True))
        .where(*people.held_on(today))
    )


def _in_state(state: str, late: sa.ScalarSelect[int], today: date) -> list[sa.ColumnElement[bool]]:
    if state == "closed":
        return [READER.c.closed_on.is_not(None)]
    is_open = READER.c.closed_on.is_(None)
    if state == "late":
        return [is_open, late > 0]
    if state == "ending":
        return [is_open, READER.c.id.in_(anonymising.cards_due(today))]
    if state == "blocked":
        return [is_open, READER.c.blocked_until >= today]
    return [is_open]


def next_card(session: Session, viewer: Viewer) -> str:
    """Return a number that no card has yet: L and one more than the highest of that form."""
    require(viewer, Right.LEND)
    cards = session.exec(select(Reader.card)).all()
    numbers = [int(card[1:]) for card in cards if card[:1] == "L" and card[1:].isdecimal()]
    return f"L{max(numbers, default=0) + 1}"


def reader_card(session: Session, viewer: Viewer, *, reader_id: int) -> ReaderCard | None:
    """Return a card with what it holds; None where it is gone."""
    require(viewer, Right.LEND)
    return card_of(session, reader_id)


def card_of(session: Session, reader_id: int) -> ReaderCard | None:
    """Return a card, to whoever may see it already: staff, or its reader by a signed link."""
    reader = session.get(Reader, reader_id)
    if reader is None:
        return None
    themes = session.exec(
        select(ReaderInterest.theme_id).where(ReaderInterest.reader_id == reader_id)
    )
    return ReaderCard(
        reader, session.get_one(Person, reader.person_id),
        session.get_one(ReaderCategory, reader.category_id).label,
        loans_of(session, reader_id), waits_of(session, reader_id), tuple(sorted(themes)),
    )  # fmt: skip


def loans_of(session: Session, reader_id: int) -> tuple[LoanLine, ...]:
    """Return the loans that still name a reader: those under way, by day due, then the others."""
    rows = session.connection().execute(
        sa.select(
            LOAN.c.id, NOTICE.c.title, ITEM.c.barcode, LOAN.c.lent_on, LOAN.c.due_on,
            LOAN.c.returned_on, LOAN.c.renewals,
        )
        .join(ITEM, ITEM.c.id == LOAN.c.item_id)
        .join(NOTICE, NOTICE.c.id == ITEM.c.notice_id)
        .where(LOAN.c.reader_id == reader_id, LOAN.c.return_kind != "annule")
        .order_by(LOAN.c.returned_on.is_not(None), LOAN.c.due_on, LOAN.c.id)
    )  # fmt: skip
    return tuple(LoanLine(*row) for row in rows)


def waits_of(session: Session, reader_id: int) -> tuple[WaitLine, ...]:
    """Return the open reservations of a reader, those set aside first."""
    rows = session.connection().execute(
        sa.select(WAIT.c.id, NOTICE.c.title, WAIT.c.state, WAIT.c.position, WAIT.c.ready_until)
        .join(NOTICE, NOTICE.c.id == WAIT.c.notice_id)
        .where(WAIT.c.reader_id == reader_id, WAIT.c.state.in_([one.value for one in OPEN_STATES]))
        .order_by(WAIT.c.state, WAIT.c.id)
    )
    return tuple(
        WaitLine(own, title, ReservationState(state), position, until)
        for own, title, state, position, until in rows
    )
