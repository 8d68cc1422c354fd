"""Undoing an import: the store is as it was, or nothing is undone."""

import json

import pytest
import sqlalchemy as sa

from core import db, journal
from core.access import Role, viewer_for
from core.errors import DomainError, ForbiddenError
from core.observatory import operations, queries
from core.observatory.enums import Dataset, Level, Service, Status
from tests.factories import (
    ANALYST,
    NOW,
    Base,
    Figure,
    apply,
    dump,
    edition,
    figures_at,
    fill_area,
    parsed_file,
    revert,
    selection,
    told,
)

pytestmark = pytest.mark.usefixtures("area")


@pytest.fixture
def area(store: str) -> str:
    """The small area of the factories, on each engine."""
    fill_area()
    return store


SHOWN = ("fact", "fact_slice", "aggregate", "denominator_value", "replaced_fact")
BASES = (Base("31555", 480_000), Base("31149", 39_000))
FIRST = (
    Figure("vols", 202000, "31555", 900),
    Figure("vols", 202000, "31149", Status.MASKED),
    Figure("vols", 202000, "09122", 0),
)
SECOND = (
    Figure("vols", 202000, "31555", 905),
    Figure("vols", 202000, "31149", 12),
    Figure("vols", 202000, "09122", Status.MISSING),
    Figure("vols", 202000, "09225", 4),
)


def test_undoing_a_corrected_file_restores_every_figure() -> None:
    apply(parsed_file(FIRST, bases=BASES), name="a.csv")
    before = dump(*SHOWN)
    second = apply(parsed_file(SECOND, bases=BASES), name="b.csv")
    assert dump(*SHOWN) != before
    sentence = revert(second.batch_id)
    assert "4 chiffres retirés, 3 chiffres rétablis" in sentence
    assert dump(*SHOWN) == before


def test_undoing_two_files_from_the_last_restores_each_state() -> None:
    states, batches = [], []
    for rank, count in enumerate((1, 2, 3)):
        rows = [Figure("vols", 202000, "31555", count), Figure("vols", 202000, "31149", 7)]
        batches.append(apply(parsed_file(rows, bases=BASES), name=f"{rank}.csv").batch_id)
        states.append(dump(*SHOWN))
    revert(batches[2])
    assert dump(*SHOWN) == states[1]
    revert(batches[1])
    assert dump(*SHOWN) == states[0]


def test_a_file_under_a_later_one_cannot_be_undone() -> None:
    first = apply(parsed_file(FIRST, bases=BASES), name="a.csv")
    apply(parsed_file(SECOND, bases=BASES), name="b.csv")
    before = dump()
    with pytest.raises(
        DomainError, match="L’import n° 2 a changé ou confirmé des chiffres de celui-ci"
    ):
        revert(first.batch_id)
    assert dump() == before


def test_a_file_beside_a_later_one_can_be_undone() -> None:
    first = apply(parsed_file([Figure("vols", 202000, "31555", 9)]), name="a.csv")
    apply(parsed_file([Figure("vols", 202000, "31149", 5)]), name="b.csv")
    revert(first.batch_id)
    found = told(figures_at(Level.COMMUNE, selection("vols", 202000)))
    assert (found["31555"], found["31149"]) == ((None, "MISSING"), (5, "KNOWN"))


def test_a_file_that_a_later_one_confirms_cannot_be_undone() -> None:
    first = apply(parsed_file(FIRST, bases=BASES), name="a.csv")
    apply(parsed_file((*FIRST, SECOND[3]), bases=BASES), name="b.csv")
    before = dump()
    with pytest.raises(DomainError, match="annulez-le d’abord"):
        revert(first.batch_id)
    assert dump() == before


def test_undoing_the_last_file_empties_its_edition_and_no_other() -> None:
    apply(parsed_file(FIRST, key="mars", bases=BASES), name="mars.csv")
    before = dump(*SHOWN)
    july = apply(parsed_file(SECOND, key="juillet", bases=BASES), name="juillet.csv")
    revert(july.batch_id)
    assert dump(*SHOWN) == before
    with db.reading() as session:
        assert [card.label for card in queries.editions(session, ANALYST)] == ["édition mars"]


def test_a_file_that_was_undone_can_be_imported_again() -> None:
    apply(parsed_file(FIRST, bases=BASES), name="a.csv")
    first = figures_at(Level.DEPARTEMENT, selection("vols", 202000))
    revert(1)
    report = apply(parsed_file(FIRST, bases=BASES), name="a.csv")
    assert (report.already, report.new) == ("", 3)
    again = figures_at(Level.DEPARTEMENT, selection("vols", 202000))
    assert again.equals(first)


def test_an_import_is_undone_once_only() -> None:
    apply(parsed_file(FIRST), name="a.csv")
    revert(1)
    with pytest.raises(DomainError, match="déjà annulé"):
        revert(1)
    with pytest.raises(DomainError, match="n’existe plus"):
        revert(99)


def test_an_undone_import_stays_in_the_list_and_in_the_journal() -> None:
    apply(parsed_file(FIRST), name="a.csv")
    revert(1)
    with db.reading() as session:
        row = queries.imports(session, ANALYST).iloc[0]
        entry = journal.entries(session, ANALYST).iloc[0]
    assert (row["state"], row["reverted_by"]) == ("reverted", "Agent d’essai")
    assert row["reverted_at"] == NOW.replace(tzinfo=None)
    assert entry["action"] == "annulation d’un import"
    assert json.loads(entry["before"]) == {"import": 1}
    assert json.loads(entry["after"]) == {"removed": 3, "restored": 0}


def test_undoing_takes_back_the_denominators_that_the_file_added() -> None:
    apply(parsed_file(FIRST, bases=BASES[:1]), name="a.csv")
    before = dump(*SHOWN)
    second = apply(parsed_file(SECOND, bases=BASES), name="b.csv")
    revert(second.batch_id)
    assert dump(*SHOWN) == before


def test_a_year_that_was_undone_is_no_longer_listed() -> None:
    apply(parsed_file(FIRST), name="a.csv")
    before = dump(*SHOWN)
    later = apply(parsed_file([Figure("vols", 202100, "31555", 3)]), name="b.csv")
    revert(later.batch_id)
    assert edition().periods == (202000,)
    assert dump(*SHOWN) == before


def test_a_month_that_was_undone_is_missing_again_not_zero() -> None:
    may = parsed_file(
        [Figure("007", 201105, "31555", 4, Service.POLICE)],
        dataset=Dataset.ETAT4001_COMMUNE,
    )
    june = parsed_file(
        [Figure("007", 201106, "31555", 9, Service.POLICE)],
        dataset=Dataset.ETAT4001_COMMUNE,
    )
    apply(may, name="mai.csv", is_sparse=True)
    before = dump(*SHOWN)
    report = apply(june, name="juin.csv", is_sparse=True)
    revert(report.batch_id)
    of_june = told(figures_at(Level.COMMUNE, selection("007", 201106)))
    assert set(of_june.values()) == {(None, "MISSING")}
    assert dump(*SHOWN) == before


def test_a_month_that_another_file_covers_stays_zero_when_one_is_undone() -> None:
    files = [
        parsed_file(
            [Figure("007", 201105, code, 4, Service.GENDARMERIE)], dataset=Dataset.ETAT4001_COMMUNE
        )
        for code in ("31555", "09122")
    ]
    first, _ = [apply(parsed, name=f"{n}", is_sparse=True) for n, parsed in enumerate(files)]
    revert(first.batch_id)
    expected = {"09": (0, "KNOWN"), "31": (0, "KNOWN")}
    assert told(figures_at(Level.DEPARTEMENT, selection("001", 201105))) == expected
    expected["09"] = (4, "KNOWN")
    assert told(figures_at(Level.DEPARTEMENT, selection("007", 201105))) == expected


def test_only_staff_may_undo() -> None:
    apply(parsed_file(FIRST), name="a.csv")
    before = dump()
    with (
        pytest.raises(ForbiddenError, match="importer des fichiers officiels"),
        db.writing(operations.DOMAIN) as session,
    ):
        operations.revert_import(session, viewer_for(Role.ANALYST), batch_id=1, now=NOW)
    assert dump() == before


def test_the_journal_accepts_no_change() -> None:
    apply(parsed_file(FIRST), name="a.csv")
    for statement in ("DELETE FROM journal_entry", "UPDATE journal_entry SET author = 'X'"):
        with (
            pytest.raises(sa.exc.DatabaseError, match="append-only"),
            db.writing(operations.DOMAIN) as session,
        ):
            session.connection().execute(sa.text(statement))
