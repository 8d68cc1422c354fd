"""Reference territories, read once for the whole process from ``data/reference``.

Each table is described in ``data/reference/README.md``; ``core.territories.build`` makes them.
"""

from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pandas as pd

from core.observatory.enums import Level

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
DEPARTEMENT_CODES = ("09", "12", "31", "32", "46", "65", "81", "82")
FORMER_REGION_CODE = "73"
POPULATION_VINTAGE = 2017
COG_VINTAGE = 2025
CONTOUR_VINTAGE = 2024
CONTOUR_NAMES = {
    Level.COMMUNE: "communes",
    Level.EPCI: "epci",
    Level.DEPARTEMENT: "departements",
    Level.REGION: "region",
}
_TEXT_COLUMNS = (
    "code", "name", "departement_code", "region_code", "epci_code", "successor_code", "kind",
    "reason", "source",
)  # fmt: skip


@lru_cache(maxsize=8)
def _table(name: str) -> pd.DataFrame:
    # Only an empty cell is missing: a commune might be called « Null » or « Nan ».
    table = pd.read_csv(
        REFERENCE / name,
        dtype=dict.fromkeys(_TEXT_COLUMNS, "str"),
        keep_default_na=False,
        na_values=[""],
    )
    if "population" in table and table["population"].isna().any():
        table["population"] = table["population"].astype("Int64")
    return table


def communes() -> pd.DataFrame:
    """One row a present commune of the eight départements, by code.

    Columns: code, name, departement_code, epci_code, population, surface_km2, density, has_contour.
    """
    return _table("communes.csv").copy()


def france() -> pd.DataFrame:
    """One row a present commune of France: code, name, departement_code, region_code, epci_code,
    population.

    The population of Mayotte's communes, the EPCI of four islands are missing: they are NA.
    """
    return _table("france.csv.gz").copy()


def former_communes() -> pd.DataFrame:
    """One row a former commune of the eight départements: code, name, successor_code, kind.

    kind is COMD (commune déléguée), COMA (commune associée), MERGED (no longer listed).
    """
    return _table("former_communes.csv").copy()


def epci() -> pd.DataFrame:
    """One row an EPCI that has a commune in the eight départements, by code.

    Columns: code, name, kind, communes, communes_total, crosses_border, population, surface_km2,
    density. Population, surface and density are those of its communes in the eight départements.
    """
    return _table("epci.csv").copy()


def departements() -> pd.DataFrame:
    """One row a département of France: code, name, region_code, population, in_region, surface_km2,
    density; the last two are NA outside the eight départements, as is Mayotte's population.
    """
    return _table("departements.csv").copy()


def regions() -> pd.DataFrame:
    """One row a region, with the former Midi-Pyrénées: code, name, population, is_former."""
    return _table("regions.csv").copy()


def contour_path(level: Level) -> Path:
    """Return the GeoJSON file of a level that has contours: commune, EPCI, département, region."""
    return REFERENCE / "contours" / f"{CONTOUR_NAMES[level]}.geojson"


@lru_cache(maxsize=4)
def _contours(level: Level) -> gpd.GeoDataFrame:
    return gpd.read_file(contour_path(level))[["code", "name", "geometry"]]


def contours(level: Level) -> gpd.GeoDataFrame:
    """One row a territory that has a contour, by code: code, name, geometry (EPSG:4326).

    An EPCI's contour holds only its communes of the eight départements.
    """
    return _contours(level).copy()
