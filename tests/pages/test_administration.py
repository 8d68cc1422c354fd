"""The journal and the installation: what was done, and the end of the demonstration."""

import pytest
from streamlit.testing.v1 import AppTest

from core import db, fr
from core.access import Role
from core.instance.models import Mode
from core.instance.queries import mode
from core.observatory import queries
from tests.pages.opening import (
    HOME,
    INSTALLATION,
    JOURNAL,
    MAP,
    TITLES,
    has_banner,
    opened,
    said,
    start,
    title,
)


def ended(text: str) -> AppTest:
    """Write ``text`` in the box that ends the demonstration, and press the button."""
    app = opened(INSTALLATION, Role.ADMIN)
    app.text_input(key="vider").set_value(text)
    next(button for button in app.button if button.label.startswith("Vider")).click()
    return app.run()


def mode_of(url: str) -> Mode:
    with db.reading(url) as session:
        return mode(session)


def test_the_installation_says_what_is_loaded(read_store: str) -> None:
    numbers = opened(INSTALLATION, Role.ADMIN).dataframe[0].value["Nombre"].tolist()
    assert numbers[0] == "démonstration"
    with db.reading(read_store) as session:
        found = queries.counts(session)
    assert fr.number(found["facts"]) in numbers
    assert found["facts"] > 100_000


def test_the_installation_names_what_is_loaded_in_french(read_store: str) -> None:
    names = opened(INSTALLATION, Role.ADMIN).dataframe[0].value.iloc[:, 0].tolist()
    assert [name for name in names if "." in name or "_" in name] == []


def test_the_check_finds_nothing_wrong_in_the_demonstration(read_store: str) -> None:
    app = opened(INSTALLATION, Role.ADMIN)
    app.button(key="controler").click().run()
    assert [message.value for message in app.success] == ["Aucune anomalie."]
    assert not app.error


@pytest.mark.parametrize("text", ["", "vider", "OUI", "VIDER tout", "<b>VIDER</b>"])
def test_another_word_than_the_one_asked_empties_nothing(demo_sqlite: str, text: str) -> None:
    app = ended(text)
    assert "écrivez VIDER" in app.error[0].value
    assert mode_of(demo_sqlite) is Mode.DEMO
    assert has_banner(start())


def test_the_word_asked_ends_the_demonstration_for_good(demo_sqlite: str) -> None:
    app = ended("VIDER")
    assert not app.exception
    assert not app.error
    assert mode_of(demo_sqlite) is Mode.REAL
    assert title(app) == TITLES[HOME]
    assert not has_banner(app)
    assert not app.sidebar.selectbox
    with db.reading(demo_sqlite) as session:
        assert queries.counts(session)["facts"] == 0


def test_after_the_demonstration_nobody_is_an_administrator_any_more(demo_sqlite: str) -> None:
    ended("VIDER")
    app = start(Role.ADMIN)
    assert "Cette installation n’a pas encore de chiffres." in said(app)
    assert not has_banner(app)
    with pytest.raises(ValueError, match="navigation page"):
        app.switch_page(INSTALLATION)
    assert not opened(MAP).exception


def test_another_session_loses_its_page_when_the_demonstration_ends(demo_sqlite: str) -> None:
    other = opened(JOURNAL, Role.ADMIN)
    ended("VIDER")
    other.run()
    assert not other.exception
    assert title(other) != TITLES[JOURNAL]


def test_the_journal_shows_the_first_start_and_the_perimeters(read_store: str) -> None:
    rows = opened(JOURNAL, Role.ANALYST).dataframe[0].value
    assert rows.iloc[0]["Action"] == "premier démarrage"
    assert rows["Action"].tolist().count("création d’un périmètre") == 7
    today = rows[~rows["Action"].str.startswith("prévisionnel")]  # which was known in January
    assert len(today) > 100
    assert today["Le"].str.startswith("15 juin 2011 à 0").all()


def test_the_journal_reads_newest_first(read_store: str) -> None:
    rows = opened(JOURNAL, Role.ANALYST).dataframe[0].value
    assert rows.iloc[-1]["Action"] == "import"
