"""After a session: certificates, anonymous opinions, the participants' file; the plan's notes."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.people import queries as people_queries
from core.people.models import Person
from core.training import blocks, presence, rules, scheduling, statistics
from core.training.enums import RegistrationState, Situation
from core.training.follow_models import (
    Certificate,
    Opinion,
    OpinionTicket,
    ParticipantFile,
    Registration,
)
from core.training.models import Dependency, PlanNote, SessionTask

DOMAIN = "training"
TARGETS = {
    "global": "Satisfaction d’ensemble", "contenu": "Contenu", "animation": "Animation",
    "organisation": "Organisation et lieu",
}  # fmt: skip


def issue_certificates(
    session: Session, viewer: Viewer, *, training_id: int, now: datetime
) -> list[int]:
    """Issue the attestations of a session to who was present; return the ids of the new ones.

    Someone whose attendance has not changed since the last one gets no second. What changed
    gets a new version under the same number.
    """
    access.require(viewer, Right.EDIT_ACTIVITY)
    training = scheduling.training_of(session, training_id)
    found = statistics.situations(session, viewer, training_id=training_id)
    made: list[int] = []
    by_registration: dict[int, list[presence.Cell]] = {}
    for cell in found:
        by_registration.setdefault(cell.registration.id, []).append(cell)
    for registration_id, cells in by_registration.items():
        figures = presence.figures(cells)
        minutes = round(60 * figures.stagiaire_hours)
        if minutes > 0:
            made += _certificate(
                session, viewer, registration_id, minutes=minutes, year=now.year,
                half_days=figures.presents, now=now,
            )  # fmt: skip
    if not made:
        raise DomainError(
            "Aucune attestation nouvelle : personne n’a de présence saisie qui ne soit déjà "
            "attestée."
        )
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="attestations délivrées",
        subject=training.title, after={"new": len(made)},
    )  # fmt: skip
    return made


def _certificate(  # noqa: PLR0913  # what a certificate says
    session: Session,
    viewer: Viewer,
    registration_id: int,
    *,
    minutes: int,
    half_days: int,
    year: int,
    now: datetime,
) -> list[int]:
    former = session.exec(
        select(Certificate)
        .where(Certificate.registration_id == registration_id)
        .order_by(sa.desc(col(Certificate.version)))
    ).first()
    if former and (former.minutes, former.half_days) == (minutes, half_days):
        return []
    version = former.version + 1 if former else 1
    number = former.number.partition("/")[0] if former else _next_number(session, year)
    told = f"{number};{version};{registration_id};{minutes};{half_days}"
    certificate = Certificate(
        registration_id=registration_id,
        number=number if version == 1 else f"{number}/{version}",
        version=version, minutes=minutes, half_days=half_days,
        sha256=hashlib.sha256(told.encode()).hexdigest(),
        issued_at=now.replace(tzinfo=None), author=viewer.signature,
    )  # fmt: skip
    session.add(certificate)
    session.flush()
    return [certificate.id or 0]


def _next_number(session: Session, year: int) -> str:
    """Return the next number of the year: ``2011-0001``, without a gap."""
    last = session.exec(
        select(sa.func.max(col(Certificate.number))).where(
            col(Certificate.number).like(f"{year}-____"), col(Certificate.version) == 1
        )
    ).one()
    return f"{year}-{1 + int(last[-4:]) if last else 1:04}"


def ask_opinions(session: Session, viewer: Viewer, *, training_id: int) -> int:
    """Give each participant who was present at least once a ticket for one opinion."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    found = statistics.situations(session, viewer, training_id=training_id)
    present = {cell.registration.id for cell in found if cell.situation is Situation.PRESENT}
    held = set(
        session.exec(
            select(OpinionTicket.registration_id).where(
                col(OpinionTicket.registration_id).in_(present)
            )
        )
    )
    session.add_all(
        OpinionTicket(registration_id=registration, token=secrets.token_urlsafe(12))
        for registration in sorted(present - held)
    )
    session.flush()
    return len(present - held)


def give_opinion(session: Session, *, token: str, marks: Mapping[str, int], text: str = "") -> None:
    """Keep an opinion apart from who gave it; the ticket is used up."""
    ticket = session.exec(select(OpinionTicket).where(OpinionTicket.token == token)).first()
    if ticket is None:
        raise DomainError("Ce lien n’est pas celui d’un questionnaire.")
    if ticket.is_used:
        raise DomainError("Vous avez déjà répondu : merci.")
    if set(marks) != set(TARGETS) or not all(1 <= mark <= 5 for mark in marks.values()):
        raise DomainError("Donnez une note de 1 à 5 à chaque question.")
    registration = session.get_one(Registration, ticket.registration_id)
    ticket.is_used = True
    session.add(ticket)
    answer = secrets.token_hex(8)
    session.add_all(
        Opinion(
            session_id=registration.session_id, answer=answer, target=target, mark=mark,
            text=text.strip() if target == "global" else "",
        )
        for target, mark in marks.items()
    )  # fmt: skip
    session.flush()


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
            generated_at=now.replace(tzinfo=None), author=viewer.signature,
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
    note.settled_at = now.replace(tzinfo=None)
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
