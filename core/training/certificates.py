"""Attestations: numbered without a gap, renewed when attendance changes."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.training import presence, scheduling, statistics
from core.training.follow_models import (
    Certificate,
)

DOMAIN = "training"


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
        issued_at=fr.stored(now), author=viewer.signature,
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
