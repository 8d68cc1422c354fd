"""The rows a file becomes: facts and denominators, compared with what is there."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import db, fr
from core.db import table_of
from core.errors import DomainError
from core.observatory import aggregates
from core.observatory.enums import Dataset, Status
from core.observatory.intake import slices
from core.observatory.intake.places import BASE_LEVELS, Places
from core.observatory.intake.report import ImportReport
from core.observatory.intake.slices import SliceMaker
from core.observatory.models import DenominatorValue, Edition, Fact, FactSlice, ReplacedFact
from core.observatory.readers.parsed import ParsedFile
from core.tables import records
from core.territories.models import Territory

CELL = ["slice_id", "territory_id"]


def prepared(
    session: Session,
    parsed: ParsedFile,
    maker: SliceMaker,
    indicators: dict[str, int],
    places: Places,
) -> pd.DataFrame:
    """Return the facts with slice_id and territory_id, sorted by both, former communes merged."""
    facts = parsed.facts.reset_index(drop=True)
    by_code = np.array([places.ids[str(code)] for code in facts["territory"].cat.categories])
    territory = by_code[facts["territory"].cat.codes.to_numpy()]
    keys = ["indicator", "period", "level", "service", "sheet"]
    grouped = facts.groupby(keys, observed=True, sort=False)
    number = grouped.ngroup().to_numpy()
    firsts = facts.loc[grouped.head(1).index, keys].assign(number=number[grouped.head(1).index])
    ids = slices.slice_ids(session, maker, indicators, firsts)
    table = pd.DataFrame(
        {
            "slice_id": ids[number],
            "territory_id": territory,
            "count": facts["count"].to_numpy(dtype=np.float64, na_value=np.nan),
            "status": facts["status"].to_numpy(dtype=np.int8),
            "line": facts["line"].to_numpy(dtype=np.int32),
        }
    )
    if (territory == 0).any():
        table = table[territory != 0]
    if places.merged:
        table = _merged(table)
    order = np.lexsort((table["territory_id"].to_numpy(), table["slice_id"].to_numpy()))
    return table.iloc[order].reset_index(drop=True)


def _merged(table: pd.DataFrame) -> pd.DataFrame:
    """Add the figures of former communes to their present one: a sum with a gap is partial."""
    is_twice = table.duplicated(CELL, keep=False)
    doubled = table[is_twice]
    known = doubled["status"].eq(Status.KNOWN) | doubled["status"].eq(Status.PARTIAL)
    sums = (
        doubled.assign(known=known, masked=doubled["status"].isin([Status.MASKED, Status.PARTIAL]))
        .groupby(CELL, sort=False)
        .agg(
            count=("count", lambda counts: counts.sum(min_count=1)),
            known=("known", "sum"),
            masked=("masked", "sum"),
            parts=("status", "size"),
            line=("line", "min"),
        )
        .reset_index()
    )
    gaps = sums["known"] < sums["parts"]
    status = np.select(
        [~gaps & sums["masked"].eq(0), sums["known"].gt(0), sums["masked"].gt(0)],
        [Status.KNOWN, Status.PARTIAL, Status.MASKED],
        default=Status.MISSING,
    )
    merged = sums.assign(status=status.astype(np.int8))[[*CELL, "count", "status", "line"]]
    return pd.concat([table[~is_twice], merged], ignore_index=True)


def write_facts(
    session: Session, edition: Edition, batch_id: int, facts: pd.DataFrame,
    report: ImportReport,
) -> None:  # fmt: skip
    """Insert what is new, replace what changed and keep what it was, leave the rest alone."""
    present = _present(session, edition)
    if present.empty:
        report.new = len(facts)
        db.bulk_insert(session, table_of(Fact), _fact_rows(facts, batch_id))
        return
    both = facts.merge(present, on=CELL, how="left", suffixes=("", "_old"), indicator=True)
    is_old = both["_merge"].eq("both")
    same_count = both["count"].eq(both["count_old"]) | (
        both["count"].isna() & both["count_old"].isna()
    )
    is_same = is_old & same_count & both["status"].eq(both["status_old"])
    changed = both[is_old & ~is_same]
    report.new = int((~is_old).sum())
    report.changed, report.unchanged = len(changed), int(is_same.sum())
    report.vanished = len(present) - int(is_old.sum())
    fresh = both[~is_same].sort_values(CELL)
    _remember(session, batch_id, changed)
    _forget(session, changed)
    db.bulk_insert(session, table_of(Fact), _fact_rows(fresh, batch_id))


def _present(session: Session, edition: Edition) -> pd.DataFrame:
    fact, fact_slice = table_of(Fact), table_of(FactSlice)
    statement = (
        sa.select(fact)
        .join(fact_slice, fact_slice.c.id == fact.c.slice_id)
        .where(fact_slice.c.edition_id == edition.id)
    )
    columns = [column.name for column in fact.columns]
    rows = session.connection().execute(statement).all()
    return pd.DataFrame(rows, columns=columns).astype({"count": "float64"})


def _fact_rows(facts: pd.DataFrame, batch_id: int) -> Iterator[tuple[Any, ...]]:
    counts = facts["count"].to_numpy()
    empty = np.isnan(counts)
    filled = np.where(empty, 0, counts).astype(np.int64).astype(object)
    filled[empty] = None
    columns = (facts["slice_id"], facts["territory_id"], filled, facts["status"], facts["line"])
    return zip(*(column.tolist() for column in columns), [batch_id] * len(facts), strict=True)


def _remember(session: Session, batch_id: int, changed: pd.DataFrame) -> None:
    columns = ["slice_id", "territory_id", "count_old", "status_old", "line_old", "batch_id"]
    rows = (
        (batch_id, int(slice_id), int(territory), None if np.isnan(count) else int(count),
         int(status), int(line), int(batch))
        for slice_id, territory, count, status, line, batch in records(changed, columns)
    )  # fmt: skip
    db.bulk_insert(session, table_of(ReplacedFact), rows)


def _forget(session: Session, changed: pd.DataFrame) -> None:
    """Take the changed facts out, through a set-based delete on what was remembered."""
    if changed.empty:
        return
    fact, replaced = table_of(Fact), table_of(ReplacedFact)
    session.connection().execute(
        sa.delete(fact).where(
            sa.exists().where(
                replaced.c.slice_id == fact.c.slice_id,
                replaced.c.territory_id == fact.c.territory_id,
                replaced.c.by_batch_id
                == sa.select(sa.func.max(replaced.c.by_batch_id)).scalar_subquery(),
            ),
            fact.c.slice_id.in_(sorted({int(value) for value in changed["slice_id"]})),
        )
    )


def write_denominators(
    session: Session, parsed: ParsedFile, edition: Edition, batch_id: int, places: Places
) -> None:
    """Keep the denominators of the edition; a later file of it may add some, not change any."""
    table = parsed.denominators
    if table.empty:
        return
    fresh = table.assign(
        territory_id=table["territory"].astype(str).map(places.ids).fillna(0).astype(int)
    )
    fresh = fresh[fresh["territory_id"] != 0]
    sums = fresh.groupby(["kind", "period", "territory_id"], observed=True, as_index=False).agg(
        vintage=("vintage", "max"), value=("value", "sum")
    )
    edition_id = int(edition.id or 0)
    held = _held_denominators(session, edition_id)
    both = sums.merge(held, on=["kind", "period", "territory_id"], how="left")
    differing = both["held"].notna() & ~np.isclose(both["held"], both["value"], rtol=1e-6)
    if differing.any():
        raise DomainError(
            f"{fr.plural(int(differing.sum()), 'dénominateur')} (population ou logements) "
            "contredisent ceux d’un fichier déjà importé pour cette édition. Annulez d’abord "
            "l’import précédent, puis importez ce fichier."
        )
    new = both[both["held"].isna()]
    rows = zip(
        [edition_id] * len(new), new["kind"].astype(str), new["period"].astype(int).tolist(),
        new["territory_id"].tolist(), new["vintage"].astype(int).tolist(),
        new["value"].tolist(), [batch_id] * len(new), strict=True,
    )  # fmt: skip
    db.bulk_insert(session, table_of(DenominatorValue), rows)
    if len(new):
        drop_group_denominators(session, edition)
        base_level = BASE_LEVELS[parsed.edition.dataset]
        aggregates.refresh_denominators(
            session, edition_id=int(edition.id or 0), base_level=base_level
        )


def _held_denominators(session: Session, edition_id: int) -> pd.DataFrame:
    statement = select(
        DenominatorValue.kind, DenominatorValue.period, DenominatorValue.territory_id,
        DenominatorValue.value,
    ).where(DenominatorValue.edition_id == edition_id)  # fmt: skip
    columns = ["kind", "period", "territory_id", "held"]
    table = pd.DataFrame(session.exec(statement).all(), columns=columns)
    return table.astype({"kind": "str", "period": "int64", "territory_id": "int64"})


def drop_group_denominators(session: Session, edition: Edition) -> None:
    base = BASE_LEVELS[Dataset(edition.dataset)]
    groups = sa.select(col(Territory.id)).where(col(Territory.level) != base.value)
    session.connection().execute(
        sa.delete(DenominatorValue).where(
            col(DenominatorValue.edition_id) == edition.id,
            col(DenominatorValue.territory_id).in_(groups),
        )
    )
