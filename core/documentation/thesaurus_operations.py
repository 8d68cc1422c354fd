"""Thesauri into the store: concepts found by their code, labels and links replaced as a whole."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, db, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import concept_trees, parsing, thesaurus
from core.documentation.enums import LabelKind
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
Link = tuple[str, str, str]  # a concept, one it leads to (by their codes), how


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
    edited: int = 0  # changed by hand here, and so left as they are
    is_refused: ClassVar[bool] = False  # a file that is none raises

    def sentences(self) -> list[str]:
        head = (
            f"{self.name} : {fr.plural(self.concepts, 'concept')} dont "
            f"{fr.plural(self.created, 'nouveau', 'nouveaux')}, "
            f"{fr.plural(self.labels, 'libellé')}, "
            f"{fr.plural(self.relations, 'lien')}."
        )
        out = f"{fr.plural(self.outside, 'lien')} vers des concepts absents du fichier."
        kept = fr.plural(self.edited, "concept modifié ici, laissé tel quel",
                         "concepts modifiés ici, laissés tels quels")  # fmt: skip
        return [head, *([out] if self.outside else []), *([f"{kept}."] if self.edited else []),
                *(f"{fault}." for fault in self.faults)]  # fmt: skip


def enter(
    session: Session, viewer: Viewer, *, read: ThesaurusRead, code: str, now: datetime
) -> ThesaurusReport:
    """Enter a thesaurus under ``code``; concepts that are not in it any more stay as they are, and
    so do those that were changed by hand.

    The notices that its concepts index are indexed again, since their labels or trees moved.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    if not code.strip():
        raise DomainError("Donnez un nom court au thésaurus : il le reconnaît au prochain fichier.")
    own = _thesaurus(session, code.strip(), read.name)
    read = thesaurus.following(read, _replaced(session, code.strip()))
    every, created = _concepts(session, own, [one.code for one in read.concepts])
    edited = _edited(session, code.strip())
    ids = {one: number for one, number in every.items() if one not in edited}
    labels = _labels(session, read, ids)
    links, outside = _inside(read)
    kept = [one for one in links if one[0] in ids]
    relations, circles = _relations(session, kept, every, edited)
    faults = _told(read, circles)
    concept_trees.reindex(session, list(ids.values()))
    journal.record(session, viewer, at=now, domain=DOMAIN, action="thésaurus importé",
                   subject=read.name, after={"new": created})  # fmt: skip
    return ThesaurusReport(read.name, len(every), created, labels, relations, outside,
                           (*read.faults, *faults), len(every) - len(ids))  # fmt: skip


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
    edited = _edited(session, code) & codes
    labels = sum(len(one.labels) for one in read.concepts if one.code not in edited)
    kept = [one for one in links if one[0] not in edited]
    return ThesaurusReport(read.name, len(codes), len(codes - set(held)), labels, len(kept),
                           outside, read.faults, len(edited))  # fmt: skip


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


def _edited(session: Session, code: str) -> set[str]:
    """Return the codes of the concepts of a thesaurus that were changed by hand."""
    rows = session.exec(
        select(Concept.code)
        .join(Thesaurus, col(Thesaurus.id) == col(Concept.thesaurus_id))
        .where(Thesaurus.code == code, col(Concept.is_edited))
    )
    return set(rows)


def _concepts(session: Session, own: int, codes: Sequence[str]) -> tuple[dict[str, int], int]:
    rows = session.exec(select(Concept.code, Concept.id).where(Concept.thesaurus_id == own)).all()
    wanted = set(codes)
    held = {code: number or 0 for code, number in rows if code in wanted}
    missing = [code for code in codes if code not in held]
    table = table_of(Concept)
    first = db.next_id(session, table)
    made = {code: first + place for place, code in enumerate(missing)}
    db.bulk_insert(session, table, [
        (number, own, code, "", None, False) for code, number in made.items()
    ])  # fmt: skip
    db.follow_ids(session, table)
    return held | made, len(made)


def _labels(session: Session, read: ThesaurusRead, ids: dict[str, int]) -> int:
    table = table_of(ConceptLabel)
    session.connection().execute(sa.delete(table).where(table.c.concept_id.in_(ids.values())))
    concepts = [one for one in read.concepts if one.code in ids]
    rows = [
        (ids[one.code], label.kind.value, label.lang, label.text, parsing.term_key(label.text))
        for one in concepts
        for label in one.labels
    ]
    first = db.next_id(session, table)
    db.bulk_insert(session, table, [(first + place, *row) for place, row in enumerate(rows)])
    db.follow_ids(session, table)
    notes = [{"own": ids[one.code], "text": one.note} for one in concepts]
    concept = table_of(Concept)
    if notes:
        session.connection().execute(
            sa.update(concept)
            .where(concept.c.id == sa.bindparam("own"))
            .values(note=sa.bindparam("text")),
            notes,
        )
    return len(rows)


def _relations(
    session: Session, links: Sequence[Link], ids: Mapping[str, int], edited: Collection[str]
) -> tuple[int, list[Link]]:
    """Write the links of a file in place of those held; return how many, and those left out: under
    a concept that was placed by hand, they would close a circle.
    """
    table = table_of(ConceptRelation)
    own = sorted({ids[code] for code in ids.keys() - set(edited)})
    session.connection().execute(sa.delete(table).where(table.c.from_id.in_(own)))
    late = [one for one in links if one[1] in edited and one[2] == "broader"]
    rows = sorted((ids[start], ids[end], kind) for start, end, kind in set(links) - set(late))
    db.bulk_insert(session, table, rows)
    circles = []
    for start, end, kind in sorted(late):
        if ids[start] in concept_trees.above(session, ids[end]):
            circles.append((start, end, kind))
        else:
            db.bulk_insert(session, table, [(ids[start], ids[end], kind)])
    return len(links) - len(circles), circles


def _told(read: ThesaurusRead, circles: Sequence[Link]) -> list[str]:
    """Say, by their terms, which links would have closed a circle."""
    names = {one.code: next((label.text for label in one.labels
                             if label.kind is LabelKind.PREFERRED), one.code)
             for one in read.concepts}  # fmt: skip
    return [f"« {names[start]} » n’est pas placé sous « {names[end]} », qui est sous lui ici"
            for start, end, _ in circles]  # fmt: skip


def _inside(read: ThesaurusRead) -> tuple[set[Link], int]:
    """Return the links between two concepts of the file, and how many leave it."""
    codes, links = {one.code for one in read.concepts}, read.links()
    kept = {(own, target, kind) for own, target, kind in links
            if target in codes and target != own}  # fmt: skip
    return kept, sum(target not in codes for _, target, _ in links)
