"""What figures are made of: the lists add up to the figure they stand behind, on both engines."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from core import db
from core.errors import DomainError
from core.people.models import Network, Person, PersonFunction
from core.training import attendance, bpf, plan_queries, presence, statistics
from core.training.enums import AttendanceState, Half, SlotState
from core.training.follow_models import Registration
from core.training.models import Slot
from core.training.presence import Entry, RegistrationFact, SlotFact
from core.training.statistics import Line
from tests.core.training.making import NOW, load_plan, make_people, make_session, register
from tests.factories import ANALYST, STAFF

YEAR = (date(2011, 1, 1), date(2011, 12, 31))
BEFORE = datetime.combine(date(2011, 2, 1), time(9))
OPENING = datetime.combine(date(2011, 3, 1), time(9))


def attended(count: int, *, title: str = "Essai", presents: int = 1, capacity: int = 10) -> int:
    """A session of 1 and 2 March with ``count`` registered the month before; return its id."""
    training = make_session(title=title, capacity=capacity)
    for key in make_people(count):
        register(training, key)
    with db.writing("training") as session:
        rows = session.exec(
            select(Registration)
            .where(Registration.session_id == training)
            .order_by(col(Registration.id))
        ).all()
        for row in rows:
            row.requested_at = row.confirmed_at = BEFORE
            session.add(row)
        slots = session.exec(select(Slot.id).where(Slot.session_id == training)).all()
        session.flush()
        states = [AttendanceState.PRESENT] * presents + [AttendanceState.ABSENT] * count
        changes = {
            (row.id or 0, slot or 0): state
            for row, state in zip(rows, states, strict=False)
            for slot in slots
        }
        attendance.save_grid(session, STAFF, training_id=training, changes=changes, now=NOW)
    return training


@pytest.mark.usefixtures("store")
def test_the_sessions_and_the_people_behind_a_line_add_up_to_it() -> None:
    attended(3, presents=2)
    attended(2, title="Autre", presents=1)
    with db.reading() as session:
        table = statistics.attendance_by(session, ANALYST, start=YEAR[0], end=YEAR[1],
                                         dimension="session")  # fmt: skip
        for row in table.itertuples():
            line = Line(*YEAR, "session", str(row.label))
            sessions = statistics.sessions_behind(session, ANALYST, line=line)
            people = statistics.people_behind(session, STAFF, line=line)
            assert len(sessions) == row.sessions
            assert len(people) == row.participants
            assert people["presents"].sum() == sessions["presents"].sum() == row.presents
            assert people["hours"].sum() == sessions["hours"].sum() == row.hours
        with pytest.raises(DomainError):
            statistics.people_behind(session, ANALYST, line=Line(*YEAR, "session"))


@pytest.mark.usefixtures("store")
def test_the_sessions_behind_a_line_of_the_form_add_up_to_its_hours() -> None:
    attended(3, presents=2)
    with db.reading() as session:
        for line in bpf.bpf(session, ANALYST, year=2011):
            table = bpf.sessions_behind(session, ANALYST, year=2011, frame=line.frame,
                                        label=line.label)  # fmt: skip
            assert table["hours"].sum() == line.hours == 28


@pytest.mark.usefixtures("store")
def test_a_function_is_the_one_of_the_day_of_the_session() -> None:
    attended(1)
    with db.writing("people") as session:
        held = session.exec(select(PersonFunction)).one()
        held.family, held.ends_on = "formateur", date(2011, 5, 1)
        session.add(held)
        session.add(PersonFunction(person_id=held.person_id, family="elu",
                                   starts_on=date(2011, 5, 2)))  # fmt: skip
    with db.reading() as session:
        table = statistics.attendance_by(session, ANALYST, start=YEAR[0], end=YEAR[1],
                                         dimension="function")  # fmt: skip
    assert table["label"].tolist() == ["Ensemble", "formateur"]


@pytest.mark.usefixtures("store")
def test_the_filling_is_that_of_the_day_before_whatever_came_later() -> None:
    training = attended(3, presents=2, capacity=2 + 1)
    with db.writing("training") as session:
        rows = session.exec(select(Registration).order_by(col(Registration.id))).all()
        late, gone = rows[0], rows[1]
        late.confirmed_at = OPENING
        gone.state, gone.cancelled_at = "annule", OPENING + timedelta(hours=3)
        session.add_all([late, gone])
    with db.reading() as session:
        found = statistics.session_figures(session, ANALYST, training_id=training)
    assert (found.filling.numerator, found.filling.denominator) == (2, 3)


def test_a_filling_beyond_the_capacity_is_a_figure_and_none_without_a_capacity() -> None:
    assert presence.filling(12, 10).value == 1.2
    assert presence.filling(12, None).value is None


@pytest.mark.usefixtures("store")
def test_the_half_days_behind_the_plan_are_those_of_its_lines() -> None:
    load_plan()
    with db.reading() as session:
        plan = plan_queries.plan(session, ANALYST, year=2011)
        slots = plan_queries.plan_slots(session, ANALYST, year=2011)
    placed = plan.set_index("code")["placed"]
    counted = slots.groupby("code").size().reindex(placed.index, fill_value=0)
    assert counted.tolist() == placed.tolist()
    assert slots["day"].is_monotonic_increasing
    joint = slots[slots.duplicated(["session_id", "day", "half"], keep=False)]
    assert joint["code"].nunique() == 2
    assert set(joint["day"]) == {date(2011, 4, 15)}


PEOPLE = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 2), st.sampled_from("PAEN")),
                  min_size=1, max_size=12)  # fmt: skip


@given(PEOPLE)
def test_participants_counted_once_are_never_more_than_by_network(
    rows: list[tuple[int, int, str]],
) -> None:
    """A person may come for one network to one session and for another to the next."""
    states = {"P": AttendanceState.PRESENT, "A": AttendanceState.ABSENT,
              "E": AttendanceState.EXCUSED}  # fmt: skip
    slot = SlotFact(1, date(2011, 3, 1), Half.MORNING, 210, SlotState.HELD)
    cells: dict[int, list[presence.Cell]] = {}
    for rank, (person, network, sign) in enumerate(rows):
        entries = {(rank, 1): Entry(states[sign])} if sign in states else {}
        fact = RegistrationFact(rank, person, BEFORE)
        cells.setdefault(network, []).extend(presence.cells([fact], [slot], entries))
    everyone = presence.figures([cell for group in cells.values() for cell in group])
    by_network = [presence.figures(group).participants for group in cells.values()]
    assert max(by_network) <= everyone.participants <= sum(by_network)


@pytest.mark.usefixtures("store")
def test_a_line_that_nobody_came_under_has_an_empty_list() -> None:
    with db.reading() as session:
        line = Line(*YEAR, "theme", "inconnu")
        assert statistics.sessions_behind(session, ANALYST, line=line).empty
        assert statistics.people_behind(session, STAFF, line=line).empty
        assert bpf.sessions_behind(session, ANALYST, year=2011, frame="F1", label="x").empty
        assert session.exec(select(Person.id)).all() == []
        assert session.exec(select(Network.id)).all() == []
