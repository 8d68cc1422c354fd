"""What the living map reads: a class and a count a territory, and a legend that adds up."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.observatory import choropleth, classes, packing
from core.observatory.choropleth import Ground, Measure, Wording
from core.observatory.classes import PLACES, Classification, Place, Scheme
from core.observatory.enums import Status

WORDING = Wording(title="Vols", unit="faits", rate_unit="‰", note="Source : essai.")
FIGURES = st.lists(
    st.tuples(st.integers(0, 2_000_000), st.sampled_from(list(Status))), min_size=1, max_size=60
)


def figures(rows: list[tuple[int, Status]]) -> pd.DataFrame:
    """One row a territory: no count where masked or missing, a rate where known."""
    statuses = np.array([status for _, status in rows], dtype="int8")
    counts = pd.Series([count for count, _ in rows], dtype="Int64")
    has_count = np.isin(statuses, [Status.KNOWN, Status.PARTIAL])
    rates = counts.astype("float64").to_numpy() / 7
    return pd.DataFrame(
        {
            "code": [f"{rank:05}" for rank in range(len(rows))],
            "count": counts.where(has_count),
            "status": statuses,
            "rate": np.where(statuses == Status.KNOWN, rates, np.nan),
        }
    )


def painted(
    table: pd.DataFrame,
    measure: Measure = Measure.RATE,
    *,
    order: list[str] | None = None,
    outside: frozenset[str] = frozenset(),
    classification: Classification | None = None,
) -> dict[str, Any]:
    column = "rate" if measure is Measure.RATE else "count"
    known = table.loc[table["status"] == Status.KNOWN, column].astype("float64")
    return choropleth.paint_spec(
        table, classification or classes.classify(known, Scheme.QUANTILES), measure=measure,
        ground=Ground(order or list(table["code"]), "/contours", "/borders", outside),
        wording=WORDING, largest=100,
    )  # fmt: skip


def spread(text: str) -> str:
    """Write runs in full: « ~05 » is five « 0 »."""
    parts, place = [], 0
    while place < len(text):
        if text[place] == packing.RUN:
            parts.append(text[place + 1] * packing.ALPHABET.index(text[place + 2]))
            place += 3
        else:
            parts.append(text[place])
            place += 1
    return "".join(parts)


def read_ranks(text: str, size: int) -> list[int]:
    if text[0] == "1":
        return [packing.ALPHABET.index(sign) - 1 for sign in spread(text[1:])]
    signs = packing.ALPHABET + "@"
    pairs = [divmod(signs.index(sign), packing.PAIR) for sign in text[1:]]
    return [rank for pair in pairs for rank in pair][:size]


def read_counts(text: str) -> list[tuple[int | None, bool]]:
    widths = {sign: width for width, sign in packing.WIDE.items()}
    signs = iter(spread(text))
    found: list[tuple[int | None, bool]] = []
    for first in signs:
        is_floor = first == packing.FLOOR
        sign = next(signs) if is_floor else first
        if sign == packing.NONE:
            found.append((None, False))
            continue
        digits = [next(signs) for _ in range(widths[sign])] if sign in widths else [sign]
        value = 0
        for digit in digits:
            value = value * packing.BASE + packing.ALPHABET.index(digit)
        found.append((value, is_floor))
    return found


@given(FIGURES, st.sampled_from(list(Measure)))
def test_the_map_reads_back_the_class_and_the_count_of_each_territory(
    rows: list[tuple[int, Status]], measure: Measure
) -> None:
    table = figures(rows)
    spec = painted(table, measure)
    ranks = read_ranks(spec["classes"], len(rows))
    assert len(ranks) == len(rows)
    assert read_counts(spec["counts"]) == [
        (None, False) if status in {Status.MASKED, Status.MISSING} else
        (count, status is Status.PARTIAL)
        for count, status in rows
    ]  # fmt: skip
    for (count, status), rank in zip(rows, ranks, strict=True):
        assert (rank >= len(PLACES)) == (status is Status.KNOWN and count > 0)
        assert rank < len(spec["styles"])


@given(FIGURES, st.sampled_from(list(Measure)), st.integers(0, 60))
def test_the_legend_counts_each_territory_shown_once(
    rows: list[tuple[int, Status]], measure: Measure, hidden: int
) -> None:
    table = figures(rows)
    outside = frozenset(table["code"][:hidden])
    spec = painted(table, measure, outside=outside)
    ranks = read_ranks(spec["classes"], len(rows))
    assert [rank == packing.OUTSIDE for rank in ranks] == [
        code in outside for code in table["code"]
    ]
    totals = [style["total"] for style in spec["styles"]]
    assert totals == [ranks.count(rank) for rank in range(len(totals))]
    assert sum(totals) == len(rows) - len(outside)


def test_signs_follow_the_order_of_the_contours() -> None:
    table = figures([(0, Status.KNOWN), (70, Status.KNOWN), (5, Status.MASKED)])
    spec = painted(table, order=["00002", "99999", "00001", "00000"])
    assert [rank < len(PLACES) and PLACES[rank] for rank in read_ranks(spec["classes"], 4)] == [
        Place.MASKED, Place.MISSING, False, Place.ZERO,
    ]  # fmt: skip
    assert read_counts(spec["counts"]) == [(None, False), (None, False), (70, False), (0, False)]


def test_counts_are_circles_on_one_colour_and_rates_are_colours_without_circles() -> None:
    table = figures([(count, Status.KNOWN) for count in (1, 20, 300, 4000, 50_000, 0)])
    counted, rated = painted(table, Measure.COUNT), painted(table, Measure.RATE)
    assert counted["circles"]["largest"] == 100
    assert "surface proportionnelle" in counted["circles"]["label"]
    levels = counted["styles"][len(PLACES) :]
    assert [style["label"] for style in levels] == ["au moins un"]
    assert rated["circles"] is None
    fills = [style["fill"] for style in rated["styles"][len(PLACES) :]]
    assert len(set(fills)) == len(fills) == 5
    assert all(style["label"].endswith(" ‰") for style in rated["styles"][len(PLACES) :])


def test_masked_missing_partial_and_zero_look_different_and_hide_when_empty() -> None:
    spec = painted(figures([(1, status) for status in Status]))
    apart = spec["styles"][: len(PLACES)]
    looks = {(style["fill"], style.get("hatch")) for style in apart}
    assert len(looks) == len({style["label"] for style in apart}) == len(PLACES)
    assert all(style["hideEmpty"] for style in apart)


@pytest.mark.parametrize("measure", list(Measure))
def test_a_value_outside_the_scale_still_has_a_style(measure: Measure) -> None:
    # The scale was chosen on other periods, in which nothing was counted.
    spec = painted(
        figures([(3, Status.KNOWN)]), measure, classification=Classification((), 0)
    )  # fmt: skip
    assert sum(style["total"] for style in spec["styles"]) == 1
    assert read_ranks(spec["classes"], 1)[0] < len(spec["styles"])


def test_the_largest_circle_is_never_of_no_size() -> None:
    spec = choropleth.paint_spec(
        figures([(0, Status.KNOWN)]), Classification((), 0), measure=Measure.COUNT,
        ground=Ground(["00000"], "", ""), wording=WORDING, largest=0,
    )  # fmt: skip
    assert spec["circles"]["largest"] == 1
