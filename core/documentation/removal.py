"""Notices and copies taken out of the store for good: undoing an import only."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session

from core import db
from core.db import table_of
from core.documentation import indexing
from core.documentation.models import Item, ItemPart, Notice
from core.errors import DomainError

CHUNK = 1_000
IN_USE = (
    "Des exemplaires de cet import ont déjà servi (prêts, réservations) : "
    "il ne peut plus être annulé."
)


def remove(session: Session, ids: Sequence[int]) -> None:
    """Delete notices. DomainError where a loan or anything else needs one of their copies."""
    try:
        for at in range(0, len(ids), CHUNK):
            _remove(session, list(ids[at : at + CHUNK]))
    except sa.exc.IntegrityError as error:
        raise DomainError(IN_USE) from error


def remove_copies(session: Session, ids: Sequence[int]) -> None:
    """Delete copies and their parts. DomainError where a loan or anything else needs one."""
    item, part = table_of(Item), table_of(ItemPart)
    connection = session.connection()
    owners: set[int] = set()
    try:
        for at in range(0, len(ids), CHUNK):
            own = list(ids[at : at + CHUNK])
            owners |= set(
                connection.execute(sa.select(item.c.notice_id).where(item.c.id.in_(own))).scalars()
            )
            connection.execute(sa.delete(part).where(part.c.item_id.in_(own)))
            connection.execute(sa.delete(item).where(item.c.id.in_(own)))
    except sa.exc.IntegrityError as error:
        raise DomainError(IN_USE) from error
    indexing.refresh(session, sorted(owners))


def _remove(session: Session, ids: list[int]) -> None:
    connection = session.connection()
    indexing.forget(session, ids)
    item, part = table_of(Item), table_of(ItemPart)
    own = sa.select(item.c.id).where(item.c.notice_id.in_(ids))
    connection.execute(sa.delete(part).where(part.c.item_id.in_(own)))
    for table, column in _hanging():
        connection.execute(sa.delete(table).where(column.in_(ids)))
    connection.execute(sa.delete(table_of(Notice)).where(table_of(Notice).c.id.in_(ids)))


def _hanging() -> list[tuple[sa.Table, sa.Column[int]]]:
    """Every column of our tables that leads to a notice; those of loans are left to refuse."""
    notice = table_of(Notice)
    ours = ("notice_", "exemplaire", "attachment", "basket_entry")
    return [
        (table, key.parent)
        for table in reversed(db.METADATA.sorted_tables)
        for key in table.foreign_keys
        if key.column.table is notice and table is not notice and table.name.startswith(ours)
    ]
