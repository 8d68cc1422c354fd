"""What a map shows, as files: a table (CSV, Excel) or territories (GeoJSON, GeoPackage)."""

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from core import exporting, fr
from core.observatory.enums import Status

LABELS = {
    "code": "Code",
    "name": "Territoire",
    "count": "Nombre",
    "at_least": "Nombre (au moins)",
    "status": "Statut",
    "denominator": "Dénominateur",
    "vintage": "Millésime",
    "rate": "Taux pour 1 000",
}
KEYS = {
    "code": "code",
    "name": "nom",
    "count": "nombre",
    "at_least": "nombre_au_moins",
    "status": "statut",
    "denominator": "denominateur",
    "vintage": "millesime",
    "rate": "taux_pour_1000",
}
NOTES_LAYER = "lisez_moi"
SIMULATED = "Données simulées : ne pas diffuser comme des chiffres réels."
RATE_DIGITS = 6
STATUS_NOTES = (
    "Un nombre vide n’est jamais un zéro : la colonne « Statut » dit pourquoi il est vide.",
    "« non diffusé » : le chiffre n’est pas publié (secret statistique) ; ce n’est pas un zéro.",
    "« non fourni » : aucune source n’a donné de chiffre pour ce territoire et cette période.",
    "« partiel (au moins) » : une part du territoire ou de la période n’est pas connue ; "
    "le nombre donné est un minimum, sans taux.",
)


def spaced(text: str) -> str:
    """Put narrow no-break spaces where French wants them.

    >>> spaced("« Nombre » : oui").replace(fr.NBSP, "_")
    '«_Nombre_»_: oui'
    """
    return re.sub(r" (?=[:;!?%»])|(?<=«) ", fr.NBSP, text)


@dataclass(frozen=True)
class ExportContext:
    """What must stay with figures once they have left the application."""

    title: str
    subtitle: str
    unit: str
    rate_unit: str
    denominator: str
    source: str
    is_simulated: bool
    file_stem: str
    address: str

    @property
    def notes(self) -> list[str]:
        """Say what the figures are and how to read them, one French sentence a line."""
        rate = f"Taux {self.rate_unit}." if self.rate_unit else ""
        lines = [
            spaced(SIMULATED) if self.is_simulated else "",
            self.title,
            self.subtitle,
            _said("Source", self.source),
            _said("Unité de compte", self.unit),
            rate,
            _said("Dénominateur des taux", self.denominator),
            *(spaced(note) for note in STATUS_NOTES),
            _said("Adresse de cette vue", self.address),
        ]
        return [line for line in lines if line]


def _said(name: str, value: str) -> str:
    return f"{name}{fr.NBSP}: {value}" if value else ""


def exported(figures: pd.DataFrame) -> pd.DataFrame:
    """One row a territory, in the columns of LABELS.

    ``count`` and ``rate`` are there only where KNOWN, ``at_least`` only where PARTIAL: a file
    never says more than the status allows, whatever ``figures`` carries.
    """
    status = figures["status"]
    counts = figures["count"].astype("Int64")
    return pd.DataFrame(
        {
            "code": figures["code"].astype("str"),
            "name": figures["name"].astype("str"),
            "count": counts.where(status == Status.KNOWN),
            "at_least": counts.where(status == Status.PARTIAL),
            "status": status.map({value: value.label for value in Status}).astype("str"),
            "denominator": _whole(figures["denominator"]),
            "vintage": _whole(figures["vintage"]),
            "rate": figures["rate"].astype("float64").where(status == Status.KNOWN)
            .round(RATE_DIGITS),
        }
    ).reset_index(drop=True)  # fmt: skip


def _whole(column: pd.Series) -> pd.Series:
    """Return the column as integers where it holds nothing else, empty cells apart."""
    numbers = column.astype("float64")
    known = numbers.dropna()
    return numbers.astype("Int64") if bool((known == known.round()).all()) else numbers


def csv(figures: pd.DataFrame, context: ExportContext) -> bytes:
    return exporting.to_csv(exported(figures), LABELS, notes=context.notes)


def xlsx(figures: pd.DataFrame, context: ExportContext) -> bytes:
    return exporting.to_xlsx(
        exported(figures), LABELS, sheet="Chiffres", notes=context.notes, formats={"vintage": "0"}
    )


def _placed(figures: pd.DataFrame, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put each territory on its contour; one without a contour stays, without geometry."""
    contours = shapes.to_crs(4326).drop_duplicates("code").set_index("code").geometry
    table = exported(figures)
    geometry = contours.reindex(table["code"]).to_numpy()
    return gpd.GeoDataFrame(
        table.rename(columns=KEYS), geometry=shapely.orient_polygons(geometry), crs=4326
    )


def geojson(figures: pd.DataFrame, context: ExportContext, shapes: gpd.GeoDataFrame) -> bytes:
    """Return RFC 7946 GeoJSON: a feature a territory, the notes in a member « notes »."""
    placed = _placed(figures, shapes)
    table = pd.DataFrame(placed.drop(columns="geometry")).astype(object)
    properties = table.where(table.notna(), None).to_dict("records")
    content = {
        "type": "FeatureCollection",
        "title": context.title,
        "notes": context.notes,
        "features": [
            {"type": "Feature", "properties": own, "geometry": _mapping(shape)}
            for own, shape in zip(properties, placed.geometry, strict=True)
        ],
    }
    return json.dumps(
        content, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain
    ).encode()


def _mapping(shape: shapely.Geometry | None) -> dict[str, Any] | None:
    if shape is None or shape.is_empty:
        return None
    return dict(shapely.geometry.mapping(shape))


def _plain(value: Any) -> Any:
    """Turn a number of numpy into one that JSON knows."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"not a JSON value: {value!r}")


def geopackage(figures: pd.DataFrame, context: ExportContext, shapes: gpd.GeoDataFrame) -> bytes:
    """Return a GeoPackage: a layer named after the file, and the notes in a table « lisez_moi »."""
    notes = pd.DataFrame({"note": context.notes})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.gpkg"
        pyogrio.write_dataframe(
            _placed(figures, shapes), path, layer=context.file_stem, driver="GPKG",
            geometry_type="MultiPolygon", promote_to_multi=True,
            layer_options={"IDENTIFIER": context.title, "DESCRIPTION": context.subtitle},
        )  # fmt: skip
        pyogrio.write_dataframe(notes, path, layer=NOTES_LAYER, driver="GPKG", append=True)
        return path.read_bytes()
