"""The invented visits and appointments: as told for 2010, and none that breaks a rule."""

from datetime import date
from itertools import pairwise

from sqlmodel import col, select

from core import db
from core.access import COMMAND_LINE
from core.instance import operations as instance
from core.welcome.counting import Totals
from core.welcome.models import Appointment, Visit
from core.welcome.motives import TAKING, AppointmentState
from tests.conftest import NOW
from tests.core.welcome.making import TODAY, totals


def test_2010_is_as_the_centre_told_it_and_the_years_around_are_partial(demo_sqlite: str) -> None:
    in_2010 = totals(2010)
    assert (in_2010.visits, in_2010.first_welcomes) == (363, 237)
    assert (in_2010.groups, in_2010.group_people) == (4, 14 + 5 + 4 + 4)
    with db.reading() as session:
        visits = session.exec(select(Visit)).all()
    days = sorted(one.happened_on for one in visits)
    sizes = [
        one.headcount for one in visits if one.kind == "groupe" and one.happened_on.year == 2010
    ]
    assert sorted(sizes, reverse=True) == [14, 5, 4, 4]
    assert date(2009, 6, 15) <= days[0] < date(2009, 8, 1)
    assert date(2011, 6, 1) <= days[-1] <= TODAY
    for year in (2009, 2011):
        assert 0 < totals(year).first_welcomes < totals(year).visits < in_2010.visits


def test_no_two_appointments_cross_and_a_kept_one_is_the_visit_of_its_day(
    demo_sqlite: str,
) -> None:
    with db.reading() as session:
        rows = session.exec(select(Appointment).order_by(col(Appointment.starts_at))).all()
        made = {one.appointment_id: one for one in session.exec(select(Visit))}
    for staff in {one.staff for one in rows}:
        mine = [one for one in rows if one.staff == staff and one.state in TAKING]
        assert all(one.ends_at <= other.starts_at for one, other in pairwise(mine))
    kept = [one for one in rows if one.state == AppointmentState.KEPT]
    assert kept
    for one in kept:
        visit = made[one.id]
        assert (visit.happened_on, visit.headcount) == (one.starts_at.date(), one.headcount)
    assert date(2011, 6, 13) not in {one.starts_at.date() for one in rows}  # Whit Monday
    assert all(
        one.starts_at.date() <= TODAY for one in rows if one.state == AppointmentState.MISSED
    )


def test_the_visits_and_appointments_leave_with_the_demonstration(demo_sqlite: str) -> None:
    with db.writing(*instance.DOMAINS) as session:
        instance.end_demonstration(session, COMMAND_LINE, confirmation="VIDER", now=NOW)
    for year in (2009, 2010, 2011):
        assert totals(year) == Totals()
    with db.reading() as session:
        assert session.exec(select(Appointment)).all() == []
        assert session.exec(select(Visit)).all() == []
