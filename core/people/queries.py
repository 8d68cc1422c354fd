"""Reads of people: found by the words of their name, address or structure."""

from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from core.access import Right, Viewer, require
from core.people import rules
from core.people.models import Person, PersonFunction, Structure

DOMAINS = ("people",)
COLUMNS = ["id", "name", "email", "phone", "structure", "function"]


def people(
    session: Session, viewer: Viewer, *, text: str = "", on: date, limit: int = 200
) -> pd.DataFrame:
    """One row a person who is not merged into another, by name (COLUMNS).

    Every word of ``text`` must be in the name, the address or the structure. ``structure`` and
    ``function`` are those of the day ``on``, the latest where there are several.
    """
    require(viewer, Right.READ_PEOPLE)
    start, end = col(PersonFunction.starts_on), col(PersonFunction.ends_on)
    current = (
        sa.select(
            col(PersonFunction.person_id).label("person_id"),
            sa.func.max(col(PersonFunction.id)).label("id"),
        )
        .where(sa.or_(start.is_(None), start <= on), sa.or_(end.is_(None), end >= on))
        .group_by(col(PersonFunction.person_id))
        .subquery()
    )
    statement = (
        sa.select(
            col(Person.id), (col(Person.last_name) + " " + col(Person.first_name)),
            col(Person.email), col(Person.phone), col(Structure.name), col(PersonFunction.title),
        )
        .join(current, current.c.person_id == col(Person.id), isouter=True)
        .join(PersonFunction, col(PersonFunction.id) == current.c.id, isouter=True)
        .join(Structure, col(Structure.id) == col(PersonFunction.structure_id), isouter=True)
        .where(col(Person.merged_into_id).is_(None))
        .order_by(col(Person.search_key), col(Person.id))
        .limit(limit)
    )  # fmt: skip
    for word in rules.words(text).split():
        statement = statement.where(
            sa.or_(
                col(Person.search_key).contains(word, autoescape=True),
                col(Person.email).contains(word, autoescape=True),
                col(Structure.search_key).contains(word, autoescape=True),
            )
        )
    rows = session.connection().execute(statement).all()
    table = pd.DataFrame([tuple(row) for row in rows], columns=COLUMNS)
    return table.assign(name=table["name"].str.strip(), structure=table["structure"].fillna(""))
