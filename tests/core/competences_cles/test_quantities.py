"""Ordered, consumed, committed, remaining, available: golden B and its edge cases."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.competences_cles import quantities
from core.competences_cles.quantities import (
    BonState,
    ConsumptionRow,
    Line,
    Movement,
    PathLoad,
    Quantities,
)
from core.competences_cles.units import UnitOfWork
from core.errors import DomainError

DAY = date(2011, 6, 15)
PRIOR = quantities.continuation(completed=0, outcomes=0)


def line(state: BonState, *deltas: int, initial: int = 1200) -> Line:
    start = date(2011, 3, 1)
    moves = [Movement(delta, start + timedelta(days=rank)) for rank, delta in enumerate(deltas)]
    return Line(state, initial, moves)


def rows(*values: int) -> list[ConsumptionRow]:
    start = date(2011, 4, 1)
    days = [start + timedelta(days=rank) for rank in range(len(values))]
    return [ConsumptionRow(value, day, day) for value, day in zip(values, days, strict=True)]


def test_golden_b() -> None:
    done = quantities.consumed(rows(40, 60, 35, -10, 120), day=DAY)
    bought = quantities.ordered(line(BonState.RUNNING, 150, -50), done, day=DAY)
    loads = [PathLoad(100, 75), PathLoad(90, 50), PathLoad(150, 120)]
    found = quantities.quantities(bought, done, loads, PRIOR)
    assert (found.ordered, found.consumed, found.remaining) == (1300, 245, 1055)
    assert found.rate == pytest.approx(0.188, abs=0.0005)
    assert found.committed_raw == 95
    assert found.committed == pytest.approx(68.4)
    assert found.available == pytest.approx(986.6)


@pytest.mark.parametrize(
    ("state", "counted", "apart"),
    [
        (BonState.DRAFT, 0, 0), (BonState.ISSUED, 0, 1300), (BonState.NOTIFIED, 1300, 0),
        (BonState.RUNNING, 1300, 0), (BonState.SETTLED, 1300, 0), (BonState.CANCELLED, 0, 0),
    ],
)  # fmt: skip
def test_only_a_notified_order_opens_a_quantity(state: BonState, counted: int, apart: int) -> None:
    order = line(state, 150, -50)
    assert quantities.ordered(order, 0, day=DAY) == counted
    assert quantities.pending(order, day=DAY) == apart


def test_cancelled_after_consumption_is_worth_what_was_consumed_and_is_listed() -> None:
    order = line(BonState.CANCELLED)
    assert quantities.ordered(order, 245, day=DAY) == 245
    assert quantities.is_cancelled_after_consumption(order, 245)
    assert not quantities.is_cancelled_after_consumption(order, 0)
    assert not quantities.is_cancelled_after_consumption(line(BonState.RUNNING), 245)


def test_settled_equals_consumed_once_the_remainder_is_released() -> None:
    delta = quantities.release(1300, 245)
    assert delta == -1055
    order = line(BonState.SETTLED, 150, -50, delta)
    assert quantities.ordered(order, 245, day=DAY) == 245
    assert quantities.release(245, 300) == 0


def test_several_amendments_of_one_day_all_count_from_that_day_on() -> None:
    day = date(2011, 5, 2)
    order = Line(
        BonState.RUNNING, 1000, [Movement(100, day), Movement(50, day), Movement(-30, day)]
    )
    assert quantities.ordered(order, 0, day=day) == 1120
    assert quantities.ordered(order, 0, day=day - timedelta(days=1)) == 1000


def test_what_was_believed_on_a_day_is_found_again() -> None:
    third = date(2011, 5, 3)
    late = ConsumptionRow(60, date(2011, 4, 20), date(2011, 5, 25))
    done = [ConsumptionRow(40, date(2011, 4, 1), date(2011, 5, 2)), late]
    assert quantities.consumed(done, day=DAY, known_on=third) == 40
    assert quantities.consumed(done, day=DAY) == 100
    order = Line(BonState.RUNNING, 100, [Movement(50, date(2011, 4, 1), date(2011, 5, 20))])
    assert quantities.ordered(order, 0, day=DAY, known_on=third) == 100
    assert quantities.ordered(order, 0, day=DAY) == 150


def test_a_reduction_below_what_is_consumed_is_refused_unless_forced() -> None:
    figures = Quantities(300 * 60, 245 * 60, 0)

    def reduce(hours: int, reason: str = "") -> None:
        quantities.check_reduction(
            figures, delta=60 * hours, unit=UnitOfWork.HOUR, forced_reason=reason
        )

    with pytest.raises(DomainError, match=r"laisserait 240\sh à la commande.*\(245\sh\)"):
        reduce(-60)
    with pytest.raises(DomainError):
        reduce(-60, "  ")
    reduce(-60, "résiliation partielle")
    reduce(-55)
    quantities.check_reduction(Quantities(200, 245, 0), delta=20, unit=UnitOfWork.PARCOURS)


def test_a_rate_needs_an_order_and_an_overrun_is_not_hidden() -> None:
    assert Quantities(0, 0, 0).rate is None
    assert Quantities(0, 0, 0).warning == "aucune commande"
    assert Quantities(0, 12, 0).warning == "consommation sans commande"
    over = Quantities(100, 130, 5)
    assert (over.remaining, over.available, over.is_overrun) == (-30, -35, True)
    assert over.warning == "dépassement de la commande"
    assert Quantities(100, 30, 5).warning == ""


def test_the_local_rate_needs_thirty_known_outcomes_and_says_which_one_it_is() -> None:
    before = quantities.continuation(completed=29, outcomes=29)
    assert before.rate == pytest.approx(0.72)
    assert "national" in before.told()
    assert "29 issues connues ici" in before.told()
    after = quantities.continuation(completed=24, outcomes=30)
    assert after.rate == pytest.approx(0.8)
    assert "observé" in after.told()
    assert "24 parcours menés à terme sur 30" in after.told()


def test_lines_ordered_in_parcours_commit_those_not_yet_counted() -> None:
    loads = [PathLoad(1, 0), PathLoad(1, 0), PathLoad(1, 1)]
    found = quantities.quantities(20, 1, loads, PRIOR)
    assert found.committed == pytest.approx(1.44)


def test_a_parcours_beyond_its_plan_commits_nothing() -> None:
    assert PathLoad(100, 130).left == 0


def test_a_negative_total_is_put_aside_and_a_negative_row_is_not() -> None:
    found = [("2011-04", 40), ("2011-04", -10), ("2011-05", 5), ("2011-05", -8)]
    assert quantities.negative_totals(found) == {"2011-05": -3}


def test_rows_outside_the_order_are_flagged() -> None:
    notified, end = date(2011, 2, 1), date(2011, 12, 31)
    assert quantities.is_out_of_period(date(2011, 1, 31), notified_on=notified, end=end)
    assert quantities.is_out_of_period(date(2012, 1, 1), notified_on=notified, end=end)
    assert quantities.is_out_of_period(DAY, notified_on=None, end=end)
    assert not quantities.is_out_of_period(notified, notified_on=notified, end=end)


amounts = st.lists(st.integers(-500, 2000), max_size=12)


@given(amounts, amounts, st.randoms(use_true_random=False))
def test_c_minus_k_is_r_in_any_order_of_movements(
    deltas: list[int], values: list[int], chance: Random
) -> None:
    straight, done = line(BonState.RUNNING, *deltas), rows(*values)
    mixed, shuffled = list(straight.movements), list(done)
    chance.shuffle(mixed)
    chance.shuffle(shuffled)
    other = Line(straight.state, straight.initial, mixed)
    found = [
        (quantities.ordered(order, 0, day=DAY), quantities.consumed(ledger, day=DAY))
        for order, ledger in ((straight, done), (other, shuffled))
    ]
    assert found[0] == found[1] == (1200 + sum(deltas), sum(values))
    figures = Quantities(*found[1], 0.0)
    assert figures.remaining == figures.ordered - figures.consumed


@given(st.lists(st.builds(Quantities, st.integers(0, 999), st.integers(0, 999), st.just(1.0))))
def test_a_total_adds_every_quantity(several: list[Quantities]) -> None:
    summed = quantities.total(several)
    assert summed.remaining == sum(one.remaining for one in several)
    assert summed.available == pytest.approx(sum(one.available for one in several))
