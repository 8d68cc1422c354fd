"""Simulated communal files in the official layout, to test and to time the reader.

Nothing in them is true but the shape: about half of the figures are masked, a third are published
zeros, the rest are positive counts.
"""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.observatory.readers.indicators import indicator

LABELS = (
    "Cambriolages de logement",
    "Destructions et dégradations volontaires",
    "Escroqueries et fraudes aux moyens de paiement",
    "Trafic de stupéfiants",
    "Usage de stupéfiants",
    "Usage de stupéfiants (AFD)",
    "Violences physiques hors cadre familial",
    "Violences physiques intrafamiliales",
    "Violences sexuelles",
    "Vols avec armes",
    "Vols d'accessoires sur véhicules",
    "Vols dans les véhicules",
    "Vols de véhicule",
    "Vols sans violence contre des personnes",
    "Vols violents sans arme",
)
_FACTS_PER_1000 = (3.2, 8.1, 6.0, 0.7, 3.6, 2.1, 3.1, 3.4, 1.7, 0.2, 1.4, 3.7, 2.1, 9.5, 0.8)
_LARGEST_MASKED = 5
_MASKED_ZEROS = 0.1


def write_communal(
    path: Path, communes: Sequence[str], years: Sequence[int], seed: int, geography: int = 2025
) -> None:
    """Write a communal base: every indicator, each year, for each commune.

    The suffix of ``path`` chooses among ``.csv``, ``.csv.gz`` and ``.parquet``.
    """
    random = np.random.default_rng(seed)
    population = np.clip(random.lognormal(6.2, 1.3, len(communes)), 12, 2e6).astype(np.int64)
    parts = (_year(communes, year, population, random, geography) for year in years)
    if path.suffix == ".parquet":
        table = pa.Table.from_pandas(pd.concat(parts, ignore_index=True), preserve_index=False)
        pq.write_table(table, path)
        return
    with cast(
        IO[bytes], gzip.open(path, "wb", 1) if path.suffix == ".gz" else path.open("wb")
    ) as file:
        for rank, part in enumerate(parts):
            if rank == 0:
                file.write((";".join(f'"{name}"' for name in part.columns) + "\n").encode())
            file.write(_text(part))


def _year(
    communes: Sequence[str],
    year: int,
    population: npt.NDArray[np.int64],
    random: np.random.Generator,
    geography: int,
) -> pd.DataFrame:
    width, size = len(LABELS), len(communes) * len(LABELS)
    inhabitants = np.repeat(population, width)
    dwellings = inhabitants * 11 // 20 + 1
    count = random.poisson(inhabitants / 1000 * np.tile(_FACTS_PER_1000, len(communes)))
    small = (count > 0) & (count <= _LARGEST_MASKED)
    masked = small | ((count == 0) & (random.random(size) < _MASKED_ZEROS))
    base = np.where(np.tile(np.arange(width) == 0, len(communes)), dwellings, inhabitants)
    mean = np.where(masked, 1.0 + count[masked].mean() if masked.any() else 0.0, np.nan)
    units = [draft.unit.label.capitalize() for label in LABELS if (draft := indicator(label))]
    return pd.DataFrame(
        {
            f"CODGEO_{geography}": np.repeat(np.array(communes, dtype=object), width),
            "annee": np.int32(year),
            "indicateur": np.tile(np.array(LABELS, dtype=object), len(communes)),
            "unite_de_compte": np.tile(np.array(units, dtype=object), len(communes)),
            "nombre": np.where(masked, np.nan, count),
            "taux_pour_mille": np.where(masked, np.nan, np.round(1000 * count / base, 7)),
            "est_diffuse": np.where(masked, "ndiff", "diff"),
            "insee_pop": inhabitants,
            "insee_pop_millesime": np.int32(min(year, geography - 3)),
            "insee_log": dwellings,
            "insee_log_millesime": np.int32(min(year, geography - 4)),
            "complement_info_nombre": mean,
            "complement_info_taux": np.where(masked, mean / 2, np.nan),
        }
    )


def _text(part: pd.DataFrame) -> bytes:
    """Write rows as the producer does: quoted fields, decimal comma, NA bare."""
    cells = [_cells(pa.array(part[name], from_pandas=True)) for name in part.columns]
    rows = pc.binary_join_element_wise(*cells, ";")
    return b"".join([row + b"\n" for row in rows.cast(pa.binary()).to_pylist()])


def _cells(column: pa.Array) -> pa.Array:
    if pa.types.is_floating(column.type):
        whole = pc.all(pc.equal(pc.floor(column), column)).as_py() is not False
        column = column.cast(pa.int64()) if whole else column
    text = pc.replace_substring(column.cast(pa.string()), ".", ",")
    quoted = pc.binary_join_element_wise('"', text, '"', "")
    return pc.fill_null(quoted, "NA")
