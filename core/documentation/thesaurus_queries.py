"""Reads of the thesauri: those held, concepts found by a term, one concept with its neighbours."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from core import access, fr
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import parsing, search_queries
from core.documentation.desk_models import NoticeFacets
from core.documentation.enums import Facet
from core.documentation.facets import Selection
from core.documentation.models import NoticeConcept
from core.documentation.search_queries import Request
from core.documentation.thesaurus_models import (
    Concept,
    ConceptLabel,
    ConceptRelation,
    Thesaurus,
)

DOMAINS = ("documentation",)
COLUMNS = ["id", "code", "name", "concepts", "notices"]
FOUND = ["id", "label", "thesaurus"]
CONCEPT, LABEL = table_of(Concept), table_of(ConceptLabel)
RELATION, HOUSE = table_of(ConceptRelation), table_of(Thesaurus)
MOST = 100

Neighbour = tuple[int, str]


@dataclass(frozen=True)
class ConceptCard:
    """A concept: its term, the others that lead to it, its neighbours, the documents under it.

    ``notices`` counts what the viewer may find under it or under a narrower one.
    """

    id: int
    label: str
    thesaurus: str
    others: tuple[str, ...]
    note: str
    broader: tuple[Neighbour, ...]
    narrower: tuple[Neighbour, ...]
    related: tuple[Neighbour, ...]
    notices: int


def thesauri(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row a thesaurus, by name (COLUMNS): its concepts, the records that they index.

    Records that the viewer may not find are not counted.
    """
    access.require(viewer, Right.READ_CATALOGUE)
    link, seen = table_of(NoticeConcept), table_of(NoticeFacets)
    rows = session.connection().execute(
        sa.select(
            HOUSE.c.id, HOUSE.c.code, HOUSE.c.name, sa.func.count(CONCEPT.c.id.distinct()),
            sa.func.count(seen.c.notice_id.distinct()),
        )
        .join_from(HOUSE, CONCEPT, CONCEPT.c.thesaurus_id == HOUSE.c.id, isouter=True)
        .join(link, link.c.concept_id == CONCEPT.c.id, isouter=True)
        .join(seen, sa.and_(seen.c.notice_id == link.c.notice_id,
                            seen.c.audience <= search_queries.ceiling(viewer)), isouter=True)
        .group_by(HOUSE.c.id, HOUSE.c.code, HOUSE.c.name)
        .order_by(HOUSE.c.name, HOUSE.c.id)
    ).all()  # fmt: skip
    return pd.DataFrame([tuple(row) for row in rows], columns=COLUMNS)


def concepts(session: Session, viewer: Viewer, *, text: str = "") -> pd.DataFrame:
    """One row a concept, by term (FOUND), ``MOST`` at most: those that a text meets.

    Every word is in one of its labels, hidden ones too (they are ways in). Without a text: the
    concepts that are under no other.
    """
    access.require(viewer, Right.READ_CATALOGUE)
    statement = (
        sa.select(CONCEPT.c.id, shown_term(CONCEPT.c.id), HOUSE.c.name)
        .join_from(CONCEPT, HOUSE, HOUSE.c.id == CONCEPT.c.thesaurus_id)
        .order_by(shown_term(CONCEPT.c.id, LABEL.c.key), CONCEPT.c.id)
        .limit(MOST)
    )
    words = parsing.term_key(text).split()
    if text.strip():
        if not words:
            return pd.DataFrame(columns=FOUND)
        for word in words:
            met = LABEL.c.key.contains(word, autoescape=True)
            statement = statement.where(sa.exists().where(LABEL.c.concept_id == CONCEPT.c.id, met))
    else:
        above = sa.exists().where(RELATION.c.from_id == CONCEPT.c.id, RELATION.c.kind == "broader")
        statement = statement.where(~above)
    rows = session.connection().execute(statement).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=FOUND)


def shown_term(
    own: sa.ColumnElement[int], column: sa.ColumnElement[str] = LABEL.c.label
) -> sa.ScalarSelect[str]:
    """Select the term of a concept, or its key, by which terms are put in order: the French one."""
    return (
        sa.select(column)
        .where(LABEL.c.concept_id == own, LABEL.c.kind == "pref")
        .order_by(LABEL.c.lang != "fr", LABEL.c.lang)
        .limit(1)
        .scalar_subquery()
    )


def concept_card(session: Session, viewer: Viewer, *, concept_id: int) -> ConceptCard | None:
    """Return a concept with its neighbours; None where there is none of this number."""
    access.require(viewer, Right.READ_CATALOGUE)
    row = session.connection().execute(
        sa.select(CONCEPT.c.id, shown_term(CONCEPT.c.id), HOUSE.c.name, CONCEPT.c.note)
        .join_from(CONCEPT, HOUSE, HOUSE.c.id == CONCEPT.c.thesaurus_id)
        .where(CONCEPT.c.id == concept_id)
    ).first()  # fmt: skip
    if row is None:
        return None
    others = session.connection().scalars(
        sa.select(LABEL.c.label)
        .where(LABEL.c.concept_id == concept_id, LABEL.c.kind == "alt", LABEL.c.lang == "fr")
        .order_by(LABEL.c.label)
    )
    under = search_queries.find(
        session, viewer, Request(selection=Selection({Facet.CONCEPT: (concept_id,)}))
    )
    return ConceptCard(
        row[0], row[1] or "?", row[2], tuple(others), row[3],
        _neighbours(session, RELATION.c.to_id, RELATION.c.from_id == concept_id, "broader"),
        _neighbours(session, RELATION.c.from_id, RELATION.c.to_id == concept_id, "broader"),
        _related(session, concept_id), under.total,
    )  # fmt: skip


def _neighbours(
    session: Session, other: sa.ColumnElement[int], own: sa.ColumnElement[bool], kind: str
) -> tuple[Neighbour, ...]:
    rows = session.connection().execute(
        sa.select(other, shown_term(other)).where(own, RELATION.c.kind == kind)
    )
    return _in_order((row[0], row[1] or "?") for row in rows)


def _in_order(listed: Iterable[Neighbour]) -> tuple[Neighbour, ...]:
    return tuple(sorted(listed, key=lambda one: (fr.fold(one[1]), one[0])))


def _related(session: Session, own: int) -> tuple[Neighbour, ...]:
    """Return what to see also, whichever of the two says so."""
    both = {
        *_neighbours(session, RELATION.c.to_id, RELATION.c.from_id == own, "related"),
        *_neighbours(session, RELATION.c.from_id, RELATION.c.to_id == own, "related"),
    }
    return _in_order(both)
