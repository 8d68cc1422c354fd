"""Figures of parcours: rates of drop-out and non-entries, durations, delays.

A parcours still open says nothing of its outcome: it counts while it is at risk, and never in the
denominator of a rate. Source of the formulas: section 4.8 of the domain's study.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median, quantiles

from core import fr
from core.training.enums import Labelled

CONTACT_TARGET_DAYS = 14
LEAST_PERSONS = 5
MONTH_DAYS = 30.4375


class Outcome(Labelled):
    """How a parcours ended. OPEN: it has not; NOT_ENTERED: the person never started."""

    OPEN = "ouvert", "en cours"
    COMPLETED = "termine", "terminé"
    DROPPED = "abandonne", "abandonné"
    REDIRECTED = "reoriente", "réorienté"
    NOT_ENTERED = "non_entre", "non entré"


@dataclass(frozen=True)
class Path:
    """One parcours: its dates, its outcome, minutes planned and done. A date None: not entered."""

    outcome: Outcome
    prescribed_on: date | None = None
    contacted_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    planned_minutes: int | None = None
    done_minutes: int | None = None


@dataclass(frozen=True)
class Rate:
    """A share with its counts; ``value`` None where nothing can be divided."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None

    def told(self) -> str:
        """Write « 24 % (6 sur 25) », or a dash with its reason."""
        if self.value is None:
            return "– (aucun parcours)"
        counts = f"{fr.number(self.numerator)} sur {fr.number(self.denominator)}"
        return f"{fr.percent(self.value)} ({counts})"


ENTERED = {Outcome.OPEN, Outcome.COMPLETED, Outcome.DROPPED, Outcome.REDIRECTED}
KNOWN = ENTERED - {Outcome.OPEN}


def drop_out(paths: Iterable[Path]) -> Rate:
    """Return those who left on those who entered and whose outcome is known."""
    known = [one for one in paths if one.outcome in KNOWN]
    return Rate(sum(one.outcome is Outcome.DROPPED for one in known), len(known))


def non_entries(paths: Iterable[Path]) -> Rate:
    """Return those who never started on all that were prescribed: a rate of its own."""
    prescribed = list(paths)
    return Rate(sum(one.outcome is Outcome.NOT_ENTERED for one in prescribed), len(prescribed))


@dataclass(frozen=True)
class Quartiles:
    """The spread of a duration: its count, quartiles and median; None under two values."""

    count: int
    low: float | None
    middle: float | None
    high: float | None


def quartiles(values: Sequence[float]) -> Quartiles:
    """Return the quartiles (inclusive method, as a spreadsheet gives them)."""
    if not values:
        return Quartiles(0, None, None, None)
    if len(values) == 1:
        return Quartiles(1, None, float(values[0]), None)
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return Quartiles(len(values), low, middle, high)


@dataclass(frozen=True)
class Durations:
    """Durations of completed parcours; ``planned`` and ``both_done``: minutes of the same ones."""

    done_minutes: Quartiles
    weeks: Quartiles
    planned: int
    both_done: int
    compared: int

    @property
    def done_share(self) -> float | None:
        """Minutes done on minutes planned, where both are known."""
        return self.both_done / self.planned if self.planned else None


def durations(paths: Iterable[Path]) -> Durations:
    """Measure what the completed parcours took. Unknown minutes are left out, and never zero."""
    ended = [one for one in paths if one.outcome is Outcome.COMPLETED]
    done = [one.done_minutes for one in ended if one.done_minutes is not None]
    weeks = [
        (one.ended_on - one.started_on).days / 7
        for one in ended
        if one.started_on is not None and one.ended_on is not None
        and one.ended_on >= one.started_on
    ]  # fmt: skip
    both = [
        (one.planned_minutes, one.done_minutes)
        for one in ended
        if one.planned_minutes is not None and one.done_minutes is not None
    ]
    return Durations(
        quartiles(done), quartiles(weeks), sum(planned for planned, _ in both),
        sum(minutes for _, minutes in both), len(both),
    )  # fmt: skip


class Step(Labelled):
    CONTACT = "contact", "de la prescription au premier contact"
    START = "entree", "du premier contact à l’entrée"


@dataclass(frozen=True)
class Delay:
    """Days from a step to the next one.

    ``within``: share of the known delays of 14 days or less. ``missing``: parcours whose next
    step is « non renseigné »; ``waiting``: those, among them, that are beyond 14 days already.
    """

    step: Step
    median_days: float | None
    within: Rate
    missing: int
    waiting: int


def delay(paths: Iterable[Path], step: Step, *, today: date) -> Delay:
    """Measure a delay over the parcours that reached its first step.

    A second step dated before the first is an error of entry: « non renseigné », and not a
    negative delay.
    """
    known: list[int] = []
    missing = waiting = 0
    for one in paths:
        start, end = _ends(one, step)
        if start is None:
            continue
        if end is not None and start <= end <= today:
            known.append((end - start).days)
            continue
        missing += 1
        waiting += one.outcome is Outcome.OPEN and (today - start).days > CONTACT_TARGET_DAYS
    within = Rate(sum(days <= CONTACT_TARGET_DAYS for days in known), len(known))
    return Delay(step, float(median(known)) if known else None, within, missing, waiting)


def _ends(one: Path, step: Step) -> tuple[date | None, date | None]:
    if step is Step.CONTACT:
        return one.prescribed_on, one.contacted_on
    return one.contacted_on, one.started_on


def is_small(count: int) -> bool:
    """Whether a group is too small for anything to be said of it: fewer than five persons."""
    return 0 < count < LEAST_PERSONS
