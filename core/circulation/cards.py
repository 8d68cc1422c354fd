"""Writes on the cards of readers: changed, blocked, struck off, two of one person joined."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.circulation import loan_rules
from core.circulation.enums import OPEN_STATES
from core.circulation.loan_models import Loan, Reservation
from core.circulation.models import Reader, ReaderCategory, ReaderInterest
from core.db import table_of
from core.errors import DomainError

DOMAIN = "circulation"
WRITTEN = ("circulation",)
OPEN = [one.value for one in OPEN_STATES]


@dataclass(frozen=True)
class CardDraft:
    """What is on the form of a card. ``valid_until`` None: without an end."""

    card: str
    category_id: int
    valid_until: date | None = None
    theme_ids: tuple[int, ...] = ()


def change(
    session: Session, viewer: Viewer, draft: CardDraft, *, reader_id: int, now: datetime
) -> None:
    """Change a card and the fields its reader asked to be told about."""
    access.require(viewer, Right.EDIT_READERS)
    reader = reader_of(session, reader_id)
    number = loan_rules.normalised(draft.card)
    if not number:
        raise DomainError("Donnez le numéro de la carte.")
    holder = session.exec(select(Reader.id).where(Reader.card == number)).first()
    if holder not in {None, reader_id}:
        raise DomainError(f"La carte {number} est à un autre lecteur.")
    if session.get(ReaderCategory, draft.category_id) is None:
        raise DomainError("Choisissez une catégorie de lecteur.")
    if draft.valid_until is not None and draft.valid_until < reader.registered_on:
        raise DomainError("La carte finirait avant l’inscription : corrigez la date.")
    reader.card, reader.category_id = number, draft.category_id
    reader.valid_until = draft.valid_until
    session.add(reader)
    set_interests(session, reader_id, draft.theme_ids)
    _tell(session, viewer, "carte modifiée", reader, now)


def set_interests(session: Session, reader_id: int, theme_ids: Sequence[int]) -> None:
    """Make the fields a reader asked to be told about those given."""
    table = table_of(ReaderInterest)
    session.connection().execute(sa.delete(table).where(table.c.reader_id == reader_id))
    session.add_all(
        ReaderInterest(reader_id=reader_id, theme_id=one) for one in dict.fromkeys(theme_ids)
    )
    session.flush()


def block(  # noqa: PLR0913  # which card, until when and why
    session: Session, viewer: Viewer, *, reader_id: int, until: date, reason: str, today: date,
    now: datetime,
) -> None:  # fmt: skip
    """Stop loans of a card up to a day, this day included, for a reason the desk will read."""
    access.require(viewer, Right.EDIT_READERS)
    reader = reader_of(session, reader_id)
    if until < today:
        raise DomainError("Le blocage finirait avant d’avoir commencé : corrigez la date.")
    if not reason.strip():
        raise DomainError("Donnez le motif du blocage : il s’affiche au prêt.")
    reader.blocked_until, reader.block_reason = until, reason.strip()
    session.add(reader)
    _tell(session, viewer, f"carte bloquée jusqu’au {fr.day(until)}", reader, now)


def unblock(session: Session, viewer: Viewer, *, reader_id: int, now: datetime) -> None:
    access.require(viewer, Right.EDIT_READERS)
    reader = reader_of(session, reader_id)
    if reader.blocked_until is None:
        raise DomainError("Cette carte n’est pas bloquée.")
    reader.blocked_until, reader.block_reason = None, ""
    session.add(reader)
    _tell(session, viewer, "carte débloquée", reader, now)


def strike_off(
    session: Session, viewer: Viewer, *, reader_id: int, today: date, now: datetime
) -> None:
    """Close a card, refused until its loans and reservations are settled; its links end."""
    access.require(viewer, Right.EDIT_READERS)
    reader = reader_of(session, reader_id)
    if reader.closed_on is not None:
        raise DomainError(f"Cette carte est déjà fermée depuis le {fr.day(reader.closed_on)}.")
    check_settled(session, reader_id)
    reader.closed_on, reader.link_version = today, reader.link_version + 1
    session.add(reader)
    _tell(session, viewer, "carte fermée", reader, now)


def reopen(session: Session, viewer: Viewer, *, reader_id: int, now: datetime) -> None:
    """Let a card that was struck off be used again."""
    access.require(viewer, Right.EDIT_READERS)
    reader = reader_of(session, reader_id)
    if reader.closed_on is None:
        raise DomainError("Cette carte n’est pas fermée.")
    reader.closed_on = None
    session.add(reader)
    _tell(session, viewer, "carte rouverte", reader, now)


def check_settled(session: Session, reader_id: int) -> None:
    """Raise DomainError with what a reader still holds or waits for."""
    loans = session.exec(
        select(sa.func.count()).select_from(Loan).where(
            Loan.reader_id == reader_id, col(Loan.returned_at).is_(None)
        )
    ).one()  # fmt: skip
    waits = session.exec(
        select(sa.func.count()).select_from(Reservation).where(
            Reservation.reader_id == reader_id, col(Reservation.state).in_(OPEN)
        )
    ).one()  # fmt: skip
    held = [fr.plural(loans, "prêt en cours", "prêts en cours")] if loans else []
    held += [fr.plural(waits, "réservation en cours", "réservations en cours")] if waits else []
    if held:
        raise DomainError(
            f"Cette carte a encore {' et '.join(held)} : rendez les documents et annulez les "
            "réservations d’abord."
        )


def join(session: Session, viewer: Viewer, *, kept_id: int, joined_id: int, now: datetime) -> None:
    """Make two cards of one person one: loans, reservations and interests go to the one kept.

    Refused where both wait for the same document. Done before the two people are joined.
    """
    access.require(viewer, Right.EDIT_READERS)
    if kept_id == joined_id:
        raise DomainError("Choisissez deux cartes différentes.")
    kept, joined = reader_of(session, kept_id), reader_of(session, joined_id)
    _check_queues(session, kept_id, joined_id)
    connection = session.connection()
    for model in (Loan, Reservation):
        table = table_of(model)
        connection.execute(
            sa.update(table).where(table.c.reader_id == joined_id).values(reader_id=kept_id)
        )
    interests = select(ReaderInterest.theme_id).where(
        col(ReaderInterest.reader_id).in_([kept_id, joined_id])
    )
    themes = session.exec(interests).all()
    set_interests(session, joined_id, ())
    set_interests(session, kept_id, themes)
    _take_over(kept, joined)
    session.add(kept)
    session.delete(joined)
    session.flush()
    session.expire_all()
    _tell(session, viewer, "une autre carte réunie à celle-ci", kept, now)


def _check_queues(session: Session, kept_id: int, joined_id: int) -> None:
    waiting = session.exec(
        select(Reservation.notice_id).where(
            col(Reservation.reader_id).in_([kept_id, joined_id]), col(Reservation.state).in_(OPEN)
        )
    ).all()
    if len(set(waiting)) < len(waiting):
        raise DomainError(
            "Les deux cartes attendent le même document : annulez l’une des réservations d’abord."
        )


def _take_over(kept: Reader, joined: Reader) -> None:
    """Keep the longest membership and every restriction; links given before end."""
    ends = [kept.valid_until, joined.valid_until]
    kept.valid_until = None if None in ends else max(one for one in ends if one)
    blocks = [one for one in (kept, joined) if one.blocked_until is not None]
    last = max(blocks, key=lambda one: one.blocked_until or date.min, default=None)
    if last is not None:
        kept.blocked_until, kept.block_reason = last.blocked_until, last.block_reason
    kept.registered_on = min(kept.registered_on, joined.registered_on)
    kept.last_loan_on = max(
        (one for one in (kept.last_loan_on, joined.last_loan_on) if one), default=None
    )
    kept.link_version = max(kept.link_version, joined.link_version) + 1


def reader_of(session: Session, reader_id: int) -> Reader:
    """Return a card, or refuse: it is gone."""
    reader = session.get(Reader, reader_id)
    if reader is None:
        raise DomainError("Cette carte n’existe plus : rechargez la page.")
    return reader


def _tell(session: Session, viewer: Viewer, action: str, reader: Reader, now: datetime) -> None:
    """Write who did what; the journal holds the reader's own number, no name and no card."""
    journal.record(
        session,
        viewer,
        at=now,
        domain=DOMAIN,
        action=action,
        subject=loan_rules.numbered(reader.id),
    )
