"""Append-only journal of every change: who, when, what, before and after."""

import contextlib
import json
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from core import access, fr
from core.access import Right, Viewer
from core.db import Base


class JournalEntry(Base, table=True):
    """One change. The table accepts no update and no deletion (triggers of the migration).

    People and readers are told by their number: it forgets nobody, and must name nobody.
    """

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
            at=fr.stored(at),
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


FIELDS = {
    "name": "nom", "kind": "nature", "members": "territoires", "valid_from": "depuis le",
    "valid_to": "jusqu’au", "import": "import n°", "edition": "édition", "sha256": "empreinte",
    "new": "nouveaux", "changed": "modifiés", "unchanged": "inchangés", "removed": "retirés",
    "restored": "rétablis", "title": "intitulé", "state": "état", "date": "date", "place": "lieu",
    "reason": "motif", "structure": "structure", "function": "fonction", "email": "courriel",
    "least": "minimum", "most": "maximum", "price": "prix", "quantity": "quantité",
    "text": "texte", "source": "source", "theme": "thème", "quarter": "trimestre",
    "figure": "chiffre", "person": "personne n°", "label": "terme", "others": "employé pour",
    "hidden": "formes cachées", "note": "note", "broader": "plus larges", "related": "voir aussi",
    "barcode": "code-barres", "shelf_mark": "cote",
}  # fmt: skip


def told(text: str) -> str:
    """Say a kept value in French: « nom : Agglo ; territoires : Colomiers, Toulouse ».

    >>> told('{"name": "Agglo", "members": ["Colomiers", "Toulouse"], "valid_to": null}')
    'nom : Agglo ; territoires : Colomiers, Toulouse'
    >>> told('{"valid_from": "2009-01-01", "new": 0}'), told("")
    ('depuis le : 1er janvier 2009 ; nouveaux : 0', '')
    """
    if not text:
        return ""
    value = json.loads(text)
    if not isinstance(value, dict):
        return _told_value(value)
    parts = {FIELDS.get(name, name): _told_value(part) for name, part in value.items()}
    return " ; ".join(f"{name} : {part}" for name, part in parts.items() if part)


def _told_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_told_value(part) for part in value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        return fr.number(value) if float(value).is_integer() else str(value).replace(".", ",")
    with contextlib.suppress(ValueError):
        return fr.day(date.fromisoformat(value))
    return str(value)


DOMAINS = ("observatory", "territories", "instance", "people", "training", "mail",
           "competences_cles", "documentation", "circulation", "welcome")  # fmt: skip


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
