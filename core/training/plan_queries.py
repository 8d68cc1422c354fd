"""Reads of the plan of a year: what was meant, what it has become, what is to be settled."""

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.db import table_of
from core.training import blocks
from core.training.enums import EventKind, Half, SessionState, SlotState
from core.training.models import PlanEvent, PlanNote, Slot, TrainingSession

DOMAINS = ("training",)
SLOT, EVENT = table_of(Slot), table_of(PlanEvent)


def plan(session: Session, viewer: Viewer, *, year: int) -> pd.DataFrame:
    """One row an event of the plan: what was meant, and what its session has become.

    Columns: code, section, title, kind, network, theme, line, date, place, planned (half-days),
    most, placed, held (half-days), state, latest (day), session_id, counts_regional.
    """
    require(viewer, Right.READ_ACTIVITY)
    events = session.exec(
        select(PlanEvent).where(PlanEvent.year == year).order_by(PlanEvent.code)
    ).all()
    placed = _half_days(session)
    columns_of = (TrainingSession.id, TrainingSession.state, TrainingSession.latest)
    found = {
        row.id: row
        for row in session.connection().execute(sa.select(*(col(one) for one in columns_of)))
    }
    rows = []
    for event in events:
        counted = placed.get(event.session_id or 0, (0, 0))
        made = found.get(event.session_id)
        rows.append(
            (
                event.code, event.section, event.title, EventKind(event.kind).label,
                event.network_code, event.theme, event.source_line,
                blocks.block_of(event).told(), event.place_text, event.half_days_planned,
                event.half_days_most, counted[0], counted[1],
                SessionState(made.state if made else event.state).label,
                made.latest if made else event.latest, event.session_id, event.counts_regional,
            )
        )  # fmt: skip
    columns = [
        "code", "section", "title", "kind", "network", "theme", "line", "date", "place",
        "planned", "most", "placed", "held", "state", "latest", "session_id", "counts_regional",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _half_days(session: Session) -> dict[int, tuple[int, int]]:
    """Return (placed, held) half-days of each session; cancelled ones are neither."""
    statement = (
        sa.select(
            SLOT.c.session_id, sa.func.count(),
            sa.func.sum(sa.case((SLOT.c.state == "tenu", 1), else_=0)),
        )
        .where(SLOT.c.state != "annule")
        .group_by(SLOT.c.session_id)
    )  # fmt: skip
    rows = session.connection().execute(statement).all()
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def plan_notes(session: Session, viewer: Viewer, *, year: int) -> list[PlanNote]:
    """List what does not hold together in a plan, settled ones last."""
    require(viewer, Right.READ_ACTIVITY)
    statement = select(PlanNote).where(PlanNote.year == year).order_by(PlanNote.code)
    return sorted(session.exec(statement), key=lambda note: (bool(note.resolution), note.code))


def plan_slots(session: Session, viewer: Viewer, *, year: int) -> pd.DataFrame:
    """One row a half-day placed for a line of the plan, by day; cancelled ones are left out.

    Columns: code, title, day, half, state, is_held, session_id, counts_regional. A joint day is
    there once for each of its lines.
    """
    require(viewer, Right.READ_ACTIVITY)
    halves = sa.case({half.value: rank for rank, half in enumerate(Half)}, value=SLOT.c.half)
    statement = (
        sa.select(
            EVENT.c.code, EVENT.c.title, SLOT.c.day, SLOT.c.half, SLOT.c.state,
            SLOT.c.session_id, EVENT.c.counts_regional,
        )
        .join(EVENT, EVENT.c.session_id == SLOT.c.session_id)
        .where(EVENT.c.year == year, SLOT.c.state != SlotState.CANCELLED.value)
        .order_by(SLOT.c.day, EVENT.c.code, halves)
    )  # fmt: skip
    rows = [
        (
            row.code, row.title, row.day, Half(row.half).label, SlotState(row.state).label,
            row.state == SlotState.HELD.value, row.session_id, row.counts_regional,
        )
        for row in session.connection().execute(statement)
    ]  # fmt: skip
    columns = [
        "code", "title", "day", "half", "state", "is_held", "session_id", "counts_regional",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
