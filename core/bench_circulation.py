"""Budgets of the lending desk: each gesture, written and committed, on a large made-up library.

``RT_BENCH_URL`` names a PostgreSQL database, empty, to measure instead of a SQLite file.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, select

from core import db, schema
from core.access import COMMAND_LINE
from core.circulation import (
    desk,
    desk_day,
    desk_trace,
    loading,
    loan_rules,
    loans,
    renewals,
    reservations,
    returns,
    shelf,
    sites,
    undo,
)
from core.circulation.loan_models import Loan
from core.circulation.loans import Request
from core.circulation.models import Reader, ReaderCategory
from core.circulation.returns import Return
from core.db import table_of
from core.documentation import demonstration, writing
from core.documentation import loading as catalogue
from core.documentation.models import Item, Notice
from core.people.models import Person
from core.territories import loading as territories

Row = tuple[str, float, float | None, str, str]
TITLES, COPIES, READERS, PAST = 2_000, 100_000, 2_000, 50_000
TIMES, BUDGET = 60, 100.0
TODAY = date(2011, 6, 15)
NOW = datetime(2011, 6, 15, 9, tzinfo=UTC)
LATER = timedelta(days=5)


@dataclass(frozen=True)
class Library:
    """What the gestures are made on: ids of copies never lent, of readers, and of titles."""

    copies: tuple[int, ...]
    readers: tuple[int, ...]
    titles: tuple[int, ...]


def measured(folder: Path, echo: Callable[[str], None]) -> list[Row]:
    """Fill a library, then time each gesture of the desk: the 95th percentile of ``TIMES``."""
    url = os.environ.get("RT_BENCH_URL", f"sqlite:///{folder / 'pret.db'}")
    echo(f"{COPIES} exemplaires, {PAST} prêts passés, {READERS} lecteurs…")
    schema.ensure(url)
    with db.writing("territories", "documentation", "circulation", "people", url=url) as session:
        library = fill(session)
        db.analyse(session)
    note = f"{COPIES} exemplaires, {PAST} prêts passés"
    return [
        (f"Guichet : {name}, p95", BUDGET, _p95(url, gesture), "ms", note)
        for name, gesture in _gestures(library).items()
    ]


def fill(session: Session) -> Library:
    """Write titles, copies, readers and past loans by hand: only the desk is measured."""
    territories.load_reference(session)
    catalogue.load(session)
    loading.load(session)
    generator = np.random.default_rng(demonstration.SEED)
    drafts = demonstration.invented(generator, TITLES)
    writing.write(session, [writing.Entry(one) for one in drafts], now=NOW)
    ids = table_of(Notice).c.id
    titles = tuple(session.connection().scalars(sa.select(ids).order_by(ids)))
    first = db.next_id(session, table_of(Item))
    items = range(first, first + COPIES)
    _insert(session, Item, [
        {"id": own, "notice_id": titles[own % len(titles)], "barcode": f"BENCH{own}"}
        for own in items
    ])  # fmt: skip
    readers = _readers(session)
    _past(session, generator, items, readers)
    for model in (Item, Person, Reader, Loan):
        db.follow_ids(session, table_of(model))
    return Library(tuple(items[-4 * TIMES :]), readers, titles)


def _insert(session: Session, model: type[db.Base], rows: list[dict[str, object]]) -> None:
    session.connection().execute(sa.insert(table_of(model)), rows)


def _readers(session: Session) -> tuple[int, ...]:
    category = session.exec(select(ReaderCategory.id)).first()
    person, reader = db.next_id(session, table_of(Person)), db.next_id(session, table_of(Reader))
    _insert(session, Person, [
        {"id": person + rank, "last_name": f"Lecteur {rank}", "search_key": f"lecteur {rank}"}
        for rank in range(READERS)
    ])  # fmt: skip
    _insert(session, Reader, [
        {"id": reader + rank, "person_id": person + rank, "card": f"BL{rank}",
         "category_id": category, "registered_on": TODAY}
        for rank in range(READERS)
    ])  # fmt: skip
    return tuple(range(reader, reader + READERS))


def _past(
    session: Session, generator: np.random.Generator, items: range, readers: tuple[int, ...]
) -> None:
    site, rule = sites.site(session).id or 0, loan_rules.Rule().dumped()
    rows: list[dict[str, object]] = []
    for rank, days in enumerate(generator.integers(30, 2_000, size=PAST)):
        day = TODAY - timedelta(days=int(days))
        moment = datetime(day.year, day.month, day.day, 10, tzinfo=UTC).replace(tzinfo=None)
        rows.append(
            {"item_id": items[rank % (COPIES - 4 * TIMES)], "site_id": site, "category": "autre",
             "reader_id": readers[rank % len(readers)], "lent_at": moment, "lent_on": day,
             "due_on": day + timedelta(days=21), "returned_at": moment, "returned_on": day,
             "return_kind": "normal", "rule": rule, "request_key": f"bench-{rank}",
             "lent_by": "essai"}
        )  # fmt: skip
    _insert(session, Loan, rows)


def _gestures(library: Library) -> dict[str, Callable[[Session, int], object]]:
    """Return the gestures in an order that makes each possible: lent, renewed, waited for, back."""
    copies, readers = library.copies, library.readers

    def lend(session: Session, rank: int) -> object:
        request = Request(copies[rank], readers[rank], f"essai-{rank}")
        return loans.lend(session, COMMAND_LINE, request, today=TODAY, now=NOW)

    def renew(session: Session, rank: int) -> object:
        loan = shelf.copy_of(session, copies[rank]).loan
        return renewals.renew(session, COMMAND_LINE, loan_id=loan.id or 0 if loan else 0,
                           today=TODAY + LATER, now=NOW + LATER)  # fmt: skip

    def reserve(session: Session, rank: int) -> object:
        title = shelf.copy_of(session, copies[rank]).notice.id or 0
        return reservations.reserve(
            session, COMMAND_LINE, notice_id=title, reader_id=readers[rank + TIMES], today=TODAY,
            now=NOW,
        )  # fmt: skip

    def give(session: Session, rank: int) -> object:
        back = Return(f"bench{copies[rank]}", TODAY + LATER)
        return returns.give_back(session, COMMAND_LINE, back, today=TODAY + LATER,
                                 now=NOW + LATER)  # fmt: skip

    def lend_and_undo(session: Session, rank: int) -> object:
        request = Request(copies[2 * TIMES + rank], readers[rank + 3 * TIMES], f"repris-{rank}")
        loans.lend(session, COMMAND_LINE, request, today=TODAY, now=NOW + LATER)
        return undo.take_back(session, COMMAND_LINE, event_id=desk_trace.event_of(session),
                              now=NOW + LATER)  # fmt: skip

    def panel(session: Session, rank: int) -> object:
        found = desk.read(session, COMMAND_LINE, f"bl{rank}").reader_id or 0
        return desk.reader(session, COMMAND_LINE, reader_id=found, today=TODAY)

    def around(session: Session, _rank: int) -> object:
        return (desk_day.day(session, COMMAND_LINE, today=TODAY),
                desk_day.gestures(session, COMMAND_LINE, today=TODAY),
                desk.incidents(session, COMMAND_LINE))  # fmt: skip

    return {
        "prêt": lend, "carte lue, lecteur affiché": panel, "prolongation": renew,
        "réservation": reserve, "retour": give, "prêt annulé": lend_and_undo,
        "journée et gestes": around,
    }  # fmt: skip


def _p95(url: str, gesture: Callable[[Session, int], object]) -> float:
    spent = []
    for rank in range(TIMES):
        start = time.perf_counter()
        with db.writing("circulation", url=url) as session:
            gesture(session, rank)
        spent.append(1000 * (time.perf_counter() - start))
    return float(np.percentile(spent, 95))
