"""Migrations: a migrated store is a fresh one, two processes start together, the journal stays."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import Session, col, select

from core import db, journal, schema, upkeep
from core.access import COMMAND_LINE
from core.circulation.loan_models import DeskEvent
from core.competences_cles.follow_models import ForeseenVersion
from core.documentation import search_index
from core.instance import operations as instance
from core.instance.models import Instance, Mode
from core.journal import JournalEntry
from core.people.models import Person
from tests.conftest import NOW, UseStore

VERSIONS = Path(schema.__file__).parent / "migrations" / "versions"
OPTIONS = {
    "compare_type": True,
    "include_name": lambda name, kind, _of: kind != "table" or search_index.is_ours(name),
}
FEATURES = {
    "columns": ("name", "type", "nullable"),
    "check_constraints": ("name", "sqltext"),
    "unique_constraints": ("name", "column_names"),
    "indexes": ("name", "column_names", "unique"),
    "foreign_keys": ("name", "constrained_columns", "referred_table", "referred_columns"),
}


@pytest.fixture
def bare_store(store: str) -> str:
    """A store of each engine without any table, as before the first start."""
    engine = db.engine_for(store)
    with engine.begin() as connection:
        if not db.is_sqlite(connection):
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
            return store
    engine.dispose()
    for part in Path(str(engine.url.database)).parent.glob("store.db*"):
        part.unlink()
    return store


def described(connection: sa.Connection, folder: str | None = None) -> dict[str, Any]:
    """Return what the engine itself says of every table of ours."""
    inspector = sa.inspect(connection)
    found: dict[str, Any] = {}
    for table in db.METADATA.tables:
        for feature, keys in FEATURES.items():
            rows: list[Any] = getattr(inspector, f"get_{feature}")(table, schema=folder)
            found[f"{table} {feature}"] = sorted(
                str([row.get(key) for key in keys]) for row in rows
            )
        key: Any = inspector.get_pk_constraint(table, schema=folder)
        found[f"{table} primary key"] = (key["name"], key["constrained_columns"])
    return found


def test_a_migrated_store_has_nothing_to_migrate(store: str) -> None:
    with db.engine_for(store).connect() as connection:
        context = MigrationContext.configure(connection, opts=OPTIONS)
        assert compare_metadata(context, db.METADATA) == []
        assert context.get_current_revision() == schema.head()


def test_a_migrated_store_equals_a_fresh_one(store: str, tmp_path: Path) -> None:
    with db.engine_for(store).begin() as connection:
        migrated = described(connection)
        if db.is_sqlite(connection):
            fresh_engine = db.engine_for(f"sqlite:///{tmp_path / 'fresh.db'}")
            with fresh_engine.begin() as fresh:
                db.METADATA.create_all(fresh)
                expected = described(fresh)
            fresh_engine.dispose()
        else:
            connection.exec_driver_sql("CREATE SCHEMA fresh")
            translated = connection.execution_options(schema_translate_map={None: "fresh"})
            db.METADATA.create_all(translated)
            expected = described(connection, "fresh")
    assert migrated == expected
    assert any("ck_fact_count" in text for text in migrated["fact check_constraints"])


def test_each_revision_follows_one_other_and_there_is_one_head() -> None:
    script = ScriptDirectory.from_config(schema.config())
    revisions = list(script.walk_revisions())
    assert script.get_heads() == [schema.head()]
    assert len(revisions) == len(list(VERSIONS.glob("m*.py")))
    assert [revision.down_revision for revision in revisions].count(None) == 1


def test_every_table_belongs_to_a_module_that_the_schema_names(store: str) -> None:
    with db.engine_for(store).connect() as connection:
        names = set(filter(search_index.is_ours, sa.inspect(connection).get_table_names()))
    assert names == {*db.METADATA.tables, "alembic_version"}


def test_ensuring_twice_changes_nothing(store: str) -> None:
    with db.writing("instance") as session:
        session.add(Instance(mode=Mode.REAL.value))
    for _ in range(2):
        schema.ensure(store)
        schema.ensure.cache_clear()
    with db.reading() as session:
        assert session.get_one(Instance, 1).mode == Mode.REAL.value
    assert db.revision("instance") == 1


def test_foreign_keys_are_checked_again_after_a_migration(sqlite_store: str) -> None:
    with db.engine_for(sqlite_store).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def start_process(url: str) -> bool:
    """Start as an application process does: migrations, then the first fill."""
    schema.ensure(url)
    return instance.first_start(url, now=datetime(2011, 6, 15, 9, 30, tzinfo=UTC))


def test_two_processes_on_a_bare_store_migrate_and_fill_it_once(
    bare_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RT_DEMO", "false")
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        starts = [pool.submit(start_process, bare_store) for _ in range(2)]
        assert sorted(start.result(timeout=400) for start in starts) == [False, True]
    with db.reading() as session:
        found = upkeep.status(session)
        actions = session.exec(select(JournalEntry.action)).all()
    assert found["instance.mode"] == "real"
    assert found["territories.communes"] == 2_944
    assert actions.count("premier démarrage") == 1
    assert start_process(bare_store) is False


def record(session: Session) -> None:
    journal.record(
        session, COMMAND_LINE, at=NOW, domain="instance", action="essai", subject="vrai"
    )  # fmt: skip


UPDATE = "UPDATE journal_entry SET subject = 'faux'"
REPLACE = (
    "INSERT OR REPLACE INTO journal_entry SELECT id, at, author, domain, action, 'faux', "
    "before, after FROM journal_entry"
)


def check_refused(change: str) -> None:
    """Try to change the journal, and find its entry as it was."""

    def meddle() -> None:
        with db.writing("instance") as session:
            session.connection().exec_driver_sql(change)

    with db.writing("instance") as session:
        record(session)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        meddle()
    with db.reading() as session:
        assert session.exec(select(JournalEntry.subject)).all() == ["vrai"]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("change", [UPDATE, "DELETE FROM journal_entry"])
def test_the_journal_refuses_every_change(change: str) -> None:
    check_refused(change)


@pytest.mark.usefixtures("sqlite_store")
def test_the_journal_of_sqlite_refuses_a_replacement() -> None:
    check_refused(REPLACE)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_the_journal_of_postgresql_refuses_to_be_truncated() -> None:
    check_refused("TRUNCATE journal_entry")


def test_the_journal_still_refuses_changes_after_its_protection_was_lifted(store: str) -> None:
    with db.engine_for(store).begin() as connection:
        schema.drop_append_only(connection)
        schema.make_append_only(connection)
    check_refused(UPDATE)


def test_a_store_that_cannot_be_migrated_is_left_as_it_was(
    tmp_path: Path, use_store: UseStore
) -> None:
    url = use_store(f"sqlite:///{tmp_path / 'other.db'}")
    with db.engine_for(url).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE territory (mine TEXT)")
    with pytest.raises(sa.exc.OperationalError, match="already exists"):
        schema.upgrade(url)
    with db.engine_for(url).connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["territory"]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def rows_of(connection: sa.Connection, name: str, **values: Any) -> None:
    """Add a row to a table as it is by now, with what it needs besides ``values``."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    needed = {one.name: one.type.python_type() for one in table.columns
              if not one.nullable and one.name not in {"id", *values}
              and one.type.python_type is not datetime}  # fmt: skip
    connection.execute(sa.insert(table).values(needed | values))


def test_gestures_signed_by_a_card_lose_it_and_nobody_was_welcomed_unless_they_were(
    bare_store: str,
) -> None:
    schema.upgrade(bare_store, "0011")
    moment = NOW.replace(tzinfo=None)
    with db.engine_for(bare_store).begin() as connection:
        for author in ("carte L10, par son lien", "Agent d’essai"):
            rows_of(connection, "desk_event", author=author, at=moment)
        rows_of(connection, "person", last_name="Essai")
    schema.upgrade(bare_store)
    with db.reading(bare_store) as session:
        events = session.exec(select(DeskEvent.author).order_by(col(DeskEvent.id))).all()
        assert session.exec(select(Person.is_welcomed)).all() == [False]
    assert events == ["lecteur, par son lien", "Agent d’essai"]


def test_forecasts_entered_before_versions_had_a_day_are_known_since_their_order_began(
    bare_store: str,
) -> None:
    before = ScriptDirectory.from_config(schema.config()).get_revision("0007").down_revision
    schema.upgrade(bare_store, str(before))
    day = datetime(2011, 1, 1, tzinfo=UTC).date()
    rows: dict[str, dict[str, Any]] = {
        "territory": {"code": "31", "level": "departement"}, "structure": {"name": "o"},
        "marche": {"starts_on": day, "ends_on": day},
        "lot": {"marche_id": 1}, "prestation": {"code": "f"},
        "bon_de_commande": {"lot_id": 1, "territory_id": 1, "structure_id": 1,
                            "state": "notifie", "starts_on": day, "ends_on": day},
        "bon_line": {"bon_id": 1, "prestation_id": 1, "initial": 60},
        "foreseen": {"line_id": 1, "period": 201101, "quantity": 60, "version": 2},
    }  # fmt: skip
    with db.engine_for(bare_store).begin() as connection:
        for name, values in rows.items():
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            needed = {one.name: one.type.python_type() for one in table.columns
                      if not one.nullable and one.name not in {"id", *values}}  # fmt: skip
            connection.execute(sa.insert(table).values(id=1, **(needed | values)))
    schema.upgrade(bare_store)
    with db.reading(bare_store) as session:
        versions = session.exec(select(ForeseenVersion)).all()
        assert [(one.line_id, one.version, one.known_on) for one in versions] == [(1, 2, day)]
