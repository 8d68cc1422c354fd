"""The exports of what a map shows, built at the click and true to the screen."""

from collections.abc import Callable

import streamlit as st

from core.access import Viewer
from core.observatory import delivery
from core.observatory.views import MapView
from pages.ui.read import read

FORMATS = (
    ("CSV (tableur)", "csv", "text/csv"),
    ("XLSX (Excel)", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("GeoJSON", "geojson", "application/geo+json"),
    ("GeoPackage (SIG)", "gpkg", "application/geopackage+sqlite3"),
    ("Image PNG (rapport)", "png", "image/png"),
    ("Image SVG (rapport)", "svg", "image/svg+xml"),
)


def offer(person: Viewer, view: MapView, *, address: str) -> None:
    """Offer the rows and the picture of the map, with source and masks, in six formats."""
    popover = st.popover("Exporter", icon=":material/download:", key="exporter", on_change="rerun")
    if not popover.open:
        return
    stem = delivery.file_stem(view.choice)
    with popover:
        st.caption("Ce qui est à l’écran, avec sa source et ses masques.")
        for label, extension, mime in FORMATS:
            st.download_button(
                label, _builder(person, view, extension, address), mime=mime,
                file_name=f"{stem}.{extension}", on_click="ignore", key=f"export_{extension}",
            )  # fmt: skip


def _builder(person: Viewer, view: MapView, extension: str, address: str) -> Callable[[], bytes]:
    return lambda: read(
        delivery.built, viewer=person, view=view, extension=extension, address=address
    )
