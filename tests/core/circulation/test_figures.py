"""Figures of the centre: counted by the rules, small counts hidden, each with its rows."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from core import db
from core.access import Role, Viewer, viewer_for
from core.circulation import (
    coverage,
    coverage_rules,
    figure_charts,
    figure_rules,
    figure_words,
    figures,
)
from core.circulation.figure_rules import NONE, OFFERED, WHOLE, Dimension, Measure, Question
from core.documentation import facets, search_queries, writing
from core.documentation import loading as documentation
from core.documentation.drafts import ItemDraft, NoticeDraft
from core.documentation.enums import Availability, Facet
from core.documentation.facets import Selection
from core.documentation.models import DocumentaryTheme, Item
from core.documentation.search_queries import Request
from core.errors import ForbiddenError
from core.fr import NBSP
from core.people.models import Structure
from core.territories.models import Territory
from core.welcome.motives import VisitKind
from tests.core.circulation.making import give, lend, make_copies, make_library, make_reader
from tests.core.welcome.making import visit
from tests.factories import NOW, STAFF, make_area

ELU = viewer_for(Role.ELU)


def fill() -> None:
    """Lend a book of two themes twice and one of none once; welcome a group, then one person.

    Both years are known: something was lent, and somebody came, before them.
    """
    make_library()
    with db.writing("documentation", "territories", "people") as session:
        make_area(session)
        documentation.load(session)
        drafts = [NoticeDraft(title="Deux", themes=("PV-CONT", "PREV-MED"),
                              items=(ItemDraft(barcode="X1"),)),
                  NoticeDraft(title="Aucun", items=(ItemDraft(barcode="X2"),))]  # fmt: skip
        writing.write(session, [writing.Entry(one) for one in drafts], now=NOW)
        town = session.exec(select(Territory.id).where(Territory.code == "31555")).one()
        session.add(Structure(name="Mairie", search_key="mairie", kind="collectivite",
                              territory_id=town))  # fmt: skip
        themes = session.exec(select(DocumentaryTheme)).all()
        theme = next(one.id or 0 for one in themes if one.code == "PV-CONT")
        mayor = session.exec(select(Structure.id)).one()
        first, second = session.exec(select(Item.id).order_by(Item.barcode)).all()
    ana = make_reader("Ana")
    for day in (date(2009, 12, 1), date(2010, 9, 6), date(2011, 2, 1)):
        lend(first or 0, ana, day)
        give("X1", day)
    lend(second or 0, ana, date(2011, 3, 1))
    visit(day=date(2009, 12, 1))
    visit(newcomers=6, others=3, day=date(2010, 4, 6), theme_ids=(theme,), structure_id=mayor)
    visit(day=date(2011, 4, 5), theme_ids=(theme,), kind=VisitKind.DISTANCE)


def ask(measure: Measure, dimension: Dimension, **more: object) -> dict[str, tuple[int, int]]:
    """Return label → (previous, current) as staff see them; nothing where both are 0."""
    table = answer(Question(measure, dimension, 2011, **more))  # type: ignore[arg-type]  # until
    rows = zip(table["label"], table["previous"], table["current"], strict=True)
    return {label: (int(one), int(two)) for label, one, two in rows if one or two}


def test_loans_and_visits_are_counted_year_against_year(store: str) -> None:
    fill()
    assert ask(Measure.LOANS, Dimension.MONTH) == {
        WHOLE: (1, 2), "février": (0, 1), "mars": (0, 1), "septembre": (1, 0),
    }  # fmt: skip
    themes = ask(Measure.LOANS, Dimension.THEME)
    assert (themes.pop(WHOLE), themes.pop(NONE)) == ((1, 2), (0, 1))
    assert set(themes.values()) == {(1, 1)}
    assert len(themes) == 2
    assert ask(Measure.LOANS, Dimension.MONTH, until=(2, 15)) == {WHOLE: (0, 1), "février": (0, 1)}
    assert ask(Measure.FIRST, Dimension.PLACE) == {WHOLE: (6, 0), "Haute-Garonne": (6, 0)}
    assert ask(Measure.PEOPLE, Dimension.KIND) == {
        WHOLE: (9, 1), "collectivité": (9, 0), NONE: (0, 1),
    }  # fmt: skip
    assert ask(Measure.VISITS, Dimension.THEME)[WHOLE] == (1, 1)
    with db.reading() as session:
        assert figures.years(session, ELU) == [2011, 2010, 2009]


def answer(question: Question, viewer: Viewer = STAFF) -> pd.DataFrame:
    with db.reading() as session:
        return figures.table(session, viewer, question=question)


def said(table: pd.DataFrame) -> dict[str, tuple[str, str, str]]:
    """Return label → (previous, current, change) as the screen says them."""
    words = (figure_words.told(table, "previous"), figure_words.told(table, "current"))
    rows = zip(table["label"], *words, figure_words.changes(table), strict=True)
    return {label: tuple(told) for label, *told in rows}  # type: ignore[misc]  # three words


def test_what_was_not_recorded_yet_is_missing_and_not_compared(store: str) -> None:
    make_library()
    [book], ana = make_copies(title="Livre"), make_reader()
    for day in (date(2009, 6, 15), date(2009, 8, 3), date(2010, 2, 2), date(2010, 8, 3)):
        lend(book, ana, day)
        give("L1", day)
    year = Question(Measure.LOANS, Dimension.MONTH, 2010)
    months = said(answer(year))
    assert months[WHOLE] == (f"2{NBSP}*", "2", "–")
    assert months["février"] == ("–", "1", "–")
    assert months["juin"] == (f"1{NBSP}*", "0", "–")
    assert months["juillet"] == ("0", "0", "=")
    assert months["août"] == ("1", "1", "=")
    shared = year.shared(date(2009, 6, 15))
    assert shared is not None
    assert said(answer(shared))[WHOLE] == ("2", "1", "−1")
    first = answer(Question(Measure.LOANS, Dimension.THEME, 2009))
    assert set(said(first).values()) == {("–", f"2{NBSP}*", "–")}
    with db.reading() as session:
        assert figures.started(session, ELU, measure=Measure.LOANS) == date(2009, 6, 15)
        assert figures.started(session, ELU, measure=Measure.VISITS) is None
        assert figures.years(session, ELU) == [2010, 2009]
    assert not figure_words.is_counted(answer(Question(Measure.VISITS, Dimension.MONTH, 2010)))
    visit(newcomers=3, others=4, day=date(2010, 3, 1))
    seen = answer(Question(Measure.FIRST, Dimension.MONTH, 2010), ELU)
    assert said(seen)["janvier"] == ("–", "–", "–")
    assert said(seen)["mars"] == ("–", "n. d.", "–")
    drawn = figure_charts.compared(answer(year), year)["data"]["values"]
    bars = {(one["c"], one["y"]): (one["n"], one["t"]) for one in drawn}
    assert bars["mai", "2009"] == (None, "–")
    assert bars["juillet", "2009"] == (0, "0")


def test_every_count_has_its_rows_and_a_small_one_is_hidden(store: str) -> None:
    fill()
    with db.reading() as session:
        for measure, dimensions in OFFERED.items():
            for dimension in dimensions:
                question = Question(measure, dimension, 2011)
                table = figures.table(session, STAFF, question=question)
                for label, count in zip(table["label"], table["current"], strict=True):
                    rows = figures.behind(session, STAFF, question=question, label=label)
                    assert rows["amount"].sum() == count
        people = Question(Measure.PEOPLE, Dimension.KIND, 2011)
        table = figures.table(session, ELU, question=people)
        loans = figures.table(session, ELU, question=Question(Measure.LOANS, Dimension.KIND, 2011))
        with pytest.raises(ForbiddenError):
            figures.behind(session, ELU, question=people, label=WHOLE)
        with pytest.raises(ForbiddenError):
            figures.table(session, viewer_for(Role.PUBLIC), question=people)
    assert table["current"].isna().tolist() == table["current_hidden"].tolist()
    assert table["current_hidden"].tolist()[0]
    assert not table["previous_hidden"].any()
    assert table["previous"].tolist()[0] == 10  # nine, to the nearest five
    assert loans["current"].tolist()[0] == 2


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.booleans())
def test_small_counts_are_hidden_and_others_are_told_to_the_nearest_five(
    counts: list[int], is_whole: bool
) -> None:
    rows = [(str(rank), count, count) for rank, count in enumerate(counts)]
    table = pd.DataFrame([(WHOLE, sum(counts), sum(counts)), *rows],
                         columns=["label", "previous", "current"])  # fmt: skip
    found = figure_rules.disclosed(table, is_whole=is_whole)
    for shown, is_hidden, count in zip(
        found["current"], found["current_hidden"], table["current"], strict=True
    ):
        assert is_hidden == (0 < count < 5) == pd.isna(shown)
        is_exact = is_whole and count == sum(counts) >= figure_rules.EXACT
        assert is_hidden or shown == count or (not is_exact and shown % 5 == 0)
        assert is_hidden or abs(shown - count) <= 2


def test_two_tables_that_share_months_do_not_give_a_hidden_count_back() -> None:
    months = [3, 6, 9, 9, 9, 9, 9, 9, 9, 9, 4, 9]
    whole = pd.DataFrame([(WHOLE, 0, sum(months)), *(("m", 0, n) for n in months)],
                         columns=["label", "previous", "current"])  # fmt: skip
    part = pd.DataFrame([(WHOLE, 0, 45), *(("m", 0, n) for n in months[:6])],
                        columns=["label", "previous", "current"])  # fmt: skip
    year = figure_rules.disclosed(whole, is_whole=True)["current"].tolist()
    half = figure_rules.disclosed(part, is_whole=False)["current"].tolist()
    assert (year[0], year[2], half[0]) == (95, 5, 45)
    assert half[0] - sum(year[2:7]) != months[0]


def test_a_cell_that_is_listed_holds_exactly_what_the_catalogue_lists(demo_sqlite: str) -> None:
    today = date(2011, 6, 15)
    shelf = facets.AVAILABILITIES.index(Availability.SHELF)
    with db.reading() as session:
        found = coverage.coverage(session, ELU, today=today)
        themes = {one.label: one.id or 0 for one in session.exec(select(DocumentaryTheme))}
        listed = found[found["is_listed"]]
        assert len(listed) > 40
        for theme, age, titles in zip(
            listed["theme"], listed["age"], listed["titles"], strict=True
        ):
            first, last = coverage_rules.years(age, today_year=today.year)
            chosen = {Facet.THEME: (themes[theme],), Facet.AVAILABILITY: (shelf,)}
            wanted = Request("", Selection(chosen, {}, first, last))
            assert search_queries.find(session, ELU, request=wanted).total == titles
