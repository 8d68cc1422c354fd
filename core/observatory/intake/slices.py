"""The catalogue a file needs: edition, indicators, nomenclature, breaks, slices."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlmodel import Session, select

from core import db
from core.db import table_of
from core.observatory import nomenclature
from core.observatory.enums import Dataset
from core.observatory.models import Edition, FactSlice, Indicator, IndicatorPart, Rupture
from core.observatory.readers.parsed import ParsedFile
from core.tables import records


def nomenclature_of(dataset: Dataset) -> str:
    return "etat4001" if dataset.value.startswith("etat4001") else "ssmsi"


def edition_of(session: Session, parsed: ParsedFile, *, is_simulated: bool) -> Edition:
    draft = parsed.edition
    statement = select(Edition).where(
        Edition.dataset == draft.dataset.value, Edition.key == draft.key
    )
    edition = session.exec(statement).first()
    if edition is None:
        edition = Edition(
            dataset=draft.dataset.value, key=draft.key, label=draft.label,
            geography=draft.geography, is_simulated=is_simulated,
        )  # fmt: skip
        session.add(edition)
        session.flush()
    return edition


def load_nomenclature(session: Session) -> None:
    """Add the 107 indexes and their groups, once."""
    if session.exec(select(Indicator.id).where(Indicator.nomenclature == "etat4001")).first():
        return
    groups = nomenclature.groups()
    columns = ["code", "label", "unit", "denominator", "family", "note", "mappable", "sensitive"]
    session.add_all(
        Indicator(
            nomenclature="etat4001", code=code, label=label, unit=unit, denominator=denominator,
            family=family, note=note, rank=rank, is_group=True, is_mappable=bool(mappable),
            is_sensitive=bool(sensitive),
        )
        for rank, (code, label, unit, denominator, family, note, mappable, sensitive) in enumerate(
            records(groups, columns)
        )
    )  # fmt: skip
    session.add_all(
        Indicator(
            nomenclature="etat4001", code=code, label=label, unit="fait",
            denominator="population", family=family, rank=1000 + int(code),
            is_mappable=bool(used), is_sensitive=bool(sensitive),
        )
        for code, label, family, used, sensitive in records(
            nomenclature.indices(), ["code", "label", "family", "used", "sensitive"]
        )
    )  # fmt: skip
    session.flush()
    ids = _indicator_ids(session, "etat4001")
    session.add_all(
        IndicatorPart(group_id=ids[code], part_id=ids[f"{index:03}"])
        for code, indices in records(groups, ["code", "indices"])
        for index in indices
    )
    session.flush()


def _indicator_ids(session: Session, name: str) -> dict[str, int]:
    statement = select(Indicator.code, Indicator.id).where(Indicator.nomenclature == name)
    return {code: identifier for code, identifier in session.exec(statement) if identifier}


def indicator_ids(session: Session, parsed: ParsedFile) -> dict[str, int]:
    name = nomenclature_of(parsed.edition.dataset)
    if name == "etat4001":
        load_nomenclature(session)
    known = _indicator_ids(session, name)
    for rank, draft in enumerate(parsed.indicators):
        if draft.code not in known:
            session.add(
                Indicator(
                    nomenclature=name, code=draft.code, label=draft.label, unit=draft.unit.value,
                    denominator=draft.denominator.value, rank=rank,
                )
            )  # fmt: skip
    session.flush()
    return _indicator_ids(session, name)


@dataclass(frozen=True)
class SliceMaker:
    """For which edition, by which batch slices are made, and whether a gap in them is zero."""

    edition_id: int
    batch_id: int
    is_sparse: bool


def slice_ids(
    session: Session, maker: SliceMaker, indicators: dict[str, int], firsts: pd.DataFrame
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the slice id of each number of ``firsts``, making the slices that are missing."""
    known = {
        (row.indicator_id, row.period, row.level, row.service): int(row.id or 0)
        for row in session.exec(select(FactSlice).where(FactSlice.edition_id == maker.edition_id))
    }
    groups = _groups_with_parts(session)
    following = db.next_id(session, table_of(FactSlice))
    fresh: list[tuple[object, ...]] = []
    ids = np.zeros(len(firsts), dtype=np.int64)
    wanted = _whole_grid(firsts, indicators) if maker.is_sparse else firsts
    columns = ["indicator", "period", "level", "service", "sheet", "number"]
    for code, period, level, service, sheet, number in records(wanted, columns):
        base = indicators[str(code)]
        for indicator in (base, *groups.get(base, ())):
            key = (indicator, int(period), str(level), str(service))
            if key not in known:
                known[key] = following + len(fresh)
                made = {"id": known[key], "edition_id": maker.edition_id, "period": key[1],
                        "indicator_id": indicator, "level": key[2], "service": key[3],
                        "sheet": str(sheet), "is_sparse": maker.is_sparse,
                        "batch_id": maker.batch_id}  # fmt: skip
                fresh.append(tuple(made[column.name] for column in table_of(FactSlice).columns))
            if indicator == base and number >= 0:
                ids[number] = known[key]
    db.bulk_insert(session, table_of(FactSlice), fresh)
    db.follow_ids(session, table_of(FactSlice))
    return ids


def _whole_grid(firsts: pd.DataFrame, indicators: dict[str, int]) -> pd.DataFrame:
    """Add the slices in which nothing was counted: there, every territory counts zero."""
    used = [code for code in indicators if code in set(nomenclature.used_codes())]
    grid = pd.MultiIndex.from_product(
        [used, sorted(firsts["period"].unique()), sorted(firsts["service"].unique())],
        names=["indicator", "period", "service"],
    ).to_frame(index=False)
    plain = firsts.astype({"indicator": "str", "service": "str"})
    grid = grid.astype({"service": "str"}).merge(
        plain[["indicator", "period", "service", "number"]], how="left"
    )
    return grid.assign(
        level=str(firsts["level"].iloc[0]),
        sheet=str(firsts["sheet"].iloc[0]),
        number=grid["number"].fillna(-1).astype(int),
    )


def _groups_with_parts(session: Session) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for group, part in session.exec(select(IndicatorPart.group_id, IndicatorPart.part_id)):
        groups.setdefault(part, []).append(group)
    return groups


def load_ruptures(session: Session) -> None:
    """Add the known breaks in series, once."""
    if session.exec(select(Rupture.code)).first() is not None:
        return
    for row in nomenclature.ruptures().to_dict("records"):
        session.add(Rupture.model_validate(row))
    session.flush()
