"""The gate that every figure passes: nobody sees more than they may."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import db
from core.access import Role, Viewer, viewer_for
from core.disclosure import rules
from core.observatory import pooling, queries, readings, timelines
from core.observatory.enums import Level, Service, Status
from tests.factories import (
    ANALYST,
    Base,
    Figure,
    apply,
    figures_at,
    fill_area,
    parsed_file,
    selection,
    territory_id,
    told,
)

PUBLIC = viewer_for(Role.PUBLIC)
ARIEGE = Viewer(role=Role.ELU, territories=frozenset({"departement:09"}))
ROWS = st.lists(
    st.tuples(st.integers(1, 5), st.integers(0, 99), st.sampled_from(list(Status))), max_size=12
)


@pytest.fixture
def area(store: str) -> str:
    """The small area of the factories and one file, on each engine."""
    fill_area()
    rows = [
        Figure("vols", 202000, code, 10)
        for code in ("09056", "09122", "09225", "31085", "31149", "31555")
    ]
    apply(parsed_file(rows, bases=[Base(row.territory, 1000) for row in rows]), name="a.csv")
    return store


def table(rows: list[tuple[int, int, Status]]) -> pd.DataFrame:
    """Figures in which even what is hidden carries a count and a rate."""
    return pd.DataFrame(
        {
            "territory_id": [own for own, _, _ in rows],
            "count": pd.array([count for _, count, _ in rows], dtype="Int64"),
            "status": np.array([status for _, _, status in rows], dtype="int8"),
            "rate": np.array([float(count) for _, count, _ in rows]),
        }
    )


@given(ROWS, st.none() | st.sets(st.integers(1, 5)))
def test_what_is_hidden_carries_nothing_and_what_is_elsewhere_has_no_row(
    rows: list[tuple[int, int, Status]], visible: set[int] | None
) -> None:
    given_table = table(rows)
    before = given_table.copy()
    found = rules.disclosed(given_table, PUBLIC, visible)
    expected = [row for row in rows if visible is None or row[0] in visible]
    assert found["territory_id"].tolist() == [own for own, _, _ in expected]
    for name in ("count", "rate"):
        shown = found[name].notna().tolist()
        assert shown == [
            status in {Status.KNOWN, Status.PARTIAL} for _, _, status in expected
        ]  # fmt: skip
    assert given_table.equals(before)


def test_a_table_without_rates_is_masked_too() -> None:
    found = rules.disclosed(table([(1, 4, Status.MASKED)]).drop(columns="rate"), PUBLIC, None)
    assert found["count"].isna().all()


@pytest.mark.usefixtures("area")
def test_a_viewer_without_limits_reads_every_territory() -> None:
    chosen = selection("vols", 202000)
    for role in Role:
        figures = figures_at(Level.COMMUNE, chosen, viewer=viewer_for(role))
        assert set(told(figures).values()) == {(10, "KNOWN")}
        assert len(figures) == 6


@pytest.mark.usefixtures("area")
def test_a_limited_viewer_reads_a_departement_and_what_lies_inside_it() -> None:
    chosen = selection("vols", 202000)
    seen = {level: list(figures_at(level, chosen, viewer=ARIEGE).index)
            for level in (Level.DEPARTEMENT, Level.COMMUNE, Level.EPCI, Level.FRANCE)}  # fmt: skip
    assert seen == {
        Level.DEPARTEMENT: ["09"], Level.COMMUNE: ["09056", "09122", "09225"],
        Level.EPCI: [], Level.FRANCE: [],
    }  # fmt: skip


@pytest.mark.usefixtures("area")
def test_no_read_lets_out_a_territory_beyond_the_viewer_s_own() -> None:
    chosen, toulouse = selection("vols", 202000), territory_id(Level.COMMUNE, "31555")
    ids = (toulouse, territory_id(Level.COMMUNE, "09122"), territory_id(Level.DEPARTEMENT, "31"))
    with db.reading() as session:
        figures = readings.figures_of(session, ARIEGE, selection=chosen, territory_ids=ids)
        series = timelines.series(
            session, ARIEGE, edition_id=chosen.edition_id, indicator_id=chosen.indicator_id,
            territory_ids=ids,
        )  # fmt: skip
        card = readings.card_of_territory(
            session, ARIEGE, edition_id=chosen.edition_id, territory_id=toulouse
        )
        origins = queries.origins(session, ARIEGE, selection=chosen, territory_id=toulouse)
        pooled = pooling.pooled_values(
            session, ARIEGE, edition_id=chosen.edition_id, indicator_id=chosen.indicator_id,
            level=Level.COMMUNE, service=Service.ALL, window=1,
        )  # fmt: skip
    # Départements are references that everyone may read; communes of others are not.
    assert sorted(figures["code"]) == ["09122", "31"]
    assert set(series["territory_id"]) == set(ids[1:])
    assert (len(card), origins) == (0, [])
    assert len(pooled) == 3


@pytest.mark.usefixtures("area")
def test_a_limit_that_names_nothing_known_shows_nothing() -> None:
    for keys in (frozenset[str](), frozenset({"departement:99", "commune:'; --", "09"})):
        viewer = Viewer(role=Role.ELU, territories=keys)
        for level in (Level.COMMUNE, Level.DEPARTEMENT):
            assert figures_at(level, selection("vols", 202000), viewer=viewer).empty


@pytest.mark.usefixtures("area")
def test_a_limited_viewer_and_one_without_limits_read_the_same_figures() -> None:
    chosen = selection("vols", 202000)
    whole = figures_at(Level.COMMUNE, chosen, viewer=ANALYST)
    own = figures_at(Level.COMMUNE, chosen, viewer=ARIEGE)
    assert own.equals(whole.loc[own.index])
