"""The figures of a département that a qualitative note may comment on, kept as they were read.

Pure. A value is in minutes, in days, or a share; None where it is not known. A figure that tells
of fewer than five persons is masked, and never kept.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date

from core import fr
from core.competences_cles.paths import Rate, is_small
from core.competences_cles.units import amount
from core.errors import DomainError
from core.training.enums import Labelled

MASKED, MISSING = "masqué", "–"
MONTHS_OF_QUARTER = 3


class FigureKey(Labelled):
    """Which figure of the follow-up a note comments on."""

    ORDERED = "commande", "Commandé"
    CONSUMED = "consomme", "Consommé"
    COMMITTED = "engage", "Engagé"
    AVAILABLE = "disponible", "Disponible"
    RATE = "taux", "Consommé / commandé"
    PACE = "rythme", "Rythme par mois"
    DROPPED = "abandons", "Abandons"
    NOT_ENTERED = "non_entrees", "Non-entrées"
    DURATION = "duree", "Durée médiane des parcours terminés"
    CONTACT = "delai_contact", "Délai de la prescription au premier contact"
    START = "delai_entree", "Délai du premier contact à l’entrée"


SHARES = (FigureKey.RATE, FigureKey.DROPPED, FigureKey.NOT_ENTERED)
DAYS = (FigureKey.CONTACT, FigureKey.START)


@dataclass(frozen=True)
class Figure:
    """One figure as it was known on a day. ``value``: minutes, days or a share."""

    key: FigureKey
    value: float | None
    known_on: date
    is_masked: bool = False

    def written(self) -> str:
        """Write the value with its unit; a dash where it is not known."""
        if self.is_masked:
            return MASKED
        if self.value is None:
            return MISSING
        if self.key in SHARES:
            return fr.percent(self.value, 1)
        if self.key in DAYS:
            return fr.plural(self.value, "jour")
        text = amount(round(self.value))
        return f"{text} par mois" if self.key is FigureKey.PACE else text

    def told(self) -> str:
        return f"{self.key.label} : {self.written()} au {fr.day(self.known_on)}"

    def against(self, now: "Figure | None") -> str:
        """Tell the figure, and what it has become since where that is not the same."""
        if now is None or now.written() == self.written():
            return self.told()
        return f"{self.told()}, {now.written()} au {fr.day(now.known_on)}"


def of_rate(key: FigureKey, rate: Rate, known_on: date) -> Figure:
    """Keep a rate of persons, masked where it tells of fewer than five on either side."""
    sides = (rate.numerator, rate.denominator - rate.numerator)
    is_masked = any(is_small(count) for count in sides)
    return Figure(key, None if is_masked else rate.value, known_on, is_masked)


def of_middle(key: FigureKey, middle: float | None, count: int, known_on: date) -> Figure:
    """Keep a median, masked where it is that of fewer than five persons."""
    is_masked = is_small(count)
    return Figure(key, None if is_masked else middle, known_on, is_masked)


def dump(figure: Figure | None) -> str:
    """Write a figure for the store; nothing for a note without a figure."""
    return "" if figure is None else json.dumps(asdict(figure), ensure_ascii=False, default=str)


def load(text: str) -> Figure | None:
    """Read back what ``dump`` wrote."""
    if not text:
        return None
    held = json.loads(text)
    return Figure(
        FigureKey(held["key"]), held["value"], date.fromisoformat(held["known_on"]),
        held["is_masked"],
    )  # fmt: skip


def quarter_of(day: date) -> str:
    """Return the quarter of a day.

    >>> quarter_of(date(2011, 6, 15))
    '2011-T2'
    """
    return f"{day.year}-T{(day.month - 1) // MONTHS_OF_QUARTER + 1}"


def quarter_told(quarter: str) -> str:
    """Say a quarter in French.

    >>> quarter_told("2011-T2"), quarter_told("2011-T1")
    ('2e trimestre 2011', '1er trimestre 2011')
    """
    year, _, rank = quarter.partition("-T")
    return f"{rank}{'er' if rank == '1' else 'e'} trimestre {year}"


def check_quarter(quarter: str) -> str:
    """Return a quarter written as it is kept, or refuse it."""
    year, _, rank = quarter.partition("-T")
    if not (year.isdecimal() and len(year) == len("2011") and rank in {"1", "2", "3", "4"}):
        raise DomainError("Écrivez le trimestre comme 2011-T2.")
    return quarter


def quarters_until(day: date, count: int = 6) -> list[str]:
    """Return the last quarters up to that of a day, the latest first."""
    rank = 4 * day.year + (day.month - 1) // MONTHS_OF_QUARTER
    return [f"{one // 4}-T{one % 4 + 1}" for one in range(rank, rank - count, -1)]
