"""What the centre holds against what is lent: counted by theme and age, marked by written rules."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from core import db
from core.circulation import coverage, coverage_rules
from core.circulation.coverage_rules import NO_THEME, Age, Title
from core.documentation import loading as documentation
from core.documentation import writing
from core.documentation.drafts import ItemDraft, NoticeDraft
from core.documentation.models import DocumentaryTheme
from tests.core.circulation.making import TODAY, give, lend, make_copies, make_library, make_reader
from tests.factories import ANALYST, NOW


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def test_titles_that_can_be_lent_are_counted_with_the_loans_of_24_months() -> None:
    [one] = make_copies(title="Un")
    make_copies(title="Exclu", loan_class="exclu")
    reader = make_reader()
    for day in (TODAY - timedelta(days=800), TODAY - timedelta(days=100), TODAY):
        lend(one, reader, day)
        give("U1", day)
    with db.reading() as session:
        found = coverage.coverage(session, ANALYST, today=TODAY)
    assert found["theme"].unique().tolist() == [NO_THEME]
    row = found[found["age"] == Age.UNKNOWN.label].iloc[0]
    assert (row["titles"], row["loans"]) == (1, 2)


def test_only_what_everybody_may_find_and_borrow_is_counted_and_a_cell_knows_its_list() -> None:
    with db.writing("documentation") as session:
        documentation.load(session)
        kept = NoticeDraft(title="Vu", themes=("PV-CONT",), pub_year=2005)
        drafts = [
            replace(kept, items=(ItemDraft(barcode="V1"),)),
            replace(kept, items=(ItemDraft(barcode="V2"),), visibility="equipe"),
            replace(kept, items=(ItemDraft(barcode="V3"),), status="masque"),
            replace(kept, items=(ItemDraft(barcode="V4", state="en_traitement"),)),
            replace(kept, items=(ItemDraft(barcode="V5", loan_class="sur_place"),)),
            replace(kept, items=(ItemDraft(barcode="V6"),), themes=("PV",)),
            replace(kept, items=(ItemDraft(barcode="V7"),), themes=()),
            replace(kept, items=(ItemDraft(barcode="V8"),), pub_year=None),
        ]
        writing.write(session, [writing.Entry(one) for one in drafts], now=NOW)
    with db.reading() as session:
        found = coverage.coverage(session, ANALYST, today=TODAY)
        labels = {one.code: one.label for one in session.exec(select(DocumentaryTheme))}
    held = found[found["titles"] > 0].set_index(["theme", "age"])["is_listed"]
    assert found["titles"].sum() == len(held) == 4
    own, middle = labels["PV-CONT"], Age.MIDDLE.label
    assert held[own, middle]
    assert not held[own, Age.UNKNOWN.label]
    assert not held[labels["PV"], middle]
    assert not held[NO_THEME, middle]


def test_a_loan_counts_in_the_24_months_to_a_day() -> None:
    [one] = make_copies(title="Un")
    reader = make_reader()
    for day in (coverage.since(TODAY) - timedelta(days=1), coverage.since(TODAY)):
        lend(one, reader, day)
        give("U1", day)
    with db.reading() as session:
        found = coverage.coverage(session, ANALYST, today=TODAY)
        early = coverage.coverage(session, ANALYST, today=TODAY - timedelta(days=1))
    assert (found["loans"].sum(), early["loans"].sum()) == (1, 2)


def test_what_is_wanted_sleeps_or_grows_old_is_marked() -> None:
    titles = [
        Title(("A",), Age.OLD, 12),
        *(Title(("B",), Age.NEW, 0) for _ in range(6)),
        *(Title(("C", "D"), Age.RECENT, 1) for _ in range(4)),
    ]
    found = coverage_rules.table(titles)
    cells = found.set_index(["theme", "age"])["mark"]
    assert cells["A", Age.OLD.label] == "demandé, peu d’offre"
    assert cells["B", Age.NEW.label] == "jamais emprunté"
    assert cells["C", Age.RECENT.label] == ""
    assert coverage_rules.stale(found) == ["A"]
    assert found.drop_duplicates("theme")["theme"].tolist() == ["A", "C", "D", "B"]
    assert coverage_rules.table([]).empty
    assert coverage_rules.age(2012, today_year=date(2011, 1, 1).year) is Age.NEW
