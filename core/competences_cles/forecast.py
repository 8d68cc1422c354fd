"""When an order will be used up, or what will be left of it at its end: in dates and in words.

The months of ``intervals`` are counted in working days weighted by the season, day by day, so
that August and public holidays push a date back. Source: section 4.6 of the domain's study.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from statistics import fmean

from core import fr
from core.competences_cles import intervals
from core.competences_cles.calendar import Calendar, period_of
from core.competences_cles.intervals import Span
from core.competences_cles.pace import MonthUse, Pace, standard_rates
from core.competences_cles.season import Season
from core.competences_cles.units import UnitOfWork, amount
from core.training.enums import Labelled

BEYOND = timedelta(days=731)
STEP = 7
CLOSE = 1e-9


class Outlook(Labelled):
    """What can be said of the end of an order."""

    DATED = "date", "épuisement daté"
    LEFT_OVER = "reliquat", "reliquat à l’échéance"
    NEVER = "aucun", "pas d’épuisement au rythme actuel"
    EXHAUSTED = "epuise", "épuisé"
    OVER = "echu", "échéance passée"
    STALE = "perime", "rythme périmé"
    UNKNOWN = "inconnu", "trop peu de mois connus"


@dataclass(frozen=True)
class Frame:
    """What a forecast stands on: the day, the end of the order, its calendar and its season."""

    today: date
    end: date
    calendar: Calendar = field(default_factory=Calendar)
    season: Season = field(default_factory=Season)


@dataclass(frozen=True)
class Exhaustion:
    """The forecast of one order. A date is None where it is beyond two years past the end.

    ``left_at_end`` is the quantity expected to remain at the end of the order (low, central and
    high consumption give high, central and low remainders; here the central one).
    """

    outlook: Outlook
    months_used: int = 0
    earliest: date | None = None
    central: date | None = None
    latest: date | None = None
    left_at_end: float | None = None
    crossed_on: date | None = None
    end: date | None = None

    @property
    def may_run_out(self) -> bool:
        """Whether the interval begins before the end of the order."""
        early = self.earliest if self.has_interval else None
        return early is not None and self.end is not None and early <= self.end

    @property
    def has_interval(self) -> bool:
        return self.months_used >= intervals.LEAST_INTERVAL

    def told(self, today: date, unit: UnitOfWork = UnitOfWork.HOUR) -> str:
        """Say the forecast in one French sentence, without a full stop."""
        return _TOLD[self.outlook](self, today, unit)


@dataclass(frozen=True)
class Exposure:
    """Working days after today, weighted by the season and cumulated; ``length``: of a month."""

    days: Sequence[date]
    weights: Sequence[float]
    length: float

    def day_at(self, months: float | None) -> date | None:
        """Return the first day on which that many months have elapsed."""
        if months is None or not self.weights or months * self.length > self.weights[-1] + CLOSE:
            return None
        return self.days[bisect_left(self.weights, months * self.length - CLOSE)]

    def at(self, day: date) -> float:
        """Return the standard months elapsed at the end of ``day``."""
        rank = bisect_left(self.days, day + timedelta(days=1))
        return self.weights[rank - 1] / self.length if rank else 0.0


def exposure(frame: Frame, length: float) -> Exposure:
    """Step day by day through the working days, each weighted by the season of its month."""
    return Exposure(*_weighted(frame), length)


@lru_cache(maxsize=64)
def _weighted(frame: Frame) -> tuple[tuple[date, ...], tuple[float, ...]]:
    # Orders share their end, calendar and season: one walk serves them all.
    days = frame.calendar.days(frame.today + timedelta(days=1), frame.end + BEYOND)
    weights = accumulate(frame.season.at(period_of(day)) for day in days)
    return tuple(days), tuple(weights)


def exhaustion(
    pace: Pace, available: float, frame: Frame, *, crossed_on: date | None = None
) -> Exhaustion:
    """Forecast when ``available`` is used up at the pace of the order.

    An order with nothing available is exhausted whatever its pace; then come an end that is
    past, stale data, too few months, a pace that is not above zero, and at last the dates.
    """
    used = pace.used
    if available <= 0:
        return Exhaustion(Outlook.EXHAUSTED, len(used), crossed_on=crossed_on)
    if frame.today >= frame.end:
        return Exhaustion(Outlook.OVER, len(used), left_at_end=available)
    if pace.is_stale:
        return Exhaustion(Outlook.STALE, len(used))
    rates, length = standard_rates(used)
    span = intervals.months_left(rates, available)
    if span is None:
        return Exhaustion(Outlook.UNKNOWN, len(rates))
    if fmean(rates) <= 0:
        return Exhaustion(Outlook.NEVER, len(rates), left_at_end=available)
    return _dated(available, frame, rates, span, exposure(frame, length))


def _dated(
    available: float, frame: Frame, rates: Sequence[float], span: Span, path: Exposure
) -> Exhaustion:
    central = path.day_at(span.central)
    left = available - path.at(frame.end) * fmean(rates)
    is_later = central is None or central > frame.end
    return Exhaustion(
        Outlook.LEFT_OVER if is_later else Outlook.DATED, len(rates),
        path.day_at(span.earliest), central, path.day_at(span.latest),
        left_at_end=left if is_later else None, end=frame.end,
    )  # fmt: skip


def bootstrapped(
    pace: Pace, available: float, frame: Frame
) -> tuple[date | None, date | None] | None:
    """Return the same bounds by block bootstrap over every usable month, from twelve months on.

    A check on the interval, for the page of one order: some milliseconds each.
    """
    usable = [one for one in pace.months if one.use in {MonthUse.USED, MonthUse.OLDER}]
    rates, length = standard_rates(usable)
    span = intervals.bootstrap(rates, available)
    if span is None or pace.is_stale or frame.today >= frame.end:
        return None
    path = exposure(frame, length)
    return path.day_at(span.earliest), path.day_at(span.latest)


@dataclass(frozen=True)
class BandPoint:
    """The quantity expected to be consumed in addition from today to the end of ``day``."""

    day: date
    low: float
    central: float
    high: float


def band(pace: Pace, frame: Frame) -> list[BandPoint]:
    """Return the forecast week by week up to the end of the order, with its 80 % band.

    Nothing where there is no projection. With three months, the band is its central line.
    """
    rates, length = standard_rates(pace.used)
    if pace.is_stale or len(rates) < intervals.LEAST_CENTRAL or frame.today >= frame.end:
        return []
    path, found = exposure(frame, length), intervals.spread(rates)
    span = (frame.end - frame.today).days
    days = [frame.today + timedelta(days=rank) for rank in (*range(0, span, STEP), span)]
    points = [(day, *intervals.cumulated(found, path.at(day))) for day in days]
    has_band = len(rates) >= intervals.LEAST_INTERVAL
    return [
        BandPoint(day, low if has_band else central, central, high if has_band else central)
        for day, low, central, high in points
    ]


def _short(day: date, today: date) -> str:
    text = fr.day(day)
    return text.removesuffix(f" {day.year}") if day.year == today.year else text


def _told_dated(one: Exhaustion, today: date, _unit: UnitOfWork) -> str:
    if one.central is None or not one.has_interval:
        center = "" if one.central is None else _short(one.central, today)
        return f"vers le {center} (trois mois connus : pas d’intervalle)"
    if one.earliest is None or one.latest is None:
        return f"vers le {_short(one.central, today)}, sans borne tardive : rythme très irrégulier"
    return (
        f"entre le {_short(one.earliest, today)} et le {_short(one.latest, today)} "
        "(8 chances sur 10)"
    )


def _told_left(one: Exhaustion, today: date, unit: UnitOfWork) -> str:
    text = f"reliquat prévu à l’échéance : {amount(one.left_at_end or 0.0, unit)}"
    if one.may_run_out and (early := one.earliest) is not None:
        return f"{text}, mais épuisement possible dès le {_short(early, today)}"
    return text


def _told_exhausted(one: Exhaustion, today: date, _unit: UnitOfWork) -> str:
    if one.crossed_on is None:
        return "épuisé : tout ce qui n’est pas consommé est déjà engagé"
    return f"épuisé depuis le {_short(one.crossed_on, today)}"


def _told_over(one: Exhaustion, _today: date, unit: UnitOfWork) -> str:
    return f"échéance passée : il restait {amount(one.left_at_end or 0.0, unit)}"


_TOLD = {
    Outlook.DATED: _told_dated,
    Outlook.LEFT_OVER: _told_left,
    Outlook.EXHAUSTED: _told_exhausted,
    Outlook.OVER: _told_over,
    Outlook.NEVER: lambda *_: Outlook.NEVER.label,
    Outlook.STALE: lambda *_: "rythme périmé : aucune donnée depuis plus de 45 jours",
    Outlook.UNKNOWN: lambda one, *_: (
        f"trop peu de mois connus pour prévoir ({one.months_used} sur les "
        f"{intervals.LEAST_CENTRAL} nécessaires)"
    ),
}
