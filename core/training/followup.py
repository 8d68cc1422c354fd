"""After a session: certificates, anonymous opinions, the participants' file; the plan's notes."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.people import queries as people_queries
from core.people.models import Person
from core.training import blocks, rules, scheduling
from core.training.enums import RegistrationState
from core.training.follow_models import (
    ParticipantFile,
    Registration,
)
from core.training.models import Dependency, PlanNote, SessionTask

DOMAIN = "training"


def participant_list(session: Session, training_id: int) -> list[str]:
    """Return the names that may be given to the others: confirmed, and who agreed to it."""
    statement = (
        select(Person)
        .join(Registration, col(Registration.person_id) == col(Person.id))
        .where(
            Registration.session_id == training_id,
            Registration.state == RegistrationState.CONFIRMED.value,
            col(Person.id).in_(people_queries.agreeing("liste_participants")),
        )
        .order_by(Person.search_key)
    )
    return [f"{person.first_name} {person.last_name}".strip() for person in session.exec(statement)]


def make_participant_file(
    session: Session, viewer: Viewer, *, training_id: int, now: datetime
) -> int:
    """Keep a new version of the participants' file: programme and names given with consent.

    Return its version. What has not changed since the last version makes no new one.
    """
    access.require(viewer, Right.EDIT_ACTIVITY)
    training = scheduling.training_of(session, training_id)
    content: dict[str, Any] = {
        "title": training.title, "date": blocks.block_of(training).told(),
        "place": training.place_text, "trainers": training.trainers,
        "participants": participant_list(session, training_id),
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    last = session.exec(
        select(ParticipantFile)
        .where(ParticipantFile.session_id == training_id)
        .order_by(sa.desc(col(ParticipantFile.version)))
    ).first()
    if last is not None and last.sha256 == digest:
        return last.version
    version = last.version + 1 if last else 1
    session.add(
        ParticipantFile(
            session_id=training_id, version=version, content=text, sha256=digest,
            generated_at=fr.stored(now), author=viewer.signature,
        )
    )  # fmt: skip
    return version


def settle_note(
    session: Session, viewer: Viewer, *, note_id: int, resolution: str, now: datetime
) -> None:
    """Write what was decided about something that did not hold together in the plan."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    note = session.get(PlanNote, note_id)
    if note is None:
        raise DomainError("Cette note n’existe plus : rechargez la page.")
    if not resolution.strip():
        raise DomainError("Écrivez ce qui est décidé.")
    note.resolution, note.settled_by = resolution.strip(), viewer.signature
    note.settled_at = fr.stored(now)
    session.add(note)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="note du plan réglée", subject=note.code,
        after={"reason": note.resolution},
    )  # fmt: skip


def set_task(session: Session, viewer: Viewer, *, task_id: int, is_done: bool, today: date) -> None:
    """Tick a task of a session, or untick it."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    task = session.get(SessionTask, task_id)
    if task is None:
        raise DomainError("Cette tâche n’existe plus : rechargez la page.")
    task.done_on = today if is_done else None
    task.done_by = viewer.signature if is_done else ""
    session.add(task)


def add_dependency(  # what is on the form
    session: Session,
    viewer: Viewer,
    *,
    training_id: int,
    text: str,
    requires_id: int | None = None,
    due_on: date | None = None,
) -> None:
    """Say what must come before a session: another session, or something ready by a day."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    if not text.strip() and requires_id is None:
        raise DomainError("Dites ce qui doit être prêt, ou choisissez la séance qui précède.")
    links = session.exec(
        select(col(Dependency.session_id), col(Dependency.requires_id)).where(
            col(Dependency.requires_id).is_not(None)
        )
    ).all()
    known = [(one, other) for one, other in links if other is not None]
    if requires_id is not None:
        rules.check_acyclic([*known, (training_id, requires_id)])
    session.add(
        Dependency(
            session_id=training_id, requires_id=requires_id, text=text.strip(), due_on=due_on
        )
    )
    session.flush()


def deadline_told(day: date | None, today: date) -> str:
    """Say how a deadline stands: « dans 12 jours », « en retard de 3 jours »."""
    if day is None:
        return "sans échéance tant que la date n’est pas fixée"
    left = (day - today).days
    if left < 0:
        return f"en retard de {fr.plural(-left, 'jour')} (le {fr.day(day)})"
    return f"dans {fr.plural(left, 'jour')} (le {fr.day(day)})"
