"""Sums over groups of indexes and of territories, made in the store by set-based SQL.

One pass for groups of indexes (base level), one for EPCI and départements, one for regions and
France. Each pass is an INSERT … SELECT that a distributed PostgreSQL can push down.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session

from core.db import table_of
from core.observatory.enums import Level, Status
from core.observatory.models import (
    Aggregate,
    DenominatorValue,
    Fact,
    FactSlice,
    IndicatorPart,
)
from core.territories.models import Membership, Territory

FACT, AGGREGATE, SLICE = table_of(Fact), table_of(Aggregate), table_of(FactSlice)
PART, MEMBER, TERRITORY = table_of(IndicatorPart), table_of(Membership), table_of(Territory)
DENOMINATOR = table_of(DenominatorValue)
FIRST_GROUPS = (Level.DEPARTEMENT.value, Level.EPCI.value)
LAST_GROUPS = (Level.REGION.value, Level.FRANCE.value)
CELL = ("slice_id", "territory_id", "count", "known", "masked", "missing")


def refresh(session: Session, *, edition_id: int, base_level: Level) -> None:
    """Make the aggregates of an edition again from its facts."""
    connection = session.connection()
    slices = sa.select(SLICE.c.id).where(SLICE.c.edition_id == edition_id)
    connection.execute(sa.delete(AGGREGATE).where(AGGREGATE.c.slice_id.in_(slices)))
    facts, sums = fact_cells(edition_id), _aggregate_cells(edition_id)
    has_groups = connection.execute(_group_slices(edition_id).limit(1)).first() is not None
    if has_groups:
        connection.execute(_insert(_group_cells(edition_id)))
    base = sa.union_all(facts, sums) if has_groups else facts
    if base_level is Level.DEPARTEMENT:
        connection.execute(_insert(_roll_up(base, Level.DEPARTEMENT, LAST_GROUPS)))
        return
    connection.execute(_insert(_roll_up(base, base_level, FIRST_GROUPS)))
    connection.execute(_insert(_roll_up(sums, Level.DEPARTEMENT, LAST_GROUPS)))


def _group_slices(edition_id: int) -> sa.Select[tuple[int, ...]]:
    groups = sa.select(PART.c.group_id)
    return sa.select(SLICE.c.id).where(
        SLICE.c.edition_id == edition_id, SLICE.c.indicator_id.in_(groups)
    )


def _insert(cells: sa.Select[tuple[int, ...]]) -> sa.Insert:
    return sa.insert(AGGREGATE).from_select(CELL, cells)


def _flag(*statuses: Status) -> sa.ColumnElement[int]:
    return sa.case((FACT.c.status.in_([int(status) for status in statuses]), 1), else_=0)


def fact_cells(edition_id: int) -> sa.Select[tuple[int, ...]]:
    """Facts as cells: slice, territory, count, and one of known, masked, missing."""
    return (
        sa.select(
            FACT.c.slice_id,
            FACT.c.territory_id,
            FACT.c.count,
            _flag(Status.KNOWN, Status.PARTIAL).label("known"),
            _flag(Status.MASKED, Status.PARTIAL).label("masked"),
            _flag(Status.MISSING).label("missing"),
        )
        .join(SLICE, SLICE.c.id == FACT.c.slice_id)
        .where(SLICE.c.edition_id == edition_id)
    )


def _aggregate_cells(edition_id: int) -> sa.Select[tuple[int, ...]]:
    return (
        sa.select(*(AGGREGATE.c[name] for name in CELL))
        .join(SLICE, SLICE.c.id == AGGREGATE.c.slice_id)
        .where(SLICE.c.edition_id == edition_id)
    )


def _group_cells(edition_id: int) -> sa.Select[tuple[int, ...]]:
    """Sum the indexes of each group, territory by territory, at the level of the facts."""
    base, group = SLICE.alias("base"), SLICE.alias("grp")
    cells = fact_cells(edition_id).subquery("cells")
    same = sa.and_(
        group.c.indicator_id == PART.c.group_id,
        group.c.edition_id == base.c.edition_id,
        group.c.period == base.c.period,
        group.c.level == base.c.level,
        group.c.service == base.c.service,
    )
    return (
        sa.select(
            group.c.id,
            cells.c.territory_id,
            sa.func.sum(cells.c.count),
            sa.func.sum(cells.c.known),
            sa.func.sum(cells.c.masked),
            sa.func.sum(cells.c.missing),
        )
        .select_from(cells)
        .join(base, base.c.id == cells.c.slice_id)
        .join(PART, PART.c.part_id == base.c.indicator_id)
        .join(group, same)
        .group_by(group.c.id, cells.c.territory_id)
    )


def _roll_up(
    source: sa.Select[tuple[int, ...]] | sa.CompoundSelect[tuple[int, ...]],
    part_level: Level,
    group_levels: Sequence[str],
) -> sa.Select[tuple[int, ...]]:
    """Sum parts into the groups they lie in; a part without any row counts as missing.

    In a sparse slice a territory without a row counts zero, but only in the area that the file
    covers: groups that reach beyond it get no sum. A service that did not exist in the year is
    no gap either.
    """
    cells = source.subquery("cells")
    expected = _expected_parts(part_level, group_levels).subquery("expected")
    is_gapless = sa.or_(SLICE.c.is_sparse, SLICE.c.level == Level.SERVICE.value)
    absent = sa.case((is_gapless, 0), else_=sa.func.max(expected.c.parts) - sa.func.count())
    return (
        sa.select(
            cells.c.slice_id,
            expected.c.group_id,
            sa.func.sum(cells.c.count),
            sa.func.sum(cells.c.known),
            sa.func.sum(cells.c.masked),
            sa.func.sum(cells.c.missing) + absent,
        )
        .select_from(cells)
        .join(SLICE, SLICE.c.id == cells.c.slice_id)
        .join(MEMBER, MEMBER.c.part_id == cells.c.territory_id)
        .join(expected, expected.c.group_id == MEMBER.c.group_id)
        .where(sa.or_(SLICE.c.is_sparse.is_(False), expected.c.in_area.is_(True)))
        .group_by(cells.c.slice_id, expected.c.group_id, SLICE.c.is_sparse, SLICE.c.level)
    )


def _expected_parts(
    part_level: Level, group_levels: Sequence[str]
) -> sa.Select[tuple[int, bool, int]]:
    part, group = TERRITORY.alias("part"), TERRITORY.alias("grp_territory")
    return (
        sa.select(MEMBER.c.group_id, group.c.in_area, sa.func.count().label("parts"))
        .join(part, sa.and_(part.c.id == MEMBER.c.part_id, part.c.level == part_level.value))
        .join(group, sa.and_(group.c.id == MEMBER.c.group_id, group.c.level.in_(group_levels)))
        .group_by(MEMBER.c.group_id, group.c.in_area)
    )


def refresh_denominators(session: Session, *, edition_id: int, base_level: Level) -> None:
    """Sum the denominators of parts into the groups that the edition does not give itself."""
    connection = session.connection()
    steps: list[tuple[Level, tuple[str, ...]]] = (
        [(base_level, FIRST_GROUPS)] if base_level is not Level.DEPARTEMENT else []
    )
    steps.append((Level.DEPARTEMENT, LAST_GROUPS))
    for part_level, group_levels in steps:
        expected = _expected_parts(part_level, group_levels).subquery("expected")
        summed = (
            sa.select(
                DENOMINATOR.c.edition_id,
                DENOMINATOR.c.kind,
                DENOMINATOR.c.period,
                expected.c.group_id,
                sa.func.max(DENOMINATOR.c.vintage),
                sa.func.sum(DENOMINATOR.c.value),
                sa.literal(0),
            )
            .select_from(DENOMINATOR)
            .join(MEMBER, MEMBER.c.part_id == DENOMINATOR.c.territory_id)
            .join(expected, expected.c.group_id == MEMBER.c.group_id)
            .where(DENOMINATOR.c.edition_id == edition_id)
            .group_by(
                DENOMINATOR.c.edition_id,
                DENOMINATOR.c.kind,
                DENOMINATOR.c.period,
                expected.c.group_id,
            )
            .having(sa.func.count() == sa.func.max(expected.c.parts))
        )
        names = [column.name for column in DENOMINATOR.columns]
        connection.execute(sa.insert(DENOMINATOR).from_select(names, summed))
