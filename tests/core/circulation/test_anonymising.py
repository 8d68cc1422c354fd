"""What is forgotten in time, or on demand: the names go, the figures stay the same."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from core import db
from core.circulation import anonymising, erasing, figures, retention
from core.circulation.figure_rules import OFFERED, Measure, Question
from core.circulation.loan_models import DeskEvent, Loan, Reminder, Reservation
from core.circulation.models import Reader, ReaderCategory
from core.documentation import loading as documentation
from core.documentation import writing
from core.documentation.drafts import ItemDraft, NoticeDraft
from core.documentation.models import Item
from core.journal import JournalEntry
from core.mail.models import MailMessage
from core.people.models import Consent, Network, NetworkMembership, Person, Structure
from core.territories.models import Territory
from core.welcome import first_welcomes
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
from tests.factories import NOW, STAFF, make_area

OLD = date(2011, 1, 10)
DIGITS = str.maketrans("0123456789", "ghijklmnop")


def tables(measures: Sequence[Measure] = tuple(Measure)) -> list[pd.DataFrame]:
    """Return every figure of 2010 and 2011, as the page has them."""
    with db.reading() as session:
        return [
            figures.table(session, STAFF, question=Question(measure, dimension, 2011))
            for measure in measures
            for dimension in OFFERED[measure]
        ]


def run(today: date = TODAY) -> anonymising.Forgotten:
    with db.reading() as session:
        due = anonymising.due(session, STAFF, today=today)
    with db.writing(*anonymising.DOMAINS) as session:
        assert anonymising.run(session, STAFF, today=today, now=NOW) == due
    return due


def remind(loan_id: int) -> None:
    """Put a reminder of a loan in the outbox, sent."""
    with db.writing("circulation", "mail") as session:
        mail = MailMessage(
            key="relance:1", batch="relances", recipient="ana@exemple.fr", subject="Relance",
            body="Livre", created_at=NOW.replace(tzinfo=None), state="sent",
        )  # fmt: skip
        session.add(mail)
        session.flush()
        session.add(
            Reminder(loan_id=loan_id, level=1, for_due_on=OLD, planned_on=OLD, state="envoyee",
                     mail_id=mail.id)
        )  # fmt: skip


def test_a_loan_loses_its_reader_at_the_end_of_the_fourth_month(store: str) -> None:
    make_library()
    ana, bob = make_reader("Ana"), make_reader("Bob")
    first, second = make_copies(2)
    lend(second, ana, OLD)
    old = lend(first, ana, OLD).loan_id
    reserve(notice_of(first), bob, OLD)
    give("L1", date(2011, 2, 28))
    remind(old)
    before = tables()
    assert run(date(2011, 6, 30)) == anonymising.Forgotten()
    assert run(date(2011, 7, 1)) == anonymising.Forgotten(loans=1)
    assert run(date(2011, 7, 1)) == anonymising.Forgotten()
    with db.reading() as session:
        kept, gone = session.exec(select(Loan).order_by(col(Loan.id))).all()
        assert (gone.reader_id, gone.anonymised_on) == (None, date(2011, 7, 1))
        assert (kept.reader_id, kept.returned_on) == (ana, None)
        assert session.exec(select(MailMessage)).all() == []
        assert session.exec(select(Reminder.mail_id)).all() == [None]
        assert {row.told for row in session.exec(select(DeskEvent))} == {""}
        assert session.get_one(Reader, ana).last_loan_on == date(2011, 2, 28)
        assert session.exec(select(Reservation.reader_id)).one() == bob
        told = [row for row in session.exec(select(JournalEntry)) if row.domain == "circulation"]
    assert [row.subject for row in told] == ["1 prêt"]
    for one, other in zip(before, tables(), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_a_card_goes_one_year_after_the_last_loan_and_the_person_if_nothing_else(
    store: str,
) -> None:
    make_library()
    ana, bob, eve = (make_reader(name) for name in ("Ana", "Bob", "Eve"))
    with db.writing("circulation", "people") as session:
        rows = session.exec(select(Reader).order_by(col(Reader.id))).all()
        for row in rows:
            row.registered_on = date(2009, 1, 1)
            session.add(row)
        network = Network(code="PRE", name="PRE")
        session.add(network)
        session.flush()
        session.add(NetworkMembership(person_id=rows[1].person_id, network_id=network.id or 0,
                                      starts_on=OLD))  # fmt: skip
        session.add(Consent(person_id=rows[0].person_id, purpose="courriels", is_given=True,
                            given_at=NOW.replace(tzinfo=None)))  # fmt: skip
    copies = make_copies(3)
    for own, copy, barcode in zip((ana, bob, eve), copies, ("L1", "L2", "L3"), strict=True):
        lend(copy, own, OLD)
        if own != eve:
            give(barcode, date(2011, 2, 1))
    visit("Ana", day=OLD)
    before, welcomed = tables(), totals()
    assert run(date(2011, 7, 4)).cards == 0  # the loans are forgotten, the cards are not
    assert run(date(2012, 2, 1)).cards == 0
    assert run(date(2012, 2, 2)).cards == 2
    with db.reading() as session:
        assert session.exec(select(Reader.id)).all() == [eve]
        assert sorted(session.exec(select(Person.last_name))) == ["Bob", "Eve"]
        assert session.exec(select(VisitPerson.person_id)).all() == [None]
    assert totals() == welcomed
    for one, other in zip(before, tables(), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_who_agreed_to_be_listed_stays_in_the_directory(sqlite_store: str) -> None:
    make_library()
    ana = make_reader("Ana")
    with db.writing("people") as session:
        person = session.exec(select(Person.id)).one() or 0
        session.add(Consent(person_id=person, purpose="annuaire", is_given=True,
                            given_at=NOW.replace(tzinfo=None)))  # fmt: skip
    with db.writing(*erasing.DOMAINS) as session:
        assert erasing.erase(session, [ana], today=TODAY) == 0
    with db.reading() as session:
        assert session.exec(select(Person.last_name)).all() == ["Ana"]


Drawn = tuple[int, int, int, int, int]
LOANS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 540), st.integers(0, 90),
              st.integers(0, 2)),
    max_size=25,
)  # fmt: skip


@pytest.fixture
def library(store: str) -> str:
    make_library()
    with db.writing("documentation", "territories", "people") as session:
        make_area(session)
        documentation.load(session)
        drafts = [
            NoticeDraft(title=f"Livre {rank}", themes=(theme,) if theme else (),
                        items=(ItemDraft(barcode=f"X{rank}"),))
            for rank, theme in enumerate(("PV-CONT", "PREV-MED", "", "INS-EMP", "PV-CONT"))
        ]  # fmt: skip
        writing.write(session, [writing.Entry(one) for one in drafts], now=NOW)
        session.add(Structure(name="Mairie", search_key="mairie", kind="collectivite"))
    for name in ("Ana", "Bob", "Eve", "Zoé"):
        make_reader(name)
    return store


# Each example first empties what the one before wrote.
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LOANS)
def test_no_figure_changes_when_names_are_forgotten(library: str, drawn: list[Drawn]) -> None:
    with db.writing("circulation") as session:
        _enter(session, drawn)
    before = tables([Measure.LOANS])
    done = run()
    with db.reading() as session:
        limit = retention.loans_before(TODAY)
        rows = session.exec(select(Loan)).all()
        assert done.loans == sum(row.returned_on is not None and row.returned_on < limit
                                 for row in rows)  # fmt: skip
        for row in rows:
            is_over = row.returned_on is not None and retention.kept_until(row.returned_on) < TODAY
            assert (row.reader_id is None, row.structure_id is None) == (is_over, is_over)
    for one, other in zip(before, tables([Measure.LOANS]), strict=True):
        pd.testing.assert_frame_equal(one, other)


VISITS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([0, 200, 364, 366, 400, 700])), max_size=8
)  # fmt: skip


# Names are new in each example: what others left stays, and must not change either.
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VISITS)
def test_no_welcome_changes_when_visitors_and_cards_are_forgotten(
    library: str, drawn: list[tuple[int, int]]
) -> None:
    mark = uuid4().hex[:6].translate(DIGITS)
    names = [f"{mark.upper()}{letter} Ana" for letter in "ABCD"]
    for who, ago in drawn:
        visit(names[who], day=TODAY - timedelta(days=ago))
    with db.writing("people", "circulation") as session:
        own = select(Person).where(col(Person.search_key).startswith(mark))
        rows = session.exec(own.order_by(col(Person.id))).all()
        listed = [f"{row.last_name} {row.first_name}" for row in rows[:2]]
        category = session.exec(select(ReaderCategory.id)).first() or 0
        for rank, row in enumerate(rows):
            if rank % 2:
                session.add(Reader(person_id=row.id or 0, card=f"{mark}{rank}",
                                   registered_on=TODAY - timedelta(days=390),
                                   category_id=category))  # fmt: skip
            if rank < 2:
                session.add(Consent(person_id=row.id or 0, purpose="annuaire", is_given=True,
                                    given_at=NOW.replace(tzinfo=None)))  # fmt: skip
        session.flush()
        first_welcomes.settle(session, [row.id or 0 for row in rows])
    years = (TODAY.year - 2, TODAY.year - 1, TODAY.year)
    before = [totals(year) for year in years]
    run()
    assert [totals(year) for year in years] == before
    for name in listed:  # still in the directory: welcomed once, whatever was forgotten
        visit(name)
    assert totals().first_welcomes == before[-1].first_welcomes


def _enter(session: Session, drawn: Sequence[Drawn]) -> None:
    """Write the loans drawn in the place of all others."""
    session.connection().execute(sa.delete(db.table_of(Loan)))
    items = session.exec(select(Item.id).order_by(col(Item.id))).all()
    readers = session.exec(select(Reader.id).order_by(col(Reader.id))).all()
    places = session.exec(select(Territory.id).where(Territory.level == "commune")).all()
    codes = session.exec(select(ReaderCategory.code).order_by(ReaderCategory.code)).all()
    site = 1
    for rank, (item, reader, ago, length, place) in enumerate(drawn):
        lent = TODAY - timedelta(days=ago)
        back = min(lent + timedelta(days=length), TODAY)
        session.add(
            Loan(item_id=items[item] or 0, reader_id=readers[reader], structure_id=1, site_id=site,
                 category=codes[reader], structure_kind="collectivite" if place else "",
                 territory_id=places[place] if place else None, lent_at=NOW.replace(tzinfo=None),
                 lent_on=lent, due_on=lent, returned_at=NOW.replace(tzinfo=None), returned_on=back,
                 return_kind="normal", rule="{}", request_key=str(rank), lent_by="x")
        )  # fmt: skip
