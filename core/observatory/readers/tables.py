"""A file as columns coded on their distinct values.

Every column is dictionary-encoded: five million cells of a rate hold far fewer distinct texts, and
checking the distinct texts alone checks them all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.observatory.readers import layouts

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_NUMBER = r"^-?[0-9]+(,[0-9]+)?([eE][-+]?[0-9]+)?$"
_MISSING = ("", "NA")


@dataclass(frozen=True)
class Column:
    """A column as codes into its distinct values; code -1 is an empty parquet cell."""

    header: str
    codes: Ints
    values: pa.Array

    @cached_property
    def texts(self) -> list[str]:
        """The distinct values as the file writes them."""
        return ["" if value is None else str(value) for value in self.values.to_pylist()]

    def text(self, row: int) -> str:
        code = self.codes[row]
        return "" if code < 0 else self.texts[code]

    @cached_property
    def is_missing(self) -> Mask:
        """Whether each row is empty or NA."""
        return self.where(lambda text: text.strip() in _MISSING, missing=True)

    def where(self, accept: Callable[[str], bool], *, missing: bool = False) -> Mask:
        """Test each distinct text once, and say row by row what came out."""
        tested = [accept(text) for text in self.texts]
        return np.array([*tested, missing], dtype=np.bool_)[self.codes]

    @cached_property
    def numbers(self) -> Floats:
        """Each row as a number; NaN where it is missing or no number."""
        return np.append(_parsed(self.values), np.nan)[self.codes]


def _parsed(values: pa.Array) -> Floats:
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        floats = values.cast(pa.float64(), safe=False)
    else:
        trimmed = pc.utf8_trim_whitespace(values)
        is_number = pc.match_substring_regex(trimmed, _NUMBER)
        dotted = pc.replace_substring(trimmed, ",", ".")
        floats = pc.if_else(is_number, dotted, None).cast(pa.float64())
    array: Floats = floats.to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(array), array, np.nan)


@dataclass(frozen=True)
class Table:
    """The rows of a file by our column names, with the line of each. ``warnings`` are sentences."""

    header: layouts.Header
    columns: dict[str, Column]
    lines: Ints
    warnings: list[str]

    def take(self, kept: Mask) -> "Table":
        """Keep some rows, with their lines."""
        if kept.all():
            return self
        columns = {
            name: Column(column.header, column.codes[kept], column.values)
            for name, column in self.columns.items()
        }
        return Table(self.header, columns, self.lines[kept], self.warnings)


def column_of(chunks: pa.ChunkedArray, header: str) -> Column:
    if not pa.types.is_dictionary(chunks.type):
        chunks = chunks.dictionary_encode()
    whole = chunks.unify_dictionaries().combine_chunks()
    codes = pc.fill_null(whole.indices, -1).to_numpy().astype(np.int32, copy=False)
    return Column(header, codes, whole.dictionary)
