"""Invented visits of two years, clearly simulated: those of 2010 add up as the centre told them."""

from datetime import date, datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, col

from core import db
from core.circulation import sites
from core.circulation.opening import Opening
from core.db import table_of
from core.documentation.models import DocumentaryTheme
from core.people.models import Structure
from core.welcome import demonstration_appointments
from core.welcome.models import Visit, VisitMotive, VisitTheme
from core.welcome.motives import Motive, VisitKind

SEED = 2010_237
STAFF = "simulation"
# (visits, first welcomes, sizes of the groups, all of whom come for the first time). 2010: the
# centre's plan of activity for 2011 tells 363 visits and 237 first welcomes, groups of 14, 5, 4, 4.
YEARS = {
    2009: (171, 118, (6, 3)),
    2010: (363, 237, (14, 5, 4, 4)),
    2011: (176, 109, (9, 4, 3)),
}
DISTANT = 0.18
MINUTES = (10, 15, 20, 30, 45, 60, 90)


def fill(session: Session, *, today: date) -> None:
    """Write the visits of the two years before ``today``; nothing where there is no theme."""
    themes = list(session.connection().scalars(sa.select(DocumentaryTheme.id).order_by("id")))  # type: ignore[call-overload]  # a column
    if not themes:
        return
    generator = np.random.default_rng(SEED)
    opening = sites.opening(session, sites.site(session).id or 0)
    structures = _structures(session)
    first = db.next_id(session, table_of(Visit))
    visits: list[tuple[object, ...]] = []
    for year, (count, newcomers, groups) in YEARS.items():
        days = _days(opening, generator, year, count, today)
        for day, kind, heads, new in zip(
            days, *_drawn(generator, count, newcomers, groups), strict=True
        ):
            structure, place = structures[int(generator.integers(len(structures)))]
            minutes = int(generator.choice(MINUTES)) * (2 if heads > 1 else 1)
            visits.append(
                (first + len(visits), day.isoformat(), kind, structure, place, heads, new, minutes,
                 STAFF, "", None, _moment(day), 1, True)
            )  # fmt: skip
    _write(session, generator, visits, themes)
    demonstration_appointments.fill(session, today=today)


def _structures(session: Session) -> list[tuple[int | None, int | None]]:
    """Return structures and where they are; one visitor in six says nothing of it."""
    rows = session.connection().execute(
        sa.select(col(Structure.id), col(Structure.territory_id))
        .order_by(col(Structure.id))
        .limit(60)
    )
    known: list[tuple[int | None, int | None]] = [(own, place) for own, place in rows]
    return known + [(None, None)] * max(1, len(known) // 5)


def _days(
    opening: Opening, generator: np.random.Generator, year: int, count: int, today: date
) -> list[date]:
    start = max(date(year, 1, 1), today - timedelta(days=730))
    last = min(date(year, 12, 31), today)
    span = [start + timedelta(days=rank) for rank in range((last - start).days + 1)]
    opened = [one for one in span if opening.is_open(one)]
    return [opened[int(rank)] for rank in np.sort(generator.integers(0, len(opened), size=count))]


def _drawn(
    generator: np.random.Generator, count: int, newcomers: int, groups: tuple[int, ...]
) -> tuple[list[str], list[int], list[int]]:
    """Return the kinds, the heads and the newcomers of a year's visits, in a drawn order."""
    alone = count - len(groups)
    news = [1] * (newcomers - sum(groups)) + [0] * (alone - newcomers + sum(groups))
    kinds = [
        VisitKind.DISTANCE.value if far else VisitKind.ALONE.value
        for far in generator.random(alone) < DISTANT
    ]
    rows = [(kind, 1, new) for kind, new in zip(kinds, generator.permutation(news), strict=True)]
    rows += [(VisitKind.GROUP.value, size, size) for size in groups]
    mixed = [rows[int(rank)] for rank in generator.permutation(len(rows))]
    return [row[0] for row in mixed], [row[1] for row in mixed], [int(row[2]) for row in mixed]


def _write(
    session: Session, generator: np.random.Generator, visits: list[tuple[object, ...]],
    themes: list[int],
) -> None:  # fmt: skip
    motives = [one.value for one in Motive]
    weights = np.array([0.2, 0.3, 0.2, 0.1, 0.1, 0.05, 0.05])
    shares = np.array([1 / (rank + 2) for rank in range(len(themes))])
    why, about = [], []
    for visit in visits:
        own = visit[0]
        why += [
            (own, str(one))
            for one in generator.choice(motives, _few(generator), replace=False, p=weights)
        ]
        about += [
            (own, int(one))
            for one in generator.choice(
                themes, _few(generator), replace=False, p=shares / shares.sum()
            )
        ]
    for model, rows in ((Visit, visits), (VisitMotive, why), (VisitTheme, about)):
        db.bulk_insert(session, table_of(model), rows)
    db.follow_ids(session, table_of(Visit))


def _few(generator: np.random.Generator) -> int:
    return int(generator.integers(1, 3))


def _moment(day: date) -> str:
    return datetime(day.year, day.month, day.day, 10).isoformat(sep=" ")  # noqa: DTZ001  # UTC
