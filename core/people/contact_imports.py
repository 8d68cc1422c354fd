"""A contact list applied to the directory in one unit of work, after it was shown."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.db import Base, table_of
from core.people import contact_directory, contact_matching, rules
from core.people.contact_comparison import Comparison, Decisions, Line
from core.people.contacts import Contact
from core.people.enums import ContactField, LineState, StructureKind
from core.people.models import (
    Alias,
    ContactImport,
    NetworkMembership,
    Person,
    PersonFunction,
    Structure,
)

DOMAINS = ("people",)
DOMAIN = "people"
PLAIN = (ContactField.LAST_NAME, ContactField.FIRST_NAME, ContactField.EMAIL, ContactField.PHONE)


@dataclass(frozen=True)
class ContactFile:
    """A file as it came in: its name, its print, and who it holds."""

    name: str
    sha256: str
    contacts: tuple[Contact, ...]


@dataclass
class Done:
    """What an import wrote, kept as JSON to be undone: rows added, and cells changed.

    A cell is [table, id, column, before, after, id of the function that replaces it or 0].
    """

    inserted: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    changed: list[list[Any]] = field(default_factory=list)

    def change(self, row: Base, name: str, after: Any, *, replaced_by: int = 0) -> None:
        before = getattr(row, name)
        if before != after:
            table, own = table_of(type(row)).name, getattr(row, "id", 0)
            self.changed.append([table, own, name, before, after, replaced_by])
            setattr(row, name, after)


def preview(
    session: Session, viewer: Viewer, *, file: ContactFile, decisions: Decisions, on: date
) -> Comparison:
    """Say line by line what importing a list would do; nothing is written."""
    access.require(viewer, Right.EDIT_PEOPLE)
    return contact_matching.compare(
        file.contacts, contact_directory.directory(session, on=on), decisions
    )


def apply(
    session: Session, viewer: Viewer, *, file: ContactFile, decisions: Decisions, now: datetime
) -> Comparison:
    """Write what the preview shows: what is empty is filled, what differs where accepted.

    Lines still to decide are left out. A list that changes nothing leaves no trace.
    """
    found = preview(session, viewer, file=file, decisions=decisions, on=now.date())
    done = Done()
    lines = [line for line in found.lines if line.state is not LineState.AMBIGUOUS]
    fresh = _add_structures(session, done, lines, found, decisions)
    new = [line for line in lines if line.state is LineState.NEW]
    people = _add_people(session, done, new)
    _change_people(session, done, lines, decisions)
    _move(session, done, [*zip(new, people, strict=True), *_moving(lines, decisions)], fresh, now)
    _join(session, done, lines, {line.contact.line: one for line, one in
                                 zip(new, people, strict=True)}, now.date())  # fmt: skip
    session.flush()
    if done.inserted or done.changed:
        _keep(session, viewer, file, done, _counts(found, done, len(new)), now)
    return found


def _counts(found: Comparison, done: Done, created: int) -> dict[str, int]:
    touched = {row["person_id"] for name in ("person_function", "network_membership")
               for row in done.inserted.get(name, [])}  # fmt: skip
    touched |= {cell[1] for cell in done.changed if cell[0] == "person"}
    touched -= {row["id"] for row in done.inserted.get("person", [])}
    left = found.count(LineState.SAME) + found.count(LineState.CHANGED) - len(touched)
    return {"created": created, "completed": len(touched), "unchanged": max(left, 0)}


def _keep(
    session: Session, viewer: Viewer, file: ContactFile, done: Done, counts: dict[str, int],
    now: datetime,
) -> None:  # fmt: skip
    text = json.dumps({"inserted": done.inserted, "changed": done.changed}, default=str)
    session.add(ContactImport(
        file_name=file.name, sha256=file.sha256, author=viewer.signature,
        imported_at=fr.stored(now), done=text, created=counts["created"],
        completed=counts["completed"], unchanged=counts["unchanged"],
    ))  # fmt: skip
    journal.record(session, viewer, at=now, domain=DOMAIN, action="import d’une liste de contacts",
                   subject=file.name, after=counts)  # fmt: skip


def _add(session: Session, done: Done, rows: Sequence[Base]) -> None:
    """Add rows in one go, and keep them as they were written."""
    session.add_all(rows)
    session.flush()
    for row in rows:
        name = table_of(type(row)).name
        done.inserted.setdefault(name, []).append(row.model_dump())


def _add_structures(
    session: Session, done: Done, lines: Sequence[Line], found: Comparison, decisions: Decisions
) -> dict[str, int]:
    """Create the structures of the lines that need one; a spelling decided becomes an alias."""
    used = {rules.words(line.contact.structure): line.contact.structure for line in lines}
    rows = [
        Structure(name=name, kind=StructureKind.OTHER.value, search_key=key)
        for key, name in found.new_structures.items() if key in used
    ]  # fmt: skip
    known = contact_directory.spellings(session)[1]
    aliases = [
        Alias(structure_id=one, label=used[key], search_key=key)
        for key, one in decisions.structures.items() if key in used and key not in known
    ]  # fmt: skip
    _add(session, done, [*rows, *aliases])
    return {row.search_key: row.id or 0 for row in rows}


def _add_people(session: Session, done: Done, lines: Sequence[Line]) -> list[int]:
    rows = [
        Person(search_key=line.contact.key,
               **{one.value: getattr(line.contact, one.value) for one in PLAIN})
        for line in lines
    ]  # fmt: skip
    _add(session, done, rows)
    return [row.id or 0 for row in rows]


def _taken(line: Line, decisions: Decisions) -> set[ContactField]:
    """Return the fields of a line that are written: empty ones, and those accepted."""
    return {
        change.field
        for change in line.changes
        if change.is_filling or (line.contact.line, change.field) in decisions.accepted
    }


def _change_people(
    session: Session, done: Done, lines: Sequence[Line], decisions: Decisions
) -> None:
    """Fill and change the people already there; one read for all of them."""
    wanted = {line.entry.id: line for line in lines if line.entry and line.changes}
    people = session.exec(select(Person).where(col(Person.id).in_(list(wanted)))).all()
    for person in people:
        line = wanted[person.id or 0]
        taken = _taken(line, decisions)
        for one in (one for one in PLAIN if one in taken):
            done.change(person, one.value, getattr(line.contact, one.value))
        person.search_key = rules.search_key(person.last_name, person.first_name)
        session.add(person)
    session.flush()


def _moving(lines: Sequence[Line], decisions: Decisions) -> list[tuple[Line, int]]:
    places = {ContactField.STRUCTURE, ContactField.FUNCTION}
    return [(line, line.entry.id) for line in lines
            if line.entry and _taken(line, decisions) & places]  # fmt: skip


def _move(
    session: Session, done: Done, moves: Sequence[tuple[Line, int]], fresh: dict[str, int],
    now: datetime,
) -> None:  # fmt: skip
    """Give each person the function of the list; the former one ends the day before."""
    held = [line.entry.function_id for line, _ in moves if line.entry and line.entry.function_id]
    statement = select(PersonFunction).where(col(PersonFunction.id).in_(held))
    former = {row.id: row for row in session.exec(statement)}
    day, moved = now.date(), []
    for line, person_id in moves:
        contact = line.contact
        there = line.structure_id or fresh.get(rules.words(contact.structure))
        current = former.get(line.entry.function_id) if line.entry else None
        place = there or (current.structure_id if current else None)
        if current is not None and _is_in_place(current, there, contact, day):
            _rewrite(done, current, place, contact.function)
        elif contact.structure or contact.function:
            moved.append((_function(person_id, place, contact.function, day), current))
    _add(session, done, [row for row, _ in moved])
    for row, current in moved:
        if current is not None:
            done.change(current, "ends_on", day - timedelta(days=1), replaced_by=row.id or 0)


def _function(person_id: int, structure: int | None, title: str, day: date) -> PersonFunction:
    return PersonFunction(person_id=person_id, structure_id=structure, title=title,
                          family=rules.function_family(title), starts_on=day)  # fmt: skip


def _is_in_place(
    current: PersonFunction, structure: int | None, contact: Contact, day: date
) -> bool:
    """Say whether a function is completed rather than ended: it lacked this, or began today."""
    began_today = current.starts_on is not None and current.starts_on >= day
    is_here = structure is None or current.structure_id in {None, structure}
    has_no_more = not current.title or current.title == contact.function
    return began_today or (is_here and has_no_more)


def _rewrite(done: Done, current: PersonFunction, structure: int | None, title: str) -> None:
    done.change(current, "structure_id", structure)
    if title:
        done.change(current, "title", title)
        done.change(current, "family", rules.function_family(title))


def _join(
    session: Session, done: Done, lines: Sequence[Line], people: dict[int, int], day: date
) -> None:
    """Make people members from today of the networks of the list that they are not in."""
    rows = []
    for line in lines:
        inside = line.entry.networks if line.entry else frozenset()
        person_id = line.entry.id if line.entry else people[line.contact.line]
        rows += [NetworkMembership(person_id=person_id, network_id=one, starts_on=day)
                 for one in line.network_ids if one not in inside]  # fmt: skip
    _add(session, done, rows)
