"""Who may do what: the table of rights, the refusals, and what a limited viewer is shown."""

import inspect
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import db, journal
from core.access import COMMAND_LINE, RIGHTS, Profile, Right, Role, Viewer, may, require, viewer_for
from core.errors import DomainError, ForbiddenError
from core.instance import operations as instance
from core.observatory import (
    imports,
    outlines,
    pooling,
    portraits,
    queries,
    readings,
    scope,
    timelines,
)
from core.observatory import operations as observatory
from core.observatory.enums import Level, Service
from core.observatory.intake.report import FileIdentity
from core.territories import operations as territories
from core.territories.models import Territory
from core.territories.operations import PerimeterDraft
from tests.factories import (
    NOW,
    Figure,
    dump,
    edition,
    indicator,
    parsed_file,
    selection,
    territory_id,
)

MATRIX = {
    Right.READ_FIGURES: "public elu analyste agent admin",
    Right.READ_SOURCES: "public elu analyste agent admin",
    Right.EXPLORE: "public elu analyste agent admin",
    Right.IMPORT: "agent admin",
    Right.EDIT_PERIMETERS: "agent admin",
    Right.READ_ACTIVITY: "public elu analyste agent admin",
    Right.EDIT_ACTIVITY: "agent admin",
    Right.READ_PEOPLE: "agent admin",
    Right.EDIT_PEOPLE: "agent admin",
    Right.SEND_MAIL: "agent admin",
    Right.READ_MARKET: "elu analyste agent admin",
    Right.EDIT_MARKET: "agent admin",
    Right.READ_CIRCULATION: "elu analyste agent admin",
    Right.LEND: "agent admin",
    Right.EDIT_READERS: "agent admin",
    Right.READ_JOURNAL: "analyste agent admin",
    Right.READ_CATALOGUE: "public elu analyste agent admin",
    Right.EDIT_CATALOGUE: "agent admin",
    Right.ADMINISTER: "admin",
}
DRAFT = PerimeterDraft(name="Essai", kind="Autre", members=[], valid_from=date(2009, 1, 1))
Act = Callable[[Session, Viewer], object]
ACTS: dict[str, tuple[Right, Act]] = {
    "create a perimeter": (Right.EDIT_PERIMETERS, lambda session, viewer:
        territories.create_perimeter(session, viewer, DRAFT, now=NOW)),
    "change a perimeter": (Right.EDIT_PERIMETERS, lambda session, viewer:
        territories.change_perimeter(
            session, viewer, DRAFT, perimeter_id=1, since=date(2011, 1, 1), now=NOW)),
    "delete a perimeter": (Right.EDIT_PERIMETERS, lambda session, viewer:
        territories.delete_perimeter(session, viewer, perimeter_id=1, now=NOW)),
    "create a part": (Right.EDIT_PERIMETERS, lambda session, viewer:
        territories.create_part(session, viewer, name="Lalande", commune_code="31555", now=NOW)),
    "apply a file": (Right.IMPORT, lambda session, viewer:
        observatory.apply_file(
            session, viewer, parsed=parsed_file([Figure("vols", 202000, "31555", 1)]),
            file=FileIdentity("a.csv", "sha", 1), now=NOW)),
    "revert an import in a unit of work": (Right.IMPORT, lambda session, viewer:
        observatory.revert_import(session, viewer, batch_id=1, now=NOW)),
    "import a file": (Right.IMPORT, lambda _, viewer:
        imports.import_file(Path("absent.csv"), viewer, now=NOW)),
    "revert an import": (Right.IMPORT, lambda _, viewer:
        imports.revert(viewer, batch_id=1, now=NOW)),
    "download a file": (Right.IMPORT, lambda _, viewer: imports.download("inconnue", viewer)),
    "end the demonstration": (Right.ADMINISTER, lambda session, viewer:
        instance.end_demonstration(session, viewer, confirmation="VIDER", now=NOW)),
    "read the journal": (Right.READ_JOURNAL, journal.entries),
}  # fmt: skip


def test_the_rights_are_those_written_here() -> None:
    assert {right: " ".join(role for role in Role if role in RIGHTS[right]) for right in Right} == (
        MATRIX
    )


@pytest.mark.parametrize("right", Right)
def test_each_right_has_a_holder_and_the_administrator_holds_all(right: Right) -> None:
    assert Role.ADMIN in RIGHTS[right]
    assert may(COMMAND_LINE, right)


def test_a_refusal_says_who_is_refused_what_and_who_may() -> None:
    with pytest.raises(ForbiddenError) as refusal:
        require(viewer_for(Role.ELU), Right.EDIT_PERIMETERS)
    assert str(refusal.value) == (
        "Votre rôle (Élu·e) ne permet pas de définir des périmètres. "
        "Rôles autorisés : Agent du centre, Administrateur."
    )


def test_nobody_identified_is_the_public_with_the_public_profile() -> None:
    assert Viewer() == Viewer(Role.PUBLIC, None, Profile.PUBLIC, "")
    assert not any(may(Viewer(), right) for right in (Right.IMPORT, Right.EDIT_PERIMETERS))
    profiles = {role: viewer_for(role).profile for role in Role}
    assert [role for role in Role if profiles[role] is Profile.RESTRICTED] == [
        Role.ANALYST, Role.STAFF, Role.ADMIN,
    ]  # fmt: skip


def test_a_change_is_signed_by_the_name_else_by_the_role() -> None:
    assert viewer_for(Role.STAFF, name="Claire").signature == "Claire"
    assert viewer_for(Role.STAFF).signature == "Agent du centre"


def outcome(name: str, role: Role) -> str:
    """Try an act on an empty store, where a rule refuses what a right does not."""
    right, act = ACTS[name]
    try:
        with db.reading() as session:
            act(session, viewer_for(role))
    except ForbiddenError as error:
        return "forbidden" if right.label in str(error) else str(error)
    except DomainError:
        return "allowed"
    return "allowed"


@pytest.mark.usefixtures("store")
def test_each_act_refuses_exactly_the_roles_without_its_right() -> None:
    before = dump()
    expected = {
        (name, role): "allowed" if role.value in MATRIX[right].split() else "forbidden"
        for name, (right, _) in ACTS.items()
        for role in Role
    }
    assert {(name, role): outcome(name, role) for name, role in expected} == expected
    assert dump() == before


TAKES_VIEWER = {
    "editions", "indicators", "figures", "figures_of", "series", "card_of_territory", "origins",
    "imports", "national_totals", "pooled_values", "perimeter_series",
    "visible_or_reference", "ground",
}  # fmt: skip
LIMITED = Viewer(Role.ANALYST, frozenset({"departement:31"}), Profile.RESTRICTED)
DEMO = "simulation-2011"
MONTHS = (201101, 201102)
REFERENCES = (Level.DEPARTEMENT, Level.REGION, Level.FRANCE)


def test_every_query_of_figures_takes_the_viewer_second() -> None:
    public = {
        name: list(inspect.signature(function).parameters)
        for module in (queries, readings, timelines, pooling)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    assert {name for name, taken in public.items() if taken[:2] == ["session", "viewer"]} == (
        TAKES_VIEWER
    )
    assert set(public) - TAKES_VIEWER == {
        "counts", "levels_of", "ruptures", "figure_table", "windows_of",
    }  # fmt: skip


def ids_of(*levels: Level, departement: str = "") -> set[int]:
    """Return the ids of levels, of one département by its own column where one is named."""
    statement = select(Territory.id).where(
        col(Territory.level).in_([one.value for one in levels]),
        col(Territory.successor_id).is_(None),
        sa.or_(col(Territory.in_area), col(Territory.level) == Level.FRANCE.value),
    )
    if departement:
        statement = statement.where(Territory.departement_code == departement)
    with db.reading() as session:
        return {one for one in session.exec(statement) if one is not None}


def read(query: Callable[..., Any], **filters: Any) -> Any:
    with db.reading() as session:
        return query(session, LIMITED, **filters)


@pytest.mark.usefixtures("demo_store")
def test_a_limited_viewer_reads_no_figure_of_another_departement() -> None:
    chosen = selection("total_indicatif", *MONTHS, key=DEMO)
    own = ids_of(Level.COMMUNE, Level.DEPARTEMENT, departement="31")
    open_to_all = own | ids_of(*REFERENCES)
    every = tuple(sorted(ids_of(*(set(Level) - {Level.PERIMETER}))))
    keys = {"edition_id": chosen.edition_id, "indicator_id": chosen.indicator_id}
    for level in Level:
        assert set(read(readings.figures, selection=chosen, level=level)["territory_id"]) <= own
        pooled = read(
            pooling.pooled_values, **keys, level=level, service=Service.ALL, window=12
        )  # fmt: skip
        assert set(pooled["territory_id"]) <= own
    assert len(read(readings.figures, selection=chosen, level=Level.COMMUNE)) == 586
    found = read(readings.figures_of, selection=chosen, territory_ids=every)
    assert set(found["territory_id"]) == open_to_all
    series = read(timelines.series, **keys, territory_ids=every[:900])
    assert set(series["territory_id"]) <= open_to_all


@pytest.mark.usefixtures("demo_store")
def test_a_limited_viewer_reads_no_line_of_another_departement() -> None:
    chosen = selection("total_indicatif", *MONTHS, key=DEMO)
    toulouse, albi = (territory_id(Level.COMMUNE, code) for code in ("31555", "81004"))
    rows = {
        one: (
            len(read(readings.card_of_territory, edition_id=chosen.edition_id, territory_id=one)),
            len(read(queries.origins, selection=chosen, territory_id=one)),
        )
        for one in (toulouse, albi)
    }
    assert min(rows[toulouse]) > 0
    assert rows[albi] == (0, 0)


@pytest.mark.usefixtures("demo_store")
def test_national_totals_of_a_limited_viewer_are_references() -> None:
    chosen = selection("total_indicatif", *MONTHS, key=DEMO)
    tables = [read(readings.national_totals, selection=chosen, level=one) for one in REFERENCES]
    assert [len(table) for table in tables] == [8, 1, 0]


@pytest.mark.usefixtures("demo_store")
def test_national_totals_hide_the_communes_and_epci_of_others() -> None:
    chosen = selection("total_indicatif", *MONTHS, key=DEMO)
    own = ids_of(Level.COMMUNE, departement="31")
    for level in (Level.COMMUNE, Level.EPCI):
        table = read(readings.national_totals, selection=chosen, level=level)
        assert set(table["territory_id"]) <= own


@pytest.mark.usefixtures("demo_store")
def test_a_limited_viewer_opens_no_card_nor_contour_of_another_departement() -> None:
    choice = scope.MapChoice(
        edition=edition(DEMO), indicator=indicator("total_indicatif", DEMO),
        step=scope.Step.MONTH, end=201102, level=Level.COMMUNE,
    )  # fmt: skip
    assert read(portraits.territory_view, choice=choice, code="81004") is None
    card = read(portraits.territory_view, choice=choice, code="31555")
    assert set(card.references["level"]) <= {"Commune", "Département", "Région", "France"}
    assert json.loads(read(outlines.perimeters_geojson, day="2011-06-15"))["features"] == []
