"""Every table of the application, and the migrations that make them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlmodel import Session

from core import db, journal
from core.circulation import loan_models as circulation_loan_models
from core.circulation import models as circulation_models
from core.competences_cles import follow_models as market_follow_models
from core.competences_cles import market_models
from core.competences_cles import models as order_models
from core.documentation import desk_models as documentation_desk_models
from core.documentation import indexing, thesaurus_models
from core.documentation import models as documentation_models
from core.instance import models as instance_models
from core.mail import models as mail_models
from core.observatory import models as observatory_models
from core.people import models as people_models
from core.territories import models as territory_models
from core.training import follow_models
from core.training import models as training_models
from core.welcome import models as welcome_models

TABLES = (
    journal, instance_models, observatory_models, territory_models, people_models, mail_models,
    training_models, follow_models, market_models, order_models, market_follow_models,
    documentation_models, thesaurus_models,
    documentation_desk_models, circulation_models, circulation_loan_models, welcome_models,
)  # fmt: skip
MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 20110615  # any constant: the advisory lock of migrations on PostgreSQL


def config(connection: Connection | None = None) -> Config:
    options = Config()
    options.set_main_option("script_location", str(MIGRATIONS))
    options.set_main_option("path_separator", "os")
    options.attributes["connection"] = connection
    return options


@lru_cache(maxsize=8)
def ensure(url: str) -> None:
    """Bring a store to the present revision, once for each process and store."""
    upgrade(url)


def upgrade(url: str, revision: str = "head") -> None:
    """Run the missing migrations in one transaction; a second process waits for the first.

    The words of the catalogue are cut anew where the release before cut them otherwise.

    On SQLite the write lock of the file is the lock; foreign keys rest meanwhile, since
    a table is altered by copying it.
    """
    with db.engine_for(url).connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        if db.is_sqlite(connection):
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.execution_options(rt_writes=True).begin():
                if not db.is_sqlite(connection):
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                command.upgrade(config(connection), revision)
                if revision == "head":
                    with Session(connection) as session:
                        indexing.follow_words(session)
        finally:
            if db.is_sqlite(connection):
                driver.execute("PRAGMA foreign_keys=ON")


def head() -> str:
    """Return the revision that this version of the application expects."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


APPEND_ONLY = ("journal_entry", "committee_pack")


def make_append_only(connection: Connection, tables: Sequence[str] = APPEND_ONLY) -> None:
    """Refuse every update and deletion of journals in the store itself."""
    for table in tables:
        if db.is_sqlite(connection):
            for verb in ("UPDATE", "DELETE"):
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
                )
            continue
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        for name, verbs in (("append_only", "UPDATE OR DELETE"), ("no_truncate", "TRUNCATE")):
            each = "STATEMENT" if verbs == "TRUNCATE" else "ROW"
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_{name} BEFORE {verbs} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )


def drop_append_only(connection: Connection, tables: Sequence[str] = APPEND_ONLY) -> None:
    """Take the refusals away, inside a restoration or a migration only."""
    is_sqlite = db.is_sqlite(connection)
    names = ("no_update", "no_delete") if is_sqlite else ("append_only", "no_truncate")
    for table in tables:
        for name in names:
            where = "" if is_sqlite else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_{name}{where}")


@contextmanager
def links_at_the_end(connection: Connection) -> Iterator[None]:
    """Check the links between rows when the block ends, not at each row.

    PostgreSQL can postpone only links that are declared so: they are, inside the block.
    """
    if db.is_sqlite(connection):
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield
        return
    found = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    links = [f"ALTER TABLE {table} ALTER CONSTRAINT {name}" for table, name in found]
    for link in links:
        connection.exec_driver_sql(f"{link} DEFERRABLE INITIALLY DEFERRED")
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for link in links:
        connection.exec_driver_sql(f"{link} NOT DEFERRABLE")
