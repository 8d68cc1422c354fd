"""Cards of readers: changed, blocked, struck off once all is settled, joined, found."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from core import db
from core.access import Role, viewer_for
from core.circulation import cards, categories, reader_queries, readers
from core.circulation.cards import CardDraft
from core.circulation.loan_models import Loan
from core.circulation.models import Reader
from core.errors import DomainError, ForbiddenError
from core.journal import JournalEntry
from core.people import merging
from core.people.models import Consent, Person
from core.welcome.models import VisitPerson
from tests.core.circulation.making import (
    TODAY,
    give,
    lend,
    make_copies,
    make_library,
    make_reader,
    notice_of,
    reserve,
)
from tests.core.welcome.making import totals, visit
from tests.factories import NOW, STAFF


def reader(own: int) -> Reader:
    with db.reading() as session:
        return session.get_one(Reader, own)


def test_a_card_is_changed_blocked_and_freed(store: str) -> None:
    make_library()
    ana, bob = make_reader("Ana"), make_reader("Bob")
    with db.writing("circulation") as session:
        other = sorted(categories.names(session, STAFF))[1]
        draft = CardDraft(" l77 ", other, TODAY + timedelta(days=90))
        cards.change(session, STAFF, draft, reader_id=ana, now=NOW)
        cards.block(session, STAFF, reader_id=ana, until=TODAY, reason=" retards ", today=TODAY,
                    now=NOW)  # fmt: skip
    with db.reading() as session:
        found = reader_queries.readers(session, STAFF, state="blocked", today=TODAY)
        assert reader_queries.next_card(session, STAFF) == "L78"
    assert (found["card"].tolist(), reader(ana).block_reason) == (["L77"], "retards")
    with db.writing("circulation") as session:
        cards.unblock(session, STAFF, reader_id=ana, now=NOW)
    for draft, why in (
        (CardDraft("L77", other), "à un autre lecteur"), (CardDraft(" ", other), "numéro"),
        (CardDraft("L9", 0), "catégorie"), (CardDraft("L9", other, date(2001, 1, 1)), "finirait"),
    ):  # fmt: skip
        refused = pytest.raises(DomainError, match=why)
        with refused, db.writing("circulation") as session:
            cards.change(session, STAFF, draft, reader_id=bob, now=NOW)
    with pytest.raises(DomainError, match="pas bloquée"), db.writing("circulation") as session:
        cards.unblock(session, STAFF, reader_id=ana, now=NOW)
    with db.reading() as session:
        told = [f"{row.action} {row.subject}" for row in session.exec(select(JournalEntry))]
    assert told[-3:] == [
        f"carte modifiée lecteur n° {ana}",
        f"carte bloquée jusqu’au 15 juin 2011 lecteur n° {ana}",
        f"carte débloquée lecteur n° {ana}",
    ]


def test_a_new_card_keeps_what_its_reader_agrees_to(store: str) -> None:
    make_library()
    with db.writing(*readers.DOMAINS) as session:
        person = Person(last_name="Ana", search_key="ana")
        session.add(person)
        session.flush()
        readers.register(
            session, STAFF, person_id=person.id or 0, card="L1", today=TODAY, now=NOW,
            category_id=min(categories.names(session, STAFF)), purposes=("annuaire",),
        )  # fmt: skip
        kept = session.exec(select(Consent)).one()
    assert (kept.person_id, kept.purpose, kept.is_given) == (person.id, "annuaire", True)
    assert kept.source == "nouvelle carte de lecteur"


def test_a_card_is_struck_off_once_loans_and_reservations_are_settled(store: str) -> None:
    make_library()
    ana, bob = make_reader("Ana"), make_reader("Bob")
    [copy] = make_copies()
    lend(copy, ana)
    reserve(notice_of(copy), bob)
    for own, why in ((ana, "1 prêt en cours"), (bob, "1 réservation en cours")):
        with pytest.raises(DomainError, match=why), db.writing("circulation") as session:
            cards.strike_off(session, STAFF, reader_id=own, today=TODAY, now=NOW)
    give("L1")
    with db.writing("circulation") as session:
        cards.strike_off(session, STAFF, reader_id=ana, today=TODAY, now=NOW)
    with db.reading() as session:
        found = reader_queries.readers(session, STAFF, state="closed", today=TODAY)
    assert (reader(ana).closed_on, reader(ana).link_version) == (TODAY, 2)
    assert found["name"].str.strip().tolist() == ["Ana"]
    [second] = make_copies(title="Autre")
    with pytest.raises(DomainError, match="fermée"):
        lend(second, ana)
    with db.writing("circulation") as session:
        cards.reopen(session, STAFF, reader_id=ana, now=NOW)
    lend(second, ana)


def test_readers_are_found_by_name_address_or_card(sqlite_store: str) -> None:
    make_library()
    ana, _ = make_reader("Ana"), make_reader("Bob")
    [copy] = make_copies()
    lend(copy, ana, date(2011, 5, 2))
    with db.reading() as session:

        def names(text: str = "", state: str = "") -> list[str]:
            table = reader_queries.readers(session, STAFF, text=text, state=state, today=TODAY)
            return [str(one).strip() for one in table["name"]]

        assert names() == ["Ana", "Bob"]
        assert (names(text="ana"), names(text=f"l{ana}"), names(text="zz")) == (
            ["Ana"],
            ["Ana"],
            [],
        )
        assert (names(state="late"), names(text="%")) == (["Ana"], ["Ana", "Bob"])
        card = reader_queries.reader_card(session, STAFF, reader_id=ana)
        assert card is not None
        assert [(one.title, one.days_late(TODAY)) for one in card.open_loans] == [("Livre", 23)]
        with pytest.raises(ForbiddenError):
            reader_queries.readers(session, viewer_for(Role.ANALYST), today=TODAY)


def test_people_with_a_card_each_are_one_once_their_cards_are(store: str) -> None:
    make_library()
    ana, twin = make_reader("Ana"), make_reader("Anna")
    first, second = make_copies(2)
    lend(first, ana)
    lend(second, twin)
    kept, merged = reader(ana).person_id, reader(twin).person_id
    with pytest.raises(DomainError, match="réunissez d’abord"), db.writing("people") as session:
        merging.merge_people(session, STAFF, kept_id=kept, merged_id=merged, now=NOW)
    with db.writing("circulation", "people") as session:
        cards.join(session, STAFF, kept_id=ana, joined_id=twin, now=NOW)
        merging.merge_people(session, STAFF, kept_id=kept, merged_id=merged, now=NOW)
    with db.reading() as session:
        assert {row.reader_id for row in session.exec(select(Loan))} == {ana}
        assert session.get(Reader, twin) is None


def test_cards_that_wait_for_one_document_are_not_joined(sqlite_store: str) -> None:
    make_library()
    ana, twin, bob = (make_reader(name) for name in ("Ana", "Anna", "Bob"))
    [copy] = make_copies()
    lend(copy, bob)
    for one in (ana, twin):
        reserve(notice_of(copy), one)
    with pytest.raises(DomainError, match="même document"), db.writing("circulation") as session:
        cards.join(session, STAFF, kept_id=ana, joined_id=twin, now=NOW)


def test_one_first_welcome_is_left_to_two_people_that_are_one(store: str) -> None:
    visit("Durand Paul", day=date(2011, 3, 1))
    visit("Duran Paul\nDurand Paul", day=date(2011, 2, 1))
    visit("Duran Paul", day=date(2011, 1, 4))
    before = totals()
    with db.reading() as session:
        ids = {row.search_key: row.id or 0 for row in session.exec(select(Person))}
    with db.writing("people") as session:
        merge = merging.merge_people(
            session, STAFF, kept_id=ids["durand paul"], merged_id=ids["duran paul"], now=NOW
        )
    after = totals()
    assert (before.first_welcomes, after.first_welcomes) == (2, 1)
    assert (before.visits, before.people) == (after.visits, after.people)
    with db.reading() as session:
        firsts = [row for row in session.exec(select(VisitPerson)) if row.is_first_welcome]
    assert [one.person_id for one in firsts] == [ids["durand paul"]]
    with db.writing("people") as session:
        merging.undo_merge(session, STAFF, merge_id=merge, now=NOW)
    assert totals() == before
