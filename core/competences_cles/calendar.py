"""Working days in France: Monday to Friday, less public holidays and the closures given."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
import numpy as np

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year in metropolitan France, without regional ones."""
    return frozenset(holidays.country_holidays("FR", years=year))


def month_bounds(period: int) -> tuple[date, date]:
    """Return the first and last day of a month given as YYYYMM."""
    year, month = divmod(period, 100)
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), after - ONE_DAY


def period_of(day: date) -> int:
    """Return the month of a day as YYYYMM."""
    return 100 * day.year + day.month


def months_between(first: int, last: int) -> list[int]:
    """List the months from one to another, both included.

    >>> months_between(201011, 201102)
    [201011, 201012, 201101, 201102]
    """
    start, end = (12 * (one // 100) + one % 100 - 1 for one in (first, last))
    return [100 * (rank // 12) + rank % 12 + 1 for rank in range(start, end + 1)]


@dataclass(frozen=True)
class Closure:
    """Days on which nothing is held, both ends included."""

    start: date
    end: date


@dataclass(frozen=True)
class Calendar:
    """The working days of France, less ``closures``."""

    closures: tuple[Closure, ...] = ()

    def is_open(self, day: date) -> bool:
        """Say whether something can be done on ``day``."""
        return bool(np.is_busday(_day(day), holidays=_closed(day.year, day.year, self.closures)))

    def count(self, start: date, end: date) -> int:
        """Count the working days from ``start`` to ``end``, both included; 0 if reversed."""
        if end < start:
            return 0
        return _count(start, end, self.closures)

    def count_month(
        self, period: int, *, start: date | None = None, end: date | None = None
    ) -> int:
        """Count the working days of a month (YYYYMM), within ``start`` and ``end`` if given."""
        first, last = month_bounds(period)
        return self.count(max(first, start or first), min(last, end or last))

    def days(self, start: date, end: date) -> list[date]:
        """List the working days from ``start`` to ``end``, both included."""
        if end < start:
            return []
        every = np.arange(_day(start), _day(end + ONE_DAY))
        open_ = np.is_busday(every, holidays=_closed(start.year, end.year, self.closures))
        found: list[date] = every[open_].tolist()
        return found


def _day(day: date) -> np.datetime64:
    return np.datetime64(day, "D")


@lru_cache(maxsize=4096)
def _count(start: date, end: date, closures: tuple[Closure, ...]) -> int:
    closed = _closed(start.year, end.year, closures)
    return int(np.busday_count(_day(start), _day(end + ONE_DAY), holidays=closed))


@lru_cache(maxsize=256)
def _closed(
    first_year: int, last_year: int, closures: tuple[Closure, ...]
) -> tuple[np.datetime64, ...]:
    days = {day for year in range(first_year, last_year + 1) for day in public_holidays(year)} | {
        closure.start + timedelta(days=rank)
        for closure in closures
        for rank in range((closure.end - closure.start).days + 1)
    }
    return tuple(_day(day) for day in sorted(days))
