"""Loans made: a copy lent to a reader, or handed over from one reader to the next.

Every gesture runs in one unit of work of the domain, which a second desk waits for; the store
itself refuses a second open loan of a copy.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, select

from core import access, fr
from core.access import Right, Viewer
from core.circulation import loan_checks, loan_rules, reservations, returns, serving, shelf, sites
from core.circulation.desk_trace import Trace
from core.circulation.enums import Gesture, ReservationState
from core.circulation.loan_models import Loan
from core.circulation.loan_rules import Rule
from core.circulation.opening import Opening
from core.circulation.shelf import Card, Copy
from core.errors import DomainError, RuleError
from core.people.models import Structure

DOMAIN = "circulation"


@dataclass(frozen=True)
class Request:
    """A loan as the desk asks for it. ``key`` is the form's: asked twice, it lends once.

    ``override``: why a rule is set aside; empty: rules hold. ``structure_id``: the loan is made
    to a structure, for which the reader answers.
    """

    item_id: int
    reader_id: int
    key: str
    override: str = ""
    structure_id: int | None = None


@dataclass(frozen=True)
class Lent:
    """What lending came to: the loan, when it is due, what to know of it."""

    loan_id: int
    due_on: date
    warnings: tuple[str, ...] = ()
    back: str = ""  # how the loan ended that the copy was still out on


def lend(
    session: Session, viewer: Viewer, request: Request, *, today: date, now: datetime
) -> Lent:  # fmt: skip
    """Lend a copy to a reader. Raises DomainError with the fact and the way out; RuleError where
    a reason sets the rule aside."""
    access.require(viewer, Right.LEND)
    done = _done(session, request)
    if done is not None:
        return done
    trace = Trace(session)
    copy = shelf.copy_of(session, request.item_id)
    loan_checks.check_free(session, copy, reader_id=request.reader_id)
    loan, warnings = _made(trace, viewer, request, today=today, now=now)
    told = " ".join([f"Prêté à {_borrower(session, loan)}.", *warnings])
    trace.tell(viewer, Gesture.LENT.value, told, loan=loan, now=now)
    return Lent(loan.id or 0, loan.due_on, warnings)


def hand_over(
    session: Session, viewer: Viewer, request: Request, *, today: date, now: datetime
) -> Lent:  # fmt: skip
    """End the loan that a copy is out on and lend it to another reader, or do neither.

    Who waits first in the queue goes before, unless a reason is given: he keeps his place.
    """
    access.require(viewer, Right.LEND)
    done = _done(session, request)
    if done is not None:
        return done
    copy = shelf.copy_of(session, request.item_id)
    if copy.loan is None or copy.loan.reader_id == request.reader_id:
        raise DomainError("Ce document n’est plus chez quelqu’un d’autre : scannez-le à nouveau.")
    trace = Trace(session)
    back = returns.ended(trace, viewer, copy, on=today, now=now)
    loan, warnings = _made(trace, viewer, request, today=today, now=now)
    told = " ".join([back, f"Puis prêté à {_borrower(session, loan)}.", *warnings])
    trace.tell(viewer, Gesture.HANDED_OVER.value, told, loan=loan, now=now)
    return Lent(loan.id or 0, loan.due_on, warnings, back)


def _done(session: Session, request: Request) -> Lent | None:
    """Return what the same request came to already."""
    found = session.exec(select(Loan).where(Loan.request_key == request.key)).first()
    return Lent(found.id or 0, found.due_on) if found is not None else None


def _borrower(session: Session, loan: Loan) -> str:
    who = shelf.card_of(session, loan.reader_id or 0).name
    house = shelf.structure_name(session, loan.structure_id)
    return f"{who}{house}, à rendre le {fr.day(loan.due_on)}"


def _made(
    trace: Trace, viewer: Viewer, request: Request, *, today: date, now: datetime
) -> tuple[Loan, tuple[str, ...]]:
    """Write the loan of a copy that nobody has; return it, and what to know of it."""
    session = trace.session
    copy, card = shelf.copy_of(session, request.item_id), shelf.card_of(session, request.reader_id)
    loan_checks.check_state(copy)
    rule = loan_rules.best(
        shelf.rules(session), category=card.category, loan_class=copy.item.loan_class,
        doc_type=copy.notice.doc_type,
    )  # fmt: skip
    stops = loan_checks.stops(session, copy, card, rule, today)
    reason = request.override.strip()
    if stops and not reason:
        raise RuleError(f"{stops[0]} Donnez un motif pour le prêter quand même.")
    warnings = loan_checks.warnings(session, copy, card, reason, stops)
    _settle_reservations(trace, copy, card, now=now)
    loan = _written(session, viewer, (copy, card, rule), request, today=today, now=now)
    trace.add(loan)
    warnings += _capped(card, rule, loan)
    served = serving.serve(trace, copy.notice.id or 0, today=today)
    if served:
        warnings = (*warnings, serving.told(session, served).strip())
    return loan, warnings


def _settle_reservations(trace: Trace, copy: Copy, card: Card, *, now: datetime) -> None:
    """Honour the reader's own reservation; who had this copy set aside is first again."""
    session = trace.session
    own = [
        one
        for one in shelf.queue(session, copy.notice.id or 0)
        if one.reader_id == card.reader.id
    ]  # fmt: skip
    if copy.aside is not None and copy.aside.reader_id != card.reader.id:
        serving.put_back_first(trace, copy)
    for one in own:
        reservations.closed(trace, one, ReservationState.HONOURED, reason="prêté", now=now)


def _written(  # what a loan is
    session: Session, viewer: Viewer, what: tuple[Copy, Card, Rule], request: Request, *,
    today: date, now: datetime,
) -> Loan:  # fmt: skip
    copy, card, rule = what
    site = sites.site_of(session, copy.item)
    opening = sites.opening(session, site.id or 0)
    structure = _structure(session, card, request, today)
    return Loan(
        item_id=copy.item.id or 0, reader_id=card.reader.id, structure_id=request.structure_id,
        site_id=site.id or 0, category=card.category,
        structure_kind=structure.kind if structure else "",
        territory_id=structure.territory_id if structure else None,
        lent_at=fr.stored(now), lent_on=today,
        due_on=_due_on(card, rule, opening, request, today),
        rule=rule.dumped(), request_key=request.key, lent_by=viewer.signature,
    )  # fmt: skip


def _due_on(card: Card, rule: Rule, opening: Opening, request: Request, today: date) -> date:
    """Return the day a loan is due; for a reason, past the end of a card that leaves no day."""
    try:
        return loan_rules.due_on(rule, today, opening, valid_until=card.reader.valid_until)
    except DomainError:
        if not request.override.strip():
            raise
        return loan_rules.due_on(rule, today, opening)


def _capped(card: Card, rule: Rule, loan: Loan) -> tuple[str, ...]:
    """Say that a loan is shorter than its rule because the card ends."""
    end = card.reader.valid_until
    if end is None or loan.due_on > end or loan.due_on >= loan.lent_on + timedelta(days=rule.days):
        return ()
    return (f"Plus court : la carte finit le {fr.day(end)}.",)


def _structure(session: Session, card: Card, request: Request, today: date) -> Structure | None:
    """Return the structure of a loan, else that of the reader on the day, for the figures."""
    if request.structure_id is not None:
        found = session.get(Structure, request.structure_id)
        if found is None or found.merged_into_id is not None:
            raise DomainError("Cette structure n’est plus dans l’annuaire : rechargez la page.")
        return found
    return next(iter(shelf.structures_of(session, card.reader.person_id, today)), None)
