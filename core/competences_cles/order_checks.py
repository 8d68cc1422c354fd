"""The guards of a bon de commande: its draft, each change of state, the maximum of its lot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from core import fr
from core.competences_cles import ledger_queries, order_lines
from core.competences_cles.market_models import Lot, LotUt, Marche, Prestation
from core.competences_cles.models import BonDeCommande
from core.competences_cles.quantities import BonState
from core.competences_cles.units import UnitOfWork, amount
from core.errors import DomainError
from core.people.models import Structure

TRANSITIONS = {
    BonState.DRAFT: (BonState.ISSUED, BonState.CANCELLED),
    BonState.ISSUED: (BonState.NOTIFIED, BonState.CANCELLED),
    BonState.NOTIFIED: (BonState.RUNNING, BonState.SETTLED, BonState.CANCELLED),
    BonState.RUNNING: (BonState.SETTLED, BonState.CANCELLED),
    BonState.SETTLED: (BonState.RUNNING,),
    BonState.CANCELLED: (),
}


@dataclass(frozen=True)
class BonDraft:
    """An order as the form gives it: ``lines`` is prestation id → quantity (minutes, count)."""

    lot_id: int
    territory_id: int
    structure_id: int
    number: str
    starts_on: date
    ends_on: date
    lines: Mapping[int, int]


def lot_of(session: Session, lot_id: int) -> Lot:
    lot = session.get(Lot, lot_id)
    if lot is None:
        raise DomainError("Ce lot n’existe plus : rechargez la page.")
    return lot


def check_draft(session: Session, draft: BonDraft, *, bon_id: int | None = None) -> None:
    """Refuse an order whose form does not hold; ``bon_id``: the one that is being changed."""
    lot = lot_of(session, draft.lot_id)
    if not draft.number.strip():
        raise DomainError("Donnez le numéro du bon de commande.")
    if draft.ends_on < draft.starts_on:
        raise DomainError("La fin du bon précède son début.")
    _check_validity(session, lot, draft.starts_on, "un bon commence dans ces bornes")
    if not draft.lines or any(quantity <= 0 for quantity in draft.lines.values()):
        raise DomainError("Donnez une quantité supérieure à zéro à au moins une prestation.")
    known = session.exec(select(Prestation.id).where(col(Prestation.id).in_(draft.lines)))
    if set(known) != set(draft.lines):
        raise DomainError("Une des prestations n’existe plus : rechargez la page.")
    if session.get(LotUt, (draft.lot_id, draft.territory_id)) is None:
        raise DomainError(f"Le lot {lot.number} ne couvre pas ce département.")
    holder = session.get(Structure, draft.structure_id)
    if holder is None or holder.merged_into_id is not None:
        raise DomainError("Choisissez le titulaire du bon parmi les structures.")
    held = session.exec(
        select(BonDeCommande).where(
            BonDeCommande.lot_id == draft.lot_id, BonDeCommande.number == draft.number.strip()
        )
    ).first()
    if held is not None and held.id != bon_id:
        raise DomainError(f"Le bon {held.number} existe déjà dans ce lot.")


def _check_validity(session: Session, lot: Lot, day: date, rule: str) -> None:
    marche = session.get_one(Marche, lot.marche_id)
    if not marche.starts_on <= day <= marche.ends_on:
        raise DomainError(
            f"Le marché est valable du {fr.day(marche.starts_on)} au {fr.day(marche.ends_on)} : "
            f"{rule}."
        )


@dataclass(frozen=True)
class Change:
    """A change of state as the form gives it. ``on``: the day it took effect."""

    to: BonState
    on: date
    reason: str = ""
    decision_id: int | None = None


def check_state(session: Session, bon: BonDeCommande, change: Change, *, today: date) -> None:
    """Refuse a change that the state of the order, its dates, its lot or its hours forbid."""
    state = BonState(bon.state)
    if change.to not in TRANSITIONS[state]:
        known = ", ".join(one.label for one in TRANSITIONS[state]) or "aucun"
        raise DomainError(
            f"Un bon {state.label} ne devient pas {change.to.label}. Suites : {known}."
        )
    _check_day(bon, change, today)
    if change.to is BonState.ISSUED:
        lot = lot_of(session, bon.lot_id)
        _check_validity(session, lot, change.on, "un bon est émis dans ces bornes")
        own = order_lines.asked(session, bon.id or 0)
        check_maximum(session, bon, own.get(UnitOfWork(lot.unit), 0))
    if change.to is BonState.CANCELLED:
        _check_cancelled(session, bon, change)
    if state is BonState.SETTLED and change.decision_id is None:
        raise DomainError("Rouvrir un bon soldé demande une décision : enregistrez-la d’abord.")


def _check_day(bon: BonDeCommande, change: Change, today: date) -> None:
    if change.on > today:
        raise DomainError(
            f"Le {fr.day(change.on)} est à venir : un bon change d’état le jour où c’est fait."
        )
    steps = {"émis": bon.issued_on, "notifié": bon.notified_on, "soldé": bon.settled_on}
    for name, day in steps.items():
        if day is not None and change.on < day:
            raise DomainError(
                f"Ce bon est {name} depuis le {fr.day(day)} : choisissez ce jour ou un suivant."
            )


def _check_cancelled(session: Session, bon: BonDeCommande, change: Change) -> None:
    consumed = sum(order_lines.consumed_by_line(session, bon.id or 0).values())
    is_running = consumed != 0 or bon.state == BonState.RUNNING.value
    if is_running and not change.reason.strip():
        raise DomainError(
            "Ce bon a déjà été consommé : l’annuler est une résiliation, donnez-en le motif. La "
            "consommation est gardée."
        )


def check_maximum(session: Session, bon: BonDeCommande, quantity: int) -> None:
    """Refuse that an order comes to a quantity by which its lot would exceed its maximum."""
    lot = lot_of(session, bon.lot_id)
    if lot.quantity_max is None:
        return
    whole = quantity + ledger_queries.ordered_of_lot(session, lot_id=lot.id or 0, but=bon.id)
    if whole > lot.quantity_max:
        unit = UnitOfWork(lot.unit)
        raise DomainError(
            f"Le maximum du lot {lot.number} serait dépassé : {amount(whole, unit)} sur "
            f"{amount(lot.quantity_max, unit)}."
        )
