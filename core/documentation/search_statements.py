"""The statements of a search on each engine, written once: to build one costs more than to run it
where few notices match."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.db import table_of
from core.documentation.desk_models import NoticeFacets, NoticeText

FACETS, TEXT = table_of(NoticeFacets), table_of(NoticeText)
FTS = sa.table("notice_fts", sa.column("rowid"), sa.column("notice_fts"))
FAMILY_FTS = sa.table("notice_family_fts", sa.column("rowid"), sa.column("notice_family_fts"))
VECTOR = sa.table("notice_vector", sa.column("notice_id"), sa.column("words"),
                  sa.column("brief"), sa.column("audience"), sa.column("codes"))  # fmt: skip
FAMILY_VECTOR = sa.table("notice_family_vector", sa.column("notice_id"), sa.column("family"))

BM25 = (10.0, 6.0, 4.0, 1.0, 1.0)  # title, concepts, authors, abstract, other
SHOWN = (TEXT.c.notice_id, TEXT.c.title, TEXT.c.concepts)
SETTINGS = {"work_mem": "64MB", "jit": "off", "parallel_setup_cost": "10000"}
TS_RANK = (0.1, 0.4, 0.6, 1.0)  # D, C, B, A


def _given(name: str) -> Any:
    """Return a query that is given when the statement is run."""
    return sa.cast(sa.bindparam(name, type_=sa.String), postgresql.TSQUERY)


def ts_rank(words: Any, query: Any) -> Any:
    """Return the rank of a vector by the weights of its fields, long documents divided down."""
    weights = sa.cast(list(TS_RANK), postgresql.ARRAY(sa.REAL))
    return sa.func.ts_rank(weights, words, query, 1)


@lru_cache(maxsize=2)
def met_by_postgresql() -> Any:
    """Select what matches a query, scored by its short fields."""
    own = VECTOR
    return sa.select(own.c.notice_id, ts_rank(own.c.brief, _given("ranked")), own.c.codes).where(
        own.c.words.op("@@")(_given("query")),
        own.c.audience <= sa.bindparam("audience", type_=sa.Integer),
    )


@lru_cache(maxsize=2)
def usual_end_to_end() -> Any:
    """Select the same, end to end."""
    return end_to_end(met_by_postgresql())


def end_to_end(statement: Any) -> Any:
    """Put the columns of (notice, score, facet values) end to end: one row of bytes."""
    own, score, codes = statement.subquery().columns
    return sa.select(
        *(
            sa.func.string_agg(part, sa.literal_column("''::bytea"))
            for part in (sa.func.int4send(own), sa.func.float4send(sa.cast(score, sa.REAL)),
                         sa.func.int4send(sa.func.octet_length(codes)), codes)
        )
    )  # fmt: skip


@lru_cache(maxsize=2)
def set_for_a_search() -> Any:
    """Set what a search asks of the server, until the end of the unit of work."""
    return sa.select(
        *(sa.func.set_config(name, value, sa.true()) for name, value in SETTINGS.items())
    )


@lru_cache(maxsize=2)
def shown_closely(*, is_scored: bool) -> Any:
    """Select the words of the titles and concepts of some notices, and their scores where asked."""
    own = VECTOR
    score = ts_rank(own.c.words, _given("ranked")) if is_scored else sa.null()
    return (
        sa.select(*SHOWN, score)
        .join_from(TEXT, own, own.c.notice_id == TEXT.c.notice_id)
        .where(TEXT.c.notice_id == sa.any_(_ids()))
    )


@lru_cache(maxsize=2)
def scored_further() -> Any:
    """Select the scores that all the words of some notices give."""
    own = VECTOR
    score = ts_rank(own.c.words, _given("ranked"))
    return sa.select(own.c.notice_id, score).where(own.c.notice_id == sa.any_(_ids()))


def _ids() -> Any:
    listed = postgresql.ARRAY(sa.Integer)
    return sa.cast(sa.bindparam("ids", type_=listed), listed)


@lru_cache(maxsize=2)
def met_by_sqlite(*, is_scored: bool) -> Any:
    """Select what matches a query; without its score where that is not asked."""
    own = FTS
    score = -sa.func.bm25(sa.literal_column("notice_fts"), *BM25) if is_scored else sa.literal(0.0)
    return (
        sa.select(FACETS.c.notice_id, score, FACETS.c.codes)
        .join_from(own, FACETS, FACETS.c.notice_id == own.c.rowid)
        .where(own.c.notice_fts.op("MATCH")(sa.bindparam("query", type_=sa.String)))
        .where(FACETS.c.audience <= sa.bindparam("audience", type_=sa.Integer))
    )


@lru_cache(maxsize=2)
def shown() -> Any:
    """Select the words of the titles and concepts of some notices."""
    held = sa.bindparam("ids", type_=sa.Integer, expanding=True)
    return sa.select(*SHOWN, sa.null()).where(TEXT.c.notice_id.in_(held))


def everything(audience: int) -> Any:
    """Select every notice of an audience, none before another."""
    return sa.select(FACETS.c.notice_id, sa.literal(0.0), FACETS.c.codes).where(
        FACETS.c.audience <= audience
    )


def widely(exact: Any, each: Sequence[Any], audience: int) -> Any:
    """Ask for what is in each of several statements, a clause one; ``exact`` gives the scores."""
    best = exact.subquery()
    return (
        sa.select(FACETS.c.notice_id, sa.func.coalesce(best.c.score, 0.0), FACETS.c.codes)
        .join_from(FACETS, best, best.c.own == FACETS.c.notice_id, isouter=True)
        .where(FACETS.c.audience <= audience, *(FACETS.c.notice_id.in_(held) for held in each))
    )
