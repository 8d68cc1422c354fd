"""The accuracy printed under a forecast, over simulated orders with their season."""

import numpy as np
import pytest

from core.competences_cles import accuracy
from core.competences_cles.calendar import Calendar, months_between
from core.competences_cles.pace import Month, MonthUse, Pace
from core.competences_cles.season import Season

SEASON = Season((1.1, 1.1, 1.1, 1.0, 1.0, 1.0, 0.7, 0.4, 1.2, 1.2, 1.1, 1.1))


def paced(chance: np.random.Generator, *, months: int = 24) -> Pace:
    """An order whose months follow the season and the working days, known in full."""
    every = months_between(200901, 201012)[:months]
    found = []
    for period in every:
        days, factor = Calendar().count_month(period), SEASON.at(period)
        minutes = round(float(chance.normal(300, 35)) * days * factor)
        use = MonthUse.USED if period in every[-6:] else MonthUse.OLDER
        found.append(Month(period, minutes, 1.0, days, factor, use))
    return Pace(300.0, 300.0, 40.0, tuple(found), is_stale=False)


def test_the_orders_of_a_simulated_market_are_covered_at_80_percent() -> None:
    chance = np.random.default_rng(11)
    found = accuracy.past_accuracy([paced(chance) for _ in range(120)], ahead=3.4)
    assert found.judged > 1_000
    assert found.share == pytest.approx(0.80, abs=0.05)
    assert "prévisions passées contenaient la date observée" in found.told()


def test_young_orders_have_nothing_to_judge() -> None:
    chance = np.random.default_rng(12)
    assert accuracy.past_accuracy([paced(chance, months=6)]).judged == 0
    assert accuracy.past_accuracy([]).share is None
