"""What the screen says of the centre's counts and of how they changed. Pure."""

import pandas as pd

from core import fr
from core.circulation.figure_rules import Known

HIDDEN, MISSING, PARTIAL = "n. d.", "–", "*"


def told(table: pd.DataFrame, name: str) -> list[str]:
    """Say each count of a column: hidden, missing, or starred where only a part is known."""
    rows = zip(table[name], table[f"{name}_hidden"], table[f"{name}_known"], strict=True)
    return [
        _count(None if pd.isna(count) else int(count), is_hidden=is_hidden, known=Known(known))
        for count, is_hidden, known in rows
    ]


def _count(count: int | None, *, is_hidden: bool, known: Known) -> str:
    """Say a count.

    >>> [_count(7, is_hidden=False, known=one) for one in (Known.WHOLE, Known.PART)]
    ['7', '7\u202f*']
    """
    if count is None and not is_hidden:
        return MISSING
    said = HIDDEN if count is None else fr.number(count)
    return f"{said}{fr.NBSP}{PARTIAL}" if known is Known.PART else said


def is_counted(table: pd.DataFrame) -> bool:
    """Say whether anything at all is counted, be it hidden."""
    return any(
        ((table[name] > 0).fillna(value=False) | table[f"{name}_hidden"]).any()
        for name in ("previous", "current")
    )


def changes(table: pd.DataFrame) -> list[str]:
    """Say how each line changed, where all its days are known in both years.

    >>> changes(pd.DataFrame({"previous": [2, 2], "current": [3, 3], "current_known": "whole",
    ...                       "previous_known": ["whole", "part"]}))
    ['+1', '–']
    """
    is_whole = [
        {one, two} == {Known.WHOLE.value}
        for one, two in zip(table["previous_known"], table["current_known"], strict=True)
    ]
    return [
        change(*(None if pd.isna(one) else int(one) for one in pair)) if is_known else MISSING
        for pair, is_known in zip(
            zip(table["previous"], table["current"], strict=True), is_whole, strict=True
        )
    ]


def change(previous: int | None, current: int | None) -> str:
    """Say how a count changed; a share only of a number large enough to bear one.

    >>> change(200, 237), change(0, 3), change(7, 7), change(12, 9)
    ('+37 (+18\u202f%)', '+3', '=', '−3')
    >>> change(None, 9)
    '–'
    """
    if previous is None or current is None:
        return MISSING
    gap = current - previous
    if not gap:
        return "="
    sign = "+" if gap > 0 else ""
    share = f" ({sign}{fr.percent(gap / previous)})" if previous >= 20 else ""
    return f"{sign}{fr.number(gap)}{share}"
