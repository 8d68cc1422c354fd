"""What a page shows: periods, scales, sentences, the card of a territory."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import db
from core.access import Role, Viewer, viewer_for
from core.fr import NBSP
from core.observatory import headlines, portraits, readings, scope, views
from core.observatory.enums import Dataset, Denominator, Level, Service, Status, Unit
from core.observatory.queries import EditionCard, IndicatorCard
from core.observatory.rules import Reading, months_between
from core.observatory.scope import MapChoice, Step
from tests.factories import (
    ANALYST,
    Base,
    Figure,
    apply,
    edition,
    fill_area,
    indicator,
    parsed_file,
)

DEMO = "simulation-2011"


def card(*periods: int, dataset: Dataset = Dataset.ETAT4001_COMMUNE) -> EditionCard:
    return EditionCard(
        id=1, dataset=dataset, label="essai", is_simulated=False, base_level=Level.COMMUNE,
        periods=periods, services=(Service.ALL,), imported_at=None, file_name="", sha256="",
    )  # fmt: skip


def named(code: str, label: str) -> IndicatorCard:
    return IndicatorCard(1, code, label, Unit.FAIT, Denominator.POPULATION, "", "", False, True)


def demo_choice(end: int = 201105, step: Step = Step.SLIDING, **parts: Any) -> MapChoice:
    base = MapChoice(
        edition=edition(DEMO), indicator=indicator("cambriolages_logements", DEMO), step=step,
        end=end, level=Level.COMMUNE,
    )  # fmt: skip
    return replace(base, **parts)


def view_of(
    choice: MapChoice, code: str, viewer: Viewer = ANALYST
) -> portraits.TerritoryView | None:
    with db.reading() as session:
        return portraits.territory_view(session, viewer, choice=choice, code=code)


def test_a_monthly_edition_offers_only_whole_years_and_whole_sliding_years() -> None:
    monthly = card(*months_between(200911, 201102))
    assert scope.steps_of(monthly) == (Step.SLIDING, Step.MONTH, Step.YEAR)
    assert scope.ends_of(monthly, Step.YEAR) == (201000,)
    assert scope.ends_of(monthly, Step.SLIDING) == (201010, 201011, 201012, 201101, 201102)
    assert scope.ends_of(monthly, Step.MONTH) == monthly.periods
    assert scope.periods_of(monthly, Step.MONTH, 201102) == (201102,)
    assert scope.periods_of(monthly, Step.YEAR, 201000) == scope.months_of(2010)
    sliding = scope.periods_of(monthly, Step.SLIDING, 201010)
    assert (sliding[0], sliding[-1], len(sliding)) == (200911, 201010, 12)


def test_a_month_that_is_not_there_takes_its_sliding_years_away() -> None:
    periods = [month for month in months_between(200901, 201012) if month != 200906]
    ends = scope.ends_of(card(*periods), Step.SLIDING)
    assert ends == tuple(months_between(201006, 201012)[:])
    assert scope.ends_of(card(*periods), Step.YEAR) == (201000,)


def test_an_annual_edition_offers_its_years() -> None:
    annual = card(201600, 201700, dataset=Dataset.SSMSI_COMMUNE)
    assert scope.steps_of(annual) == (Step.YEAR,)
    assert scope.ends_of(annual, Step.YEAR) == (201600, 201700)
    assert scope.periods_of(annual, Step.YEAR, 201700) == (201700,)


def test_a_period_is_named_in_french() -> None:
    labels = [scope.period_label(step, 201105) for step in (Step.SLIDING, Step.MONTH)]
    assert labels == ["12 mois à fin mai 2011", "mai 2011"]
    assert scope.period_label(Step.YEAR, 201000) == "2010"
    assert scope.span(card(200901, 201105)) == "janvier 2009 à mai 2011"


def test_a_single_index_keeps_its_number_in_lists() -> None:
    assert scope.indicator_name(named("007", "Coups et blessures")) == (
        "Index 7 – Coups et blessures"
    )  # fmt: skip
    assert scope.indicator_name(named("avip", "AVIP")) == "AVIP"


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("1 ; 2,5;5", (1.0, 2.5, 5.0)), ("5;1;5", (1.0, 5.0)), ("", ()), (";;", ()),
        ("deux", ()), ("1;nan", ()), ("inf", ()), ("-1;2", ()), ("0;2", ()), ("1e400", ()),
        ("<script>", ()), ("1;2; DROP TABLE fact", ()), (";".join(map(str, range(1, 200))), ()),
    ],
)  # fmt: skip
def test_bounds_typed_by_a_reader_are_numbers_or_nothing(
    text: str, bounds: tuple[float, ...]
) -> None:
    assert scope.bounds_of(text) == bounds


@given(st.text(alphabet="0123456789,.;- eEinfnan_", max_size=40))
def test_no_text_makes_bounds_that_a_map_cannot_use(text: str) -> None:
    bounds = scope.bounds_of(text)
    assert list(bounds) == sorted(set(bounds))
    assert all(0 < bound < 1e9 for bound in bounds)
    assert len(bounds) <= 8


@pytest.mark.usefixtures("demo_sqlite")
def test_classes_and_circles_stay_when_the_period_or_the_departement_changes() -> None:
    now, before = demo_choice(), demo_choice(201005, departement="31")
    assert views.scale_choice(now) == views.scale_choice(before)
    assert views.scale_choice(now) != views.scale_choice(demo_choice(201105, Step.MONTH))
    assert views.scale_choice(now) == views.scale_choice(demo_choice(201000, Step.YEAR))


@pytest.mark.usefixtures("demo_sqlite")
def test_a_map_of_a_departement_shows_its_communes_only() -> None:
    choice = demo_choice(departement="09")
    with db.reading() as session:
        scale = views.scale(session, ANALYST, choice=views.scale_choice(choice))
        view = views.map_view(session, ANALYST, choice=choice, scale=scale)
    assert set(view.shown["code"].str[:2]) == {"09"}
    assert len(view.figures) == 2_944
    assert view.wording.title == (
        f"Taux pour 1{NBSP}000 habitants – Cambriolages de logements, 12 mois à fin mai 2011"
    )
    assert "(simulé)" in view.wording.note
    assert view.reference.startswith("Midi-Pyrénées : ")


@pytest.mark.usefixtures("demo_store")
def test_the_card_of_a_commune_compares_like_with_like_and_with_its_groups() -> None:
    view = view_of(demo_choice(), "81004")
    assert view is not None
    assert (view.card.name, view.compared_with) == ("Albi", "12 mois à fin mai 2010")
    assert f"{NBSP}000 habitants" in view.sentence
    assert view.comparison.p_value is not None
    assert view.references["level"].tolist() == ["Commune", "EPCI", "Département", "Région"]
    assert view.references["name"].tolist()[-2:] == ["Tarn", "Midi-Pyrénées"]
    assert view.rank.startswith("Rang probable")
    assert view.rank.endswith("communes du département.")
    assert set(view.series["name"]) == {"Albi", "Tarn", "Midi-Pyrénées"}
    assert {len(rows) for _, rows in view.series.groupby("name")} == {29}
    first = view.origins[0]
    assert (first.file_name, first.author) == ("simulation-graine-2011", "ligne de commande")


@pytest.mark.usefixtures("demo_store")
def test_a_former_commune_leads_to_the_present_one_and_an_unknown_code_to_nothing() -> None:
    former = view_of(demo_choice(), "31016")
    assert former is not None
    assert (former.card.code, former.card.name) == ("31085", "Boutx")
    for code in ("99999", "31", "", "31555'--"):
        assert view_of(demo_choice(), code) is None


@pytest.mark.usefixtures("demo_sqlite")
def test_a_viewer_limited_to_a_departement_has_no_card_elsewhere() -> None:
    limited = Viewer(role=Role.ELU, territories=frozenset({"departement:09"}))
    assert view_of(demo_choice(), "81004", limited) is None
    own = view_of(demo_choice(), "09122", limited)
    assert own is not None
    assert own.references["name"].tolist()[-2:] == ["Ariège", "Midi-Pyrénées"]


@pytest.mark.usefixtures("demo_sqlite")
@pytest.mark.parametrize("level", [Level.DEPARTEMENT, Level.EPCI, Level.PERIMETER])
def test_every_level_has_its_card(level: Level) -> None:
    codes = {Level.DEPARTEMENT: "31", Level.EPCI: "243100518", Level.PERIMETER: "grand-toulouse"}
    view = view_of(demo_choice(level=level), codes[level])
    assert view is not None
    assert view.references["name"].iloc[0] == view.card.name
    assert view.series["period"].max() == 201105


@pytest.mark.usefixtures("demo_sqlite")
def test_the_first_year_has_nothing_to_be_compared_with() -> None:
    view = view_of(demo_choice(200912), "81004")
    assert view is not None
    assert view.comparison.reading is Reading.NONE
    assert view.comparison.text == "comparaison impossible"


@pytest.mark.usefixtures("demo_sqlite")
def test_a_comparison_across_a_break_is_not_made() -> None:
    rows = [
        Figure("007", period, "31555", 100 + period % 100, service)
        for period in (201112, 201212)
        for service in (Service.POLICE, Service.GENDARMERIE)
    ]
    apply(parsed_file(rows, dataset=Dataset.ETAT4001_COMMUNE, key="m"), name="m", is_sparse=True)
    readings = {}
    for service in Service:
        choice = MapChoice(edition=edition("m"), indicator=indicator("007", "m"), step=Step.MONTH,
                           end=201212, level=Level.COMMUNE, service=service)  # fmt: skip
        view = view_of(choice, "31555")
        assert view is not None
        readings[service] = view.comparison.reading
    # In January 2012 the gendarmerie changed its way of recording; the police did not.
    assert readings == {
        Service.ALL: Reading.BREAK, Service.POLICE: Reading.NOISE,
        Service.GENDARMERIE: Reading.BREAK,
    }  # fmt: skip


@pytest.mark.usefixtures("demo_sqlite")
def test_the_home_page_shows_eight_figures_of_the_region_with_their_worth() -> None:
    with db.reading() as session:
        headline = headlines.headline(session, viewer_for(Role.PUBLIC))
    assert headline.title == "Midi-Pyrénées, 12 mois à fin mai 2011"
    assert len(headline.tiles) == 8
    symbols = {reading.symbol for reading in Reading}
    assert all(tile.symbol in symbols and "→" in tile.variation for tile in headline.tiles)


@pytest.mark.usefixtures("sqlite_store")
def test_a_figure_is_said_with_its_unit_or_with_what_is_missing() -> None:
    fill_area()
    rows = [
        Figure("vols", 202000, "31555", 1), Figure("vols", 202000, "31149", 0),
        Figure("vols", 202000, "09225", Status.MASKED), Figure("vols", 202000, "09056", 3),
        Figure("vols", 202000, "09255", Status.MASKED),
    ]  # fmt: skip
    apply(parsed_file(rows, bases=[Base("31555", 1000)]), name="a.csv")
    choice = MapChoice(edition(), indicator("vols"), Step.YEAR, 202000, Level.COMMUNE)
    with db.reading() as session:
        table = readings.figures(session, ANALYST, selection=choice.selection, level=Level.COMMUNE)
    said = {row["code"]: scope.figure_sentence(row, choice) for row in table.to_dict("records")}
    assert said == {
        "31555": f"1 infraction, soit 1,0 pour 1{NBSP}000 habitants", "31149": "0 infraction",
        "09225": "non diffusé", "09056": "au moins 3 infractions (une part n’est pas connue)",
        "09122": "non fourni", "31085": "non fourni",
    }  # fmt: skip
