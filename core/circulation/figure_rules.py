"""How loans, visits and welcomes are counted by year, and compared with the year before. Pure."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

import numpy as np
import pandas as pd

from core import fr
from core.disclosure import suppression
from core.training.enums import Labelled

STEP, EXACT = 5, 100  # persons
NONE = "non renseigné"
WHOLE = "Ensemble"


class Measure(Labelled):
    """What is counted. All but loans count persons, and small counts of them are hidden."""

    LOANS = "prets", "Prêts"
    VISITS = "visites", "Visites"
    FIRST = "premiers", "Premiers accueils"
    PEOPLE = "personnes", "Personnes accueillies"

    @property
    def is_personal(self) -> bool:
        return self is not Measure.LOANS


class Known(Enum):
    """What is recorded of some days: none of them, some, or each."""

    NOTHING = "nothing"
    PART = "part"
    WHOLE = "whole"


class Dimension(Labelled):
    MONTH = "mois", "Mois"
    THEME = "theme", "Thème"
    PLACE = "territoire", "Département"
    CATEGORY = "categorie", "Catégorie de lecteur"
    KIND = "structure", "Type de structure"


# Readers have a category, and anonymous visitors none: visits are read by kind of structure.
OFFERED = {
    one: tuple(
        dimension
        for dimension in Dimension
        if one is Measure.LOANS or dimension is not Dimension.CATEGORY
    )
    for one in Measure
}
RULES = {
    Measure.LOANS: "Un prêt compte le jour où le document part ; une prolongation n’en est pas un "
    "autre ; un prêt annulé au guichet ne compte pas.",
    Measure.VISITS: "Une visite compte pour 1, même celle d’un groupe ou à distance.",
    Measure.FIRST: "Chaque personne qui vient pour la première fois compte pour 1, nommée ou non.",
    Measure.PEOPLE: "Chaque visite compte toutes les personnes venues : qui vient trois fois "
    "compte trois fois.",
}
REFERENCES = {
    (Measure.LOANS, 2010): "plus de 700 prêts",
    (Measure.VISITS, 2010): "363 visites",
    (Measure.FIRST, 2010): "237 premiers accueils",
}


@dataclass(frozen=True)
class Question:
    """What is asked: a measure by a dimension, a year against the one before.

    ``start`` and ``until`` are days of the year (month, day) from which, and until which, both
    years are counted; None: from the first of January, until the last of December.
    """

    measure: Measure
    dimension: Dimension
    year: int
    until: tuple[int, int] | None = None
    start: tuple[int, int] | None = None

    def days(self, year: int) -> tuple[date, date]:
        """Return the first and last day counted of a year.

        >>> Question(Measure.LOANS, Dimension.MONTH, 2011, (2, 29)).days(2011)[1]
        datetime.date(2011, 2, 28)
        """
        return _day(year, self.start or (1, 1)), _day(year, self.until or (12, 31))

    def span(self, label: str, year: int) -> tuple[date, date]:
        """Return the first and last day that a line counts of a year: a month has its own.

        >>> Question(Measure.LOANS, Dimension.MONTH, 2011, (2, 3)).span("février", 2010)
        (datetime.date(2010, 2, 1), datetime.date(2010, 2, 3))
        """
        first, last = self.days(year)
        if self.dimension is not Dimension.MONTH or label not in fr.MONTHS:
            return first, last
        month = fr.MONTHS.index(label) + 1
        return max(first, date(year, month, 1)), min(last, _day(year, (month, 31)))

    def known(self, label: str, year: int, since: date) -> Known:
        """Say what is known of a line of a year, where records begin on a day.

        >>> question = Question(Measure.LOANS, Dimension.MONTH, 2010)
        >>> [question.known(one, 2009, date(2009, 6, 15)) for one in ("mai", "juin", "juillet")]
        [<Known.NOTHING: 'nothing'>, <Known.PART: 'part'>, <Known.WHOLE: 'whole'>]
        """
        first, last = self.span(label, year)
        if last < since:
            return Known.NOTHING
        return Known.PART if first < since else Known.WHOLE

    def shared(self, since: date) -> "Question | None":
        """Ask about the days known in both years; None where that is all of them, or none.

        >>> question = Question(Measure.LOANS, Dimension.MONTH, 2010)
        >>> question.shared(date(2009, 6, 15)).days(2010)[0]
        datetime.date(2010, 6, 15)
        """
        if self.known(WHOLE, self.year - 1, since) is not Known.PART:
            return None
        return replace(self, start=(since.month, since.day))

    def months(self) -> tuple[str, ...]:
        """Name the months that are counted: those to come are not, and are no zero.

        >>> Question(Measure.LOANS, Dimension.MONTH, 2011, (2, 3)).months()
        ('janvier', 'février')
        """
        return fr.MONTHS if self.until is None else fr.MONTHS[: self.until[0]]


def _day(year: int, day: tuple[int, int]) -> date:
    """Return a day of a year; the last of its month where the month is shorter."""
    month, rank = day
    return date(year, month, min(rank, monthrange(year, month)[1]))


def compared(
    facts: pd.DataFrame, question: Question, values: Sequence[str] = (), *, since: date
) -> pd.DataFrame:
    """One row the whole, then one a value: label, previous, current, and what is known of both.

    ``facts``: one row a loan or a visit (day, amount, and ``keys``, the tuple of its values along
    the dimension; it counts once in each). ``values`` come first and in their order, though
    nothing counts there; others follow by the count of the year. Records begin on ``since``: a
    count of days before it is missing, and ``previous_known`` and ``current_known`` say so.
    """
    both = [_by_value(facts, *question.days(year)) for year in (question.year - 1, question.year)]
    # A value without a loan or a visit counts zero; ``_recorded`` then takes out what is missing.
    table = pd.concat(both, axis=1, keys=["previous", "current"]).fillna(0).astype("Int64")
    rest = table.drop(index=[WHOLE, *(one for one in values if one in table.index)])
    order = rest.assign(name=rest.index).sort_values(
        ["current", "previous", "name"], ascending=[False, False, True]
    )
    counted = (
        table.reindex([WHOLE, *values, *order.index], fill_value=0)
        .rename_axis("label")
        .reset_index()
    )
    return _recorded(counted, question, since)


def _recorded(table: pd.DataFrame, question: Question, since: date) -> pd.DataFrame:
    found = table.copy()
    for name, year in (("previous", question.year - 1), ("current", question.year)):
        known = [question.known(label, year, since) for label in found["label"]]
        found[name] = found[name].mask(np.array([one is Known.NOTHING for one in known]))
        found[f"{name}_known"] = [one.value for one in known]
    return found


def _by_value(facts: pd.DataFrame, first: date, last: date) -> pd.Series:
    kept = facts[(facts["day"] >= first) & (facts["day"] <= last)]
    spread = kept[["keys", "amount"]].explode("keys").fillna({"keys": NONE})
    parts = spread.groupby("keys")["amount"].sum()
    whole = pd.Series({WHOLE: kept["amount"].sum()})
    counted: pd.Series = pd.concat([whole, parts[parts > 0]])
    return counted


def disclosed(table: pd.DataFrame, *, is_whole: bool) -> pd.DataFrame:
    """Hide the counts of one to four persons, and round the others to the nearest five.

    The same month is read in several tables (a year whole, or up to a day that moves): exact
    counts would give each other back, whatever is hidden in each. Only the total of a whole year
    stays exact, from ``EXACT`` on. A hidden count is missing, and ``…_hidden`` says whose it is.
    """
    found = table.copy()
    for name in ("previous", "current"):
        counts = table[name].astype("Int64")
        rounded = STEP * ((counts + STEP // 2) // STEP)
        if is_whole and bool((counts.iloc[:1] >= EXACT).any()):
            rounded.iloc[0] = counts.iloc[0]
        mask = counts.between(1, suppression.LEAST - 1).fillna(value=False)
        found[f"{name}_hidden"] = mask.astype(bool)
        found[name] = rounded.mask(found[f"{name}_hidden"])
    return found


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Mark a table of which nothing is hidden, as staff see it."""
    return table.assign(previous_hidden=False, current_hidden=False)
