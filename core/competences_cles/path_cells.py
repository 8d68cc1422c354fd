"""Every count of the page of publics, for every filter at once, and which of them are shown.

One table: places (each set of order lines that a choice of département, lot and operator gives),
half-years, kinds of prescriber, and the categories of each variable beside the parcours they add
up to. Cells under five persons are hidden, and what would give them back: ``suppression``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd

from core.competences_cles.path_profiles import in_order
from core.disclosure import suppression
from core.disclosure.suppression import Sum

PLACES = ("ut", "lot", "operator")
ALL = ""
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Choice:
    """The filters of the page; an empty one keeps everything."""

    ut: str = ALL
    lot: str = ALL
    operator: str = ALL
    period: str = ALL
    prescriber: str = ALL

    @property
    def place(self) -> Place:
        return self.ut, self.lot, self.operator

    @property
    def is_narrow(self) -> bool:
        return any((*self.place, self.period, self.prescriber))


@dataclass(frozen=True)
class Variable:
    """What parcours are told apart by: a column of the cohort, and what its values add up to.

    ``within``: the (variable, category) that they share out, None for all the parcours.
    """

    name: str
    within: tuple[str, str] | None = None


@dataclass(frozen=True)
class Cells:
    """Counts and hidden flags: place × half-year × prescriber × category."""

    counts: np.ndarray
    hidden: np.ndarray
    places: Mapping[Place, int]
    periods: Mapping[str, int]
    prescribers: Mapping[str, int]
    categories: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def count(self, choice: Choice, variable: str = "", category: str = "") -> int | None:
        """Return a count; None where it is hidden, 0 where there is nobody."""
        found = self._at(choice)
        rank = self.categories.get((variable, category))
        if found is None or rank is None:
            return 0
        return None if self.hidden[*found, rank] else int(self.counts[*found, rank])

    def of(self, choice: Choice, variable: str) -> dict[str, int | None]:
        """Return the counts of a variable, category by category."""
        names = [name for own, name in self.categories if own == variable]
        return {name: self.count(choice, variable, name) for name in names}

    def _at(self, choice: Choice) -> tuple[int, int, int] | None:
        place = self.places.get(choice.place)
        period, prescriber = (
            self.periods.get(choice.period), self.prescribers.get(choice.prescriber)
        )  # fmt: skip
        if place is None or period is None or prescriber is None:
            return None
        return place, period, prescriber


def cells(cohort: pd.DataFrame, variables: Sequence[Variable]) -> Cells:
    """Count a cohort for every filter and variable, then hide what must be."""
    triples = sorted(set(cohort[list(PLACES)].itertuples(index=False, name=None)))
    places, sets = _places(triples)
    periods = _ranks(cohort["period"])
    prescribers = _ranks(cohort["prescriber"])
    categories = _categories(cohort, variables)
    own = _only_within(cohort, variables)
    inside = _inside(own, triples, (periods, prescribers), categories)
    counts = np.zeros((len(sets), len(periods), len(prescribers), len(categories)), dtype=np.int64)
    for key, members in sets.items():
        counts[key, 1:, 1:] = inside[sorted(members)].sum(axis=0)
    counts[:, 0] = counts[:, 1:].sum(axis=1)
    counts[:, :, 0] = counts[:, :, 1:].sum(axis=2)
    sums = [
        *_category_sums(categories, variables), *_place_sums(triples, places),
        Sum(1, 0, tuple(range(1, len(periods)))), Sum(2, 0, tuple(range(1, len(prescribers)))),
    ]  # fmt: skip
    return Cells(counts, suppression.hidden(counts, sums), places, periods, prescribers, categories)


def _ranks(values: pd.Series) -> dict[str, int]:
    """Rank the values from 1 on: 0 is their total."""
    return {ALL: 0} | {str(one): rank for rank, one in enumerate(sorted(values.unique()), start=1)}


def _categories(cohort: pd.DataFrame, variables: Sequence[Variable]) -> dict[tuple[str, str], int]:
    keys = [("", "")]
    for one in variables:
        kept = cohort if one.within is None else cohort[cohort[one.within[0]] == one.within[1]]
        keys += [(one.name, str(value)) for value in sorted(kept[one.name].unique(), key=in_order)]
    return {key: rank for rank, key in enumerate(keys)}


def _only_within(cohort: pd.DataFrame, variables: Sequence[Variable]) -> pd.DataFrame:
    """Take the value of a variable away from the parcours that it does not share out."""
    return cohort.assign(**{
        one.name: cohort[one.name].where(cohort[one.within[0]] == one.within[1])
        for one in variables
        if one.within is not None
    })  # fmt: skip


def _inside(
    cohort: pd.DataFrame, triples: Sequence[Place], axes: tuple[Mapping[str, int], ...],
    categories: Mapping[tuple[str, str], int],
) -> np.ndarray:  # fmt: skip
    """Count each triple, half-year and prescriber, category by category; no margin yet."""
    rank_of = {triple: rank for rank, triple in enumerate(triples)}
    rows = list(cohort[list(PLACES)].itertuples(index=False, name=None))
    place = np.array([rank_of[row] for row in rows], dtype=np.int64)
    period = cohort["period"].map(axes[0]).to_numpy(dtype=np.int64) - 1
    prescriber = cohort["prescriber"].map(axes[1]).to_numpy(dtype=np.int64) - 1
    shape = (len(triples), len(axes[0]) - 1, len(axes[1]) - 1, len(categories))
    found = np.zeros(shape, dtype=np.int64)
    np.add.at(found[..., 0], (place, period, prescriber), 1)
    for (variable, value), rank in categories.items():
        if variable:
            own = (cohort[variable] == value).to_numpy()
            np.add.at(found[..., rank], (place[own], period[own], prescriber[own]), 1)
    return found


def _category_sums(
    categories: Mapping[tuple[str, str], int], variables: Sequence[Variable]
) -> Iterator[Sum]:
    for one in variables:
        total = categories.get(one.within or ("", ""))
        parts = tuple(rank for (name, _), rank in categories.items() if name == one.name)
        if total is not None and parts:
            yield Sum(3, total, parts)


def _places(
    triples: Sequence[Place],
) -> tuple[dict[Place, int], dict[int, frozenset[int]]]:
    """Number the sets of triples that choices give: two choices of the same set are one cell."""
    numbers: dict[frozenset[int], int] = {}
    places = {}
    for choice in _choices(triples):
        members = _members(triples, choice)
        if members:
            places[choice] = numbers.setdefault(members, len(numbers))
    if not triples:
        places[ALL, ALL, ALL] = numbers.setdefault(frozenset(), 0)
    return places, {key: members for members, key in numbers.items()}


def _choices(triples: Sequence[Place]) -> Iterator[Place]:
    values = [sorted({one[rank] for one in triples}) for rank in range(len(PLACES))]
    yield from product(*[(ALL, *own) for own in values])


def _members(triples: Sequence[Place], choice: Place) -> frozenset[int]:
    return frozenset(
        rank
        for rank, one in enumerate(triples)
        if all(not wanted or wanted == value for wanted, value in zip(choice, one, strict=True))
    )


def _place_sums(triples: Sequence[Place], places: Mapping[Place, int]) -> list[Sum]:
    """Tie each choice to those that share it out by département, by lot or by operator."""
    found = set()
    for choice, total in places.items():
        for rank, wanted in enumerate(choice):
            if wanted:
                continue
            values = sorted({one[rank] for one in triples})
            inner = [_with(choice, rank, value) for value in values]
            parts = tuple(places[one] for one in inner if one in places)
            if len(parts) > 1:
                found.add(Sum(0, total, parts))
    return sorted(found, key=lambda one: (one.total, one.parts))


def _with(choice: Place, rank: int, value: str) -> Place:
    own = list(choice)
    own[rank] = value
    return own[0], own[1], own[2]
