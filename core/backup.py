"""Backup of a store to one file, and its restoration, on either engine, while all runs."""

import base64
import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlmodel import Session

from core import db, schema
from core.db import table_of
from core.documentation import indexing
from core.errors import DomainError

FORMAT = "ressources-territoires-1"
BATCH = 20_000


def save(url: str, target: Path) -> int:
    """Write the whole store to one file, as it is at one instant; return how many rows it holds.

    The file is gzipped lines of JSON, the same for both engines, so that a SQLite store can be
    restored on PostgreSQL and the other way round. An existing file is not replaced.
    """
    if target.exists():
        raise DomainError(f"« {target} » existe déjà : choisissez un autre nom.")
    partial = target.with_name(target.name + ".partiel")
    rows = 0
    try:
        with _snapshot(url) as connection, gzip.open(partial, "wt", encoding="utf-8") as file:
            revision = connection.execute(
                sa.text("SELECT version_num FROM alembic_version")
            ).scalar()
            file.write(json.dumps({"format": FORMAT, "schema": revision}) + "\n")
            for table in _tables():
                file.write(json.dumps({"table": table.name}) + "\n")
                for row in connection.execute(sa.select(table).order_by(*table.primary_key)):
                    file.write(json.dumps(list(row), default=_written, ensure_ascii=False) + "\n")
                    rows += 1
            file.write(json.dumps({"end": rows}) + "\n")
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return rows


def _written(value: object) -> str:
    """Write what JSON does not know: files in base64, dates and moments in ISO."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


@contextmanager
def _snapshot(url: str) -> Iterator[Connection]:
    """Open a transaction that sees one instant, while others go on writing."""
    with db.engine_for(url).connect() as connection:
        if not db.is_sqlite(connection):
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def _tables() -> list[Table]:
    return list(db.Base.metadata.sorted_tables)


def restore(url: str, source: Path) -> int:
    """Replace all that a store holds by a backup, in one transaction; return how many rows came.

    A file that is truncated, altered or of another format is refused before anything is lost;
    one whose rows the store cannot take is refused too, and the store stays as it was.
    """
    expected = _checked(source)
    engine = db.engine_for(url)
    tables = {table.name: table for table in _tables()}
    driver = engine.dialect.loaded_dbapi
    unfit = (driver.DataError, driver.IntegrityError, driver.ProgrammingError, ValueError)
    try:
        with engine.connect() as raw:
            connection = raw.execution_options(rt_writes=True)
            with Session(connection) as session, session.begin():
                before = db.revisions(session)
                with _emptied(connection):
                    for name, rows in _blocks(source):
                        db.bulk_insert(session, tables[name], _typed(tables[name], rows))
                for table in tables.values():
                    if "id" in table.c and table.name != "instance":
                        db.follow_ids(session, table)
                _outrun(session, before)
                indexing.follow_words(session)  # of a release that cut them otherwise
                db.analyse(session)
    except (*unfit, sa.exc.IntegrityError) as error:
        raise _refusal(source) from error
    return expected


def _outrun(session: Session, before: dict[str, int]) -> None:
    """Move every revision on, past what any running process may have cached."""
    restored = db.revisions(session)
    table = table_of(db.Revision)
    session.connection().execute(sa.delete(table))
    for name in sorted(before.keys() | restored.keys()):
        value = max(before.get(name, 0), restored.get(name, 0)) + 1
        if name == indexing.WORDS:  # says what was restored; nothing is cached by it
            value = restored.get(name, 0)
        session.connection().execute(sa.insert(table).values(domain=name, value=value))


@contextmanager
def _emptied(connection: Connection) -> Iterator[None]:
    """Empty every table, the journal included, and let rows come in any order inside.

    The journal's triggers rest, and links between rows are looked at when all rows are there.
    """
    with schema.links_at_the_end(connection):
        schema.drop_append_only(connection)
        for table in reversed(_tables()):
            connection.execute(sa.delete(table))
        yield
        schema.make_append_only(connection)


def _refusal(source: Path) -> DomainError:
    return DomainError(
        f"« {source.name} » n’est pas une sauvegarde complète de l’application : rien n’a changé."
    )


def _checked(source: Path) -> int:
    """Read a backup to its end; return its number of rows, or refuse it."""
    if not source.is_file():
        raise DomainError(f"Le fichier « {source} » n’existe pas.")
    try:
        with gzip.open(source, "rt", encoding="utf-8") as file:
            head = json.loads(file.readline())
            if head.get("format") != FORMAT:
                raise _refusal(source)
            rows, end = _counted(file)
    except (OSError, EOFError, ValueError, AttributeError, zlib.error) as error:
        raise _refusal(source) from error
    if end != rows:
        raise _refusal(source)
    if head.get("schema") != schema.head():
        raise DomainError(
            f"Cette sauvegarde vient d’une autre version de l’application (schéma "
            f"{head.get('schema')}, ici {schema.head()})."
        )
    return rows


def _counted(lines: Iterator[str]) -> tuple[int, int | None]:
    """Count the rows, and return the number that the last line tells.

    ValueError for a line that is neither a row of a known table, nor a table's name, nor the end.
    """
    known = {table.name for table in _tables()}
    rows, end, name = 0, None, ""
    for line in lines:
        if line.startswith("["):
            if not name:
                raise ValueError("a row of no table")
            rows += 1
            continue
        mark = json.loads(line)
        if not isinstance(mark, dict):
            raise ValueError("neither a row nor a mark")  # noqa: TRY004  # as all that is refused
        end = mark.get("end", end)
        name = mark.get("table", name)
        if name and name not in known:
            raise ValueError("an unknown table")
    return rows, end


def _blocks(source: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    """Give the rows of a backup, table by table, some thousands at a time."""
    with gzip.open(source, "rt", encoding="utf-8") as file:
        file.readline()
        name, rows = "", list[list[Any]]()
        for line in file:
            if line.startswith("["):
                rows.append(json.loads(line))
                if len(rows) < BATCH:
                    continue
            if rows:
                yield name, rows
                rows = []
            if not line.startswith("["):
                name = json.loads(line).get("table", name)


def _typed(table: Table, rows: list[list[Any]]) -> Iterator[list[Any]]:
    """Let flags and files be what the engine wants; dates and moments travel as ISO text."""
    width = len(table.columns)
    files = [
        rank for rank, column in enumerate(table.columns) if isinstance(column.type, sa.LargeBinary)
    ]
    flags = [
        rank for rank, column in enumerate(table.columns) if isinstance(column.type, sa.Boolean)
    ]
    for row in rows:
        if len(row) != width:
            raise ValueError(f"{len(row)} values for {width} columns")
        for rank in flags:
            row[rank] = None if row[rank] is None else bool(row[rank])
        for rank in files:
            row[rank] = None if row[rank] is None else base64.b64decode(row[rank])
        yield row
