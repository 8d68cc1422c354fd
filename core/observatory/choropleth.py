"""What a map shows, as the living map needs it: classes, counts, legend. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from core import fr
from core.observatory import classes, maps, packing
from core.observatory.classes import PLACES, Classification, Place
from core.observatory.enums import Status

CIRCLE_RADIUS = 28
CIRCLE_COLOUR = "#0f5f63"


class Measure(StrEnum):
    """What the map shows: a rate as areas of colour, or a count as circles. Never the converse."""

    RATE = "taux"
    COUNT = "nombre"

    @property
    def label(self) -> str:
        return {"taux": "Taux (couleurs)", "nombre": "Nombre (cercles)"}[self.value]


@dataclass(frozen=True)
class Wording:
    """The French words around a map."""

    title: str
    unit: str
    rate_unit: str
    note: str


def styles(
    found: pd.Series, classification: Classification, measure: Measure, *, zero_label: str
) -> list[dict[str, Any]]:
    """Return a style for each rank of classes.ranks, with its label and its total."""
    totals = found.value_counts()
    apart = {
        Place.MISSING: {"fill": classes.MISSING_COLOUR, "label": "non fourni"},
        Place.MASKED: {"fill": "#f4f4f4", "hatch": classes.HATCH, "label": "non diffusé"},
        Place.PARTIAL: {
            "fill": "#fdf6e3", "hatch": "#c9a35a", "label": "partiel : une part n’est pas connue",
        },
        Place.ZERO: {"fill": classes.ZERO_COLOUR, "label": zero_label},
    }  # fmt: skip
    listed = [apart[place] | {"hideEmpty": True} for place in PLACES]
    labels = classification.labels
    if measure is Measure.RATE:
        fills: Sequence[str] = classes.colours(len(labels))
    else:
        fills = ["#dfeaea"] * len(labels)
    listed += [{"fill": fill, "label": label} for fill, label in zip(fills, labels, strict=True)]
    return [style | {"total": int(totals.get(rank, 0))} for rank, style in enumerate(listed)]


@dataclass(frozen=True)
class Ground:
    """What the figures are laid on.

    ``order``: the codes in the order of the contours; ``contours`` and ``borders``: their
    addresses; ``outside``: codes left blank; ``focus``: what the view is fitted to.
    """

    order: Sequence[str]
    contours: str
    borders: str
    outside: frozenset[str] = frozenset()
    focus: str = ""
    selected: str = ""


def paint_spec(
    figures: pd.DataFrame,
    classification: Classification,
    *,
    measure: Measure,
    ground: Ground,
    wording: Wording,
    largest: int = 0,
) -> dict[str, Any]:
    """Return what ``rtMap.paint`` reads: one sign a territory, in the order of the contours.

    ``largest`` is the count that the largest circle stands for, kept when the period changes.
    """
    column = "rate" if measure is Measure.RATE else "count"
    found = classes.ranks(figures, column, classification)
    is_positive = found >= len(PLACES)
    if measure is Measure.COUNT or not classification.bounds:
        top = (float(figures[column].max()),) if is_positive.any() else ()
        classification = Classification(top, classification.digits)
    found = found.clip(upper=len(PLACES) + max(len(classification.labels), 1) - 1)
    zero_label = "aucun fait"
    places = pd.Index(figures["code"]).get_indexer(pd.Index(ground.order))
    missing = PLACES.index(Place.MISSING)
    by_place = [*found.tolist(), missing]  # the last one serves the codes without a figure
    ranks = [
        packing.OUTSIDE if code in ground.outside else by_place[place]
        for code, place in zip(ground.order, places.tolist(), strict=True)
    ]
    kept = found[~figures["code"].isin(ground.outside)]
    listed = styles(kept, classification, measure, zero_label=zero_label)
    for style in listed[len(PLACES) :]:
        style["label"] = (
            f"{style['label']} {wording.rate_unit}" if measure is Measure.RATE else "au moins un"
        )
    return {
        "url": ground.contours,
        "borders": ground.borders,
        "towns": maps.TOWNS,
        "classes": packing.pack_ranks(ranks),
        "counts": _counts(figures, places.tolist()),
        "styles": listed,
        "weight": 0.3 if len(ground.order) > 1000 else 1.0,
        "title": wording.title,
        "unit": wording.unit,
        "note": wording.note,
        "selected": ground.selected,
        "focus": ground.focus,
        "circles": _circles(largest, wording) if measure is Measure.COUNT else None,
    }


def _counts(figures: pd.DataFrame, places: Sequence[int]) -> str:
    """Write the counts in the order of ``places``, where -1 is a territory without a figure."""
    known = figures["count"].notna().tolist()
    counts = figures["count"].fillna(0).astype("int64").tolist()
    floors = (figures["status"] == Status.PARTIAL).tolist()
    rows = [
        (count if is_known else None, floor)
        for count, is_known, floor in zip(counts, known, floors, strict=True)
    ]
    return packing.pack_counts([rows[place] if place >= 0 else (None, False) for place in places])


def _circles(largest: int, wording: Wording) -> dict[str, Any]:
    return {
        "largest": max(largest, 1),
        "radius": CIRCLE_RADIUS,
        "colour": CIRCLE_COLOUR,
        "label": f"surface proportionnelle au nombre ; le plus grand cercle : "
        f"{fr.number(largest)} {wording.unit}",
    }
