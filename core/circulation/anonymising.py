"""What is forgotten in time: readers of old loans, cards not used any more, former visitors."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core import access, fr, journal
from core.access import Right, Viewer
from core.circulation import desk_erasing, erasing, retention
from core.circulation.enums import OPEN_STATES
from core.circulation.erasing import (
    APPOINTMENT,
    EVENT,
    LOAN,
    MAIL,
    PERSON,
    READER,
    RESERVATION,
    SEEN,
    VISIT,
)
from core.db import table_of
from core.journal import JournalEntry

DOMAIN = "circulation"
DOMAINS = ("circulation", "welcome", "people", "mail")
ACTION = "anonymisation"
JOURNAL = table_of(JournalEntry)
OPEN = [one.value for one in OPEN_STATES]


@dataclass(frozen=True)
class Forgotten:
    """How many rows lose, or lost, what names somebody."""

    loans: int = 0
    reservations: int = 0
    cards: int = 0
    visitors: int = 0

    @property
    def told(self) -> str:
        """Say it in French; what there is none of goes without saying."""
        counted = (
            (self.loans, "prêt", "prêts"),
            (self.reservations, "réservation", "réservations"),
            (self.cards, "carte", "cartes"),
            (self.visitors, "visiteur sans carte", "visiteurs sans carte"),
        )
        return ", ".join(fr.plural(*one) for one in counted if one[0]) or "rien"


def due(session: Session, viewer: Viewer, *, today: date) -> Forgotten:
    """Count what is to be forgotten today; nothing is written."""
    access.require(viewer, Right.LEND)
    return Forgotten(
        *(
            session.connection().execute(
                sa.select(sa.func.count()).select_from(one.subquery())
            ).scalar_one()
            for one in (_loans(today), _reservations(today), cards_due(today),
                        visitors_due(today))
        )
    )  # fmt: skip


def last_run(session: Session, viewer: Viewer) -> datetime | None:
    """Return when something was forgotten last, by the journal; None where nothing ever was."""
    access.require(viewer, Right.LEND)
    found: datetime | None = session.connection().execute(
        sa.select(sa.func.max(JOURNAL.c.at)).where(
            JOURNAL.c.domain == DOMAIN, JOURNAL.c.action == ACTION
        )
    ).scalar()  # fmt: skip
    return found


def run(session: Session, viewer: Viewer, *, today: date, now: datetime) -> Forgotten:
    """Forget what is to be; the figures by category, theme, territory and year stay the same."""
    access.require(viewer, Right.EDIT_READERS)
    session.flush()
    cards = list(session.connection().scalars(cards_due(today)))
    visitors = list(session.connection().scalars(visitors_due(today)))
    _keep_last_loans(session, today)
    loans, waits = erasing.unlink(session, _loans(today), _reservations(today), today=today)
    erasing.erase(session, cards, today=today)
    erasing.forget_visitors(session, visitors, today=today)
    _empty_events(session, today)
    done = Forgotten(loans, waits, len(cards), len(visitors))
    if any(vars(done).values()):
        journal.record(session, viewer, at=now, domain=DOMAIN, action=ACTION, subject=done.told)
    return done


def _loans(today: date) -> sa.Select[Any]:
    return sa.select(LOAN.c.id).where(
        LOAN.c.returned_on < retention.loans_before(today), LOAN.c.anonymised_on.is_(None)
    )


def _reservations(today: date) -> sa.Select[Any]:
    return sa.select(RESERVATION.c.id).where(
        RESERVATION.c.state.not_in(OPEN), RESERVATION.c.reader_id.is_not(None),
        sa.func.coalesce(RESERVATION.c.closed_at, RESERVATION.c.requested_at)
        < datetime.combine(retention.loans_before(today), time.min),
    )  # fmt: skip


def cards_due(today: date) -> sa.Select[Any]:
    """Select the cards whose last loan, else whose making, is a year ago, and that hold nothing."""
    limit = retention.cards_before(today)
    recent = sa.exists().where(
        LOAN.c.reader_id == READER.c.id,
        sa.or_(LOAN.c.returned_on.is_(None), LOAN.c.returned_on >= limit),
    )
    waiting = sa.exists().where(
        RESERVATION.c.reader_id == READER.c.id, RESERVATION.c.state.in_(OPEN)
    )
    last = sa.func.coalesce(READER.c.last_loan_on, READER.c.registered_on)
    return sa.select(READER.c.id).where(
        last < limit, READER.c.registered_on < limit, ~recent, ~waiting
    )


def visitors_due(today: date) -> sa.Select[Any]:
    """Select who holds no card and whose last visit, or appointment, is a year ago."""
    limit = retention.cards_before(today)
    came, booked = SEEN.c.person_id == PERSON.c.id, APPOINTMENT.c.person_id == PERSON.c.id
    lately = sa.exists().where(came, VISIT.c.id == SEEN.c.visit_id, VISIT.c.happened_on >= limit)
    expected = sa.exists().where(
        booked, APPOINTMENT.c.starts_at >= datetime.combine(limit, time.min)
    )
    return sa.select(PERSON.c.id).where(
        PERSON.c.merged_into_id.is_(None), sa.exists().where(came) | sa.exists().where(booked),
        ~lately, ~expected, ~sa.exists().where(READER.c.person_id == PERSON.c.id),
    )  # fmt: skip


def _keep_last_loans(session: Session, today: date) -> None:
    """Keep, on each card, the day of the last loan among those that lose it."""
    ends = (
        sa.select(sa.func.max(LOAN.c.returned_on))
        .where(LOAN.c.reader_id == READER.c.id, LOAN.c.id.in_(_loans(today)))
        .scalar_subquery()
    )
    later = sa.or_(READER.c.last_loan_on.is_(None), READER.c.last_loan_on < ends)
    session.connection().execute(
        sa.update(READER).where(ends.is_not(None), later).values(last_loan_on=ends)
    )


def _empty_events(session: Session, today: date) -> None:
    """Empty what old gestures of the desk tell, and the mails of links that ended long ago."""
    limit = datetime.combine(retention.loans_before(today), time.min)
    desk_erasing.unname_incidents(session, desk_erasing.INCIDENT.c.at < limit)
    session.connection().execute(
        sa.update(EVENT)
        .where(EVENT.c.at < limit, sa.or_(EVENT.c.told != "", EVENT.c.before != ""))
        .values(told="", before="")
    )
    session.connection().execute(
        sa.delete(MAIL).where(
            MAIL.c.batch == erasing.LINKS, MAIL.c.state != "sending",
            MAIL.c.created_at < datetime.combine(today, time.min),
        )
    )  # fmt: skip
    session.expire_all()
