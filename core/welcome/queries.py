"""Reads of visits: those of some days, one to correct, and how they are counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.db import table_of
from core.documentation.models import DocumentaryTheme
from core.people.models import Person, Structure
from core.territories.models import Territory
from core.welcome import counting, name_lists
from core.welcome.counting import Came, Totals
from core.welcome.models import Visit, VisitMotive, VisitPerson, VisitTheme
from core.welcome.motives import Motive, VisitKind

DOMAINS = ("welcome", "people", "documentation")
VISIT = table_of(Visit)
PERSON = table_of(VisitPerson)
COLUMNS = ["id", "day", "kind", "headcount", "first_welcomes", "who", "structure", "territory",
           "motives", "themes", "minutes", "staff", "note"]  # fmt: skip


@dataclass(frozen=True)
class VisitCard:
    """A visit as its form shows it again; ``people`` is a list to be pasted back."""

    visit: Visit
    people: str
    motives: tuple[Motive, ...]
    theme_ids: tuple[int, ...]
    others: int


def named_first() -> sa.Subquery:
    """Count, for each visit, the first welcomes of people with a name."""
    return (
        sa.select(PERSON.c.visit_id, sa.func.count().label("named"))
        .where(PERSON.c.is_first_welcome)
        .group_by(PERSON.c.visit_id)
        .subquery()
    )


def totals(session: Session, viewer: Viewer, *, first: date, last: date) -> Totals:
    """Count the visits of some days, both included, by the rules of ``counting``."""
    require(viewer, Right.READ_CIRCULATION)
    named = named_first()
    rows = session.connection().execute(
        sa.select(
            VISIT.c.kind, VISIT.c.headcount, VISIT.c.newcomers,
            sa.func.coalesce(named.c.named, 0),
        )
        .join(named, named.c.visit_id == VISIT.c.id, isouter=True)
        .where(VISIT.c.happened_on.between(first, last))
    )  # fmt: skip
    return counting.totals(Came(VisitKind(kind), *numbers) for kind, *numbers in rows)


def visits(
    session: Session, viewer: Viewer, *, first: date, last: date, limit: int = 2000
) -> pd.DataFrame:
    """One row a visit of some days, the latest first (COLUMNS); for staff."""
    require(viewer, Right.LEND)
    named = named_first()
    rows = session.exec(
        select(Visit, Structure.name, Territory.name, sa.func.coalesce(named.c.named, 0))
        .join(named, named.c.visit_id == col(Visit.id), isouter=True)
        .join(Structure, col(Structure.id) == col(Visit.structure_id), isouter=True)
        .join(Territory, col(Territory.id) == col(Visit.territory_id), isouter=True)
        .where(col(Visit.happened_on).between(first, last))
        .order_by(col(Visit.happened_on).desc(), col(Visit.id).desc())
        .limit(limit)
    ).all()
    ids = [row.id or 0 for row, *_ in rows]
    who, why, about = _people(session, ids), _motives(session, ids), _themes(session, ids)
    return pd.DataFrame(
        [
            (
                row.id, row.happened_on, VisitKind(row.kind).label, row.headcount,
                row.newcomers + named_count, ", ".join(who.get(row.id or 0, ())), structure or "",
                place or "", ", ".join(why.get(row.id or 0, ())),
                ", ".join(about.get(row.id or 0, ())), row.minutes, row.staff, row.note,
            )
            for row, structure, place, named_count in rows
        ],
        columns=COLUMNS,
    )  # fmt: skip


def _grouped(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for own, told in rows:
        found.setdefault(own, []).append(told)
    return found


def _people(session: Session, ids: list[int]) -> dict[int, list[str]]:
    rows = session.exec(
        select(VisitPerson.visit_id, Person.first_name, Person.last_name)
        .join(Person, col(Person.id) == col(VisitPerson.person_id))
        .where(col(VisitPerson.visit_id).in_(ids))
        .order_by(Person.search_key)
    )
    return _grouped((own, f"{first} {last}".strip()) for own, first, last in rows)


def _motives(session: Session, ids: list[int]) -> dict[int, list[str]]:
    rows = session.exec(
        select(VisitMotive).where(col(VisitMotive.visit_id).in_(ids)).order_by(VisitMotive.motive)
    )
    return _grouped((row.visit_id, Motive(row.motive).label) for row in rows)


def _themes(session: Session, ids: list[int]) -> dict[int, list[str]]:
    rows = session.exec(
        select(VisitTheme.visit_id, DocumentaryTheme.label)
        .join(DocumentaryTheme, col(DocumentaryTheme.id) == col(VisitTheme.theme_id))
        .where(col(VisitTheme.visit_id).in_(ids))
        .order_by(DocumentaryTheme.label)
    )
    return _grouped(rows)


def visit_card(session: Session, viewer: Viewer, *, visit_id: int) -> VisitCard | None:
    """Return a visit as its form shows it; None where it is gone."""
    require(viewer, Right.LEND)
    visit = session.get(Visit, visit_id)
    if visit is None:
        return None
    people = session.exec(
        select(VisitPerson, Person)
        .join(Person, col(Person.id) == col(VisitPerson.person_id), isouter=True)
        .where(VisitPerson.visit_id == visit_id)
        .order_by(Person.search_key)
    ).all()
    lines = [name_lists.line(one.last_name, one.first_name, one.email)
             for _, one in people if one is not None]  # fmt: skip
    motives = session.exec(select(VisitMotive.motive).where(VisitMotive.visit_id == visit_id))
    themes = session.exec(select(VisitTheme.theme_id).where(VisitTheme.visit_id == visit_id))
    return VisitCard(
        visit, "\n".join(lines), tuple(sorted(Motive(one) for one in motives)),
        tuple(sorted(themes)), visit.headcount - visit.newcomers - len(people),
    )  # fmt: skip


def themes(session: Session, viewer: Viewer) -> dict[int, str]:
    """Return the fields and themes of the centre, by name."""
    require(viewer, Right.READ_CATALOGUE)
    rows = session.exec(
        select(DocumentaryTheme.id, DocumentaryTheme.label).order_by(DocumentaryTheme.label)
    )
    return {own or 0: label for own, label in rows}


def places(session: Session, viewer: Viewer) -> dict[int, str]:
    """Return the towns of the area and its départements, by name, départements first."""
    require(viewer, Right.LEND)
    rows = session.exec(
        select(Territory.id, Territory.name, Territory.level, Territory.departement_code)
        .where(
            col(Territory.in_area), col(Territory.level).in_(["departement", "commune"]),
            col(Territory.successor_id).is_(None),
        )
        .order_by(col(Territory.level).desc(), Territory.name)
    )  # fmt: skip
    return {own or 0: f"{name} ({code})" for own, name, _, code in rows}
