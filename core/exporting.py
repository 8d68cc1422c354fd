"""What every export shares: named columns, French files, and cells that no spreadsheet runs."""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from core.errors import DomainError

CREATED = datetime(2000, 1, 1, tzinfo=UTC)
README_SHEET = "Lisez-moi"
SHEET_ROWS = 1_048_576
CELL_LENGTH = 32_767
# A tab or a line break is dropped by some spreadsheets, and the rest of the cell is then run.
_DANGEROUS = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")


def neutral(value: Any) -> Any:
    """Return ``value`` such that no spreadsheet runs it; what is not text is left as it is.

    >>> neutral("=1+1"), neutral("Albi"), neutral(-3)
    ("'=1+1", 'Albi', -3)
    """
    if isinstance(value, str) and _DANGEROUS.match(value):
        return f"'{value}"
    return value


def typed(cell: str) -> str:
    """Return the text of a cell that ``neutral`` made safe; any other as it is.

    >>> typed("'-isme et ville"), typed("'tis")
    ('-isme et ville', "'tis")
    """
    return cell[1:] if cell.startswith("'") and _DANGEROUS.match(cell[1:]) else cell


def to_csv(table: pd.DataFrame, labels: Mapping[str, str], *, notes: Sequence[str] = ()) -> bytes:
    """Return ``table`` as CSV with French headers: ';', decimal comma, UTF-8 with BOM.

    Only the columns named in ``labels`` leave. A missing value is an empty cell, never 0.
    Notes follow the table after an empty line, each starting with « # ».
    """
    french = pd.DataFrame({name: _written(table[name]) for name in labels}, index=table.index)
    text = french.to_csv(
        index=False, sep=";", decimal=",", lineterminator="\n",
        header=[_one_line(str(neutral(label))) for label in labels.values()],
    )  # fmt: skip
    # A separator inside a note would start a cell of its own, which could be run.
    lines = [re.sub(r"\s*;", ",", f"# {_one_line(note)}") + "\n" for note in notes]
    return (text + "".join(["\n", *lines] if lines else [])).encode("utf-8-sig")


def _written(column: pd.Series) -> pd.Series:
    """Return a column as CSV writes it: numbers as they are, anything else as safe text."""
    if pd.api.types.is_float_dtype(column.dtype):
        return column.replace([np.inf, -np.inf], np.nan)
    if pd.api.types.is_integer_dtype(column.dtype):
        return column
    return pd.Series([_text(value) for value in column], index=column.index, dtype=object)


def _text(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | float | Decimal | np.number):
        return str(value).replace(".", ",") if np.isfinite(float(value)) else ""
    # A lone carriage return would be read as the end of the row: its rest would be a new cell.
    return str(neutral(str(value).replace("\r\n", "\n").replace("\r", "\n")))


def _one_line(text: str) -> str:
    return " ".join(re.split(r"[\t\r\n]+", text)).strip(" ")


def to_xlsx(
    table: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    sheet: str,
    notes: Sequence[str],
    formats: Mapping[str, str] | None = None,
    created: datetime = CREATED,
) -> bytes:
    """Return ``table`` as an Excel file: real numbers and dates, notes in a sheet « Lisez-moi ».

    Only the columns named in ``labels`` leave. ``formats`` gives the Excel format of a column
    where the usual one does not suit it (a year has no thousands). The same table, notes and
    ``created`` give the same file, byte for byte.
    """
    if len(table) >= SHEET_ROWS:
        raise DomainError(
            "Une feuille Excel ne peut pas contenir autant de lignes : "
            "réduisez la sélection, ou choisissez l’export CSV."
        )
    file = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "remove_timezone": True,
    }  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"created": created})
    _write_table(book, _sheet_name(sheet), table, labels, formats or {})
    _write_notes(book, notes)
    book.close()
    return file.getvalue()


def _sheet_name(name: str) -> str:
    """Return a name that Excel accepts, other than that of the notes."""
    kept = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name)[:31].strip(" '")
    reserved = {"", README_SHEET.lower(), "history"}
    return "Données" if kept.lower() in reserved else kept


def _write_table(
    book: Any, name: str, table: pd.DataFrame, labels: Mapping[str, str], formats: Mapping[str, str]
) -> None:
    page = book.add_worksheet(name)
    header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for rank, (column, label) in enumerate(labels.items()):
        page.write_string(0, rank, str(neutral(label)), header)
        width = _write_column(book, page, rank, table[column], formats.get(column, ""))
        page.set_column(rank, rank, min(max(width, len(label), 8) + 2, 60))
    page.freeze_panes(1, 0)
    if labels:
        page.autofilter(0, 0, len(table), len(labels) - 1)


def _write_column(book: Any, page: Any, rank: int, column: pd.Series, given: str) -> int:
    """Write the values that exist, and return the length of the longest."""
    style = book.add_format({"num_format": given or _format(column)})
    width = 0
    for line, value in enumerate(column, start=1):
        if pd.isna(value) or value in (np.inf, -np.inf):
            continue
        if isinstance(value, datetime | date):
            page.write_datetime(line, rank, value, style)
            width = max(width, 16)
        elif isinstance(value, int | float | Decimal | np.number) and not isinstance(value, bool):
            page.write_number(line, rank, value, style)
            width = max(width, len(f"{value:,.2f}"))
        else:
            text = _text(value) if isinstance(value, bool | np.bool_) else str(neutral(str(value)))
            page.write_string(line, rank, text[:CELL_LENGTH], style)
            width = max(width, len(text))
    return width


def _format(column: pd.Series) -> str:
    """Choose the Excel format of a column; a French Excel shows ``#,##0.00`` as « 1 234,50 »."""
    if pd.api.types.is_integer_dtype(column.dtype):
        return "#,##0"
    if pd.api.types.is_float_dtype(column.dtype):
        return "#,##0.00"
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return "dd/mm/yyyy hh:mm"
    first = next((value for value in column if not pd.isna(value)), None)
    if isinstance(first, datetime):
        return "dd/mm/yyyy hh:mm"
    if isinstance(first, date):
        return "dd/mm/yyyy"
    return "@" if isinstance(first, str) else "General"


def _write_notes(book: Any, notes: Sequence[str]) -> None:
    page = book.add_worksheet(README_SHEET)
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    page.set_column(0, 0, 100)
    for line, note in enumerate(notes):
        page.write_string(line, 0, str(neutral(note))[:CELL_LENGTH], wrapped)
