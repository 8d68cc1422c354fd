"""The home page: figures of the region, and what each role is offered."""

import re

import pytest

from core import db
from core.access import Role, viewer_for
from core.observatory import headlines
from tests.pages.opening import HOME, MAP, opened, said, start, title

TILE = re.compile(r"[◆◇·] .+")


def test_each_figure_of_the_region_comes_with_what_its_variation_is_worth(read_store: str) -> None:
    app = start()
    with db.reading(read_store) as session:
        headline = headlines.headline(session, viewer_for(Role.ELU))
    figures = [text.value.removeprefix("### ") for text in app.markdown if "### " in text.value]
    figures = [figure for figure in figures if not figure.startswith("#")]
    assert figures == [tile.figure for tile in headline.tiles]
    assert len(figures) == headlines.TILE_COUNT
    assert len([text for text in app.caption if TILE.match(str(text.value))]) == len(figures)


def test_the_home_page_names_its_period_and_its_source(read_store: str) -> None:
    text = said(start())
    assert "12 mois à fin mai 2011" in text
    assert "Source : État 4001 mensuel par commune (simulé)" in text
    assert "aucun n’est réel" in text


ALERTS = "alertes Compétences Clés en cours"
ONE_ALERT = re.compile(r"^[1-9]\d* ")  # how many there are is told by the alerts' own tests


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (Role.PUBLIC, {"Explorer la carte", "Sources et méthode"}),
        (Role.ELU, {"Explorer la carte", "Sources et méthode", ALERTS}),
        (Role.ANALYST, {"Explorer la carte", "Sources et méthode", "Lire le journal", ALERTS}),
    ],
)
def test_the_home_page_links_only_what_the_role_may_open(
    read_store: str, role: Role, labels: set[str]
) -> None:
    assert {ONE_ALERT.sub("", link.label) for link in start(role).page_link} == labels


def test_an_administrator_finds_every_page_from_the_home_page(read_store: str) -> None:
    assert len(start(Role.ADMIN).page_link) == 7


@pytest.mark.parametrize(
    ("role", "tables"), [(Role.PUBLIC, 0), (Role.ELU, 0), (Role.ANALYST, 1), (Role.STAFF, 1)]
)
def test_the_last_imports_are_shown_to_the_team_only(
    read_store: str, role: Role, tables: int
) -> None:
    app = start(role)
    assert len(app.dataframe) == tables
    assert ("Derniers imports" in said(app)) is (tables == 1)


def test_the_last_imports_are_in_french(read_store: str) -> None:
    row = start(Role.STAFF).dataframe[0].value.iloc[0]
    assert row["Le"] == "15 juin 2011"
    assert row["État"] == "appliqué"


def test_a_store_without_figures_shows_no_figure(real_store: str) -> None:
    app = start()
    assert not [text for text in app.caption if TILE.match(str(text.value))]
    assert not app.page_link  # nobody can be identified, so nobody may import from the screen


def test_staff_of_a_store_without_figures_are_led_to_the_imports(bare_demo: str) -> None:
    assert [link.label for link in start(Role.STAFF).page_link] == ["Importer depuis l’écran"]


def test_coming_back_from_the_map_shows_the_home_page_again(read_store: str) -> None:
    app = opened(MAP)
    app.switch_page(HOME).run()
    assert title(app) == title(start())
    assert not app.exception
