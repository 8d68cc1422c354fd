"""Small helpers on tables that several domains need."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd


def records(table: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Give the named columns row by row, as plain tuples.

    >>> list(records(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), ["b", "a"]))
    [('x', 1), ('y', 2)]
    """
    return zip(*(table[name].tolist() for name in columns), strict=True)
