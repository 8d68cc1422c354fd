"""What a map shows, as a picture for a report: PNG or SVG, A4 landscape, in Lambert-93."""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.textpath import text_to_path

from core import fr
from core.observatory import choropleth, classes
from core.observatory.choropleth import Measure
from core.observatory.classes import PLACES, Classification, Place, Scheme
from core.observatory.enums import Status
from core.observatory.exports import ExportContext, spaced

# Without a fixed salt, the identifiers inside an SVG would differ from one drawing to the next.
mpl.rcParams["svg.hashsalt"] = "ressources-territoires"

LAMBERT_93 = 2154
DPI = 200
WIDTH, HEIGHT, MARGIN = 11.69, 8.27, 0.4  # inches, like every length on the page
LEGEND_LEFT, LEGEND_WIDTH = 8.35, 2.94
LARGEST_RADIUS = 0.36
INK, FAINT, ALARM, OUTSIDE = "#222222", "#555555", "#9c2f24", "#fafafa"
HATCHES = {Place.MASKED: "/////", Place.PARTIAL: "\\\\\\\\\\"}
LEGEND_APART = (Place.ZERO, Place.MASKED, Place.PARTIAL, Place.MISSING)


@dataclass(frozen=True)
class _Content:
    """What is drawn: one row a territory of the figures (code, count, status, rank, geometry)."""

    table: gpd.GeoDataFrame
    styles: list[dict[str, Any]]
    around: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    context: ExportContext
    measure: Measure

    @property
    def bounds(self) -> npt.NDArray[np.float64]:
        drawn = self.table[self.table.geometry.notna()]
        bounds: npt.NDArray[np.float64] = (self.borders if drawn.empty else drawn).total_bounds
        return bounds

    def holds(self, place: Place) -> bool:
        return bool(self.styles[PLACES.index(place)]["total"])


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
    top = _draw_heading(page, context)
    bottom = _draw_foot(page, content)
    scale = _draw_map(figure, content, bottom, top)
    _draw_legend(page, content, top)
    _draw_scale_bar(page, scale, bottom)
    if context.is_simulated:
        _write(
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
) -> _Content:
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
    return _Content(
        gpd.GeoDataFrame(table, geometry=geometry, crs=LAMBERT_93), styles,
        flat[~flat["code"].isin(table["code"])], borders.to_crs(LAMBERT_93), context, measure,
    )  # fmt: skip


def _draw_map(figure: Figure, content: _Content, bottom: float, top: float) -> float:
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
        _add(axes, territories, **_paint(rank, style), edgecolor="#9aa5a5", linewidth=weight)
    _add(axes, content.borders, facecolor="none", edgecolor="#3d3d3d", linewidth=0.8)
    if content.measure is Measure.COUNT:
        _draw_circles(axes, content.table)
    return float(scale)


def _paint(rank: int, style: dict[str, Any]) -> dict[str, Any]:
    """Return the fill of a class as matplotlib names it."""
    hatch = HATCHES.get(PLACES[rank]) if rank < len(PLACES) else None
    paint = {"facecolor": style["fill"]}
    return paint | {"hatch": hatch, "hatchcolor": style["hatch"]} if hatch else paint


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


def _largest(table: gpd.GeoDataFrame) -> int:
    counts = table["count"].dropna()
    return max(int(counts.max()), 1) if len(counts) else 1


def _draw_circles(axes: Axes, table: gpd.GeoDataFrame) -> None:
    """Draw counts as circles, the largest first; a lower bound has a dashed outline."""
    shown = table[table.geometry.notna() & (table["count"].fillna(0) > 0)]
    shown = shown.sort_values(["count", "code"], ascending=[False, True])
    centres = shapely.get_coordinates(shapely.centroid(shown.geometry.to_numpy()))
    share = shown["count"].to_numpy(dtype=float) / _largest(table)
    diameters = np.maximum(2 * 72 * LARGEST_RADIUS * np.sqrt(share), 1.5)
    dashes = np.where(shown["status"] == Status.PARTIAL, "--", "-")
    axes.scatter(
        centres[:, 0], centres[:, 1], s=diameters**2, linestyles=dashes.tolist(),
        facecolors=f"{choropleth.CIRCLE_COLOUR}99", edgecolors="#0b4448", linewidths=0.5,
        zorder=3,
    )  # fmt: skip


@lru_cache(maxsize=2)
def _font(weight: str) -> str:
    """Return the path of the bundled font, the same on every machine."""
    name = "DejaVuSans-Bold.ttf" if weight == "bold" else "DejaVuSans.ttf"
    return str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name)


def _write(
    page: Axes, x: float, y: float, text: str, *, size: float, weight: str = "normal", **look: Any
) -> None:
    """Write one line; a dollar in it is a dollar, not a formula."""
    font = FontProperties(fname=_font(weight), size=size)
    page.text(x, y, text, fontproperties=font, parse_math=False, **({"color": INK} | look))


def _wrapped(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Cut a text into lines that fit ``width`` inches; no-break spaces hold."""
    font = FontProperties(fname=_font(weight), size=size)
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        length = text_to_path.get_text_width_height_descent(longer, font, ismath=False)[0]
        lines = [*lines[:-1], longer] if lines and length <= 72 * width else [*lines, word]
    return lines


def _write_lines(
    page: Axes, x: float, y: float, lines: list[str], *, size: float, **look: Any
) -> float:
    """Write lines downwards from a height; return the height under the last one."""
    step = size * 1.35 / 72
    for rank, line in enumerate(lines):
        _write(page, x, y - rank * step, line, size=size, va="top", **look)
    return y - len(lines) * step


def _draw_heading(page: Axes, context: ExportContext) -> float:
    """Write title, subtitle and, where it applies, that nothing here is real."""
    y, width = HEIGHT - MARGIN, WIDTH - 2 * MARGIN
    if context.is_simulated:
        width -= 1.35
        _write(
            page, WIDTH - MARGIN - 0.08, y - 0.02, "SIMULÉ", size=13, weight="bold", color=ALARM,
            ha="right", va="top", bbox={"facecolor": "white", "edgecolor": ALARM, "pad": 5},
        )  # fmt: skip
    sizes = (16.0, 14.0, 12.0)
    cut = {size: _wrapped(context.title, width, size, "bold") for size in sizes}
    size = next((size for size in sizes if len(cut[size]) <= 2), sizes[-1])
    y = _write_lines(page, MARGIN, y, cut[size], size=size, weight="bold")
    if context.subtitle:
        lines = _wrapped(context.subtitle, width, 10.5)
        y = _write_lines(page, MARGIN, y - 0.02, lines, size=10.5, color=FAINT)
    return y - 0.12


def _draw_foot(page: Axes, content: _Content) -> float:
    """Write source and cautions at the bottom; return the height above them."""
    lines = [
        line
        for sentence in _foot_sentences(content)
        for line in _wrapped(spaced(sentence), WIDTH - 2 * MARGIN, 8)
    ]
    top = MARGIN * 0.7 + len(lines) * 8 * 1.35 / 72
    _write_lines(page, MARGIN, top, lines, size=8, color=FAINT)
    return top + 0.12


def _foot_sentences(content: _Content) -> list[str]:
    context = content.context
    is_circles = content.measure is Measure.COUNT
    sentences = [f"Source : {context.source}. Unité de compte : {context.unit}."]
    if not is_circles:
        sentences[0] += f" Dénominateur : {context.denominator}."
    least = " (cercle en tirets : un minimum)" if is_circles else ""
    apart = [
        (Place.MASKED, "hachures grises : chiffre non diffusé (secret statistique)"),
        (Place.PARTIAL, f"hachures ocre : une part n’est pas connue{least}"),
        (Place.MISSING, "gris uni : chiffre non fourni"),
    ]
    said = [text for place, text in apart if content.holds(place)]
    if said:
        text = " ; ".join(said)
        sentences.append(f"{text[0].upper()}{text[1:]}. Aucun de ces cas n’est un zéro.")
    absent = int(content.table.geometry.isna().sum())
    if absent:
        verb = "n’est pas dessiné" if absent == 1 else "ne sont pas dessinés"
        sentences.append(f"{fr.plural(absent, 'territoire')} sans contour {verb}.")
    if context.is_simulated:
        sentences.append("Données simulées : ne pas diffuser comme des chiffres réels.")
    return sentences


def _draw_legend(page: Axes, content: _Content, top: float) -> None:
    """Draw the legend downwards: the highest class first, then what carries no level."""
    is_rate = content.measure is Measure.RATE
    unit = fr.elide("de", content.context.unit).replace("'", "’")
    title = f"Taux {content.context.rate_unit}" if is_rate else f"Nombre {unit}"
    lines = _wrapped(title, LEGEND_WIDTH, 10, "bold")
    y = _write_lines(page, LEGEND_LEFT, top, lines, size=10, weight="bold") - 0.08
    if not is_rate and content.table["count"].gt(0).any():
        y = _draw_sizes(page, _largest(content.table), y)
    ranks = range(len(content.styles) - 1, len(PLACES) - 1, -1)
    levels = [rank for rank in ranks if is_rate or content.styles[rank]["total"]]
    apart = [PLACES.index(place) for place in LEGEND_APART if content.holds(place)]
    for rank in levels:
        y = _draw_row(page, content.styles[rank], rank, y)
    y -= 0.08
    for rank in apart:
        y = _draw_row(page, content.styles[rank], rank, y)
    note = _wrapped("Entre parenthèses, le nombre de territoires.", LEGEND_WIDTH, 8)
    _write_lines(page, LEGEND_LEFT, y - 0.04, note, size=8, color=FAINT)


def _draw_row(page: Axes, style: dict[str, Any], rank: int, y: float) -> float:
    """Draw one class of the legend: its sign, its label, its number of territories."""
    corner = (LEGEND_LEFT, y - 0.19)
    look = _paint(rank, style) | {"edgecolor": "#6d7777", "linewidth": 0.5}
    box = Rectangle(corner, 0.36, 0.19, **look)
    box.set_hatch_linewidth(0.5)
    page.add_artist(box)
    count = fr.number(style["total"])
    lines = _wrapped(f"{spaced(style['label'])} ({count})", LEGEND_WIDTH - 0.46, 9)
    return min(_write_lines(page, LEGEND_LEFT + 0.46, y - 0.02, lines, size=9), y - 0.19) - 0.07


def _draw_sizes(page: Axes, largest: int, y: float) -> float:
    """Draw what circles of the map stand for, one inside the other."""
    shown = sorted({largest, _round(largest / 4), _round(largest / 20)} - {0}, reverse=True)
    floor, x = y - 2 * LARGEST_RADIUS - 0.05, LEGEND_LEFT + LARGEST_RADIUS
    for count in shown:
        radius = LARGEST_RADIUS * float(np.sqrt(count / largest))
        look = {"facecolor": f"{choropleth.CIRCLE_COLOUR}40", "edgecolor": "#0b4448"}
        page.add_artist(Circle((x, floor + radius), radius, linewidth=0.6, **look))
        head, end = floor + 2 * radius, x + LARGEST_RADIUS + 0.12
        page.plot([x, end], [head, head], color=FAINT, linewidth=0.4)
        _write(page, end + 0.05, head, fr.number(count), size=8.5, va="center")
    return floor - 0.16


def _round(value: float) -> int:
    """Return a count of one significant digit, at least the unit it rounds to."""
    if value < 1:
        return 0
    power = 10 ** int(np.log10(value))
    return int(power * round(value / power))


def _draw_scale_bar(page: Axes, scale: float, bottom: float) -> None:
    """Draw a round distance at the foot of the legend; ``scale`` is metres for an inch."""
    longest = 1.6 * scale
    power = 10 ** np.floor(np.log10(longest))
    metres = float(power * max(step for step in (1, 2, 5) if step * power <= longest))
    y, end = bottom + 0.12, LEGEND_LEFT + metres / scale
    page.plot([LEGEND_LEFT, end], [y, y], color=INK, linewidth=1.2, solid_capstyle="butt")
    distance = fr.number(metres / 1000, 0 if metres >= 1000 else 1)
    text = f"{distance}{fr.NBSP}km (projection Lambert-93)"
    _write(page, LEGEND_LEFT, y + 0.06, text, size=7.5, color=FAINT)
