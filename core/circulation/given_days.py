"""Days already given, to readers, that a change of the calendar would close; and their moving."""

from datetime import date, datetime, time
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import fr
from core.circulation import shelf
from core.circulation.enums import ReservationState
from core.circulation.loan_models import Loan, Reservation
from core.circulation.models import Reader
from core.circulation.opening import Opening
from core.db import table_of
from core.documentation.models import Notice
from core.people.models import Person
from core.welcome import motives
from core.welcome.models import Appointment

LOAN, WAIT = table_of(Loan), table_of(Reservation)
READER, PERSON, NOTICE = table_of(Reader), table_of(Person), table_of(Notice)
LENT, ASIDE, APPOINTMENT = "prêt", "mis de côté", "rendez-vous"
Given = tuple[str, int, str, str, date]  # what, id, reader, title, the day that was given
COLUMNS = ["what", "id", "reader", "title", "day", "moved_to"]


def moved(
    session: Session, site: int, former: Opening, new: Opening, *, today: date
) -> pd.DataFrame:
    """One row a loan or a copy set aside whose last day closes with ``new`` (COLUMNS).

    ``moved_to`` is the first open day after it. Days gone by stay. Appointments that ``new`` does
    not receive come last, and have none: another time is agreed on with who is to come.
    """
    rows: list[tuple[object, ...]] = [
        (*row, new.next_open(row[-1]))
        for row in (*_loans(session, site, today), *_asides(session, site, today))
        if former.is_open(row[-1]) and not new.is_open(row[-1])
    ]
    rows += _appointments(session, former, new, today)
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def shift(session: Session, table: pd.DataFrame) -> str:
    """Move the dates of a list, one statement a kind; say how many. Appointments stay."""
    for what, model, name in ((LENT, LOAN, "due_on"), (ASIDE, WAIT, "ready_until")):
        rows = table[table["what"] == what]
        if rows.empty:
            continue
        day: sa.BindParameter[date] = sa.bindparam("day")
        statement = sa.update(model).where(model.c.id == sa.bindparam("own")).values({name: day})
        session.connection().execute(
            statement,
            [{"own": int(own), "day": to}
             for own, to in zip(rows["id"], rows["moved_to"], strict=True)],
        )  # fmt: skip
    session.expire_all()
    count = int((table["what"] != APPOINTMENT).sum())
    return fr.plural(count, "date reculée", "dates reculées")


def _appointments(
    session: Session, former: Opening, new: Opening, today: date
) -> list[tuple[object, ...]]:
    rows = session.exec(
        select(Appointment, Person)
        .join(Person, col(Person.id) == col(Appointment.person_id), isouter=True)
        .where(col(Appointment.state).in_([one.value for one in motives.OPEN]))
        .where(col(Appointment.starts_at) >= datetime.combine(today, time()))
        .order_by(col(Appointment.starts_at), col(Appointment.id))
    )
    return [
        (APPOINTMENT, one.id, f"{person.first_name} {person.last_name}".strip() if person else "",
         one.subject, one.starts_at.date(), None)
        for one, person in rows
        if _receives(former, one) and not _receives(new, one)
    ]  # fmt: skip


def _receives(opening: Opening, one: Appointment) -> bool:
    day = one.starts_at.date()
    first = one.starts_at.hour * 60 + one.starts_at.minute
    last = first + int((one.ends_at - one.starts_at).total_seconds()) // 60
    return opening.is_open(day) and any(
        hours.holds(day) and hours.opens_at <= first and last <= hours.closes_at
        for hours in opening.hours
    )


def _loans(session: Session, site: int, today: date) -> list[Given]:
    wanted = (LOAN.c.id, PERSON.c.first_name, PERSON.c.last_name, NOTICE.c.title, LOAN.c.due_on)
    return _given(
        session, LENT, shelf.lent(*wanted).where(LOAN.c.due_on >= today, LOAN.c.site_id == site)
    )


def _asides(session: Session, site: int, today: date) -> list[Given]:
    wanted = (WAIT.c.id, PERSON.c.first_name, PERSON.c.last_name, NOTICE.c.title,
              WAIT.c.ready_until)  # fmt: skip
    return _given(
        session, ASIDE,
        sa.select(*wanted)
        .join(NOTICE, NOTICE.c.id == WAIT.c.notice_id)
        .join(READER, READER.c.id == WAIT.c.reader_id)
        .join(PERSON, PERSON.c.id == READER.c.person_id)
        .where(WAIT.c.state == ReservationState.READY.value, WAIT.c.ready_until >= today,
               WAIT.c.site_id == site)
        .order_by(WAIT.c.ready_until, WAIT.c.id),
    )  # fmt: skip


def _given(session: Session, what: str, statement: sa.Select[Any]) -> list[Given]:
    rows = session.connection().execute(statement)
    return [(what, own, f"{first} {last}".strip(), title, day)
            for own, first, last, title, day in rows]  # fmt: skip
