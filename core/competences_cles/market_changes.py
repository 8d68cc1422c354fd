"""Changes of the market's reference data: corrected, ended, removed where nothing uses them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.competences_cles import ledger_queries, market
from core.competences_cles.market import LotDraft, MarcheDraft
from core.competences_cles.market_models import (
    Attribution,
    Lot,
    LotUt,
    Marche,
    Prix,
)
from core.competences_cles.models import BonDeCommande
from core.competences_cles.units import UnitOfWork, amount
from core.errors import DomainError
from core.territories.models import Territory

DOMAIN = "competences_cles"
GONE = "n’existe plus : rechargez la page."


def is_used(session: Session, column: Any, value: object) -> bool:
    """Say whether any row has this value in a column."""
    statement = sa.select(sa.literal(1)).where(column == value).limit(1)
    return session.connection().execute(statement).first() is not None


def marche_of(session: Session, marche_id: int) -> Marche:
    found = session.get(Marche, marche_id)
    if found is None:
        raise DomainError(f"Ce marché {GONE}")
    return found


def lot_of(session: Session, lot_id: int) -> Lot:
    found = session.get(Lot, lot_id)
    if found is None:
        raise DomainError(f"Ce lot {GONE}")
    return found


def change_marche(
    session: Session, viewer: Viewer, draft: MarcheDraft, *, marche_id: int, now: datetime
) -> None:
    """Change a marché; its orders must still begin inside its dates."""
    access.require(viewer, Right.EDIT_MARKET)
    marche = marche_of(session, marche_id)
    draft = replace(draft, is_simulated=marche.is_simulated)  # no form makes real data simulated
    market.check_marche(session, draft, marche_id=marche_id)
    outside = session.exec(
        select(BonDeCommande.number)
        .join(Lot, col(Lot.id) == col(BonDeCommande.lot_id))
        .where(
            Lot.marche_id == marche_id,
            sa.or_(
                col(BonDeCommande.starts_on) < draft.starts_on,
                col(BonDeCommande.starts_on) > draft.ends_on,
            ),
        )
        .order_by(BonDeCommande.number)
    ).all()
    if outside:
        raise DomainError(
            f"Ces dates laisseraient hors du marché {named('bon', outside)} : élargissez-les."
        )
    before = {"name": marche.reference, "valid_from": marche.starts_on, "valid_to": marche.ends_on}
    for name, value in vars(draft).items():
        setattr(marche, name, value.strip() if isinstance(value, str) else value)
    session.add(marche)
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="modification d’un marché",
        subject=marche.reference, before=before,
        after={"name": marche.reference, "valid_from": marche.starts_on,
               "valid_to": marche.ends_on, "reason": marche.derogation},
    )  # fmt: skip


def named(noun: str, names: Sequence[str]) -> str:
    """Count things and name the first five: « 2 bons (BC-1, BC-2) »."""
    shown = ", ".join(names[:5])
    return f"{fr.plural(len(names), noun)} ({shown}{', …' if len(names) > 5 else ''})"


def remove_marche(session: Session, viewer: Viewer, *, marche_id: int, now: datetime) -> None:
    """Remove a marché that has no lot."""
    access.require(viewer, Right.EDIT_MARKET)
    marche = marche_of(session, marche_id)
    if is_used(session, col(Lot.marche_id), marche_id):
        raise DomainError(f"Le marché « {marche.reference} » a des lots : retirez-les d’abord.")
    remove_row(session, viewer, marche, "marché retiré", marche.reference, now)


def remove_row(  # a row, and what the journal says of it
    session: Session, viewer: Viewer, row: Any, action: str, subject: str, now: datetime
) -> None:
    """Delete a row that nothing leads to any more, and tell the journal."""
    session.delete(row)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action=action, subject=subject)


def change_lot(
    session: Session, viewer: Viewer, draft: LotDraft, *, lot_id: int, now: datetime
) -> None:
    """Change a lot: never below what is ordered, nor away from a département that has orders."""
    access.require(viewer, Right.EDIT_MARKET)
    lot = lot_of(session, lot_id)
    draft = replace(draft, marche_id=lot.marche_id)
    market.check_lot(session, draft, lot_id=lot_id)
    _check_orders(session, lot, draft)
    before = _told(lot)
    lot.number, lot.label, lot.unit = draft.number.strip(), draft.label.strip(), draft.unit
    lot.quantity_min, lot.quantity_max = draft.quantity_min, draft.quantity_max
    held = set(session.exec(select(LotUt.territory_id).where(LotUt.lot_id == lot_id)))
    session.connection().execute(
        sa.delete(LotUt).where(
            col(LotUt.lot_id) == lot_id, col(LotUt.territory_id).not_in(draft.ut_ids)
        )
    )
    session.add_all(
        [lot, *(LotUt(lot_id=lot_id, territory_id=key) for key in {*draft.ut_ids} - held)]
    )
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="modification d’un lot",
        subject=lot.number, before=before, after=_told(lot),
    )  # fmt: skip


def _told(lot: Lot) -> dict[str, str]:
    unit = UnitOfWork(lot.unit)
    bounds = {"least": lot.quantity_min, "most": lot.quantity_max}
    told = {key: amount(value, unit) for key, value in bounds.items() if value is not None}
    return {"name": lot.label} | told


def _check_orders(session: Session, lot: Lot, draft: LotDraft) -> None:
    orders = is_used(session, col(BonDeCommande.lot_id), lot.id)
    if draft.unit != lot.unit and (orders or is_used(session, col(Prix.lot_id), lot.id)):
        raise DomainError(
            "L’unité d’un lot qui a des prix ou des bons ne change pas : ses quantités ne "
            "voudraient plus rien dire. Créez un autre lot."
        )
    left = session.exec(
        select(Territory.name)
        .join(BonDeCommande, col(BonDeCommande.territory_id) == col(Territory.id))
        .where(BonDeCommande.lot_id == lot.id, col(Territory.id).not_in(draft.ut_ids))
        .distinct()
    ).all()
    if left:
        raise DomainError(f"Le lot a des bons dans {', '.join(left)} : gardez ce département.")
    held = ledger_queries.ordered_of_lot(session, lot_id=lot.id or 0)
    if draft.quantity_max is not None and held > draft.quantity_max:
        unit = UnitOfWork(lot.unit)
        raise DomainError(
            f"Ce lot porte déjà {amount(held, unit)} de bons : son maximum ne peut pas être de "
            f"{amount(draft.quantity_max, unit)}."
        )


def remove_lot(session: Session, viewer: Viewer, *, lot_id: int, now: datetime) -> None:
    """Remove a lot without order, price nor holder."""
    access.require(viewer, Right.EDIT_MARKET)
    lot = lot_of(session, lot_id)
    uses = {"des bons": BonDeCommande.lot_id, "des prix": Prix.lot_id,
            "un titulaire": Attribution.lot_id}  # fmt: skip
    found = [name for name, column in uses.items() if is_used(session, col(column), lot_id)]
    if found:
        raise DomainError(f"Le lot {lot.number} a {' et '.join(found)} : il ne se retire pas.")
    session.connection().execute(sa.delete(LotUt).where(col(LotUt.lot_id) == lot_id))
    remove_row(session, viewer, lot, "lot retiré", lot.number, now)
