"""The six formats on the demonstration, at each level, true to the screen."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyogrio
import pytest
from PIL import Image

from core import db
from core.access import Role, Viewer
from core.observatory import delivery, views
from core.observatory.enums import Dataset, Level, Service, Status
from core.observatory.exports import SIMULATED, spaced
from core.observatory.scope import MapChoice, Step
from core.observatory.views import MapView
from tests.factories import ANALYST, Figure, apply, edition, indicator, parsed_file

ADDRESS = "https://exemple.fr/observatoire/carte?annee=2011"
FORMATS = ("csv", "xlsx", "geojson", "gpkg", "png", "svg")
COUNTS = {Level.COMMUNE: 586, Level.EPCI: 102, Level.DEPARTEMENT: 8, Level.PERIMETER: 7}


def hide_two_communes() -> None:
    """Import a file that hides two figures of May 2011: one not disclosed, one not supplied."""
    figures = [
        Figure(index, 201105, code, status, Service.GENDARMERIE)
        for index in ("037", "038")
        for code, status in (("31003", Status.MASKED), ("31006", Status.MISSING))
    ]
    parsed = parsed_file(figures, dataset=Dataset.ETAT4001_COMMUNE, key="simulation-2011")
    assert apply(parsed, name="corrections", is_sparse=True).new > 0


def demo_view(level: Level, **parts: Any) -> MapView:
    choice = MapChoice(
        edition=edition("simulation-2011"),
        indicator=indicator("vols_roulotte", "simulation-2011"),
        step=Step.MONTH, end=201105, level=level,
        departement="31" if level is Level.COMMUNE else "",
    )  # fmt: skip
    choice = replace(choice, **parts)
    with db.reading() as session:
        scale = views.scale(session, ANALYST, choice=views.scale_choice(choice))
        return views.map_view(session, ANALYST, choice=choice, scale=scale)


def built(view: MapView, extension: str) -> bytes:
    with db.reading() as session:
        return delivery.built(session, ANALYST, view=view, extension=extension, address=ADDRESS)


def read_csv(content: bytes) -> pd.DataFrame:
    text = content.decode("utf-8-sig").partition("\n\n")[0]
    return pd.read_csv(io.StringIO(text), sep=";", decimal=",", dtype={"Code": "str"})


def codes_in(files: dict[str, bytes], folder: Path) -> dict[str, list[str]]:
    """Return the codes of the territories of each file of figures, in their order."""
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))["Chiffres"]
    path = folder / "export.gpkg"
    path.write_bytes(files["gpkg"])
    features = json.loads(files["geojson"])["features"]
    assert all(feature["geometry"] for feature in features)
    return {
        "csv": read_csv(files["csv"])["Code"].tolist(),
        "xlsx": [str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)],
        "geojson": [feature["properties"]["code"] for feature in features],
        "gpkg": pyogrio.read_dataframe(path, layer=0)["code"].tolist(),
    }


@pytest.mark.usefixtures("demo_sqlite")
def test_every_format_holds_the_rows_on_screen_at_each_level(tmp_path: Path) -> None:
    for level, size in COUNTS.items():
        view = demo_view(level)
        codes = view.shown["code"].tolist()
        assert len(codes) == size
        files = {extension: built(view, extension) for extension in FORMATS}
        folder = tmp_path / level.value
        folder.mkdir()
        assert codes_in(files, folder) == dict.fromkeys(("csv", "xlsx", "geojson", "gpkg"), codes)
        assert Image.open(io.BytesIO(files["png"])).width > 400
        assert files["svg"].lstrip().startswith((b"<?xml", b"<svg"))


@pytest.mark.usefixtures("demo_store")
def test_a_hidden_figure_is_told_apart_and_is_in_no_file() -> None:
    hide_two_communes()
    view = demo_view(Level.COMMUNE)
    table = read_csv(built(view, "csv")).set_index("Code").loc[["31003", "31006"]]
    assert table["Statut"].tolist() == ["non diffusé", "non fourni"]
    values = ["Nombre", "Nombre (au moins)", "Taux pour 1 000"]
    assert table[values].isna().to_numpy().all()
    features = json.loads(built(view, "geojson"))["features"]
    hidden = {one["properties"]["code"]: one["properties"] for one in features}
    for code in ("31003", "31006"):
        kept = [hidden[code][key] for key in ("nombre", "nombre_au_moins", "taux_pour_1000")]
        assert kept == [None, None, None]
    partial = read_csv(built(demo_view(Level.DEPARTEMENT), "csv")).set_index("Code").loc["31"]
    assert partial["Statut"] == "partiel (au moins)"
    assert partial[["Nombre", "Taux pour 1 000"]].isna().all()
    assert partial["Nombre (au moins)"] > 0


@pytest.mark.usefixtures("demo_sqlite")
def test_every_file_says_that_the_figures_are_simulated_and_where_they_come_from() -> None:
    view = demo_view(Level.DEPARTEMENT)
    notes = json.loads(built(view, "geojson"))["notes"]
    assert notes[0] == spaced(SIMULATED)
    assert any(ADDRESS in note for note in notes)
    assert any("(simulé)" in note and "janvier 2009 à mai 2011" in note for note in notes)
    assert spaced(SIMULATED) in built(view, "csv").decode("utf-8-sig")


@pytest.mark.usefixtures("demo_sqlite")
def test_the_name_of_a_file_says_what_it_holds_in_ascii() -> None:
    stem = delivery.file_stem(demo_view(Level.DEPARTEMENT).choice)
    assert stem == "vols-a-la-roulotte-et-d-accessoires-departement-mai-2011"
    for card_code in ("aab", "avip", "total_indicatif", "007"):
        choice = replace(
            demo_view(Level.DEPARTEMENT).choice, indicator=indicator(card_code, "simulation-2011")
        )
        name = delivery.file_stem(choice)
        assert name.isascii()
        assert 0 < len(name) <= 90
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.usefixtures("demo_sqlite")
def test_a_limited_viewer_takes_away_only_what_the_viewer_sees() -> None:
    limited = Viewer(role=Role.ELU, territories=frozenset({"departement:09"}))
    choice = demo_view(Level.COMMUNE, departement="").choice
    with db.reading() as session:
        scale = views.scale(session, limited, choice=views.scale_choice(choice))
        view = views.map_view(session, limited, choice=choice, scale=scale)
        content = delivery.built(session, limited, view=view, extension="csv", address=ADDRESS)
    assert set(read_csv(content)["Code"].str[:2]) == {"09"}
