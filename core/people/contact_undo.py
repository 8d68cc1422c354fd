"""An import of contacts undone: what it wrote is taken back, unless it was changed since."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, db, fetching, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.errors import DomainError
from core.people import foreign_keys, rules
from core.people.models import ContactImport, Person

DOMAIN = "people"
DOMAINS = ("people",)
IMPORT_COLUMNS = ["id", "file_name", "imported_at", "author", "created", "completed", "unchanged",
                  "undone_at"]  # fmt: skip
# What points at others goes first.
ORDER = ("network_membership", "person_function", "alias", "person", "structure")
WORDS = {
    "network_membership": "appartenance à un réseau", "person_function": "fonction",
    "alias": "autre nom d’une structure", "person": "personne", "structure": "structure",
    "last_name": "nom", "first_name": "prénom", "email": "courriel", "phone": "téléphone",
    "ends_on": "fin de fonction", "structure_id": "structure de la fonction", "title": "fonction",
    "family": "famille de fonction",
}  # fmt: skip
OF_PEOPLE = ("network_membership", "person_function")
Written = dict[str, list[dict[str, Any]]]
Cell = tuple[str, int, str, Any, Any, int]


def imports(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row an import, the latest first (IMPORT_COLUMNS); ``undone_at`` where it was undone."""
    access.require(viewer, Right.READ_PEOPLE)
    columns = [table_of(ContactImport).c[name] for name in IMPORT_COLUMNS]
    statement = sa.select(*columns).order_by(sa.desc(col(ContactImport.id)))
    return fetching.frame(session, statement, IMPORT_COLUMNS)


def undo(session: Session, viewer: Viewer, *, import_id: int, now: datetime) -> list[str]:
    """Take back exactly what an import wrote; return a sentence for each thing left as it is.

    A cell changed since keeps its value; a row changed since, or used elsewhere, stays.
    """
    access.require(viewer, Right.EDIT_PEOPLE)
    held = session.get(ContactImport, import_id)
    if held is None or held.undone_at is not None:
        raise DomainError("Cet import n’existe plus ou est déjà annulé.")
    done = json.loads(held.done)
    written: Written = done["inserted"]
    left: list[str] = []
    cells = [tuple(cell) for cell in done["changed"]]
    _restore(session, [cell for cell in cells if not cell[5]], left)
    stay = _staying(session, written)
    gone = {
        name: _delete(session, name, [row for row in written.get(name, [])
                                      if row.get("person_id") not in stay], left)
        for name in ORDER
    }  # fmt: skip
    functions = gone["person_function"]
    _restore(session, [cell for cell in cells if cell[5] in functions], left)
    held.undone_at = fr.stored(now)
    session.add(held)
    journal.record(session, viewer, at=now, domain=DOMAIN, action="import de contacts annulé",
                   subject=held.file_name, after={"unchanged": len(left)})  # fmt: skip
    return left


def _restore(session: Session, cells: Iterable[Cell], left: list[str]) -> None:
    """Put cells back, except those that hold another value by now."""
    by_table: dict[str, list[Cell]] = {}
    for cell in cells:
        by_table.setdefault(cell[0], []).append(cell)
    for name, own in by_table.items():
        rows = _rows(session, name, {cell[1] for cell in own})
        people = _rows(session, "person", {getattr(row, "person_id", 0) for row in rows.values()})
        free = _free_addresses(session, own)
        for _, key, column, before, after, _ in own:
            row = rows.get(key)
            is_taken = column == "email" and before not in free
            if row is None or _text(getattr(row, column)) != _text(after) or is_taken:
                left.append(f"{_name(row, people)} : {WORDS[column]} changé depuis")
                continue
            setattr(row, column, _value(row, column, before))
            if isinstance(row, Person):
                row.search_key = rules.search_key(row.last_name, row.first_name)
            session.add(row)
    session.flush()


def _free_addresses(session: Session, cells: Iterable[Cell]) -> set[str]:
    """Return the former addresses that nobody else took since."""
    wanted = {str(cell[3]): cell[1] for cell in cells if cell[2] == "email"}
    taken = session.exec(
        select(Person.email).where(
            col(Person.email).in_([one for one in wanted if one]),
            col(Person.merged_into_id).is_(None),
        )
    ).all()
    return set(wanted) - set(taken)


def _staying(session: Session, written: Written) -> set[int]:
    """Return the people whom the import added and who stay: changed, or in something, since.

    What the import gave them stays with them.
    """
    people = written.get("person", [])
    ids = {int(row["id"]) for row in people}
    own = {name: {int(row["id"]) for row in written.get(name, [])} for name in OF_PEOPLE}
    rows = _rows(session, "person", ids)
    return foreign_keys.used(session, "person", ids, but=own) | {
        int(row["id"]) for row in people if not _is_as_written(rows.get(int(row["id"])), row)
    }


def _is_as_written(row: Any, written: dict[str, Any]) -> bool:
    return row is not None and all(
        _text(getattr(row, column)) == _text(value) for column, value in written.items()
    )


def _delete(
    session: Session, name: str, written: list[dict[str, Any]], left: list[str]
) -> set[int]:
    """Delete the rows of a table that are as they were written and that nothing uses."""
    if not written:
        return set()
    ids = {int(row["id"]) for row in written}
    rows = _rows(session, name, ids)
    used = foreign_keys.used(session, name, ids)
    same = {int(row["id"]) for row in written if _is_as_written(rows.get(int(row["id"])), row)}
    people = _rows(session, "person", {getattr(row, "person_id", 0) for row in rows.values()})
    left += [
        f"{_name(rows[key], people)} : {WORDS[name]} changée ou utilisée depuis"
        for key in sorted(set(rows) - (same - used))
    ]
    for key in same - used:
        session.expunge(rows[key])
    table = db.METADATA.tables[name]
    session.connection().execute(sa.delete(table).where(table.c.id.in_(same - used)))
    return same - used


def _rows(session: Session, name: str, ids: set[int]) -> dict[int, Any]:
    model = foreign_keys.MODELS[name]
    statement = select(model).where(db.table_of(model).c.id.in_(ids))
    return {getattr(row, "id", 0): row for row in session.exec(statement)}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _value(row: Any, column: str, before: Any) -> Any:
    """Give a value that went through JSON its type back."""
    is_day = isinstance(db.table_of(type(row)).c[column].type, sa.Date)
    return date.fromisoformat(before) if is_day and before else before


def _name(row: Any, people: dict[int, Any]) -> str:
    """Name what a row is about, for the sentence that says it was left."""
    person = row if isinstance(row, Person) else people.get(getattr(row, "person_id", 0))
    if person is not None:
        return f"{person.first_name} {person.last_name}".strip()
    return str(getattr(row, "name", "") or getattr(row, "label", ""))
