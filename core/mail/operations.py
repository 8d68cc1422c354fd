"""What is to be sent: asked for once, claimed by one process, and what became of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.errors import DomainError
from core.mail.models import MailMessage

DOMAIN = "mail"
ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
MESSAGE = table_of(MailMessage)


@dataclass(frozen=True)
class Draft:
    """One message to one recipient; ``key`` is what makes it asked for once and only once.

    ``expires_at`` (UTC, without zone): it is dropped rather than sent later.
    """

    key: str
    batch: str
    recipient: str
    subject: str
    body: str
    recipient_name: str = ""
    sender_name: str = ""
    reply_to: str = ""
    calendar: str = ""
    calendar_method: str = ""
    expires_at: datetime | None = None


def queue(session: Session, drafts: Sequence[Draft], *, now: datetime) -> int:
    """Put messages in the outbox; one whose key is there already is left as it is."""
    for draft in drafts:
        _check(draft)
    keys = [draft.key for draft in drafts]
    held = set(session.connection().execute(
        sa.select(MESSAGE.c.key).where(MESSAGE.c.key.in_(keys))
    ).scalars())  # fmt: skip
    new = {draft.key: draft for draft in drafts if draft.key not in held}
    session.add_all(MailMessage(**vars(draft), created_at=fr.stored(now)) for draft in new.values())
    session.flush()
    return len(new)


def withdraw(session: Session, *, prefix: str) -> int:
    """Take back the messages whose keys begin so and that have not left; return how many."""
    gone = session.connection().execute(
        sa.delete(MESSAGE)
        .where(MESSAGE.c.key.startswith(prefix, autoescape=True), MESSAGE.c.state == "pending")
        .returning(MESSAGE.c.id)
    )
    count = len(gone.all())
    session.expire_all()
    return count


def has_left(session: Session, *, prefix: str) -> bool:
    """Say whether a message whose key begins so went out, or may have."""
    found = session.connection().execute(
        sa.select(MESSAGE.c.id)
        .where(MESSAGE.c.key.startswith(prefix, autoescape=True), MESSAGE.c.state != "pending")
        .limit(1)
    )
    return found.first() is not None


def _check(draft: Draft) -> None:
    """Refuse an address that is none, and line breaks where they would forge a header."""
    if not ADDRESS.fullmatch(draft.recipient):
        raise DomainError(f"« {draft.recipient} » n’est pas une adresse de courriel.")
    headers = (draft.subject, draft.recipient_name, draft.sender_name, draft.reply_to)
    if any("\n" in text or "\r" in text for text in headers):
        raise DomainError("Un objet ou un nom de courriel tient sur une ligne.")
    if not draft.subject.strip():
        raise DomainError("Donnez un objet au courriel.")


def claim(
    session: Session, *, limit: int, now: datetime, batch: str = ""
) -> list[MailMessage]:  # fmt: skip
    """Take pending messages for this process alone, before anything is said to the server.

    Those that ended before they could leave are dropped. ``batch``: of one batch alone.
    """
    moment = fr.stored(now)
    is_pending = MESSAGE.c.state == "pending"
    session.connection().execute(
        sa.delete(MESSAGE).where(is_pending, MESSAGE.c.expires_at < moment)
    )
    chosen = (
        sa.select(MESSAGE.c.id)
        .where(is_pending, MESSAGE.c.batch == batch if batch else sa.true())
        .order_by(MESSAGE.c.id)
        .limit(limit)
    )
    taken = session.connection().execute(
        sa.update(MESSAGE)
        .where(MESSAGE.c.id.in_(chosen), MESSAGE.c.state == "pending")
        .values(state="sending", taken_at=moment, attempts=MESSAGE.c.attempts + 1)
        .returning(MESSAGE.c.id)
    )
    ids = sorted(taken.scalars())
    session.expire_all()
    statement = select(MailMessage).where(MESSAGE.c.id.in_(ids)).order_by(MESSAGE.c.id)
    return list(session.exec(statement))


def drop(session: Session, message_ids: Sequence[int]) -> None:
    """Take out messages that were claimed and are not wanted any more."""
    session.connection().execute(sa.delete(MESSAGE).where(MESSAGE.c.id.in_(message_ids)))


def settle(
    session: Session, message_id: int, *, state: str, error: str = "", now: datetime
) -> None:
    """Write what became of a message that was claimed."""
    sent_at = fr.stored(now) if state == "sent" else None
    session.connection().execute(
        sa.update(MESSAGE)
        .where(MESSAGE.c.id == message_id, MESSAGE.c.state == "sending")
        .values(state=state, error=error[:500], sent_at=sent_at)
    )


def mark_bounced(session: Session, viewer: Viewer, *, message_id: int, now: datetime) -> None:
    """Note that a message came back: its address is wrong until it is corrected."""
    access.require(viewer, Right.SEND_MAIL)
    message = session.get(MailMessage, message_id)
    if message is None or message.state not in {"sent", "refused"}:
        raise DomainError("Seul un courriel parti ou refusé peut être revenu.")
    message.state = "bounced"
    session.add(message)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="courriel revenu",
        subject=f"courriel n° {message.id}",
    )  # fmt: skip


def resend_uncertain(session: Session, viewer: Viewer, *, message_id: int, now: datetime) -> None:
    """Put a message back that a stopped process had taken: it may have left, a person decides."""
    access.require(viewer, Right.SEND_MAIL)
    message = session.get(MailMessage, message_id)
    if message is None or message.state != "sending":
        raise DomainError("Ce courriel n’est pas en cours d’envoi.")
    message.state = "pending"
    session.add(message)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="courriel remis en attente",
        subject=f"courriel n° {message.id}",
    )  # fmt: skip
