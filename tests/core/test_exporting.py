import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import exporting
from core.errors import DomainError

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
LABELS = {"code": "Code", "name": "Territoire", "count": "Nombre", "rate": "Taux"}
risky_text = st.one_of(
    st.text(max_size=20),
    st.builds(
        "".join, st.lists(st.sampled_from([*DANGEROUS, " ", "\n", ";", '"', "A1", "é"]), max_size=8)
    ),
)


def two_communes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": ["09001", "31555"],
            "name": ["Aigues-Juntes", "Toulouse ; ville"],
            "count": pd.Series([None, 1234], dtype="Int64"),
            "rate": [float("nan"), 2.5],
            "secret": ["x", "y"],
        }
    )


def sheets(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_a_csv_is_what_a_french_spreadsheet_opens() -> None:
    found = exporting.to_csv(two_communes(), LABELS, notes=["Source : essai ; 2011", "=1+1"])
    assert found == (
        b"\xef\xbb\xbfCode;Territoire;Nombre;Taux\n"
        b"09001;Aigues-Juntes;;\n"
        b'31555;"Toulouse ; ville";1234;2,5\n'
        b"\n"
        b"# Source : essai, 2011\n"
        b"# =1+1\n"
    )


def test_only_named_columns_leave_in_their_order() -> None:
    found = exporting.to_csv(two_communes(), {"count": "Nombre", "code": "Code"}).decode(
        "utf-8-sig"
    )
    assert found == "Nombre;Code\n;09001\n1234;31555\n"


def test_a_column_that_does_not_exist_is_a_fault() -> None:
    with pytest.raises(KeyError):
        exporting.to_csv(two_communes(), {"absent": "Absent"})


@given(texts=st.lists(risky_text, min_size=1, max_size=5), note=risky_text)
def test_no_text_cell_of_a_csv_is_run_by_a_spreadsheet(texts: list[str], note: str) -> None:
    table = pd.DataFrame({"text": pd.Series(texts, dtype=object)})
    found = exporting.to_csv(table, {"text": texts[0]}, notes=[note]).decode("utf-8-sig")
    # Any bare line break ends a row for some reader: rows are read as the most lenient one does.
    rows = csv.reader(io.StringIO(found.replace("\r", "\n")), delimiter=";")
    assert [cell for row in rows for cell in row if cell.startswith(DANGEROUS)] == []


@given(texts=st.lists(risky_text, min_size=1, max_size=5))
def test_a_csv_keeps_its_number_of_rows_and_cells(texts: list[str]) -> None:
    table = pd.DataFrame({"text": pd.Series(texts, dtype=object), "rank": range(len(texts))})
    found = exporting.to_csv(table, {"text": "Texte", "rank": "Rang"}).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(found, newline=""), delimiter=";"))
    assert [row[1] for row in rows] == ["Rang", *(str(rank) for rank in range(len(texts)))]


@pytest.mark.parametrize("sign", DANGEROUS)
def test_a_cell_that_would_be_run_gets_an_apostrophe(sign: str) -> None:
    assert exporting.neutral(f"{sign}A1") == f"'{sign}A1"


def test_a_sign_behind_spaces_gets_an_apostrophe_too() -> None:
    assert exporting.neutral("  =A1") == "'  =A1"


@pytest.mark.parametrize("value", [-3, -2.5, None, "Albi", "L'Aiguillon", "a=b", "−3"])
def test_what_is_not_run_is_left_as_it_is(value: object) -> None:
    assert exporting.neutral(value) == value


def test_a_csv_writes_dates_booleans_and_decimals_as_french_does() -> None:
    table = pd.DataFrame({"a": [date(2011, 6, 3)], "b": [True], "c": [Decimal("-1.5")]})
    found = exporting.to_csv(table, {"a": "a", "b": "b", "c": "c"}).decode("utf-8-sig")
    assert found == "a;b;c\n03/06/2011;oui;-1,5\n"


def test_a_workbook_keeps_codes_as_text_and_numbers_as_numbers() -> None:
    page = sheets(exporting.to_xlsx(two_communes(), LABELS, sheet="Chiffres", notes=[]))["Chiffres"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows == [
        ["Code", "Territoire", "Nombre", "Taux"],
        ["09001", "Aigues-Juntes", None, None],
        ["31555", "Toulouse ; ville", 1234, 2.5],
    ]


def test_a_workbook_has_a_bold_frozen_header_and_a_filter() -> None:
    page = sheets(exporting.to_xlsx(two_communes(), LABELS, sheet="Chiffres", notes=[]))["Chiffres"]
    assert page["A1"].font.bold
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:D3"


def test_a_workbook_keeps_real_dates() -> None:
    table = pd.DataFrame({"day": [date(2011, 6, 3), None]})
    page = sheets(exporting.to_xlsx(table, {"day": "Jour"}, sheet="Jours", notes=[]))["Jours"]
    assert [page["A2"].value, page["A3"].value] == [datetime(2011, 6, 3), None]  # noqa: DTZ001  # as Excel stores it
    assert page["A2"].number_format == "dd/mm/yyyy"


def test_a_workbook_holds_no_formula_and_no_link() -> None:
    table = pd.DataFrame({"text": ["=1+1", "http://exemple.fr", "{=A1}"]})
    notes = ["=1+1", "http://exemple.fr"]
    book = sheets(exporting.to_xlsx(table, {"text": "=A1"}, sheet="=A1", notes=notes))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells if cell.hyperlink] == []
    assert [cell.value for cell in cells][:2] == ["'=A1", "'=1+1"]


def test_the_notes_of_a_workbook_are_a_sheet_of_their_own() -> None:
    book = sheets(exporting.to_xlsx(two_communes(), LABELS, sheet="x", notes=["Un", "Deux"]))
    assert [row[0].value for row in book["Lisez-moi"].iter_rows()] == ["Un", "Deux"]


@pytest.mark.parametrize(
    ("asked", "given_name"),
    [
        ("Taux 1/2 [a]", "Taux 1 2  a"),
        ("Lisez-moi", "Données"),
        ("'", "Données"),
        ("x" * 40, "x" * 31),
    ],
    ids=["forbidden signs", "name of the notes", "nothing left", "too long"],
)
def test_a_sheet_gets_a_name_that_excel_accepts(asked: str, given_name: str) -> None:
    book = sheets(exporting.to_xlsx(two_communes(), LABELS, sheet=asked, notes=[]))
    assert book.sheetnames == [given_name, "Lisez-moi"]


def test_an_infinite_number_is_an_empty_cell() -> None:
    table = pd.DataFrame({"rate": [float("inf"), 1.0]})
    assert exporting.to_csv(table, {"rate": "Taux"}) == b'\xef\xbb\xbfTaux\n""\n1,0\n'
    page = sheets(exporting.to_xlsx(table, {"rate": "Taux"}, sheet="x", notes=[]))["x"]
    assert [page["A2"].value, page["A3"].value] == [None, 1]


def test_the_same_table_gives_the_same_workbook() -> None:
    first, second = (
        exporting.to_xlsx(two_communes(), LABELS, sheet="x", notes=["Note"]) for _ in range(2)
    )
    assert first == second
    assert sheets(first).properties.created == datetime(2000, 1, 1)  # noqa: DTZ001  # read without zone


def test_a_workbook_says_when_it_was_asked_for() -> None:
    asked = datetime(2011, 6, 15, tzinfo=UTC)
    book = sheets(exporting.to_xlsx(two_communes(), LABELS, sheet="x", notes=[], created=asked))
    assert book.properties.created == asked.replace(tzinfo=None)


def test_a_table_too_long_for_excel_is_refused_with_the_way_out() -> None:
    table = pd.DataFrame({"n": range(exporting.SHEET_ROWS)})
    with pytest.raises(DomainError, match="CSV"):
        exporting.to_xlsx(table, {"n": "Nombre"}, sheet="x", notes=[])
