"""Writes on territories: the reference list, and the perimeters that staff define."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, db, journal
from core.access import Right, Viewer
from core.db import table_of
from core.errors import DomainError
from core.observatory.enums import Level
from core.territories import reference, rules
from core.territories.models import Membership, Territory

DOMAIN = "territories"
MIDI_PYRENEES = "73"
ALWAYS = date(1900, 1, 1)


def load_reference(session: Session) -> int:
    """Fill an empty store with the reference territories; return how many were added.

    France, regions, départements, EPCI of the eight départements, every commune of France,
    the former communes of the eight départements, and what lies inside what.
    """
    if session.exec(select(Territory.id).limit(1)).first() is not None:
        return 0
    territories = _reference_territories()
    db.bulk_insert(session, table_of(Territory), _rows(territories, Territory))
    db.follow_ids(session, table_of(Territory))
    pairs = _reference_pairs(territories)
    memberships = pd.DataFrame(
        {
            "id": range(1, len(pairs) + 1),
            "group_id": [group for group, _ in pairs],
            "part_id": [part for _, part in pairs],
            "valid_from": ALWAYS.isoformat(),
            "valid_to": None,
        }
    )
    db.bulk_insert(session, table_of(Membership), _rows(memberships, Membership))
    db.follow_ids(session, table_of(Membership))
    return len(territories)


def _rows(table: pd.DataFrame, model: type[Any]) -> Iterator[tuple[Any, ...]]:
    """Give the rows of ``table`` in the order of the model's columns, NaN as NULL."""
    columns = table_of(model).columns
    clean = table.reindex(columns=[column.name for column in columns])
    for column in columns:
        if isinstance(column.type, sa.Integer):
            clean[column.name] = clean[column.name].astype("float64").astype("Int64")
    clean = clean.astype(object)
    return clean.where(clean.notna(), None).itertuples(index=False, name=None)


def _level(frame: pd.DataFrame, level: Level, **columns: Any) -> pd.DataFrame:
    return frame.assign(level=level.value, **columns)


def _reference_territories() -> pd.DataFrame:
    """One row a territory, with the columns of Territory; ids follow level and code."""
    vintage = reference.POPULATION_VINTAGE
    france = reference.france()
    area = reference.communes().set_index("code")
    communes = france.assign(
        in_area=france["code"].isin(area.index),
        surface_km2=france["code"].map(area["surface_km2"]),
        has_contour=france["code"].map(area["has_contour"]).fillna(0).astype(bool),
        vintage=vintage,
    )
    departements = reference.departements()
    regions = reference.regions()
    former = reference.former_communes()
    parts = [
        _level(
            pd.DataFrame({"code": ["FR"], "name": ["France"]}),
            Level.FRANCE,
            population=int(france["population"].sum()),
            vintage=vintage,
        ),
        _level(
            regions,
            Level.REGION,
            vintage=vintage,
            in_area=regions["code"].eq(MIDI_PYRENEES),
            has_contour=regions["code"].eq(MIDI_PYRENEES),
        ),
        _level(
            departements,
            Level.DEPARTEMENT,
            vintage=vintage,
            departement_code=departements["code"],
            in_area=departements["in_region"].astype(bool),
            has_contour=departements["in_region"].astype(bool),
        ),
        _level(reference.epci(), Level.EPCI, vintage=vintage, in_area=True, has_contour=True),
        _level(communes, Level.COMMUNE),
        _level(former, Level.COMMUNE, departement_code=former["code"].str[:2], in_area=True),
    ]
    columns = [
        "level", "code", "name", "kind", "departement_code", "in_area", "population", "vintage",
        "surface_km2", "has_contour", "successor_code",
    ]  # fmt: skip
    table = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    table["id"] = range(1, len(table) + 1)
    ids = table[table["successor_code"].isna()].set_index(["level", "code"])["id"]
    table["successor_id"] = [
        ids.get((Level.COMMUNE.value, code)) if isinstance(code, str) else None
        for code in table["successor_code"]
    ]
    for name in ("kind", "departement_code"):
        table[name] = table[name].fillna("")
    for name in ("in_area", "has_contour"):
        table[name] = table[name].eq(True)  # noqa: FBT003  # pandas' own signature
    return table.assign(note="")


def _reference_pairs(territories: pd.DataFrame) -> list[tuple[int, int]]:
    """(group id, part id): commune in département and EPCI, département in regions, … France."""
    ids = territories[territories["successor_code"].isna()].set_index(["level", "code"])["id"]
    france, departements = reference.france(), reference.departements()
    region_departements = departements[departements["in_region"].astype(bool)]
    links = [
        (Level.DEPARTEMENT, france["departement_code"], Level.COMMUNE, france["code"]),
        (Level.EPCI, france["epci_code"], Level.COMMUNE, france["code"]),
        (Level.REGION, departements["region_code"], Level.DEPARTEMENT, departements["code"]),
        (
            Level.REGION,
            pd.Series(MIDI_PYRENEES, index=region_departements.index),
            Level.DEPARTEMENT,
            region_departements["code"],
        ),
        (
            Level.FRANCE,
            pd.Series("FR", index=departements.index),
            Level.DEPARTEMENT,
            departements["code"],
        ),
    ]
    pairs: list[tuple[int, int]] = []
    for group_level, group_codes, part_level, part_codes in links:
        groups = group_codes.map(ids.loc[group_level.value])
        parts = part_codes.map(ids.loc[part_level.value])
        known = groups.notna() & parts.notna()
        pairs += list(
            zip(groups[known].astype(int).tolist(), parts[known].astype(int).tolist(), strict=True)
        )
    return pairs


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
    perimeter.valid_from, perimeter.valid_to = draft.valid_from, draft.valid_to
    session.add(perimeter)
    _move_members(session, perimeter_id, set(draft.members), since, draft)
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
    if own_id is None and _exists(session, Level.PERIMETER, code):
        raise DomainError(f"Un périmètre s’appelle déjà « {draft.name.strip()} ».")
    if own_id in draft.members:
        raise DomainError("Un périmètre ne peut pas se contenir lui-même.")
    parts = rules.flattened(list(draft.members), _children(session))
    if own_id in parts:
        raise DomainError("Ces périmètres se contiennent l’un l’autre : retirez-en un.")
    if len(parts) < len(set(draft.members)):
        raise DomainError("Un des territoires choisis n’existe plus : rechargez la page.")


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
    session: Session, perimeter_id: int, members: set[int], since: date, draft: PerimeterDraft
) -> None:
    """Close what leaves the day before ``since``, open what comes; the rest follows the dates."""
    rows = session.exec(select(Membership).where(Membership.group_id == perimeter_id)).all()
    staying: set[int] = set()
    for row in rows:
        is_open = row.valid_to is None or row.valid_to >= since
        if not is_open:
            continue
        if row.part_id in members:
            staying.add(row.part_id)
            row.valid_to = draft.valid_to
            session.add(row)
        elif row.valid_from >= since:
            session.delete(row)
        else:
            row.valid_to = since - timedelta(days=1)
            session.add(row)
    session.flush()
    session.add_all(
        Membership(group_id=perimeter_id, part_id=part, valid_from=since, valid_to=draft.valid_to)
        for part in sorted(members - staying)
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
