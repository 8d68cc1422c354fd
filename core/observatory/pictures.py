"""What a map shows, as a picture for a report: PNG or SVG, A4 landscape, in Lambert-93."""

import io
from typing import Any, Literal

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from core.observatory import choropleth, classes
from core.observatory.choropleth import Measure
from core.observatory.classes import Classification, Scheme
from core.observatory.enums import Status
from core.observatory.exports import ExportContext
from core.observatory.picture_legend import draw_foot, draw_heading, draw_legend, draw_scale_bar
from core.observatory.picture_page import (
    ALARM,
    DPI,
    HEIGHT,
    LAMBERT_93,
    LARGEST_RADIUS,
    LEGEND_LEFT,
    MARGIN,
    OUTSIDE,
    WIDTH,
    Content,
    largest,
    paint_of,
    write,
)

# Without a fixed salt, the identifiers inside an SVG would differ from one drawing to the next.
mpl.rcParams["svg.hashsalt"] = "ressources-territoires"


def picture(  # noqa: PLR0913  # a picture is made of exactly these parts
    figures: pd.DataFrame,
    context: ExportContext,
    shapes: gpd.GeoDataFrame,
    classification: Classification,
    measure: Measure,
    borders: gpd.GeoDataFrame,
    *,
    fmt: Literal["png", "svg"],
) -> bytes:
    """Draw ``figures`` on ``shapes``: rates as areas of colour, counts as circles.

    Territories of ``shapes`` without a row in ``figures`` are only suggested. The same
    arguments give the same file, byte for byte.
    """
    content = _content(figures, context, shapes, classification, measure, borders)
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
    page = figure.add_axes((0, 0, 1, 1), zorder=2, facecolor="none")
    page.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
    page.axis("off")
    top = draw_heading(page, context)
    bottom = draw_foot(page, content)
    scale = _draw_map(figure, content, bottom, top)
    draw_legend(page, content, top)
    draw_scale_bar(page, scale, bottom)
    if context.is_simulated:
        write(
            page, (LEGEND_LEFT + MARGIN) / 2, (top + bottom) / 2, "DONNÉES SIMULÉES", size=44,
            weight="bold", rotation=32, color=ALARM, alpha=0.2, ha="center", va="center",
        )  # fmt: skip
    file = io.BytesIO()
    figure.savefig(file, format=fmt, dpi=DPI, metadata=_metadata(context, fmt))
    return file.getvalue()


def _metadata(context: ExportContext, fmt: str) -> dict[str, str | None]:
    said = {
        "Title": context.title, "Source": context.source, "Description": "\n".join(context.notes),
    }  # fmt: skip
    return said | ({"Software": None} if fmt == "png" else {"Date": None, "Creator": None})


def _content(
    figures: pd.DataFrame,
    context: ExportContext,
    shapes: gpd.GeoDataFrame,
    classification: Classification,
    measure: Measure,
    borders: gpd.GeoDataFrame,
) -> Content:
    """Give each figure its class and its contour, in Lambert-93."""
    column = "rate" if measure is Measure.RATE else "count"
    if measure is Measure.COUNT:
        classification = Classification((1.0,), 0)
    elif not classification.bounds:
        classification = classes.classify(figures[column], Scheme.QUANTILES)
    table = figures[["code", "count", "status"]].reset_index(drop=True)
    table["count"] = table["count"].where(table["status"].isin([Status.KNOWN, Status.PARTIAL]))
    table["rank"] = classes.ranks(figures, column, classification).to_numpy()
    styles = choropleth.styles(table["rank"], classification, measure, zero_label="zéro")
    if measure is Measure.COUNT:
        styles[-1]["label"] = "au moins 1"
    flat = shapes.to_crs(LAMBERT_93)
    contours = flat.drop_duplicates("code").set_index("code").geometry
    geometry = shapely.orient_polygons(contours.reindex(table["code"]).to_numpy())
    return Content(
        gpd.GeoDataFrame(table, geometry=geometry, crs=LAMBERT_93), styles,
        flat[~flat["code"].isin(table["code"])], borders.to_crs(LAMBERT_93), context, measure,
    )  # fmt: skip


def _draw_map(figure: Figure, content: Content, bottom: float, top: float) -> float:
    """Draw the map between two heights, and return how many metres an inch stands for."""
    west, south, east, north = content.bounds
    width, height = LEGEND_LEFT - 2 * MARGIN, top - bottom
    scale = 1.06 * max((east - west) / width, (north - south) / height)
    axes = figure.add_axes((MARGIN / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT))
    half = (scale * width / 2, scale * height / 2)
    centre = ((west + east) / 2, (south + north) / 2)
    axes.set(
        xlim=(centre[0] - half[0], centre[0] + half[0]),
        ylim=(centre[1] - half[1], centre[1] + half[1]),
    )
    axes.axis("off")
    weight = 0.15 if len(content.table) > 1000 else 0.5
    _add(axes, content.around, facecolor=OUTSIDE, edgecolor="#e2e2e2", linewidth=weight)
    for rank, style in enumerate(content.styles):
        territories = content.table[content.table["rank"] == rank]
        _add(axes, territories, **paint_of(rank, style), edgecolor="#9aa5a5", linewidth=weight)
    _add(axes, content.borders, facecolor="none", edgecolor="#3d3d3d", linewidth=0.8)
    if content.measure is Measure.COUNT:
        _draw_circles(axes, content.table)
    return float(scale)


def _add(axes: Axes, territories: gpd.GeoDataFrame, **look: Any) -> None:
    """Draw territories of one look as a single path: fast, and light as SVG."""
    shapes = territories.geometry.to_numpy()
    rings = shapely.get_rings(shapely.get_parts(shapes[~shapely.is_missing(shapes)]))
    points, owners = shapely.get_coordinates(rings, return_index=True)
    if len(points) == 0:
        return
    starts = np.r_[True, owners[1:] != owners[:-1]]
    codes = np.full(len(points), Outline.LINETO, dtype=Outline.code_type)
    codes[starts] = Outline.MOVETO
    codes[np.r_[starts[1:], True]] = Outline.CLOSEPOLY
    patch = PathPatch(Outline(points, codes), joinstyle="round", **look)
    patch.set_hatch_linewidth(0.5)
    # add_artist, for add_patch would measure each of thousands of outlines again.
    axes.add_artist(patch)


def _draw_circles(axes: Axes, table: gpd.GeoDataFrame) -> None:
    """Draw counts as circles, the largest first; a lower bound has a dashed outline."""
    shown = table[table.geometry.notna() & (table["count"].fillna(0) > 0)]
    shown = shown.sort_values(["count", "code"], ascending=[False, True])
    centres = shapely.get_coordinates(shapely.centroid(shown.geometry.to_numpy()))
    share = shown["count"].to_numpy(dtype=float) / largest(table)
    diameters = np.maximum(2 * 72 * LARGEST_RADIUS * np.sqrt(share), 1.5)
    dashes = np.where(shown["status"] == Status.PARTIAL, "--", "-")
    axes.scatter(
        centres[:, 0], centres[:, 1], s=diameters**2, linestyles=dashes.tolist(),
        facecolors=f"{choropleth.CIRCLE_COLOUR}99", edgecolors="#0b4448", linewidths=0.5,
        zorder=3,
    )  # fmt: skip
