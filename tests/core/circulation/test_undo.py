"""What taking a gesture back puts right, and where it is refused: something followed it."""

from datetime import datetime

import pytest
from sqlmodel import col, select

from core import db
from core.circulation import erasing, loans, reservations, undo
from core.circulation.enums import CopyStatus
from core.circulation.loan_models import DeskEvent, Loan, Reservation
from core.documentation.models import Item
from core.errors import DomainError
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
from tests.factories import STAFF

SOON = at(TODAY, 10, 34)


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def last_event() -> int:
    with db.reading() as session:
        return session.exec(select(DeskEvent.id).order_by(col(DeskEvent.id).desc())).first() or 0


def take_back(event: int, moment: datetime = SOON) -> str:
    with db.writing("circulation") as session:
        return undo.take_back(session, STAFF, event_id=event, now=moment)


def cancel(reader: int) -> None:
    with db.writing("circulation") as session:
        own = session.exec(select(Reservation.id).where(Reservation.reader_id == reader)).one()
        reservations.cancel(session, STAFF, reservation_id=own or 0, today=TODAY, now=SOON)


def test_a_return_is_not_taken_back_once_the_copy_is_lent_again() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    give("L1")
    back = last_event()
    lend(item, make_reader("Bo"))
    with pytest.raises(DomainError, match="Un autre geste a suivi sur ce document : Prêté à Bo"):
        take_back(back)


def test_a_return_is_not_taken_back_once_the_queue_went_on() -> None:
    [item] = make_copies()
    ana, cy = make_reader(), make_reader("Cy")
    lend(item, make_reader("Bo"))
    reserve(notice_of(item), ana)
    give("L1")
    back = last_event()
    cancel(ana)
    reserve(notice_of(item), cy)
    with pytest.raises(DomainError, match="Un autre geste a suivi"):
        take_back(back)
    assert (queue(notice_of(item)), status(item)) == (
        [(cy, "disponible", None)], CopyStatus.SET_ASIDE,
    )  # fmt: skip


def test_a_gesture_followed_by_one_that_was_taken_back_may_be_taken_back_too() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    first = last_event()
    give("L1")
    take_back(last_event())
    take_back(first)
    assert status(item) is CopyStatus.AVAILABLE


def test_a_gesture_forgotten_with_its_reader_says_so() -> None:
    [item] = make_copies()
    ana = make_reader()
    lend(item, ana)
    give("L1")
    with db.writing(*erasing.DOMAINS) as session:
        erasing.erase(session, [ana], today=TODAY)
    with pytest.raises(DomainError, match="oublié avec son lecteur"):
        take_back(last_event())


def test_what_the_catalogue_wrote_since_is_not_lost() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    with db.writing("circulation") as session:
        session.get_one(Item, item).state = "perdu"
    give("L1")
    with db.writing("documentation") as session:
        session.get_one(Item, item).shelf_mark = "POL 3"
    take_back(last_event())
    with db.reading() as session:
        assert session.get_one(Item, item).shelf_mark == "POL 3"


def test_a_reservation_put_aside_and_taken_back_leaves_the_copy_on_the_shelf() -> None:
    [item] = make_copies()
    reserve(notice_of(item), make_reader())
    take_back(last_event())
    assert (queue(notice_of(item)), status(item)) == ([], CopyStatus.AVAILABLE)


def test_a_row_that_changed_without_a_gesture_keeps_its_change() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    with db.writing("circulation") as session:
        session.exec(select(Loan)).one().renewals = 1
    with pytest.raises(DomainError, match="a changé depuis"):
        take_back(last_event())


def test_returned_then_lent_is_one_gesture_and_is_taken_back_as_one() -> None:
    [item] = make_copies()
    ana, bo = make_reader(), make_reader("Bo")
    lend(item, ana)
    with db.writing("circulation") as session:
        found = loans.hand_over(session, STAFF, loans.Request(item, bo, "k"), today=TODAY, now=SOON)
    assert found.back == "Rendu."
    assert "Annulé : Livre – Rendu. Puis prêté à Bo" in take_back(last_event())
    with db.reading() as session:
        held = session.exec(select(Loan).where(col(Loan.returned_at).is_(None))).one()
    assert held.reader_id == ana


def test_returned_then_lent_is_refused_whole_where_somebody_waits() -> None:
    [item] = make_copies()
    ana, bo, cy = (make_reader(name) for name in ("Ana", "Bo", "Cy"))
    lend(item, ana)
    reserve(notice_of(item), cy)

    def hand_over(key: str, reason: str = "") -> loans.Lent:
        asked = loans.Request(item, bo, key, override=reason)
        with db.writing("circulation") as session:
            return loans.hand_over(session, STAFF, asked, today=TODAY, now=SOON)

    with pytest.raises(DomainError, match="Cy attend ce document"):
        hand_over("k")
    with db.reading() as session:
        assert session.exec(select(Loan)).one().returned_at is None
    assert "accord de Cy" in hand_over("l", "accord de Cy").warnings[0]
    assert queue(notice_of(item)) == [(cy, "en_file", 1)]


def test_the_reason_for_lending_what_is_set_aside_is_kept_and_said() -> None:
    [item] = make_copies()
    reserve(notice_of(item), make_reader())
    found = lend(item, make_reader("Bo"), override="urgence d’un jury")
    assert "urgence d’un jury" in found.warnings[0]
    with db.reading() as session:
        told = session.get_one(DeskEvent, last_event()).told
    assert "Prêté malgré la règle (urgence d’un jury) : Mis de côté pour Ana" in told
