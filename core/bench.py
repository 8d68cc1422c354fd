"""``python -m core bench``: measures every performance budget and prints one table."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core import (
    bench_circulation,
    bench_competences_cles,
    bench_competences_cles_page,
    bench_documentation,
    bench_page,
    bench_training,
    bench_training_page,
    db,
    fr,
    schema,
    settings,
)
from core.access import COMMAND_LINE
from core.instance import operations as instance
from core.observatory import cells, imports, queries, readings, selections
from core.observatory.enums import Level
from core.observatory.readers import synthetic
from core.territories import reference

Echo = Callable[[str], None]
YEARS = range(2016, 2026)
INDICATORS = 15
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Measure:
    """One budget and what was measured; ``value`` None says why in ``note``."""

    name: str
    budget: float
    value: float | None
    unit: str
    note: str = ""

    def row(self) -> str:
        if self.value is None:
            return f"{self.name:<58}{self.budget:>9g} {self.unit:<4} non mesuré : {self.note}"
        kept = "oui" if self.value <= self.budget else "NON"
        shown = fr.number(self.value, 1)
        return f"{self.name:<58}{self.budget:>9g} {self.unit:<4}{shown:>12}  {kept}  {self.note}"


def run(*, rows: int, only: str | None, echo: Echo) -> list[Measure]:
    """Measure, print the table, and return it; ``rows`` shrinks the communal base."""
    measures: list[Measure] = []
    load = ", ".join(fr.number(value, 1) for value in os.getloadavg())
    echo(f"Charge de la machine : {load} ({os.cpu_count()} cœurs).")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if only in {None, "training"}:
            url = f"sqlite:///{folder / 'formation.db'}"
            measures += [Measure(*row) for row in bench_training.measured(url, echo)]
            measures += [Measure(*row) for row in bench_training_page.measured(url, folder, echo)]
        if only in {None, "market"}:
            url = f"sqlite:///{folder / 'marche.db'}"
            measures += [Measure(*row) for row in bench_competences_cles.measured(url, echo)]
            pages = bench_competences_cles_page.measured(url, folder, echo)
            measures += [Measure(*row) for row in pages]
        if only in {None, "documentation"}:
            own = [Measure(*row) for row in bench_documentation.measured(folder, echo)]
            measures += own
        if only in {None, "desk"}:
            measures += [Measure(*row) for row in bench_circulation.measured(folder, echo)]
        if only in {None, "store"}:
            measures += _store(folder, rows=rows, echo=echo)
        if only in {None, "page"}:
            measures += [Measure(*row) for row in bench_page.measured(folder, echo)]
    echo(f"{'Mesure':<58}{'Budget':>9}     {'Mesuré':>12}  Tenu")
    for measure in measures:
        echo(measure.row())
    return measures


def _store(folder: Path, *, rows: int, echo: Echo) -> list[Measure]:
    codes = list(reference.france()["code"])
    if rows:
        codes = codes[: max(50, rows // (len(YEARS) * INDICATORS))]
    file = folder / "base-communale.parquet"
    echo("Écriture de la base communale d’essai…")
    synthetic.write_communal(file, codes, YEARS, seed=1)
    url = f"sqlite:///{folder / 'essai.db'}"
    with _pointed_at(url):
        schema.upgrade(url)
        instance.first_start(url, now=NOW)
        echo("Import…")
        start = time.perf_counter()
        report = imports.import_file(file, COMMAND_LINE, now=NOW)
        seconds = time.perf_counter() - start
        octets = (folder / "essai.db").stat().st_size
        counted = f"{fr.number(report.new)} lignes"
        measures = [
            Measure("Import et totaux, base communale nationale", 60, seconds, "s", counted),
            Measure("Taille du magasin", 200, octets / 1e6, "Mo"),
            *_reads(),
        ]
        db.engine_for(url).dispose()
    return measures


class _pointed_at:  # noqa: N801  # used as a statement, like open()
    """Point the application at a store of its own, without demonstration."""

    def __init__(self, url: str) -> None:
        self._values = {"RT_DATABASE_URL": url, "RT_DEMO": "false"}

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in self._values}
        os.environ.update(self._values)
        settings.settings.cache_clear()

    def __exit__(self, *_: object) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        settings.settings.cache_clear()


def _reads() -> list[Measure]:
    person = COMMAND_LINE
    with db.reading() as session:
        edition = queries.editions(session, person)[0]
        indicator = queries.indicators(session, person, edition_id=edition.id)[0]
        selection = selections.Selection(edition.id, indicator.id, (max(edition.periods),))
        listed = cells.listed_territories(session, Level.COMMUNE, "31")
        place = int(listed["territory_id"].iloc[0]) if len(listed) else 0
        timed = [
            ("Fiche d’un territoire, tous indicateurs", 5, lambda: readings.card_of_territory(
                session, person, edition_id=edition.id, territory_id=place)),
            ("Carte d’un département par commune", 10, lambda: readings.figures(
                session, person, selection=selection, level=Level.COMMUNE, departement="31")),
            ("Total national par département", 20, lambda: readings.national_totals(
                session, person, selection=selection, level=Level.DEPARTEMENT)),
        ]  # fmt: skip
        return [Measure(name, budget, _median(work), "ms") for name, budget, work in timed]


def _median(work: Callable[[], object], *, times: int = 30) -> float:
    """Return the median time of a work done again and again, in milliseconds."""
    work()
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent)
