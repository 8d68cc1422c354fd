"""The map's page: what an address restores, the card, the table, the choices."""

from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role, viewer_for
from core.observatory import queries, readings
from core.observatory.enums import Level
from core.observatory.selections import Selection
from core.territories import reference
from tests.pages.opening import MAP, TITLES, opened, said, title

MARCH = {
    "indicateur": "Vols d’automobiles",
    "pas": "Mois",
    "periode": "mars 2010",
    "niveau": "EPCI",
    "mesure": "Nombre (cercles)",
    "departement": "Haute-Garonne",
    "territoire": "epci:243100518",
    "tableau": "true",
}


def table(app: AppTest) -> pd.DataFrame:
    """Return the table of what the map shows, the last of the page."""
    frame: pd.DataFrame = app.dataframe[-1].value
    return frame


def stored_count(url: str, indicator: str, *, level: Level, code: str, period: int) -> int:
    """Read one month of one territory straight from the store."""
    viewer = viewer_for(Role.ADMIN)
    with db.reading(url) as session:
        edition = queries.editions(session, viewer)[0]
        known = queries.indicators(session, viewer, edition_id=edition.id)
        own = next(card for card in known if card.label == indicator)
        selection = Selection(edition_id=edition.id, indicator_id=own.id, periods=(period,))
        rows = readings.figures(session, viewer, selection=selection, level=level)
    return int(rows.loc[rows["code"] == code, "count"].iloc[0])


def test_an_address_restores_every_choice(read_store: str) -> None:
    app = opened(MAP, Role.ELU, **MARCH)
    assert not app.exception
    assert app.selectbox(key="indicateur").value == "Vols d’automobiles"
    assert app.segmented_control(key="pas").value == "Mois"
    assert app.select_slider(key="periode").value == "mars 2010"
    assert app.selectbox(key="niveau").value == "EPCI"
    assert app.selectbox(key="mesure").value == "Nombre (cercles)"
    assert app.selectbox(key="departement").value == "Haute-Garonne"
    assert app.toggle(key="tableau").value is True


def test_the_card_of_the_address_gives_the_figure_of_the_store(read_store: str) -> None:
    count = stored_count(
        read_store, "Vols d’automobiles", level=Level.EPCI, code="243100518", period=201003
    )
    text = said(opened(MAP, Role.ELU, **MARCH))
    assert "#### Toulouse Métropole" in text
    assert f"**mars 2010** : {count} faits" in text
    assert "par rapport à mars 2009" in text


def test_the_table_shows_the_same_figure_as_the_card(read_store: str) -> None:
    count = stored_count(
        read_store, "Vols d’automobiles", level=Level.EPCI, code="243100518", period=201003
    )
    rows = table(opened(MAP, Role.ELU, **MARCH)).set_index("Code")
    assert rows.loc["243100518", "Faits"] == count


def test_the_table_of_a_departement_holds_its_communes_only(read_store: str) -> None:
    app = opened(MAP, departement="Ariège", tableau="true")
    assert len(table(app)) > 300
    assert table(app)["Code"].str[:2].unique().tolist() == ["09"]


def test_the_table_is_shown_on_demand_only(read_store: str) -> None:
    app = opened(MAP)
    assert not app.dataframe
    app.toggle(key="tableau").set_value(True).run()
    assert len(app.dataframe) == 1


def test_a_missing_figure_of_the_table_is_a_word_not_a_zero(read_store: str) -> None:
    app = opened(MAP, pas="Mois", periode="janvier 2009", tableau="true")
    rows = table(app)
    absent = rows[rows["Statut"] == "non fourni"]
    assert absent["Faits"].isna().all()
    assert absent["Taux ‰"].isna().all()
    assert rows.loc[rows["Statut"] == "connu", "Faits"].notna().all()


@pytest.mark.parametrize("level", ["Département", "EPCI", "Commune", "Périmètre"])
def test_every_level_has_a_map_and_a_table(read_store: str, level: str) -> None:
    app = opened(MAP, niveau=level, tableau="true")
    assert not app.exception
    assert not app.warning
    assert len(table(app)) > 0


@pytest.mark.parametrize("step", ["Année", "12 mois", "Mois"])
def test_every_length_of_period_has_its_own_periods(read_store: str, step: str) -> None:
    app = opened(MAP, pas=step)
    last = {"Année": "2010", "12 mois": "mai 2011", "Mois": "mai 2011"}[step]
    assert not app.exception
    assert app.select_slider(key="periode").value == last


def test_a_year_without_its_twelve_months_is_not_offered(read_store: str) -> None:
    assert list(opened(MAP, pas="Année").select_slider(key="periode").options) == ["2009", "2010"]


def test_a_period_that_the_new_length_does_not_know_gives_the_last_one(read_store: str) -> None:
    app = opened(MAP, pas="Mois", periode="mars 2009")
    app.segmented_control(key="pas").set_value("Année").run()
    assert not app.exception
    assert app.select_slider(key="periode").value == "2010"


def test_a_territory_is_found_by_its_name(read_store: str) -> None:
    app = opened(MAP)
    app.selectbox(key="recherche_commune").set_value("Albi (81004)").run()
    assert app.query_params["territoire"] == "commune:81004"
    assert "#### Albi" in said(app)


def test_a_former_commune_shows_the_card_of_the_one_it_went_into(read_store: str) -> None:
    gone = reference.former_communes().iloc[0]
    names = reference.communes().set_index("code")["name"]
    app = opened(MAP, territoire=f"commune:{gone['code']}")
    assert not app.exception
    assert f"#### {names[gone['successor_code']]}" in said(app)


def test_two_maps_each_have_their_own_choices(read_store: str) -> None:
    app = opened(MAP, deux="true", indicateur2="Vols d’automobiles", periode2="mai 2010")
    assert not app.exception
    assert app.selectbox(key="indicateur").value == "Cambriolages de logements"
    assert app.selectbox(key="indicateur2").value == "Vols d’automobiles"
    assert app.select_slider(key="periode2").value == "mai 2010"


def test_the_link_of_a_view_restores_that_view(read_store: str) -> None:
    app = opened(MAP, Role.ELU, **MARCH)
    app.session_state["lien"] = True
    app.run()
    query = parse_qs(urlsplit(app.code[0].value).query, strict_parsing=True)
    again = opened(MAP, Role.ELU, **{name: values[0] for name, values in query.items()})
    assert query.items() >= {name: [value] for name, value in MARCH.items()}.items()
    assert said(again) == said(opened(MAP, Role.ELU, **MARCH))
    pd.testing.assert_frame_equal(table(again), table(opened(MAP, Role.ELU, **MARCH)))


def test_a_scale_of_fixed_bounds_is_kept_by_the_address(read_store: str) -> None:
    app = opened(MAP, classes="Bornes fixes", bornes="1 ; 2,5 ; 5")
    assert not app.warning
    assert app.text_input(key="bornes").value == "1 ; 2,5 ; 5"
    assert title(app) == TITLES[MAP]
