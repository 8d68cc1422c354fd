"""Orders, the signed ledger of what was consumed, and the parcours without a name."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from core.db import Base


class BonDeCommande(Base, table=True):
    """An order under the market (bon de commande), for one département and one holder."""

    __tablename__ = "bon_de_commande"
    __table_args__ = (
        UniqueConstraint("lot_id", "number"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint(
            "state IN ('brouillon','emis','notifie','en_cours','solde','annule')", name="state"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    lot_id: int = Field(foreign_key="lot.id", index=True)
    territory_id: int = Field(foreign_key="territory.id", index=True)
    structure_id: int = Field(foreign_key="structure.id", index=True)
    number: str
    state: str = "brouillon"
    starts_on: date
    ends_on: date
    issued_on: date | None = None
    notified_on: date | None = None
    settled_on: date | None = None
    reason: str = ""
    version: int = 1


class BonLine(Base, table=True):
    """What an order first asked for of one service; what it asks now comes from movements."""

    __tablename__ = "bon_line"
    __table_args__ = (
        UniqueConstraint("bon_id", "prestation_id"),
        CheckConstraint("initial >= 0", name="initial"),
    )

    id: int | None = Field(default=None, primary_key=True)
    bon_id: int = Field(foreign_key="bon_de_commande.id", index=True)
    prestation_id: int = Field(foreign_key="prestation.id", index=True)
    initial: int


class BonMovement(Base, table=True):
    """A signed change of an order line: avenant, réallocation, solde. Append-only."""

    __tablename__ = "bon_movement"
    __table_args__ = (CheckConstraint("delta <> 0", name="delta"),)

    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="bon_line.id", index=True)
    delta: int
    kind: str
    effective_on: date
    known_on: date
    reason: str = ""
    author: str = ""
    decision_id: int | None = Field(default=None, foreign_key="decision.id", index=True)


class ParcoursVersion(Base, table=True):
    """A parcours as one export described it; the last version of an applied import counts.

    The person is a keyed hash. ``done``: what the ledger holds of it after that export, in the
    unit of the line.
    """

    __tablename__ = "parcours_version"
    __table_args__ = (UniqueConstraint("pseudonym", "line_id", "import_id"),)

    id: int | None = Field(default=None, primary_key=True)
    pseudonym: str = Field(index=True)
    line_id: int = Field(foreign_key="bon_line.id", index=True)
    import_id: int = Field(foreign_key="rosace_import.id", index=True)
    known_on: date
    state: str
    prescriber: str = ""
    prescribed_on: date | None = None
    contacted_on: date | None = None
    positioned_on: date | None = None
    started_on: date | None = None
    planned_end_on: date | None = None
    ended_on: date | None = None
    planned: int | None = None
    done: int = 0
    exit_reason: str = ""
    sex: str = ""
    age_band: str = ""
    level: str = ""
    status: str = ""


class Consumption(Base, table=True):
    """A signed quantity done on a day (or in a month: its first day). Append-only.

    ``key`` names what is declared: a person, a service, a day. A correction is one more row, the
    difference. ``known_on``: since when it is known.
    """

    __table_args__ = (
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint(
            "kind IN ('realisation','correction','contrepassation','ajustement')", name="kind"
        ),
        Index("ix_consumption_line_known", "line_id", "known_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="bon_line.id", index=True)
    import_id: int | None = Field(default=None, foreign_key="rosace_import.id", index=True)
    key: str = Field(index=True)
    pseudonym: str
    done_on: date
    period: int
    quantity: int
    kind: str = "realisation"
    is_out_of_period: bool = False
    known_on: date
    reason: str = ""
    author: str = ""


class ConsumptionMonth(Base, table=True):
    """The ledger summed by line, month and day known: what the pace and the follow-up read.

    Written with the rows it sums, in the same unit of work; signed, append-only as they are.
    """

    __tablename__ = "consumption_month"
    __table_args__ = (Index("ix_consumption_month_line", "line_id", "period", "known_on"),)

    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="bon_line.id")
    period: int
    known_on: date
    quantity: int


class RosaceProfile(Base, table=True):
    """How one layout of the export is read; a changed mapping is a new version of it."""

    __tablename__ = "rosace_profile"
    __table_args__ = (UniqueConstraint("fingerprint", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    fingerprint: str = Field(index=True)
    version: int = 1
    mapping: str
    separator: str = ";"
    encoding: str = "utf-8"
    date_format: str = "%d/%m/%Y"
    created_at: datetime = Field(sa_type=sa.DateTime)
    author: str = ""


class RosaceImport(Base, table=True):
    """An export that was proof-read, and what became of it."""

    __tablename__ = "rosace_import"
    __table_args__ = (
        CheckConstraint("state IN ('quarantaine','applique','annule')", name="state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    file_name: str
    sha256: str = Field(index=True)
    profile_id: int = Field(foreign_key="rosace_profile.id", index=True)
    extracted_on: date
    period_from: int
    period_to: int
    state: str
    rows_read: int
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_vanished: int = 0
    rows_duplicated: int = 0
    rows_rejected: int = 0
    rows_parked: int = 0
    negative_months: int = 0
    is_partial: bool = False
    imported_at: datetime = Field(sa_type=sa.DateTime)
    author: str = ""
    reverted_on: date | None = None


class RosaceLine(Base, table=True):
    """A line of an export that was not simply applied: rejected, parked, vanished, duplicated.

    ``raw`` holds its cells without identifier nor name.
    """

    __tablename__ = "rosace_line"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="rosace_import.id", index=True)
    number: int
    status: str
    reason: str
    raw: str


class LineStanding(Base, table=True):
    """What the parcours of an order line came to after an export: read in the place of them all.

    ``committed``: what the active ones still need, before any rate, in the unit of the line.
    ``completed`` of the ``outcomes`` that are known. One row a line and export applied.
    """

    __tablename__ = "line_standing"

    import_id: int = Field(foreign_key="rosace_import.id", primary_key=True)
    line_id: int = Field(foreign_key="bon_line.id", primary_key=True, index=True)
    committed: int
    completed: int
    outcomes: int


class OperatorMonth(Base, table=True):
    """A month that an applied export declares for an operator: no row in it is then a zero."""

    __tablename__ = "operator_month"
    __table_args__ = (UniqueConstraint("structure_id", "period", "import_id"),)

    id: int | None = Field(default=None, primary_key=True)
    structure_id: int = Field(foreign_key="structure.id", index=True)
    period: int
    import_id: int = Field(foreign_key="rosace_import.id", index=True)
    known_on: date
