"""Functions of a person over time: added for any period, ended at a date."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.people import operations, rules
from core.people.models import Person, PersonFunction

DOMAIN = "people"


@dataclass(frozen=True)
class FunctionDraft:
    """What a person is or was somewhere; both days included, None: not known, or still open."""

    title: str
    structure_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


def add_function(
    session: Session, viewer: Viewer, draft: FunctionDraft, *, person_id: int, now: datetime
) -> int:
    """Add a function, past or present, beside the others; return its id.

    Refused where it says nothing, ends before it begins, or is there already at that time.
    """
    access.require(viewer, Right.EDIT_PEOPLE)
    person = operations.person_of(session, person_id)
    title = draft.title.strip()
    if not title and draft.structure_id is None:
        raise DomainError("Donnez une fonction ou une structure.")
    _check_days(draft.starts_on, draft.ends_on)
    _check_repeat(session, draft, person_id)
    row = PersonFunction(
        person_id=person_id, structure_id=draft.structure_id, title=title,
        family=rules.function_family(title), starts_on=draft.starts_on, ends_on=draft.ends_on,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _tell(session, viewer, "fonction ajoutée", person, row, now)
    return row.id or 0


def end_function(
    session: Session, viewer: Viewer, *, function_id: int, ends_on: date, now: datetime
) -> None:
    """End a function at a date, which is its last day."""
    access.require(viewer, Right.EDIT_PEOPLE)
    row = session.get(PersonFunction, function_id)
    if row is None:
        raise DomainError("Cette fonction n’existe plus : ouvrez de nouveau la fiche.")
    person = operations.person_of(session, row.person_id)
    _check_days(row.starts_on, ends_on)
    row.ends_on = ends_on
    session.add(row)
    session.flush()
    _tell(session, viewer, "fin de fonction", person, row, now)


def _check_days(start: date | None, end: date | None) -> None:
    if start is not None and end is not None and end < start:
        raise DomainError(f"La fonction commence le {fr.day(start)} : elle finit après.")


def _check_repeat(session: Session, draft: FunctionDraft, person_id: int) -> None:
    start, end = col(PersonFunction.starts_on), col(PersonFunction.ends_on)
    where = [
        col(PersonFunction.person_id) == person_id,
        col(PersonFunction.title) == draft.title.strip(),
        col(PersonFunction.structure_id).is_not_distinct_from(draft.structure_id),
        sa.or_(start.is_(None), start <= (draft.ends_on or date.max)),
        sa.or_(end.is_(None), end >= (draft.starts_on or date.min)),
    ]
    if session.exec(select(PersonFunction.id).where(*where)).first() is not None:
        raise DomainError("Cette fonction est déjà dans la fiche à ces dates.")


def _tell(  # what the journal says of a function
    session: Session, viewer: Viewer, action: str, person: Person, row: PersonFunction,
    now: datetime,
) -> None:  # fmt: skip
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=action,
        subject=rules.numbered(person.id),
        after={"function": row.title, "valid_from": row.starts_on, "valid_to": row.ends_on},
    )  # fmt: skip
