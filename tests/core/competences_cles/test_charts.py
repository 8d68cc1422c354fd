"""Charts: valid specifications that show what the figures say, and nothing that they hide."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import altair as alt
import pytest
import vl_convert

from core.competences_cles import comparison_charts, forecast, market_charts, reallocation
from core.competences_cles.forecast import Frame
from core.competences_cles.incidence import IncidencePoint
from core.competences_cles.market_charts import BurnUp
from core.competences_cles.pace import Month, MonthUse, Pace
from core.competences_cles.reallocation_inputs import Settings
from tests.core.competences_cles.test_reallocation import GOLDEN

TODAY, END = date(2011, 6, 15), date(2011, 12, 31)


def month(period: int, declared: int | None, share: float = 1.0) -> Month:
    use = MonthUse.MISSING if declared is None else MonthUse.USED
    return Month(period, declared, share, 20, 1.0, use)


MONTHS = [
    month(201012, 5_000), month(201101, 5_520), month(201102, 6_600), month(201103, None),
    month(201104, 7_000, 0.95), month(201105, 4_300, 0.6),
]  # fmt: skip


def burn(*, has_band: bool = True) -> BurnUp:
    pace = Pace(300.0, 300.0, 40.0, tuple(one for one in MONTHS if one.declared), False)
    consumed = [
        (date(2010, 12, 1) + timedelta(days=28 * rank), 5_500.0 * rank) for rank in range(8)
    ]
    return BurnUp(
        consumed, [(date(2010, 12, 1), 60_000), (date(2011, 4, 4), 69_000)],
        forecast.band(pace, Frame(TODAY, END)) if has_band else [], TODAY, END,
        foreseen=[(date(2010, 12, 1), 0.0), (END, 69_000.0)],
    )  # fmt: skip


CURVE = [IncidencePoint(rank, 60 - 9 * rank, 2, 0.04 * rank) for rank in range(7)]
CHARTS = {
    "burn_up": market_charts.burn_up(burn()),
    "burn_up_bare": market_charts.burn_up(burn(has_band=False)),
    "monthly": market_charts.monthly_bars(MONTHS),
    "no_month": market_charts.monthly_bars([]),
    "before_after": comparison_charts.before_after(reallocation.propose(GOLDEN, Settings()).moves),
    "incidence": comparison_charts.incidence_curve(CURVE),
}


def values(node: Any) -> Iterator[dict[str, Any]]:
    """Give every row of data anywhere in a specification."""
    if isinstance(node, dict):
        if isinstance(node.get("data"), dict):
            yield from node["data"]["values"]
        for below in node.values():
            yield from values(below)
    elif isinstance(node, list):
        for below in node:
            yield from values(below)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_valid_specification_and_can_be_drawn(name: str) -> None:
    chart = CHARTS[name]
    alt.Chart.from_dict(chart)
    drawn = vl_convert.vegalite_to_svg(json.dumps(chart | {"width": 390}), vl_version="5.20")
    assert chart["title"]["text"] in drawn


def test_the_burn_up_starts_its_forecast_where_consumption_stands() -> None:
    rows = list(values(CHARTS["burn_up"]))
    consumed = [one["q"] for one in rows if one.get("s") == "Consommé"]
    expected = [one["q"] for one in rows if one.get("s") == "Attendu au rythme actuel"]
    assert consumed[-1] == expected[0] == pytest.approx(641.67)
    steps = [(one["d"], one["q"]) for one in rows if one.get("s") == "Commandé"]
    assert steps == [("2010-12-01", 1000.0), ("2011-04-04", 1150.0), ("2011-12-31", 1150.0)]
    band = [one for one in rows if "haut" in one]
    assert band[-1]["d"] == "2011-12-31"
    assert band[-1]["bas"] < expected[-1] < band[-1]["haut"]


def test_without_a_forecast_no_band_is_drawn_nor_announced() -> None:
    bare = CHARTS["burn_up_bare"]
    assert "subtitle" not in bare["title"]
    assert {one["s"] for one in values(bare) if "s" in one} == {
        "Commandé", "Consommé", "Prévisionnel",
    }  # fmt: skip


def test_a_missing_month_has_no_bar_and_says_so() -> None:
    chart = CHARTS["monthly"]
    bars = chart["layer"][0]["data"]["values"]
    assert "mars 2011" not in {one["m"] for one in bars}
    assert chart["layer"][-1]["data"]["values"] == [{"m": "mars 2011"}]
    assert chart["layer"][-1]["mark"]["text"] == "non déclaré"


def test_what_is_still_expected_is_hatched_within_its_bar() -> None:
    chart = CHARTS["monthly"]
    hollow = {one["m"]: one for one in chart["layer"][1]["data"]["values"]}
    assert set(hollow) == {"avr. 2011", "mai 2011"}
    assert hollow["mai 2011"]["a"] == pytest.approx(4_300 / 0.6 * 0.4 / 60, abs=0.01)
    strokes = [one["y"] for one in chart["layer"][2]["data"]["values"] if one["m"] == "mai 2011"]
    assert len(strokes) >= 5
    assert all(hollow["mai 2011"]["d"] < one < hollow["mai 2011"]["e"] for one in strokes)


def test_before_and_after_are_side_by_side_with_the_need() -> None:
    rows = list(values(CHARTS["before_after"]))
    assert [(one["quand"], one["q"], one["besoin"]) for one in rows[:2]] == [
        ("Aujourd’hui", 1000, 1300), ("Proposé", 1180, 1300),
    ]  # fmt: skip
    assert rows[0]["p"].replace("\u202f", " ") == "23,1 %"


def test_the_curve_hides_points_under_five_persons() -> None:
    rows = [one for one in values(CHARTS["incidence"]) if "m" in one]
    assert [one["m"] for one in rows] == [0, 1, 2, 3, 4, 5, 6]
    fewer = comparison_charts.incidence_curve([*CURVE, IncidencePoint(7, 4, 1, 0.5)])
    assert 0.5 not in [one["p"] for one in values(fewer)]


def test_the_national_share_is_there_with_its_source() -> None:
    texts = [one["t"] for one in values(CHARTS["incidence"]) if "t" in one]
    assert all("Dares" in text for text in texts)
    assert len(texts) == 2


def test_what_was_foreseen_of_a_month_crosses_its_bar() -> None:
    drawn = market_charts.monthly_bars(MONTHS, foreseen={201105: 6_000.0, 201103: 3_000.0})
    ticks = next(one for one in drawn["layer"] if one["mark"]["type"] == "tick")
    assert [(one["m"], one["p"]) for one in ticks["data"]["values"]] == [
        ("mars 2011", 50.0), ("mai 2011", 100.0),
    ]  # fmt: skip
    assert "Trait : prévisionnel" in drawn["title"]["subtitle"]
    without = market_charts.monthly_bars(MONTHS)
    assert all(one["mark"]["type"] != "tick" for one in without["layer"])
