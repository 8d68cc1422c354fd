"""A reader in front of the application: a server of its own, a page of a browser, what it shows."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:  # without playwright the tests are skipped, which needs them to be read
    from playwright.sync_api import Frame, Locator, Page, Route

ROOT = Path(__file__).parents[2]
PATIENCE = 60
INSIDE = re.compile(r"^(https?://127\.0\.0\.1[:/]|data:|blob:|about:)")
WIDE, NARROW = (1280, 900), (390, 844)
MAIN = '[data-testid="stMain"]'
SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === "notRunning"
    && document.querySelector('[data-testid="stMain"] h3')
    && !document.querySelector('[data-stale="true"]');
}"""
MAPS = 'iframe[title*="folium"]'
PAINTED = """rank => {
  const frame = document.querySelectorAll('iframe[title*="folium"]')[rank];
  return frame?.contentWindow?.rtMap?.painted > 0;
}"""
LEGEND = "(document.querySelector('#rt-legend p')?.textContent ?? '')"
PLACE = """place => {
  const point = window.rtMap.state.map.latLngToContainerPoint(place);
  return { x: point.x, y: point.y };
}"""

HOME = "L’essentiel en Midi-Pyrénées"
TITLES = {
    "": HOME,
    "agenda": "Agenda",
    "seance": "Séances",
    "annuaire": "Annuaire",
    "plan": "Plan de l’année",
    "bilan": "Bilan des formations et des réseaux",
    "envois": "Boîte d’envoi",
    "catalogue": "Catalogue du centre de documentation",
    "notice": "Document",
    "panier": "Paniers et bibliographies",
    "thesaurus": "Thésaurus",
    "pret": "Prêt et retour",
    "lecteurs": "Lecteurs",
    "lecteur": "Votre page de lecteur",
    "regles-de-pret": "Règles de prêt",
    "accueil-public": "Accueil du public",
    "chiffres-documentation": "Chiffres du centre de documentation",
    "saisie": "Saisie d’une notice",
    "import-catalogue": "Import de notices",
    "bons": "Bons de commande Compétences Clés",
    "alertes": "Alertes Compétences Clés",
    "publics": "Publics et parcours",
    "reallocation": "Réallocation des heures",
    "bon": "Bon de commande",
    "marche": "Marché Compétences Clés",
    "copil": "Comité de pilotage",
    "import-rosace": "Import des exports de l’extranet",
    "emarger": "Émarger",
    "avis": "Votre avis",
    "repondre": "Votre réponse",
    "carte": "Délinquance enregistrée",
    "sources": "Sources et méthode",
    "perimetres": "Périmètres",
    "imports": "Imports de fichiers officiels",
    "journal": "Journal des changements",
    "installation": "Installation",
}


@contextmanager
def served(url: str, log: Path) -> Iterator[str]:
    """Run the application on a store, on a free port; give its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true",
               "--server.address", "127.0.0.1", "--server.port", str(port),
               "--server.fileWatcherType", "none"]  # fmt: skip
    environment = {**os.environ, "RT_DATABASE_URL": url}
    with log.open("wb") as output:
        server = subprocess.Popen(  # noqa: S603  # our own command
            command, cwd=ROOT, env=environment, stdout=output, stderr=output
        )
        try:
            base = f"http://127.0.0.1:{port}"
            _wait_for(base, server, log)
            yield base
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _wait_for(base: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = monotonic() + PATIENCE
    while monotonic() < end and server.poll() is None:
        try:
            if requests.get(f"{base}/_stcore/health", timeout=5).ok:
                return
        except requests.RequestException:  # not listening yet, or still importing
            sleep(0.1)
    raise RuntimeError(f"the application did not start:\n{log.read_text(errors='replace')[-3000:]}")


class Reader:
    """One reader: a page of a browser context of its own, and what went wrong in it."""

    def __init__(self, page: "Page", base: str) -> None:
        self.page, self.base = page, base
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.contours: list[str] = []
        page.set_default_timeout(PATIENCE * 500)
        page.context.route(lambda url: not INSIDE.match(url), self._refuse)
        page.on("pageerror", lambda error: self.errors.append(str(error)[:200]))
        page.on("request", lambda request: self._note(request.url))

    def _refuse(self, route: "Route") -> None:
        self.outside.append(route.request.url)
        route.abort()

    def _note(self, url: str) -> None:
        if "/contours/" in url:
            self.contours.append(url)

    def open(self, address: str) -> None:
        """Ask for an address, whole or of this server, and wait until its page stands still."""
        whole = address if address.startswith("http") else f"{self.base}/{address}"
        self.page.goto(whole, wait_until="domcontentloaded")
        self.settle()

    def settle(self) -> None:
        self._wait(SETTLED)

    def become(self, role: str) -> None:
        """Choose a role in the sidebar, which is folded on a narrow screen."""
        expand = self.page.locator('[data-testid="stExpandSidebarButton"]')
        if expand.is_visible():
            expand.click()
        sidebar = self.page.locator('[data-testid="stSidebar"]')
        self.pick(
            sidebar.locator('[data-testid="stSelectbox"] input').first,
            self.page.get_by_role("option", name=role, exact=True),
        )
        sidebar.locator('a[href$="/perimetres"]').wait_for(state="attached")
        self.settle()

    def pick(self, field: "Locator", option: "Locator") -> None:
        """Open a list by its field and take an option; one drawn again while it opens is shut."""
        from playwright.sync_api import Error  # noqa: PLC0415  # it may be missing

        end = monotonic() + PATIENCE
        while monotonic() < end:
            if not option.count():
                field.click()
            assert "Select all" not in " ".join(self.page.get_by_role("option").all_inner_texts())
            with suppress(Error):
                option.first.click(timeout=2_000)
                return
        raise AssertionError("the list never stayed open long enough")

    def press(self, name: str, told: str = "") -> None:
        """Press a button, and wait until a message says something: it may stay some seconds only,
        and a page that goes on sooner would cut short what the button does."""
        self.page.get_by_role("button", name=name, exact=True).filter(visible=True).first.click()
        if told:
            self.told(told)
        self.settle()

    def told(self, text: str) -> None:
        """Wait until the page, or a message above it, says something."""
        self.page.get_by_text(text).filter(visible=True).first.wait_for()

    def follow(self, address: str) -> None:
        """Follow the link of the menu, which keeps the session and so the role."""
        menu = f'a[data-testid="stSidebarNavLink"][href$="/{address}"]'
        self.page.locator(menu).first.evaluate("link => link.click()")
        self.see(TITLES[address])

    def see(self, title: str) -> None:
        """Wait until the page of this title is there, and stands still."""
        self.page.locator(f"{MAIN} h3", has_text=title).first.wait_for()
        self.settle()

    @property
    def title(self) -> str:
        return self.page.locator(f"{MAIN} h3").first.inner_text()

    @property
    def text(self) -> str:
        return self.page.locator(MAIN).first.inner_text()

    @property
    def exceptions(self) -> int:
        return self.page.locator('[data-testid="stException"]').count()

    @property
    def overflow(self) -> int:
        """How many pixels the page is wider than the screen."""
        widths = "[...document.querySelectorAll('html, [data-testid=\"stMain\"]')]"
        found = f"Math.max(...{widths}.map(e => e.scrollWidth - e.clientWidth))"
        return int(self.page.evaluate(found))

    def map(self, rank: int = 0) -> "Frame":
        """Return the frame of a map once it is painted."""
        self._wait(PAINTED, rank)
        frame = self.page.locator(MAPS).nth(rank).element_handle().content_frame()
        assert frame is not None
        return frame

    def _wait(self, condition: str, argument: object = None) -> None:
        """Wait for a condition; asked at intervals, for a page behind another draws no frame."""
        self.page.wait_for_function(condition, arg=argument, polling=100)

    def legend(self, rank: int = 0) -> str:
        return str(self.map(rank).evaluate(LEGEND))

    def legend_after(self, action: Callable[[], Any], *, rank: int = 0) -> str:
        """Do something that repaints the living map; return its new legend."""
        frame = self.map(rank)
        before = frame.evaluate(LEGEND)
        action()
        frame.wait_for_function(f"before => {LEGEND} !== before", arg=before, polling=100)
        return str(frame.evaluate(LEGEND))

    def click_map(self, latitude: float, longitude: float) -> None:
        """Click on a place of the map, once the page and the map have found their size."""
        frame, place = self.map(), [latitude, longitude]
        iframe = self.page.locator(MAPS).first
        iframe.scroll_into_view_if_needed()
        seen: list[tuple[float, float]] = []
        while len(seen) < 4 or len(set(seen[-4:])) > 1:
            box, point = iframe.bounding_box(), frame.evaluate(PLACE, place)
            assert box is not None
            seen.append((box["x"] + point["x"], box["y"] + point["y"]))
            self.page.wait_for_timeout(100)
        self.page.mouse.click(*seen[-1])

    @property
    def card(self) -> str:
        """Return the name on the territory's card; wait for it where it is still to come."""
        return self.page.locator(f"{MAIN} h4").first.inner_text()

    def grid(self) -> list[list[str]]:
        """Return the rows of the last table, as a screen reader reads them."""
        table = self.page.locator('[data-testid="stDataFrame"]').last.locator("tbody tr")
        table.first.wait_for(state="attached")
        rows = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
        found: list[list[str]] = table.evaluate_all(rows)
        return found
