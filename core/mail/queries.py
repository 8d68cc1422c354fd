"""Reads of the outbox. Staff only: it holds addresses."""

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.mail.models import MailMessage

DOMAINS = ("mail",)
STATES = {
    "pending": "en attente", "sending": "en cours d’envoi", "sent": "parti", "refused": "refusé",
    "bounced": "revenu",
}  # fmt: skip
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


def message(session: Session, viewer: Viewer, *, message_id: int) -> MailMessage | None:
    """Return one message, whole."""
    require(viewer, Right.SEND_MAIL)
    return session.get(MailMessage, message_id)


def counts(session: Session) -> dict[str, int]:
    """Count the messages by state."""
    rows = session.exec(
        select(col(MailMessage.state), sa.func.count()).group_by(col(MailMessage.state))
    )
    found: dict[str, int] = dict(rows.all())
    return {state: found.get(state, 0) for state in ("pending", "sent", "refused", "bounced")}
