"""Reads of networks: their list, and the rhythm of their days."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from core.access import Right, Viewer, require
from core.people.models import Network
from core.training import (
    agenda_queries,
    rules,
)
from core.training.enums import EventKind

DOMAINS = ("training", "people", "territories")


@dataclass(frozen=True)
class NetworkName:
    id: int
    code: str
    name: str


def networks(session: Session, viewer: Viewer) -> list[NetworkName]:
    """List the networks, by name."""
    require(viewer, Right.READ_ACTIVITY)
    rows = session.exec(select(Network).order_by(Network.name))
    return [NetworkName(row.id or 0, row.code, row.name) for row in rows]


@dataclass(frozen=True)
class Rhythm:
    """The days of a network in a year by quarter, beside what is expected of it."""

    code: str
    name: str
    quarters: tuple[int, int, int, int]
    expected: int
    is_quarterly: bool

    @property
    def is_held(self) -> bool:
        enough = sum(self.quarters) >= self.expected
        return enough and (not self.is_quarterly or all(self.quarters))

    @property
    def told(self) -> str:
        if self.is_held:
            return "rythme tenu"
        empty = [f"T{rank}" for rank, days in enumerate(self.quarters, start=1) if not days]
        if self.is_quarterly and empty:
            return f"aucun jour en {', '.join(empty)}"
        return f"{sum(self.quarters)} jours sur {self.expected}"


def rhythms(session: Session, viewer: Viewer, *, year: int) -> list[Rhythm]:
    """Give the rhythm of each network in a year, from the days that are known."""
    require(viewer, Right.READ_ACTIVITY)
    wanted = agenda_queries.AgendaFilter(
        date(year, 1, 1), date(year, 12, 31), kind=EventKind.NETWORK_DAY.value
    )
    rows = agenda_queries.dated(agenda_queries.agenda(session, viewer, wanted=wanted))
    return [
        Rhythm(
            code=network.code, name=network.name, expected=network.days_per_year,
            quarters=rules.rhythm(
                [day for row in rows if network.code in row.networks for day in row.days], year
            ),
            is_quarterly=network.rhythm == "quarterly",
        )
        for network in session.exec(select(Network).order_by(Network.name))
    ]  # fmt: skip
