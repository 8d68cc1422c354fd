"""Forgetting readers: their cards go, what they borrowed stays for the figures, without them."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.circulation import desk_erasing
from core.circulation.loan_models import DeskEvent, Loan, Reminder, Reservation
from core.circulation.models import Reader, ReaderInterest
from core.db import table_of
from core.mail.models import MailMessage
from core.people import forgetting
from core.people.models import Person
from core.welcome import motives
from core.welcome.models import Appointment, Visit, VisitPerson

DOMAINS = ("circulation", "welcome", "people", "mail")
LOAN, RESERVATION, EVENT = table_of(Loan), table_of(Reservation), table_of(DeskEvent)
READER, INTEREST, REMINDER = table_of(Reader), table_of(ReaderInterest), table_of(Reminder)
MAIL, SEEN = table_of(MailMessage), table_of(VisitPerson)
APPOINTMENT, VISIT, PERSON = table_of(Appointment), table_of(Visit), table_of(Person)
LINKS = "lien lecteur"  # the batch of the mails that carry a signed link
SUSPENSIONS = "réservation suspendue"  # their keys hold the reader, then the reservation
RENEWALS = "prolongations"  # those that tell who waits; their keys hold the reader
BOOKED = "rendez-vous"  # the batch of the mails on appointments; their keys hold its number


def unlink(
    session: Session, loans: sa.Select[Any], reservations: sa.Select[Any], *,
    today: date,
) -> tuple[int, int]:  # fmt: skip
    """Take what names a reader out of loans and reservations; return how many of each.

    Category, kind of structure, territory and days stay: the figures are the same after.
    """
    connection = session.connection()
    own = list(connection.scalars(loans))
    waits = list(connection.scalars(reservations))
    desk_erasing.empty_own(session, own, waits)
    _drop_reminders(session, own)
    connection.execute(
        sa.update(LOAN)
        .where(LOAN.c.id.in_(own))
        .values(reader_id=None, structure_id=None, anonymised_on=today)
    )
    connection.execute(
        sa.update(RESERVATION)
        .where(RESERVATION.c.id.in_(waits))
        .values(reader_id=None, close_reason="")
    )
    return len(own), len(waits)


def _drop_reminders(session: Session, loans: Collection[int]) -> None:
    """Delete the mails that reminded somebody of a document; that they left is kept."""
    connection = session.connection()
    mails = list(
        connection.scalars(
            sa.select(REMINDER.c.mail_id).where(
                REMINDER.c.loan_id.in_(loans), REMINDER.c.mail_id.is_not(None)
            )
        )
    )
    connection.execute(
        sa.update(REMINDER).where(REMINDER.c.mail_id.in_(mails)).values(mail_id=None)
    )
    connection.execute(sa.delete(MAIL).where(MAIL.c.id.in_(mails)))


def erase(session: Session, reader_ids: Collection[int], *, today: date) -> int:
    """Forget readers who hold nothing any more; return how many left the directory with it.

    Their cards and interests go; visits and appointments count without their names. Who is in the
    directory for another reason (a session, a network, an agreement to be listed) stays there.
    """
    session.flush()
    connection = session.connection()
    cards = connection.execute(
        sa.select(READER.c.id, READER.c.person_id, READER.c.card).where(READER.c.id.in_(reader_ids))
    ).all()
    ids = [own for own, _, _ in cards]
    desk_erasing.empty_of_readers(session, ids, [card for _, _, card in cards])
    unlink(
        session,
        sa.select(LOAN.c.id).where(LOAN.c.reader_id.in_(ids)),
        sa.select(RESERVATION.c.id).where(RESERVATION.c.reader_id.in_(ids)),
        today=today,
    )
    batches = (LINKS, SUSPENSIONS, RENEWALS)
    keys = [f"{batch}:{own}:" for own in ids for batch in batches]
    if keys:
        own_links = sa.or_(*(MAIL.c.key.startswith(key) for key in keys))
        connection.execute(sa.delete(MAIL).where(own_links))
    connection.execute(sa.delete(INTEREST).where(INTEREST.c.reader_id.in_(ids)))
    connection.execute(sa.delete(READER).where(READER.c.id.in_(ids)))
    return forget_visitors(session, [person for _, person, _ in cards], today=today)


def forget_visitors(session: Session, people: Collection[int], *, today: date) -> int:
    """Forget people without a card, and those merged into them; return how many are deleted.

    Their visits and appointments count without them. Who stays in the directory for another
    reason keeps a mark: they were welcomed once, and are not so again.
    """
    everyone = forgetting.with_merged(session, people)
    _unname(session, everyone, today)
    addresses = forgetting.addresses(session, everyone)
    gone = forgetting.forget(session, people)
    left = addresses - forgetting.addresses(session, everyone)
    session.connection().execute(sa.delete(MAIL).where(MAIL.c.recipient.in_(left)))
    session.expire_all()
    return gone


def _drop_mails(session: Session, appointments: Collection[int]) -> None:
    """Delete the mails that told somebody of an appointment."""
    connection, wanted = session.connection(), {str(one) for one in appointments}
    rows = connection.execute(sa.select(MAIL.c.id, MAIL.c.key).where(MAIL.c.batch == BOOKED))
    ids = [own for own, key in rows if key.split(":")[1] in wanted]
    connection.execute(sa.delete(MAIL).where(MAIL.c.id.in_(ids)))


def _unname(session: Session, people: Collection[int], today: date) -> None:
    """Let visits and appointments count without those who came; what is to come is cancelled."""
    connection = session.connection()
    visits = sa.select(SEEN.c.visit_id).where(SEEN.c.person_id.in_(people))
    connection.execute(sa.update(VISIT).where(VISIT.c.id.in_(visits)).values(note=""))
    connection.execute(sa.update(SEEN).where(SEEN.c.person_id.in_(people)).values(person_id=None))
    connection.execute(sa.update(PERSON).where(PERSON.c.id.in_(people)).values(is_welcomed=True))
    own = APPOINTMENT.c.person_id.in_(people)
    _drop_mails(session, list(connection.scalars(sa.select(APPOINTMENT.c.id).where(own))))
    is_to_come = APPOINTMENT.c.state.in_([one.value for one in motives.OPEN])
    connection.execute(
        sa.update(APPOINTMENT)
        .where(own, is_to_come, APPOINTMENT.c.starts_at >= datetime.combine(today, time.min))
        .values(state="annule")
    )
    connection.execute(sa.update(APPOINTMENT).where(own).values(person_id=None, subject=""))
