"""A copy on the shelf goes to who waits: after a find, a new copy, a file, records parted."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from core import db
from core.access import Role, Viewer, viewer_for
from core.circulation import (
    loans,
    record_merging,
    reservations,
    returns,
    serving,
    shelf,
)
from core.circulation.enums import OPEN_STATES, CopyStatus
from core.circulation.loan_models import DeskIncident, Loan, Reservation
from core.circulation.loans import Request
from core.circulation.models import LoanRule
from core.circulation.returns import Return
from core.documentation import import_operations, operations, reading
from core.documentation.drafts import ItemDraft, NoticeDraft
from core.documentation.import_report import CatalogueReport
from core.documentation.import_run import SourceFile
from core.documentation.models import Item, Notice
from core.documentation.readings import FileReading, Outcome, Reading
from core.errors import DomainError
from core.mail.models import MailMessage
from core.people.models import Person
from tests.conftest import NOW
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
from tests.factories import STAFF


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def open_loan(item: int) -> int:
    with db.reading() as session:
        return session.exec(
            select(Loan.id).where(Loan.item_id == item, col(Loan.returned_at).is_(None))
        ).one() or 0  # fmt: skip


def lose(item: int) -> str:
    own = open_loan(item)
    with db.writing("circulation", "mail") as session:
        return returns.lose(session, STAFF, loan_id=own, today=TODAY, now=at(TODAY))


def add_copies(notice: int, *codes: str, state: str = "en_service") -> list[str]:
    """Give a record copies as the entry form does; return what it tells."""
    with db.writing(*operations.WRITTEN) as session:
        draft = reading.read(session, [notice])[notice]
        version = session.get_one(Notice, notice).version
        added = tuple(ItemDraft(barcode=code, state=state) for code in codes)
        return operations.change_notice(
            session, STAFF, notice_id=notice, draft=NoticeDraft(title=draft.title, items=added),
            version=version, now=at(TODAY),
        )  # fmt: skip


def bring(title: str, *items: ItemDraft) -> CatalogueReport:
    """Import a file of one record, number 1 of its source; each call is another file."""
    draft = NoticeDraft(title=title, external_id="1", items=items)
    read = FileReading("essai", (Reading(1, Outcome.READ, "1", title, draft),))
    with db.writing(*import_operations.WRITTEN) as session:
        file = SourceFile("f", str(hash(items)), "essai")
        return import_operations.apply(session, STAFF, read=read, file=file, now=at(TODAY),
                                       progress=lambda _share, _said: None)  # fmt: skip


def items_of(notice: int) -> list[int]:
    with db.reading() as session:
        rows = session.exec(select(Item.id).where(Item.notice_id == notice).order_by(col(Item.id)))
        return [own or 0 for own in rows]


def test_a_copy_found_again_takes_up_the_queue_that_its_loss_suspended() -> None:
    [item] = make_copies()
    ana, bo, cy = make_reader(), make_reader("Bo"), make_reader("Cy")
    lend(item, ana)
    reserve(notice_of(item), bo)
    reserve(notice_of(item), cy)
    lose(item)
    assert [state for _, state, _ in queue(notice_of(item))] == ["suspendue", "suspendue"]
    assert "mettre de côté pour Bo" in give("L1").told
    assert queue(notice_of(item)) == [(bo, "disponible", None), (cy, "en_file", 1)]
    with pytest.raises(DomainError, match="Mis de côté pour Bo"):
        lend(item, cy)


def test_a_queue_that_was_put_in_another_order_keeps_it_while_suspended() -> None:
    [item] = make_copies()
    readers = [make_reader(name) for name in ("Bo", "Cy", "Di")]
    lend(item, make_reader())
    for reader in readers:
        reserve(notice_of(item), reader)
    with db.writing("circulation") as session:
        last = session.exec(select(Reservation).where(Reservation.reader_id == readers[2])).one()
        reservations.move(session, STAFF, reservation_id=last.id or 0, position=1, now=at(TODAY))
    lose(item)
    give("L1")
    assert [reader for reader, _, _ in queue(notice_of(item))] == [
        readers[2], readers[0], readers[1],
    ]  # fmt: skip


def test_who_waits_is_served_by_a_copy_that_is_added_before_who_comes_later() -> None:
    [item] = make_copies()
    bo, cy = make_reader("Bo"), make_reader("Cy")
    lend(item, make_reader())
    reserve(notice_of(item), bo)
    told = add_copies(notice_of(item), "N1")
    assert "mettre de côté pour Bo" in told[0]
    assert "place 1" in reserve(notice_of(item), cy)
    assert queue(notice_of(item)) == [(bo, "disponible", None), (cy, "en_file", 1)]


def put_on_the_shelf(notice: int) -> int:
    """Add a copy behind the back of the desk, as stores of before may hold."""
    with db.writing("documentation") as session:
        made = Item(notice_id=notice, barcode="VIEUX")
        session.add(made)
        session.flush()
        return made.id or 0


def test_a_newcomer_does_not_take_the_copy_of_who_waits_already() -> None:
    [item] = make_copies()
    bo, cy = make_reader("Bo"), make_reader("Cy")
    lend(item, make_reader())
    reserve(notice_of(item), bo)
    put_on_the_shelf(notice_of(item))
    assert "À mettre de côté pour Bo" in reserve(notice_of(item), cy)
    assert queue(notice_of(item)) == [(bo, "disponible", None), (cy, "en_file", 1)]


def test_a_copy_on_the_shelf_is_not_lent_before_who_waits_unless_for_a_reason() -> None:
    [item] = make_copies()
    bo, cy = make_reader("Bo"), make_reader("Cy")
    lend(item, make_reader())
    reserve(notice_of(item), bo)
    free = put_on_the_shelf(notice_of(item))
    with pytest.raises(DomainError, match="Bo attend ce document, en place 1"):
        lend(free, cy)
    lend(free, cy, override="urgence d’un jury")
    assert queue(notice_of(item)) == [(bo, "en_file", 1)]
    give("VIEUX")
    lend(free, bo)
    assert queue(notice_of(item)) == []


def test_a_copy_given_back_in_repair_is_promised_to_nobody() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    reserve(notice_of(item), make_reader("Bo"))
    with db.writing("documentation") as session:
        row = session.get_one(Item, item)
        row.state = "en_reparation"
        session.add(row)
    assert "mettre de côté" not in give("L1").told
    assert [state for _, state, _ in queue(notice_of(item))] == ["en_file"]


def test_a_gesture_taken_back_leaves_no_copy_on_the_shelf_with_a_queue() -> None:
    [item] = make_copies()
    bo = make_reader("Bo")
    lend(item, make_reader())
    reserve(notice_of(item), bo)
    other, cy = viewer_for(Role.STAFF, name="Autre"), make_reader("Cy")
    with db.writing("circulation") as session:
        reservations.reserve(session, other, notice_id=notice_of(item), reader_id=cy, today=TODAY,
                             now=at(TODAY))  # fmt: skip
    put_on_the_shelf(notice_of(item))
    with db.writing("circulation", "mail") as session:
        undo_last(session, other, now=at(TODAY))
    assert queue(notice_of(item)) == [(bo, "disponible", None)]


def test_a_reservation_set_aside_at_once_and_taken_back_leaves_nothing() -> None:
    [item] = make_copies()
    reserve(notice_of(item), make_reader())
    with db.writing("circulation", "mail") as session:
        undo_last(session, STAFF, now=at(TODAY))
    assert (queue(notice_of(item)), status(item)) == ([], CopyStatus.AVAILABLE)


def test_records_parted_again_leave_no_copy_of_one_set_aside_for_the_other() -> None:
    [one], [two] = make_copies(title="Un"), make_copies(title="Deux")
    bo = make_reader("Bo")
    lend(one, make_reader())
    kept, merged = notice_of(one), notice_of(two)
    reserve(kept, bo)
    with db.writing(*record_merging.DOMAINS) as session:
        own = record_merging.merge(session, STAFF, kept_id=kept, merged_id=merged, today=TODAY,
                                   now=NOW)  # fmt: skip
    assert queue(kept) == [(bo, "disponible", None)]
    with db.writing(*record_merging.DOMAINS) as session:
        record_merging.undo(session, STAFF, merge_id=own, now=NOW)
    assert queue(kept) == [(bo, "en_file", 1)]
    assert (notice_of(two), status(two)) == (merged, CopyStatus.AVAILABLE)


@pytest.mark.parametrize("said", ["retire", "en_reparation", "perdu"])
def test_a_file_does_not_change_the_state_of_a_copy_that_is_lent(said: str) -> None:
    bring("Livre", ItemDraft(barcode="X1"))
    with db.reading() as session:
        notice = session.exec(select(Notice.id)).one() or 0
    [item] = items_of(notice)
    ana, bo = make_reader(), make_reader("Bo")
    lend(item, ana)
    reserve(notice, bo)
    report = bring("Livre", ItemDraft(barcode="X1", state=said, note="vu"))
    assert any("X1 est prêté ici" in line.said and line.place == 1 for line in report.lines)
    assert "mettre de côté pour Bo" in give("X1").told
    lend(item, bo)


def test_a_file_does_not_change_the_state_of_a_copy_set_aside_or_declared_lost() -> None:
    bring("Livre", ItemDraft(barcode="X1"), ItemDraft(barcode="X2"))
    with db.reading() as session:
        notice = session.exec(select(Notice.id)).one() or 0
    aside, lost = items_of(notice)
    reserve(notice, make_reader())
    lend(lost, make_reader("Bo"))
    lose(lost)
    report = bring("Livre", ItemDraft(barcode="X1", state="retire", loan_class="exclu"),
                   ItemDraft(barcode="X2"))  # fmt: skip
    assert (status(aside), status(lost)) == (CopyStatus.SET_ASIDE, CopyStatus.LOST)
    said = [line.said for line in report.lines]
    assert any("X1 est réservé, mis de côté ici" in one for one in said)
    assert any("X2 est perdu ici : « en service » n’est pas repris" in one for one in said)


def test_a_copy_that_a_file_brings_goes_to_who_waits() -> None:
    bring("Livre", ItemDraft(barcode="X1"))
    with db.reading() as session:
        notice = session.exec(select(Notice.id)).one() or 0
    [item] = items_of(notice)
    bo = make_reader("Bo")
    lend(item, make_reader())
    reserve(notice, bo)
    report = bring("Livre", ItemDraft(barcode="X1"), ItemDraft(barcode="X2"))
    assert queue(notice) == [(bo, "disponible", None)]
    assert any("1 exemplaire" in one and "guichet" in one for one in report.sentences())
    assert "Bo" not in report.as_json()


def test_readers_of_a_suspended_queue_are_told_by_mail_once_and_named_without_address() -> None:
    [item] = make_copies()
    ana, bo = make_reader("Ana"), make_reader("Bo")
    with db.writing("people") as session:
        row = session.exec(select(Person).where(Person.last_name == "Ana")).one()
        row.email = "ana@exemple.fr"
        session.add(row)
    lend(item, make_reader("Zoé"))
    reserve(notice_of(item), ana)
    reserve(notice_of(item), bo)
    assert "à prévenir, faute de courriel : Bo" in lose(item)
    with db.reading() as session:
        mail = session.exec(select(MailMessage)).one()
        assert (mail.recipient, mail.state) == ("ana@exemple.fr", "pending")
        assert "Livre" in mail.body
        assert "à racheter" in session.exec(select(DeskIncident.told)).one()
    give("L1")
    with db.reading() as session:
        assert session.exec(select(MailMessage)).all() == []


def test_a_copy_is_kept_aside_as_long_as_the_rule_of_reader_and_document_says() -> None:
    [item] = make_copies(loan_class="court")
    with db.writing("circulation") as session:
        row = session.exec(select(LoanRule).where(LoanRule.loan_class == "court")).one()
        row.hold_days = 2
        session.add(row)
    reserve(notice_of(item), make_reader())
    with db.reading() as session:
        until = session.exec(select(Reservation)).one().ready_until
    assert until == TODAY + timedelta(days=2)


def test_a_suspended_reservation_is_not_said_to_be_set_aside() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    reserve(notice_of(item), make_reader("Bo"))
    lose(item)
    with db.writing("circulation") as session:
        [one] = shelf.queue(session, notice_of(item))
        with pytest.raises(DomainError, match="suspendue, faute d’exemplaire"):
            reservations.move(session, STAFF, reservation_id=one.id or 0, position=1,
                              now=at(TODAY))  # fmt: skip


def test_a_closed_card_borrows_for_no_reason_at_all() -> None:
    [item] = make_copies()
    reader = make_reader(closed_on=TODAY)
    with pytest.raises(DomainError, match="fermée"):
        lend(item, reader, override="exposition")


NUMBERS = count(1)
GESTURES = ("prêter", "rendre", "réserver", "annuler", "perdre", "reprendre", "passer", "ajouter")
STEPS = st.lists(
    st.tuples(st.sampled_from(GESTURES), st.integers(0, 3), st.integers(0, 2)), max_size=14
)


class Desk:
    """One record, three copies and four readers, at a desk of its own."""

    def __init__(self, start: int) -> None:
        self.who: Viewer = viewer_for(Role.STAFF, name=f"guichet {start}")
        self.day = TODAY
        self.codes = count(1)
        self.prefix = f"G{start}X"
        self.readers = [make_reader(f"{self.prefix}{rank}") for rank in range(4)]
        self.items = make_copies(title=self.prefix, code=self.prefix)
        self.notice = notice_of(self.items[0])

    def do(self, gesture: str, reader: int, place: int) -> None:
        item = self.items[place % len(self.items)]
        works: dict[str, Callable[[], object]] = {
            "prêter": lambda: self._lend(item, self.readers[reader]),
            "rendre": lambda: self._give(item),
            "réserver": lambda: self._reserve(self.readers[reader]),
            "annuler": lambda: self._cancel(self.readers[reader]),
            "perdre": lambda: self._lose(item),
            "reprendre": self._undo,
            "passer": self._expire,
            "ajouter": self._add,
        }
        with contextlib.suppress(DomainError):  # a refusal changes nothing: it is judged too
            works[gesture]()

    def _lend(self, item: int, reader: int) -> None:
        request = Request(item, reader, f"{self.prefix}{next(NUMBERS)}")
        with db.writing("circulation") as session:
            loans.lend(session, self.who, request, today=self.day, now=at(self.day))

    def _give(self, item: int) -> None:
        with db.writing("circulation", "mail") as session:
            returns.give_back(session, self.who, Return("", self.day, item_id=item),
                              today=self.day, now=at(self.day))  # fmt: skip

    def _reserve(self, reader: int) -> None:
        with db.writing("circulation") as session:
            reservations.reserve(session, self.who, notice_id=self.notice, reader_id=reader,
                                 today=self.day, now=at(self.day))  # fmt: skip

    def _cancel(self, reader: int) -> None:
        with db.writing("circulation") as session:
            for one in shelf.queue(session, self.notice):
                if one.reader_id == reader:
                    reservations.cancel(session, self.who, reservation_id=one.id or 0,
                                        today=self.day, now=at(self.day))  # fmt: skip

    def _lose(self, item: int) -> None:
        with db.writing("circulation", "mail") as session:
            loan = shelf.copy_of(session, item).loan
            if loan is not None:
                returns.lose(session, self.who, loan_id=loan.id or 0, today=self.day,
                             now=at(self.day))  # fmt: skip

    def _undo(self) -> None:
        with db.writing("circulation", "mail") as session:
            undo_last(session, self.who, now=at(self.day))

    def _expire(self) -> None:
        self.day += timedelta(days=12)
        with db.writing("circulation") as session:
            reservations.expire(session, self.who, today=self.day, now=at(self.day))

    def _add(self) -> None:
        if len(self.items) < 3:
            add_copies(self.notice, f"{self.prefix}N{next(self.codes)}")
            self.items = items_of(self.notice)


def check(desk: Desk) -> None:
    """Hold what is true of a record at every moment: case 44 and the queue."""
    with db.reading() as session:
        held = shelf.queue(session, desk.notice)
        waiting = serving.waiting(session, desk.notice)
        assert [one.position for one in waiting] == list(range(1, len(waiting) + 1))
        assert not (waiting and shelf.free_copies(session, desk.notice))
        aside = [one.item_id for one in held if one.state == "disponible"]
        assert set(aside) <= set(desk.items)
        assert {one.state for one in held} <= {one.value for one in OPEN_STATES}
        is_suspended = any(one.state == "suspendue" for one in held)
        assert not (is_suspended and serving.has_lendable(session, desk.notice))
        lent = session.exec(
            select(Loan.item_id).where(
                col(Loan.item_id).in_(desk.items), col(Loan.returned_at).is_(None)
            )
        ).all()
        lost = [own for own in desk.items if session.get_one(Item, own).state == "perdu"]
        known = shelf.statuses(session, desk.items)
        for own in desk.items:
            expected = (
                CopyStatus.LENT if own in lent
                else CopyStatus.LOST if own in lost
                else CopyStatus.SET_ASIDE if own in aside
                else CopyStatus.AVAILABLE
            )  # fmt: skip
            assert known[own] is expected is shelf.copy_of(session, own).status
        assert not set(lent) & (set(aside) | set(lost))


@settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(STEPS)
def test_case_44_status_queue_and_open_rows_agree_after_any_gestures(
    steps: list[tuple[str, int, int]],
) -> None:
    desk = Desk(next(NUMBERS))
    for gesture, reader, place in steps:
        desk.do(gesture, reader, place)
        check(desk)
