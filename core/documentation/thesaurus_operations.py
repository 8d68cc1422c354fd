"""Thesauri into the store: concepts found by their code, labels and links replaced as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, db, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import indexing, parsing, thesaurus
from core.documentation.models import NoticeConcept
from core.documentation.thesaurus import ThesaurusRead
from core.documentation.thesaurus_models import (
    Concept,
    ConceptLabel,
    ConceptRelation,
    Thesaurus,
)
from core.errors import DomainError

DOMAIN = "documentation"


@dataclass(frozen=True)
class ThesaurusReport:
    """What an import of a thesaurus did; ``faults`` are French sentences without their stop."""

    name: str
    concepts: int
    created: int
    labels: int
    relations: int
    outside: int
    faults: tuple[str, ...]
    is_refused: ClassVar[bool] = False  # a file that is none raises

    def sentences(self) -> list[str]:
        head = (
            f"{self.name} : {fr.plural(self.concepts, 'concept')} dont "
            f"{fr.plural(self.created, 'nouveau', 'nouveaux')}, "
            f"{fr.plural(self.labels, 'libellé')}, "
            f"{fr.plural(self.relations, 'lien')}."
        )
        out = f"{fr.plural(self.outside, 'lien')} vers des concepts absents du fichier."
        return [head, *([out] if self.outside else []), *(f"{fault}." for fault in self.faults)]


def enter(
    session: Session, viewer: Viewer, *, read: ThesaurusRead, code: str, now: datetime
) -> ThesaurusReport:
    """Enter a thesaurus under ``code``; concepts that are not in it any more stay as they are.

    The notices that its concepts index are indexed again, since their labels or trees moved.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    if not code.strip():
        raise DomainError("Donnez un nom court au thésaurus : il le reconnaît au prochain fichier.")
    own = _thesaurus(session, code.strip(), read.name)
    read = thesaurus.following(read, _replaced(session, code.strip()))
    ids, created = _concepts(session, own, [one.code for one in read.concepts])
    labels = _labels(session, read, ids)
    relations, outside = _relations(session, read, ids)
    reindex(session, list(ids.values()))
    journal.record(session, viewer, at=now, domain=DOMAIN, action="thésaurus importé",
                   subject=read.name, after={"new": created})  # fmt: skip
    return ThesaurusReport(read.name, len(ids), created, labels, relations, outside, read.faults)


def preview(session: Session, viewer: Viewer, *, read: ThesaurusRead, code: str) -> ThesaurusReport:
    """Say what ``enter`` would do; nothing is written."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    held = session.exec(
        select(Concept.code)
        .join(Thesaurus, col(Thesaurus.id) == col(Concept.thesaurus_id))
        .where(Thesaurus.code == code)
    ).all()
    read = thesaurus.following(read, _replaced(session, code))
    codes = {one.code for one in read.concepts}
    links, outside = _inside(read)
    labels = sum(len(one.labels) for one in read.concepts)
    return ThesaurusReport(read.name, len(codes), len(codes - set(held)), labels, len(links),
                           outside, read.faults)  # fmt: skip


def remove(session: Session, viewer: Viewer, *, thesaurus_id: int, now: datetime) -> None:
    """Take a thesaurus away, refused while a record is indexed by one of its concepts."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    row = session.get(Thesaurus, thesaurus_id)
    if row is None:
        raise DomainError("Ce thésaurus n’existe plus : rechargez la page.")
    concept, link = table_of(Concept), table_of(NoticeConcept)
    own = sa.select(concept.c.id).where(concept.c.thesaurus_id == thesaurus_id)
    connection = session.connection()
    uses = connection.execute(
        sa.select(sa.func.count(link.c.notice_id.distinct())).where(link.c.concept_id.in_(own))
    ).scalar_one()
    if uses:
        raise DomainError(
            f"Ce thésaurus indexe {fr.plural(uses, 'notice')} : il reste. Un nouveau fichier du "
            "même nom court le met à jour."
        )
    relation, label = table_of(ConceptRelation), table_of(ConceptLabel)
    connection.execute(
        sa.delete(relation).where(relation.c.from_id.in_(own) | relation.c.to_id.in_(own))
    )
    connection.execute(sa.delete(label).where(label.c.concept_id.in_(own)))
    connection.execute(sa.delete(concept).where(concept.c.thesaurus_id == thesaurus_id))
    name = row.name
    session.delete(row)
    session.flush()
    session.expire_all()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="thésaurus retiré", subject=name)


def _thesaurus(session: Session, code: str, name: str) -> int:
    held = session.exec(select(Thesaurus).where(Thesaurus.code == code)).first()
    row = held or Thesaurus(code=code, name=name)
    row.name = name
    session.add(row)
    session.flush()
    return row.id or 0


def _replaced(session: Session, code: str) -> dict[str, str]:
    """Return, by the code of each term of a thesaurus that was replaced here, the one it is now."""
    old, new, of = table_of(Concept), table_of(Concept).alias("new"), table_of(Thesaurus)
    rows = session.connection().execute(
        sa.select(old.c.code, new.c.code)
        .join_from(old, new, old.c.deprecated_by_id == new.c.id)
        .join(of, of.c.id == old.c.thesaurus_id)
        .where(of.c.code == code)
    )
    return {row[0]: row[1] for row in rows}


def _concepts(session: Session, own: int, codes: Sequence[str]) -> tuple[dict[str, int], int]:
    rows = session.exec(select(Concept.code, Concept.id).where(Concept.thesaurus_id == own)).all()
    wanted = set(codes)
    held = {code: number or 0 for code, number in rows if code in wanted}
    missing = [code for code in codes if code not in held]
    table = table_of(Concept)
    first = db.next_id(session, table)
    made = {code: first + place for place, code in enumerate(missing)}
    db.bulk_insert(session, table, [(number, own, code, "", None) for code, number in made.items()])
    db.follow_ids(session, table)
    return held | made, len(made)


def _labels(session: Session, read: ThesaurusRead, ids: dict[str, int]) -> int:
    table = table_of(ConceptLabel)
    session.connection().execute(sa.delete(table).where(table.c.concept_id.in_(ids.values())))
    rows = [
        (ids[one.code], label.kind.value, label.lang, label.text, parsing.term_key(label.text))
        for one in read.concepts
        for label in one.labels
    ]
    first = db.next_id(session, table)
    db.bulk_insert(session, table, [(first + place, *row) for place, row in enumerate(rows)])
    db.follow_ids(session, table)
    notes = [{"own": ids[one.code], "text": one.note} for one in read.concepts]
    concept = table_of(Concept)
    session.connection().execute(
        sa.update(concept)
        .where(concept.c.id == sa.bindparam("own"))
        .values(note=sa.bindparam("text")),
        notes,
    )
    return len(rows)


def _relations(session: Session, read: ThesaurusRead, ids: dict[str, int]) -> tuple[int, int]:
    table = table_of(ConceptRelation)
    session.connection().execute(sa.delete(table).where(table.c.from_id.in_(ids.values())))
    links, outside = _inside(read)
    rows = sorted((ids[own], ids[target], kind) for own, target, kind in links)
    db.bulk_insert(session, table, rows)
    return len(rows), outside


def _inside(read: ThesaurusRead) -> tuple[set[tuple[str, str, str]], int]:
    """Return the links between two concepts of the file, and how many leave it."""
    codes, links = {one.code for one in read.concepts}, read.links()
    kept = {(own, target, kind) for own, target, kind in links
            if target in codes and target != own}  # fmt: skip
    return kept, sum(target not in codes for _, target, _ in links)


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
