"""When the centre is open: weekly hours, public holidays, closures; and the days loans fall due.

Pure. An exception wins over a public holiday, which wins over the week. Source: section 4 of the
domain's study.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core import fr
from core.competences_cles.calendar import public_holidays
from core.errors import DomainError

HORIZON = 400
ONE_DAY = timedelta(days=1)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@dataclass(frozen=True)
class Hours:
    """A weekly opening, in minutes after midnight; ``weekday`` 0 is Monday."""

    weekday: int
    opens_at: int
    closes_at: int
    starts_on: date = date.min
    ends_on: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether this opening is that of a day."""
        is_valid = self.starts_on <= day <= (self.ends_on or date.max)
        return is_valid and day.weekday() == self.weekday


@dataclass(frozen=True)
class Special:
    """Days that are open, or closed, whatever the week says; both ends included."""

    first_on: date
    last_on: date
    label: str
    is_open: bool = False
    repeats_yearly: bool = False

    @property
    def length(self) -> int:
        return (self.last_on - self.first_on).days

    def holds(self, day: date) -> bool:
        """Say whether a day is one of these, this year or one that repeats it."""
        if self.first_on <= day <= self.last_on:
            return True
        if not self.repeats_yearly or day < self.first_on:
            return False
        years = day.year - self.first_on.year
        return any(
            _moved(self.first_on, shift) <= day <= _moved(self.last_on, shift)
            for shift in (years, years - 1)
            if shift > 0
        )


def _moved(day: date, years: int) -> date:
    """Move a day by whole years; the 29th of February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True)
class Opening:
    """The opening days of one place."""

    hours: Sequence[Hours]
    specials: Sequence[Special] = ()

    def special(self, day: date) -> Special | None:
        """Return the exception that rules a day: the shortest one, an opening before a closure."""
        found = [one for one in self.specials if one.holds(day)]
        return min(found, key=lambda one: (one.length, not one.is_open), default=None)

    def is_open(self, day: date) -> bool:
        special = self.special(day)
        if special is not None:
            return special.is_open
        return day not in public_holidays(day.year) and any(one.holds(day) for one in self.hours)

    def why_closed(self, day: date) -> str:
        """Say why a day is closed; nothing where it is open."""
        if self.is_open(day):
            return ""
        special = self.special(day)
        if special is not None:
            return special.label
        return "jour férié" if day in public_holidays(day.year) else "jour de fermeture"

    def next_open(self, day: date) -> date:
        """Return the first open day from a day on. Raises DomainError beyond 400 days."""
        for rank in range(HORIZON + 1):
            found = day + rank * ONE_DAY
            if self.is_open(found):
                return found
        raise DomainError(
            f"Aucun jour d’ouverture dans les {HORIZON} jours qui suivent le {fr.day(day)} : "
            "complétez le calendrier."
        )

    def last_open(self, day: date, *, after: date) -> date | None:
        """Return the last open day up to a day, later than another one; None where there is none.

        It is looked for over 400 days.
        """
        for rank in range(min(HORIZON, (day - after).days)):
            found = day - rank * ONE_DAY
            if self.is_open(found):
                return found
        return None

    def after_open_days(self, day: date, count: int) -> date:
        """Return the ``count``-th open day after a day: until its closing a copy is kept aside."""
        found = day
        for _ in range(count):
            found = self.next_open(found + ONE_DAY)
        return found

    def open_days_between(self, start: date, end: date) -> int:
        """Count the open days after ``start`` up to ``end`` included."""
        span = range(1, (end - start).days + 1)
        return sum(self.is_open(start + rank * ONE_DAY) for rank in span)


def check(opening: Opening, *, today: date) -> None:
    """Refuse a calendar that ends, or that stays closed for 400 days at any time to come."""
    if not any(one.ends_on is None for one in opening.hours):
        raise DomainError("Gardez au moins un jour d’ouverture par semaine.")
    for day in sorted({today, *(one for one in _turns(opening) if one > today)}):
        opening.next_open(day)


def _turns(opening: Opening) -> set[date]:
    """Return the days on which a calendar changes: ends of hours and closures, years after too."""
    ends = [(one.starts_on, one.ends_on) for one in opening.hours]
    fixed = {day for one in opening.specials for day in (one.first_on, one.last_on + ONE_DAY)}
    fixed |= {start for start, _ in ends if start > date.min}
    fixed |= {end + ONE_DAY for _, end in ends if end is not None}
    years = {day.year + shift for day in fixed for shift in (0, 1)}
    yearly = {
        _moved(day, year - one.first_on.year)
        for one in opening.specials if one.repeats_yearly
        for day in (one.first_on, one.last_on + ONE_DAY)
        for year in years if year > one.first_on.year
    }  # fmt: skip
    return fixed | yearly
