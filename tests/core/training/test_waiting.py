"""Seats and ranks: one count, one order, each with its reason."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.training import waiting
from core.training.enums import RegistrationState
from core.training.waiting import Request

NOW = datetime.fromisoformat("2011-06-15T09:00")


def request(rank: int, state: str = "liste_attente", structure: int | None = None,
            *, priority: bool = False, expires: datetime | None = None) -> Request:  # fmt: skip
    asked = datetime.fromisoformat("2011-05-01") + timedelta(hours=rank)
    return Request(rank, RegistrationState(state), structure, priority, asked, expires)


def test_only_confirmed_and_living_offers_take_a_seat() -> None:
    soon, past = NOW + timedelta(hours=1), NOW
    requests = [
        request(1, "confirme"), request(2, "offre", expires=soon),
        request(3, "offre", expires=past), request(4), request(5, "annule"), request(6, "inscrit"),
    ]  # fmt: skip
    seats = waiting.seats(requests, 3, now=NOW)
    assert (seats.taken, seats.waiting, seats.free, seats.is_full) == (2, 1, 1, False)
    assert waiting.seats(requests, None, now=NOW).free is None


def test_priority_then_structures_without_a_seat_then_arrival() -> None:
    requests = [
        request(1, "confirme", 10), request(2, structure=10), request(3, structure=20),
        request(4, structure=30, priority=True), request(5, structure=40),
    ]  # fmt: skip
    found = waiting.ranks(requests, now=NOW)
    assert [one.registration_id for one in found] == [4, 3, 5, 2]
    assert found[0].reason.startswith("public prioritaire, structure encore sans place")
    assert "sa structure a déjà une place" in found[-1].reason


@given(st.lists(st.tuples(st.sampled_from(["confirme", "liste_attente", "annule"]),
                          st.integers(1, 3), st.booleans()), max_size=12))  # fmt: skip
def test_ranks_hold_everyone_who_waits_once(rows: list[tuple[str, int, bool]]) -> None:
    requests = [
        request(rank, state, structure, priority=priority)
        for rank, (state, structure, priority) in enumerate(rows)
    ]
    found = waiting.ranks(requests, now=NOW)
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    waited = {one.id for one in requests if one.state is RegistrationState.WAITING}
    assert {one.registration_id for one in found} == waited


def test_the_odds_of_over_booking_are_those_of_the_study() -> None:
    assert waiting.odds_within(16, 15, 0.18) == pytest.approx(0.96, abs=0.005)
    assert waiting.odds_within(17, 15, 0.18) == pytest.approx(0.84, abs=0.005)
    assert waiting.odds_within(15, 15, 0.18) == pytest.approx(1)
    assert waiting.no_show_rate(0, 0) == pytest.approx(0.18)
    assert waiting.no_show_rate(30, 100) == pytest.approx((30 + 5.4) / 130)
