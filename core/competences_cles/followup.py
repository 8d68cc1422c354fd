"""Reads of the follow-up: every order judged, as it was known on a day; its curves and tables."""

from collections import defaultdict
from datetime import date

import pandas as pd
from sqlmodel import Session

from core import fr
from core.access import Right, Viewer, require
from core.competences_cles import forecast, ledger_queries, outlook, quantities
from core.competences_cles.calendar import Calendar, month_bounds
from core.competences_cles.forecast import Frame, Outlook
from core.competences_cles.market_charts import BurnUp
from core.competences_cles.outlook import OrderView, Setting
from core.competences_cles.quantities import BonState, Quantities
from core.competences_cles.units import UnitOfWork, amount

DOMAINS = ledger_queries.DOMAINS
PLAN_STEP = 7


def orders(session: Session, viewer: Viewer, *, known_on: date) -> list[OrderView]:
    """One row an order and unit of work, by département: what is known of it on a day."""
    require(viewer, Right.READ_MARKET)
    facts = ledger_queries.facts(session, viewer, known_on=known_on)
    outcomes = ledger_queries.continuations(session, viewer, known_on=known_on)
    return outlook.views(facts, Setting(known_on, Calendar(), outcomes))


def as_table(views: list[OrderView], today: date) -> pd.DataFrame:
    """One row an order as it is read: quantities in their unit, sentences in French.

    Columns: id, number, ut, lot, operator, state, ordered, consumed, committed, available, rate
    (τ, NaN where nothing is ordered), pace, told, lead, warning.
    """
    rows = [
        (
            one.facts.id, one.facts.number, one.facts.ut, one.facts.lot, one.facts.operator,
            one.facts.state.label, *_hours(one.quantities, one.facts.unit),
            one.quantities.rate, _per_month(one), one.told(today), _lead(one),
            one.quantities.warning if one.facts.is_live else "",
        )
        for one in views
    ]  # fmt: skip
    columns = ["id", "number", "ut", "lot", "operator", "state", "ordered", "consumed",
               "committed", "remaining", "available", "rate", "pace", "told", "lead",
               "warning"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _hours(found: Quantities, unit: UnitOfWork) -> tuple[float, ...]:
    scale = 60 if unit.is_timed else 1
    values = (found.ordered, found.consumed, found.committed, found.remaining, found.available)
    return tuple(round(value / scale, 1) for value in values)


def _per_month(one: OrderView) -> str:
    """Say the pace of a month; a stale or unknown one is said, never shown as a figure."""
    if not one.facts.is_live or one.exhaustion.outlook is Outlook.OVER:
        return "–"
    if one.pace.is_stale:
        return "périmé"
    return "–" if one.per_month is None else f"{amount(round(one.per_month), one.facts.unit)}/mois"


def _lead(one: OrderView) -> str:
    over = one.exhaustion.outlook is Outlook.OVER
    return "" if over or not one.facts.is_live else one.lead.told()


def by_ut(views: list[OrderView]) -> dict[str, Quantities]:
    """Return the quantities of the orders under way, added up by code of département."""
    groups: dict[str, list[Quantities]] = defaultdict(list)
    for one in views:
        if one.facts.is_live and one.exhaustion.outlook is not Outlook.OVER:
            groups[one.facts.ut_code].append(one.quantities)
    return {code: quantities.total(several) for code, several in groups.items()}


def burn_up(one: OrderView, today: date) -> BurnUp:
    """Return the curves of an order: ordered in steps, consumed, foreseen, expected."""
    total, consumed = 0, []
    sums: dict[int, int] = defaultdict(int)
    for entry in one.facts.entries:
        sums[entry.period] += entry.quantity
    for period in sorted(sums):
        total += sums[period]
        consumed.append((min(month_bounds(period)[1], today), float(total)))
    level, steps = 0, []
    for day, delta in one.facts.steps:
        level += delta
        steps.append((day, float(level)))
    foreseen = [(day, one.plan.at(day)) for day in one.plan.days[::PLAN_STEP]]
    unit = one.facts.unit
    return BurnUp(
        consumed=consumed, steps=steps,
        band=forecast.band(one.pace, Frame(today, one.facts.end, Calendar(), one.season)),
        today=today, end=one.facts.end, foreseen=foreseen, scale=60 if unit.is_timed else 1,
        unit="heures" if unit.is_timed else unit.label,
    )  # fmt: skip


def months_told(one: OrderView) -> pd.DataFrame:
    """One row a month of an order: declared, what is still expected of it, what it is worth."""
    scale = 60 if one.facts.unit.is_timed else 1
    rows = [
        (
            fr.month(month.period),
            None if month.declared is None else round(month.declared / scale, 1),
            round(month.still_expected / scale, 1), month.days, month.use.label,
        )
        for month in one.pace.months
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["month", "declared", "expected", "days", "use"])


def cancelled_after_consumption(views: list[OrderView]) -> list[OrderView]:
    """Return the orders that were cancelled and yet consumed: worth what was, and listed."""
    return [
        one
        for one in views
        if one.facts.state is BonState.CANCELLED and one.facts.consumed != 0
    ]  # fmt: skip
