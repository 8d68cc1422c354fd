"""The 107 indexes of the État 4001, their groups and the breaks in series, as reference data.

The files are read once for the whole process. Labels are those of the official files with
their spelling corrected: files are joined by index, never by label.
"""

from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd

REFERENCE = Path(__file__).parents[2] / "data" / "reference"


@lru_cache(maxsize=3)
def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / name, dtype="str", keep_default_na=False)


def indices() -> pd.DataFrame:
    """One row an index: code (``"001"`` to ``"107"``), label, used, family, sensitive.

    ``used`` is 0 for the four numbers that count nothing; ``sensitive`` is 1 for sexual violence
    and for facts against minors.
    """
    table = _table("etat4001_nomenclature.csv").rename(columns={"index": "code"})
    return table.astype({"used": "int8", "sensitive": "int8"})


def used_codes() -> tuple[str, ...]:
    """Return the codes of the indexes that count something, in order."""
    table = indices()
    return tuple(table.loc[table["used"] == 1, "code"])


def groups() -> pd.DataFrame:
    """One row a group of indexes, in the order of the dashboards.

    Columns: code, label, family, indices (a tuple of numbers), denominator, unit, mappable,
    sensitive, note. Groups overlap, so they are never added together.
    """
    table = _table("indicator_groups.csv")
    numbers = [tuple(map(int, text.split(";"))) for text in table["indices"]]
    return table.astype({"mappable": "int8", "sensitive": "int8"}).assign(
        indices=pd.Series(numbers, index=table.index, dtype="object")
    )


def ruptures() -> pd.DataFrame:
    """One row a break in series whose date is known, by first day.

    Columns: code, scope, service, starts_on, ends_on, label, text, source, is_comparable_before.
    ``scope`` is ``all``, ``etat4001``, ``ssmsi`` or a dataset; ``ends_on`` is None for a break
    without an end. Where ``is_comparable_before`` is true the break is only told, as a context.
    """
    table = _table("ruptures.csv").rename(columns={"comparable_before": "is_comparable_before"})
    return table.assign(
        starts_on=_days(table["starts_on"]),
        ends_on=_days(table["ends_on"]),
        is_comparable_before=table["is_comparable_before"] == "1",
    ).sort_values("starts_on", kind="stable", ignore_index=True)


def _days(texts: pd.Series) -> pd.Series:
    days = [date.fromisoformat(text) if text else None for text in texts]
    return pd.Series(days, index=texts.index, dtype="object")
