"""Upkeep: a backup brings everything back, on either engine; the check finds what is wrong."""

import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core import backup, db, schema, upkeep
from core.documentation import indexing
from core.errors import DomainError
from core.instance.models import Instance
from core.observatory.enums import Status
from core.observatory.intake import slices
from tests.conftest import UseStore
from tests.core.circulation.making import fill_every_table as fill_lending
from tests.core.competences_cles.making import fill_every_table as fill_market
from tests.core.documentation.making import fill_every_table as fill_catalogue
from tests.core.training.making import fill_every_table
from tests.factories import (
    Base,
    Figure,
    apply,
    fill_area,
    make_perimeter,
    parsed_file,
)

FIRST = (
    Figure("vols", 202000, "31555", 900), Figure("vols", 202000, "31149", 0),
    Figure("vols", 202000, "09122", Status.MASKED), Figure("vols", 202000, "09056", Status.MISSING),
)  # fmt: skip
Rows = dict[str, list[str]]


@pytest.fixture
def full_store(store: str) -> str:
    """A small store of each engine with rows in every table."""
    fill_area()
    with db.writing("instance", "observatory") as session:
        session.add(Instance(mode="real"))
        slices.load_nomenclature(session)
        slices.load_ruptures(session)
        fill_every_table(session)
        fill_catalogue(session)
        fill_lending(session)
        fill_market(session)
    apply(parsed_file(FIRST, bases=[Base("31555", 480_000.5)]), name="premier « é ».csv")
    apply(parsed_file([Figure("vols", 202000, "31555", 901)]), name="second.csv")
    make_perimeter("Toulouse et Colomiers", "31555", "31149")
    return store


def rows_of(url: str) -> Rows:
    """Return every row of every table but revisions, as typed texts to compare."""
    tables = [table for table in db.METADATA.sorted_tables if table.name != "revision"]
    with db.reading(url) as session:
        found = {one.name: session.connection().execute(sa.select(one)).all() for one in tables}
    return {name: sorted(repr(tuple(row)) for row in rows) for name, rows in found.items()}


def run(*statements: str) -> None:
    """Do what the application never does: a change past its rules (SQLite checks no link here)."""
    url = sa.make_url(db.database_url())
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_backup_brings_every_row_of_every_table_back(full_store: str, tmp_path: Path) -> None:
    before = rows_of(full_store)
    assert [name for name, rows in before.items() if not rows] == []
    count = backup.save(full_store, tmp_path / "a.json.gz")
    assert count == sum(map(len, before.values())) + len(revisions())
    apply(parsed_file([Figure("vols", 201900, "09225", 3)]), name="trop.csv")
    make_perimeter("De trop", "09122")
    assert rows_of(full_store) != before
    assert backup.restore(full_store, tmp_path / "a.json.gz") == count
    assert rows_of(full_store) == before


def revisions() -> dict[str, int]:
    with db.reading() as session:
        return db.revisions(session)


def outrun(url: str, tmp_path: Path, *domains: str) -> set[str]:
    """Back up, write some more, restore; return the domains whose revision did not move on.

    The release that cut the catalogue's words is no revision of a domain: nothing is cached by it.
    """
    backup.save(url, tmp_path / "a.json.gz")
    for _ in range(5):
        with db.writing(*domains):
            pass
    before = revisions()
    backup.restore(url, tmp_path / "a.json.gz")
    after = revisions()
    unmoved = {name for name in before if after.get(name, 0) <= before[name]}
    return unmoved - {indexing.WORDS}


def test_revisions_move_on_past_what_is_cached(full_store: str, tmp_path: Path) -> None:
    assert outrun(full_store, tmp_path, "territories") == set()


def test_a_domain_unknown_to_the_backup_moves_on_too(full_store: str, tmp_path: Path) -> None:
    assert outrun(full_store, tmp_path, "later") == set()


def test_a_store_goes_on_after_a_restoration(full_store: str, tmp_path: Path) -> None:
    backup.save(full_store, tmp_path / "a.json.gz")
    backup.restore(full_store, tmp_path / "a.json.gz")
    assert make_perimeter("Nouveau", "09122") > 0
    assert apply(parsed_file([Figure("vols", 201900, "09225", 3)]), name="b.csv").new == 1
    for change in ("UPDATE journal_entry SET author = ''", "DELETE FROM journal_entry"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            run(change)
    assert upkeep.check(full_store) == []


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_backup_passes_to_the_other_engine_and_back(
    full_store: str, tmp_path: Path, request: pytest.FixtureRequest, use_store: UseStore
) -> None:
    before = rows_of(full_store)
    backup.save(full_store, tmp_path / "there.json.gz")
    other = str(request.getfixturevalue("sqlite_store"))
    backup.restore(other, tmp_path / "there.json.gz")
    assert rows_of(other) == before
    backup.save(other, tmp_path / "back.json.gz")
    use_store(full_store)
    run("TRUNCATE membership")
    backup.restore(full_store, tmp_path / "back.json.gz")
    assert rows_of(full_store) == before


def test_a_backup_holds_one_instant_while_a_writer_is_in_the_middle(
    full_store: str, tmp_path: Path
) -> None:
    before = rows_of(full_store)
    with db.writing("instance") as session:
        session.connection().execute(sa.delete(db.table_of(Instance)))
        backup.save(full_store, tmp_path / "a.json.gz")
    assert rows_of(full_store)["instance"] == []
    backup.restore(full_store, tmp_path / "a.json.gz")
    assert rows_of(full_store) == before


def test_an_existing_file_is_not_overwritten(sqlite_store: str, tmp_path: Path) -> None:
    target = tmp_path / "a.json.gz"
    target.write_text("précieux", encoding="utf-8")
    with pytest.raises(DomainError, match=r"existe déjà : choisissez un autre nom\."):
        backup.save(sqlite_store, target)
    assert target.read_text(encoding="utf-8") == "précieux"
    assert sorted(path.name for path in tmp_path.glob("a.*")) == ["a.json.gz"]


def packed(*lines: Any) -> bytes:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return gzip.compress("\n".join(texts).encode())


HEAD = {"format": backup.FORMAT, "schema": schema.head()}
WRONG: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "not gzip": lambda _: b"Territoire;Faits\n",
    "truncated": lambda whole: whole[: len(whole) // 2],
    "without its last bytes": lambda whole: whole[:-8],
    "without its end": lambda whole: gzip.compress(gzip.decompress(whole).rpartition(b"{")[0]),
    "one row less": lambda whole: gzip.compress(
        b"\n".join(line for line in gzip.decompress(whole).split(b"\n") if b'"premier' not in line)
    ),
    "altered": lambda whole: whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:],
    "not JSON": lambda _: gzip.compress(b"bonjour\n"),
    "a list": lambda _: packed([1], {"end": 0}),
    "another format": lambda _: packed({**HEAD, "format": "autre"}, {"end": 0}),
    "another schema": lambda _: packed({**HEAD, "schema": "9999"}, {"end": 0}),
}


BY_HAND = {
    "an unknown table": packed(HEAD, {"table": "autre"}, [1], {"end": 1}),
    "a short row": packed(HEAD, {"table": "instance"}, [1], {"end": 1}),
    "a row of no table": packed(HEAD, [1], {"end": 1}),
    "a number for a line": packed(HEAD, 5, {"end": 0}),
}


def answers(url: str, tmp_path: Path, contents: dict[str, bytes]) -> dict[str, str]:
    """Try to restore each content, and say what came out of it."""
    found = {}
    for name, content in contents.items():
        (tmp_path / "b.json.gz").write_bytes(content)
        try:
            backup.restore(url, tmp_path / "b.json.gz")
        except DomainError as error:
            found[name] = "refused" if "sauvegarde" in str(error) else str(error)
        except Exception as error:  # noqa: BLE001  # what must not come out, told as such
            found[name] = repr(error)
        else:
            found[name] = "accepted"
    return found


def test_a_spoiled_backup_is_refused_and_nothing_is_lost(full_store: str, tmp_path: Path) -> None:
    backup.save(full_store, tmp_path / "a.json.gz")
    whole, before = (tmp_path / "a.json.gz").read_bytes(), (rows_of(full_store), revisions())
    contents = {name: spoil(whole) for name, spoil in WRONG.items()}
    assert answers(full_store, tmp_path, contents) == dict.fromkeys(WRONG, "refused")
    assert (rows_of(full_store), revisions()) == before


def test_a_backup_written_by_hand_loses_nothing(full_store: str, tmp_path: Path) -> None:
    before = rows_of(full_store), revisions()
    assert "accepted" not in answers(full_store, tmp_path, BY_HAND).values()
    assert (rows_of(full_store), revisions()) == before


def test_a_backup_written_by_hand_is_refused_in_french(full_store: str, tmp_path: Path) -> None:
    assert answers(full_store, tmp_path, BY_HAND) == dict.fromkeys(BY_HAND, "refused")


def is_same(content: bytes, whole: bytes) -> bool:
    """Say whether a change was harmless: in the file's name, or in bits that fill a byte up."""
    try:
        return gzip.decompress(content) == gzip.decompress(whole)
    except (OSError, EOFError, zlib.error):
        return False


def test_one_flipped_bit_anywhere_is_refused_in_french(sqlite_store: str, tmp_path: Path) -> None:
    backup.save(sqlite_store, tmp_path / "a.json.gz")
    whole = (tmp_path / "a.json.gz").read_bytes()
    spoiled = {
        str(place): whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :]
        for place in range(len(whole))
    }
    contents = {place: content for place, content in spoiled.items() if not is_same(content, whole)}
    assert len(contents) > len(whole) - 50
    assert answers(sqlite_store, tmp_path, contents) == dict.fromkeys(contents, "refused")


def test_a_restored_store_has_its_statistics(sqlite_store: str, tmp_path: Path) -> None:
    """Without them PostgreSQL reads a map of communes in 20 s, not in 0.1 s."""
    fill_area()
    backup.save(sqlite_store, tmp_path / "a.json.gz")
    backup.restore(sqlite_store, tmp_path / "a.json.gz")
    with db.engine_for(sqlite_store).connect() as connection:
        counted = connection.exec_driver_sql("SELECT DISTINCT tbl FROM sqlite_stat1").scalars()
        assert "membership" in set(counted)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_rows_that_were_touched_can_be_restored_in_small_batches(
    full_store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("UPDATE territory SET name = 'Boutx' WHERE code = '31085'")
    backup.save(full_store, tmp_path / "a.json.gz")
    before = rows_of(full_store)
    monkeypatch.setattr(backup, "BATCH", 1)
    backup.restore(full_store, tmp_path / "a.json.gz")
    assert rows_of(full_store) == before
