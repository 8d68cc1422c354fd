"""Budgets of Compétences Clés: a ledger of 200,000 rows, an export of 50,000, sixty orders."""

import pickle
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import db, schema
from core.access import COMMAND_LINE
from core.competences_cles import (
    demonstration,
    followup,
    market,
    orders,
    path_queries,
    publics,
    reallocation,
    rosace_imports,
    sharing_out,
)
from core.competences_cles.market import LotDraft, MarcheDraft
from core.competences_cles.models import Consumption
from core.competences_cles.order_checks import BonDraft
from core.competences_cles.outlook import OrderView
from core.competences_cles.path_cells import Choice
from core.competences_cles.quantities import BonState
from core.competences_cles.reallocation_inputs import Settings
from core.competences_cles.rosace_reading import Layout
from core.competences_cles.rosace_sheet import Export
from core.db import table_of
from core.people.models import Structure
from core.territories import loading as territories
from core.territories.models import Territory

Row = tuple[str, float, float | None, str, str]
ORDERS, ROWS, EXPORT_ROWS = 60, 200_000, 50_000
TODAY = date(2011, 6, 15)
NOW = datetime(2011, 6, 15, 12, tzinfo=UTC)
SEED = 60
STATES = ("en formation", "terminé", "abandonné")


def measured(url: str, echo: Callable[[str], None]) -> list[Row]:
    """Fill a ledger by real imports, then time the follow-up, one more export, a reallocation."""
    echo(f"Registre de {ROWS} lignes, {ORDERS} bons…")
    schema.ensure(url)
    with db.writing("territories", "people", "competences_cles", url=url) as session:
        territories.load_reference(session)
        _market(session)
        generator = np.random.default_rng(SEED)
        for rank in range(ROWS // EXPORT_ROWS):
            _take(session, _export(generator, rank, date(2011, 5, 7 * (1 + rank))))
        db.analyse(session)
        held = (
            session.connection()
            .execute(sa.select(sa.func.count()).select_from(table_of(Consumption)))
            .scalar_one()
        )
    spent = _import_seconds(url, generator)
    views, note = _views(url), f"{held} lignes au registre"
    found = sharing_out.sharing(views, today=TODAY)
    first, change = _publics(url)
    return [
        ("Suivi des bons, toutes ses lectures", 150.0, _median(url), "ms", note),
        ("Export de 50 000 lignes, relu et appliqué", 10.0, spent, "s", note),
        ("Publics et parcours, premier choix après un export", 4.0, first / 1000, "s", note),
        ("Publics et parcours, un changement de choix", 150.0, change, "ms", note),
        ("Réallocation de 60 bons", 2.0, _seconds(lambda: reallocation.propose(
            found.orders, Settings(lots=found.lots))), "s", ""),
    ]  # fmt: skip


def _market(session: Session) -> None:
    uts = session.exec(
        select(Territory.id).where(
            Territory.level == "departement", col(Territory.code).in_(demonstration.UTS)
        )
    ).all()
    operator = Structure(name="Organisme d’essai", search_key="organisme d essai")
    session.add(operator)
    session.flush()
    marche = market.create_marche(
        session, COMMAND_LINE, MarcheDraft("B", date(2010, 1, 1), date(2013, 12, 31)), now=NOW
    )
    lot = market.create_lot(session, COMMAND_LINE,
                            LotDraft(marche, "1", [one or 0 for one in uts]), now=NOW)  # fmt: skip
    service = market.create_prestation(session, COMMAND_LINE, code="Formation", label="Formation",
                                       unit="heure", now=NOW)  # fmt: skip
    for rank in range(ORDERS):
        bon = orders.create_bon(
            session, COMMAND_LINE,
            BonDraft(lot, uts[rank % len(uts)] or 0, operator.id or 0, f"B-{rank:02}",
                     date(2010, 1, 1), date(2011, 12, 31), {service: 60 * 150_000}),
            now=NOW,
        )  # fmt: skip
        for state in (BonState.ISSUED, BonState.NOTIFIED):
            orders.change_state(session, COMMAND_LINE, bon_id=bon, to=state, on=date(2010, 1, 1),
                                now=NOW)  # fmt: skip


def _export(generator: np.random.Generator, rank: int, day: date) -> Export:
    """Write an export of people of its own over seventeen months: a ledger grows by all of it."""
    people = np.repeat(np.arange(EXPORT_ROWS // 5), 5)
    months = (np.tile(np.arange(5), EXPORT_ROWS // 5) + people) % 17
    hours = generator.integers(4, 30, EXPORT_ROWS)
    drawn = [_profile(generator) for _ in range(EXPORT_ROWS // 5)]
    lines = [
        f"B-{person % ORDERS:02};Formation;{rank}-{person};01/{month % 12 + 1:02}/"
        f"{2010 + month // 12};{hour};120;{drawn[person]}"
        for person, month, hour in zip(people, months, hours, strict=True)
    ]
    headers = ("N° bon de commande", "Prestation", "Identifiant", "Mois", "Heures réalisées",
               "Heures prévues", "État du parcours", "Prescripteur", "Prescrit le", "Contacté le",
               "Début", "Fin réelle", "Sexe", "Âge", "Niveau", "Statut")  # fmt: skip
    content = "\n".join([";".join(headers), *lines]).encode()
    names = ("order", "prestation", "person", "done_on", "quantity", "planned", "state",
             "prescriber", "prescribed_on", "contacted_on", "started_on", "ended_on", "sex", "age",
             "level", "status")  # fmt: skip
    layout = Layout(dict(zip(names, headers, strict=True)))
    return Export(f"export-{rank}.csv", content, layout, day, is_partial=True)


def _profile(generator: np.random.Generator) -> str:
    """Draw what an export says of a person besides the hours."""
    prescribed = date(2010, 1, 4) + timedelta(days=int(generator.integers(0, 480)))
    contacted = prescribed + timedelta(days=int(generator.integers(0, 30)))
    started = contacted + timedelta(days=int(generator.integers(3, 30)))
    state = STATES[int(generator.integers(len(STATES)))]
    ended = "" if state == STATES[0] else f"{started + timedelta(days=90):%d/%m/%Y}"
    words = (
        state, ("Pôle emploi", "Mission locale", "Cap emploi")[int(generator.integers(3))],
        *(f"{day:%d/%m/%Y}" for day in (prescribed, contacted, started)), ended,
        "FH"[int(generator.integers(2))], str(generator.integers(18, 60)),
        ("V", "VI", "IV")[int(generator.integers(3))],
        ("demandeur d’emploi", "salarié")[int(generator.integers(2))],
    )  # fmt: skip
    return ";".join(words)


def _take(session: Session, export: Export) -> None:
    rosace_imports.apply(session, COMMAND_LINE, export, now=NOW)


def _import_seconds(url: str, generator: np.random.Generator) -> float:
    export = _export(generator, ROWS // EXPORT_ROWS, date(2011, 6, 6))
    start = time.perf_counter()
    with db.reading(url) as session:
        sheet = rosace_imports.check(session, COMMAND_LINE, export)
    with db.writing("competences_cles", url=url) as session:
        rosace_imports.apply(session, COMMAND_LINE, export, sheet=sheet, now=NOW)
    return time.perf_counter() - start


def _views(url: str) -> list[OrderView]:
    with db.reading(url) as session:
        return followup.orders(session, COMMAND_LINE, known_on=TODAY)


def _publics(url: str) -> tuple[float, float]:
    """Return milliseconds: all the cells worked out anew, then a filter with what is kept."""
    start = time.perf_counter()
    with db.reading(url) as session:
        held = path_queries.cohort(session, COMMAND_LINE, today=TODAY)
    first = 1000 * (time.perf_counter() - start)
    kept = pickle.dumps(held)  # as the screen keeps it from one rerun to the next

    def change(ut: str) -> float:
        def look() -> None:
            own = pickle.loads(kept)  # noqa: S301  # written just above
            publics.publics(own, Choice(ut=ut), today=TODAY)
            publics.by_ut(own, Choice(ut=ut))

        return _seconds(look)

    uts = ["", *held.values("ut")]
    return first, 1000 * statistics.median([change(one) for one in uts])


def _median(url: str) -> float:
    return 1000 * statistics.median([_seconds(lambda: _views(url)) for _ in range(5)])


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
