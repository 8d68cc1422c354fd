"""The trees of concepts walked: what is above one, the notices under one, the tree as drawn."""

import sqlalchemy as sa
from sqlmodel import Session

from core.db import table_of
from core.documentation import indexing
from core.documentation.models import NoticeConcept
from core.documentation.thesaurus_models import Concept, ConceptLabel, ConceptRelation, Thesaurus


def reindex(session: Session, concepts: list[int]) -> None:
    """Index again the notices under these concepts, and under those below them."""
    link, below = table_of(NoticeConcept), _reached(concepts, near="to_id", far="from_id")
    ids = session.connection().execute(
        sa.select(link.c.notice_id).where(link.c.concept_id.in_(sa.select(below.c.id))).distinct()
    )
    indexing.refresh(session, sorted(ids.scalars()))


def above(session: Session, concept_id: int) -> set[int]:
    """Return a concept and all that are wider than it."""
    wider = _reached([concept_id], near="from_id", far="to_id")
    return set(session.connection().scalars(sa.select(wider.c.id)))


def _reached(concepts: list[int], *, near: str, far: str) -> sa.CTE:
    """Select concepts and all that they lead to, step by step, by one side of « broader »."""
    relation, own = table_of(ConceptRelation), table_of(Concept)
    start: sa.Select[tuple[int]] = sa.select(own.c.id).where(own.c.id.in_(concepts))
    found = start.cte("reached", recursive=True)
    return found.union(
        sa.select(relation.c[far]).join_from(
            found, relation,
            sa.and_(relation.c[near] == found.c.id, relation.c.kind == "broader"),
        )
    )  # fmt: skip


def tree_of(session: Session, thesaurus: str) -> dict[str, list[str]]:
    """Return, for each preferred label, those of its wider concepts: what a page draws."""
    own, wide = table_of(ConceptLabel), table_of(ConceptLabel).alias("wide")
    relation = table_of(ConceptRelation)
    rows = session.connection().execute(
        sa.select(own.c.label, wide.c.label)
        .join_from(own, relation, relation.c.from_id == own.c.concept_id)
        .join(wide, wide.c.concept_id == relation.c.to_id)
        .join(table_of(Concept), table_of(Concept).c.id == own.c.concept_id)
        .join(table_of(Thesaurus), table_of(Thesaurus).c.id == table_of(Concept).c.thesaurus_id)
        .where(relation.c.kind == "broader", own.c.kind == "pref", wide.c.kind == "pref",
               table_of(Thesaurus).c.code == thesaurus)
        .order_by(own.c.label, wide.c.label)
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    for label, wider in rows:
        found.setdefault(label, []).append(wider)
    return found
