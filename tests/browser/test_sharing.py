"""What leaves the screen: links, reloads, the browser's arrows, files."""

import csv
import io

import pytest

from tests.browser.conftest import NewReader
from tests.browser.reading import HOME, NARROW, TITLES, WIDE, Reader

pytestmark = pytest.mark.browser

VIEW = (
    "carte?indicateur=Vols+d%E2%80%99automobiles&pas=Mois&periode=mars+2010&niveau=EPCI"
    "&territoire=epci:243100518"
)
TABLE = "carte?niveau=D%C3%A9partement&pas=Mois&periode=mars+2010&tableau=true"
SHOWN = ["Code", "Territoire", "Nombre", "Statut"]


def copied_link(reader: Reader) -> str:
    """Return the address that « Copier le lien » offers."""
    reader.page.get_by_role("button", name="Copier le lien").click()
    code = reader.page.locator('[data-testid="stCode"] code')
    code.wait_for()
    return code.inner_text().strip()


def seen(reader: Reader) -> tuple[str, str, str]:
    """Return the title, the legend of the map and the card."""
    return reader.title, reader.legend(), reader.card


def test_a_copied_link_shows_the_same_view_to_somebody_else(
    new_reader: NewReader, site: str
) -> None:
    sender = new_reader(site)
    sender.open(VIEW)
    own = seen(sender)
    link = copied_link(sender)
    for size in (WIDE, NARROW):
        receiver = new_reader(site, size)
        receiver.open(link)
        assert seen(receiver) == own
    assert own[1].endswith("Vols d’automobiles, mars 2010")
    assert own[2] == "Toulouse Métropole"


def test_a_link_copied_after_the_choices_were_made_by_hand_shows_them(
    new_reader: NewReader, site: str
) -> None:
    sender = new_reader(site)
    sender.open("carte")
    sender.click_map(43.6045, 1.4440)
    assert sender.card == "Toulouse"
    receiver = new_reader(site, NARROW)
    receiver.open(copied_link(sender))
    assert seen(receiver) == seen(sender)


def test_a_reload_keeps_everything(reader: Reader) -> None:
    reader.open(f"{VIEW}&tableau=true")
    before, rows = seen(reader), reader.grid()
    reader.page.reload(wait_until="domcontentloaded")
    reader.settle()
    assert seen(reader) == before
    assert reader.grid() == rows


def test_going_back_undoes_the_click_then_the_page_and_going_forward_redoes_both(
    reader: Reader,
) -> None:
    reader.open("")
    reader.follow("carte")
    reader.click_map(43.6045, 1.4440)
    assert reader.card == "Toulouse"
    reader.page.go_back()
    reader.page.get_by_text("Cliquez sur un territoire pour voir sa fiche.").wait_for()
    reader.page.go_back()
    reader.see(HOME)
    reader.page.go_forward()
    reader.see(TITLES["carte"])
    reader.map()
    reader.page.go_forward()
    assert reader.card == "Toulouse"
    assert reader.exceptions == 0


def test_an_exported_file_holds_the_rows_of_the_screen(reader: Reader) -> None:
    reader.open(TABLE)
    shown = [row[:4] for row in reader.grid()]
    reader.page.get_by_role("button", name="Exporter").click()
    with reader.page.expect_download() as waiting:
        reader.page.get_by_role("button", name="CSV (tableur)").click()
    content = waiting.value.path().read_text(encoding="utf-8-sig")
    table, _, notes = content.partition("\n\n")
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    exported = [[row[name] for name in SHOWN] for row in rows]
    assert [[cell.replace("\u202f", "") for cell in row] for row in shown] == exported
    assert len(exported) == 8
    assert waiting.value.suggested_filename.endswith(".csv")
    assert "Données simulées" in notes


def test_an_exported_file_holds_the_counts_of_the_map(reader: Reader) -> None:
    reader.open("carte?niveau=EPCI")
    painted = reader.map().evaluate(
        "Object.fromEntries(window.rtMap.state.entry.codes.map("
        "(code, rank) => [code, window.rtMap.state.counts[rank].value]))"
    )
    reader.page.get_by_role("button", name="Exporter").click()
    with reader.page.expect_download() as waiting:
        reader.page.get_by_role("button", name="CSV (tableur)").click()
    table = waiting.value.path().read_text(encoding="utf-8-sig").partition("\n\n")[0]
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    exported = {row["Code"]: row["Nombre"] or row["Nombre (au moins)"] for row in rows}
    assert exported == {
        code: "" if value is None else str(value) for code, value in painted.items()
    }
