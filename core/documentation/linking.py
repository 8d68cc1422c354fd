"""Links between notices, written once every record of a file has its own."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlmodel import Session

from core import db
from core.db import table_of
from core.documentation import drafts, reading
from core.documentation.desk_models import NoticeSource
from core.documentation.drafts import LOST, LinkDraft
from core.documentation.enums import LinkKind
from core.documentation.models import Notice, NoticeField, NoticeLink

CHUNK = 5_000


def numbered(session: Session, source: str, numbers: Sequence[str]) -> dict[str, int]:
    """Return the notice of each number: as ``source`` calls it, else as we do (« rt00000012 »)."""
    table = table_of(NoticeSource)
    own = {one: n for n in numbers if (one := reading.own_id(n)) is not None}
    found = {own[one]: one for one in _held(session, sorted(own))}
    listed = list(numbers)
    for at in range(0, len(listed), CHUNK):
        pairs = session.connection().execute(
            sa.select(table.c.external_id, table.c.notice_id).where(
                table.c.source == source, table.c.external_id.in_(listed[at : at + CHUNK])
            )
        )
        found |= {row[0]: row[1] for row in pairs}
    return found


def write(session: Session, source: str, wanted: Mapping[int, Sequence[LinkDraft]]) -> int:
    """Replace the links of notices; return how many lead nowhere, which are kept as raw fields."""
    if not wanted:
        return 0
    table = table_of(NoticeLink)
    ids = list(wanted)
    for at in range(0, len(ids), CHUNK):
        part = ids[at : at + CHUNK]
        session.connection().execute(sa.delete(table).where(table.c.from_id.in_(part)))
    every = [one for links in wanted.values() for one in links]
    targets = Targets.of(session, source, every)
    rows: dict[tuple[int, int, str], int] = {}
    lost: list[tuple[int, LinkDraft]] = []
    for own, links in wanted.items():
        for rank, one in enumerate(links):
            target = targets.of_link(one)
            if target is None:
                lost.append((own, one))
            elif target != own:
                rows.setdefault((own, target, one.kind), rank)
    for own, target, kind in (closing := _closing(session, rows)):
        lost.append((own, LinkDraft(kind, reading.local_id(target))))
    db.bulk_insert(session, table, [(*k, rank) for k, rank in rows.items() if k not in closing])
    keep(session, lost)
    return len(lost)


@dataclass(frozen=True)
class Targets:
    """The notices that links lead to: the one they name, else that of their number."""

    numbers: Mapping[str, int]
    held: frozenset[int]

    @classmethod
    def of(cls, session: Session, source: str, links: Iterable[LinkDraft]) -> "Targets":
        """Look up the targets of links at once."""
        listed = list(links)
        numbers = numbered(session, source, sorted({one.external_id for one in listed}))
        ids = sorted({one.target_id for one in listed if one.target_id is not None})
        return cls(numbers, frozenset(_held(session, ids)))

    def of_link(self, one: LinkDraft) -> int | None:
        return one.target_id if one.target_id in self.held else self.numbers.get(one.external_id)


def _held(session: Session, ids: Sequence[int]) -> set[int]:
    table = table_of(Notice)
    found: set[int] = set()
    for at in range(0, len(ids), CHUNK):
        rows = session.connection().execute(
            sa.select(table.c.id).where(table.c.id.in_(ids[at : at + CHUNK]))
        )
        found |= set(rows.scalars())
    return found


def keep(session: Session, lost: Sequence[tuple[int, LinkDraft]]) -> None:
    """Keep links that lead nowhere as raw fields of their notices."""
    table = table_of(NoticeField)
    first = db.next_id(session, table) if lost else 0
    db.bulk_insert(
        session, table,
        [(first + place, own, LOST, f"{one.kind} {one.external_id}", 1000 + place)
         for place, (own, one) in enumerate(lost)],
    )  # fmt: skip
    if lost:
        db.follow_ids(session, table)


def retry(session: Session, source: str) -> list[tuple[int, LinkDraft]]:
    """Write the links, kept for want of a target, whose target has come from their source.

    Returns them, each with the notice it starts from.
    """
    field, of = table_of(NoticeField), table_of(NoticeSource)
    rows = session.connection().execute(
        sa.select(field.c.id, field.c.notice_id, field.c.text)
        .where(field.c.tag == LOST, field.c.notice_id.in_(
            sa.select(of.c.notice_id).where(of.c.source == source)))
        .order_by(field.c.id)
    ).all()  # fmt: skip
    waiting = {row.id: (row.notice_id, drafts.lost_link(row.text)) for row in rows}
    targets = Targets.of(session, source, [one for _, one in waiting.values()])
    found = {
        field_id: (own, replace(one, target_id=target))
        for field_id, (own, one) in waiting.items()
        if (target := targets.of_link(one)) is not None
    }
    wanted = {key: (own, one.target_id or 0, one.kind) for key, (own, one) in found.items()}
    closing = _closing(session, wanted.values())
    found = {key: pair for key, pair in found.items() if wanted[key] not in closing}
    if not found:
        return []
    _join(session, [(own, one.target_id or 0, one.kind) for own, one in found.values()])
    for at in range(0, len(found), CHUNK):
        part = list(found)[at : at + CHUNK]
        session.connection().execute(sa.delete(field).where(field.c.id.in_(part)))
    return list(found.values())


def _closing(session: Session, wanted: Iterable[tuple[int, int, str]]) -> set[tuple[int, int, str]]:
    """Return which links « partie de » would make a notice, at some remove, a part of itself."""
    kind = LinkKind.PART_OF.value
    parts = [(own, target) for own, target, of in wanted if of == kind]
    above = _wholes(session, {target for _, target in parts})
    closing: set[tuple[int, int, str]] = set()
    for own, target in parts:
        reached, following = {target}, [target]
        while following:
            new = above.get(following.pop(), set()) - reached
            reached |= new
            following += new
        if own in reached:
            closing.add((own, target, kind))
        else:
            above.setdefault(own, set()).add(target)
    return closing


def _wholes(session: Session, parts: Iterable[int]) -> dict[int, set[int]]:
    """Return what notices are parts of, and what those are, up to the top."""
    table = table_of(NoticeLink)
    found: dict[int, set[int]] = {}
    fresh = list(parts)
    while fresh:
        found |= {own: set() for own in fresh}
        for at in range(0, len(fresh), CHUNK):
            rows = session.connection().execute(
                sa.select(table.c.from_id, table.c.to_id).where(
                    table.c.from_id.in_(fresh[at : at + CHUNK]),
                    table.c.kind == LinkKind.PART_OF.value,
                )
            )
            for own, whole in rows:
                found[own].add(whole)
        fresh = sorted({one for wholes in found.values() for one in wholes} - found.keys())
    return found


def part(session: Session, pairs: Sequence[tuple[int, LinkDraft]]) -> None:
    """Undo what ``retry`` did: the links wait for their targets again."""
    table = table_of(NoticeLink)
    held = _held(session, sorted({own for own, _ in pairs}))
    for own, one in pairs:
        session.connection().execute(
            sa.delete(table).where(table.c.from_id == own, table.c.to_id == one.target_id,
                                   table.c.kind == one.kind)
        )  # fmt: skip
    keep(session, [pair for pair in pairs if pair[0] in held])


def _join(session: Session, wanted: Sequence[tuple[int, int, str]]) -> None:
    """Add links between notices, those held already and those to oneself left out."""
    table = table_of(NoticeLink)
    starts = sorted({own for own, _, _ in wanted})
    ranks: Counter[int] = Counter()
    held: set[tuple[int, int, str]] = set()
    for at in range(0, len(starts), CHUNK):
        rows = (
            session.connection()
            .execute(sa.select(table).where(table.c.from_id.in_(starts[at : at + CHUNK])))
            .all()
        )
        held |= {(row.from_id, row.to_id, row.kind) for row in rows}
        ranks.update(row.from_id for row in rows)
    fresh = [one for one in dict.fromkeys(wanted) if one not in held and one[0] != one[1]]
    db.bulk_insert(session, table, [(*one, ranks[one[0]] + n) for n, one in enumerate(fresh)])
