"""Checks of what a figure is about: year, territory, indicator, unit of count."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.importing import RowError
from core.observatory.enums import Level
from core.observatory.readers import indicators
from core.observatory.readers.faults import LISTED, FaultLog
from core.observatory.readers.tables import Column, Mask, Table

FIRST_YEAR, LAST_YEAR = 1990, 2100
LARGEST_COUNT = 100_000_000
DEPARTEMENTS = frozenset(
    [f"{rank:02d}" for rank in range(1, 96) if rank != 20]
    + ["2A", "2B", "971", "972", "973", "974", "976"]
)
REGIONS = frozenset(
    (
        *("01", "02", "03", "04", "06", "11", "24", "27", "28"),
        *("32", "44", "52", "53", "75", "76", "84", "93", "94"),
    )
)
_COMMUNE = re.compile(r"(0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-8])\d{3}")
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Keys:
    """What identifies each row. ``years`` is 0 and the masks are false where the cell is faulty."""

    years: Longs
    is_territory: Mask
    is_indicator: Mask

    @property
    def valid(self) -> Mask:
        return (self.years > 0) & self.is_territory & self.is_indicator


def report(
    log: FaultLog,
    kind: str,
    table: Table,
    faulty: Mask,
    column: Column,
    describe: str | Callable[[int], str],
) -> None:
    """Log the marked rows, with the line and the value as a user sees them."""
    rows = np.flatnonzero(faulty)
    errors = [
        RowError(
            describe if isinstance(describe, str) else describe(int(row)),
            line=int(table.lines[row]),
            column=column.header,
            value=column.text(int(row)),
        )
        for row in rows[:LISTED]
    ]
    log.add(kind, errors, rows.size)


def years_of(column: Column, *, has_short_years: bool) -> Longs:
    """Return each year on four digits, 0 where it is none. 16 may be 2016."""
    figures = column.numbers
    years = np.where(np.isfinite(figures) & (figures == np.floor(figures)), figures, 0)
    if has_short_years:
        short = column.where(lambda text: re.fullmatch(r"\d\d", text) is not None)
        years = np.where(short, years + 2000, years)
    is_year = (years >= FIRST_YEAR) & (years <= LAST_YEAR)
    return np.where(is_year, years, 0).astype(np.int64)


def check_keys(table: Table, log: FaultLog) -> Keys:
    """Check year, territory, indicator and unit: what a figure is about."""
    year, territory = table.columns["year"], table.columns["territory"]
    label, layout = table.columns["indicator"], table.header.layout
    years = years_of(year, has_short_years=layout.has_short_years)
    expected = f"année entre {FIRST_YEAR} et {LAST_YEAR} attendue"
    digits = ", sur deux ou quatre chiffres" if layout.has_short_years else ", sur quatre chiffres"
    report(log, "années refusées", table, years == 0, year, expected + digits)
    is_territory = territory.where(_acceptance(layout.level))
    hint = _territory_hint(layout.level)
    kind = f"codes refusés ({layout.level.label.lower()})"
    report(log, kind, table, ~is_territory, territory, lambda row: hint(territory.text(row)))
    is_indicator = label.where(lambda text: indicators.indicator(text) is not None)
    unknown = lambda row: _label_hint(label.text(row))  # noqa: E731 - one use, next line
    report(log, "indicateurs inconnus", table, ~is_indicator, label, unknown)
    _check_units(table, is_indicator, log)
    return Keys(years, is_territory, is_indicator)


def _acceptance(level: Level) -> Callable[[str], bool]:
    if level is Level.COMMUNE:
        return lambda code: _COMMUNE.fullmatch(code) is not None
    known = DEPARTEMENTS if level is Level.DEPARTEMENT else REGIONS
    return known.__contains__


def _territory_hint(level: Level) -> Callable[[str], str]:
    name = {"departement": "département", "region": "région"}.get(level.value, "commune")

    def hint(code: str) -> str:
        for padded in (f"0{code}", code.upper()):
            if padded != code and _acceptance(level)(padded):
                return f"code de {name} mal écrit, « {padded} » sans doute"
        return f"code de {name} inconnu"

    return hint


def _label_hint(label: str) -> str:
    near = indicators.nearest_indicator(label)
    return f"indicateur inconnu, « {near} » sans doute" if near else "indicateur inconnu"


def _check_units(table: Table, is_indicator: Mask, log: FaultLog) -> None:
    """Check that each indicator is counted in its official unit, and in no other."""
    label, unit = table.columns["indicator"], table.columns["unit"]
    is_unit = unit.where(lambda text: indicators.unit(text) is not None)
    report(log, "unités de compte inconnues", table, ~is_unit, unit, "unité de compte inconnue")
    drafts = [indicators.indicator(text) for text in label.texts]
    units = [indicators.unit(text) for text in unit.texts]
    agrees = np.array([[bool(d and d.unit is u) for u in [*units, None]] for d in [*drafts, None]])
    other = is_indicator & is_unit & ~agrees[label.codes, unit.codes]

    def describe(row: int) -> str:
        draft = indicators.indicator(label.text(row))
        wanted = draft.unit.label if draft else ""
        return f"« {label.text(row)} » se compte en « {wanted} »"

    report(
        log, "unités de compte qui ne sont pas celle de l'indicateur", table, other, unit, describe
    )
