"""What the centre holds against what is asked for: themes by the age of documents. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from core.training.enums import Labelled

MONTHS = 24  # over which demand is counted
ASKED_LEAST, HELD_LEAST, THEME_LEAST = 5, 5, 10
TWICE = 2.0
NO_THEME = "sans thème"


class Age(Labelled):
    """How old a document is, by the years between its own and the present one."""

    NEW = "0-1", "moins de 2 ans"
    RECENT = "2-4", "2 à 4 ans"
    MIDDLE = "5-9", "5 à 9 ans"
    OLD = "10-", "10 ans et plus"
    UNKNOWN = "", "sans date"


class Mark(Labelled):
    """What a cell, or a theme, deserves to be looked at for."""

    NONE = "", ""
    WANTED = "demande", "demandé, peu d’offre"
    NEVER = "dormant", "jamais emprunté"
    STALE = "vieux", "demandé, rien de récent"


RULES = (
    f"« {Mark.WANTED.label} » : au moins {ASKED_LEAST} prêts en {MONTHS} mois, et par titre deux "
    "fois plus que l’ensemble du centre.",
    f"« {Mark.NEVER.label} » : au moins {HELD_LEAST} titres, et aucun prêt en {MONTHS} mois.",
    f"« {Mark.STALE.label} » : au moins {THEME_LEAST} prêts du thème en {MONTHS} mois, et aucun "
    "titre de moins de 2 ans.",
    "Un titre compte si tout le monde peut le trouver et s’il a un exemplaire en service qui se "
    "prête ; de deux thèmes, il compte dans chacun.",
)


def age(year: int | None, *, today_year: int) -> Age:
    """Return the age of a document of a year; a year to come is new.

    >>> age(2010, today_year=2011).label, age(2009, today_year=2011).label, age(None, today_year=1)
    ('moins de 2 ans', '2 à 4 ans', <Age.UNKNOWN: ''>)
    >>> [age(year, today_year=2011).value for year in (2012, 2007, 2006, 2002, 2001)]
    ['0-1', '2-4', '5-9', '5-9', '10-']
    """
    if year is None:
        return Age.UNKNOWN
    years = today_year - year
    for limit, found in ((2, Age.NEW), (5, Age.RECENT), (10, Age.MIDDLE)):
        if years < limit:
            return found
    return Age.OLD


def years(told: str, *, today_year: int) -> tuple[int | None, int | None]:
    """Return the first and last year of an age, by its label; None where it has no such end.

    >>> years("2 à 4 ans", today_year=2011), years("10 ans et plus", today_year=2011)
    ((2007, 2009), (None, 2001))
    >>> years("moins de 2 ans", today_year=2011), years("sans date", today_year=2011)
    ((2010, None), (None, None))
    """
    own = next(one for one in Age if one.label == told)
    youngest, _, oldest = own.value.partition("-")
    return (
        today_year - int(oldest) if oldest else None,
        today_year - int(youngest) if youngest not in ("", "0") else None,
    )


@dataclass(frozen=True)
class Title:
    """A title that can be lent: its themes, its age, its loans of the last months."""

    themes: tuple[str, ...]
    age: Age
    loans: int


def table(titles: Iterable[Title]) -> pd.DataFrame:
    """One row a theme and an age: theme, age (label), titles, loans, mark (label), rank.

    Every theme has a row for each age; ``rank`` orders themes, the most lent first, those without
    a theme last.
    """
    every = list(titles)
    counts: dict[tuple[str, Age], list[int]] = {}
    for one in every:
        for theme in one.themes or (NO_THEME,):
            cell = counts.setdefault((theme, one.age), [0, 0])
            cell[0] += 1
            cell[1] += one.loans
    mean = sum(one.loans for one in every) / len(every) if every else 0.0
    rows = [
        (theme, own.label, *counts.get((theme, own), (0, 0)))
        for theme in dict.fromkeys(theme for theme, _ in counts)
        for own in Age
    ]
    found = pd.DataFrame(rows, columns=["theme", "age", "titles", "loans"])
    found["mark"] = [
        mark(int(held), int(asked), mean=mean).label
        for held, asked in zip(found["titles"], found["loans"], strict=True)
    ]
    totals = found.groupby("theme")["loans"].sum().sort_index()
    order = totals.sort_values(ascending=False, kind="stable").index.tolist()
    order.sort(key=lambda theme: theme == NO_THEME)
    return found.assign(rank=found["theme"].map(order.index)).sort_values(
        "rank", kind="stable", ignore_index=True
    )


def mark(held: int, asked: int, *, mean: float) -> Mark:
    """Mark a cell by its titles and its loans; ``mean``: loans a title in the whole centre.

    >>> mark(2, 8, mean=1.0).label, mark(6, 0, mean=1.0).label, mark(4, 4, mean=1.0).label
    ('demandé, peu d’offre', 'jamais emprunté', '')
    """
    if asked >= ASKED_LEAST and held and asked / held >= TWICE * mean:
        return Mark.WANTED
    if held >= HELD_LEAST and not asked:
        return Mark.NEVER
    return Mark.NONE


def stale(found: pd.DataFrame) -> list[str]:
    """Return the themes that are asked for and have no new title, the most lent first."""
    if found.empty:
        return []
    asked = found.groupby("theme")["loans"].sum()
    new = found[found["age"] == Age.NEW.label].set_index("theme")["titles"]
    order = found.drop_duplicates("theme")["theme"]
    return [
        theme for theme in order
        if theme != NO_THEME and asked[theme] >= THEME_LEAST and not new[theme]
    ]  # fmt: skip
