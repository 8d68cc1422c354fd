"""How loans, visits and welcomes are counted by year, and compared with the year before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

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

    ``until`` None: whole years; else both years stop on that day of the year (month, day).
    """

    measure: Measure
    dimension: Dimension
    year: int
    until: tuple[int, int] | None = None

    def days(self, year: int) -> tuple[date, date]:
        """Return the first and last day counted of a year.

        >>> Question(Measure.LOANS, Dimension.MONTH, 2011, (2, 29)).days(2011)[1]
        datetime.date(2011, 2, 28)
        """
        if self.until is None:
            return date(year, 1, 1), date(year, 12, 31)
        try:
            return date(year, 1, 1), date(year, *self.until)
        except ValueError:
            return date(year, 1, 1), date(year, 2, 28)

    def months(self) -> tuple[str, ...]:
        """Name the months that are counted: those to come are not, and are no zero.

        >>> Question(Measure.LOANS, Dimension.MONTH, 2011, (2, 3)).months()
        ('janvier', 'février')
        """
        return fr.MONTHS if self.until is None else fr.MONTHS[: self.until[0]]


def compared(facts: pd.DataFrame, question: Question, values: Sequence[str] = ()) -> pd.DataFrame:
    """One row the whole, then one a value: label, previous, current.

    ``facts``: one row a loan or a visit (day, amount, and ``keys``, the tuple of its values along
    the dimension; it counts once in each). ``values`` come first and in their order, though
    nothing counts there; others follow by the count of the year.
    """
    both = [_by_value(facts, *question.days(year)) for year in (question.year - 1, question.year)]
    table = pd.concat(both, axis=1, keys=["previous", "current"]).fillna(0).astype("int64")
    rest = table.drop(index=[WHOLE, *(one for one in values if one in table.index)])
    order = rest.assign(name=rest.index).sort_values(
        ["current", "previous", "name"], ascending=[False, False, True]
    )
    return (
        table.reindex([WHOLE, *values, *order.index], fill_value=0)
        .rename_axis("label")
        .reset_index()
    )


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
    stays exact, from ``EXACT`` on. A hidden count is missing, and ``is_hidden`` says whose it is.
    """
    found = table.copy()
    for name in ("previous", "current"):
        counts = table[name].to_numpy()
        rounded = STEP * ((counts + STEP // 2) // STEP)
        if is_whole and counts[0] >= EXACT:
            rounded[0] = counts[0]
        mask = (counts > 0) & (counts < suppression.LEAST)
        found[f"{name}_hidden"] = mask
        found[name] = pd.Series(rounded, index=table.index, dtype="Int64").mask(mask)
    return found


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Mark a table of which nothing is hidden, as staff see it."""
    return table.assign(previous_hidden=False, current_hidden=False).astype(
        {"previous": "Int64", "current": "Int64"}
    )


def change(previous: int | None, current: int | None) -> str:
    """Say how a count changed; a share only of a number large enough to bear one.

    >>> change(200, 237), change(0, 3), change(7, 7), change(12, 9)
    ('+37 (+18\u202f%)', '+3', '=', '−3')
    >>> change(None, 9)
    '–'
    """
    if previous is None or current is None:
        return "–"
    gap = current - previous
    if not gap:
        return "="
    sign = "+" if gap > 0 else ""
    share = f" ({sign}{fr.percent(gap / previous)})" if previous >= 20 else ""
    return f"{sign}{fr.number(gap)}{share}"
