"""The linear programme of ``reallocation``: its two stages, its relaxation, its dual values.

Variables: x (one an order), then z, the worst relative shortage. A shortage s ≥ D − x with
s ≤ z·D is written at once as D − x ≤ z·D.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from core import fr
from core.competences_cles.limits import CLOSE, Limit, Problem

# Three searches at most for one answer, each of them bounded: the whole stays under two seconds.
OPTIONS = {"time_limit": 0.6, "mip_rel_gap": 1e-4}
LEAST_RELAXATION = 1e-4
SHORTAGE_WEIGHT = 1e-3


@dataclass(frozen=True)
class Binding:
    """A limit that holds the worst shortage up.

    ``gain``: what one unit more of it (one less where it does not ``grow``) would take off the
    worst shortage, 0.001 being a tenth of a point: the dual value of stage 1.
    """

    name: str
    gain: float
    unit: str = "h"
    grows: bool = True

    def told(self) -> str:
        points = fr.number(100 * self.gain, 3)
        unit = "un euro" if self.unit == "€" else "une heure"
        change = f"{unit} de {'plus' if self.grows else 'moins'}"
        return f"{self.name} : {change} retire {points} point à la pénurie la plus forte"


@dataclass(frozen=True)
class Relaxation:
    """By how much a limit must give for the others to be kept, with a French sentence."""

    name: str
    amount: float
    sign: int
    sentence: str


@dataclass(frozen=True)
class Shares:
    """Stage 1: the worst shortage and the dual value of each limit, then of each floor."""

    worst: float
    limit_values: np.ndarray
    floor_values: np.ndarray


@dataclass(frozen=True)
class Moves:
    """Stage 2: the quantities; ``is_proven`` unless time ran out before the proof."""

    quantities: list[float]
    is_proven: bool


def _bounds(problem: Problem) -> list[tuple[float, float | None]]:
    # What is fixed is fixed; nothing goes below what is consumed and committed.
    return [
        (low, low if is_fixed else None)
        for low, is_fixed in zip(problem.floor.tolist(), problem.fixed.tolist(), strict=True)
    ]


def solve_shortage(problem: Problem) -> Shares:
    """Stage 1: the smallest worst relative shortage, without blocks.

    An order that needs nothing has no shortage. The limits must agree: see ``smallest_relaxation``.
    """
    needed = np.flatnonzero(problem.need > 0)
    limits = np.hstack([problem.rows, np.zeros((len(problem.limits), 1))])
    demand = np.zeros((len(needed), problem.count + 1))
    demand[np.arange(len(needed)), needed] = -1.0
    demand[:, -1] = -problem.need[needed]
    cost = np.append(np.zeros(problem.count), 1.0)
    most = np.concatenate([problem.bounds, -problem.need[needed]])
    solved = linprog(
        cost, A_ub=np.vstack([limits, demand]), b_ub=most,
        bounds=[*_bounds(problem), (0.0, None)], method="highs",
    )  # fmt: skip
    if not solved.success:
        raise ArithmeticError(f"stage 1 of the reallocation has no answer: {solved.message}")
    floors = np.where(problem.fixed, 0.0, solved.lower.marginals[:-1])
    return Shares(float(solved.x[-1]), solved.ineqlin.marginals[: len(problem.limits)], floors)


def bindings(problem: Problem, shares: Shares) -> tuple[Binding, ...]:
    """Name the limits that hold stage 1 up, the most valuable first."""
    found = [
        Binding(limit.name, -float(value), limit.unit, limit.grows)
        for limit, value in zip(problem.limits, shares.limit_values, strict=True)
        if abs(value) > CLOSE / 10
    ]
    found += [
        Binding(f"ce qui est consommé et engagé sur le bon {key}", float(value), grows=False)
        for key, value in zip(problem.keys, shares.floor_values, strict=True)
        if abs(value) > CLOSE / 10
    ]
    return tuple(sorted(found, key=lambda one: (-one.gain, one.name)))


def smallest_relaxation(problem: Problem) -> tuple[Relaxation, ...]:
    """Return the smallest total by which limits must give to agree, in whole blocks; or nothing.

    A euro counts for the part of an hour that it buys.
    """
    count, several = problem.count, len(problem.limits)
    if not several:
        return ()
    rows, bounds = problem.in_blocks
    weights = [_worth(one) for one in problem.limits]
    solved = milp(
        np.concatenate([np.zeros(count), weights]),
        constraints=LinearConstraint(np.hstack([rows, -np.eye(several)]), -np.inf, bounds),
        integrality=np.concatenate([np.ones(count), np.zeros(several)]),
        bounds=Bounds(*_elastic_bounds(problem)), options=OPTIONS,
    )  # fmt: skip
    if solved.x is None:
        raise ArithmeticError(f"the elastic programme has no answer: {solved.message}")
    return tuple(
        _relaxation(limit, float(amount))
        for limit, amount in zip(problem.limits, solved.x[count:], strict=True)
        if amount > LEAST_RELAXATION
    )


def _worth(limit: Limit) -> float:
    prices = limit.weights[limit.weights > 0]
    return 1 / float(prices.mean()) if limit.unit == "€" and prices.size else 1.0


def _elastic_bounds(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    none = np.zeros(len(problem.limits))
    low = problem.least_blocks(problem.floor)
    high = np.where(problem.fixed, 0.0, np.inf)
    return np.concatenate([low, none]), np.concatenate([high, none + np.inf])


def _relaxation(limit: Limit, amount: float) -> Relaxation:
    verb = "relever" if limit.grows else "abaisser"
    digits = 0 if abs(amount - round(amount)) < 0.05 else 1
    quantity = f"{fr.number(amount, digits)}{fr.NBSP}{limit.unit}"
    return Relaxation(limit.name, amount, limit.sign, f"{verb} {limit.name} de {quantity}")


def relaxed(problem: Problem, relaxations: Sequence[Relaxation]) -> Problem:
    """Return the problem with the limits that must give having given."""
    if not relaxations:
        return problem
    amounts = {(one.name, one.sign): one.amount + LEAST_RELAXATION for one in relaxations}
    return replace(problem, limits=tuple(
        replace(one, value=one.value + one.sign * amounts.get((one.name, one.sign), 0.0))
        for one in problem.limits
    ))  # fmt: skip


def solve_moves(problem: Problem, worst: float) -> Moves | None:
    """Stage 2: the fewest and smallest changes, in whole blocks, within the worst shortage given.

    None where no whole number of blocks keeps every limit. In up and down moves, and one
    yes-or-no an order: is it amended?
    """
    count, block = problem.count, problem.block
    least = np.maximum(problem.floor, problem.need * (1 - worst))
    low, most = problem.least_blocks(least), _most_blocks(problem, least)
    cost = np.concatenate([np.full(2 * count, block), np.full(count, problem.amendment_cost)])
    # Between equal answers, the one that leaves the less shortage.
    cost[:count] -= SHORTAGE_WEIGHT * block * (problem.need > problem.ordered)
    solved = milp(
        cost, constraints=_moving(problem, low, most), integrality=np.ones(3 * count),
        bounds=Bounds(0.0, np.concatenate([most, most, np.minimum(most, 1.0)])), options=OPTIONS,
    )  # fmt: skip
    if solved.x is None:
        return None
    moved = np.round(solved.x[:count] - solved.x[count : 2 * count])
    quantities = problem.start + block * moved
    return Moves([float(one) for one in quantities], solved.status == 0)


def _moving(problem: Problem, low: np.ndarray, most: np.ndarray) -> list[LinearConstraint]:
    count = problem.count
    one, none = np.eye(count), np.zeros((count, count))
    found = [
        LinearConstraint(np.hstack([one, -one, none]), low, np.inf),
        LinearConstraint(np.hstack([one, one, -np.diag(most)]), -np.inf, 0.0),
    ]
    if problem.limits:
        rows, bounds = problem.in_blocks
        every = np.hstack([rows, -rows, np.zeros_like(rows)])
        found.append(LinearConstraint(every, -np.inf, bounds))
    return found


def _most_blocks(problem: Problem, least: np.ndarray) -> np.ndarray:
    """Return how many blocks an order can at most move, up or down; none if it is fixed."""
    hours = [abs(limit.value) for limit in problem.limits if limit.unit == "h"]
    spread = max(problem.ordered.sum(), problem.need.sum(), least.sum(), *hours, 0.0)
    most = np.ceil(np.maximum(problem.ordered, spread) / problem.block) + 1
    return np.where(problem.fixed, 0.0, most)


def solve_shortage_in_blocks(problem: Problem) -> float:
    """Return the smallest worst shortage in whole blocks. The limits must agree in blocks."""
    count, needed = problem.count, problem.need > 0
    demand = np.hstack([problem.block * np.eye(count), problem.need[:, None]])[needed]
    constraints = [LinearConstraint(demand, (problem.need - problem.start)[needed], np.inf)]
    if problem.limits:
        rows, bounds = problem.in_blocks
        limits = np.hstack([rows, np.zeros((len(bounds), 1))])
        constraints.append(LinearConstraint(limits, -np.inf, bounds))
    low = np.append(problem.least_blocks(problem.floor), 0.0)
    high = np.append(np.where(problem.fixed, 0.0, np.inf), np.inf)
    solved = milp(
        np.append(np.zeros(count), 1.0), constraints=constraints,
        integrality=np.append(np.ones(count), 0.0), bounds=Bounds(low, high), options=OPTIONS,
    )  # fmt: skip
    if solved.x is None:
        raise ArithmeticError(f"no whole number of blocks keeps the limits: {solved.message}")
    return float(solved.x[-1])
