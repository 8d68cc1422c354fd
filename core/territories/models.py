"""Territories, and which lies inside which, when."""

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from core.db import Base


class Territory(Base, table=True):
    """One territory of one level: a commune, an EPCI, a perimeter, a police district …

    ``code`` is the official code (text), or a key of ours for perimeters, parts and services.
    ``successor_id`` leads a former commune to the present one. ``in_area`` marks what belongs
    to the eight départements; ``population`` is the municipal population of ``vintage``.
    """

    __table_args__ = (
        UniqueConstraint("level", "code"),
        CheckConstraint(
            "level IN ('france','region','departement','epci','commune','perimeter',"
            "'service','part')",
            name="level",
        ),
        CheckConstraint("population IS NULL OR population >= 0", name="population"),
    )

    id: int | None = Field(default=None, primary_key=True)
    level: str = Field(index=True)
    code: str
    name: str
    kind: str = ""
    departement_code: str = Field(default="", index=True)
    in_area: bool = False
    population: int | None = None
    vintage: int | None = None
    surface_km2: float | None = None
    has_contour: bool = False
    successor_id: int | None = Field(default=None, foreign_key="territory.id", index=True)
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Membership(Base, table=True):
    """``part`` lies inside ``group`` from ``valid_from`` to ``valid_to`` (both included)."""

    __table_args__ = (
        UniqueConstraint("group_id", "part_id", "valid_from"),
        CheckConstraint("group_id <> part_id", name="not_itself"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
    )

    id: int | None = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="territory.id", index=True)
    part_id: int = Field(foreign_key="territory.id", index=True)
    valid_from: date = date(1900, 1, 1)
    valid_to: date | None = None
