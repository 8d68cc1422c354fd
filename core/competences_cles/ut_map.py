"""The eight départements coloured by what is left, or by silence: Vega-Lite maps with a legend."""

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
    """Draw what is available; quantities are minutes, shown in hours."""
    told = {
        code: (class_of(found), f"{fr.number(found.available / 60)} h")
        for code, found in figures.items()
    }
    return drawn(told, CLASSES, title="Disponible sur commandé", figure="Disponible")


# Steps of three weeks, as the rule of silence counts them.
SILENCES = (
    ("déclare", "#0f5f63"), ("muet depuis 3 semaines", "#d9a441"),
    ("muet depuis 6 semaines", "#9c2f24"), ("aucun parcours actif", "#d5dede"),
)  # fmt: skip


def silence_of(days: int | None, *, limit: int = 21) -> str:
    """Return the class of the longest silence among operators with active parcours, in days.

    >>> silence_of(4), silence_of(21), silence_of(50)
    ('déclare', 'muet depuis 3 semaines', 'muet depuis 6 semaines')
    """
    if days is None:
        return SILENCES[2][0]
    return SILENCES[0 if days < limit else 1 if days < 2 * limit else 2][0]


def silence_map(silences: Mapping[str, tuple[str, int | None]]) -> dict[str, Any]:
    """Draw, by code of département, the operator that has been silent longest, and for how long.

    Nobody active: not in ``silences``. No declaration ever: None.
    """
    told = {
        code: (silence_of(days), f"{name} : {'jamais' if days is None else f'{days} jours'}")
        for code, (name, days) in silences.items()
    }
    return drawn(told, SILENCES, title="Dernière déclaration", figure="Le plus silencieux")


def drawn(
    told: Mapping[str, tuple[str, str]], classes: tuple[tuple[str, str], ...], *, title: str,
    figure: str,
) -> dict[str, Any]:  # fmt: skip
    """Draw the départements: of each a class and its words; the last class for the others."""
    features = []
    for feature in _contours():
        found, words = told.get(feature["id"], (classes[-1][0], "–"))
        properties = {"n": feature["name"], "c": found, "a": words}
        features.append({"type": "Feature", "geometry": feature["geometry"], **properties})
    names = [name for name, _ in classes]
    return {
        "data": {"values": features},
        "projection": {"type": "identity", "reflectY": True},
        "height": 300, "width": "container",
        "config": {"view": {"stroke": None}},
        "mark": {"type": "geoshape", "stroke": "white", "strokeWidth": 1.5},
        "encoding": {
            "color": {
                "field": "c", "type": "nominal", "title": title,
                "scale": {"domain": names, "range": [colour for _, colour in classes]},
                "legend": {"orient": "bottom", "columns": 2, "labelLimit": 220},
            },
            "tooltip": [
                {"field": "n", "type": "nominal", "title": "Département"},
                {"field": "a", "type": "nominal", "title": figure},
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
