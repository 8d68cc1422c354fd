"""Writes on reservations: a queue by record, a copy set aside for its first, until a closing."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from core import access, fr
from core.access import Right, Viewer
from core.circulation import loan_rules, serving, shelf, sites
from core.circulation.desk_trace import Trace
from core.circulation.enums import Gesture, ReservationState
from core.circulation.loan_models import Loan, Reservation
from core.documentation.models import Item, Notice
from core.errors import DomainError

DOMAIN = "circulation"
WAITING, READY = ReservationState.WAITING, ReservationState.READY
SUSPENDED = ReservationState.SUSPENDED


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
    made = Reservation(
        notice_id=notice_id, reader_id=reader_id, site_id=sites.site(session).id or 0,
        position=1 + len(serving.waiting(session, notice_id)),
        requested_at=fr.stored(now),
    )  # fmt: skip
    trace.add(made)
    served = serving.serve(trace, notice_id, today=today)
    if made in served:
        until = fr.day(made.ready_until or today)
        told = f"Mis de côté pour {card.name} jusqu’au {until} : sortez l’exemplaire du rayon."
    else:
        told = f"{card.name} est en place {made.position} de la file."
    told += serving.told(session, [one for one in served if one is not made])
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
    if not serving.has_lendable(session, notice.id or 0):
        raise DomainError("Ce document n’a pas d’exemplaire à prêter : il ne se réserve pas.")


def closed(
    trace: Trace, one: Reservation, state: ReservationState, *, reason: str, now: datetime
) -> None:
    """End a reservation. Its copy, if any, is free: the queue is then to be served."""
    trace.touch(one)
    one.state, one.position, one.item_id, one.ready_until = state.value, None, None, None
    one.closed_at, one.close_reason = fr.stored(now), reason
    trace.session.add(one)
    trace.session.flush()
    serving.close_ranks(trace, one.notice_id)


def cancel(
    session: Session, viewer: Viewer, *, reservation_id: int, today: date, now: datetime,
    reason: str = "",
) -> str:  # fmt: skip
    """Cancel a reservation; the copy set aside goes to the next reader, or to the shelf."""
    access.require(viewer, Right.LEND)
    one = _open(session, reservation_id)
    trace = Trace(session)
    had_copy = one.item_id is not None
    closed(trace, one, ReservationState.CANCELLED, reason=reason.strip(), now=now)
    served = serving.serve(trace, one.notice_id, today=today)
    told = f"Réservation annulée.{serving.told(session, served)}"
    if had_copy and not served:
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
        closed(trace, one, ReservationState.EXPIRED, reason="non retirée à temps", now=now)
        served = serving.serve(trace, one.notice_id, today=today)
        told = f"Réservation expirée.{serving.told(session, served)}"
        trace.tell(viewer, Gesture.EXPIRED.value, told, reservation_id=one.id, now=now)
    return len(late)


def move(
    session: Session, viewer: Viewer, *, reservation_id: int, position: int, now: datetime
) -> str:
    """Give a reader another place in the queue; the others follow without a gap."""
    access.require(viewer, Right.LEND)
    one = _open(session, reservation_id)
    if one.state == SUSPENDED.value:
        raise DomainError(
            "Cette réservation est suspendue, faute d’exemplaire à prêter : elle garde sa place, "
            "et se range dès qu’un exemplaire revient."
        )
    if one.state != WAITING.value:
        raise DomainError("Cet exemplaire est déjà mis de côté : la file ne le concerne plus.")
    waiting = serving.waiting(session, one.notice_id)
    waiting.remove(one)
    waiting.insert(max(0, min(position, len(waiting) + 1) - 1), one)
    trace = Trace(session)
    serving.number(trace, waiting)
    told = f"{serving.name_of(session, one)} est en place {one.position} de la file."
    trace.tell(viewer, Gesture.MOVED.value, told, reservation_id=one.id, now=now)
    return told


def _open(session: Session, reservation_id: int) -> Reservation:
    one = session.get(Reservation, reservation_id)
    if one is None or ReservationState(one.state) not in {
        WAITING, READY, SUSPENDED,
    }:  # fmt: skip
        raise DomainError("Cette réservation n’est plus en cours : rechargez la page.")
    return one
