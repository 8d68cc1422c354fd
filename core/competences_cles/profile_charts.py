"""Profiles as horizontal bars, with what is known of the whole country in grey."""

from collections.abc import Mapping, Sequence
from typing import Any

from core import fr
from core.competences_cles import chart_style
from core.competences_cles.benchmarks import BENCHMARKS, Benchmark
from core.competences_cles.chart_style import TEAL
from core.competences_cles.publics import HIDDEN

ROW, AROUND = 30, 44
PALE = "#9aa7a8"  # grey, told from a bar that it crosses
# The categories that a national figure speaks of.
COMPARED = {("sex", "femmes"): "women"}


def profile(variable: str, counts: Mapping[str, int | None]) -> dict[str, Any]:
    """Draw the categories of a variable; a hidden count is named and has no bar."""
    values = [bar(variable, name, count, counts) for name, count in counts.items()]
    height = AROUND + ROW * len(values)
    frame = {"height": height, "width": "container", "config": {"locale": chart_style.LOCALE}}
    layers = [_bars(), _words(), *_national(values)]
    return frame | {"data": {"values": values}, "layer": layers}


def bar(
    variable: str, name: str, count: int | None, counts: Mapping[str, int | None]
) -> dict[str, Any]:
    """Return what a bar says: its share where every count of the variable is shown."""
    total = None if None in counts.values() else sum(one or 0 for one in counts.values())
    share = "" if count is None or not total else f" ({fr.percent(count / total)})"
    national = benchmark(variable, name)
    return {
        "c": name, "n": count, "t": HIDDEN if count is None else f"{fr.number(count)}{share}",
        "r": None if national is None or not total else round(national.value * total, 1),
        "s": "" if national is None else f"{fr.percent(national.value)} – {national.source}",
    }  # fmt: skip


def benchmark(variable: str, name: str) -> Benchmark | None:
    key = COMPARED.get((variable, name))
    return BENCHMARKS[key] if key else None


def _names() -> dict[str, Any]:
    return {"field": "c", "type": "nominal", "title": None, "sort": None,
            "axis": {"labelLimit": 130, "ticks": False, "domain": False}}  # fmt: skip


def _length(field: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "axis": None, "scale": {"domainMin": 0,
            "nice": False, "padding": 64}}  # fmt: skip


def _bars() -> dict[str, Any]:
    return {
        "mark": {"type": "bar", "color": TEAL},
        "encoding": {
            "y": _names(), "x": _length("n"),
            "tooltip": [chart_style.named("c", "Catégorie"), chart_style.named("t", "Parcours")],
        },
    }  # fmt: skip


def _words() -> dict[str, Any]:
    return {
        "transform": [{"calculate": "datum.n === null ? 0 : datum.n", "as": "x"}],
        "mark": {"type": "text", "align": "left", "dx": 9, "color": "#24393b"},
        "encoding": {"y": _names(), "x": _length("x"), "text": {"field": "t", "type": "nominal"}},
    }  # fmt: skip


def _national(values: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not any(one["r"] is not None for one in values):
        return []
    return [{
        "transform": [{"filter": "datum.r !== null"}],
        "mark": {"type": "tick", "color": PALE, "thickness": 5, "size": 26,
                 "orient": "vertical"},
        "encoding": {
            "y": _names(), "x": _length("r"),
            "tooltip": [chart_style.named("s", "Repère national")],
        },
    }]  # fmt: skip
