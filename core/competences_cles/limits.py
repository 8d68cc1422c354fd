"""The limits of a reallocation, by name, as the rows of a linear programme."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.competences_cles.reallocation_inputs import Order, Settings

CLOSE = 1e-6


@dataclass(frozen=True)
class Limit:
    """One limit: Σ weights·x ≤ (or ≥ where ``sign`` is −1) ``value``, with its name in French.

    ``is_span``: the value is a distance, which gives by growing whatever the side.
    """

    name: str
    weights: np.ndarray
    value: float
    sign: int
    unit: str = "h"
    is_span: bool = False

    @property
    def grows(self) -> bool:
        """Whether the limit gives by being raised."""
        return self.is_span or self.sign > 0

    @property
    def row(self) -> np.ndarray:
        return self.sign * self.weights

    @property
    def bound(self) -> float:
        return self.sign * self.value


@dataclass(frozen=True)
class Problem:
    """The orders as arrays: today's quantities, needs, floors, ceilings, and the limits."""

    ordered: np.ndarray
    need: np.ndarray
    floor: np.ndarray
    fixed: np.ndarray
    limits: tuple[Limit, ...]
    keys: tuple[str, ...]
    block: float
    amendment_cost: float

    @property
    def count(self) -> int:
        return len(self.ordered)

    @property
    def start(self) -> np.ndarray:
        """Where each order starts from: today's quantity, what was consumed if cancelled."""
        return np.where(self.fixed, self.floor, self.ordered)

    @property
    def rows(self) -> np.ndarray:
        """The limits as rows of weights, each of them « at most »."""
        found = np.zeros((len(self.limits), self.count))
        for rank, limit in enumerate(self.limits):
            found[rank] = limit.row
        return found

    @property
    def bounds(self) -> np.ndarray:
        return np.array([limit.bound for limit in self.limits])

    @property
    def in_blocks(self) -> tuple[np.ndarray, np.ndarray]:
        """The same rows and bounds on numbers of blocks moved; fixed orders move none."""
        free = self.rows * ~self.fixed * self.block
        return free, self.bounds - self.rows @ self.start + CLOSE

    def least_blocks(self, least: np.ndarray) -> np.ndarray:
        """The least number of blocks that takes each order to ``least`` or above."""
        blocks = np.ceil((least - self.start) / self.block - CLOSE)
        return np.where(self.fixed, 0.0, blocks)


def build(orders: Sequence[Order], settings: Settings) -> Problem:
    """Turn orders and settings into rows."""
    limits = [*_totals(orders, settings), *_lots(orders, settings), *_budget(orders, settings)]
    limits += _caps(orders, settings)
    return Problem(
        np.array([float(one.ordered) for one in orders]),
        np.array([0.0 if one.is_cancelled else float(one.need) for one in orders]),
        np.array([float(one.floor) for one in orders]),
        np.array([one.is_cancelled for one in orders]),
        tuple(limits), tuple(one.key for one in orders), settings.block, settings.amendment_cost,
    )  # fmt: skip


def _indicator(flags: Sequence[bool]) -> np.ndarray:
    return np.array(flags, dtype=float)


def _totals(orders: Sequence[Order], settings: Settings) -> list[Limit]:
    """Σx = T for each lot and holder, as two limits so that one of them can give."""
    found: list[Limit] = []
    for pool in dict.fromkeys(one.pool for one in orders):
        inside = [one for one in orders if one.pool == pool]
        today = sum(one.consumed if one.is_cancelled else one.ordered for one in inside)
        total = settings.totals.get(pool, today)
        if total is None:
            continue
        weights = _indicator([one.pool == pool for one in orders])
        name = f"le total à répartir du lot {pool[0]}" + (f" ({pool[1]})" if pool[1] else "")
        # In whole blocks a total can be missed by less than one of them, never exceeded.
        step = (total - today) / settings.block
        slack = 0.0 if abs(step - round(step)) < CLOSE else settings.block * (1 - CLOSE)
        found += [Limit(name, weights, total, 1), Limit(name, weights, total - slack, -1)]
    return found


def _lots(orders: Sequence[Order], settings: Settings) -> list[Limit]:
    found: list[Limit] = []
    for lot in dict.fromkeys(one.lot for one in orders):
        bounds = settings.lots.get(lot)
        weights = _indicator([one.lot == lot for one in orders])
        if bounds is not None and bounds.maximum is not None:
            found.append(Limit(f"le maximum du lot {lot}", weights, bounds.maximum, 1))
        if bounds is not None and bounds.minimum is not None:
            found.append(Limit(f"le minimum du lot {lot}", weights, bounds.minimum, -1))
    return found


def _budget(orders: Sequence[Order], settings: Settings) -> list[Limit]:
    if settings.budget is None:
        return []
    prices = np.array([(one.price or 0) / 100 for one in orders])
    return [Limit("le budget", prices, settings.budget / 100, 1, "€")]


def _caps(orders: Sequence[Order], settings: Settings) -> list[Limit]:
    if settings.cap is None:
        return []
    found: list[Limit] = []
    for rank, one in enumerate(orders):
        if one.is_cancelled:
            continue
        alone = np.zeros(len(orders))
        alone[rank] = 1.0
        name = f"le changement maximal du bon {one.key}"
        found.append(Limit(name, alone, one.ordered + settings.cap, 1, is_span=True))
        found.append(Limit(name, alone, one.ordered - settings.cap, -1, is_span=True))
    return found
