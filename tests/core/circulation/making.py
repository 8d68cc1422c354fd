"""Small libraries: one row in each table of lending and welcome."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from core import db
from core.access import Viewer
from core.circulation import loading, loans, reservations, returns, shelf, undo
from core.circulation.enums import CopyStatus
from core.circulation.loan_models import (
    DeskEvent,
    DeskIncident,
    Loan,
    LoanPart,
    Reminder,
    Reservation,
)
from core.circulation.loans import Lent, Request
from core.circulation.models import (
    CalendarException,
    LendingSite,
    LoanRule,
    OpeningHours,
    Reader,
    ReaderCategory,
    ReaderInterest,
)
from core.circulation.returns import Return, Returned
from core.db import Base
from core.documentation import writing
from core.documentation.drafts import ItemDraft, NoticeDraft
from core.documentation.models import DocumentaryTheme, Item
from core.people.models import Person
from core.welcome.models import Appointment, Visit, VisitMotive, VisitPerson, VisitTheme
from tests.conftest import NOW
from tests.factories import STAFF

TODAY = date(2011, 6, 15)


def fill_every_table(session: Session) -> None:
    """Put one row in each table; the catalogue must hold a copy and a theme."""
    moment = NOW.replace(tzinfo=None)

    def add(row: Base) -> int:
        session.add(row)
        session.flush()
        return int(getattr(row, "id", 0) or 0)

    item = session.exec(select(Item)).first()
    theme = session.exec(select(DocumentaryTheme.id)).first() or 0
    assert item is not None
    site = add(LendingSite(code="RT", name="Centre"))
    category = add(ReaderCategory(code="pro", label="Professionnels"))
    person = add(Person(last_name="Essai", search_key="essai"))
    reader = add(Reader(person_id=person, card="L1", category_id=category, registered_on=TODAY))
    loan = add(Loan(item_id=item.id or 0, reader_id=reader, site_id=site, category="pro",
                    lent_at=moment, lent_on=TODAY, due_on=TODAY + timedelta(days=21), rule="{}",
                    request_key="k", lent_by="x"))  # fmt: skip
    waiting = add(Reservation(notice_id=item.notice_id, reader_id=reader, site_id=site,
                              position=1, requested_at=moment))  # fmt: skip
    booked = add(Appointment(starts_at=moment, ends_at=moment + timedelta(minutes=30), staff="x",
                             ical_uid="u"))  # fmt: skip
    visit = add(Visit(happened_on=TODAY, kind="individuelle", appointment_id=booked,
                      recorded_at=moment))  # fmt: skip
    for row in (
        OpeningHours(site_id=site, weekday=0, opens_at=540, closes_at=1020, starts_on=TODAY),
        CalendarException(site_id=site, first_on=TODAY, last_on=TODAY, label="pont"),
        LoanRule(days=21, max_loans=5, max_renewals=1, renewal_days=21, hold_days=7),
        ReaderInterest(reader_id=reader, theme_id=theme),
        LoanPart(loan_id=loan, rank=1, returned_on=TODAY),
        DeskEvent(kind="pret", at=moment, author="x", loan_id=loan, item_id=item.id,
                  reservation_id=waiting),
        DeskIncident(kind="inconnu", at=moment, author="x", told="t"),
        Reminder(loan_id=loan, level=1, for_due_on=TODAY, planned_on=TODAY),
        VisitMotive(visit_id=visit, motive="recherche"),
        VisitTheme(visit_id=visit, theme_id=theme),
        VisitPerson(visit_id=visit, person_id=person, is_first_welcome=True),
    ):  # fmt: skip
        add(row)


def make_library() -> None:
    """Load what every installation starts with."""
    with db.writing("circulation") as session:
        loading.load(session)


def make_copies(count: int = 1, *, title: str = "Livre", code: str = "", **item: Any) -> list[int]:
    """Make a record with copies L1, L2 … (its first letter, or ``code``); return their ids."""
    with db.writing("documentation") as session:
        items = tuple(
            ItemDraft(barcode=f"{code or title[:1].upper()}{rank}", **item)
            for rank in range(1, count + 1)
        )
        [own] = writing.write(
            session, [writing.Entry(NoticeDraft(title=title, items=items))], now=NOW
        ).ids
        rows = session.exec(select(Item.id).where(Item.notice_id == own).order_by(col(Item.id)))
        return [one or 0 for one in rows]


def make_reader(name: str = "Ana", **card: Any) -> int:
    """Make a person with a card; return the reader's id."""
    with db.writing("circulation", "people") as session:
        person = Person(last_name=name, search_key=name.lower())
        session.add(person)
        session.flush()
        category = session.exec(select(ReaderCategory.id).order_by(col(ReaderCategory.id))).first()
        reader = Reader(person_id=person.id or 0, card=f"L{person.id}", registered_on=TODAY,
                        category_id=category or 0, **card)  # fmt: skip
        session.add(reader)
        session.flush()
        return reader.id or 0


def notice_of(item: int) -> int:
    with db.reading() as session:
        return session.get_one(Item, item).notice_id


def at(day: date, hour: int = 10, minute: int = 32) -> datetime:
    """Return a moment of a day in Paris, in UTC (summer time)."""
    return datetime(day.year, day.month, day.day, hour - 2, minute, tzinfo=UTC)


def lend(item: int, reader: int, day: date = TODAY, **more: Any) -> Lent:
    request = Request(item, reader, str(more.pop("key", uuid4())), **more)
    with db.writing("circulation") as session:
        return loans.lend(session, STAFF, request, today=day, now=at(day))


def give(
    barcode: str, day: date = TODAY, *, on: date | None = None, missing: tuple[int, ...] = ()
) -> Returned:
    with db.writing("circulation") as session:
        return returns.give_back(
            session, STAFF, Return(barcode, on or day, missing), today=day, now=at(day)
        )


def reserve(notice: int, reader: int, day: date = TODAY) -> str:
    with db.writing("circulation") as session:
        return reservations.reserve(
            session, STAFF, notice_id=notice, reader_id=reader, today=day, now=at(day)
        )


def undo_last(session: Session, viewer: Viewer, *, now: datetime) -> str:
    """Take back the last gesture of somebody, as their own desk knows it."""
    last = select(DeskEvent.id).where(DeskEvent.author == viewer.signature)
    event = session.exec(last.order_by(col(DeskEvent.id).desc())).first()
    return undo.take_back(session, viewer, event_id=event, now=now)


def queue(notice: int) -> list[tuple[int | None, str, int | None]]:
    """Return (reader, state, place) of the open reservations of a record."""
    with db.reading() as session:
        return [(one.reader_id, one.state, one.position) for one in shelf.queue(session, notice)]


def status(item: int) -> CopyStatus:
    with db.reading() as session:
        assert shelf.statuses(session, [item])[item] is shelf.copy_of(session, item).status
        return shelf.statuses(session, [item])[item]
