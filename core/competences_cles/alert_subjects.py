"""What alerts are about, and what is read of each: orders, operators, the stream of exports.

Pure: figures come in, ``Subject`` and ``Reading`` come out, ready for ``alert_states``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core import fr
from core.competences_cles.alert_indicators import Standing, order_indicators
from core.competences_cles.alert_rules import AlertCode, ImportIndicators, OperatorIndicators
from core.competences_cles.alert_states import Key, Reading
from core.competences_cles.outlook import OrderFacts, OrderView
from core.competences_cles.quantities import BonState
from core.competences_cles.units import UnitOfWork

ORDER_RULES = (AlertCode.VIGILANCE, AlertCode.BLOCKING, AlertCode.OVERRUN, AlertCode.UNDER_USE)
OPERATOR_RULES = (AlertCode.SILENCE, AlertCode.PATHS)
EXPORTS = "exports"
LAST_YEAR = 366


@dataclass(frozen=True)
class Subject:
    """What an alert is about: a stable key, its name, the départements it concerns.

    ``number``: that of an order, to open it; empty elsewhere.
    """

    key: str
    name: str
    uts: tuple[str, ...] = ()
    unit: UnitOfWork = UnitOfWork.HOUR
    number: str = ""


@dataclass(frozen=True)
class OperatorFacts:
    """What is known of an operator on a day.

    ``uts``: codes of the départements of its orders under way. ``last_data_on``: when its last
    new row became known. ``waiting``: days since prescription of each parcours without a contact;
    ``overdue``: days since the planned end of each one that has no end.
    """

    id: int
    name: str
    uts: tuple[str, ...]
    last_data_on: date | None
    active: int
    waiting: tuple[int, ...] = ()
    overdue: tuple[int, ...] = ()

    def silent_days(self, today: date) -> int | None:
        return None if self.last_data_on is None else (today - self.last_data_on).days


@dataclass(frozen=True)
class ExportFacts:
    """The last export that was proof-read, and what was found in it."""

    id: int
    name: str
    extracted_on: date
    indicators: ImportIndicators


Read = tuple[Subject, Reading]


def order_key(view: OrderView) -> str:
    """Name an order and its unit of work: an order in two units is followed in each.

    The first unit of an order keeps the plain key, so that a later line renames nothing.
    """
    unit = view.facts.unit
    return f"bon:{view.facts.id}" + ("" if unit is UnitOfWork.HOUR else f":{unit.value}")


def orders_read(
    views: Sequence[OrderView], *, today: date, import_id: int | None
) -> dict[Key, Read]:
    """Read every order that was notified by the four rules that look at orders."""
    projected = lots_projected(views)
    found: dict[Key, Read] = {}
    for view in views:
        facts = view.facts
        if facts.state in {BonState.DRAFT, BonState.ISSUED}:
            continue
        standing = Standing(
            facts.state, facts.end, view.quantities, view.pace, view.exhaustion, view.lead,
            projected[facts.lot_id, facts.unit],
            facts.minimum if _is_last_year(facts, today) else None,
        )  # fmt: skip
        subject = Subject(order_key(view), f"bon {facts.number} ({facts.ut})", (facts.ut_code,),
                          facts.unit, facts.number)  # fmt: skip
        reading = Reading(order_indicators(standing, today=today), today, import_id)
        found |= {(code, subject.key): (subject, reading) for code in ORDER_RULES}
    return found


def _is_last_year(facts: OrderFacts, today: date) -> bool:
    """Say whether a lot's minimum can be judged: before, orders to come may still reach it."""
    return facts.market_end is None or (facts.market_end - today).days <= LAST_YEAR


def lots_projected(views: Iterable[OrderView]) -> dict[tuple[int, UnitOfWork], float | None]:
    """Return K(T) of each lot: what its closed orders used and its live ones are led to.

    None where a live order has no projection: a part that is not known makes no total.
    """
    groups: dict[tuple[int, UnitOfWork], list[float | None]] = defaultdict(list)
    for view in views:
        facts = view.facts
        is_open = facts.is_live and view.end is None
        known = view.end.consumed if view.end is not None else float(facts.consumed)
        groups[facts.lot_id, facts.unit].append(None if is_open else known)
    return {
        lot: None if None in parts else sum(part for part in parts if part is not None)
        for lot, parts in groups.items()
    }


def operators_read(
    operators: Iterable[OperatorFacts], *, today: date, import_id: int | None
) -> dict[Key, Read]:
    """Read every operator by the rules of silence and of parcours left waiting."""
    found: dict[Key, Read] = {}
    for one in operators:
        subject = Subject(f"operateur:{one.id}", one.name, one.uts)
        figures = OperatorIndicators(one.silent_days(today), one.active, one.waiting, one.overdue)
        reading = Reading(figures, today, import_id)
        found |= {(code, subject.key): (subject, reading) for code in OPERATOR_RULES}
    return found


def export_read(last: ExportFacts | None, *, today: date) -> dict[Key, Read]:
    """Read the last export by the rule of quality; nothing where none was ever proof-read."""
    if last is None:
        return {}
    subject = Subject(EXPORTS, f"export du {fr.day(last.extracted_on)} ({last.name})")
    return {
        (AlertCode.QUALITY, EXPORTS): (subject, Reading(last.indicators, today, last.id)),
    }


def uts_of(keys: Mapping[Key, Read]) -> dict[Key, tuple[str, ...]]:
    return {key: subject.uts for key, (subject, _) in keys.items()}
