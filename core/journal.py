"""Append-only journal of every change: who, when, what, before and after."""

import json
from datetime import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from core import access
from core.access import Right, Viewer
from core.db import Base


class JournalEntry(Base, table=True):
    """One change. The table accepts no update and no deletion (triggers of the migration)."""

    __tablename__ = "journal_entry"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=sa.DateTime, index=True)
    author: str
    domain: str
    action: str
    subject: str
    before: str = ""
    after: str = ""


def record(  # noqa: PLR0913  # the six columns of an entry; grouping them would hide them
    session: Session,
    viewer: Viewer,
    *,
    at: datetime,
    domain: str,
    action: str,
    subject: str,
    before: Any = None,
    after: Any = None,
) -> None:
    """Add one entry to the unit of work of the change it tells about."""
    session.add(
        JournalEntry(
            at=at.replace(tzinfo=None),
            author=viewer.signature,
            domain=domain,
            action=action,
            subject=subject,
            before=_text(before),
            after=_text(after),
        )
    )


def _text(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


DOMAINS = ("observatory", "territories", "instance")


def entries(session: Session, viewer: Viewer, *, limit: int = 200) -> pd.DataFrame:
    """One row a change, newest first: at, author, domain, action, subject, before, after."""
    access.require(viewer, Right.READ_JOURNAL)
    columns = ["at", "author", "domain", "action", "subject", "before", "after"]
    statement = (
        select(*(getattr(JournalEntry, name) for name in columns))
        .order_by(col(JournalEntry.id).desc())
        .limit(limit)
    )
    return pd.DataFrame(session.exec(statement).all(), columns=columns)
