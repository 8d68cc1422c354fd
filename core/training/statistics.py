"""Reads of attendance: a session, a year, by theme, territory, network, function; the BPF."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from core.access import Right, Viewer, require
from core.db import table_of
from core.observatory.enums import Level
from core.people.models import Network, Person, PersonFunction, Structure
from core.territories.models import Territory
from core.training import presence
from core.training.enums import (
    AttendanceState,
    EventKind,
    Funding,
    Half,
    Situation,
    SlotState,
    TraineeKind,
)
from core.training.follow_models import Attendance, Opinion, OpinionTicket, Registration
from core.training.models import Slot, TrainingAction, TrainingSession
from core.training.presence import Cell, Entry, RegistrationFact, SlotFact

DOMAINS = ("training", "people", "territories")
SESSION, ACTION = table_of(TrainingSession), table_of(TrainingAction)
SLOT, ENTRY, REGISTRATION = table_of(Slot), table_of(Attendance), table_of(Registration)
PERSON, TERRITORY = table_of(Person), table_of(Territory)
TAKES_PART = "confirme"
DIMENSIONS = {
    "theme": "Thème", "kind": "Type", "territory": "Département", "network": "Réseau",
    "function": "Fonction", "session": "Séance",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One cell of attendance with what it can be grouped by."""

    cell: Cell
    session_id: int
    title: str
    kind: str
    theme: str
    territory: str
    network: str
    function: str


def parts(
    session: Session,
    *,
    start: date,
    end: date,
    training_id: int | None = None,
) -> list[Part]:
    """Read the attendance of the half-days between two days, one row a person and half-day."""
    slots = _slots(session, start, end, training_id)
    if not slots:
        return []
    registrations = _registrations(session, {row.session_id for row in slots})
    entries = _entries(session, [row.id for row in slots])
    found: list[Part] = []
    by_session: dict[int, list[Any]] = defaultdict(list)
    for row in slots:
        by_session[row.session_id].append(row)
    for key, own in by_session.items():
        people = registrations.get(key, [])
        facts = [RegistrationFact(row.id, row.person_id, row.confirmed_at) for row in people]
        context = {row.id: row for row in people}
        cells = presence.cells(facts, [_slot_fact(row) for row in own], entries)
        first = own[0]
        found += [_part(cell, first, context[cell.registration.id]) for cell in cells]
    return found


def _slot_fact(row: Any) -> SlotFact:
    return SlotFact(row.id, row.day, Half(row.half), row.minutes, SlotState(row.state))


def _part(cell: Cell, row: Any, person: Any) -> Part:
    return Part(
        cell=cell, session_id=row.session_id, title=row.title, kind=EventKind(row.kind).label,
        theme=row.theme or "sans thème", territory=row.departement or "non indiqué",
        network=person.network or "aucun réseau", function=person.family or "non renseignée",
    )  # fmt: skip


def _slots(session: Session, start: date, end: date, training_id: int | None) -> list[Any]:
    departement = sa.select(TERRITORY.c.code, TERRITORY.c.name).where(
        TERRITORY.c.level == Level.DEPARTEMENT.value
    ).subquery()  # fmt: skip
    statement = (
        sa.select(
            SLOT, SESSION.c.title, ACTION.c.kind, ACTION.c.theme,
            departement.c.name.label("departement"),
        )
        .join(SESSION, SESSION.c.id == SLOT.c.session_id)
        .join(ACTION, ACTION.c.id == SESSION.c.action_id)
        .join(TERRITORY, TERRITORY.c.id == SESSION.c.territory_id, isouter=True)
        .join(departement, departement.c.code == TERRITORY.c.departement_code, isouter=True)
        .where(SLOT.c.day >= start, SLOT.c.day <= end, SESSION.c.state != "annulee")
        .order_by(SLOT.c.session_id, SLOT.c.day)
    )  # fmt: skip
    if training_id is not None:
        statement = statement.where(SLOT.c.session_id == training_id)
    return list(session.connection().execute(statement))


def _registrations(session: Session, session_ids: set[int]) -> dict[int, list[Any]]:
    latest = (
        sa.select(
            col(PersonFunction.person_id).label("person_id"),
            sa.func.max(col(PersonFunction.family)).label("family"),
        )
        .where(col(PersonFunction.ends_on).is_(None))
        .group_by(col(PersonFunction.person_id))
        .subquery()
    )
    statement = (
        sa.select(
            REGISTRATION.c.id, REGISTRATION.c.session_id, REGISTRATION.c.person_id,
            REGISTRATION.c.confirmed_at, col(Network.code).label("network"), latest.c.family,
        )
        .join(Network, col(Network.id) == REGISTRATION.c.network_id, isouter=True)
        .join(latest, latest.c.person_id == REGISTRATION.c.person_id, isouter=True)
        .where(REGISTRATION.c.session_id.in_(session_ids), REGISTRATION.c.state == TAKES_PART)
        .order_by(REGISTRATION.c.id)
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.connection().execute(statement):
        found[row.session_id].append(row)
    return found


def _entries(session: Session, slot_ids: Sequence[int]) -> dict[tuple[int, int], Entry]:
    statement = sa.select(
        ENTRY.c.registration_id, ENTRY.c.slot_id, ENTRY.c.state, ENTRY.c.minutes
    ).where(ENTRY.c.slot_id.in_(slot_ids))
    return {
        (row.registration_id, row.slot_id): Entry(AttendanceState(row.state), row.minutes)
        for row in session.connection().execute(statement)
    }


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
    groups: dict[str, list[Part]] = {"Ensemble": found}
    for part in found:
        value = part.title if dimension == "session" else str(getattr(part, dimension))
        groups.setdefault(value, []).append(part)
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
    confirmed = len({cell.registration.id for cell in table})
    return SessionFigures(
        figures=presence.figures(table),
        filling=presence.filling(confirmed, capacity),
        real_filling=presence.real_filling(table, capacity),
        opinions=opinion_figures(session, training_id),
        cancelled_after=_cancelled_after(session, training_id),
    )


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


@dataclass(frozen=True)
class BpfLine:
    """One line of a frame: stagiaires and heures-stagiaires."""

    frame: str
    label: str
    stagiaires: int
    hours: float


def bpf(session: Session, viewer: Viewer, *, year: int) -> list[BpfLine]:
    """Rehearse the bilan pédagogique et financier of a year: frames F1, F3, F4 and G.

    F1 by kind of stagiaire, F3 by objective (the kind of action), F4 by speciality (the theme)
    share the same total; G is what was done for another training body. Stagiaires are counted
    by session they were present at, as the form does.
    """
    require(viewer, Right.READ_ACTIVITY)
    found = parts(session, start=date(year, 1, 1), end=date(year, 12, 31))
    present = [part for part in found if part.cell.situation is Situation.PRESENT]
    kinds, funding, subcontracted = _bpf_columns(session, {part.session_id for part in present})
    own = [part for part in present if not subcontracted[part.session_id]]
    return [
        *_lines("F1", own, lambda part: TraineeKind(kinds[part.session_id]).label),
        *_lines("F3", own, lambda part: part.kind),
        *_lines("F4", own, lambda part: part.theme),
        *_lines("G", [part for part in present if subcontracted[part.session_id]],
                lambda part: Funding(funding[part.session_id]).label),
    ]  # fmt: skip


def _bpf_columns(
    session: Session, session_ids: set[int]
) -> tuple[dict[int, str], dict[int, str], dict[int, bool]]:
    rows = session.connection().execute(
        sa.select(
            SESSION.c.id, SESSION.c.trainee_kind, SESSION.c.funding, SESSION.c.is_subcontracted
        ).where(SESSION.c.id.in_(session_ids))
    ).all()  # fmt: skip
    return (
        {row.id: row.trainee_kind for row in rows}, {row.id: row.funding for row in rows},
        {row.id: row.is_subcontracted for row in rows},
    )  # fmt: skip


def _lines(frame: str, own: Iterable[Part], value: Callable[[Part], str]) -> list[BpfLine]:
    groups: dict[str, list[Part]] = defaultdict(list)
    for part in own:
        groups[value(part)].append(part)
    return [
        BpfLine(
            frame, label, len({part.cell.registration.id for part in group}),
            sum(part.cell.minutes for part in group) / 60,
        )
        for label, group in sorted(groups.items())
    ]  # fmt: skip


def roll(session: Session, viewer: Viewer, *, training_id: int) -> pd.DataFrame:
    """One row a registration that is not cancelled, in order of name: staff only.

    Columns: registration_id, person_id, name, structure, email, state, code, confirmed_at,
    is_priority, network_id, requested_at, offer_expires_at.
    """
    require(viewer, Right.READ_PEOPLE)
    statement = (
        sa.select(
            REGISTRATION.c.id, REGISTRATION.c.person_id,
            (PERSON.c.last_name + " " + PERSON.c.first_name).label("name"),
            col(Structure.name).label("structure"), PERSON.c.email, REGISTRATION.c.state,
            REGISTRATION.c.code, REGISTRATION.c.confirmed_at, REGISTRATION.c.is_priority,
            REGISTRATION.c.network_id, REGISTRATION.c.requested_at,
            REGISTRATION.c.offer_expires_at,
        )
        .join(PERSON, PERSON.c.id == REGISTRATION.c.person_id)
        .join(Structure, col(Structure.id) == REGISTRATION.c.structure_id, isouter=True)
        .where(REGISTRATION.c.session_id == training_id, REGISTRATION.c.state != "annule")
        .order_by(PERSON.c.search_key, REGISTRATION.c.id)
    )  # fmt: skip
    columns = [
        "registration_id", "person_id", "name", "structure", "email", "state", "code",
        "confirmed_at", "is_priority", "network_id", "requested_at", "offer_expires_at",
    ]  # fmt: skip
    rows = session.connection().execute(statement).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=columns)


def situations(session: Session, viewer: Viewer, *, training_id: int) -> list[Cell]:
    """Return every person × half-day of a session with its situation: staff only."""
    require(viewer, Right.READ_PEOPLE)
    found = parts(session, start=date.min, end=date.max, training_id=training_id)
    return [part.cell for part in found]
