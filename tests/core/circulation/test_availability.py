"""What the record page says of copies: where, until when, how many wait; and never who."""

from dataclasses import asdict, replace
from datetime import date

import pytest

from core import db
from core.access import Role, Viewer
from core.circulation import availability
from core.circulation.availability import Availability
from core.circulation.enums import CopyStatus
from core.documentation.models import Notice
from pages.ui import availability_view
from tests.core.circulation.making import (
    TODAY,
    lend,
    make_copies,
    make_library,
    make_reader,
    notice_of,
    reserve,
)
from tests.factories import STAFF

PUBLIC = Viewer(Role.PUBLIC)


def found(item: int, viewer: Viewer = STAFF) -> Availability:
    with db.reading() as session:
        return availability.of_notice(session, viewer, notice_id=notice_of(item))


@pytest.fixture
def library(store: str) -> str:
    make_library()
    return store


def test_each_copy_says_where_it_is_and_nobody_is_named(library: str) -> None:
    first, second, third = make_copies(3, location="Limoges", section="Formation")
    ana, bob = make_reader("Ana"), make_reader("Bob")
    due = lend(first, ana).due_on
    reserve(notice_of(first), bob)
    seen = found(first)
    states = {one.item_id: (one.status, one.due_on) for one in seen.copies}
    assert states[first] == (CopyStatus.LENT, due)
    assert sorted(states[own][0].value for own in (second, third)) == ["disponible", "reserve"]
    assert (seen.free, seen.waiting, seen.first_due) == (1, 0, due)
    assert {one.where for one in seen.copies} == {"Limoges, Formation"}
    words = str([asdict(one) for one in seen.copies])
    assert "Ana" not in words
    assert "Bob" not in words


def test_a_wait_is_counted_when_no_copy_is_left(library: str) -> None:
    [only] = make_copies()
    lend(only, make_reader("Ana"))
    for name in ("Bob", "Zoé"):
        reserve(notice_of(only), make_reader(name))
    assert (found(only).free, found(only).waiting) == (0, 2)
    words = availability_view.summary(found(only), TODAY)
    assert words.endswith("2 lecteurs en attente.")
    assert "premier retour attendu le" in words


def test_a_record_that_is_not_public_shows_no_copy(library: str) -> None:
    [own] = make_copies()
    assert len(found(own, PUBLIC).copies) == 1
    with db.writing("documentation") as session:
        session.get_one(Notice, notice_of(own)).visibility = "equipe"
    assert not found(own, PUBLIC).copies
    assert len(found(own).copies) == 1


def test_a_copy_used_on_site_is_not_counted_as_one_to_borrow(library: str) -> None:
    [own] = make_copies(loan_class="sur_place")
    seen = found(own)
    assert (seen.free, seen.copies[0].status) == (0, CopyStatus.AVAILABLE)
    assert availability_view.row(seen.copies[0], TODAY)["state"] == "à consulter sur place"
    assert "disponible à emprunter" in availability_view.summary(seen, TODAY)


def test_a_late_copy_is_told_and_its_return_is_not_promised(library: str) -> None:
    [own] = make_copies()
    lend(own, make_reader())
    seen = found(own)
    late = date(2011, 12, 1)
    assert "en retard" in availability_view.row(seen.copies[0], late)["state"]
    assert "attendu" not in availability_view.summary(seen, late)
    assert "en retard" not in availability_view.row(
        replace(seen.copies[0], due_on=late), late
    )["state"]  # fmt: skip
