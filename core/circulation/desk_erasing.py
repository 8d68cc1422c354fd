"""What the desk told of somebody is emptied, whoever’s gesture told it; that it took place stays.

A gesture may name other readers than its own: a return says for whom the copy is set aside, a
cancellation who comes next. All of them have a loan or a reservation of the same record.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.circulation.loan_models import DeskEvent, DeskIncident, Loan, Reservation
from core.db import table_of
from core.documentation.models import Item

EVENT, INCIDENT, ITEM = table_of(DeskEvent), table_of(DeskIncident), table_of(Item)
LOAN, RESERVATION = table_of(Loan), table_of(Reservation)
BY_LINK = "lecteur, par son lien"  # who signs what a reader does alone: never a card
TO_CALL = " ; à prévenir, faute de courriel : "  # what comes after it in an incident are names
SIGNED_BY_CARD = "carte %, par son lien"  # as those gestures were signed before revision 0013


def empty_own(session: Session, loans: Collection[int], waits: Collection[int]) -> None:
    """Empty the events of some loans and reservations."""
    _empty(session, EVENT.c.loan_id.in_(loans) | EVENT.c.reservation_id.in_(waits))


def empty_of_readers(session: Session, reader_ids: Collection[int], cards: Collection[str]) -> None:
    """Empty every event on the records that readers borrowed or wait for, before these lose them.

    A card that was scanned in the place of a document goes from what was said of it; so do the
    names that an incident of these records gives.
    """
    own = sa.union(
        sa.select(ITEM.c.notice_id)
        .join(LOAN, LOAN.c.item_id == ITEM.c.id)
        .where(LOAN.c.reader_id.in_(reader_ids)),
        sa.select(RESERVATION.c.notice_id).where(RESERVATION.c.reader_id.in_(reader_ids)),
    )
    records = list(session.connection().scalars(own))
    items = sa.select(ITEM.c.id).where(ITEM.c.notice_id.in_(records))
    waits = sa.select(RESERVATION.c.id).where(RESERVATION.c.notice_id.in_(records))
    lent = sa.select(LOAN.c.id).where(LOAN.c.item_id.in_(items))
    _empty(
        session,
        sa.or_(EVENT.c.item_id.in_(items), EVENT.c.loan_id.in_(lent),
               EVENT.c.reservation_id.in_(waits)),
    )  # fmt: skip
    unname_incidents(session, INCIDENT.c.notice_id.in_(records) | INCIDENT.c.item_id.in_(items))
    _empty_scans(session, cards)


def unname_incidents(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Take names out of incidents; what is to be done of the document stays told."""
    connection = session.connection()
    rows = connection.execute(
        sa.select(INCIDENT.c.id, INCIDENT.c.told).where(which, INCIDENT.c.told.contains(TO_CALL))
    ).all()
    for own, told in rows:
        kept = f"{told.partition(TO_CALL)[0]}."
        connection.execute(sa.update(INCIDENT).where(INCIDENT.c.id == own).values(told=kept))


def _empty(session: Session, which: sa.ColumnElement[bool]) -> None:
    author = sa.case((EVENT.c.author.like(SIGNED_BY_CARD), BY_LINK), else_=EVENT.c.author)
    session.connection().execute(
        sa.update(EVENT).where(which).values(told="", before="", author=author)
    )


def _empty_scans(session: Session, cards: Collection[str]) -> None:
    """Empty what was said of a code that is no document’s, where it is one of these cards."""
    connection = session.connection()
    is_of_none = sa.and_(EVENT.c.loan_id.is_(None), EVENT.c.item_id.is_(None),
                         EVENT.c.reservation_id.is_(None), EVENT.c.told != "")  # fmt: skip
    rows: Any = connection.execute(sa.select(EVENT.c.id, EVENT.c.told).where(is_of_none))
    found = [own for own, told in rows if any(card in told.upper() for card in cards)]
    _empty(session, EVENT.c.id.in_(found))
    connection.execute(
        sa.update(INCIDENT)
        .where(sa.func.upper(INCIDENT.c.barcode).in_(cards))
        .values(barcode="", told="Code inconnu.")
    )
