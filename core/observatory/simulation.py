"""Simulated monthly figures by commune, for the demonstration. No figure here is a real one.

Totals by département and year are given. Each fact then falls by chance in one cell (commune,
index, month): the odds follow the tables of ``data/demo`` and a lasting level of each commune.
``data/demo/README.md`` tells the method, what each table holds and where it comes from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

DEMO = Path(__file__).parents[2] / "data" / "demo"
SERVICES = ("police", "gendarmerie")
GAP_REASON = "Relevé mensuel non transmis par l’unité de gendarmerie."
# Early 2009 only: the last two years stay whole, so that they can be compared.
GAP_SPELLS = ((200901,), (200902, 200903), (200904,), (200905,))
GAP_COMMUNES = (30, 60)

POPULATION_POWER = 1.08
DENSITY_POWER = 0.06
MIX_SHAPE = 5.0
URBAN_POWER = 0.3
YEARLY_DRIFT = 0.08
SECONDARY_HOMES, SECONDARY_HOMES_FACTOR = 28, 4.0
SEASON_MONTHS = {"winter": (1, 2, 3, 12), "summer": (7, 8)}
SEASON_FACTOR = 1.7

Weights = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Calibration:
    """What the simulation starts from, one table a file of ``data/demo``.

    ``months``: France by index (rows) and month YYYYMM (columns), for one fact of 2012.
    ``mix``: facts by index (rows) and service (columns). ``shares``: part of the police by
    département. ``totals``: departement_code, year, total. ``resorts``: factor and season by
    commune. ``events``: code, index, period, factor.
    """

    months: pd.DataFrame
    mix: pd.DataFrame
    shares: pd.Series
    totals: pd.DataFrame
    police_communes: frozenset[str]
    resorts: pd.DataFrame
    events: pd.DataFrame

    @property
    def periods(self) -> Whole:
        return self.months.columns.to_numpy(dtype=np.int64)

    @property
    def indices(self) -> Whole:
        return self.months.index.to_numpy(dtype=np.int64)


@dataclass(frozen=True)
class SimulatedFigures:
    """``facts``: territory, index, period, service, count (zeros are left out).

    ``gaps``: territory, period, service, reason: months not sent, which are missing, not zero.
    """

    facts: pd.DataFrame
    gaps: pd.DataFrame


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """Read the calibration tables that ship with the application."""
    months = pd.read_csv(DEMO / "national_months.csv", index_col="index")
    reference = months.pop("reference_2012")
    months.columns = months.columns.astype(int)
    shares = _read("service_shares.csv").set_index("departement_code")
    return Calibration(
        months=months.div(reference.clip(lower=1), axis=0),
        mix=pd.read_csv(DEMO / "index_mix.csv", index_col="index"),
        shares=shares["police"] / shares.sum(axis=1),
        totals=_read("annual_totals.csv"),
        police_communes=frozenset(_read("police_communes.csv")["code"]),
        resorts=_read("resorts.csv").set_index("code"),
        events=_read("events.csv")[["code", "index", "period", "factor"]],
    )


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(DEMO / name, dtype={"code": "str", "departement_code": "str"})


def allocate(total: int, weights: Weights, random: np.random.Generator) -> Whole:
    """Share ``total`` facts out among cells by chance, each by its weight (multinomial law).

    The sum is exactly ``total``, and a cell without weight receives nothing.
    """
    if total == 0:
        return np.zeros(weights.shape, dtype=np.int64)
    bounds = np.cumsum(weights, dtype=np.float64)
    if bounds.size == 0 or not bounds[-1] > 0:
        raise ValueError("No cell may receive these facts.")
    cells = np.searchsorted(bounds, random.random(total) * bounds[-1], side="right")
    return np.bincount(cells, minlength=weights.size).reshape(weights.shape).astype(np.int64)


@dataclass(frozen=True)
class _Model:
    """How likely a fact is in a commune: by index over all months, by month over all indexes."""

    calibration: Calibration
    places: pd.DataFrame
    by_index: Weights
    by_month: Weights


def simulate(
    communes: pd.DataFrame, calibration: Calibration, *, seed: int = 2011
) -> SimulatedFigures:
    """Simulate the months of the calibration for communes of the eight départements.

    ``communes``: code, departement_code, epci_code, population, density; their order is no matter.
    """
    random = np.random.default_rng(seed)
    is_police = communes["code"].isin(calibration.police_communes)
    places = communes.assign(service=np.where(is_police, *SERVICES)).sort_values(
        "code", ignore_index=True
    )
    gaps = _gaps(places, random)
    model = _model(places, gaps, calibration, random)
    parts = [_facts(model, year, rows, total, random) for year, rows, total in _shares(model)]
    facts = pd.concat(parts).sort_values(["place", "period", "index"], ignore_index=True)
    rows = facts["place"].to_numpy()
    facts = facts.assign(
        territory=pd.Categorical(places["code"])[rows],
        service=pd.Categorical(places["service"], categories=SERVICES)[rows],
    )
    return SimulatedFigures(facts[["territory", "index", "period", "service", "count"]], gaps)


def _gaps(places: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Draw the EPCI whose gendarmerie did not send some months, each within one département."""
    served = places[places["service"] == "gendarmerie"]
    blocks = served.groupby(["departement_code", "epci_code"])["code"].agg(list)
    blocks = blocks[blocks.map(len).between(*GAP_COMMUNES)]
    drawn = random.permutation(len(blocks))[: len(GAP_SPELLS)]
    rows = [
        (code, period, "gendarmerie", GAP_REASON)
        for rank, spell in zip(drawn, GAP_SPELLS, strict=False)
        for period in spell
        for code in blocks.iloc[rank]
    ]
    return pd.DataFrame(rows, columns=["territory", "period", "service", "reason"])


def _model(
    places: pd.DataFrame, gaps: pd.DataFrame, calibration: Calibration, random: np.random.Generator
) -> _Model:
    population = places["population"].to_numpy(dtype=float)
    resorts = calibration.resorts.reindex(places["code"])
    # Chance keeps a small commune further from the common level than a town.
    shapes = 6 + population / 1000
    levels = population**POPULATION_POWER * _density(places) ** DENSITY_POWER
    levels *= random.gamma(shapes) / shapes * resorts["factor"].fillna(1.0).to_numpy()
    mixes = _mixes(places, levels, calibration, random)
    years = calibration.periods // 100 - calibration.periods[0] // 100
    drifts = random.normal(1.0, YEARLY_DRIFT, (len(places), years.max() + 1)).clip(0.7, 1.3)
    months = _seasons(places, gaps, resorts, calibration) * drifts[:, years]
    return _Model(calibration, places, levels[:, None] * mixes, months)


def _density(places: pd.DataFrame) -> Weights:
    return places["density"].to_numpy(dtype=float).clip(5, 4000)


def _mixes(
    places: pd.DataFrame, levels: Weights, calibration: Calibration, random: np.random.Generator
) -> Weights:
    """Return the weight of each index in each commune; as a whole a service keeps its own mix."""
    shares = calibration.mix / calibration.mix.sum()
    police, gendarmerie = (shares[service].to_numpy() for service in SERVICES)
    is_urban = np.log((police + 1e-5) / (gendarmerie + 1e-5)).clip(-2, 2)
    tilts = random.gamma(MIX_SHAPE, 1 / MIX_SHAPE, (len(places), len(shares)))
    tilts *= (_density(places)[:, None] / 100) ** (URBAN_POWER * is_urban)
    is_resort = places["code"].isin(calibration.resorts.index).to_numpy()
    tilts[np.ix_(is_resort, calibration.indices == SECONDARY_HOMES)] *= SECONDARY_HOMES_FACTOR
    for service in SERVICES:
        rows = (places["service"] == service).to_numpy()
        if rows.any():
            mean = (levels[rows, None] * tilts[rows]).sum(axis=0) / levels[rows].sum()
            tilts[rows] *= shares[service].to_numpy() / mean
    return tilts


def _seasons(
    places: pd.DataFrame, gaps: pd.DataFrame, resorts: pd.DataFrame, calibration: Calibration
) -> Weights:
    """Return the weight of each month in each commune: nothing where it was not sent."""
    periods = calibration.periods
    weights = np.ones((len(places), len(periods)))
    for season, months in SEASON_MONTHS.items():
        is_resort = (resorts["season"] == season).to_numpy()
        weights[np.ix_(is_resort, np.isin(periods % 100, months))] = SEASON_FACTOR
    rows = pd.Index(places["code"]).get_indexer(gaps["territory"])
    weights[rows, np.searchsorted(periods, gaps["period"].to_numpy(dtype=int))] = 0
    return weights


def _shares(model: _Model) -> Iterator[tuple[int, Whole, int]]:
    """Yield the year, the rows of places and the total of each service of each département."""
    places, calibration = model.places, model.calibration
    wanted = calibration.totals[["departement_code", "year", "total"]]
    for departement, year, total in wanted.itertuples(index=False):
        is_there = places["departement_code"] == departement
        police, gendarmerie = (
            np.flatnonzero(is_there & (places["service"] == service)) for service in SERVICES
        )
        part = round(total * calibration.shares[departement]) if len(gendarmerie) else total
        part = part if len(police) else 0
        yield from ((year, *share) for share in ((police, part), (gendarmerie, total - part)))


def _facts(
    model: _Model, year: int, rows: Whole, total: int, random: np.random.Generator
) -> pd.DataFrame:
    """Allocate one share: place (row of places), index, period, count."""
    calibration, periods = model.calibration, model.calibration.periods
    months = np.flatnonzero(periods // 100 == year)
    periods = periods[months]
    weights = (
        model.by_index[rows][:, :, None]
        * model.by_month[np.ix_(rows, months)][:, None, :]
        * calibration.months.to_numpy()[None, :, months]
    )
    codes = model.places["code"].to_numpy()[rows]
    for code, index, period, factor in calibration.events.itertuples(index=False):
        weights[np.ix_(codes == code, calibration.indices == index, periods == period)] *= factor
    counts = allocate(total if len(rows) else 0, weights, random)
    place, index, month = np.nonzero(counts)
    table = {
        "place": rows[place],
        "index": calibration.indices[index],
        "period": periods[month],
        "count": counts[place, index, month],
    }
    return pd.DataFrame(table).astype({"index": "int16", "period": "int32", "count": "int32"})
