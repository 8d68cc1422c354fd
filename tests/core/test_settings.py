"""Settings: read from the environment, once; and the date the application lives in."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pydantic
import pytest

from core import settings

CLOCK = date(2030, 1, 1)
NIGHT = datetime(2029, 12, 31, 23, 30, tzinfo=UTC)  # 0 h 30 in Paris
PINNED = date(2024, 2, 29)


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting from outside, and nothing kept from or for another test."""
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(f"RT_{name.upper()}", raising=False)
    settings.settings.cache_clear()
    yield
    settings.settings.cache_clear()


def test_an_instance_works_without_configuration() -> None:
    found = settings.settings()
    assert found.database_url == f"sqlite:///{settings.ROOT / 'data' / 'var' / 'store.db'}"
    assert (found.demo, found.today, found.public_url) == (True, None, "")
    assert {address.partition(":")[0] for address in found.sources.values()} == {"https"}


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RT_DATABASE_URL", f"sqlite:///{tmp_path / 'a.db'}")
    monkeypatch.setenv("RT_DEMO", "false")
    monkeypatch.setenv("RT_TODAY", "2024-02-29")
    monkeypatch.setenv("RT_SOURCES", '{"a": "https://exemple.fr/a.csv"}')
    found = settings.settings()
    assert found.database_url == f"sqlite:///{tmp_path / 'a.db'}"
    assert (found.demo, found.today) == (False, PINNED)
    assert found.sources == {"a": "https://exemple.fr/a.csv"}


def test_settings_are_read_once_and_cannot_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    first = settings.settings()
    monkeypatch.setenv("RT_DEMO", "false")
    assert settings.settings() is first
    with pytest.raises(pydantic.ValidationError):
        first.demo = False


def test_a_setting_that_cannot_be_read_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RT_TODAY", "hier")
    with pytest.raises(pydantic.ValidationError, match="today"):
        settings.settings()


@pytest.mark.parametrize(
    ("pinned", "is_demo", "expected"),
    [("", True, date(2011, 6, 15)), ("", False, CLOCK),
     ("2024-02-29", True, PINNED), ("2024-02-29", False, PINNED)],
)  # fmt: skip
def test_today_is_the_pinned_day_else_that_of_the_demonstration_else_the_clock(
    monkeypatch: pytest.MonkeyPatch, pinned: str, *, is_demo: bool, expected: date
) -> None:
    if pinned:
        monkeypatch.setenv("RT_TODAY", pinned)
    assert settings.today(is_demo=is_demo, now=NIGHT) == expected


def test_the_moment_is_that_of_the_day_of_paris_at_this_hour() -> None:
    assert settings.clock(is_demo=False, now=NIGHT) == NIGHT
    assert settings.clock(is_demo=True, now=NIGHT) == datetime(2011, 6, 14, 22, 30, tzinfo=UTC)
