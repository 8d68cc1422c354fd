"""Reads on territories."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
import sqlalchemy.orm
from sqlmodel import Session, col, select

from core import fetching
from core.access import Viewer
from core.observatory.enums import Level
from core.territories.models import Membership, Territory

DOMAINS = ("territories",)


@dataclass(frozen=True)
class TerritoryCard:
    """What is known of one territory, apart from figures of crime. Areas are in km²."""

    id: int
    level: Level
    code: str
    name: str
    kind: str
    departement_code: str
    population: int | None
    vintage: int | None
    surface_km2: float | None
    valid_from: date | None
    valid_to: date | None

    @property
    def density(self) -> float | None:
        """Inhabitants per km²."""
        if not self.population or not self.surface_km2:
            return None
        return self.population / self.surface_km2


def visible_ids(session: Session, viewer: Viewer) -> set[int] | None:
    """Return the ids a viewer may see, or None where nothing is limited.

    A viewer limited to ``departement:31`` sees it and all that lies inside it.
    """
    if viewer.territories is None:
        return None
    wanted = [key.partition(":") for key in sorted(viewer.territories)]
    roots = {
        row
        for level, _, code in wanted
        for row in session.exec(
            select(Territory.id).where(Territory.level == level, Territory.code == code)
        )
        if row is not None
    }
    found: set[int] = set()
    while roots:
        found |= roots
        inside = session.exec(
            select(Membership.part_id).where(col(Membership.group_id).in_(sorted(roots)))
        )
        roots = set(inside) - found
    return found


def territories(session: Session, viewer: Viewer, *, level: Level) -> pd.DataFrame:
    """One row a present territory of the area that the viewer may see.

    Columns: id, code, name, kind, departement_code, population, has_contour. By code.
    """
    columns = ["id", "code", "name", "kind", "departement_code", "population", "has_contour"]
    statement = (
        select(*(getattr(Territory, name) for name in columns))
        .where(
            Territory.level == level.value,
            col(Territory.in_area).is_(True),
            col(Territory.successor_id).is_(None),
        )
        .order_by(Territory.code)
    )
    table = pd.DataFrame(session.exec(statement).all(), columns=columns)
    visible = visible_ids(session, viewer)
    return table if visible is None else table[table["id"].isin(visible)].reset_index(drop=True)


def territory(session: Session, viewer: Viewer, *, level: Level, code: str) -> TerritoryCard | None:
    """Return the card of a territory, of its successor for a former commune, or None."""
    row = session.exec(
        select(Territory).where(Territory.level == level.value, Territory.code == code)
    ).first()
    if row is not None and row.successor_id is not None:
        row = session.get(Territory, row.successor_id)
    if row is None or row.id is None:
        return None
    visible = visible_ids(session, viewer)
    if visible is not None and row.id not in visible:
        return None
    return TerritoryCard(
        id=row.id, level=Level(row.level), code=row.code, name=row.name, kind=row.kind,
        departement_code=row.departement_code, population=row.population, vintage=row.vintage,
        surface_km2=row.surface_km2, valid_from=row.valid_from, valid_to=row.valid_to,
    )  # fmt: skip


def groups_of(session: Session, *, territory_id: int, on: date) -> list[TerritoryCard]:
    """Return the groups a territory lies in on a day, through any number of steps."""
    found: dict[int, Territory] = {}
    waiting = {territory_id}
    while waiting:
        rows = session.exec(
            select(Territory)
            .join(Membership, col(Membership.group_id) == col(Territory.id))
            .where(col(Membership.part_id).in_(sorted(waiting)), _valid(on))
        ).all()
        waiting = {row.id for row in rows if row.id is not None and row.id not in found}
        found |= {row.id: row for row in rows if row.id is not None}
    return [
        TerritoryCard(
            id=row.id or 0, level=Level(row.level), code=row.code, name=row.name, kind=row.kind,
            departement_code=row.departement_code, population=row.population,
            vintage=row.vintage, surface_km2=row.surface_km2,
            valid_from=row.valid_from, valid_to=row.valid_to,
        )
        for row in found.values()
    ]  # fmt: skip


def _valid(on: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(Membership.valid_from) <= on,
        sa.or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) >= on),
    )


def perimeter_parts(session: Session, *, on: date) -> pd.DataFrame:
    """One row a (perimeter, leaf territory) pair on a day: perimeter_id, part_id, part_level.

    A perimeter inside another is replaced by what it holds; a territory met twice counts once.
    """
    statement = (
        select(Membership.group_id, Membership.part_id, Territory.level)
        .join(Territory, col(Territory.id) == col(Membership.part_id))
        .where(_valid(on), col(Membership.group_id).in_(_perimeter_ids()))
    )
    rows = session.exec(statement).all()
    children: dict[int, list[tuple[int, str]]] = {}
    for group, part, level in rows:
        children.setdefault(group, []).append((part, level))
    pairs = [
        (perimeter, part, level)
        for perimeter in children
        for part, level in sorted(_leaves(perimeter, children))
    ]
    return pd.DataFrame(pairs, columns=["perimeter_id", "part_id", "part_level"])


def composition_changes(session: Session) -> list[date]:
    """List the days on which the composition of some perimeter changes, in order."""
    statement = select(col(Membership.valid_from), col(Membership.valid_to)).where(
        col(Membership.group_id).in_(_perimeter_ids())
    )
    rows = session.exec(statement).all()
    ends = {end + timedelta(days=1) for _, end in rows if end is not None}
    return sorted({start for start, _ in rows} | ends)


def _perimeter_ids() -> sa.Select[int | None]:
    return sa.select(col(Territory.id)).where(col(Territory.level) == Level.PERIMETER.value)


def _leaves(perimeter: int, children: dict[int, list[tuple[int, str]]]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    seen: set[int] = set()
    waiting = [perimeter]
    while waiting:
        group = waiting.pop()
        if group in seen:
            continue
        seen.add(group)
        for part, level in children.get(group, ()):
            if level == Level.PERIMETER.value:
                waiting.append(part)
            else:
                found.add((part, level))
    return found


def perimeters(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row a perimeter: id, code, name, kind, valid_from, valid_to, note. By name."""
    columns = ["id", "code", "name", "kind", "valid_from", "valid_to", "note"]
    statement = (
        select(*(getattr(Territory, name) for name in columns))
        .where(Territory.level == Level.PERIMETER.value)
        .order_by(Territory.name)
    )
    table = pd.DataFrame(session.exec(statement).all(), columns=columns)
    visible = visible_ids(session, viewer)
    return table if visible is None else table[table["id"].isin(visible)].reset_index(drop=True)


def composition(session: Session, *, perimeter_id: int) -> pd.DataFrame:
    """One row a membership of a perimeter: part_id, level, code, name, valid_from, valid_to."""
    columns = ["part_id", "level", "code", "name", "valid_from", "valid_to"]
    statement = (
        sa.select(
            col(Membership.part_id), col(Territory.level), col(Territory.code),
            col(Territory.name), col(Membership.valid_from), col(Membership.valid_to),
        )
        .join(Territory, col(Territory.id) == col(Membership.part_id))
        .where(col(Membership.group_id) == perimeter_id)
        .order_by(col(Territory.level), col(Territory.name))
    )  # fmt: skip
    return fetching.frame(session, statement, columns)


def selectable(session: Session) -> pd.DataFrame:
    """One row a territory that a perimeter may hold: id, level, code, name, departement_code."""
    columns = ["id", "level", "code", "name", "departement_code"]
    statement = (
        select(*(getattr(Territory, name) for name in columns))
        .where(
            col(Territory.in_area).is_(True),
            col(Territory.successor_id).is_(None),
            col(Territory.level) != Level.REGION.value,
        )
        .order_by(Territory.level, Territory.code)
    )
    return pd.DataFrame(session.exec(statement).all(), columns=columns)


def counts(session: Session) -> dict[str, int]:
    """Count what is loaded, by the stable keys of ``python -m core status``."""
    present = sa.and_(col(Territory.in_area).is_(True), col(Territory.successor_id).is_(None))
    rows = session.exec(
        select(Territory.level, sa.func.count()).where(present).group_by(Territory.level)
    ).all()
    by_level = {level: int(total) for level, total in rows}
    former = session.exec(
        select(sa.func.count())
        .select_from(Territory)
        .where(col(Territory.successor_id).is_not(None))
    ).one()
    return {
        "communes": by_level.get(Level.COMMUNE.value, 0),
        "former_communes": int(former),
        "epci": by_level.get(Level.EPCI.value, 0),
        "departements": by_level.get(Level.DEPARTEMENT.value, 0),
        "perimeters": by_level.get(Level.PERIMETER.value, 0),
        "services": by_level.get(Level.SERVICE.value, 0),
    }


def groups_in(session: Session, *, departement_code: str, level: Level) -> set[int]:
    """Return the ids of the groups of ``level`` that hold a commune of a département."""
    part = sa.orm.aliased(Territory)
    statement = (
        select(Membership.group_id)
        .join(Territory, col(Territory.id) == col(Membership.group_id))
        .join(part, col(part.id) == col(Membership.part_id))
        .where(
            Territory.level == level.value,
            sa.or_(
                col(part.departement_code) == departement_code,
                col(part.id).in_(_epci_with(departement_code)),
            ),
        )
        .distinct()
    )
    return set(session.exec(statement))


def _epci_with(departement_code: str) -> sa.Select[int]:
    """Ids of the EPCI with a commune in a département: perimeters are often made of them."""
    commune, epci = sa.orm.aliased(Territory), sa.orm.aliased(Territory)
    return (
        sa.select(col(Membership.group_id))
        .join(commune, col(commune.id) == col(Membership.part_id))
        .join(epci, col(epci.id) == col(Membership.group_id))
        .where(
            col(commune.departement_code) == departement_code,
            col(commune.level) == Level.COMMUNE.value,
            col(epci.level) == Level.EPCI.value,
        )
    )
