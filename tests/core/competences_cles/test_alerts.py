"""Alerts: every code's thresholds, and the life of an alert without flapping."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.competences_cles import alert_rules, alert_states
from core.competences_cles.alert_rules import (
    AlertCode,
    ImportIndicators,
    Indicators,
    OperatorIndicators,
    OrderIndicators,
    Thresholds,
)
from core.competences_cles.alert_states import AlertState, Channel, Event, EventKind, Phase, Reading
from core.errors import DomainError

START, END = date(2011, 3, 1), date(2011, 12, 31)
LIMITS = Thresholds()
CALM = OrderIndicators(
    ordered=1_000, consumed=400, available=500, end=END, earliest=date.max, latest=date.max,
    pace=5.0, sigma=8.0, ratio=1.0, projected=950, minimum=800,
)  # fmt: skip
TALKING = OperatorIndicators(silent_days=5, active_paths=12)
CLEAN = ImportIndicators(
    is_applied=True, is_quarantined=False, rows=1_000, duplicates=0, unknown_orders=0,
    negative_months=0,
)  # fmt: skip


def before_end(days: int) -> date:
    return END - timedelta(days=days)


def verdict(code: AlertCode, figures: Indicators) -> tuple[bool, bool]:
    found = alert_rules.judge(code, figures, LIMITS)
    return found.opens, found.closes


OPENS, CLOSES, BETWEEN = (True, False), (False, True), (False, False)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"consumed": 700}, OPENS), ({"consumed": 699}, BETWEEN), ({"consumed": 650}, BETWEEN),
        ({"consumed": 649}, CLOSES),
        ({"earliest": before_end(61)}, OPENS), ({"earliest": before_end(60)}, BETWEEN),
        ({"earliest": before_end(46)}, BETWEEN), ({"earliest": before_end(45)}, CLOSES),
        ({"latest": before_end(30), "earliest": before_end(44)}, BETWEEN),
        ({"latest": before_end(29), "earliest": before_end(44)}, CLOSES),
        ({"earliest": None, "latest": None}, BETWEEN), ({"ordered": 0}, BETWEEN),
        ({"earliest": None, "latest": None, "consumed": 800}, OPENS),
    ],
)  # fmt: skip
def test_vigilance(changes: dict[str, object], expected: tuple[bool, bool]) -> None:
    assert verdict(AlertCode.VIGILANCE, replace(CALM, **changes)) == expected  # type: ignore[arg-type]  # a table of changes


@pytest.mark.parametrize(
    ("available", "expected"),
    [(206.0, OPENS), (206.2, BETWEEN), (247.2, BETWEEN), (247.4, CLOSES), (-1.0, OPENS)],
)
def test_blocking_is_judged_on_what_is_available(
    available: float, expected: tuple[bool, bool]
) -> None:
    figures = replace(CALM, available=available)
    assert alert_rules.reorder_point(figures, LIMITS) == pytest.approx(206.087, abs=0.001)
    assert verdict(AlertCode.BLOCKING, figures) == expected


def test_blocking_follows_the_measured_lead_time() -> None:
    slow = Thresholds(lead_days=60)
    assert alert_rules.judge(AlertCode.BLOCKING, replace(CALM, available=350), slow).opens
    assert not alert_rules.judge(AlertCode.BLOCKING, replace(CALM, available=350), LIMITS).opens


def test_blocking_without_a_pace_knows_only_what_is_used_up() -> None:
    unknown = replace(CALM, pace=None, sigma=None)
    assert verdict(AlertCode.BLOCKING, unknown) == BETWEEN
    assert verdict(AlertCode.BLOCKING, replace(unknown, available=0)) == OPENS


@pytest.mark.parametrize(("consumed", "expected"), [(1_001, OPENS), (1_000, CLOSES)])
def test_overrun(consumed: int, expected: tuple[bool, bool]) -> None:
    assert verdict(AlertCode.OVERRUN, replace(CALM, consumed=consumed)) == expected


def test_consumption_without_an_order_is_an_overrun() -> None:
    assert verdict(AlertCode.OVERRUN, replace(CALM, ordered=0, consumed=12)) == OPENS


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ratio": 0.79}, OPENS), ({"ratio": 0.80}, BETWEEN), ({"ratio": 0.88}, BETWEEN),
        ({"ratio": 0.89}, CLOSES), ({"projected": 799}, OPENS), ({"projected": 839}, BETWEEN),
        ({"projected": 840}, CLOSES), ({"ratio": None}, CLOSES),
        ({"ratio": None, "projected": None}, BETWEEN), ({"minimum": None}, CLOSES),
        ({"ratio": None, "minimum": None}, BETWEEN),
    ],
)  # fmt: skip
def test_under_use(changes: dict[str, object], expected: tuple[bool, bool]) -> None:
    assert verdict(AlertCode.UNDER_USE, replace(CALM, **changes)) == expected  # type: ignore[arg-type]  # a table of changes


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (OperatorIndicators(21, 3), OPENS), (OperatorIndicators(20, 3), CLOSES),
        (OperatorIndicators(None, 3), OPENS), (OperatorIndicators(90, 0), CLOSES),
    ],
)  # fmt: skip
def test_silence_needs_parcours_under_way(
    figures: OperatorIndicators, expected: tuple[bool, bool]
) -> None:
    assert verdict(AlertCode.SILENCE, figures) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, CLOSES), ({"is_quarantined": True, "is_applied": False}, OPENS),
        ({"duplicates": 11}, OPENS), ({"duplicates": 10}, CLOSES), ({"unknown_orders": 1}, OPENS),
        ({"negative_months": 1}, OPENS), ({"is_applied": False}, BETWEEN), ({"rows": 0}, CLOSES),
    ],
)  # fmt: skip
def test_quality(changes: dict[str, object], expected: tuple[bool, bool]) -> None:
    assert verdict(AlertCode.QUALITY, replace(CLEAN, **changes)) == expected  # type: ignore[arg-type]  # a table of changes


@pytest.mark.parametrize(
    ("waiting", "overdue", "expected"),
    [((14,), (30,), CLOSES), ((15, 2), (), OPENS), ((), (31,), OPENS), ((), (), CLOSES)],
)
def test_paths_are_grouped_by_operator(
    waiting: tuple[int, ...], overdue: tuple[int, ...], expected: tuple[bool, bool]
) -> None:
    figures = OperatorIndicators(0, 5, waiting, overdue)
    assert verdict(AlertCode.PATHS, figures) == expected
    both = alert_rules.judge(AlertCode.PATHS, OperatorIndicators(0, 5, (15, 40), (31,)), LIMITS)
    assert (both.value, both.level) == (3, 2)


def test_an_order_that_is_over_closes_everything_but_its_overrun() -> None:
    over = replace(CALM, consumed=1_200, available=-200, is_live=False)
    assert verdict(AlertCode.VIGILANCE, over) == CLOSES
    assert verdict(AlertCode.BLOCKING, over) == CLOSES
    assert verdict(AlertCode.OVERRUN, over) == OPENS


def test_a_rule_refuses_figures_of_another_kind() -> None:
    with pytest.raises(TypeError, match="does not look at"):
        alert_rules.judge(AlertCode.SILENCE, CALM, LIMITS)


def run(
    code: AlertCode, several: Sequence[Indicators], *, every: int = 7
) -> tuple[AlertState, list[Event]]:
    """One import a week with these figures, one after the other."""
    state = AlertState()
    told: list[Event] = []
    for rank, figures in enumerate(several):
        reading = Reading(figures, START + timedelta(days=every * rank), rank + 1)
        state, events = alert_states.step(state, code, reading, LIMITS)
        told += events
    return state, told


HIGH, MIDDLE = replace(CALM, consumed=750), replace(CALM, consumed=680)
LOW_RATIO = replace(CALM, ratio=0.7)


@pytest.mark.parametrize(
    ("code", "figures", "imports"),
    [
        (AlertCode.VIGILANCE, HIGH, 2), (AlertCode.UNDER_USE, LOW_RATIO, 2),
        (AlertCode.BLOCKING, replace(CALM, available=10), 1),
        (AlertCode.OVERRUN, replace(CALM, consumed=1_001), 0),
        (AlertCode.SILENCE, OperatorIndicators(30, 2), 1),
        (AlertCode.QUALITY, replace(CLEAN, unknown_orders=2), 0),
        (AlertCode.PATHS, OperatorIndicators(0, 2, (20,)), 0),
    ],
)  # fmt: skip
def test_the_number_of_imports_of_each_rule(
    code: AlertCode, figures: Indicators, imports: int
) -> None:
    state, told = AlertState(), 0
    for rank in range(imports):
        assert not state.is_open
        reading = Reading(figures, START, rank + 1)
        state, events = alert_states.step(state, code, reading, LIMITS)
        state, again = alert_states.step(state, code, reading, LIMITS)
        told += len(events)
        assert again == ()
    state, events = alert_states.step(state, code, Reading(figures, START), LIMITS)
    assert state.is_open
    assert told + len(events) == 1


def test_a_condition_must_hold_on_imports_in_a_row() -> None:
    state, told = run(AlertCode.VIGILANCE, [HIGH, CALM, HIGH, MIDDLE, HIGH])
    assert (state.phase, told) == (Phase.CLOSED, [])


def test_recovery_goes_through_its_phase_and_is_told_once_with_its_duration() -> None:
    state, told = run(AlertCode.VIGILANCE, [HIGH, HIGH, MIDDLE])
    assert state.phase is Phase.RECOVERING
    state, told = run(AlertCode.VIGILANCE, [HIGH, HIGH, MIDDLE, CALM, CALM, CALM])
    assert [one.kind for one in told] == [EventKind.OPENED, EventKind.RECOVERED]
    assert told[1].days == 14
    text = told[1].told(AlertCode.VIGILANCE, "bon 31-04")
    assert text == "rétablissement : vigilance, bon 31-04 (après 14 jours)"
    assert (
        told[0].told(AlertCode.VIGILANCE, "bon 31-04") == "nouvelle alerte : vigilance, bon 31-04"
    )


def test_what_comes_back_before_it_closed_says_nothing() -> None:
    state, told = run(AlertCode.VIGILANCE, [HIGH, HIGH, MIDDLE, HIGH, MIDDLE, HIGH])
    assert state.phase is Phase.OPEN
    assert [one.kind for one in told] == [EventKind.OPENED]


def test_a_level_rises_without_a_message_and_does_not_fall_while_open() -> None:
    worse = replace(CALM, consumed=950)
    state, told = run(AlertCode.VIGILANCE, [HIGH, HIGH, worse, HIGH, worse])
    assert [(one.kind, one.channel) for one in told] == [
        (EventKind.OPENED, Channel.MESSAGE), (EventKind.RAISED, Channel.NONE),
    ]  # fmt: skip
    assert state.level == 2


def test_acknowledging_survives_a_recovery_that_did_not_last() -> None:
    state, _ = run(AlertCode.VIGILANCE, [HIGH, HIGH])
    state = alert_states.acknowledge(state, author="c.martin")
    assert (state.phase, state.acknowledged_by) == (Phase.ACKNOWLEDGED, "c.martin")
    later = START + timedelta(days=30)
    for rank, figures in enumerate([MIDDLE, HIGH]):
        state, events = alert_states.step(
            state, AlertCode.VIGILANCE, Reading(figures, later, 10 + rank), LIMITS
        )
        assert events == ()
    assert state.phase is Phase.ACKNOWLEDGED


def test_acknowledging_while_recovering_is_kept() -> None:
    state, _ = run(AlertCode.VIGILANCE, [HIGH, HIGH, MIDDLE])
    state = alert_states.acknowledge(state, author="c.martin")
    assert (state.phase, state.phase_before) == (Phase.RECOVERING, Phase.ACKNOWLEDGED)


def test_a_closed_alert_cannot_be_taken_in_charge_nor_put_to_sleep() -> None:
    with pytest.raises(DomainError, match="plus rien à prendre en charge"):
        alert_states.acknowledge(AlertState(), author="c.martin")
    with pytest.raises(DomainError, match="ne peut pas être mise en sommeil"):
        alert_states.snooze(AlertState(), reason="x", until=END, today=START)
    opened, _ = run(AlertCode.VIGILANCE, [HIGH, HIGH])
    with pytest.raises(DomainError, match="Indiquez qui"):
        alert_states.acknowledge(opened, author=" ")


def test_a_sleep_needs_a_reason_and_an_end_to_come() -> None:
    state, _ = run(AlertCode.VIGILANCE, [HIGH, HIGH])
    with pytest.raises(DomainError, match="motif"):
        alert_states.snooze(state, reason=" ", until=END, today=START)
    with pytest.raises(DomainError, match="choisissez une date de fin à venir"):
        alert_states.snooze(state, reason="avenant signé", until=START, today=START)


def test_a_sleeping_alert_is_silent_then_wakes_once() -> None:
    state, _ = run(AlertCode.VIGILANCE, [HIGH, HIGH])
    asleep = alert_states.snooze(state, reason="avenant en cours", until=END, today=START)
    worse = replace(CALM, consumed=990)

    def at(day: date, figures: Indicators, was: AlertState) -> tuple[AlertState, list[EventKind]]:
        after, events = alert_states.step(
            was, AlertCode.VIGILANCE, Reading(figures, day, 9), LIMITS
        )
        return after, [one.kind for one in events if one.channel is not Channel.NONE]

    still, told = at(END, worse, asleep)
    assert (still.phase, still.snooze_reason, told) == (Phase.SNOOZED, "avenant en cours", [])
    awake, told = at(END + timedelta(days=1), worse, still)
    assert (awake.phase, told, awake.snooze_reason) == (Phase.OPEN, [EventKind.WOKEN], "")
    assert at(END + timedelta(days=2), worse, awake)[1] == []
    _, told = at(END, CALM, still)
    assert told == [EventKind.RECOVERED]


def flapping(times: int) -> list[Indicators]:
    over = replace(CALM, consumed=1_001)
    return [over if rank % 2 == 0 else CALM for rank in range(2 * times)]


def test_after_two_re_openings_in_thirty_days_the_digest_only() -> None:
    state, told = run(AlertCode.OVERRUN, flapping(5), every=3)
    opened = [one.channel for one in told if one.kind is EventKind.OPENED]
    assert opened == [
        Channel.MESSAGE, Channel.MESSAGE, Channel.DIGEST, Channel.DIGEST, Channel.DIGEST,
    ]  # fmt: skip
    assert state.is_unstable(START + timedelta(days=30))
    assert not state.is_unstable(START + timedelta(days=90))


def test_rare_re_openings_stay_messages() -> None:
    _, told = run(AlertCode.OVERRUN, flapping(5), every=20)
    assert {one.channel for one in told} == {Channel.MESSAGE}


def test_one_alert_for_each_rule_and_object() -> None:
    over = replace(CALM, consumed=1_001)
    readings = {
        (AlertCode.OVERRUN, "31-01"): Reading(over, START, 1),
        (AlertCode.OVERRUN, "31-02"): Reading(CALM, START, 1),
        (AlertCode.QUALITY, "mai"): Reading(replace(CLEAN, negative_months=1), START, 1),
    }
    states, told = alert_states.evaluate({}, readings, LIMITS)
    assert set(states) == set(readings)
    assert set(told) == {(AlertCode.OVERRUN, "31-01"), (AlertCode.QUALITY, "mai")}
    again, silent = alert_states.evaluate(states, readings, LIMITS)
    assert (again, silent) == (states, {})
    kept, _ = alert_states.evaluate(states, {}, LIMITS)
    assert kept == states


def test_the_digest_leaves_on_a_monday() -> None:
    assert alert_states.weekly_digest_day(date(2011, 6, 15)) == date(2011, 6, 20)
    assert alert_states.weekly_digest_day(date(2011, 6, 20)) == date(2011, 6, 20)


@given(st.lists(st.floats(-0.024, 0.024), min_size=5, max_size=40), st.floats(0.55, 0.85))
def test_noise_within_the_hysteresis_never_flaps(noise: list[float], level: float) -> None:
    several = [replace(CALM, consumed=1_000 * (level + one)) for one in noise]
    _, told = run(AlertCode.VIGILANCE, several)
    kinds = [one.kind for one in told if one.kind is not EventKind.RAISED]
    assert kinds in ([], [EventKind.OPENED])


@given(st.lists(st.integers(-7, 7), min_size=5, max_size=40), st.integers(20, 90))
def test_a_date_that_wavers_never_flaps(noise: list[int], level: int) -> None:
    several = [replace(CALM, earliest=before_end(level + one)) for one in noise]
    assert len(run(AlertCode.VIGILANCE, several)[1]) <= 1


@given(st.lists(st.floats(-0.039, 0.039), min_size=5, max_size=40), st.floats(0.6, 1.1))
def test_a_wavering_ratio_never_flaps(noise: list[float], level: float) -> None:
    several = [replace(CALM, ratio=level + one) for one in noise]
    assert len(run(AlertCode.UNDER_USE, several)[1]) <= 1


@given(
    st.lists(st.integers(0, 1_300), min_size=1, max_size=40), st.sampled_from(list(AlertCode)[:4])
)
def test_openings_and_recoveries_alternate(consumed: list[int], code: AlertCode) -> None:
    several = [replace(CALM, consumed=one, available=900 - one) for one in consumed]
    _, told = run(code, several)
    kinds = [one.kind for one in told if one.kind is not EventKind.RAISED]
    wanted = [EventKind.OPENED, EventKind.RECOVERED] * len(kinds)
    assert kinds == wanted[: len(kinds)]
