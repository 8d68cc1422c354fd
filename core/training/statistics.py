"""Reads of attendance: a session, a year, by theme, territory, network, function."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from operator import itemgetter

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from core.access import Right, Viewer, require
from core.db import table_of
from core.people.models import Person
from core.training import presence
from core.training.enums import Situation
from core.training.follow_models import Opinion, OpinionTicket, Registration
from core.training.models import TrainingSession
from core.training.parts import Part, parts
from core.training.presence import Cell

DOMAINS = ("training", "people", "territories")
REGISTRATION, PERSON = table_of(Registration), table_of(Person)
WHOLE = "Ensemble"
DIMENSIONS = {
    "theme": "Thème", "kind": "Type", "territory": "Département", "network": "Réseau",
    "function": "Fonction", "session": "Séance",
}  # fmt: skip


def attendance_by(
    session: Session, viewer: Viewer, *, start: date, end: date, dimension: str
) -> pd.DataFrame:
    """One row a value of ``dimension`` (DIMENSIONS), the whole first.

    Columns: label, sessions, participants, presents, expected, rate, without_excused, entry,
    hours (heures-stagiaires), days (jours-participants). A rate without value is NaN. People
    are counted once in the whole, and once in each value they took part under.
    """
    require(viewer, Right.READ_ACTIVITY)
    found = parts(session, start=start, end=end)
    groups: dict[str, list[Part]] = {WHOLE: found}
    for part in found:
        groups.setdefault(_value(part, dimension), []).append(part)
    rows = [_row(label, group) for label, group in groups.items()]
    table = pd.DataFrame(rows, columns=[
        "label", "sessions", "participants", "presents", "expected", "rate", "without_excused",
        "entry", "hours", "days",
    ])  # fmt: skip
    return pd.concat([table[:1], table[1:].sort_values("hours", ascending=False)])


def _row(label: str, group: Sequence[Part]) -> tuple[object, ...]:
    made = presence.figures([part.cell for part in group])
    return (
        label, len({part.session_id for part in group}), made.participants, made.presents,
        int(made.attendance.denominator), made.attendance.value, made.without_excused.value,
        made.entry.value, made.stagiaire_hours, made.participant_days,
    )  # fmt: skip


def _value(part: Part, dimension: str) -> str:
    return part.title if dimension == "session" else str(getattr(part, dimension))


@dataclass(frozen=True)
class Line:
    """A line of ``attendance_by``: a period, a dimension, and the value (WHOLE for them all)."""

    start: date
    end: date
    dimension: str
    label: str = WHOLE

    def holds(self, part: Part) -> bool:
        return self.label in {WHOLE, _value(part, self.dimension)}


def sessions_behind(session: Session, viewer: Viewer, *, line: Line) -> pd.DataFrame:
    """One row a session counted in a line, by first day: what its figures there are made of.

    Columns: id, title, day, participants, presents, expected, rate, entry, hours, days.
    """
    require(viewer, Right.READ_ACTIVITY)
    return session_table(
        [part for part in parts(session, start=line.start, end=line.end) if line.holds(part)]
    )


def session_table(found: Sequence[Part]) -> pd.DataFrame:
    """Return the sessions some attendance is made of (columns of ``sessions_behind``)."""
    by_session: dict[int, list[Part]] = {}
    for part in found:
        by_session.setdefault(part.session_id, []).append(part)
    rows = []
    for key, group in by_session.items():
        made = presence.figures([part.cell for part in group])
        rows.append(
            (
                key, group[0].title, min(part.cell.slot.day for part in group), made.participants,
                made.presents, int(made.attendance.denominator), made.attendance.value,
                made.entry.value, made.stagiaire_hours, made.participant_days,
            )
        )  # fmt: skip
    columns = ["id", "title", "day", "participants", "presents", "expected", "rate", "entry",
               "hours", "days"]  # fmt: skip
    return pd.DataFrame(sorted(rows, key=itemgetter(2, 0)), columns=columns)


def people_behind(session: Session, viewer: Viewer, *, line: Line) -> pd.DataFrame:
    """One row a participant counted in a line, by name: staff only.

    Columns: person_id, name, sessions, presents (half-days), hours.
    """
    require(viewer, Right.READ_PEOPLE)
    present: dict[int, list[Part]] = {}
    for part in parts(session, start=line.start, end=line.end):
        if line.holds(part) and part.cell.situation is Situation.PRESENT:
            present.setdefault(part.cell.registration.person_id, []).append(part)
    names = session.connection().execute(
        sa.select(PERSON.c.id, PERSON.c.last_name, PERSON.c.first_name)
        .where(PERSON.c.id.in_(present))
        .order_by(PERSON.c.search_key, PERSON.c.id)
    )
    rows = [
        (
            row.id, f"{row.last_name} {row.first_name}".strip(),
            len({part.session_id for part in present[row.id]}), len(present[row.id]),
            sum(part.cell.minutes for part in present[row.id]) / 60,
        )
        for row in names
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["person_id", "name", "sessions", "presents", "hours"])


@dataclass(frozen=True)
class SessionFigures:
    """What one session's attendance comes to."""

    figures: presence.Figures
    filling: presence.Ratio
    real_filling: presence.Ratio
    opinions: presence.OpinionFigures
    cancelled_after: presence.Ratio


def session_figures(session: Session, viewer: Viewer, *, training_id: int) -> SessionFigures:
    """Work out the attendance of one session, from all its half-days."""
    require(viewer, Right.READ_ACTIVITY)
    found = parts(session, start=date.min, end=date.max, training_id=training_id)
    table = [part.cell for part in found]
    training = session.get(TrainingSession, training_id)
    capacity = training.capacity if training else None
    confirmed = _confirmed_before(session, training_id, min(
        (cell.slot.day for cell in table), default=date.max
    ))  # fmt: skip
    return SessionFigures(
        figures=presence.figures(table),
        filling=presence.filling(confirmed, capacity),
        real_filling=presence.real_filling(table, capacity),
        opinions=opinion_figures(session, training_id),
        cancelled_after=_cancelled_after(session, training_id),
    )


def _confirmed_before(session: Session, training_id: int, first_day: date) -> int:
    """Count who had a seat the day before the first half-day, whatever became of it later."""
    opening = datetime.combine(first_day, time())
    cancelled_at = REGISTRATION.c.cancelled_at
    statement = sa.select(sa.func.count()).where(
        REGISTRATION.c.session_id == training_id,
        REGISTRATION.c.confirmed_at < opening,
        sa.or_(cancelled_at.is_(None), cancelled_at >= opening),
    )
    return int(session.connection().execute(statement).scalar_one())


def _cancelled_after(session: Session, training_id: int) -> presence.Ratio:
    """Registrations cancelled after they were confirmed, on all that ever were."""
    statement = sa.select(
        sa.func.count(REGISTRATION.c.confirmed_at),
        sa.func.count(sa.case((REGISTRATION.c.state == "annule", REGISTRATION.c.confirmed_at))),
    ).where(REGISTRATION.c.session_id == training_id)
    ever, cancelled = session.connection().execute(statement).one()
    return presence.Ratio(cancelled, ever)


def opinion_figures(session: Session, training_id: int) -> presence.OpinionFigures:
    """Sum up what the participants of a session said; nothing under five answers."""
    marks = list(
        session.connection().execute(
            sa.select(col(Opinion.answer), col(Opinion.mark)).where(
                col(Opinion.session_id) == training_id
            )
        )
    )
    asked = session.connection().execute(
        sa.select(sa.func.count(col(OpinionTicket.id)))
        .join(REGISTRATION, REGISTRATION.c.id == col(OpinionTicket.registration_id))
        .where(REGISTRATION.c.session_id == training_id)
    ).scalar_one()  # fmt: skip
    answers = len({row.answer for row in marks})
    return presence.opinions([row.mark for row in marks], answers=answers, asked=asked)


def situations(session: Session, viewer: Viewer, *, training_id: int) -> list[Cell]:
    """Return every person × half-day of a session with its situation: staff only."""
    require(viewer, Right.READ_PEOPLE)
    found = parts(session, start=date.min, end=date.max, training_id=training_id)
    return [part.cell for part in found]
