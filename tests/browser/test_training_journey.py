"""A member of staff takes a session from no date to its attestations, on a screen and a phone."""

import os
from pathlib import Path

import pytest

from tests.browser.conftest import NewReader
from tests.browser.reading import NARROW, WIDE, Reader

pytestmark = pytest.mark.browser

TITLE = "Médiation et quartiers"
PICTURES = os.environ.get("RT_SCREENSHOTS", "")  # a folder, to look at what the test sees


class Staff:
    """A member of staff at their screen: fills fields by their labels, presses, reads."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.page = reader, reader.page
        reader.open("")
        reader.become("Agent du centre")
        fold = self.page.locator('[data-testid="stSidebarCollapseButton"] button')
        if self.page.viewport_size == {"width": NARROW[0], "height": NARROW[1]}:
            fold.first.click(force=True)  # a phone's menu covers the page
            reader.settle()

    def look(self, name: str) -> None:
        """See that nothing broke or runs out of the screen; keep a picture where one is wanted."""
        self.reader.settle()
        assert self.reader.exceptions == 0, self.reader.text
        assert self.reader.overflow <= 0
        if PICTURES:
            width = self.page.viewport_size
            assert width is not None
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{width['width']}.png")

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()
        self.look(name)

    def unfold(self, name: str) -> None:
        self.page.locator("summary", has_text=name).filter(visible=True).first.click()
        self.reader.settle()

    def write(self, label: str, text: str) -> None:
        field = self.page.get_by_label(label, exact=True).filter(visible=True).first
        field.fill(text)
        field.press("Tab")
        self.reader.settle()

    def choose(self, label: str, option: str, kind: str = "stSelectbox") -> None:
        """Open a list by its label and take the option that holds a text."""
        box = self.page.locator(f'[data-testid="{kind}"]').filter(
            has=self.page.locator('[data-testid="stWidgetLabel"]', has_text=label), visible=True
        )
        self.reader.pick(
            box.first.locator("input"), self.page.get_by_role("option").filter(has_text=option)
        )
        self.reader.settle()

    def press(self, name: str, told: str = "") -> None:
        self.reader.press(name, told)

    def told(self, text: str) -> None:
        self.reader.told(text)


def create(staff: Staff) -> None:
    """Create a session that has no date, then give it its day, its place and a single seat."""
    staff.reader.follow("seance")
    staff.unfold("Créer une séance")
    staff.write("Intitulé", TITLE)
    staff.press("Créer la séance")
    staff.look("creee")
    staff.told(TITLE)
    staff.tab("Modifier")
    staff.write("Date", "15 juin 2011")
    staff.write("Lieu", "Foix")
    staff.choose("Le lieu est", "confirmé")
    staff.write("Intervenants (séparés par des virgules)", "Équipe du centre")
    staff.write("Capacité (places)", "1")
    staff.press("Enregistrer la séance")
    staff.look("modifiee")


def invite(staff: Staff) -> None:
    staff.tab("Invitations")
    staff.unfold("Inviter")
    staff.write("et / ou des adresses", "Zoé Roux <zoe@exemple.invalid>")
    staff.press("Ajouter aux invités", "1 personne ajoutée")
    for phase in ("Date à retenir", "Invitation définitive"):
        staff.choose("Préparer les courriels", phase)
        staff.press("Préparer dans la boîte d’envoi", "1 courriel préparé")
    staff.look("invitee")


def register(staff: Staff) -> None:
    """Give the last seat, and see the next person refused it in a sentence."""
    staff.tab("Inscriptions")
    for name, told in (("mairie", "confirmé"), ("mission", "Il ne reste plus de place")):
        staff.write("Inscrire quelqu’un", name)
        staff.press("Inscrire", told)
    staff.look("inscrite")


def attend(staff: Staff) -> None:
    staff.tab("Émargement")
    staff.press("Préparer la feuille")
    with staff.page.expect_download() as waited:
        staff.page.get_by_role("button", name="Télécharger la feuille").click()
    assert waited.value.path().read_bytes().startswith(b"%PDF")
    staff.press("Enregistrer la demi-journée", "1 présence saisie")
    staff.look("emargee")


def certify(staff: Staff) -> None:
    staff.tab("Résultats")
    staff.told("Taux de présence")
    staff.unfold("Attestations")
    staff.press("Délivrer les attestations")
    staff.look("attestee")
    assert "100" in staff.reader.text
    staff.told("Attestations : 1")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_a_session_goes_from_no_date_to_its_attestations(
    new_reader: NewReader, fresh_site: str, size: tuple[int, int]
) -> None:
    staff = Staff(new_reader(fresh_site, size))
    create(staff)
    staff.tab("Modifier")
    staff.press("Changer l’état")
    staff.look("confirmee")
    invite(staff)
    register(staff)
    attend(staff)
    certify(staff)
