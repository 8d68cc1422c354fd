"""What the desk reads and tells: cards, codes, names, titles, and its day."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from core import db
from core.circulation import desk, desk_day, desk_trace, returns, shelf, told, undo
from core.circulation.loans import Request
from core.circulation.returns import Return
from core.errors import DomainError
from tests.conftest import NOW
from tests.core.circulation.making import TODAY, make_copies, make_library, make_reader
from tests.factories import STAFF


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def lent(session: Session, item: int, reader: int) -> str:
    return told.lend(session, STAFF, Request(item, reader, f"k{item}"), today=TODAY, now=NOW)


def test_a_day_at_the_desk_is_counted_and_listed_last_first() -> None:
    one, two, *_ = make_copies(3)
    reader = make_reader()
    with db.writing("circulation") as session:
        assert "prêté, à rendre le 6 juillet 2011" in lent(session, one, reader)
        lent(session, two, reader)
        back = Return("", TODAY, item_id=one)
        assert "Rendu" in told.give_back(session, STAFF, back, today=TODAY, now=NOW)
    with db.reading() as session:
        assert desk_day.day(session, STAFF, today=TODAY) == desk_day.Day(2, 1, 0, 0, 0)
        later = desk_day.day(session, STAFF, today=TODAY + timedelta(days=40))
        assert later == desk_day.Day(0, 0, 1, 0, 0)
        rows = desk_day.gestures(session, STAFF, today=TODAY)
        assert rows["kind"].tolist() == ["retour", "prêt", "prêt"]
        assert desk_day.gestures(session, STAFF, today=TODAY - timedelta(days=1)).empty


def test_a_day_does_not_count_what_was_taken_back_or_lost() -> None:
    one, two, three = make_copies(3)
    reader = make_reader()
    with db.writing("circulation") as session:
        for item in (one, two, three):
            lent(session, item, reader)
        undo.take_back(session, STAFF, event_id=desk_trace.event_of(session), now=NOW)
        lines = desk.reader(session, STAFF, reader_id=reader, today=TODAY).lines
        returns.lose(session, STAFF, loan_id=lines[0].loan_id, today=TODAY, now=NOW)
    with db.reading() as session:
        assert desk_day.day(session, STAFF, today=TODAY) == desk_day.Day(2, 0, 0, 0, 0)


def test_a_name_finds_readers_and_a_title_finds_copies() -> None:
    items = make_copies(2)
    reader = make_reader("Eloise")
    with db.reading() as session:
        assert list(desk.readers(session, STAFF, text="ÉLOÏSE")) == [reader]
        assert desk.readers(session, STAFF, text="personne") == {}
        title = shelf.copy_of(session, items[0]).notice.title
        found = desk.copies(session, STAFF, text=title)
        assert set(found) == set(items)
        assert all("disponible" in label for label in found.values())
        assert desk.copies(session, STAFF, text="zzzzzz") == {}


def test_an_incident_is_settled_once() -> None:
    with db.writing("circulation") as session:
        returns.give_back(session, STAFF, Return("XX9", TODAY), today=TODAY, now=NOW)
    with db.writing("circulation") as session:
        [own] = desk.incidents(session, STAFF)["id"].tolist()
        desk_day.settle(session, STAFF, incident_id=own, now=NOW)
        assert desk.incidents(session, STAFF).empty
        with pytest.raises(DomainError, match="déjà clos"):
            desk_day.settle(session, STAFF, incident_id=own, now=NOW)
