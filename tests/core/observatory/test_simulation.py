"""The simulated figures of the demonstration: exact totals, plausible shape, same every time."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.observatory import nomenclature, simulation
from core.observatory.rules import months_between
from core.territories import reference
from tests.core.observatory.reader_files import shared_file

TOTALS_2010 = {
    "09": 4813, "12": 7295, "31": 79929, "32": 5436, "46": 4768, "65": 9045, "81": 13738,
    "82": 10559,
}  # fmt: skip
TOTALS_2011 = {
    "09": 5029, "12": 7267, "31": 83873, "32": 5561, "46": 4840, "65": 9467, "81": 13381,
    "82": 10760,
}  # fmt: skip
FRANCE = {2009: 3_670_168, 2010: 3_611_238, 2011: 3_600_665}
FRANCE_JANUARY_TO_MAY_2011 = 1_518_431
TOULOUSE, COLOMIERS = "31555", "31149"


@pytest.fixture(scope="module")
def communes() -> pd.DataFrame:
    return reference.communes()


@pytest.fixture(scope="module")
def figures(communes: pd.DataFrame) -> simulation.SimulatedFigures:
    return simulation.simulate(communes, simulation.calibration())


@pytest.fixture(scope="module")
def facts(figures: simulation.SimulatedFigures) -> pd.DataFrame:
    table = figures.facts.astype({"territory": "str", "service": "str"})
    return table.assign(departement=table["territory"].str[:2], year=table["period"] // 100)


@pytest.fixture(scope="module")
def yearly(communes: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    counts = facts[facts["year"] == 2010].groupby("territory")["count"].sum()
    table = communes.set_index("code")
    return table.assign(count=counts.reindex(table.index).fillna(0))


def by_departement(facts: pd.DataFrame, year: int) -> dict[str, int]:
    counts = facts[facts["year"] == year].groupby("departement")["count"].sum()
    return {str(code): int(total) for code, total in counts.items()}


def few_communes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": ["09122", "09001", "09003"],
            "departement_code": "09",
            "epci_code": "200067791",
            "population": [9500, 70, 430],
            "density": [488.0, 8.8, 66.6],
        }
    )


def test_totals_of_2010_are_the_published_ones(facts: pd.DataFrame) -> None:
    assert by_departement(facts, 2010) == TOTALS_2010


def test_totals_of_2009_follow_france_from_2010(facts: pd.DataFrame) -> None:
    share = FRANCE[2009] / FRANCE[2010]
    expected = {code: round(total * share) for code, total in TOTALS_2010.items()}
    assert by_departement(facts, 2009) == expected


def test_totals_of_2011_are_the_share_of_january_to_may(facts: pd.DataFrame) -> None:
    share = FRANCE_JANUARY_TO_MAY_2011 / FRANCE[2011]
    expected = {code: round(total * share) for code, total in TOTALS_2011.items()}
    assert by_departement(facts, 2011) == expected


def test_the_same_seed_gives_the_same_figures_whatever_the_order(
    communes: pd.DataFrame, figures: simulation.SimulatedFigures
) -> None:
    again = simulation.simulate(communes.iloc[::-1], simulation.calibration())
    pd.testing.assert_frame_equal(again.facts, figures.facts)
    pd.testing.assert_frame_equal(again.gaps, figures.gaps)


def test_another_seed_gives_other_figures_of_the_same_totals(
    communes: pd.DataFrame, figures: simulation.SimulatedFigures
) -> None:
    other = simulation.simulate(communes, simulation.calibration(), seed=7).facts
    assert other["count"].sum() == figures.facts["count"].sum()
    assert not other.equals(figures.facts)


def test_the_figures_of_three_communes_are_the_same_on_every_machine() -> None:
    facts = simulation.simulate(few_communes(), simulation.calibration()).facts
    counts = facts.groupby("territory", observed=False)["count"].sum()
    assert counts.to_dict() == {"09001": 402, "09003": 7957, "09122": 3467}


def test_a_fact_is_one_row_of_the_announced_types(figures: simulation.SimulatedFigures) -> None:
    facts = figures.facts
    assert facts.columns.tolist() == ["territory", "index", "period", "service", "count"]
    types = [str(facts[name].dtype) for name in ("index", "period", "count")]
    assert types == ["int16", "int32", "int32"]
    assert isinstance(facts["service"].dtype, pd.CategoricalDtype)
    assert facts["count"].min() == 1
    assert not facts.duplicated(["territory", "index", "period", "service"]).any()
    assert not facts.isna().any(axis=None)


def test_only_used_indexes_carry_facts(facts: pd.DataFrame) -> None:
    used = {int(code) for code in nomenclature.used_codes()}
    assert set(facts["index"]) <= used
    assert len(set(facts["index"])) > 90


def test_every_month_is_present_in_every_departement(facts: pd.DataFrame) -> None:
    months = set(months_between(200901, 201105))
    assert len(months) == 29
    present = facts.groupby("departement")["period"].agg(set)
    assert all(periods == months for periods in present)


def test_a_commune_has_one_service_and_police_keeps_its_zone(facts: pd.DataFrame) -> None:
    police = simulation.calibration().police_communes
    assert ((facts["service"] == "police") == facts["territory"].isin(police)).all()


def test_police_has_its_share_of_each_departement(facts: pd.DataFrame) -> None:
    counts = facts[facts["year"] == 2010].pivot_table(
        index="departement", columns="service", values="count", aggfunc="sum"
    )
    shares = simulation.calibration().shares
    assert (counts["police"] - shares * counts.sum(axis=1)).abs().max() <= 0.5


def test_police_communes_and_resorts_are_communes_of_the_reference(communes: pd.DataFrame) -> None:
    names = communes.set_index("code")["name"]
    for table in ("police_communes.csv", "resorts.csv", "events.csv"):
        named = pd.read_csv(simulation.DEMO / table, dtype={"code": "str"})
        assert names[named["code"]].tolist() == named["name"].tolist()


def test_toulouse_has_the_most_facts_and_most_of_its_departement(yearly: pd.DataFrame) -> None:
    assert yearly["count"].idxmax() == TOULOUSE
    share = yearly["count"].to_dict()[TOULOUSE] / TOTALS_2010["31"]
    assert 0.45 < share < 0.65


def test_rates_rise_with_the_size_of_the_commune(yearly: pd.DataFrame) -> None:
    sizes = pd.cut(yearly["population"], [0, 250, 1000, 5000, 30_000, 1e6], labels=False)
    sums = yearly.groupby(sizes)[["count", "population"]].sum()
    rates = 1000 * sums["count"] / sums["population"]
    assert rates.is_monotonic_increasing
    assert rates.iloc[-1] > 2.5 * rates.iloc[0]


def test_some_small_communes_have_no_fact_in_a_year_and_no_town(yearly: pd.DataFrame) -> None:
    is_empty = yearly["count"] == 0
    assert 0.03 < is_empty.mean() < 0.2
    assert not is_empty[yearly["population"] > 2000].any()


def test_levels_of_villages_vary_more_than_chance_alone(yearly: pd.DataFrame) -> None:
    villages = yearly[
        yearly["population"].between(300, 2000) & (yearly["departement_code"] == "32")
    ]
    expected = villages["population"] * villages["count"].sum() / villages["population"].sum()
    dispersion = ((villages["count"] - expected) ** 2 / expected).sum() / (len(villages) - 1)
    assert dispersion > 1.5


def test_levels_of_communes_last_from_year_to_year(facts: pd.DataFrame) -> None:
    counts = facts[facts["departement"] == "81"].pivot_table(
        index="territory", columns="year", values="count", aggfunc="sum", fill_value=0
    )
    assert counts[2009].corr(counts[2010], method="spearman") > 0.8


def test_months_follow_the_seasons_of_the_calibration(facts: pd.DataFrame) -> None:
    calibration = simulation.calibration()
    counts = facts.pivot_table(index="index", columns="period", values="count", aggfunc="sum")
    common = counts.sum(axis=1).nlargest(12).index
    for index in common:
        simulated = counts.loc[index].to_numpy(dtype=float)
        national = calibration.months.loc[index].to_numpy()
        assert np.corrcoef(simulated, national)[0, 1] > 0.4, index


def test_the_whole_region_follows_the_national_series(facts: pd.DataFrame) -> None:
    calibration = simulation.calibration()
    national = (calibration.months.mul(calibration.mix.sum(axis=1), axis=0)).sum()
    simulated = facts.groupby("period")["count"].sum()
    assert np.corrcoef(simulated, national.loc[simulated.index])[0, 1] > 0.85


def test_the_mix_of_a_service_is_that_of_its_calibration(facts: pd.DataFrame) -> None:
    counts = facts.pivot_table(
        index="index", columns="service", values="count", aggfunc="sum", fill_value=0
    )
    mix = simulation.calibration().mix
    for service in simulation.SERVICES:
        simulated = counts[service].reindex(mix.index).fillna(0)
        assert simulated.corr(mix[service].astype(float)) > 0.97


def test_a_resort_has_more_facts_in_its_season(facts: pd.DataFrame) -> None:
    winter = facts["period"].mod(100).isin([1, 2, 3, 12])
    is_2010 = facts["year"] == 2010
    resorts = simulation.calibration().resorts
    skiing = facts["territory"].isin(resorts.index[resorts["season"] == "winter"])
    share = facts[skiing & is_2010 & winter]["count"].sum() / facts[skiing & is_2010]["count"].sum()
    usual = facts[is_2010 & winter]["count"].sum() / facts[is_2010]["count"].sum()
    assert share > 1.15 * usual


def test_the_event_stands_out_of_its_series(facts: pd.DataFrame) -> None:
    fires = facts[(facts["territory"] == COLOMIERS) & (facts["index"] == 63)]
    is_event = (fires["period"] == 201103).to_numpy()
    others = np.zeros(28)
    others[: (~is_event).sum()] = fires["count"].to_numpy()[~is_event]
    spike = fires["count"].to_numpy()[is_event].sum()
    assert spike > 2 * others.max()
    assert spike > others.mean() + 5 * others.std()


def test_a_month_not_sent_has_no_fact(
    figures: simulation.SimulatedFigures, facts: pd.DataFrame
) -> None:
    pairs = facts.merge(figures.gaps[["territory", "period"]], on=["territory", "period"])
    assert pairs.empty


def test_gaps_are_few_and_spare_the_last_two_years(
    communes: pd.DataFrame, figures: simulation.SimulatedFigures
) -> None:
    gaps = figures.gaps
    assert gaps.columns.tolist() == ["territory", "period", "service", "reason"]
    assert 0.002 < len(gaps) / (29 * len(communes)) < 0.004
    assert not gaps.duplicated(["territory", "period"]).any()
    assert set(gaps["service"]) == {"gendarmerie"}
    assert not set(gaps["territory"]) & simulation.calibration().police_communes
    assert gaps["period"].max() < 200906


def test_a_departement_without_police_commune_gives_all_to_the_gendarmerie() -> None:
    rural = few_communes().query("code != '09122'")
    facts = simulation.simulate(rural, simulation.calibration()).facts
    assert set(facts["service"]) == {"gendarmerie"}
    assert facts.loc[facts["period"] // 100 == 2010, "count"].sum() == TOTALS_2010["09"]


def test_national_months_are_those_of_the_official_series() -> None:
    path = shared_file("etat4001_mensuel_france_107index", "indicateur_nombre_incivilite.csv")
    table = pd.read_csv(path, sep=";")
    periods = table.iloc[:, 0].str.strip("_").str.replace("_", "").astype(int)
    values = table.iloc[:, 1:].set_axis(range(1, 108), axis=1).set_index(periods.to_numpy()).T
    ours = pd.read_csv(simulation.DEMO / "national_months.csv", index_col="index")
    months = months_between(200901, 201105)
    assert (
        ours[[str(month) for month in months]].to_numpy() == values.loc[ours.index, months]
    ).all(axis=None)
    year = values.loc[ours.index, months_between(201201, 201212)].sum(axis=1)
    assert ours["reference_2012"].tolist() == year.tolist()
    unused = values.drop(ours.index)
    assert unused[months].to_numpy().sum() == 0


def test_shares_and_mixes_are_those_of_the_units_of_2012() -> None:
    path = shared_file("etat4001_annuel_csp_cgd", "csp_cgd_2012_2020_8_departements_long.csv")
    units = pd.read_csv(path, dtype={"departement": "str"}).query("annee == 2012")
    units = units[(units["service"] == "GN") | (units["perimetre"] == "DCSP")]
    for name, column in (("index_mix.csv", "index"), ("service_shares.csv", "departement")):
        ours = pd.read_csv(simulation.DEMO / name, dtype={"departement_code": "str"})
        ours = ours.set_index(ours.columns[0])
        theirs = units.pivot_table(index=column, columns="service", values="faits", aggfunc="sum")
        theirs = theirs.loc[ours.index].fillna(0)
        assert (ours["police"] == theirs["PN"]).all()
        assert (ours["gendarmerie"] == theirs["GN"]).all()
    towns = pd.read_csv(simulation.DEMO / "police_communes.csv")
    assert set(towns["unit"]) == set(units.loc[units["service"] == "PN", "unite"])


weights = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=40)


@given(total=st.integers(0, 3000), cells=weights, seed=st.integers(0, 2**32 - 1))
def test_an_allocation_keeps_its_sum_and_spares_cells_without_weight(
    total: int, cells: list[float], seed: int
) -> None:
    shares = np.array([*cells, 1.0, 0.0])
    counts = simulation.allocate(total, shares, np.random.default_rng(seed))
    assert counts.sum() == total
    assert counts.min() >= 0
    assert counts[shares == 0].sum() == 0
    assert counts.shape == shares.shape


def test_an_allocation_follows_the_weights() -> None:
    counts = simulation.allocate(
        100_000, np.array([[1.0, 2.0], [3.0, 4.0]]), np.random.default_rng(1)
    )
    assert np.abs(counts / 100_000 - [[0.1, 0.2], [0.3, 0.4]]).max() < 0.005


def test_facts_that_no_cell_may_receive_are_an_error() -> None:
    with pytest.raises(ValueError, match="No cell"):
        simulation.allocate(3, np.zeros(4), np.random.default_rng(1))
    assert simulation.allocate(0, np.zeros(4), np.random.default_rng(1)).tolist() == [0, 0, 0, 0]
