"""The cases of section 4 that concern the store, by their numbers, on both engines."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from core import db, settings
from core.circulation import kits, loan_rules, loans, renewals, reservations, returns
from core.circulation.enums import CopyStatus
from core.circulation.loan_models import DeskEvent, DeskIncident, Loan, Reminder, Reservation
from core.circulation.models import LoanRule, Reader
from core.documentation.models import Item, ItemPart
from core.errors import DomainError, ForbiddenError
from core.journal import JournalEntry
from core.mail.models import MailMessage
from core.people.models import Person
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

LATER = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def loan_of(item: int) -> Loan:
    with db.reading() as session:
        return session.exec(
            select(Loan).where(Loan.item_id == item).order_by(col(Loan.id).desc()).limit(1)
        ).one()


def renew(item: int, day: date = TODAY + timedelta(days=5), override: str = "") -> date:
    with db.writing("circulation") as session:
        renewals.renew(session, STAFF, loan_id=loan_of(item).id or 0, today=day, now=at(day),
                       override=override)  # fmt: skip
    return loan_of(item).due_on


def take_back(moment: datetime) -> str:
    with db.writing("circulation") as session:
        return undo_last(session, STAFF, now=moment)


def cancel(reader: int) -> str:
    with db.writing("circulation") as session:
        one = session.exec(
            select(Reservation).where(
                Reservation.reader_id == reader,
                col(Reservation.state).in_(["en_file", "disponible"]),
            )
        ).one()
        return reservations.cancel(session, STAFF, reservation_id=one.id or 0, today=TODAY,
                                   now=at(TODAY))  # fmt: skip


def lose(item: int) -> str:
    with db.writing("circulation") as session:
        return returns.lose(session, STAFF, loan_id=loan_of(item).id or 0, today=TODAY,
                            now=at(TODAY))  # fmt: skip


def test_only_staff_lend() -> None:
    [item] = make_copies()
    request = loans.Request(item, make_reader(), "k")
    with db.writing("circulation") as session, pytest.raises(ForbiddenError):
        loans.lend(session, ANALYST, request, today=TODAY, now=at(TODAY))


@pytest.mark.parametrize(
    ("moment", "day"),
    [(datetime(2026, 3, 28, 22, 30, tzinfo=UTC), date(2026, 3, 28)),
     (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)),
     (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25))],
)  # fmt: skip
def test_case_08_a_loan_at_night_is_of_the_day_of_paris(moment: datetime, day: date) -> None:
    [item] = make_copies()
    today = settings.today(is_demo=False, now=moment)
    now = settings.clock(is_demo=False, now=moment)
    assert (today, now) == (day, moment)
    request = loans.Request(item, make_reader(), "k")
    with db.writing("circulation") as session:
        loans.lend(session, STAFF, request, today=today, now=now)
    assert (loan_of(item).lent_on, loan_of(item).lent_at) == (day, moment.replace(tzinfo=None))


def test_case_09_a_copy_asked_for_twice_is_lent_once_and_the_other_is_told_when() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    with pytest.raises(DomainError, match=r"Déjà prêté le 15 juin 2011 à 10:32"):
        lend(item, make_reader("Bo"))
    assert status(item) is CopyStatus.LENT


def test_case_09_the_store_itself_refuses_a_second_open_loan() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    held = loan_of(item)
    copied = {name: getattr(held, name) for name in Loan.model_fields if name != "id"}
    with db.writing("circulation") as session:
        session.add(Loan(**(copied | {"request_key": "other"})))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_case_10_the_same_form_sent_twice_lends_once() -> None:
    [item] = make_copies()
    reader = make_reader()
    assert lend(item, reader, key="k").loan_id == lend(item, reader, key="k").loan_id


def test_case_11_a_second_copy_of_a_record_is_lent_with_a_warning_and_counts() -> None:
    first, second = make_copies(2)
    reader = make_reader()
    lend(first, reader)
    assert "déjà un autre exemplaire" in lend(second, reader).warnings[0]


def test_the_sixth_document_is_refused_unless_a_reason_is_given() -> None:
    items = make_copies(6)
    reader = make_reader()
    for item in items[:5]:
        lend(item, reader)
    with pytest.raises(DomainError, match="maximum"):
        lend(items[5], reader)
    found = lend(items[5], reader, override="préparation d’un jury")
    assert any("préparation d’un jury" in one for one in found.warnings)


def test_case_12_lending_again_to_the_same_reader_proposes_a_renewal() -> None:
    [item] = make_copies()
    reader = make_reader()
    lend(item, reader)
    with pytest.raises(DomainError, match="prolongez"):
        lend(item, reader)
    assert loan_of(item).returned_at is None


def test_case_13_a_copy_of_somebody_else_is_returned_then_lent() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    with pytest.raises(DomainError, match="rendre puis prêter"):
        lend(item, make_reader("Bo"))
    give("L1")
    lend(item, make_reader("Cy"))


def test_case_14_a_copy_set_aside_is_refused_to_another_who_needs_a_reason() -> None:
    [item] = make_copies()
    first, second, other = (make_reader(name) for name in ("Ana", "Bo", "Cy"))
    lend(item, other)
    for reader in (first, second):
        reserve(notice_of(item), reader)
    give("L1")
    assert status(item) is CopyStatus.SET_ASIDE
    with pytest.raises(DomainError, match="Mis de côté pour Ana"):
        lend(item, other)
    lend(item, other, override="urgence d’un jury")
    assert queue(notice_of(item)) == [(first, "en_file", 1), (second, "en_file", 2)]


def test_case_15_another_copy_taken_honours_the_reservation_and_frees_the_first() -> None:
    one, two = make_copies(2)
    ana, bo, cy = (make_reader(name) for name in ("Ana", "Bo", "Cy"))
    lend(one, cy)
    lend(two, cy)
    reserve(notice_of(one), ana)
    reserve(notice_of(one), bo)
    give("L1")
    give("L2")
    assert [state for _, state, _ in queue(notice_of(one))] == ["disponible", "disponible"]
    lend(two, ana, override="pris au rayon")
    states = {reader: state for reader, state, _ in queue(notice_of(one))}
    assert states == {bo: "disponible"}
    assert status(one) is CopyStatus.SET_ASIDE


def test_case_16_a_copy_on_the_shelf_is_put_aside_at_once() -> None:
    [item] = make_copies()
    assert "sortez l’exemplaire du rayon" in reserve(notice_of(item), make_reader())
    assert status(item) is CopyStatus.SET_ASIDE


def test_cases_17_and_18_neither_the_holder_nor_the_same_reader_twice_reserves() -> None:
    [item] = make_copies()
    holder, other = make_reader(), make_reader("Bo")
    lend(item, holder)
    with pytest.raises(DomainError, match="a déjà ce document"):
        reserve(notice_of(item), holder)
    reserve(notice_of(item), other)
    with pytest.raises(DomainError, match="déjà réservé"):
        reserve(notice_of(item), other)


def test_case_19_a_renewal_waited_for_needs_a_reason() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    reserve(notice_of(item), make_reader("Bo"))
    with pytest.raises(DomainError, match="réservé : 1 personne l’attend"):
        renew(item)
    assert renew(item, override="accord de Bo") > TODAY


def test_case_19_who_waits_is_told_by_mail_or_named_and_the_mail_goes_with_an_undo() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    bo, _ = make_reader("Bo"), reserve(notice_of(item), make_reader("Cy"))
    with db.writing("people") as session:
        person = session.get_one(Person, session.get_one(Reader, bo).person_id)
        person.email = "bo@exemple.invalid"
    reserve(notice_of(item), bo)
    day = TODAY + timedelta(days=5)
    with db.writing("circulation") as session:
        told = renewals.renew(session, STAFF, loan_id=loan_of(item).id or 0, today=day, now=at(day),
                              override="accord des deux")  # fmt: skip
    with db.reading() as session:
        [sent] = session.exec(select(MailMessage)).all()
    assert (sent.recipient, "« Livre », que vous avez réservé" in sent.body) == (
        "bo@exemple.invalid", True,
    )  # fmt: skip
    assert "(accord des deux) : Ce document est réservé" in told
    assert "Courriel prêt pour prévenir Bo" in told
    assert "faute de courriel : Cy" in told
    take_back(at(TODAY + timedelta(days=5), 10, 33))
    with db.reading() as session:
        assert session.exec(select(MailMessage)).all() == []


def test_case_22_a_reason_renews_even_what_the_rule_never_renews_but_no_closed_card() -> None:
    [item] = make_copies(loan_class="sur_place")
    reader = make_reader()
    lend(item, reader)
    with pytest.raises(DomainError, match="ne se prolonge pas"):
        renew(item, TODAY)
    assert renew(item, TODAY, override="salle fermée ce soir") > TODAY
    with db.writing("circulation") as session:
        session.get_one(Reader, reader).closed_on = TODAY
    for asked in (lambda: renew(item, TODAY, override="quand même"),
                  lambda: lend(make_copies(title="Autre")[0], reader, override="oui")):  # fmt: skip
        with pytest.raises(DomainError, match="fermée"):
            asked()


def test_several_loans_renewed_are_one_gesture_and_one_undo() -> None:
    one, two = make_copies(2)
    reader = make_reader()
    before = [lend(item, reader).due_on for item in (one, two)]
    day = TODAY + timedelta(days=5)
    ids = (loan_of(one).id or 0, loan_of(two).id or 0)
    with db.writing("circulation") as session:
        told = renewals.renew_all(session, STAFF, loan_ids=ids, today=day, now=at(day))
    assert told.startswith("2 prêts prolongés. Livre : Prolongé jusqu’au")
    with db.writing("circulation") as session, pytest.raises(DomainError, match="Rien n’est"):
        renewals.renew_all(session, STAFF, loan_ids=ids, today=day, now=at(day))
    take_back(at(day, 10, 34))
    assert [loan_of(item).due_on for item in (one, two)] == before


def test_case_20_free_copies_leave_a_renewal_free() -> None:
    one, *_ = make_copies(3)
    lend(one, make_reader())
    assert renew(one) >= TODAY + timedelta(days=26)


def test_case_21_a_renewal_that_changes_nothing_is_not_used_up() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    with pytest.raises(DomainError, match="ne serait pas plus long"):
        renew(item, TODAY)
    assert renew(item) > TODAY


def test_case_22_a_renewal_has_an_end_and_a_blocked_reader_has_none() -> None:
    [item] = make_copies()
    reader = make_reader()
    lend(item, reader)
    renew(item)
    with pytest.raises(DomainError, match="déjà été prolongé"):
        renew(item)
    with db.writing("circulation") as session:
        row = session.get_one(Reader, reader)
        row.blocked_until, row.block_reason = LATER, "livre abîmé"
        session.add(row)
    with pytest.raises(DomainError, match="bloqué"):
        renew(item, TODAY)


def test_case_23_a_copy_that_comes_back_goes_to_the_first_and_the_others_stay() -> None:
    [item] = make_copies()
    ana, bo = make_reader(), make_reader("Bo")
    lend(item, make_reader("Cy"))
    reserve(notice_of(item), ana)
    reserve(notice_of(item), bo)
    found = give("L1")
    assert "mettre de côté pour Ana" in found.told
    assert queue(notice_of(item)) == [(ana, "disponible", None), (bo, "en_file", 1)]


def test_case_24_who_gives_up_lets_the_next_one_in_at_once() -> None:
    [item] = make_copies()
    ana, bo = make_reader(), make_reader("Bo")
    lend(item, make_reader("Cy"))
    reserve(notice_of(item), ana)
    reserve(notice_of(item), bo)
    give("L1")
    assert "pour Bo" in cancel(ana)
    assert queue(notice_of(item)) == [(bo, "disponible", None)]
    assert "rayon" in cancel(bo)
    assert status(item) is CopyStatus.AVAILABLE


def test_case_25_a_copy_not_fetched_in_time_goes_to_the_next() -> None:
    [item] = make_copies()
    ana, bo = make_reader(), make_reader("Bo")
    lend(item, make_reader("Cy"))
    reserve(notice_of(item), ana)
    reserve(notice_of(item), bo)
    give("L1")
    with db.reading() as session:
        aside = session.exec(select(Reservation).where(Reservation.state == "disponible")).one()
    until = aside.ready_until
    assert until is not None
    for day, count in ((until, 0), (until + timedelta(days=1), 1)):
        with db.writing("circulation") as session:
            assert reservations.expire(session, STAFF, today=day, now=at(day)) == count
    assert queue(notice_of(item)) == [(bo, "disponible", None)]


def test_case_26_places_stay_without_a_gap() -> None:
    [item] = make_copies()
    lend(item, make_reader("Zoé"))
    readers = [make_reader(name) for name in ("Ana", "Bo", "Cy")]
    for reader in readers:
        reserve(notice_of(item), reader)
    with db.writing("circulation") as session:
        last = session.exec(select(Reservation).where(Reservation.reader_id == readers[2])).one()
        reservations.move(session, STAFF, reservation_id=last.id or 0, position=1, now=at(TODAY))
    assert [(own, place) for own, _, place in queue(notice_of(item))] == [
        (readers[2], 1), (readers[0], 2), (readers[1], 3),
    ]  # fmt: skip
    cancel(readers[0])
    assert [place for _, _, place in queue(notice_of(item))] == [1, 2]


def test_case_28_the_last_copy_lost_suspends_the_queue_and_asks_for_another() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    reserve(notice_of(item), make_reader("Bo"))
    assert "dernier exemplaire" in lose(item)
    assert [state for _, state, _ in queue(notice_of(item))] == ["suspendue"]
    with db.reading() as session:
        assert "racheter" in session.exec(select(DeskIncident.told)).one()


def test_case_29_a_lost_copy_that_comes_back_is_found() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    lose(item)
    assert status(item) is CopyStatus.LOST
    assert "Retrouvé" in give("L1").told
    assert status(item) is CopyStatus.AVAILABLE
    assert loan_of(item).return_kind == "regularisation"


def test_case_30_a_lost_copy_is_not_lent_in_silence() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    lose(item)
    with pytest.raises(DomainError, match="déclaré perdu"):
        lend(item, make_reader("Bo"))


def test_case_31_a_kit_that_lacks_a_part_stays_lent_for_it() -> None:
    [item] = make_copies(title="Mallette", parts=("Livret", "Jeu"))
    lend(item, make_reader())
    with db.reading() as session:
        rank = session.exec(
            select(ItemPart.rank).where(ItemPart.item_id == item, ItemPart.label == "Jeu")
        ).one()
    assert "sauf : Jeu" in give("M1", missing=(rank,)).told
    assert status(item) is CopyStatus.LENT
    assert give("M1").told.startswith("Rendu")
    assert status(item) is CopyStatus.AVAILABLE


def settle(item: int, *, missing: tuple[int, ...] = (), lost: tuple[int, ...] = ()) -> str:
    back = returns.Return("", TODAY, missing, item, lost)
    with db.writing("circulation") as session:
        return returns.give_back(session, STAFF, back, today=TODAY, now=at(TODAY)).told


def test_case_31_a_part_lost_for_good_leaves_the_kit_which_is_lent_without_it() -> None:
    [item] = make_copies(title="Mallette", parts=("Livret", "Jeu", "Dé"))
    lend(item, make_reader())
    assert "sauf : Jeu, Dé" in settle(item, missing=(2, 3))
    assert "Perdu pour de bon : 2 Jeu" in settle(item, lost=(2,))
    assert status(item) is CopyStatus.AVAILABLE
    lend(item, make_reader("Bo"))
    with db.reading() as session:
        assert [one.label for one in kits.parts(session, item)] == ["Livret", "Dé"]
        kept = session.exec(select(JournalEntry.subject)).all()
    assert "Mallette : 2 Jeu" in kept
    with pytest.raises(DomainError, match="n’est pas de cette mallette : 1 Livret, 3 Dé"):
        settle(item, missing=(2,))
    with pytest.raises(DomainError, match="déclarez perdue la mallette"):
        settle(item, lost=(1, 3))


def test_case_31_a_part_lost_by_mistake_comes_back_with_the_gesture() -> None:
    [item] = make_copies(title="Mallette", parts=("Livret", "Jeu"))
    lend(item, make_reader())
    settle(item, lost=(2,))
    take_back(at(TODAY, 10, 33))
    assert status(item) is CopyStatus.LENT
    with db.reading() as session:
        assert [one.label for one in kits.parts(session, item)] == ["Livret", "Jeu"]


def test_case_31_a_kit_that_nobody_has_is_counted_again() -> None:
    [item] = make_copies(title="Mallette", parts=("Livret", "Jeu"))
    assert settle(item, missing=(2,)) == "Il manque : Jeu."
    assert status(item) is CopyStatus.INCOMPLETE
    assert settle(item) == "La mallette est complète."
    assert status(item) is CopyStatus.AVAILABLE


def test_case_32_a_loan_is_due_at_the_latest_when_the_card_ends() -> None:
    [item] = make_copies()
    end = TODAY + timedelta(days=5)
    assert lend(item, make_reader(valid_until=end)).due_on == end


def test_case_32_a_loan_is_never_due_on_a_closed_day_and_says_what_shortens_it() -> None:
    first, second, third = make_copies(3)
    sunday = TODAY + timedelta(days=4)
    lent = lend(first, make_reader(valid_until=sunday))
    assert lent.due_on == TODAY + timedelta(days=2)
    assert any("la carte finit le 19 juin 2011" in one for one in lent.warnings)
    today_only = make_reader("Bo", valid_until=TODAY)
    with pytest.raises(DomainError, match="Prolongez d’abord la carte"):
        lend(second, today_only)
    assert lend(second, today_only, override="lecture sur place").due_on > TODAY
    assert lend(third, make_reader("Cy")).warnings == ()


def test_case_35_a_return_takes_back_the_reminder_that_has_not_left() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    own = loan_of(item)
    with db.writing("circulation") as session:
        for level, state in ((1, "envoyee"), (2, "a_envoyer")):
            session.add(Reminder(loan_id=own.id or 0, level=level, for_due_on=own.due_on,
                                 planned_on=own.due_on, state=state))  # fmt: skip
    give("L1")
    with db.reading() as session:
        states = session.exec(select(Reminder.state).order_by(col(Reminder.level))).all()
    assert states == ["envoyee", "annulee"]


def test_case_37_barcodes_are_read_as_scanners_give_them() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    assert give(" l1\r\n").told.startswith("Rendu")
    assert loan_rules.normalised("000123") != loan_rules.normalised("123")


def test_case_38_an_unknown_barcode_is_an_incident_and_no_stop() -> None:
    found = give("404")
    assert not found.is_known
    with db.reading() as session:
        assert session.exec(select(DeskIncident.barcode)).all() == ["404"]


def test_case_39_a_return_of_friday_recorded_on_monday_is_that_of_friday() -> None:
    [item] = make_copies()
    lend(item, make_reader(), TODAY - timedelta(days=40))
    due = loan_of(item).due_on
    found = give("L1", TODAY, on=due + timedelta(days=1))
    assert found.late_days == 1
    assert loan_of(item).returned_on == due + timedelta(days=1)
    with pytest.raises(DomainError, match="à venir"):
        give("L1", TODAY, on=LATER)


def test_case_39_nothing_comes_back_before_it_was_lent() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    with pytest.raises(DomainError, match="pas revenu avant"):
        give("L1", TODAY, on=TODAY - timedelta(days=1))


def test_case_40_the_last_gesture_is_taken_back_with_a_trace() -> None:
    [item] = make_copies()
    ana, bo = make_reader(), make_reader("Bo")
    lend(item, ana)
    reserve(notice_of(item), bo)
    before = queue(notice_of(item))
    give("L1")
    assert "Annulé : Livre – Rendu" in take_back(at(TODAY, 10, 35))
    assert status(item) is CopyStatus.LENT
    assert queue(notice_of(item)) == before
    with pytest.raises(DomainError, match="rien à annuler"):
        take_back(at(TODAY, 10, 36))
    with db.reading() as session:
        kinds = session.exec(select(DeskEvent.kind).order_by(col(DeskEvent.id))).all()
    assert kinds[-2:] == ["retour", "annule"]


def test_case_40_a_loan_taken_back_leaves_the_copy_on_the_shelf() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    take_back(at(TODAY, 10, 33))
    assert status(item) is CopyStatus.AVAILABLE
    assert loan_of(item).return_kind == "annule"


def test_case_40_after_five_minutes_a_gesture_stays() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    with pytest.raises(DomainError, match="cinq minutes"):
        take_back(at(TODAY, 10, 38))


def test_case_42_a_loan_keeps_the_rule_of_its_day() -> None:
    [item] = make_copies()
    lend(item, make_reader())
    with db.writing("circulation") as session:
        for row in session.exec(select(LoanRule)):
            row.max_renewals = 0
            session.add(row)
    assert renew(item) >= TODAY


@pytest.mark.parametrize("state", ["en_traitement", "en_reparation", "retire"])
def test_what_is_not_on_the_shelf_is_not_lent(state: str) -> None:
    [item] = make_copies(state=state)
    with pytest.raises(DomainError, match="ne se prête pas"):
        lend(item, make_reader())


def test_what_is_excluded_is_not_lent() -> None:
    [item] = make_copies(loan_class="exclu")
    with pytest.raises(DomainError, match="exclu du prêt"):
        lend(item, make_reader())


def test_two_hundred_copies_wanted_by_six_desks_are_lent_once_each() -> None:
    items = make_copies(200)
    with db.writing("circulation") as session:
        for row in session.exec(select(LoanRule)):
            row.max_loans = 1_000
            session.add(row)
    readers = [make_reader(f"R{rank}") for rank in range(6)]
    start = threading.Barrier(6)

    def desk(reader: int) -> int:
        start.wait()
        made = 0
        for item in items:
            with contextlib.suppress(DomainError):  # lent already; any other fault is seen
                lend(item, reader)
                made += 1
        return made

    with ThreadPoolExecutor(6) as pool:
        made = sum(pool.map(desk, readers))
    with db.reading() as session:
        held = session.exec(select(Loan.item_id).where(col(Loan.returned_at).is_(None))).all()
    assert (made, sorted(held)) == (200, items)


def test_case_44_a_copy_is_lent_where_a_loan_is_open_and_nowhere_else() -> None:
    items = make_copies(6)
    reader = make_reader()
    for item in items[:4]:
        lend(item, reader)
    give("L1")
    lose(items[1])
    with db.reading() as session:
        opened = set(session.exec(select(Loan.item_id).where(col(Loan.returned_at).is_(None))))
        assert {one.id for one in session.exec(select(Item)) if one.id in opened} == opened
    assert {item for item in items if status(item) is CopyStatus.LENT} == opened
