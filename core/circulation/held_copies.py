"""Copies that the desk holds, for what writes copies from outside it: a file, a form."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from core.circulation import shelf
from core.circulation.enums import RESERVABLE, CopyStatus, ReturnKind
from core.circulation.loan_models import Loan
from core.db import table_of
from core.documentation.models import Item


@dataclass(frozen=True)
class Held:
    """A copy that the desk holds: ``state`` is not changed by any file."""

    status: CopyStatus
    state: str
    loan_class: str

    def class_after(self, said: str) -> str:
        """Return the class once a file says another: what is set aside can still be lent.

        >>> Held(CopyStatus.SET_ASIDE, "en_service", "normal").class_after("exclu")
        'normal'
        >>> Held(CopyStatus.LENT, "en_service", "normal").class_after("exclu")
        'exclu'
        """
        is_promised = self.status is CopyStatus.SET_ASIDE and said not in RESERVABLE
        return self.loan_class if is_promised else said


def read(session: Session, item_ids: Iterable[int]) -> dict[int, Held]:
    """Return the copies lent, set aside or declared lost here.

    What the desk holds open wins over what a file or a form says of a copy. One that a file said
    to be lost is not here: no loan knows of it.
    """
    ids = list(item_ids)
    item, loan = table_of(Item), table_of(Loan)
    kinds = (ReturnKind.LOST.value, ReturnKind.PRESUMED_LOST.value)
    lost = sa.exists().where(loan.c.item_id == item.c.id, loan.c.return_kind.in_(kinds))
    rows = session.connection().execute(
        sa.select(item.c.id, item.c.state, item.c.loan_class, lost).where(item.c.id.in_(ids))
    )
    known = shelf.statuses(session, ids)
    kept = (CopyStatus.LENT, CopyStatus.SET_ASIDE)
    return {
        own: Held(known[own], state, loan_class)
        for own, state, loan_class, is_lost in rows
        if known[own] in kept or (is_lost and known[own] is CopyStatus.LOST)
    }
