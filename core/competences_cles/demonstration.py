"""The demonstration of Compétences Clés: an invented market, read by the real import code.

Eight départements, four lots, five operators whose names say that they are simulated, two years
of monthly exports with the faults of real ones: doubles, corrections, a late operator, an unknown
order, rows that vanish. Drawn by a seeded generator.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, col

from core import db
from core.access import COMMAND_LINE
from core.competences_cles import (
    demonstration_committee,
    demonstration_market,
    market,
    orders,
    rosace_imports,
)
from core.competences_cles.calendar import month_bounds, months_between
from core.competences_cles.market import LotDraft, MarcheDraft, PrixDraft
from core.competences_cles.models import BonDeCommande, BonLine
from core.competences_cles.order_checks import BonDraft
from core.competences_cles.orders import Amendment
from core.competences_cles.path_enums import PathState
from core.competences_cles.quantities import BonState
from core.competences_cles.rosace_reading import Layout
from core.competences_cles.rosace_sheet import Export
from core.db import table_of
from core.people.models import Structure
from core.people.rules import words
from core.territories.models import Territory

SEED = 2010
FIRST, LAST = 201001, 201105
FIRST_EXPORT = 201006  # it covers six months, as each of them does
WINDOW = 6
HEADERS = (
    "N° bon de commande", "Prestation", "Identifiant", "Mois", "Heures réalisées",
    "État du parcours", "Prescripteur", "Date prescription", "Premier contact", "Date entrée",
    "Date fin prévue", "Date sortie", "Heures prévues", "Sexe", "Âge", "Niveau", "Statut",
)  # fmt: skip
LAYOUT = Layout({
    "order": "N° bon de commande", "prestation": "Prestation", "person": "Identifiant",
    "done_on": "Mois", "quantity": "Heures réalisées", "state": "État du parcours",
    "prescriber": "Prescripteur", "prescribed_on": "Date prescription",
    "contacted_on": "Premier contact", "started_on": "Date entrée",
    "planned_end_on": "Date fin prévue", "ended_on": "Date sortie", "planned": "Heures prévues",
    "sex": "Sexe", "age": "Âge", "level": "Niveau", "status": "Statut",
})  # fmt: skip
OPERATORS = ("Garonne", "Tarn et Agout", "Rouergue", "Bigorre", "Quercy")
# By département: lot, operator, entrants a month, and the order of 2011 in hours.
UTS = {
    "31": ("1", 0, 13, 7_000), "09": ("1", 0, 3, 2_000), "81": ("2", 1, 6, 5_600),
    "12": ("2", 2, 4, 6_500), "82": ("3", 4, 5, 3_300), "46": ("3", 4, 3, 3_200),
    "65": ("4", 3, 4, 3_600), "32": ("4", 3, 3, 2_700),
}  # fmt: skip
SILENT_OPERATOR, SILENT_SINCE = 2, 201104
FORESEEN = "BC-2011-46"
DROP_OUT = 0.27
PRESCRIBERS = ("Pôle emploi", "Mission locale", "Cap emploi")
LEVELS = ("V bis – VI", "V", "IV et plus")
STATUSES = ("demandeur d’emploi", "salarié", "jeune suivi")


@dataclass(frozen=True)
class Path:
    """An invented parcours: who, where, when, and the hours of each of its months."""

    person: str
    ut: str
    prescribed: date
    contacted: date | None
    started: date
    planned_end: date
    ended: date
    outcome: PathState
    planned: int
    hours: tuple[tuple[int, float], ...]
    profile: tuple[str, str, str, str, str]


def fill(session: Session, *, now: datetime) -> None:
    """Make the market and its orders, then apply every export in its turn."""
    generator = np.random.default_rng(SEED)
    made = _market(session, now)
    demonstration_market.name_holders(session, made.lots, made.operators, now=now)
    numbers = _orders(session, made, now)
    paths = list(_paths(generator))
    for period in months_between(FIRST_EXPORT, LAST):
        export = _export(paths, period, numbers, generator)
        rosace_imports.apply(session, COMMAND_LINE, export, now=now)
    _amend(session, now)
    _foresee(session)
    _settle(session, now)
    demonstration_committee.fill(session)


@dataclass(frozen=True)
class Made:
    """Ids of what was made: lots by number, the service, départements by code, operators."""

    lots: dict[str, int]
    service: int
    uts: dict[str, int]
    operators: list[int]


def _market(session: Session, now: datetime) -> Made:
    rows = session.connection().execute(
        sa.select(col(Territory.code), col(Territory.id)).where(
            col(Territory.level) == "departement", col(Territory.code).in_(UTS)
        )
    )
    uts = {row.code: row.id for row in rows}
    first = db.next_id(session, table_of(Structure))
    names = [f"Organisme {name} (simulé)" for name in OPERATORS]
    session.add_all(
        Structure(id=first + rank, name=name, kind="organisme_formation",
                  search_key=words(name))
        for rank, name in enumerate(names)
    )  # fmt: skip
    session.flush()
    db.follow_ids(session, table_of(Structure))
    marche = market.create_marche(
        session, COMMAND_LINE,
        MarcheDraft("CC-2010-2013 (simulé)", date(2010, 1, 1), date(2013, 12, 31),
                    subject="Compétences Clés en Midi-Pyrénées", buyer="État",
                    is_simulated=True),
        now=now,
    )  # fmt: skip
    service = market.create_prestation(session, COMMAND_LINE, code="Formation",
                                       label="Formation", unit="heure", now=now)  # fmt: skip
    lots = {}
    for number in sorted({lot for lot, *_ in UTS.values()}):
        inside = [code for code, (lot, *_) in UTS.items() if lot == number]
        total = 60 * sum(UTS[code][3] for code in inside)
        lots[number] = market.create_lot(
            session, COMMAND_LINE,
            LotDraft(marche, number, [uts[code] for code in inside],
                     label=", ".join(inside), quantity_min=total // 2, quantity_max=4 * total),
            now=now,
        )  # fmt: skip
        market.set_price(session, COMMAND_LINE,
                         PrixDraft(lots[number], service, 950, date(2010, 1, 1)),
                         now=now)  # fmt: skip
    return Made(lots, service, uts, [first + rank for rank in range(len(names))])


def _orders(session: Session, made: Made, now: datetime) -> dict[tuple[str, int], str]:
    """Make an order by département and year; the one of 2010 is large enough and not settled."""
    numbers = {}
    for code, (lot, operator, _entrants, hours) in UTS.items():
        for year, quantity in ((2010, round(1.15 * hours)), (2011, hours)):
            number = f"BC-{year}-{code}"
            bon = orders.create_bon(
                session, COMMAND_LINE,
                BonDraft(made.lots[lot], made.uts[code], made.operators[operator], number,
                         date(year, 1, 1), date(year, 12, 31), {made.service: 60 * quantity}),
                now=now,
            )  # fmt: skip
            for state in (BonState.ISSUED, BonState.NOTIFIED):
                orders.change_state(session, COMMAND_LINE, bon_id=bon, to=state,
                                    on=date(year, 1, 1), now=now)  # fmt: skip
            numbers[code, year] = number
    return numbers


def _paths(generator: np.random.Generator) -> Iterator[Path]:
    for code, (_lot, _operator, entrants, _hours) in UTS.items():
        for period in months_between(FIRST, LAST):
            for rank in range(int(generator.poisson(entrants))):
                yield _path(generator, code, period, f"{code}-{period}-{rank:03}")


def _path(generator: np.random.Generator, code: str, period: int, person: str) -> Path:
    start, _ = month_bounds(period)
    prescribed = start + timedelta(days=int(generator.integers(0, 12)))
    wait = int(generator.gamma(2.2, 5))
    contacted = prescribed + timedelta(days=wait) if generator.random() > 0.06 else None
    started = prescribed + timedelta(days=wait + int(generator.integers(3, 20)))
    planned = int(generator.choice([60, 80, 100, 120, 150]))
    is_dropped = generator.random() < DROP_OUT
    wanted = planned * (generator.uniform(0.15, 0.7) if is_dropped else generator.uniform(0.85, 1))
    months, left = [], float(wanted)
    current = 100 * started.year + started.month
    while left > 0.5:
        done = min(left, round(float(generator.uniform(14, 30)) * 2) / 2)
        done *= 0.4 if current % 100 == 8 else 1.0
        months.append((current, max(0.5, round(done * 2) / 2)))
        left -= months[-1][1]
        current = months_between(current, current + 100)[1]
    ended = month_bounds(months[-1][0])[1]
    profile = (
        PRESCRIBERS[int(generator.choice(3, p=[0.6, 0.3, 0.1]))],
        "F" if generator.random() < 0.68 else "H", str(int(generator.integers(18, 60))),
        LEVELS[int(generator.choice(3, p=[0.5, 0.35, 0.15]))],
        STATUSES[int(generator.choice(3, p=[0.75, 0.1, 0.15]))],
    )  # fmt: skip
    return Path(
        person, code, prescribed, contacted, started, started + timedelta(days=30 * 5), ended,
        PathState.DROPPED if is_dropped else PathState.COMPLETED, planned, tuple(months), profile,
    )  # fmt: skip


def _export(
    paths: list[Path], period: int, numbers: dict[tuple[str, int], str],
    generator: np.random.Generator,
) -> Export:  # fmt: skip
    """Write the export of a month: the last six months as they are known some days later."""
    extracted = month_bounds(period)[1] + timedelta(days=6)
    first = months_between(FIRST, period)[-WINDOW:][0]
    lines = [";".join(HEADERS)]
    for path in paths:
        if path.prescribed > extracted or path.ended < month_bounds(first)[0]:
            continue
        for month, hours in path.hours or ():
            if not first <= month <= period or _is_untold(path, month, period, generator):
                continue
            known = hours + 1 if month == period and generator.random() < 0.03 else hours
            lines.append(_line(path, month, known, extracted, numbers))
    doubled = [lines[int(rank)] for rank in generator.integers(1, len(lines), 2)]
    unknown = lines[-1].replace(lines[-1].split(";")[0], "BC-INCONNU", 1)
    content = "\n".join([*lines, *doubled, unknown]).encode("cp1252", errors="replace")
    return Export(f"export-{period}.csv", content, LAYOUT, extracted)


def _is_untold(path: Path, month: int, period: int, generator: np.random.Generator) -> bool:
    """Leave out what is not declared yet: some of the last month, all of a silent operator's."""
    operator = UTS[path.ut][1]
    if operator == SILENT_OPERATOR and month >= SILENT_SINCE:
        return True
    return month == period and bool(generator.random() < 0.12)


def _line(
    path: Path, month: int, hours: float, extracted: date, numbers: dict[tuple[str, int], str]
) -> str:
    is_over = path.ended <= extracted
    state = path.outcome if is_over else PathState.RUNNING
    prescriber, sex, age, level, status = path.profile
    cells = (
        numbers.get((path.ut, month // 100), f"BC-{month // 100}-{path.ut}"), "Formation",
        path.person, _day(month_bounds(month)[0]), f"{hours:.1f}".replace(".", ","), state.label,
        prescriber, _day(path.prescribed), _day(path.contacted), _day(path.started),
        _day(path.planned_end), _day(path.ended) if is_over else "", str(path.planned), sex, age,
        level, status,
    )  # fmt: skip
    return ";".join(cells)


def _day(value: date | None) -> str:
    return "" if value is None else f"{value:%d/%m/%Y}"


def _amend(session: Session, now: datetime) -> None:
    """Add to one order what a committee decided in spring."""
    rows = session.connection().execute(
        sa.select(col(BonLine.id)).order_by(col(BonLine.id)).offset(1).limit(1)
    )
    amendment = Amendment(int(rows.scalar_one() or 0), 60 * 400, "avenant", date(2011, 4, 1),
                          reason="comité de pilotage du 28 mars 2011")  # fmt: skip
    orders.amend(session, COMMAND_LINE, amendment, today=date(2011, 4, 1),
                 now=now)  # fmt: skip


def _foresee(session: Session) -> None:
    """Enter what was foreseen of one order; the others have the straight line."""
    rows = session.connection().execute(
        sa.select(col(BonLine.id), col(BonLine.initial))
        .join(BonDeCommande, col(BonDeCommande.id) == col(BonLine.bon_id))
        .where(col(BonDeCommande.number) == FORESEEN)
    )
    for line_id, quantity in rows:
        demonstration_market.foresee(session, line_id or 0, quantity)


def _settle(session: Session, now: datetime) -> None:
    """Settle the orders of 2010: what they did not use is given back."""
    bons = session.connection().scalars(
        sa.select(col(BonDeCommande.id)).where(col(BonDeCommande.ends_on) <= date(2010, 12, 31))
    )
    for bon in list(bons):
        orders.change_state(
            session, COMMAND_LINE, bon_id=bon or 0, to=BonState.SETTLED, on=date(2011, 5, 31),
            now=now,
        )  # fmt: skip
