"""Writes on territories: the perimeters that staff define, and parts of communes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.observatory.enums import Level
from core.territories import rules
from core.territories.models import Membership, Territory

DOMAIN = "territories"


@dataclass(frozen=True)
class PerimeterDraft:
    """What staff enter of a perimeter. ``members`` are territory ids."""

    name: str
    kind: str
    members: Sequence[int]
    valid_from: date
    valid_to: date | None = None
    note: str = ""


def create_perimeter(
    session: Session, viewer: Viewer, draft: PerimeterDraft, *, now: datetime
) -> int:
    """Define a named set of territories, valid between two dates; return its id."""
    access.require(viewer, Right.EDIT_PERIMETERS)
    code = rules.perimeter_code(draft.name)
    _check_draft(session, draft, code=code, own_id=None)
    perimeter = Territory(
        level=Level.PERIMETER.value,
        code=code,
        name=draft.name.strip(),
        kind=draft.kind,
        note=draft.note.strip(),
        in_area=True,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
    )
    session.add(perimeter)
    session.flush()
    assert perimeter.id is not None  # noqa: S101  # flushed, for mypy
    _add_members(session, perimeter.id, draft)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="création d’un périmètre",
        subject=perimeter.name, after=_described(session, draft),
    )  # fmt: skip
    return perimeter.id


def change_perimeter(
    session: Session,
    viewer: Viewer,
    draft: PerimeterDraft,
    *,
    perimeter_id: int,
    since: date,
    now: datetime,
) -> None:
    """Change a perimeter; its composition changes on ``since``, the past keeps the former one."""
    access.require(viewer, Right.EDIT_PERIMETERS)
    perimeter = _perimeter(session, perimeter_id)
    _check_draft(session, draft, code=perimeter.code, own_id=perimeter_id)
    if since < draft.valid_from or (draft.valid_to and since > draft.valid_to):
        raise DomainError("La date du changement doit être dans la période de validité.")
    before = {"name": perimeter.name, "members": _member_names(session, perimeter_id)}
    perimeter.name, perimeter.kind = draft.name.strip(), draft.kind
    perimeter.note = draft.note.strip()
    former_start = perimeter.valid_from or draft.valid_from
    perimeter.valid_from, perimeter.valid_to = draft.valid_from, draft.valid_to
    session.add(perimeter)
    _move_members(session, perimeter_id, draft, since=since, former_start=former_start)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="modification d’un périmètre",
        subject=perimeter.name, before=before, after=_described(session, draft),
    )  # fmt: skip


def delete_perimeter(session: Session, viewer: Viewer, *, perimeter_id: int, now: datetime) -> None:
    """Delete a perimeter and its composition; figures are untouched, the journal remembers."""
    access.require(viewer, Right.EDIT_PERIMETERS)
    perimeter = _perimeter(session, perimeter_id)
    before = {"name": perimeter.name, "members": _member_names(session, perimeter_id)}
    involved = sa.or_(
        col(Membership.group_id) == perimeter_id, col(Membership.part_id) == perimeter_id
    )
    session.connection().execute(sa.delete(Membership).where(involved))
    session.delete(perimeter)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="suppression d’un périmètre",
        subject=perimeter.name, before=before,
    )  # fmt: skip


def create_part(
    session: Session, viewer: Viewer, *, name: str, commune_code: str, now: datetime
) -> int:
    """Name a part of a commune (a quarter of a CUCS …), to be used in perimeters."""
    access.require(viewer, Right.EDIT_PERIMETERS)
    name = name.strip()
    if not name:
        raise DomainError("Donnez un nom à la partie de commune.")
    if not commune_code:
        raise DomainError("Choisissez la commune dont c’est une partie.")
    commune = session.exec(
        select(Territory).where(
            Territory.level == Level.COMMUNE.value, Territory.code == commune_code
        )
    ).first()
    if commune is None or not commune.in_area:
        raise DomainError(f"La commune {commune_code} n’est pas dans les huit départements.")
    code = f"{commune_code}-{rules.perimeter_code(name)}"
    if _exists(session, Level.PART, code):
        raise DomainError(f"« {name} » existe déjà à {commune.name}.")
    part = Territory(
        level=Level.PART.value, code=code, name=name, departement_code=commune.departement_code,
        in_area=True, note=commune.name,
    )  # fmt: skip
    session.add(part)
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="création d’une partie de commune",
        subject=f"{name} ({commune.name})",
    )  # fmt: skip
    assert part.id is not None  # noqa: S101  # flushed, for mypy
    return part.id


def _perimeter(session: Session, perimeter_id: int) -> Territory:
    perimeter = session.get(Territory, perimeter_id)
    if perimeter is None or perimeter.level != Level.PERIMETER.value:
        raise DomainError("Ce périmètre n’existe plus : rechargez la page.")
    return perimeter


def _exists(session: Session, level: Level, code: str) -> bool:
    statement = select(Territory.id).where(Territory.level == level.value, Territory.code == code)
    return session.exec(statement).first() is not None


def _check_draft(session: Session, draft: PerimeterDraft, *, code: str, own_id: int | None) -> None:
    rules.check_perimeter(draft.name, draft.members, draft.valid_from, draft.valid_to)
    if _is_taken(session, draft.name, code, own_id):
        raise DomainError(f"Un périmètre s’appelle déjà « {draft.name.strip()} ».")
    if own_id in draft.members:
        raise DomainError("Un périmètre ne peut pas se contenir lui-même.")
    if own_id in rules.flattened(list(draft.members), _children(session)):
        raise DomainError("Ces périmètres se contiennent l’un l’autre : retirez-en un.")
    known = select(Territory.id).where(col(Territory.id).in_(draft.members))
    if len(session.exec(known).all()) < len(set(draft.members)):
        raise DomainError("Un des territoires choisis n’existe plus : rechargez la page.")


def _is_taken(session: Session, name: str, code: str, own_id: int | None) -> bool:
    """Say whether another perimeter has this code, or this name but for accents and case."""
    others = session.exec(
        select(Territory.id, Territory.code, Territory.name).where(
            Territory.level == Level.PERIMETER.value
        )
    )
    wanted = rules.perimeter_code(name)
    return any(
        identifier != own_id and (held in {code, wanted} or rules.perimeter_code(called) == wanted)
        for identifier, held, called in others
    )


def _children(session: Session) -> dict[int, list[int]]:
    """Children of each perimeter, whatever the dates: enough to see a circle."""
    statement = (
        select(Membership.group_id, Membership.part_id)
        .join(Territory, col(Territory.id) == col(Membership.group_id))
        .where(Territory.level == Level.PERIMETER.value)
    )
    children: dict[int, list[int]] = {}
    for group, part in session.exec(statement):
        children.setdefault(group, []).append(part)
    return children


def _add_members(session: Session, perimeter_id: int, draft: PerimeterDraft) -> None:
    session.add_all(
        Membership(
            group_id=perimeter_id, part_id=part,
            valid_from=draft.valid_from, valid_to=draft.valid_to,
        )
        for part in dict.fromkeys(draft.members)
    )  # fmt: skip
    session.flush()


def _move_members(
    session: Session,
    perimeter_id: int,
    draft: PerimeterDraft,
    *,
    since: date,
    former_start: date,
) -> None:
    """Give a perimeter the draft's members from ``since`` on; before, it keeps what it held.

    Who was there from the former start is there from the draft's start. Nothing lies outside
    the draft's validity.
    """
    rows = session.exec(select(Membership).where(Membership.group_id == perimeter_id)).all()
    held = [
        rules.Stay(
            row.part_id,
            draft.valid_from if row.valid_from <= former_start else row.valid_from,
            row.valid_to,
        )
        for row in rows
    ]
    stays = rules.changed_stays(
        held, draft.members, since=since, start=draft.valid_from, end=draft.valid_to
    )
    for row in rows:
        session.delete(row)
    session.flush()
    session.add_all(
        Membership(
            group_id=perimeter_id, part_id=stay.part, valid_from=stay.start, valid_to=stay.end
        )
        for stay in stays
    )
    session.flush()


def _member_names(session: Session, perimeter_id: int) -> list[str]:
    statement = (
        select(Territory.name)
        .join(Membership, col(Membership.part_id) == col(Territory.id))
        .where(Membership.group_id == perimeter_id)
        .order_by(Territory.name)
    )
    return list(session.exec(statement))


def _described(session: Session, draft: PerimeterDraft) -> dict[str, Any]:
    names = session.exec(
        select(Territory.name).where(col(Territory.id).in_(draft.members)).order_by(Territory.name)
    )
    return {
        "name": draft.name.strip(), "kind": draft.kind, "members": list(names),
        "valid_from": draft.valid_from, "valid_to": draft.valid_to,
    }  # fmt: skip


def delete_all_perimeters(session: Session) -> None:
    """Take out perimeters, parts of communes and services, with their composition."""
    levels = [Level.PERIMETER.value, Level.PART.value, Level.SERVICE.value]
    ours = sa.select(col(Territory.id)).where(col(Territory.level).in_(levels))
    connection = session.connection()
    connection.execute(
        sa.delete(Membership).where(
            sa.or_(col(Membership.group_id).in_(ours), col(Membership.part_id).in_(ours))
        )
    )
    connection.execute(sa.delete(Territory).where(col(Territory.level).in_(levels)))
