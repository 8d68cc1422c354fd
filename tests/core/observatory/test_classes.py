"""Classes of a map: a label never lies, and what is not a level is never given one."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fr import NBSP
from core.observatory import classes
from core.observatory.classes import PLACES, Classification, Place, Scheme
from core.observatory.enums import Status

VALUES = st.lists(st.floats(0, 1e6).map(lambda value: round(value, 4)), max_size=40)
BOUNDS = st.lists(st.integers(1, 20_000).map(lambda part: part / 100), min_size=1, max_size=6)
SCHEMES = st.sampled_from(list(Scheme))
GAPS = (Status.MASKED, Status.MISSING, Status.PARTIAL)


def figures(values: list[float], statuses: list[Status] | None = None) -> pd.DataFrame:
    return pd.DataFrame({"rate": values, "status": statuses or [Status.KNOWN] * len(values)})


def number(text: str) -> float:
    return float(text.replace(NBSP, "").replace(",", "."))


def is_said(value: float, label: str) -> bool:
    """Say whether a class label, read as a reader does, is true of a value."""
    if " à " in label:
        low, high = label.removeprefix("plus de ").split(" à ")
        is_above = value > 0 if label.startswith("plus de 0 ") else value >= number(low)
        return is_above and value <= number(high)
    return value > number(label.removeprefix("plus de "))


@given(VALUES, SCHEMES, BOUNDS)
def test_each_value_falls_in_the_class_that_its_label_says(
    values: list[float], scheme: Scheme, fixed: list[float]
) -> None:
    found = classes.classify(values, scheme, fixed=fixed)
    for value, rank in zip(values, classes.ranks(figures(values), "rate", found), strict=True):
        if value == 0:
            assert rank == PLACES.index(Place.ZERO)
        else:
            assert is_said(value, found.labels[rank - len(PLACES)])


@given(VALUES, VALUES, SCHEMES)
def test_labels_stay_true_of_the_values_of_another_period(
    values: list[float], others: list[float], scheme: Scheme
) -> None:
    found = classes.classify(values, scheme)
    if not found.bounds:
        return
    for value, rank in zip(others, classes.ranks(figures(others), "rate", found), strict=True):
        assert value == 0 or is_said(value, found.labels[rank - len(PLACES)])


@given(VALUES, SCHEMES)
def test_there_are_at_most_five_classes_in_ascending_order(
    values: list[float], scheme: Scheme
) -> None:
    bounds = classes.classify(values, scheme).bounds
    assert len(bounds) <= 5
    assert list(bounds[:-1]) == sorted(set(bounds[:-1]))
    assert (len(bounds) == 0) == (max(values, default=0) == 0)


@given(st.lists(st.tuples(st.floats(0, 100), st.sampled_from(list(Status))), max_size=30))
def test_a_figure_that_is_not_known_is_never_in_a_class_of_values(
    rows: list[tuple[float, Status]],
) -> None:
    table = figures([value for value, _ in rows], [status for _, status in rows])
    ranks = classes.ranks(table, "rate", classes.classify(table["rate"], Scheme.QUANTILES))
    for (value, status), rank in zip(rows, ranks, strict=True):
        assert (rank >= len(PLACES)) == (status is Status.KNOWN and value > 0)


def test_the_four_places_are_four_ranks() -> None:
    table = figures([0, 5, 5, 5, math.nan], [Status.KNOWN, *GAPS, Status.KNOWN])
    found = classes.ranks(table, "rate", Classification((5.0,), 0))
    assert [PLACES[rank] for rank in found] == [
        Place.ZERO, Place.MASKED, Place.MISSING, Place.PARTIAL, Place.MISSING,
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize("values", [[], [0, 0, 0], [math.nan, 0]])
def test_no_positive_value_makes_no_class(values: list[float], scheme: Scheme) -> None:
    found = classes.classify(values, scheme, fixed=(1, 2))
    assert (found.bounds, found.labels) == ((), ())


@pytest.mark.parametrize("scheme", [Scheme.QUANTILES, Scheme.JENKS])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_distinct_values_make_no_more_classes_than_values(scheme: Scheme, count: int) -> None:
    values = [float(10 * (rank % count + 1)) for rank in range(12)]
    found = classes.classify(values, scheme)
    assert len(found.bounds) <= count
    filled = set(classes.ranks(figures(values), "rate", found))
    assert len(filled) == len(found.labels)


def test_fixed_bounds_are_kept_as_they_were_typed() -> None:
    found = classes.classify([0.5, 3, 40], Scheme.FIXED, fixed=(1, 2.5, 10))
    assert found.bounds == (1.0, 2.5, 10.0, 40.0)
    assert found.labels == ("plus de 0 à 1,0", "1,0 à 2,5", "2,5 à 10,0", "plus de 10,0")


def test_fixed_bounds_above_every_value_keep_their_empty_class() -> None:
    found = classes.classify([0.5, 3], Scheme.FIXED, fixed=(5,))
    assert found.labels == ("plus de 0 à 5", "plus de 5")
    assert classes.ranks(figures([3]), "rate", found).tolist() == [len(PLACES)]


def test_quantiles_hold_as_many_values_each() -> None:
    values = np.arange(1, 101) * 1.0
    found = classes.classify(values, Scheme.QUANTILES)
    ranks = classes.ranks(figures(values.tolist()), "rate", found)
    assert ranks.value_counts().tolist() == [20] * 5


def test_natural_breaks_part_two_groups_that_lie_apart() -> None:
    low, high = [1.0, 1.1, 1.2, 1.3, 1.4], [90.0, 91.0]
    found = classes.classify([*low, *high], Scheme.JENKS)
    ranks = classes.ranks(figures([*low, *high]), "rate", found)
    assert set(ranks[:5]).isdisjoint(ranks[5:])


def test_natural_breaks_are_found_among_many_values_of_which_one_is_rare() -> None:
    values = [1.0] * 5_000 + [2.0] * 5_000 + [3.0] + [4.0] * 5_000 + [5.0]
    found = classes.classify(values, Scheme.JENKS)
    assert {1.0, 2.0} <= set(found.bounds)
    assert found.bounds[-1] == 5.0


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 9])
def test_classes_have_distinct_colours_from_light_to_dark(count: int) -> None:
    found = classes.colours(count)
    assert len(set(found)) == count
    lightness = [sum(int(colour[place : place + 2], 16) for place in (1, 3, 5)) for colour in found]
    assert lightness == sorted(lightness, reverse=True)
