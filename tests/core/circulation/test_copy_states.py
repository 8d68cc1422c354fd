"""What staff set by hand on a copy, and what the desk lists of queues: case 28 and the slip."""

from typing import Any

import pytest
from sqlmodel import select

from core import db
from core.access import Role, viewer_for
from core.circulation import copy_states, reservations, shelf, waiting_lists
from core.circulation.enums import CopyStatus
from core.circulation.loan_models import DeskIncident
from core.documentation.enums import ItemState
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
    undo_last,
)
from tests.factories import ANALYST, STAFF


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def set_state(item: int, state: ItemState, who: Any = STAFF) -> str:
    with db.writing(*copy_states.WRITTEN) as session:
        return copy_states.set_state(session, who, item_id=item, state=state, today=TODAY,
                                     now=at(TODAY))  # fmt: skip


def test_only_staff_set_the_state_of_a_copy() -> None:
    [item] = make_copies()
    with pytest.raises(ForbiddenError):
        set_state(item, ItemState.REPAIR, ANALYST)


def test_a_copy_goes_to_repair_and_back_to_who_waits_meanwhile() -> None:
    [item] = make_copies()
    bo = make_reader("Bo")
    assert "Mis en réparation" in set_state(item, ItemState.REPAIR)
    assert status(item) is CopyStatus.REPAIR
    reserve(notice_of(item), bo)
    assert queue(notice_of(item)) == [(bo, "en_file", 1)]
    assert "mettre de côté pour Bo" in set_state(item, ItemState.IN_SERVICE)
    with pytest.raises(DomainError, match="mis de côté pour Bo : annulez d’abord"):
        set_state(item, ItemState.WITHDRAWN)


def test_a_copy_that_is_lent_or_lost_keeps_its_state() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    with pytest.raises(DomainError, match="prêté, à rendre le 6 juillet 2011"):
        set_state(item, ItemState.WITHDRAWN)
    give("L1")
    with pytest.raises(DomainError, match="déjà en service"):
        set_state(item, ItemState.IN_SERVICE)


def test_case_28_the_last_copy_withdrawn_suspends_the_queue_until_another_is_there() -> None:
    [item] = make_copies()
    bo = make_reader("Bo")
    set_state(item, ItemState.REPAIR)
    reserve(notice_of(item), bo)
    assert "1 réservation suspendue, rachat à prévoir" in set_state(item, ItemState.WITHDRAWN)
    assert queue(notice_of(item)) == [(bo, "suspendue", 1)]
    with db.reading() as session:
        assert "dernier exemplaire retiré" in session.exec(select(DeskIncident.told)).one()
        [queued] = waiting_lists.queues(session, STAFF)
        assert [(one.name, one.is_suspended) for one in queued.waiters] == [("Bo", True)]
    set_state(item, ItemState.IN_SERVICE)
    assert queue(notice_of(item)) == [(bo, "disponible", None)]


def test_a_state_set_by_hand_is_taken_back() -> None:
    [item] = make_copies()
    set_state(item, ItemState.WITHDRAWN)
    with db.writing(*copy_states.WRITTEN) as session:
        undo_last(session, STAFF, now=at(TODAY))
    assert status(item) is CopyStatus.AVAILABLE


def test_the_desk_lists_queues_in_their_order_and_copies_set_aside_with_a_slip() -> None:
    one, two = make_copies(shelf_mark="LOG 3")[0], make_copies(title="Deux")[0]
    ana, bo, cy = make_reader(), make_reader("Bo"), make_reader("Cy")
    lend(two, ana)
    for reader in (bo, cy):
        reserve(notice_of(two), reader)
    reserve(notice_of(one), bo)
    with db.writing("circulation") as session:
        [_, last] = shelf.queue(session, notice_of(two))
        told = reservations.move(session, STAFF, reservation_id=last.id or 0, position=1,
                                 now=at(TODAY))  # fmt: skip
    assert told == "Cy est en place 1 de la file."
    with db.reading() as session:
        [queued] = waiting_lists.queues(session, STAFF)
        assert [(line.name, line.place) for line in queued.waiters] == [("Cy", 1), ("Bo", 2)]
        [aside] = waiting_lists.set_aside(session, STAFF)
        assert (aside.name, aside.shelf_mark, aside.barcode) == ("Bo", "LOG 3", "L1")
        slip = waiting_lists.slip(session, STAFF, reservation_id=aside.reservation_id, today=TODAY)
        assert slip.startswith(b"%PDF")
        with pytest.raises(DomainError, match="plus mis de côté"):
            waiting_lists.slip(session, STAFF, reservation_id=last.id or 0, today=TODAY)
        with pytest.raises(ForbiddenError):
            waiting_lists.queues(session, viewer_for(Role.PUBLIC))
