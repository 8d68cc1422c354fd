"""Attendance: golden test A of the study, and each edge case of its section 4.1."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.training import presence
from core.training.enums import AttendanceState, Half, Situation, SlotState
from core.training.presence import Entry, RegistrationFact, SlotFact

STATES = {"P": AttendanceState.PRESENT, "A": AttendanceState.ABSENT, "E": AttendanceState.EXCUSED,
          "N": AttendanceState.NOT_CONCERNED}  # fmt: skip


START = date(2011, 3, 1)


def slots(count: int, *, state: SlotState = SlotState.HELD, per_day: int = 2) -> list[SlotFact]:
    halves = (Half.MORNING, Half.AFTERNOON)
    return [
        SlotFact(
            rank, date(2011, 3, 1) + timedelta(days=rank // per_day), halves[rank % 2], 210, state
        )
        for rank in range(count)
    ]


def table(rows: list[str], held: list[SlotFact] | None = None) -> list[presence.Cell]:
    """Make cells of rows such as « PPA- »: one person a row, « - » for not entered."""
    held = held or slots(max(map(len, rows)))
    people = [RegistrationFact(rank, 100 + rank) for rank in range(len(rows))]
    entries = {
        (person, slot.id): Entry(STATES[sign])
        for person, row in enumerate(rows)
        for slot, sign in zip(held, row, strict=False)
        if sign != "-"
    }
    return presence.cells(people, held, entries)


def golden(columns: list[tuple[int, int, int]]) -> list[presence.Cell]:
    """Twelve people; each column gives presents, excused and absents of a half-day."""
    signs = ["P" * present + "E" * excused + "A" * absent for present, excused, absent in columns]
    return table(["".join(column[rank] for column in signs) for rank in range(12)], slots(4))


GOLDEN = [(11, 1, 0), (10, 1, 1), (11, 0, 1), (9, 1, 2)]


def test_golden_a() -> None:
    cells = golden(GOLDEN)
    made = presence.figures(cells)
    assert (made.attendance.numerator, made.attendance.denominator) == (41, 48)
    assert made.attendance.value == pytest.approx(0.854, abs=5e-4)
    assert made.without_excused.value == pytest.approx(41 / 45)
    assert (made.stagiaire_hours, made.participant_days) == (143.5, 20.5)
    assert presence.filling(12, 15).value == pytest.approx(0.8)
    assert presence.real_filling(cells, 15).value == pytest.approx(0.683, abs=5e-4)
    assert made.entry.value == 1


def test_golden_a_with_the_last_half_day_not_entered() -> None:
    cells = [
        cell if cell.slot.id < 3
        else presence.Cell(cell.registration, cell.slot, Situation.NOT_ENTERED)
        for cell in golden(GOLDEN)
    ]  # fmt: skip
    made = presence.figures(cells)
    assert made.entry.value == 0.75
    assert (made.attendance.numerator, made.attendance.denominator) == (32, 36)
    assert made.is_grey


def test_nothing_expected_has_no_rate_and_never_zero_per_cent() -> None:
    made = presence.figures([])
    assert (made.attendance.value, made.entry.value, made.without_excused.value) == (None,) * 3
    assert presence.filling(3, None).value is None
    assert presence.real_filling([], 15).value is None


def test_late_registration_is_not_concerned_rather_than_absent() -> None:
    held = slots(4)
    late = RegistrationFact(1, 1, datetime.fromisoformat("2011-03-02T08:00"))
    cells = presence.cells([late], held, {(1, 2): Entry(AttendanceState.PRESENT)})
    assert [cell.situation for cell in cells] == [
        Situation.NOT_CONCERNED, Situation.NOT_CONCERNED, Situation.PRESENT, Situation.NOT_ENTERED,
    ]  # fmt: skip
    assert presence.figures(cells).attendance.value == 1


def test_a_cancelled_half_day_and_unentered_ones_are_in_no_rate() -> None:
    held = [*slots(2), SlotFact(9, date(2011, 3, 2), Half.MORNING, 210, SlotState.CANCELLED)]
    cells = table(["PA-", "P--"], held)
    made = presence.figures(cells)
    assert (made.attendance.numerator, made.attendance.denominator) == (2, 3)
    assert (made.entry.numerator, made.entry.denominator) == (3, 4)
    assert {cell.situation for cell in cells} == {
        Situation.PRESENT, Situation.ABSENT, Situation.NOT_ENTERED, Situation.NOT_HELD,
    }  # fmt: skip


def test_half_of_what_is_to_come_is_not_a_hundred_per_cent() -> None:
    readings = presence.readings(table(["PPPPP-----"], slots(10)))
    told = [(one.numerator, one.denominator) for one in
            (readings.so_far, readings.whole, readings.at_best)]  # fmt: skip
    assert told == [(5, 5), (5, 10), (10, 10)]


def test_twelve_people_for_six_hours_are_72_hours() -> None:
    held = [SlotFact(0, date(2011, 3, 1), Half.MORNING, 180, SlotState.HELD),
            SlotFact(1, date(2011, 3, 1), Half.AFTERNOON, 180, SlotState.HELD)]  # fmt: skip
    assert presence.figures(table(["PP"] * 12, held)).stagiaire_hours == 72


def test_a_late_arrival_and_an_evening_count_for_what_they_last() -> None:
    held = [SlotFact(0, date(2011, 3, 1), Half.EVENING, 105, SlotState.HELD)]
    people = [RegistrationFact(1, 1), RegistrationFact(2, 2)]
    entries = {(1, 0): Entry(AttendanceState.PRESENT), (2, 0): Entry(AttendanceState.PRESENT, 60)}
    made = presence.figures(presence.cells(people, held, entries))
    assert (made.stagiaire_hours, made.participant_days) == (165 / 60, 0.5)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["PPPP", "PPAA", "PAPA", "PPAE", "AAAA"], (1, 4)),
        (["PPPA"], (0, 1)), (["PP", "PA"], (0, 0)), (["AAAA"], (0, 0)),
    ],
)  # fmt: skip
def test_dropouts_came_once_then_never_without_excuse(
    rows: list[str], expected: tuple[int, int]
) -> None:
    found = presence.dropouts(table(rows))
    assert (found.numerator, found.denominator) == expected


def test_opinions_are_silent_under_five_answers() -> None:
    assert presence.opinions([5, 5, 4, 4], answers=4, asked=10).mean is None
    found = presence.opinions([5, 5, 4, 4, 2], answers=5, asked=10)
    assert (found.mean, found.satisfied.value, found.response.value) == (4, 0.8, 0.5)


@given(st.lists(st.text("PAEN-", min_size=4, max_size=4), max_size=8))
def test_rates_stay_between_nothing_and_all(rows: list[str]) -> None:
    made = presence.figures(table(rows, slots(4)))
    for ratio in (made.entry, made.attendance, made.without_excused, made.dropouts):
        assert ratio.value is None or 0 <= ratio.value <= 1
    assert made.participants <= len(rows)
