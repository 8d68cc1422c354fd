"""Kits: their parts counted at the desk, missing for a time, or lost for good."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from core import db, journal
from core.access import Viewer
from core.circulation.desk_trace import Trace
from core.circulation.shelf import Copy
from core.documentation.models import ItemPart
from core.errors import DomainError

DOMAIN = "circulation"


def parts(session: Session, item_id: int) -> list[ItemPart]:
    """Return the parts of a copy by rank; none where it is of one piece."""
    return list(
        session.exec(
            select(ItemPart).where(ItemPart.item_id == item_id).order_by(col(ItemPart.rank))
        )
    )


def told(labels: dict[int, str]) -> str:
    """Say the parts of a kit with the numbers they are called by.

    >>> told({1: "Livret", 2: "Jeu"})
    '1 Livret, 2 Jeu'
    """
    return ", ".join(f"{rank} {label}" for rank, label in labels.items())


def check(session: Session, copy: Copy, ranks: Collection[int]) -> None:
    """Raise DomainError where a number is of no part of this copy."""
    if not ranks:
        return
    held = {one.rank: one.label for one in parts(session, copy.item.id or 0)}
    if not set(ranks) <= set(held):
        raise DomainError(
            f"Cette pièce n’est pas de cette mallette : {told(held) or 'elle n’en a pas'}."
        )


def settle(
    trace: Trace, viewer: Viewer, copy: Copy, lost: Collection[int], *,
    missing: Collection[int] = (), now: datetime,
) -> str:  # fmt: skip
    """Write which parts are there; those lost leave the kit, in the journal, which is told.

    Raises DomainError where none would be left: the copy itself is lost then.
    """
    session, gone = trace.session, []
    held = parts(session, copy.item.id or 0)
    if held and len(set(lost)) == len(held):
        raise DomainError("Toutes les pièces sont perdues : déclarez perdue la mallette entière.")
    for one in held:
        if one.rank in lost:
            gone.append(f"{one.rank} {one.label}")
            _leave(trace, copy, one)
        elif one.is_present is (one.rank in missing):
            trace.touch(one)
            one.is_present = one.rank not in missing
            session.add(one)
    session.flush()
    if not gone:
        return ""
    db.raise_revision(session, "documentation")
    journal.record(session, viewer, at=now, domain=DOMAIN, action="pièces perdues",
                   subject=f"{copy.notice.title} : {', '.join(gone)}")  # fmt: skip
    return f" Perdu pour de bon : {', '.join(gone)} ; la mallette se prête sans."


def _leave(trace: Trace, copy: Copy, part: ItemPart) -> None:
    """Take a part out of a kit, which is expected to have one less."""
    trace.touch(copy.item)
    copy.item.parts_expected = max(1, copy.item.parts_expected - 1)
    trace.session.add(copy.item)
    trace.take_out(part)
