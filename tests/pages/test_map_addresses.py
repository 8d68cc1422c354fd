"""Addresses written by hand: whatever they say, the page answers, in French."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access import Role
from tests.pages.opening import MAP, TITLES, opened, said, title

DEFAULTS = {
    "indicateur": "Cambriolages de logements",
    "niveau": "Commune",
    "mesure": "Taux (couleurs)",
    "classes": "Effectifs égaux (quantiles)",
    "departement": "Tous",
}
HOSTILE = [
    "",
    "x",
    "None",
    "'; DROP TABLE fact; --",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "../../etc/passwd",
    "%00",
    "\x00",
    "\u202e٣٤",
    "=1+1",
    "A" * 5000,
]
KEYS = [
    "source", "indicateur", "pas", "periode", "niveau", "mesure", "classes", "bornes", "service",
    "departement", "deux", "indicateur2", "periode2", "tableau", "recherche_commune", "lecture",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value[:20]))
def test_a_value_that_no_choice_knows_leaves_every_choice_at_its_default(
    read_store: str, value: str
) -> None:
    app = opened(MAP, Role.ELU, **dict.fromkeys(KEYS, value))
    assert [error.value for error in app.exception] == []
    assert title(app) == TITLES[MAP]
    assert {key: app.selectbox(key=key).value for key in DEFAULTS} == DEFAULTS
    assert app.select_slider(key="periode").value == "mai 2011"


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value[:20]))
@pytest.mark.parametrize("level", ["", "commune:", "epci:", "perimeter:"])
def test_a_territory_that_is_none_shows_no_card(read_store: str, level: str, value: str) -> None:
    names = {"epci:": "EPCI", "perimeter:": "Périmètre"}
    app = opened(MAP, territoire=f"{level}{value}", niveau=names.get(level, "Commune"))
    assert [error.value for error in app.exception] == []
    assert title(app) == TITLES[MAP]
    assert "#### " not in said(app)


@pytest.mark.parametrize(
    "territory", ["commune:75056", "commune:99999", "commune:31", "commune:2A004", "commune:31555 "]
)
def test_a_commune_of_elsewhere_is_said_not_to_be_here(read_store: str, territory: str) -> None:
    app = opened(MAP, territoire=territory)
    assert not app.exception
    assert "n’existe pas à ce niveau" in app.warning[0].value
    assert "#### " not in said(app)


@pytest.mark.parametrize("territory", ["x", "epci:243100518", "departement:31", ":", "commune"])
def test_a_territory_of_another_level_is_left_aside(read_store: str, territory: str) -> None:
    app = opened(MAP, territoire=territory)
    assert not app.exception
    assert not app.warning
    assert "Cliquez sur un territoire pour voir sa fiche." in said(app)


@pytest.mark.parametrize(
    ("step", "period"),
    [("Mois", "mai 2031"), ("Mois", "2010"), ("12 mois", "janvier 2009"), ("Année", "2011")],
)
def test_a_period_that_is_not_loaded_gives_the_last_one(
    read_store: str, step: str, period: str
) -> None:
    app = opened(MAP, pas=step, periode=period)
    assert not app.exception
    slider = app.select_slider(key="periode")
    assert slider.value == slider.options[-1]


@pytest.mark.parametrize("bounds", ["deux", "0", "-1 ; 2", "nan", "inf", "1e400", "5;" * 2500])
def test_bounds_that_cannot_be_used_are_said_to_be(read_store: str, bounds: str) -> None:
    app = opened(MAP, classes="Bornes fixes", bornes=bounds)
    assert not app.exception
    assert title(app) == TITLES[MAP]
    if bounds != "5;" * 2500:
        assert "Bornes illisibles" in app.warning[0].value


@pytest.mark.parametrize("code", ["\x00", "'; DROP TABLE territory; --", "9" * 5000])
def test_a_hostile_territory_is_refused_by_every_engine(demo_store: str, code: str) -> None:
    app = opened(MAP, territoire=f"commune:{code}")
    assert [error.value for error in app.exception] == []
    assert title(app) == TITLES[MAP]
    assert "#### " not in said(app)


def test_a_territory_of_the_address_is_never_read_as_a_picture_or_a_link(read_store: str) -> None:
    code = "![x](https://elsewhere.example/x.png) [y](https://elsewhere.example)"
    assert "](https" not in said(opened(MAP, territoire=f"commune:{code}"))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    query=st.dictionaries(
        st.sampled_from([*KEYS, "territoire", "role", "inconnu"]), st.text(max_size=40), max_size=6
    )
)
def test_no_address_breaks_the_page(read_store: str, query: dict[str, str]) -> None:
    app = opened(MAP, Role.ELU, **query)
    assert [error.value for error in app.exception] == []
    assert title(app) == TITLES[MAP]
