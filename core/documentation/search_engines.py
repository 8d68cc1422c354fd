"""Clauses as statements of each engine: both give (notice, score, packed facet values)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import Session

from core.db import is_sqlite
from core.documentation import search
from core.documentation import search_statements as statements
from core.documentation.facets import Matches
from core.documentation.parsing import Clause
from core.fetching import bytes_row, tuples


@dataclass(frozen=True)
class Asked:
    """A statement, and the values it is run with; its first column is the notice."""

    statement: Any
    values: Mapping[str, Any] = field(default_factory=dict)

    def without(self, held: Any) -> "Asked":
        """Leave out the notices that another statement gives."""
        own = self.statement.selected_columns[0]
        return replace(self, statement=self.statement.where(own.not_in(held)))


class Sqlite:
    """FTS5: the score is the opposite of bm25, whose best is the lowest."""

    def unscored(self, audience: int) -> Asked:
        return Asked(statements.everything(audience))

    def scored(self, clauses: Sequence[Clause], audience: int) -> Asked:
        return Asked(statements.met_by_sqlite(is_scored=True),
                     {"query": search.fts5(clauses), "audience": audience})  # fmt: skip

    def counted(self, clauses: Sequence[Clause], audience: int) -> Asked:
        """Give what matches without its score: to score all costs more than all the rest."""
        return replace(
            self.scored(clauses, audience), statement=statements.met_by_sqlite(is_scored=False)
        )

    def best(self, clauses: Sequence[Clause], limit: int) -> Any:
        """Give the best matches only, with their scores."""
        own = statements.FTS
        score = sa.func.bm25(sa.literal_column("notice_fts"), *statements.BM25)
        return (
            sa.select(own.c.rowid, -score)
            .where(own.c.notice_fts.op("MATCH")(search.fts5(clauses)))
            .order_by(score, own.c.rowid.desc())  # of equal ones the newest, as further on
            .limit(limit)
        )

    def wide(self, clauses: Sequence[Clause], audience: int) -> Asked:
        """Search words and families; what only a family meets comes after all the rest."""
        own = statements.FTS
        score = -sa.func.bm25(sa.literal_column("notice_fts"), *statements.BM25)
        exact = sa.select(own.c.rowid.label("own"), score.label("score")).where(
            own.c.notice_fts.op("MATCH")(search.fts5(clauses))
        )
        return Asked(
            statements.widely(exact, [self._held_or_akin(clause) for clause in clauses], audience)
        )

    def _held_or_akin(self, clause: Clause) -> Any:
        words = " AND ".join(f'"{word}"' for word in search.family_words(clause))
        akin = sa.select(statements.FAMILY_FTS.c.rowid).where(
            statements.FAMILY_FTS.c.notice_family_fts.op("MATCH")(words)
        )
        return self.holding(clause).union(akin) if words else self.holding(clause)

    def holding(self, clause: Clause) -> Any:
        return sa.select(statements.FTS.c.rowid).where(
            statements.FTS.c.notice_fts.op("MATCH")(search.fts5([clause]))
        )

    def gathered(self, session: Session, asked: Asked) -> Matches:
        return Matches.of(tuples(session, asked.statement, asked.values))

    def closely(self, _clauses: Sequence[Clause], ids: list[int]) -> Asked:
        """Select the words of the titles and concepts of a few notices; their scores hold."""
        return Asked(statements.shown(), {"ids": ids})

    def by_all_words(self, _clauses: Sequence[Clause], _ids: list[int]) -> Asked | None:
        """Nothing: all words have been scored already."""
        return None


class Postgresql:
    """A vector of the same words, ranked by their weight and number."""

    def unscored(self, audience: int) -> Asked:
        return Asked(statements.everything(audience))

    def scored(self, clauses: Sequence[Clause], audience: int) -> Asked:
        """Score by the short fields: to read all words of all matches costs as much again."""
        return Asked(
            statements.met_by_postgresql(),
            {"query": search.tsquery(clauses), "ranked": search.ranked_by(clauses, " | "),
             "audience": audience},
        )  # fmt: skip

    counted = scored  # a match is read whole, and scored, in one page

    def wide(self, clauses: Sequence[Clause], audience: int) -> Asked:
        own = statements.VECTOR
        query = self._query(search.tsquery(clauses))
        score = statements.ts_rank(own.c.words, self._query(search.ranked_by(clauses))).label(
            "score"
        )
        exact = sa.select(own.c.notice_id.label("own"), score).where(own.c.words.op("@@")(query))
        return Asked(
            statements.widely(exact, [self._held_or_akin(clause) for clause in clauses], audience)
        )

    def _held_or_akin(self, clause: Clause) -> Any:
        wider, words = statements.FAMILY_VECTOR, search.family_words(clause)
        query = self._query(" & ".join(f"'{word}'" for word in words))
        akin = sa.select(wider.c.notice_id).where(wider.c.family.op("@@")(query))
        return self.holding(clause).union(akin) if words else self.holding(clause)

    def holding(self, clause: Clause) -> Any:
        return sa.select(statements.VECTOR.c.notice_id).where(
            statements.VECTOR.c.words.op("@@")(self._query(search.tsquery([clause])))
        )

    def gathered(self, session: Session, asked: Asked) -> Matches:
        """Let the server put the columns end to end: rows cost more to send than to find.

        Short of memory, it would remember pages, not matches, and read all the rows of each;
        to compile the statement takes longer than to run it; workers cost more than little work.
        """
        tuples(session, statements.set_for_a_search())
        is_usual = asked.statement is statements.met_by_postgresql()
        joined = (
            statements.usual_end_to_end() if is_usual else statements.end_to_end(asked.statement)
        )
        return Matches.packed(*bytes_row(session, joined, asked.values))

    def closely(self, clauses: Sequence[Clause], ids: list[int]) -> Asked:
        """Select the same, in one parameter, and the scores by all the words of the notices.

        Without clauses the scores hold.
        """
        ranked = {"ranked": search.ranked_by(clauses)} if clauses else {}
        return Asked(statements.shown_closely(is_scored=bool(clauses)), {"ids": ids, **ranked})

    def by_all_words(self, clauses: Sequence[Clause], ids: list[int]) -> Asked | None:
        """Select the scores that all the words of some notices give."""
        return Asked(statements.scored_further(), {"ids": ids, "ranked": search.ranked_by(clauses)})

    @staticmethod
    def _query(text: str) -> Any:
        return sa.cast(sa.literal(text), postgresql.TSQUERY)


def of(connection: sa.Connection) -> Sqlite | Postgresql:
    """Return the engine of a store."""
    return Sqlite() if is_sqlite(connection) else Postgresql()
