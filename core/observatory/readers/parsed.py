"""What a reader hands back: figures, denominators, indicators, and every fault found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.importing import RowError
from core.observatory.enums import Dataset, Denominator, Unit

NO_UNITS = ("key", "name", "departement_code", "perimeter", "service")
NO_DENOMINATORS = ("territory", "level", "kind", "period", "vintage", "value", "line")


@dataclass(frozen=True)
class Edition:
    """One publication of a dataset. Figures of two editions are never mixed.

    ``key`` is part of the identity of figures: the production date where the file's name gives it.
    """

    dataset: Dataset
    key: str
    label: str
    geography: int | None


@dataclass(frozen=True)
class IndicatorDraft:
    """What a file counts under one label. ``label`` is the official one of this edition."""

    code: str
    label: str
    unit: Unit
    denominator: Denominator


@dataclass(frozen=True)
class ParsedFile:
    """A file read to its end. It may be stored only where ``error_count`` is zero.

    ``facts`` has one row a figure: indicator, period (year * 100), level, territory, service,
    count (null unless the status is KNOWN), status, line, sheet.
    Rows with a faulty key are left out.
    ``denominators`` has one row a territory, year and kind. ``units`` is empty outside État 4001.
    ``errors`` lists part of the faults (a share of each kind); ``error_count`` counts them all.
    """

    edition: Edition
    facts: pd.DataFrame
    denominators: pd.DataFrame
    indicators: list[IndicatorDraft]
    units: pd.DataFrame
    errors: list[RowError]
    error_count: int
    warnings: list[str]
    rows_read: int


def no_units() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in NO_UNITS})


def no_denominators() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object") for name in NO_DENOMINATORS})


def coded(codes: npt.NDArray[Any], categories: Sequence[str]) -> "pd.Categorical[str]":
    """Make a category column from codes; the index gives pandas the type of the categories."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(categories), dtype="str"))


def constant(value: str, size: int) -> "pd.Categorical[str]":
    return coded(np.zeros(size, dtype=np.int8), [value])
