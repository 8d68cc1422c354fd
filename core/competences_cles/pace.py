"""How fast an order is consumed, per working day, from months known well enough.

Recent months are known in part only: what share of a month is known after so many days is
learnt from the months before. Source of the formulas: section 4.5 of the domain's study.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
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
class History:
    """The ledger of an order by month and day known; ``covered``: months some export declares.

    A covered month without a row is a zero; a month that is not covered is missing. ``reference``
    holds the rows from which completeness is learnt (of the operator, of the region), those of
    the order itself by default.
    """

    entries: Sequence[Entry]
    covered: frozenset[int]
    start: date
    end: date
    last_data_on: date | None
    reference: Sequence[Entry] = ()


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


def completeness(entries: Iterable[Entry], *, lag: int, today: date) -> float | None:
    """Return p(ℓ): the share of a month known ``lag`` days after its end; None if never seen.

    The median over the months that ended 120 days ago or more of what was known at that lag on
    what is known now. A month whose total is not above zero says nothing.
    """
    if lag >= SETTLED_DAYS:
        return 1.0
    early: defaultdict[int, int] = defaultdict(int)
    final: defaultdict[int, int] = defaultdict(int)
    for one in entries:
        age = (today - month_bounds(one.period)[1]).days
        if age >= SETTLED_DAYS and one.known_on <= today:
            final[one.period] += one.quantity
            is_early = (one.known_on - month_bounds(one.period)[1]).days <= lag
            early[one.period] += one.quantity if is_early else 0
    shares = [early[period] / whole for period, whole in final.items() if whole > 0]
    return median(shares) if shares else None


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
    reference = history.reference or history.entries
    found = []
    for period in over:
        lag = (today - month_bounds(period)[1]).days
        share = completeness(reference, lag=lag, today=today)
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


def is_stale(last_data_on: date | None, *, today: date) -> bool:
    """Say whether the data are too old for any projection."""
    return last_data_on is None or (today - last_data_on).days > STALE_DAYS


def _learnt(history: History, today: date) -> str:
    reference = history.reference or history.entries
    if completeness(reference, lag=0, today=today) is None:
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
