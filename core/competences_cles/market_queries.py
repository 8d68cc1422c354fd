"""Reads of the market as reference data: what each list of its page shows."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.competences_cles import ledger_queries
from core.competences_cles.market_enums import MemberRole, PrescriberKind
from core.competences_cles.market_models import (
    Attribution,
    AttributionMember,
    Lot,
    LotUt,
    Marche,
    Prescripteur,
    Prestation,
    Prix,
)
from core.competences_cles.units import UnitOfWork
from core.people.models import Structure
from core.territories.models import Territory

DOMAINS = ("competences_cles", "people", "territories")


def marches(session: Session, viewer: Viewer) -> list[Marche]:
    """Every marché, the latest first."""
    require(viewer, Right.EDIT_MARKET)
    return list(
        session.exec(select(Marche).order_by(col(Marche.starts_on).desc(), Marche.reference))
    )


@dataclass(frozen=True)
class LotRow:
    """A lot, its départements (id → name), what its orders ask for, in its unit."""

    lot: Lot
    unit: UnitOfWork
    uts: dict[int, str]
    ordered: int


def lots(session: Session, viewer: Viewer, *, marche_id: int) -> list[LotRow]:
    """The lots of a marché, by number."""
    require(viewer, Right.EDIT_MARKET)
    rows = session.exec(select(Lot).where(Lot.marche_id == marche_id).order_by(Lot.number)).all()
    uts: dict[int, dict[int, str]] = defaultdict(dict)
    for lot_id, key, name in session.exec(
        select(LotUt.lot_id, Territory.id, Territory.name)
        .join(Territory, col(Territory.id) == col(LotUt.territory_id))
        .join(Lot, col(Lot.id) == col(LotUt.lot_id))
        .where(Lot.marche_id == marche_id)
        .order_by(Territory.code)
    ):
        uts[lot_id][key or 0] = name
    held = ledger_queries.ordered_by_lot(session)
    return [
        LotRow(lot, UnitOfWork(lot.unit), uts[lot.id or 0], held.get(lot.id or 0, 0))
        for lot in rows
    ]


def prestations(session: Session, viewer: Viewer) -> list[Prestation]:
    """Every service that may be ordered, by name."""
    require(viewer, Right.EDIT_MARKET)
    return list(session.exec(select(Prestation).order_by(Prestation.label, Prestation.code)))


@dataclass(frozen=True)
class PriceRow:
    """A price: cents for one unit of a service in a lot, between two days."""

    id: int
    lot: str
    prestation: str
    unit: UnitOfWork
    cents: int
    starts_on: date
    ends_on: date | None


def price_list(session: Session, viewer: Viewer, *, marche_id: int) -> list[PriceRow]:
    """The prices of a marché, by lot, service and day."""
    require(viewer, Right.EDIT_MARKET)
    rows = session.exec(
        select(Prix, Lot.number, Prestation)
        .join(Lot, col(Lot.id) == col(Prix.lot_id))
        .join(Prestation, col(Prestation.id) == col(Prix.prestation_id))
        .where(Lot.marche_id == marche_id)
        .order_by(Lot.number, Prestation.label, col(Prix.starts_on))
    )
    return [
        PriceRow(
            price.id or 0, number, service.label, UnitOfWork(service.unit), price.cents,
            price.starts_on, price.ends_on,
        )
        for price, number, service in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class MemberRow:
    """A member of the group that holds a lot; ``share`` in thousandths, None where not said."""

    id: int
    name: str
    role: MemberRole
    share: int | None


@dataclass(frozen=True)
class HolderRow:
    """A holder of a lot with its days and the members of its group, which it leads."""

    id: int
    lot: str
    name: str
    starts_on: date
    ends_on: date | None
    members: tuple[MemberRow, ...]


def holder_list(session: Session, viewer: Viewer, *, marche_id: int) -> list[HolderRow]:
    """The holders of the lots of a marché, by lot and day."""
    require(viewer, Right.EDIT_MARKET)
    members: dict[int, list[MemberRow]] = defaultdict(list)
    for one, name in session.exec(
        select(AttributionMember, Structure.name)
        .join(Structure, col(Structure.id) == col(AttributionMember.structure_id))
        .order_by(Structure.name)
    ):
        members[one.attribution_id].append(
            MemberRow(one.id or 0, name, MemberRole(one.role), one.share)
        )
    rows = session.exec(
        select(Attribution, Lot.number, Structure.name)
        .join(Lot, col(Lot.id) == col(Attribution.lot_id))
        .join(Structure, col(Structure.id) == col(Attribution.structure_id))
        .where(Lot.marche_id == marche_id)
        .order_by(Lot.number, col(Attribution.starts_on))
    )
    return [
        HolderRow(
            held.id or 0, number, name, held.starts_on, held.ends_on,
            tuple(members[held.id or 0]),
        )
        for held, number, name in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class PrescriberRow:
    """Who sends people to the scheme, and from which département."""

    id: int
    name: str
    kind: PrescriberKind
    territory_id: int | None
    ut: str


def prescriber_list(session: Session, viewer: Viewer) -> list[PrescriberRow]:
    """Every prescriber, by name."""
    require(viewer, Right.EDIT_MARKET)
    rows = session.exec(
        select(Prescripteur, Territory.name)
        .join(Territory, col(Territory.id) == col(Prescripteur.territory_id), isouter=True)
        .order_by(Prescripteur.name)
    )
    return [
        PrescriberRow(one.id or 0, one.name, PrescriberKind(one.kind), one.territory_id, ut or "")
        for one, ut in rows
    ]


@dataclass(frozen=True)
class Steps:
    """How far a new market has come: what the page leads to next."""

    marches: int
    lots: int
    prestations: int
    prices: int
    holders: int

    @property
    def next(self) -> str:
        """Say the next thing to enter, nothing once an order can be made."""
        said = {
            "marches": "Commencez par le marché : sa référence et ses dates.",
            "lots": "Ensuite, ses lots : un numéro, une unité, les départements couverts.",
            "prestations": "Ensuite, les prestations que l’on commande : positionnement, "
            "formation…",
            "holders": "Ensuite, le titulaire de chaque lot, onglet « Titulaires ».",
            "prices": "Il reste les prix, onglet « Prix » ; un bon peut déjà être saisi.",
        }
        return next((text for name, text in said.items() if not getattr(self, name)), "")


def steps(session: Session, viewer: Viewer) -> Steps:
    """Count what is entered of the market, by kind."""
    require(viewer, Right.EDIT_MARKET)

    def count(model: type[Marche | Lot | Prestation | Prix | Attribution]) -> int:
        statement = sa.select(sa.func.count()).select_from(model)
        return int(session.connection().execute(statement).scalar_one())

    return Steps(count(Marche), count(Lot), count(Prestation), count(Prix), count(Attribution))
