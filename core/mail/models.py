"""The application's one mailer: what is to be sent, and what became of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint
from sqlmodel import Field

from core.db import Base


class MailMessage(Base, table=True):
    """One message to one recipient. ``key`` makes it unique: what asks for it asks once.

    ``state``: pending, sending (taken by a process, at ``taken_at``), sent, refused (the server
    said no for good), bounced (came back). ``expires_at``: not sent after it, what it says is over.
    """

    __tablename__ = "mail_message"
    __table_args__ = (
        CheckConstraint("state IN ('pending','sending','sent','refused','bounced')", name="state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    batch: str = Field(index=True)
    recipient: str
    recipient_name: str = ""
    reply_to: str = ""
    sender_name: str = ""
    subject: str
    body: str
    calendar: str = ""
    calendar_method: str = ""
    state: str = Field(default="pending", index=True)
    attempts: int = 0
    error: str = ""
    created_at: datetime = Field(sa_type=sa.DateTime)
    taken_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
    sent_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
    expires_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
