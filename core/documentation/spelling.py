"""Words put right: proposed from those of the index, never imposed where something was found."""

from collections.abc import Sequence

import sqlalchemy as sa
from rapidfuzz.distance import OSA
from sqlmodel import Session

from core.db import table_of
from core.documentation import normaliser, search
from core.documentation.desk_models import SearchWord
from core.documentation.parsing import Clause

SHORTEST = 4
FAR_FROM = 7  # letters from which two faults are allowed


def proposal(session: Session, text: str, clauses: Sequence[Clause]) -> str:
    """Return the query with each unknown word put right, or nothing where none can be.

    One fault is allowed in a word of four to six letters, two above; among the nearest words, the
    one that most notices hold.
    """
    typed = {
        word.lower(): normaliser.token(word)
        for clause in clauses
        if not (clause.is_excluded or clause.is_prefix)
        for word in normaliser.words(clause.shown)
        if len(word) >= SHORTEST and word.isalpha()
    }
    known = _known(session, sorted(set(typed.values())))
    corrections = {
        word: right
        for word, token in typed.items()
        if token not in known and (right := _nearest(session, token))
    }
    return search.corrected(text, corrections) if corrections else ""


def _known(session: Session, tokens: list[str]) -> set[str]:
    table = table_of(SearchWord)
    rows = session.connection().execute(sa.select(table.c.token).where(table.c.token.in_(tokens)))
    return set(rows.scalars())


def _nearest(session: Session, token: str) -> str:
    """Return how the nearest word of the index is written, or nothing if none is near."""
    allowed = 1 if len(token) < FAR_FROM else 2
    table = table_of(SearchWord)
    rows = session.connection().execute(
        sa.select(table.c.token, table.c.shown, table.c.notices).where(
            table.c.length.between(len(token) - allowed, len(token) + allowed)
        )
    )
    near = [
        (distance, -row.notices, row.shown)
        for row in rows
        if (distance := OSA.distance(token, row.token, score_cutoff=allowed)) <= allowed
    ]
    return min(near)[2] if near else ""
