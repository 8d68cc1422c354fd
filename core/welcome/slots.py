"""Times that may be booked: the slots of a day's opening hours, less those taken. Pure.

All moments are local time of the centre. Source: sections 3.4 and 4 of the domain's study.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from core import fr
from core.circulation.opening import Hours, Opening
from core.errors import DomainError

MOST_IN_A_ROW = 8


@dataclass(frozen=True, order=True)
class Span:
    """A time from its start to its end, the end not included."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds()) // 60

    @property
    def told(self) -> str:
        """Say the hours.

        >>> Span(datetime(2011, 6, 15, 9), datetime(2011, 6, 15, 9, 30)).told.replace(fr.NBSP, " ")
        '9 h 00 – 9 h 30'
        """
        return f"{_hour(self.start)} – {_hour(self.end)}"

    def overlaps(self, other: "Span") -> bool:
        """Say whether two times share a minute; one that begins as the other ends does not."""
        return self.start < other.end and other.start < self.end


def _hour(moment: datetime) -> str:
    return fr.hour(60 * moment.hour + moment.minute)


@dataclass(frozen=True)
class Bookable:
    """A weekly opening and the length of its appointments in minutes; 0: none are booked."""

    hours: Hours
    minutes: int


def of_day(opening: Opening, weekly: Iterable[Bookable], day: date) -> list[Span]:
    """Return the slots of a day, in order; none where it is closed. A rest too short is none.

    An exceptional opening takes the hours of its weekday: a holiday that is open is as its week.

    >>> monday = Hours(0, 9 * 60, 10 * 60 + 15)
    >>> [one.told.replace(fr.NBSP, " ") for one in
    ...  of_day(Opening([monday]), [Bookable(monday, 30)], date(2011, 6, 20))]
    ['9 h 00 – 9 h 30', '9 h 30 – 10 h 00']
    >>> of_day(Opening([monday]), [Bookable(monday, 0)], date(2011, 6, 20))
    []
    >>> of_day(Opening([monday]), [Bookable(monday, 30)], date(2011, 6, 13))  # Whit Monday
    []
    """
    if not opening.is_open(day):
        return []
    found = {
        Span(_at(day, start), _at(day, start + one.minutes))
        for one in weekly
        if one.minutes > 0 and one.hours.holds(day)
        for start in range(one.hours.opens_at, one.hours.closes_at - one.minutes + 1, one.minutes)
    }
    return sorted(found)


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def runs(slots: Sequence[Span], count: int = 1) -> list[Span]:
    """Return the times made of ``count`` slots that follow one another without a break.

    >>> nine = [Span(_at(date(2011, 6, 15), m), _at(date(2011, 6, 15), m + 30))
    ...         for m in (540, 570, 840)]
    >>> [one.told.replace(fr.NBSP, " ") for one in runs(nine, 2)]
    ['9 h 00 – 10 h 00']
    """
    groups = [slots[rank : rank + count] for rank in range(len(slots) - count + 1)]
    return [
        Span(group[0].start, group[-1].end)
        for group in groups
        if all(one.end == other.start for one, other in pairwise(group))
    ]


def free(slots: Sequence[Span], taken: Sequence[Span], *, count: int = 1) -> list[Span]:
    """Return the times of ``count`` slots that no other time crosses.

    >>> slots = [Span(_at(date(2011, 6, 15), m), _at(date(2011, 6, 15), m + 30))
    ...          for m in (540, 570, 600)]
    >>> [one.told.replace(fr.NBSP, " ") for one in free(slots, [slots[1]])]
    ['9 h 00 – 9 h 30', '10 h 00 – 10 h 30']
    >>> free(slots, [slots[1]], count=2)
    []
    """
    return [one for one in runs(slots, count) if not any(one.overlaps(held) for held in taken)]


def check(slots: Sequence[Span], wanted: Span) -> None:
    """Refuse a time that is not made of slots in a row. Raises DomainError."""
    lengths = range(1, min(len(slots), MOST_IN_A_ROW) + 1)
    if not any(wanted in runs(slots, count) for count in lengths):
        raise DomainError(
            "Cet horaire n’est pas un créneau d’ouverture : choisissez parmi les créneaux du jour."
        )
