"""A copy that goes from one record to another, with those who wait for either."""

from typing import Any

import pytest

from core import db, journal
from core.access import Role, viewer_for
from core.circulation import copy_moving
from core.circulation.enums import CopyStatus
from core.errors import DomainError, ForbiddenError
from tests.core.circulation.making import (
    TODAY,
    at,
    give,
    lend,
    make_copies,
    make_library,
    make_reader,
    notice_of,
    queue,
    reserve,
    status,
)
from tests.core.documentation.making import search
from tests.factories import ANALYST, STAFF


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def move(item: int, notice: int, who: Any = STAFF) -> list[str]:
    with db.writing(*copy_moving.WRITTEN) as session:
        return copy_moving.move(session, who, item_id=item, notice_id=notice, now=at(TODAY))


def test_a_copy_moved_is_found_and_serves_those_who_wait_where_it_goes() -> None:
    [stray] = make_copies(title="Alpha")
    [lent] = make_copies(title="Bravo")
    lend(lent, make_reader("Al"))
    bo = make_reader("Bo")
    reserve(notice_of(lent), bo)
    start, end = notice_of(stray), notice_of(lent)
    [told] = move(stray, end)
    assert "À mettre de côté pour Bo" in told
    assert (notice_of(stray), status(stray)) == (end, CopyStatus.SET_ASIDE)
    assert queue(end) == [(bo, "disponible", None)]
    assert search("A1").ids == (end,)
    with db.reading() as session:
        last = journal.entries(session, viewer_for(Role.ADMIN)).iloc[0]
    assert (last["action"], last["subject"]) == ("exemplaire déplacé", "A1")
    assert start != end


def test_a_copy_that_somebody_has_or_waits_for_stays() -> None:
    [item] = make_copies(title="Alpha")
    [other] = make_copies(title="Bravo")
    lend(item, make_reader("Al"))
    reserve(notice_of(item), make_reader("Bo"))
    with pytest.raises(DomainError, match="prêté, à rendre le"):
        move(item, notice_of(other))
    give("A1")
    with pytest.raises(DomainError, match="mis de côté pour Bo"):
        move(item, notice_of(other))
    assert notice_of(item) != notice_of(other)


def test_the_queue_of_a_record_that_loses_its_only_copy_is_suspended() -> None:
    [item] = make_copies(title="Alpha", state="en_reparation")
    [other] = make_copies(title="Bravo")
    start, bo = notice_of(item), make_reader("Bo")
    reserve(start, bo)
    [told] = move(item, notice_of(other))
    assert told.startswith("Alpha : C’était le dernier exemplaire")
    assert queue(start) == [(bo, "suspendue", 1)]


def test_a_copy_goes_to_another_record_that_is_there_moved_by_who_may() -> None:
    [item] = make_copies(title="Alpha")
    [other] = make_copies(title="Bravo")
    with pytest.raises(DomainError, match="déjà sur cette notice"):
        move(item, notice_of(item))
    with pytest.raises(DomainError, match="n’existe plus"):
        move(item, 9_999)
    with pytest.raises(ForbiddenError):
        move(item, notice_of(other), ANALYST)
