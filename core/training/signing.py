"""Signatures: on one's own phone while a window is open, or on the printed sheet and its scan."""

import hashlib
import json
import secrets
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.people.models import Person
from core.training import attendance, registrations, scheduling
from core.training.enums import AttendanceState, RegistrationState, Source
from core.training.follow_models import (
    Attendance,
    EmargementSheet,
    Registration,
    SignInWindow,
)
from core.training.models import Slot

DOMAIN = "training"
MOST_SCAN = 10_000_000
KINDS = {b"%PDF": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG": "png"}


def open_window(
    session: Session, viewer: Viewer, *, slot_id: int, minutes: int, now: datetime
) -> str:
    """Open signing-in by phone for a slot, for some minutes; return the token of the QR code."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    if not 5 <= minutes <= 240:
        raise DomainError("La fenêtre d’émargement dure de 5 à 240 minutes.")
    moment = fr.stored(now)
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
    moment = fr.stored(now)
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
    attendance.mark_held(session, {slot.id or 0})


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
        printed_at=fr.stored(now), row_order=json.dumps(list(rows)),
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
    sheet.scanned_at = fr.stored(now)
    session.add(sheet)
    training = scheduling.training_of(session, sheet.session_id)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="feuille signée jointe",
        subject=training.title, after={"sha256": sheet.scan_sha256},
    )  # fmt: skip
    return sheet.scan_sha256
