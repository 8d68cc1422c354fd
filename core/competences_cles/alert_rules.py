"""When an alert opens, when it closes, how grave it is: conditions on figures, without memory.

Thresholds are data; the defaults are those of section 4.9 of the domain's study. ``alert_states``
adds the memory: counting imports, levels, silence, recovery.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import sqrt

from core.training.enums import Labelled


class AlertCode(Labelled):
    """The rules. A rule looks at one kind of object: an order, an operator, an import."""

    VIGILANCE = "V", "vigilance"
    BLOCKING = "B", "blocage proche"
    OVERRUN = "X", "dépassement"
    UNDER_USE = "S", "sous-consommation"
    SILENCE = "D", "silence d’un opérateur"
    QUALITY = "Q", "qualité des données"
    PATHS = "P", "parcours en attente"


# How many imports in a row must show the condition; 0 opens at once, without a new import.
IMPORTS: dict[AlertCode, int] = {
    AlertCode.VIGILANCE: 2, AlertCode.BLOCKING: 1, AlertCode.OVERRUN: 0, AlertCode.UNDER_USE: 2,
    AlertCode.SILENCE: 1, AlertCode.QUALITY: 0, AlertCode.PATHS: 0,
}  # fmt: skip


@dataclass(frozen=True)
class Thresholds:
    """What opens and what closes each rule. Rates are of one, days are calendar days.

    ``lead_days``: working days it takes to obtain an order. The closing margin of 15 days on the
    earliest date (``early_close_days``) keeps a date that wavers around its threshold from
    opening and closing rule V in turn.
    """

    rate_open: float = 0.70
    rate_close: float = 0.65
    early_open_days: int = 60
    early_close_days: int = 45
    late_close_days: int = 30
    lead_days: float = 30.0
    z: float = 1.28
    refill: float = 1.2
    under_open: float = 0.80
    under_close: float = 0.88
    minimum_close: float = 1.05
    silence_days: int = 21
    duplicates: float = 0.01
    contact_days: int = 14
    overdue_days: int = 30
    imports: Mapping[AlertCode, int] = field(default_factory=lambda: dict(IMPORTS))


@dataclass(frozen=True)
class OrderIndicators:
    """Figures of one order. None: not known, which neither opens nor closes anything.

    ``earliest`` and ``latest``: ``date.max`` where exhaustion is not in sight. ``pace`` and
    ``sigma`` are of one working day. ``ratio`` is K/P; ``projected`` the K(T) of the lot, to be
    held against its ``minimum``. ``is_live``: notified, not settled, and its end not past.
    """

    ordered: float
    consumed: float
    available: float
    end: date
    earliest: date | None = None
    latest: date | None = None
    pace: float | None = None
    sigma: float | None = None
    ratio: float | None = None
    projected: float | None = None
    minimum: float | None = None
    is_live: bool = True

    @property
    def rate(self) -> float | None:
        return self.consumed / self.ordered if self.ordered else None


@dataclass(frozen=True)
class OperatorIndicators:
    """What an operator has not said: days since its last declaration, active parcours.

    ``waiting_days``: per parcours, the days since prescription without a contact;
    ``overdue_days``: per parcours, the days since its planned end, not yet entered.
    """

    silent_days: int | None
    active_paths: int
    waiting_days: tuple[int, ...] = ()
    overdue_days: tuple[int, ...] = ()


@dataclass(frozen=True)
class ImportIndicators:
    """What the proof-reading of the last export found."""

    is_applied: bool
    is_quarantined: bool
    rows: int
    duplicates: int
    unknown_orders: int
    negative_months: int


Indicators = OrderIndicators | OperatorIndicators | ImportIndicators


@dataclass(frozen=True)
class Verdict:
    """What a rule says of figures: it opens, it closes, or (neither) leaves things as they are.

    ``level``: 1 to watch, 2 to act. ``value`` is the figure to show.
    """

    opens: bool
    closes: bool
    level: int = 1
    value: float | None = None


def judge(code: AlertCode, indicators: Indicators, thresholds: Thresholds) -> Verdict:
    """Apply a rule to the figures of its object. Never both opens and closes."""
    if code is AlertCode.QUALITY and isinstance(indicators, ImportIndicators):
        return _quality(indicators, thresholds)
    if isinstance(indicators, OperatorIndicators) and code in _OPERATOR:
        return _OPERATOR[code](indicators, thresholds)
    if isinstance(indicators, OrderIndicators) and code in _ORDER:
        if not indicators.is_live and code is not AlertCode.OVERRUN:
            return Verdict(opens=False, closes=True)
        return _ORDER[code](indicators, thresholds)
    raise TypeError(f"rule {code.value} does not look at {type(indicators).__name__}")


def _vigilance(figures: OrderIndicators, limits: Thresholds) -> Verdict:
    rate, earliest, latest = figures.rate, figures.earliest, figures.latest
    is_high = rate is not None and rate >= limits.rate_open
    is_soon = earliest is not None and earliest < _before(figures.end, limits.early_open_days)
    opens = is_high or is_soon
    closes = (
        rate is not None and rate < limits.rate_close
        and earliest is not None and earliest >= _before(figures.end, limits.early_close_days)
        and latest is not None and latest > _before(figures.end, limits.late_close_days)
    )  # fmt: skip
    return Verdict(opens, closes and not opens, 2 if rate is not None and rate >= 0.9 else 1, rate)


def _before(end: date, days: int) -> date:
    return end - timedelta(days=days)


def reorder_point(figures: OrderIndicators, limits: Thresholds) -> float | None:
    """Return L·r + z·σ·√L: what must be available while a new order is awaited; None if unknown.

    >>> end = date(2011, 12, 31)
    >>> figures = OrderIndicators(1000, 500, 400, end, pace=5.0, sigma=8.0)
    >>> round(reorder_point(figures, Thresholds()), 1)
    206.1
    """
    if figures.pace is None:
        return None
    safety = limits.z * (figures.sigma or 0.0) * sqrt(limits.lead_days)
    return limits.lead_days * max(0.0, figures.pace) + safety


def _blocking(figures: OrderIndicators, limits: Thresholds) -> Verdict:
    point = reorder_point(figures, limits)
    level = 2 if figures.available <= 0 else 1
    if point is None:
        return Verdict(figures.available <= 0 < figures.ordered, closes=False, level=2,
                       value=figures.available)  # fmt: skip
    opens = figures.available <= point
    return Verdict(opens, not opens and figures.available >= limits.refill * point, level,
                   figures.available)  # fmt: skip


def _overrun(figures: OrderIndicators, _limits: Thresholds) -> Verdict:
    over = figures.consumed - figures.ordered
    return Verdict(over > 0, over <= 0, 2, over)


def _under_use(figures: OrderIndicators, limits: Thresholds) -> Verdict:
    ratio, floor, end = figures.ratio, figures.minimum, figures.projected
    is_low = ratio is not None and ratio < limits.under_open
    is_short = floor is not None and end is not None and end < floor
    is_back = ratio is None or ratio > limits.under_close
    is_reached = floor is None or end is None or end >= floor * limits.minimum_close
    is_known = ratio is not None or (floor is not None and end is not None)
    return Verdict(
        is_low or is_short, is_known and is_back and is_reached,
        2 if is_short else 1, ratio if is_low or end is None else end,
    )  # fmt: skip


def _silence(figures: OperatorIndicators, limits: Thresholds) -> Verdict:
    days = figures.silent_days
    if figures.active_paths == 0:
        return Verdict(opens=False, closes=True, value=days)
    if days is None:
        # Active parcours, and never a declaration: silence in its plainest form.
        return Verdict(opens=True, closes=False, level=2)
    is_silent = days >= limits.silence_days
    return Verdict(is_silent, not is_silent, 2 if days >= 2 * limits.silence_days else 1, days)


def _paths(figures: OperatorIndicators, limits: Thresholds) -> Verdict:
    late = sum(days > limits.contact_days for days in figures.waiting_days)
    late += sum(days > limits.overdue_days for days in figures.overdue_days)
    longest = max((*figures.waiting_days, 0))
    return Verdict(late > 0, late == 0, 2 if longest > 2 * limits.contact_days else 1, late)


def _quality(figures: ImportIndicators, limits: Thresholds) -> Verdict:
    faults = figures.unknown_orders + figures.negative_months + figures.is_quarantined
    is_doubled = figures.rows > 0 and figures.duplicates / figures.rows > limits.duplicates
    opens = faults > 0 or is_doubled
    level = 2 if figures.is_quarantined else 1
    return Verdict(opens, figures.is_applied and not opens, level, faults + is_doubled)


_ORDER: dict[AlertCode, Callable[[OrderIndicators, Thresholds], Verdict]] = {
    AlertCode.VIGILANCE: _vigilance, AlertCode.BLOCKING: _blocking,
    AlertCode.OVERRUN: _overrun, AlertCode.UNDER_USE: _under_use,
}  # fmt: skip
_OPERATOR: dict[AlertCode, Callable[[OperatorIndicators, Thresholds], Verdict]] = {
    AlertCode.SILENCE: _silence, AlertCode.PATHS: _paths,
}  # fmt: skip
