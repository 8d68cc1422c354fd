"""Search of the catalogue: what matches, ranked, with its facets, on either engine."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session

from core import access
from core.access import Right, Viewer
from core.documentation import (
    facets,
    parsing,
    ranking,
    search,
    search_engines,
    spelling,
    term_queries,
)
from core.documentation.facets import Matches, Narrowed, Numbers, Selection
from core.documentation.parsing import Clause
from core.documentation.search import Widening
from core.documentation.search_engines import Sqlite
from core.fetching import tuples

PAGE = 20
FEW = 5  # documents found, under which words are put right, and their families proposed
ENOUGH = 20  # notices that hold a word, from which it is well written
FAR = 400  # matches looked at further, where the short fields say too little of them

DOMAINS = ("documentation",)


@dataclass(frozen=True)
class Request:
    """One search, as its address says it. ``without`` are widenings that were taken away.

    ``is_wide`` also searches the families of the words typed.
    """

    text: str = ""
    selection: Selection = field(default_factory=Selection)
    without: tuple[int, ...] = ()
    order: ranking.Order = ranking.Order.RELEVANCE
    start: int = 0
    size: int = PAGE
    is_wide: bool = False


@dataclass(frozen=True)
class Found:
    """The answer: ids of one page in their order, and what is said around it.

    ``reasons`` says why each notice of the page is where it is. ``proposal`` is a query with
    words put right, never searched by itself unless nothing was found (``is_corrected``).
    ``counts`` gives, by facet, how many notices hold each value number.
    """

    total: int
    ids: tuple[int, ...]
    reasons: tuple[tuple[str, ...], ...]
    counts: facets.Counts
    widenings: tuple[Widening, ...]
    clauses: tuple[Clause, ...]
    proposal: str = ""
    is_corrected: bool = False


def find(session: Session, viewer: Viewer, request: Request) -> Found:
    """Search. Nobody is shown, counted or proposed a notice that is not theirs to see.

    Where little is found, words are put right; not those of a search that was widened.
    """
    access.require(viewer, Right.READ_CATALOGUE)
    found = _find(session, viewer, request)
    if found.total >= FEW or request.is_wide or not found.clauses:
        return found
    held = {
        word: count
        for word in spelling.typed(found.clauses)
        if bool(count := _held(session, viewer, word)) is bool(found.total)
    }
    for proposal in spelling.proposals(session, request.text, held):
        second = _find(session, viewer, replace(request, text=proposal))
        if second.total and not found.total:
            return replace(second, proposal=proposal, is_corrected=True)
        if second.total >= spelling.MUCH * max(found.total, 1):
            return replace(found, proposal=proposal)
    return found


def _held(session: Session, viewer: Viewer, word: str) -> int:
    """Count the notices that a viewer finds by one word, as far as it matters (``ENOUGH``)."""
    engine = search_engines.of(session.connection())
    asked = engine.counted(parsing.parse(word), ceiling(viewer))
    [(count,)] = tuples(session, _first_few(asked.statement), asked.values)
    return int(count)


@lru_cache(maxsize=2)
def _first_few(statement: Any) -> Any:
    return sa.select(sa.func.count()).select_from(statement.limit(ENOUGH).subquery())


def _find(session: Session, viewer: Viewer, request: Request) -> Found:
    typed = parsing.parse(request.text)
    clauses, widenings = search.widen(
        typed, term_queries.terms(session, typed), without=request.without
    )
    matches = _matches(session, viewer, clauses, request)
    narrowed = facets.narrow(matches, request.selection)
    ids, reasons = _page(session, matches, narrowed, clauses, request)
    return Found(
        total=int(narrowed.kept.sum()), ids=ids, reasons=reasons, counts=narrowed.counts,
        widenings=widenings, clauses=clauses,
    )  # fmt: skip


def all_ids(session: Session, viewer: Viewer, request: Request) -> list[int]:
    """Return every notice that a search finds, in its order: what an export writes."""
    access.require(viewer, Right.READ_CATALOGUE)
    return list(_find(session, viewer, replace(request, start=0, size=sys.maxsize)).ids)


def ceiling(viewer: Viewer) -> int:
    """Return the widest audience whose notices a viewer may find."""
    return 1 if access.may(viewer, Right.EDIT_CATALOGUE) else 0


def _matches(
    session: Session, viewer: Viewer, clauses: Sequence[Clause], request: Request
) -> Matches:
    wanted, audience = [clause for clause in clauses if not clause.is_excluded], ceiling(viewer)
    engine = search_engines.of(session.connection())
    is_wide = _is_wide(request, wanted)
    is_quick = bool(wanted) and not is_wide and _shows_the_best(request)
    if is_wide:
        asked = engine.wide(wanted, audience)
    elif is_quick:
        asked = engine.counted(wanted, audience)
    else:
        asked = engine.scored(wanted, audience) if wanted else engine.unscored(audience)
    for clause in clauses:
        if clause.is_excluded:
            asked = asked.without(engine.holding(clause))
    found = engine.gathered(session, asked)
    if is_quick and isinstance(engine, Sqlite):
        return _scored(session, viewer, found, clauses, request)
    return found


def _is_wide(request: Request, wanted: Sequence[Clause]) -> bool:
    return request.is_wide and any(search.family_words(clause) for clause in wanted)


def _shows_the_best(request: Request) -> bool:
    """Say whether a page needs the scores of the best matches only."""
    is_first = request.start + request.size <= ranking.DEPTH
    return is_first and request.selection.is_empty and request.order is ranking.Order.RELEVANCE


def _scored(
    session: Session, viewer: Viewer, found: Matches, clauses: Sequence[Clause], request: Request
) -> Matches:
    """Score the best matches; where too many of them are not the viewer's, score all."""
    wanted = [clause for clause in clauses if not clause.is_excluded]
    best = Sqlite().best(wanted, 2 * ranking.DEPTH)
    scored = found.with_scores(tuples(session, best))
    if int((scored.scores > 0).sum()) >= min(ranking.DEPTH, len(found.ids)):
        return scored
    return _matches(session, viewer, clauses, replace(request, size=ranking.DEPTH + 1))


def _page(
    session: Session, matches: Matches, narrowed: Narrowed, clauses: Sequence[Clause],
    request: Request,
) -> tuple[tuple[int, ...], tuple[tuple[str, ...], ...]]:  # fmt: skip
    """Put the matches in order and return one page of them, with the reasons of their places."""
    kept = np.flatnonzero(narrowed.kept)
    order = ranking.ordered(matches, kept, request.order)
    reasons: dict[int, tuple[str, ...]] = {}
    wanted = [clause for clause in clauses if not clause.is_excluded]
    if request.order is ranking.Order.RELEVANCE and wanted:
        ranked = () if _is_wide(request, wanted) else wanted
        scores: dict[int, float] = {}
        if ranked:
            order, scores = _looked_further(session, matches, order, ranked, request)
        first = order[: ranking.DEPTH]
        closely = _closely(session, matches.ids[first].tolist(), () if scores else ranked)
        if scores:
            closely = {own: one._replace(score=scores[own]) for own, one in closely.items()}
        first, reasons = ranking.boosted(matches, first, closely, wanted)
        order = np.concatenate([first, order[ranking.DEPTH :]])
    page = order[max(0, request.start) : max(0, request.start) + request.size]
    shown = tuple(int(matches.ids[place]) for place in page)
    return shown, tuple(reasons.get(own, ()) for own in shown)


def _looked_further(
    session: Session, matches: Matches, order: Numbers, wanted: Sequence[Clause], request: Request
) -> tuple[Numbers, dict[int, float]]:
    """Put in order, by all their words, matches that were ranked by their short fields alone.

    Where short fields say too little, the best are chosen among the first ``FAR``, whose scores
    are returned; all the others are put in order once a page beyond the best is asked for.
    """
    depth = ranking.DEPTH
    scores: dict[int, float] = {}
    if int((matches.scores[order] > 0).sum()) < depth < len(order):
        order, scores = _by_all_words(session, matches, order, wanted, slice(FAR))
    if depth < min(len(order), request.start + request.size):
        order, _ = _by_all_words(session, matches, order, wanted, slice(depth, None))
    return order, scores


def _by_all_words(
    session: Session, matches: Matches, order: Numbers, wanted: Sequence[Clause], part: slice
) -> tuple[Numbers, dict[int, float]]:
    ids = matches.ids[order[part]]
    asked = search_engines.of(session.connection()).by_all_words(wanted, ids.tolist())
    if asked is None:
        return order, {}
    scores: dict[int, float] = dict(tuples(session, asked.statement, asked.values))
    worth = np.array([-scores[own] for own in ids.tolist()])
    turned = order.copy()
    turned[part] = order[part][np.lexsort((-ids, worth))]
    return turned, scores


def _closely(
    session: Session, ids: list[int], clauses: Sequence[Clause]
) -> dict[int, ranking.Looked]:
    """Look at the best matches: the words of their titles and concepts, and a finer score."""
    asked = search_engines.of(session.connection()).closely(clauses, ids)
    rows = tuples(session, asked.statement, asked.values)
    return {own: ranking.Looked(*looked) for own, *looked in rows}
