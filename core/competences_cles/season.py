"""The season of consumption: twelve factors, drawn to those of the region (section 4.5)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

SHRINKAGE = 4
YEAR = 12
TOO_SHORT = "moins de douze mois d’historique : aucune saisonnalité n’est appliquée"


@dataclass(frozen=True)
class MonthRate:
    """The pace of one month, in quantity per working day."""

    period: int
    per_day: float


@dataclass(frozen=True)
class Season:
    """Twelve factors around 1, January first, and a French note where they say nothing."""

    factors: tuple[float, ...] = (1.0,) * YEAR
    note: str = ""

    def at(self, period: int) -> float:
        return self.factors[period % 100 - 1]


def seasonality(own: Sequence[MonthRate], regional: Sequence[MonthRate]) -> Season:
    """Return the twelve factors of a département, each drawn to that of the region.

    The weight of its own index is n/(n+4), n the years in which that month was seen. Under twelve
    months of history every factor is 1, and a note says so.
    """
    if len({one.period for one in own}) < YEAR:
        return Season(note=TOO_SHORT)
    mine, theirs = _index(own), _index(regional)
    seen = Counter(period % 100 for period in {one.period for one in own})
    weights = [seen[rank] / (seen[rank] + SHRINKAGE) for rank in range(1, YEAR + 1)]
    return Season(tuple(map(_drawn, mine, theirs, weights)))


def _drawn(own: float | None, regional: float | None, weight: float) -> float:
    # A month never seen here has a weight of 0; one seen nowhere is like any other.
    return weight * (own or 0.0) + (1 - weight) * (1.0 if regional is None else regional)


def _index(rates: Sequence[MonthRate]) -> list[float | None]:
    """Return the mean of each calendar month on the mean of all, None for a month never seen."""
    by_rank: defaultdict[int, list[float]] = defaultdict(list)
    for one in rates:
        by_rank[one.period % 100 - 1].append(one.per_day)
    means = {rank: fmean(values) for rank, values in by_rank.items()}
    level = fmean(means.values()) if means else 0.0
    if level <= 0:
        return [None] * YEAR
    return [means[rank] / level if rank in means else None for rank in range(YEAR)]
