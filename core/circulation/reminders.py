"""Reminders of late loans: what is due, prepared into the outbox on somebody's word, once each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, select

from core import access, fr
from core.access import Right, Viewer
from core.circulation import reminder_rules, shelf, sites
from core.circulation.loan_models import Loan, Reminder
from core.circulation.models import Reader
from core.circulation.opening import Opening
from core.db import table_of
from core.documentation.models import Notice
from core.errors import DomainError
from core.mail import operations as mail
from core.mail.models import MailMessage
from core.mail.operations import Draft
from core.mail.sender import Watch
from core.people.models import Person

DOMAINS = ("circulation", "people", "documentation", "mail")
WRITTEN = ("circulation", "mail")
LOAN, REMINDER = table_of(Loan), table_of(Reminder)
NOTICE, READER, PERSON = table_of(Notice), table_of(Reader), table_of(Person)
COLUMNS = ["loan_id", "reader", "card", "email", "title", "due_on", "days", "level", "is_lost"]
WAITING, SENT, CANCELLED, FAILED = "a_envoyer", "envoyee", "annulee", "echec"
TO_CALL = ["id", "reader", "phone", "title", "due_on", "why"]
BATCH = "relances"


@dataclass(frozen=True)
class Prepared:
    """How many mails were put in the outbox, and who is to be called instead."""

    mails: int
    without_address: tuple[str, ...]

    @property
    def told(self) -> str:
        said = fr.plural(self.mails, "relance prête", "relances prêtes")
        if not self.without_address:
            return f"{said} dans la boîte d’envoi."
        return f"{said} ; à appeler, faute de courriel : {', '.join(self.without_address)}."


def due(session: Session, viewer: Viewer, *, today: date) -> pd.DataFrame:
    """One row a loan to be reminded of, or so late that it may be lost (COLUMNS), the latest first.

    ``level`` 0: reminded of already at this level for this due day; ``is_lost``: 90 days late.
    """
    access.require(viewer, Right.LEND)
    rows = session.connection().execute(
        shelf.lent(LOAN.c.id, LOAN.c.site_id, PERSON.c.first_name, PERSON.c.last_name,
                   READER.c.card, PERSON.c.email, NOTICE.c.title, LOAN.c.due_on)
        .where(LOAN.c.due_on < today)
    ).all()  # fmt: skip
    done = _done(session, [row[0] for row in rows])
    calendars: dict[int, Opening] = {}
    found = []
    for own, site, first, last, card, email, title, day in rows:
        if site not in calendars:
            calendars[site] = sites.opening(session, site)
        reached = reminder_rules.level(day, calendars[site], today=today)
        level = 0 if (own, reached, day) in done else reached
        is_lost = reminder_rules.is_presumed_lost(day, today=today)
        if level or is_lost:
            name = f"{first} {last}".strip()
            found.append((own, name, card, email, title, day, (today - day).days, level, is_lost))
    return pd.DataFrame(found, columns=COLUMNS)


def _done(session: Session, loans: Collection[int]) -> set[tuple[int, int, date]]:
    """Return what was reminded of already: loan, level and due day (a renewal arms it again)."""
    rows = session.connection().execute(
        sa.select(REMINDER.c.loan_id, REMINDER.c.level, REMINDER.c.for_due_on).where(
            REMINDER.c.loan_id.in_(loans), REMINDER.c.state != CANCELLED
        )
    )
    return {(loan, level, day) for loan, level, day in rows}


def prepare(session: Session, viewer: Viewer, *, today: date, now: datetime) -> Prepared:
    """Put every reminder that is due in the outbox; who has no address is to be called.

    Asked twice, each leaves once: one a loan, a level and a due day.
    """
    access.require(viewer, Right.LEND)
    access.require(viewer, Right.SEND_MAIL)
    table = due(session, viewer, today=today)
    table = table[table["level"] > 0]
    drafts: list[Draft] = []
    for row in table[table["email"] != ""].to_dict("records"):
        subject, body = reminder_rules.words(
            int(row["level"]), title=str(row["title"]), due_on=row["due_on"]
        )
        drafts.append(
            Draft(key=_key(row["loan_id"], row["level"], row["due_on"]), batch=BATCH,
                  recipient=str(row["email"]), recipient_name=str(row["reader"]),
                  subject=subject, body=body)
        )  # fmt: skip
    mail.queue(session, drafts, now=now)
    keys = [draft.key for draft in drafts]
    ids = {one.key: one.id for one in session.exec(select(MailMessage).where(
        table_of(MailMessage).c.key.in_(keys)))}  # fmt: skip
    for row in table.to_dict("records"):
        own = ids.get(_key(row["loan_id"], row["level"], row["due_on"]))
        _write(session, int(row["loan_id"]), int(row["level"]), row["due_on"], own, today)
    called = tuple(table.loc[table["email"] == "", "reader"])
    return Prepared(len(drafts), called)


def _key(loan: object, level: object, day: object) -> str:
    return f"relance:{loan}:{level}:{day}"


def _write(  # what a reminder is
    session: Session, loan: int, level: int, day: date, own: int | None, today: date
) -> None:
    held = session.exec(
        select(Reminder).where(
            Reminder.loan_id == loan, Reminder.level == level, Reminder.for_due_on == day
        )
    ).first()
    row = held or Reminder(loan_id=loan, level=level, for_due_on=day, planned_on=today)
    row.state, row.mail_id, row.planned_on = WAITING, own, today
    session.add(row)
    session.flush()


def to_call(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row a reminder to be made by telephone (TO_CALL), the oldest first.

    There is no address, or the mail was refused or came back; and the document is still out.
    """
    access.require(viewer, Right.LEND)
    mail_table = table_of(MailMessage)
    has_failed = sa.or_(REMINDER.c.state == FAILED, mail_table.c.state == "bounced")
    has_none = sa.and_(REMINDER.c.state == WAITING, REMINDER.c.mail_id.is_(None))
    rows = session.connection().execute(
        shelf.lent(REMINDER.c.id, PERSON.c.first_name, PERSON.c.last_name, PERSON.c.phone,
                   NOTICE.c.title, LOAN.c.due_on, REMINDER.c.mail_id)
        .join(REMINDER, sa.and_(REMINDER.c.loan_id == LOAN.c.id,
                                REMINDER.c.for_due_on == LOAN.c.due_on))
        .join(mail_table, mail_table.c.id == REMINDER.c.mail_id, isouter=True)
        .where(sa.or_(has_failed, has_none))
    )  # fmt: skip
    return pd.DataFrame(
        [(own, f"{first} {last}".strip(), phone, title, day,
          "courriel refusé" if mailed else "pas de courriel")
         for own, first, last, phone, title, day, mailed in rows],
        columns=TO_CALL,
    )  # fmt: skip


def called(session: Session, viewer: Viewer, *, reminder_id: int) -> None:
    """Say that a reader was reminded by telephone. Raises DomainError where it is said already."""
    access.require(viewer, Right.LEND)
    row = session.get(Reminder, reminder_id)
    if row is None or row.state == CANCELLED or (row.state == SENT and row.mail_id is None):
        raise DomainError("Ce rappel est déjà fait, ou le document est revenu : rechargez la page.")
    row.state, row.mail_id = SENT, None
    session.add(row)
    session.flush()


def _is_wanted(session: Session, message: MailMessage) -> bool:
    """A reminder leaves for a document that is still out, at the due day that it names."""
    row = session.exec(select(Reminder).where(Reminder.mail_id == message.id)).first()
    loan = session.get(Loan, row.loan_id) if row else None
    if row and loan and loan.returned_at is None and loan.due_on == row.for_due_on:
        return True
    if row:
        row.state, row.mail_id = CANCELLED, None
        session.add(row)
        session.flush()
    return False


def _settled(session: Session, message: MailMessage, state: str) -> None:
    """Keep with a reminder what became of its mail."""
    row = session.exec(select(Reminder).where(Reminder.mail_id == message.id)).first()
    if row is not None:
        row.state = SENT if state == "sent" else FAILED
        session.add(row)
        session.flush()


WATCHES = {BATCH: Watch("circulation", _is_wanted, _settled)}


def forget(session: Session, loan_id: int) -> None:
    """Withdraw the reminders of a loan that have not left: the document is back, or lost."""
    message = table_of(MailMessage)
    left = sa.select(message.c.id).where(message.c.state != "pending")
    own = (REMINDER.c.loan_id == loan_id) & (REMINDER.c.state == WAITING)
    connection = session.connection()
    connection.execute(sa.update(REMINDER).where(own, REMINDER.c.mail_id.in_(left))
                       .values(state=SENT))  # fmt: skip
    connection.execute(sa.update(REMINDER).where(own).values(state=CANCELLED, mail_id=None))
    mail.withdraw(session, prefix=f"relance:{loan_id}:")
