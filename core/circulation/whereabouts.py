"""What the catalogue says of where a document is, once the desk changed the state of a copy."""

from sqlmodel import Session

from core import db
from core.documentation import indexing
from core.documentation.models import Item


def tell(session: Session, item_id: int | None) -> None:
    """Index the record of a copy again: it is, or is no longer, at the centre."""
    item = session.get(Item, item_id or 0)
    if item is None:
        return
    session.flush()
    indexing.refresh(session, [item.notice_id])
    db.raise_revision(session, "documentation")  # whose readers keep what they read
