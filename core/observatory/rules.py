"""Rules on figures: status, rates, classes, comparison. Pure, free of SQL and of the screen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from core import fr
from core.observatory.enums import Status

Counts = npt.NDArray[np.int64]
PERCENT_FLOOR = 10


def status_of(
    *, count: npt.ArrayLike, known: npt.ArrayLike, masked: npt.ArrayLike, missing: npt.ArrayLike
) -> npt.NDArray[np.int8]:
    """Say what a sum is worth from its count and how many parts are known, masked, missing.

    A lower bound of zero says nothing: the figure is then masked or missing, not partial.

    >>> status_of(
    ...     count=[7, 5, 0, 0, 0], known=[3, 2, 0, 0, 1], masked=[0, 1, 2, 0, 0],
    ...     missing=[0, 0, 1, 4, 1],
    ... ).tolist()
    [0, 3, 1, 2, 2]
    """
    count, known, masked, missing = (
        np.asarray(part, dtype=float) for part in (count, known, masked, missing)
    )
    is_whole = (masked == 0) & (missing == 0)
    return np.select(
        [is_whole & (known > 0), (known > 0) & (count > 0), masked > 0],
        [Status.KNOWN, Status.PARTIAL, Status.MASKED],
        default=Status.MISSING,
    ).astype(np.int8)


def rates_per_1000(counts: pd.Series, denominators: pd.Series, statuses: pd.Series) -> pd.Series:
    """Return the rate of each KNOWN figure for 1,000 of its denominator, else NaN."""
    usable = (statuses == Status.KNOWN) & (denominators > 0)
    return (1000 * counts.astype("float64") / denominators.where(denominators > 0)).where(usable)


class Reading(StrEnum):
    """What a variation is worth (observatory 3.0: three symbols, never a bare variation)."""

    CLEAR = "clear"
    LIKELY = "likely"
    NOISE = "noise"
    BREAK = "break"
    NONE = "none"

    @property
    def symbol(self) -> str:
        return {"clear": "◆", "likely": "◇", "noise": "·", "break": "∥", "none": "–"}[self.value]

    @property
    def label(self) -> str:
        return {
            "clear": "variation nette",
            "likely": "variation probable",
            "noise": "non interprétable",
            "break": "rupture de série",
            "none": "comparaison impossible",
        }[self.value]


@dataclass(frozen=True)
class Comparison:
    """Two counts, before and now, and what their difference is worth."""

    now: int | None
    before: int | None
    p_value: float | None
    reading: Reading

    @property
    def difference(self) -> int | None:
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def text(self) -> str:
        return self.told("fait")

    def told(self, noun: str, plural: str | None = None) -> str:
        """Say the variation with its counts: a percentage only where both counts reach ten."""
        if self.now is None or self.before is None or self.difference is None:
            return "comparaison impossible"
        counts = f"{fr.number(self.before)} → {fr.number(self.now)}"
        if self.reading is Reading.BREAK:
            return f"rupture de série ({counts})"
        if self.now == self.before:
            return f"stable ({fr.number(self.now)})"
        sign = "+" if self.difference > 0 else ""
        gap = f"{sign}{fr.plural(self.difference, noun, plural)} ({counts})"
        if min(self.now, self.before) < PERCENT_FLOOR:
            return gap
        share = self.difference / self.before
        digits = 0 if abs(share) >= 0.095 else 1
        return f"{'+' if share > 0 else ''}{fr.percent(share, digits)}, {gap}"


def compare(
    now: int | None,
    before: int | None,
    *,
    exposure_now: float = 1.0,
    exposure_before: float = 1.0,
    is_broken: bool = False,
) -> Comparison:
    """Compare two counts by the exact conditional test of two Poisson rates.

    Given their sum, ``now`` is binomial with probability e₁/(e₁+e₂) when the rates are equal.
    ◆ under 1 %, ◇ under 5 %, else not interpretable; a break in the series forbids to compare.

    >>> compare(4, 2).reading.label
    'non interprétable'
    >>> compare(49, 20).reading.symbol
    '◆'
    """
    if now is None or before is None:
        return Comparison(now, before, None, Reading.NONE)
    if is_broken:
        return Comparison(now, before, None, Reading.BREAK)
    total = now + before
    if total == 0:
        return Comparison(now, before, 1.0, Reading.NOISE)
    share = exposure_now / (exposure_now + exposure_before)
    p_value = float(stats.binomtest(now, total, share).pvalue)
    if p_value < 0.01:
        reading = Reading.CLEAR
    elif p_value < 0.05:
        reading = Reading.LIKELY
    else:
        reading = Reading.NOISE
    return Comparison(now, before, p_value, reading)


def interval(count: int, *, level: float = 0.95) -> tuple[float, float]:
    """Return the exact (Garwood) interval of a Poisson count.

    >>> [round(bound, 1) for bound in interval(5)]
    [1.6, 11.7]
    >>> interval(0)[0]
    0.0
    """
    tail = (1 - level) / 2
    low = float(stats.chi2.ppf(tail, 2 * count) / 2) if count else 0.0
    return low, float(stats.chi2.ppf(1 - tail, 2 * count + 2) / 2)


def rank_band(
    counts: Sequence[int], denominators: Sequence[float], position: int, *, draws: int = 600
) -> tuple[int, int] | None:
    """Return the 5-95 % interval of a territory's rank by rate, 1 being the highest.

    Each rate is drawn from the gamma law that its count leaves open (Poisson count, Jeffreys
    prior 0.5): two territories whose rates cannot be told apart exchange ranks freely.
    None with fewer than two territories, or where the territory has no denominator.
    """
    exposures = np.asarray(denominators, dtype=float)
    usable = exposures > 0
    if usable.sum() < 2 or not usable[position]:
        return None
    shapes = np.asarray(counts, dtype=float)[usable] + 0.5
    place = int(usable[:position].sum())
    random = np.random.default_rng(20110615)
    samples = random.standard_gamma(shapes, size=(draws, len(shapes))) / exposures[usable]
    ranks = 1 + (samples > samples[:, [place]]).sum(axis=1)
    low, high = np.quantile(ranks, [0.05, 0.95], method="nearest")
    return int(low), int(high)


def months_between(first: int, last: int) -> list[int]:
    """List the months from one YYYYMM to another, both included.

    >>> months_between(201011, 201102)
    [201011, 201012, 201101, 201102]
    """
    start, end = (divmod(period, 100) for period in (first, last))
    count = 12 * (end[0] - start[0]) + end[1] - start[1]
    return [shifted(first, step) for step in range(count + 1)]


def shifted(period: int, months: int) -> int:
    """Move a month YYYYMM by some months; a year YYYY00 moves by whole years.

    >>> shifted(201101, -1), shifted(201000, -12)
    (201012, 200900)
    """
    year, month = divmod(period, 100)
    if month == 0:
        return 100 * (year + math.trunc(months / 12))
    rank = 12 * year + month - 1 + months
    return 100 * (rank // 12) + rank % 12 + 1
