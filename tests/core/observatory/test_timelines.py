"""The series of a perimeter says what the figures say, period by period."""

from datetime import date

import pandas as pd
import pytest

from core import db
from core.observatory import timelines
from core.observatory.enums import Level, Service
from core.territories import operations, queries
from core.territories.operations import PerimeterDraft
from tests.factories import (
    ANALYST,
    NOW,
    STAFF,
    Base,
    Figure,
    apply,
    edition,
    figures_at,
    fill_area,
    parsed_file,
    selection,
    territory_id,
)

DEMO = "simulation-2011"
COLUMNS = ["count", "status", "denominator", "rate"]


def perimeters() -> dict[str, int]:
    with db.reading() as session:
        table = queries.perimeters(session, ANALYST)
    return dict(zip(table["code"], table["id"].astype(int), strict=True))


def check_series(code: str, key: str, service: Service = Service.ALL) -> None:
    """Find each perimeter's series equal to its figures of each period, one by one."""
    held = selection(code, 201000, key=key)
    found = perimeters()
    periods = edition(key).periods
    expected = {
        period: figures_at(Level.PERIMETER, selection(code, period, key=key, service=service))
        for period in periods
    }
    assert found
    for name, identifier in found.items():
        with db.reading() as session:
            series = timelines.perimeter_series(
                session, ANALYST, edition_id=held.edition_id, indicator_id=held.indicator_id,
                perimeter_id=identifier, service=service,
            )  # fmt: skip
        assert series["period"].tolist() == list(periods), name
        told = series.set_index("period")[COLUMNS]
        one_by_one = pd.DataFrame(
            {period: expected[period].loc[name, COLUMNS] for period in periods}
        )
        pd.testing.assert_frame_equal(
            told.astype("float64"), one_by_one.T.astype("float64"), check_names=False, obj=name
        )


def make(name: str, members: list[int], start: int = 2009, end: date | None = None) -> int:
    draft = PerimeterDraft(
        name=name, kind="Autre", members=members, valid_from=date(start, 1, 1), valid_to=end
    )
    with db.writing("territories") as session:
        return operations.create_perimeter(session, STAFF, draft, now=NOW)


@pytest.mark.usefixtures("store")
def test_the_series_of_perimeters_that_change_nest_and_hold_quarters() -> None:
    fill_area()
    counts = {"31555": 100, "31149": 20, "31085": 3, "09122": 7}
    rows = [
        Figure("vols", y, c, n + y % 7) for y in (200900, 201000, 201100) for c, n in counts.items()
    ]
    bases = [Base(code, 1000 * count) for code, count in counts.items()]
    apply(parsed_file(rows, bases=bases), name="a")
    toulouse, colomiers, foix = (
        territory_id(Level.COMMUNE, code) for code in ("31555", "31149", "09122")
    )
    inner = make("Cœur", [toulouse, colomiers])
    make("Autour", [inner, foix, territory_id(Level.DEPARTEMENT, "09")])
    make("Tardif", [foix], start=2011)
    make("Fini", [foix], end=date(2009, 12, 31))
    with db.writing("territories") as session:
        quarter = operations.create_part(
            session, STAFF, name="Bellefontaine", commune_code="31555", now=NOW
        )
        draft = PerimeterDraft(
            name="Cœur", kind="Autre", members=[colomiers], valid_from=date(2009, 1, 1)
        )
        operations.change_perimeter(
            session, STAFF, draft, perimeter_id=inner, since=date(2010, 7, 1), now=NOW
        )
    make("CUCS", [quarter, foix])
    check_series("vols", "essai")


@pytest.mark.usefixtures("demo_store")
@pytest.mark.parametrize("code", ["total_indicatif", "cambriolages_logements"])
def test_the_series_of_the_demonstration_perimeters(code: str) -> None:
    check_series(code, DEMO)


@pytest.mark.usefixtures("demo_sqlite")
def test_the_series_of_one_service() -> None:
    check_series("cambriolages_logements", DEMO, Service.GENDARMERIE)
