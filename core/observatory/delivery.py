"""What leaves the map: the rows shown, in a file, with the words that go with them."""

import re
from datetime import date

import geopandas as gpd
from sqlmodel import Session

from core import fr
from core.access import Right, Viewer, require
from core.observatory import exports, outlines, pictures
from core.observatory.choropleth import Measure
from core.observatory.enums import Denominator, Level, Service
from core.observatory.exports import ExportContext
from core.observatory.scope import MapChoice
from core.observatory.views import MapView
from core.territories import reference

DOMAINS = ("observatory", "territories")
OUTLINED = {Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION}


def file_stem(choice: MapChoice) -> str:
    """Name a file after what it holds, in ASCII: ``cambriolages-de-logements-commune-2010``."""
    words = f"{choice.indicator.label} {choice.level.label} {choice.period}"
    return re.sub(r"[^a-z0-9]+", "-", fr.fold(words)).strip("-")[:90]


def context_of(view: MapView, *, address: str) -> ExportContext:
    """Say in words what an export holds: the same as on the screen."""
    choice = view.choice
    vintages = view.figures["vintage"].dropna()
    is_dwellings = choice.indicator.denominator is Denominator.DWELLINGS
    kind = "logements" if is_dwellings else "population municipale"
    census = f" {int(vintages.max())}" if len(vintages) else ""
    service = "" if choice.service is Service.ALL else f", {choice.service.label}"
    return ExportContext(
        title=choice.indicator.label,
        subtitle=f"{choice.level.label}, {choice.period}{service}",
        unit=choice.unit,
        rate_unit=choice.rate_unit,
        denominator=f"{kind}{census}",
        source=choice.edition.title,
        is_simulated=choice.edition.is_simulated,
        file_stem=file_stem(choice),
        address=address,
    )


def shapes_of(session: Session, viewer: Viewer, *, level: Level, on: date) -> gpd.GeoDataFrame:
    """Return the contours of a level: code, name, geometry (EPSG:4326); none for services."""
    if level in OUTLINED:
        return reference.contours(level)
    found = outlines.perimeter_shapes(session, viewer, on=on) if level is Level.PERIMETER else []
    return gpd.GeoDataFrame(
        {"code": [row[0] for row in found], "name": [row[1] for row in found]},
        geometry=[row[2] for row in found],
        crs="EPSG:4326",
    )


def built(
    session: Session, viewer: Viewer, *, view: MapView, extension: str, address: str
) -> bytes:
    """Return the file of a format: csv, xlsx, geojson, gpkg, png or svg."""
    require(viewer, Right.EXPLORE)
    context = context_of(view, address=address)
    if extension == "csv":
        return exports.csv(view.shown, context)
    if extension == "xlsx":
        return exports.xlsx(view.shown, context)
    shapes = shapes_of(session, viewer, level=view.choice.level, on=view.choice.selection.last_day)
    if extension == "geojson":
        return exports.geojson(view.shown, context, shapes)
    if extension == "gpkg":
        return exports.geopackage(view.shown, context, shapes)
    return pictures.picture(
        view.shown, context, shapes[shapes["code"].isin(view.shown["code"])],
        view.classification, Measure(view.choice.measure),
        reference.contours(Level.DEPARTEMENT), fmt="png" if extension == "png" else "svg",
    )  # fmt: skip
