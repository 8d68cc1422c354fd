"""Hours of the week from a day on, what they move, and categories of readers."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from core import db
from core.circulation import categories, closures, rule_operations, sites, weekly_hours
from core.circulation.loan_models import Loan
from core.circulation.loan_rules import Rule
from core.circulation.models import OpeningHours
from core.circulation.opening import Hours
from core.circulation.weekly_hours import WeekdayDraft
from core.errors import DomainError, ForbiddenError
from core.welcome.models import Appointment
from tests.conftest import NOW
from tests.core.circulation.making import TODAY, lend, make_copies, make_library, make_reader
from tests.factories import ANALYST, STAFF

WEDNESDAY, MORNING, AFTERNOON = 2, (540, 750), (840, 1020)
JULY = date(2011, 7, 1)


@pytest.fixture(autouse=True)
def library(store: str) -> str:
    make_library()
    return store


def save(draft: WeekdayDraft, *, is_shifted: bool = True) -> str:
    with db.writing("circulation") as session:
        return weekly_hours.save(session, STAFF, draft=draft, is_shifted=is_shifted, today=TODAY,
                                 now=NOW)  # fmt: skip


def is_open(day: date) -> bool:
    with db.reading() as session:
        return sites.opening(session, sites.site(session).id or 0).is_open(day)


def table() -> pd.DataFrame:
    with db.reading() as session:
        return weekly_hours.table(session, STAFF, today=TODAY)


def test_case_05_the_last_day_of_the_week_cannot_be_closed() -> None:
    for weekday in range(4):
        save(WeekdayDraft(weekday, JULY, ()))
    with pytest.raises(DomainError, match="au moins un jour d’ouverture par semaine"):
        save(WeekdayDraft(4, JULY, ()))


def test_a_day_that_closes_moves_what_was_due_and_days_gone_by_keep_their_hours() -> None:
    [one] = make_copies()
    lend(one, make_reader())  # due on Wednesday 6 July
    draft = WeekdayDraft(WEDNESDAY, JULY, ())
    with db.reading() as session:
        found = weekly_hours.affected(session, STAFF, draft=draft, today=TODAY)
    assert found[["what", "day", "moved_to"]].to_numpy().tolist() == [
        ["prêt", date(2011, 7, 6), date(2011, 7, 7)]
    ]
    assert "1 date reculée" in save(draft)
    with db.reading() as session:
        assert session.exec(select(Loan)).one().due_on == date(2011, 7, 7)
    assert is_open(date(2011, 6, 29))
    assert not is_open(date(2011, 7, 6))
    rows = table()
    assert rows.loc[rows["day"] == "mercredi", ["hours", "since"]].iloc[-1].tolist() == [
        "fermé", JULY,
    ]  # fmt: skip


def test_appointments_out_of_the_new_hours_are_listed_and_stay_for_a_closure_too() -> None:
    moment = datetime(2011, 7, 6, 9)  # noqa: DTZ001  # local time of the centre
    with db.writing("welcome") as session:
        for rank, hour in enumerate((0, 5)):
            session.add(Appointment(starts_at=moment + timedelta(hours=hour), ical_uid=str(rank),
                                    ends_at=moment + timedelta(hours=hour, minutes=30),
                                    staff="Agent", state="confirme"))  # fmt: skip
    mornings = WeekdayDraft(WEDNESDAY, JULY, (MORNING,), 30)
    closed = closures.ExceptionDraft(moment.date(), moment.date(), "pont")
    with db.reading() as session:
        few = weekly_hours.affected(session, STAFF, draft=mornings, today=TODAY)
        both = closures.affected(session, STAFF, draft=closed, today=TODAY)
    assert few[["what", "day", "moved_to"]].to_numpy().tolist() == [
        ["rendez-vous", moment.date(), None]
    ]
    assert both["what"].tolist() == ["rendez-vous"] * 2
    assert "0 date reculée" in save(mornings)
    with db.reading() as session:
        kept = session.exec(select(Appointment).order_by(col(Appointment.starts_at)))
        assert [one.starts_at.hour for one in kept] == [9, 14]


def test_hours_written_over_one_another_leave_one_truth_for_each_day() -> None:
    for start, spans in ((JULY, (MORNING,)), (date(2011, 8, 1), ()), (JULY, (AFTERNOON,))):
        save(WeekdayDraft(WEDNESDAY, start, spans, 30))
    own = OpeningHours
    with db.reading() as session:
        held = weekly_hours.of_day(session, STAFF, weekday=WEDNESDAY, day=date(2011, 8, 3))
        rows = session.exec(
            select(own).where(own.weekday == WEDNESDAY).order_by(col(own.starts_on))
        ).all()
    assert (held.spans, held.slot_minutes) == ((AFTERNOON,), 30)
    assert [(one.starts_on, one.ends_on) for one in rows][-1] == (JULY, None)
    assert all(one.ends_on == JULY - timedelta(days=1) for one in rows[:-1])


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (WeekdayDraft(0, TODAY - timedelta(days=1), (MORNING,)), "à partir d’aujourd’hui"),
        (WeekdayDraft(0, TODAY, ((750, 540),)), "vient après"),
        (WeekdayDraft(0, TODAY, (MORNING, (700, 1020))), "se chevauchent"),
        (WeekdayDraft(0, TODAY, (MORNING,), 500), "dure au plus"),
    ],
)
def test_hours_that_do_not_hold_are_refused(draft: WeekdayDraft, words: str) -> None:
    before = table()
    with pytest.raises(DomainError, match=words):
        save(draft)
    pd.testing.assert_frame_equal(table(), before)


def test_a_week_without_an_opening_and_a_role_without_the_right_are_refused() -> None:
    for weekday in range(4):
        save(WeekdayDraft(weekday, TODAY, ()))
    with pytest.raises(DomainError, match="au moins un jour"):
        save(WeekdayDraft(4, TODAY, ()))
    with pytest.raises(ForbiddenError), db.writing("circulation") as session:
        weekly_hours.save(session, ANALYST, draft=WeekdayDraft(0, TODAY, ()), is_shifted=False,
                          today=TODAY, now=NOW)  # fmt: skip


SPANS = st.sampled_from([(), (MORNING,), (AFTERNOON,), (MORNING, AFTERNOON)])
DAYS = st.dates(date(2011, 6, 1), date(2011, 9, 30))


@given(st.lists(st.tuples(st.integers(0, 6), DAYS, SPANS), max_size=6), DAYS)
def test_the_last_change_of_a_day_is_the_one_that_holds(
    changes: list[tuple[int, date, tuple[tuple[int, int], ...]]], day: date
) -> None:
    hours: list[Hours] = []
    for weekday, start, spans in changes:
        hours = weekly_hours.after(hours, WeekdayDraft(weekday, start, spans))
    held = [spans for weekday, start, spans in changes
            if weekday == day.weekday() and start <= day]  # fmt: skip
    found = {(one.opens_at, one.closes_at) for one in hours if one.holds(day)}
    assert found == set(held[-1] if held else ())


def test_categories_are_added_renamed_and_only_unused_ones_leave() -> None:
    with db.writing("circulation") as session:
        own = categories.save(session, STAFF, label="  Élus  locaux ", now=NOW)
        assert categories.save(session, STAFF, label="Élus", category_id=own, now=NOW) == own
        with pytest.raises(DomainError, match="existe déjà"):
            categories.save(session, STAFF, label="elus", now=NOW)
        with pytest.raises(DomainError, match="Donnez un nom"):
            categories.save(session, STAFF, label=" ", now=NOW)
        rule_operations.save(session, STAFF, rule=Rule(category="eluslocaux"), now=NOW)
        with pytest.raises(DomainError, match="des règles"):
            categories.remove(session, STAFF, category_id=own, now=NOW)
        other = categories.save(session, STAFF, label="Presse", now=NOW)
        categories.remove(session, STAFF, category_id=other, now=NOW)
        names = categories.table(session, STAFF)["label"].tolist()
    assert "Élus" in names
    assert "Presse" not in names
    make_reader()
    with db.writing("circulation") as session:
        used = categories.table(session, STAFF).query("readers > 0")["id"].iloc[0]
        with pytest.raises(DomainError, match="des cartes"):
            categories.remove(session, STAFF, category_id=int(used), now=NOW)
