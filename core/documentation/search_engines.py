"""Clauses as statements of each engine: both give (notice, score, packed facet values)."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.db import is_sqlite
from core.documentation import search
from core.documentation.parsing import Clause

BM25 = (10.0, 6.0, 4.0, 1.0, 1.0)  # title, concepts, authors, abstract, other
TS_RANK = (0.1, 0.4, 0.6, 1.0)  # D, C, B, A


class Sqlite:
    """FTS5: the score is the opposite of bm25, whose best is the lowest."""

    index = sa.table("notice_fts", sa.column("rowid"), sa.column("notice_fts"))
    families = sa.table("notice_family_fts", sa.column("rowid"), sa.column("notice_family_fts"))

    def unscored(self, table: sa.Table) -> Any:
        return sa.select(table.c.notice_id, sa.literal(0.0), table.c.codes)

    def scored(self, table: sa.Table, clauses: Sequence[Clause]) -> Any:
        own = self.index
        score = -sa.func.bm25(sa.literal_column("notice_fts"), *BM25)
        return (
            sa.select(table.c.notice_id, score, table.c.codes)
            .join_from(own, table, table.c.notice_id == own.c.rowid)
            .where(own.c.notice_fts.op("MATCH")(search.fts5(clauses)))
        )

    def counted(self, table: sa.Table, clauses: Sequence[Clause]) -> Any:
        """Give what matches without its score: scoring all costs more than all the rest."""
        own = self.index
        return (
            sa.select(table.c.notice_id, sa.literal(0.0), table.c.codes)
            .join_from(own, table, table.c.notice_id == own.c.rowid)
            .where(own.c.notice_fts.op("MATCH")(search.fts5(clauses)))
        )

    def best(self, clauses: Sequence[Clause], limit: int) -> Any:
        """Give the best matches only, with their scores."""
        own = self.index
        score = sa.func.bm25(sa.literal_column("notice_fts"), *BM25)
        return (
            sa.select(own.c.rowid, -score)
            .where(own.c.notice_fts.op("MATCH")(search.fts5(clauses)))
            .order_by(score)
            .limit(limit)
        )

    def wide(self, table: sa.Table, clauses: Sequence[Clause]) -> Any:
        """Search words and families; what only a family meets comes after all the rest."""
        own, wider = self.index, self.families
        words = " AND ".join(f'"{word}"' for word in search.family_words(clauses))
        score = -sa.func.bm25(sa.literal_column("notice_fts"), *BM25)
        exact = (
            sa.select(own.c.rowid.label("own"), score.label("score"))
            .where(own.c.notice_fts.op("MATCH")(search.fts5(clauses)))
        )  # fmt: skip
        loose = sa.select(wider.c.rowid, sa.literal(0.0)).where(
            wider.c.notice_family_fts.op("MATCH")(words)
        )
        return _joined(table, exact.union_all(loose).subquery())

    def holding(self, clause: Clause) -> Any:
        return sa.select(self.index.c.rowid).where(
            self.index.c.notice_fts.op("MATCH")(search.fts5([clause]))
        )


class Postgresql:
    """A vector of the same words, ranked by their weight and number."""

    index = sa.table("notice_vector", sa.column("notice_id"), sa.column("words"),
                     sa.column("family"))  # fmt: skip

    def unscored(self, table: sa.Table) -> Any:
        return sa.select(table.c.notice_id, sa.literal(0.0), table.c.codes)

    def scored(self, table: sa.Table, clauses: Sequence[Clause]) -> Any:
        query = self._query(search.tsquery(clauses))
        return self._met(table, query, self._score(query))

    def counted(self, table: sa.Table, clauses: Sequence[Clause]) -> Any:
        """Give what matches without its score: scoring all costs more than all the rest."""
        return self._met(table, self._query(search.tsquery(clauses)), sa.literal(0.0))

    def best(self, clauses: Sequence[Clause], limit: int) -> Any:
        """Give the best matches only, with their scores."""
        own, query = self.index, self._query(search.tsquery(clauses))
        score = self._score(query).label("score")
        return (
            sa.select(own.c.notice_id, score)
            .where(own.c.words.op("@@")(query))
            .order_by(sa.desc("score"))
            .limit(limit)
        )

    def _met(self, table: sa.Table, query: Any, score: Any) -> Any:
        own = self.index
        return (
            sa.select(table.c.notice_id, score, table.c.codes)
            .join_from(own, table, table.c.notice_id == own.c.notice_id)
            .where(own.c.words.op("@@")(query))
        )

    def _score(self, query: Any) -> Any:
        weights = sa.cast(list(TS_RANK), postgresql.ARRAY(sa.REAL))
        return sa.func.ts_rank(weights, self.index.c.words, query, 1)

    def wide(self, table: sa.Table, clauses: Sequence[Clause]) -> Any:
        own, query = self.index, self._query(search.tsquery(clauses))
        words = self._query(" & ".join(f"'{w}'" for w in search.family_words(clauses)))
        exact = sa.select(own.c.notice_id.label("own"), self._score(query).label("score")).where(
            own.c.words.op("@@")(query)
        )
        loose = sa.select(own.c.notice_id, sa.literal(0.0)).where(own.c.family.op("@@")(words))
        return _joined(table, exact.union_all(loose).subquery())

    def holding(self, clause: Clause) -> Any:
        return sa.select(self.index.c.notice_id).where(
            self.index.c.words.op("@@")(self._query(search.tsquery([clause])))
        )

    @staticmethod
    def _query(text: str) -> Any:
        return sa.cast(sa.literal(text), postgresql.TSQUERY)


def of(connection: sa.Connection) -> Sqlite | Postgresql:
    """Return the engine of a store."""
    return Sqlite() if is_sqlite(connection) else Postgresql()


def _joined(table: sa.Table, both: Any) -> Any:
    best = (
        sa.select(both.c.own, sa.func.max(both.c.score).label("score"))
        .group_by(both.c.own).subquery()
    )  # fmt: skip
    return sa.select(table.c.notice_id, best.c.score, table.c.codes).join_from(
        best, table, table.c.notice_id == best.c.own
    )
