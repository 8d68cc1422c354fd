"""The queue of a record after its copies changed outside the desk: a copy typed, a file imported.

Whatever adds a copy, or changes what a copy is, calls ``follow`` in its own unit of work.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core import fr
from core.access import Viewer
from core.circulation import serving, shortage
from core.circulation.desk_trace import Trace
from core.circulation.enums import ReservationState
from core.circulation.loan_models import Reservation
from core.documentation.models import Notice

WRITTEN = shortage.WRITTEN
PENDING = (ReservationState.WAITING.value, ReservationState.SUSPENDED.value)


@dataclass(frozen=True)
class Followed:
    """What came of queues: sentences for staff, copies set aside, reservations suspended."""

    told: tuple[str, ...] = ()
    set_aside: int = 0
    suspended: int = 0


def follow(
    session: Session, viewer: Viewer, notice_ids: Collection[int], *, now: datetime
) -> Followed:
    """Serve the queues of records, or suspend those that have nothing left to lend."""
    session.flush()
    session.expire_all()  # copies are written in sets, past the session
    today = fr.local(now).date()
    said: list[str] = []
    aside = suspended = 0
    for notice in _waited_for(session, notice_ids):
        trace = Trace(session)
        before = len(serving.waiting(session, notice.id or 0))
        text = shortage.suspend(trace, notice, viewer, gone="retiré ou perdu", now=now)
        served = serving.serve(trace, notice.id or 0, today=today)
        shortage.withdraw(session, notice.id or 0)
        aside += len(served)
        suspended += before if text else 0
        if text or served:
            said.append(f"{notice.title} :{text}{serving.told(session, served)}")
    return Followed(tuple(said), aside, suspended)


def _waited_for(session: Session, notice_ids: Collection[int]) -> Iterable[Notice]:
    return session.exec(
        select(Notice)
        .where(
            col(Notice.id).in_(
                select(Reservation.notice_id).where(
                    col(Reservation.notice_id).in_(sorted(notice_ids)),
                    col(Reservation.state).in_(PENDING),
                )
            )
        )
        .order_by(col(Notice.id))
    ).all()
