"""The page of publics in Chromium on a ledger of 200,000 rows: time a change of filter."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import bench_page, bench_training_page, db
from core.bench_page import Row
from core.instance.models import Instance, Mode

BUDGET = 150.0
NAME = "Publics et parcours : un choix, tout le serveur"


def measured(url: str, folder: Path, echo: Callable[[str], None]) -> list[Row]:
    """Use the page on a store filled by ``bench_competences_cles``; return its row."""
    if lack := bench_page.lacking():
        return [(NAME, BUDGET, None, "ms", lack)]
    echo("Publics et parcours dans Chromium…")
    with db.writing("instance", url=url) as session:
        session.add(Instance(mode=Mode.DEMO.value))
    with bench_page.application(url) as (base, process), bench_page.browser(folder) as context:
        return [(NAME, BUDGET, _change(context.pages[0], base, process.pid), "ms", "")]


def _change(page: Any, base: str, pid: int) -> float:
    """Choose one half-year, then another: every figure of the page is worked out each time."""
    page.goto(f"{base}/publics")
    halves = ("2010, 1er semestre", "2010, 2e semestre", "2011, 1er semestre")

    def choose(rank: int) -> None:
        page.get_by_label("Prescrit au").click()
        page.get_by_role("option", name=halves[rank % len(halves)], exact=True).click()

    return bench_training_page.spent(page, pid, choose)
