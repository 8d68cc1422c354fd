"""Every page as it is seen, on a wide and on a narrow screen, and asked for before any other."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import TypeVar

import pytest

from tests.browser.conftest import NewReader
from tests.browser.reading import HOME, MAIN, NARROW, TITLES, WIDE, Reader, served

pytestmark = pytest.mark.browser
Fault = TypeVar("Fault")

ENGLISH = re.compile(
    r"\b(Choose|Upload|Browse files|Drag and drop|Select|Search|Download|Press|Enter|Submit|None|"
    r"True|False|nan|NaN|Traceback|Error|Loading|Running|Deploy|Page not found)\b"
)
BY_LINK = ("emarger", "avis", "repondre", "notice", "lecteur")  # reached by a link, in no menu
# One page of each kind: which are open to whom, every page and role, tests/pages says.
OPEN_TO_ALL = ("carte", "repondre", "catalogue")
CLOSED = ("annuaire", "pret", "installation")


def lasting(read: Callable[[], Fault]) -> Fault:
    """Return a fault that stays: a few words are put into French once they are drawn, and a page
    follows the width of its window, which takes a busy machine a moment."""
    found = read()
    for _ in range(20):
        if not found:
            break
        sleep(0.2)
        found = read()
    return found


def english_in(reader: Reader, place: str) -> list[str]:
    """List the English words of a part of the page."""
    return lasting(lambda: sorted(set(ENGLISH.findall(reader.page.locator(place).inner_text()))))


def faults(reader: Reader, name: str) -> list[str]:
    """Say what a reader would stumble on in the page that is shown."""
    found = {
        "exceptions": reader.exceptions,
        "English": english_in(reader, MAIN),
        "pixels too wide": lasting(lambda: max(0, reader.overflow - 2)),
        "dialogs": reader.page.get_by_role("dialog").count(),
    }
    return [f"{name}: {what}: {value}" for what, value in found.items() if value]


def faults_at_both_widths(reader: Reader, name: str) -> list[str]:
    """Look at the page on a wide screen, then on a phone's."""
    found = faults(reader, f"{name}, {WIDE[0]}")
    resize(reader, NARROW)
    found += faults(reader, f"{name}, {NARROW[0]}")
    resize(reader, WIDE)
    return found


def resize(reader: Reader, size: tuple[int, int]) -> None:
    reader.page.set_viewport_size({"width": size[0], "height": size[1]})
    reader.page.wait_for_function(
        f"document.querySelector('{MAIN}').clientWidth <= {size[0]}"
        f" && window.innerWidth === {size[0]}", polling=50,
    )  # fmt: skip
    reader.settle()


def test_nothing_makes_the_reader_of_any_page_stumble(new_reader: NewReader, site: str) -> None:
    reader = new_reader(site)
    reader.open("")
    found = faults(reader, "accueil, élu")
    reader.become("Administrateur")
    for address in [one for one in TITLES if one not in BY_LINK]:
        reader.follow(address)
        if address == "carte":
            reader.map()
        found += faults_at_both_widths(reader, address or "accueil")
    for address in BY_LINK:
        reader.open(address)
        reader.see(TITLES[address])
        found += faults_at_both_widths(reader, address)
    assert found == []


def test_a_phone_opens_the_home_page_and_a_page_of_its_menu(
    new_reader: NewReader, site: str
) -> None:
    reader = new_reader(site, NARROW)
    reader.open("")
    found = faults(reader, "accueil, élu")
    reader.become("Administrateur")
    reader.follow("plan")
    assert found + faults(reader, "plan") == []


@pytest.mark.parametrize(
    "address",
    [
        "carte?tableau=true&territoire=commune:31555",
        "carte?deux=true",
        "carte?niveau=P%C3%A9rim%C3%A8tre",
    ],
)
def test_nothing_makes_the_reader_of_a_fuller_map_stumble(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.map()
    found = faults(reader, "1280")
    reader.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    reader.page.wait_for_function("document.querySelector('iframe').clientWidth < 390", polling=100)
    assert found + faults(reader, "390") == []


def test_the_page_says_that_it_is_french(reader: Reader) -> None:
    reader.open("")
    reader.page.wait_for_function("document.documentElement.lang === 'fr'", polling=100)


def test_a_territory_written_by_hand_fetches_nothing_from_outside(reader: Reader) -> None:
    reader.open("carte?territoire=commune:![x](https://elsewhere.example/x.png)")
    reader.map()
    assert reader.exceptions == 0
    assert reader.page.locator('[data-testid="stMain"] img[src*="elsewhere"]').count() == 0


@pytest.fixture
def fresh(copied: Callable[[], Path], new_reader: NewReader) -> Iterator[Reader]:
    """A reader of a server that nobody has asked for anything yet."""
    path = copied()
    with served(f"sqlite:///{path}", path.with_suffix(".log")) as base:
        yield new_reader(base)


def check_open(reader: Reader, address: str) -> None:
    reader.open(address)
    assert reader.title == TITLES[address]
    assert reader.exceptions == 0
    assert reader.page.get_by_role("dialog").count() == 0


def check_closed(reader: Reader, address: str) -> None:
    reader.open(address)
    reader.see(HOME)
    titles = reader.page.locator('[data-testid="stMain"] h3').all_inner_texts()
    assert TITLES[address] not in titles
    assert reader.exceptions == 0
    assert english_in(reader, "body") == []


# Streamlit finds a page by another way before app.py ran once: by a server that is just starting.
def test_an_open_page_can_be_the_first_one_asked_of_a_server(fresh: Reader) -> None:
    check_open(fresh, "notice")


def test_a_closed_page_stays_closed_when_it_is_the_first_one_asked_of_a_server(
    fresh: Reader,
) -> None:
    check_closed(fresh, "annuaire")


@pytest.mark.parametrize("address", OPEN_TO_ALL)
def test_an_open_page_can_be_the_first_one_that_somebody_asks_for(
    reader: Reader, address: str
) -> None:
    check_open(reader, address)


@pytest.mark.parametrize("address", CLOSED)
def test_a_closed_page_stays_closed_when_it_is_the_first_one_that_somebody_asks_for(
    reader: Reader, address: str
) -> None:
    check_closed(reader, address)
