"""The five quantities of an order line: ordered, consumed, committed, remaining, available.

Every quantity is in the unit of the order line (minutes, or a number of parcours) and signed:
a remainder below zero is an overrun and is shown as one. Source of the formulas: sections 4.2 to
4.4 of the domain's study.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core import fr
from core.competences_cles.units import UnitOfWork, amount
from core.errors import DomainError
from core.training.enums import Labelled

DROP_OUT_PRIOR = 0.28  # share of the entrants of 2011 who left before the end, Dares, France
KNOWN_OUTCOMES = 30


class BonState(Labelled):
    """State of a bon de commande. Only an order that was notified opens a quantity."""

    DRAFT = "brouillon", "brouillon"
    ISSUED = "emis", "émis"
    NOTIFIED = "notifie", "notifié"
    RUNNING = "en_cours", "en cours"
    SETTLED = "solde", "soldé"
    CANCELLED = "annule", "annulé"


OPENED = (BonState.NOTIFIED, BonState.RUNNING, BonState.SETTLED)


@dataclass(frozen=True)
class Movement:
    """A signed change of the quantity ordered. ``known_on`` None: known since it took effect."""

    delta: int
    effective_on: date
    known_on: date | None = None


@dataclass(frozen=True)
class ConsumptionRow:
    """A signed row of the ledger: what was done on a day, known from another day on."""

    quantity: int
    done_on: date
    known_on: date


@dataclass(frozen=True)
class Line:
    """An order line as it was first written, and its movements."""

    state: BonState
    initial: int
    movements: Sequence[Movement] = ()


@dataclass(frozen=True)
class PathLoad:
    """An active parcours: what was planned for it, and what is done."""

    planned: int
    done: int

    @property
    def left(self) -> int:
        """What is still to come; a parcours beyond its plan commits nothing more."""
        return max(0, self.planned - self.done)


@dataclass(frozen=True)
class Continuation:
    """Share of what is planned that is expected to be done, with what it was measured on."""

    rate: float
    completed: int
    outcomes: int

    @property
    def is_local(self) -> bool:
        return self.outcomes >= KNOWN_OUTCOMES

    def told(self) -> str:
        if self.is_local:
            return (
                f"taux de poursuite observé : {fr.percent(self.rate)} "
                f"({fr.number(self.completed)} parcours menés à terme sur {self.outcomes})"
            )
        return (
            f"taux de poursuite national : {fr.percent(self.rate)} (Dares, entrants de 2011) ; "
            f"{fr.plural(self.outcomes, 'issue connue', 'issues connues')} ici, "
            f"il en faut {KNOWN_OUTCOMES} pour un taux local"
        )


def continuation(*, completed: int, outcomes: int) -> Continuation:
    """Return the share q that weighs the hours still to come.

    ``outcomes`` counts the parcours whose outcome is known, ``completed`` those that went to
    their end. Under thirty known outcomes the national share stands in, and says so.
    """
    if outcomes < KNOWN_OUTCOMES:
        return Continuation(1 - DROP_OUT_PRIOR, completed, outcomes)
    return Continuation(completed / outcomes, completed, outcomes)


def _moved(line: Line, day: date, known_on: date) -> int:
    return sum(
        one.delta
        for one in line.movements
        if one.effective_on <= day and (one.known_on or one.effective_on) <= known_on
    )


def ordered(line: Line, consumed_quantity: int, *, day: date, known_on: date | None = None) -> int:
    """Return C, the quantity ordered at the end of ``day`` as it was known on ``known_on``.

    A draft and an order that is only issued count nothing. An order cancelled after some
    consumption is worth what was consumed; a settled one, what its movements left of it.
    """
    if line.state is BonState.CANCELLED:
        return max(0, consumed_quantity)
    if line.state not in OPENED:
        return 0
    return line.initial + _moved(line, day, known_on or day)


def pending(line: Line, *, day: date, known_on: date | None = None) -> int:
    """Return what is « engagé non notifié »: issued and not yet notified, shown apart."""
    if line.state is not BonState.ISSUED:
        return 0
    return line.initial + _moved(line, day, known_on or day)


def is_cancelled_after_consumption(line: Line, consumed_quantity: int) -> bool:
    """Say whether the order must be listed apart: cancelled, and yet consumed."""
    return line.state is BonState.CANCELLED and consumed_quantity != 0


def consumed(rows: Iterable[ConsumptionRow], *, day: date, known_on: date | None = None) -> int:
    """Return K, the signed sum of what was done up to ``day`` as known on ``known_on``."""
    known = known_on or day
    return sum(one.quantity for one in rows if one.done_on <= day and one.known_on <= known)


def negative_totals(totals: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the keys (a parcours, a month) whose signed sum is below zero: to be put aside."""
    sums: Counter[str] = Counter()
    for key, quantity in totals:
        sums[key] += quantity
    return {key: quantity for key, quantity in sums.items() if quantity < 0}


def is_out_of_period(done_on: date, *, notified_on: date | None, end: date) -> bool:
    """Say whether a row is « hors période »: kept and counted, and flagged."""
    return notified_on is None or not notified_on <= done_on <= end


def release(ordered_quantity: int, consumed_quantity: int) -> int:
    """Return the movement that settles an order: minus what was not consumed, never above zero."""
    return min(0, consumed_quantity - ordered_quantity)


def check_reduction(
    figures: "Quantities", *, delta: int, unit: UnitOfWork, forced_reason: str = ""
) -> None:
    """Refuse a movement that takes the order below what is consumed, unless forced for a reason."""
    after = figures.ordered + delta
    if delta < 0 and after < figures.consumed and not forced_reason.strip():
        raise DomainError(
            f"Cette réduction laisserait {amount(after, unit)} à la commande, moins que ce qui est "
            f"déjà consommé ({amount(figures.consumed, unit)}). Réduisez moins, ou donnez le motif "
            "qui oblige à passer outre : une alerte de dépassement s’ouvrira."
        )


@dataclass(frozen=True)
class Quantities:
    """The quantities of one order line, or of several added up, on one date."""

    ordered: int
    consumed: int
    committed: float
    committed_raw: int = 0
    pending: int = 0

    @property
    def remaining(self) -> int:
        """R = C − K, never floored at zero."""
        return self.ordered - self.consumed

    @property
    def available(self) -> float:
        """A = C − K − G: what may still be prescribed."""
        return self.remaining - self.committed

    @property
    def rate(self) -> float | None:
        """τ = K / C; None where nothing is ordered."""
        return self.consumed / self.ordered if self.ordered else None

    @property
    def is_overrun(self) -> bool:
        return self.consumed > self.ordered

    @property
    def warning(self) -> str:
        """A sentence where the figures cannot be read as usual, else nothing."""
        if self.ordered == 0:
            return "consommation sans commande" if self.consumed > 0 else "aucune commande"
        return "dépassement de la commande" if self.is_overrun else ""


def quantities(
    ordered_quantity: int, consumed_quantity: int, loads: Iterable[PathLoad], share: Continuation
) -> Quantities:
    """Put the quantities together; G = Σ hours still to come × q.

    A line ordered in parcours passes loads of ``planned=1``: 0 done until it is counted.
    """
    raw = sum(load.left for load in loads)
    return Quantities(ordered_quantity, consumed_quantity, raw * share.rate, raw)


def total(several: Iterable[Quantities]) -> Quantities:
    """Add the quantities of several lines of the same unit."""
    each = list(several)
    return Quantities(
        sum(one.ordered for one in each), sum(one.consumed for one in each),
        sum(one.committed for one in each), sum(one.committed_raw for one in each),
        sum(one.pending for one in each),
    )  # fmt: skip
