"""Writes on reservations: a queue by record, a copy set aside for its first, until a closing."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from core import access, fr
from core.access import Right, Viewer
from core.circulation import loan_rules, shelf
from core.circulation.desk_trace import Trace
from core.circulation.enums import Gesture, ReservationState
from core.circulation.loan_models import DeskIncident, Loan, Reservation
from core.circulation.shelf import Copy
from core.documentation.models import Item, Notice
from core.errors import DomainError

DOMAIN = "circulation"
WAITING, READY = ReservationState.WAITING, ReservationState.READY


def reserve(
    session: Session, viewer: Viewer, *, notice_id: int, reader_id: int, today: date, now: datetime
) -> str:
    """Put a reader in the queue of a record; a copy on the shelf is set aside at once."""
    access.require(viewer, Right.LEND)
    card = shelf.card_of(session, reader_id)
    notice = session.get(Notice, notice_id)
    if notice is None:
        raise DomainError("Cette notice n’existe plus : rechargez la page.")
    _check(session, card, notice, today)
    trace = Trace(session)
    waiting = shelf.queue(session, notice_id)
    site = shelf.site(session)
    made = Reservation(
        notice_id=notice_id, reader_id=reader_id, site_id=site.id or 0,
        position=1 + sum(one.state == WAITING.value for one in waiting),
        requested_at=now.replace(tzinfo=None),
    )  # fmt: skip
    trace.add(made)
    free = shelf.free_copies(session, notice_id)
    if free:
        set_aside(trace, made, free[0], today=today)
        until = fr.day(made.ready_until or today)
        told = f"Mis de côté pour {card.name} jusqu’au {until} : sortez l’exemplaire du rayon."
    else:
        told = f"{card.name} est en place {made.position} de la file."
    trace.tell(viewer, Gesture.RESERVED.value, told, reservation_id=made.id, now=now)
    return told


def _check(session: Session, card: shelf.Card, notice: Notice, today: date) -> None:
    own = session.exec(
        select(Loan.id)
        .join(Item, col(Item.id) == col(Loan.item_id))
        .where(Item.notice_id == notice.id, Loan.reader_id == card.reader.id,
               col(Loan.returned_at).is_(None))
    ).first()  # fmt: skip
    if own is not None:
        raise DomainError(f"{card.name} a déjà ce document : prolongez le prêt.")
    if any(one.reader_id == card.reader.id for one in shelf.queue(session, notice.id or 0)):
        raise DomainError(f"{card.name} a déjà réservé ce document.")
    standing = card.standing
    if standing.closed_on or (standing.valid_until and standing.valid_until < today):
        raise DomainError(loan_rules.obstacle(standing, loan_rules.Rule(), today=today))
    lendable = session.exec(
        select(Item.id).where(
            Item.notice_id == notice.id, col(Item.loan_class).in_(("normal", "court")),
            col(Item.state).not_in(("perdu", "retire")),
        )
    ).first()  # fmt: skip
    if lendable is None:
        raise DomainError("Ce document n’a pas d’exemplaire à prêter : il ne se réserve pas.")


def set_aside(trace: Trace, one: Reservation, item_id: int, *, today: date) -> None:
    """Keep a copy for a reservation, until the closing of an open day of its place."""
    session = trace.session
    trace.touch(one)
    rule = loan_rules.best(shelf.rules(session), category="", loan_class="", doc_type="")
    opening = shelf.opening(session, one.site_id)
    one.position = None
    one.state, one.item_id = READY.value, item_id
    one.ready_until = opening.after_open_days(today, rule.hold_days)
    session.add(one)
    session.flush()
    close_ranks(trace, one.notice_id)


def close_ranks(trace: Trace, notice_id: int) -> None:
    """Number the queue 1..n again, in its order."""
    session = trace.session
    waiting = [one for one in shelf.queue(session, notice_id) if one.state == WAITING.value]
    wrong = [(rank, one) for rank, one in enumerate(waiting, start=1) if one.position != rank]
    for _, one in wrong:
        trace.touch(one)
        one.position = None
        session.add(one)
    session.flush()
    for rank, one in wrong:
        one.position = rank
        session.add(one)
    session.flush()


def promote(trace: Trace, item_id: int, notice_id: int, *, today: date) -> Reservation | None:
    """Set a copy that came back aside for the first of the queue, if there is one."""
    waiting = [one for one in shelf.queue(trace.session, notice_id) if one.state == WAITING.value]
    if not waiting:
        return None
    set_aside(trace, waiting[0], item_id, today=today)
    return waiting[0]


def closed(
    trace: Trace, one: Reservation, state: ReservationState, *, today: date, reason: str,
    now: datetime,
) -> Reservation | None:  # fmt: skip
    """End a reservation; its copy, if any, goes to the next one, who is returned."""
    trace.touch(one)
    item = one.item_id
    one.state, one.position, one.item_id, one.ready_until = state.value, None, None, None
    one.closed_at, one.close_reason = now.replace(tzinfo=None), reason
    trace.session.add(one)
    trace.session.flush()
    close_ranks(trace, one.notice_id)
    if item is None or state is ReservationState.HONOURED:
        return None
    return promote(trace, item, one.notice_id, today=today)


def cancel(
    session: Session, viewer: Viewer, *, reservation_id: int, today: date, now: datetime,
    reason: str = "",
) -> str:  # fmt: skip
    """Cancel a reservation; the copy set aside goes to the next reader, or to the shelf."""
    access.require(viewer, Right.LEND)
    one = _open(session, reservation_id)
    trace = Trace(session)
    had_copy = one.item_id is not None
    following = closed(trace, one, ReservationState.CANCELLED, today=today,
                       reason=reason.strip(), now=now)  # fmt: skip
    told = "Réservation annulée."
    if following is not None:
        told += f" L’exemplaire est pour {_name(session, following)}."
    elif had_copy:
        told += " L’exemplaire retourne en rayon."
    trace.tell(viewer, Gesture.CANCELLED.value, told, reservation_id=one.id, now=now)
    return told


def expire(session: Session, viewer: Viewer, *, today: date, now: datetime) -> int:
    """End the reservations whose copy was not fetched before the closing of their last day."""
    access.require(viewer, Right.LEND)
    late = session.exec(
        select(Reservation)
        .where(Reservation.state == READY.value, col(Reservation.ready_until) < today)
        .order_by(col(Reservation.id))
    ).all()
    for one in late:
        trace = Trace(session)
        following = closed(trace, one, ReservationState.EXPIRED, today=today,
                           reason="non retirée à temps", now=now)  # fmt: skip
        told = "Réservation expirée."
        if following is not None:
            told += f" L’exemplaire est pour {_name(session, following)}."
        trace.tell(viewer, Gesture.EXPIRED.value, told, reservation_id=one.id, now=now)
    return len(late)


def move(
    session: Session, viewer: Viewer, *, reservation_id: int, position: int, now: datetime
) -> None:
    """Give a reader another place in the queue; the others follow without a gap."""
    access.require(viewer, Right.LEND)
    one = _open(session, reservation_id)
    if one.state != WAITING.value:
        raise DomainError("Cet exemplaire est déjà mis de côté : la file ne le concerne plus.")
    waiting = [w for w in shelf.queue(session, one.notice_id) if w.state == WAITING.value]
    waiting.remove(one)
    waiting.insert(max(0, min(position, len(waiting) + 1) - 1), one)
    trace = Trace(session)
    _number(trace, waiting)
    trace.tell(viewer, Gesture.MOVED.value, f"En place {one.position} de la file.",
               reservation_id=one.id, now=now)  # fmt: skip


def _number(trace: Trace, ordered: list[Reservation]) -> None:
    for one in ordered:
        trace.touch(one)
        one.position = None
        trace.session.add(one)
    trace.session.flush()
    for rank, one in enumerate(ordered, start=1):
        one.position = rank
        trace.session.add(one)
    trace.session.flush()


def put_back_first(trace: Trace, copy: Copy) -> None:
    """Give the first place back to the reader whose copy is lent to somebody else."""
    one = copy.aside
    if one is None:
        return
    waiting = [w for w in shelf.queue(trace.session, one.notice_id) if w.state == WAITING.value]
    trace.touch(one)
    one.state, one.item_id, one.ready_until = WAITING.value, None, None
    trace.session.add(one)
    _number(trace, [one, *waiting])


def suspend(trace: Trace, notice: Notice, viewer: Viewer, *, now: datetime) -> int:
    """Suspend the queue of a record whose last copy is gone, and ask for another one."""
    waiting = [w for w in shelf.queue(trace.session, notice.id or 0) if w.state == WAITING.value]
    for one in waiting:
        trace.touch(one)
        one.state, one.position = ReservationState.SUSPENDED.value, None
        trace.session.add(one)
    if waiting:
        who = fr.plural(len(waiting), "lecteur attend", "lecteurs attendent")
        trace.add(
            DeskIncident(
                kind="dernier_exemplaire", at=now.replace(tzinfo=None), author=viewer.signature,
                notice_id=notice.id, told=f"Dernier exemplaire perdu, {who} : à racheter.",
            )
        )  # fmt: skip
    trace.session.flush()
    return len(waiting)


def _open(session: Session, reservation_id: int) -> Reservation:
    one = session.get(Reservation, reservation_id)
    if one is None or ReservationState(one.state) not in {
        WAITING, READY, ReservationState.SUSPENDED,
    }:  # fmt: skip
        raise DomainError("Cette réservation n’est plus en cours : rechargez la page.")
    return one


def _name(session: Session, one: Reservation) -> str:
    return shelf.card_of(session, one.reader_id or 0).name
