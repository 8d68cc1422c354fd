"""French typography: numbers, dates, plurals, elision, sorting keys, sizes."""

import re
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import fr

NBSP = "\N{NARROW NO-BREAK SPACE}"
NUMBER = re.compile(rf"−?\d{{1,3}}({NBSP}\d{{3}})*(,\d+)?")


def read_back(text: str) -> float:
    return float(text.replace(NBSP, "").replace(",", ".").replace("−", "-"))


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_is_read_back_from_its_text(value: int) -> None:
    text = fr.number(value)
    assert NUMBER.fullmatch(text)
    assert read_back(text) == value


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_a_number_has_its_digits_and_is_right_to_the_last(value: float, digits: int) -> None:
    text = fr.number(value, digits)
    assert NUMBER.fullmatch(text)
    assert len(text.partition(",")[2]) == digits
    assert read_back(text) == pytest.approx(value, abs=0.5001 * 10**-digits)


@given(st.floats(-0.04999, 0.04999))
def test_what_rounds_to_zero_has_no_sign(value: float) -> None:
    assert fr.number(value, 1) == "0,0"


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [(0.12, 0, "12_%"), (-0.125, 1, "−12,5_%"), (0, 0, "0_%"), (12.345, 1, "1_234,5_%")],
)
def test_a_share_of_one_is_a_percentage(share: float, digits: int, text: str) -> None:
    assert fr.percent(share, digits) == text.replace("_", NBSP)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2011, 3, 1), "1er mars 2011"), (date(2011, 8, 11), "11 août 2011"),
        (date(2010, 12, 31), "31 décembre 2010"), (date(2012, 2, 29), "29 février 2012"),
    ],
)  # fmt: skip
def test_a_day_is_told_in_words(value: date, text: str) -> None:
    assert fr.day(value) == text


def test_a_moment_has_two_digits_of_hours_and_minutes() -> None:
    moment = datetime(2011, 6, 1, 9, 5, tzinfo=UTC)
    assert fr.moment(moment) == f"1er juin 2011 à 09{NBSP}h{NBSP}05"


@given(st.integers(1900, 2100), st.integers(1, 12))
def test_a_month_is_named_and_a_year_is_a_number(year: int, month: int) -> None:
    assert fr.month(100 * year + month) == f"{fr.MONTHS[month - 1]} {year}"
    assert fr.month(100 * year) == str(year)


@given(st.integers(0, 10**6))
def test_the_plural_begins_at_two(count: int) -> None:
    ending = "" if count < 2 else "s"
    assert fr.plural(count, "fait") == f"{fr.number(count)} fait{ending}"
    assert fr.plural(-count, "fait").endswith(f"fait{ending}")


def test_an_irregular_plural_is_given() -> None:
    forms = [fr.plural(count, "ligne lue", "lignes lues") for count in (1, 1.9, 2, 2.5)]
    assert forms == ["1 ligne lue", "1,9 ligne lue", "2 lignes lues", "2,5 lignes lues"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Albi", "d'Albi"), ("Éauze", "d'Éauze"), ("Gaillac", "de Gaillac"),
        ("Le Fossat", "du Fossat"), ("Les Cabannes", "des Cabannes"), ("Lectoure", "de Lectoure"),
        ("La Salvetat", "de La Salvetat"), ("L’Isle-Jourdain", "de L’Isle-Jourdain"),
        ("Yvrac", "d'Yvrac"), ("Hauterives", "d'Hauterives"),
    ],
)  # fmt: skip
def test_de_is_elided_and_contracted(name: str, text: str) -> None:
    assert fr.elide("de", name) == text


@pytest.mark.parametrize(("name", "text"), [("Œuilly", "d'Œuilly"), ("", "de ")])
def test_de_is_elided_before_a_ligature_and_kept_before_nothing(name: str, text: str) -> None:
    assert fr.elide("de", name) == text


@given(st.text())
def test_a_folded_text_has_neither_case_nor_accent_and_is_folded_once(text: str) -> None:
    folded = fr.fold(text)
    assert not any(unicodedata.combining(sign) for sign in folded)
    assert fr.fold(folded) == folded


def test_names_sort_as_a_reader_would() -> None:
    names = ["Zoé", "Éauze", "eau", "Œuvre", "Oe", "ÉPINAL"]
    assert sorted(names, key=fr.fold) == ["eau", "Éauze", "ÉPINAL", "Oe", "Œuvre", "Zoé"]


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (0, "0_octets"), (999, "999_octets"), (1_000, "1_ko"), (999_499, "999_ko"),
        (1_000_000, "1,0_Mo"), (1_550_000, "1,6_Mo"), (262_144_000, "262,1_Mo"),
    ],
)  # fmt: skip
def test_a_size_is_told_in_the_largest_unit(octets: int, text: str) -> None:
    assert fr.size(octets).replace(NBSP, "_") == text
