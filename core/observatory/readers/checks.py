"""Checks of the figures of an SSMSI table. None of them finds fault with an official file."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from core import fr
from core.observatory.enums import Denominator
from core.observatory.readers import indicators
from core.observatory.readers.faults import FaultLog
from core.observatory.readers.key_checks import (
    LARGEST_COUNT,
    LAST_YEAR,
    Keys,
    Longs,
    report,
    years_of,
)
from core.observatory.readers.tables import Column, Mask, Table

RATE_TOLERANCE, RATE_ROUNDING = 1e-3, 1e-3
SAME_VALUE = 1e-9
_DIFFUSED = {"diff": True, "ndiff": False, "1": True, "0": False, "true": True, "false": False}


def check_numbers(table: Table, log: FaultLog) -> None:
    """Check that numbers are numbers, that counts are whole, that nothing is negative."""
    for name in ("count", "rate", "population", "dwellings"):
        column = table.columns[name]
        figures = column.numbers
        text = ~column.is_missing & np.isnan(figures)
        report(log, "nombres illisibles", table, text, column, _number_hint(column))
        report(log, "nombres négatifs", table, figures < 0, column, "nombre négatif")
    count = table.columns["count"]
    decimal = np.isfinite(count.numbers) & (count.numbers != np.floor(count.numbers))
    report(log, "nombres de faits non entiers", table, decimal, count, "nombre entier attendu")
    huge = count.numbers > LARGEST_COUNT
    report(
        log, "nombres de faits trop grands", table, huge, count, "nombre de faits invraisemblable"
    )
    for name in ("population_vintage", "dwellings_vintage"):
        column = table.columns[name]
        years = years_of(column, has_short_years=table.header.layout.has_short_years)
        wrong = ~column.is_missing & (years == 0)
        report(log, "millésimes refusés", table, wrong, column, "millésime (année) attendu")


def _number_hint(column: Column) -> Callable[[int], str]:
    def hint(row: int) -> str:
        has_point = re.fullmatch(r"-?\d+\.\d+", column.text(row)) is not None
        return "virgule décimale attendue" if has_point else "nombre attendu"

    return hint


def check_disclosure(table: Table, log: FaultLog) -> Mask:
    """Return which rows are diffused. A masked row carries no figure, a diffused one a count."""
    count, rate = table.columns["count"], table.columns["rate"]
    column = table.columns.get("diffused")
    diffused = np.ones(table.lines.size, dtype=np.bool_)
    if column is not None:
        known = column.where(lambda text: text.lower() in _DIFFUSED)
        report(
            log, "mentions de diffusion inconnues", table, ~known, column, "diff ou ndiff attendu"
        )
        diffused = column.where(lambda text: _DIFFUSED.get(text.lower(), False))
        masked = known & ~diffused
        for figure in (count, rate):
            shown = masked & ~figure.is_missing
            kind = "lignes non diffusées qui portent un chiffre"
            report(
                log, kind, table, shown, figure, "ligne non diffusée (ndiff) qui porte un chiffre"
            )
    empty = diffused & count.is_missing
    report(log, "lignes diffusées sans nombre", table, empty, count, "nombre de faits absent")
    return diffused


def check_rates(table: Table, log: FaultLog) -> None:
    """Compute each rate again from its count and denominator.

    A dwelling count written whole hides up to half a dwelling, which weighs on small communes.
    """
    label, rate, count = (table.columns[name] for name in ("indicator", "rate", "count"))
    by_dwelling = label.where(_is_by_dwelling)
    population, dwellings = table.columns["population"].numbers, table.columns["dwellings"].numbers
    base = np.where(by_dwelling, dwellings, population)
    with np.errstate(divide="ignore", invalid="ignore"):
        computed = np.where(base > 0, 1000 * count.numbers / base, np.nan)
        hidden = np.where(by_dwelling & (base == np.floor(base)), 0.5 / base, 0)
    allowed = np.abs(computed) * (RATE_TOLERANCE + hidden) + RATE_ROUNDING
    wrong = np.abs(rate.numbers - computed) > allowed

    def describe(row: int) -> str:
        by = "logements" if by_dwelling[row] else "habitants"
        return f"taux contredit par le nombre et les {by}, {fr.number(computed[row], 4)} attendu"

    report(log, "taux contredits par leur nombre", table, wrong, rate, describe)


def _is_by_dwelling(label: str) -> bool:
    draft = indicators.indicator(label)
    return draft is not None and draft.denominator is Denominator.DWELLINGS


def check_duplicates(table: Table, years: Longs, log: FaultLog) -> None:
    """Find figures given twice for the same indicator, year and territory."""
    label, territory = table.columns["indicator"], table.columns["territory"]
    place = territory.codes.astype(np.int64) * (LAST_YEAR + 1) + years
    key = place * (len(label.texts) + 1) + label.codes
    # A faulty year says nothing about which figure this is.
    twice = pd.Index(key).duplicated() & (years > 0)

    def describe(row: int) -> str:
        first = int(table.lines[np.argmax(key == key[row])])
        return f"chiffre déjà donné ligne {first} pour le même indicateur, année et territoire"

    report(log, "lignes en double", table, twice, territory, describe)


def check_denominators(table: Table, years: Longs, log: FaultLog) -> None:
    """Check that a territory has one population and one number of dwellings a year."""
    territory = table.columns["territory"]
    place, _ = pd.factorize(territory.codes.astype(np.int64) * (LAST_YEAR + 1) + years)
    for name in ("population", "population_vintage", "dwellings", "dwellings_vintage"):
        column = table.columns[name]
        figures = column.numbers
        given = np.flatnonzero(np.isfinite(figures) & (years > 0))
        first = np.zeros(place.max(initial=-1) + 1, dtype=np.int64)
        first[place[given[::-1]]] = given[::-1]
        # Official dwellings differ by their last binary digit from one indicator to another.
        before = figures[first[place]]
        differs = (years > 0) & (np.abs(figures - before) > SAME_VALUE * np.abs(before))
        describe = _difference(table, column, first[place])
        report(log, "dénominateurs qui varient", table, differs, column, describe)


def _difference(table: Table, column: Column, first: Longs) -> Callable[[int], str]:
    def describe(row: int) -> str:
        earlier = int(first[row])
        line, value = int(table.lines[earlier]), column.text(earlier)
        return f"valeur différente de la ligne {line} ({value}), même territoire et même année"

    return describe


def missing_cells(table: Table, keys: Keys) -> int:
    """Count the figures that lack for the base to give every indicator, year and territory."""
    label, territory = table.columns["indicator"], table.columns["territory"]
    valid = keys.valid
    if not valid.any():
        return 0
    sizes = [np.unique(codes[valid]).size for codes in (label.codes, keys.years, territory.codes)]
    return int(np.prod(sizes)) - int(valid.sum())
