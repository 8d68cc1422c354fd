"""Charts as Vega-Lite specifications: a table in, a plain dictionary out (cheap to send)."""

from typing import Any

import pandas as pd

from core import fr
from core.observatory.enums import Status

LOCALE = {
    "number": {"decimal": ",", "thousands": fr.NBSP, "grouping": [3], "currency": ["", " €"]},
}
COLOURS = ("#0f5f63", "#8a6d3b", "#7d8f90")


def territory_series(series: pd.DataFrame, name: str, choice: Any) -> dict[str, Any]:
    """Draw a territory's series beside its references: rates by year, counts by month.

    Monthly counts of the territory are bars (a month without a figure leaves a gap); annual
    rates are lines, one a territory. A figure that is not KNOWN has no mark.
    """
    if choice.edition.is_monthly:
        return _monthly(series, name, choice)
    known = series[series["status"] == Status.KNOWN]
    column = "rate" if known["rate"].notna().any() else "count"
    kept = known[known[column].notna()]
    values = [
        {"an": int(period) // 100, "v": round(float(value), 4), "t": label}
        for period, value, label in zip(kept["period"], kept[column], kept["name"], strict=True)
    ]
    order = [name, *[label for label in dict.fromkeys(series["name"]) if label != name]]
    title = f"Taux {choice.rate_unit}" if column == "rate" else choice.unit.capitalize()
    return _framed(values, title) | {
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "an", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "v", "type": "quantitative", "title": None, "scale": {"zero": True}},
            "color": {
                "field": "t", "type": "nominal", "title": None, "sort": order,
                "scale": {"domain": order, "range": list(COLOURS[: len(order)])},
                "legend": {"orient": "bottom", "labelLimit": 220},
            },
            "strokeDash": {"field": "t", "type": "nominal", "sort": order, "legend": None},
            "tooltip": [
                {"field": "t", "type": "nominal", "title": "Territoire"},
                {"field": "an", "type": "ordinal", "title": "Année"},
                {"field": "v", "type": "quantitative", "title": title, "format": ",.2f"},
            ],
        },
    }  # fmt: skip


def _monthly(series: pd.DataFrame, name: str, choice: Any) -> dict[str, Any]:
    own = series[(series["name"] == name) & (series["status"] == Status.KNOWN)]
    values = [
        {
            "d": f"{int(period) // 100}-{int(period) % 100:02}-01",
            "m": fr.month(int(period)),
            "v": int(count),
        }
        for period, count in zip(own["period"], own["count"], strict=True)
    ]
    return _framed(values, f"{choice.unit.capitalize()} par mois") | {
        "mark": {"type": "bar", "color": COLOURS[0]},
        "encoding": {
            "x": {
                "field": "d", "type": "temporal", "timeUnit": "yearmonth", "title": None,
                "axis": {"format": "%m/%Y", "labelOverlap": True},
            },
            "y": {"field": "v", "type": "quantitative", "title": None,
                  "axis": {"tickMinStep": 1}},
            "tooltip": [
                {"field": "m", "type": "nominal", "title": "Mois"},
                {"field": "v", "type": "quantitative", "title": choice.unit.capitalize(),
                 "format": ","},
            ],
        },
    }  # fmt: skip


def _framed(values: list[dict[str, Any]], title: str) -> dict[str, Any]:
    return {
        "data": {"values": values},
        "title": {"text": title, "fontSize": 13, "anchor": "start"},
        "height": 190,
        "width": "container",
        "config": {"locale": LOCALE},
    }
