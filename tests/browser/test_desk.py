"""The lending desk with the keyboard alone: nothing is clicked once the page is there."""

import pytest

from tests.browser.conftest import NewReader
from tests.browser.reading import MAIN, NARROW, WIDE, Reader

pytestmark = pytest.mark.browser
FIELD = ".st-key-guichet_texte input"


def type_in(reader: Reader, text: str, answer: str) -> None:
    """Type as a scanner does, into whatever has the focus; wait for what the desk answers."""
    reader.page.wait_for_function(
        f"document.activeElement === document.querySelector('{FIELD}') "
        "&& document.activeElement.value === ''"
    )
    reader.page.keyboard.type(text)
    reader.page.keyboard.press("Enter")
    reader.page.locator(MAIN).get_by_text(answer).filter(visible=True).first.wait_for()
    reader.settle()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_a_reader_is_served_with_the_keyboard_alone(
    fresh_site: str, new_reader: NewReader, size: tuple[int, int]
) -> None:
    reader = new_reader(fresh_site)
    reader.open("")
    reader.become("Agent du centre")
    reader.follow("pret")
    reader.page.set_viewport_size({"width": size[0], "height": size[1]})
    type_in(reader, "L1000", "carte L1000")
    type_in(reader, "RT0000011", "prêté, à rendre le 6 juillet 2011")
    type_in(reader, "RT0000011", "a déjà cet exemplaire")
    type_in(reader, "annuler", "Annulé")
    type_in(reader, "fin", "Lecteur suivant.")
    type_in(reader, "RT0000011", "n’était pas prêté")
    type_in(reader, "politique de la ville", "choisissez, ou tapez son numéro")
    type_in(reader, "L1001", "carte L1001")
    type_in(reader, "structure", "sont pour Mairie de Foix")
    type_in(reader, "RT0000811", "prêté pour Mairie de Foix")
    type_in(reader, "fin", "Lecteur suivant.")
    type_in(reader, "RT0000811", "4 DVD. Tout est là")
    assert reader.overflow <= 0
    type_in(reader, "L1001", "Répondez d’abord")
    type_in(reader, "manque 2 4", "Rendu sauf")
    type_in(reader, "RT0000811", "jeu de cartes, DVD. Tout est là")
    type_in(reader, "oui", "Rendu.")
    type_in(reader, "L1001", "carte L1001")
    for code in ("RT0000021", "RT0000031", "RT0000041"):  # faster than the screen follows
        reader.page.keyboard.type(code)
        reader.page.keyboard.press("Enter")
    reader.page.locator(".st-key-guichet_lecteur").get_by_text("Rendre").nth(2).wait_for()
    assert (reader.exceptions, reader.outside, reader.errors) == (0, [], [])
    assert reader.overflow <= 0
