"""What this installation is: demonstration or real."""

from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from core.db import Base


class Mode(StrEnum):
    """EMPTY before the first fill, DEMO while simulated data are in, REAL for good after."""

    EMPTY = "empty"
    DEMO = "demo"
    REAL = "real"


class Instance(Base, table=True):
    """The one row that says which mode the store is in."""

    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("mode IN ('empty', 'demo', 'real')", name="mode"),
    )

    id: int = Field(default=1, primary_key=True)
    mode: str = Mode.EMPTY.value
