"""The store: units of work, revisions, two processes at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core import db
from core.instance.models import Instance


def test_concurrent_writers_each_raise_the_revision(store: str) -> None:
    def write(_: int) -> None:
        with db.writing("observatory"):
            pass

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(write, range(20)))
    assert db.revision("observatory") == 20


def test_domains_have_revisions_of_their_own(store: str) -> None:
    with db.writing("territories"):
        pass
    assert (db.revision("territories"), db.revision("observatory")) == (1, 0)


def test_a_failed_unit_of_work_writes_nothing_and_raises_no_revision(store: str) -> None:
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
