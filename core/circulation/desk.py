"""The desk: what was scanned or typed, the reader in front of it, what is late, what waits."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.circulation import kits, loan_rules, shelf
from core.circulation.loan_models import DeskIncident, Loan
from core.circulation.models import Reader
from core.db import table_of
from core.documentation import search_queries
from core.documentation.models import Item, Notice
from core.documentation.search_queries import Request
from core.people import rules
from core.people.models import Person, Structure

DOMAINS = shelf.DOMAINS
FOUND = 8
LOAN, ITEM, NOTICE = table_of(Loan), table_of(Item), table_of(Notice)
READER, PERSON, HOUSE = table_of(Reader), table_of(Person), table_of(Structure)


@dataclass(frozen=True)
class Scan:
    """What a text is: the card of a reader, a copy, or neither. A barcode goes before a name."""

    reader_id: int | None = None
    item_id: int | None = None


def read(session: Session, viewer: Viewer, text: str) -> Scan:
    """Recognise a card or a barcode, as scanners give them."""
    require(viewer, Right.LEND)
    wanted = loan_rules.normalised(text)
    card = session.exec(select(Reader.id).where(sa.func.upper(Reader.card) == wanted)).first()
    if card is not None:
        return Scan(reader_id=card)
    item = shelf.by_barcode(session, text)
    return Scan(item_id=item.id) if item is not None else Scan()


def readers(session: Session, viewer: Viewer, *, text: str) -> dict[int, str]:
    """Return the readers whose name holds every word typed: id → name and card."""
    require(viewer, Right.LEND)
    words = rules.words(text).split()
    if not words:
        return {}
    statement = (
        sa.select(READER.c.id, PERSON.c.first_name, PERSON.c.last_name, READER.c.card)
        .join(PERSON, PERSON.c.id == READER.c.person_id)
        .where(*(PERSON.c.search_key.contains(word, autoescape=True) for word in words))
        .where(READER.c.closed_on.is_(None))
        .order_by(PERSON.c.search_key)
        .limit(FOUND)
    )
    rows = session.connection().execute(statement)
    return {own: f"{first} {last}".strip() + f" ({card})" for own, first, last, card in rows}


def copies(session: Session, viewer: Viewer, *, text: str) -> dict[int, str]:
    """Return copies of the records that a text finds: id → title, shelf mark, barcode and state.

    A copy without a barcode can be lent no other way.
    """
    require(viewer, Right.LEND)
    found = search_queries.find(session, viewer, Request(text=text, size=FOUND))
    if found.is_corrected:
        return {}
    rows = session.connection().execute(
        sa.select(ITEM.c.id, NOTICE.c.title, ITEM.c.shelf_mark, ITEM.c.barcode)
        .join(NOTICE, NOTICE.c.id == ITEM.c.notice_id)
        .where(NOTICE.c.id.in_(found.ids))
        .order_by(NOTICE.c.title_sort, ITEM.c.id)
        .limit(FOUND)
    )
    held = [tuple(row) for row in rows]
    states = shelf.statuses(session, [own for own, *_ in held])
    return {
        own: " · ".join(part for part in (title, mark, code, states[own].label) if part)
        for own, title, mark, code in held
    }


def parts(session: Session, viewer: Viewer, *, item_id: int) -> dict[int, str]:
    """Return the parts of a kit: rank → label; empty for a copy of one piece."""
    require(viewer, Right.LEND)
    return {one.rank: one.label for one in kits.parts(session, item_id)}


@dataclass(frozen=True)
class Line:
    """A loan under way as the desk lists it; ``structure``: for which one, if for any."""

    loan_id: int
    item_id: int
    title: str
    due_on: date
    renewals: int
    days_late: int
    structure: str = ""


@dataclass(frozen=True)
class Desk:
    """A reader in front of the desk: loans, what stops a loan.

    ``structures``: ids and names of those the reader is of, and may borrow for.
    """

    name: str
    card: str
    lines: tuple[Line, ...]
    obstacle: str
    structures: tuple[tuple[int, str], ...] = ()


def reader(session: Session, viewer: Viewer, *, reader_id: int, today: date) -> Desk:
    """Read everything of a reader that the desk shows."""
    require(viewer, Right.LEND)
    card = shelf.card_of(session, reader_id)
    rule = loan_rules.best(shelf.rules(session), category=card.category, loan_class="normal",
                           doc_type="")  # fmt: skip
    rows = session.connection().execute(
        sa.select(
            LOAN.c.id, ITEM.c.id, NOTICE.c.title, LOAN.c.due_on, LOAN.c.renewals, HOUSE.c.name
        )
        .join(ITEM, ITEM.c.id == LOAN.c.item_id)
        .join(NOTICE, NOTICE.c.id == ITEM.c.notice_id)
        .join(HOUSE, HOUSE.c.id == LOAN.c.structure_id, isouter=True)
        .where(LOAN.c.reader_id == reader_id, LOAN.c.returned_at.is_(None))
        .order_by(LOAN.c.due_on, LOAN.c.id)
    )
    lines = tuple(
        Line(own, item_id, title, due, renewals, max(0, (today - due).days), house or "")
        for own, item_id, title, due, renewals, house in rows
    )
    return Desk(
        card.name, card.reader.card, lines,
        loan_rules.obstacle(card.standing, rule, today=today),
        tuple((one.id or 0, one.name)
              for one in shelf.structures_of(session, card.reader.person_id, today)),
    )  # fmt: skip


def late(session: Session, viewer: Viewer, *, today: date) -> pd.DataFrame:
    """One row a late loan, the latest first: loan_id, title, reader, card, due_on, days."""
    require(viewer, Right.LEND)
    rows = session.connection().execute(
        shelf.lent(LOAN.c.id, NOTICE.c.title, PERSON.c.first_name, PERSON.c.last_name,
                   READER.c.card, LOAN.c.due_on)
        .where(LOAN.c.due_on < today)
    )  # fmt: skip
    return pd.DataFrame(
        [
            (own, title, f"{first} {last}".strip(), card, due, (today - due).days)
            for own, title, first, last, card, due in rows
        ],
        columns=["loan_id", "title", "reader", "card", "due_on", "days"],
    )


def incidents(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row an incident that nobody has settled yet, the newest first: id, at, told."""
    require(viewer, Right.LEND)
    rows = session.exec(
        select(DeskIncident)
        .where(col(DeskIncident.settled_at).is_(None))
        .order_by(col(DeskIncident.id).desc())
    )
    return pd.DataFrame([(one.id, one.at, one.told) for one in rows], columns=["id", "at", "told"])


def open_loans(session: Session) -> int:
    """Count the loans under way, for ``documentation.open_loans``."""
    return session.exec(
        select(sa.func.count()).select_from(Loan).where(col(Loan.returned_at).is_(None))
    ).one()
