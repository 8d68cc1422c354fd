"""The map in a browser: painted, clicked, moved through time, two side by side."""

from urllib.parse import parse_qs, urlsplit

import pytest

from core.observatory import outlines
from core.observatory.enums import Level
from tests.browser.conftest import NewReader
from tests.browser.reading import NARROW, WIDE, Reader

pytestmark = pytest.mark.browser

TOULOUSE = (43.6045, 1.4440)
MONTHLY = "carte?pas=Mois&periode=mars+2010&niveau=EPCI"
ZOOM = "window.rtMap.state.map.getZoom()"


def query(reader: Reader) -> dict[str, list[str]]:
    return parse_qs(urlsplit(reader.page.url).query)


def step_back(reader: Reader) -> None:
    """Move the slider of the period one step back, from the keyboard."""
    reader.page.get_by_role("slider").first.focus()
    reader.page.keyboard.press("ArrowLeft")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_every_territory_of_the_map_is_painted(
    new_reader: NewReader, site: str, size: tuple[int, int]
) -> None:
    reader = new_reader(site, size)
    reader.open("carte")
    entry = "window.rtMap.state.entry"
    assert tuple(reader.map().evaluate(f"{entry}.codes")) == outlines.codes(Level.COMMUNE)
    opacities = reader.map().evaluate(f"{entry}.layers.map(one => one.options.fillOpacity)")
    assert set(opacities) == {1}
    assert reader.legend().startswith("Taux pour 1\u202f000 habitants – Cambriolages de logements")


def test_a_map_of_one_departement_leaves_the_others_blank(reader: Reader) -> None:
    reader.open("carte?departement=Ari%C3%A8ge")
    codes = reader.map().evaluate(
        "window.rtMap.state.entry.codes.filter((code, rank) =>"
        " window.rtMap.state.entry.layers[rank].options.fillOpacity === 1)"
    )
    assert len(codes) > 300
    assert {code[:2] for code in codes} == {"09"}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_a_click_on_a_territory_names_it_in_the_address_and_shows_its_card(
    new_reader: NewReader, site: str, size: tuple[int, int]
) -> None:
    reader = new_reader(site, size)
    reader.open("carte")
    reader.click_map(*TOULOUSE)
    assert reader.card == "Toulouse"
    reader.page.wait_for_url("**territoire=**")
    assert query(reader)["territoire"] == ["commune:31555"]
    assert reader.exceptions == 0


def test_a_second_click_moves_the_card_to_the_other_territory(reader: Reader) -> None:
    reader.open("carte?niveau=D%C3%A9partement&territoire=departement:31")
    assert reader.card == "Haute-Garonne"
    reader.click_map(42.93, 1.5)
    reader.page.locator("h4", has_text="Ariège").first.wait_for()
    assert query(reader)["territoire"] == ["departement:09"]


@pytest.mark.parametrize("measure", ["Taux (couleurs)", "Nombre (cercles)"])
def test_a_click_still_names_the_territory_after_the_map_was_repainted(
    reader: Reader, measure: str
) -> None:
    reader.open(f"carte?niveau=D%C3%A9partement&mesure={measure}")
    reader.legend_after(lambda: step_back(reader))
    centre = reader.map().evaluate(
        "(() => { const entry = window.rtMap.state.entry;"
        " const place = entry.centres[entry.codes.indexOf('81')];"
        " return [place.lat, place.lng]; })()"
    )
    reader.click_map(*centre)
    assert reader.card == "Tarn"
    assert query(reader)["territoire"] == ["departement:81"]


def test_a_click_between_circles_names_the_territory_under_it(reader: Reader) -> None:
    reader.open("carte?niveau=D%C3%A9partement&mesure=Nombre (cercles)")
    reader.click_map(43.85, 3.1)  # the south of Aveyron, away from its circle
    reader.page.locator("h4", has_text="Aveyron").first.wait_for(timeout=10_000)
    assert query(reader)["territoire"] == ["departement:12"]


def test_another_period_repaints_the_same_living_map(reader: Reader) -> None:
    reader.open("carte")
    frame = reader.map()
    frame.evaluate("window.sameFrame = true")
    after = reader.legend_after(lambda: step_back(reader))
    assert "12 mois à fin avril 2011" in after
    assert frame.evaluate("window.sameFrame") is True
    assert not frame.is_detached()


def test_the_contours_are_fetched_once_whatever_is_chosen(reader: Reader) -> None:
    reader.open("carte")
    reader.legend_after(lambda: step_back(reader))
    reader.legend_after(lambda: step_back(reader))
    reader.click_map(*TOULOUSE)
    assert reader.card == "Toulouse"
    assert len([url for url in reader.contours if url.endswith("commune.geojson")]) == 1
    assert len(reader.contours) == len(set(reader.contours))


def test_the_period_chosen_is_written_in_the_address(reader: Reader) -> None:
    reader.open("carte")
    reader.legend_after(lambda: step_back(reader))
    reader.page.wait_for_url("**periode=**")
    assert query(reader)["periode"] == ["avril 2011"]


def test_two_maps_side_by_side_move_together(reader: Reader) -> None:
    reader.open("carte?deux=true&indicateur2=Vols+d%E2%80%99automobiles")
    first, second = reader.map(0), reader.map(1)
    before = second.evaluate(ZOOM)
    first.locator(".leaflet-control-zoom-in").click()
    second.wait_for_function(f"before => {ZOOM} > before", arg=before, polling=100)
    zoom = second.evaluate(ZOOM)
    first.wait_for_function(f"zoom => {ZOOM} === zoom", arg=zoom, polling=100)
    centres = [frame.evaluate("window.rtMap.state.map.getCenter()") for frame in (first, second)]
    assert centres[0] == pytest.approx(centres[1], abs=1e-3)


def test_two_maps_show_two_indicators(reader: Reader) -> None:
    reader.open("carte?deux=true&indicateur2=Vols+d%E2%80%99automobiles")
    assert "Cambriolages de logements" in reader.legend(0)
    assert "Vols d’automobiles" in reader.legend(1)


def test_the_player_goes_through_the_periods_until_it_is_stopped(reader: Reader) -> None:
    reader.open(MONTHLY)
    frame = reader.map()
    frame.evaluate("window.sameFrame = true")
    play = reader.page.get_by_role("button", name="Lire les périodes")
    seen = [reader.legend_after(play.click), reader.legend_after(lambda: None)]
    assert [text.rpartition(", ")[2] for text in seen] == ["avril 2010", "mai 2010"]
    assert frame.evaluate("window.sameFrame") is True
    reader.page.get_by_role("button", name="Arrêter").click()
    play.wait_for()
    assert reader.exceptions == 0


def test_the_player_starts_again_from_the_first_period_when_it_is_at_the_last(
    reader: Reader,
) -> None:
    reader.open("carte?niveau=EPCI")
    play = reader.page.get_by_role("button", name="Lire les périodes")
    first = reader.legend_after(play.click)
    assert "décembre 2009" in first
    assert "janvier 2010" in reader.legend_after(lambda: None)
