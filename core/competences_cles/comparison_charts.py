"""Charts that compare: orders before and after a reallocation, drop-out against the country."""

from collections.abc import Sequence
from typing import Any

from core import fr
from core.competences_cles import chart_style
from core.competences_cles.benchmarks import BENCHMARKS
from core.competences_cles.chart_style import BRICK, GREY, OCHRE, TEAL
from core.competences_cles.incidence import IncidencePoint
from core.competences_cles.reallocation import Move

BEFORE, AFTER = "Aujourd’hui", "Proposé"
ROW = 52


def before_after(moves: Sequence[Move], *, unit: str = "heures") -> dict[str, Any]:
    """Draw each order today and as proposed, with what it needs as a mark.

    A bar that stops short of its mark is a shortage; the tooltip gives it in per cent.
    """
    values = [
        {
            "bon": one.order.key, "quand": label, "q": round(quantity, 2),
            "besoin": round(one.order.need, 2), "p": _told(shortage), "ut": one.order.ut,
        }
        for one in moves
        for label, quantity, shortage in (
            (BEFORE, one.order.ordered, one.shortage_before),
            (AFTER, one.proposed, one.shortage_after),
        )
    ]  # fmt: skip
    height = max(120, ROW * len(moves))
    frame = chart_style.framed(f"Bons avant et après ({unit})", height=height)
    frame["title"] |= {"subtitle": "Trait : ce qu’il faudrait au bon jusqu’à son échéance"}
    return frame | {
        "data": {"values": values},
        "layer": [_bars(unit), _needs(unit)],
    }


def _told(shortage: float | None) -> str:
    return "sans besoin" if shortage is None else fr.percent(shortage, 1)


def _orders() -> dict[str, Any]:
    return {"field": "bon", "type": "nominal", "title": None, "sort": None,
            "axis": {"labelLimit": 130}}  # fmt: skip


def _bars(unit: str) -> dict[str, Any]:
    return {
        "mark": {"type": "bar"},
        "encoding": {
            "y": _orders(),
            "yOffset": {"field": "quand", "type": "nominal", "sort": [BEFORE, AFTER]},
            "x": chart_style.quantity("q"),
            "color": chart_style.coloured("quand", [BEFORE, AFTER], [GREY, TEAL]),
            "tooltip": [
                chart_style.named("bon", "Bon"), chart_style.named("ut", "UT"),
                chart_style.named("quand", "Répartition"),
                chart_style.told("q", unit.capitalize()), chart_style.told("besoin", "Besoin"),
                chart_style.named("p", "Manque"),
            ],
        },
    }  # fmt: skip


def _needs(unit: str) -> dict[str, Any]:
    return {
        "transform": [{"filter": f"datum.quand === '{AFTER}' && datum.besoin > 0"}],
        "mark": {"type": "tick", "color": BRICK, "thickness": 3, "orient": "vertical"},
        "encoding": {
            "y": _orders(), "x": chart_style.quantity("besoin"),
            "tooltip": [
                chart_style.named("bon", "Bon"),
                chart_style.told("besoin", f"Besoin ({unit})"),
            ],
        },
    }  # fmt: skip


def incidence_curve(points: Sequence[IncidencePoint]) -> dict[str, Any]:
    """Draw the share of entrants who have left, month by month, with the national share in grey.

    Points that rest on fewer than five persons are not drawn.
    """
    values = [
        {"m": one.month, "p": round(one.share, 4), "n": one.at_risk}
        for one in points
        if not one.hidden
    ]
    national = BENCHMARKS["dropped"]
    frame = chart_style.framed("Abandons depuis l’entrée")
    frame["title"] |= {"subtitle": "Part cumulée des entrants, mois après mois"}
    return frame | {
        "layer": [_curve(values), *_reference(national.value, f"{national.source}")],
    }


def _curve(values: list[dict[str, Any]]) -> dict[str, Any]:
    label = f"format(100 * datum.value, '.0f') + '{fr.NBSP}%'"
    share = {"scale": {"domainMin": 0}, "axis": {"labelExpr": label, "tickCount": 5}}
    return {
        "data": {"values": values},
        "mark": {"type": "line", "interpolate": "step-after", "color": OCHRE, "strokeWidth": 2.5,
                 "point": {"color": OCHRE}},
        "encoding": {
            "x": {"field": "m", "type": "quantitative", "title": "Mois depuis l’entrée",
                  "axis": {"tickMinStep": 1, "grid": False}},
            "y": chart_style.quantity("p", **share),
            "tooltip": [
                chart_style.told("m", "Mois"), chart_style.told("p", "Abandons", form=".1%"),
                chart_style.told("n", "Encore suivis"),
            ],
        },
    }  # fmt: skip


def _reference(value: float, source: str) -> list[dict[str, Any]]:
    data = {"data": {"values": [{"p": value, "t": f"{fr.percent(value)} : {source}"}]}}
    level = {"y": chart_style.quantity("p")}
    said = {"x": {"value": 6}, "text": {"field": "t", "type": "nominal"}}
    look = {"type": "text", "align": "left", "dy": -6, "color": "#4a5759"}
    dashed = {"type": "rule", "color": GREY, "strokeDash": [4, 3]}
    return [
        data | {"mark": dashed, "encoding": level},
        data | {"mark": look, "encoding": level | said},
    ]
