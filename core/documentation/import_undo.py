"""The way back of an import: what it created leaves, what it changed is put back.

Nothing done since is undone with it: a notice that anybody touched since keeps the import in place.
What an import notes of itself (``done``) says the version of each notice it wrote, and the one it
found; once taken back, the version that this made, which the import before must meet again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import (
    cleaning,
    copies,
    drafts,
    import_operations,
    import_updates,
    indexing,
    linking,
    reading,
    removal,
    writing,
)
from core.documentation.desk_models import (
    Attachment,
    Basket,
    BasketEntry,
    CatalogueImport,
    NoticeMerge,
    NoticeSource,
)
from core.documentation.drafts import LinkDraft
from core.documentation.models import Item
from core.errors import DomainError

CHUNK = 1_000
Versions = dict[int, int]
TOO_OLD = (
    "Cet import date d’une version antérieure de l’application, qui ne notait pas ce qu’il a "
    "changé : il ne peut plus être annulé."
)
JOINED = "Des fichiers ont été joints depuis à des notices de cet import"
IN_BASKET = "Des notices de cet import sont dans le panier d’un collègue"
MERGED = "Des notices de cet import ont été réunies à d’autres depuis"
MORE_COPIES = "Des exemplaires ont été ajoutés depuis à des notices de cet import"


def undo(session: Session, viewer: Viewer, *, import_id: int, now: datetime) -> tuple[int, int]:
    """Take an import back: what it created leaves, what it changed is as it was before.

    Copies that it added to notices already held leave with it, those it changed are as before.

    Returns how many left and how many were put back. DomainError where anything was done since to
    one of its notices, by somebody or by a later import.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    row = session.get(CatalogueImport, import_id)
    if row is None or row.undone_at is not None:
        raise DomainError("Cet import n’existe pas ou est déjà annulé.")
    done = json.loads(row.done)
    if "sources" not in done:
        raise DomainError(TOO_OLD)
    _check_untouched(session, done, import_id)
    _check_alone(session, viewer, done)
    linking.part(session, [(own, LinkDraft(*link)) for own, *link in done["links"]])
    removal.remove_copies(session, done["copies"])
    removal.remove(session, done["created"])
    for part in _parts(done["changed"]):
        _put_back(session, row.source, part, now)
    _put_copies_back(session, done)
    _put_sources_back(session, done["sources"])
    row.done = json.dumps({"back": _versions_back(session, done["changed"])})
    row.undone_at = fr.stored(now)
    session.add(row)
    journal.record(session, viewer, at=now, domain=import_operations.DOMAIN, action="import annulé",
                   subject=row.file_name, before={"import": import_id})  # fmt: skip
    return len(done["created"]), len(done["changed"])


def _parts(listed: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (listed[at : at + CHUNK] for at in range(0, len(listed), CHUNK))


def _check_untouched(session: Session, done: Mapping[str, Any], import_id: int) -> None:
    """Refuse where a notice has not the version that the import wrote."""
    written = dict.fromkeys(done["created"], 1)
    written |= {own: version for own, _, _, version in done["changed"]}
    expected = _followed(session, written, import_id)
    now = import_updates.states(session, list(written))
    moved = [own for own, version in expected.items()
             if own not in now or now[own].version != version]  # fmt: skip
    if not moved:
        return
    later = _later(session, moved, import_id)
    if later is not None:
        raise DomainError(f"Annulez d’abord l’import n° {later}, plus récent.")
    said = fr.plural(len(moved), "notice de cet import a", "notices de cet import ont")
    verb = "été modifiée" if len(moved) == 1 else "été modifiées"
    raise DomainError(f"{said} {verb} depuis : il ne peut plus être annulé.")


def _followed(session: Session, written: Versions, import_id: int) -> Versions:
    """Return the version each notice should have: later imports, taken back, have raised it."""
    rows = session.exec(
        select(CatalogueImport.done).where(
            col(CatalogueImport.id) > import_id, col(CatalogueImport.undone_at).is_not(None)
        )
    )
    back = {(own, old): new for text in rows for own, old, new in json.loads(text).get("back", ())}
    expected = {}
    for own, first in written.items():
        version = first
        while (own, version) in back:
            version = back[own, version]
        expected[own] = version
    return expected


def _later(session: Session, ids: Sequence[int], import_id: int) -> int | None:
    """Return the last import that wrote one of these notices after this one, if any did."""
    found = [
        session.exec(
            select(sa.func.max(NoticeSource.import_id)).where(
                col(NoticeSource.notice_id).in_(part), col(NoticeSource.import_id) > import_id
            )
        ).one()
        for part in _parts(ids)
    ]
    return max((one for one in found if one is not None), default=None)


def _check_alone(session: Session, viewer: Viewer, done: Mapping[str, Any]) -> None:
    """Refuse where a notice that would leave holds what somebody gave it."""
    item, entry, basket = table_of(Item), table_of(BasketEntry), table_of(Basket)
    merge, file = table_of(NoticeMerge), table_of(Attachment)
    others = sa.select(basket.c.id).where(basket.c.owner != viewer.signature)
    holding = (
        (JOINED, file.c.notice_id, sa.true()),
        (IN_BASKET, entry.c.notice_id, entry.c.basket_id.in_(others)),
        (MERGED, merge.c.merged_id, merge.c.undone_at.is_(None)),
        (MERGED, merge.c.kept_id, merge.c.undone_at.is_(None)),
        (MORE_COPIES, item.c.notice_id, item.c.id > done["last_copy"]),
    )
    for said, column, rule in holding:
        for part in _parts(done["created"]):
            found = sa.select(column).where(column.in_(part), rule).limit(1)
            if session.connection().execute(found).first() is not None:
                raise DomainError(f"{said} : il ne peut plus être annulé.")


def _put_back(session: Session, source: str, changed: Sequence[Any], now: datetime) -> None:
    """Write notices as they were; who may see them stays as it is."""
    here = reading.read(session, [own for own, *_ in changed])
    entries = [
        writing.Entry(
            replace(drafts.from_json(text), items=(), status=here[own].status,
                    visibility=here[own].visibility), own,
        )
        for own, text, *_ in changed
    ]  # fmt: skip
    writing.write(session, entries, now=now)
    linking.write(session, source, {e.notice_id or 0: e.draft.links for e in entries})


def _put_copies_back(session: Session, done: Mapping[str, Any]) -> None:
    changed = {int(own): _dated(columns) for own, columns in done["items"].items()}
    owners: set[int] = set()
    for part in _parts(sorted({*changed, *done["parted"]})):
        values = {own: changed[own] for own in part if own in changed}
        owners |= copies.put_back(session, values, [own for own in part if own in done["parted"]])
    indexing.refresh(session, sorted(owners))


def _dated(columns: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Read the columns of a copy, before and after, as JSON keeps them."""
    name = "acquired_on"
    days = {name: [cleaning.day(one or "") for one in columns[name]]} if name in columns else {}
    return {**columns, **days}


def _put_sources_back(session: Session, sources: Sequence[Any]) -> None:
    table = table_of(NoticeSource)
    names = ("own", "text", "sign", "import")
    if sources:
        session.connection().execute(
            sa.update(table).where(table.c.id == sa.bindparam("own")).values(
                read_as=sa.bindparam("text"), digest=sa.bindparam("sign"),
                import_id=sa.bindparam("import"),
            ),
            [dict(zip(names, one, strict=True)) for one in reversed(sources)],
        )  # fmt: skip


def _versions_back(session: Session, changed: Sequence[Any]) -> list[tuple[int, int, int]]:
    """Return, for each notice put back, the version the import found and the one it has now."""
    now = import_updates.states(session, [own for own, *_ in changed])
    return [(own, found, now[own].version) for own, _, found, _ in changed]
