"""Contours: which territory comes in which place of a contour file, and perimeters dissolved."""

import json
from datetime import date
from functools import lru_cache

import shapely
from sqlmodel import Session

from core.access import Viewer
from core.observatory.enums import Level
from core.territories import queries as territory_queries
from core.territories import reference


@lru_cache(maxsize=8)
def codes(level: Level) -> tuple[str, ...]:
    """Return the codes of a level in the order of its contour file; none where it has no file."""
    if level not in {Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION}:
        return ()
    return tuple(reference.contours(level)["code"])


def perimeters_geojson(session: Session, viewer: Viewer, *, day: str) -> bytes:
    """Return the perimeters as GeoJSON, dissolved from what they hold on ``day`` (AAAA-MM-JJ).

    A perimeter without any part that has a contour has no feature. In order of code.
    """
    shapes = perimeter_shapes(session, viewer, on=date.fromisoformat(day))
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name},
            "geometry": shapely.geometry.mapping(shape),
        }
        for code, name, shape in shapes
    ]
    content = {"type": "FeatureCollection", "features": features}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def perimeter_shapes(
    session: Session, viewer: Viewer, *, on: date
) -> list[tuple[str, str, shapely.Geometry]]:
    """Return (code, name, shape) of each perimeter that has a shape on a day, in order of code."""
    parts = territory_queries.perimeter_parts(session, on=on)
    perimeters = territory_queries.perimeters(session, viewer).sort_values("code")
    codes_of = _codes_by_id(session, viewer)
    found = []
    for row in perimeters.itertuples(index=False):
        own = parts.loc[parts["perimeter_id"] == row.id, ["part_id", "part_level"]]
        shapes = [
            _shapes(Level(level)).get(codes_of.get(int(part), ""))
            for part, level in own.itertuples(index=False, name=None)
        ]
        drawn = [shape for shape in shapes if shape is not None]
        if drawn:
            found.append((str(row.code), str(row.name), shapely.union_all(drawn)))
    return found


def _codes_by_id(session: Session, viewer: Viewer) -> dict[int, str]:
    levels = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT)
    tables = [territory_queries.territories(session, viewer, level=level) for level in levels]
    return {
        int(identifier): str(code)
        for table in tables
        for identifier, code in zip(table["id"], table["code"], strict=True)
    }


@lru_cache(maxsize=8)
def _shapes(level: Level) -> dict[str, shapely.Geometry]:
    if level not in {Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT}:
        return {}
    table = reference.contours(level)
    return dict(zip(table["code"], table.geometry, strict=True))
