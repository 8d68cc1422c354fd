"""How fast an order is consumed, per working day, from months known well enough.

Recent months are known in part only: what share of a month is known after so many days is
learnt from the months before. Source of the formulas: section 4.5 of the domain's study.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import sqrt
from statistics import fmean, median, stdev

from core import fr
from core.competences_cles.calendar import Calendar, month_bounds, months_between, period_of
from core.competences_cles.season import Season
from core.training.enums import Labelled

SETTLED_DAYS = 120
LEAST_SHARE = 0.5
STALE_DAYS = 45
MOST_MONTHS, LEAST_MONTHS = 6, 3


class MonthUse(Labelled):
    """What a month is worth to the pace."""

    USED = "retenu", "retenu"
    OLDER = "ancien", "plus ancien que les six derniers mois retenus"
    PARTIAL = "incomplet", "connu à moins de la moitié"
    MISSING = "manquant", "non déclaré"


@dataclass(frozen=True)
class Entry:
    """A signed quantity of the month it concerns (YYYYMM), and the day it became known."""

    period: int
    known_on: date
    quantity: int


@dataclass(frozen=True)
class Month:
    """One past month of an order: what is declared, the share that is, its working days."""

    period: int
    declared: int | None
    share: float
    days: int
    season: float
    use: MonthUse

    @property
    def expected(self) -> float:
        """What the month should reach once everything is declared; 0 if nothing is covered."""
        return (self.declared or 0) / self.share

    @property
    def still_expected(self) -> float:
        """What is not declared yet (the hatched part of a bar)."""
        return max(0.0, self.expected - (self.declared or 0)) if self.declared else 0.0


@dataclass(frozen=True)
class Completeness:
    """What was known of each settled month, day after day: learnt once, read for many orders.

    ``months``: for each, the days after its end on which something became known, and the share
    of the month known from each of them on.
    """

    months: tuple[tuple[tuple[int, ...], tuple[float, ...]], ...]

    def at(self, lag: int) -> float | None:
        """Return p(ℓ): the median share known ``lag`` days after the end; None if never seen."""
        if lag >= SETTLED_DAYS:
            return 1.0
        if not self.months:
            return None
        places = [(bisect_right(lags, lag), shares) for lags, shares in self.months]
        return median(shares[place - 1] if place else 0.0 for place, shares in places)


def learn(entries: Iterable[Entry], *, today: date) -> Completeness:
    """Learn completeness from the months that ended 120 days ago or more.

    What was known at a lag is divided by what is known now. A month whose total is not above
    zero says nothing.
    """
    known: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for one in entries:
        end = month_bounds(one.period)[1]
        if (today - end).days >= SETTLED_DAYS and one.known_on <= today:
            known[one.period][(one.known_on - end).days] += one.quantity
    settled = (sorted(lags.items()) for lags in known.values() if lags.total() > 0)
    return Completeness(tuple(_shares(lags) for lags in settled))


def _shares(lags: list[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    sums = list(accumulate(quantity for _, quantity in lags))
    return tuple(lag for lag, _ in lags), tuple(value / sums[-1] for value in sums)


@dataclass(frozen=True)
class History:
    """The ledger of an order by month and day known; ``covered``: months some export declares.

    A covered month without a row is a zero; a month that is not covered is missing. ``learnt``
    is the completeness of the operator or of the region, that of the order itself by default.
    """

    entries: Sequence[Entry]
    covered: frozenset[int]
    start: date
    end: date
    last_data_on: date | None
    learnt: Completeness | None = None


@dataclass(frozen=True)
class Pace:
    """The pace: ``per_day`` as observed, ``base_per_day`` without the season, both None if unknown.

    ``sigma_per_day`` is the deviation of one working day, such that L days deviate by σ√L.
    """

    per_day: float | None
    base_per_day: float | None
    sigma_per_day: float | None
    months: tuple[Month, ...]
    is_stale: bool
    notes: tuple[str, ...] = ()

    @property
    def used(self) -> list[Month]:
        return [one for one in self.months if one.use is MonthUse.USED]


def months(history: History, *, today: date, calendar: Calendar, season: Season) -> list[Month]:
    """List the months of the order that are over, each with what it is worth.

    The month under way is never complete, and is not listed. A correction counts in the month
    it concerns.
    """
    last = min(today, history.end)
    every = months_between(period_of(history.start), period_of(last))
    over = [period for period in every if month_bounds(period)[1] < today]
    totals: defaultdict[int, int] = defaultdict(int)
    for one in history.entries:
        totals[one.period] += one.quantity if one.known_on <= today else 0
    learnt = history.learnt or learn(history.entries, today=today)
    found = []
    for period in over:
        lag = (today - month_bounds(period)[1]).days
        share = learnt.at(lag)
        found.append(_month(history, period, totals[period], share, calendar, season))
    return _latest(found)


def _month(  # one row of a table, and each is a column of it
    history: History, period: int, total: int, share: float | None,
    calendar: Calendar, season: Season,
) -> Month:  # fmt: skip
    days = calendar.count_month(period, start=history.start, end=history.end)
    is_covered = period in history.covered
    known = 1.0 if share is None else share
    use = MonthUse.USED if is_covered else MonthUse.MISSING
    if is_covered and (known < LEAST_SHARE or days == 0):
        use = MonthUse.PARTIAL
    declared = total if is_covered else None
    return Month(period, declared, known if known > 0 else 1.0, days, season.at(period), use)


def _latest(found: Sequence[Month]) -> list[Month]:
    usable = [one.period for one in found if one.use is MonthUse.USED]
    kept = set(usable[-MOST_MONTHS:])
    return [
        Month(one.period, one.declared, one.share, one.days, one.season, MonthUse.OLDER)
        if one.use is MonthUse.USED and one.period not in kept
        else one
        for one in found
    ]


def pace(
    history: History, *, today: date, calendar: Calendar, season: Season | None = None
) -> Pace:
    """Return the pace over the last three to six complete months.

    Nothing received for more than 45 days makes it stale: it is shown as such and nothing is
    projected. Under three usable months there is no pace.
    """
    factors = season or Season()
    every = tuple(months(history, today=today, calendar=calendar, season=factors))
    used = [one for one in every if one.use is MonthUse.USED]
    stale = is_stale(history.last_data_on, today=today)
    notes = tuple(note for note in (factors.note, _learnt(history, today), *_told(every)) if note)
    if len(used) < LEAST_MONTHS:
        few = f"{fr.plural(len(used), 'mois utilisable')} : il en faut {LEAST_MONTHS}"
        return Pace(None, None, None, every, stale, (*notes, few))
    quantity = sum(one.expected for one in used)
    days = sum(one.days for one in used)
    weighted = sum(one.days * one.season for one in used)
    base = quantity / weighted if weighted > 0 else 0.0
    return Pace(quantity / days, base, sigma(used), every, stale, notes)


def sigma(used: Sequence[Month]) -> float:
    """Return the deviation of one working day, worked out of that of the months."""
    rates = [one.expected / one.days for one in used]
    return stdev(rates) * sqrt(fmean(one.days for one in used))


def standard_rates(months: Iterable[Month]) -> tuple[list[float], float]:
    """Return the rates of months brought to one length and to no season, and that length."""
    kept = [one for one in months if one.days * one.season > 0]
    if not kept:
        return [], 0.0
    length = fmean(one.days * one.season for one in kept)
    return [one.expected / (one.days * one.season) * length for one in kept], length


def is_stale(last_data_on: date | None, *, today: date) -> bool:
    """Say whether the data are too old for any projection."""
    return last_data_on is None or (today - last_data_on).days > STALE_DAYS


def _learnt(history: History, today: date) -> str:
    learnt = history.learnt or learn(history.entries, today=today)
    if learnt.at(0) is None:
        return "délai de déclaration inconnu : aucun mois n’a plus de 120 jours"
    return ""


def _told(every: Sequence[Month]) -> list[str]:
    kinds = (
        (MonthUse.MISSING, "non déclaré (ni zéro, ni retenu)"),
        (MonthUse.PARTIAL, "connu à moins de la moitié, écarté"),
    )
    return [
        f"{', '.join(fr.month(one.period) for one in every if one.use is use)} : {text}"
        for use, text in kinds
        if any(one.use is use for one in every)
    ]
