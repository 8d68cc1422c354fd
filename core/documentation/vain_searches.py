"""Searches that found nothing, counted for the documentalist; nobody is named nor recognised.

A domain of its own: a reader who searches in vain renews no cached read of the catalogue.
"""

import re
from datetime import datetime, timedelta

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from core import access, db, fetching, fr
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import concept_editing, normaliser, parsing
from core.documentation.desk_models import EmptySearch
from core.documentation.enums import LabelKind

DOMAINS = ("catalogue_searches",)
KEPT = timedelta(days=365)
MOST, LONGEST = 1_000, 200
SHOWN = 200  # rows on screen
TELEPHONE = re.compile(r"(?:\d[\s.\-/]*){8,}")
TABLE = table_of(EmptySearch)


def note(session: Session, viewer: Viewer, *, text: str, now: datetime) -> None:
    """Count one more search that found nothing, by its words without digits.

    Nothing is kept of what may say who somebody is: a telephone number, an address of mail, an
    author. Searches not made again for a year are forgotten, and the oldest beyond ``MOST``.
    """
    access.require(viewer, Right.READ_CATALOGUE)
    shown = _kept(text)
    if not shown:
        return
    connection, moment = session.connection(), fr.stored(now)
    insert = sqlite.insert if db.is_sqlite(connection) else postgresql.insert
    key = " ".join(sorted(set(normaliser.tokens(shown))))[:LONGEST]
    connection.execute(
        insert(TABLE)
        .values(key=key, shown=shown, times=1, last_at=moment)
        .on_conflict_do_update(
            index_elements=["key"], set_={"times": TABLE.c.times + 1, "last_at": moment}
        )
    )
    newest = sa.select(TABLE.c.key).order_by(TABLE.c.last_at.desc(), TABLE.c.key).limit(MOST)
    connection.execute(
        sa.delete(TABLE).where((TABLE.c.last_at < moment - KEPT) | TABLE.c.key.not_in(newest))
    )


def _kept(text: str) -> str:
    """Return the words of a search that may be kept.

    >>> _kept("zadistes 2011"), _kept("dupont 06 12 34 56 78"), _kept("ville auteur:dupont")
    ('zadistes', '', '')
    """
    clauses = parsing.parse(text)
    if "@" in text or TELEPHONE.search(text) or any(one.field == "authors" for one in clauses):
        return ""
    words = [
        word for clause in clauses if not clause.is_excluded
        for word in normaliser.words(clause.shown) if not any(sign.isdigit() for sign in word)
    ]  # fmt: skip
    return " ".join(words)[:LONGEST]


def searches(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row a search without result, most frequent first: shown, times, last_at."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    statement = (
        sa.select(TABLE.c.shown, TABLE.c.times, TABLE.c.last_at)
        .order_by(TABLE.c.times.desc(), TABLE.c.last_at.desc())
        .limit(SHOWN)
    )
    return fetching.frame(session, statement, ["shown", "times", "last_at"])


def clear(session: Session, viewer: Viewer, *, shown: str) -> None:
    """Take a search without result off the list, once seen to."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    session.connection().execute(sa.delete(TABLE).where(TABLE.c.shown == shown))


def lead(
    session: Session, viewer: Viewer, *, shown: str, concept_id: int, kind: LabelKind,
    now: datetime,
) -> None:  # fmt: skip
    """Let the words of a search in vain lead to a concept; the search leaves the list."""
    concept_editing.add_way_in(session, viewer, concept_id=concept_id, text=shown, kind=kind,
                               now=now)  # fmt: skip
    clear(session, viewer, shown=shown)
