"""What to order where: a linear programme in two stages, its limits named and priced.

Stage 1 makes the worst relative shortage as small as it can be; stage 2 reaches nearly that with
few amendments in whole blocks. Solved by HiGHS (scipy). Source: section 4.10 of the domain's
study. Quantities are in one unit, hours as a rule; money in cents.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.competences_cles import limits, programme
from core.competences_cles.programme import Binding, Relaxation
from core.competences_cles.reallocation_inputs import Order, Settings, check

# What the search for whole blocks may be off by.
BLOCK_MARGIN = 1e-4


@dataclass(frozen=True)
class Move:
    """What the programme proposes for one order."""

    order: Order
    proposed: float

    @property
    def change(self) -> float:
        return self.proposed - self.order.ordered

    @property
    def shortage_before(self) -> float | None:
        """The share of its need an order lacks today; None where nothing is needed."""
        return _shortage(self.order, self.order.ordered)

    @property
    def shortage_after(self) -> float | None:
        return _shortage(self.order, self.proposed)

    @property
    def is_served(self) -> bool:
        return (self.shortage_after or 0.0) <= limits.CLOSE


def _shortage(order: Order, quantity: float) -> float | None:
    if order.need <= 0 or order.is_cancelled:
        return None
    return max(0.0, order.need - quantity) / order.need


@dataclass(frozen=True)
class Proposal:
    """An answer of the programme.

    ``best``: the worst shortage that stage 1 reaches, without blocks. ``bindings``: the limits
    that hold it up, each with what one more unit of it would take off the worst shortage.
    ``relaxations``: not empty where the limits contradict each other; the moves then suppose them.
    """

    moves: tuple[Move, ...]
    best: float
    bindings: tuple[Binding, ...]
    relaxations: tuple[Relaxation, ...]
    is_proven: bool

    @property
    def worst_before(self) -> float | None:
        return _worst(one.shortage_before for one in self.moves)

    @property
    def worst_after(self) -> float | None:
        return _worst(one.shortage_after for one in self.moves)

    @property
    def total(self) -> float:
        return sum(one.proposed for one in self.moves)

    @property
    def amendments(self) -> list[Move]:
        return [one for one in self.moves if abs(one.change) > limits.CLOSE]

    @property
    def is_feasible(self) -> bool:
        """Whether the limits given can be kept together."""
        return not self.relaxations

    @property
    def served(self) -> set[str]:
        """The UT of which every order has all it needs."""
        short = {one.order.ut for one in self.moves if not one.is_served}
        return {one.order.ut for one in self.moves} - short


def _worst(shortages: Iterable[float | None]) -> float | None:
    return max((one for one in shortages if one is not None), default=None)


def propose(orders: Sequence[Order], settings: Settings) -> Proposal:
    """Share out the quantities.

    Limits that contradict each other are no error: the smallest relaxation that makes them agree
    is named, and the answer supposes it. What is consumed and committed is never relaxed.
    """
    check(orders, settings)
    problem = limits.build(orders, settings)
    relaxations = programme.smallest_relaxation(problem)
    relaxed = programme.relaxed(problem, relaxations)
    first = programme.solve_shortage(relaxed)
    # Where everyone can be served, no tolerance leaves someone short.
    tolerance = settings.tolerance if first.worst > limits.CLOSE else 0.0
    second = programme.solve_moves(relaxed, first.worst + tolerance)
    if second is None:
        # In whole blocks the best is further than the tolerance: the best in blocks then.
        whole = programme.solve_shortage_in_blocks(relaxed)
        second = programme.solve_moves(relaxed, whole + BLOCK_MARGIN)
    if second is None:
        raise ArithmeticError("the solver found a worst shortage and then no moves that give it")
    moves = tuple(
        Move(order, quantity) for order, quantity in zip(orders, second.quantities, strict=True)
    )
    bindings = programme.bindings(relaxed, first)
    return Proposal(moves, first.worst, bindings, relaxations, second.is_proven)


@dataclass(frozen=True)
class Runs:
    """The same programme under a low, a central and a high demand."""

    low: Proposal
    central: Proposal
    high: Proposal

    @property
    def always_served(self) -> set[str]:
        """The UT that have all they need in the three runs."""
        return self.low.served & self.central.served & self.high.served

    @property
    def never_served(self) -> set[str]:
        every = {one.order.ut for one in self.central.moves}
        return every - (self.low.served | self.central.served | self.high.served)


def under_three_demands(
    orders: Sequence[Order], needs: Mapping[str, tuple[float, float]], settings: Settings
) -> Runs:
    """Run with the low and high need of each order (by key) beside the central one.

    An order without a pair keeps its central need in the three runs.
    """
    central = propose(orders, settings)
    low, high = (
        propose(
            [replace(one, need=needs.get(one.key, (one.need, one.need))[side]) for one in orders],
            settings,
        )
        for side in (0, 1)
    )
    return Runs(low, central, high)
