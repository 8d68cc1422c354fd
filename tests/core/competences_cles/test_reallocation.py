"""Sharing out the hours: golden D, each edge case of 4.10, and what must never be broken."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.competences_cles import reallocation
from core.competences_cles.forecast import BandPoint
from core.competences_cles.reallocation import Proposal
from core.competences_cles.reallocation_inputs import LotBounds, Order, Settings, demands
from core.errors import DomainError


def order(
    ut: str, ordered: float, consumed: float, committed: float, need: float, lot: str = "1"
) -> Order:
    return Order(f"{ut}-{lot}", ut, lot, ordered, consumed, committed, need)


GOLDEN = [
    order("31", 1000, 820, 120, 1300), order("81", 400, 150, 60, 300),
    order("82", 300, 210, 40, 380), order("12", 300, 90, 30, 180),
]  # fmt: skip


def proposed(found: Proposal) -> list[float]:
    return [one.proposed for one in found.moves]


def test_golden_d() -> None:
    found = reallocation.propose(GOLDEN, Settings())
    assert found.worst_before == pytest.approx(0.231, abs=0.0005)
    assert found.best == pytest.approx(0.074, abs=0.0005)
    assert proposed(found) == [1180, 280, 360, 180]
    assert found.worst_after == pytest.approx(0.092, abs=0.0005)
    assert found.total == 2000
    assert found.is_feasible
    assert found.is_proven
    assert len(found.amendments) == 4


def test_one_more_hour_is_worth_its_dual_value() -> None:
    (binding,) = reallocation.propose(GOLDEN, Settings()).bindings
    assert binding.name == "le total à répartir du lot 1"
    assert binding.gain == pytest.approx(1 / 2160)
    more = reallocation.propose(GOLDEN, Settings(totals={("1", ""): 2001}))
    best = reallocation.propose(GOLDEN, Settings()).best
    assert best - more.best == pytest.approx(binding.gain)
    assert binding.told() == (
        "le total à répartir du lot 1 : une heure de plus retire 0,046 point "
        "à la pénurie la plus forte"
    )


def test_the_cap_on_a_change_holds_and_is_named() -> None:
    found = reallocation.propose(GOLDEN, Settings(cap=100, tolerance=0))
    assert all(abs(one.change) <= 100 for one in found.moves)
    assert proposed(found)[0] == 1100
    assert found.best == pytest.approx(200 / 1300)
    assert found.bindings[0].name == "le changement maximal du bon 31-1"
    assert found.bindings[0].gain == pytest.approx(1 / 1300)
    assert "une heure de plus" in found.bindings[0].told()


def test_the_bounds_of_the_lot_hold() -> None:
    free = {("1", ""): None}
    most = reallocation.propose(GOLDEN, Settings(lots={"1": LotBounds(maximum=1900)}, totals=free))
    assert most.total <= 1900
    assert most.bindings[0].name == "le maximum du lot 1"
    small = [replace(one, need=one.floor) for one in GOLDEN]
    least = reallocation.propose(small, Settings(lots={"1": LotBounds(minimum=2200)}, totals=free))
    assert least.total >= 2200
    assert least.worst_after == 0


def test_the_budget_holds_and_needs_prices() -> None:
    free: dict[tuple[str, str], float | None] = {("1", ""): None}
    priced = [replace(one, price=1_000) for one in GOLDEN]
    found = reallocation.propose(priced, Settings(budget=1_900_000, totals=free))
    assert sum(10 * one.proposed for one in found.moves) <= 19_000
    assert found.bindings[0].name == "le budget"
    assert found.bindings[0].gain == pytest.approx(1 / 21_600)
    assert "un euro de plus" in found.bindings[0].told()
    with pytest.raises(DomainError, match="aucun prix n’est connu pour 31-1, 81-1"):
        reallocation.propose(GOLDEN, Settings(budget=1_900_000))


def test_an_order_that_needs_nothing_does_not_count() -> None:
    found = reallocation.propose([*GOLDEN, order("65", 200, 20, 10, 0)], Settings())
    idle = found.moves[-1]
    assert (idle.shortage_before, idle.shortage_after) == (None, None)
    assert idle.proposed >= 30
    assert found.best == pytest.approx(max(0.0, (2160 - 2170) / 2160), abs=0.0001)


def test_nothing_needed_at_all_moves_nothing() -> None:
    found = reallocation.propose([order("65", 200, 20, 10, 0)], Settings())
    assert (found.worst_before, found.worst_after, found.amendments) == (None, None, [])


def test_a_cancelled_order_stays_at_what_was_consumed() -> None:
    gone = replace(order("65", 500, 133, 20, 400), is_cancelled=True)
    found = reallocation.propose([*GOLDEN, gone], Settings())
    assert found.moves[-1].proposed == 133
    assert found.moves[-1].shortage_before is None
    assert proposed(found)[:4] == [1180, 280, 360, 180]


def test_what_is_consumed_and_committed_above_the_maximum_of_the_lot_is_explained() -> None:
    free: dict[tuple[str, str], float | None] = {("1", ""): None}
    limits = Settings(lots={"1": LotBounds(maximum=1200)}, totals=free)
    found = reallocation.propose(GOLDEN, limits)
    assert not found.is_feasible
    assert [one.name for one in found.relaxations] == ["le maximum du lot 1"]
    assert found.relaxations[0].amount == pytest.approx(340, abs=0.01)  # 940 + 220 + 260 + 120
    assert found.relaxations[0].sentence.replace("\u202f", " ") == (
        "relever le maximum du lot 1 de 340 h"
    )
    assert all(one.proposed >= one.order.floor for one in found.moves)


def test_the_smallest_relaxation_names_each_limit_that_must_give() -> None:
    wrong = Settings(lots={"1": LotBounds(minimum=2100)}, totals={("1", ""): 2000})
    found = reallocation.propose(GOLDEN, wrong)
    assert sum(one.amount for one in found.relaxations) == pytest.approx(100)
    capped = reallocation.propose(
        [replace(GOLDEN[0], consumed=1190, committed=0), *GOLDEN[1:]], Settings(cap=100)
    )
    assert [one.sentence.replace("\u202f", " ") for one in capped.relaxations] == [
        "relever le changement maximal du bon 31-1 de 100 h"
    ]


def test_an_overspent_order_is_raised_to_what_it_owes() -> None:
    over = [order("31", 1000, 1100, 50, 1200), order("81", 800, 100, 50, 300)]
    found = reallocation.propose(over, Settings())
    assert found.moves[0].proposed >= 1150
    assert found.total == 1800


def test_lots_and_holders_do_not_exchange() -> None:
    rich, poor = order("81", 900, 10, 0, 100), order("31", 300, 250, 20, 900, lot="2")
    found = reallocation.propose([rich, poor], Settings())
    assert proposed(found) == [900, 300]
    held = [replace(rich, holder="A"), replace(poor, lot="1", holder="B")]
    assert proposed(reallocation.propose(held, Settings())) == [900, 300]
    assert proposed(reallocation.propose([rich, replace(poor, lot="1")], Settings())) != [900, 300]


def test_between_lots_only_their_own_bounds_and_the_budget_move_hours() -> None:
    rich = replace(order("81", 900, 10, 0, 100), price=1_000)
    poor = replace(order("31", 300, 250, 20, 900, lot="2"), price=1_000)
    free: dict[tuple[str, str], float | None] = {("1", ""): None, ("2", ""): None}
    bounds = {"1": LotBounds(200, 1_000), "2": LotBounds(200, 800)}
    found = reallocation.propose([rich, poor], Settings(bounds, free, budget=1_200_000))
    first, second = proposed(found)
    assert first >= 200
    assert second <= 800
    assert first + second <= 1_200
    assert second > 300


def test_a_total_that_is_no_whole_number_of_blocks_is_never_exceeded() -> None:
    found = reallocation.propose(GOLDEN, Settings(totals={("1", ""): 2013}))
    assert 2013 - 20 < found.total <= 2013
    assert all(one.change % 20 == 0 for one in found.moves)


def test_amendments_are_worth_avoiding() -> None:
    calm = [order("31", 1000, 100, 0, 1000), order("81", 400, 100, 0, 400)]
    assert reallocation.propose(calm, Settings()).amendments == []
    few = reallocation.propose(GOLDEN, Settings(tolerance=0.16))
    assert few.amendments == []


def test_whole_blocks_may_be_further_than_the_tolerance() -> None:
    found = reallocation.propose(GOLDEN, Settings(block=100, tolerance=0))
    assert found.worst_after is not None
    assert found.worst_after > found.best
    assert all(one.change % 100 == 0 for one in found.moves)
    assert found.total == 2000


def test_three_demands_and_who_is_served_in_all() -> None:
    needs = {"31-1": (1100.0, 1500.0), "81-1": (280.0, 320.0), "82-1": (340.0, 420.0)}
    found = reallocation.under_three_demands(GOLDEN, needs, Settings())
    assert found.low.best <= found.central.best <= found.high.best
    assert found.always_served == found.low.served & found.central.served & found.high.served
    assert "12" in found.low.served
    assert found.never_served.isdisjoint(found.low.served)
    enough = reallocation.under_three_demands(GOLDEN, {}, Settings(totals={("1", ""): 2200}))
    assert enough.always_served == {"31", "81", "82", "12"}


def test_the_need_is_what_is_owed_and_what_is_forecast() -> None:
    band = [BandPoint(date(2011, 12, 31), 300, 360, 420)]
    assert demands(820, 120, band) == (1240, 1300, 1360)
    assert demands(820, 120, []) is None


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(DomainError, match="au moins un bon"):
        reallocation.propose([], Settings())
    with pytest.raises(DomainError, match="supérieure à zéro"):
        reallocation.propose(GOLDEN, Settings(block=0))


def test_the_answer_is_the_same_twice() -> None:
    several = [replace(one, key=f"{one.key}-{rank}") for rank in range(5) for one in GOLDEN]
    first = reallocation.propose(several, Settings(cap=200))
    assert first == reallocation.propose(several, Settings(cap=200))


@st.composite
def programmes(draw: st.DrawFn) -> tuple[list[Order], Settings]:
    count = draw(st.integers(1, 6))
    orders = []
    for rank in range(count):
        ordered = draw(st.integers(0, 60)) * 20
        consumed = draw(st.integers(0, 1_400))
        one = order(
            str(rank), ordered, consumed, draw(st.integers(0, 200)), draw(st.integers(0, 2_000)),
            lot=draw(st.sampled_from(["1", "2"])),
        )  # fmt: skip
        orders.append(replace(one, is_cancelled=draw(st.booleans()) and draw(st.booleans())))
    bounds = {"1": LotBounds(maximum=draw(st.none() | st.integers(0, 5_000)))}
    return orders, Settings(bounds, cap=draw(st.none() | st.integers(20, 600)))


@settings(max_examples=60, deadline=None)
@given(programmes())
def test_nothing_goes_below_what_is_consumed_and_committed(
    given_programme: tuple[list[Order], Settings],
) -> None:
    orders, limits = given_programme
    found = reallocation.propose(orders, limits)
    assert all(one.proposed >= one.order.floor - 1e-4 for one in found.moves)
    if not found.is_feasible:
        return
    today, after = Counter[str](), Counter[str]()
    for one in found.moves:
        is_gone = one.order.is_cancelled
        today[one.order.lot] += int(one.order.consumed if is_gone else one.order.ordered)
        after[one.order.lot] += round(one.proposed)
        if limits.cap is not None and not is_gone:
            assert abs(one.change) <= limits.cap + 1e-4
    assert after == today
    assert found.worst_after is None or found.worst_after >= found.best - 1e-3
