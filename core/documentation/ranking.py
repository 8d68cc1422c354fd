"""Which match comes first, and why: the engine's score, then what a reader expects. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from core.documentation import facets
from core.documentation.enums import Availability, Facet
from core.documentation.facets import Matches, Numbers
from core.documentation.parsing import Clause, without_small_words
from core.training.enums import Labelled

DEPTH = 200  # how many of the best are looked at closely
TITLE_BOOST, CONCEPT_BOOST, FRESH_BOOST, HERE_BOOST = 0.6, 0.4, 0.1, 0.02
FRESH_SPAN = 10  # years over which a document loses what its freshness is worth
TITLE_SAID, CONCEPT_SAID = "l’expression est dans le titre", "c’est un sujet du document"


class Order(Labelled):
    RELEVANCE = "pertinence", "pertinence"
    NEWEST = "annee", "les plus récents"
    OLDEST = "annee_croissante", "les plus anciens"
    ADDED = "entree", "derniers entrés au catalogue"


class Looked(NamedTuple):
    """What is read of one of the best matches; without a score, the engine's first one holds."""

    title: str
    concepts: str
    score: float | None


NOTHING = Looked("", "", None)


def years(matches: Matches) -> Numbers:
    """Return the year of each match, 0 where none is known."""
    found = np.zeros(len(matches.ids), np.int64)
    is_year = (matches.codes >> facets.SHIFT) == facets.RANKS[Facet.YEAR]
    found[matches.owners[is_year]] = matches.codes[is_year] & (facets.LIMIT - 1)
    return found


def ordered(matches: Matches, kept: Numbers, order: Order) -> Numbers:
    """Return the places of the kept matches, first to last; equal ones newest entry first."""
    ids = -matches.ids[kept]
    if order is Order.ADDED:
        return kept[np.argsort(ids, kind="stable")]
    if order is Order.RELEVANCE and matches.scores[kept].any():
        return kept[np.lexsort((ids, -matches.scores[kept]))]
    dates = years(matches)[kept]
    if order is Order.OLDEST:
        return kept[np.lexsort((ids, np.where(dates == 0, 9999, dates)))]
    return kept[np.lexsort((ids, -dates))]


def boosted(
    matches: Matches,
    first: Numbers,
    looked: Mapping[int, Looked],
    clauses: Sequence[Clause],
) -> tuple[Numbers, dict[int, tuple[str, ...]]]:
    """Raise, among the best, the phrase in a title, the very subject, the recent, what is here.

    Each share is of the engine's own score, so that none turns the whole order over. Returns the
    places in their new order, and the reasons that are worth saying, by notice.
    """
    phrase, best = _phrase(clauses), matches.at(first)
    words = phrase.split()
    dates, here = years(best), best.holding([facets.code(
        Facet.AVAILABILITY, facets.AVAILABILITIES.index(Availability.SHELF))])  # fmt: skip
    newest = max(int(dates.max(initial=0)), 1)
    worth = []
    reasons: dict[int, tuple[str, ...]] = {}
    for place, own in enumerate(best.ids.tolist()):
        title, concepts, score = looked.get(own, NOTHING)
        in_title = _has(title, words) and _holds(title, phrase)
        is_subject = _has(concepts, words) and _is_subject(concepts, phrase)
        fresh = max(0.0, 1 - (newest - int(dates[place])) / FRESH_SPAN)
        share = 1 + TITLE_BOOST * in_title + CONCEPT_BOOST * is_subject
        share += FRESH_BOOST * fresh + HERE_BOOST * bool(here[place])
        worth.append(float(best.scores[place] if score is None else score) * share)
        said = ((TITLE_SAID, in_title), (CONCEPT_SAID, is_subject))
        reasons[own] = tuple(text for text, holds in said if holds)
    order = np.lexsort((-matches.ids[first], -np.array(worth)))
    return first[order], reasons


def _phrase(clauses: Sequence[Clause]) -> str:
    """Return what was typed as one run of tokens, small words left aside."""
    own = [
        " ".join(token for sequence in clause.alternatives[0] for token in sequence)
        for clause in clauses
        if not clause.field
    ]
    return without_small_words(" ".join(own)).replace("*", "")


def _has(text: str, words: Sequence[str]) -> bool:
    """Say at little cost whether a text may hold a phrase: most of the best matches do not."""
    return all(word in text for word in words)


def _holds(text: str, phrase: str) -> bool:
    return bool(phrase) and f" {phrase} " in f" {without_small_words(text)} "


def _is_subject(concepts: str, phrase: str) -> bool:
    listed = (without_small_words(part.strip()) for part in concepts.split(" _ "))
    return bool(phrase) and phrase in listed
