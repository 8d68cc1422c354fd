"""Facts of the observatory: a star with integer keys, and aggregates refreshed at import."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from core.db import Base


class Edition(Base, table=True):
    """One edition of a dataset. Editions are never mixed: the edition is part of every key."""

    __table_args__ = (UniqueConstraint("dataset", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    dataset: str
    key: str
    label: str
    geography: int | None = None
    is_simulated: bool = False


class Indicator(Base, table=True):
    """What is counted, in which unit, over which denominator.

    ``nomenclature`` is the list the code belongs to: ``ssmsi`` or ``etat4001``. A group of
    indexes has parts (IndicatorPart). ``is_mappable`` is false for what may be listed but
    neither mapped nor ranked (the « total indicatif »).
    """

    __table_args__ = (UniqueConstraint("nomenclature", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    nomenclature: str
    code: str
    label: str
    unit: str
    denominator: str
    family: str = ""
    note: str = ""
    rank: int = 0
    is_group: bool = False
    is_mappable: bool = True
    is_sensitive: bool = False


class IndicatorPart(Base, table=True):
    """``part`` is counted in ``group``; both have the same unit of count."""

    __tablename__ = "indicator_part"

    group_id: int = Field(primary_key=True, foreign_key="indicator.id")
    part_id: int = Field(primary_key=True, foreign_key="indicator.id", index=True)


class ImportBatch(Base, table=True):
    """One file applied to the store, with its report; reverting keeps the row."""

    __tablename__ = "import_batch"
    __table_args__ = (CheckConstraint("state IN ('applied', 'reverted')", name="state"),)

    id: int | None = Field(default=None, primary_key=True)
    edition_id: int = Field(foreign_key="edition.id", index=True)
    file_name: str
    sha256: str = Field(index=True)
    octets: int
    imported_at: datetime = Field(sa_type=sa.DateTime)
    author: str
    rows_read: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    warnings: str = ""
    state: str = "applied"
    reverted_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
    reverted_by: str = ""


class FactSlice(Base, table=True):
    """The figures of one indicator, one period, one level, one service, in one edition.

    ``period`` is YYYYMM for a month, YYYY00 for a year. In a sparse slice (monthly statements)
    a territory of the area without a row counts zero; elsewhere its figure is missing.
    """

    __tablename__ = "fact_slice"
    __table_args__ = (
        UniqueConstraint("edition_id", "indicator_id", "period", "level", "service"),
        CheckConstraint("period BETWEEN 190000 AND 210012", name="period"),
        CheckConstraint("service IN ('all', 'police', 'gendarmerie')", name="service"),
    )

    id: int | None = Field(default=None, primary_key=True)
    edition_id: int = Field(foreign_key="edition.id")
    indicator_id: int = Field(foreign_key="indicator.id", index=True)
    period: int
    level: str
    service: str
    sheet: str = ""
    is_sparse: bool = False
    batch_id: int = 0


class Fact(Base, table=True):
    """One figure of a file: a count, or the reason why there is none (enums.Status).

    ``line`` is the line of the file or sheet, as a reader sees it.
    """

    __table_args__ = (
        CheckConstraint("(status = 0 AND count >= 0) OR (status = 3 AND count >= 0) "
                        "OR (status IN (1, 2) AND count IS NULL)", name="count"),
        {"sqlite_with_rowid": False},
    )  # fmt: skip

    slice_id: int = Field(
        primary_key=True, foreign_key="fact_slice.id", sa_column_kwargs={"autoincrement": False}
    )
    territory_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    count: int | None = None
    status: int = Field(default=0, sa_type=sa.SmallInteger)
    line: int = 0
    batch_id: int = 0


class ReplacedFact(Base, table=True):
    """What a batch replaced, so that it can be undone. ``was_absent``: there was no figure."""

    __tablename__ = "replaced_fact"
    __table_args__ = ({"sqlite_with_rowid": False},)

    by_batch_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    slice_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    territory_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    count: int | None = None
    status: int = Field(default=0, sa_type=sa.SmallInteger)
    line: int = 0
    batch_id: int = 0


class Aggregate(Base, table=True):
    """The sum of a slice over a group of territories or of indicators, refreshed at import.

    ``count`` adds what is known; ``masked`` and ``missing`` say how many parts carry no figure:
    a sum with either is a lower bound, and is shown as such.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)

    slice_id: int = Field(
        primary_key=True, foreign_key="fact_slice.id", sa_column_kwargs={"autoincrement": False}
    )
    territory_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    count: int | None = None
    known: int = 0
    masked: int = 0
    missing: int = 0


class DenominatorValue(Base, table=True):
    """Inhabitants or dwellings of a territory for a year, as the edition gives them.

    ``period`` 0 holds for every period of the edition. Values of groups are the sums of parts.
    """

    __tablename__ = "denominator_value"
    __table_args__ = ({"sqlite_with_rowid": False},)

    edition_id: int = Field(
        primary_key=True, foreign_key="edition.id", sa_column_kwargs={"autoincrement": False}
    )
    kind: str = Field(primary_key=True)
    period: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    territory_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    vintage: int
    value: float
    batch_id: int = 0


class Rupture(Base, table=True):
    """A break in a series: figures before and after must not be compared without saying so."""

    code: str = Field(primary_key=True)
    scope: str
    service: str = "all"
    starts_on: date
    ends_on: date | None = None
    label: str
    text: str
    source: str
    is_comparable_before: bool = False
