"""The look of the charts of Compétences Clés: colours, French locale, frame, legends."""

from typing import Any

from core import fr

TEAL, BRICK, GREY, OCHRE = "#0f5f63", "#9c2f24", "#7d8f90", "#8a6d3b"
SHORT = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
DAYS = ("dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")
LOCALE = {
    "number": {"decimal": ",", "thousands": fr.NBSP, "grouping": [3], "currency": ["", " €"]},
    "time": {
        "dateTime": "%A %e %B %Y à %X", "date": "%d/%m/%Y", "time": "%H:%M:%S",
        "periods": ["", ""], "days": list(DAYS), "shortDays": [day[:3] for day in DAYS],
        "months": list(fr.MONTHS), "shortMonths": list(SHORT),
    },
}  # fmt: skip


def framed(title: str, *, height: int = 220) -> dict[str, Any]:
    """Return the frame of a chart as wide as its place."""
    return {
        "title": {"text": title, "fontSize": 13, "anchor": "start"},
        "height": height,
        "width": "container",
        "config": {"locale": LOCALE},
    }


def bottom() -> dict[str, Any]:
    """Return a legend under the chart, in two columns: it holds on a phone."""
    return {"orient": "bottom", "title": None, "labelLimit": 240, "columns": 2, "symbolSize": 250}


def coloured(field: str, domain: list[str], colours: list[str]) -> dict[str, Any]:
    """Return a channel of colour with its legend."""
    return {
        "field": field, "type": "nominal", "legend": bottom(),
        "scale": {"domain": domain, "range": colours},
    }  # fmt: skip


def quantity(field: str, **more: Any) -> dict[str, Any]:
    """Return a vertical channel that counts, without a title: the chart's own says the unit."""
    axis = {"axis": {"format": ",.0f", "tickCount": 5}}
    return {"field": field, "type": "quantitative", "title": None} | axis | more


def told(field: str, title: str, *, form: str = ",.0f") -> dict[str, Any]:
    """Return a line of a tooltip with a number."""
    return {"field": field, "type": "quantitative", "title": title, "format": form}


def named(field: str, title: str) -> dict[str, Any]:
    """Return a line of a tooltip with a text."""
    return {"field": field, "type": "nominal", "title": title}
