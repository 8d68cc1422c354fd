"""Charts of a territory: a mark for each known figure, a gap for the others."""

import json
from typing import Any

import numpy as np
import pandas as pd

from core.fr import NBSP
from core.observatory import charts
from core.observatory.enums import Dataset, Denominator, Level, Service, Status, Unit
from core.observatory.queries import EditionCard, IndicatorCard
from core.observatory.rules import months_between
from core.observatory.scope import MapChoice, Step

KNOWN, MASKED, MISSING, PARTIAL = Status.KNOWN, Status.MASKED, Status.MISSING, Status.PARTIAL


def choice(*periods: int) -> MapChoice:
    edition = EditionCard(
        id=1, dataset=Dataset.SSMSI_COMMUNE, label="essai", is_simulated=False,
        base_level=Level.COMMUNE, periods=periods, services=(Service.ALL,), imported_at=None,
        file_name="", sha256="",
    )  # fmt: skip
    indicator = IndicatorCard(
        1, "vols", "Vols", Unit.INFRACTION, Denominator.POPULATION, "", "", False, True
    )
    return MapChoice(edition, indicator, Step.YEAR, periods[-1], Level.COMMUNE)


def series(*rows: tuple[str, int, int | None, Status, float | None]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=["name", "period", "count", "status", "rate"])
    return table.astype({"count": "Int64", "rate": "float64"})


def values(spec: dict[str, Any]) -> list[dict[str, Any]]:
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec  # goes to the browser as it is
    found: list[dict[str, Any]] = spec["data"]["values"]
    return found


def test_annual_rates_are_lines_of_known_figures_only() -> None:
    table = series(
        ("Albi", 201600, 50, KNOWN, 1.23456), ("Albi", 201700, None, MASKED, None),
        ("Albi", 201800, 5, PARTIAL, None), ("Albi", 201900, 0, KNOWN, 0.0),
        ("Tarn", 201600, 900, KNOWN, 2.5),
    )  # fmt: skip
    spec = charts.territory_series(table, "Albi", choice(201600, 201700, 201800, 201900))
    assert values(spec) == [
        {"an": 2016, "v": 1.2346, "t": "Albi"}, {"an": 2019, "v": 0.0, "t": "Albi"},
        {"an": 2016, "v": 2.5, "t": "Tarn"},
    ]  # fmt: skip
    assert spec["mark"]["type"] == "line"
    assert spec["title"]["text"] == f"Taux pour 1{NBSP}000 habitants"


def test_the_territory_comes_before_its_references_and_lines_differ_by_more_than_colour() -> None:
    table = series(
        ("Midi-Pyrénées", 201600, 9, KNOWN, 3.0), ("Albi", 201600, 5, KNOWN, 1.0),
        ("Tarn", 201600, 7, KNOWN, 2.0),
    )  # fmt: skip
    spec = charts.territory_series(table, "Albi", choice(201600))
    colour = spec["encoding"]["color"]
    assert colour["sort"] == colour["scale"]["domain"] == ["Albi", "Midi-Pyrénées", "Tarn"]
    assert len(set(colour["scale"]["range"])) == 3
    assert spec["encoding"]["strokeDash"]["field"] == colour["field"]


def test_counts_are_drawn_where_no_rate_is_known() -> None:
    table = series(
        ("CIAT d’Albi", 201600, 50, KNOWN, None), ("CIAT d’Albi", 201700, 60, KNOWN, None)
    )
    spec = charts.territory_series(table, "CIAT d’Albi", choice(201600, 201700))
    assert [row["v"] for row in values(spec)] == [50.0, 60.0]
    assert spec["title"]["text"] == "Infractions"


def test_monthly_counts_are_bars_and_an_unknown_month_is_a_gap() -> None:
    months = months_between(201010, 201101)
    table = series(
        ("Albi", months[0], 4, KNOWN, 0.1), ("Albi", months[1], None, MISSING, None),
        ("Albi", months[2], 0, KNOWN, 0.0), ("Albi", months[3], 3, PARTIAL, None),
        ("Tarn", months[0], 80, KNOWN, 0.2),
    )  # fmt: skip
    spec = charts.territory_series(table, "Albi", choice(*months))
    assert values(spec) == [
        {"d": "2010-10-01", "m": "octobre 2010", "v": 4},
        {"d": "2010-12-01", "m": "décembre 2010", "v": 0},
    ]
    assert spec["mark"]["type"] == "bar"
    assert spec["title"]["text"] == "Infractions par mois"


def test_a_series_without_any_known_figure_makes_an_empty_chart() -> None:
    unknown = [("Albi", 201600, None, MASKED, None), ("Albi", 201700, None, MISSING, None)]
    assert values(charts.territory_series(series(*unknown), "Albi", choice(201600, 201700))) == []
    monthly = [("Albi", 201101, None, MISSING, np.nan)]
    assert values(charts.territory_series(series(*monthly), "Albi", choice(201101))) == []


def test_numbers_are_written_as_in_french() -> None:
    spec = charts.territory_series(series(("Albi", 201600, 5, KNOWN, 1.0)), "Albi", choice(201600))
    number = spec["config"]["locale"]["number"]
    assert (number["decimal"], number["thousands"]) == (",", NBSP)
