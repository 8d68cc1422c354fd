"""Two rows found to be one person: every link pointed to the one that is kept, and back."""

import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from core import access, db, journal
from core.access import Right, Viewer
from core.db import table_of
from core.errors import DomainError
from core.people import operations, rules
from core.people.models import Merge, NetworkMembership, Person

DOMAIN = "people"
TWICE = (
    "Les deux fiches sont déjà l’une et l’autre dans la même séance ou le même réseau : "
    "retirez-en une d’abord."
)
FILLED = ("first_name", "email", "phone", "note")


def merge_people(
    session: Session, viewer: Viewer, *, kept_id: int, merged_id: int, now: datetime
) -> int:
    """Make two people one: links go to ``kept_id``, which gets what it lacked; return the merge.

    Refused where both are in something that a person can be in only once (the same session, the
    same network at the same time): that is settled first.
    """
    access.require(viewer, Right.EDIT_PEOPLE)
    if kept_id == merged_id:
        raise DomainError("Choisissez deux personnes différentes.")
    kept = operations.person_of(session, kept_id)
    merged = operations.person_of(session, merged_id)
    _check_networks(session, kept_id, merged_id)
    moved: dict[str, Any] = {
        "links": _links(session, merged_id),
        "filled": {},
        "email": merged.email,
    }
    merged.email = ""
    merged.merged_into_id = kept_id
    session.add(merged)
    session.flush()
    for name in FILLED:
        value = moved["email"] if name == "email" else getattr(merged, name)
        if value and not getattr(kept, name):
            moved["filled"][name] = value
            setattr(kept, name, value)
    kept.search_key = rules.search_key(kept.last_name, kept.first_name)
    session.add(kept)
    session.flush()
    _point(session, moved["links"], kept_id)
    merge = Merge(
        kind="person", kept_id=kept_id, merged_id=merged_id,
        moved=json.dumps(moved, ensure_ascii=False), author=viewer.signature,
        merged_at=now.replace(tzinfo=None),
    )  # fmt: skip
    session.add(merge)
    session.flush()
    _tell(session, viewer, "personnes réunies", kept, now)
    return merge.id or 0


def undo_merge(session: Session, viewer: Viewer, *, merge_id: int, now: datetime) -> None:
    """Part two people again: each link goes back to whom it was of."""
    access.require(viewer, Right.EDIT_PEOPLE)
    merge = session.get(Merge, merge_id)
    if merge is None or merge.undone_at is not None:
        raise DomainError("Cette réunion de fiches n’existe plus ou est déjà annulée.")
    _check_latest(session, merge)
    moved = json.loads(merge.moved)
    kept, merged = session.get_one(Person, merge.kept_id), session.get_one(Person, merge.merged_id)
    for name, value in moved["filled"].items():
        if getattr(kept, name) == value:
            setattr(kept, name, "")
    kept.search_key = rules.search_key(kept.last_name, kept.first_name)
    session.add(kept)
    session.flush()
    operations.check_address(session, moved["email"], own_id=merge.merged_id)
    merged.merged_into_id, merged.email = None, moved["email"]
    session.add(merged)
    session.flush()
    _point(session, moved["links"], merge.merged_id)
    merge.undone_at = now.replace(tzinfo=None)
    session.add(merge)
    _tell(session, viewer, "fiches séparées", kept, now)


def _check_latest(session: Session, merge: Merge) -> None:
    """Refuse to part two people while one of them is in a later merge."""
    both = [merge.kept_id, merge.merged_id]
    later = session.exec(
        select(Merge.id).where(
            Merge.kind == merge.kind, col(Merge.id) > merge.id, col(Merge.undone_at).is_(None),
            sa.or_(col(Merge.kept_id).in_(both), col(Merge.merged_id).in_(both)),
        )
    ).first()  # fmt: skip
    if later is not None:
        raise DomainError(
            "Une de ces fiches a été réunie à une autre depuis : séparez-les d’abord."
        )


def _check_networks(session: Session, kept_id: int, merged_id: int) -> None:
    """Refuse to make one person a member of a network twice at the same time."""
    one, other = aliased(NetworkMembership), aliased(NetworkMembership)
    far = date(9999, 12, 31)
    both = session.exec(
        select(one.id)
        .join(other, col(other.network_id) == col(one.network_id))
        .where(
            one.person_id == kept_id,
            other.person_id == merged_id,
            one.starts_on <= sa.func.coalesce(col(other.ends_on), far),
            other.starts_on <= sa.func.coalesce(col(one.ends_on), far),
        )
    ).first()
    if both is not None:
        raise DomainError(TWICE)


def _links(session: Session, person_id: int) -> dict[str, list[Any]]:
    """Return the keys of every row that names a person, by ``table.column``."""
    found: dict[str, list[Any]] = {}
    for table, column in _columns():
        keys = [key.name for key in table.primary_key]
        rows = session.connection().execute(
            sa.select(*(table.c[name] for name in keys)).where(column == person_id)
        )
        own = [list(row) for row in rows]
        if own:
            found[f"{table.name}.{column.name}"] = own
    return found


def _columns() -> list[tuple[sa.Table, sa.Column[Any]]]:
    """Every column of the store that leads to a person; later tables are found by themselves."""
    person = table_of(Person)
    return [
        (table, key.parent)
        for table in db.METADATA.sorted_tables
        for key in table.foreign_keys
        if key.column.table is person and key.parent.name != "merged_into_id"
    ]


def _point(session: Session, links: dict[str, list[Any]], person_id: int) -> None:
    for place, keys in links.items():
        name, column = place.split(".")
        table = db.METADATA.tables[name]
        for key in keys:
            where = [table.c[part.name] == value
                     for part, value in zip(table.primary_key, key, strict=True)]  # fmt: skip
            try:
                session.connection().execute(
                    sa.update(table).where(*where).values({column: person_id})
                )
            except sa.exc.IntegrityError as error:
                raise DomainError(TWICE) from error


def _tell(session: Session, viewer: Viewer, action: str, person: Person, now: datetime) -> None:
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=action,
        subject=f"{person.first_name} {person.last_name}".strip(),
    )  # fmt: skip
