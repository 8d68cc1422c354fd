"""Concepts by hand: a new one, other labels and neighbours, a way in from the words of a reader."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core import access, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import (
    charsets,
    concept_trees,
    parsing,
    thesaurus_queries,
)
from core.documentation.enums import LabelKind
from core.documentation.thesaurus_models import Concept, ConceptLabel, ConceptRelation, Thesaurus
from core.documentation.thesaurus_queries import ConceptTyped
from core.errors import DomainError

DOMAIN = "documentation"
GONE = "Ce terme n’existe plus, ou un autre l’a remplacé : rechargez la page."
LONGEST = 200


def add(
    session: Session, viewer: Viewer, *, thesaurus_id: int, typed: ConceptTyped, now: datetime
) -> int:  # fmt: skip
    """Add a concept to a thesaurus; return its id. DomainError for a term that is there."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    if session.get(Thesaurus, thesaurus_id) is None:
        raise DomainError("Ce thésaurus n’existe plus : rechargez la page.")
    new = _cleaned(typed)
    row = Concept(thesaurus_id=thesaurus_id, code=_free_code(session, thesaurus_id, new.label))
    session.add(row)
    session.flush()
    _write(session, row, new, before=ConceptTyped("", lang=new.lang))
    journal.record(session, viewer, at=now, domain=DOMAIN, action="terme ajouté",
                   subject=new.label, after=_told(session, new))  # fmt: skip
    return row.id or 0


def change(
    session: Session, viewer: Viewer, *, concept_id: int, typed: ConceptTyped, now: datetime
) -> str:
    """Write a concept as it was typed; return the term it had, where it is now another label."""
    before = thesaurus_queries.concept_typed(session, viewer, concept_id=concept_id)
    if before is None:
        raise DomainError(GONE)
    new = _cleaned(replace(typed, lang=before.lang))
    old = before.label if new.label != before.label else ""
    if old and old not in new.hidden:
        new = replace(new, others=_once((*new.others, old), but=(new.label,)))
    said = {True: _told(session, before), False: _told(session, new)}
    changed = [name for name in said[True] if said[True][name] != said[False][name]]
    if not changed:
        return ""
    row = session.get_one(Concept, concept_id)
    row.is_edited = True
    _write(session, row, new, before=before)
    told = [{name: said[when][name] for name in changed} for when in (True, False)]
    journal.record(session, viewer, at=now, domain=DOMAIN, action="terme modifié",
                   subject=new.label, before=told[0], after=told[1])  # fmt: skip
    return old


def add_way_in(
    session: Session, viewer: Viewer, *, concept_id: int, text: str, kind: LabelKind, now: datetime
) -> None:
    """Let words lead to a concept: another label, shown beside it, or a hidden one."""
    before = thesaurus_queries.concept_typed(session, viewer, concept_id=concept_id)
    if before is None:
        raise DomainError(GONE)
    is_shown = kind is LabelKind.OTHER
    change(
        session, viewer, concept_id=concept_id, now=now,
        typed=replace(before, others=(*before.others, *([text] if is_shown else [])),
                      hidden=(*before.hidden, *([] if is_shown else [text]))),
    )  # fmt: skip


def _cleaned(typed: ConceptTyped) -> ConceptTyped:
    """Return what was typed with each label once, the term first. DomainError without a term."""
    label = charsets.cleaned(typed.label)
    if not label:
        raise DomainError("Donnez le terme : c’est le nom sous lequel on le lit.")
    others = _once(typed.others, but=(label,))
    hidden = _once(typed.hidden, but=(label, *others))
    for text in (label, *others, *hidden):
        if not parsing.term_key(text):
            raise DomainError(f"« {text} » n’a aucun mot que l’on puisse chercher : précisez-le.")
        if len(text) > LONGEST:
            raise DomainError(f"« {text[:40]}… » est trop long : {LONGEST} signes au plus.")
    both = set(typed.broader) & set(typed.related)
    if both:
        raise DomainError("Un même terme ne peut être à la fois plus large et à voir aussi.")
    return replace(typed, label=label, others=others, hidden=hidden, note=typed.note.strip())


def _once(texts: Iterable[str], *, but: Iterable[str]) -> tuple[str, ...]:
    found = dict.fromkeys(charsets.cleaned(text) for text in texts)
    return tuple(text for text in found if text and text not in but)


def _write(session: Session, row: Concept, new: ConceptTyped, *, before: ConceptTyped) -> None:
    own = row.id or 0
    held = {before.label, *before.others, *before.hidden}
    _check_free(session, row, [one for one in (new.label, *new.others, *new.hidden)
                               if one not in held or one == new.label != before.label],
                lang=new.lang)  # fmt: skip
    _check_neighbours(session, row, new)
    row.note = new.note
    session.add(row)
    session.flush()
    _write_labels(session, own, new)
    _write_relations(session, own, new)
    session.expire_all()
    concept_trees.reindex(session, [own])


def _check_free(session: Session, row: Concept, texts: Iterable[str], *, lang: str) -> None:
    """Refuse a label that is the term of another concept of the thesaurus."""
    table, concept = table_of(ConceptLabel), table_of(Concept)
    by_key: dict[str, list[str]] = {}
    for text in texts:
        by_key.setdefault(parsing.term_key(text), []).append(text)
    rows = session.connection().execute(
        sa.select(table.c.key, table.c.label)
        .join_from(table, concept, concept.c.id == table.c.concept_id)
        .where(concept.c.thesaurus_id == row.thesaurus_id, concept.c.id != row.id,
               table.c.kind == "pref", table.c.lang == lang, table.c.key.in_(by_key))
    )  # fmt: skip
    for key, label in rows:
        if fr.fold(label) in map(fr.fold, by_key[key]):
            raise DomainError(
                f"« {label} » est déjà un terme de ce thésaurus : choisissez un autre mot, ou "
                "remplacez l’un des deux termes par l’autre."
            )


def _check_neighbours(session: Session, row: Concept, new: ConceptTyped) -> None:
    """Refuse a neighbour that is not in the thesaurus, and a circle of wider terms."""
    concept = table_of(Concept)
    wanted = {*new.broader, *new.related}
    held = session.connection().scalars(
        sa.select(concept.c.id).where(
            concept.c.id.in_(wanted), concept.c.id != row.id,
            concept.c.thesaurus_id == row.thesaurus_id, concept.c.deprecated_by_id.is_(None),
        )
    )  # fmt: skip
    if wanted - set(held):
        raise DomainError("Un terme choisi n’est plus dans ce thésaurus : rechargez la page.")
    for wide in new.broader:
        if row.id in concept_trees.above(session, wide):
            label = _terms(session, [wide])[0]
            raise DomainError(
                f"« {label} » est déjà plus précis que « {new.label} » : il ne peut être aussi "
                "plus large."
            )


def _write_labels(session: Session, own: int, new: ConceptTyped) -> None:
    table = table_of(ConceptLabel)
    listed = [(LabelKind.PREFERRED, (new.label,)), (LabelKind.OTHER, new.others),
              (LabelKind.HIDDEN, new.hidden)]  # fmt: skip
    connection = session.connection()
    connection.execute(sa.delete(table).where(table.c.concept_id == own, table.c.lang == new.lang))
    connection.execute(sa.insert(table), [
        {"concept_id": own, "kind": kind.value, "lang": new.lang, "label": text,
         "key": parsing.term_key(text)}
        for kind, texts in listed for text in texts
    ])  # fmt: skip


def _write_relations(session: Session, own: int, new: ConceptTyped) -> None:
    table = table_of(ConceptRelation)
    is_related = sa.and_(
        table.c.kind == "related", (table.c.from_id == own) | (table.c.to_id == own)
    )
    connection = session.connection()
    connection.execute(sa.delete(table).where(
        is_related | sa.and_(table.c.kind == "broader", table.c.from_id == own)
    ))  # fmt: skip
    rows = [{"from_id": own, "to_id": target, "kind": kind}
            for kind, targets in (("broader", new.broader), ("related", new.related))
            for target in targets]  # fmt: skip
    if rows:
        connection.execute(sa.insert(table), rows)


def _free_code(session: Session, thesaurus_id: int, label: str) -> str:
    """Return the code of a new concept: its term, folded, apart from those already taken."""
    table = table_of(Concept)
    base = fr.fold(label)
    held = set(session.connection().scalars(
        sa.select(table.c.code).where(table.c.thesaurus_id == thesaurus_id,
                                      table.c.code.startswith(base, autoescape=True))
    ))  # fmt: skip
    tried = (base, *(f"{base} ({rank})" for rank in range(2, len(held) + 3)))
    return next(code for code in tried if code not in held)


def _told(session: Session, typed: ConceptTyped) -> Mapping[str, Any]:
    """Return what the journal keeps of a concept, its neighbours by their terms."""
    return {
        "label": typed.label, "others": sorted(typed.others), "hidden": sorted(typed.hidden),
        "note": typed.note, "broader": _terms(session, typed.broader),
        "related": _terms(session, typed.related),
    }  # fmt: skip


def _terms(session: Session, ids: Iterable[int]) -> list[str]:
    concept = table_of(Concept)
    rows = session.connection().scalars(
        sa.select(thesaurus_queries.shown_term(concept.c.id)).where(concept.c.id.in_(list(ids)))
    )
    return sorted(label or "?" for label in rows)
