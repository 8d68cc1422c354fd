"""What is foreseen of an order line, month by month: its months, its default, a grid read back.

Pure. Quantities are in the unit of the line (minutes, or a count).
"""

from collections.abc import Mapping
from datetime import date

from core import fr
from core.competences_cles import lead, units
from core.competences_cles.calendar import Calendar, month_bounds, months_between, period_of
from core.competences_cles.season import Season
from core.competences_cles.units import UnitOfWork
from core.errors import DomainError


def months_of(start: date, end: date) -> list[int]:
    """List the months that an order touches, as YYYYMM."""
    return months_between(period_of(start), period_of(end))


def default_months(
    quantity: int, *, start: date, end: date, calendar: Calendar, season: Season, step: int = 1
) -> dict[int, int]:
    """Cut the straight line on working days into months; they add up to the quantity exactly.

    Each month is the line at its end, rounded to ``step`` (60: whole hours), less that of the
    month before, so that what a rounding takes from a month the next one has. An order without a
    working day foresees nothing.
    """
    plan = lead.linear_plan(quantity, start=start, end=end, calendar=calendar, season=season)
    found, before = {}, 0
    for period in months_of(start, end):
        line = plan.at(month_bounds(period)[1])
        is_over = bool(plan.days) and month_bounds(period)[1] >= plan.days[-1]
        reached = quantity if is_over else min(quantity, step * round(line / step))
        found[period] = reached - before
        before = reached
    return found


def read_grid(cells: Mapping[int, object], unit: UnitOfWork) -> dict[int, int]:
    """Read a column of a grid, month → what was typed; an empty cell is no month, « 0 » is zero.

    Raise DomainError naming the month that is not understood.
    """
    found: dict[int, int] = {}
    for period, cell in cells.items():
        text = "" if cell is None else str(cell).strip()
        if not text:
            continue
        try:
            quantity = units.quantity_of(text, unit)
        except DomainError as error:
            raise DomainError(f"{fr.month(period).capitalize()} : {error}") from error
        if quantity < 0:
            raise DomainError(
                f"{fr.month(period).capitalize()} : une quantité prévue n’est pas négative."
            )
        found[period] = quantity
    return found


def told_total(months: Mapping[int, int], ordered: int, unit: UnitOfWork) -> str:
    """Say what a forecast adds up to beside what is ordered."""
    if not months:
        return f"Rien n’est prévu, commandé : {units.amount(ordered, unit)}."
    total = sum(months.values())
    gap = total - ordered
    said = f"Prévu : {units.amount(total, unit)}, commandé : {units.amount(ordered, unit)}"
    if not gap:
        return f"{said}."
    side = "de plus" if gap > 0 else "de moins"
    return f"{said} ({units.amount(abs(gap), unit)} {side} que la commande)."
