"""Words put right: proposed from those of the index, never imposed where something was found."""

from collections.abc import Mapping, Sequence
from itertools import islice

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlmodel import Session

from core.db import table_of
from core.documentation import normaliser, search
from core.documentation.desk_models import SearchWord
from core.documentation.parsing import Clause
from core.fetching import tuples

SHORTEST = 4
FAR_FROM = 7  # letters from which two faults are allowed
MUCH = 10  # times more documents, from which a near word is worth proposing
MOST_WORDS, TRIED = 6, 4


def typed(clauses: Sequence[Clause]) -> tuple[str, ...]:
    """Return the words of a query that may be put right, the first few."""
    words = (
        word.lower()
        for clause in clauses
        if not (clause.is_excluded or clause.is_prefix)
        for word in normaliser.words(clause.shown)
        if len(word) >= SHORTEST and word.isalpha()
    )
    return tuple(islice(dict.fromkeys(words), MOST_WORDS))


def proposals(session: Session, text: str, held: Mapping[str, int]) -> list[str]:
    """Return the query with words put right, in the order it is worth trying; maybe none.

    ``held`` says, of each word to put right, how many notices the reader finds by it. The words
    of the index count all notices: what a proposal finds is for the caller to see.
    """
    near = {word: listed for word, n in held.items() if (listed := _nearest(session, word, n))}
    return [
        search.corrected(text, {word: listed[min(rank, len(listed) - 1)]
                                for word, listed in near.items()})
        for rank in range(max(map(len, near.values()), default=0))
    ]  # fmt: skip


def _nearest(session: Session, word: str, held: int) -> list[str]:
    """Return how the nearest words of the index that many more notices hold are written.

    One fault is allowed in a word of four to six letters, two above; of equally near words, the
    one that most notices hold comes first.
    """
    token = normaliser.token(word)
    allowed = 1 if len(token) < FAR_FROM else 2
    table = table_of(SearchWord)
    rows = tuples(
        session,
        sa.select(table.c.token, table.c.shown, table.c.notices).where(
            table.c.length.between(len(token) - allowed, len(token) + allowed),
            table.c.notices >= MUCH * held, table.c.token != token,
        ),
    )  # fmt: skip
    met = process.extract(token, [row[0] for row in rows], scorer=OSA.distance,
                          score_cutoff=allowed, limit=None)  # fmt: skip
    near = sorted((distance, -rows[place][2], rows[place][1]) for _, distance, place in met)
    return [shown for _, _, shown in near[:TRIED]]
