"""Classes of a map: bounds, labels, and which class each figure falls in."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import mapclassify
import numpy as np
import numpy.typing as npt
import pandas as pd

from core import fr
from core.observatory.enums import Status

CLASS_COUNT = 5
JENKS_SIZE = 300
PALETTE = ("#e3f0ee", "#a9d5d0", "#66b0ad", "#2b8286", "#0a4d55")
ZERO_COLOUR = "#ffffff"
MISSING_COLOUR = "#d3d3d3"
HATCH = "#7d7d7d"


class Scheme(StrEnum):
    """How class bounds are chosen."""

    QUANTILES = "quantiles"
    JENKS = "jenks"
    FIXED = "fixes"

    @property
    def label(self) -> str:
        return {
            "quantiles": "Effectifs égaux (quantiles)",
            "jenks": "Seuils naturels (Jenks)",
            "fixes": "Bornes fixes",
        }[self.value]


class Place(StrEnum):
    """The classes that carry no level: each is shown apart, none is a colour of the scale."""

    MISSING = "missing"
    MASKED = "masked"
    PARTIAL = "partial"
    ZERO = "zero"


PLACES = (Place.MISSING, Place.MASKED, Place.PARTIAL, Place.ZERO)


@dataclass(frozen=True)
class Classification:
    """Upper bounds of the classes of positive values, in ascending order; the last is open."""

    bounds: tuple[float, ...]
    digits: int

    @property
    def labels(self) -> tuple[str, ...]:
        """Say each class in French: « moins de 2,1 », « 2,1 à 4,3 », « 7,8 et plus »."""
        if not self.bounds:
            return ()
        if len(self.bounds) == 1:
            return ("plus de 0",)
        texts = [fr.number(bound, self.digits) for bound in self.bounds]
        middle = [f"{low} à {high}" for low, high in pairwise(texts[:-1])]
        return (f"plus de 0 à {texts[0]}", *middle, f"plus de {texts[-2]}")


def classify(
    values: npt.ArrayLike, scheme: Scheme, *, fixed: Sequence[float] = ()
) -> Classification:
    """Choose the bounds of at most five classes for positive values (zero is apart).

    Bounds are rounded to what the labels say, so that a label never lies about its class.

    >>> classify([0, 1, 2, 3, 4, 5], Scheme.QUANTILES).bounds
    (1.8, 2.6, 3.4, 4.2, 5.0)
    >>> classify([3, 3, 3], Scheme.JENKS).bounds
    (3.0,)
    """
    known = np.asarray(values, dtype=float)
    known = np.sort(known[np.isfinite(known) & (known > 0)])
    if known.size == 0:
        return Classification((), 0)
    if scheme is Scheme.FIXED and any(bound > 0 for bound in fixed):
        return _open_ended([bound for bound in fixed if bound > 0], known, _shown_digits(fixed))
    count = min(CLASS_COUNT, np.unique(known).size)
    digits = _digits(known)
    if count == 1:
        return Classification((float(known[0]),), digits)
    return _open_ended(_bins(known, scheme, count)[:-1], known, digits)


def _open_ended(
    inner: Sequence[float], known: npt.NDArray[np.float64], digits: int
) -> Classification:
    """Round the inner bounds to what is shown and close the last class with the largest value."""
    rounded = sorted({float(np.round(bound, digits)) for bound in inner} - {0.0})
    top = max([float(known[-1]), *rounded])
    return Classification((*rounded, top), digits)


def _shown_digits(bounds: Sequence[float]) -> int:
    """Return how many decimals it takes to write the bounds as they were given, at most three."""
    return next((n for n in range(3) if all(round(b, n) == b for b in bounds)), 3)


def _bins(known: npt.NDArray[np.float64], scheme: Scheme, count: int) -> list[float]:
    """Return the upper bounds that mapclassify finds.

    Fisher-Jenks searches the quantiles of a long series: the exact search grows with the square
    of the number of values, and three hundred tell a distribution well enough to cut it in five.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # fewer classes than asked: as it should
        if scheme is Scheme.QUANTILES:
            return [float(bound) for bound in mapclassify.Quantiles(known, k=count).bins]
        few = known
        if known.size > JENKS_SIZE:
            few = np.quantile(known, np.linspace(0, 1, JENKS_SIZE))
        count = min(count, np.unique(few).size)
        return [float(bound) for bound in mapclassify.FisherJenks(few, k=count).bins]


def _digits(known: npt.NDArray[np.float64]) -> int:
    """Choose the decimals of labels from how close the values are."""
    spread = float(np.quantile(known, 0.8))
    if spread >= 100:
        return 0
    return 1 if spread >= 1 else 2 if spread >= 0.1 else 3


def ranks(figures: pd.DataFrame, column: str, classification: Classification) -> pd.Series:
    """Return the rank of each row: 0-3 for PLACES, then 4 for the first class of values."""
    values = figures[column].astype("float64").to_numpy()
    status = figures["status"].to_numpy()
    bounds = np.asarray(classification.bounds[:-1])
    level = np.searchsorted(bounds, np.nan_to_num(values), side="left") + len(PLACES)
    found = np.select(
        [
            status == Status.MASKED,
            status == Status.PARTIAL,
            (status == Status.MISSING) | ~np.isfinite(values),
            values == 0,
        ],
        [PLACES.index(Place.MASKED), PLACES.index(Place.PARTIAL), PLACES.index(Place.MISSING),
         PLACES.index(Place.ZERO)],
        default=level,
    )  # fmt: skip
    return pd.Series(found.astype(int), index=figures.index)


def colours(count: int) -> tuple[str, ...]:
    """Pick ``count`` colours of the sequential scale, light to dark, colour-blind safe.

    >>> colours(2)
    ('#e3f0ee', '#0a4d55')
    """
    if count <= 1:
        return (PALETTE[-2],) * count
    anchors = np.array(
        [[int(hue[place : place + 2], 16) for place in (1, 3, 5)] for hue in PALETTE]
    )
    steps = np.linspace(0, len(PALETTE) - 1, count)
    channels = [np.interp(steps, range(len(PALETTE)), anchors[:, rank]) for rank in range(3)]
    return tuple(
        "#" + "".join(f"{round(value):02x}" for value in hue) for hue in zip(*channels, strict=True)
    )
