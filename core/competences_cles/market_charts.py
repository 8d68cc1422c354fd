"""Charts of orders as Vega-Lite specifications: figures in, a plain dictionary out.

What is declared is solid, what is expected is hatched or dashed. No meaning rests on colour
alone: lines have their dashes, bars their hatching or their place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import fr
from core.competences_cles import chart_style
from core.competences_cles.chart_style import GREY, OCHRE, SHORT, TEAL
from core.competences_cles.forecast import BandPoint
from core.competences_cles.pace import Month

HOUR = 60
STRIPES = 24


@dataclass(frozen=True)
class BurnUp:
    """What the burn-up chart of an order shows, in stored quantities (minutes: ``scale`` 60).

    ``consumed``: cumulated K at the end of each day given; ``steps``: C from each day given on;
    ``foreseen``: cumulated P; ``band``: what is expected after ``today``, in addition.
    """

    consumed: Sequence[tuple[date, float]]
    steps: Sequence[tuple[date, float]]
    band: Sequence[BandPoint]
    today: date
    end: date
    foreseen: Sequence[tuple[date, float]] = ()
    scale: int = HOUR
    unit: str = "heures"

    @property
    def base(self) -> float:
        return self.consumed[-1][1] if self.consumed else 0.0


def burn_up(figures: BurnUp) -> dict[str, Any]:
    """Draw consumption cumulated, its forecast with the 80 % band, under the ordered steps."""
    title = f"Commandé, consommé et attendu ({figures.unit})"
    subtitle = "Bande claire : fourchette du rythme actuel, 8 chances sur 10"
    frame = chart_style.framed(title, height=300)
    frame["title"] |= {"subtitle": subtitle} if figures.band else {}
    return frame | {"layer": [_band(figures), *_lines(figures), _today(figures)]}


def _time() -> dict[str, Any]:
    return {
        "field": "d", "type": "temporal", "title": None,
        "axis": {"format": "%b %Y", "labelOverlap": True, "tickCount": 6, "grid": False},
    }  # fmt: skip


def _band(figures: BurnUp) -> dict[str, Any]:
    values = [
        {
            "d": one.day.isoformat(), "j": fr.day(one.day),
            "bas": _scaled(figures.base + one.low, figures.scale),
            "haut": _scaled(figures.base + one.high, figures.scale),
        }
        for one in figures.band
    ]  # fmt: skip
    return {
        "data": {"values": values},
        "mark": {"type": "area", "color": TEAL, "opacity": 0.18},
        "encoding": {
            "x": _time(), "y": chart_style.quantity("bas"), "y2": {"field": "haut"},
            "tooltip": [
                chart_style.named("j", "Au"), chart_style.told("bas", "Au moins"),
                chart_style.told("haut", "Au plus"),
            ],
        },
    }  # fmt: skip


def _lines(figures: BurnUp) -> list[dict[str, Any]]:
    expected = [(one.day, figures.base + one.central) for one in figures.band]
    steps = [*figures.steps, *[(figures.end, value) for _, value in figures.steps[-1:]]]
    several = (
        ("Commandé", OCHRE, [1, 0], steps, "step-after"),
        ("Consommé", TEAL, [1, 0], figures.consumed, "linear"),
        ("Attendu au rythme actuel", TEAL, [6, 4], expected, "linear"),
        ("Prévisionnel", GREY, [2, 2], figures.foreseen, "linear"),
    )
    shown = [one for one in several if one[3]]
    domain = [name for name, *_ in shown]
    look = {
        "color": chart_style.coloured("s", domain, [one[1] for one in shown]),
        "strokeDash": {
            "field": "s", "type": "nominal", "legend": chart_style.bottom(),
            "scale": {"domain": domain, "range": [one[2] for one in shown]},
        },
    }  # fmt: skip
    return [
        _line(_points(name, points, figures.scale), look, shape, figures.unit)
        for name, _, _, points, shape in shown
    ]


def _line(
    points: list[dict[str, Any]], look: dict[str, Any], shape: str, unit: str
) -> dict[str, Any]:
    return {
        "data": {"values": points},
        "mark": {"type": "line", "interpolate": shape, "strokeWidth": 2.5},
        "encoding": look | {
            "x": _time(), "y": chart_style.quantity("q"),
            "tooltip": [
                chart_style.named("s", "Courbe"), chart_style.named("j", "Au"),
                chart_style.told("q", unit.capitalize()),
            ],
        },
    }  # fmt: skip


def _points(name: str, points: Iterable[tuple[date, float]], scale: int) -> list[dict[str, Any]]:
    return [
        {"d": day.isoformat(), "j": fr.day(day), "q": _scaled(value, scale), "s": name}
        for day, value in points
    ]


def _scaled(value: float, scale: int) -> float:
    return round(value / scale, 2)


def _today(figures: BurnUp) -> dict[str, Any]:
    text = {"type": "text", "align": "left", "dx": 4, "baseline": "top", "color": "#4a5759"}
    said = {"y": {"value": 2}, "text": {"field": "t", "type": "nominal"}}
    return {
        "data": {"values": [{"d": figures.today.isoformat(), "t": "Aujourd’hui"}]},
        "layer": [
            {"mark": {"type": "rule", "color": GREY}, "encoding": {"x": _time()}},
            {"mark": text, "encoding": {"x": _time()} | said},
        ],
    }


def monthly_bars(
    months: Sequence[Month], *, scale: int = HOUR, unit: str = "heures",
    foreseen: Mapping[int, float] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Draw each month: solid for what is declared, hatched for what is still expected.

    A month that nobody declared has no bar and says so: it is not a zero. ``foreseen``: what was
    foreseen of each month, drawn as a stroke across its bar.
    """
    known = [one for one in months if one.declared is not None]
    bars = [
        {
            "m": _month(one.period), "t": fr.month(one.period),
            "d": _scaled(one.declared or 0, scale), "a": _scaled(one.still_expected, scale),
            "e": _scaled((one.declared or 0) + one.still_expected, scale),
        }
        for one in known
    ]  # fmt: skip
    missing = [{"m": _month(one.period)} for one in months if one.declared is None]
    x = _month_axis(months)
    layers = [_solid(bars, x, unit), _hollow(bars, x, unit), _hatching(bars, x)]
    frame = chart_style.framed(f"{unit.capitalize()} par mois")
    marks = [
        {"m": _month(one.period), "t": fr.month(one.period),
         "p": _scaled(foreseen[one.period], scale)}
        for one in months
        if foreseen is not None and one.period in foreseen
    ]  # fmt: skip
    told = "Plein : déclaré. Hachuré : encore attendu"
    frame["title"] |= {"subtitle": f"{told}. Trait : prévisionnel" if marks else told}
    layers += [_foreseen(marks, x, unit)] if marks else []
    return frame | {"layer": [*layers, _undeclared(missing, x)]}


def _foreseen(marks: list[dict[str, Any]], x: dict[str, Any], unit: str) -> dict[str, Any]:
    told = [chart_style.named("t", "Mois"), chart_style.told("p", f"Prévisionnel ({unit})")]
    return {
        "data": {"values": marks},
        "mark": {"type": "tick", "color": OCHRE, "opacity": 1, "thickness": 3, "bandSize": 44},
        "encoding": {"x": x, "y": chart_style.quantity("p"), "tooltip": told},
    }


def _month(period: int) -> str:
    return f"{SHORT[period % 100 - 1]} {period // 100}"


def _month_axis(months: Sequence[Month]) -> dict[str, Any]:
    names = [_month(one.period) for one in months]
    return {
        "field": "m", "type": "ordinal", "title": None, "sort": names,
        "scale": {"domain": names, "paddingInner": 0.25},
        "axis": {"labelAngle": 0, "labelOverlap": True},
    }  # fmt: skip


def _months_told(unit: str) -> list[dict[str, Any]]:
    return [
        chart_style.named("t", "Mois"), chart_style.told("d", f"Déclaré ({unit})"),
        chart_style.told("a", f"Encore attendu ({unit})"),
    ]  # fmt: skip


def _solid(bars: list[dict[str, Any]], x: dict[str, Any], unit: str) -> dict[str, Any]:
    encoding = {"x": x, "y": chart_style.quantity("d"), "tooltip": _months_told(unit)}
    return {
        "data": {"values": bars}, "mark": {"type": "bar", "color": TEAL}, "encoding": encoding,
    }  # fmt: skip


def _hollow(bars: list[dict[str, Any]], x: dict[str, Any], unit: str) -> dict[str, Any]:
    encoding = {
        "x": x, "y": chart_style.quantity("d"), "y2": {"field": "e"}, "tooltip": _months_told(unit),
    }  # fmt: skip
    return {
        "data": {"values": [one for one in bars if one["a"] > 0]},
        "mark": {"type": "bar", "color": "#ffffff", "stroke": TEAL, "strokeWidth": 1.2},
        "encoding": encoding,
    }


def _hatching(bars: list[dict[str, Any]], x: dict[str, Any]) -> dict[str, Any]:
    """Draw the hatching stroke by stroke: Vega-Lite has no pattern to fill a bar with."""
    step = max((one["e"] for one in bars), default=0.0) / STRIPES
    strokes = [
        {"m": one["m"], "y": round(one["d"] + rank * step, 2)}
        for one in bars
        for rank in range(1, STRIPES)
        if one["d"] + rank * step < one["e"]
    ]
    edges = {"x": x | {"bandPosition": 0}, "x2": {"field": "m", "bandPosition": 1}}
    return {
        "data": {"values": strokes},
        "mark": {"type": "rule", "color": TEAL, "strokeWidth": 1},
        "encoding": edges | {"y": chart_style.quantity("y")},
    }


def _undeclared(missing: list[dict[str, Any]], x: dict[str, Any]) -> dict[str, Any]:
    look = {"type": "text", "angle": 270, "align": "left", "dx": 4, "color": "#4a5759"}
    return {
        "data": {"values": missing},
        "mark": look | {"baseline": "middle", "text": "non déclaré"},
        "encoding": {"x": x, "y": {"value": "height"}},
    }
