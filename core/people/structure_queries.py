"""Reads of structures: found by any of their names, with who works or worked there."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from rapidfuzz.distance import OSA
from sqlmodel import Session, col, select

from core import fetching
from core.access import Right, Viewer, require
from core.people import likeness, rules
from core.people.likeness import Known, Likeness
from core.people.models import Alias, Person, PersonFunction, Structure

DOMAINS = ("people",)
PEOPLE_COLUMNS = ["person_id", "name", "function", "starts_on", "ends_on", "is_present"]


@dataclass(frozen=True)
class StructureCard:
    """One structure: what it is, its other names (id, label), who is in it today and before.

    ``people``: one row a function (PEOPLE_COLUMNS), the present ones first, by name.
    """

    structure: Structure
    aliases: tuple[tuple[int, str], ...]
    people: pd.DataFrame


def structure_card(
    session: Session, viewer: Viewer, *, structure_id: int, on: date
) -> StructureCard | None:
    """Return a structure as it is on a day; None where it was merged or never was."""
    require(viewer, Right.READ_PEOPLE)
    structure = session.get(Structure, structure_id)
    if structure is None or structure.merged_into_id is not None:
        return None
    aliases = session.exec(
        select(Alias).where(Alias.structure_id == structure_id).order_by(col(Alias.label))
    ).all()
    start, end = col(PersonFunction.starts_on), col(PersonFunction.ends_on)
    present = sa.case(
        (sa.and_(sa.or_(start.is_(None), start <= on), sa.or_(end.is_(None), end >= on)), 1),
        else_=0,
    )
    statement = (
        sa.select(
            col(Person.id), col(Person.last_name) + " " + col(Person.first_name),
            col(PersonFunction.title), start, end, present.label("is_present"),
        )
        .join(PersonFunction, col(PersonFunction.person_id) == col(Person.id))
        .where(col(PersonFunction.structure_id) == structure_id)
        .order_by(sa.desc("is_present"), col(Person.search_key), col(PersonFunction.id))
    )  # fmt: skip
    people = fetching.frame(session, statement, PEOPLE_COLUMNS)
    people["is_present"] = people["is_present"].astype(bool)
    return StructureCard(structure, tuple((one.id or 0, one.label) for one in aliases), people)


def known_structures(session: Session, viewer: Viewer) -> list[Known]:
    """Every structure that is not merged, as comparisons see them; by id. The place is said."""
    require(viewer, Right.READ_PEOPLE)
    rows = session.exec(
        select(Structure).where(col(Structure.merged_into_id).is_(None)).order_by(col(Structure.id))
    )
    return [Known(one.id or 0, one.name, one.search_key, "", one.place) for one in rows]


def likely_structures(
    session: Session, viewer: Viewer, *, label: str, acronym: str = ""
) -> list[Likeness]:
    """Return which structures a new one may be, by name, acronym or other name; likeliest first."""
    require(viewer, Right.READ_PEOPLE)
    keys = [key for key in (rules.words(label), rules.words(acronym)) if key]
    known = {one.id: one for one in known_structures(session, viewer)}
    spelt = [*known.values(), *_other_names(session, known)]
    found: dict[int, Likeness] = {}
    for key in keys:
        slips = [Likeness(one, likeness.CLOSE, "nom très proche") for one in spelt
                 if _is_slip(key, one.search_key)]  # fmt: skip
        for like in [*likeness.likely(Known(0, "", key, "", ""), spelt), *slips]:
            best = found.get(like.known.id)
            if best is None or best.score < like.score:
                found[like.known.id] = Likeness(known[like.known.id], like.score, like.reason)
    return sorted(found.values(), key=lambda like: (-like.score, like.known.id))


def _is_slip(key: str, other: str) -> bool:
    """Say whether two acronyms differ by one letter, or two letters swapped (URCIDFF, URCDIFF)."""
    are_acronyms = " " not in key and min(len(key), len(other)) >= 5
    return are_acronyms and key != other and OSA.distance(key, other, score_cutoff=1) == 1


def _other_names(session: Session, known: dict[int, Known]) -> list[Known]:
    acronyms = session.exec(
        select(Structure.id, Structure.acronym).where(Structure.acronym != "")
    ).all()
    aliases = session.exec(select(Alias.structure_id, Alias.search_key)).all()
    names = [*((own, rules.words(text)) for own, text in acronyms), *aliases]
    return [Known(own or 0, "", key, "", "") for own, key in names if own in known and key]


def structure_duplicates(
    session: Session, viewer: Viewer, *, limit: int = 50
) -> list[tuple[Known, Likeness]]:
    """Propose pairs of structures that may be one: same name in two places is not enough."""
    require(viewer, Right.READ_PEOPLE)
    found = likeness.pairs(known_structures(session, viewer), limit=limit * 20)
    return [
        (one, like) for one, like in found
        if not (one.structure and like.known.structure and one.structure != like.known.structure)
    ][:limit]  # fmt: skip
