"""Cases 35 and 36 of the study: when a late loan is reminded of, and that nothing leaves a test."""

import smtplib
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import select

from core import db
from core.circulation import closures, reminders, renewals
from core.circulation.closures import ExceptionDraft
from core.circulation.loan_models import Loan, Reminder
from core.circulation.models import Reader
from core.errors import DomainError
from core.mail import sender
from core.mail.models import MailMessage
from core.people.models import Person
from tests.conftest import NOW
from tests.core.circulation.making import TODAY, give, lend, make_copies, make_library, make_reader
from tests.factories import STAFF

START = TODAY - timedelta(days=31)  # due on 6 June, nine days before today


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def late_loan(*, email: str = "ana@exemple.invalid") -> int:
    [item] = make_copies()
    own = make_reader()
    with db.writing("people") as session:
        person = session.get_one(Person, session.get_one(Reader, own).person_id)
        person.email = email
        session.add(person)
    return lend(item, own, START).loan_id


def levels(today: date = TODAY) -> list[int]:
    with db.reading() as session:
        found = reminders.due(session, STAFF, today=today)
    return [int(one) for one in found["level"]]


def prepare(today: date = TODAY) -> reminders.Prepared:
    with db.writing(*reminders.WRITTEN) as session:
        return reminders.prepare(session, STAFF, today=today, now=NOW)


def mails() -> list[MailMessage]:
    with db.reading() as session:
        return list(session.exec(select(MailMessage).order_by(MailMessage.key)))


def test_case_35_one_reminder_a_level_and_a_due_day_and_a_renewal_arms_it_again() -> None:
    loan = late_loan()
    assert levels(TODAY - timedelta(days=3)) == []
    assert levels() == [1]
    assert prepare().told == "1 relance prête dans la boîte d’envoi."
    assert prepare().mails == 0
    assert "« Livre » était à rendre le 6 juin 2011" in mails()[0].body
    assert levels() == []
    assert levels(TODAY + timedelta(days=12)) == [2]
    with db.writing("circulation") as session:
        renewals.renew(session, STAFF, loan_id=loan, today=TODAY, now=NOW, override="accord")
    assert levels(TODAY + timedelta(days=12)) == []
    assert levels(TODAY + timedelta(days=30)) == [1]


def test_case_35_a_return_withdraws_what_has_not_left_and_nothing_is_sent_after() -> None:
    loan = late_loan()
    prepare()
    give("L1")
    assert (mails(), levels()) == ([], [])
    with db.reading() as session:
        assert session.exec(select(Reminder)).one().state == "annulee"
        assert session.get_one(Loan, loan).returned_on == TODAY


def test_case_35_nothing_is_asked_for_while_the_centre_stays_closed() -> None:
    late_loan()
    closed = ExceptionDraft(date(2011, 6, 7), date(2011, 6, 30), "travaux")
    with db.writing("circulation") as session:
        closures.add(session, STAFF, draft=closed, is_shifted=False, today=TODAY, now=NOW)
    assert levels() == []
    assert levels(date(2011, 7, 1)) == [2]


def test_who_has_no_address_is_named_and_a_very_late_loan_may_be_declared_lost() -> None:
    late_loan(email="")
    assert prepare() == reminders.Prepared(0, ("Ana",))
    assert levels() == []
    with db.reading() as session:
        found = reminders.due(session, STAFF, today=TODAY + timedelta(days=81))
    assert found["is_lost"].tolist() == [True]


def calls() -> list[tuple[str, str]]:
    with db.reading() as session:
        found = reminders.to_call(session, STAFF)
    return list(zip(found["reader"], found["why"], strict=True))


def test_who_has_no_address_stays_to_be_called_until_it_is_said_done() -> None:
    late_loan(email="")
    prepare()
    assert calls() == [("Ana", "pas de courriel")]
    with db.writing("circulation") as session:
        own = int(reminders.to_call(session, STAFF)["id"].iloc[0])
        reminders.called(session, STAFF, reminder_id=own)
        with pytest.raises(DomainError, match="déjà fait"):
            reminders.called(session, STAFF, reminder_id=own)
    assert (calls(), levels()) == ([], [])


def test_a_renewal_withdraws_the_reminder_that_has_not_left() -> None:
    loan = late_loan()
    prepare()
    with db.writing("circulation") as session:
        renewals.renew(session, STAFF, loan_id=loan, today=TODAY, now=NOW, override="accord")
    assert mails() == []


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Callable[[], sender.SendReport]:
    """An installation that sends, to a server that knows Ana’s address only when it is right."""

    class Server:
        def send_message(self, message: EmailMessage) -> None:
            if "faux" in str(message["To"]):
                raise smtplib.SMTPRecipientsRefused({"x": (550, b"inconnu")})

    monkeypatch.setattr(sender, "why_not", lambda _url: "")
    monkeypatch.setattr(sender, "_connection", lambda _config: nullcontext(Server()))
    return lambda: sender.send_pending(db.database_url(), clock=lambda: NOW,
                                       watches=reminders.WATCHES)  # fmt: skip


Send = Callable[[], sender.SendReport]


def test_a_refused_mail_is_a_failure_and_the_reader_is_to_be_called(production: Send) -> None:
    late_loan(email="faux@exemple.invalid")
    prepare()
    assert production().refused == 1
    with db.reading() as session:
        assert session.exec(select(Reminder.state)).one() == "echec"
    assert calls() == [("Ana", "courriel refusé")]


def test_case_35_what_is_back_when_mails_leave_is_not_reminded_of(production: Send) -> None:
    loan = late_loan()
    prepare()
    with db.writing("circulation") as session:  # by a way that withdraws nothing
        held = session.get_one(Loan, loan)
        held.returned_at, held.returned_on = NOW.replace(tzinfo=None), TODAY
    report = production()
    assert (report.sent, report.dropped, mails()) == (0, 1, [])
    with db.reading() as session:
        assert session.exec(select(Reminder.state)).one() == "annulee"


def test_a_reminder_that_left_is_said_to_be_sent(production: Send) -> None:
    late_loan()
    prepare()
    assert production().sent == 1
    with db.reading() as session:
        assert session.exec(select(Reminder.state)).one() == "envoyee"


def test_case_36_outside_production_a_reminder_stays_in_the_outbox() -> None:
    late_loan()
    prepare()
    with pytest.raises(DomainError):
        sender.send_pending(db.database_url(), clock=lambda: NOW, limit=10)
    assert [one.state for one in mails()] == ["pending"]
