"""Copies that come back, or do not: returned, incomplete, lost, found again."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from core import access, fr
from core.access import Right, Viewer
from core.circulation import kits, reminders, serving, shelf, shortage, whereabouts
from core.circulation.desk_trace import Trace
from core.circulation.enums import CopyStatus, Gesture, ReturnKind
from core.circulation.loan_models import DeskIncident, Loan, LoanPart, Reservation
from core.circulation.shelf import Copy
from core.errors import DomainError

DOMAIN = "circulation"


@dataclass(frozen=True)
class Return:
    """What comes back. ``on``: when it was brought, today or before; ``missing``: ranks of parts
    of a kit that did not come with it; ``lost``: of those that never will; ``item_id``: a copy
    chosen rather than scanned."""

    barcode: str
    on: date
    missing: tuple[int, ...] = ()
    item_id: int | None = None
    lost: tuple[int, ...] = ()


@dataclass(frozen=True)
class Returned:
    """What a return came to, told; ``aside``: for whom the copy is now set aside."""

    told: str
    is_known: bool = True
    late_days: int = 0
    aside: Reservation | None = None


def give_back(
    session: Session, viewer: Viewer, back: Return, *, today: date, now: datetime
) -> Returned:
    """Take a copy back. An unknown barcode is an incident to look into, never a stop."""
    access.require(viewer, Right.LEND)
    if back.on > today:
        raise DomainError("Un retour ne se date pas d’un jour à venir.")
    item_id = back.item_id
    if item_id is None:
        item = shelf.by_barcode(session, back.barcode)
        if item is None:
            return _unknown(session, viewer, back, now)
        item_id = item.id or 0
    copy = shelf.copy_of(session, item_id)
    kits.check(session, copy, (*back.missing, *back.lost))
    if copy.loan is None and (copy.missing or back.missing or back.lost):
        return _kit_alone(session, viewer, copy, back, today=today, now=now)
    if copy.loan is None:
        return _without_loan(session, viewer, copy, today=today, now=now)
    if back.on < copy.loan.lent_on:
        raise DomainError(
            f"Ce document a été prêté le {fr.day(copy.loan.lent_on)} : il n’est pas revenu avant."
        )
    if back.missing:
        return _incomplete(session, viewer, copy, back, now)
    return _complete(session, viewer, copy, back, today=today, now=now)


def _unknown(session: Session, viewer: Viewer, back: Return, now: datetime) -> Returned:
    trace = Trace(session)
    code = " ".join(back.barcode.split())
    told = f"Code inconnu : {code}. Le retour est noté, à éclaircir."
    trace.add(
        DeskIncident(kind="inconnu", at=fr.stored(now),
                     author=viewer.signature, barcode=code, told=told)
    )  # fmt: skip
    trace.tell(viewer, Gesture.RETURNED.value, told, now=now)
    return Returned(told, is_known=False)


def _without_loan(
    session: Session, viewer: Viewer, copy: Copy, *, today: date, now: datetime
) -> Returned:
    """A lost copy that comes back is found; another one was simply not lent."""
    if copy.status is not CopyStatus.LOST:
        return Returned(f"Cet exemplaire n’était pas prêté ({copy.status.label}).")
    trace = Trace(session)
    trace.touch(copy.item)
    copy.item.state = "en_service"
    session.add(copy.item)
    whereabouts.tell(session, copy.item.id)
    loan = session.exec(
        select(Loan)
        .where(
            Loan.item_id == copy.item.id,
            col(Loan.return_kind).in_((ReturnKind.LOST.value, ReturnKind.PRESUMED_LOST.value)),
        )
        .order_by(col(Loan.id).desc())
        .limit(1)
    ).first()
    if loan is not None:
        trace.touch(loan)
        loan.return_kind = ReturnKind.FOUND.value
        session.add(loan)
    session.flush()
    told, aside = _to_the_next(trace, copy, today=today)
    shortage.withdraw(session, copy.notice.id or 0)
    said = f"Retrouvé : il était déclaré perdu.{told}"
    trace.tell(viewer, Gesture.RETURNED.value, said, item_id=copy.item.id, now=now)
    return Returned(said, aside=aside)


def _to_the_next(trace: Trace, copy: Copy, *, today: date) -> tuple[str, Reservation | None]:
    served = serving.serve(trace, copy.notice.id or 0, today=today)
    aside = next((one for one in served if one.item_id == copy.item.id), None)
    return serving.told(trace.session, served), aside


def ended(
    trace: Trace, viewer: Viewer, copy: Copy, *, on: date, now: datetime, lost: tuple[int, ...] = ()
) -> str:
    """End the loan of a copy that is back, all its parts with it but those lost; say how."""
    session, loan = trace.session, copy.loan
    if loan is None:
        raise DomainError("Ce prêt n’est plus en cours : rechargez la page.")
    told = kits.settle(trace, viewer, copy, lost, now=now)
    trace.touch(loan)
    loan.returned_at = fr.stored(now)
    loan.returned_on, loan.return_kind = on, ReturnKind.NORMAL.value
    loan.returned_by = viewer.signature
    session.add(loan)
    session.flush()
    reminders.forget(session, loan.id or 0)
    late = max(0, (on - loan.due_on).days)
    said = f"Rendu, avec {fr.plural(late, 'jour')} de retard." if late else "Rendu."
    return said + told


def _complete(
    session: Session, viewer: Viewer, copy: Copy, back: Return, *, today: date, now: datetime
) -> Returned:
    loan, trace = copy.loan, Trace(session)
    late = max(0, (back.on - loan.due_on).days) if loan else 0
    said = ended(trace, viewer, copy, on=back.on, now=now, lost=back.lost)
    told, aside = _to_the_next(trace, copy, today=today)
    trace.tell(viewer, Gesture.RETURNED.value, said + told, loan=loan, now=now)
    return Returned(said + told, late_days=late, aside=aside)


def _incomplete(
    session: Session, viewer: Viewer, copy: Copy, back: Return, now: datetime
) -> Returned:
    """A kit that lacks a part stays lent for it, and is not lendable."""
    trace = Trace(session)
    held = session.exec(
        select(LoanPart.rank).where(LoanPart.loan_id == (copy.loan.id if copy.loan else 0))
    ).all()  # fmt: skip
    lost = kits.settle(trace, viewer, copy, back.lost, missing=back.missing, now=now)
    for one in kits.parts(session, copy.item.id or 0):
        if copy.loan is not None and one.is_present and one.rank not in held:
            trace.add(LoanPart(loan_id=copy.loan.id or 0, rank=one.rank, returned_on=back.on))
    lacking = ", ".join(shelf.copy_of(session, copy.item.id or 0).missing)
    told = f"Rendu sauf : {lacking}. Le prêt reste ouvert pour cette partie.{lost}"
    trace.tell(viewer, Gesture.RETURNED.value, told, loan=copy.loan, now=now)
    return Returned(told)


def _kit_alone(
    session: Session, viewer: Viewer, copy: Copy, back: Return, *, today: date, now: datetime
) -> Returned:
    """A kit that nobody has: its parts are counted again, one that is lost leaves it."""
    trace = Trace(session)
    lost = kits.settle(trace, viewer, copy, back.lost, missing=back.missing, now=now)
    lacking = ", ".join(shelf.copy_of(session, copy.item.id or 0).missing)
    told = f"Il manque : {lacking}." if lacking else "La mallette est complète."
    queue, aside = ("", None) if lacking else _to_the_next(trace, copy, today=today)
    said = f"{told}{lost}{queue}"
    trace.tell(viewer, Gesture.SETTLED.value, said, item_id=copy.item.id, now=now)
    return Returned(said, aside=aside)


def lose(
    session: Session, viewer: Viewer, *, loan_id: int, today: date, now: datetime,
    is_presumed: bool = False,
) -> str:  # fmt: skip
    """Declare a lent copy lost; where it was the last one, those who wait are told so."""
    access.require(viewer, Right.LEND)
    loan = session.get(Loan, loan_id)
    if loan is None or loan.returned_at is not None:
        raise DomainError("Ce prêt n’est plus en cours : rechargez la page.")
    copy = shelf.copy_of(session, loan.item_id)
    trace = Trace(session)
    trace.touch(loan)
    trace.touch(copy.item)
    kind = ReturnKind.PRESUMED_LOST if is_presumed else ReturnKind.LOST
    loan.returned_at = fr.stored(now)
    loan.returned_on, loan.return_kind, loan.returned_by = today, kind.value, viewer.signature
    copy.item.state = "perdu"
    session.add_all([loan, copy.item])
    session.flush()
    whereabouts.tell(session, copy.item.id)
    reminders.forget(session, loan.id or 0)
    told = f"Déclaré {kind.label}."
    told += shortage.suspend(trace, copy.notice, viewer, gone="perdu", now=now)
    trace.tell(viewer, Gesture.LOST.value, told, loan=loan, now=now)
    return told
