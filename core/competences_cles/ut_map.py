"""The eight départements coloured by what is left to prescribe: a Vega-Lite map with its legend."""

import json
from collections.abc import Mapping
from functools import lru_cache
from math import cos, radians
from typing import Any

from core import fr
from core.competences_cles.quantities import Quantities
from core.settings import ROOT

NARROWING = cos(radians(43.7))  # the middle of the area
CONTOURS = ROOT / "data" / "reference" / "contours" / "departements.geojson"
# From nothing left to plenty: a sequential scale that a colour-blind reader tells apart.
CLASSES = (
    ("rien de disponible", "#9c2f24"), ("moins de 15 % disponible", "#d9a441"),
    ("de 15 à 40 %", "#8fc1b5"), ("plus de 40 %", "#0f5f63"), ("aucun bon en cours", "#d5dede"),
)  # fmt: skip


def class_of(found: Quantities | None) -> str:
    """Return the class of a département by its available quantity on what is ordered.

    >>> class_of(None), class_of(Quantities(100, 90, 15.0)), class_of(Quantities(100, 20, 0.0))
    ('aucun bon en cours', 'rien de disponible', 'plus de 40 %')
    """
    if found is None or not found.ordered:
        return CLASSES[4][0]
    if found.available <= 0:
        return CLASSES[0][0]
    share = found.available / found.ordered
    return CLASSES[1 if share < 0.15 else 2 if share < 0.4 else 3][0]


def ut_map(figures: Mapping[str, Quantities]) -> dict[str, Any]:
    """Draw the départements; quantities are minutes, shown in hours."""
    features = []
    for feature in _contours():
        found = figures.get(feature["id"])
        told = "–" if found is None else f"{fr.number(found.available / 60)} h"
        properties = {"n": feature["name"], "c": class_of(found), "a": told}
        features.append({"type": "Feature", "geometry": feature["geometry"], **properties})
    names = [name for name, _ in CLASSES]
    return {
        "data": {"values": features},
        "projection": {"type": "identity", "reflectY": True},
        "height": 300, "width": "container",
        "config": {"view": {"stroke": None}},
        "mark": {"type": "geoshape", "stroke": "white", "strokeWidth": 1.5},
        "encoding": {
            "color": {
                "field": "c", "type": "nominal", "title": "Disponible sur commandé",
                "scale": {"domain": names, "range": [colour for _, colour in CLASSES]},
                "legend": {"orient": "bottom", "columns": 2, "labelLimit": 220},
            },
            "tooltip": [
                {"field": "n", "type": "nominal", "title": "Département"},
                {"field": "a", "type": "nominal", "title": "Disponible"},
            ],
        },
    }  # fmt: skip


@lru_cache(maxsize=1)
def _contours() -> tuple[dict[str, Any], ...]:
    document = json.loads(CONTOURS.read_text(encoding="utf-8"))
    return tuple(
        {
            "id": one["properties"]["code"], "name": one["properties"]["name"],
            "geometry": one["geometry"] | {"coordinates": _flat(one["geometry"]["coordinates"])},
        }
        for one in document["features"]
    )  # fmt: skip


def _flat(coordinates: Any) -> Any:
    """Bring a degree of longitude to the length of one of latitude: plain plane coordinates."""
    if isinstance(coordinates[0], list):
        return [_flat(part) for part in coordinates]
    longitude, latitude = coordinates
    return [round(longitude * NARROWING, 5), latitude]
