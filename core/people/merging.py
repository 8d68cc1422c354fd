"""Two rows found to be one person or structure: every link goes to the one kept, and back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.people import foreign_keys, joining, operations, rules, structures, visit_joining
from core.people.models import Alias, Merge, Person, Structure

DOMAIN = "people"
TWICE = (
    "Les deux fiches sont l’une et l’autre dans la même séance ou le même groupement : retirez-en "
    "une d’abord."
)
TWO_CARDS = (
    "Les deux personnes ont chacune une carte de lecteur : réunissez d’abord leurs cartes, page "
    "« Lecteurs »."
)


@dataclass(frozen=True)
class Kind:
    """What can be merged: the fields that the one kept takes over, each with its empty value."""

    name: str
    empty: Mapping[str, Any]
    done: str
    undone: str


PERSON = Kind(
    "person",
    {"first_name": "", "email": "", "phone": "", "note": "", "is_welcomed": False},
    "personnes réunies", "fiches séparées",
)  # fmt: skip
STRUCTURE = Kind(
    "structure",
    {"acronym": "", "place": "", "note": "", "kind": "autre", "territory_id": None},
    "structures réunies", "structures séparées",
)  # fmt: skip
KINDS = {kind.name: kind for kind in (PERSON, STRUCTURE)}


def merge_people(
    session: Session, viewer: Viewer, *, kept_id: int, merged_id: int, now: datetime
) -> int:
    """Make two people one: links go to ``kept_id``, which gets what it lacked; return the merge.

    Memberships of one network that share days are joined. Refused where both are in the same
    session: that is settled first.
    """
    access.require(viewer, Right.EDIT_PEOPLE)
    if kept_id == merged_id:
        raise DomainError("Choisissez deux personnes différentes.")
    kept, merged = (operations.person_of(session, one) for one in (kept_id, merged_id))
    found = foreign_keys.links(session, "person", merged_id)
    found, lowered = visit_joining.join(session, found, kept_id=kept_id, merged_id=merged_id)
    links, stretched = joining.join(session, found, kept_id=kept_id, merged_id=merged_id)
    moved = {"links": links, "email": merged.email, "stretched": stretched, "lowered": lowered}
    merged.email = ""
    merged.merged_into_id = kept_id
    session.add(merged)
    session.flush()
    moved["filled"] = _take_over(session, PERSON, kept, {**merged.model_dump(), **moved})
    return _finish(session, viewer, PERSON, (kept, merged_id), moved, now)


def merge_structures(
    session: Session, viewer: Viewer, *, kept_id: int, merged_id: int, now: datetime
) -> int:
    """Make two structures one; the name of the other becomes another name of the one kept."""
    access.require(viewer, Right.EDIT_PEOPLE)
    if kept_id == merged_id:
        raise DomainError("Choisissez deux structures différentes.")
    kept, merged = (structures.structure_of(session, one) for one in (kept_id, merged_id))
    links = foreign_keys.links(session, "structure", merged_id)
    moved: dict[str, Any] = {"links": _without_known_names(session, links, kept)}
    merged.merged_into_id = kept_id
    session.add(merged)
    session.flush()
    moved["filled"] = _take_over(session, STRUCTURE, kept, merged.model_dump())
    merge = _finish(session, viewer, STRUCTURE, (kept, merged_id), moved, now)
    _add_name(session, merge, kept, merged)
    return merge


def _without_known_names(
    session: Session, links: foreign_keys.Links, kept: Structure
) -> foreign_keys.Links:
    """Leave where they are the other names that the structure kept has already."""
    rows = session.exec(select(Alias).where(Alias.structure_id == kept.id)).all()
    known = {kept.search_key, *(row.search_key for row in rows)}
    place = "alias.structure_id"
    wanted = [key[0] for key in links.get(place, [])]
    fresh = session.exec(
        select(Alias.id).where(col(Alias.id).in_(wanted), col(Alias.search_key).not_in(known))
    ).all()
    return {**{name: keys for name, keys in links.items() if name != place},
            **({place: [[one] for one in fresh]} if fresh else {})}  # fmt: skip


def _add_name(session: Session, merge_id: int, kept: Structure, merged: Structure) -> None:
    """Let the one kept be found by the other's name; what was added goes with the merge."""
    held = session.exec(
        select(Alias.id).where(Alias.structure_id == kept.id, Alias.search_key == merged.search_key)
    ).first()
    if held is not None or merged.search_key == kept.search_key:
        return
    alias = Alias(structure_id=kept.id or 0, label=merged.name, search_key=merged.search_key)
    session.add(alias)
    session.flush()
    merge = session.get_one(Merge, merge_id)
    merge.moved = json.dumps({**json.loads(merge.moved), "alias": alias.id}, ensure_ascii=False)
    session.add(merge)


def _take_over(
    session: Session, kind: Kind, kept: Person | Structure, lost: Mapping[str, Any]
) -> dict[str, Any]:
    filled = {
        name: lost[name] for name, empty in kind.empty.items()
        if getattr(kept, name) == empty and lost[name] != empty
    }  # fmt: skip
    _write(session, kept, filled)
    return filled


def _write(session: Session, row: Person | Structure, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(row, Person):
        row.search_key = rules.search_key(row.last_name, row.first_name)
    session.add(row)
    session.flush()


def _finish(  # the parts of one row
    session: Session, viewer: Viewer, kind: Kind, rows: tuple[Person | Structure, int],
    moved: dict[str, Any], now: datetime,
) -> int:  # fmt: skip
    kept, merged_id = rows
    _point(session, moved["links"], kept.id or 0)
    merge = Merge(
        kind=kind.name, kept_id=kept.id or 0, merged_id=merged_id,
        moved=json.dumps(moved, ensure_ascii=False), author=viewer.signature,
        merged_at=fr.stored(now),
    )  # fmt: skip
    session.add(merge)
    session.flush()
    _tell(session, viewer, kind.done, kept, now)
    return merge.id or 0


def undo_merge(session: Session, viewer: Viewer, *, merge_id: int, now: datetime) -> None:
    """Part two people or structures again: each link goes back to whom it was of."""
    access.require(viewer, Right.EDIT_PEOPLE)
    merge = session.get(Merge, merge_id)
    if merge is None or merge.undone_at is not None:
        raise DomainError("Cette réunion de fiches n’existe plus ou est déjà annulée.")
    _check_latest(session, merge)
    kind, moved = KINDS[merge.kind], json.loads(merge.moved)
    kept, merged = (_row(session, kind, one) for one in (merge.kept_id, merge.merged_id))
    _write(session, kept, {name: kind.empty[name] for name, value in moved["filled"].items()
                           if getattr(kept, name) == value})  # fmt: skip
    back: dict[str, Any] = {"merged_into_id": None}
    if isinstance(merged, Person):
        operations.check_address(session, moved["email"], own_id=merge.merged_id)
        back["email"] = moved["email"]
    alias = session.get(Alias, moved.get("alias") or 0)
    if alias is not None:
        session.delete(alias)
    _write(session, merged, back)
    _point(session, moved["links"], merge.merged_id)
    joining.part(session, moved.get("stretched", []))
    visit_joining.part(session, moved.get("lowered", []))
    merge.undone_at = fr.stored(now)
    session.add(merge)
    _tell(session, viewer, kind.undone, kept, now)


def _row(session: Session, kind: Kind, row_id: int) -> Person | Structure:
    if kind is PERSON:
        return session.get_one(Person, row_id)
    return session.get_one(Structure, row_id)


def _check_latest(session: Session, merge: Merge) -> None:
    """Refuse to part two rows while one of them is in a later merge."""
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


def _point(session: Session, links: foreign_keys.Links, row_id: int) -> None:
    try:
        foreign_keys.point(session, links, row_id)
    except sa.exc.IntegrityError as error:
        raise DomainError(TWO_CARDS if "reader" in str(error.orig) else TWICE) from error


def _tell(
    session: Session, viewer: Viewer, action: str, row: Person | Structure, now: datetime
) -> None:
    name = row.name if isinstance(row, Structure) else rules.numbered(row.id)
    journal.record(session, viewer, at=now, domain=DOMAIN, action=action, subject=name)
