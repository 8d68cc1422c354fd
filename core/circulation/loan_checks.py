"""What stops a loan, or is to be known of it: the state of the copy, who waits, the reader."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import fr
from core.circulation import loan_rules, serving, shelf
from core.circulation.enums import LENDABLE, RESERVABLE, CopyStatus
from core.circulation.loan_models import Loan
from core.circulation.loan_rules import Rule
from core.circulation.shelf import Card, Copy
from core.documentation.models import Item
from core.errors import DomainError


def check_free(session: Session, copy: Copy, *, reader_id: int) -> None:
    """Refuse a copy that somebody has."""
    loan = copy.loan
    if loan is not None and loan.reader_id == reader_id:
        name = shelf.card_of(session, reader_id).name
        raise DomainError(
            f"{name} a déjà cet exemplaire, à rendre le {fr.day(loan.due_on)} : prolongez-le."
        )
    if loan is not None:
        since = fr.local(loan.lent_at)
        raise DomainError(
            f"Déjà prêté le {fr.day(since.date())} à {since:%H:%M}, à rendre le "
            f"{fr.day(loan.due_on)} : rendez-le d’abord, ou choisissez « rendre puis prêter »."
        )


def check_state(copy: Copy) -> None:
    """Refuse what no reason makes lendable."""
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


def stops(
    session: Session, copy: Copy, card: Card, rule: Rule, today: date
) -> tuple[str, ...]:  # fmt: skip
    """Say which rules stop a loan; a closed card is none of them: it lends nothing."""
    obstacle = loan_rules.obstacle(card.standing, rule, today=today)
    if card.reader.closed_on is not None:
        raise DomainError(obstacle)
    return tuple(stop for stop in (_before(session, copy, card), obstacle) if stop)


def _before(session: Session, copy: Copy, card: Card) -> str:
    """Say who goes before a reader: for whom the copy is set aside, else who is first of those
    with nothing set aside."""
    aside, own = copy.aside, card.reader.id
    if aside is not None and aside.reader_id != own:
        who = serving.name_of(session, aside)
        until = fr.day(aside.ready_until) if aside.ready_until else ""
        return f"Mis de côté pour {who} jusqu’au {until}, en tête de file."
    queue = shelf.queue(session, copy.notice.id or 0)
    has_own = any(one.item_id is not None and one.reader_id == own for one in queue)
    first = next(iter(serving.waiting(session, copy.notice.id or 0)), None)
    if copy.item.loan_class not in RESERVABLE or has_own or first is None:
        return ""
    if first.reader_id == own:
        return ""
    who = serving.name_of(session, first)
    return f"{who} attend ce document, en place {first.position} de la file."


def warnings(
    session: Session, copy: Copy, card: Card, reason: str, stops: tuple[str, ...]
) -> tuple[str, ...]:  # fmt: skip
    own = session.exec(
        select(sa.func.count())
        .select_from(Loan)
        .join(Item, col(Item.id) == col(Loan.item_id))
        .where(Item.notice_id == copy.notice.id, Loan.reader_id == card.reader.id,
               col(Loan.returned_at).is_(None))
    ).one()  # fmt: skip
    said = [f"{card.name} a déjà un autre exemplaire de ce document."] if own else []
    if stops:
        said.append(f"Prêté malgré la règle ({reason}) : {' '.join(stops)}")
    elif reason:
        said.append(f"Motif donné : {reason}.")
    return tuple(said)
