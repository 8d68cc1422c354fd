"""The store: one engine for each URL, and two ways to open it, reading() and writing().

SQLite (the default) and PostgreSQL run the same code. Each write raises the revision counter
of its domain first, so that a second writer waits before it reads, and every cache keyed by
the revision is renewed at the next rerun, in every process.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, create_engine, select

from core.settings import settings

BUSY_SECONDS = 60
FEW = 20  # rows
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


METADATA = sa.MetaData(naming_convention=NAMING)


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """Parent of every table.

    It has its own registry because Streamlit re-imports our modules after an edit,
    while sqlmodel's global registry would still hold the first version of each table.
    """

    metadata = METADATA


class Revision(Base, table=True):
    """A counter for each domain that every write to it raises; caches are keyed by it."""

    domain: str = Field(primary_key=True)
    value: int = 0


def database_url() -> str:
    return settings().database_url


@lru_cache(maxsize=8)
def engine_for(url: str) -> Engine:
    """Return the one engine of a store; a SQLite file's folder is made where it is missing."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver opens no transaction of its own: we do
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # else REPLACE would delete without firing what refuses it
        "cache_size=-65536",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")
    _use_wal(connection)


def _use_wal(connection: Any) -> None:
    """Switch a new file to WAL; SQLite does not wait by itself for who is doing it just now."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("rt_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


@contextmanager
def reading(url: str | None = None) -> Iterator[Session]:
    """Open a session that is never committed."""
    with Session(engine_for(url or database_url()), expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(*domains: str, url: str | None = None) -> Iterator[Session]:
    """Open one unit of work on ``domains``: all of it is saved, or none of it."""
    engine = engine_for(url or database_url())
    with engine.connect() as raw:
        connection = raw.execution_options(rt_writes=True)
        with Session(connection, expire_on_commit=False) as session, session.begin():
            for domain in sorted(domains):
                raise_revision(session, domain)
            yield session


def raise_revision(session: Session, domain: str) -> None:
    """Count one more change of ``domain``; on PostgreSQL this also makes the next writer wait."""
    connection = session.connection()
    insert = sqlite.insert if is_sqlite(connection) else postgresql.insert
    table = table_of(Revision)
    connection.execute(
        insert(table)
        .values(domain=domain, value=1)
        .on_conflict_do_update(index_elements=["domain"], set_={"value": table.c.value + 1})
    )


def revisions(session: Session) -> dict[str, int]:
    """Return the revision of every domain that was ever written."""
    return {row.domain: row.value for row in session.exec(select(Revision))}


def revision(domain: str, url: str | None = None) -> int:
    with reading(url) as session:
        return revisions(session).get(domain, 0)


def bulk_insert(session: Session, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows, given in the order of the table's columns, by the engine's fastest way.

    Raises ``sqlalchemy.exc.DBAPIError`` (``IntegrityError`` for a broken rule), as other writes do.
    """
    connection = session.connection()
    driver_error = connection.dialect.loaded_dbapi.Error
    try:
        _bulk_insert(connection, table, rows)
    except driver_error as fault:
        raise sa.exc.DBAPIError.instance(
            f"bulk insertion into {table.name}", None, fault, driver_error
        ) from fault


def _bulk_insert(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    names = [column.name for column in table.columns]
    following = iter(rows)
    first = list(islice(following, FEW + 1))
    if not first:
        return
    rows = chain(first, following)
    if is_sqlite(connection):
        statement = str(sa.insert(table).compile(dialect=connection.dialect))
        cursor = connection.connection.cursor()
        cursor.executemany(statement, cast("Sequence[Sequence[Any]]", rows))  # any iterable will do
        return
    quoted = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
    target = connection.dialect.identifier_preparer.format_table(table)
    driver: Any = connection.connection.cursor()
    if len(first) <= FEW:  # opening a copy costs more than a few rows
        places = ", ".join(["%s"] * len(names))
        statement = f"INSERT INTO {target} ({quoted}) VALUES ({places})"  # noqa: S608  # own names
        driver.executemany(statement, first)
        return
    with driver.copy(f"COPY {target} ({quoted}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def delete_all(session: Session, columns: Sequence[sa.Column[Any]], ids: Sequence[int]) -> None:
    """Delete, in several tables, the rows whose column is one of ``ids``; they know no other rule.

    PostgreSQL does it in one statement: what hangs on one row is asked for often, and is little.
    """
    connection = session.connection()
    gone = [sa.delete(column.table).where(column.in_(ids)) for column in columns]
    if is_sqlite(connection):
        for statement in gone:
            connection.execute(statement)
        return
    named = [statement.cte(f"gone_{rank}") for rank, statement in enumerate(gone)]
    connection.execute(sa.select(sa.literal(1)).add_cte(*named))


def follow_ids(session: Session, table: Table) -> None:
    """Let PostgreSQL's counter go on after ids that were given by hand; SQLite does it alone."""
    connection = session.connection()
    if not is_sqlite(connection):
        last = connection.execute(sa.select(sa.func.max(table.c.id))).scalar() or 1
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        connection.execute(sa.select(sa.func.setval(sequence, last)))


def next_id(session: Session, table: Table) -> int:
    """Return the first free id of ``table``, for a bulk insertion inside a unit of work."""
    return 1 + (session.connection().execute(sa.select(sa.func.max(table.c.id))).scalar() or 0)


def table_of(model: type[SQLModel]) -> Table:
    """Return the table of a model, typed as one (SQLModel types it loosely)."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
    return table


def analyse(session: Session) -> None:
    """Let the engine know how big each table has become, so that it chooses its ways well."""
    session.connection().exec_driver_sql("ANALYZE")
