"""What being forgotten leaves: no name, no address, no card anywhere, and the same figures."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from core import db
from core.circulation import (
    anonymising,
    cards,
    erasing,
    loans,
    own_desk,
    reservations,
    returns,
    shelf,
    shortage,
)
from core.circulation.loan_models import DeskEvent, DeskIncident, Loan, Reservation
from core.circulation.models import Reader
from core.circulation.reader_links import Shown
from core.errors import DomainError
from core.instance.models import Instance, Mode
from core.mail import operations as mail
from core.mail.models import MailMessage
from core.people import contact_imports, forgetting, merging, operations
from core.people.contact_comparison import Decisions
from core.people.models import Consent, Network, NetworkMembership, Person
from core.people.operations import PersonDraft
from core.welcome.models import Visit
from tests.core.circulation.making import (
    TODAY,
    at,
    give,
    lend,
    make_copies,
    make_library,
    make_reader,
    notice_of,
    reserve,
)
from tests.core.people.test_contact_imports import file_of
from tests.core.welcome.making import totals, visit
from tests.factories import NOW, STAFF, dump

SITE = "https://exemple.invalid"
LATER = TODAY + timedelta(days=30)


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    with db.writing("instance") as session:
        session.add(Instance(mode=Mode.DEMO.value))
    return store


def secret_reader(rank: int = 1) -> int:
    """Make a reader entered by hand, in capitals nowhere else: Secret, card SEC, an address."""
    with db.writing("people") as session:
        person = operations.create_person(
            session, STAFF, PersonDraft(f"Secret{rank}x", "Ana", f"secret{rank}x@exemple.invalid"),
            now=NOW,
        )  # fmt: skip
    own = make_reader(f"Autre{rank}x")
    with db.writing("circulation", "people") as session:
        reader = session.get_one(Reader, own)
        reader.person_id, reader.card = person, f"SECRET{rank}X"
        session.add(reader)
    return own


def person_of(reader: int) -> int:
    with db.reading() as session:
        return session.get_one(Reader, reader).person_id


def traces(rank: int = 1) -> list[str]:
    """Return every row of the store where the name, the address or the card still stands."""
    return [
        f"{name}: {row}"
        for name, rows in dump().items()
        for row in rows
        if f"secret{rank}x" in row.lower()
    ]


def forget(reader: int) -> int:
    with db.writing(*erasing.DOMAINS) as session:
        cards.check_settled(session, reader)
        return erasing.erase(session, [reader], today=TODAY)


def test_an_event_by_link_names_no_card_and_an_old_one_loses_it(store: str) -> None:
    own = secret_reader()
    [copy] = make_copies()
    lend(copy, own, date(2011, 6, 1))
    with db.writing(*own_desk.WRITTEN) as session:
        own_desk.ask_link(session, email="secret1x@exemple.invalid", base_url=SITE, now=NOW, at=NOW)
        token = session.exec(select(MailMessage.body)).one().partition("?cle=")[2].split()[0]
        loan = session.exec(select(Loan.id)).one() or 0
        own_desk.renew(session, shown=Shown(token, NOW), loan_id=loan, today=TODAY, now=NOW)
    with db.reading() as session:
        last = session.exec(select(DeskEvent).order_by(col(DeskEvent.id).desc())).first()
    assert last is not None
    assert last.author == "lecteur, par son lien"
    with db.writing("circulation") as session:  # as it was signed before
        last.author = "carte SECRET1X, par son lien"
        session.add(last)
    give("L1")
    forget(own)
    assert traces() == []


def test_what_returns_cancellations_and_expiries_told_of_who_came_next_is_emptied(
    store: str,
) -> None:
    [copy] = make_copies()
    notice, bob, eve = notice_of(copy), make_reader("Bob"), make_reader("Eve")
    own = secret_reader()
    [other] = make_copies(title="Autre")
    lend(other, bob)
    for way in ("return", "cancel", "expire"):
        day = TODAY
        lend(copy, bob)
        if way != "return":
            reserve(notice, eve)
        reserve(notice, own)
        told = give("L1").told
        with db.writing("circulation") as session:
            wait = session.exec(
                select(Reservation.id).where(Reservation.reader_id == eve,
                                             Reservation.state == "disponible")
            ).first()  # fmt: skip
            if way == "cancel":
                told = reservations.cancel(session, STAFF, reservation_id=wait or 0, today=day,
                                           now=NOW)  # fmt: skip
            elif way == "expire":
                day = LATER
                assert reservations.expire(session, STAFF, today=day, now=NOW) == 1
                told = "Secret"
        assert "Secret" in told
        lend(copy, own, day)
        give("L1", day)
    forget(own)
    assert traces() == []
    with db.reading() as session:
        left = session.exec(select(DeskEvent.told).where(DeskEvent.told != "")).all()
    assert left == ["Prêté à Bob, à rendre le 6 juillet 2011."]  # of another record


@pytest.mark.parametrize("is_asked", [True, False])
def test_an_incident_keeps_what_is_to_be_bought_and_not_who_was_to_be_called(
    store: str, is_asked: bool
) -> None:
    [copy] = make_copies()
    own, bob = secret_reader(), make_reader("Bob")
    with db.writing("people") as session:
        person = session.get_one(Person, person_of(own))
        person.email = ""
        session.add(person)
    loan = lend(copy, bob).loan_id
    reserve(notice_of(copy), own)
    with db.writing(*shortage.WRITTEN) as session:
        returns.lose(session, STAFF, loan_id=loan, today=TODAY, now=NOW)
        [wait] = shelf.queue(session, notice_of(copy))
        reservations.cancel(session, STAFF, reservation_id=wait.id or 0, today=TODAY, now=NOW)
        told = session.exec(select(DeskIncident.told)).one()
    assert told.endswith(" : à racheter ; à prévenir, faute de courriel : Ana Secret1x.")
    if is_asked:
        forget(own)
        assert traces() == []
    else:
        with db.writing(*anonymising.DOMAINS) as session:
            anonymising.run(session, STAFF, today=date(2012, 6, 14), now=NOW)
    with db.reading() as session:
        assert session.exec(select(DeskIncident.told)).one().endswith(" : à racheter.")


GESTURES = st.lists(
    st.tuples(
        st.sampled_from(["lend", "give", "scan", "reserve", "cancel", "expire", "undo"]),
        st.integers(0, 2), st.integers(0, 1),
    ),
    max_size=14,
)  # fmt: skip
RANKS = count(10)


# Each example has readers and a record of its own.
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GESTURES)
def test_whatever_was_done_at_the_desk_nothing_names_a_forgotten_reader(
    store: str, drawn: list[tuple[str, int, int]]
) -> None:
    rank = next(RANKS)
    people = [secret_reader(rank), make_reader("Bob"), make_reader("Eve")]
    copies = make_copies(2, title=f"{chr(0x4E00 + rank)}ivre")
    visit(f"SECRET{rank}X Ana, secret{rank}x@exemple.invalid", note=f"Mme Secret{rank}x revient")
    for minute, (gesture, who, which) in enumerate([*drawn, ("lend", 0, 0), ("undo", 0, 0)]):
        with suppress(DomainError), db.writing("circulation") as session:
            _do(session, gesture, people[who], copies[which], minute)
    with db.writing("circulation") as session:
        _settle(session, copies)
    assert traces(rank) != []
    forget(people[0])
    assert traces(rank) == []


def _do(session: Session, gesture: str, reader: int, item: int, minute: int) -> None:
    """Try one gesture of the desk, whoever it is of."""
    now, copy = at(TODAY, minute=minute), shelf.copy_of(session, item)
    notice, name = copy.notice.id or 0, shelf.card_of(session, reader).name
    waits = [one.id for one in shelf.queue(session, notice) if one.reader_id == reader]
    if gesture == "lend":
        request = loans.Request(item, reader, f"{item}-{minute}", override=f"vu avec {name}")
        loans.lend(session, STAFF, request, today=TODAY, now=now)
    elif gesture == "give":
        back = returns.Return(copy.item.barcode, TODAY)
        returns.give_back(session, STAFF, back, today=TODAY, now=now)
    elif gesture == "scan":
        code = session.get_one(Reader, reader).card.lower()
        returns.give_back(session, STAFF, returns.Return(code, TODAY), today=TODAY, now=now)
    elif gesture == "reserve":
        reservations.reserve(session, STAFF, notice_id=notice, reader_id=reader, today=TODAY,
                             now=now)  # fmt: skip
    elif gesture == "cancel" and waits:
        reservations.cancel(session, STAFF, reservation_id=waits[0] or 0, today=TODAY, now=now,
                            reason=f"demande de {name}")  # fmt: skip
    elif gesture == "expire":
        reservations.expire(session, STAFF, today=LATER, now=now)
    elif gesture == "undo":
        _undo_last(session)


def _undo_last(session: Session) -> None:
    """Write what taking a gesture back tells of it."""
    last = session.exec(select(DeskEvent).order_by(col(DeskEvent.id).desc())).first()
    if last is not None and last.kind != "annule":
        session.add(
            DeskEvent(kind="annule", at=last.at, author=last.author, told=f"Annulé : {last.told}",
                      loan_id=last.loan_id, item_id=last.item_id, undoes_id=last.id,
                      reservation_id=last.reservation_id)
        )  # fmt: skip


def _settle(session: Session, items: list[int]) -> None:
    """Take back what is out, and cancel what is waited for."""
    for item in items:
        copy = shelf.copy_of(session, item)
        for wait in shelf.queue(session, copy.notice.id or 0):
            reservations.cancel(session, STAFF, reservation_id=wait.id or 0, today=TODAY, now=NOW)
        if copy.loan is not None:
            back = returns.Return(copy.item.barcode, TODAY)
            returns.give_back(session, STAFF, back, today=TODAY, now=NOW)


def merged_into(kept: int, rank: int) -> int:
    """Add somebody with another address, found to be the same person; return their row."""
    with db.writing("people") as session:
        other = operations.create_person(
            session, STAFF, PersonDraft(f"Secret{rank}x", "A.", f"a.secret{rank}x@exemple.invalid"),
            now=NOW,
        )  # fmt: skip
        merging.merge_people(session, STAFF, kept_id=kept, merged_id=other, now=NOW)
    return other


def test_who_absorbed_others_goes_with_them_and_with_what_merges_and_imports_kept(
    store: str,
) -> None:
    own = secret_reader()
    with db.writing("people") as session:
        for text in (
            "Secret1x;Ana;secret1x@exemple.invalid;0561123456;Mairie Exemple;Maire;\n"
            "Secret1x;Aline;aline.secret1x@exemple.invalid;;;Adjointe;\nAutre;Zoé;;;;;\n",
        ):
            contact_imports.apply(session, STAFF, file=file_of(text), decisions=Decisions(),
                                  now=NOW)  # fmt: skip
        aline = session.exec(select(Person.id).where(Person.first_name == "Aline")).one() or 0
    merged_into(aline, 1)
    with db.writing("people") as session:
        merging.merge_people(session, STAFF, kept_id=person_of(own), merged_id=aline, now=NOW)
    told = mail.Draft("x", "x", "a.secret1x@exemple.invalid", "Objet", "Corps")
    with db.writing("mail") as session:
        mail.queue(session, [told], now=NOW)
    assert forget(own) == 1
    assert traces() == []
    with db.reading() as session:
        assert session.exec(select(Person.last_name).where(Person.first_name == "Zoé")).all()


def test_who_was_merged_stays_with_the_person_whom_a_network_keeps(store: str) -> None:
    own = secret_reader()
    person = person_of(own)
    merged_into(person, 1)
    with db.writing("people") as session:
        network = Network(code="PRE", name="PRE")
        session.add(network)
        session.flush()
        session.add(NetworkMembership(person_id=person, network_id=network.id or 0,
                                      starts_on=TODAY))  # fmt: skip
    with db.reading() as session:
        assert forgetting.why_kept(session, person) == (forgetting.NETWORK,)
    assert forget(own) == 0
    with db.reading() as session:
        assert len(session.exec(select(Person).where(Person.first_name != "")).all()) == 2


def agree(person: int) -> None:
    with db.writing("people") as session:
        session.add(Consent(person_id=person, purpose="annuaire", is_given=True,
                            given_at=NOW.replace(tzinfo=None)))  # fmt: skip


def test_who_stays_in_the_directory_is_welcomed_for_the_first_time_once(store: str) -> None:
    name = "SECRET1X Ana, secret1x@exemple.invalid"
    own = secret_reader()
    person = person_of(own)
    agree(person)
    assert visit(name, note="avec sa fille").first_welcomes == 1
    before = totals()
    assert forget(own) == 0
    assert totals() == before
    with db.reading() as session:
        assert set(session.exec(select(Visit.note))) == {""}
    assert visit(name).first_welcomes == 0
    assert totals().first_welcomes == 1
    with db.writing("people") as session:  # a second row of the same person, welcomed too
        other = operations.create_person(session, STAFF, PersonDraft("Autre", "Ana"), now=NOW)
    assert visit("AUTRE Ana").first_welcomes == 1
    with db.writing("people", "welcome") as session:
        merge = merging.merge_people(session, STAFF, kept_id=other, merged_id=person, now=NOW)
    assert totals().first_welcomes == 1
    assert visit("AUTRE Ana").first_welcomes == 0
    with db.writing("people", "welcome") as session:
        merging.undo_merge(session, STAFF, merge_id=merge, now=NOW)
    assert totals().first_welcomes == 2
    assert visit(name).first_welcomes == 0


@pytest.mark.parametrize("is_listed", [False, True])
def test_visitors_without_a_card_are_forgotten_a_year_after_their_last_visit(
    store: str, is_listed: bool
) -> None:
    first, last = date(2010, 3, 1), date(2010, 6, 14)
    visit("Secret1x Ana", day=first)
    visit("Secret1x Ana\nRoux Zoé", day=last, note="Mme Secret1x")
    visit("Roux Zoé", day=date(2010, 6, 15))
    with db.reading() as session:
        person = session.exec(select(Person.id).where(Person.last_name == "Secret1x")).one() or 0
    if is_listed:
        agree(person)
    before = totals(2010)
    for day, told in ((date(2011, 6, 14), 0), (TODAY, 1), (TODAY, 0)):
        with db.reading() as session:
            assert anonymising.due(session, STAFF, today=day).visitors == told
        with db.writing(*anonymising.DOMAINS) as session:
            assert anonymising.run(session, STAFF, today=day, now=NOW).visitors == told
    assert totals(2010) == before
    assert bool(traces()) is is_listed
    with db.reading() as session:
        notes = session.exec(select(Visit.note)).all()
        assert session.exec(select(Person).where(Person.last_name == "Roux")).one()
    assert set(notes) == {""}
    if is_listed:
        assert visit("Secret1x Ana").first_welcomes == 0
