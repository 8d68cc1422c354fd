"""Every column of the store that leads to a table; those of later releases are found alike."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from core import db
from core.people.models import Alias, NetworkMembership, Person, PersonFunction, Structure

MODELS: dict[str, type[SQLModel]] = {
    db.table_of(model).name: model
    for model in (Person, PersonFunction, NetworkMembership, Structure, Alias)
}
Links = dict[str, list[Any]]


def columns(name: str) -> list[tuple[sa.Table, sa.Column[Any]]]:
    """List what leads to the rows of a table, but the mark that a merge leaves on its own."""
    target = db.METADATA.tables[name]
    return [
        (table, key.parent)
        for table in db.METADATA.sorted_tables
        for key in table.foreign_keys
        if key.column.table is target and key.parent.name != "merged_into_id"
    ]


def used(
    session: Session, name: str, ids: set[int], *, but: Mapping[str, set[int]] | None = None
) -> set[int]:
    """Return which rows of a table something leads to, a merge included; ``but`` some rows."""
    target = db.METADATA.tables[name]
    found: set[int] = set()
    own = [(target, target.c.merged_into_id)] if "merged_into_id" in target.c else []
    for table, column in [*columns(name), *own]:
        statement = sa.select(column).where(column.in_(ids)).distinct()
        passed = (but or {}).get(table.name)
        if passed:
            statement = statement.where(table.c.id.not_in(passed))
        found.update(session.connection().scalars(statement))
    return found


def links(session: Session, name: str, row_id: int) -> Links:
    """Return the keys of every row that names a row of a table, by ``table.column``."""
    found: Links = {}
    for table, column in columns(name):
        keys = [key.name for key in table.primary_key]
        rows = session.connection().execute(
            sa.select(*(table.c[key] for key in keys)).where(column == row_id)
        )
        own = [list(row) for row in rows]
        if own:
            found[f"{table.name}.{column.name}"] = own
    return found


def point(session: Session, found: Links, row_id: int) -> None:
    """Make rows lead to another; raises the engine's IntegrityError where one may not."""
    for place, keys in found.items():
        name, column = place.split(".")
        table = db.METADATA.tables[name]
        parts = list(table.primary_key)
        wanted = (
            parts[0].in_([key[0] for key in keys])
            if len(parts) == 1
            else sa.tuple_(*parts).in_([tuple(key) for key in keys])
        )
        session.connection().execute(sa.update(table).where(wanted).values({column: row_id}))
