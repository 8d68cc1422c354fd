"""The words of an export brought to a few categories: sex, kind of prescriber, half-year, steps.

A parcours has one category for each variable, « non renseigné » where the export says nothing:
the categories of a variable always add up to the parcours.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.competences_cles.path_enums import PathState
from core.competences_cles.paths import CONTACT_TARGET_DAYS
from core.competences_cles.rosace_reading import folded
from core.competences_cles.rosace_rows import AGE_BANDS

UNKNOWN, OTHERS = "non renseigné", "autres"
MOST_CATEGORIES = 8
PROFILES = {"sex": "Sexe", "age_band": "Âge", "level": "Niveau", "status": "Statut à l’entrée"}
WOMEN, MEN = "femmes", "hommes"
SEX_WORDS = {"f": WOMEN, "fem": WOMEN, "feminin": WOMEN, "femme": WOMEN, "femmes": WOMEN,
             "mme": WOMEN, "2": WOMEN, "h": MEN, "m": MEN, "masculin": MEN, "homme": MEN,
             "hommes": MEN, "mr": MEN, "1": MEN}  # fmt: skip
# Kinds of prescriber by the words of their names, where the store does not register them.
KIND_WORDS = {
    "pole emploi": "Pôle emploi", "mission locale": "Mission locale", "cap emploi": "Cap emploi",
    "conseil general": "Conseil général", "departement": "Conseil général", "plie": "PLIE",
    "ccas": "CCAS",
}  # fmt: skip
OUTSIDE = "autre prescripteur"

NOT_YET, RUNNING = "pas encore entré", "en cours"
COMPLETED, DROPPED = PathState.COMPLETED.label, PathState.DROPPED.label
REDIRECTED, NOT_ENTERED = PathState.REDIRECTED.label, PathState.NOT_ENTERED.label
OUTCOMES = {
    PathState.PRESCRIBED: NOT_YET, PathState.CONTACTED: NOT_YET, PathState.POSITIONED: NOT_YET,
    PathState.RUNNING: RUNNING, PathState.SUSPENDED: RUNNING,
}  # fmt: skip
IN_TIME, LATE = f"{CONTACT_TARGET_DAYS} jours ou moins", f"plus de {CONTACT_TARGET_DAYS} jours"
BOTH, DONE_ONLY = "heures prévues et réalisées", "heures réalisées seules"
NO_HOURS, DATED, NOT_DATED = "heures inconnues", "dates d’entrée et de sortie", "dates inconnues"
# In which order categories are read; those of the export come between, by name.
FIRST = (WOMEN, MEN, *(band for _, band in AGE_BANDS), NOT_YET, RUNNING, COMPLETED, REDIRECTED,
         DROPPED, NOT_ENTERED, IN_TIME, LATE)  # fmt: skip
LAST = (OTHERS, UNKNOWN)


def in_order(name: str) -> tuple[int, str]:
    """Return the key by which a category is sorted.

    >>> sorted(["non renseigné", "V", "45 ans et plus", "moins de 26 ans"], key=in_order)
    ['moins de 26 ans', '45 ans et plus', 'V', 'non renseigné']
    """
    if name in LAST:
        return len(FIRST) + 1 + LAST.index(name), name
    return (FIRST.index(name) if name in FIRST else len(FIRST)), name


def sex(text: str) -> str:
    """Return the sex that a cell names.

    >>> sex("F"), sex("Masculin"), sex(""), sex("x")
    ('femmes', 'hommes', 'non renseigné', 'non renseigné')
    """
    return SEX_WORDS.get(folded(text), UNKNOWN)


def prescriber_kind(name: str, registered: Mapping[str, str]) -> str:
    """Return the kind of a prescriber: as registered (by folded name), else by its words.

    >>> prescriber_kind("PÔLE EMPLOI Albi", {}), prescriber_kind("Asso X", {"asso x": "PLIE"})
    ('Pôle emploi', 'PLIE')
    >>> prescriber_kind("Asso Y", {}), prescriber_kind(" ", {})
    ('autre prescripteur', 'non renseigné')
    """
    words = folded(name)
    if not words:
        return UNKNOWN
    kind = registered.get(words, "")
    if kind and kind != "autre":
        return kind
    return next((kind for word, kind in KIND_WORDS.items() if word in words), OUTSIDE)


def half_years(days: pd.Series) -> pd.Series:
    """Return the half-year of each day, « non renseigné » where there is none.

    >>> half_years(pd.Series(pd.to_datetime(["2011-06-30", "2011-07-01", None]))).tolist()
    ['2011, 1er semestre', '2011, 2e semestre', 'non renseigné']
    """
    years = days.dt.year.astype("Int64").astype(str)
    told = np.where(days.dt.month <= 6, ", 1er semestre", ", 2e semestre")
    found: pd.Series = (years + told).where(days.notna(), UNKNOWN)
    return found


def outcome(state: str) -> str:
    """Return what a parcours came to, from the state the export gives.

    >>> outcome("contacte"), outcome("suspendu"), outcome("abandonne")
    ('pas encore entré', 'en cours', 'abandonné')
    """
    known = PathState(state)
    return OUTCOMES.get(known, known.label)


def grouped(cells: pd.Series) -> pd.Series:
    """Keep the most frequent values of a free text, the others together."""
    told = cells.replace("", UNKNOWN)
    values = told[told != UNKNOWN].value_counts()
    kept = {*values.index[:MOST_CATEGORIES], UNKNOWN}
    return told.where(told.isin(kept), OTHERS)


def delay_categories(first: pd.Series, second: pd.Series, *, today: pd.Timestamp) -> np.ndarray:
    """Say of each parcours how long a step took, « non renseigné » where a day is missing.

    As in ``paths.delay``, a second step before the first, or after today, is not known.
    """
    is_known = second.notna() & (second >= first) & (second <= today)
    days = (second - first).dt.days
    return np.select([is_known & (days <= CONTACT_TARGET_DAYS), is_known], [IN_TIME, LATE], UNKNOWN)


def hours_categories(planned: pd.Series, done: pd.Series) -> np.ndarray:
    return np.select([done.isna(), planned.notna()], [NO_HOURS, BOTH], DONE_ONLY)
