"""Clauses as statements of each engine: both give (notice, score, packed facet values)."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import Session

from core.db import bytes_row, is_sqlite, table_of, tuples
from core.documentation import search
from core.documentation.desk_models import NoticeFacets, NoticeText
from core.documentation.facets import Matches
from core.documentation.parsing import Clause

BM25 = (10.0, 6.0, 4.0, 1.0, 1.0)  # title, concepts, authors, abstract, other
FACETS, TEXT = table_of(NoticeFacets), table_of(NoticeText)
SHOWN = (TEXT.c.notice_id, TEXT.c.title, TEXT.c.concepts)
SETTINGS = {"work_mem": "64MB", "jit": "off", "parallel_setup_cost": "10000"}
TS_RANK = (0.1, 0.4, 0.6, 1.0)  # D, C, B, A


class Sqlite:
    """FTS5: the score is the opposite of bm25, whose best is the lowest."""

    index = sa.table("notice_fts", sa.column("rowid"), sa.column("notice_fts"))
    families = sa.table("notice_family_fts", sa.column("rowid"), sa.column("notice_family_fts"))

    def unscored(self, audience: int) -> Any:
        return _all(audience)

    def scored(self, clauses: Sequence[Clause], audience: int) -> Any:
        return self._met(clauses, -sa.func.bm25(sa.literal_column("notice_fts"), *BM25), audience)

    def counted(self, clauses: Sequence[Clause], audience: int) -> Any:
        """Give what matches without its score: to score all costs more than all the rest."""
        return self._met(clauses, sa.literal(0.0), audience)

    def _met(self, clauses: Sequence[Clause], score: Any, audience: int) -> Any:
        own = self.index
        return (
            sa.select(FACETS.c.notice_id, score, FACETS.c.codes)
            .join_from(own, FACETS, FACETS.c.notice_id == own.c.rowid)
            .where(own.c.notice_fts.op("MATCH")(search.fts5(clauses)))
            .where(FACETS.c.audience <= audience)
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

    def wide(self, clauses: Sequence[Clause], audience: int) -> Any:
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
        return _joined(exact.union_all(loose).subquery(), audience)

    def holding(self, clause: Clause) -> Any:
        return sa.select(self.index.c.rowid).where(
            self.index.c.notice_fts.op("MATCH")(search.fts5([clause]))
        )

    def gathered(self, session: Session, statement: Any) -> Matches:
        return Matches.of(tuples(session, statement))

    def closely(self, _clauses: Sequence[Clause], ids: list[int]) -> Any:
        """Select the words of the titles and concepts of a few notices; their scores hold."""
        return sa.select(*SHOWN, sa.null()).where(TEXT.c.notice_id.in_(ids))


class Postgresql:
    """A vector of the same words, ranked by their weight and number."""

    index = sa.table("notice_vector", sa.column("notice_id"), sa.column("words"),
                     sa.column("brief"), sa.column("audience"), sa.column("codes"))  # fmt: skip
    families = sa.table("notice_family_vector", sa.column("notice_id"), sa.column("family"))

    def unscored(self, audience: int) -> Any:
        return _all(audience)

    def scored(self, clauses: Sequence[Clause], audience: int) -> Any:
        """Score by the short fields: to read all words of all matches costs as much again."""
        own, query = self.index, self._query(search.tsquery(clauses))
        score = self._score(own.c.brief, self._query(search.ranked_by(clauses, " | ")))
        return (
            sa.select(own.c.notice_id, score, own.c.codes)
            .where(own.c.words.op("@@")(query), own.c.audience <= audience)
        )  # fmt: skip

    counted = scored  # a match is read whole, and scored, in one page

    def _score(self, words: Any, query: Any) -> Any:
        weights = sa.cast(list(TS_RANK), postgresql.ARRAY(sa.REAL))
        return sa.func.ts_rank(weights, words, query, 1)

    def _closer(self, clauses: Sequence[Clause]) -> Any:
        return self._score(self.index.c.words, self._query(search.ranked_by(clauses)))

    def wide(self, clauses: Sequence[Clause], audience: int) -> Any:
        own, wider = self.index, self.families
        query = self._query(search.tsquery(clauses))
        words = self._query(" & ".join(f"'{w}'" for w in search.family_words(clauses)))
        score = self._closer(clauses).label("score")
        exact = sa.select(own.c.notice_id.label("own"), score).where(own.c.words.op("@@")(query))
        loose = sa.select(wider.c.notice_id, sa.literal(0.0)).where(wider.c.family.op("@@")(words))
        return _joined(exact.union_all(loose).subquery(), audience)

    def holding(self, clause: Clause) -> Any:
        return sa.select(self.index.c.notice_id).where(
            self.index.c.words.op("@@")(self._query(search.tsquery([clause])))
        )

    def gathered(self, session: Session, statement: Any) -> Matches:
        """Let the server put the columns end to end: rows cost more to send than to find.

        Short of memory, it would remember pages, not matches, and read all the rows of each;
        to compile the statement takes longer than to run it; workers cost more than little work.
        """
        local = [sa.func.set_config(name, value, sa.true()) for name, value in SETTINGS.items()]
        tuples(session, sa.select(*local))
        one = statement.subquery()
        own, score, codes = one.columns
        joined = sa.select(
            *(
                sa.func.string_agg(part, sa.literal_column("''::bytea"))
                for part in (sa.func.int4send(own), sa.func.float4send(sa.cast(score, sa.REAL)),
                             sa.func.int4send(sa.func.octet_length(codes)), codes)
            )
        )  # fmt: skip
        return Matches.packed(*bytes_row(session, joined))

    def closely(self, clauses: Sequence[Clause], ids: list[int]) -> Any:
        """Select the same, in one parameter, and the scores by all the words of the notices.

        Without clauses the scores hold.
        """
        listed = sa.cast(sa.literal(ids, postgresql.ARRAY(sa.Integer)),
                         postgresql.ARRAY(sa.Integer))  # fmt: skip
        own = self.index
        score = self._closer(clauses) if clauses else sa.null()
        return (
            sa.select(*SHOWN, score)
            .join_from(TEXT, own, own.c.notice_id == TEXT.c.notice_id)
            .where(TEXT.c.notice_id == sa.any_(listed))
        )  # fmt: skip

    @staticmethod
    def _query(text: str) -> Any:
        return sa.cast(sa.literal(text), postgresql.TSQUERY)


def _all(audience: int) -> Any:
    return sa.select(FACETS.c.notice_id, sa.literal(0.0), FACETS.c.codes).where(
        FACETS.c.audience <= audience
    )


def _joined(both: Any, audience: int) -> Any:
    best = (
        sa.select(both.c.own, sa.func.max(both.c.score).label("score"))
        .group_by(both.c.own).subquery()
    )  # fmt: skip
    return (
        sa.select(FACETS.c.notice_id, best.c.score, FACETS.c.codes)
        .join_from(best, FACETS, FACETS.c.notice_id == best.c.own)
        .where(FACETS.c.audience <= audience)
    )


def of(connection: sa.Connection) -> Sqlite | Postgresql:
    """Return the engine of a store."""
    return Sqlite() if is_sqlite(connection) else Postgresql()
