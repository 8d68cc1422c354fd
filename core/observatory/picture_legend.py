"""Around the map of a picture: heading, legend, scale bar, and the sentences at the foot."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from core import fr
from core.observatory import choropleth
from core.observatory.choropleth import Measure
from core.observatory.classes import PLACES, Place
from core.observatory.exports import ExportContext, spaced
from core.observatory.picture_page import (
    ALARM,
    FAINT,
    HEIGHT,
    INK,
    LARGEST_RADIUS,
    LEGEND_APART,
    LEGEND_LEFT,
    LEGEND_WIDTH,
    MARGIN,
    WIDTH,
    Content,
    largest,
    paint_of,
    wrapped,
    write,
    write_lines,
)


def draw_heading(page: Axes, context: ExportContext) -> float:
    """Write title, subtitle and, where it applies, that nothing here is real."""
    y, width = HEIGHT - MARGIN, WIDTH - 2 * MARGIN
    if context.is_simulated:
        width -= 1.35
        write(
            page, WIDTH - MARGIN - 0.08, y - 0.02, "SIMULÉ", size=13, weight="bold", color=ALARM,
            ha="right", va="top", bbox={"facecolor": "white", "edgecolor": ALARM, "pad": 5},
        )  # fmt: skip
    sizes = (16.0, 14.0, 12.0)
    cut = {size: wrapped(context.title, width, size, "bold") for size in sizes}
    size = next((size for size in sizes if len(cut[size]) <= 2), sizes[-1])
    y = write_lines(page, MARGIN, y, cut[size], size=size, weight="bold")
    if context.subtitle:
        lines = wrapped(context.subtitle, width, 10.5)
        y = write_lines(page, MARGIN, y - 0.02, lines, size=10.5, color=FAINT)
    return y - 0.12


def draw_foot(page: Axes, content: Content) -> float:
    """Write source and cautions at the bottom; return the height above them."""
    lines = [
        line
        for sentence in _foot_sentences(content)
        for line in wrapped(spaced(sentence), WIDTH - 2 * MARGIN, 8)
    ]
    top = MARGIN * 0.7 + len(lines) * 8 * 1.35 / 72
    write_lines(page, MARGIN, top, lines, size=8, color=FAINT)
    return top + 0.12


def _foot_sentences(content: Content) -> list[str]:
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


def draw_legend(page: Axes, content: Content, top: float) -> None:
    """Draw the legend downwards: the highest class first, then what carries no level."""
    is_rate = content.measure is Measure.RATE
    unit = fr.elide("de", content.context.unit).replace("'", "’")
    title = f"Taux {content.context.rate_unit}" if is_rate else f"Nombre {unit}"
    lines = wrapped(title, LEGEND_WIDTH, 10, "bold")
    y = write_lines(page, LEGEND_LEFT, top, lines, size=10, weight="bold") - 0.08
    if not is_rate and content.table["count"].gt(0).any():
        y = _draw_sizes(page, largest(content.table), y)
    ranks = range(len(content.styles) - 1, len(PLACES) - 1, -1)
    levels = [rank for rank in ranks if is_rate or content.styles[rank]["total"]]
    apart = [PLACES.index(place) for place in LEGEND_APART if content.holds(place)]
    for rank in levels:
        y = _draw_row(page, content.styles[rank], rank, y)
    y -= 0.08
    for rank in apart:
        y = _draw_row(page, content.styles[rank], rank, y)
    note = wrapped("Entre parenthèses, le nombre de territoires.", LEGEND_WIDTH, 8)
    write_lines(page, LEGEND_LEFT, y - 0.04, note, size=8, color=FAINT)


def _draw_row(page: Axes, style: dict[str, Any], rank: int, y: float) -> float:
    """Draw one class of the legend: its sign, its label, its number of territories."""
    corner = (LEGEND_LEFT, y - 0.19)
    look = paint_of(rank, style) | {"edgecolor": "#6d7777", "linewidth": 0.5}
    box = Rectangle(corner, 0.36, 0.19, **look)
    box.set_hatch_linewidth(0.5)
    page.add_artist(box)
    count = fr.number(style["total"])
    lines = wrapped(f"{spaced(style['label'])} ({count})", LEGEND_WIDTH - 0.46, 9)
    return min(write_lines(page, LEGEND_LEFT + 0.46, y - 0.02, lines, size=9), y - 0.19) - 0.07


def _draw_sizes(page: Axes, largest: int, y: float) -> float:
    """Draw what circles of the map stand for, one inside the other."""
    shown = sorted({largest, _one_digit(largest / 4), _one_digit(largest / 20)} - {0}, reverse=True)
    floor, x = y - 2 * LARGEST_RADIUS - 0.05, LEGEND_LEFT + LARGEST_RADIUS
    for count in shown:
        radius = LARGEST_RADIUS * float(np.sqrt(count / largest))
        look = {"facecolor": f"{choropleth.CIRCLE_COLOUR}40", "edgecolor": "#0b4448"}
        page.add_artist(Circle((x, floor + radius), radius, linewidth=0.6, **look))
        head, end = floor + 2 * radius, x + LARGEST_RADIUS + 0.12
        page.plot([x, end], [head, head], color=FAINT, linewidth=0.4)
        write(page, end + 0.05, head, fr.number(count), size=8.5, va="center")
    return floor - 0.16


def _one_digit(value: float) -> int:
    """Return a count of one significant digit, at least the unit it rounds to."""
    if value < 1:
        return 0
    power = 10 ** int(np.log10(value))
    return int(power * round(value / power))


def draw_scale_bar(page: Axes, scale: float, bottom: float) -> None:
    """Draw a round distance at the foot of the legend; ``scale`` is metres for an inch."""
    longest = 1.6 * scale
    power = 10 ** np.floor(np.log10(longest))
    metres = float(power * max(step for step in (1, 2, 5) if step * power <= longest))
    y, end = bottom + 0.12, LEGEND_LEFT + metres / scale
    page.plot([LEGEND_LEFT, end], [y, y], color=INK, linewidth=1.2, solid_capstyle="butt")
    distance = fr.number(metres / 1000, 0 if metres >= 1000 else 1)
    text = f"{distance}{fr.NBSP}km (projection Lambert-93)"
    write(page, LEGEND_LEFT, y + 0.06, text, size=7.5, color=FAINT)
