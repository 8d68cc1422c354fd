"""Drafts into the store, many at a time: rows are found or made in sets, never one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core import db, fr
from core.db import table_of
from core.documentation import cleaning, copies, indexing, normaliser, referents
from core.documentation.drafts import SCALARS, ItemDraft, NoticeDraft
from core.documentation.models import (
    Notice,
    NoticeAgent,
    NoticeConcept,
    NoticeField,
    NoticeKeyword,
    NoticePublisher,
    NoticeTerritory,
    NoticeTheme,
)

CHILDREN = (
    NoticeAgent, NoticePublisher, NoticeTheme, NoticeTerritory, NoticeKeyword, NoticeConcept,
    NoticeField,
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A draft to write: over the notice ``notice_id``, or as a new one where it is None.

    ``bases`` are its copies as their source last gave them (see ``copies``).
    """

    draft: NoticeDraft
    notice_id: int | None = None
    bases: tuple[ItemDraft, ...] | None = None


@dataclass(frozen=True)
class Written:
    """The id of each draft, in order, and what became of the copies."""

    ids: list[int]
    copies: copies.CopiesWritten


def write(
    session: Session, entries: Sequence[Entry], *, now: datetime, is_simulated: bool = False
) -> Written:
    """Write drafts and index them. Links between notices are written by ``linking``.

    A theme or territory that is not known here is kept as a raw field, not dropped; control
    characters leave.
    """
    if not entries:
        return Written([], copies.CopiesWritten())
    entries = [replace(entry, draft=cleaning.cleaned(entry.draft)) for entry in entries]
    found = referents.resolve(session, [entry.draft for entry in entries])
    is_added = any(entry.notice_id is None for entry in entries)
    first = db.next_id(session, table_of(Notice)) if is_added else 0
    ids: list[int] = []
    for entry in entries:
        ids.append(entry.notice_id or first)
        first += entry.notice_id is None
    ready = [replace(entry, draft=found.kept(entry.draft)) for entry in entries]
    added = [
        _row(entry.draft, own, found.centres, now=now, is_simulated=is_simulated)
        for entry, own in zip(ready, ids, strict=True)
        if entry.notice_id is None
    ]
    if added:
        db.bulk_insert(session, table_of(Notice), added)
        db.follow_ids(session, table_of(Notice))
    _change(session, [entry for entry in ready if entry.notice_id], found.centres, now=now)
    _write_children(session, [(own, e.draft) for own, e in zip(ids, ready, strict=True)], found)
    owned = [(own, entry.draft.items) for own, entry in zip(ids, ready, strict=True)]
    is_typed = all(entry.bases is None for entry in ready)
    bases = {own: entry.bases or () for own, entry in zip(ids, ready, strict=True)}
    done = copies.write(
        session, owned, bases=None if is_typed else bases, is_simulated=is_simulated
    )
    indexing.refresh(session, ids)
    return Written(ids, done)


def _values(draft: NoticeDraft, centres: Mapping[str, int]) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in SCALARS} | {
        "title_sort": normaliser.sort_key(draft.title), "status": draft.status,
        "visibility": draft.visibility, "centre_id": centres.get(draft.centre),
    }  # fmt: skip


def _row(
    draft: NoticeDraft, own: int, centres: Mapping[str, int], *, now: datetime, is_simulated: bool
) -> tuple[Any, ...]:
    moment = fr.stored(now)
    values = _values(draft, centres) | {
        "id": own, "merged_into_id": None, "is_simulated": is_simulated, "version": 1,
        "created_at": moment, "updated_at": moment,
        "published_at": moment if draft.status == "publie" else None,
    }  # fmt: skip
    return tuple(values[column.name] for column in table_of(Notice).columns)


def _change(
    session: Session, entries: Sequence[Entry], centres: Mapping[str, int], *, now: datetime
) -> None:
    """Write over notices, whose version rises; what hangs on them is taken away to be rewritten."""
    if not entries:
        return
    moment, table = fr.stored(now), table_of(Notice)
    rows = [
        _values(entry.draft, centres) | {"own": entry.notice_id, "moment": moment}
        for entry in entries
    ]
    names = [name for name in rows[0] if name not in {"own", "moment"}]
    connection = session.connection()
    connection.execute(
        sa.update(table)
        .where(table.c.id == sa.bindparam("own"))
        .values(
            {name: sa.bindparam(name) for name in names}
            | {"updated_at": sa.bindparam("moment"), "version": table.c.version + 1,
               "published_at": _first_published(table, moment)}
        ),
        rows,
    )  # fmt: skip
    db.delete_all(session, [table_of(model).c.notice_id for model in CHILDREN],
                  [entry.notice_id or 0 for entry in entries])  # fmt: skip


def _first_published(table: sa.Table, moment: datetime) -> sa.ColumnElement[Any]:
    """Keep the day a notice was first shown; it is this one where it is shown only now."""
    is_shown = sa.bindparam("status", type_=sa.String) == "publie"
    return sa.case(
        (sa.and_(is_shown, table.c.published_at.is_(None)), sa.literal(moment, sa.DateTime)),
        else_=table.c.published_at,
    )


def _write_children(
    session: Session, pairs: Sequence[tuple[int, NoticeDraft]], found: referents.Referents
) -> None:
    rows: dict[type[Any], list[tuple[Any, ...]]] = {model: [] for model in CHILDREN}
    for own, draft in pairs:
        rows[NoticeAgent] += _once(
            (own, found.agents[referents.agent_key(agent)], agent.role, rank)
            for rank, agent in enumerate(draft.agents)
        )
        for model, ids in found.of(draft).items():
            rows[model] += [(own, one, rank) for rank, one in enumerate(dict.fromkeys(ids))]
        rows[NoticeKeyword] += [
            (own, label, rank) for rank, label in enumerate(dict.fromkeys(draft.keywords))
        ]
        rows[NoticeField] += [(own, raw.tag, raw.text, rank) for rank, raw in enumerate(draft.raw)]
    if rows[NoticeField]:
        first = db.next_id(session, table_of(NoticeField))
        rows[NoticeField] = [(first + place, *row) for place, row in enumerate(rows[NoticeField])]
    for model, listed in rows.items():
        db.bulk_insert(session, table_of(model), listed)
    if rows[NoticeField]:
        db.follow_ids(session, table_of(NoticeField))


def _once(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Keep the first row of each key (all but the rank)."""
    return list({row[:-1]: row for row in reversed(list(rows))}.values())[::-1]
