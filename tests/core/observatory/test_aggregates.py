"""Sums over territories and over indexes: exact, and never a zero where a part is unknown."""

from dataclasses import dataclass
from itertools import count as counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import db
from core.observatory import readings, timelines
from core.observatory.enums import Dataset, Level, Service, Status
from tests.factories import (
    ANALYST,
    AREA,
    COMMUNES,
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

MAY = 201105


@pytest.fixture
def area(store: str) -> str:
    """The small area of the factories, on each engine."""
    fill_area()
    return store


def inside(code: str) -> set[str]:
    """Return the communes of AREA that a group holds, through any number of steps."""
    direct = {own: groups for _, own, _, _, groups in AREA}
    found = {own for own, groups in direct.items() if code in groups}
    return set().union(*(inside(own) for own in found), found & set(COMMUNES))


def apply_months(*figures: Figure, key: str = "essai") -> None:
    parsed = parsed_file(figures, dataset=Dataset.ETAT4001_COMMUNE, key=key)
    apply(parsed, name=key, is_sparse=True)


def fact(index: str, territory: str, count: int | Status, period: int = MAY) -> Figure:
    return Figure(index, period, territory, count, Service.GENDARMERIE)


@pytest.mark.usefixtures("area")
def test_a_departement_is_the_sum_of_its_communes() -> None:
    rows = [Figure("vols", 202000, code, 10 + rank) for rank, code in enumerate(COMMUNES)]
    apply(parsed_file(rows, bases=[Base(code, 1000) for code in COMMUNES]), name="a.csv")
    sums = {row.territory: row.count for row in rows}
    chosen = selection("vols", 202000)
    for level, codes in (
        (Level.DEPARTEMENT, ["09", "31"]),
        (Level.EPCI, ["200066231", "200067791", "243100518"]),
        (Level.REGION, ["73", "76"]),
        (Level.FRANCE, ["FR"]),
    ):
        found = figures_at(level, chosen)
        expected = {code: (sum(sums[part] for part in inside(code)), "KNOWN") for code in codes}
        assert told(found) == expected
        assert found["denominator"].to_dict() == {
            code: 1000.0 * len(inside(code)) for code in codes
        }


@pytest.mark.usefixtures("area")
def test_masked_and_missing_parts_make_a_sum_partial_not_smaller() -> None:
    rows = [
        Figure("vols", 202000, "09056", 3), Figure("vols", 202000, "09225", Status.MASKED),
        Figure("vols", 202000, "09122", 4), Figure("vols", 202000, "31149", 5),
        Figure("vols", 202000, "31555", Status.MISSING),
    ]  # fmt: skip
    apply(parsed_file(rows), name="a.csv")
    chosen = selection("vols", 202000)
    assert told(figures_at(Level.EPCI, chosen)) == {
        "200066231": (3, "PARTIAL"), "200067791": (4, "KNOWN"), "243100518": (5, "PARTIAL"),
    }  # fmt: skip
    with db.reading() as session:
        national = readings.national_totals(
            session, ANALYST, selection=chosen, level=Level.DEPARTEMENT
        ).set_index("code")
    columns = ["count", "known", "masked", "missing", "status"]
    assert national.loc[["09"], columns].to_numpy().tolist() == [[7, 2, 1, 0, Status.PARTIAL]]
    # Boutx has no row at all in the file: it is missing, as Toulouse is.
    assert national.loc[["31"], columns].to_numpy().tolist() == [[5, 1, 0, 2, Status.PARTIAL]]


@pytest.mark.usefixtures("area")
def test_a_group_whose_parts_are_all_hidden_says_why_and_carries_no_count() -> None:
    rows = [
        Figure("vols", 202000, "09056", Status.MASKED),
        Figure("vols", 202000, "09225", Status.MISSING),
        Figure("vols", 202000, "31149", Status.MISSING),
        Figure("vols", 202000, "31555", Status.MISSING),
    ]
    apply(parsed_file(rows), name="a.csv")
    assert told(figures_at(Level.EPCI, selection("vols", 202000))) == {
        "200066231": (None, "MASKED"), "200067791": (None, "MISSING"),
        "243100518": (None, "MISSING"),
    }  # fmt: skip


@pytest.mark.usefixtures("area")
def test_an_unlisted_territory_counts_zero_in_monthly_statements() -> None:
    apply_months(fact("007", "31555", 40), fact("007", "09122", Status.MISSING))
    assert told(figures_at(Level.COMMUNE, selection("007", MAY))) == {
        "09056": (0, "KNOWN"), "09122": (None, "MISSING"), "09225": (0, "KNOWN"),
        "31085": (0, "KNOWN"), "31149": (0, "KNOWN"), "31555": (40, "KNOWN"),
    }  # fmt: skip
    # An index that nobody recorded is zero too, everywhere in the area.
    nothing = told(figures_at(Level.DEPARTEMENT, selection("001", MAY)))
    assert nothing == {"09": (0, "KNOWN"), "31": (0, "KNOWN")}
    # A month that no file covers is missing.
    absent = told(figures_at(Level.DEPARTEMENT, selection("007", 201106)))
    assert absent == {"09": (None, "MISSING"), "31": (None, "MISSING")}


@pytest.mark.usefixtures("area")
def test_a_group_of_indexes_is_the_sum_of_its_indexes() -> None:
    apply_months(
        fact("037", "31555", 4), fact("038", "31555", 5), fact("038", "31149", 6),
        fact("039", "31555", 100), fact("037", "09122", 2),
    )  # fmt: skip
    chosen = selection("vols_roulotte", MAY)
    communes = told(figures_at(Level.COMMUNE, chosen))
    assert (communes["31555"], communes["31149"]) == ((9, "KNOWN"), (6, "KNOWN"))
    assert told(figures_at(Level.EPCI, chosen))["243100518"] == (15, "KNOWN")
    assert told(figures_at(Level.DEPARTEMENT, chosen)) == {"09": (2, "KNOWN"), "31": (15, "KNOWN")}
    total = told(figures_at(Level.DEPARTEMENT, selection("total_indicatif", MAY)))
    assert total == {"09": (2, "KNOWN"), "31": (115, "KNOWN")}


@pytest.mark.usefixtures("area")
def test_a_file_of_the_area_says_nothing_of_what_reaches_beyond_it() -> None:
    apply_months(fact("007", "31555", 40), fact("007", "09122", 2))
    chosen = selection("007", MAY)
    assert told(figures_at(Level.REGION, chosen)) == {"73": (42, "KNOWN"), "76": (None, "MISSING")}
    assert told(figures_at(Level.FRANCE, chosen)) == {"FR": (None, "MISSING")}


@pytest.mark.usefixtures("area")
def test_the_card_of_a_territory_beyond_the_area_is_missing_not_zero() -> None:
    apply_months(fact("007", "31555", 40))
    chosen = selection("007", MAY)
    ids = tuple(
        territory_id(level, code)
        for level, code in ((Level.FRANCE, "FR"), (Level.REGION, "76"), (Level.COMMUNE, "11069"))
    )
    with db.reading() as session:
        figures = readings.figures_of(session, ANALYST, selection=chosen, territory_ids=ids)
        series = timelines.series(
            session, ANALYST, edition_id=chosen.edition_id, indicator_id=chosen.indicator_id,
            territory_ids=ids,
        )  # fmt: skip
    assert set(told(figures.set_index("code")).values()) == {(None, "MISSING")}
    assert series["status"].tolist() == [Status.MISSING] * 3


@pytest.mark.usefixtures("area")
def test_a_region_counts_a_departement_without_figures_as_missing() -> None:
    rows = [Figure("vols", 202000, code, 1) for code in COMMUNES if code[:2] != "11"]
    apply(parsed_file(rows), name="a.csv")
    assert told(figures_at(Level.REGION, selection("vols", 202000))) == {
        "73": (6, "KNOWN"), "76": (6, "PARTIAL"),
    }  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """What a sum must be: the counts added, and whether every part carries one."""

    total: int
    whole: bool


def recomputed(rows: list[Figure], code: str) -> Expected:
    own = {row.territory: row for row in rows if row.territory in inside(code)}
    counts = [int(row.count) for row in own.values() if not row.is_gap]
    return Expected(sum(counts), len(counts) == len(inside(code)))


_keys = counter()
_counts = st.one_of(
    st.integers(0, 10**9), st.sampled_from([Status.MASKED, Status.MISSING])
)  # fmt: skip


@settings(
    max_examples=15, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(st.dictionaries(st.sampled_from(COMMUNES), _counts, min_size=1))
def test_sums_equal_those_of_the_file_whatever_it_holds(
    one_store: str, counts: dict[str, int | Status]
) -> None:
    assert one_store
    key = f"essai {next(_keys)}"
    rows = [Figure("vols", 202000, code, count) for code, count in counts.items()]
    apply(parsed_file(rows, key=key), name=key)
    chosen = selection("vols", 202000, key=key)
    for level in (Level.DEPARTEMENT, Level.EPCI, Level.REGION, Level.FRANCE):
        for code, (count, status) in told(figures_at(level, chosen)).items():
            expected = recomputed(rows, code)
            # A lower bound of zero says nothing: it is not shown.
            is_shown = expected.whole or expected.total > 0
            assert count == (expected.total if is_shown else None)
            assert (status == "KNOWN") == expected.whole
            assert (status == "PARTIAL") == (is_shown and not expected.whole)


@pytest.fixture
def one_store(sqlite_store: str) -> str:
    fill_area()
    return sqlite_store
