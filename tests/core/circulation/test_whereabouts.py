"""What the catalogue says of where a document is, while the desk works."""

import pytest
from sqlmodel import func, select

from core import db
from core.circulation import returns, undo
from core.circulation.loan_models import DeskEvent
from core.documentation import facets, search_queries
from core.documentation.enums import Availability, Facet
from core.documentation.facets import Selection
from core.documentation.search_queries import Request
from tests.core.circulation.making import (
    TODAY,
    at,
    give,
    lend,
    make_copies,
    make_library,
    make_reader,
)
from tests.factories import STAFF


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def test_a_lost_sole_copy_is_not_at_the_centre_until_it_is_found_or_its_loss_undone() -> None:
    [item] = make_copies()
    loan = lend(item, make_reader()).loan_id
    assert at_the_centre() == 1
    before = db.revision("documentation")
    with db.writing("circulation") as session:
        returns.lose(session, STAFF, loan_id=loan, today=TODAY, now=at(TODAY))
    assert at_the_centre() == 0
    assert db.revision("documentation") > before  # who read the catalogue before reads it again
    give("L1")
    assert at_the_centre() == 1
    with db.writing("circulation") as session:
        event = session.exec(select(func.max(DeskEvent.id))).one()
        undo.take_back(session, STAFF, event_id=event, now=at(TODAY))
    assert at_the_centre() == 0


@pytest.mark.parametrize("state", ["en_traitement", "en_reparation", "perdu", "retire"])
def test_a_copy_that_is_not_in_service_is_not_at_the_centre(state: str) -> None:
    make_copies(state=state)
    assert at_the_centre() == 0


def at_the_centre() -> int:
    """Count the documents that a search finds at the centre."""
    shelf = facets.AVAILABILITIES.index(Availability.SHELF)
    wanted = Request("", Selection({Facet.AVAILABILITY: (shelf,)}))
    with db.reading() as session:
        return search_queries.find(session, STAFF, request=wanted).total
