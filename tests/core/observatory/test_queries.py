"""Reading figures: by level, by period, by territory, down to the line they come from."""

from datetime import date

import pytest

from core import db
from core.observatory import pooling, queries, readings, timelines
from core.observatory.enums import Dataset, Denominator, Level, Service, Status, Unit
from core.observatory.scope import months_of
from tests.factories import (
    ANALYST,
    NOW,
    STAFF,
    Base,
    Figure,
    apply,
    edition,
    figures_at,
    fill_area,
    make_perimeter,
    parsed_file,
    revert,
    selection,
    territory_id,
    told,
)

DEMO = "simulation-2011"
TOTALS_2010 = {
    "09": 4_813, "12": 7_295, "31": 79_929, "32": 5_436,
    "46": 4_768, "65": 9_045, "81": 13_738, "82": 10_559,
}  # fmt: skip
ROWS = (
    Figure("vols", 201900, "31555", 800), Figure("vols", 201900, "31149", 10),
    Figure("vols", 202000, "31555", 960), Figure("vols", 202000, "31149", 0),
    Figure("vols", 202000, "09225", Status.MASKED), Figure("logements", 202000, "31555", 20),
)  # fmt: skip
BASES = (
    Base("31555", 400_000, 201900, 2017), Base("31555", 480_000, 202000, 2018),
    Base("31149", 40_000, 202000, 2018),
    Base("31555", 250_000, 202000, 2016, Denominator.DWELLINGS),
)  # fmt: skip


@pytest.fixture
def area(store: str) -> str:
    """The small area of the factories and one file, on each engine."""
    fill_area()
    apply(parsed_file(ROWS, bases=BASES), name="a.csv")
    return store


@pytest.mark.usefixtures("demo_store")
def test_the_demonstration_gives_the_published_totals_of_2010() -> None:
    chosen = selection("total_indicatif", *months_of(2010), key=DEMO)
    departements = told(figures_at(Level.DEPARTEMENT, chosen))
    assert departements == {code: (total, "KNOWN") for code, total in TOTALS_2010.items()}
    by_service = [
        figures_at(Level.DEPARTEMENT, selection("total_indicatif", *months_of(2010), key=DEMO,
                                                service=service))["count"]
        for service in (Service.POLICE, Service.GENDARMERIE)
    ]  # fmt: skip
    assert (by_service[0] + by_service[1]).to_dict() == TOTALS_2010
    assert told(figures_at(Level.REGION, chosen))["73"] == (135_583, "KNOWN")
    assert told(figures_at(Level.FRANCE, chosen)) == {"FR": (None, "MISSING")}
    communes = figures_at(Level.COMMUNE, chosen)
    assert len(communes) == 2_944
    sums = communes["count"].groupby(communes.index.str[:2]).sum()
    assert sums.to_dict() == TOTALS_2010
    in_ariege = figures_at(Level.COMMUNE, chosen, departement="09")
    assert in_ariege["count"].sum() == TOTALS_2010["09"]
    assert set(in_ariege.index.str[:2]) == {"09"}


@pytest.mark.usefixtures("area")
def test_zero_masked_and_missing_are_told_apart_and_only_known_has_a_rate() -> None:
    figures = figures_at(Level.COMMUNE, selection("vols", 202000))
    assert told(figures.loc[["31149", "09225", "09122"]]) == {
        "31149": (0, "KNOWN"), "09225": (None, "MASKED"), "09122": (None, "MISSING"),
    }  # fmt: skip
    assert figures["rate"].dropna().to_dict() == {"31149": 0.0, "31555": 2.0}


@pytest.mark.usefixtures("area")
def test_a_rate_has_the_denominator_and_the_vintage_of_its_year() -> None:
    def toulouse(code: str, period: int) -> list[float]:
        row = figures_at(Level.COMMUNE, selection(code, period)).loc[["31555"]]
        return [float(row[name].iloc[0]) for name in ("denominator", "vintage", "rate")]

    assert toulouse("vols", 201900) == [400_000, 2017, 2.0]
    assert toulouse("vols", 202000) == [480_000, 2018, 2.0]
    assert toulouse("logements", 202000) == [250_000, 2016, 0.08]


@pytest.mark.usefixtures("area")
def test_a_group_has_no_rate_where_the_denominator_of_a_part_is_unknown() -> None:
    apply(parsed_file([Figure("vols", 201900, "09056", 1), Figure("vols", 201900, "09225", 2)],
                      key="autre", bases=[Base("09056", 400)]), name="b.csv")  # fmt: skip
    epci = figures_at(Level.EPCI, selection("vols", 201900, key="autre")).loc[["200066231"]]
    assert told(epci) == {"200066231": (3, "KNOWN")}
    assert epci[["denominator", "rate"]].isna().to_numpy().all()


@pytest.mark.usefixtures("area")
def test_a_perimeter_adds_its_parts_each_once() -> None:
    make_perimeter("Agglomération", "243100518", "31555", "31149")
    make_perimeter("À cheval", "31555", "09225")
    make_perimeter("Ariège seule", "09225")
    figures = figures_at(Level.PERIMETER, selection("vols", 202000))
    by_name = figures.set_index("name")
    assert told(by_name) == {
        "Agglomération": (960, "KNOWN"), "À cheval": (960, "PARTIAL"),
        "Ariège seule": (None, "MASKED"),
    }  # fmt: skip
    assert by_name["denominator"].dropna().to_dict() == {"Agglomération": 520_000.0}
    assert by_name.loc["Agglomération", "rate"] == pytest.approx(1000 * 960 / 520_000)


@pytest.mark.usefixtures("area")
def test_a_perimeter_is_composed_as_at_the_end_of_the_period() -> None:
    make_perimeter("Depuis 2020", "31555", since=date(2020, 1, 1))
    before = figures_at(Level.PERIMETER, selection("vols", 201900))
    after = figures_at(Level.PERIMETER, selection("vols", 202000))
    assert [told(table).popitem()[1] for table in (before, after)] == [
        (None, "MISSING"), (960, "KNOWN"),
    ]  # fmt: skip


@pytest.mark.usefixtures("area")
def test_a_figure_is_traced_to_its_file_sheet_and_line() -> None:
    parsed = parsed_file(ROWS[2:4], key="classeur", sheet="Feuille 1")
    apply(parsed, name="classeur.xlsx")
    toulouse = territory_id(Level.COMMUNE, "31555")
    with db.reading() as session:
        origins = queries.origins(
            session, ANALYST, selection=selection("vols", 202000, key="classeur"),
            territory_id=toulouse,
        )  # fmt: skip
        both = queries.origins(
            session, ANALYST, selection=selection("vols", 201900, 202000), territory_id=toulouse
        )
    assert origins == [
        queries.Origin("classeur.xlsx", "sha256 de classeur.xlsx", NOW.replace(tzinfo=None),
                       STAFF.name, "Feuille 1", 2)
    ]  # fmt: skip
    assert [(one.file_name, one.line) for one in both] == [("a.csv", 2), ("a.csv", 4)]


@pytest.mark.usefixtures("area")
def test_the_origins_of_one_service_leave_the_other_out() -> None:
    rows = [Figure("037", 201105, "31555", 3, Service.POLICE),
            Figure("037", 201105, "31555", 2, Service.GENDARMERIE),
            Figure("038", 201105, "31555", 1, Service.POLICE)]  # fmt: skip
    apply(parsed_file(rows, dataset=Dataset.ETAT4001_COMMUNE, key="m"), name="m", is_sparse=True)
    lines, toulouse = [], territory_id(Level.COMMUNE, "31555")
    for service in Service:
        chosen = selection("vols_roulotte", 201105, key="m", service=service)
        with db.reading() as session:
            origins = queries.origins(session, ANALYST, selection=chosen, territory_id=toulouse)
        lines.append([origin.line for origin in origins])
    assert lines == [[2, 3, 4], [2, 4], [3]]


@pytest.mark.usefixtures("area")
def test_a_series_has_a_row_for_each_period() -> None:
    chosen = selection("vols", 202000)
    ids = (territory_id(Level.COMMUNE, "31149"), territory_id(Level.COMMUNE, "09225"))
    with db.reading() as session:
        series = timelines.series(
            session, ANALYST, edition_id=chosen.edition_id, indicator_id=chosen.indicator_id,
            territory_ids=ids,
        )  # fmt: skip
    rows = series[["territory_id", "period", "status"]].to_numpy().tolist()
    assert sorted(rows) == sorted(
        [[ids[0], 201900, Status.KNOWN], [ids[0], 202000, Status.KNOWN],
         [ids[1], 201900, Status.MISSING], [ids[1], 202000, Status.MASKED]]
    )  # fmt: skip
    assert series["count"].dropna().tolist() == [10, 0]
    assert series["rate"].dropna().tolist() == [0.0]  # no denominator for 2019 in the file


@pytest.mark.usefixtures("area")
def test_the_card_of_a_territory_lists_its_figures() -> None:
    with db.reading() as session:
        card = readings.card_of_territory(
            session, ANALYST, edition_id=edition().id,
            territory_id=territory_id(Level.COMMUNE, "31555"),
        )  # fmt: skip
    rows = card[["code", "period", "count", "status"]].to_numpy().tolist()
    assert sorted(rows) == [
        ["logements", 202000, 20, 0], ["vols", 201900, 800, 0], ["vols", 202000, 960, 0]
    ]  # fmt: skip


@pytest.mark.usefixtures("area")
def test_pooled_values_hold_the_known_figures_of_every_period() -> None:
    chosen = selection("vols", 202000)
    with db.reading() as session:
        pooled = pooling.pooled_values(
            session, ANALYST, edition_id=chosen.edition_id, indicator_id=chosen.indicator_id,
            level=Level.COMMUNE, service=Service.ALL, window=1,
        )  # fmt: skip
    assert sorted(zip(pooled["period"], pooled["count"], strict=True)) == [
        (201900, 10), (201900, 800), (202000, 0), (202000, 960),
    ]  # fmt: skip


@pytest.mark.usefixtures("area")
def test_editions_and_indicators_are_those_that_hold_figures() -> None:
    apply(parsed_file(ROWS[:1], key="autre"), name="b.csv")
    revert(2)
    with db.reading() as session:
        (card,) = queries.editions(session, ANALYST)
        indicators = queries.indicators(session, ANALYST, edition_id=card.id)
    assert (card.label, card.periods, card.base_level, card.file_name) == (
        "édition essai", (201900, 202000), Level.COMMUNE, "a.csv",
    )  # fmt: skip
    assert (card.is_monthly, card.services) == (False, (Service.ALL,))
    assert {(one.code, one.unit, one.denominator) for one in indicators} == {
        ("vols", Unit.INFRACTION, Denominator.POPULATION),
        ("logements", Unit.INFRACTION, Denominator.DWELLINGS),
    }


@pytest.mark.usefixtures("demo_sqlite")
def test_the_breaks_of_a_dataset_are_its_own_and_those_of_all() -> None:
    with db.reading() as session:
        of_4001 = queries.ruptures(session, dataset=Dataset.ETAT4001_COMMUNE)
        of_ssmsi = queries.ruptures(session, dataset=Dataset.SSMSI_COMMUNE)
    assert {one.scope for one in of_4001} == {"etat4001", "all"}
    assert {one.scope for one in of_ssmsi} == {"ssmsi", "all"}
    assert [one.starts_on for one in of_4001] == sorted(one.starts_on for one in of_4001)
