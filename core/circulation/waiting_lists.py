"""Who waits for what: the queue of each record, and the copies set aside with their readers."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core import documents, fr
from core.access import Right, Viewer, require
from core.circulation import reader_queries
from core.circulation.enums import ReservationState
from core.circulation.loan_models import Reservation
from core.circulation.models import Reader
from core.circulation.reader_queries import WaitLine
from core.db import table_of
from core.documentation.models import Item, Notice
from core.errors import DomainError
from core.people.models import Person

DOMAINS = ("circulation", "people", "documentation")
WAIT, NOTICE, ITEM = table_of(Reservation), table_of(Notice), table_of(Item)
READER, PERSON = table_of(Reader), table_of(Person)


@dataclass(frozen=True)
class Waiter:
    """A reader in a queue. ``place`` is what it will be again where the queue is suspended."""

    reservation_id: int
    name: str
    card: str
    place: int
    is_suspended: bool


@dataclass(frozen=True)
class Queue:
    """Those who wait for a record with nothing set aside, by their place."""

    notice_id: int
    title: str
    waiters: tuple[Waiter, ...]


@dataclass(frozen=True)
class SetAside:
    """A copy kept for a reader until the closing of a day."""

    reservation_id: int
    title: str
    name: str
    card: str
    until: date
    shelf_mark: str
    barcode: str


def queues(session: Session, viewer: Viewer) -> tuple[Queue, ...]:
    """Return the queue of each record that somebody waits for, by title."""
    require(viewer, Right.LEND)
    states = (ReservationState.WAITING.value, ReservationState.SUSPENDED.value)
    rows = session.connection().execute(
        _waits(WAIT.c.notice_id, NOTICE.c.title, WAIT.c.id, PERSON.c.first_name,
               PERSON.c.last_name, READER.c.card, WAIT.c.state)
        .where(WAIT.c.state.in_(states))
        .order_by(NOTICE.c.title_sort, NOTICE.c.id, WAIT.c.position, WAIT.c.id)
    ).all()  # fmt: skip
    found = []
    for (notice, title), lines in groupby(rows, key=lambda row: (row[0], row[1])):
        waiters = tuple(
            Waiter(own, f"{first} {last}".strip(), card, place,
                   state == ReservationState.SUSPENDED.value)
            for place, (_, _, own, first, last, card, state) in enumerate(lines, start=1)
        )  # fmt: skip
        found.append(Queue(notice, title, waiters))
    return tuple(found)


def set_aside(session: Session, viewer: Viewer) -> tuple[SetAside, ...]:
    """Return the copies set aside, those that wait the longest first."""
    require(viewer, Right.LEND)
    rows = session.connection().execute(
        _waits(WAIT.c.id, NOTICE.c.title, PERSON.c.first_name, PERSON.c.last_name, READER.c.card,
               WAIT.c.ready_until, ITEM.c.shelf_mark, ITEM.c.barcode)
        .join(ITEM, ITEM.c.id == WAIT.c.item_id)
        .where(WAIT.c.state == ReservationState.READY.value)
        .order_by(WAIT.c.ready_until, WAIT.c.id)
    )  # fmt: skip
    return tuple(
        SetAside(own, title, f"{first} {last}".strip(), *rest)
        for own, title, first, last, *rest in rows
    )


def of_reader(session: Session, viewer: Viewer, *, reader_id: int) -> tuple[WaitLine, ...]:
    """Return the open reservations of a reader, those set aside first."""
    require(viewer, Right.LEND)
    return reader_queries.waits_of(session, reader_id)


def slip(
    session: Session, viewer: Viewer, *, reservation_id: int, today: date, banner: str = ""
) -> bytes:
    """Return the slip that goes into a copy set aside, as a PDF (case 23 of the study)."""
    held = {one.reservation_id: one for one in set_aside(session, viewer)}
    one = held.get(reservation_id)
    if one is None:
        raise DomainError("Cet exemplaire n’est plus mis de côté : rechargez la page.")
    return documents.pdf(
        "mise_de_cote",
        {"banner": banner, "name": one.name, "card": one.card, "title": fr.typeset(one.title),
         "until": fr.day(one.until), "shelf_mark": one.shelf_mark, "barcode": one.barcode,
         "printed": fr.day(today)},
    )  # fmt: skip


def _waits(*wanted: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return (
        sa.select(*wanted)
        .join_from(WAIT, NOTICE, NOTICE.c.id == WAIT.c.notice_id)
        .join(READER, READER.c.id == WAIT.c.reader_id)
        .join(PERSON, PERSON.c.id == READER.c.person_id)
    )
