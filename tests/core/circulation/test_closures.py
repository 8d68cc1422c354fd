"""Cases 6 and 7 of the study: a closure added once loans are out, and one taken back."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from core import db
from core.circulation import closures
from core.circulation.closures import ExceptionDraft
from core.circulation.loan_models import Loan
from core.circulation.models import CalendarException
from core.errors import DomainError, ForbiddenError
from tests.conftest import NOW
from tests.core.circulation.making import (
    TODAY,
    lend,
    make_copies,
    make_library,
    make_reader,
    notice_of,
    reserve,
)
from tests.factories import ANALYST, STAFF

SUMMER = ExceptionDraft(date(2011, 7, 4), date(2011, 7, 8), "congés")


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def due() -> list[date]:
    with db.reading() as session:
        return [one.due_on for one in session.exec(select(Loan).order_by(col(Loan.due_on)))]


def add(draft: ExceptionDraft, *, is_shifted: bool = True) -> str:
    with db.writing("circulation") as session:
        return closures.add(session, STAFF, draft=draft, is_shifted=is_shifted, today=TODAY,
                            now=NOW)  # fmt: skip


def test_case_05_closures_end_to_end_that_leave_no_day_to_come_back_are_refused() -> None:
    year = timedelta(days=365)
    add(ExceptionDraft(TODAY + timedelta(days=1), TODAY + year, "travaux"))
    with pytest.raises(DomainError, match="Aucun jour d’ouverture"):
        add(ExceptionDraft(TODAY + year + timedelta(days=1), TODAY + 2 * year, "travaux encore"))


def test_case_06_a_new_closure_lists_and_moves_due_days_and_copies_set_aside() -> None:
    one, two = make_copies(2)
    lend(one, make_reader())  # due on 6 July, inside the closure
    lend(two, make_reader("Bo"), TODAY + timedelta(days=5))  # due on 11 July, after it
    [aside] = make_copies(title="Autre")
    reserve(notice_of(aside), make_reader("Cy"))  # kept for seven open days, up to 24 June
    bridge = ExceptionDraft(date(2011, 6, 24), date(2011, 6, 24), "pont")
    with db.reading() as session:
        found = closures.affected(session, STAFF, draft=SUMMER, today=TODAY)
        assert found[["what", "day", "moved_to"]].to_numpy().tolist() == [
            ["prêt", date(2011, 7, 6), date(2011, 7, 11)]
        ]
        held = closures.affected(session, STAFF, draft=bridge, today=TODAY)
        assert held[["what", "moved_to"]].to_numpy().tolist() == [
            ["mis de côté", date(2011, 6, 27)]
        ]
    assert add(SUMMER) == "Fermeture enregistrée. 1 date reculée."
    assert due() == [date(2011, 7, 11), date(2011, 7, 11)]


def test_case_07_a_closure_taken_back_moves_nothing() -> None:
    [one] = make_copies()
    lend(one, make_reader())
    add(SUMMER)
    with db.writing("circulation") as session:
        own = session.exec(select(CalendarException.id)).one() or 0
        closures.remove(session, STAFF, exception_id=own, today=TODAY, now=NOW)
    assert due() == [date(2011, 7, 11)]
    with pytest.raises(DomainError, match="plus au calendrier"), db.writing("circulation") as again:
        closures.remove(again, STAFF, exception_id=own, today=TODAY, now=NOW)


def test_a_closure_may_be_kept_without_moving_anything_and_must_hold() -> None:
    [one] = make_copies()
    lend(one, make_reader())
    add(SUMMER, is_shifted=False)
    assert due() == [date(2011, 7, 6)]
    for wrong, said in (
        (ExceptionDraft(date(2011, 7, 8), date(2011, 7, 4), "x"), "avant le premier"),
        (ExceptionDraft(date(2011, 7, 4), date(2011, 7, 4), " "), "pourquoi"),
        (ExceptionDraft(date(2011, 7, 4), date(2015, 7, 4), "x"), "au plus un an"),
    ):
        with pytest.raises(DomainError, match=said):
            add(wrong)
    with pytest.raises(ForbiddenError), db.reading() as session:
        closures.affected(session, ANALYST, draft=SUMMER, today=TODAY)
    with db.reading() as session:
        told = closures.exceptions(session, STAFF, today=TODAY)["told"].tolist()
    assert told == ["fermé du 4 juillet 2011 au 8 juillet 2011 : congés"]
