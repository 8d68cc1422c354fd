"""What can be asked of the observatory: an indicator of an edition, a period, a level."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import pandas as pd

from core import fr
from core.observatory import rules
from core.observatory.choropleth import Measure
from core.observatory.classes import Scheme
from core.observatory.enums import Denominator, Level, Service, Status, Unit
from core.observatory.queries import EditionCard, IndicatorCard
from core.observatory.selections import Selection

DOMAINS = ("observatory", "territories")
MIDI_PYRENEES = "73"


UNIT_PLURALS = {
    Unit.VICTIME: "victimes",
    Unit.VICTIME_ENTENDUE: "victimes entendues",
    Unit.INFRACTION: "infractions",
    Unit.VEHICULE: "véhicules",
    Unit.MIS_EN_CAUSE: "mis en cause",
    Unit.FAIT: "faits",
}


class Step(StrEnum):
    """How long a period is on screen."""

    YEAR = "annee"
    SLIDING = "glissant"
    MONTH = "mois"

    @property
    def label(self) -> str:
        return {"annee": "Année", "glissant": "12 mois", "mois": "Mois"}[self.value]


def steps_of(edition: EditionCard) -> tuple[Step, ...]:
    return (Step.SLIDING, Step.MONTH, Step.YEAR) if edition.is_monthly else (Step.YEAR,)


def ends_of(edition: EditionCard, step: Step) -> tuple[int, ...]:
    """List the periods that can be chosen, each named by its last month (or by its year).

    A year of a monthly edition is listed only when its twelve months are there.
    """
    periods = edition.periods
    if not edition.is_monthly:
        return periods
    if step is Step.MONTH:
        return periods
    if step is Step.SLIDING:
        held = set(periods)
        return tuple(
            end
            for end in periods
            if set(rules.months_between(rules.shifted(end, -11), end)) <= held
        )
    years = sorted({period // 100 for period in periods})
    return tuple(year * 100 for year in years if set(months_of(year)) <= set(periods))


def months_of(year: int) -> tuple[int, ...]:
    return tuple(year * 100 + month for month in range(1, 13))


def periods_of(edition: EditionCard, step: Step, end: int) -> tuple[int, ...]:
    """Return the stored periods that a chosen period adds up."""
    if not edition.is_monthly or step is Step.MONTH:
        return (end,)
    if step is Step.YEAR:
        return months_of(end // 100)
    return tuple(rules.months_between(rules.shifted(end, -11), end))


def period_label(step: Step, end: int) -> str:
    """Name a period: « 2010 », « mai 2011 », « 12 mois à fin mai 2011 »."""
    name = fr.month(end)
    return f"12 mois à fin {name}" if step is Step.SLIDING else name


@dataclass(frozen=True)
class MapChoice:
    """Everything that decides what a map shows; the address of the page holds the same."""

    edition: EditionCard
    indicator: IndicatorCard
    step: Step
    end: int
    level: Level
    measure: Measure = Measure.RATE
    scheme: Scheme = Scheme.QUANTILES
    fixed: tuple[float, ...] = ()
    service: Service = Service.ALL
    departement: str = ""

    @property
    def selection(self) -> Selection:
        return Selection(
            edition_id=self.edition.id,
            indicator_id=self.indicator.id,
            periods=periods_of(self.edition, self.step, self.end),
            service=self.service,
        )

    @property
    def unit(self) -> str:
        return UNIT_PLURALS[self.indicator.unit]

    @property
    def noun(self) -> str:
        """One of what is counted, as a sentence says it."""
        unit = self.indicator.unit
        return "fait" if unit is Unit.FAIT else unit.label

    @property
    def rate_unit(self) -> str:
        kind = "logements" if self.indicator.denominator is Denominator.DWELLINGS else "habitants"
        monthly = " et par mois" if self.step is Step.MONTH else ""
        return f"pour 1{fr.NBSP}000 {kind}{monthly}"

    @property
    def period(self) -> str:
        return period_label(self.step, self.end)


def with_other(choice: MapChoice, *, indicator: IndicatorCard, end: int) -> MapChoice:
    """Return the choice of a second map: another indicator or period, the rest the same."""
    return replace(choice, indicator=indicator, end=end)


def indicator_name(card: IndicatorCard) -> str:
    """Name an indicator in a list; a single index of the État 4001 keeps its number."""
    is_index = card.code.isdigit()
    return f"Index {int(card.code)} – {card.label}" if is_index else card.label


def span(edition: EditionCard) -> str:
    """Say the first and last period of an edition: « janvier 2009 à mai 2011 »."""
    first, last = fr.month(min(edition.periods)), fr.month(max(edition.periods))
    return first if first == last else f"{first} à {last}"


MOST_BOUNDS = 8


def bounds_of(text: str) -> tuple[float, ...]:
    """Read the class bounds that a reader typed; none where one of them is not a number.

    >>> bounds_of("1 ; 2,5;5"), bounds_of("1 ; deux")
    ((1.0, 2.5, 5.0), ())
    """
    parts = [part.strip().replace(",", ".") for part in text.split(";") if part.strip()]
    try:
        numbers = sorted({float(part) for part in parts})
    except ValueError:
        return ()
    is_usable = len(numbers) <= MOST_BOUNDS and all(0 < number < 1e9 for number in numbers)
    return tuple(numbers) if is_usable else ()


def figure_sentence(row: Any, choice: MapChoice) -> str:
    """Say one figure: « 9 876 faits, soit 3,4 pour 1 000 habitants », or why there is none."""
    status = Status(int(row["status"]))
    if status in {Status.MASKED, Status.MISSING}:
        return status.label
    counted = fr.plural(int(row["count"]), choice.noun, choice.unit)
    if status is Status.PARTIAL:
        return f"au moins {counted} (une part n’est pas connue)"
    if pd.isna(row["rate"]):
        return counted
    return f"{counted}, soit {fr.number(row['rate'], 1)} {choice.rate_unit}"
