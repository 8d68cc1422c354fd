"""One copy changed by hand: its barcode, where it stands, which parts of a kit are there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import indexing
from core.documentation.models import Item, ItemPart, Notice
from core.documentation.unimarc_copies import barcode
from core.errors import DomainError

DOMAIN = "documentation"
DOMAINS = (DOMAIN,)


@dataclass(frozen=True)
class HeldItem:
    """A copy as the team edits it; ``parts`` are (rank, label, is there)."""

    id: int
    barcode: str
    shelf_mark: str
    location: str
    state: str
    parts: tuple[tuple[int, str, bool], ...]

    @property
    def name(self) -> str:
        return self.barcode or self.shelf_mark or f"exemplaire n° {self.id}"


def held(session: Session, viewer: Viewer, *, notice_id: int) -> tuple[HeldItem, ...]:
    """Return the copies of a record, oldest first, withdrawn ones too."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    items = session.exec(
        select(Item).where(Item.notice_id == notice_id).order_by(col(Item.id))
    ).all()  # fmt: skip
    parts = session.exec(
        select(ItemPart).where(col(ItemPart.item_id).in_([one.id for one in items]))
        .order_by(col(ItemPart.item_id), col(ItemPart.rank))
    ).all()  # fmt: skip
    return tuple(
        HeldItem(
            one.id or 0, one.barcode, one.shelf_mark, one.location, one.state,
            tuple((p.rank, p.label, p.is_present) for p in parts if p.item_id == one.id),
        )
        for one in items
    )  # fmt: skip


def change(  # noqa: PLR0913  # a copy, and each thing that is said of it
    session: Session,
    viewer: Viewer,
    *,
    item_id: int,
    code: str,
    shelf_mark: str,
    location: str,
    present: Collection[int],
    now: datetime,
) -> None:
    """Write over what a copy says of itself; ``present`` are the ranks of the parts that are there.

    DomainError where the barcode is another copy's, or nothing names the copy any more.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    item = session.get(Item, item_id)
    if item is None:
        raise DomainError("Cet exemplaire n’existe plus : rechargez la page.")
    before = {"barcode": item.barcode, "shelf_mark": item.shelf_mark, "place": item.location}
    own, mark = barcode(code), shelf_mark.strip()
    if not own and not mark:
        raise DomainError("Donnez un code-barres ou une cote à cet exemplaire.")
    _refuse_taken(session, own, item_id)
    item.barcode, item.shelf_mark, item.location = own, mark, location.strip()
    session.add(item)
    session.flush()
    part = table_of(ItemPart)
    session.connection().execute(
        sa.update(part).where(part.c.item_id == item_id)
        .values(is_present=part.c.rank.in_(sorted(present)))
    )  # fmt: skip
    session.expire_all()
    indexing.refresh(session, [item.notice_id])
    title = session.get_one(Notice, item.notice_id).title
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="exemplaire modifié", subject=title,
        before=before,
        after={"barcode": item.barcode, "shelf_mark": item.shelf_mark, "place": item.location},
    )  # fmt: skip


def _refuse_taken(session: Session, code: str, item_id: int) -> None:
    holder = session.exec(
        select(Notice.title).join(Item, col(Item.notice_id) == col(Notice.id))
        .where(Item.barcode == code, Item.id != item_id)
    ).first()  # fmt: skip
    if code and holder is not None:
        raise DomainError(f"Le code-barres {code} est déjà celui de « {holder} ».")
