"""No hidden count is worked out: by a total, by two filters, by all the lines together."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.disclosure import suppression
from core.disclosure.suppression import Sum


def with_margins(inside: np.ndarray) -> tuple[np.ndarray, list[Sum]]:
    """Return a table with a total at the first place of each axis, and the sums that tie it."""
    table, sums = inside, []
    for axis, size in enumerate(inside.shape):
        table = np.concatenate([table.sum(axis=axis, keepdims=True), table], axis=axis)
        sums.append(Sum(axis, 0, tuple(range(1, size + 1))))
    return table, sums


def determined(table: np.ndarray, mask: np.ndarray, sums: list[Sum]) -> list[tuple[int, ...]]:
    """Return the hidden cells that exact algebra gives back: the rank does not grow with them."""
    places = [tuple(int(one) for one in place) for place in np.argwhere(mask)]
    rank_of = {place: rank for rank, place in enumerate(places)}
    rows = []
    for one in sums:
        others = [range(size) for axis, size in enumerate(table.shape) if axis != one.axis]
        for rest in product(*others):
            row = np.zeros(len(places))
            for at in one.places:
                place = (*rest[: one.axis], at, *rest[one.axis :])
                if place in rank_of:
                    row[rank_of[place]] = -1 if at == one.total else 1
            rows.append(row)
    matrix = np.array(rows)
    held = np.linalg.matrix_rank(matrix)
    unit = np.eye(len(places))
    return [
        place for place, line in zip(places, unit, strict=True)
        if np.linalg.matrix_rank(np.vstack([matrix, line])) == held
    ]  # fmt: skip


def test_a_small_cell_takes_another_with_it_or_the_total_gives_it_back() -> None:
    table, sums = with_margins(np.array([3, 50, 60]))
    assert suppression.hidden(table, sums).tolist() == [False, True, True, False]


def test_two_small_cells_are_enough_where_they_hold_five_persons() -> None:
    table, sums = with_margins(np.array([3, 4, 60]))
    assert suppression.hidden(table, sums).tolist() == [False, True, True, False]
    table, sums = with_margins(np.array([1, 2, 60, 70]))
    assert suppression.hidden(table, sums).tolist() == [False, True, True, True, False]


def test_a_group_of_ones_is_no_protection() -> None:
    table, sums = with_margins(np.array([1, 1, 1, 1, 1, 80]))
    assert suppression.hidden(table, sums).tolist() == [False, *[True] * 6]


def test_a_lone_small_cell_takes_its_total() -> None:
    table, sums = with_margins(np.array([3, 0, 0]))
    assert suppression.hidden(table, sums).tolist() == [True, True, False, False]


def test_a_zero_is_shown_and_nothing_is_hidden_without_need() -> None:
    table, sums = with_margins(np.array([[0, 5, 9], [12, 0, 30]]))
    assert not suppression.hidden(table, sums).any()


def test_what_two_lines_give_together_is_found() -> None:
    """Two squares of hidden cells joined by a single cell: no line gives it, all of them do."""
    table, sums = with_margins(np.full((4, 4), 9))
    mask = np.zeros(table.shape, dtype=bool)
    for row, column in [(1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (3, 4), (4, 3), (4, 4), (2, 3)]:
        mask[row, column] = True
    assert np.argwhere(suppression.worked_out(mask, sums)).tolist() == [[2, 3]]
    assert determined(table, mask, sums) == [(2, 3)]


TABLES = arrays.arrays(
    np.int64, st.tuples(st.integers(2, 4), st.integers(2, 4), st.integers(1, 3)),
    elements=st.one_of(st.integers(0, 6), st.integers(0, 40)),
)  # fmt: skip


@settings(max_examples=60)
@given(TABLES)
def test_no_hidden_count_can_be_worked_out(inside: np.ndarray) -> None:
    table, sums = with_margins(inside)
    mask = suppression.hidden(table, sums)
    small = (table > 0) & (table < suppression.LEAST)
    assert not (small & ~mask).any()
    assert not (mask & (table == 0)).any()
    assert determined(table, mask, sums) == []


@settings(max_examples=60)
@given(TABLES)
def test_no_two_filters_leave_a_small_group_between_them(inside: np.ndarray) -> None:
    table, sums = with_margins(inside)
    mask = suppression.hidden(table, sums)
    for axis in range(table.ndim):
        totals = np.take(table, [0], axis)
        shown = ~mask & ~np.take(mask, [0], axis)
        rest = np.where(shown, totals - table, 0)
        assert not ((rest > 0) & (rest < suppression.LEAST)).any()


@pytest.mark.parametrize("scale", [1, 10])
def test_the_choice_depends_on_the_table_alone(scale: int) -> None:
    inside = np.random.default_rng(scale).integers(0, 12, (6, 5, 4))
    table, sums = with_margins(inside)
    first, second = suppression.hidden(table, sums), suppression.hidden(table, sums)
    assert (first == second).all()
