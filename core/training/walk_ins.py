"""Who came without being registered: noted on the day, attached to a registration later."""

from datetime import datetime

from sqlmodel import Session, select

from core import access
from core.access import Right, Viewer
from core.errors import DomainError
from core.people.models import Person
from core.training import attendance, registrations
from core.training.enums import AttendanceState, RegistrationState
from core.training.follow_models import (
    Registration,
    WalkIn,
)
from core.training.models import Slot

DOMAIN = "training"


def add_walk_in(
    session: Session, viewer: Viewer, *, slot_id: int, name: str, structure: str
) -> int:
    """Note someone who came without being registered."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    if not name.strip():
        raise DomainError("Donnez le nom de la personne venue sans inscription.")
    walk_in = WalkIn(slot_id=slot_id, name=name.strip(), structure=structure.strip())
    session.add(walk_in)
    session.flush()
    return walk_in.id or 0


def attach_walk_in(
    session: Session, viewer: Viewer, *, walk_in_id: int, person_id: int, now: datetime
) -> None:
    """Say who a walk-in is: registered since that day (over the capacity if need be), present."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    walk_in = session.get(WalkIn, walk_in_id)
    slot = session.get(Slot, walk_in.slot_id) if walk_in else None
    person = session.get(Person, person_id)
    if walk_in is None or slot is None or person is None:
        raise DomainError("Cette ligne n’existe plus : rechargez la page.")
    if walk_in.registration_id is not None:
        raise DomainError(f"{walk_in.name} est déjà rattaché à une personne.")
    held = session.exec(
        select(Registration).where(
            Registration.session_id == slot.session_id,
            Registration.person_id == person_id,
            Registration.state == RegistrationState.CONFIRMED.value,
        )
    ).first()
    registration = held or _registered_on_the_spot(session, slot, person_id)
    walk_in.registration_id = registration.id
    session.add(walk_in)
    changes = {(registration.id or 0, slot.id or 0): AttendanceState.PRESENT}
    attendance.save_grid(session, viewer, training_id=slot.session_id, changes=changes, now=now)


def _registered_on_the_spot(session: Session, slot: Slot, person_id: int) -> Registration:
    start = datetime.combine(slot.day, slot.starts_at)
    registration = Registration(
        session_id=slot.session_id, person_id=person_id, state="confirme",
        structure_id=registrations.structure_on(session, person_id, slot.day),
        code=registrations.new_code(), requested_at=start, confirmed_at=start,
        reason="venu sans inscription",
    )  # fmt: skip
    session.add(registration)
    session.flush()
    return registration
