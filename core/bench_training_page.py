"""The agenda's and a session's page in Chromium, on ten years of activity: time a rerun."""

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import bench_page, bench_training, db
from core.bench_page import Row
from core.instance.models import Instance, Mode

BUDGET = 150.0
TIMES = 15
NAMES = ("Agenda : un changement, tout le serveur", "Séance : un onglet, tout le serveur")


def measured(url: str, folder: Path, echo: Callable[[str], None]) -> list[Row]:
    """Use the pages of a store filled by ``bench_training``; return a row a budget."""
    if lack := bench_page.lacking():
        return [(name, BUDGET, None, "ms", lack) for name in NAMES]
    echo("Agenda et séance dans Chromium…")
    with db.writing("instance", url=url) as session:
        session.add(Instance(mode=Mode.DEMO.value))
    with bench_page.application(url) as (base, process), bench_page.browser(folder) as context:
        page = context.pages[0]
        values = [
            _agenda(page, base, process.pid),
            _session(page, base, process.pid, bench_training.grid_session(url)),
        ]
    return [(name, BUDGET, value, "ms", "") for name, value in zip(NAMES, values, strict=True)]


def _agenda(page: Any, base: str, pid: int) -> float:
    """Open and close the list of a month: every read and panel of the page runs each time."""
    page.goto(f"{base}/agenda?annee=2011&mois=juin")
    switch = page.locator("label", has_text="Voir la liste").first
    return spent(page, pid, lambda _rank: switch.click())


def _session(page: Any, base: str, pid: int, training_id: int) -> float:
    """Go from tab to tab of a session of sixty people, as staff do."""
    page.goto(f"{base}/seance?seance={training_id}&onglet=Inscriptions")
    page.wait_for_selector(bench_page.SETTLED, timeout=60_000)
    page.locator('[data-testid="stSidebar"] [data-testid="stSelectbox"]').first.click()
    page.get_by_role("option", name="Agent du centre", exact=True).click()
    tabs = ("Émargement", "Résultats", "Inscriptions")

    def turn(rank: int) -> None:
        page.get_by_role("tab", name=tabs[rank % len(tabs)], exact=True).click()

    return spent(page, pid, turn)


def spent(page: Any, pid: int, gesture: Callable[[int], None]) -> float:
    """Return the server's processor time for one gesture: ms, median after the first three."""
    page.wait_for_selector(bench_page.SETTLED, timeout=60_000)
    page.wait_for_timeout(1500)
    spent = []
    for rank in range(TIMES + 3):
        before = bench_page.cpu_seconds(pid)
        gesture(rank)
        page.wait_for_timeout(500)
        page.wait_for_selector(bench_page.SETTLED, timeout=60_000)
        page.wait_for_timeout(300)
        spent.append(1000 * (bench_page.cpu_seconds(pid) - before))
    return statistics.median(spent[3:])
