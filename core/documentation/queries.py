"""Reads of the catalogue: lists for pages, possible duplicates, counts for the status."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import (
    indexing,
    reading,
    search_queries,
)
from core.documentation.desk_models import CatalogueImport, NoticeFacets, NoticeMerge
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import LinkKind
from core.documentation.models import (
    DocumentaryTheme,
    Item,
    Notice,
    NoticeLink,
)
from core.territories.models import Territory

CHUNK = 5_000

DOMAINS = ("documentation", "territories")


@dataclass(frozen=True)
class NoticeCard:
    """One record as a page shows it. ``version`` is given back when it is saved."""

    id: int
    draft: NoticeDraft
    status: str
    version: int

    @property
    def is_public(self) -> bool:
        """Say whether readers see it."""
        return indexing.audience(self.status, self.draft.visibility) == 0


def card(session: Session, viewer: Viewer, *, notice_id: int) -> NoticeCard | None:
    """Return a record, the one it was merged into, or None where the viewer may not see it."""
    access.require(viewer, Right.READ_CATALOGUE)
    notice = session.get(Notice, notice_id)
    while notice is not None and notice.merged_into_id is not None:
        notice = session.get(Notice, notice.merged_into_id)
    if notice is None or notice.id is None:
        return None
    if indexing.audience(notice.status, notice.visibility) > search_queries.ceiling(viewer):
        return None
    draft = reading.read(session, [notice.id])[notice.id]
    return NoticeCard(notice.id, draft, notice.status, notice.version)


def drafts_of(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, NoticeDraft]:
    """Return records in the order asked, and their links: what the viewer may not see left out."""
    access.require(viewer, Right.READ_CATALOGUE)
    limit = search_queries.ceiling(viewer)
    found = {
        own: draft
        for own, draft in reading.read(session, ids).items()
        if indexing.audience(draft.status, draft.visibility) <= limit
    }
    targets = {one.target_id for draft in found.values() for one in draft.links}
    seen = _seen(session, targets - {None}, limit)
    return {
        own: replace(draft, links=tuple(one for one in draft.links if one.target_id in seen))
        for own, draft in found.items()
    }


def all_ids(session: Session, viewer: Viewer) -> list[int]:
    """Return every notice that the viewer may see, in the order they came in."""
    access.require(viewer, Right.READ_CATALOGUE)
    table, limit = table_of(Notice), search_queries.ceiling(viewer)
    rows = session.connection().execute(
        sa.select(table.c.id, table.c.status, table.c.visibility).order_by(table.c.id)
    )
    return [row.id for row in rows if indexing.audience(row.status, row.visibility) <= limit]


def _seen(session: Session, ids: Iterable[int | None], limit: int) -> set[int]:
    """Return which notices may be seen up to an audience."""
    table, listed = table_of(Notice), sorted(own for own in ids if own is not None)
    found: set[int] = set()
    for at in range(0, len(listed), CHUNK):
        rows = session.connection().execute(
            sa.select(table.c.id, table.c.status, table.c.visibility).where(
                table.c.id.in_(listed[at : at + CHUNK])
            )
        )
        found |= {row.id for row in rows if indexing.audience(row.status, row.visibility) <= limit}
    return found


def open_to_all(session: Session, viewer: Viewer, ids: Sequence[int]) -> list[int]:
    """Return, of some records, those that everybody may find, in their order."""
    access.require(viewer, Right.READ_CATALOGUE)
    table = table_of(NoticeFacets)
    found: set[int] = set()
    for at in range(0, len(ids), indexing.BATCH):
        part = ids[at : at + indexing.BATCH]
        rows = session.connection().execute(
            sa.select(table.c.notice_id).where(table.c.notice_id.in_(part), table.c.audience == 0)
        )
        found.update(rows.scalars())
    return [own for own in ids if own in found]


def cited(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, NoticeDraft]:
    """Return records as they are cited: ``drafts_of``, where the series of a part that only a
    link ties to what holds it is the title of that, with its number and its year.

    What the viewer may not see is not named.
    """
    drafts = drafts_of(session, viewer, ids)
    alone = [own for own, draft in drafts.items() if not draft.series]
    held = _held_by(session, alone, (LinkKind.IN, LinkKind.PART_OF))
    above = _held_by(session, list(held.values()), (LinkKind.ISSUE_OF,))
    hosts = drafts_of(session, viewer, sorted({*held.values(), *above.values()}))
    for own, host in held.items():
        if host in hosts:
            issue, whole = hosts[host], hosts.get(above.get(host, 0))
            drafts[own] = replace(
                drafts[own],
                series=whole.title if whole and issue.volume else issue.title,
                volume=drafts[own].volume or (issue.volume if whole else ""),
                pub_year=drafts[own].pub_year or issue.pub_year,
            )
    return drafts


def _held_by(session: Session, ids: Sequence[int], kinds: Sequence[LinkKind]) -> dict[int, int]:
    """Return, for notices, the first one that a link of these kinds leads to."""
    link = table_of(NoticeLink)
    rows = session.connection().execute(
        sa.select(link.c.from_id, link.c.to_id)
        .where(link.c.from_id.in_(ids), link.c.kind.in_([one.value for one in kinds]))
        .order_by(link.c.rank.desc(), link.c.to_id.desc())
    )
    return {own: host for own, host in rows}  # noqa: C416  # rows are no pairs to dict()


def theme_names(session: Session, viewer: Viewer) -> dict[str, str]:
    """Return the label of each field and theme by its code."""
    access.require(viewer, Right.READ_CATALOGUE)
    table = table_of(DocumentaryTheme)
    rows = session.connection().execute(sa.select(table.c.code, table.c.label))
    return {row.code: row.label for row in rows}


def place_names(session: Session, viewer: Viewer, *, places: Sequence[str]) -> list[str]:
    """Return the name of each place ("level:code"), in their order; an unknown one as it is."""
    access.require(viewer, Right.READ_CATALOGUE)
    table = table_of(Territory)
    codes = [place.partition(":")[2] for place in places]
    rows = session.connection().execute(
        sa.select(table.c.level, table.c.code, table.c.name).where(table.c.code.in_(codes))
    )
    names = {f"{row.level}:{row.code}": row.name for row in rows}
    return [names.get(place, place) for place in places]


def imports(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row an import, newest first: id, file, source, format, when, counts, undone."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    names = ("id", "file_name", "source", "format", "author", "imported_at", "created", "updated",
             "unchanged", "rejected", "undone_at")  # fmt: skip
    rows = session.exec(
        select(*(getattr(CatalogueImport, name) for name in names)).order_by(
            col(CatalogueImport.id).desc()
        )
    ).all()
    return pd.DataFrame(rows, columns=list(names))


def merges(session: Session, viewer: Viewer, *, notice_id: int) -> dict[int, str]:
    """Return the merges into a record that may be undone, the last first: id → merged title."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    rows = session.exec(
        select(NoticeMerge.id, Notice.title)
        .join(Notice, col(Notice.id) == col(NoticeMerge.merged_id))
        .where(NoticeMerge.kept_id == notice_id, col(NoticeMerge.undone_at).is_(None))
        .order_by(col(NoticeMerge.id).desc())
    )
    return {own or 0: title for own, title in rows}


def later_merge(session: Session, merge: NoticeMerge) -> bool:
    """Say whether one of the two notices is in a later merge that stands."""
    both = [merge.kept_id, merge.merged_id]
    found = session.exec(
        select(NoticeMerge.id).where(
            col(NoticeMerge.id) > merge.id, col(NoticeMerge.undone_at).is_(None),
            sa.or_(col(NoticeMerge.kept_id).in_(both), col(NoticeMerge.merged_id).in_(both)),
        )
    ).first()  # fmt: skip
    return found is not None


def counts(session: Session) -> dict[str, int]:
    """Count what is published, by the stable keys of ``python -m core status``."""
    notice, item = table_of(Notice), table_of(Item)
    connection = session.connection()
    count, is_out = sa.select(sa.func.count()), notice.c.status == "publie"
    copies = count.select_from(item).join(notice, notice.c.id == item.c.notice_id)
    return {
        "records": connection.execute(count.select_from(notice).where(is_out)).scalar_one(),
        "copies": connection.execute(copies.where(is_out, item.c.state != "retire")).scalar_one(),
    }
