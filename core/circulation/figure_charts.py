"""Counts of a year beside those of the year before, as horizontal bars."""

import json
from textwrap import wrap
from typing import Any

import pandas as pd

from core import fr
from core.circulation import coverage_rules, figure_words
from core.circulation.figure_rules import WHOLE, Question
from core.competences_cles import chart_style
from core.competences_cles.chart_style import TEAL

GREY = "#b9c4c5"
SHORT = ("< 2 ans", "2 à 4", "5 à 9", "10 et +", "?")  # the ages, for the head of a narrow chart
ROW, CELL, AROUND, MOST = 34, 30, 60, 20
LINE = 24  # signs of a name on one line: a phone has room for no more


def compared(table: pd.DataFrame, question: Question) -> dict[str, Any]:
    """Draw a table of ``figures.table``; a hidden or missing count has no bar."""
    kept = table[table["label"] != WHOLE].head(MOST)
    years = [str(question.year - 1), str(question.year)]
    values = [
        _bar(label, year, None if pd.isna(count) else int(count), told)
        for name, year in zip(("previous", "current"), years, strict=True)
        for label, count, told in zip(
            kept["label"], kept[name], figure_words.told(kept, name), strict=True
        )
    ]
    names = kept["label"].tolist()
    place = _place(names)
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
        _words("datum.n !== null", shared),
        _words("datum.n === null", shared | {"x": {"datum": 0}}),
    ]
    return {
        "height": AROUND + ROW * len(names), "width": "container",
        "config": {"locale": chart_style.LOCALE}, "data": {"values": values}, "layer": layers,
    }  # fmt: skip


def _place(names: list[str]) -> dict[str, Any]:
    """Return the vertical channel of names, in their order, long ones on two lines."""
    lines = {name: wrap(name, LINE, max_lines=2, placeholder="…") for name in names}
    return {
        "field": "c", "type": "nominal", "title": None, "sort": names,
        "axis": {"labelExpr": f"({json.dumps(lines, ensure_ascii=False)})[datum.label]",
                 "labelLimit": 150, "labelOverlap": False, "ticks": False, "domain": False},
    }  # fmt: skip


def _words(kept: str, encoding: dict[str, Any]) -> dict[str, Any]:
    """Return what is written at the end of bars, or where a count without a bar would begin."""
    return {
        "transform": [{"filter": kept}],
        "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
        "encoding": encoding | {"text": {"field": "t", "type": "nominal"}},
    }


def _bar(label: str, year: str, count: int | None, told: str) -> dict[str, Any]:
    return {"c": label, "y": year, "n": count, "t": told}


def heat(table: pd.DataFrame) -> dict[str, Any]:
    """Draw what is held and asked for (``coverage_rules.table``): loans a title in colour, both
    numbers in words; what holds nothing is left blank, which is no zero."""
    themes = table.drop_duplicates("theme")["theme"].tolist()
    ages = {one.label: short for one, short in zip(coverage_rules.Age, SHORT, strict=True)}
    rows = zip(table["theme"], table["age"], table["titles"], table["loans"], table["mark"],
               strict=True)  # fmt: skip
    values = [
        {"c": theme, "a": ages[age], "r": loans / held, "n": f"{held} / {loans}", "m": told,
         "t": f"{fr.plural(held, 'titre')}, {fr.plural(loans, 'prêt')}"}
        for theme, age, held, loans, told in rows
        if held
    ]  # fmt: skip
    place = _place(themes)
    across = {"field": "a", "type": "nominal", "sort": list(ages.values()), "title": None,
              "axis": {"orient": "top", "labelAngle": 0, "ticks": False,
                       "domain": False}}  # fmt: skip
    colour = {"field": "r", "type": "quantitative", "legend": None,
              "scale": {"range": ["#eef3f3", TEAL], "domainMin": 0}}  # fmt: skip
    tooltip = [chart_style.named("c", "Thème"), chart_style.named("a", "Âge"),
               chart_style.named("t", "Titres et prêts"),
               chart_style.named("m", "À voir")]  # fmt: skip
    middle = max((value["r"] for value in values), default=0) / 2
    ink = {"condition": {"test": f"datum.r > {middle}", "value": "white"}, "value": "#24393b"}
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "rect"}, "encoding": {"color": colour, "tooltip": tooltip}},
        {
            "mark": {"type": "text", "fontSize": 11},
            "encoding": {"text": {"field": "n", "type": "nominal"}, "color": ink},
        },
    ]
    return {
        "height": AROUND + CELL * len(themes), "width": "container",
        "config": {"locale": chart_style.LOCALE}, "data": {"values": values},
        "encoding": {"y": place, "x": across}, "layer": layers,
    }  # fmt: skip
