"""The browser, one server for each module, and readers that must stay inside."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.reading import WIDE, Reader, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--disable-renderer-backgrounding",
             "--disable-backgrounding-occluded-windows",
             "--disable-background-timer-throttling"]  # fmt: skip
NewReader = Callable[..., Reader]


def executable() -> str | None:
    """Return where the system's Chromium is, None without one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


def _missing(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a module on one process, where its server is."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """The system's Chromium; without it, or without playwright, these tests are skipped."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("no browser tests: the package playwright is not installed")
    if executable() is None:
        _missing("no browser tests: no Chromium on this machine (Debian package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def copied(
    chromium: "Browser", demo_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Path]:
    """Make copies of the demonstration's store, once it is known that there is a browser."""
    assert chromium.is_connected()
    return lambda: Path(shutil.copy(demo_file, tmp_path_factory.mktemp("site") / "demo.db"))


@pytest.fixture(scope="module")
def site(copied: Callable[[], Path]) -> Iterator[str]:
    """The address of a server on a copy of the demonstration, one for each module."""
    path = copied()
    with served(f"sqlite:///{path}", path.with_suffix(".log")) as base:
        yield base


@pytest.fixture
def fresh_site(copied: Callable[[], Path]) -> Iterator[str]:
    """The address of a server of one's own: what a test writes, no other one reads."""
    path = copied()
    with served(f"sqlite:///{path}", path.with_suffix(".log")) as base:
        yield base


@pytest.fixture
def new_reader(chromium: "Browser") -> Iterator[NewReader]:
    """Readers with nothing in common; none may have asked for an outside address."""
    readers: list[Reader] = []

    def new(base: str, size: tuple[int, int] = WIDE) -> Reader:
        context = chromium.new_context(
            locale="fr-FR", timezone_id="Europe/Paris", accept_downloads=True,
            viewport={"width": size[0], "height": size[1]},
        )  # fmt: skip
        readers.append(Reader(context.new_page(), base))
        return readers[-1]

    yield new
    for reader in readers:
        reader.page.context.close()
    assert [address for reader in readers for address in reader.outside] == []
    assert [error for reader in readers for error in reader.errors] == []


@pytest.fixture
def reader(new_reader: NewReader, site: str) -> Reader:
    return new_reader(site)
