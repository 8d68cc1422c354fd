"""How many standard months a quantity lasts, with its 80 % interval, and whether that held.

Everything here counts in months of the same length: ``forecast`` turns them into dates. Source of
the formulas: section 4.6 of the domain's study.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import fmean, stdev

import numpy as np
from scipy.special import stdtrit

from core import fr

LOW, HIGH = 0.10, 0.90
LEAST_CENTRAL, LEAST_INTERVAL, LEAST_BOOTSTRAP = 3, 4, 12
BLOCK, DRAWS, SEED = 3, 2_000, 20_110_615
LONGEST = 240
RECENT = 6


@dataclass(frozen=True)
class Span:
    """Months until a quantity is used up. None: not reached, however long one waits."""

    earliest: float | None
    central: float | None
    latest: float | None


@dataclass(frozen=True)
class Spread:
    """What a cumulated quantity is spread by: rates of n months, their mean and deviation."""

    count: int
    mean: float
    deviation: float

    @property
    def width(self) -> float:
        """t(n−1, 90 %) × sd."""
        return float(stdtrit(self.count - 1, HIGH)) * self.deviation


def spread(rates: Sequence[float]) -> Spread:
    """Measure monthly rates. Two of them at least."""
    return Spread(len(rates), fmean(rates), stdev(rates))


def months_left(rates: Sequence[float], quantity: float) -> Span | None:
    """Return how many months ``quantity`` lasts at ``rates``; None under three months of rates.

    With three months there is a central value only. The bounds solve
    ``h·x̄ ± t·sd·√(h + h²/n) = quantity``: the two roots of one equation of the second degree.

    >>> span = months_left([92, 110, 105, 128, 117, 121], 500)
    >>> [round(one, 2) for one in (span.earliest, span.central, span.latest)]
    [4.02, 4.46, 4.96]
    """
    if len(rates) < LEAST_CENTRAL:
        return None
    found = spread(rates)
    central = quantity / found.mean if found.mean > 0 else None
    if len(rates) < LEAST_INTERVAL:
        return Span(None, central, None)
    return Span(*_bounds(found, quantity, central))


def _bounds(
    found: Spread, quantity: float, central: float | None
) -> tuple[float | None, float | None, float | None]:
    square = found.width**2
    second = found.mean**2 - square / found.count
    first = 2 * quantity * found.mean + square
    inside = max(0.0, first**2 - 4 * second * quantity**2)
    if second > 0:
        low, high = (first - sqrt(inside)) / (2 * second), (first + sqrt(inside)) / (2 * second)
        # Where the mean is below zero both roots belong to a rise that never comes.
        return (low, central, high) if central is not None else (None, None, None)
    # The lower edge of the band never gets there: no latest date.
    denominator = first + sqrt(inside)
    return (2 * quantity**2 / denominator if denominator > 0 else None), central, None


def cumulated(found: Spread, months: float) -> tuple[float, float, float]:
    """Return the low, central and high quantity of ``months``; never below zero."""
    middle = months * found.mean
    around = found.width * sqrt(months + months**2 / found.count)
    return max(0.0, middle - around), max(0.0, middle), max(0.0, middle + around)


def bootstrap(rates: Sequence[float], quantity: float) -> Span | None:
    """Return the same span by drawing blocks of three months again; None under twelve months.

    The draw is seeded: the same rates always give the same span.
    """
    if len(rates) < LEAST_BOOTSTRAP or fmean(rates) <= 0:
        return None
    mean = fmean(rates)
    # Blocks taken out of a short series vary less than what they stand for.
    around = (np.asarray(rates) - mean) * sqrt(len(rates) / (len(rates) - BLOCK))
    chance = np.random.default_rng(SEED)
    long = min(LONGEST, 3 * ceil(quantity / mean) + 2 * BLOCK)
    # The mean itself is known from n months only: it is drawn again too.
    levels = mean + _blocks(chance, around, len(rates)).mean(axis=1)
    sums = np.cumsum(levels[:, None] + _blocks(chance, around, long), axis=1)
    lasted = np.sort(_crossings(sums, quantity))
    return Span(*(_quantile(lasted, share) for share in (LOW, 0.5, HIGH)))


def _crossings(sums: np.ndarray, quantity: float) -> np.ndarray:
    """Return, row by row, the months after which ``sums`` reach ``quantity``; infinite if never."""
    rows = np.arange(len(sums))
    reached = sums >= quantity
    rank = reached.argmax(axis=1)
    before = np.where(rank > 0, sums[rows, rank - 1], 0.0)
    step = sums[rows, rank] - before
    part = np.divide(quantity - before, step, out=np.zeros_like(step), where=step > 0)
    found: np.ndarray = np.where(reached.any(axis=1), rank + part, np.inf)
    return found


def _blocks(chance: np.random.Generator, values: np.ndarray, length: int) -> np.ndarray:
    starts = chance.integers(0, len(values) - BLOCK + 1, size=(DRAWS, ceil(length / BLOCK)))
    places = (starts[:, :, None] + np.arange(BLOCK)).reshape(DRAWS, -1)
    drawn: np.ndarray = values[places[:, :length]]
    return drawn


def _quantile(lasted: np.ndarray, share: float) -> float | None:
    value = float(lasted[min(len(lasted) - 1, int(share * len(lasted)))])
    return value if np.isfinite(value) else None


@dataclass(frozen=True)
class Coverage:
    """How many past forecasts held the date that was then observed, out of those judged."""

    inside: int
    judged: int

    @property
    def share(self) -> float | None:
        return self.inside / self.judged if self.judged else None

    def told(self) -> str:
        if self.share is None:
            return "aucune prévision passée ne peut encore être jugée"
        return (
            f"{fr.number(self.inside)} des {fr.plural(self.judged, 'prévision passée', 'prévisions passées')} "  # noqa: E501
            f"contenaient la date observée ({fr.percent(self.share)}, pour 80{fr.NBSP}% attendus)"
        )

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(self.inside + other.inside, self.judged + other.judged)


def back_test(rates: Sequence[float], *, ahead: float = 3.0, window: int = RECENT) -> Coverage:
    """Forecast from every past month what was then ahead, and compare with what came.

    At each month the quantity is ``ahead`` times the mean of the ``window`` months before. A
    forecast whose end is not observed yet and may still come true is not judged.
    """
    inside = judged = 0
    for place in range(LEAST_INTERVAL, len(rates)):
        known = rates[max(0, place - window) : place]
        quantity = ahead * fmean(known)
        if quantity <= 0:
            continue
        verdict = _held(months_left(known, quantity), rates[place:], quantity)
        judged += verdict is not None
        inside += verdict is True
    return Coverage(inside, judged)


def _held(span: Span | None, after: Sequence[float], quantity: float) -> bool | None:
    if span is None or span.earliest is None:
        return None
    latest = float("inf") if span.latest is None else span.latest
    # Judged on the length of what is forecast, and not on what came: else the long ones are lost.
    if len(after) < min(latest, LONGEST) and span.latest is not None:
        return None
    observed = float(_crossings(np.cumsum(after)[None, :], quantity)[0])
    if np.isinf(observed) and span.latest is None:
        return None
    return span.earliest <= observed <= latest
