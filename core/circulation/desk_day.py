"""The day at the desk: how much went through it, gesture by gesture, and what is to clear up."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from core import fr
from core.access import Right, Viewer, require
from core.circulation.enums import Gesture, ReservationState, ReturnKind
from core.circulation.loan_models import DeskEvent, DeskIncident, Loan, Reservation
from core.db import table_of
from core.documentation.models import Item, Notice
from core.errors import DomainError

DOMAIN = "circulation"
DOMAINS = ("circulation", "documentation")
SHOWN = 30
ONE_DAY = timedelta(days=1)
LOAN, EVENT, RESERVATION = table_of(Loan), table_of(DeskEvent), table_of(Reservation)


@dataclass(frozen=True)
class Day:
    """Counts of a day: copies lent and given back, loans late, copies set aside, and of these
    the ones whose last day has passed."""

    lent: int
    returned: int
    late: int
    ready: int
    unfetched: int


def day(session: Session, viewer: Viewer, *, today: date) -> Day:
    """Count what went through the desk on ``today``, and what it still owes.

    A loan that was taken back never was; a copy declared lost did not come back.
    """
    require(viewer, Right.LEND)
    ready = RESERVATION.c.state == ReservationState.READY.value
    counted = (
        _count(LOAN, LOAN.c.lent_on == today, LOAN.c.return_kind != ReturnKind.UNDONE.value),
        _count(LOAN, LOAN.c.returned_on == today, LOAN.c.return_kind == ReturnKind.NORMAL.value),
        _count(LOAN, LOAN.c.returned_at.is_(None), LOAN.c.due_on < today),
        _count(RESERVATION, ready),
        _count(RESERVATION, ready, RESERVATION.c.ready_until < today),
    )
    return Day(*session.connection().execute(sa.select(*counted)).one())


def _count(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*where).scalar_subquery()


def gestures(session: Session, viewer: Viewer, *, today: date) -> pd.DataFrame:
    """One row a gesture of the day, the last first: at (UTC), kind, title, told, author."""
    require(viewer, Right.LEND)
    item, notice = table_of(Item), table_of(Notice)
    held = sa.func.coalesce(EVENT.c.item_id, LOAN.c.item_id)
    rows = session.connection().execute(
        sa.select(EVENT.c.at, EVENT.c.kind, notice.c.title, EVENT.c.told, EVENT.c.author)
        .join(LOAN, LOAN.c.id == EVENT.c.loan_id, isouter=True)
        .join(item, item.c.id == held, isouter=True)
        .join(notice, notice.c.id == item.c.notice_id, isouter=True)
        .where(EVENT.c.at >= _start(today), EVENT.c.at < _start(today + ONE_DAY))
        .order_by(EVENT.c.id.desc())
        .limit(SHOWN)
    )
    return pd.DataFrame(
        [(at, Gesture(kind).label, title or "", told, who) for at, kind, title, told, who in rows],
        columns=["at", "kind", "title", "told", "author"],
    )


def _start(day: date) -> datetime:
    """Return when a day of Paris begins, as the store keeps moments: a day may have 23 or 25 hours.

    >>> _start(date(2026, 3, 30)) - _start(date(2026, 3, 29))
    datetime.timedelta(seconds=82800)
    """
    return fr.stored(datetime.combine(day, time(), fr.PARIS))


def settle(session: Session, viewer: Viewer, *, incident_id: int, now: datetime) -> None:
    """Say that an incident is cleared up. Raises DomainError where it is already."""
    require(viewer, Right.LEND)
    incident = session.get(DeskIncident, incident_id)
    if incident is None or incident.settled_at is not None:
        raise DomainError("Cet incident est déjà clos : rechargez la page.")
    incident.settled_at = fr.stored(now)
    incident.settled_by = viewer.signature
    session.add(incident)
    session.flush()
