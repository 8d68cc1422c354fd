"""Drawings of the pack, as points between 0 and 1: the template only has to trace them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from core import fr
from core.competences_cles.calendar import month_bounds, months_between, period_of
from core.competences_cles.chart_style import SHORT
from core.competences_cles.market_charts import BurnUp
from core.competences_cles.pace import Month

MOST_MONTHS, MOST_TICKS = 12, 4
DIGITS = 4
GRADUATIONS = (1, 2, 4, 6, 8, 10)


def burn_up(figures: BurnUp) -> dict[str, Any]:
    """Return the lines of a burn-up as points; x is time over the order, y a share of the top."""
    start = min((day for day, _ in [*figures.consumed, *figures.steps]), default=figures.today)
    highs = [(one.day, figures.base + one.high) for one in figures.band]
    lows = [(one.day, figures.base + one.low) for one in figures.band]
    middle = [(one.day, figures.base + one.central) for one in figures.band]
    values = [value for _, value in [*figures.consumed, *figures.steps, *highs]]
    top = _round_up(max([*values, 1.0]) / figures.scale)
    sheet = _Sheet(start, figures.end, top * figures.scale)
    steps = [*figures.steps, *[(figures.end, value) for _, value in figures.steps[-1:]]]
    return {
        "consumed": sheet.points(figures.consumed),
        "steps": sheet.points(_stairs(steps)),
        "band": sheet.points([*highs, *reversed(lows)]),
        "expected": sheet.points(middle),
        "foreseen": sheet.points(figures.foreseen),
        "today": sheet.x(figures.today),
        "scale": [{"y": rank / 4, "text": fr.number(top * rank / 4)} for rank in range(5)],
        "months": _ticks(sheet, start, figures.end),
    }


class _Sheet:
    """Where a day and a quantity fall on a sheet one wide and one high."""

    def __init__(self, start: date, end: date, top: float) -> None:
        self.start, self.span, self.top = start, max(1, (end - start).days), top

    def x(self, day: date) -> float:
        return round(min(1.0, max(0.0, (day - self.start).days / self.span)), DIGITS)

    def points(self, several: Iterable[tuple[date, float]]) -> list[list[float]]:
        return [
            [self.x(day), round(min(1.0, max(0.0, value / self.top)), DIGITS)]
            for day, value in several
        ]


def _stairs(steps: Sequence[tuple[date, float]]) -> list[tuple[date, float]]:
    """Add the corner of each step: the level holds until the day it changes."""
    found: list[tuple[date, float]] = []
    for day, value in steps:
        found += [(day, found[-1][1]), (day, value)] if found else [(day, value)]
    return found


def _round_up(value: float) -> float:
    """Return the next round number, of which a quarter is round too."""
    power = 10.0 ** (len(str(int(max(1.0, value)))) - 1)
    return next(power * one for one in GRADUATIONS if power * one >= value)


def _ticks(sheet: _Sheet, start: date, end: date) -> list[dict[str, Any]]:
    every = months_between(period_of(start), period_of(end))
    step = max(1, -(-len(every) // MOST_TICKS))
    firsts = [(one, month_bounds(one)[0]) for one in every[::step]]
    return [
        {"x": sheet.x(day), "text": SHORT[one % 100 - 1] + (f" {one // 100}" if has_year else "")}
        for (one, day), has_year in zip(firsts, _year_said(firsts), strict=True)
        if start <= day <= end
    ]


def _year_said(firsts: Sequence[tuple[int, date]]) -> list[bool]:
    """Say the year once, where it begins: twelve months must fit under half a page."""
    years = [period // 100 for period, _ in firsts]
    return [rank == 0 or years[rank - 1] != year for rank, year in enumerate(years)]


def months(several: Sequence[Month], foreseen: Mapping[int, float]) -> list[dict[str, Any]]:
    """Return the last twelve months as bars: declared, still expected, or « non déclaré ».

    ``mark``: the height of what was foreseen of the month, -1 where nothing was.
    """
    shown = several[-MOST_MONTHS:]
    known = [(one.declared or 0) + one.still_expected for one in shown if one.declared is not None]
    top = max([*known, *(foreseen.get(one.period, 0.0) for one in shown), 1.0])
    return [
        {
            "label": SHORT[one.period % 100 - 1], "year": str(one.period // 100),
            "declared": round(max(0, one.declared or 0) / top, DIGITS),
            "expected": round(one.still_expected / top, DIGITS),
            "mark": round(max(0.0, foreseen[one.period]) / top, DIGITS)
            if one.period in foreseen else -1.0,
            "text": "" if one.declared is None else fr.number(one.declared / 60),
            "is_missing": one.declared is None,
        }
        for one in shown
    ]  # fmt: skip
