"""The page's budgets, measured on the real application in Chromium."""

import contextlib
import importlib
import importlib.util
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core.settings import ROOT

Row = tuple[str, float, float | None, str, str]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
BUDGETS = (
    ("Première ouverture : du lancement à l’accueil rempli", 30.0, "s"),
    ("Octets d’un changement de période (médiane)", 15.0, "ko"),
    ("Contours des communes, compressés", 300.0, "ko"),
    ("Contours demandés au réseau à la seconde visite", 0.0, "fois"),
    ("Carte repeinte après le geste (médiane)", 0.5, "s"),
    ("Cadre de la carte remonté", 0.0, "fois"),
    ("Temps du serveur par changement (médiane, processeur)", 120.0, "ms"),
)
CHANGES = 12


def measured(folder: Path, echo: Callable[[str], None]) -> list[Row]:
    """Start the application on a store of its own, use its map, and return a row a budget."""
    if lack := lacking():
        return [(name, budget, None, unit, lack) for name, budget, unit in BUDGETS]
    echo("Ouverture de l’application…")
    start = time.perf_counter()
    url = f"sqlite:///{folder / 'demo.db'}"
    with application(url) as (base, process), browser(folder) as context:
        page = context.pages[0]
        page.goto(base)
        page.get_by_text("Aller plus loin").wait_for(timeout=120_000)
        opened = time.perf_counter() - start
        values = [opened, *_map_values(context, page, base, process)]
    return [
        (name, budget, value, unit, "")
        for (name, budget, unit), value in zip(BUDGETS, values, strict=True)
    ]


def lacking() -> str:
    """Say what this machine lacks to measure pages; empty where it can."""
    if importlib.util.find_spec("playwright") is None:
        return "installez les paquets de .ci/requirements-dev.txt"
    if _chromium() is None:
        return "installez Chromium (paquet Debian chromium)"
    return ""


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextlib.contextmanager
def browser(folder: Path) -> Iterator[Any]:
    """Open Chromium with a profile of its own; give its context."""
    driver = importlib.import_module("playwright.sync_api")
    with driver.sync_playwright() as tool:
        context = tool.chromium.launch_persistent_context(
            str(folder / "profil"), executable_path=_chromium(), args=ARGUMENTS, headless=True,
            locale="fr-FR", viewport={"width": 1280, "height": 900},
        )  # fmt: skip
        yield context
        context.close()


@contextlib.contextmanager
def application(url: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run the application on a store, on a free port; give its address and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"RT_DATABASE_URL": url}
    environment.pop("RT_DEMO", None)
    command = [
        sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true",
        "--server.address", "127.0.0.1", "--server.port", str(port),
    ]  # fmt: skip
    process = subprocess.Popen(  # noqa: S603  # our own application
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{base}/_stcore/health", timeout=2)  # noqa: S310  # loopback
                break
            time.sleep(0.25)
        yield base, process
    finally:
        process.terminate()
        process.wait(10)


def _map_values(
    context: Any, page: Any, base: str, process: subprocess.Popen[bytes]
) -> list[float]:
    """Return the values of BUDGETS after the first, in their order."""
    contours: list[int] = []

    def weigh(request: Any) -> None:
        if "/commune.geojson" in request.url:
            contours.append(request.sizes()["responseBodySize"])

    context.on("requestfinished", weigh)
    _map_frame(page, base)
    weight = max(contours, default=0)
    waits, sizes, spent = [], [], []
    counter = _FrameCounter(page)
    frame = _map_frame(page, base)  # a second visit: the socket is listened to from its start
    second = [size for size in contours[1:] if size > 0]
    frame.evaluate("window.kept = true")
    for _ in range(CHANGES):
        counter.octets = 0
        cpu = cpu_seconds(process.pid)
        waits.append(_repaint(page, frame))
        page.wait_for_timeout(400)
        page.wait_for_selector(SETTLED, timeout=60_000)
        sizes.append(counter.octets / 1000)
        spent.append(1000 * (cpu_seconds(process.pid) - cpu))
    lost = 0.0 if frame.evaluate("window.kept === true") else 1.0
    return [
        statistics.median(sizes), weight / 1000, float(len(second)), statistics.median(waits),
        lost, statistics.median(spent),
    ]  # fmt: skip


class _FrameCounter:
    """Counts what comes by the page's websockets."""

    def __init__(self, page: Any) -> None:
        self.octets = 0
        page.on("websocket", lambda link: link.on("framereceived", self._count))

    def _count(self, content: bytes | str) -> None:
        self.octets += len(content)


def _map_frame(page: Any, base: str) -> Any:
    page.goto(f"{base}/carte?pas=Mois&periode=janvier+2009")
    page.wait_for_selector(SETTLED, timeout=60_000)
    for _ in range(200):
        for frame in page.frames:
            if "st_folium" in frame.url and frame.evaluate("window.rtMap?.painted || 0"):
                return frame
        page.wait_for_timeout(100)
    raise TimeoutError


def _repaint(page: Any, frame: Any) -> float:
    """Move the slider by one period; return the seconds until the map is painted again."""
    before = frame.evaluate("window.rtMap.painted")
    page.locator('[data-testid="stSlider"] input').first.focus()
    start = time.perf_counter()
    page.keyboard.press("ArrowRight")
    while frame.evaluate("window.rtMap.painted") == before:
        if time.perf_counter() - start > 20:
            break
        page.wait_for_timeout(10)
    return time.perf_counter() - start


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
