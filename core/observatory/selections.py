"""Which figures are asked for, and the slices of the store that hold them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from core.observatory.enums import Level, Service
from core.observatory.models import FactSlice, Indicator


@dataclass(frozen=True)
class Selection:
    """Which figures: one indicator of one edition, over some periods, by one service or all."""

    edition_id: int
    indicator_id: int
    periods: tuple[int, ...]
    service: Service = Service.ALL

    @property
    def year(self) -> int:
        return max(self.periods) // 100

    @property
    def last_day(self) -> date:
        return last_day_of(max(self.periods))


def last_day_of(period: int) -> date:
    """Return the last day of a month given as YYYYMM, or of a year given as YYYY00."""
    year, month = divmod(period, 100)
    following = date(year + 1, 1, 1) if month in {0, 12} else date(year, month + 1, 1)
    return following - timedelta(days=1)


@dataclass(frozen=True)
class Slices:
    """The slices of a selection, and what they have in common."""

    ids: tuple[int, ...]
    level: Level
    is_sparse: bool
    expected: int
    periods: int
    is_group: bool

    def expected_at(self, level: Level) -> int:
        """How many cells make a whole figure at ``level``: a unit is of one service only."""
        return self.periods if level is Level.SERVICE else self.expected


def slices_of(session: Session, selection: Selection) -> Slices:
    """Return the slices of a selection; ``expected`` is how many make a whole figure."""
    return slices_among(slice_rows(session, selection), selection.periods)


def slice_rows(session: Session, selection: Selection) -> list[Any]:
    """Return the rows of the slices of a selection: id, period, level, service, is_sparse, …"""
    columns = (
        FactSlice.id, FactSlice.period, FactSlice.level, FactSlice.service, FactSlice.is_sparse,
        Indicator.is_group,
    )  # fmt: skip
    statement = sa.select(*(col(column) for column in columns)).join(
        Indicator, col(Indicator.id) == col(FactSlice.indicator_id)
    )
    statement = statement.where(
        col(FactSlice.edition_id) == selection.edition_id,
        col(FactSlice.indicator_id) == selection.indicator_id,
        col(FactSlice.period).in_(selection.periods),
    )
    if selection.service is not Service.ALL:
        statement = statement.where(col(FactSlice.service) == selection.service.value)
    return list(session.connection().execute(statement))


def slices_among(slices: Sequence[Any], periods: Collection[int]) -> Slices:
    """Return those of ``slices`` (rows of slice_rows) that are of some periods."""
    rows = [row for row in slices if row.period in periods]
    return Slices(
        ids=tuple(row.id for row in rows),
        level=Level(rows[0].level) if rows else Level.COMMUNE,
        is_sparse=bool(rows) and all(row.is_sparse for row in rows),
        expected=len(periods) * max(len({row.service for row in rows}), 1),
        periods=len(periods),
        is_group=bool(rows) and rows[0].is_group,
    )
