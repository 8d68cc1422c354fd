"""Imprecise dates: read as they were written, never guessed, compared with three answers.

``core.training.date_texts`` reads what people write; here is what such a date is worth.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from core import fr
from core.errors import DomainError
from core.training.enums import Confirmation, Precision

EVERY_DAY_KNOWN = (Precision.DAY, Precision.DAYS)
SETTLED = (Precision.DAY, Precision.DAYS, Precision.PERIOD)
UNDATED = (Precision.TO_DEFINE, Precision.ON_DEMAND, Precision.NONE, Precision.UNKNOWN)


class Certainty(StrEnum):
    """Whether something takes place in a period."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class DateBlock:
    """A date that may be imprecise.

    ``earliest`` and ``latest`` are bounds, both included; ``days`` the days known; ``planned`` how
    many half-days are meant (to ``most`` where the text gives a range); ``edtf`` the same in the
    Extended Date/Time Format of the Library of Congress.
    """

    text: str = ""
    precision: Precision = Precision.TO_DEFINE
    earliest: date | None = None
    latest: date | None = None
    days: tuple[date, ...] = ()
    edtf: str = ""
    confirmation: Confirmation = Confirmation.TO_DEFINE
    planned: int | None = None
    most: int | None = None

    @property
    def is_undated(self) -> bool:
        return self.precision in UNDATED

    @property
    def sort_key(self) -> tuple[bool, date, date]:
        """By first possible day; what has none comes last, and never as today."""
        first = self.span[0]
        return first is None, first or date.max, self.latest or date.max

    @property
    def span(self) -> tuple[date | None, date | None]:
        """The bounds; a year without any other bound spans the year."""
        if self.earliest is None and self.precision is Precision.YEAR and self.edtf:
            year = int(self.edtf[:4])
            return date(year, 1, 1), date(year, 12, 31)
        return self.earliest, self.latest

    def told(self) -> str:
        """Say the date as a reader expects it; what was written where nothing is known."""
        if self.days:
            return days_told(self.days)
        if self.text and self.precision is not Precision.NONE:
            return self.text
        if self.earliest and self.latest:
            return f"entre le {fr.day(self.earliest)} et le {fr.day(self.latest)}"
        return "à définir"


def days_told(days: Iterable[date]) -> str:
    """Say known days: « 21 et 22 mars 2011 », « 30 mars et 2 avril 2011 ».

    >>> days_told([date(2011, 3, 21), date(2011, 3, 22)])
    '21 et 22 mars 2011'
    >>> days_told([date(2011, 3, 30), date(2011, 4, 1), date(2011, 4, 2)])
    '30 mars, 1er et 2 avril 2011'
    """
    ordered = sorted(set(days))
    parts = []
    for rank, day in enumerate(ordered):
        after = ordered[rank + 1] if rank + 1 < len(ordered) else None
        words = fr.day(day).split()
        if after and after.year == day.year:
            words = words[:-1]
            if after.month == day.month:
                words = words[:-1]
        parts.append(" ".join(words))
    return " et ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def certainty(block: DateBlock, start: date, end: date) -> Certainty:
    """Say whether a date falls between two days, both included.

    Certain when all that is possible lies inside, possible when some of it does. What has no
    bound at all is possible at any time.
    """
    first, last = block.span
    if first is None or last is None:
        return Certainty.POSSIBLE
    if first > end or last < start:
        return Certainty.IMPOSSIBLE
    if block.precision in EVERY_DAY_KNOWN and not any(start <= day <= end for day in block.days):
        return Certainty.IMPOSSIBLE
    return Certainty.CERTAIN if first >= start and last <= end else Certainty.POSSIBLE


def on_days(
    days: Iterable[date], *, text: str = "", confirmation: Confirmation = Confirmation.CONFIRMED
) -> DateBlock:
    """Return the block of known days: nothing is left to place."""
    known = tuple(sorted(set(days)))
    if not known:
        return DateBlock(text=text)
    precision = Precision.DAY if len(known) == 1 else Precision.DAYS
    mark = "" if confirmation is Confirmation.CONFIRMED else "?"
    is_run = all(after - before == timedelta(days=1) for before, after in zip(known, known[1:]))  # noqa: B905, RUF007  # pairs
    if len(known) == 1:
        edtf = f"{known[0]}{mark}"
    elif is_run:
        edtf = f"{known[0]}{mark}/{known[-1]}{mark}"
    else:
        edtf = "{" + ",".join(f"{day}{mark}" for day in known) + "}"
    return DateBlock(
        text=text, precision=precision, earliest=known[0], latest=known[-1], days=known,
        edtf=edtf, confirmation=confirmation,
    )  # fmt: skip


def place_day(block: DateBlock, day: date, *, is_forced: bool = False) -> DateBlock:
    """Add a known day to a date; DomainError where it leaves the bounds, unless forced."""
    first, last = block.span
    if not is_forced and not block.days and first and last and not first <= day <= last:
        raise DomainError(
            f"Le {fr.day(day)} est en dehors de ce qui était prévu (du {fr.day(first)} au "
            f"{fr.day(last)}). Cochez « hors des bornes » pour le placer quand même."
        )
    if day in block.days:
        return block
    days = tuple(sorted({*block.days, day}))
    if block.precision in (*EVERY_DAY_KNOWN, *UNDATED) or block.planned is None:
        return replace(on_days(days, text=block.text), planned=block.planned, most=block.most)
    bounds = (min(first, *days) if first else days[0], max(last, *days) if last else days[-1])
    is_whole = 2 * len(days) >= block.planned
    if is_whole:
        return replace(on_days(days, text=block.text), planned=block.planned, most=block.most)
    return replace(block, days=days, earliest=bounds[0], latest=bounds[1])


def dump(block: DateBlock) -> str:
    """Write a date as JSON, for the history of its changes."""
    return json.dumps(
        {
            "text": block.text, "precision": block.precision.value, "edtf": block.edtf,
            "earliest": block.earliest and block.earliest.isoformat(),
            "latest": block.latest and block.latest.isoformat(),
            "days": [day.isoformat() for day in block.days],
            "confirmation": block.confirmation.value, "planned": block.planned, "most": block.most,
        },
        ensure_ascii=False,
    )  # fmt: skip


def load(text: str) -> DateBlock:
    """Read what ``dump`` wrote."""
    kept = json.loads(text)
    return DateBlock(
        text=kept["text"], precision=Precision(kept["precision"]), edtf=kept["edtf"],
        earliest=kept["earliest"] and date.fromisoformat(kept["earliest"]),
        latest=kept["latest"] and date.fromisoformat(kept["latest"]),
        days=tuple(date.fromisoformat(day) for day in kept["days"]),
        confirmation=Confirmation(kept["confirmation"]), planned=kept["planned"],
        most=kept["most"],
    )  # fmt: skip


def with_planned(block: DateBlock, planned: int | None, most: int | None = None) -> DateBlock:
    """Say how many half-days are meant, to ``most`` where it is a range."""
    return replace(block, planned=planned, most=most or block.most)


def without_day(block: DateBlock, day: date) -> DateBlock:
    """Take a known day back; what is left is still known, or everything is to be defined again."""
    days = [kept for kept in block.days if kept != day]
    planned = block.planned or 2 * len(block.days)
    if not days:
        return DateBlock(text=block.text, planned=planned, most=block.most)
    return replace(on_days(days, text=block.text), planned=planned, most=block.most)


def to_place(block: DateBlock, half_days: int) -> tuple[int, int]:
    """Return how many half-days are still to be placed, at least and at most.

    >>> to_place(DateBlock(planned=8, most=10), 3)
    (5, 7)
    """
    least = block.planned or 0
    most = block.most or least
    return max(0, least - half_days), max(0, most - half_days)
