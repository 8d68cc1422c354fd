"""The committed tables and contours of ``data/reference``."""

import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from core.observatory.enums import Level
from core.territories import reference

SHARED = Path(__file__).parents[4] / "shared" / "data"
COG_2011 = SHARED / "cog_insee_2007_2012" / "comsimp2011.txt"
SSMSI = (
    SHARED
    / "ssmsi_base_departementale"
    / "donnee-dep-data.gouv-2023-geographie2023-produit-le2024-03-07.csv"
)
LEVELS = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION)
METRES = 2154


def needs(path: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not path.exists(), reason=f"../shared/data has no {path.name}")


def population_of(table: pd.DataFrame, code: str) -> int:
    return int(table.set_index("code")["population"][code])


def test_each_departement_has_its_communes_of_2025() -> None:
    counts = reference.communes()["departement_code"].value_counts().sort_index().to_dict()
    assert counts == {
        "09": 325, "12": 285, "31": 586, "32": 458, "46": 312, "65": 469, "81": 314, "82": 195,
    }  # fmt: skip


def test_the_number_of_rows_of_each_table_is_known() -> None:
    tables = {
        "communes": reference.communes(),
        "france": reference.france(),
        "former_communes": reference.former_communes(),
        "epci": reference.epci(),
        "departements": reference.departements(),
        "regions": reference.regions(),
    }
    assert {name: len(table) for name, table in tables.items()} == {
        "communes": 2944, "france": 34875, "former_communes": 86, "epci": 102,
        "departements": 101, "regions": 19,
    }  # fmt: skip


def test_codes_are_text_of_full_width() -> None:
    communes, france = reference.communes(), reference.france()
    assert communes["code"].str.fullmatch(r"\d{5}").all()
    assert france["code"].str.fullmatch(r"\d[\dAB]\d{3}").all()
    assert communes["epci_code"].str.fullmatch(r"\d{9}").all()
    assert reference.departements()["code"].iloc[[0, 8]].tolist() == ["01", "09"]
    assert {"2A", "2B", "976"} <= set(reference.departements()["code"])


@pytest.mark.parametrize(
    "read",
    [reference.communes, reference.france, reference.former_communes, reference.epci,
     reference.departements, reference.regions],
)  # fmt: skip
def test_codes_are_unique_and_in_order(read: Callable[[], pd.DataFrame]) -> None:
    codes = read()["code"]
    assert codes.is_unique
    assert codes.is_monotonic_increasing


def test_a_name_has_its_article() -> None:
    names = reference.france().set_index("code")["name"]
    expected = {
        "31555": "Toulouse", "81004": "Albi", "12021": "Le Bas Ségala", "31020": "Aspet",
        "09042": "La Bastide-de-Sérou", "04116": "Les Mées", "32160": "L'Isle-Jourdain",
        "60703": "Aux Marais", "66104": "Los Masos",
    }  # fmt: skip
    assert names[list(expected)].to_dict() == expected


def test_population_is_that_of_the_vintage_said() -> None:
    assert reference.POPULATION_VINTAGE == 2017
    assert population_of(reference.france(), "31555") == 479_553
    assert population_of(reference.departements(), "31") == 1_362_672
    assert population_of(reference.regions(), "73") == 3_034_719


@needs(SSMSI)
def test_departements_have_the_official_population_of_2017() -> None:
    official = pd.read_csv(SSMSI, sep=";", dtype="str", encoding="utf-8-sig")
    of_year = official[(official["annee"] == "17") & official["Code.département"].notna()]
    expected = of_year.groupby("Code.département")["POP"].first().astype(int)
    departements = reference.departements().set_index("code")["population"]
    assert len(expected) == 101
    assert departements.index[departements.isna()].tolist() == ["976"]
    known = departements.dropna().astype(int)
    pd.testing.assert_series_equal(known, expected[known.index], check_names=False)


def test_what_is_not_known_is_missing_and_not_zero() -> None:
    france = reference.france()
    without = france[france["population"].isna()]
    assert len(without) == 17
    assert set(without["departement_code"]) == {"976"}
    assert not (reference.communes()["population"] == 0).any()
    assert france["epci_code"].isna().sum() == 4
    outside = reference.departements().query("in_region == 0")
    assert outside[["surface_km2", "density"]].isna().to_numpy().all()


def test_sums_agree_between_levels() -> None:
    communes, epci = reference.communes(), reference.epci()
    departements = reference.departements().query("in_region == 1")
    total = communes["population"].sum()
    assert epci["population"].sum() == total
    assert departements["population"].sum() == total
    assert departements["surface_km2"].sum() == pytest.approx(communes["surface_km2"].sum())
    assert epci["communes"].sum() == len(communes)


def test_density_is_found_again_from_population_and_surface() -> None:
    communes = reference.communes()
    found = communes["population"] / communes["surface_km2"]
    assert (found - communes["density"]).abs().max() <= 0.0501


def test_seven_epci_cross_the_border_of_the_eight_departements() -> None:
    epci = reference.epci()
    crossing = epci[epci["crosses_border"] == 1]
    assert len(crossing) == 7
    assert (crossing["communes_total"] - crossing["communes"]).sum() == 60
    assert (epci["communes_total"] == epci["communes"]).sum() == 95


def test_the_former_region_stands_beside_the_present_ones() -> None:
    regions = reference.regions().set_index("code")
    assert regions.index[regions["is_former"] == 1].tolist() == ["73"]
    assert regions["name"][["73", "76"]].tolist() == ["Midi-Pyrénées", "Occitanie"]


def test_a_former_commune_leads_to_a_present_one_and_never_to_itself() -> None:
    former, present = reference.former_communes(), set(reference.communes()["code"])
    assert set(former["successor_code"]) <= present
    assert not set(former["code"]) & present
    assert former["kind"].value_counts().to_dict() == {"COMD": 59, "MERGED": 17, "COMA": 10}


@needs(COG_2011)
def test_every_commune_of_2011_leads_to_a_present_one() -> None:
    listed = pd.read_csv(COG_2011, sep="\t", encoding="latin-1", dtype="str")
    inside = listed[listed["DEP"].isin(reference.DEPARTEMENT_CODES)]
    codes = inside["DEP"] + inside["COM"]
    successors = reference.former_communes().set_index("code")["successor_code"]
    present = codes.where(codes.isin(reference.communes()["code"]), codes.map(successors))
    assert len(codes) == 3020
    assert codes[present.isna()].tolist() == []
    assert present.nunique() == 2944


@needs(COG_2011)
def test_a_former_commune_has_the_name_it_had_in_2011() -> None:
    listed = pd.read_csv(COG_2011, sep="\t", encoding="latin-1", dtype="str", keep_default_na=False)
    plain = pd.Series(listed["NCCENR"].to_numpy(), index=listed["DEP"] + listed["COM"])
    former = reference.former_communes().set_index("code")["name"]
    both = former[former.index.isin(plain.index)]
    assert len(both) == 76
    article = r"^(?:Le |La |Les |L')"
    assert (both.str.replace(article, "", regex=True) == plain[both.index]).all()


def test_each_commune_has_a_contour() -> None:
    communes, contours = reference.communes(), reference.contours(Level.COMMUNE)
    assert communes["has_contour"].eq(1).all()
    assert contours["code"].tolist() == communes["code"].tolist()
    assert contours["name"].tolist() == communes["name"].tolist()


def test_each_epci_and_departement_has_a_contour() -> None:
    assert reference.contours(Level.EPCI)["code"].tolist() == reference.epci()["code"].tolist()
    departements = reference.contours(Level.DEPARTEMENT)
    assert departements["code"].tolist() == list(reference.DEPARTEMENT_CODES)
    assert reference.contours(Level.REGION)["code"].tolist() == ["73"]


@pytest.mark.parametrize("level", LEVELS)
def test_each_contour_is_a_valid_surface(level: Level) -> None:
    contours = reference.contours(level)
    assert list(contours.columns) == ["code", "name", "geometry"]
    assert contours.crs.to_epsg() == 4326
    assert contours.is_valid.all()
    assert not contours.is_empty.any()
    assert set(contours.geom_type) <= {"Polygon", "MultiPolygon"}


@pytest.mark.parametrize("level", LEVELS)
def test_neighbours_share_one_border(level: Level) -> None:
    assert shapely.coverage_is_valid(reference.contours(level).geometry.to_numpy())


def area_km2(contours: gpd.GeoDataFrame) -> pd.Series:
    areas: pd.Series = contours.set_index("code").to_crs(METRES).area / 1e6
    return areas


def test_dissolved_levels_cover_what_their_communes_cover() -> None:
    communes = reference.communes().set_index("code")["departement_code"]
    own = area_km2(reference.contours(Level.COMMUNE))
    expected = own.groupby(communes).sum()
    found = area_km2(reference.contours(Level.DEPARTEMENT))
    assert (found - expected).abs().max() < 0.01
    assert area_km2(reference.contours(Level.REGION)).sum() == pytest.approx(own.sum())
    assert area_km2(reference.contours(Level.EPCI)).sum() == pytest.approx(own.sum())


def test_simplifying_keeps_the_surface() -> None:
    drawn = area_km2(reference.contours(Level.COMMUNE))
    true = reference.communes().set_index("code")["surface_km2"]
    assert (drawn.sum() / true.sum()) == pytest.approx(1, abs=0.001)
    assert (drawn - true).abs().max() < 1.5


def test_no_land_inside_the_region_is_without_a_commune() -> None:
    parts = shapely.get_parts(reference.contours(Level.REGION).geometry.to_numpy())
    assert len(parts) == 3  # Hautes-Pyrénées has two exclaves in Pyrénées-Atlantiques
    assert shapely.get_num_interior_rings(parts).sum() == 0


def test_communes_travel_in_less_than_280_kilobytes() -> None:
    content = reference.contour_path(Level.COMMUNE).read_bytes()
    assert len(gzip.compress(content, 9, mtime=0)) <= 280_000
    assert (reference.REFERENCE / "france.csv.gz").stat().st_size <= 700_000


def test_a_reader_cannot_spoil_the_table_of_another() -> None:
    communes, departements = reference.communes(), reference.contours(Level.DEPARTEMENT)
    communes["name"] = "?"
    departements["name"] = "?"
    assert reference.communes()["name"].iloc[0] == "Aigues-Juntes"
    assert reference.contours(Level.DEPARTEMENT)["name"].iloc[0] == "Ariège"


def test_the_readme_gives_the_digest_of_each_file() -> None:
    text = (reference.REFERENCE / "README.md").read_text(encoding="utf-8")
    digests = dict(re.findall(r"^\| `([^`]+)` \| \d+ \| `([0-9a-f]{64})`", text, re.MULTILINE))
    assert len(digests) == 12
    for name, digest in digests.items():
        content = (reference.REFERENCE / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, name
