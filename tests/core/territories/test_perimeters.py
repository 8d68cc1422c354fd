"""Perimeters: what is refused, how composition changes with time, and that nothing counts twice."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from core import db, journal
from core.errors import DomainError
from core.observatory.enums import Level
from core.territories import operations, queries
from core.territories.operations import PerimeterDraft
from tests.factories import (
    ANALYST,
    NOW,
    STAFF,
    Base,
    Figure,
    apply,
    dump,
    figures_at,
    fill_area,
    parsed_file,
    selection,
    territory_id,
    told,
)

YEARS = (200900, 201000, 201100)
COUNTS = {"31555": 100, "31149": 20, "31085": 3, "09122": 7}
BASES = {"31555": 400_000, "31149": 40_000, "31085": 200, "09122": 9_500}
DRAFT = PerimeterDraft(name="Agglo", kind="Autre", members=(), valid_from=date(2009, 1, 1))
TOULOUSE, COLOMIERS, BOUTX, FOIX = 16, 15, 14, 11  # ids of factories.AREA


@pytest.fixture(autouse=True)
def area(store: str) -> str:
    """The small area, and a file with the same counts in 2009, 2010 and 2011."""
    fill_area()
    figures = [
        Figure("vols", year, code, count) for year in YEARS for code, count in COUNTS.items()
    ]
    apply(
        parsed_file(figures, bases=[Base(code, value) for code, value in BASES.items()]), name="a"
    )
    return store


def create(name: str, members: Sequence[int], *, since: date = date(2009, 1, 1)) -> int:
    draft = replace(DRAFT, name=name, members=members, valid_from=since)
    with db.writing("territories") as session:
        return operations.create_perimeter(session, STAFF, draft, now=NOW)


def change(perimeter: int, draft: PerimeterDraft, *, since: date) -> None:
    with db.writing("territories") as session:
        operations.change_perimeter(
            session, STAFF, draft, perimeter_id=perimeter, since=since, now=NOW
        )


def delete(perimeter: int) -> None:
    with db.writing("territories") as session:
        operations.delete_perimeter(session, STAFF, perimeter_id=perimeter, now=NOW)


def name_part(name: str, commune: str) -> int:
    with db.writing("territories") as session:
        return operations.create_part(session, STAFF, name=name, commune_code=commune, now=NOW)


def by_year(code: str) -> list[tuple[int | None, str]]:
    """Return what is told of a perimeter in each of the three years."""
    return [told(figures_at(Level.PERIMETER, selection("vols", year)))[code] for year in YEARS]


def latest_entry() -> tuple[str, str, dict[str, object], dict[str, object]]:
    with db.reading() as session:
        row = journal.entries(session, ANALYST, limit=1).iloc[0]
    before, after = (json.loads(text) if text else {} for text in (row["before"], row["after"]))
    return str(row["action"]), str(row["subject"]), before, after


REFUSALS = (
    (replace(DRAFT, name="", members=[FOIX]), "Donnez un nom"),
    (replace(DRAFT, name="  \t ", members=[FOIX]), "Donnez un nom"),
    (replace(DRAFT, name="– ! –", members=[FOIX]), "Donnez un nom"),
    (replace(DRAFT, name="a" * 81, members=[FOIX]), "dépasse 80 caractères"),
    (DRAFT, "Choisissez au moins un territoire"),
    (replace(DRAFT, members=[FOIX], valid_to=date(2008, 12, 31)),
     r"La fin de validité \(31 décembre 2008\) précède le début \(1er janvier 2009\)"),
    (replace(DRAFT, name=" GRAND-Foix ", members=[FOIX]), "s’appelle déjà « GRAND-Foix »"),
)  # fmt: skip


def test_a_faulty_draft_is_refused_and_writes_nothing() -> None:
    create("Grand Foix", [FOIX])
    before = dump()
    for draft, sentence in REFUSALS:
        with pytest.raises(DomainError, match=sentence), db.writing("territories") as session:
            operations.create_perimeter(session, STAFF, draft, now=NOW)
    assert dump() == before


def test_an_unknown_member_is_refused_in_french() -> None:
    with pytest.raises(DomainError, match="n’existe plus : rechargez la page"):
        create("Agglo", [TOULOUSE, 9999])


def test_a_perimeter_holds_neither_itself_nor_one_that_holds_it() -> None:
    inner = create("Intérieur", [TOULOUSE])
    middle = create("Milieu", [inner])
    outer = create("Extérieur", [middle, FOIX])
    before = dump()
    for members, sentence in (
        ([inner, TOULOUSE], "ne peut pas se contenir lui-même"),
        ([outer], "se contiennent l’un l’autre"),
        ([TOULOUSE, middle], "se contiennent l’un l’autre"),
    ):
        with pytest.raises(DomainError, match=sentence):
            change(inner, replace(DRAFT, name="Intérieur", members=members), since=DRAFT.valid_from)
    assert dump() == before


def test_a_change_of_composition_keeps_the_past() -> None:
    agglo = create("Agglo", [TOULOUSE, COLOMIERS])
    change(agglo, replace(DRAFT, members=[TOULOUSE, BOUTX]), since=date(2010, 7, 1))
    assert by_year("agglo") == [(120, "KNOWN"), (103, "KNOWN"), (103, "KNOWN")]
    with db.reading() as session:
        held = queries.composition(session, perimeter_id=agglo).set_index("code")
    ends = {"31085": None, "31149": date(2010, 6, 30), "31555": None}
    assert held["valid_to"].to_dict() == ends
    assert held["valid_from"].loc["31085"] == date(2010, 7, 1)


def test_what_left_may_come_back() -> None:
    agglo = create("Agglo", [TOULOUSE, COLOMIERS])
    change(agglo, replace(DRAFT, members=[TOULOUSE]), since=date(2010, 1, 1))
    change(agglo, replace(DRAFT, members=[TOULOUSE, COLOMIERS]), since=date(2011, 1, 1))
    assert by_year("agglo") == [(120, "KNOWN"), (100, "KNOWN"), (120, "KNOWN")]


def test_a_change_outside_the_validity_is_refused() -> None:
    agglo = create("Agglo", [TOULOUSE])
    draft = replace(DRAFT, members=[FOIX], valid_to=date(2011, 12, 31))
    for since in (date(2008, 12, 31), date(2012, 1, 1)):
        with pytest.raises(DomainError, match="dans la période de validité"):
            change(agglo, draft, since=since)


def test_a_perimeter_does_not_take_the_name_of_another() -> None:
    agglo, _ = create("Agglo", [TOULOUSE]), create("Foix", [FOIX])
    with pytest.raises(DomainError, match="s’appelle déjà"):
        change(agglo, replace(DRAFT, name="Foix", members=[TOULOUSE]), since=DRAFT.valid_from)


def test_a_perimeter_counts_only_while_it_is_valid() -> None:
    create("Tardif", [TOULOUSE], since=date(2011, 1, 1))
    brief = create("Bref", [FOIX])
    draft = replace(DRAFT, name="Bref", members=[FOIX], valid_to=date(2009, 12, 31))
    change(brief, draft, since=date(2009, 1, 1))
    gone = (None, "MISSING")
    assert by_year("tardif") == [gone, gone, (100, "KNOWN")]
    assert by_year("bref") == [(7, "KNOWN"), gone, gone]


def test_moving_the_start_moves_every_member() -> None:
    agglo = create("Agglo", [TOULOUSE], since=date(2010, 1, 1))
    change(agglo, replace(DRAFT, members=[TOULOUSE]), since=date(2010, 1, 1))
    assert by_year("agglo") == [(100, "KNOWN")] * 3


def test_a_change_can_be_dated_earlier_afterwards() -> None:
    agglo = create("Agglo", [TOULOUSE])
    for since in (date(2011, 1, 1), date(2010, 1, 1)):
        change(agglo, replace(DRAFT, members=[TOULOUSE, BOUTX]), since=since)
    assert by_year("agglo") == [(100, "KNOWN"), (103, "KNOWN"), (103, "KNOWN")]


def test_what_is_met_twice_counts_once() -> None:
    metropole, ariege = territory_id(Level.EPCI, "243100518"), territory_id(Level.DEPARTEMENT, "09")
    inner = create("Cœur", [TOULOUSE])
    create("Cœur et EPCI", [inner, metropole, COLOMIERS, TOULOUSE, TOULOUSE])
    create("Tout", [territory_id(Level.DEPARTEMENT, "31"), metropole, inner, FOIX])
    create("Ariège et Foix", [ariege, FOIX])
    figures = figures_at(Level.PERIMETER, selection("vols", 201000))
    counts = {"ariege-et-foix": (7, "PARTIAL"), "coeur-et-epci": (120, "KNOWN")}
    assert told(figures) == counts | {"coeur": (100, "KNOWN"), "tout": (130, "KNOWN")}
    assert figures.loc["coeur-et-epci", "denominator"] == 440_000
    assert figures.loc["coeur-et-epci", "rate"] == pytest.approx(1000 * 120 / 440_000)
    assert figures.loc["tout", "denominator"] == 449_700


def test_a_change_inside_a_nested_perimeter_changes_the_one_around_it() -> None:
    inner = create("Cœur", [TOULOUSE])
    create("Autour", [inner, FOIX])
    change(inner, replace(DRAFT, name="Cœur", members=[COLOMIERS]), since=date(2011, 1, 1))
    assert by_year("autour") == [(107, "KNOWN"), (107, "KNOWN"), (27, "KNOWN")]


def test_a_quarter_makes_the_sum_a_lower_bound_without_rate() -> None:
    quarter = name_part(" Bellefontaine ", "31555")
    create("CUCS", [quarter, FOIX])
    create("Quartier seul", [quarter])
    figures = figures_at(Level.PERIMETER, selection("vols", 201000))
    assert told(figures) == {"cucs": (7, "PARTIAL"), "quartier-seul": (None, "MISSING")}
    assert figures["rate"].isna().all()


def test_a_part_has_a_name_a_known_commune_and_is_named_once_in_it() -> None:
    refused = (
        (" ", "31555", "Donnez un nom"), ("BELLEFONTAINE", "31555", "existe déjà à Toulouse"),
        ("Centre", "11069", "n’est pas dans les huit départements"),
    )  # fmt: skip
    name_part("Bellefontaine", "31555")
    name_part("Bellefontaine", "31149")
    for name, commune, sentence in refused:
        with pytest.raises(DomainError, match=sentence):
            name_part(name, commune)


def test_a_deleted_perimeter_leaves_figures_and_the_journal() -> None:
    inner = create("Cœur", [TOULOUSE])
    create("Autour", [inner, FOIX])
    before = dump("fact", "aggregate", "denominator_value")
    delete(inner)
    assert dump(*before) == before
    held = {"name": "Cœur", "members": ["Toulouse"]}
    assert latest_entry() == ("suppression d’un périmètre", "Cœur", held, {})
    assert by_year("autour") == [(7, "KNOWN")] * 3
    with pytest.raises(DomainError, match="n’existe plus : rechargez la page"):
        delete(inner)


def test_the_journal_tells_the_composition_before_and_after() -> None:
    agglo = create("Agglo", [TOULOUSE, COLOMIERS])
    action, subject, before, after = latest_entry()
    assert (action, subject, before) == ("création d’un périmètre", "Agglo", {})
    assert after["members"] == ["Colomiers", "Toulouse"]
    assert (after["valid_from"], after["valid_to"]) == ("2009-01-01", None)
    change(agglo, replace(DRAFT, name="Agglo 2", members=[TOULOUSE]), since=date(2011, 1, 1))
    action, subject, before, after = latest_entry()
    assert (action, subject) == ("modification d’un périmètre", "Agglo 2")
    assert before == {"name": "Agglo", "members": ["Colomiers", "Toulouse"]}
    assert after["members"] == ["Toulouse"]
