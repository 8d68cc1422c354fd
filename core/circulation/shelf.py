"""Reads of the desk: a copy and what is of it, a reader and what is held, the queue of a record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.circulation import loan_rules
from core.circulation.enums import OPEN_STATES, RESERVABLE, CopyStatus, ReservationState
from core.circulation.loan_models import Loan, Reservation
from core.circulation.loan_rules import Rule, Standing
from core.circulation.models import (
    LoanRule,
    Reader,
    ReaderCategory,
)
from core.db import table_of
from core.documentation.models import Item, ItemPart, Notice
from core.errors import DomainError
from core.people.models import Person, PersonFunction, Structure

DOMAINS = ("circulation", "documentation", "people")
BY_HAND = {
    "en_traitement": CopyStatus.PROCESSING, "en_reparation": CopyStatus.REPAIR,
    "perdu": CopyStatus.LOST, "retire": CopyStatus.WITHDRAWN,
}  # fmt: skip


@dataclass(frozen=True)
class Copy:
    """A copy on the desk: its record, who has it, for whom it is set aside, parts away."""

    item: Item
    notice: Notice
    loan: Loan | None
    aside: Reservation | None
    missing: tuple[str, ...] = ()

    @property
    def status(self) -> CopyStatus:
        if self.loan is not None:
            return CopyStatus.LENT
        if self.item.state in BY_HAND:
            return BY_HAND[self.item.state]
        if self.aside is not None:
            return CopyStatus.SET_ASIDE
        return CopyStatus.INCOMPLETE if self.missing else CopyStatus.AVAILABLE


def lent(*wanted: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Select from the loans under way, with copy, record, reader and person, by day due."""
    loan, item, notice, reader, person = (
        table_of(one) for one in (Loan, Item, Notice, Reader, Person)
    )
    return (
        sa.select(*wanted)
        .join_from(loan, item, item.c.id == loan.c.item_id)
        .join(notice, notice.c.id == item.c.notice_id)
        .join(reader, reader.c.id == loan.c.reader_id)
        .join(person, person.c.id == reader.c.person_id)
        .where(loan.c.returned_at.is_(None))
        .order_by(loan.c.due_on, loan.c.id)
    )


def by_barcode(session: Session, code: str) -> Item | None:
    """Find a copy by its barcode, read as scanners give it."""
    wanted = loan_rules.normalised(code)
    if not wanted:
        return None
    exact = session.exec(select(Item).where(Item.barcode == wanted)).first()  # by the index
    if exact is not None:
        return exact
    return session.exec(select(Item).where(sa.func.upper(Item.barcode) == wanted)).first()


def copy_of(session: Session, item_id: int) -> Copy:
    """Read a copy and all that is of it. Raises DomainError where it is not there any more."""
    item = session.get(Item, item_id)
    if item is None:
        raise DomainError("Cet exemplaire n’existe plus : rechargez la page.")
    loan = session.exec(
        select(Loan).where(Loan.item_id == item_id, col(Loan.returned_at).is_(None))
    ).first()
    aside = session.exec(
        select(Reservation).where(
            Reservation.item_id == item_id, Reservation.state == ReservationState.READY.value
        )
    ).first()
    parts = session.exec(
        select(ItemPart.label)
        .where(ItemPart.item_id == item_id, col(ItemPart.is_present).is_(False))
        .order_by(col(ItemPart.rank))
    ).all()
    return Copy(item, session.get_one(Notice, item.notice_id), loan, aside, tuple(parts))


def statuses(session: Session, item_ids: Iterable[int]) -> dict[int, CopyStatus]:
    """Return where each copy is, in one read."""
    item, loan, wait, part = (table_of(m) for m in (Item, Loan, Reservation, ItemPart))
    lent = sa.exists().where(loan.c.item_id == item.c.id, loan.c.returned_at.is_(None))
    aside = sa.exists().where(
        wait.c.item_id == item.c.id, wait.c.state == ReservationState.READY.value
    )
    lacks = sa.exists().where(part.c.item_id == item.c.id, part.c.is_present.is_(False))
    rows = session.connection().execute(
        sa.select(item.c.id, item.c.state, lent, aside, lacks).where(item.c.id.in_(list(item_ids)))
    )
    found: dict[int, CopyStatus] = {}
    for own, state, is_lent, is_aside, is_lacking in rows:
        if is_lent:
            found[own] = CopyStatus.LENT
        elif state in BY_HAND:
            found[own] = BY_HAND[state]
        elif is_aside:
            found[own] = CopyStatus.SET_ASIDE
        else:
            found[own] = CopyStatus.INCOMPLETE if is_lacking else CopyStatus.AVAILABLE
    return found


@dataclass(frozen=True)
class Card:
    """A reader on the desk: the person, the category, the loans under way."""

    reader: Reader
    name: str
    category: str
    loans: tuple[Loan, ...]

    @property
    def standing(self) -> Standing:
        one = self.reader
        return Standing(
            one.valid_until, one.blocked_until, one.block_reason, one.closed_on,
            min((loan.due_on for loan in self.loans), default=None), len(self.loans),
        )  # fmt: skip


def card_of(session: Session, reader_id: int) -> Card:
    """Read a reader and the loans under way. Raises DomainError where there is no such card."""
    reader = session.get(Reader, reader_id)
    if reader is None:
        raise DomainError("Cette carte n’existe plus : rechargez la page.")
    person = session.get_one(Person, reader.person_id)
    category = session.get_one(ReaderCategory, reader.category_id)
    loans = session.exec(
        select(Loan)
        .where(Loan.reader_id == reader_id, col(Loan.returned_at).is_(None))
        .order_by(col(Loan.due_on), col(Loan.id))
    ).all()
    name = f"{person.first_name} {person.last_name}".strip()
    return Card(reader, name, category.code, tuple(loans))


def structures_of(session: Session, person_id: int, today: date) -> list[Structure]:
    """Return the structures that somebody is of on a day, the last one entered first."""
    function, house = table_of(PersonFunction), table_of(Structure)
    rows = session.exec(
        select(Structure)
        .join(PersonFunction, function.c.structure_id == house.c.id)
        .where(
            function.c.person_id == person_id,
            sa.or_(function.c.starts_on.is_(None), function.c.starts_on <= today),
            sa.or_(function.c.ends_on.is_(None), function.c.ends_on >= today),
        )
        .order_by(function.c.id.desc())
    )
    return list({one.id: one for one in rows}.values())


def structure_name(session: Session, structure_id: int | None) -> str:
    """Say for which structure a loan is: « pour … » after a space; nothing where it is for none."""
    house = session.get(Structure, structure_id) if structure_id else None
    return f" pour {house.name}" if house else ""


def rules(session: Session) -> list[Rule]:
    """Return every rule of lending."""
    return [rule(row) for row in session.exec(select(LoanRule))]


def rule(row: LoanRule) -> Rule:
    """Return a rule as it is written."""
    return Rule(**{name: getattr(row, name) for name in Rule.__dataclass_fields__})


def queue(session: Session, notice_id: int) -> list[Reservation]:
    """Return the open reservations of a record: set aside first, then by place."""
    rows = session.exec(
        select(Reservation).where(
            Reservation.notice_id == notice_id,
            col(Reservation.state).in_([one.value for one in OPEN_STATES]),
        )
    ).all()
    return sorted(rows, key=lambda one: (one.position or 0, one.id or 0))


def free_copies(session: Session, notice_id: int) -> list[int]:
    """Return the copies of a record that are on the shelf and may be lent."""
    ids = session.exec(
        select(Item.id)
        .where(Item.notice_id == notice_id, col(Item.loan_class).in_(RESERVABLE))
        .order_by(col(Item.id))
    ).all()
    known = statuses(session, [own or 0 for own in ids])
    return [own for own, status in known.items() if status is CopyStatus.AVAILABLE]


def reservations_of(session: Session, reader_id: int) -> list[Reservation]:
    """Return the open reservations of a reader, those set aside first."""
    return list(
        session.exec(
            select(Reservation)
            .where(
                Reservation.reader_id == reader_id,
                col(Reservation.state).in_([one.value for one in OPEN_STATES]),
            )
            .order_by(col(Reservation.state), col(Reservation.id))
        )
    )
