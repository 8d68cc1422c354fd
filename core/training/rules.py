"""Rules of sessions: states and their guards, slots, rhythm, collisions, what is still open."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from core import fr
from core.errors import DomainError
from core.training.dates import SETTLED, DateBlock
from core.training.enums import Confirmation, Half, Precision, SessionState, SlotState

HOURS = {
    Half.MORNING: (time(9, 0), time(12, 30)),
    Half.AFTERNOON: (time(14, 0), time(17, 30)),
    Half.EVENING: (time(18, 30), time(20, 30)),
}
SAVE_THE_DATE_DAYS, FINAL_DAYS = 60, 21
TRANSITIONS = {
    SessionState.TENTATIVE: {
        SessionState.CONFIRMED, SessionState.POSTPONED, SessionState.CANCELLED,
    },
    SessionState.CONFIRMED: {
        SessionState.DONE, SessionState.POSTPONED, SessionState.CANCELLED,
    },
    SessionState.POSTPONED: {
        SessionState.TENTATIVE, SessionState.CONFIRMED, SessionState.CANCELLED,
    },
    SessionState.DONE: set(),
    SessionState.CANCELLED: set(),
}  # fmt: skip
TASKS = (
    ("Fixer la date et le lieu", 90),
    ("Envoyer la date à retenir", SAVE_THE_DATE_DAYS),
    ("Confirmer les intervenants", 45),
    ("Envoyer l’invitation définitive et le programme", FINAL_DAYS),
    ("Préparer la salle, les dossiers et la feuille d’émargement", 7),
    ("Envoyer les attestations et le questionnaire", -7),
)


def minutes_of(start: time, end: time) -> int:
    """Return the length of a slot in minutes.

    >>> minutes_of(time(9), time(12, 30))
    210
    """
    return 60 * (end.hour - start.hour) + end.minute - start.minute


@dataclass(frozen=True)
class Standing:
    """What a change of state looks at. ``slots``: (day, end, state) of each."""

    state: SessionState
    block: DateBlock
    place_status: Confirmation
    is_ours: bool
    is_exempt: bool = False
    has_trainer: bool = False
    slots: Sequence[tuple[date, SlotState]] = ()


def check_transition(standing: Standing, to: SessionState, *, reason: str, today: date) -> None:
    """Refuse a change of state that the rules do not allow, saying everything that is missing.

    Source of the rules: states of sessions, section 3.6 of the domain's study.
    """
    if to not in TRANSITIONS[standing.state]:
        raise DomainError(
            f"Une séance {standing.state.label} ne peut pas devenir {to.label}."
            + (" Une séance annulée se refait : créez-en une nouvelle, liée à celle-ci."
               if standing.state is SessionState.CANCELLED else "")
        )  # fmt: skip
    lacking = {
        SessionState.CONFIRMED: lambda: _lacking_to_confirm(standing),
        SessionState.DONE: lambda: _lacking_to_close(standing, today),
        SessionState.POSTPONED: lambda: _lacking_reason(reason),
        SessionState.CANCELLED: lambda: _lacking_reason(reason),
    }.get(to, list)()
    if lacking:
        raise DomainError(f"Pour passer à « {to.label} », il manque : {', '.join(lacking)}.")


def _lacking_to_confirm(standing: Standing) -> list[str]:
    lacking = []
    has_days = standing.block.precision in SETTLED
    if standing.block.precision is Precision.PERIOD and not standing.block.planned:
        lacking.append("le nombre de jours de la période")
    if not has_days:
        lacking.append("le ou les jours")
    if standing.is_ours and not standing.is_exempt:
        if standing.place_status is not Confirmation.CONFIRMED:
            lacking.append("un lieu confirmé")
        if not standing.has_trainer:
            lacking.append("un intervenant")
    return lacking


def _lacking_to_close(standing: Standing, today: date) -> list[str]:
    days = [day for day, _ in standing.slots]
    if not days:
        return ["les demi-journées tenues"]
    if max(days) > today:
        return [f"que la dernière demi-journée soit passée ({fr.day(max(days))})"]
    waiting = sum(state is SlotState.PLANNED for _, state in standing.slots)
    if waiting:
        return [f"{fr.plural(waiting, 'demi-journée')} à marquer « tenue » ou « annulée »"]
    return []


def _lacking_reason(reason: str) -> list[str]:
    return [] if reason.strip() else ["le motif"]


def is_running(state: SessionState, days: Iterable[date], today: date) -> bool:
    """Say whether a session is under way: computed, never stored."""
    known = sorted(days)
    return state is SessionState.CONFIRMED and bool(known) and known[0] <= today <= known[-1]


@dataclass(frozen=True)
class Dated:
    """A session on the days it is known to take place; what counting and comparing need."""

    session_id: int
    title: str
    days: frozenset[date]
    networks: frozenset[str] = frozenset()
    place: str = ""
    team: frozenset[str] = frozenset()
    is_regional: bool = True


@dataclass(frozen=True)
class DayCounts:
    """The two readings of the days of networks: never added to each other."""

    regional_dates: int
    network_days: int
    by_network: dict[str, int] = field(default_factory=dict)

    def told(self) -> str:
        """Say both readings by their names.

        >>> DayCounts(11, 12).told()
        '11 dates régionales – 12 jours-réseau'
        """
        dates = fr.plural(self.regional_dates, "date régionale", "dates régionales")
        days = fr.plural(self.network_days, "jour-réseau", "jours-réseau")
        return f"{dates} – {days}"


def day_counts(sessions: Iterable[Dated]) -> DayCounts:
    """Count the days of networks: a joint day is one date, and one day for each network."""
    dates: set[tuple[int, date]] = set()
    by_network: dict[str, set[tuple[int, date]]] = defaultdict(set)
    for one in sessions:
        days = {(one.session_id, day) for day in one.days}
        if one.networks:
            dates |= days
        for network in one.networks:
            by_network[network] |= days
    counted = {network: len(days) for network, days in sorted(by_network.items())}
    return DayCounts(len(dates), sum(counted.values()), counted)


def rhythm(days: Iterable[date], year: int) -> tuple[int, int, int, int]:
    """Count the days of a network by quarter of a year.

    >>> rhythm([date(2011, 4, 15), date(2011, 6, 24), date(2011, 9, 30)], 2011)
    (0, 2, 1, 0)
    """
    quarters = Counter((day.month - 1) // 3 for day in set(days) if day.year == year)
    return quarters[0], quarters[1], quarters[2], quarters[3]


@dataclass(frozen=True)
class Collision:
    """Two sessions that get in each other's way, and why."""

    day: date
    first: Dated
    second: Dated
    reason: str


def collisions(sessions: Sequence[Dated]) -> list[Collision]:
    """Find sessions on the same day, or on two days in a row with the same team or audience."""
    by_day: dict[date, list[Dated]] = defaultdict(list)
    for one in sessions:
        for day in one.days:
            by_day[day].append(one)
    found = []
    for day in sorted(by_day):
        held = sorted(by_day[day], key=lambda one: one.session_id)
        found += [
            Collision(day, first, second, _reason_of(first, second))
            for rank, first in enumerate(held)
            for second in held[rank + 1 :]
        ]
        found += _next_day(day, held, by_day.get(day + timedelta(days=1), []))
    return found


def _reason_of(first: Dated, second: Dated) -> str:
    if first.team & second.team:
        places = first.place and second.place and first.place != second.place
        return "même jour, même équipe" + (", deux lieux" if places else "")
    if first.networks & second.networks:
        return "même jour, même réseau"
    return "même jour"


def _next_day(day: date, held: list[Dated], following: list[Dated]) -> list[Collision]:
    return [
        Collision(day, first, second, "deux jours de suite, même équipe")
        for first in held
        for second in sorted(following, key=lambda one: one.session_id)
        if first.session_id != second.session_id and first.team & second.team
        and day + timedelta(days=1) not in first.days and day not in second.days
    ]  # fmt: skip


@dataclass(frozen=True)
class OpenPoint:
    """Something still to be defined for a session, and the day it is needed by."""

    session_id: int
    title: str
    what: str
    needed_by: date | None
    days_left: int | None


def open_points(
    session_id: int, title: str, block: DateBlock, place: Confirmation, *, today: date
) -> list[OpenPoint]:
    """List what is « à définir » or « à confirmer » : the date (60 days before), the place (21)."""
    first = block.span[0]

    def point(what: str, days: int) -> OpenPoint:
        needed = first - timedelta(days=days) if first else None
        left = (needed - today).days if needed else None
        return OpenPoint(session_id, title, what, needed, left)

    found = []
    if block.precision not in SETTLED:
        found.append(point("date à définir", SAVE_THE_DATE_DAYS))
    elif block.confirmation is Confirmation.TO_CONFIRM:
        found.append(point("date à confirmer", SAVE_THE_DATE_DAYS))
    if place is Confirmation.TO_DEFINE:
        found.append(point("lieu à définir", FINAL_DAYS))
    elif place is Confirmation.TO_CONFIRM:
        found.append(point("lieu à confirmer", FINAL_DAYS))
    return found


def check_acyclic(requires: Iterable[tuple[int, int]]) -> None:
    """Refuse sessions that must each come before the other. ``requires``: (session, before it)."""
    before: dict[int, set[int]] = defaultdict(set)
    for session_id, needed in requires:
        before[session_id].add(needed)
    for start in list(before):
        waiting, seen = list(before[start]), set[int]()
        while waiting:
            needed = waiting.pop()
            if needed == start:
                raise DomainError("Ces séances s’attendent l’une l’autre : retirez un lien.")
            if needed not in seen:
                seen.add(needed)
                waiting += before.get(needed, ())
