"""What the page of publics shows of a choice: profiles, durations, delays, outcomes.

Every count comes from the protected cells; what is worked out of the parcours themselves (a
median, a curve) is shown only where the count that it rests on is, and holds enough persons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from core import fr
from core.competences_cles import incidence, paths
from core.competences_cles.incidence import IncidencePoint
from core.competences_cles.path_cells import ALL, Cells, Choice, Variable
from core.competences_cles.path_profiles import (
    BOTH,
    COMPLETED,
    DATED,
    DONE_ONLY,
    DROPPED,
    IN_TIME,
    LATE,
    NOT_ENTERED,
    NOT_YET,
    PROFILES,
    REDIRECTED,
    RUNNING,
    UNKNOWN,
)
from core.competences_cles.paths import Outcome, Quartiles

HIDDEN = "n. d."
# A median has five persons on each side of it, a quartile five in each quarter.
LEAST_MEDIAN, LEAST_QUARTILES = 2 * paths.LEAST_PERSONS, 4 * paths.LEAST_PERSONS
ENDED = ("outcome", COMPLETED)
VARIABLES = (
    *(Variable(name) for name in PROFILES), Variable("outcome"), Variable("contact"),
    Variable("entry"), Variable("hours", ENDED), Variable("dates", ENDED),
)  # fmt: skip
MONTHS_OF_WEEK = 7 / paths.MONTH_DAYS


@dataclass(frozen=True)
class Cohort:
    """Parcours, one row each, the cells that may be shown of them, the day of the last export."""

    frame: pd.DataFrame
    cells: Cells
    data_on: date | None
    uts: tuple[tuple[str, str], ...] = ()

    def values(self, name: str) -> list[str]:
        """Return what a filter may choose from; the columns are categories, in their order."""
        return [str(one) for one in self.frame[name].cat.categories]

    def chosen(self, choice: Choice) -> pd.DataFrame:
        """Return the parcours of a choice."""
        kept = np.ones(len(self.frame), dtype=bool)
        for name in ("ut", "lot", "operator", "period", "prescriber"):
            wanted = getattr(choice, name)
            if wanted != ALL:
                kept &= (self.frame[name] == wanted).to_numpy()
        return self.frame[kept]


@dataclass(frozen=True)
class Share:
    """A numerator on a denominator; None where a count that it rests on is hidden."""

    numerator: int | None
    denominator: int | None

    @property
    def value(self) -> float | None:
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    def told(self) -> str:
        """Write « 24 % (6 sur 25) », « n. d. », or a dash where there is nobody."""
        if self.numerator is None or self.denominator is None:
            return HIDDEN
        return paths.Rate(self.numerator, self.denominator).told()


def share(counts: Mapping[str, int | None], wanted: Sequence[str], among: Sequence[str]) -> Share:
    """Divide the categories ``wanted`` by those ``among``; one hidden count hides the share."""
    total = [counts.get(name, 0) for name in among]
    if any(one is None for one in total):
        return Share(None, None)
    return Share(sum(counts.get(name, 0) or 0 for name in wanted), sum(one or 0 for one in total))


@dataclass(frozen=True)
class Spread:
    """A duration: how many parcours it rests on, its mean, median and quartiles, None if few."""

    count: int | None
    mean: float | None
    quartiles: Quartiles


def spread(values: pd.Series, count: int | None) -> Spread:
    """Measure values whose number may be shown; a few persons' values are not."""
    if count is None or count < LEAST_MEDIAN:
        return Spread(count, None, Quartiles(count or 0, None, None, None))
    low, middle, high = (float(one) for one in np.quantile(values, [0.25, 0.5, 0.75]))
    found = Quartiles(count, low, middle, high)
    if count < LEAST_QUARTILES:
        found = replace(found, low=None, high=None)
    return Spread(count, float(values.mean()), found)


def added(counts: Mapping[str, int | None], names: Sequence[str]) -> int | None:
    """Add counts up; None where one is hidden."""
    found = [counts.get(name, 0) for name in names]
    return None if any(one is None for one in found) else sum(one or 0 for one in found)


@dataclass(frozen=True)
class Durations:
    """Of the completed parcours: hours done, weeks elapsed; done on planned, both known."""

    hours: Spread
    weeks: Spread
    done_share: float | None
    compared: int | None


@dataclass(frozen=True)
class Step:
    """A delay: its median in days, the share within 14 days, what is not entered."""

    label: str
    days: Spread
    within: Share
    missing: int | None


@dataclass(frozen=True)
class Publics:
    """All that the page shows of a choice; a count None is hidden."""

    choice: Choice
    total: int | None
    profiles: Mapping[str, Mapping[str, int | None]]
    durations: Durations
    steps: tuple[Step, Step]
    outcomes: Mapping[str, int | None]
    curve: list[IncidencePoint]
    data_on: date | None

    @property
    def dropped(self) -> Share:
        """Drop-outs among the outcomes that are known."""
        return share(self.outcomes, [DROPPED], [COMPLETED, DROPPED, REDIRECTED])

    @property
    def not_entered(self) -> Share:
        """Non-entries among all that were prescribed."""
        count = self.outcomes.get(NOT_ENTERED, 0)
        is_hidden = count is None or self.total is None
        return Share(None, None) if is_hidden else Share(count, self.total)


def publics(cohort: Cohort, choice: Choice, *, today: date) -> Publics:
    """Work out everything that the page shows of a choice."""
    rows, cells = cohort.chosen(choice), cohort.cells
    outcomes = cells.of(choice, "outcome")
    return Publics(
        choice, cells.count(choice),
        {name: cells.of(choice, name) for name in PROFILES},
        _durations(rows, cells, choice),
        (
            _step(rows, cells.of(choice, "contact"), "contact", ("prescribed_on", "contacted_on")),
            _step(rows, cells.of(choice, "entry"), "entry", ("contacted_on", "started_on")),
        ),
        outcomes, curve(rows, outcomes, today=today), cohort.data_on,
    )  # fmt: skip


def _durations(rows: pd.DataFrame, cells: Cells, choice: Choice) -> Durations:
    ended = rows[rows["outcome"] == COMPLETED]
    hours, dates = cells.of(choice, "hours"), cells.of(choice, "dates")
    dated = ended[ended["dates"] == DATED]
    weeks = (dated["ended_on"] - dated["started_on"]).dt.days / 7
    compared = hours.get(BOTH, 0)
    both = ended[ended["hours"] == BOTH]
    planned = float(both["planned"].sum())
    is_told = compared is not None and compared >= paths.LEAST_PERSONS and planned > 0
    return Durations(
        spread(ended["done"].dropna() / 60, added(hours, [BOTH, DONE_ONLY])),
        spread(weeks, dates.get(DATED, 0)),
        float(both["done"].sum()) / planned if is_told else None, compared,
    )  # fmt: skip


STEPS = {
    "contact": "De la prescription au premier contact", "entry": "Du premier contact à l’entrée",
}  # fmt: skip


def _step(
    rows: pd.DataFrame, counts: Mapping[str, int | None], name: str, ends: tuple[str, str]
) -> Step:
    known = rows[rows[name].isin([IN_TIME, LATE])]
    days = (known[ends[1]] - known[ends[0]]).dt.days
    return Step(
        STEPS[name], spread(days, added(counts, [IN_TIME, LATE])),
        share(counts, [IN_TIME], [IN_TIME, LATE]),
        counts.get(UNKNOWN, 0),
    )  # fmt: skip


ENTRANTS = {
    RUNNING: Outcome.OPEN, COMPLETED: Outcome.COMPLETED, DROPPED: Outcome.DROPPED,
    REDIRECTED: Outcome.REDIRECTED,
}  # fmt: skip


def curve(
    rows: pd.DataFrame, outcomes: Mapping[str, int | None], *, today: date
) -> list[IncidencePoint]:
    """Return the curve of drop-out that may be shown; empty where its counts may not be."""
    if added(outcomes, [*ENTRANTS, NOT_YET]) is None:
        return []
    now = pd.Timestamp(today)
    entered = rows[rows["outcome"].isin(list(ENTRANTS)) & rows["started_on"].notna()]
    last = entered["ended_on"].where(entered["outcome"] != RUNNING, now)
    days = (last.where(last <= now, now) - entered["started_on"]).dt.days
    kept = last.notna() & (days >= 0)
    months = (days[kept] // paths.MONTH_DAYS).astype(int) + 1
    # Who ends after today is, today, still there.
    told = entered["outcome"].astype(object)[kept].where(last[kept] <= now, RUNNING)
    names = list(ENTRANTS)
    pairs = months * len(names) + told.map({name: rank for rank, name in enumerate(names)})
    found, counts = np.unique(pairs.to_numpy(dtype=np.int64), return_counts=True)
    exits = {
        (pair // len(names), ENTRANTS[names[pair % len(names)]]): count
        for pair, count in zip(found.tolist(), counts.tolist(), strict=True)
    }
    return incidence.published(incidence.curve(exits))


def by_ut(cohort: Cohort, choice: Choice) -> pd.DataFrame:
    """One row a département, whatever département is chosen: parcours, entries, drop-out."""
    rows = []
    for code, name in cohort.uts:
        own = replace(choice, ut=name)
        counts = cohort.cells.of(own, "outcome")
        left = share(counts, [DROPPED], [COMPLETED, DROPPED, REDIRECTED])
        rows.append((code, name, cohort.cells.count(own), added(counts, list(ENTRANTS)), left))
    columns = ["code", "ut", "count", "entered", "left"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return table.assign(dropped=[one.told() for one in table["left"]])


def shown(count: int | None) -> str:
    """Write a count, or « n. d. » where it is hidden: a hidden count is no zero."""
    return HIDDEN if count is None else fr.number(count)
