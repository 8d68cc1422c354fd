"""Seats and the waiting list: who comes next, and why, in words an applicant can read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import comb

from core import fr
from core.training.enums import RegistrationState

OFFER_DELAY = timedelta(hours=72)
NO_SHOW_PRIOR = 0.18  # share of absents among the registered, CNFPT 2022
PRIOR_WEIGHT = 30


@dataclass(frozen=True)
class Request:
    """A registration as the queue sees it."""

    id: int
    state: RegistrationState
    structure_id: int | None
    is_priority: bool
    requested_at: datetime
    offer_expires_at: datetime | None = None


@dataclass(frozen=True)
class Seats:
    """How the seats of a session stand; ``capacity`` None is without limit."""

    capacity: int | None
    taken: int
    waiting: int

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def is_full(self) -> bool:
        return self.free == 0

    def told(self) -> str:
        if self.capacity is None:
            return fr.plural(self.taken, "inscrit confirmé", "inscrits confirmés")
        queue = f", {self.waiting} en liste d’attente" if self.waiting else ""
        taken = fr.plural(self.taken, "place prise", "places prises")
        return f"{taken} sur {self.capacity}{queue}"


def seats(requests: Sequence[Request], capacity: int | None, *, now: datetime) -> Seats:
    """Count the seats: the only place where it is decided what takes one."""
    taken = sum(takes_a_seat(one, now=now) for one in requests)
    waiting = sum(one.state is RegistrationState.WAITING for one in requests)
    return Seats(capacity, taken, waiting)


def takes_a_seat(one: Request, *, now: datetime) -> bool:
    """A confirmed registration takes a seat, and an offer until it expires."""
    if one.state is RegistrationState.OFFERED:
        return one.offer_expires_at is None or one.offer_expires_at > now
    return one.state is RegistrationState.CONFIRMED


@dataclass(frozen=True)
class Rank:
    """A place in the waiting list, and the reason of it."""

    registration_id: int
    rank: int
    reason: str


def ranks(requests: Sequence[Request], *, now: datetime) -> list[Rank]:
    """Order the waiting list: priority audience, then structures without a seat, then arrival."""
    seated = {one.structure_id for one in requests if takes_a_seat(one, now=now)} - {None}
    queue = [one for one in requests if one.state is RegistrationState.WAITING]

    def key(one: Request) -> tuple[bool, bool, datetime, int]:
        return not one.is_priority, one.structure_id in seated, one.requested_at, one.id

    return [
        Rank(one.id, place, _reason(one, is_seated=one.structure_id in seated))
        for place, one in enumerate(sorted(queue, key=key), start=1)
    ]


def _reason(one: Request, *, is_seated: bool) -> str:
    parts = ["public prioritaire"] if one.is_priority else []
    parts.append("sa structure a déjà une place" if is_seated else "structure encore sans place")
    parts.append(f"demande du {fr.moment(one.requested_at)}")
    return ", ".join(parts)


def no_show_rate(absents: int, expected: int) -> float:
    """Share of registered people who do not come, drawn towards the prior while little is known."""
    return (absents + NO_SHOW_PRIOR * PRIOR_WEIGHT) / (expected + PRIOR_WEIGHT)


def odds_within(confirmed: int, capacity: int, no_show: float) -> float:
    """Chance that no more people come than there are seats, each coming or not on their own.

    >>> round(odds_within(16, 15, 0.18), 2), round(odds_within(17, 15, 0.18), 2)
    (0.96, 0.84)
    """
    come = 1 - no_show
    return sum(
        comb(confirmed, number) * come**number * no_show ** (confirmed - number)
        for number in range(min(capacity, confirmed) + 1)
    )
