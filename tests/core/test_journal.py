"""The journal: who, when, what, before and after; newest first."""

import json
from datetime import UTC, date, datetime

import pytest

from core import db, journal
from core.access import Role, Viewer, viewer_for
from core.errors import ForbiddenError
from tests.factories import ANALYST

NOON = datetime(2011, 6, 15, 12, 0, 0, 5, tzinfo=UTC)
CLAIRE = viewer_for(Role.STAFF, name="Claire Dupré")
COLUMNS = ["at", "author", "domain", "action", "subject", "before", "after"]


def write(subject: str, viewer: Viewer = CLAIRE, **states: object) -> None:
    with db.writing("instance") as session:
        journal.record(
            session, viewer, at=NOON, domain="instance", action="essai", subject=subject, **states
        )  # fmt: skip


def rows(limit: int = 200) -> list[dict[str, object]]:
    with db.reading() as session:
        table = journal.entries(session, ANALYST, limit=limit)
    assert list(table.columns) == COLUMNS
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


@pytest.mark.usefixtures("store")
def test_an_entry_says_who_when_and_what() -> None:
    write("« L’Isle » ; 100 %")
    (row,) = rows()
    assert row == {
        "at": NOON.replace(tzinfo=None), "author": "Claire Dupré", "domain": "instance",
        "action": "essai", "subject": "« L’Isle » ; 100 %", "before": "", "after": "",
    }  # fmt: skip


@pytest.mark.usefixtures("store")
def test_before_and_after_keep_accents_dates_and_nothing() -> None:
    write("a", before={"nom": "Éauze", "le": date(2011, 3, 1)}, after={"fin": None, "rien": []})
    (row,) = rows()
    assert row["before"] == '{"nom": "Éauze", "le": "2011-03-01"}'
    assert json.loads(str(row["after"])) == {"fin": None, "rien": []}


@pytest.mark.usefixtures("store")
def test_an_empty_state_is_not_an_absent_one() -> None:
    write("a", before={}, after=0)
    (row,) = rows()
    assert (row["before"], row["after"]) == ("{}", "0")


@pytest.mark.usefixtures("store")
def test_entries_of_the_same_moment_come_newest_first_up_to_the_limit() -> None:
    for subject in "abc":
        write(subject)
    assert [row["subject"] for row in rows()] == ["c", "b", "a"]
    assert [row["subject"] for row in rows(limit=2)] == ["c", "b"]


@pytest.mark.usefixtures("store")
def test_a_role_without_name_signs_by_its_label() -> None:
    write("a", viewer_for(Role.ADMIN))
    assert rows()[0]["author"] == "Administrateur"


@pytest.mark.usefixtures("store")
def test_an_entry_goes_with_the_change_it_tells_about() -> None:
    def fail() -> None:
        with db.writing("instance") as session:
            journal.record(
                session, CLAIRE, at=NOON, domain="instance", action="essai", subject="a"
            )  # fmt: skip
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert rows() == []


@pytest.mark.usefixtures("store")
def test_only_the_team_reads_the_journal() -> None:
    for role in (Role.PUBLIC, Role.ELU):
        with pytest.raises(ForbiddenError, match="lire le journal"), db.reading() as session:
            journal.entries(session, viewer_for(role))
