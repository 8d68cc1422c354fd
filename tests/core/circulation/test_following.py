"""Cases 27, 41 and 43 of the study: records made one, loans to a structure, the place of a copy."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, select

from core import db
from core.circulation import loans, record_merging
from core.circulation.enums import CopyStatus
from core.circulation.loan_models import Loan, Reservation
from core.circulation.loans import Request
from core.circulation.models import CalendarException, LendingSite, OpeningHours
from core.documentation.models import Item
from core.errors import DomainError
from core.people.models import Structure
from tests.conftest import NOW
from tests.core.circulation.making import (
    TODAY,
    lend,
    make_copies,
    make_library,
    make_reader,
    notice_of,
    queue,
    reserve,
    status,
)
from tests.factories import STAFF


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def merge(kept: int, merged: int) -> int:
    with db.writing(*record_merging.DOMAINS) as session:
        return record_merging.merge(session, STAFF, kept_id=kept, merged_id=merged, today=TODAY,
                                    now=NOW)  # fmt: skip


def places(notice: int) -> list[tuple[int | None, int | None]]:
    return [(reader, place) for reader, _, place in queue(notice)]


def test_case_27_merged_records_have_one_queue_in_the_order_of_the_requests() -> None:
    [one], [two] = make_copies(title="Un"), make_copies(title="Deux")
    holder, ana, bo = make_reader("Zoé"), make_reader(), make_reader("Bo")
    lend(one, holder)
    lend(two, holder)
    kept, merged = notice_of(one), notice_of(two)
    reserve(merged, ana, TODAY)
    reserve(kept, bo, TODAY + timedelta(days=1))
    reserve(kept, ana, TODAY + timedelta(days=2))
    own = merge(kept, merged)
    assert places(kept) == [(ana, 1), (bo, 2)]
    assert (queue(merged), notice_of(two)) == ([], kept)
    with db.reading() as session:
        first = session.exec(
            select(Reservation).where(Reservation.reader_id == ana, Reservation.position == 1)
        ).one()
        assert first.requested_at.date() == TODAY
    with db.writing(*record_merging.DOMAINS) as session:
        record_merging.undo(session, STAFF, merge_id=own, now=NOW)
    assert [reader for reader, _ in places(merged)] == [ana]
    assert sorted(reader or 0 for reader, _ in places(kept)) == sorted([ana, bo])
    assert [place for _, place in places(kept)] == [1, 2]
    assert notice_of(two) == merged


def test_case_27_a_copy_on_the_shelf_of_one_serves_who_waited_for_the_other() -> None:
    [one], [two] = make_copies(title="Un"), make_copies(title="Deux")
    reader = make_reader("Bo")
    lend(one, make_reader())
    reserve(notice_of(one), reader)
    merge(notice_of(one), notice_of(two))
    assert status(two) is CopyStatus.SET_ASIDE


def test_case_41_a_loan_to_a_structure_has_a_reader_who_answers_for_it() -> None:
    [item] = make_copies()
    reader = make_reader()
    with db.writing("people") as session:
        house = Structure(name="Mairie", kind="collectivite", search_key="mairie")
        session.add(house)
        session.flush()
        own = house.id or 0
    for wrong in (Request(item, 0, str(uuid4()), structure_id=own),
                  Request(item, reader, str(uuid4()), structure_id=own + 9)):  # fmt: skip
        with pytest.raises(DomainError), db.writing("circulation") as session:
            loans.lend(session, STAFF, wrong, today=TODAY, now=NOW)
    lend(item, reader, structure_id=own)
    with db.reading() as session:
        loan = session.exec(select(Loan)).one()
        assert (loan.reader_id, loan.structure_id, loan.structure_kind) == (
            reader, own, "collectivite",
        )  # fmt: skip


def test_case_43_a_copy_is_due_by_the_calendar_of_its_own_place() -> None:
    here, there = make_copies(2)
    with db.writing("circulation", "documentation") as session:
        site = LendingSite(code="TARBES", name="Antenne de Tarbes")
        session.add(site)
        session.flush()
        for day in range(5):
            session.add(OpeningHours(site_id=site.id or 0, weekday=day, opens_at=540,
                                     closes_at=720, starts_on=date(2000, 1, 1)))  # fmt: skip
        session.add(CalendarException(site_id=site.id or 0, first_on=date(2011, 7, 4),
                                      last_on=date(2011, 7, 8), label="congés"))  # fmt: skip
        item = session.get_one(Item, there)
        item.location = "Antenne de Tarbes"
        session.add(item)
    reader = make_reader()
    assert lend(here, reader).due_on == date(2011, 7, 6)
    assert lend(there, reader).due_on == date(2011, 7, 11)
    with db.reading() as session:
        sites = [one.site_id for one in session.exec(select(Loan).order_by(col(Loan.item_id)))]
    assert len(set(sites)) == 2
