"""Copies that the desk holds, for what writes copies from outside it: a file, a form."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session

from core.circulation import shelf
from core.circulation.enums import CopyStatus, ReturnKind
from core.circulation.loan_models import Loan
from core.db import table_of
from core.documentation.models import Item


def states(session: Session, item_ids: Iterable[int]) -> dict[int, tuple[CopyStatus, str]]:
    """Return the copies lent, set aside or declared lost here, and the state each one has.

    What the desk holds open wins over what a file or a form says of a copy. One that a file said
    to be lost is not here: no loan knows of it.
    """
    ids = list(item_ids)
    item, loan = table_of(Item), table_of(Loan)
    kinds = (ReturnKind.LOST.value, ReturnKind.PRESUMED_LOST.value)
    lost = sa.exists().where(loan.c.item_id == item.c.id, loan.c.return_kind.in_(kinds))
    rows = session.connection().execute(
        sa.select(item.c.id, item.c.state, lost).where(item.c.id.in_(ids))
    )
    known = shelf.statuses(session, ids)
    kept = (CopyStatus.LENT, CopyStatus.SET_ASIDE)
    return {
        own: (known[own], state)
        for own, state, is_lost in rows
        if known[own] in kept or (is_lost and known[own] is CopyStatus.LOST)
    }
