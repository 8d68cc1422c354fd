"""Contours of the reference: completed, simplified once with shared borders kept, dissolved.

Shapes of communes come as a GeoSeries by commune code. Areas and tolerances are in EPSG:2154.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

METRES = 2154
DEGREES = 4326
TOLERANCE_M = 395
DECIMALS = 4
# A narrower gap between two communes is an inaccuracy of their lines, not land without a commune.
GAP_M = 10
SMALLEST_HOLE_M2 = 100_000

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Outlines:
    """Full contours of communes, and the codes of those that the source did not give whole."""

    shapes: gpd.GeoSeries
    rebuilt: tuple[str, ...]
    completed: tuple[str, ...]


def outlines(communes: pd.DataFrame, parts: pd.DataFrame) -> Outlines:
    """Return the contours of ``communes`` (code, geometry as hexadecimal WKB or NA).

    ``parts`` are communes déléguées: code, successor_code, geometry. A commune without contour is
    rebuilt from its parts when all of them have one. Land that no commune holds goes to the
    commune beside it of which a part has no contour: it was merged after the contours were drawn.
    """
    own = _shapes(communes)
    drawn = own[own.notna()]
    rebuilt = _rebuilt(communes.loc[communes["geometry"].isna(), "code"], parts)
    known = pd.concat([drawn, rebuilt]) if len(rebuilt) else drawn
    newer = sorted(set(parts.loc[parts["geometry"].isna(), "successor_code"]) & set(known.index))
    completed = _completed(known, newer)
    known.loc[list(completed)] = list(completed.values())
    return Outlines(known.sort_index(), tuple(rebuilt.index), tuple(completed))


def _shapes(table: pd.DataFrame) -> gpd.GeoSeries:
    hexadecimal = table["geometry"].astype(object).where(table["geometry"].notna(), None)
    shapes = shapely.from_wkb(hexadecimal.to_numpy(dtype=object))
    return gpd.GeoSeries(shapes, index=table["code"].to_numpy(), crs=DEGREES).to_crs(METRES)


def _rebuilt(codes: pd.Series, parts: pd.DataFrame) -> gpd.GeoSeries:
    """Union of the parts of each commune of ``codes``, its own chef-lieu being one of them."""
    found: dict[str, shapely.Geometry] = {}
    for code in codes:
        own = parts[parts["successor_code"] == code]
        if code in set(own["code"]) and own["geometry"].notna().all():
            found[code] = shapely.union_all(_shapes(own).to_numpy())
    return gpd.GeoSeries(found, crs=METRES)


def _completed(shapes: gpd.GeoSeries, newer: list[str]) -> dict[str, shapely.Geometry]:
    """Give each hole of the whole to the first commune of ``newer`` that borders it."""
    whole = shapely.get_parts(shapely.union_all(shapes.to_numpy()))
    rings = [ring for polygon in whole for ring in polygon.interiors]
    holes = [shapely.Polygon(ring) for ring in rings]
    holes = [hole for hole in holes if hole.area > SMALLEST_HOLE_M2]
    found: dict[str, shapely.Geometry] = {}
    for code in newer:
        own = [hole for hole in holes if shapely.intersection(hole, shapes[code]).length > GAP_M]
        holes = [hole for hole in holes if hole not in own]
        if own:
            found[code] = shapely.union_all([shapes[code], *own])
    return found


def surfaces_km2(shapes: gpd.GeoSeries) -> pd.Series:
    """Area of each contour before any simplification, by code, to the hectare."""
    surfaces: pd.Series = (shapes.area / 1e6).round(2)
    return surfaces


def simplified(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Simplify all contours together, so that neighbours keep one border, in rounded degrees."""
    clean = shapely.coverage_clean(shapes.to_numpy(), gap_width=GAP_M)
    drawn = gpd.GeoSeries(
        shapely.coverage_simplify(clean, TOLERANCE_M), index=shapes.index, crs=METRES
    )
    degrees = drawn.to_crs(DEGREES).to_numpy()
    rounded = shapely.transform(degrees, lambda points: np.round(points, DECIMALS))
    single = shapely.remove_repeated_points(rounded)
    found = gpd.GeoSeries(_oriented(single), index=shapes.index, crs=DEGREES)
    _check(found)
    return found


def dissolved(shapes: gpd.GeoSeries, groups: pd.Series) -> gpd.GeoSeries:
    """Union of simplified contours by group; ``groups`` gives the group's code by commune code."""
    own = groups.reindex(shapes.index)
    unions = {code: shapely.coverage_union_all(shapes[own == code]) for code in own.unique()}
    ordered = {code: unions[code] for code in sorted(unions)}
    found = gpd.GeoSeries(
        _oriented(np.array(list(ordered.values()), dtype=object)), index=list(ordered), crs=DEGREES
    )
    _check(found)
    return found


def _oriented(shapes: Shapes) -> Shapes:
    """Outer rings counter-clockwise, as RFC 7946 wants; a lone polygon is a Polygon."""
    lone = [
        shape.geoms[0]
        if shapely.get_num_geometries(shape) == 1 and shape.geom_type == "MultiPolygon"
        else shape
        for shape in shapes
    ]
    oriented: Shapes = shapely.orient_polygons(np.array(lone, dtype=object))
    return oriented


def _check(shapes: gpd.GeoSeries) -> None:
    """Stop the build on a contour that rounding spoilt: a finer tolerance is to be chosen."""
    spoilt = shapes.index[shapes.is_empty | ~shapes.is_valid]
    if len(spoilt):
        raise ValueError(f"contours empty or invalid once rounded: {', '.join(spoilt)}")


def write_geojson(shapes: gpd.GeoSeries, names: pd.Series, path: Path) -> None:
    """Write one feature a territory, by code; ``names`` gives the name by code."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": names[code]},
            "geometry": shapely.geometry.mapping(shape),
        }
        for code, shape in shapes.sort_index().items()
    ]
    content = {"type": "FeatureCollection", "features": features}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )
