"""The plan of 2011 as data: its events, its inconsistencies, and the sessions made from it."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.observatory.enums import Level
from core.people.models import Network
from core.settings import ROOT
from core.territories.models import Territory
from core.training import blocks, date_texts, dates, rules, scheduling
from core.training.enums import Half, SessionState
from core.training.models import (
    PlanEvent,
    PlanNote,
    SessionNetwork,
    SessionTask,
    TrainingAction,
    TrainingSession,
)

YEAR = 2011
EVENTS = ROOT / "data" / "reference" / "plan_2011_events.csv"
NOTES = ROOT / "data" / "reference" / "plan_2011_notes.csv"
NETWORKS = (
    ("CUCS", "Chefs de projets CUCS", 4, "quarterly"),
    ("PRE", "Coordonnateurs PRE", 4, "quarterly"),
    ("PEPS", "PEP’S – prévention et politiques de sécurité", 4, "quarterly"),
)


def load_plan(session: Session) -> int:
    """Fill a store with the plan of 2011, once; return how many events it has."""
    if session.exec(select(PlanEvent.id).limit(1)).first() is not None:
        return 0
    load_networks(session)
    territories = _territories(session)
    events = [_event(row, territories) for row in _rows(EVENTS)]
    session.add_all(events)
    session.add_all(
        PlanNote(year=YEAR, code=row["code"], text=row["text"], event_codes=row["event_codes"])
        for row in _rows(NOTES)
    )
    session.flush()
    return len(events)


def load_networks(session: Session) -> None:
    """Make the three networks that the plan names, where they are not there yet."""
    held = set(session.exec(select(Network.code)))
    session.add_all(
        Network(code=code, name=name, days_per_year=days, rhythm=rhythm)
        for code, name, days, rhythm in NETWORKS
        if code not in held
    )
    session.flush()


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _territories(session: Session) -> dict[str, int]:
    """Return the ids of communes by official code."""
    statement = sa.select(col(Territory.code), col(Territory.id)).where(
        col(Territory.level) == Level.COMMUNE.value, col(Territory.successor_id).is_(None)
    )
    return {row.code: row.id for row in session.connection().execute(statement)}


def _event(row: dict[str, str], territories: dict[str, int]) -> PlanEvent:
    block = planned_block(row)
    event = PlanEvent(
        year=YEAR,
        code=row["code"],
        parent_code=row["parent"],
        source_line=row["source_line"],
        section=row["section"],
        title=row["title"],
        kind=row["kind"],
        network_code=row["network"],
        theme=row["theme"],
        place_text=row["place_text"],
        place_status=row["place_status"],
        territory_id=territories.get(row["commune_code"]),
        departements=row["departements"],
        trainers=row["trainers"],
        partner=row["partner"],
        audience=row["audience"],
        capacity=int(row["capacity"]) if row["capacity"] else None,
        state=row["state"],
        is_yearly=row["is_yearly"] == "1",
        joint_group=row["joint_group"],
        counts_regional=row["counts_regional"] == "1",
    )
    blocks.write(event, block)
    return event


def planned_block(row: dict[str, str]) -> dates.DateBlock:
    """Read an event's date; the days that the plan counts become half-days.

    A frequency (« 4 jours/an ») is the network's or the cycle's, not that of each of its dates.
    """
    block = date_texts.parse(row["date_text"], year=YEAR)
    is_frequency_of_all = row["is_yearly"] == "1" and block.days
    if not row["days"] or is_frequency_of_all:
        return dates.with_planned(block, 2 * len(block.days) or block.planned)
    planned = round(2 * float(row["days"]))
    most = round(2 * float(row["days_most"])) if row["days_most"] else None
    return dates.with_planned(block, planned, most)


def sessions_from_plan(session: Session) -> list[int]:
    """Make one session for each event of the plan; a joint day of two networks is one session."""
    events = session.exec(select(PlanEvent).order_by(PlanEvent.code)).all()
    networks = {row.code: row.id or 0 for row in session.exec(select(Network))}
    by_code = {event.code: event for event in events}
    joint: dict[tuple[str, str], TrainingSession] = {}
    made: list[int] = []
    for event in events:
        key = (event.joint_group, event.title)
        training = joint.get(key) if event.joint_group else None
        if training is None:
            training = _session_of(session, event, by_code)
            made.append(training.id or 0)
            if event.joint_group:
                joint[key] = training
        event.session_id = training.id
        session.add(event)
        if event.network_code:
            session.add(
                SessionNetwork(
                    session_id=training.id or 0, network_id=networks[event.network_code],
                    is_lead=event.counts_regional,
                )
            )  # fmt: skip
    session.flush()
    return made


def _session_of(
    session: Session, event: PlanEvent, by_code: dict[str, PlanEvent]
) -> TrainingSession:
    parent = by_code.get(event.parent_code, event)
    training = TrainingSession(
        action_id=_action_of(session, parent),
        uid=f"plan-{event.year}-{event.code.lower()}",
        is_imported=True,
        counts_regional=event.counts_regional,
        **_facts(event),
    )
    block = blocks.block_of(event)
    blocks.write(training, block)
    session.add(training)
    session.flush()
    scheduling.lay_slots(session, training.id or 0, block.days, halves_of(block))
    session.add_all(
        SessionTask(session_id=training.id or 0, label=label, days_before=days)
        for label, days in rules.TASKS
    )
    return training


def halves_of(block: dates.DateBlock) -> tuple[Half, ...]:
    """Return the half-days that each day of a date takes: one where half a day is planned."""
    is_half = block.planned is not None and block.planned < 2 * len(block.days)
    return (Half.MORNING,) if is_half else (Half.MORNING, Half.AFTERNOON)


def _facts(event: PlanEvent) -> dict[str, Any]:
    is_third_party = event.kind in {"instance", "reunion_reseau_national", "jury"}
    return {
        "title": event.title, "state": _state(event).value, "place_text": event.place_text,
        "place_status": event.place_status, "territory_id": event.territory_id,
        "capacity": event.capacity, "partner": event.partner, "trainers": event.trainers,
        "is_ours": not is_third_party, "priority_audience": event.audience,
    }  # fmt: skip


def _state(event: PlanEvent) -> SessionState:
    return SessionState(event.state)


def _action_of(session: Session, event: PlanEvent) -> int:
    held = session.exec(
        select(TrainingAction.id).where(
            TrainingAction.title == event.title, TrainingAction.kind == event.kind
        )
    ).first()
    if held is not None:
        return held
    action = TrainingAction(
        title=event.title, kind=event.kind, theme=event.theme, audience=event.audience
    )
    session.add(action)
    session.flush()
    return action.id or 0
