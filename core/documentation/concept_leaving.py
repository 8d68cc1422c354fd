"""Concepts that leave: one replaced by another, which takes what it had, and one taken away."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from core import access, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import concept_trees, indexing, thesaurus_queries
from core.documentation.concept_editing import DOMAIN, GONE
from core.documentation.models import NoticeConcept
from core.documentation.thesaurus_models import Concept, ConceptLabel, ConceptRelation
from core.errors import DomainError

CONCEPT, LABEL = table_of(Concept), table_of(ConceptLabel)
RELATION, LINK = table_of(ConceptRelation), table_of(NoticeConcept)


def replace(
    session: Session, viewer: Viewer, *, concept_id: int, by_id: int, now: datetime
) -> int:  # fmt: skip
    """Put one concept in the place of another; return how many notices it takes over.

    The notices of the old one are indexed by the new, its labels are ways into it, the terms below
    it are below it too. Its code stays: a file that names it names the new one.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    old, new = _standing(session, concept_id), _standing(session, by_id)
    if old.id == new.id or old.thesaurus_id != new.thesaurus_id:
        raise DomainError("Choisissez un autre terme du même thésaurus.")
    names = [_term(session, one) for one in (concept_id, by_id)]
    moved = _move_notices(session, concept_id, by_id)
    _move_labels(session, concept_id, by_id)
    _move_relations(session, concept_id, by_id)
    is_led = (CONCEPT.c.deprecated_by_id == concept_id) | (CONCEPT.c.id == concept_id)
    session.connection().execute(sa.update(CONCEPT).where(is_led).values(deprecated_by_id=by_id))
    session.expire_all()
    indexing.refresh(session, moved)
    concept_trees.reindex(session, [by_id])
    journal.record(session, viewer, at=now, domain=DOMAIN, action="terme remplacé",
                   subject=names[0], after={"label": names[1], "changed": len(moved)})  # fmt: skip
    return len(moved)


def remove(session: Session, viewer: Viewer, *, concept_id: int, now: datetime) -> None:
    """Take a concept away. DomainError while it indexes a notice or has narrower terms."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    _standing(session, concept_id)
    label = _term(session, concept_id)
    connection = session.connection()
    uses = connection.execute(
        sa.select(sa.func.count()).select_from(LINK).where(LINK.c.concept_id == concept_id)
    ).scalar_one()
    if uses:
        raise DomainError(
            f"« {label} » indexe {fr.plural(uses, 'notice')} : remplacez-le par un autre terme, "
            "qui les reprend."
        )
    below = connection.execute(
        sa.select(sa.func.count()).select_from(RELATION)
        .where(RELATION.c.to_id == concept_id, RELATION.c.kind == "broader")
    ).scalar_one()  # fmt: skip
    if below:
        terms = fr.plural(below, "terme plus précis", "termes plus précis")
        raise DomainError(f"« {label} » a {terms} : placez-les d’abord sous un autre.")
    own = sa.select(CONCEPT.c.id).where(
        (CONCEPT.c.id == concept_id) | (CONCEPT.c.deprecated_by_id == concept_id)
    )
    ids = list(connection.scalars(own))
    connection.execute(
        sa.delete(RELATION).where(RELATION.c.from_id.in_(ids) | RELATION.c.to_id.in_(ids))
    )
    connection.execute(sa.delete(LABEL).where(LABEL.c.concept_id.in_(ids)))
    connection.execute(sa.delete(CONCEPT).where(CONCEPT.c.deprecated_by_id == concept_id))
    connection.execute(sa.delete(CONCEPT).where(CONCEPT.c.id == concept_id))
    session.expire_all()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="terme retiré", subject=label)


def _standing(session: Session, concept_id: int) -> Concept:
    row = session.get(Concept, concept_id)
    if row is None or row.deprecated_by_id is not None:
        raise DomainError(GONE)
    return row


def _term(session: Session, own: int) -> str:
    shown = sa.select(thesaurus_queries.shown_term(CONCEPT.c.id)).where(CONCEPT.c.id == own)
    return session.connection().execute(shown).scalar_one() or "?"


def _move_notices(session: Session, old: int, new: int) -> list[int]:
    """Index by ``new`` what ``old`` indexes; return those notices."""
    connection = session.connection()
    ids = sorted(connection.scalars(sa.select(LINK.c.notice_id).where(LINK.c.concept_id == old)))
    held = sa.select(LINK.c.notice_id).where(LINK.c.concept_id == new)
    both = list(connection.scalars(held.where(LINK.c.notice_id.in_(
        sa.select(LINK.c.notice_id).where(LINK.c.concept_id == old)))))  # fmt: skip
    is_double = sa.and_(LINK.c.concept_id == old, LINK.c.notice_id.in_(both))
    connection.execute(sa.delete(LINK).where(is_double))
    connection.execute(sa.update(LINK).where(LINK.c.concept_id == old).values(concept_id=new))
    return ids


def _move_labels(session: Session, old: int, new: int) -> None:
    """Make the labels of ``old`` ways into ``new``, but for those it has."""
    connection = session.connection()
    rows = connection.execute(
        sa.select(LABEL.c.id, LABEL.c.kind, LABEL.c.lang, LABEL.c.label, LABEL.c.concept_id)
        .where(LABEL.c.concept_id.in_([old, new])).order_by(LABEL.c.kind == "hidden", LABEL.c.id)
    ).all()  # fmt: skip
    held = {(row.lang, row.label) for row in rows if row.concept_id == new}
    for row in rows:
        if row.concept_id == new:
            continue
        if (row.lang, row.label) in held:
            connection.execute(sa.delete(LABEL).where(LABEL.c.id == row.id))
            continue
        held.add((row.lang, row.label))
        kind = "alt" if row.kind == "pref" else row.kind
        connection.execute(
            sa.update(LABEL).where(LABEL.c.id == row.id).values(concept_id=new, kind=kind)
        )


def _move_relations(session: Session, old: int, new: int) -> None:
    """Put what is below ``old`` below ``new``, and beside it what is beside.

    What is above ``old`` stays out of it, and so does what is above ``new``: no circle is closed.
    """
    connection = session.connection()
    rows = connection.execute(
        sa.select(RELATION.c.from_id, RELATION.c.to_id, RELATION.c.kind)
        .where((RELATION.c.from_id == old) | (RELATION.c.to_id == old))
    ).all()  # fmt: skip
    connection.execute(
        sa.delete(RELATION).where((RELATION.c.from_id == old) | (RELATION.c.to_id == old))
    )
    above = concept_trees.above(session, new)
    held = {(row[0], row[1], row[2]) for row in connection.execute(sa.select(RELATION).where(
        (RELATION.c.from_id == new) | (RELATION.c.to_id == new)))}  # fmt: skip
    kept = {
        (new if own == old else own, new if target == old else target, kind)
        for own, target, kind in rows
        if kind == "related" or (target == old and own not in above)
    }
    added = sorted(one for one in kept - held if one[0] != one[1])
    if added:
        names = ("from_id", "to_id", "kind")
        connection.execute(
            sa.insert(RELATION), [dict(zip(names, one, strict=True)) for one in added]
        )
