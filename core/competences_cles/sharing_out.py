"""From the follow-up to a reallocation: orders and needs in hours, lots with their bounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.competences_cles import forecast
from core.competences_cles.calendar import Calendar
from core.competences_cles.forecast import Frame
from core.competences_cles.outlook import OrderView
from core.competences_cles.reallocation_inputs import LotBounds, Order, demands

HOUR = 60


@dataclass(frozen=True)
class Sharing:
    """What a reallocation is worked out from.

    ``needs``: low and high need of each order, by key. ``unknown``: orders whose need cannot be
    projected; theirs is what they consumed and committed, said so and never guessed.
    """

    orders: tuple[Order, ...]
    needs: Mapping[str, tuple[float, float]]
    lots: Mapping[str, LotBounds]
    unknown: tuple[str, ...]


def sharing(views: Sequence[OrderView], *, today: date) -> Sharing:
    """Take the orders under way that are ordered in hours; what is past its end is left out."""
    live = [
        one
        for one in views
        if one.facts.is_live and one.facts.end >= today and one.facts.unit.is_timed
    ]
    orders, needs, unknown = [], {}, []
    for one in live:
        found = _demand(one, today)
        owed = (one.quantities.consumed + one.quantities.committed) / HOUR
        low, central, high = found or (owed, owed, owed)
        if found is None:
            unknown.append(one.facts.number)
        needs[one.facts.number] = (low, high)
        orders.append(
            Order(
                key=one.facts.number, ut=one.facts.ut, lot=one.facts.lot,
                holder=one.facts.operator, ordered=one.quantities.ordered / HOUR,
                consumed=one.quantities.consumed / HOUR,
                committed=one.quantities.committed / HOUR, need=central, price=one.facts.price,
            )
        )  # fmt: skip
    return Sharing(tuple(orders), needs, lots(live), tuple(unknown))


def _demand(one: OrderView, today: date) -> tuple[float, float, float] | None:
    band = forecast.band(one.pace, Frame(today, one.facts.end, Calendar(), one.season))
    found = demands(one.quantities.consumed, one.quantities.committed, band)
    return None if found is None else (found[0] / HOUR, found[1] / HOUR, found[2] / HOUR)


def lots(views: Sequence[OrderView]) -> dict[str, LotBounds]:
    """Return the bounds of the lots in hours; None for a lot without one."""
    return {
        one.facts.lot: LotBounds(
            None if one.facts.minimum is None else one.facts.minimum / HOUR,
            None if one.facts.maximum is None else one.facts.maximum / HOUR,
        )
        for one in views
    }
