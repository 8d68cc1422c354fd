"""From the figures of an order to what the alert rules look at: what is not known stays None."""

from dataclasses import dataclass
from datetime import date

from core.competences_cles.alert_rules import OrderIndicators
from core.competences_cles.forecast import Exhaustion, Outlook
from core.competences_cles.lead import Lead
from core.competences_cles.pace import Pace
from core.competences_cles.quantities import BonState, Quantities

LIVE = {BonState.NOTIFIED, BonState.RUNNING}
SILENT = {Outlook.STALE, Outlook.UNKNOWN, Outlook.OVER}


@dataclass(frozen=True)
class Standing:
    """An order as it stands: its state and end, its quantities, pace, forecast and lead.

    ``lot_projected`` and ``lot_minimum``: the K(T) of the whole lot and its minimum, if any.
    """

    state: BonState
    end: date
    quantities: Quantities
    pace: Pace
    exhaustion: Exhaustion
    lead: Lead | None = None
    lot_projected: float | None = None
    lot_minimum: float | None = None


def order_indicators(standing: Standing, *, today: date) -> OrderIndicators:
    """Return the figures that rules V, B, X and S look at.

    A stale pace is no pace: it neither opens nor closes what rests on it.
    """
    earliest, latest = bounds(standing.exhaustion, today=today)
    figures, pace = standing.quantities, standing.pace
    is_known = not pace.is_stale
    return OrderIndicators(
        ordered=figures.ordered, consumed=figures.consumed, available=figures.available,
        end=standing.end, earliest=earliest, latest=latest,
        pace=pace.per_day if is_known else None, sigma=pace.sigma_per_day if is_known else None,
        ratio=standing.lead.ratio if standing.lead and is_known else None,
        projected=standing.lot_projected if is_known else None, minimum=standing.lot_minimum,
        is_live=standing.state in LIVE and today <= standing.end,
    )  # fmt: skip


def bounds(found: Exhaustion, *, today: date) -> tuple[date | None, date | None]:
    """Return the earliest and latest exhaustion; ``date.max``: not in sight; None: not known.

    With three months of data the central date stands for both. What is exhausted already is so
    since its crossing date, or today.
    """
    if found.outlook in SILENT:
        return None, None
    if found.outlook is Outlook.NEVER:
        return date.max, date.max
    if found.outlook is Outlook.EXHAUSTED:
        since = found.crossed_on or today
        return since, since
    if not found.has_interval:
        return found.central or date.max, found.central or date.max
    return found.earliest or date.max, found.latest or date.max
