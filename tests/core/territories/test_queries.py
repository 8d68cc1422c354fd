"""Reads on territories: cards, former communes, what a limited viewer sees, groups on a day."""

from dataclasses import replace
from datetime import date

import pytest

from core import db
from core.access import Role, Viewer
from core.observatory.enums import Level
from core.territories import queries
from core.territories.queries import TerritoryCard
from tests.factories import ANALYST, fill_area, make_perimeter, territory_id

DAY = date(2011, 6, 15)
TOULOUSE, COLOMIERS, BOUTX = "31555", "31149", "31085"


@pytest.fixture(autouse=True)
def area(store: str) -> str:
    """The small area of the factories, on each engine."""
    fill_area()
    return store


def limited(*keys: str) -> Viewer:
    return Viewer(Role.ELU, frozenset(keys))


def card(level: Level, code: str, viewer: Viewer = ANALYST) -> TerritoryCard | None:
    with db.reading() as session:
        return queries.territory(session, viewer, level=level, code=code)


def visible(viewer: Viewer) -> set[str] | None:
    """Return the codes that a viewer sees, of any level."""
    with db.reading() as session:
        ids = queries.visible_ids(session, viewer)
        if ids is None:
            return None
        tables = [queries.territories(session, viewer, level=level) for level in Level]
        codes = {str(code) for table in tables for code in table["code"]}
        assert sum(map(len, tables)) == len(ids)
    return codes


def test_a_former_commune_leads_to_the_present_one() -> None:
    found = card(Level.COMMUNE, "31016")
    assert found is not None
    assert (found.code, found.name, found.departement_code) == (BOUTX, "Boutx", "31")


def test_an_unknown_code_gives_no_card() -> None:
    unknown = ((Level.COMMUNE, "99999"), (Level.COMMUNE, ""), (Level.EPCI, TOULOUSE))
    assert [card(level, code) for level, code in unknown] == [None] * 3


def test_a_card_outside_the_limits_is_not_given_even_under_a_former_code() -> None:
    viewer = limited("departement:09")
    assert card(Level.COMMUNE, TOULOUSE, viewer) is None
    assert card(Level.COMMUNE, "31016", viewer) is None
    assert card(Level.COMMUNE, "09255", viewer) == card(Level.COMMUNE, "09056")


def test_a_viewer_without_limit_sees_everything() -> None:
    assert visible(ANALYST) is None


def test_a_viewer_sees_a_territory_and_what_lies_inside_it() -> None:
    assert visible(limited("departement:31")) == {"31", TOULOUSE, COLOMIERS, BOUTX}
    assert visible(limited("epci:243100518", "commune:09122")) == {
        "243100518", TOULOUSE, COLOMIERS, "09122",
    }  # fmt: skip


def test_a_viewer_limited_to_a_perimeter_sees_its_parts_through_any_step() -> None:
    make_perimeter("Agglo", "243100518", "09122")
    assert visible(limited("perimeter:agglo")) == {
        "agglo", "243100518", TOULOUSE, COLOMIERS, "09122",
    }  # fmt: skip


def test_a_limit_that_names_nothing_shows_nothing() -> None:
    keys = ("departement:99", "departement", "", ":31", "31", "x:31:y")
    assert [visible(limited(key)) for key in keys] == [set()] * len(keys)


def test_a_viewer_with_an_empty_limit_sees_nothing() -> None:
    assert visible(limited()) == set()


def test_only_present_territories_of_the_area_are_listed_by_code() -> None:
    with db.reading() as session:
        communes = queries.territories(session, ANALYST, level=Level.COMMUNE)
        regions = queries.territories(session, ANALYST, level=Level.REGION)
        chosen = queries.selectable(session)
    assert communes["code"].tolist() == ["09056", "09122", "09225", BOUTX, COLOMIERS, TOULOUSE]
    assert regions["code"].tolist() == ["73"]
    assert set(chosen["level"]) == {"commune", "departement", "epci"}
    assert not {"11069", "09255", "73"} & set(chosen["code"])


def test_groups_are_found_through_any_step_on_the_day_asked() -> None:
    make_perimeter("Agglo", "243100518", since=date(2011, 1, 1))
    toulouse = territory_id(Level.COMMUNE, TOULOUSE)

    def groups(on: date) -> set[str]:
        with db.reading() as session:
            return {one.code for one in queries.groups_of(session, territory_id=toulouse, on=on)}

    assert groups(DAY) == {"31", "243100518", "73", "76", "FR", "agglo"}
    assert groups(date(2010, 12, 31)) == {"31", "243100518", "73", "76", "FR"}


def test_perimeters_of_a_departement_are_those_with_a_commune_in_it() -> None:
    own = make_perimeter("Agglo", "243100518")
    make_perimeter("Foix", "09122")
    with db.reading() as session:
        found = queries.groups_in(session, departement_code="31", level=Level.PERIMETER)
        epci = queries.groups_in(session, departement_code="31", level=Level.EPCI)
    assert found == {own}
    assert epci == {territory_id(Level.EPCI, "243100518")}


def test_perimeter_parts_are_leaves_each_once() -> None:
    inner = make_perimeter("Agglo", TOULOUSE, COLOMIERS)
    with db.reading() as session:
        parts = queries.perimeter_parts(session, on=DAY)
        before = queries.perimeter_parts(session, on=date(1999, 12, 31))
    assert {(row.perimeter_id, row.part_level) for row in parts.itertuples()} == {
        (inner, "commune")
    }  # fmt: skip
    assert (len(parts), len(before)) == (2, 0)


def test_the_density_of_an_unknown_surface_is_unknown() -> None:
    found = card(Level.COMMUNE, TOULOUSE)
    assert found is not None
    densities = [
        replace(found, population=population, surface_km2=surface).density
        for population, surface in ((500, 2.0), (None, 2.0), (500, None), (500, 0.0))
    ]
    assert densities == [250.0, None, None, None]
