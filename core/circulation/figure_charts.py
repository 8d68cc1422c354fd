"""Counts of a year beside those of the year before, as horizontal bars."""

from typing import Any

import pandas as pd

from core import fr
from core.circulation.figure_rules import WHOLE, Question
from core.competences_cles import chart_style
from core.competences_cles.chart_style import TEAL

GREY = "#b9c4c5"
ROW, AROUND, MOST = 34, 60, 20


def compared(table: pd.DataFrame, question: Question) -> dict[str, Any]:
    """Draw a table of ``figures.table``; a hidden count has no bar, and the table names it."""
    kept = table[table["label"] != WHOLE].head(MOST)
    years = [str(question.year - 1), str(question.year)]
    rows: list[tuple[str, Any, Any]] = list(
        zip(kept["label"], kept["previous"], kept["current"], strict=True)
    )
    values = [
        _bar(label, year, None if pd.isna(count) else int(count))
        for label, *counts in rows
        for year, count in zip(years, counts, strict=True)
    ]
    names = kept["label"].tolist()
    place = {"field": "c", "type": "nominal", "title": None, "sort": names,
             "axis": {"labelLimit": 150, "ticks": False, "domain": False}}  # fmt: skip
    beside = {"field": "y", "type": "nominal", "sort": years}
    length = {"field": "n", "type": "quantitative", "axis": None,
              "scale": {"domainMin": 0, "nice": False, "padding": 30}}  # fmt: skip
    told = [chart_style.named("c", question.dimension.label), chart_style.named("y", "Année"),
            chart_style.named("t", question.measure.label)]  # fmt: skip
    shared = {"y": place, "yOffset": beside, "x": length}
    colour = {"field": "y", "type": "nominal", "title": None, "sort": years,
              "scale": {"domain": years, "range": [GREY, TEAL]},
              "legend": {"orient": "top"}}  # fmt: skip
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "bar"}, "encoding": shared | {"color": colour, "tooltip": told}},
        {
            "transform": [{"filter": "datum.n !== null"}],
            "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
            "encoding": shared | {"text": {"field": "t", "type": "nominal"}},
        },
    ]
    return {
        "height": AROUND + ROW * len(names), "width": "container",
        "config": {"locale": chart_style.LOCALE}, "data": {"values": values}, "layer": layers,
    }  # fmt: skip


def _bar(label: str, year: str, count: int | None) -> dict[str, Any]:
    said = "non diffusé" if count is None else fr.number(count)
    return {"c": label, "y": year, "n": count, "t": said}
