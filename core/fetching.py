"""Rows of a statement by the quickest way: as a table, as the driver gives them, as bytes."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session


def frame(session: Session, statement: sa.Executable, columns: Sequence[str]) -> pd.DataFrame:
    """Run a statement and return its rows as a table, column by column (pandas is slow on rows)."""
    rows = session.connection().execute(statement).all()
    if not rows:
        return pd.DataFrame(columns=list(columns))
    return pd.DataFrame(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))


def tuples(
    session: Session, statement: sa.Executable, values: Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows as the driver gives them, for tens of thousands of rows.

    SQLAlchemy's own rows cost half as much again; no type is converted here.
    """
    result: Any = session.connection().execute(statement, values)
    rows: list[tuple[Any, ...]] = result.cursor.fetchall()
    result.close()
    return rows


def bytes_row(
    session: Session, statement: Any, values: Mapping[str, Any] | None = None
) -> tuple[bytes, ...]:
    """Run a statement whose one row is of bytes, on PostgreSQL; nothing comes as b"".

    Written as text, some megabytes would take longer to come than to be found.
    """
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    library: Any = connection.dialect.dbapi
    usual = driver.cursor_factory

    def binary(*given: Any, **named: Any) -> Any:
        cursor = usual(*given, **named)
        cursor.format = library.pq.Format.BINARY
        return cursor

    driver.cursor_factory = binary
    try:
        [row] = tuples(session, statement, values)
    finally:
        driver.cursor_factory = usual
    return tuple(bytes(part or b"") for part in row)
