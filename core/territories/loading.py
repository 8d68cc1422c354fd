"""The reference territories as rows of the store: what exists, and what lies inside what."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, select

from core import db
from core.db import table_of
from core.observatory.enums import Level
from core.territories import reference
from core.territories.models import Membership, Territory

MIDI_PYRENEES = "73"
ALWAYS = date(1900, 1, 1)


def load_reference(session: Session) -> int:
    """Fill an empty store with the reference territories; return how many were added.

    France, regions, départements, EPCI of the eight départements, every commune of France,
    the former communes of the eight départements, and what lies inside what.
    """
    if session.exec(select(Territory.id).limit(1)).first() is not None:
        return 0
    territories = _reference_territories()
    db.bulk_insert(session, table_of(Territory), _rows(territories, Territory))
    db.follow_ids(session, table_of(Territory))
    pairs = _reference_pairs(territories)
    memberships = pd.DataFrame(
        {
            "id": range(1, len(pairs) + 1),
            "group_id": [group for group, _ in pairs],
            "part_id": [part for _, part in pairs],
            "valid_from": ALWAYS.isoformat(),
            "valid_to": None,
        }
    )
    db.bulk_insert(session, table_of(Membership), _rows(memberships, Membership))
    db.follow_ids(session, table_of(Membership))
    return len(territories)


def _rows(table: pd.DataFrame, model: type[Any]) -> Iterator[tuple[Any, ...]]:
    """Give the rows of ``table`` in the order of the model's columns, NaN as NULL."""
    columns = table_of(model).columns
    clean = table.reindex(columns=[column.name for column in columns])
    for column in columns:
        if isinstance(column.type, sa.Integer):
            clean[column.name] = clean[column.name].astype("float64").astype("Int64")
    clean = clean.astype(object)
    return clean.where(clean.notna(), None).itertuples(index=False, name=None)


def _level(frame: pd.DataFrame, level: Level, **columns: Any) -> pd.DataFrame:
    return frame.assign(level=level.value, **columns)


def _reference_territories() -> pd.DataFrame:
    """One row a territory, with the columns of Territory; ids follow level and code."""
    vintage = reference.POPULATION_VINTAGE
    france = reference.france()
    area = reference.communes().set_index("code")
    communes = france.assign(
        in_area=france["code"].isin(area.index),
        surface_km2=france["code"].map(area["surface_km2"]),
        has_contour=france["code"].map(area["has_contour"]).fillna(0).astype(bool),
        vintage=vintage,
    )
    departements = reference.departements()
    regions = reference.regions()
    former = reference.former_communes()
    parts = [
        _level(
            pd.DataFrame({"code": ["FR"], "name": ["France"]}),
            Level.FRANCE,
            population=int(france["population"].sum()),
            vintage=vintage,
        ),
        _level(
            regions,
            Level.REGION,
            vintage=vintage,
            in_area=regions["code"].eq(MIDI_PYRENEES),
            has_contour=regions["code"].eq(MIDI_PYRENEES),
        ),
        _level(
            departements,
            Level.DEPARTEMENT,
            vintage=vintage,
            departement_code=departements["code"],
            in_area=departements["in_region"].astype(bool),
            has_contour=departements["in_region"].astype(bool),
        ),
        _level(reference.epci(), Level.EPCI, vintage=vintage, in_area=True, has_contour=True),
        _level(communes, Level.COMMUNE),
        _level(former, Level.COMMUNE, departement_code=former["code"].str[:2], in_area=True),
    ]
    columns = [
        "level", "code", "name", "kind", "departement_code", "in_area", "population", "vintage",
        "surface_km2", "has_contour", "successor_code",
    ]  # fmt: skip
    table = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    table["id"] = range(1, len(table) + 1)
    ids = table[table["successor_code"].isna()].set_index(["level", "code"])["id"]
    table["successor_id"] = [
        ids.get((Level.COMMUNE.value, code)) if isinstance(code, str) else None
        for code in table["successor_code"]
    ]
    for name in ("kind", "departement_code"):
        table[name] = table[name].fillna("")
    for name in ("in_area", "has_contour"):
        table[name] = table[name].eq(True)  # noqa: FBT003  # pandas' own signature
    return table.assign(note="")


def _reference_pairs(territories: pd.DataFrame) -> list[tuple[int, int]]:
    """(group id, part id): commune in département and EPCI, département in regions, … France."""
    ids = territories[territories["successor_code"].isna()].set_index(["level", "code"])["id"]
    france, departements = reference.france(), reference.departements()
    region_departements = departements[departements["in_region"].astype(bool)]
    links = [
        (Level.DEPARTEMENT, france["departement_code"], Level.COMMUNE, france["code"]),
        (Level.EPCI, france["epci_code"], Level.COMMUNE, france["code"]),
        (Level.REGION, departements["region_code"], Level.DEPARTEMENT, departements["code"]),
        (
            Level.REGION,
            pd.Series(MIDI_PYRENEES, index=region_departements.index),
            Level.DEPARTEMENT,
            region_departements["code"],
        ),
        (
            Level.FRANCE,
            pd.Series("FR", index=departements.index),
            Level.DEPARTEMENT,
            departements["code"],
        ),
    ]
    pairs: list[tuple[int, int]] = []
    for group_level, group_codes, part_level, part_codes in links:
        groups = group_codes.map(ids.loc[group_level.value])
        parts = part_codes.map(ids.loc[part_level.value])
        known = groups.notna() & parts.notna()
        pairs += list(
            zip(groups[known].astype(int).tolist(), parts[known].astype(int).tolist(), strict=True)
        )
    return pairs
