"""What anybody may know of the copies of a record: where they are, until when, how many wait.

No name and no card leaves this module: whoever reads the catalogue reads it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.access import Viewer
from core.circulation import shelf
from core.circulation.enums import CopyStatus, ReservationState
from core.circulation.loan_models import Loan, Reservation
from core.db import table_of
from core.documentation import queries
from core.documentation.models import Item

DOMAINS = ("circulation", "documentation")
ON_SITE = ("sur_place", "exclu")


@dataclass(frozen=True)
class Place:
    """A copy as the public sees it. ``due_on``: the day its loan ends, None where it is not lent.

    ``leaves``: it may be lent; a copy for use on site and one left out of lending may not.
    """

    item_id: int
    shelf_mark: str
    where: str
    barcode: str
    status: CopyStatus
    due_on: date | None
    leaves: bool


@dataclass(frozen=True)
class Availability:
    """The copies of a record, withdrawn ones left out, and how many readers wait for one."""

    copies: tuple[Place, ...]
    waiting: int

    @property
    def free(self) -> int:
        """Count the copies that can leave the centre today."""
        return sum(one.status is CopyStatus.AVAILABLE and one.leaves for one in self.copies)

    @property
    def first_due(self) -> date | None:
        """Return the first day a lent copy is due; None where none is lent."""
        return min((one.due_on for one in self.copies if one.due_on), default=None)


def of_notice(session: Session, viewer: Viewer, *, notice_id: int) -> Availability:
    """Return the copies of a record that the viewer may see; none where it is not for them."""
    card = queries.card(session, viewer, notice_id=notice_id)
    if card is None:
        return Availability((), 0)
    item, loan, wait = (table_of(model) for model in (Item, Loan, Reservation))
    rows = session.connection().execute(
        sa.select(
            item.c.id, item.c.shelf_mark, item.c.location, item.c.section, item.c.barcode,
            item.c.loan_class, loan.c.due_on,
        )
        .outerjoin(loan, sa.and_(loan.c.item_id == item.c.id, loan.c.returned_at.is_(None)))
        .where(item.c.notice_id == card.id, item.c.state != CopyStatus.WITHDRAWN.value)
        .order_by(item.c.shelf_mark, item.c.barcode, item.c.id)
    ).all()  # fmt: skip
    known = shelf.statuses(session, [row.id for row in rows])
    waiting = session.connection().execute(
        sa.select(sa.func.count()).where(
            wait.c.notice_id == card.id, wait.c.state == ReservationState.WAITING.value
        )
    )
    return Availability(tuple(_place(row, known[row.id]) for row in rows), waiting.scalar_one())


def _place(row: Any, status: CopyStatus) -> Place:
    where = ", ".join(part for part in (row.location, row.section) if part)
    leaves = row.loan_class not in ON_SITE
    return Place(row.id, row.shelf_mark, where, row.barcode, status, row.due_on, leaves)
