"""Consumption against its forecast: deviation, days of lead, and where the order will end.

Source of the formulas: section 4.7 of the domain's study.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from statistics import median

from core import fr
from core.competences_cles.calendar import Calendar, month_bounds, period_of
from core.competences_cles.season import Season

LINEAR = "prévisionnel linéaire par défaut"
TOLERANCE = 1e-9
DEFAULT_LEAD_DAYS, LEAST_ORDERS = 30, 3


@dataclass(frozen=True)
class Plan:
    """What was foreseen, cumulated at the end of each working day of the order."""

    start: date
    end: date
    days: Sequence[date]
    quantities: Sequence[float]
    label: str

    def at(self, day: date) -> float:
        """Return P: the quantity foreseen up to the end of ``day``; 0 before the order."""
        rank = bisect_left(self.days, day)
        rank += rank < len(self.days) and self.days[rank] == day
        return self.quantities[rank - 1] if rank else 0.0

    def day_at(self, quantity: float) -> date:
        """Return the day on which ``quantity`` was foreseen, bounded to the order."""
        if quantity <= 0 or not self.days:
            return self.start
        rank = bisect_left(self.quantities, quantity - TOLERANCE)
        return self.days[rank] if rank < len(self.days) else self.end


def monthly_plan(
    foreseen: Mapping[int, float], *, start: date, end: date, calendar: Calendar
) -> Plan:
    """Spread a forecast by month (YYYYMM) on the working days of each month within the order.

    A month without any working day in the order carries its quantity to the next working day.
    """
    days = calendar.days(start, end)
    counts: dict[int, int] = {}
    for day in days:
        counts[period_of(day)] = counts.get(period_of(day), 0) + 1
    waiting = sorted((period, value) for period, value in foreseen.items() if period not in counts)
    daily = [foreseen.get(period_of(day), 0.0) / counts[period_of(day)] for day in days]
    for period, value in waiting:
        if days:
            daily[min(bisect_left(days, month_bounds(period)[0]), len(days) - 1)] += value
    return Plan(start, end, days, list(accumulate(daily)), "prévisionnel saisi")


def linear_plan(
    quantity: float, *, start: date, end: date, calendar: Calendar, season: Season
) -> Plan:
    """Spread the quantity ordered on the working days, weighted by the season: the default."""
    days = calendar.days(start, end)
    weights = [season.at(period_of(day)) for day in days]
    whole = sum(weights)
    daily = [quantity * weight / whole for weight in weights] if whole > 0 else [0.0] * len(days)
    return Plan(start, end, days, list(accumulate(daily)), LINEAR)


@dataclass(frozen=True)
class Lead:
    """Where consumption stands against what was foreseen on a day.

    ``days``: calendar days of lead, below zero for a delay; bounded by the order.
    """

    consumed: float
    foreseen: float
    days: int
    label: str

    @property
    def deviation(self) -> float:
        """E = K − P."""
        return self.consumed - self.foreseen

    @property
    def ratio(self) -> float | None:
        """K / P; None where nothing was foreseen yet."""
        return self.consumed / self.foreseen if self.foreseen > 0 else None

    def told(self) -> str:
        """Say the lead as one says it to an elected official."""
        if self.days == 0:
            text = "au jour près sur le prévisionnel"
        else:
            kind = "d’avance" if self.days > 0 else "de retard"
            text = f"{fr.plural(abs(self.days), 'jour')} {kind} sur le prévisionnel"
        return f"{text} ({LINEAR})" if self.label == LINEAR else text


def lead(plan: Plan, consumed: float, *, today: date) -> Lead:
    """Compare what is consumed with the plan.

    The days of lead are the day on which the plan reaches what is consumed, minus today; within
    the order, so that nothing consumed on the first day is no delay of years.
    """
    bounded = min(max(today, plan.start), plan.end)
    reached = plan.day_at(consumed)
    # Several days foresee the same (a week-end): none of them is a lead nor a delay.
    is_level = abs(plan.at(bounded) - consumed) <= TOLERANCE * max(1.0, abs(consumed))
    days = 0 if is_level else (reached - bounded).days
    return Lead(consumed, plan.at(today), days, plan.label)


@dataclass(frozen=True)
class End:
    """What an order comes to at its end T.

    ``consumed``: K plus the larger of what the parcours under way still bring by then and of the
    pace; ``load``: K + G + the pace, what the order must be able to bear in the end. The pace
    measured already holds the hours of parcours under way, so that consumption does not add both.
    """

    consumed: float
    load: float

    def against(self, *, minimum: float | None, maximum: float | None) -> str:
        """Compare with the bounds of the lot, in a French sentence without figures; or nothing."""
        if minimum is not None and self.consumed < minimum:
            return "le minimum du lot ne serait pas atteint"
        if maximum is not None and self.load > maximum:
            return "le maximum du lot serait dépassé"
        return ""

    def lacking(self, minimum: float | None) -> float:
        """Return what is still to be ordered or delivered to reach the minimum of the lot."""
        return max(0.0, (minimum or 0.0) - self.consumed)


def projected_end(
    *, consumed: float, committed: float, committed_by_end: float, per_day: float, days: int
) -> End:
    """Project consumption to the end; ``days``: working days left, weighted by the season."""
    ahead = max(0.0, per_day) * days
    return End(consumed + max(committed_by_end, ahead), consumed + committed + ahead)


def crossing_date(
    steps: Iterable[tuple[date, int]], consumption: Iterable[tuple[date, int]], *, today: date
) -> date | None:
    """Return the day since which what is consumed has never been below what is ordered.

    ``steps`` and ``consumption`` are signed changes of C and of K. None if K is below C today,
    or if nothing was ever ordered nor consumed.
    """
    changes: dict[date, int] = {}
    for sign, several in ((-1, steps), (1, consumption)):
        for day, quantity in several:
            if day <= today:
                changes[day] = changes.get(day, 0) + sign * quantity
    since: date | None = None
    level = 0
    for day in sorted(changes):
        level += changes[day]
        since = (since or day) if level >= 0 else None
    return since


@dataclass(frozen=True)
class LeadTime:
    """L: working days it takes to obtain an order, and on how many past orders it was measured."""

    days: float
    orders: int

    @property
    def is_measured(self) -> bool:
        return self.orders >= LEAST_ORDERS

    def told(self) -> str:
        days = fr.plural(round(self.days), "jour ouvré", "jours ouvrés")
        if self.is_measured:
            return f"délai pour obtenir un bon : {days} (médiane de {self.orders} bons)"
        return f"délai pour obtenir un bon : {days} par défaut, faute de bons passés"


def lead_time(asked_and_notified: Iterable[tuple[date, date]], calendar: Calendar) -> LeadTime:
    """Measure L: the median of the working days from asking for an order to its notification.

    A pair the wrong way round is an error of entry, and is left out. Under three orders: 30 days.
    """
    spans = [
        calendar.count(asked, notified) - calendar.is_open(asked)
        for asked, notified in asked_and_notified
        if asked <= notified
    ]
    enough = len(spans) >= LEAST_ORDERS
    return LeadTime(float(median(spans)) if enough else float(DEFAULT_LEAD_DAYS), len(spans))
