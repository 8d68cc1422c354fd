"""Imprecise dates: every way the plan is written, and a refusal to guess the rest."""

import csv
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import fr
from core.errors import DomainError
from core.training import dates
from core.training.date_texts import parse
from core.training.dates import Certainty, DateBlock, certainty, on_days, place_day, to_place
from core.training.enums import Confirmation, Precision
from core.training.loading import EVENTS, planned_block

D = date
TABLE = [  # the table of the domain's study, section 3.4
    ("Du 27 janvier au 20 mai 2011", "periode", D(2011, 1, 27), D(2011, 5, 20), 0, None),
    ("3 journées entre mai et septembre 2011", "fenetre", D(2011, 5, 1), D(2011, 9, 30), 0, 6),
    ("à définir", "a_definir", None, None, 0, None),
    ("3-4/02/2011", "jours_liste", D(2011, 2, 3), D(2011, 2, 4), 2, None),
    ("21 et 22/03/2011", "jours_liste", D(2011, 3, 21), D(2011, 3, 22), 2, None),
    ("07/06/2011", "jour", D(2011, 6, 7), D(2011, 6, 7), 1, None),
    ("1/02/2011", "jour", D(2011, 2, 1), D(2011, 2, 1), 1, None),
    ("12/04/2011", "jour", D(2011, 4, 12), D(2011, 4, 12), 1, None),
    ("15 Avril", "jour", D(2011, 4, 15), D(2011, 4, 15), 1, None),
    ("1 <sup>er</sup> décembre", "jour", D(2011, 12, 1), D(2011, 12, 1), 1, None),
    ("2<sup>ème</sup> semestre 2011", "semestre", D(2011, 7, 1), D(2011, 12, 31), 0, None),
    ("décembre 2010 à juin 2011", "periode_mois", D(2010, 12, 1), D(2011, 6, 30), 0, None),
    ("4 ou 5 jours/an", "annee", None, None, 0, 8),
    ("en fonction des demandes", "sur_demande", None, None, 0, None),
]
UNREAD = (
    "bientôt", "début mai", "31/02/2011", "30 février", "lundi 15 avril 2011", "22 et 21/03/2011",
    "3e semestre", "5e trimestre 2011", "le 5", "15 avril à", "mai ou juin", "00/00/2011",
    "du 20 mai 2011 au 3 mai 2011", "12/13/2011", "vers le 12 avril", "32 mars",
)  # fmt: skip


@pytest.mark.parametrize(("text", "precision", "first", "last", "days", "planned"), TABLE)
def test_every_text_of_the_study_is_read(  # a row of the table
    text: str,
    precision: str,
    first: date | None,
    last: date | None,
    days: int,
    planned: int | None,
) -> None:
    block = parse(text, year=2011)
    assert (block.precision, block.earliest, block.latest) == (precision, first, last)
    assert (len(block.days), block.planned, block.text) == (days, planned, text)


def test_the_dated_texts_of_the_plan_are_all_read() -> None:
    with EVENTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    read = {row["code"]: parse(row["date_text"], year=2011) for row in rows if row["date_text"]}
    assert len(read) == 45
    counts: dict[str, int] = {}
    for block in read.values():
        counts[block.precision.value] = counts.get(block.precision.value, 0) + 1
    assert counts == {
        "jour": 28, "jours_liste": 3, "periode": 1, "fenetre": 1, "semestre": 1, "mois": 1,
        "annee": 6, "sur_demande": 4,
    }  # fmt: skip
    assert read["EV015"].confirmation is Confirmation.TO_CONFIRM
    assert read["EV015"].edtf == "2011-07-05?"
    assert (read["EV002"].planned, read["EV002"].most) == (8, 10)


def test_the_trainings_of_the_plan_add_up_to_22_days() -> None:
    with EVENTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "EV022" <= row["code"] <= "EV032"]
    planned = [planned_block(row).planned or 0 for row in rows]
    assert (len(rows), sum(planned)) == (11, 44)


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_not_known_is_kept_and_never_guessed(text: str) -> None:
    block = parse(text, year=2011)
    assert (block.precision, block.text) == (Precision.UNKNOWN, text)
    assert (block.earliest, block.latest, block.days) == (None, None, ())


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("vendredi 15 avril 2011", "2011-04-15"), ("le 19 mai 2011 à Toulouse", "2011-05-19"),
        ("3/4/11", "2011-04-03"), ("1er trimestre 2011", "2011-01/2011-03"),
        ("novembre à février", "2010-11/2011-02"), ("du 28 au 30/12/2011", "2011-12-28/2011-12-30"),
        ("prévue le 21 avril 2011", "2011-04-21"), ("en mars", "2011-03"),
    ],
)  # fmt: skip
def test_other_usual_ways_are_read_too(text: str, edtf: str) -> None:
    assert parse(text, year=2011).edtf == edtf


@given(st.text(max_size=40))
def test_any_text_is_read_or_kept(text: str) -> None:
    block = parse(text, year=2011)
    assert block.text == text.strip()
    if block.days:
        assert (block.earliest, block.latest) == (min(block.days), max(block.days))


@given(st.dates(D(2000, 1, 1), D(2099, 12, 31)))
def test_a_day_written_in_words_or_figures_is_that_day(day: date) -> None:
    for text in (fr.day(day), f"{day:%d/%m/%Y}", f"le {fr.day(day)}"):
        assert parse(text, year=1999).days == (day,)


def test_a_period_is_certain_possible_or_impossible() -> None:
    june = D(2011, 6, 1), D(2011, 6, 30)
    cases = (
        ("7 juin", Certainty.CERTAIN), ("7 juillet", Certainty.IMPOSSIBLE),
        ("3 journées entre mai et septembre 2011", Certainty.POSSIBLE),
        ("2e semestre 2011", Certainty.IMPOSSIBLE), ("en juin", Certainty.CERTAIN),
        ("cette année", Certainty.POSSIBLE), ("à définir", Certainty.POSSIBLE),
        ("30 juin et 1er juillet", Certainty.IMPOSSIBLE),
    )  # fmt: skip
    for text, expected in cases[:-1]:
        assert certainty(parse(text, year=2011), *june) is expected, text
    both = on_days([D(2011, 6, 30), D(2011, 7, 1)])
    assert certainty(both, *june) is Certainty.POSSIBLE
    between = on_days([D(2011, 5, 30), D(2011, 7, 1)])
    assert certainty(between, *june) is Certainty.IMPOSSIBLE


def test_what_has_no_bound_comes_last_and_never_as_today() -> None:
    texts = ["à définir", "2e semestre 2011", "7 juin", "en fonction des demandes", "en mars"]
    ordered = sorted((parse(text, year=2011) for text in texts), key=lambda one: one.sort_key)
    assert [one.text for one in ordered[:3]] == ["en mars", "7 juin", "2e semestre 2011"]


def test_placing_the_days_of_a_window_uses_them_up() -> None:
    block = parse("3 journées entre mai et septembre 2011", year=2011)
    for rank, day in enumerate((D(2011, 5, 12), D(2011, 6, 9)), start=1):
        block = place_day(block, day)
        assert block.precision is Precision.WINDOW
        assert to_place(block, 2 * rank) == (6 - 2 * rank, 6 - 2 * rank)
    block = place_day(block, D(2011, 9, 1))
    assert block.precision is Precision.DAYS
    assert to_place(block, 6) == (0, 0)


def test_a_day_outside_the_bounds_is_refused_unless_forced() -> None:
    block = parse("3 journées entre mai et septembre 2011", year=2011)
    with pytest.raises(DomainError, match="en dehors de ce qui était prévu"):
        place_day(block, D(2011, 10, 1))
    assert D(2011, 10, 1) in place_day(block, D(2011, 10, 1), is_forced=True).days


@given(st.sets(st.dates(D(2011, 1, 1), D(2011, 12, 31)), max_size=5), st.integers(0, 40))
def test_a_date_is_written_and_read_back(days: set[date], planned: int) -> None:
    block = dates.with_planned(on_days(days), planned)
    assert dates.load(dates.dump(block)) == block


def test_known_days_are_told_as_people_say_them() -> None:
    assert dates.days_told([D(2011, 3, 22), D(2011, 3, 21)]) == "21 et 22 mars 2011"
    assert (
        dates.days_told([D(2011, 12, 31), D(2012, 1, 1)]) == "31 décembre 2011 et 1er janvier 2012"
    )
    assert DateBlock().told() == "à définir"
    run = [D(2011, 5, 2) + timedelta(days=rank) for rank in range(3)]
    assert on_days(run).edtf == "2011-05-02/2011-05-04"
