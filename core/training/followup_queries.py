"""Reads of what follows a session: participants one by one, attestations, links, the file."""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import fr
from core.access import Right, Viewer, require
from core.people.models import Person, Structure
from core.training import presence, statistics
from core.training.enums import Situation
from core.training.follow_models import (
    Certificate,
    OpinionTicket,
    ParticipantFile,
    Registration,
)

DOMAINS = ("training", "people")


def participants(session: Session, viewer: Viewer, *, training_id: int) -> pd.DataFrame:
    """One row a participant: name, structure, counts by situation, three readings, hours.

    ``so_far``, ``whole`` and ``at_best`` say « 5 / 10 »: what is still to come is not taken
    for done.
    """
    require(viewer, Right.READ_PEOPLE)
    names = _names(session, training_id)
    by_registration: dict[int, list[presence.Cell]] = {}
    for cell in statistics.situations(session, viewer, training_id=training_id):
        by_registration.setdefault(cell.registration.id, []).append(cell)
    rows = []
    for key, cells in by_registration.items():
        made, readings = presence.figures(cells), presence.readings(cells)
        unknown = sum(cell.situation is Situation.NOT_ENTERED for cell in cells)
        rows.append(
            (
                *names[key], made.presents, made.absents, made.excused, unknown,
                _told(readings.so_far), _told(readings.whole), _told(readings.at_best),
                made.stagiaire_hours,
            )
        )  # fmt: skip
    columns = [
        "name", "structure", "presents", "absents", "excused", "unknown", "so_far", "whole",
        "at_best", "hours",
    ]  # fmt: skip
    return pd.DataFrame(sorted(rows, key=lambda row: fr.fold(str(row[0]))), columns=columns)


def _told(ratio: presence.Ratio) -> str:
    if ratio.value is None:
        return "–"
    return f"{ratio.numerator:.0f} / {ratio.denominator:.0f}"


def _names(session: Session, training_id: int) -> dict[int, tuple[str, str]]:
    statement = (
        sa.select(
            col(Registration.id), col(Person.last_name), col(Person.first_name),
            col(Structure.name),
        )
        .join(Person, col(Person.id) == col(Registration.person_id))
        .join(Structure, col(Structure.id) == col(Registration.structure_id), isouter=True)
        .where(col(Registration.session_id) == training_id)
    )  # fmt: skip
    rows: list[Any] = list(session.connection().execute(statement))
    return {row.id: (f"{row.last_name} {row.first_name}".strip(), row.name or "") for row in rows}


def certificates(session: Session, viewer: Viewer, *, training_id: int) -> pd.DataFrame:
    """One row a participant's last attestation: number, name, structure, duration, halves …"""
    require(viewer, Right.READ_PEOPLE)
    names = _names(session, training_id)
    rows = session.exec(
        select(Certificate)
        .join(Registration, col(Registration.id) == col(Certificate.registration_id))
        .where(Registration.session_id == training_id)
        .order_by(col(Certificate.registration_id), col(Certificate.version))
    )
    latest = {row.registration_id: row for row in rows}
    return pd.DataFrame(
        [
            (
                row.number, *names[row.registration_id], duration(row.minutes),
                fr.plural(row.half_days, "demi-journée"), fr.day(row.issued_at.date()),
                row.sha256,
            )
            for row in sorted(latest.values(), key=lambda one: one.number)
        ],
        columns=["number", "name", "structure", "duration", "halves", "issued", "sha256"],
    )  # fmt: skip


def duration(minutes: int) -> str:
    """Say a duration in hours and minutes.

    >>> duration(210).replace(fr.NBSP, " "), duration(120).replace(fr.NBSP, " ")
    ('3 h 30', '2 h')
    """
    hours, rest = divmod(minutes, 60)
    return f"{hours}{fr.NBSP}h{fr.NBSP}{rest:02}" if rest else f"{hours}{fr.NBSP}h"


def opinion_links(session: Session, viewer: Viewer, *, training_id: int) -> pd.DataFrame:
    """One row a ticket that is not used yet: name, token. Who answered what is kept nowhere."""
    require(viewer, Right.READ_PEOPLE)
    names = _names(session, training_id)
    rows = session.exec(
        select(OpinionTicket)
        .join(Registration, col(Registration.id) == col(OpinionTicket.registration_id))
        .where(Registration.session_id == training_id, col(OpinionTicket.is_used).is_(False))
        .order_by(col(OpinionTicket.id))
    )
    return pd.DataFrame(
        [(names[row.registration_id][0], row.token) for row in rows], columns=["name", "token"]
    )


@dataclass(frozen=True)
class FileVersion:
    """A version of the participants' file."""

    version: int
    content: dict[str, Any]
    made: str


def last_file(session: Session, viewer: Viewer, *, training_id: int) -> FileVersion | None:
    """Return the last version of the participants' file of a session, if there is one."""
    require(viewer, Right.READ_PEOPLE)
    row = session.exec(
        select(ParticipantFile)
        .where(ParticipantFile.session_id == training_id)
        .order_by(sa.desc(col(ParticipantFile.version)))
    ).first()
    if row is None:
        return None
    return FileVersion(row.version, json.loads(row.content), fr.moment(row.generated_at))
