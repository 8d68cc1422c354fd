"""Pages on a store without figures, and the first opening of all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.access import Role
from core.instance import operations
from tests.pages.opening import (
    HOME,
    IMPORTS,
    INSTALLATION,
    JOURNAL,
    MAP,
    PERIMETERS,
    PUBLICS,
    SOURCES,
    TITLES,
    has_banner,
    opened,
    said,
    start,
    title,
)

UseStore = Callable[[str], str]
NEXT_STEPS = {
    HOME: "Cette installation n’a pas encore de chiffres.",
    MAP: "Importez un fichier officiel",
    SOURCES: "Aucune édition n’est chargée",
    PERIMETERS: "Définissez le premier ci-dessous.",
    IMPORTS: "Déposez un fichier officiel ci-dessus",
    JOURNAL: "rien ne s’efface d’ici",
    INSTALLATION: "Ce qui est chargé",
    PUBLICS: "Un agent du centre importe un export",
}


@pytest.mark.parametrize("page", [HOME, MAP, SOURCES])
def test_a_page_of_an_empty_real_store_says_what_to_do_next(real_store: str, page: str) -> None:
    app = opened(page)
    assert [error.value for error in app.exception] == []
    assert title(app) == TITLES[page]
    assert NEXT_STEPS[page] in said(app)
    assert not app.error


@pytest.mark.parametrize("page", list(NEXT_STEPS))
def test_a_page_where_nothing_was_entered_says_what_to_do_next(bare_demo: str, page: str) -> None:
    app = opened(page, Role.ADMIN)
    assert [error.value for error in app.exception] == []
    assert title(app) == TITLES[page]
    assert NEXT_STEPS[page] in said(app)
    assert not app.error


def test_the_map_of_an_empty_store_bears_an_address_full_of_filters(real_store: str) -> None:
    app = opened(MAP, indicateur="Violences sexuelles", niveau="EPCI", territoire="epci:243100518")
    assert not app.exception
    assert title(app) == TITLES[MAP]


def test_the_first_steps_of_an_empty_store_are_in_order(real_store: str) -> None:
    steps = [line for line in said(start()).splitlines() if line[:2] in {"1.", "2.", "3.", "4."}]
    assert [line[0] for line in steps] == ["1", "2", "3", "4"]
    assert "--dry-run" in steps[1]


@pytest.mark.parametrize("demo", ["true", "false"])
def test_the_first_opening_of_all_fills_the_store_then_shows_the_home_page(
    tmp_path: Path, use_store: UseStore, monkeypatch: pytest.MonkeyPatch, demo: str
) -> None:
    monkeypatch.setenv("RT_DEMO", demo)
    url = use_store(f"sqlite:///{tmp_path / 'new' / 'store.db'}")
    app = start()
    assert not app.exception
    assert title(app) == TITLES[HOME]
    assert operations.is_ready(url)
    assert has_banner(app) is (demo == "true")
    assert (NEXT_STEPS[HOME] in said(app)) is (demo == "false")
