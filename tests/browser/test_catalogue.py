"""The catalogue in a browser: a filter is undone by a step back, its names are read in French."""

import re

import pytest

from tests.browser.conftest import NewReader
from tests.browser.reading import MAIN, NARROW, Reader

pytestmark = pytest.mark.browser
NAMED = "[...document.querySelectorAll('[aria-label]')].map(one => one.ariaLabel)"


def total(reader: Reader) -> int:
    said = re.search(r"^([\d\s\u202f]+) documents?$", reader.text, re.MULTILINE)
    assert said is not None
    return int(re.sub(r"\D", "", said[1]))


def wait_for_total(reader: Reader, change: str, before: int) -> int:
    """Wait until the number of documents is or is no more what it was; return it."""
    for _ in range(300):
        reader.settle()
        if (total(reader) == before) is (change == "same"):
            return total(reader)
        reader.page.wait_for_timeout(100)
    raise AssertionError(f"{total(reader)} documents, {before} before")


def test_a_step_back_takes_a_filter_off_and_one_forward_puts_it_on(reader: Reader) -> None:
    reader.open("catalogue?q=ville")
    everything = total(reader)
    reader.page.get_by_text("Affiner et trier").first.click()
    reader.pick(
        reader.page.locator(".st-key-f_type input").first,
        reader.page.get_by_role("option", name="livre"),
    )
    reader.page.wait_for_url("**f_type=**", wait_until="commit")
    fewer = wait_for_total(reader, "other", everything)
    reader.page.go_back()
    assert wait_for_total(reader, "same", everything) == everything
    assert "f_type=" not in reader.page.url
    reader.page.go_forward()
    assert wait_for_total(reader, "same", fewer) == fewer
    assert (reader.exceptions, reader.errors) == (0, [])


def test_what_streamlit_names_is_in_french_and_the_page_fits(
    site: str, new_reader: NewReader
) -> None:
    reader = new_reader(site, NARROW)
    reader.open("catalogue")
    reader.page.locator(f"{MAIN} [aria-label='Page suivante']").first.wait_for()
    named = set(reader.page.evaluate(NAMED))
    assert {"Next page", "Previous page", "Pagination"}.isdisjoint(named)
    assert reader.overflow <= 0


def test_a_link_that_opens_a_tab_keeps_the_role_and_dates_are_asked_for_in_french(
    reader: Reader,
) -> None:
    reader.open("thesaurus")
    reader.become("Agent du centre")
    with reader.page.context.expect_page() as opened:
        reader.page.locator(f'{MAIN} a[href*="concept="]').first.click()
    tab = Reader(opened.value, reader.base)
    tab.told("Modifier ce terme")
    tab.open("lecteurs?lecteur=1")
    tab.page.get_by_text("Modifier la carte").first.click()
    tab.told("jj")
    assert (tab.exceptions, tab.errors, tab.outside) == (0, [], [])
