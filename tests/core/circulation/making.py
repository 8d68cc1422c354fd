"""Small libraries: one row in each table of lending and welcome."""

from datetime import date, timedelta

from sqlmodel import Session, select

from core.circulation.loan_models import (
    DeskEvent,
    DeskIncident,
    Loan,
    LoanPart,
    Reminder,
    Reservation,
)
from core.circulation.models import (
    CalendarException,
    LendingSite,
    LoanRule,
    OpeningHours,
    Reader,
    ReaderCategory,
    ReaderInterest,
)
from core.db import Base
from core.documentation.models import DocumentaryTheme, Item
from core.people.models import Person
from core.welcome.models import Appointment, Visit, VisitMotive, VisitPerson, VisitTheme
from tests.conftest import NOW

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
