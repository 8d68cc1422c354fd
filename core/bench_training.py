"""Budgets of training: ten years of activity and 20,000 persons, on a store of their own."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import db, schema
from core.access import COMMAND_LINE
from core.people import duplicate_queries
from core.people import queries as people_queries
from core.settings import DEMO_TODAY
from core.territories import loading as territories
from core.training import (
    agenda_queries,
    attendance,
    demonstration,
    loading,
    network_queries,
    operations,
    queries,
    registration_queries,
)
from core.training import (
    statistics as training_statistics,
)
from core.training.enums import AttendanceState
from core.training.follow_models import Registration
from core.training.models import TrainingSession
from core.training.operations import SessionDraft

Row = tuple[str, float, float | None, str, str]
YEARS, PEOPLE, GRID_PEOPLE = 10, 20_000, 60
GRID_TITLE = "Grille"
NOW = datetime(2011, 6, 15, 12, tzinfo=UTC)
MONTH = agenda_queries.AgendaFilter(date(2011, 6, 1), date(2011, 6, 30))


def measured(url: str, echo: Callable[[str], None]) -> list[Row]:
    """Fill a store, then time what the agenda's and a session's page read, and a grid's save."""
    echo(f"Dix ans d’activité et {PEOPLE} personnes…")
    schema.ensure(url)
    with db.writing("territories", "people", "training", url=url) as session:
        territories.load_reference(session)
        people = fill(session)
        training = _grid_session(session, people.ids[:GRID_PEOPLE])
        db.analyse(session)
    rows: list[Row] = [
        (name, 150.0, _median(url, reads), "ms", f"{YEARS} ans, {PEOPLE} personnes")
        for name, reads in (
            ("Page de l’agenda, toutes ses lectures", _agenda_page),
            ("Page d’une séance, toutes ses lectures", _session_page(training)),
        )
    ]
    rows.append(("Recherche dans l’annuaire", 50.0, _median(url, _search), "ms", ""))
    pairs = _median(url, _duplicates, times=5)
    rows.append(("Doublons probables de l’annuaire", 1000.0, pairs, "ms", f"{PEOPLE} personnes"))
    rows.append(("Grille de 60 personnes × 4 demi-journées", 200.0, _save(url, training), "ms", ""))
    return rows


def fill(session: Session) -> demonstration.Invented:
    """Repeat the plan of 2011 over ten years, with people, registrations and presences."""
    loading.load_plan(session)
    loading.sessions_from_plan(session)
    generator = np.random.default_rng(demonstration.SEED)
    people = demonstration.add_people(session, generator, count=PEOPLE, now=NOW)
    drafts = [
        (row.title, row.days)
        for row in session.exec(select(TrainingSession).where(TrainingSession.days != "[]"))
    ]
    for back in range(1, YEARS):
        for title, days in drafts:
            first = date.fromisoformat(days[2:12]) - timedelta(days=364 * back)
            operations.create_session(
                session, COMMAND_LINE,
                SessionDraft(title=title, date_text=f"{first:%d/%m/%Y}", place_text="Toulouse"),
                now=NOW - timedelta(days=364 * back),
            )  # fmt: skip
    demonstration.take_part(session, people, generator, today=DEMO_TODAY)
    return people


def grid_session(url: str) -> int:
    """Return the id of the session of the grid."""
    with db.reading(url) as session:
        return (
            session.exec(
                select(TrainingSession.id).where(TrainingSession.title == GRID_TITLE)
            ).one()
            or 0
        )


def _grid_session(session: Session, people: list[int]) -> int:
    draft = SessionDraft(title=GRID_TITLE, date_text="8 et 9 juin 2011", place_text="Toulouse")
    training = operations.create_session(session, COMMAND_LINE, draft, now=NOW)
    moment = datetime.fromisoformat("2011-05-01T09:00")
    session.add_all(
        Registration(session_id=training, person_id=person, state="confirme",
                     code=f"BENCH{rank:03}", requested_at=moment, confirmed_at=moment)
        for rank, person in enumerate(people)
    )  # fmt: skip
    session.flush()
    return training


def _median(url: str, reads: Callable[[Session], object], *, times: int = 15) -> float:
    spent = []
    for _ in range(times + 1):
        with db.reading(url) as session:
            start = time.perf_counter()
            reads(session)
            spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent[1:])


def _agenda_page(session: Session) -> None:
    year = agenda_queries.AgendaFilter(date(2011, 1, 1), date(2011, 12, 31))
    queries.years(session, COMMAND_LINE)
    agenda_queries.agenda(session, COMMAND_LINE, wanted=MONTH)
    network_queries.rhythms(session, COMMAND_LINE, year=2011)
    agenda_queries.open_points(session, COMMAND_LINE, wanted=year, today=DEMO_TODAY)


def _session_page(training_id: int) -> Callable[[Session], None]:
    def read(session: Session) -> None:
        queries.session_card(session, COMMAND_LINE, training_id=training_id)
        registration_queries.roll(session, COMMAND_LINE, training_id=training_id)
        training_statistics.situations(session, COMMAND_LINE, training_id=training_id)
        training_statistics.session_figures(session, COMMAND_LINE, training_id=training_id)

    return read


def _search(session: Session) -> None:
    people_queries.people(session, COMMAND_LINE, text="mairie benali", on=DEMO_TODAY)


def _duplicates(session: Session) -> None:
    duplicate_queries.duplicates(session, COMMAND_LINE)


def _save(url: str, training_id: int) -> float:
    """Save every cell of the grid, with another situation each time."""
    with db.reading(url) as session:
        card = queries.session_card(session, COMMAND_LINE, training_id=training_id)
        registrations = session.connection().execute(
            sa.select(col(Registration.id)).where(col(Registration.session_id) == training_id)
        ).scalars().all()  # fmt: skip
    slots = [slot.id for slot in card.slots] if card else []
    spent = []
    for rank in range(9):
        state = (AttendanceState.PRESENT, AttendanceState.ABSENT)[rank % 2]
        changes: attendance.Changes = {
            (one or 0, slot): state for one in registrations for slot in slots
        }
        start = time.perf_counter()
        with db.writing("training", url=url) as session:
            attendance.save_grid(session, COMMAND_LINE, training_id=training_id, changes=changes,
                                 now=NOW)  # fmt: skip
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent[1:])
