"""Fixtures: a store of its own for each test, on both engines.

``store`` runs a test twice, on SQLite and on PostgreSQL; ``sqlite_store`` once, for what does not
depend on the engine. A missing PostgreSQL is a failure where CI=true, elsewhere a skip.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from core import db, schema, settings
from core.access import Role, Viewer, viewer_for
from core.instance import operations as instance
from tests import postgresql_databases
from tests.postgresql_databases import Lent

hypothesis_settings.register_profile(
    "steady",
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)  # a busy machine is no failure
hypothesis_settings.load_profile("steady")

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
NOW = datetime(2011, 6, 15, 9, 30, tzinfo=UTC)
IS_CI = os.environ.get("CI") == "true"


def shared(path: str) -> Path:
    """Return a real file of the study material, or skip where it is not at hand."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"real file not at hand: shared/{path}")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep on one process what reads the demonstration on PostgreSQL: it takes long to bring in."""
    for item in items:
        held = getattr(item, "callspec", None)
        if held is not None and held.params.get("demo_store") == "postgresql":
            item.add_marker(pytest.mark.xdist_group("postgresql_demo"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start one PostgreSQL for the session (``RT_TEST_POSTGRESQL`` names one that runs)."""
    given = os.environ.get("RT_TEST_POSTGRESQL")
    if given:
        yield given
        return
    try:
        stop, server = postgresql_databases.start()
    except Exception as error:
        if IS_CI:
            raise
        pytest.skip(f"no PostgreSQL: {error}")
    yield server
    stop()


@pytest.fixture(scope="session")
def postgresql_lent(postgresql: str) -> Lent:
    """One database with the schema, lent to one test after another, each time empty."""
    url = postgresql_databases.made(postgresql, "rt_template")
    schema.upgrade(url)
    db.engine_for(url).dispose()
    return Lent(postgresql, "rt_template", "rt_lent")


@pytest.fixture(scope="session")
def postgresql_demo(
    postgresql: str, demo_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A PostgreSQL database that holds the demonstration, to be copied by each test."""
    from core import backup

    packed = tmp_path_factory.mktemp("demo") / "demo.json.gz"
    backup.save(f"sqlite:///{demo_file}", packed)
    url = postgresql_databases.made(postgresql, "rt_demo")
    schema.upgrade(url)
    backup.restore(url, packed)
    db.engine_for(url).dispose()
    return url


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store filled once with the demonstration, to be copied by each test.

    The first process that wants it makes it for all: the others wait.
    """
    is_one_of_many = "PYTEST_XDIST_WORKER" in os.environ
    own = tmp_path_factory.getbasetemp()
    path = (own.parent if is_one_of_many else own) / "demo.db"
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            made = path.with_suffix(".new")
            url = f"sqlite:///{made}"
            schema.upgrade(url)
            instance.first_start(url, now=NOW)
            _fold(url)
            made.rename(path)
    return path


UseStore = Callable[[str], str]


@pytest.fixture
def use_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[UseStore]:
    """Point the application at a store for one test."""
    used: list[str] = []

    def use(url: str) -> str:
        monkeypatch.setenv("RT_DATABASE_URL", url)
        settings.settings.cache_clear()
        used.append(url)
        return url

    yield use
    for url in used:
        db.engine_for(url).dispose()
    db.engine_for.cache_clear()
    schema.ensure.cache_clear()
    settings.settings.cache_clear()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite store, migrated once, to be copied by each test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    url = f"sqlite:///{path}"
    schema.upgrade(url)
    _fold(url)
    return path


def _fold(url: str) -> None:
    """Put what was written into the file itself, which is then copied alone."""
    engine = db.engine_for(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.fixture
def sqlite_store(tmp_path: Path, sqlite_template: Path, use_store: UseStore) -> str:
    """An empty SQLite store, migrated."""
    shutil.copy(sqlite_template, tmp_path / "store.db")
    return use_store(f"sqlite:///{tmp_path / 'store.db'}")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, use_store: UseStore) -> Iterator[str]:
    """An empty store, migrated, on each engine."""
    if request.param == "sqlite":
        yield str(request.getfixturevalue("sqlite_store"))
        return
    yield use_store(request.getfixturevalue("postgresql_lent").emptied())


@pytest.fixture
def demo_sqlite(tmp_path: Path, demo_file: Path, use_store: UseStore) -> str:
    """A copy of the demonstration on SQLite."""
    shutil.copy(demo_file, tmp_path / "demo.db")
    return use_store(f"sqlite:///{tmp_path / 'demo.db'}")


@pytest.fixture(params=["sqlite", "postgresql"])
def demo_store(request: pytest.FixtureRequest, use_store: UseStore) -> Iterator[str]:
    """A copy of the demonstration, on each engine."""
    if request.param == "sqlite":
        yield str(request.getfixturevalue("demo_sqlite"))
        return
    server = request.getfixturevalue("postgresql")
    request.getfixturevalue("postgresql_demo")
    with postgresql_databases.copied(server, "rt_demo") as url:
        yield use_store(url)


@pytest.fixture
def staff() -> Viewer:
    return viewer_for(Role.STAFF, name="Agent d’essai")


@pytest.fixture
def analyst() -> Viewer:
    return viewer_for(Role.ANALYST)
