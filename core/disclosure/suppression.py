"""Which cells of a table of counts stay hidden, so that no small one can be worked out.

A table here has all its margins: every filter that a reader may choose is a cell of it. First the
small counts are hidden (fewer than five persons, never a zero), then others beside them, until
neither a subtraction along a line nor any combination of lines gives a hidden count back. The
choice depends on the table alone, never on who looks nor on what was looked at before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.linalg import lsqr

LEAST = 5
SEED = 5
FIXED = 1e-6
FAR = np.iinfo(np.int64).max
DOUBLED = [*(LEAST * 2**rank for rank in range(1, 24)), FAR]


@dataclass(frozen=True)
class Sum:
    """Along ``axis``, the cells at ``total`` are the sum of those at ``parts``."""

    axis: int
    total: int
    parts: tuple[int, ...]

    @property
    def places(self) -> tuple[int, ...]:
        return (self.total, *self.parts)


def hidden(counts: np.ndarray, sums: Sequence[Sum]) -> np.ndarray:
    """Return which cells of ``counts`` are not shown, knowing every sum that ties them.

    Raises ValueError where the counts are not the sums they are said to be.
    """
    for one in sums:
        values = _lines(counts, one)
        if (values[0] != values[1:].sum(axis=0)).any():
            raise ValueError(f"parts do not add up to their total: {one}")
    mask = (counts > 0) & (counts < LEAST)
    if not mask.any():
        return mask
    while True:
        _close(counts, mask, sums)
        told = worked_out(mask, sums)
        if not told.any() or not _hide_beside(counts, mask, sums, told):
            return mask


def _close(counts: np.ndarray, mask: np.ndarray, sums: Sequence[Sum]) -> None:
    """Hide more cells until no line alone gives one back."""
    is_moving = True
    while is_moving:
        is_moving = False
        for one in sums:
            values, flags = _lines(counts, one), _lines(mask, one)
            exposed = _exposed(values, flags)
            if exposed.any():
                _write(mask, one, flags | _next(values, flags, exposed))
                is_moving = True


def _lines(table: np.ndarray, one: Sum) -> np.ndarray:
    """Return the lines of a sum: the total first, then the parts, along the first axis."""
    lines: np.ndarray = np.moveaxis(table, one.axis, 0)[list(one.places)]
    return lines


def _write(mask: np.ndarray, one: Sum, flags: np.ndarray) -> None:
    np.moveaxis(mask, one.axis, 0)[list(one.places)] = flags


def _exposed(values: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Say which lines give a hidden count away.

    A total that is shown leaves the sum of its hidden parts known: they must be several, hold
    five persons, and more than one each. A hidden total whose parts are all shown is their sum.
    """
    parts, is_hidden = values[1:], flags[1:]
    several = is_hidden.sum(axis=0)
    held = np.where(is_hidden, parts, 0).sum(axis=0)
    alone = (several > 0) & ((several < 2) | (held < LEAST) | (held == several))
    exposed: np.ndarray = np.where(flags[0], several == 0, alone)
    return exposed


def _next(values: np.ndarray, flags: np.ndarray, exposed: np.ndarray) -> np.ndarray:
    """Choose what to hide in the exposed lines: the smallest part shown, else the total."""
    free = np.where(~flags[1:] & (values[1:] > 0), values[1:], FAR)
    chosen = free.argmin(axis=0)
    is_found = free.min(axis=0) < FAR
    added = np.zeros_like(flags)
    ranks = np.arange(len(free)).reshape(-1, *[1] * exposed.ndim)
    added[1:] = (ranks == chosen) & is_found & exposed
    added[0] = exposed & ~is_found
    return added


def worked_out(mask: np.ndarray, sums: Sequence[Sum]) -> np.ndarray:
    """Return the hidden cells that all the sums together determine.

    A random vector is projected on what the shown cells leave free: where nothing moves, the
    value is known. (A hidden unknown is determined if and only if it lies in the row space of
    the sums; least squares gives the projection on that space.)
    """
    matrix = _equations(mask, sums)
    told = np.zeros(mask.shape, dtype=bool)
    if not matrix.nnz:
        return told
    drawn = np.random.default_rng(SEED).uniform(1, 2, matrix.shape[1])
    kept = lsqr(matrix, matrix @ drawn, atol=1e-12, btol=1e-12, iter_lim=20_000)[0]
    told[mask] = np.abs(drawn - kept) < FIXED
    return told


def _equations(mask: np.ndarray, sums: Sequence[Sum]) -> coo_array:
    """Write each line that has a hidden cell as an equation between its hidden cells."""
    numbers = np.full(mask.shape, -1, dtype=np.int64)
    numbers[mask] = np.arange(mask.sum())
    rows, columns, signs, count = [], [], [], 0
    for one in sums:
        lines = _lines(numbers, one).reshape(len(one.places), -1)
        lines = lines[:, (lines >= 0).any(axis=0)]
        place, line = np.nonzero(lines >= 0)
        rows.append(line + count)
        columns.append(lines[place, line])
        signs.append(np.where(place == 0, -1.0, 1.0))
        count += lines.shape[1]
    data = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
    return coo_array(data, shape=(count, int(mask.sum()))).tocsr()


def _hide_beside(
    counts: np.ndarray, mask: np.ndarray, sums: Sequence[Sum], told: np.ndarray
) -> bool:
    """Hide one more cell in a line of each cell that is worked out; say whether there was any.

    The smallest counts are tried first. Where every line of these cells is hidden already, the
    lines of their neighbours are tried.
    """
    near = told.copy()
    while True:
        for most in DOUBLED:
            if _hide_in_lines(np.where(counts > most, 0, counts), mask, sums, near.copy()):
                return True
        wider = near.copy()
        for one in sums:
            touched = _lines(near, one).any(axis=0)
            _write(wider, one, _lines(wider, one) | (_lines(mask, one) & touched))
        if (wider == near).all():
            return False
        near = wider


def _hide_in_lines(
    counts: np.ndarray, mask: np.ndarray, sums: Sequence[Sum], left: np.ndarray
) -> bool:
    is_found = False
    for one in sums:
        values, flags = _lines(counts, one), _lines(mask, one)
        free = (~flags & (values > 0)).any(axis=0)
        exposed = np.asarray(_lines(left, one).any(axis=0) & free)
        if exposed.any():
            _write(mask, one, flags | _next(values, flags, exposed))
            _write(left, one, _lines(left, one) & ~exposed)
            is_found = True
    return is_found
