"""Attendance by half-day, and what is worked out from it. Pure; source: the study, section 4.1.

Six situations are kept apart; only présent, absent and excusé enter a rate. A rate whose
denominator is zero has no value.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean

from core.training.enums import AttendanceState, Half, Situation, SlotState

HALF_DAY_MINUTES = 210
GREY_UNDER = 0.9
FEW_OPINIONS = 5


@dataclass(frozen=True)
class Ratio:
    """A numerator on a denominator, both always shown; no value on zero."""

    numerator: float
    denominator: float

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class SlotFact:
    """A slot as attendance sees it."""

    id: int
    day: date
    half: Half
    minutes: int
    state: SlotState


@dataclass(frozen=True)
class RegistrationFact:
    """A confirmed registration as attendance sees it."""

    id: int
    person_id: int
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """What was entered; ``minutes`` only where it differs from the slot's length."""

    state: AttendanceState
    minutes: int | None = None


@dataclass(frozen=True)
class Cell:
    """One person and one half-day."""

    registration: RegistrationFact
    slot: SlotFact
    situation: Situation
    minutes: int = 0


Entries = Mapping[tuple[int, int], Entry]


def cells(
    registrations: Sequence[RegistrationFact], slots: Sequence[SlotFact], entries: Entries
) -> list[Cell]:
    """Give every registration × slot its situation, slots in order of time.

    A registration that was confirmed after a slot's day is not concerned by it, unless
    something was entered.
    """
    ordered = sorted(slots, key=lambda slot: (slot.day, "MAS".index(slot.half.value)))
    return [
        _cell(registration, slot, entries.get((registration.id, slot.id)))
        for registration in registrations
        for slot in ordered
    ]


def _cell(registration: RegistrationFact, slot: SlotFact, entry: Entry | None) -> Cell:
    if slot.state is SlotState.CANCELLED:
        return Cell(registration, slot, Situation.NOT_HELD)
    if entry is None:
        since = registration.confirmed_at
        is_late = since is not None and since.date() > slot.day
        situation = Situation.NOT_CONCERNED if is_late else Situation.NOT_ENTERED
        return Cell(registration, slot, situation)
    situation = Situation(entry.state.value)
    if situation is not Situation.PRESENT:
        return Cell(registration, slot, situation)
    return Cell(
        registration, slot, situation, slot.minutes if entry.minutes is None else entry.minutes
    )


@dataclass(frozen=True)
class Figures:
    """What a session's, a theme's or a year's attendance comes to."""

    entry: Ratio
    attendance: Ratio
    without_excused: Ratio
    stagiaire_hours: float
    participant_days: float
    participants: int
    presents: int
    absents: int
    excused: int
    dropouts: Ratio

    @property
    def is_grey(self) -> bool:
        """Too little was entered for the rate to be read without caution."""
        return self.entry.value is not None and self.entry.value < GREY_UNDER


def figures(table: Sequence[Cell]) -> Figures:
    """Work out attendance; only slots marked as held, or with something entered, are expected."""
    counts = {
        situation: sum(cell.situation is situation for cell in table) for situation in Situation
    }
    presents, absents = counts[Situation.PRESENT], counts[Situation.ABSENT]
    excused = counts[Situation.EXCUSED]
    expected = [cell for cell in table if _is_expected(cell)]
    entered = sum(cell.situation is not Situation.NOT_ENTERED for cell in expected)
    present_cells = [cell for cell in table if cell.situation is Situation.PRESENT]
    return Figures(
        entry=Ratio(entered, len(expected)),
        attendance=Ratio(presents, presents + absents + excused),
        without_excused=Ratio(presents, presents + absents),
        stagiaire_hours=sum(cell.minutes for cell in present_cells) / 60,
        participant_days=sum(_half_days(cell.slot) for cell in present_cells) / 2,
        participants=len({cell.registration.person_id for cell in present_cells}),
        presents=presents,
        absents=absents,
        excused=excused,
        dropouts=dropouts(table),
    )


def _is_expected(cell: Cell) -> bool:
    if cell.situation in {Situation.NOT_HELD, Situation.NOT_CONCERNED}:
        return False
    return cell.slot.state is SlotState.HELD or cell.situation is not Situation.NOT_ENTERED


def _half_days(slot: SlotFact) -> float:
    """A morning or an afternoon is one; an evening counts by its own length."""
    return slot.minutes / HALF_DAY_MINUTES if slot.half is Half.EVENING else 1.0


def dropouts(table: Sequence[Cell]) -> Ratio:
    """Persons present once, then absent without excuse from all that remained (two or more).

    A session of one day has no drop-out: its ratio is without value.
    """
    days = {cell.slot.day for cell in table if cell.slot.state is not SlotState.CANCELLED}
    if len(days) < 2:
        return Ratio(0, 0)
    by_person: dict[int, list[Situation]] = {}
    for cell in table:
        if cell.situation in {Situation.PRESENT, Situation.ABSENT, Situation.EXCUSED}:
            by_person.setdefault(cell.registration.person_id, []).append(cell.situation)
    came = [row for row in by_person.values() if Situation.PRESENT in row]
    left = [row for row in came if _has_left(row)]
    return Ratio(len(left), len(came))


def _has_left(situations: Sequence[Situation]) -> bool:
    last = len(situations) - 1 - situations[::-1].index(Situation.PRESENT)
    rest = situations[last + 1 :]
    return len(rest) >= 2 and all(one is Situation.ABSENT for one in rest)


@dataclass(frozen=True)
class Readings:
    """Three readings of one participant: so far, of the whole, and at the very best."""

    so_far: Ratio
    whole: Ratio
    at_best: Ratio


def readings(table: Iterable[Cell]) -> Readings:
    """Read one participant's attendance without taking what is to come for done."""
    own = [
        cell for cell in table
        if cell.situation not in {Situation.NOT_HELD, Situation.NOT_CONCERNED}
    ]  # fmt: skip
    presents = sum(cell.situation is Situation.PRESENT for cell in own)
    waiting = sum(cell.situation is Situation.NOT_ENTERED for cell in own)
    return Readings(
        Ratio(presents, len(own) - waiting), Ratio(presents, len(own)),
        Ratio(presents + waiting, len(own)),
    )  # fmt: skip


def filling(confirmed: int, capacity: int | None) -> Ratio:
    """Seats taken the day before, on the capacity; no value without a capacity."""
    return Ratio(confirmed, capacity or 0)


def real_filling(table: Sequence[Cell], capacity: int | None) -> Ratio:
    """Mean number of people present in a half-day that was entered, on the capacity."""
    by_slot: dict[int, list[Situation]] = {}
    for cell in table:
        by_slot.setdefault(cell.slot.id, []).append(cell.situation)
    known = {Situation.PRESENT, Situation.ABSENT, Situation.EXCUSED}
    entered = [row for row in by_slot.values() if known & set(row)]
    if not entered or not capacity:
        return Ratio(0, 0)
    return Ratio(fmean(row.count(Situation.PRESENT) for row in entered), capacity)


@dataclass(frozen=True)
class OpinionFigures:
    """Mean and share of 4 and 5, None under five answers: nobody's opinion may be read."""

    answers: int
    response: Ratio
    mean: float | None
    satisfied: Ratio


def opinions(marks: Sequence[int], *, answers: int, asked: int) -> OpinionFigures:
    if answers < FEW_OPINIONS or not marks:
        return OpinionFigures(answers, Ratio(answers, asked), None, Ratio(0, 0))
    satisfied = sum(mark >= 4 for mark in marks)
    return OpinionFigures(
        answers, Ratio(answers, asked), fmean(marks), Ratio(satisfied, len(marks))
    )
