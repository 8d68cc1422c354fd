"""The forecast entered by month: versions, the newest known on a day, the default; cards."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from core import db
from core.competences_cles import followup, forecast_entry, forecast_grid, market, order_queries
from core.competences_cles.calendar import Calendar
from core.competences_cles.follow_models import Foreseen
from core.competences_cles.forecast_entry import ForecastDraft
from core.competences_cles.lead import LINEAR
from core.competences_cles.quantities import BonState
from core.competences_cles.season import Season
from core.competences_cles.units import UnitOfWork
from core.errors import DomainError, ForbiddenError
from tests.core.competences_cles.making import (
    DOMAIN,
    NOW,
    TODAY,
    facts,
    line_of,
    make_bon,
    make_lot,
    take,
)
from tests.core.competences_cles.test_orders import amend
from tests.factories import ANALYST, STAFF


def enter(line: int, months: dict[int, int], *, on: date = TODAY, note: str = "") -> int:
    moment = datetime(on.year, on.month, on.day, 10, tzinfo=UTC)
    with db.writing(DOMAIN) as session:
        return forecast_entry.save(session, STAFF, ForecastDraft(line, months, note), now=moment)


def test_the_newest_version_known_on_a_day_is_the_one_read(store: str) -> None:
    line = line_of(make_bon(100))
    assert facts()[0].foreseen == {}
    assert enter(line, {201101: 600, 201102: 900}, on=date(2011, 1, 10)) == 1
    assert enter(line, {201102: 1200, 201103: 0}, on=date(2011, 3, 1), note="révisé") == 2
    assert enter(line, {201102: 1300}, on=date(2011, 3, 1)) == 3  # twice in a day: the last
    assert facts(date(2011, 1, 9))[0].foreseen == {}
    assert facts(date(2011, 2, 28))[0].foreseen == {201101: 600, 201102: 900}
    assert facts()[0].foreseen == {201102: 1300}  # January is no longer foreseen
    with db.reading() as session:
        assert len(session.exec(select(Foreseen)).all()) == 5  # nothing is erased
        view = followup.orders(session, ANALYST, known_on=TODAY)[0]
        assert (view.plan.label, round(view.plan.at(date(2011, 2, 28)))) == (
            "prévisionnel saisi", 1300,
        )  # fmt: skip
        told = forecast_entry.history(session, STAFF, bon_id=1)
        assert told["version"].tolist() == [3, 2, 1]
        assert told["total"].tolist() == [1300, 1200, 1500]
        assert told["note"].tolist()[1] == "révisé"
    assert enter(line, {}) == 4  # taken away: the straight line again
    with db.reading() as session:
        assert followup.orders(session, ANALYST, known_on=TODAY)[0].plan.label == LINEAR


def test_a_forecast_is_refused_where_it_says_nothing_new_or_cannot_be(store: str) -> None:
    lot = make_lot()
    line = line_of(make_bon(100, lot=lot))
    for months, said in (
        ({}, "Rien n’a changé"), ({201012: 60}, "en dehors du bon"), ({201101: -1}, "négative"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=said):
            enter(line, months)
    enter(line, {201101: 0})  # zero is foreseen, which is not nothing
    with pytest.raises(DomainError, match="Rien n’a changé"):
        enter(line, {201101: 0})
    settled = line_of(make_bon(10, lot=lot, number="BC-2", state=BonState.SETTLED))
    with pytest.raises(DomainError, match="ne change plus"):
        enter(settled, {201101: 60})
    with pytest.raises(DomainError, match="n’existe plus"):
        enter(10**6, {201101: 60})
    with db.writing(DOMAIN) as session, pytest.raises(ForbiddenError):
        forecast_entry.save(session, ANALYST, ForecastDraft(line, {201101: 1}), now=NOW)


def test_the_card_tells_every_movement_and_what_may_come_next(store: str) -> None:
    lot, _service, place, operator = made = make_lot()
    bon = make_bon(100, lot=made)
    with db.writing(DOMAIN) as session:
        market.attribute(
            session, STAFF, lot_id=lot, structure_id=operator, starts_on=date(2010, 1, 1),
            ends_on=date(2011, 6, 30), now=NOW,
        )  # fmt: skip
    with db.reading() as session:
        card = order_queries.order_card(session, STAFF, bon_id=bon, known_on=TODAY)
        assert card is not None
        assert card.nexts == (BonState.SETTLED, BonState.CANCELLED)  # running is not by hand
        assert not card.is_consumed
    take([("BC-1", "p1", "01/05/2011", "30", "en formation", "80")], is_partial=True)
    amend(bon, 20)
    amend(bon, -10, on=date(2011, 4, 1))
    with db.reading() as session:
        card = order_queries.order_card(session, STAFF, bon_id=bon, known_on=TODAY)
        assert card is not None
        (line,) = card.lines
        assert (line.initial, line.asked, line.ordered) == (6000, 6600, 6600)
        assert (line.consumed, line.committed, line.release) == (1800, 3000, -4800)
        assert [(one.effective_on, one.delta, one.after) for one in line.movements] == [
            (date(2011, 4, 1), -600, 5400), (TODAY, 1200, 6600),
        ]  # fmt: skip
        assert {one.known_on for one in line.movements} == {TODAY}
        (choice,) = order_queries.lot_choices(session, STAFF)
        assert dict(choice.uts) == {place: "Haute-Garonne"}
        assert choice.holder_on(date(2011, 6, 30)) == operator
        assert choice.holder_on(date(2011, 7, 1)) is None
        assert order_queries.every_order(session, STAFF) == [
            (bon, "BC-1 – Haute-Garonne (en cours)")
        ]
        assert order_queries.order_card(session, STAFF, bon_id=bon + 9, known_on=TODAY) is None
        with pytest.raises(ForbiddenError):
            order_queries.order_card(session, ANALYST, bon_id=bon, known_on=TODAY)


@given(
    st.integers(0, 10**7), st.dates(date(2010, 1, 1), date(2012, 12, 31)), st.integers(0, 500),
    st.sampled_from([1, 60]),
)  # fmt: skip
def test_the_default_adds_up_to_what_is_ordered(
    quantity: int, start: date, length: int, step: int
) -> None:
    end = date.fromordinal(start.toordinal() + length)
    months = forecast_grid.default_months(
        quantity, start=start, end=end, calendar=Calendar(), season=Season(), step=step
    )
    assert list(months) == forecast_grid.months_of(start, end)
    assert min(months.values()) >= 0
    assert sum(months.values()) == (quantity if Calendar().count(start, end) else 0)


def test_the_default_follows_the_working_days() -> None:
    months = forecast_grid.default_months(
        253 * 60, start=date(2011, 1, 1), end=date(2011, 12, 31), calendar=Calendar(),
        season=Season(),
    )  # fmt: skip
    assert months == {
        period: round(253 * 60 / Calendar().count(date(2011, 1, 1), date(2011, 12, 31)))
        * Calendar().count_month(period)
        for period in months
    }


def test_a_pasted_column_is_read_and_the_month_at_fault_is_named() -> None:
    cells = {201101: "1 200", 201102: "12 h 30", 201103: "", 201104: None, 201105: "0"}
    assert forecast_grid.read_grid(cells, UnitOfWork.HOUR) == {
        201101: 72_000, 201102: 750, 201105: 0,
    }  # fmt: skip
    with pytest.raises(DomainError, match="Février 2011 : « douze »"):
        forecast_grid.read_grid({201101: "1", 201102: "douze"}, UnitOfWork.HOUR)
    with pytest.raises(DomainError, match="Mars 2011 : une quantité prévue n’est pas négative"):
        forecast_grid.read_grid({201103: "-1"}, UnitOfWork.PARCOURS)
    assert "Rien n’est prévu" in forecast_grid.told_total({}, 6000, UnitOfWork.HOUR)
    assert "20 h de plus que la commande" in forecast_grid.told_total(
        {201101: 7200}, 6000, UnitOfWork.HOUR
    ).replace("\u202f", " ")
