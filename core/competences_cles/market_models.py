"""The public market as reference data: marché, lots, départements, operators, services, prices."""

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from core.db import Base

ORDERED_DATES = "ends_on IS NULL OR ends_on >= starts_on"


class Marche(Base, table=True):
    """A public market (marché à bons de commande). ``derogation``: why it lasts over four years."""

    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="dates"),)

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(unique=True)
    subject: str = ""
    buyer: str = ""
    starts_on: date
    ends_on: date
    derogation: str = ""
    is_simulated: bool = False


class Lot(Base, table=True):
    """A lot of a marché. The least and the most are in the lot's unit (minutes for hours)."""

    __table_args__ = (
        UniqueConstraint("marche_id", "number"),
        CheckConstraint(
            "quantity_min IS NULL OR quantity_max IS NULL OR quantity_min <= quantity_max",
            name="bounds",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    marche_id: int = Field(foreign_key="marche.id", index=True)
    number: str
    label: str = ""
    unit: str = "heure"
    quantity_min: int | None = None
    quantity_max: int | None = None


class LotUt(Base, table=True):
    """A département (unité territoriale, UT) that a lot serves; each may serve several."""

    __tablename__ = "lot_ut"

    lot_id: int = Field(foreign_key="lot.id", primary_key=True)
    territory_id: int = Field(foreign_key="territory.id", primary_key=True, index=True)


class Attribution(Base, table=True):
    """The holder (titulaire) of a lot, from ``starts_on`` to ``ends_on`` included."""

    __table_args__ = (CheckConstraint(ORDERED_DATES, name="dates"),)

    id: int | None = Field(default=None, primary_key=True)
    lot_id: int = Field(foreign_key="lot.id", index=True)
    structure_id: int = Field(foreign_key="structure.id", index=True)
    starts_on: date
    ends_on: date | None = None


class AttributionMember(Base, table=True):
    """Who holds a lot with its titulaire, or works for it: the group of operators (groupement).

    The lead of the group (mandataire) is the structure of the attribution and has no row here,
    so that nothing can name two of them. ``share``: its part of the lot in thousandths, None
    where the group did not say.
    """

    __tablename__ = "attribution_member"
    __table_args__ = (
        UniqueConstraint("attribution_id", "structure_id"),
        CheckConstraint("role IN ('cotraitant','sous_traitant')", name="role"),
        CheckConstraint("share IS NULL OR (share > 0 AND share <= 1000)", name="share"),
    )

    id: int | None = Field(default=None, primary_key=True)
    attribution_id: int = Field(foreign_key="attribution.id", index=True)
    structure_id: int = Field(foreign_key="structure.id", index=True)
    role: str = "cotraitant"
    share: int | None = None


class Prestation(Base, table=True):
    """A service that is ordered, in its unit of work (unité d’œuvre)."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    label: str
    unit: str = "heure"


class Prix(Base, table=True):
    """What one unit of a service costs in a lot, in cents, between two days."""

    __table_args__ = (
        CheckConstraint("cents >= 0", name="cents"),
        CheckConstraint(ORDERED_DATES, name="dates"),
    )

    id: int | None = Field(default=None, primary_key=True)
    lot_id: int = Field(foreign_key="lot.id", index=True)
    prestation_id: int = Field(foreign_key="prestation.id", index=True)
    cents: int
    starts_on: date
    ends_on: date | None = None


class Prescripteur(Base, table=True):
    """Who sends people to the scheme: an agency, a mission locale."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str = "autre"
    territory_id: int | None = Field(default=None, foreign_key="territory.id", index=True)
