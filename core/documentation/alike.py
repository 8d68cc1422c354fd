"""Records that may be the one being typed: of the same number, or of a title very near."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlmodel import Session

from core import access
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import normaliser, numbers
from core.documentation.drafts import NoticeDraft
from core.documentation.models import Notice

DOMAINS = ("documentation",)

ALIKE = 88  # of 100, from which two titles are proposed as one
NEAR = 30
LOOKED_AT = 500  # titles on each side of the one being typed


def duplicates(session: Session, viewer: Viewer, draft: NoticeDraft) -> pd.DataFrame:
    """Records that may be the one being typed, best first: id, title, year, why."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    number = numbers.isbn13(draft.isbn_text) or draft.isbn
    found = [*_same_number(session, number), *_near_titles(session, draft.title)]
    kept: dict[int, Any] = {}
    for row in sorted(found, key=lambda row: (-row[4], row[0])):
        kept.setdefault(row[0], row[:4])
    return pd.DataFrame([*kept.values()][:NEAR], columns=["id", "title", "year", "why"])


HELD = ("brouillon", "publie", "masque")
Alike = tuple[int, str, int | None, str, float]


def _same_number(session: Session, number: str) -> list[Alike]:
    if not number:
        return []
    table = table_of(Notice)
    rows = session.connection().execute(
        sa.select(table.c.id, table.c.title, table.c.pub_year)
        .where(table.c.isbn == number, table.c.status.in_(HELD))
        .order_by(table.c.id).limit(NEAR)
    )  # fmt: skip
    return [(*row, "même ISBN", 101.0) for row in rows]


def _near_titles(session: Session, title: str) -> list[Alike]:
    """Compare with all the titles of the same first letters, the nearest in order first: a
    beginning that many share (« Rapport d’activité ») hides none of them.
    """
    start = normaliser.sort_key(title)
    if not start:
        return []
    table = table_of(Notice)
    own = sa.select(table.c.id, table.c.title, table.c.pub_year, table.c.title_sort).where(
        table.c.title_sort >= start[:12], table.c.title_sort < start[:12] + "\uffff",
        table.c.status.in_(HELD),
    )  # fmt: skip
    after = own.where(table.c.title_sort >= start).order_by(table.c.title_sort, table.c.id)
    before = own.where(table.c.title_sort < start).order_by(
        table.c.title_sort.desc(), table.c.id.desc()
    )
    rows = [row for half in (after, before)
            for row in session.connection().execute(half.limit(LOOKED_AT))]  # fmt: skip
    scored = [(*row[:3], "titre très proche", float(fuzz.ratio(row[3], start))) for row in rows]
    return [row for row in scored if row[4] >= ALIKE]
