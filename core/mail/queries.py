"""Reads of the outbox. Staff only: it holds addresses."""

import re
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.instance.models import Mode
from core.instance.queries import mode
from core.mail.models import MailMessage

DOMAINS = ("mail", "instance")
STATES = {
    "pending": "en attente", "sending": "en cours d’envoi", "sent": "parti", "refused": "refusé",
    "bounced": "revenu",
}  # fmt: skip
OWN_LINK = re.compile(r"(/lecteur\?cle=)\S+")
HIDDEN = r"\1(clé du lecteur, non affichée)"
COLUMNS = ["id", "state", "recipient", "recipient_name", "subject", "batch", "error", "created_at"]


def outbox(session: Session, viewer: Viewer, *, state: str = "", limit: int = 500) -> pd.DataFrame:
    """One row a message, the latest first (COLUMNS)."""
    require(viewer, Right.SEND_MAIL)
    statement = (
        sa.select(*(col(getattr(MailMessage, name)) for name in COLUMNS))
        .order_by(sa.desc(col(MailMessage.id)))
        .limit(limit)
    )
    if state:
        statement = statement.where(col(MailMessage.state) == state)
    rows = session.connection().execute(statement).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=COLUMNS)


@dataclass(frozen=True)
class Message:
    """One message as staff read it: ``body`` without the part of a link that opens a page."""

    id: int
    recipient: str
    recipient_name: str
    reply_to: str
    subject: str
    body: str
    calendar: str
    state: str


def message(session: Session, viewer: Viewer, *, message_id: int) -> Message | None:
    """Return one message; a reader's own link stays theirs where mail reaches people."""
    require(viewer, Right.SEND_MAIL)
    row = session.get(MailMessage, message_id)
    if row is None:
        return None
    is_real = mode(session) is Mode.REAL
    return Message(
        row.id or 0, row.recipient, row.recipient_name, row.reply_to, row.subject,
        OWN_LINK.sub(HIDDEN, row.body) if is_real else row.body, row.calendar, row.state,
    )  # fmt: skip


def counts(session: Session) -> dict[str, int]:
    """Count the messages by state."""
    rows = session.exec(
        select(col(MailMessage.state), sa.func.count()).group_by(col(MailMessage.state))
    )
    found: dict[str, int] = dict(rows.all())
    return {state: found.get(state, 0) for state in ("pending", "sent", "refused", "bounced")}
