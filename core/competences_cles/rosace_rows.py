"""From cells to rows: dates, hours, states and pseudonyms, every fault said by line and column."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from core import fr
from core.competences_cles.path_enums import PathState
from core.competences_cles.rosace_reading import DATES, FIELDS, Layout, RawTable, folded
from core.importing import RowError

PSEUDONYM_LENGTH = 20
AGE_BANDS = ((26, "moins de 26 ans"), (45, "26 à 44 ans"), (200, "45 ans et plus"))
MOST_HOURS = 1_000
PERSONAL = ("person",)
STATE_WORDS = {
    "prescrit": PathState.PRESCRIBED, "contact": PathState.CONTACTED,
    "positionn": PathState.POSITIONED, "formation": PathState.RUNNING,
    "en cours": PathState.RUNNING, "suspendu": PathState.SUSPENDED,
    "termin": PathState.COMPLETED, "abandon": PathState.DROPPED,
    "reorient": PathState.REDIRECTED, "non entr": PathState.NOT_ENTERED,
}  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """Rows that can be read, one a line of the file, and the faults of the others.

    Columns: number (line), order, prestation, pseudonym, done_on, period, quantity (minutes),
    state, and those of a parcours. ``raw``: every line by its number, without identifier.
    """

    table: pd.DataFrame
    faults: tuple[RowError, ...]
    raw: pd.DataFrame


def parse(raw: RawTable, mapping: Layout, *, secret: str, latest: date | None = None) -> Rows:
    """Read every line; what cannot be read is left out and says why, nothing is guessed.

    ``latest``: the day of the extraction; what is done later is an error of entry.
    """
    cells = pd.DataFrame({
        name: raw.rows[mapping.columns[name]].str.strip() if mapping.columns.get(name) else ""
        for name in FIELDS
    })  # fmt: skip
    numbers = np.arange(raw.first_line, raw.first_line + len(cells))
    table = pd.DataFrame({"number": numbers, "order": cells["order"],
                          "prestation": cells["prestation"]})  # fmt: skip
    faults = _Faults(numbers, cells, mapping)
    for name in ("order", "person"):
        faults.note(name, cells[name] == "", "valeur attendue")
    for name in DATES:
        found = pd.to_datetime(cells[name], format=mapping.date_format, errors="coerce")
        is_wrong = found.isna() & ((cells[name] != "") | (name == "done_on"))
        faults.note(name, is_wrong, "date illisible")
        table[name] = found
    if latest is not None:
        is_late = table["done_on"] > pd.Timestamp(latest)
        faults.note("done_on", is_late, "jour postérieur à l’extraction de l’export")
    for name in ("quantity", "planned"):
        minutes = minutes_of(cells[name])
        is_wrong = minutes.isna() & ((cells[name] != "") | (name == "quantity"))
        faults.note(name, is_wrong, "nombre d’heures illisible")
        table[name] = minutes
    table["pseudonym"] = pseudonyms(cells["person"], secret)
    table["state"] = states(cells["state"])
    table["age_band"] = [age_band(value) for value in cells["age"]]
    for name in ("prescriber", "exit_reason", "sex", "level"):
        table[name] = cells[name]
    table["situation"] = cells["status"]  # ``status`` is what becomes of a line
    table["period"] = (100 * table["done_on"].dt.year + table["done_on"].dt.month).astype("Int64")
    bad = faults.bad
    return Rows(
        table[~bad].reset_index(drop=True), tuple(faults.found), without_person(raw, mapping)
    )


def without_person(raw: RawTable, mapping: Layout) -> pd.DataFrame:
    """Return the cells of every line, by its number, without the columns that name a person."""
    hidden = {mapping.columns.get(name) for name in PERSONAL}
    shown = raw.rows[[name for name in raw.headers if name not in hidden]]
    return shown.set_axis(range(raw.first_line, raw.first_line + len(shown)), axis=0)


class _Faults:
    """Collects what is wrong, cell by cell, and which lines it takes out."""

    def __init__(self, numbers: np.ndarray, cells: pd.DataFrame, mapping: Layout) -> None:
        self._numbers, self._cells, self._mapping = numbers, cells, mapping
        self.found: list[RowError] = []
        self.bad = np.zeros(len(cells), dtype=bool)

    def note(self, name: str, wrong: pd.Series, why: str) -> None:
        """Note the cells of a field that are wrong; an identifier is never repeated."""
        flags = wrong.to_numpy(dtype=bool)
        column = self._mapping.columns.get(name, FIELDS[name])
        self.found.extend(
            RowError(why, line=int(self._numbers[rank]), column=column,
                     value="" if name in PERSONAL else str(self._cells[name].iloc[rank]))
            for rank in np.flatnonzero(flags)
        )  # fmt: skip
        self.bad |= flags


def minutes_of(cells: pd.Series) -> pd.Series:
    """Return hours written « 3,5 », « 3.5 », « 3h30 » or « 3:30 » as minutes; NaN if unreadable.

    >>> minutes_of(pd.Series(["3,5", "3h30", "-1", "0:45", "x", ""])).tolist()[:4]
    [210.0, 210.0, -60.0, 45.0]
    """
    text = cells.str.replace(r"[\s\u00a0\u202f]", "", regex=True).str.lower()
    parts = text.str.extract(r"^(-?)(\d+)[h:](\d{1,2})$")
    clock = pd.to_numeric(parts[1]) * 60 + pd.to_numeric(parts[2])
    clock = clock.where(parts[0] != "-", -clock)
    plain = pd.to_numeric(text.str.removesuffix("h").str.replace(",", "."), errors="coerce") * 60
    found = clock.fillna(plain).round()
    return found.where(found.abs() <= 60 * MOST_HOURS)


def pseudonyms(identifiers: pd.Series, secret: str) -> list[str]:
    """Return a keyed hash of each identifier: the same person is the same, and nobody is named."""
    key = secret.encode()
    known: dict[str, str] = {}
    for one in identifiers.unique():
        digest = hmac.new(key, one.strip().upper().encode(), hashlib.sha256).hexdigest()
        known[one] = digest[:PSEUDONYM_LENGTH]
    return [known[one] for one in identifiers]


def states(cells: pd.Series) -> list[str]:
    """Return the state each cell names; one that is not known is a parcours under way."""
    known = {text: _state(text) for text in cells.unique()}
    return [known[text] for text in cells]


def _state(text: str) -> str:
    words = folded(text)
    for word, state in STATE_WORDS.items():
        if word in words:
            return state.value
    return PathState.RUNNING.value


def age_band(text: str) -> str:
    """Return the band of an age in years, or the band as it is written; empty where none is.

    >>> age_band("25"), age_band("45"), age_band("26-44"), age_band("")
    ('moins de 26 ans', '45 ans et plus', '26-44', '')
    """
    if not text.isdecimal():
        return text
    return next((band for limit, band in AGE_BANDS if int(text) < limit), "")


def month_told(period: int) -> str:
    return fr.month(period)


def last_day(table: pd.DataFrame) -> date | None:
    """Return the latest day that the rows declare."""
    if table.empty:
        return None
    found: date = table["done_on"].max().date()
    return found
