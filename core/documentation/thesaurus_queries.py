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
IS_KEPT = CONCEPT.c.deprecated_by_id.is_(None)  # no other stands for it
MOST = 100
MOST_OFFERED = 2_000  # in a list to choose from: beyond, a text narrows it

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


@dataclass(frozen=True)
class ConceptTyped:
    """A concept as a form says it: its labels in one language, its neighbours by their ids."""

    label: str
    others: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    note: str = ""
    broader: tuple[int, ...] = ()
    related: tuple[int, ...] = ()
    lang: str = "fr"


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
        .join_from(HOUSE, CONCEPT,
                   sa.and_(CONCEPT.c.thesaurus_id == HOUSE.c.id, IS_KEPT), isouter=True)
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
        statement = statement.where(*map(_is_met, words))
    else:
        above = sa.exists().where(RELATION.c.from_id == CONCEPT.c.id, RELATION.c.kind == "broader")
        statement = statement.where(~above, IS_KEPT)
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
    """Return a concept with its neighbours, or the one that replaced it; None where none is."""
    access.require(viewer, Right.READ_CATALOGUE)
    concept_id = standing(session, concept_id)
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


def standing(session: Session, concept_id: int) -> int:
    """Return the concept that stands for one of this number: itself, or what replaced it."""
    held = session.get(Concept, concept_id)
    return (held.deprecated_by_id if held else None) or concept_id


def concept_typed(session: Session, viewer: Viewer, *, concept_id: int) -> ConceptTyped | None:
    """Return a concept as its form opens, in the language of the term that is shown of it."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    row = session.get(Concept, concept_id)
    if row is None or row.deprecated_by_id is not None:
        return None
    listed = session.connection().execute(
        sa.select(LABEL.c.kind, LABEL.c.lang, LABEL.c.label)
        .where(LABEL.c.concept_id == concept_id)
        .order_by(LABEL.c.kind != "pref", LABEL.c.lang != "fr", LABEL.c.lang, LABEL.c.label)
    ).all()  # fmt: skip
    lang = next((one.lang for one in listed if one.kind == "pref"), "fr")
    by_kind = {kind: tuple(one.label for one in listed if (one.kind, one.lang) == (kind, lang))
               for kind in ("pref", "alt", "hidden")}  # fmt: skip
    above = _neighbours(session, RELATION.c.to_id, RELATION.c.from_id == concept_id, "broader")
    return ConceptTyped(
        next(iter(by_kind["pref"]), row.code), by_kind["alt"], by_kind["hidden"], row.note,
        tuple(own for own, _ in above),
        tuple(own for own, _ in _related(session, concept_id)), lang,
    )  # fmt: skip


def offered(
    session: Session, viewer: Viewer, *, thesaurus_id: int | None = None,
    beside: int | None = None, text: str = "", held: tuple[int, ...] = (),
) -> dict[int, str]:  # fmt: skip
    """Return the terms to choose from by their ids, ``MOST_OFFERED`` at most, ``held`` always.

    They are those of a thesaurus where one is named; ``beside``, those of the thesaurus of a
    concept, itself left out; ``text``, those one of whose labels holds each word.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    key = shown_term(CONCEPT.c.id, LABEL.c.key)
    statement = (
        sa.select(CONCEPT.c.id, shown_term(CONCEPT.c.id), HOUSE.c.name)
        .join_from(CONCEPT, HOUSE, HOUSE.c.id == CONCEPT.c.thesaurus_id)
        .where(IS_KEPT).order_by(key, CONCEPT.c.id)
    )  # fmt: skip
    if thesaurus_id is not None:
        statement = statement.where(CONCEPT.c.thesaurus_id == thesaurus_id)
    if beside is not None:
        house = sa.select(CONCEPT.c.thesaurus_id).where(CONCEPT.c.id == beside).scalar_subquery()
        statement = statement.where(CONCEPT.c.thesaurus_id == house, CONCEPT.c.id != beside)
    found = statement.where(*map(_is_met, parsing.term_key(text).split())).limit(MOST_OFFERED)
    rows = [*session.connection().execute(statement.where(CONCEPT.c.id.in_(held))),
            *session.connection().execute(found)]  # fmt: skip
    several = len({house for *_, house in rows}) > 1
    return {own: f"{label or '?'} ({house})" if several else label or "?"
            for own, label, house in rows}  # fmt: skip


def _is_met(word: str) -> sa.ColumnElement[bool]:
    """Say whether one of the labels of a concept holds a word, hidden ones too."""
    met = LABEL.c.key.contains(word, autoescape=True)
    return sa.exists().where(LABEL.c.concept_id == CONCEPT.c.id, met)


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
