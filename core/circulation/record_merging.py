"""Two records made one, with those who wait for them: case 27 of the domain's study.

Copies follow by themselves (they belong to the record); reservations follow here. A reader who
waits for both keeps the older request, and the queue is one, in the order of the requests.
"""

import json
from datetime import date, datetime

from sqlmodel import Session, col, select

from core.access import Viewer
from core.circulation import queue_keeping, reservations, serving
from core.circulation.desk_trace import Trace
from core.circulation.enums import OPEN_STATES, ReservationState
from core.circulation.loan_models import Reservation
from core.documentation import merging
from core.documentation.desk_models import NoticeMerge
from core.documentation.models import Item
from core.errors import DomainError

DOMAINS = ("documentation", "circulation", "mail")
WAITING, READY = ReservationState.WAITING, ReservationState.READY
OPEN = [one.value for one in OPEN_STATES]
KEPT = ("notice_id", "item_id", "position", "state", "ready_until", "closed_at", "close_reason")
REASON = "notices réunies"


def merge(  # noqa: PLR0913  # two records, who may see the one that is made, and the day
    session: Session, viewer: Viewer, *, kept_id: int, merged_id: int, today: date, now: datetime,
    is_opened: bool = False,
) -> int:  # fmt: skip
    """Merge two records and their queues; return the merge. Raises DomainError as the records'
    own merging does."""
    trace = Trace(session)
    own = merging.merge_notices(session, viewer, kept_id=kept_id, merged_id=merged_id, now=now,
                                   is_opened=is_opened)  # fmt: skip
    rows = _open(session, [kept_id, merged_id])
    before = {one.id: {name: getattr(one, name) for name in KEPT} for one in rows}
    _leave_places(session, rows)
    for double in _doubles(rows):
        reservations.closed(trace, double, ReservationState.CANCELLED, reason=REASON, now=now)
    for one in rows:
        one.notice_id = kept_id
        session.add(one)
    session.flush()
    serving.take_up(trace, kept_id)
    _number(session, kept_id)
    serving.serve(trace, kept_id, today=today)
    row = session.get_one(NoticeMerge, own)
    row.moved = json.dumps(json.loads(row.moved) | {"waits": list(before.items())}, default=str,
                           ensure_ascii=False)  # fmt: skip
    session.add(row)
    session.flush()
    return own


def undo(session: Session, viewer: Viewer, *, merge_id: int, now: datetime) -> None:
    """Part two records and their queues again; what was settled meanwhile stays settled."""
    row = session.get(NoticeMerge, merge_id)
    if row is None:
        raise DomainError("Cette réunion n’existe plus ou est déjà annulée.")
    held = json.loads(row.moved).get("waits", [])
    merging.undo_merge(session, viewer, merge_id=merge_id, now=now)
    for own, values in held:
        one = session.get(Reservation, own)
        if one is None or one.notice_id != row.kept_id:
            continue
        is_double = one.state == ReservationState.CANCELLED.value and one.close_reason == REASON
        if one.state in OPEN or is_double:
            one.notice_id = values["notice_id"]
            if is_double:
                one.state, one.closed_at, one.close_reason = WAITING.value, None, ""
            session.add(one)
    both = [row.kept_id, row.merged_id]
    _wait_again(session, _open(session, both))
    _leave_places(session, _open(session, both))
    for notice in both:
        _number(session, notice)
    queue_keeping.follow(session, viewer, both, now=now)


def _wait_again(session: Session, rows: list[Reservation]) -> None:
    """Send back to the queue those whose copy went away with the other record."""
    for one in rows:
        owner = session.exec(select(Item.notice_id).where(Item.id == one.item_id)).first()
        if owner in {None, one.notice_id}:
            continue
        one.state, one.item_id, one.ready_until = WAITING.value, None, None
        session.add(one)
    session.flush()


def _open(session: Session, notices: list[int]) -> list[Reservation]:
    """Return the open reservations of records, the oldest request first."""
    return list(
        session.exec(
            select(Reservation)
            .where(col(Reservation.notice_id).in_(notices), col(Reservation.state).in_(OPEN))
            .order_by(col(Reservation.requested_at), col(Reservation.id))
        )
    )


def _leave_places(session: Session, rows: list[Reservation]) -> None:
    for one in rows:
        one.position = None
        session.add(one)
    session.flush()


def _doubles(rows: list[Reservation]) -> list[Reservation]:
    """Return the later of two requests of one reader; a copy set aside goes before a place."""
    kept: dict[int | None, Reservation] = {}
    for one in sorted(rows, key=lambda row: row.state != READY.value):
        kept.setdefault(one.reader_id, one)
    for one in rows:  # the older date stays with the reservation that is kept
        kept[one.reader_id].requested_at = min(kept[one.reader_id].requested_at, one.requested_at)
    return [one for one in rows if kept[one.reader_id] is not one]


def _number(session: Session, notice_id: int) -> None:
    """Give places 1..n to those who wait, in the order of their requests."""
    waiting = [one for one in _open(session, [notice_id]) if one.state == WAITING.value]
    _leave_places(session, waiting)
    for rank, one in enumerate(waiting, start=1):
        one.position = rank
        session.add(one)
    session.flush()
