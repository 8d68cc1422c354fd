"""Links between notices, written once every record of a file has its own."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session

from core import db
from core.db import table_of
from core.documentation.desk_models import NoticeSource
from core.documentation.drafts import LinkDraft
from core.documentation.models import Notice, NoticeField, NoticeLink

CHUNK = 5_000


def numbered(session: Session, source: str, numbers: Sequence[str]) -> dict[str, int]:
    """Return the notice of each number: as ``source`` calls it, else as we do (« rt00000012 »)."""
    table, notice = table_of(NoticeSource), table_of(Notice)
    own = {int(n[2:]): n for n in numbers if n.startswith("rt") and n[2:].isdecimal()}
    found: dict[str, int] = {}
    listed, ids = list(numbers), list(own)
    for at in range(0, len(ids), CHUNK):
        rows = session.connection().execute(
            sa.select(notice.c.id).where(notice.c.id.in_(ids[at : at + CHUNK]))
        )
        found |= {own[one]: one for one in rows.scalars()}
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
    numbers = sorted({one.external_id for links in wanted.values() for one in links})
    targets = numbered(session, source, numbers)
    rows: dict[tuple[int, int, str], int] = {}
    lost: list[tuple[int, LinkDraft]] = []
    for own, links in wanted.items():
        for rank, one in enumerate(links):
            target = targets.get(one.external_id)
            if target is None:
                lost.append((own, one))
            elif target != own:
                rows.setdefault((own, target, one.kind), rank)
    db.bulk_insert(session, table, [(*key, rank) for key, rank in rows.items()])
    _keep(session, lost)
    return len(lost)


def _keep(session: Session, lost: Sequence[tuple[int, LinkDraft]]) -> None:
    table = table_of(NoticeField)
    first = db.next_id(session, table) if lost else 0
    db.bulk_insert(
        session, table,
        [(first + place, own, "lien", f"{one.kind} {one.external_id}", 1000 + place)
         for place, (own, one) in enumerate(lost)],
    )  # fmt: skip
    if lost:
        db.follow_ids(session, table)
