"""The catalogue on screen: found, narrowed, opened; no search can break the page."""

import pytest

from core.access import Role
from tests.pages.opening import CATALOGUE, RECORD, opened, said


def test_a_search_is_an_address_and_its_results_are_highlighted(read_store: str) -> None:
    app = opened(CATALOGUE, Role.PUBLIC, q="médiation")
    assert not app.exception
    assert "documents**" in said(app)
    assert "**médiation**" in said(app).lower()
    assert "notice?notice=" in said(app)


def test_a_facet_narrows_what_is_found(read_store: str) -> None:
    def total(**query: str) -> int:
        words = said(opened(CATALOGUE, Role.ELU, **query))
        line = next(one for one in words.split("\n") if one.endswith("documents**"))
        return int("".join(sign for sign in line if sign.isdigit()))

    assert 0 < total(f_type="livre") < total()


@pytest.mark.parametrize("text", ['"', "(((", "auteur:", "-", "* OR NEAR(", "é" * 300, "xyzqwv"])
def test_no_search_breaks_the_page(read_store: str, text: str) -> None:
    assert not opened(CATALOGUE, Role.PUBLIC, q=text).exception


def test_a_record_says_where_it_stands_and_an_unknown_one_where_to_search(
    read_store: str,
) -> None:
    app = opened(RECORD, Role.PUBLIC, notice="1")
    assert not app.exception
    assert "**Exemplaires**" in said(app)
    assert "Réserver pour un lecteur" not in {box.label for box in app.expander}
    staff = opened(RECORD, Role.STAFF, notice="1")
    assert not staff.exception
    assert "Réserver pour un lecteur" in {box.label for box in staff.expander}
    assert "n’existe pas" in said(opened(RECORD, Role.PUBLIC, notice="999999"))
    assert "n’existe pas" in said(opened(RECORD, Role.PUBLIC, notice="un"))
