"""The page of a picture: its measures, what is drawn on it, and how text is set."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from core.observatory.choropleth import Measure
from core.observatory.classes import PLACES, Place
from core.observatory.exports import ExportContext

LAMBERT_93 = 2154
DPI = 200
WIDTH, HEIGHT, MARGIN = 11.69, 8.27, 0.4  # inches, like every length on the page
LEGEND_LEFT, LEGEND_WIDTH = 8.35, 2.94
LARGEST_RADIUS = 0.36
INK, FAINT, ALARM, OUTSIDE = "#222222", "#555555", "#9c2f24", "#fafafa"
HATCHES = {Place.MASKED: "/////", Place.PARTIAL: "\\\\\\\\\\"}
LEGEND_APART = (Place.ZERO, Place.MASKED, Place.PARTIAL, Place.MISSING)


@dataclass(frozen=True)
class Content:
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


@lru_cache(maxsize=2)
def font_file(weight: str) -> str:
    """Return the path of the bundled font, the same on every machine."""
    name = "DejaVuSans-Bold.ttf" if weight == "bold" else "DejaVuSans.ttf"
    return str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name)


def write(
    page: Axes, x: float, y: float, text: str, *, size: float, weight: str = "normal", **look: Any
) -> None:
    """Write one line; a dollar in it is a dollar, not a formula."""
    font = FontProperties(fname=font_file(weight), size=size)
    page.text(x, y, text, fontproperties=font, parse_math=False, **({"color": INK} | look))


def wrapped(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Cut a text into lines that fit ``width`` inches; no-break spaces hold."""
    font = FontProperties(fname=font_file(weight), size=size)
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        length = text_to_path.get_text_width_height_descent(longer, font, ismath=False)[0]
        lines = [*lines[:-1], longer] if lines and length <= 72 * width else [*lines, word]
    return lines


def write_lines(
    page: Axes, x: float, y: float, lines: list[str], *, size: float, **look: Any
) -> float:
    """Write lines downwards from a height; return the height under the last one."""
    step = size * 1.35 / 72
    for rank, line in enumerate(lines):
        write(page, x, y - rank * step, line, size=size, va="top", **look)
    return y - len(lines) * step


def largest(table: gpd.GeoDataFrame) -> int:
    counts = table["count"].dropna()
    return max(int(counts.max()), 1) if len(counts) else 1


def paint_of(rank: int, style: dict[str, Any]) -> dict[str, Any]:
    """Return the fill of a class as matplotlib names it."""
    hatch = HATCHES.get(PLACES[rank]) if rank < len(PLACES) else None
    paint = {"facecolor": style["fill"]}
    return paint | {"hatch": hatch, "hatchcolor": style["hatch"]} if hatch else paint
