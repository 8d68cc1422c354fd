"""Applying a file: what is new, changed, refused, set apart; all of it or nothing."""

import json
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from core import db, journal
from core.access import Role, viewer_for
from core.errors import DomainError, ForbiddenError
from core.importing import RowError
from core.observatory.enums import Level, Status
from core.observatory.intake.report import ImportReport
from tests.factories import (
    ANALYST,
    NOW,
    Base,
    Figure,
    apply,
    dump,
    figures_at,
    fill_area,
    parsed_file,
    selection,
    told,
)

pytestmark = pytest.mark.usefixtures("area")


@pytest.fixture
def area(store: str) -> str:
    """The small area of the factories, on each engine."""
    fill_area()
    return store


FIGURES = (
    Figure("vols", 202000, "31555", 900),
    Figure("vols", 202000, "31149", 12),
    Figure("vols", 202000, "09122", 0),
    Figure("vols", 202000, "09225", Status.MASKED),
    Figure("vols", 202000, "09056", Status.MISSING),
)
BASES = (Base("31555", 480_000), Base("31149", 39_000), Base("09122", 9_500))


def outcome(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.vanished


def journal_rows() -> list[dict[str, Any]]:
    with db.reading() as session:
        rows = journal.entries(session, ANALYST).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def test_a_first_file_is_all_new() -> None:
    report = apply(parsed_file(FIGURES, bases=BASES), name="a.csv")
    assert outcome(report) == (5, 0, 0, 0)
    assert told(figures_at(Level.COMMUNE, selection("vols", 202000))) == {
        "09056": (None, "MISSING"), "09122": (0, "KNOWN"), "09225": (None, "MASKED"),
        "31085": (None, "MISSING"), "31149": (12, "KNOWN"), "31555": (900, "KNOWN"),
    }  # fmt: skip


def test_the_same_content_twice_changes_nothing_but_says_who_imported_it() -> None:
    apply(parsed_file(FIGURES, bases=BASES), name="a.csv")
    before = dump("fact", "aggregate", "denominator_value", "import_batch", "journal_entry")
    report = apply(parsed_file(FIGURES, bases=BASES), name="a.csv")
    assert "import n° 1, 15 juin 2011" in report.already
    assert "par Agent d’essai" in report.already
    assert dump(*before) == before


def test_the_same_figures_in_another_file_are_all_unchanged() -> None:
    apply(parsed_file(FIGURES, bases=BASES), name="a.csv")
    before = dump("fact", "fact_slice", "aggregate", "denominator_value", "replaced_fact")
    report = apply(parsed_file(FIGURES, bases=BASES), name="b.csv")
    assert outcome(report) == (0, 0, 5, 0)
    assert dump(*before) == before


def test_a_corrected_file_changes_only_what_differs() -> None:
    apply(parsed_file(FIGURES, bases=BASES), name="a.csv")
    corrected = (
        Figure("vols", 202000, "31555", 901),
        Figure("vols", 202000, "31149", 12),
        Figure("vols", 202000, "09122", Status.MASKED),
        Figure("vols", 202000, "09225", 7),
        Figure("vols", 202000, "31085", 1),
    )
    report = apply(parsed_file(corrected, bases=BASES), name="b.csv")
    assert outcome(report) == (1, 3, 1, 1)
    assert told(figures_at(Level.COMMUNE, selection("vols", 202000))) == {
        "09056": (None, "MISSING"), "09122": (None, "MASKED"), "09225": (7, "KNOWN"),
        "31085": (1, "KNOWN"), "31149": (12, "KNOWN"), "31555": (901, "KNOWN"),
    }  # fmt: skip
    with db.reading() as session:
        by_batch = session.connection().execute(
            sa.text("SELECT batch_id, COUNT(*) FROM fact GROUP BY batch_id ORDER BY batch_id")
        ).all()  # fmt: skip
    assert [tuple(row) for row in by_batch] == [(1, 2), (2, 4)]


def test_what_a_new_file_no_longer_holds_is_kept_and_said_so() -> None:
    apply(parsed_file(FIGURES), name="a.csv")
    report = apply(parsed_file(FIGURES[:2]), name="b.csv")
    assert outcome(report) == (0, 0, 2, 3)
    assert any("3 chiffres de cette édition" in sentence for sentence in report.sentences())
    assert told(figures_at(Level.COMMUNE, selection("vols", 202000)))["09122"] == (0, "KNOWN")


def test_two_editions_never_mix() -> None:
    old = (Figure("vols", 202000, "31555", 719), Figure("vols", 202000, "31149", 3))
    new = (Figure("vols", 202000, "31555", 964),)
    apply(parsed_file(old, key="mars"), name="mars.csv")
    report = apply(parsed_file(new, key="juillet"), name="juillet.csv")
    assert outcome(report) == (1, 0, 0, 0)
    march = told(figures_at(Level.COMMUNE, selection("vols", 202000, key="mars")))
    july = told(figures_at(Level.COMMUNE, selection("vols", 202000, key="juillet")))
    assert (march["31555"], march["31149"]) == ((719, "KNOWN"), (3, "KNOWN"))
    assert (july["31555"], july["31149"]) == ((964, "KNOWN"), (None, "MISSING"))


def test_an_unknown_commune_of_the_area_refuses_the_file_with_its_line() -> None:
    before = dump("fact", "fact_slice", "edition", "import_batch", "journal_entry")
    report = apply(parsed_file((*FIGURES, Figure("vols", 202000, "31999", 4))), name="a.csv")
    assert report.is_refused
    assert [(error.line, error.value) for error in report.errors] == [(7, "31999")]
    assert "commune inconnue du référentiel" in report.errors[0].message
    assert any("Rien n’a été enregistré" in sentence for sentence in report.sentences())
    assert dump(*before) == before


def test_an_unknown_commune_elsewhere_is_set_apart_with_a_warning() -> None:
    report = apply(parsed_file((*FIGURES, Figure("vols", 202000, "75199", 4))), name="a.csv")
    assert not report.is_refused
    assert outcome(report) == (5, 0, 0, 0)
    assert any("hors des huit départements" in line and "75199" in line for line in report.warnings)
    with db.reading() as session:
        stored = session.connection().execute(sa.text("SELECT warnings FROM import_batch")).scalar()
    assert json.loads(str(stored)) == report.warnings


MERGERS: dict[int, tuple[int | Status, int | Status, tuple[int | None, str]]] = {
    201600: (3, 4, (7, "KNOWN")),
    201700: (3, Status.MASKED, (3, "PARTIAL")),
    201800: (3, Status.MISSING, (3, "PARTIAL")),
    201900: (Status.MASKED, Status.MISSING, (None, "MASKED")),
    202000: (Status.MISSING, Status.MISSING, (None, "MISSING")),
}


def test_former_communes_are_added_to_the_present_one() -> None:
    rows = [
        Figure("vols", period, code, count)
        for period, (first, second, _) in MERGERS.items()
        for code, count in (("31016", first), ("31154", second))
    ]
    report = apply(parsed_file(rows, bases=[Base("31016", 40), Base("31154", 60)]), name="a.csv")
    assert report.new == len(MERGERS)
    assert any("31016, 31154" in warning for warning in report.warnings)
    for period, (_, _, expected) in MERGERS.items():
        boutx = figures_at(Level.COMMUNE, selection("vols", period)).loc[["31085"]]
        assert told(boutx) == {"31085": expected}
        assert boutx["denominator"].tolist() == [100.0]


def test_a_partial_sum_of_former_communes_is_kept() -> None:
    rows = [
        Figure("vols", 202000, "09056", 10),
        Figure("vols", 202000, "09255", Status.MASKED),
        Figure("vols", 202000, "09225", 5),
    ]
    assert apply(parsed_file(rows), name="a.csv").new == 2
    assert told(figures_at(Level.COMMUNE, selection("vols", 202000)))["09056"] == (10, "PARTIAL")
    epci = told(figures_at(Level.EPCI, selection("vols", 202000)))
    assert epci["200066231"] == (15, "PARTIAL")


def test_contradicting_denominators_refuse_the_file_and_leave_nothing() -> None:
    apply(parsed_file(FIGURES, bases=BASES), name="a.csv")
    before = dump()
    contradiction = (Base("31555", 480_001.0), *BASES[1:])
    with pytest.raises(DomainError, match="1 dénominateur "):
        apply(parsed_file(FIGURES, bases=contradiction), name="b.csv")
    assert dump() == before


def test_a_failure_halfway_leaves_no_row_in_any_table() -> None:
    before = dump()
    faulty = parsed_file((*FIGURES, Figure("vols", 210100, "31555", 1)), bases=BASES)
    with pytest.raises(sa.exc.IntegrityError):
        apply(faulty, name="a.csv")
    assert dump() == before
    assert apply(parsed_file(FIGURES, bases=BASES), name="a.csv").new == 5


def test_a_file_with_faults_leaves_no_row_in_any_table() -> None:
    before = dump()
    faulty = replace(parsed_file(FIGURES), errors=[RowError("faute", line=3)], error_count=1)
    report = apply(faulty, name="a.csv")
    assert (report.is_refused, report.batch_id) == (True, None)
    after = dump()
    assert {name for name in after if after[name] != before[name]} == {"revision"}


def test_an_import_is_told_in_the_journal() -> None:
    apply(parsed_file(FIGURES), name="a.csv")
    (row,) = journal_rows()
    assert (row["author"], row["domain"], row["action"], row["subject"]) == (
        "Agent d’essai", "observatory", "import", "a.csv",
    )  # fmt: skip
    assert row["at"] == NOW.replace(tzinfo=None)
    told_after = json.loads(row["after"])
    assert (told_after["new"], told_after["changed"], told_after["import"]) == (5, 0, 1)


def test_only_staff_may_import() -> None:
    before = dump()
    for role in (Role.PUBLIC, Role.ELU, Role.ANALYST):
        with pytest.raises(ForbiddenError, match="importer des fichiers officiels"):
            apply(parsed_file(FIGURES), name="a.csv", viewer=viewer_for(role))
    assert dump() == before
