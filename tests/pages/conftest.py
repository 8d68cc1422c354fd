"""Stores that pages are opened on: the demonstration to read, and empty ones."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit import config

from core import db, schema, settings
from core.instance import operations
from core.instance.models import Instance, Mode

NOW = datetime(2011, 6, 15, 9, 30, tzinfo=UTC)
UseStore = Callable[[str], str]
# A garbage collection after each rerun is for servers that last: here it walks through all tests.
config.set_option("runner.postScriptGC", False)


@pytest.fixture(scope="session")
def read_file(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the demonstration for every test that only reads: its answers stay cached."""
    return Path(shutil.copy(demo_file, tmp_path_factory.mktemp("read") / "demo.db"))


@pytest.fixture
def read_store(read_file: Path, use_store: UseStore) -> str:
    return use_store(f"sqlite:///{read_file}")


@pytest.fixture(scope="session")
def reference_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real store after its first fill: the reference, and no figure."""
    path = tmp_path_factory.mktemp("real") / "real.db"
    url = f"sqlite:///{path}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RT_DEMO", "false")
        settings.settings.cache_clear()
        schema.upgrade(url)
        operations.first_start(url, now=NOW)
    settings.settings.cache_clear()
    with db.engine_for(url).connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine_for(url).dispose()
    return path


@pytest.fixture
def real_store(
    reference_file: Path, tmp_path: Path, use_store: UseStore, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A real installation without any figure yet."""
    monkeypatch.setenv("RT_DEMO", "false")
    return use_store(f"sqlite:///{shutil.copy(reference_file, tmp_path / 'real.db')}")


@pytest.fixture
def bare_demo(real_store: str) -> str:
    """A demonstration without figures or perimeters: what staff see when nothing is entered."""
    with db.writing("instance", url=real_store) as session:
        instance = session.get_one(Instance, 1)
        instance.mode = Mode.DEMO.value
        session.add(instance)
    return real_store
