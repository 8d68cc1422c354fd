"""Facet values as numbers: packed with each notice, counted for any set of notices at once.

A value is 32 bits: the facet's rank, then the value's own number (an id, a year …). Counting over
the matches is then one pass over numbers, however many facets there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.documentation.enums import Availability, DocumentType, Facet

SHIFT = 24
LIMIT = 1 << SHIFT
RANKS = {facet: rank for rank, facet in enumerate(Facet)}
TYPES = tuple(DocumentType)
AVAILABILITIES = tuple(Availability)
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def code(facet: Facet, number: int) -> int:
    """Pack a value; one that does not fit is a fault of ours."""
    if not 0 <= number < LIMIT:
        raise ValueError(f"{facet} {number} does not fit")
    return (RANKS[facet] << SHIFT) | number


def language_number(text: str) -> int:
    """Return the number of a language code of three letters, 0 for anything else.

    >>> language_text(language_number("fre")), language_number("x1")
    ('fre', 0)
    """
    if len(text) != 3 or not (text.isascii() and text.islower() and text.isalpha()):
        return 0
    first, second, third = (ord(letter) - 96 for letter in text)
    return (first * 27 + second) * 27 + third


def language_text(number: int) -> str:
    rest, third = divmod(number, 27)
    first, second = divmod(rest, 27)
    return "".join(chr(96 + part) for part in (first, second, third))


def packed(codes: Iterable[int]) -> bytes:
    return np.array(sorted(set(codes)), dtype="<i4").tobytes()


@dataclass(frozen=True)
class Selection:
    """What a reader chose: values of a facet (any of them), values left out, a span of years."""

    chosen: Mapping[Facet, tuple[int, ...]] = field(default_factory=dict)
    excluded: Mapping[Facet, tuple[int, ...]] = field(default_factory=dict)
    year_from: int | None = None
    year_to: int | None = None

    @property
    def is_empty(self) -> bool:
        given = (*self.chosen.values(), *self.excluded.values())
        return not any(given) and self.year_from is None and self.year_to is None


@dataclass(frozen=True)
class Matches:
    """Notices that match a query, with the packed values of each; arrays of one length."""

    ids: Numbers
    scores: npt.NDArray[np.float64]
    codes: npt.NDArray[np.int32]
    owners: Numbers

    @staticmethod
    def of(rows: Sequence[tuple[Any, ...]]) -> "Matches":
        """Gather rows (notice, score, packed values)."""
        if not rows:
            nothing = np.empty(0, np.int64)
            return Matches(nothing, np.empty(0), np.empty(0, np.int32), nothing)
        count = len(rows)  # column by column: turning the rows over at once is far slower
        blobs = [row[2] for row in rows]
        lengths = np.fromiter(map(len, blobs), np.int64, count) // 4
        codes = np.frombuffer(b"".join(blobs), dtype="<i4").astype(np.int32)
        owners = np.repeat(np.arange(count), lengths)
        ids = np.fromiter((row[0] for row in rows), np.int64, count)
        return Matches(ids, np.fromiter((row[1] for row in rows), float, count), codes, owners)

    @staticmethod
    def packed(ids: bytes, scores: bytes, lengths: bytes, codes: bytes) -> "Matches":
        """Gather columns put end to end: big-endian numbers, and the packed values as stored."""
        counts = np.frombuffer(lengths, ">i4").astype(np.int64) // 4
        return Matches(
            np.frombuffer(ids, ">i4").astype(np.int64),
            np.frombuffer(scores, ">f4").astype(float),
            np.frombuffer(codes, "<i4").astype(np.int32),
            np.repeat(np.arange(len(counts)), counts),
        )

    def with_scores(self, best: Sequence[tuple[int, float]]) -> "Matches":
        """Give their scores to the best matches; best ones that are no match here are left out."""
        scores = np.zeros(len(self.ids))
        if not len(best) or not len(self.ids):
            return self
        order = np.argsort(self.ids, kind="stable")
        own = np.fromiter((row[0] for row in best), np.int64, len(best))
        places = order[np.minimum(np.searchsorted(self.ids[order], own), len(order) - 1)]
        is_held = self.ids[places] == own
        scores[places[is_held]] = np.fromiter((row[1] for row in best), float)[is_held]
        return replace(self, scores=scores)

    def at(self, places: Numbers) -> "Matches":
        """Return the matches of a few places, in their order."""
        starts = np.searchsorted(self.owners, places)
        ends = np.searchsorted(self.owners, places, side="right")
        spans = [self.codes[start:end] for start, end in zip(starts, ends, strict=True)]
        return Matches(
            self.ids[places], self.scores[places],
            np.concatenate(spans) if spans else self.codes[:0],
            np.repeat(np.arange(len(places)), ends - starts),
        )  # fmt: skip

    def holding(self, wanted: Iterable[int]) -> Flags:
        """Mark the notices that hold one of these packed values."""
        found = np.zeros(len(self.ids), bool)
        listed = np.fromiter(wanted, np.int32)
        found[self.owners[np.isin(self.codes, listed)]] = True
        return found

    def between(self, start: int | None, end: int | None) -> Flags:
        """Mark the notices of a span of years, both ends included; no year is outside of it."""
        low = code(Facet.YEAR, start if start is not None else 0)
        high = code(Facet.YEAR, min(end, LIMIT - 1) if end is not None else LIMIT - 1)
        found = np.zeros(len(self.ids), bool)
        found[self.owners[(self.codes >= low) & (self.codes <= high)]] = True
        return found


Counts = Mapping[Facet, Mapping[int, int]]


@dataclass(frozen=True)
class Narrowed:
    """Which matches stay, and how many hold each value, by facet (value number → notices)."""

    kept: Flags
    counts: Counts


def narrow(matches: Matches, wanted: Selection) -> Narrowed:
    """Apply a selection: OR inside a facet, AND between facets, then what is left out.

    A facet's own counts leave its own choice aside, so that a second value can be added to it.
    Zeros are not listed.
    """
    by_facet = _flags(matches, wanted)
    outside = _not_excluded(matches, wanted)
    kept = outside.copy()
    for flags in by_facet.values():
        kept &= flags
    counts = _counted(matches, kept)
    for facet in by_facet:
        others = outside.copy()
        for other, flags in by_facet.items():
            if other is not facet:
                others &= flags
        counts[facet] = _counted(matches, others)[facet]
    return Narrowed(kept, counts)


def _counted(matches: Matches, kept: Flags) -> dict[Facet, Mapping[int, int]]:
    """Count every value of the kept matches, in one pass whatever the facets."""
    mine = matches.codes if kept.all() else matches.codes[kept[matches.owners]]
    values, numbers = np.unique(mine, return_counts=True)
    bounds = np.searchsorted(values >> SHIFT, np.arange(len(RANKS) + 1))
    shown = values & (LIMIT - 1)
    return {
        facet: dict(zip(shown[start:end].tolist(), numbers[start:end].tolist(), strict=True))
        for facet, start, end in zip(RANKS, bounds[:-1], bounds[1:], strict=True)
    }


def _flags(matches: Matches, wanted: Selection) -> dict[Facet, Flags]:
    found = {
        facet: matches.holding(code(facet, number) for number in numbers if 0 <= number < LIMIT)
        for facet, numbers in wanted.chosen.items()
        if numbers
    }
    if wanted.year_from is not None or wanted.year_to is not None:
        span = matches.between(_year(wanted.year_from), _year(wanted.year_to))
        found[Facet.YEAR] = found[Facet.YEAR] & span if Facet.YEAR in found else span
    return found


def _year(value: int | None) -> int | None:
    return None if value is None else min(max(value, 0), 9999)


def _not_excluded(matches: Matches, wanted: Selection) -> Flags:
    listed = [
        code(facet, number)
        for facet, numbers in wanted.excluded.items()
        for number in numbers
        if 0 <= number < LIMIT
    ]
    return ~matches.holding(listed) if listed else np.ones(len(matches.ids), bool)
