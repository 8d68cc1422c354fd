"""Who gets the copies on the shelf: the queue of a record, numbered and served in its order.

No reader waits for a record that has a copy on the shelf: whatever puts a copy there, or lets one
go, calls ``serve``.
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from core import fr
from core.circulation import loan_rules, shelf, sites
from core.circulation.desk_trace import Trace
from core.circulation.enums import RESERVABLE, CopyStatus, ReservationState
from core.circulation.loan_models import Reservation
from core.circulation.shelf import Copy
from core.documentation.models import Item, Notice

WAITING, READY = ReservationState.WAITING, ReservationState.READY
SUSPENDED = ReservationState.SUSPENDED
GONE = (CopyStatus.LOST.value, CopyStatus.WITHDRAWN.value)


def serve(trace: Trace, notice_id: int, *, today: date) -> list[Reservation]:
    """Set each copy on the shelf aside for those who wait, in their order; return those served.

    A suspended queue is taken up again once the record has a copy that may be lent.
    """
    session = trace.session
    take_up(trace, notice_id)
    free = shelf.free_copies(session, notice_id)
    served = waiting(session, notice_id)[: len(free)]
    for one, item_id in zip(served, free, strict=False):
        _set_aside(trace, one, item_id, today=today)
    close_ranks(trace, notice_id)
    return served


def told(session: Session, served: Sequence[Reservation]) -> str:
    """Say, after another sentence, for whom copies are to be put aside and until when."""
    return "".join(
        f" À mettre de côté pour {name_of(session, one)} jusqu’au {fr.day(one.ready_until)}."
        for one in served
        if one.ready_until is not None
    )


def name_of(session: Session, one: Reservation) -> str:
    """Return the name of the reader of an open reservation."""
    return shelf.card_of(session, one.reader_id or 0).name


def waiting(session: Session, notice_id: int) -> list[Reservation]:
    """Return those who wait for a record with nothing set aside, by their place."""
    return [one for one in shelf.queue(session, notice_id) if one.state == WAITING.value]


def has_lendable(session: Session, notice_id: int) -> bool:
    """Say whether a record has a copy that may be lent, now or once it is back or repaired."""
    found = session.exec(
        select(Item.id).where(
            Item.notice_id == notice_id, col(Item.loan_class).in_(RESERVABLE),
            col(Item.state).not_in(GONE),
        )
    ).first()  # fmt: skip
    return found is not None


def take_up(trace: Trace, notice_id: int) -> None:
    """Let a suspended queue wait again, in its former order, before those who came later.

    Nothing changes while the record has no copy that may be lent.
    """
    session = trace.session
    held = [one for one in shelf.queue(session, notice_id) if one.state == SUSPENDED.value]
    if not held or not has_lendable(session, notice_id):
        return
    held.sort(key=lambda one: (one.position or 0, one.requested_at, one.id or 0))
    for one in held:
        trace.touch(one)
        one.state, one.position = WAITING.value, None
        session.add(one)
    session.flush()
    later = [one for one in waiting(session, notice_id) if one not in held]
    number(trace, [*held, *later])


def _set_aside(trace: Trace, one: Reservation, item_id: int, *, today: date) -> None:
    """Keep a copy for a reservation, until the closing of an open day of its place."""
    session = trace.session
    trace.touch(one)
    item = session.get_one(Item, item_id)
    rule = loan_rules.best(
        shelf.rules(session), category=shelf.card_of(session, one.reader_id or 0).category,
        loan_class=item.loan_class, doc_type=session.get_one(Notice, item.notice_id).doc_type,
    )  # fmt: skip
    opening = sites.opening(session, one.site_id)
    one.position = None
    one.state, one.item_id = READY.value, item_id
    one.ready_until = opening.after_open_days(today, rule.hold_days)
    session.add(one)
    session.flush()


def close_ranks(trace: Trace, notice_id: int) -> None:
    """Number the queue 1..n again, in its order."""
    number(trace, waiting(trace.session, notice_id))


def number(trace: Trace, ordered: Sequence[Reservation]) -> None:
    """Give places 1..n in this order; two rows never hold a place at once."""
    session = trace.session
    wrong = [(rank, one) for rank, one in enumerate(ordered, start=1) if one.position != rank]
    for _, one in wrong:
        trace.touch(one)
        one.position = None
        session.add(one)
    session.flush()
    for rank, one in wrong:
        one.position = rank
        session.add(one)
    session.flush()


def put_back_first(trace: Trace, copy: Copy) -> None:
    """Give the first place back to the reader whose copy is lent to somebody else."""
    one = copy.aside
    if one is None:
        return
    others = waiting(trace.session, one.notice_id)
    trace.touch(one)
    one.state, one.item_id, one.ready_until = WAITING.value, None, None
    trace.session.add(one)
    number(trace, [one, *others])
