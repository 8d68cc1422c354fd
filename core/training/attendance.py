"""Attendance: the grid, entry by exception, walk-ins, the participant's own phone, the sheet."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.errors import DomainError
from core.people.models import Person
from core.training import registrations, scheduling
from core.training.enums import AttendanceState, RegistrationState, SlotState, Source
from core.training.follow_models import (
    Attendance,
    EmargementSheet,
    Registration,
    SignInWindow,
    WalkIn,
)
from core.training.models import Slot

DOMAIN = "training"
MOST_SCAN = 10_000_000
KINDS = {b"%PDF": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG": "png"}
Changes = Mapping[tuple[int, int], AttendanceState | None]


def save_grid(
    session: Session,
    viewer: Viewer,
    *,
    training_id: int,
    changes: Changes,
    now: datetime,
    source: Source = Source.GRID,
) -> int:
    """Save what changed in the grid, (registration, slot) → situation, None to take it back.

    All of it or nothing; what was not touched keeps its hours, its source and its author.
    Return how many cells were saved.
    """
    access.require(viewer, Right.EDIT_ACTIVITY)
    training = scheduling.training_of(session, training_id)
    _check_belong(session, training_id, changes, now.date())
    table = table_of(Attendance)
    connection = session.connection()
    for slot_id in {slot for _, slot in changes}:
        touched = [registration for registration, slot in changes if slot == slot_id]
        connection.execute(
            sa.delete(table).where(table.c.slot_id == slot_id, table.c.registration_id.in_(touched))
        )
    moment = now.replace(tzinfo=None)
    rows = [
        (registration, slot, state.value, None, source.value, viewer.signature, moment)
        for (registration, slot), state in changes.items()
        if state is not None
    ]
    if rows:
        names = [column.name for column in table.columns]
        connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in rows])
    mark_held(session, {slot for (_, slot), state in changes.items() if state is not None})
    if changes:
        journal.record(
            session, viewer, at=now, domain=DOMAIN, action="présences saisies",
            subject=training.title, after={"changed": len(changes)},
        )  # fmt: skip
    return len(changes)


def _check_belong(session: Session, training_id: int, changes: Changes, today: date) -> None:
    """Refuse cells of another session, of a cancelled half-day, or of one still to come."""
    slots = {
        slot.id: slot for slot in session.exec(select(Slot).where(Slot.session_id == training_id))
    }
    own = set(
        session.exec(
            select(Registration.id).where(
                Registration.session_id == training_id,
                Registration.state == RegistrationState.CONFIRMED.value,
            )
        )
    )
    for registration, slot_id in changes:
        slot = slots.get(slot_id)
        if slot is None or registration not in own:
            raise DomainError("La liste a changé entre-temps : rechargez la page.")
        if slot.state == SlotState.CANCELLED.value:
            raise DomainError(f"La demi-journée du {fr.day(slot.day)} est annulée.")
        if slot.day > today:
            raise DomainError(f"Le {fr.day(slot.day)} n’est pas encore passé.")


def mark_held(session: Session, slot_ids: set[int]) -> None:
    """Presence was entered: the half-day took place."""
    table = table_of(Slot)
    session.connection().execute(
        sa.update(table)
        .where(table.c.id.in_(slot_ids), table.c.state == SlotState.PLANNED.value)
        .values(state=SlotState.HELD.value)
    )
    session.expire_all()


def enter_by_exception(
    session: Session,
    viewer: Viewer,
    *,
    slot_id: int,
    absents: Sequence[int],
    excused: Sequence[int],
    now: datetime,
) -> int:
    """Enter a half-day from the signed sheet: all present but those named (registration ids)."""
    slot = session.get(Slot, slot_id)
    if slot is None:
        raise DomainError("Cette demi-journée n’existe plus : rechargez la page.")
    both = set(absents) & set(excused)
    if both:
        raise DomainError("Une personne est à la fois absente et excusée : choisissez.")
    confirmed = session.exec(
        select(Registration).where(
            Registration.session_id == slot.session_id,
            Registration.state == RegistrationState.CONFIRMED.value,
        )
    ).all()
    changes: dict[tuple[int, int], AttendanceState | None] = {}
    for one in confirmed:
        is_late = one.confirmed_at is not None and one.confirmed_at.date() > slot.day
        state = AttendanceState.NOT_CONCERNED if is_late else AttendanceState.PRESENT
        state = AttendanceState.ABSENT if one.id in absents else state
        state = AttendanceState.EXCUSED if one.id in excused else state
        changes[one.id or 0, slot_id] = state
    return save_grid(
        session, viewer, training_id=slot.session_id, changes=changes, now=now,
        source=Source.EXCEPTION,
    )  # fmt: skip


def set_minutes(
    session: Session,
    viewer: Viewer,
    *,
    registration_id: int,
    slot_id: int,
    minutes: int,
    now: datetime,
) -> None:
    """Say how long someone present really stayed (late arrival); never longer than the slot."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    held = session.get(Attendance, (registration_id, slot_id))
    slot = session.get(Slot, slot_id)
    if held is None or slot is None or held.state != AttendanceState.PRESENT.value:
        raise DomainError("Seule une personne présente a une durée.")
    if not 0 < minutes <= slot.minutes:
        raise DomainError(f"La durée va de 1 à {slot.minutes} minutes.")
    held.minutes, held.author = minutes, viewer.signature
    held.entered_at = now.replace(tzinfo=None)
    session.add(held)


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
    save_grid(session, viewer, training_id=slot.session_id, changes=changes, now=now)


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


def open_window(
    session: Session, viewer: Viewer, *, slot_id: int, minutes: int, now: datetime
) -> str:
    """Open signing-in by phone for a slot, for some minutes; return the token of the QR code."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    if not 5 <= minutes <= 240:
        raise DomainError("La fenêtre d’émargement dure de 5 à 240 minutes.")
    moment = now.replace(tzinfo=None)
    window = session.exec(select(SignInWindow).where(SignInWindow.slot_id == slot_id)).first()
    window = window or SignInWindow(
        slot_id=slot_id, token=secrets.token_urlsafe(12), opens_at=moment, closes_at=moment
    )
    window.opens_at, window.closes_at = moment, moment + timedelta(minutes=minutes)
    session.add(window)
    session.flush()
    return window.token


def sign_in(session: Session, *, token: str, code: str, now: datetime) -> str:
    """Mark the holder of a registration code present; return what to tell them.

    Open to everyone who has the room's QR code and a code of their own: no name is shown
    before both are right.
    """
    window = session.exec(select(SignInWindow).where(SignInWindow.token == token)).first()
    moment = now.replace(tzinfo=None)
    if window is None:
        raise DomainError("Ce code QR n’est pas celui d’une séance.")
    if not window.opens_at <= moment <= window.closes_at:
        raise DomainError("L’émargement par téléphone est fermé : signez la feuille.")
    slot = session.get(Slot, window.slot_id)
    found = session.exec(
        select(Registration).where(
            Registration.code == code.strip().upper().replace(" ", ""),
            Registration.state == RegistrationState.CONFIRMED.value,
        )
    ).first()
    if found is None or slot is None or found.session_id != slot.session_id:
        raise DomainError("Ce code personnel n’est pas celui d’un inscrit à cette séance.")
    _mark_signed(session, found, slot, moment)
    person = session.get(Person, found.person_id)
    return f"Merci {person.first_name if person else ''}, votre présence est enregistrée."


def _mark_signed(session: Session, found: Registration, slot: Slot, moment: datetime) -> None:
    held = session.get(Attendance, (found.id, slot.id))
    if held is not None:
        if held.state != AttendanceState.PRESENT.value:
            raise DomainError("Une autre situation est déjà saisie : voyez avec l’animateur.")
        return
    session.add(
        Attendance(
            registration_id=found.id or 0, slot_id=slot.id or 0, state="present",
            source=Source.QR.value, author="participant", entered_at=moment,
        )
    )  # fmt: skip
    session.flush()
    mark_held(session, {slot.id or 0})


def print_sheet(
    session: Session, viewer: Viewer, *, training_id: int, day: date, now: datetime
) -> EmargementSheet:
    """Prepare the sheet of a day: its control code, and the order of its rows, kept for good."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    rows = session.exec(
        select(Registration.id)
        .join(Person, col(Person.id) == col(Registration.person_id))
        .where(
            Registration.session_id == training_id,
            Registration.state == RegistrationState.CONFIRMED.value,
        )
        .order_by(Person.search_key, col(Registration.id))
    ).all()
    sheet = EmargementSheet(
        session_id=training_id, day=day, code=registrations.new_code(),
        printed_at=now.replace(tzinfo=None), row_order=json.dumps(list(rows)),
    )  # fmt: skip
    session.add(sheet)
    session.flush()
    return sheet


def attach_scan(
    session: Session,
    viewer: Viewer,
    *,
    code: str,
    name: str,
    content: bytes,
    now: datetime,
) -> str:
    """Attach the scan of a signed sheet, found by its control code; return its sha256."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    wanted = code.strip().upper()
    sheet = session.exec(select(EmargementSheet).where(EmargementSheet.code == wanted)).first()
    if sheet is None:
        raise DomainError(f"Aucune feuille ne porte le code de contrôle « {wanted} ».")
    if len(content) > MOST_SCAN:
        raise DomainError(f"Le scan dépasse {fr.size(MOST_SCAN)} : réduisez sa définition.")
    if not any(content.startswith(sign) for sign in KINDS):
        raise DomainError("Le scan doit être un PDF, un JPEG ou un PNG.")
    if sheet.scan is not None:
        raise DomainError(
            f"Cette feuille a déjà un scan ({sheet.scan_name}) : il fait foi et ne se remplace pas."
        )
    sheet.scan, sheet.scan_name = content, name
    sheet.scan_sha256 = hashlib.sha256(content).hexdigest()
    sheet.scanned_at = now.replace(tzinfo=None)
    session.add(sheet)
    training = scheduling.training_of(session, sheet.session_id)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="feuille signée jointe",
        subject=training.title, after={"sha256": sheet.scan_sha256},
    )  # fmt: skip
    return sheet.scan_sha256
