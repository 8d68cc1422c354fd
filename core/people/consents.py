"""What people agree to: asked for by purpose, kept with the day and how it is known."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from core import access, fr
from core.access import Right, Viewer
from core.errors import DomainError
from core.people import operations, queries
from core.people.models import Consent

PURPOSES = {
    "annuaire": "figurer dans l’annuaire des acteurs",
    "liste_participants": "figurer dans la liste donnée aux participants",
    "courriels": "recevoir les courriels du centre",
}


def record_consent(  # noqa: PLR0913  # what a consent says
    session: Session,
    viewer: Viewer,
    *,
    person_id: int,
    purpose: str,
    is_given: bool,
    source: str,
    now: datetime,
) -> None:
    """Keep what a person agreed to or took back: added, never changed."""
    access.require(viewer, Right.EDIT_PEOPLE)
    person = operations.person_of(session, person_id)
    if purpose not in PURPOSES:
        raise DomainError("Cet accord n’est pas de ceux que le centre demande.")
    session.add(
        Consent(
            person_id=person_id, purpose=purpose, is_given=is_given, source=source.strip(),
            given_at=fr.stored(now),
        )
    )  # fmt: skip
    action = "accord donné" if is_given else "accord retiré"
    operations.tell(session, viewer, f"{action} : {PURPOSES[purpose]}", person, now)


def settle_consents(  # who agrees to what, and how it is known
    session: Session, viewer: Viewer, *, person_id: int, purposes: Collection[str], source: str,
    now: datetime,
) -> None:  # fmt: skip
    """Keep all that a person agrees to now; only what changes is written, each with its day."""
    held = queries.agreed_to(session, person_id=person_id)
    for purpose in sorted(set(held) ^ set(purposes)):
        record_consent(session, viewer, person_id=person_id, purpose=purpose,
                       is_given=purpose in purposes, source=source, now=now)  # fmt: skip


def add_consents(  # who agrees to what, and how it is known
    session: Session, viewer: Viewer, *, person_id: int, purposes: Collection[str], source: str,
    now: datetime,
) -> None:  # fmt: skip
    """Keep what a person agrees to besides what they agreed to already; nothing is taken back."""
    held = queries.agreed_to(session, person_id=person_id)
    settle_consents(session, viewer, person_id=person_id, purposes={*held, *purposes},
                    source=source, now=now)  # fmt: skip
