"""The kinds of readers that rules and figures tell apart: added, renamed, taken away unused."""

from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.circulation.loan_models import Loan
from core.circulation.models import LoanRule, Reader, ReaderCategory
from core.db import table_of
from core.errors import DomainError

DOMAIN = "circulation"
DOMAINS = ("circulation",)
COLUMNS = ["id", "label", "readers"]


def table(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row a category, by name (COLUMNS): how many cards are of it, closed ones too."""
    access.require(viewer, Right.LEND)
    own, reader = table_of(ReaderCategory), table_of(Reader)
    rows = session.connection().execute(
        sa.select(own.c.id, own.c.label, sa.func.count(reader.c.id))
        .join_from(own, reader, reader.c.category_id == own.c.id, isouter=True)
        .group_by(own.c.id, own.c.label)
        .order_by(own.c.label)
    ).all()  # fmt: skip
    return pd.DataFrame([tuple(row) for row in rows], columns=COLUMNS)


def names(session: Session, viewer: Viewer) -> dict[int, str]:
    """Return the categories by id, in the order of their names."""
    access.require(viewer, Right.LEND)
    rows = session.exec(select(ReaderCategory).order_by(ReaderCategory.label))
    return {row.id or 0: row.label for row in rows}


def save(
    session: Session, viewer: Viewer, *, label: str, category_id: int | None = None, now: datetime
) -> int:
    """Add a category, or rename one; return its id. Figures of years gone by take the new name."""
    access.require(viewer, Right.EDIT_READERS)
    name = " ".join(label.split())
    if not name:
        raise DomainError("Donnez un nom à la catégorie.")
    for held in session.exec(select(ReaderCategory)):
        if held.id != category_id and fr.fold(held.label) == fr.fold(name):
            raise DomainError(f"La catégorie « {held.label} » existe déjà.")
    row = ReaderCategory(code=_code(session, name), label=name)
    if category_id is not None:
        found = session.get(ReaderCategory, category_id)
        if found is None:
            raise DomainError("Cette catégorie n’existe plus : rechargez la page.")
        row, found.label = found, name
    session.add(row)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="catégorie de lecteur",
                   subject=name)  # fmt: skip
    return row.id or 0


def _code(session: Session, name: str) -> str:
    stem = "".join(sign for sign in fr.fold(name) if sign.isalnum())[:20] or "categorie"
    held = set(session.exec(select(ReaderCategory.code)))
    return next(one for rank in range(1, 1000)
                if (one := stem if rank == 1 else f"{stem}{rank}") not in held)  # fmt: skip


def remove(session: Session, viewer: Viewer, *, category_id: int, now: datetime) -> None:
    """Take a category away, refused while a card, a rule or a loan of any year is of it."""
    access.require(viewer, Right.EDIT_READERS)
    row = session.get(ReaderCategory, category_id)
    if row is None:
        raise DomainError("Cette catégorie n’existe plus : rechargez la page.")
    uses = {
        "des cartes": table_of(Reader).c.category_id == category_id,
        "des règles": table_of(LoanRule).c.category == row.code,
        "des prêts déjà faits": table_of(Loan).c.category == row.code,
    }
    for what, clause in uses.items():
        if session.connection().execute(sa.select(sa.exists().where(clause))).scalar():
            raise DomainError(f"« {row.label} » sert à {what} : renommez-la plutôt.")
    label = row.label
    session.delete(row)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="catégorie de lecteur",
                   subject=f"{label} retirée")  # fmt: skip
