import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from PIL import Image
from shapely.geometry import Polygon, box, shape

from core.fr import NBSP
from core.observatory import classes, exports, pictures
from core.observatory.choropleth import Measure
from core.observatory.classes import Classification, Scheme
from core.observatory.enums import Status
from core.observatory.exports import ExportContext

CONTEXT = ExportContext(
    title="Cambriolages",
    subtitle="2011",
    unit="faits constatés",
    rate_unit="pour 1 000 habitants",
    denominator="population municipale 2008",
    source="État 4001",
    is_simulated=False,
    file_stem="cambriolages_2011",
    address="https://exemple.fr/carte?annee=2011",
)
SIMULATED = replace(CONTEXT, is_simulated=True)
CODES = ["09001", "09002", "09003", "31555", "81004", "82121"]


def six_communes() -> pd.DataFrame:
    """Known, zero, masked, missing, partial; the last known one has no contour."""
    count = pd.Series([12, 0, None, None, 7, 30], dtype="Int64")
    status = np.array([0, 0, 1, 2, 3, 0], dtype="int8")
    denominator = [1000.0, 500.0, 80.0, np.nan, 2000.0, 10000.0]
    rate = (1000 * count.astype("float64") / pd.Series(denominator)).where(status == 0)
    return pd.DataFrame(
        {
            "territory_id": range(6), "code": CODES, "name": ["A", "B", "C", "=D", "É", "F"],
            "count": count, "status": status, "denominator": denominator, "vintage": 2008.0,
            "rate": rate,
        }
    )  # fmt: skip


def five_squares() -> gpd.GeoDataFrame:
    """The first has a hole, and is drawn the wrong way round; the last commune has none."""
    squares: list[Any] = [box(1 + step / 10, 43, 1.1 + step / 10, 43.1) for step in range(5)]
    hole = [(1.04, 43.04), (1.06, 43.04), (1.06, 43.06), (1.04, 43.06)]
    shell = [(1.0, 43.0), (1.0, 43.1), (1.1, 43.1), (1.1, 43.0)]
    squares[0] = Polygon(shell, [hole])
    return gpd.GeoDataFrame({"code": CODES[:5], "name": CODES[:5]}, geometry=squares, crs=4326)


def one_border() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"code": ["09"], "name": ["09"]}, geometry=[box(1, 43, 1.5, 43.1)], crs=4326
    )


def drawn(
    fmt: Literal["png", "svg"],
    *,
    figures: pd.DataFrame | None = None,
    measure: Measure = Measure.RATE,
    context: ExportContext = CONTEXT,
) -> bytes:
    table = six_communes() if figures is None else figures
    classification = classes.classify(table["rate"].to_numpy(), Scheme.QUANTILES)
    return pictures.picture(
        table, context, five_squares(), classification, measure, one_border(), fmt=fmt
    )


def test_a_csv_of_figures_says_each_status_and_invents_no_zero() -> None:
    lines = exports.csv(six_communes(), CONTEXT).decode("utf-8-sig").split("\n")
    assert lines[:8] == [
        "Code;Territoire;Nombre;Nombre (au moins);Statut;Dénominateur;Millésime;Taux pour 1 000",
        "09001;A;12;;connu;1000;2008;12,0",
        "09002;B;0;;connu;500;2008;0,0",
        "09003;C;;;non diffusé;80;2008;",
        "31555;'=D;;;non fourni;;2008;",
        "81004;É;;7;partiel (au moins);2000;2008;",
        "82121;F;30;;connu;10000;2008;3,0",
        "",
    ]
    assert lines[8:10] == ["# Cambriolages", "# 2011"]


def test_a_count_that_a_status_forbids_does_not_leave() -> None:
    leaky = six_communes().assign(count=pd.Series([99] * 6, dtype="Int64"), rate=9.9)
    table = exports.exported(leaky).set_index("code")
    assert table.loc[["09003", "31555"], ["count", "at_least", "rate"]].isna().to_numpy().all()
    assert table.loc[["81004"], ["count", "rate"]].isna().to_numpy().all()


def test_a_workbook_of_figures_keeps_zeros_of_codes_and_empty_cells() -> None:
    page = openpyxl.load_workbook(io.BytesIO(exports.xlsx(six_communes(), CONTEXT)))["Chiffres"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[2] == ["09002", "B", 0, None, "connu", 500, 2008, 0]
    assert rows[3] == ["09003", "C", None, None, "non diffusé", 80, 2008, None]
    assert [page["A2"].data_type, page["G2"].number_format] == ["s", "0"]


def test_notes_name_source_unit_denominator_and_address() -> None:
    notes = CONTEXT.notes
    assert f"Source{NBSP}: État 4001" in notes
    assert f"Unité de compte{NBSP}: faits constatés" in notes
    assert f"Dénominateur des taux{NBSP}: population municipale 2008" in notes
    assert notes[-1] == f"Adresse de cette vue{NBSP}: https://exemple.fr/carte?annee=2011"


@pytest.mark.parametrize("status", [Status.MASKED, Status.MISSING, Status.PARTIAL])
def test_notes_explain_each_status_by_the_name_the_table_gives_it(status: Status) -> None:
    assert any(f"«{NBSP}{status.label}{NBSP}»" in note for note in CONTEXT.notes)


def test_simulated_data_say_so_first_and_real_data_never() -> None:
    sentence = f"Données simulées{NBSP}: ne pas diffuser comme des chiffres réels."
    assert SIMULATED.notes[0] == sentence
    assert sentence not in CONTEXT.notes


def test_geojson_keeps_every_territory_and_its_notes() -> None:
    content = json.loads(exports.geojson(six_communes(), SIMULATED, five_squares()))
    assert content["notes"] == SIMULATED.notes
    assert [one["geometry"] is None for one in content["features"]] == [False] * 5 + [True]
    assert content["features"][4]["properties"] == {
        "code": "81004", "nom": "É", "nombre": None, "nombre_au_moins": 7,
        "statut": "partiel (au moins)", "denominateur": 2000, "millesime": 2008,
        "taux_pour_1000": None,
    }  # fmt: skip


def test_geojson_turns_outer_rings_anticlockwise_and_has_no_crs() -> None:
    content = json.loads(exports.geojson(six_communes(), CONTEXT, five_squares()))
    first = shape(content["features"][0]["geometry"])
    assert (first.exterior.is_ccw, first.interiors[0].is_ccw) == (True, False)
    assert "crs" not in content


def test_geojson_is_in_degrees_whatever_the_contours_are_in() -> None:
    content = json.loads(exports.geojson(six_communes(), CONTEXT, five_squares().to_crs(2154)))
    assert shape(content["features"][1]["geometry"]).bounds == pytest.approx((1.1, 43, 1.2, 43.1))


def test_geojson_is_read_by_geopandas(tmp_path: Path) -> None:
    path = tmp_path / "carte.geojson"
    path.write_bytes(exports.geojson(six_communes(), CONTEXT, five_squares()))
    table = gpd.read_file(path)
    assert table["code"].tolist() == CODES
    assert table["nombre"].isna().tolist() == [False, False, True, True, True, False]


def test_a_geopackage_keeps_every_territory_and_its_notes(tmp_path: Path) -> None:
    path = tmp_path / "carte.gpkg"
    path.write_bytes(exports.geopackage(six_communes(), CONTEXT, five_squares()))
    table = gpd.read_file(path, layer="cambriolages_2011")
    assert table["code"].tolist() == CODES
    assert table["nombre"].isna().tolist() == [False, False, True, True, True, False]
    assert table.geometry.isna().tolist() == [False] * 5 + [True]
    assert table.crs.to_epsg() == 4326
    assert pyogrio.read_dataframe(path, layer="lisez_moi")["note"].tolist() == CONTEXT.notes


def test_a_geopackage_without_any_contour_is_still_a_layer(tmp_path: Path) -> None:
    path = tmp_path / "carte.gpkg"
    path.write_bytes(exports.geopackage(six_communes(), CONTEXT, five_squares().iloc[:0]))
    assert gpd.read_file(path, layer="cambriolages_2011")["code"].tolist() == CODES


@pytest.mark.parametrize("measure", list(Measure))
def test_a_png_is_an_a4_landscape_that_names_its_source(measure: Measure) -> None:
    image = Image.open(io.BytesIO(drawn("png", measure=measure)))
    assert image.size == (2338, 1654)
    assert (image.info["Title"], image.info["Source"]) == ("Cambriolages", "État 4001")


def test_an_svg_hatches_what_is_masked_and_what_is_partial() -> None:
    assert drawn("svg").count(b"<pattern") == 2


def test_an_svg_without_masked_nor_partial_has_no_hatching() -> None:
    known = six_communes().query("status == 0")
    assert b"<pattern" not in drawn("svg", figures=known)


def test_an_svg_writes_its_source_and_legend_on_the_page() -> None:
    text = drawn("svg").decode()
    assert f"<!-- Source{NBSP}: État 4001. Unité de compte{NBSP}: faits constatés." in text
    for line in ("non diffusé (1)", "non fourni (1)", "zéro (1)", "1 territoire sans contour"):
        assert f"<!-- {line}" in text


def test_a_picture_of_simulated_data_says_so_on_the_map() -> None:
    assert b"<!-- SIMUL" in drawn("svg", context=SIMULATED)
    assert "<!-- DONNÉES SIMULÉES -->" in drawn("svg", context=SIMULATED).decode()
    assert "SIMULÉ" not in drawn("svg").decode()


def test_counts_are_circles_with_their_scale() -> None:
    text = drawn("svg", measure=Measure.COUNT).decode()
    assert "<!-- Nombre de faits constatés -->" in text
    assert "cercle en tirets" in text


def test_a_masked_count_gives_no_circle_even_where_the_table_carries_one() -> None:
    leaky = six_communes().assign(count=pd.Series([12, 0, 999999, 999999, 7, 30], dtype="Int64"))
    assert drawn("svg", figures=leaky, measure=Measure.COUNT) == drawn("svg", measure=Measure.COUNT)


def test_a_dollar_in_a_title_is_not_a_formula() -> None:
    text = drawn("svg", context=replace(CONTEXT, title="Prix en $US et $CA")).decode()
    assert "<!-- Prix en $US et $CA -->" in text
    assert "Oblique" not in text  # the letters of a formula


def test_a_picture_without_any_figure_is_drawn_all_the_same() -> None:
    nothing = six_communes().query("status == 2")
    empty = pictures.picture(
        nothing,
        CONTEXT,
        five_squares(),
        Classification((), 0),
        Measure.RATE,
        one_border(),
        fmt="svg",
    )
    assert "<!-- non fourni (1) -->" in empty.decode()


@pytest.mark.parametrize("fmt", ["png", "svg"])
def test_pictures_drawn_at_the_same_time_are_the_same(fmt: Literal["png", "svg"]) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = set(pool.map(lambda _: drawn(fmt, context=SIMULATED), range(4)))
    assert found == {drawn(fmt, context=SIMULATED)}
