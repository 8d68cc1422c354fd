"""Clauses as statements of each engine: both give (notice, score, packed facet values).

Statements asked at each search are written once: to build one costs more than to run it where few
notices match.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
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

    index = sa.table("notice_fts", sa.column("rowid"), sa.column("notice_fts"))
    families = sa.table("notice_family_fts", sa.column("rowid"), sa.column("notice_family_fts"))

    def unscored(self, audience: int) -> Asked:
        return Asked(_all(audience))

    def scored(self, clauses: Sequence[Clause], audience: int) -> Asked:
        return Asked(_met_by_sqlite(is_scored=True),
                     {"query": search.fts5(clauses), "audience": audience})  # fmt: skip

    def counted(self, clauses: Sequence[Clause], audience: int) -> Asked:
        """Give what matches without its score: to score all costs more than all the rest."""
        return replace(self.scored(clauses, audience), statement=_met_by_sqlite(is_scored=False))

    def best(self, clauses: Sequence[Clause], limit: int) -> Any:
        """Give the best matches only, with their scores."""
        own = self.index
        score = sa.func.bm25(sa.literal_column("notice_fts"), *BM25)
        return (
            sa.select(own.c.rowid, -score)
            .where(own.c.notice_fts.op("MATCH")(search.fts5(clauses)))
            .order_by(score, own.c.rowid.desc())  # of equal ones the newest, as further on
            .limit(limit)
        )

    def wide(self, clauses: Sequence[Clause], audience: int) -> Asked:
        """Search words and families; what only a family meets comes after all the rest."""
        own = self.index
        score = -sa.func.bm25(sa.literal_column("notice_fts"), *BM25)
        exact = sa.select(own.c.rowid.label("own"), score.label("score")).where(
            own.c.notice_fts.op("MATCH")(search.fts5(clauses))
        )
        return _widely(exact, [self._held_or_akin(clause) for clause in clauses], audience)

    def _held_or_akin(self, clause: Clause) -> Any:
        words = " AND ".join(f'"{word}"' for word in search.family_words(clause))
        akin = sa.select(self.families.c.rowid).where(
            self.families.c.notice_family_fts.op("MATCH")(words)
        )
        return self.holding(clause).union(akin) if words else self.holding(clause)

    def holding(self, clause: Clause) -> Any:
        return sa.select(self.index.c.rowid).where(
            self.index.c.notice_fts.op("MATCH")(search.fts5([clause]))
        )

    def gathered(self, session: Session, asked: Asked) -> Matches:
        return Matches.of(tuples(session, asked.statement, asked.values))

    def closely(self, _clauses: Sequence[Clause], ids: list[int]) -> Asked:
        """Select the words of the titles and concepts of a few notices; their scores hold."""
        return Asked(_shown(), {"ids": ids})

    def by_all_words(self, _clauses: Sequence[Clause], _ids: list[int]) -> Asked | None:
        """Nothing: all words have been scored already."""
        return None


class Postgresql:
    """A vector of the same words, ranked by their weight and number."""

    index = sa.table("notice_vector", sa.column("notice_id"), sa.column("words"),
                     sa.column("brief"), sa.column("audience"), sa.column("codes"))  # fmt: skip
    families = sa.table("notice_family_vector", sa.column("notice_id"), sa.column("family"))

    def unscored(self, audience: int) -> Asked:
        return Asked(_all(audience))

    def scored(self, clauses: Sequence[Clause], audience: int) -> Asked:
        """Score by the short fields: to read all words of all matches costs as much again."""
        return Asked(
            _met_by_postgresql(),
            {"query": search.tsquery(clauses), "ranked": search.ranked_by(clauses, " | "),
             "audience": audience},
        )  # fmt: skip

    counted = scored  # a match is read whole, and scored, in one page

    def wide(self, clauses: Sequence[Clause], audience: int) -> Asked:
        own = self.index
        query = self._query(search.tsquery(clauses))
        score = _ts_rank(own.c.words, self._query(search.ranked_by(clauses))).label("score")
        exact = sa.select(own.c.notice_id.label("own"), score).where(own.c.words.op("@@")(query))
        return _widely(exact, [self._held_or_akin(clause) for clause in clauses], audience)

    def _held_or_akin(self, clause: Clause) -> Any:
        wider, words = self.families, search.family_words(clause)
        query = self._query(" & ".join(f"'{word}'" for word in words))
        akin = sa.select(wider.c.notice_id).where(wider.c.family.op("@@")(query))
        return self.holding(clause).union(akin) if words else self.holding(clause)

    def holding(self, clause: Clause) -> Any:
        return sa.select(self.index.c.notice_id).where(
            self.index.c.words.op("@@")(self._query(search.tsquery([clause])))
        )

    def gathered(self, session: Session, asked: Asked) -> Matches:
        """Let the server put the columns end to end: rows cost more to send than to find.

        Short of memory, it would remember pages, not matches, and read all the rows of each;
        to compile the statement takes longer than to run it; workers cost more than little work.
        """
        tuples(session, _set_for_a_search())
        is_usual = asked.statement is _met_by_postgresql()
        joined = _usual_end_to_end() if is_usual else _end_to_end(asked.statement)
        return Matches.packed(*bytes_row(session, joined, asked.values))

    def closely(self, clauses: Sequence[Clause], ids: list[int]) -> Asked:
        """Select the same, in one parameter, and the scores by all the words of the notices.

        Without clauses the scores hold.
        """
        ranked = {"ranked": search.ranked_by(clauses)} if clauses else {}
        return Asked(_shown_closely(is_scored=bool(clauses)), {"ids": ids, **ranked})

    def by_all_words(self, clauses: Sequence[Clause], ids: list[int]) -> Asked | None:
        """Select the scores that all the words of some notices give."""
        return Asked(_scored_further(), {"ids": ids, "ranked": search.ranked_by(clauses)})

    @staticmethod
    def _query(text: str) -> Any:
        return sa.cast(sa.literal(text), postgresql.TSQUERY)


def _given(name: str) -> Any:
    """Return a query that is given when the statement is run."""
    return sa.cast(sa.bindparam(name, type_=sa.String), postgresql.TSQUERY)


def _ts_rank(words: Any, query: Any) -> Any:
    weights = sa.cast(list(TS_RANK), postgresql.ARRAY(sa.REAL))
    return sa.func.ts_rank(weights, words, query, 1)


@lru_cache(maxsize=2)
def _met_by_postgresql() -> Any:
    own = Postgresql.index
    return sa.select(own.c.notice_id, _ts_rank(own.c.brief, _given("ranked")), own.c.codes).where(
        own.c.words.op("@@")(_given("query")),
        own.c.audience <= sa.bindparam("audience", type_=sa.Integer),
    )


@lru_cache(maxsize=2)
def _usual_end_to_end() -> Any:
    return _end_to_end(_met_by_postgresql())


def _end_to_end(statement: Any) -> Any:
    own, score, codes = statement.subquery().columns
    return sa.select(
        *(
            sa.func.string_agg(part, sa.literal_column("''::bytea"))
            for part in (sa.func.int4send(own), sa.func.float4send(sa.cast(score, sa.REAL)),
                         sa.func.int4send(sa.func.octet_length(codes)), codes)
        )
    )  # fmt: skip


@lru_cache(maxsize=2)
def _set_for_a_search() -> Any:
    return sa.select(
        *(sa.func.set_config(name, value, sa.true()) for name, value in SETTINGS.items())
    )


@lru_cache(maxsize=2)
def _shown_closely(*, is_scored: bool) -> Any:
    own = Postgresql.index
    score = _ts_rank(own.c.words, _given("ranked")) if is_scored else sa.null()
    return (
        sa.select(*SHOWN, score)
        .join_from(TEXT, own, own.c.notice_id == TEXT.c.notice_id)
        .where(TEXT.c.notice_id == sa.any_(_ids()))
    )


@lru_cache(maxsize=2)
def _scored_further() -> Any:
    own = Postgresql.index
    score = _ts_rank(own.c.words, _given("ranked"))
    return sa.select(own.c.notice_id, score).where(own.c.notice_id == sa.any_(_ids()))


def _ids() -> Any:
    listed = postgresql.ARRAY(sa.Integer)
    return sa.cast(sa.bindparam("ids", type_=listed), listed)


@lru_cache(maxsize=2)
def _met_by_sqlite(*, is_scored: bool) -> Any:
    own = Sqlite.index
    score = -sa.func.bm25(sa.literal_column("notice_fts"), *BM25) if is_scored else sa.literal(0.0)
    return (
        sa.select(FACETS.c.notice_id, score, FACETS.c.codes)
        .join_from(own, FACETS, FACETS.c.notice_id == own.c.rowid)
        .where(own.c.notice_fts.op("MATCH")(sa.bindparam("query", type_=sa.String)))
        .where(FACETS.c.audience <= sa.bindparam("audience", type_=sa.Integer))
    )


@lru_cache(maxsize=2)
def _shown() -> Any:
    held = sa.bindparam("ids", type_=sa.Integer, expanding=True)
    return sa.select(*SHOWN, sa.null()).where(TEXT.c.notice_id.in_(held))


def _all(audience: int) -> Any:
    return sa.select(FACETS.c.notice_id, sa.literal(0.0), FACETS.c.codes).where(
        FACETS.c.audience <= audience
    )


def _widely(exact: Any, each: Sequence[Any], audience: int) -> Asked:
    """Ask for what is in each of several statements, a clause one; ``exact`` gives the scores."""
    best = exact.subquery()
    statement = (
        sa.select(FACETS.c.notice_id, sa.func.coalesce(best.c.score, 0.0), FACETS.c.codes)
        .join_from(FACETS, best, best.c.own == FACETS.c.notice_id, isouter=True)
        .where(FACETS.c.audience <= audience, *(FACETS.c.notice_id.in_(held) for held in each))
    )
    return Asked(statement)


def of(connection: sa.Connection) -> Sqlite | Postgresql:
    """Return the engine of a store."""
    return Sqlite() if is_sqlite(connection) else Postgresql()
