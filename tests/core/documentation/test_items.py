"""A copy changed by hand: said anew, never another's barcode; a record deleted once it has none."""

from functools import partial

import pytest
from sqlmodel import select

from core import db
from core.documentation import item_operations, operations, queries
from core.documentation.drafts import ItemDraft, NoticeDraft
from core.documentation.enums import ItemState, NoticeState
from core.documentation.models import Item
from core.errors import DomainError, ForbiddenError
from tests.conftest import NOW
from tests.core.documentation.making import PUBLIC, STAFF, fill, search

KIT = ItemDraft(barcode="B1", shelf_mark="K 1", parts=("Livret", "Jeu"), parts_expected=2)


def test_a_copy_is_said_anew_and_its_parts_ticked(store: str) -> None:
    own, _ = fill(NoticeDraft(title="Mallette", items=(KIT,)),
                  NoticeDraft(title="Autre", items=(ItemDraft(barcode="B2"),)))  # fmt: skip
    with db.writing("documentation") as session:
        (one,) = item_operations.held(session, STAFF, notice_id=own)
        assert [label for _, label, _ in one.parts] == ["Livret", "Jeu"]
        change = partial(item_operations.change, session, STAFF, item_id=one.id,
                         shelf_mark=" K 2 ", location="Toulouse", now=NOW)  # fmt: skip
        change(code=" b 9 ", present=[one.parts[0][0]])
        (after,) = item_operations.held(session, STAFF, notice_id=own)
        assert (after.barcode, after.shelf_mark, after.location) == ("B9", "K 2", "Toulouse")
        assert [is_there for *_, is_there in after.parts] == [True, False]
        with pytest.raises(DomainError, match="B2 est déjà celui de « Autre »"):
            change(code="b2", present=[])
        with pytest.raises(ForbiddenError):
            item_operations.held(session, PUBLIC, notice_id=own)


def test_a_record_is_deleted_once_its_copies_are_withdrawn(store: str) -> None:
    (own,) = fill(NoticeDraft(title="Vieux guide", items=(KIT,)))
    with db.writing("documentation") as session:
        delete = partial(operations.set_status, session, STAFF, notice_id=own,
                         status=NoticeState.DELETED, now=NOW)  # fmt: skip
        with pytest.raises(DomainError, match="a des exemplaires"):
            delete()
        item = session.exec(select(Item)).one()
        item.state = ItemState.WITHDRAWN.value
        session.add(item)
        session.flush()
        delete()
        assert queries.card(session, PUBLIC, notice_id=own) is None
    assert search("guide").total == 0
