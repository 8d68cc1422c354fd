"""Who may be the same person, before creating and afterwards; what was merged."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from core import fetching
from core.access import Right, Viewer, require
from core.people import likeness, rules
from core.people.likeness import Known, Likeness
from core.people.models import Merge, Person, PersonFunction, Structure

DOMAINS = ("people",)
MERGE_COLUMNS = ["id", "kind", "kept", "merged", "author", "merged_at"]


def likely_people(
    session: Session,
    viewer: Viewer,
    *,
    last_name: str,
    first_name: str,
    email: str,
    phone: str = "",
) -> list[Likeness]:
    """Return who may already be the person that is about to be created, the likeliest first.

    Everyone is compared: a typing error anywhere in the name is forgiven.
    """
    require(viewer, Right.READ_PEOPLE)
    key = rules.search_key(last_name, first_name)
    if not key:
        return []
    wanted = Known(0, "", key, email.strip().lower(), "", phone)
    return likeness.likely(wanted, known(session, viewer))


def known(session: Session, viewer: Viewer) -> list[Known]:
    """Everyone who is not merged, with a structure, as comparisons see them; by id."""
    require(viewer, Right.READ_PEOPLE)
    working = (
        sa.select(col(PersonFunction.person_id), col(Structure.name))
        .join(Structure, col(Structure.id) == col(PersonFunction.structure_id))
        .order_by(col(PersonFunction.id))
    )
    houses = {row.person_id: row.name for row in session.connection().execute(working)}
    statement = (
        sa.select(
            col(Person.id), col(Person.last_name), col(Person.first_name), col(Person.search_key),
            col(Person.email), col(Person.phone),
        )
        .where(col(Person.merged_into_id).is_(None))
        .order_by(col(Person.id))
    )  # fmt: skip
    rows: list[Any] = list(session.connection().execute(statement))
    return [
        Known(own, f"{last} {first}".strip(), key, email, houses.get(own, ""), phone)
        for own, last, first, key, email, phone in rows
    ]


def duplicates(
    session: Session, viewer: Viewer, *, limit: int = 50
) -> list[tuple[Known, Likeness]]:
    """Propose pairs that may be one person, by the blocks of ``likeness``; the closest first."""
    return likeness.pairs(known(session, viewer), limit=limit)


def merges(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row a merge that can still be undone, the latest first (MERGE_COLUMNS)."""
    require(viewer, Right.READ_PEOPLE)
    people, houses = (aliased(Person), aliased(Person)), (aliased(Structure), aliased(Structure))
    statement = sa.select(
        col(Merge.id), col(Merge.kind),
        *(sa.func.coalesce(
            col(person.last_name) + " " + col(person.first_name), col(house.name), ""
        ) for person, house in zip(people, houses, strict=True)),
        col(Merge.author), col(Merge.merged_at),
    ).select_from(Merge)  # fmt: skip
    for place, key in enumerate((Merge.kept_id, Merge.merged_id)):
        for kind, model in (("person", people[place]), ("structure", houses[place])):
            on = sa.and_(col(Merge.kind) == kind, col(model.id) == col(key))
            statement = statement.join(model, on, isouter=True)
    statement = statement.where(col(Merge.undone_at).is_(None)).order_by(sa.desc(col(Merge.id)))
    found = fetching.frame(session, statement, MERGE_COLUMNS)
    return found.assign(kept=found["kept"].str.strip(), merged=found["merged"].str.strip())
