"""Writes on bons de commande: drafted, issued, notified, amended, settled, cancelled, re-opened.

What is ordered is never stored: it is the sum of what was first written and of the movements.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.competences_cles import ledger_queries, quantities
from core.competences_cles.market_models import Lot, LotUt, Marche, Prestation
from core.competences_cles.models import BonDeCommande, BonLine, BonMovement, ConsumptionMonth
from core.competences_cles.quantities import BonState, Line, Movement, Quantities
from core.competences_cles.units import UnitOfWork, amount
from core.errors import DomainError

DOMAIN = "competences_cles"
TRANSITIONS = {
    BonState.DRAFT: (BonState.ISSUED, BonState.CANCELLED),
    BonState.ISSUED: (BonState.NOTIFIED, BonState.CANCELLED),
    BonState.NOTIFIED: (BonState.RUNNING, BonState.SETTLED, BonState.CANCELLED),
    BonState.RUNNING: (BonState.SETTLED, BonState.CANCELLED),
    BonState.SETTLED: (BonState.RUNNING,),
    BonState.CANCELLED: (),
}
MOVEMENT_KINDS = {
    "avenant": "avenant", "bon_modificatif": "bon modificatif", "reallocation": "réallocation",
    "solde_restitue": "reliquat rendu au solde", "reouverture": "réouverture",
}  # fmt: skip


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


def create_bon(session: Session, viewer: Viewer, draft: BonDraft, *, now: datetime) -> int:
    """Draft an order, inside the validity of its marché and for a département of its lot."""
    access.require(viewer, Right.EDIT_MARKET)
    lot = _lot(session, draft.lot_id)
    _check_draft(session, lot, draft)
    bon = BonDeCommande(
        lot_id=draft.lot_id, territory_id=draft.territory_id, structure_id=draft.structure_id,
        number=draft.number.strip(), starts_on=draft.starts_on, ends_on=draft.ends_on,
    )  # fmt: skip
    session.add(bon)
    session.flush()
    session.add_all(
        BonLine(bon_id=bon.id or 0, prestation_id=key, initial=quantity)
        for key, quantity in draft.lines.items()
    )
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="création d’un bon de commande",
                   subject=bon.number)  # fmt: skip
    return bon.id or 0


def _lot(session: Session, lot_id: int) -> Lot:
    lot = session.get(Lot, lot_id)
    if lot is None:
        raise DomainError("Ce lot n’existe plus : rechargez la page.")
    return lot


def _check_draft(session: Session, lot: Lot, draft: BonDraft) -> None:
    marche = session.get_one(Marche, lot.marche_id)
    if not draft.number.strip():
        raise DomainError("Donnez le numéro du bon de commande.")
    if draft.ends_on < draft.starts_on:
        raise DomainError("La fin du bon précède son début.")
    if not marche.starts_on <= draft.starts_on <= marche.ends_on:
        raise DomainError(
            f"Le marché est valable du {fr.day(marche.starts_on)} au {fr.day(marche.ends_on)} : un "
            "bon commence dans ces bornes."
        )
    if not draft.lines or any(quantity <= 0 for quantity in draft.lines.values()):
        raise DomainError("Donnez une quantité supérieure à zéro à au moins une prestation.")
    if session.get(LotUt, (draft.lot_id, draft.territory_id)) is None:
        raise DomainError(f"Le lot {lot.number} ne couvre pas ce département.")
    held = session.exec(
        select(BonDeCommande).where(
            BonDeCommande.lot_id == draft.lot_id, BonDeCommande.number == draft.number.strip()
        )
    ).first()
    if held is not None:
        raise DomainError(f"Le bon {held.number} existe déjà dans ce lot.")


def change_state(  # noqa: PLR0913  # what is on the form
    session: Session,
    viewer: Viewer,
    *,
    bon_id: int,
    to: BonState,
    on: date,
    reason: str = "",
    decision_id: int | None = None,
    now: datetime,
) -> None:
    """Take an order to another state, refusing what its state or the lot does not allow."""
    access.require(viewer, Right.EDIT_MARKET)
    bon = bon_of(session, bon_id)
    state = BonState(bon.state)
    if to not in TRANSITIONS[state]:
        known = ", ".join(one.label for one in TRANSITIONS[state]) or "aucun"
        raise DomainError(f"Un bon {state.label} ne devient pas {to.label}. Suites : {known}.")
    consumed = sum(consumed_by_line(session, bon_id).values())
    _check_state(session, bon, to, consumed, reason=reason, decision_id=decision_id)
    if to is BonState.ISSUED:
        bon.issued_on = on
    if to is BonState.NOTIFIED:
        bon.notified_on = on
    if to is BonState.SETTLED:
        _release(session, viewer, bon_id, on=on)
    bon.settled_on = on if to in {BonState.SETTLED, BonState.CANCELLED} else None
    bon.state, bon.reason, bon.version = to.value, reason.strip(), bon.version + 1
    session.add(bon)
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=f"bon de commande : {to.label}",
        subject=bon.number, before={"state": state.label},
        after={"state": to.label, "reason": reason.strip()},
    )  # fmt: skip


def _check_state(  # every guard of the table of states
    session: Session, bon: BonDeCommande, to: BonState, consumed: int, *, reason: str,
    decision_id: int | None,
) -> None:  # fmt: skip
    if to is BonState.ISSUED:
        _check_maximum(session, bon)
    if to is BonState.CANCELLED and consumed and not reason.strip():
        raise DomainError(
            "Ce bon a déjà été consommé : l’annuler est une résiliation, donnez-en le motif. La "
            "consommation est gardée."
        )
    is_reopened = bon.state == BonState.SETTLED.value
    if is_reopened and decision_id is None:
        raise DomainError("Rouvrir un bon soldé demande une décision : enregistrez-la d’abord.")


def _check_maximum(session: Session, bon: BonDeCommande) -> None:
    lot = _lot(session, bon.lot_id)
    if lot.quantity_max is None:
        return
    own = sum(session.exec(select(BonLine.initial).where(BonLine.bon_id == (bon.id or 0))).all())
    others = sum(
        one.ordered + one.pending
        for key, one in ledger_queries.quantities_by_bon(session, lot_id=lot.id).items()
        if key != bon.id
    )
    if own + others > lot.quantity_max:
        unit = UnitOfWork(lot.unit)
        raise DomainError(
            f"Le maximum du lot {lot.number} serait dépassé : {amount(own + others, unit)} sur "
            f"{amount(lot.quantity_max, unit)}."
        )


def _release(session: Session, viewer: Viewer, bon_id: int, *, on: date) -> None:
    """Give back what was not consumed, line by line, by a negative movement."""
    consumed = consumed_by_line(session, bon_id)
    for line, found in _lines(session, bon_id).items():
        ordered = quantities.ordered(found, consumed.get(line, 0), day=date.max)
        delta = quantities.release(ordered, consumed.get(line, 0))
        if delta:
            session.add(
                BonMovement(line_id=line, delta=delta, kind="solde_restitue", effective_on=on,
                            known_on=on, author=viewer.signature)
            )  # fmt: skip
    session.flush()


@dataclass(frozen=True)
class Amendment:
    """A signed change of one line of an order: ``delta`` in the line's unit."""

    line_id: int
    delta: int
    kind: str
    effective_on: date
    reason: str = ""
    forced_reason: str = ""
    decision_id: int | None = None


def amend(
    session: Session, viewer: Viewer, amendment: Amendment, *, today: date, now: datetime
) -> None:
    """Add a movement to an order that was notified; below what is consumed, only if forced."""
    access.require(viewer, Right.EDIT_MARKET)
    line = session.get(BonLine, amendment.line_id)
    if line is None:
        raise DomainError("Cette ligne n’existe plus : rechargez la page.")
    bon = bon_of(session, line.bon_id)
    if BonState(bon.state) not in {BonState.NOTIFIED, BonState.RUNNING}:
        raise DomainError(
            f"Le bon {bon.number} est {BonState(bon.state).label} : seul un bon notifié ou en "
            "cours reçoit un avenant."
        )
    if amendment.kind not in MOVEMENT_KINDS or amendment.delta == 0:
        raise DomainError("Donnez la nature du mouvement et une quantité qui n’est pas nulle.")
    found = _lines(session, line.bon_id)[amendment.line_id]
    consumed = consumed_by_line(session, line.bon_id).get(amendment.line_id, 0)
    held = Quantities(quantities.ordered(found, consumed, day=date.max), consumed, 0.0)
    unit = UnitOfWork(session.get_one(Prestation, line.prestation_id).unit)
    quantities.check_reduction(held, delta=amendment.delta, unit=unit,
                               forced_reason=amendment.forced_reason)  # fmt: skip
    session.add(
        BonMovement(
            line_id=amendment.line_id, delta=amendment.delta, kind=amendment.kind,
            effective_on=amendment.effective_on, known_on=today, author=viewer.signature,
            reason=(amendment.forced_reason or amendment.reason).strip(),
            decision_id=amendment.decision_id,
        )
    )  # fmt: skip
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=MOVEMENT_KINDS[amendment.kind],
        subject=bon.number,
        after={"changed": amendment.delta, "reason": amendment.forced_reason or amendment.reason},
    )  # fmt: skip


def bon_of(session: Session, bon_id: int) -> BonDeCommande:
    bon = session.get(BonDeCommande, bon_id)
    if bon is None:
        raise DomainError("Ce bon de commande n’existe plus : rechargez la page.")
    return bon


def _lines(session: Session, bon_id: int) -> dict[int, Line]:
    """Return the lines of an order as the rules see them."""
    state = BonState(bon_of(session, bon_id).state)
    lines = session.exec(select(BonLine).where(BonLine.bon_id == bon_id)).all()
    movements: dict[int, list[Movement]] = {}
    for one in session.exec(
        select(BonMovement).where(col(BonMovement.line_id).in_([line.id for line in lines]))
    ):
        movements.setdefault(one.line_id, []).append(
            Movement(one.delta, one.effective_on, one.known_on)
        )
    return {
        line.id or 0: Line(state, line.initial, tuple(movements.get(line.id or 0, ())))
        for line in lines
    }


def consumed_by_line(session: Session, bon_id: int) -> dict[int, int]:
    """Return what is consumed of each line of an order."""
    rows = session.connection().execute(
        sa.select(col(ConsumptionMonth.line_id), sa.func.sum(col(ConsumptionMonth.quantity)))
        .join(BonLine, col(BonLine.id) == col(ConsumptionMonth.line_id))
        .where(col(BonLine.bon_id) == bon_id)
        .group_by(col(ConsumptionMonth.line_id))
    )
    return {row[0]: int(row[1]) for row in rows}
