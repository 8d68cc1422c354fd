"""The year's calendar: every session of the year is on its one page, or counted there."""

import re
from datetime import date
from typing import Any

import pytest

from core import db, documents
from core.training import agenda_queries, year_page
from core.training.agenda_queries import AgendaFilter, AgendaRow
from tests.core.training.making import load_plan, make_session
from tests.factories import ANALYST

YEAR = AgendaFilter(date(2011, 1, 1), date(2011, 12, 31))


def rows() -> list[AgendaRow]:
    with db.reading() as session:
        return agenda_queries.agenda(session, ANALYST, wanted=YEAR)


def told(found: list[AgendaRow]) -> dict[str, Any]:
    return year_page.values(found, 2011, subtitle="État au 15 juin 2011", banner="Démonstration")


@pytest.mark.usefixtures("store")
def test_each_day_of_the_plan_is_on_the_page_and_the_rest_is_counted() -> None:
    load_plan()
    found = rows()
    page = told(found)
    days = {
        (rank, day["number"]): day["events"]
        for rank, month in enumerate(page["months"], start=1)
        for day in month["days"]
    }
    for row in found:
        for day in row.block.days:
            assert days[day.month, day.day]
    assert [one["label"].startswith("CUCS + PRE ") for one in days[4, 15]] == [True]
    loose = [row for row in found if not row.block.days]
    more = int((re.search(r"\d+", page["more"]) or ["0"])[0])
    assert len(page["loose"]) + more == len(loose)


@pytest.mark.usefixtures("store")
def test_a_day_that_holds_more_than_fits_says_how_many_more() -> None:
    for rank in range(4):
        make_session(title=f"Séance {rank}", date_text="20/06/2011")
    page = told(rows())
    events = page["months"][5]["days"][19]["events"]
    assert [one["label"] for one in events] == ["Séance 0", "+ 3 autres"]


@pytest.mark.usefixtures("store")
def test_the_calendar_is_one_page_whatever_the_year_holds() -> None:
    load_plan()
    for rank in range(60):
        make_session(title=f"#emph[Séance] {rank} " + "au titre très long " * 6,
                     date_text="20/06/2011" if rank % 2 else "à définir")  # fmt: skip
    content = documents.pdf("calendrier", told(rows()))
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
