"""The camera of the desk, fed with the film of a card: one tap reads it, the next can follow."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image

from tests.browser.conftest import ARGUMENTS, NewReader, executable
from tests.browser.reading import MAIN, NARROW, Reader
from tests.browser.test_every_page import english_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
CAMERA = '[data-testid="stCameraInput"]'
SIZE = (640, 480)
ASKED = """
const devices = navigator.mediaDevices, open = devices.getUserMedia.bind(devices);
window.asked = [];
devices.getUserMedia = (wanted) => {
  window.asked.push(wanted.video.facingMode);
  return open(wanted);
};
"""


def film(path: Path, text: str) -> None:
    """Write a film of a barcode held a little askew, as raw pictures (YUV4MPEG2)."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    bars = Image.fromarray(code.to_image(scale=2)).convert("L")
    card = Image.new("L", (bars.width + 40, bars.height + 40), 255)
    card.paste(bars, (20, 20))
    card = card.rotate(6, expand=True, fillcolor=200)
    page = Image.new("L", SIZE, 200)
    page.paste(card, ((SIZE[0] - card.width) // 2, (SIZE[1] - card.height) // 2))
    frame = b"FRAME\n" + page.tobytes() + bytes([128]) * (SIZE[0] * SIZE[1] // 2)
    path.write_bytes(f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F10:1 Ip C420\n".encode() + 5 * frame)


@pytest.fixture(scope="module")
def chromium(chromium: "Browser", tmp_path_factory: pytest.TempPathFactory) -> Iterator["Browser"]:
    """The browser of the other tests, begun again with the film for a camera."""
    path = tmp_path_factory.mktemp("film") / "card.y4m"
    film(path, "L1000")
    browser = chromium.browser_type.launch(
        executable_path=executable(),
        args=[*ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
              f"--use-file-for-fake-video-capture={path}"],
    )  # fmt: skip
    yield browser
    browser.close()


def photograph(reader: Reader, answer: str) -> None:
    """Take the picture once the film runs, as a person does who sees it."""
    reader.page.wait_for_function("document.querySelector('video')?.currentTime > 0.5", polling=100)
    reader.page.get_by_role("button", name="Prendre la photo").click()
    reader.page.locator(MAIN).get_by_text(answer).filter(visible=True).first.wait_for()
    reader.settle()


def test_a_card_is_photographed_and_the_camera_is_live_again(
    site: str, new_reader: NewReader
) -> None:
    reader = new_reader(site)
    reader.page.add_init_script(ASKED)
    reader.open("")
    reader.become("Agent du centre")
    reader.follow("pret")
    reader.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    reader.page.get_by_text("Lire un code-barres").click()
    photograph(reader, "carte L1000")
    reader.page.locator(CAMERA).get_by_role("button", name="Prendre la photo").wait_for()
    assert english_in(reader, MAIN) == []
    assert set(reader.page.evaluate("window.asked")) == {"environment"}
    assert (reader.exceptions, reader.errors) == (0, [])
    assert reader.overflow <= 0
