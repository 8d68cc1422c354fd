"""The store: units of work, revisions, two threads and two processes at once, bulk insertion."""

import multiprocessing
import sqlite3
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlmodel import select

from core import db, fetching
from core.instance.models import Instance
from core.observatory.models import ImportBatch
from core.territories.models import Membership, Territory

TERRITORY = db.table_of(Territory)


def add_territory(**values: Any) -> None:
    given: dict[str, Any] = {"id": 1, "level": "commune", "code": "31555", "name": "Toulouse"}
    with db.writing("territories") as session:
        session.add(Territory(**given | values))


def count_inhabitants(url: str, times: int) -> None:
    """Read, add one, write: what loses updates where two writers do not wait for each other."""
    for _ in range(times):
        with db.writing("territories", url=url) as session:
            territory = session.get_one(Territory, 1)
            territory.population = (territory.population or 0) + 1
            session.add(territory)


@pytest.mark.usefixtures("store")
def test_concurrent_writers_each_raise_the_revision() -> None:
    def write(_: int) -> None:
        with db.writing("observatory"):
            pass

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(write, range(20)))
    assert db.revision("observatory") == 20


def test_two_processes_that_write_at_once_lose_nothing(store: str) -> None:
    add_territory()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        writers = [pool.submit(count_inhabitants, store, 15) for _ in range(2)]
        assert [writer.result(timeout=120) for writer in writers] == [None, None]
    with db.reading() as session:
        assert session.get_one(Territory, 1).population == 30
    assert db.revision("territories") == 31


@pytest.mark.usefixtures("store")
def test_domains_have_revisions_of_their_own() -> None:
    with db.writing("territories"):
        pass
    assert (db.revision("territories"), db.revision("observatory")) == (1, 0)


@pytest.mark.usefixtures("store")
def test_a_failed_unit_of_work_writes_nothing_and_raises_no_revision() -> None:
    def fail() -> None:
        with db.writing("instance") as session:
            session.add(Instance(mode="demo"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with db.reading() as session:
        assert session.get(Instance, 1) is None
    assert db.revision("instance") == 0


@pytest.mark.usefixtures("store")
def test_a_reader_is_not_blocked_by_a_writer_and_sees_what_was_before() -> None:
    add_territory(population=5)
    with db.writing("territories") as writer:
        territory = writer.get_one(Territory, 1)
        territory.population = 6
        writer.add(territory)
        writer.flush()
        with db.reading() as reader:
            assert reader.get_one(Territory, 1).population == 5
        assert db.revision("territories") == 1
    with db.reading() as reader:
        assert reader.get_one(Territory, 1).population == 6


@pytest.mark.usefixtures("store")
def test_what_a_reading_session_changes_is_never_saved() -> None:
    with db.reading() as session:
        session.add(Instance(mode="demo"))
        session.flush()
    with db.reading() as session:
        assert session.get(Instance, 1) is None


def test_a_unit_of_work_takes_the_write_lock_before_it_reads(sqlite_store: str) -> None:
    path = sa.make_url(sqlite_store).database
    with db.writing() as session:
        session.exec(select(Instance)).all()
        other = sqlite3.connect(str(path), timeout=0, isolation_level=None)
        try:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            assert other.execute("SELECT count(*) FROM instance").fetchone() == (0,)
        finally:
            other.close()


@pytest.mark.usefixtures("sqlite_store")
def test_each_sqlite_connection_is_durable_patient_and_checks_links() -> None:
    with db.reading() as session:
        connection = session.connection()
        names = ("journal_mode", "foreign_keys", "busy_timeout")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert found == ["wal", 1, 60_000]


@pytest.mark.usefixtures("store")
def test_a_link_to_nothing_is_refused() -> None:
    add_territory()

    def link() -> None:
        with db.writing("territories") as session:
            session.add(Membership(group_id=999, part_id=1))

    with pytest.raises(sa.exc.IntegrityError):
        link()
    with db.reading() as session:
        assert session.exec(select(Membership)).all() == []


@pytest.fixture(params=[0, 20], ids=["copied", "inserted"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take either way of PostgreSQL’s, whatever the number of rows."""
    monkeypatch.setattr(db, "FEW", request.param)


AWKWARD = "L’Isle\t« d’Albi »\\N\n100 % ; 'x' \"y\""


def territory_row(**values: Any) -> tuple[Any, ...]:
    """Return a row in the order of the table, NULL where nothing is said and the store allows."""
    texts = dict.fromkeys(("level", "code", "name", "kind", "departement_code", "note"), "")
    flags = {"in_area": False, "has_contour": False}
    given: dict[str, Any] = texts | flags | {"level": "commune"} | values
    return tuple(given.get(column.name) for column in TERRITORY.columns)


@pytest.mark.usefixtures("store", "way")
def test_a_bulk_insertion_keeps_nulls_flags_dates_and_awkward_texts() -> None:
    whole = territory_row(
        id=3, code="2A004", name=AWKWARD, in_area=True, population=0, vintage=2017,
        surface_km2=82.5, valid_from=date(2011, 6, 15), valid_to=date(2100, 12, 31),
    )  # fmt: skip
    iso = territory_row(id=4, code="09", name="", successor_id=3, valid_from="1900-01-01")
    with db.writing("territories") as session:
        db.bulk_insert(session, TERRITORY, iter([whole, iso]))
    with db.reading() as session:
        first, second = session.exec(select(Territory).order_by(TERRITORY.c.id)).all()
    assert (first.code, first.name, first.population, first.surface_km2) == (
        "2A004", AWKWARD, 0, 82.5,
    )  # fmt: skip
    assert (first.in_area, first.has_contour) == (True, False)
    assert (first.valid_from, first.valid_to) == (date(2011, 6, 15), date(2100, 12, 31))
    assert (second.valid_from, second.valid_to) == (date(1900, 1, 1), None)
    assert (second.name, second.population, second.successor_id) == ("", None, 3)


@pytest.mark.usefixtures("store", "way")
def test_a_bulk_insertion_keeps_moments_to_the_microsecond() -> None:
    moment = datetime(2011, 6, 15, 9, 30, 0, 123456)  # noqa: DTZ001  # stored without zone
    batch = db.table_of(ImportBatch)
    with db.writing("observatory") as session:
        session.connection().exec_driver_sql(
            "INSERT INTO edition (id, dataset, key, label, is_simulated) "
            "VALUES (1, 'ssmsi_commune', 'k', 'l', FALSE)"
        )
        row = {"id": 1, "edition_id": 1, "imported_at": moment, "state": "applied"}
        numbers = dict.fromkeys(
            ("octets", "rows_read", "rows_new", "rows_changed", "rows_unchanged"), 0
        )
        texts = dict.fromkeys(("file_name", "sha256", "author", "warnings", "reverted_by"), "")
        given: dict[str, Any] = row | numbers | texts
        db.bulk_insert(session, batch, [tuple(given.get(column.name) for column in batch.columns)])
    with db.reading() as session:
        found = session.exec(select(ImportBatch)).one()
    assert (found.imported_at, found.reverted_at) == (moment, None)


@pytest.mark.usefixtures("store", "way")
def test_a_bulk_insertion_that_fails_leaves_nothing() -> None:
    rows = [territory_row(id=1, code="a"), territory_row(id=2, code="a")]

    def insert() -> None:
        with db.writing("territories") as session:
            db.bulk_insert(session, TERRITORY, rows)

    with pytest.raises(Exception, match=r"(?i)unique"):
        insert()
    with db.reading() as session:
        assert session.exec(select(Territory)).all() == []


@pytest.mark.usefixtures("store")
def test_ids_go_on_after_a_bulk_insertion() -> None:
    with db.writing("territories") as session:
        assert db.next_id(session, TERRITORY) == 1
        db.bulk_insert(session, TERRITORY, [territory_row(id=41, code="a")])
        db.follow_ids(session, TERRITORY)
        assert db.next_id(session, TERRITORY) == 42
        added = Territory(level="commune", code="b", name="")
        session.add(added)
        session.flush()
        assert added.id == 42


@pytest.mark.usefixtures("store")
def test_a_frame_has_the_columns_asked_for_even_without_a_row() -> None:
    statement = sa.select(TERRITORY.c.code, TERRITORY.c.population)
    with db.reading() as session:
        empty = fetching.frame(session, statement, ["code", "people"])
    add_territory(population=None)
    add_territory(id=2, code="09122", population=7)
    with db.reading() as session:
        table = fetching.frame(session, statement.order_by(TERRITORY.c.code), ["code", "people"])
    assert (list(empty.columns), len(empty)) == (["code", "people"], 0)
    assert table["code"].tolist() == ["09122", "31555"]
    assert table["people"].iloc[0] == 7
    assert pd.isna(table["people"].iloc[1])


def test_the_folder_of_a_new_sqlite_file_is_made(tmp_path: Path) -> None:
    engine = db.engine_for(f"sqlite:///{tmp_path / 'a' / 'b' / 'store.db'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    engine.dispose()
    assert (tmp_path / "a" / "b" / "store.db").is_file()
