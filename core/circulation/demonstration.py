"""Invented readers and two years of loans, clearly simulated, by a seeded generator."""

from datetime import date, datetime, timedelta
from itertools import islice

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import db
from core.circulation import loading, loan_rules, retention, serving, shelf, sites
from core.circulation.desk_trace import Trace
from core.circulation.loan_models import Loan, Reservation
from core.circulation.models import Reader, ReaderCategory
from core.db import table_of
from core.documentation.models import Item, Notice, NoticeTheme
from core.people.models import Person, PersonFunction, Structure

SEED = 20110615
READERS, LOANS = 120, 1_460
WAITING = 4  # readers: two for the title lent last, one for the one before, one whose copy waits
CATEGORY_OF = {
    "collectivite": "collectivite", "etat": "collectivite", "association": "association",
    "organisme_formation": "formation",
}  # fmt: skip
ASKED = (1.0, 1.0, 3.0, 1.0, 0.05)
FORGOTTEN = 30  # days more that one document in six is kept: there is somebody to remind
NOON = 10  # UTC: midday in Paris


def fill(session: Session, *, today: date) -> None:
    """Make the reference, readers of the demonstration's people, and their loans."""
    loading.load(session)
    generator = np.random.default_rng(SEED)
    readers = _readers(session, today)
    if readers:
        _loans(session, generator, readers, today)
        _waits(session, [own for own, *_ in readers[-WAITING:]], today)


def _readers(session: Session, today: date) -> list[tuple[int, str, str, int | None]]:
    """Give cards to people; return (reader, category, kind of structure, territory)."""
    rows = session.exec(
        select(Person.id, Structure.kind, Structure.territory_id)
        .join(PersonFunction, col(PersonFunction.person_id) == col(Person.id))
        .join(Structure, col(Structure.id) == col(PersonFunction.structure_id))
        .where(col(Person.is_simulated).is_(True), col(PersonFunction.ends_on).is_(None))
        .order_by(col(Person.id))
        .limit(READERS)
    ).all()
    ids = {one.code: one.id or 0 for one in session.exec(select(ReaderCategory))}
    first = db.next_id(session, table_of(Reader))
    made, written = [], []
    start = (today - timedelta(days=800)).isoformat()
    for rank, (person, kind, place) in enumerate(rows):
        category = CATEGORY_OF.get(kind, "autre")
        made.append((first + rank, category, kind, place))
        written.append((first + rank, person, f"L{1_000 + rank}", ids[category], start, None, None,
                        "", None, 1, None, True))  # fmt: skip
    db.bulk_insert(session, table_of(Reader), written)
    db.follow_ids(session, table_of(Reader))
    return made


def _loans(
    session: Session, generator: np.random.Generator,
    readers: list[tuple[int, str, str, int | None]], today: date,
) -> None:  # fmt: skip
    """Draw loans day by day: a copy is lent again only once it is back.

    Old ones do not name their reader any more, as in a centre that keeps its rules.
    """
    copies, wanted = _copies(session, today)
    if not copies:
        return
    site = sites.site(session)
    opening = sites.opening(session, site.id or 0)
    rule = loan_rules.Rule()
    days = [one for one in (today - timedelta(days=rank) for rank in range(730, -1, -1))
            if opening.is_open(one)]  # fmt: skip
    first = db.next_id(session, table_of(Loan))
    back: dict[int, date] = {}
    held: dict[int, int] = {}
    last: dict[int, str] = {}
    limit = retention.loans_before(today)
    rows: list[tuple[object, ...]] = []
    for place in np.sort(generator.integers(0, len(days), size=LOANS)):
        day = days[int(place)]
        copy = copies[int(generator.choice(len(copies), p=wanted))]
        reader, category, kind, where = readers[int(generator.integers(len(readers)))]
        if back.get(copy, date.min) >= day or held.get(reader, 0) >= rule.max_loans:
            continue
        due = loan_rules.due_on(rule, day, opening)
        kept = int(generator.integers(3, 32)) + (FORGOTTEN if len(rows) % 6 == 0 else 0)
        returned = opening.next_open(day + timedelta(days=kept))
        is_out, is_forgotten = returned >= today, returned < limit
        back[copy] = date.max if is_out else returned
        held[reader] = held.get(reader, 0) + is_out
        if is_forgotten:
            last[reader] = max(last.get(reader, ""), returned.isoformat())
        rows.append(
            (first + len(rows), copy, None if is_forgotten else reader, None, site.id,
             category, kind, where, _moment(day), day.isoformat(), due.isoformat(),
             None if is_out else _moment(returned), None if is_out else returned.isoformat(),
             "" if is_out else "normal", 0, rule.dumped(), f"demo-{len(rows)}", "simulation",
             "" if is_out else "simulation", limit.isoformat() if is_forgotten else None, True)
        )  # fmt: skip
    db.bulk_insert(session, table_of(Loan), rows)
    db.follow_ids(session, table_of(Loan))
    _remember(session, last)


def _waits(session: Session, readers: list[int], today: date) -> None:
    """Let readers wait for titles that are lent; a copy is set aside for one since yesterday."""
    loans = session.exec(
        select(Item.notice_id)
        .join(Loan, col(Loan.item_id) == col(Item.id))
        .where(col(Loan.returned_at).is_(None))
        .order_by(col(Loan.id).desc())
    )
    lent = (own for own in dict.fromkeys(loans) if not shelf.free_copies(session, own))
    out = list(islice(lent, WAITING - 2))
    there = session.exec(select(Item.notice_id).order_by(col(Item.id).desc()))
    free = next((own for own in there if shelf.free_copies(session, own)), None)
    if len(out) < WAITING - 2 or free is None or len(readers) < WAITING:
        return
    site, places = sites.site(session).id or 0, ((out[0], 1), (out[0], 2), (out[1], 1), (free, 1))
    for rank, (reader, (notice, position)) in enumerate(zip(readers, places, strict=True)):
        asked = datetime.fromisoformat(_moment(today - timedelta(days=WAITING - rank)))
        session.add(
            Reservation(notice_id=notice, reader_id=reader, site_id=site, position=position,
                        requested_at=asked)
        )  # fmt: skip
    session.flush()
    serving.serve(Trace(session), free, today=today - timedelta(days=1))


def _copies(session: Session, today: date) -> tuple[list[int], np.ndarray]:
    """Return the copies that are lent, and how much each is wanted: the new and some fields more.

    A field of every five is asked for three times as much, one is hardly asked for.
    """
    field = sa.select(sa.func.min(NoticeTheme.theme_id)).where(
        col(NoticeTheme.notice_id) == col(Notice.id)
    )
    rows = session.connection().execute(
        sa.select(col(Item.id), col(Notice.pub_year), field.scalar_subquery())
        .join(Notice, col(Notice.id) == col(Item.notice_id))
        .where(
            col(Item.loan_class) == "normal", col(Item.state) == "en_service",
            col(Item.parts_expected) == 1,
        ).order_by(col(Item.id))
    ).all()  # fmt: skip
    wanted = np.array(
        [
            (0.25 + np.exp(-max(0, today.year - (year or 1990)) / 5)) * ASKED[(theme or 0) % 5]
            for _, year, theme in rows
        ]
    )
    return [own for own, *_ in rows], wanted / wanted.sum() if len(rows) else wanted


def _remember(session: Session, last: dict[int, str]) -> None:
    """Keep on each card the day of the last loan among those that do not name it any more."""
    table = table_of(Reader)
    day: sa.BindParameter[date] = sa.bindparam("day")
    statement = sa.update(table).where(table.c.id == sa.bindparam("own")).values(last_loan_on=day)
    session.connection().execute(
        statement,
        [{"own": own, "day": date.fromisoformat(one)} for own, one in sorted(last.items())],
    )


def _moment(day: date) -> str:
    return datetime(day.year, day.month, day.day, NOON).isoformat(sep=" ")  # noqa: DTZ001  # UTC
