"""Writes on loans: lent, renewed, taken back to what they were.

Every gesture runs in one unit of work of the domain, which a second desk waits for; the store
itself refuses a second open loan of a copy.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr
from core.access import Right, Viewer
from core.circulation import loan_rules, reservations, serving, shelf
from core.circulation.desk_trace import Trace
from core.circulation.enums import LENDABLE, RESERVABLE, CopyStatus, Gesture, ReservationState
from core.circulation.loan_models import Loan
from core.circulation.loan_rules import Held, Rule
from core.circulation.shelf import Card, Copy
from core.documentation.models import Item
from core.errors import DomainError
from core.people.models import PersonFunction, Structure

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


def local_day(moment: datetime) -> date:
    """Return the day of the centre (Europe/Paris) of a moment, whatever the clock change."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(fr.PARIS).date()


def lend(
    session: Session, viewer: Viewer, request: Request, *, today: date, now: datetime
) -> Lent:  # fmt: skip
    """Lend a copy to a reader. Raises DomainError with the fact and the way out."""
    access.require(viewer, Right.LEND)
    done = session.exec(select(Loan).where(Loan.request_key == request.key)).first()
    if done is not None:
        return Lent(done.id or 0, done.due_on)
    copy = shelf.copy_of(session, request.item_id)
    _check_copy(session, copy, request)
    card = shelf.card_of(session, request.reader_id)
    rule = loan_rules.best(
        shelf.rules(session), category=card.category, loan_class=copy.item.loan_class,
        doc_type=copy.notice.doc_type,
    )  # fmt: skip
    obstacle = loan_rules.obstacle(card.standing, rule, today=today)
    if obstacle and (card.reader.closed_on or not request.override.strip()):
        raise DomainError(obstacle)
    trace = Trace(session)
    warnings = _warnings(session, copy, card, request, obstacle)
    _settle_reservations(trace, copy, card, now=now)
    loan = _written(session, viewer, (copy, card, rule), request, today=today, now=now)
    trace.add(loan)
    served = serving.serve(trace, copy.notice.id or 0, today=today)
    if served:
        warnings = (*warnings, serving.told(session, served).strip())
    told = f"Prêté à {card.name}, à rendre le {fr.day(loan.due_on)}."
    trace.tell(viewer, Gesture.LENT.value, " ".join([told, *warnings]), loan=loan, now=now)
    return Lent(loan.id or 0, loan.due_on, warnings)


def _check_copy(session: Session, copy: Copy, request: Request) -> None:
    loan = copy.loan
    if loan is not None and loan.reader_id == request.reader_id:
        name = shelf.card_of(session, request.reader_id).name
        raise DomainError(
            f"{name} a déjà cet exemplaire, à rendre le {fr.day(loan.due_on)} : prolongez-le."
        )
    if loan is not None:
        since = loan.lent_at.replace(tzinfo=UTC).astimezone(fr.PARIS)
        raise DomainError(
            f"Déjà prêté le {fr.day(since.date())} à {since:%H:%M}, à rendre le "
            f"{fr.day(loan.due_on)} : rendez-le d’abord, ou choisissez « rendre puis prêter »."
        )
    status = copy.status
    if status is CopyStatus.LOST:
        raise DomainError(
            "Cet exemplaire est déclaré perdu : enregistrez d’abord son retour, il sera retrouvé."
        )
    if status is CopyStatus.INCOMPLETE:
        raise DomainError(f"Il manque à cette mallette : {', '.join(copy.missing)}.")
    if status in {CopyStatus.PROCESSING, CopyStatus.REPAIR, CopyStatus.WITHDRAWN}:
        raise DomainError(f"Cet exemplaire est {status.label} : il ne se prête pas.")
    if copy.item.loan_class not in LENDABLE:
        raise DomainError("Cet exemplaire est exclu du prêt.")
    _check_aside(session, copy, request)


def _check_aside(session: Session, copy: Copy, request: Request) -> None:
    if request.override.strip():
        return None
    aside = copy.aside
    if aside is None:
        return _check_queue(session, copy, request)
    if aside.reader_id == request.reader_id:
        return None
    who = shelf.card_of(session, aside.reader_id or 0).name
    until = fr.day(aside.ready_until) if aside.ready_until else ""
    raise DomainError(
        f"Mis de côté pour {who} jusqu’au {until}, en tête de file : donnez un motif pour le "
        "prêter quand même."
    )


def _check_queue(session: Session, copy: Copy, request: Request) -> None:
    """Refuse a copy on the shelf while somebody else is first of those with nothing set aside."""
    queue = shelf.queue(session, copy.notice.id or 0)
    if copy.item.loan_class not in RESERVABLE or any(
        one.item_id is not None and one.reader_id == request.reader_id for one in queue
    ):
        return
    first = next(iter(serving.waiting(session, copy.notice.id or 0)), None)
    if first is not None and first.reader_id != request.reader_id:
        raise DomainError(
            f"{serving.name_of(session, first)} attend ce document, en place {first.position} de "
            "la file : donnez un motif pour le prêter quand même."
        )


def _warnings(
    session: Session, copy: Copy, card: Card, request: Request, obstacle: str
) -> tuple[str, ...]:
    own = session.exec(
        select(sa.func.count())
        .select_from(Loan)
        .join(Item, col(Item.id) == col(Loan.item_id))
        .where(Item.notice_id == copy.notice.id, Loan.reader_id == card.reader.id,
               col(Loan.returned_at).is_(None))
    ).one()  # fmt: skip
    said = [f"{card.name} a déjà un autre exemplaire de ce document."] if own else []
    if obstacle:
        said.append(f"Prêté malgré la règle ({request.override.strip()}) : {obstacle}")
    return tuple(said)


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
    site = shelf.site_of(session, copy.item)
    opening = shelf.opening(session, site.id or 0)
    structure = _structure(session, card, request, today)
    return Loan(
        item_id=copy.item.id or 0, reader_id=card.reader.id, structure_id=request.structure_id,
        site_id=site.id or 0, category=card.category,
        structure_kind=structure.kind if structure else "",
        territory_id=structure.territory_id if structure else None,
        lent_at=now.astimezone(UTC).replace(tzinfo=None), lent_on=today,
        due_on=loan_rules.due_on(rule, today, opening, valid_until=card.reader.valid_until),
        rule=rule.dumped(), request_key=request.key, lent_by=viewer.signature,
    )  # fmt: skip


def _structure(session: Session, card: Card, request: Request, today: date) -> Structure | None:
    """Return the structure of a loan, else that of the reader on the day, for the figures."""
    if request.structure_id is not None:
        found = session.get(Structure, request.structure_id)
        if found is None or found.merged_into_id is not None:
            raise DomainError("Cette structure n’est plus dans l’annuaire : rechargez la page.")
        return found
    return session.exec(
        select(Structure)
        .join(PersonFunction, col(PersonFunction.structure_id) == col(Structure.id))
        .where(
            PersonFunction.person_id == card.reader.person_id,
            sa.or_(col(PersonFunction.starts_on).is_(None), col(PersonFunction.starts_on) <= today),
            sa.or_(col(PersonFunction.ends_on).is_(None), col(PersonFunction.ends_on) >= today),
        )
        .order_by(col(PersonFunction.id).desc())
        .limit(1)
    ).first()


def renew(
    session: Session, viewer: Viewer, *, loan_id: int, today: date, now: datetime,
    override: str = "",
) -> date:  # fmt: skip
    """Renew a loan; return its new due day. Staff may set aside what stops it, for a reason."""
    access.require(viewer, Right.LEND)
    loan = session.get(Loan, loan_id)
    if loan is None or loan.returned_at is not None or loan.reader_id is None:
        raise DomainError("Ce prêt n’est plus en cours : rechargez la page.")
    if override.strip():
        free = Held(max(today, loan.due_on), 0, loan_rules.read(loan.rule))
        due = loan_rules.renewed(free, shelf.opening(session, loan.site_id), today=today)
    else:
        due = _renewed(session, loan, loan.reader_id, today)
    trace = Trace(session)
    trace.touch(loan)
    loan.due_on, loan.renewals = due, loan.renewals + 1
    session.add(loan)
    told = f"Prolongé jusqu’au {fr.day(due)}" + (f" ({override.strip()})." if override else ".")
    trace.tell(viewer, Gesture.RENEWED.value, told, loan=loan, now=now)
    return due


def why_not_renewed(session: Session, loan_id: int, *, today: date) -> str:
    """Say what stops a loan under way from being renewed today; nothing where nothing does."""
    loan = session.get_one(Loan, loan_id)
    if loan.reader_id is None:
        return "Ce prêt n’est plus en cours."
    try:
        _renewed(session, loan, loan.reader_id, today)
    except DomainError as error:
        return str(error)
    return ""


def _renewed(session: Session, loan: Loan, reader_id: int, today: date) -> date:
    """Return the new due day by the rules. Raises DomainError as ``loan_rules.renewed`` does."""
    copy, card = shelf.copy_of(session, loan.item_id), shelf.card_of(session, reader_id)
    waiting = serving.waiting(session, copy.notice.id or 0)
    rule = loan_rules.read(loan.rule)
    held = Held(loan.due_on, loan.renewals, rule, len(waiting),
                len(shelf.free_copies(session, copy.notice.id or 0)))  # fmt: skip
    _check_reader(card, rule, today)
    opening = shelf.opening(session, loan.site_id)
    return loan_rules.renewed(held, opening, today=today, valid_until=card.reader.valid_until)


def _check_reader(card: Card, rule: Rule, today: date) -> None:
    """A reader who may not borrow renews nothing; being at the most is no obstacle."""
    obstacle = loan_rules.obstacle(
        card.standing, Rule(max_loans=10_000, block_after_days=rule.block_after_days), today=today
    )
    if obstacle:
        raise DomainError(obstacle)
