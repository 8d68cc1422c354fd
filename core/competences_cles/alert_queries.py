"""Reads of alerts: what rules look at, the states held, and what the page lists."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.competences_cles import alert_subjects, alert_told, followup, lead, ledger_queries
from core.competences_cles.alert_rules import AlertCode, ImportIndicators, Thresholds
from core.competences_cles.alert_states import AlertState, EventKind, Key, Phase
from core.competences_cles.alert_subjects import ExportFacts, OperatorFacts, Read, Subject
from core.competences_cles.calendar import Calendar
from core.competences_cles.follow_models import Alert, AlertEvent, AlertRun
from core.competences_cles.models import BonDeCommande, BonLine, RosaceImport
from core.competences_cles.path_enums import ACTIVE
from core.competences_cles.quantities import BonState
from core.db import table_of
from core.people.models import Structure
from core.territories.models import Territory

DOMAINS = ledger_queries.DOMAINS
BON, LINE, IMPORT = table_of(BonDeCommande), table_of(BonLine), table_of(RosaceImport)
LIVE = [BonState.NOTIFIED.value, BonState.RUNNING.value]
FRESH = timedelta(days=90)


def readings(
    session: Session, viewer: Viewer, *, known_on: date
) -> tuple[dict[Key, Read], Thresholds]:
    """Read every object of every rule on a day, and the thresholds it is read by."""
    require(viewer, Right.READ_MARKET)
    last = _last_export(session, known_on)
    applied = _last_applied(session, known_on)
    views = followup.orders(session, viewer, known_on=known_on)
    operators = operator_facts(session, viewer, known_on=known_on)
    found = alert_subjects.orders_read(views, today=known_on, import_id=applied)
    found |= alert_subjects.operators_read(operators, today=known_on, import_id=applied)
    found |= alert_subjects.export_read(last, today=known_on)
    return found, replace(Thresholds(), lead_days=lead_time(session, known_on).days)


def lead_time(session: Session, known_on: date) -> lead.LeadTime:
    """Measure how long an order takes from its issue to its notification."""
    rows = session.connection().execute(
        sa.select(BON.c.issued_on, BON.c.notified_on).where(
            BON.c.issued_on.is_not(None), BON.c.notified_on <= known_on,
            BON.c.notified_on > BON.c.issued_on,
        )
    )  # fmt: skip
    return lead.lead_time([(row[0], row[1]) for row in rows], Calendar())


def operator_facts(session: Session, viewer: Viewer, *, known_on: date) -> list[OperatorFacts]:
    """One row an operator with an order under way, as known on a day, by name."""
    require(viewer, Right.READ_MARKET)
    place, structure = table_of(Territory), table_of(Structure)
    rows = session.connection().execute(
        sa.select(BON.c.structure_id, structure.c.name, place.c.code)
        .join(structure, structure.c.id == BON.c.structure_id)
        .join(place, place.c.id == BON.c.territory_id)
        .where(BON.c.state.in_(LIVE), BON.c.notified_on <= known_on)
        .distinct()
        .order_by(structure.c.name, place.c.code)
    )
    names: dict[int, str] = {}
    uts: dict[int, list[str]] = defaultdict(list)
    for own, name, code in rows:
        names[own] = name
        uts[own].append(code)
    _, last = ledger_queries.coverage(session, known_on)
    counted, waiting, overdue = _paths(session, known_on)
    return [
        OperatorFacts(own, name, tuple(uts[own]), last.get(own), counted.get(own, 0),
                      tuple(waiting.get(own, ())), tuple(overdue.get(own, ())))
        for own, name in names.items()
    ]  # fmt: skip


Days = dict[int, list[int]]


def _paths(session: Session, known_on: date) -> tuple[dict[int, int], Days, Days]:
    """Return, by operator: active parcours, days waiting for a contact, days past their end."""
    path = ledger_queries.current_paths(known_on)
    rows = session.connection().execute(
        sa.select(BON.c.structure_id, path.c.prescribed_on, path.c.contacted_on,
                  path.c.started_on, path.c.planned_end_on, path.c.ended_on, sa.func.count())
        .join_from(path, LINE, LINE.c.id == path.c.line_id)
        .join(BON, BON.c.id == LINE.c.bon_id)
        .where(path.c.state.in_([one.value for one in ACTIVE]))
        .group_by(BON.c.structure_id, path.c.prescribed_on, path.c.contacted_on,
                  path.c.started_on, path.c.planned_end_on, path.c.ended_on)
    )  # fmt: skip
    active: dict[int, int] = defaultdict(int)
    waiting: Days = defaultdict(list)
    overdue: Days = defaultdict(list)
    for own, prescribed, contacted, started, planned_end, ended, count in rows:
        active[own] += count
        if prescribed is not None and contacted is None and started is None:
            waiting[own] += [(known_on - prescribed).days] * count
        if planned_end is not None and ended is None:
            overdue[own] += [(known_on - planned_end).days] * count
    return active, waiting, overdue


def _last_applied(session: Session, known_on: date) -> int | None:
    return session.exec(
        select(sa.func.max(RosaceImport.id)).where(
            RosaceImport.state == ledger_queries.APPLIED,
            col(RosaceImport.extracted_on) <= known_on,
        )
    ).one()


def _last_export(session: Session, known_on: date) -> ExportFacts | None:
    row = session.exec(
        select(RosaceImport)
        .where(RosaceImport.state != "annule", col(RosaceImport.extracted_on) <= known_on)
        .order_by(col(RosaceImport.id).desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    is_held = row.state == "quarantaine"
    figures = ImportIndicators(not is_held, is_held, row.rows_read, row.rows_duplicated,
                               row.rows_parked, row.negative_months)  # fmt: skip
    return ExportFacts(row.id or 0, row.file_name, row.extracted_on, figures)


def state_of(row: Alert) -> AlertState:
    """Read the state of an alert from its row."""
    return AlertState(
        phase=Phase(row.phase), level=row.level, value=row.value, streak=row.streak,
        import_id=row.import_id, opened_on=row.opened_on, closed_on=row.closed_on,
        reopened_on=tuple(date.fromisoformat(day) for day in json.loads(row.reopened_on)),
        acknowledged_by=row.acknowledged_by, snoozed_until=row.snoozed_until,
        snooze_reason=row.snooze_reason, phase_before=Phase(row.phase_before),
    )  # fmt: skip


@dataclass(frozen=True)
class AlertView:
    """One alert as the page shows it: what it is about, what it says, its state.

    ``places``: the départements that it concerns, by name; none: the region.
    """

    id: int
    code: AlertCode
    name: str
    places: tuple[str, ...]
    number: str
    state: AlertState
    told: str
    advice: str


def alerts(session: Session, viewer: Viewer, *, known_on: date) -> list[AlertView]:
    """One row an alert that is open, or closed for less than 90 days, the gravest first."""
    require(viewer, Right.READ_MARKET)
    rows = session.exec(
        select(Alert).where(
            sa.or_(
                col(Alert.phase) != Phase.CLOSED.value, col(Alert.closed_on) > known_on - FRESH
            )
        )
    ).all()  # fmt: skip
    found, thresholds = readings(session, viewer, known_on=known_on)
    names = _departements(session)
    views = [
        _view(row, found.get((AlertCode(row.code), row.object_key)), thresholds, names)
        for row in rows
    ]
    return sorted(views, key=_gravest)


def _departements(session: Session) -> dict[str, str]:
    """Return the names of the départements that alerts are about, by code."""
    place = table_of(Territory)
    rows = session.connection().execute(
        sa.select(place.c.code, place.c.name).where(place.c.level == "departement")
    )
    return {row.code: row.name for row in rows}


def _view(row: Alert, read: Read | None, limits: Thresholds, names: Mapping[str, str]) -> AlertView:
    code, state = AlertCode(row.code), state_of(row)
    subject = read[0] if read else Subject(row.object_key, row.name)
    said = alert_told.told(code, subject, read[1].indicators, limits) if read else ""
    return AlertView(
        row.id or 0, code, row.name, tuple(names.get(one, one) for one in row.ut_codes.split()),
        subject.number, state, said, alert_told.ADVICE[code],
    )  # fmt: skip


def _gravest(one: AlertView) -> tuple[int, int, date, str]:
    ranks = [Phase.OPEN, Phase.ACKNOWLEDGED, Phase.RECOVERING, Phase.SNOOZED, Phase.CLOSED]
    when = one.state.opened_on or date.max
    return ranks.index(one.state.phase), -one.state.level, when, one.name


def open_count(session: Session, viewer: Viewer) -> int:
    """Count the alerts that nobody has taken charge of yet."""
    require(viewer, Right.READ_MARKET)
    return session.exec(
        select(sa.func.count()).select_from(Alert).where(Alert.phase == Phase.OPEN.value)
    ).one()


def last_run(session: Session, viewer: Viewer) -> AlertRun | None:
    """Return when alerts were last evaluated, and with which export."""
    require(viewer, Right.READ_MARKET)
    return session.exec(select(AlertRun).order_by(col(AlertRun.id).desc()).limit(1)).first()


def events(session: Session, viewer: Viewer, *, alert_id: int) -> pd.DataFrame:
    """One row an event of an alert, the latest first: happened_on, kind, told."""
    require(viewer, Right.READ_MARKET)
    rows = session.exec(
        select(AlertEvent).where(AlertEvent.alert_id == alert_id)
        .order_by(col(AlertEvent.id).desc())
    )  # fmt: skip
    return pd.DataFrame(
        [(row.happened_on, EventKind(row.kind).label, row.told) for row in rows],
        columns=["happened_on", "kind", "told"],
    )
