"""What the centre holds against what is lent: counted by theme and age, marked by written rules."""

from datetime import date, timedelta

import pytest

from core import db
from core.circulation import coverage, coverage_rules
from core.circulation.coverage_rules import NO_THEME, Age, Title
from tests.core.circulation.making import TODAY, give, lend, make_copies, make_library, make_reader
from tests.factories import ANALYST


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
