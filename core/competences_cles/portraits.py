"""Reads of a département for its committee: what the store knew of it on a day."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import fr
from core.access import Right, Viewer, require
from core.competences_cles import accuracy, followup, ledger_queries, pack_whole
from core.competences_cles import qualitative_notes as notes
from core.competences_cles.calendar import Calendar, period_of
from core.competences_cles.follow_models import CommitteePack, Decision
from core.competences_cles.market_models import LotUt, Marche
from core.competences_cles.models import (
    BonDeCommande,
    BonLine,
    BonMovement,
    ParcoursVersion,
    RosaceImport,
)
from core.competences_cles.outlook import OrderView, Setting
from core.competences_cles.pack import Coverage, PastDecision
from core.competences_cles.path_enums import PathState
from core.competences_cles.paths import Outcome, Path
from core.competences_cles.portrait import Movement, Person, Portrait
from core.competences_cles.units import amount
from core.db import table_of
from core.territories.models import Territory

DOMAINS = followup.DOMAINS
YEAR = timedelta(days=365)
KINDS = {"avenant": "avenant", "reallocation": "réallocation", "solde": "solde"}
ENDED = {
    PathState.COMPLETED: Outcome.COMPLETED, PathState.DROPPED: Outcome.DROPPED,
    PathState.REDIRECTED: Outcome.REDIRECTED, PathState.NOT_ENTERED: Outcome.NOT_ENTERED,
}  # fmt: skip
BON, LINE, PATH = table_of(BonDeCommande), table_of(BonLine), table_of(ParcoursVersion)


def places(session: Session, viewer: Viewer) -> dict[str, str]:
    """Return the départements (UT) that a lot of the market serves: names by code."""
    require(viewer, Right.READ_MARKET)
    rows = session.exec(
        select(Territory.code, Territory.name)
        .join(LotUt, col(LotUt.territory_id) == col(Territory.id))
        .distinct()
        .order_by(Territory.code)
    )
    return dict(rows.all())


def portrait(
    session: Session, viewer: Viewer, *, ut_code: str, known_on: date, before_version: int = 0
) -> Portrait | None:
    """Return a département as known on a day; None where no export was applied by then.

    ``before_version``: decisions are those since the pack before that version, 0 since the last.
    """
    require(viewer, Right.READ_MARKET)
    coverage = _last_export(session, known_on)
    name = places(session, viewer).get(ut_code, "")
    if coverage is None or not name:
        return None
    every = followup.orders(session, viewer, known_on=known_on)
    setting = Setting(
        known_on, Calendar(), ledger_queries.continuations(session, viewer, known_on=known_on)
    )
    views = pack_whole.under_way(every, ut_code, known_on)
    past = _past(session, (ut_code, known_on, before_version), views)
    return Portrait(
        name=name, code=ut_code, known_on=known_on, coverage=_covered(coverage, views, known_on),
        views=views, whole=pack_whole.whole(views, every, setting),
        back_test=accuracy.past_accuracy([one.pace for one in every]).told(),
        persons=_persons(session, ut_code, known_on), since=known_on - YEAR,
        notes=notes.known(session, viewer, ut_code=ut_code, known_on=known_on), past=past,
        movements=_movements(session, ut_code, known_on), is_demonstration=_is_simulated(session),
    )  # fmt: skip


def _last_export(session: Session, known_on: date) -> RosaceImport | None:
    return session.exec(
        select(RosaceImport)
        .where(
            RosaceImport.state == ledger_queries.APPLIED, col(RosaceImport.extracted_on) <= known_on
        )
        .order_by(col(RosaceImport.extracted_on).desc(), col(RosaceImport.id).desc())
    ).first()


def _covered(export: RosaceImport, views: Sequence[OrderView], known_on: date) -> Coverage:
    """Count the operators of the département whose last month over is declared."""
    first = date(known_on.year, known_on.month, 1)
    last = min(period_of(first - timedelta(days=1)), export.period_to)
    operators = {one.facts.operator for one in views}
    late = {one.facts.operator for one in views if last not in one.facts.covered}
    return Coverage(
        export.extracted_on, known_on, len(operators - late), len(operators), last
    )  # fmt: skip


def _is_simulated(session: Session) -> bool:
    return bool(session.exec(select(Marche.id).where(col(Marche.is_simulated))).first())


def _persons(session: Session, ut_code: str, known_on: date) -> list[Person]:
    """Return who was prescribed within a year, each once: the last version tells the profile."""
    current, territory = ledger_queries.current_paths(known_on), table_of(Territory)
    statement = (
        sa.select(current)
        .join(LINE, LINE.c.id == current.c.line_id)
        .join(BON, BON.c.id == LINE.c.bon_id)
        .join(territory, territory.c.id == BON.c.territory_id)
        .where(territory.c.code == ut_code)
        .order_by(current.c.pseudonym, current.c.import_id, current.c.line_id)
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in session.connection().execute(statement):
        found[row.pseudonym].append(row)
    people = [_person(rows) for rows in found.values()]
    since = known_on - YEAR
    return [
        one for one in people if one.path.prescribed_on is None or one.path.prescribed_on >= since
    ]


def _person(rows: Sequence[Any]) -> Person:
    last = rows[-1]
    planned = [row.planned for row in rows if row.planned is not None]
    outcome = ENDED.get(PathState(last.state), Outcome.OPEN)
    path = Path(
        outcome, _first(rows, "prescribed_on"), _first(rows, "contacted_on"),
        _first(rows, "started_on"), last.ended_on, max(planned, default=None),
        sum(row.done for row in rows),
    )  # fmt: skip
    return Person(path, last.sex, last.age_band, last.level, last.prescriber)


def _first(rows: Sequence[Any], name: str) -> date | None:
    return min((day for row in rows if (day := getattr(row, name)) is not None), default=None)


def _movements(session: Session, ut_code: str, known_on: date) -> list[Movement]:
    """Return what changed the orders of a département, first notifications included."""
    territory, move = table_of(Territory), table_of(BonMovement)
    orders = sa.select(
        BON.c.number, BON.c.notified_on, LINE.c.initial, LINE.c.id.label("line_id")
    ).join(LINE, LINE.c.bon_id == BON.c.id).join(
        territory, territory.c.id == BON.c.territory_id
    ).where(territory.c.code == ut_code)  # fmt: skip
    lines = {row.line_id: row for row in session.connection().execute(orders)}
    first = [
        Movement(row.number, row.notified_on, row.notified_on, "notification", row.initial, "", "")
        for row in lines.values()
        if row.notified_on is not None and row.notified_on <= known_on
    ]
    rows = session.connection().execute(
        sa.select(move).where(move.c.known_on <= known_on, move.c.line_id.in_(list(lines)))
    )
    later = [
        Movement(lines[row.line_id].number, row.effective_on, row.known_on,
                 KINDS.get(row.kind, row.kind), row.delta, row.reason, row.author)
        for row in rows
    ]  # fmt: skip
    return sorted([*first, *later], key=lambda one: (one.number, one.effective_on, one.known_on))


def previous_pack(session: Session, ut_code: str, before_version: int) -> CommitteePack | None:
    """Return the last pack of a département, or the last before a version."""
    statement = (
        select(CommitteePack)
        .join(Territory, col(Territory.id) == col(CommitteePack.territory_id))
        .where(Territory.code == ut_code, Territory.level == "departement")
        .order_by(col(CommitteePack.version).desc())
    )
    if before_version:
        statement = statement.where(col(CommitteePack.version) < before_version)
    return session.exec(statement).first()


def _past(
    session: Session, wanted: tuple[str, date, int], views: Sequence[OrderView]
) -> list[PastDecision]:
    """Return the decisions on a département since the pack before, and what came of them.

    One of the very day of that pack is told again: it may have been taken with it in hand.
    """
    ut_code, known_on, before_version = wanted
    before = previous_pack(session, ut_code, before_version)
    rows = session.exec(
        select(Decision)
        .where(col(Decision.decided_on) <= known_on)
        .where(col(Decision.decided_on) >= (before.known_on if before else date.min))
        .order_by(col(Decision.decided_on).desc(), col(Decision.id).desc())
    )
    found = [(row, told) for row in rows if (told := _about(row, ut_code, views)) is not None]
    return [
        PastDecision(row.decided_on, row.text or row.body or "réallocation", told)
        for row, told in found
    ]


def _about(row: Decision, ut_code: str, views: Sequence[OrderView]) -> str | None:
    """Say what came of a decision here; None where it does not concern the département."""
    held = json.loads(row.hypotheses)
    left = sum(one.quantities.available for one in views)
    if held.get("ut") == ut_code:
        then = held.get("available")
        if then is None:
            return ""
        return f"disponible : {amount(round(then))} alors, {amount(round(left))} maintenant"
    numbers = {one.facts.number for one in views}
    moved = [
        f"{one['key']} : {'+' if one['proposed'] > one['ordered'] else '−'}"
        f"{fr.number(abs(one['proposed'] - one['ordered']))}{fr.NBSP}h"
        for one in held.get("orders", [])
        if one["key"] in numbers and one["proposed"] != one["ordered"]
    ]
    if not moved:
        return None
    return f"{', '.join(moved)} ; disponible : {amount(round(left))}"
