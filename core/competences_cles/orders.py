"""Writes on bons de commande: drafted, issued, notified, amended, settled, cancelled, re-opened.

What is ordered is never stored: it is the sum of what was first written and of the movements.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from core import access, fr, journal
from core.access import Right, Viewer
from core.competences_cles import order_checks, order_lines, quantities
from core.competences_cles.market_models import Lot
from core.competences_cles.models import BonDeCommande, BonLine, BonMovement
from core.competences_cles.order_checks import BonDraft, Change
from core.competences_cles.quantities import BonState, Quantities
from core.competences_cles.units import amount
from core.errors import DomainError

DOMAIN = "competences_cles"
AMENDMENT_KINDS = {
    "avenant": "avenant", "bon_modificatif": "bon modificatif", "reallocation": "réallocation",
}  # fmt: skip
MOVEMENT_KINDS = AMENDMENT_KINDS | {
    "solde_restitue": "reliquat rendu au solde", "reouverture": "réouverture",
}  # fmt: skip


def create_bon(session: Session, viewer: Viewer, draft: BonDraft, *, now: datetime) -> int:
    """Draft an order, inside the validity of its marché and for a département of its lot."""
    access.require(viewer, Right.EDIT_MARKET)
    order_checks.check_draft(session, draft)
    bon = BonDeCommande(
        lot_id=draft.lot_id, territory_id=draft.territory_id, structure_id=draft.structure_id,
        number=draft.number.strip(), starts_on=draft.starts_on, ends_on=draft.ends_on,
    )  # fmt: skip
    session.add(bon)
    session.flush()
    _write_lines(session, bon, draft)
    journal.record(session, viewer, at=now, domain=DOMAIN, action="création d’un bon de commande",
                   subject=bon.number)  # fmt: skip
    return bon.id or 0


def _write_lines(session: Session, bon: BonDeCommande, draft: BonDraft) -> None:
    session.add_all(
        BonLine(bon_id=bon.id or 0, prestation_id=key, initial=quantity)
        for key, quantity in draft.lines.items()
    )
    session.flush()


def change_draft(
    session: Session, viewer: Viewer, draft: BonDraft, *, bon_id: int, now: datetime
) -> None:
    """Correct an order that is still a draft; once issued, only amendments change it."""
    access.require(viewer, Right.EDIT_MARKET)
    bon = order_lines.bon_of(session, bon_id)
    if bon.state != BonState.DRAFT.value:
        raise DomainError(
            f"Le bon {bon.number} est {BonState(bon.state).label} : il ne se corrige plus, un "
            "avenant le modifie."
        )
    order_checks.check_draft(session, draft, bon_id=bon_id)
    if order_lines.has_traces(session, bon_id):
        raise DomainError("Ce brouillon a un prévisionnel ou des lignes d’export : annulez-le.")
    session.connection().execute(sa.delete(BonLine).where(col(BonLine.bon_id) == bon_id))
    bon.lot_id, bon.territory_id, bon.structure_id = (
        draft.lot_id, draft.territory_id, draft.structure_id,
    )  # fmt: skip
    bon.number, bon.starts_on, bon.ends_on = draft.number.strip(), draft.starts_on, draft.ends_on
    bon.version += 1
    session.add(bon)
    _write_lines(session, bon, draft)
    journal.record(session, viewer, at=now, domain=DOMAIN, subject=bon.number,
                   action="correction d’un brouillon de bon")  # fmt: skip


def change_state(  # noqa: PLR0913  # what is on the form
    session: Session,
    viewer: Viewer,
    *,
    bon_id: int,
    to: BonState,
    on: date,
    reason: str = "",
    decision_id: int | None = None,
    seen: int | None = None,
    now: datetime,
) -> None:
    """Take an order to another state, refusing what its state, dates or lot do not allow.

    Settling gives back what is not consumed; re-opening asks for it again, by a decision.
    ``seen``: the version that the form showed.
    """
    access.require(viewer, Right.EDIT_MARKET)
    bon = order_lines.bon_of(session, bon_id, seen=seen)
    state, change = BonState(bon.state), Change(to, on, reason, decision_id)
    order_checks.check_state(session, bon, change, today=now.date())
    if to is BonState.ISSUED:
        bon.issued_on = on
    if to is BonState.NOTIFIED:
        bon.notified_on = on
    if to is BonState.SETTLED:
        _release(session, viewer, bon_id, on=on)
    if state is BonState.SETTLED:
        _ask_again(session, viewer, bon, change)
    bon.settled_on = on if to in {BonState.SETTLED, BonState.CANCELLED} else None
    bon.state, bon.reason, bon.version = to.value, reason.strip(), bon.version + 1
    session.add(bon)
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=f"bon de commande : {to.label}",
        subject=bon.number, before={"state": state.label},
        after={"state": to.label, "date": on, "reason": reason.strip()},
    )  # fmt: skip


def _release(session: Session, viewer: Viewer, bon_id: int, *, on: date) -> None:
    """Give back what was not consumed, line by line, by a negative movement."""
    session.add_all(
        BonMovement(line_id=line, delta=delta, kind="solde_restitue", effective_on=on, known_on=on,
                    author=viewer.signature)
        for line, delta in releases(session, bon_id).items()
        if delta
    )  # fmt: skip
    session.flush()


def releases(session: Session, bon_id: int) -> dict[int, int]:
    """Return what settling an order now would give back of each line: zero or less."""
    consumed = order_lines.consumed_by_line(session, bon_id)
    return {
        line: quantities.release(
            quantities.ordered(found, consumed.get(line, 0), day=date.max), consumed.get(line, 0)
        )
        for line, found in order_lines.lines_of(session, bon_id).items()
    }


def _ask_again(session: Session, viewer: Viewer, bon: BonDeCommande, change: Change) -> None:
    """Ask again for what the settlement gave back, if the lot still bears it."""
    held = order_lines.given_back(session, bon.id or 0)
    lot, units = session.get_one(Lot, bon.lot_id), order_lines.units_of(session, bon.id or 0)
    now_asked = order_lines.asked(session, bon.id or 0)
    for unit in set(units.values()):
        if unit.value == lot.unit:
            more = sum(delta for line, delta in held.items() if units[line] is unit)
            order_checks.check_maximum(session, bon, now_asked[unit] + more)
    session.add_all(
        BonMovement(
            line_id=line, delta=delta, kind="reouverture", effective_on=change.on,
            known_on=change.on, reason=change.reason.strip(), author=viewer.signature,
            decision_id=change.decision_id,
        )
        for line, delta in held.items()
    )  # fmt: skip
    session.flush()


@dataclass(frozen=True)
class Amendment:
    """A signed change of one line of an order: ``delta`` in the line's unit.

    ``seen``: the version of the order that the form showed, so that nothing is written twice.
    """

    line_id: int
    delta: int
    kind: str
    effective_on: date
    reason: str = ""
    forced_reason: str = ""
    decision_id: int | None = None
    seen: int | None = None


def amend(
    session: Session, viewer: Viewer, amendment: Amendment, *, today: date, now: datetime
) -> None:
    """Add a movement to an order that was notified; below what is consumed, only if forced."""
    access.require(viewer, Right.EDIT_MARKET)
    line = session.get(BonLine, amendment.line_id)
    if line is None:
        raise DomainError("Cette ligne n’existe plus : rechargez la page.")
    bon = order_lines.bon_of(session, line.bon_id, seen=amendment.seen)
    if BonState(bon.state) not in {BonState.NOTIFIED, BonState.RUNNING}:
        raise DomainError(
            f"Le bon {bon.number} est {BonState(bon.state).label} : seul un bon notifié ou en "
            "cours reçoit un avenant."
        )
    if amendment.kind not in AMENDMENT_KINDS or amendment.delta == 0:
        raise DomainError("Donnez la nature du mouvement et une quantité qui n’est pas nulle.")
    first = min(bon.starts_on, bon.notified_on or bon.starts_on)
    if not first <= amendment.effective_on <= bon.ends_on:
        raise DomainError(
            f"Un avenant prend effet entre le {fr.day(first)} et le {fr.day(bon.ends_on)}, dates "
            "du bon."
        )
    _check_quantity(session, bon, amendment)
    bon.version += 1
    session.add(bon)
    session.add(
        BonMovement(
            line_id=amendment.line_id, delta=amendment.delta, kind=amendment.kind,
            effective_on=amendment.effective_on, known_on=today, author=viewer.signature,
            reason=(amendment.forced_reason or amendment.reason).strip(),
            decision_id=amendment.decision_id,
        )
    )  # fmt: skip
    session.flush()
    unit = order_lines.units_of(session, line.bon_id)[amendment.line_id]
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=MOVEMENT_KINDS[amendment.kind],
        subject=bon.number,
        after={"quantity": amount(amendment.delta, unit), "date": amendment.effective_on,
               "reason": (amendment.forced_reason or amendment.reason).strip()},
    )  # fmt: skip


def _check_quantity(session: Session, bon: BonDeCommande, amendment: Amendment) -> None:
    """Refuse less than what is consumed, unless forced, and more than the lot may bear."""
    bon_id = bon.id or 0
    unit = order_lines.units_of(session, bon_id)[amendment.line_id]
    found = order_lines.lines_of(session, bon_id)[amendment.line_id]
    consumed = order_lines.consumed_by_line(session, bon_id).get(amendment.line_id, 0)
    held = Quantities(quantities.ordered(found, consumed, day=date.max), consumed, 0.0)
    if held.ordered + amendment.delta < 0:
        raise DomainError(
            f"Cette réduction laisserait {amount(held.ordered + amendment.delta, unit)} à la "
            "commande : une commande n’est pas négative."
        )
    quantities.check_reduction(held, delta=amendment.delta, unit=unit,
                               forced_reason=amendment.forced_reason)  # fmt: skip
    if amendment.delta > 0 and unit.value == session.get_one(Lot, bon.lot_id).unit:
        whole = order_lines.asked(session, bon_id)[unit] + amendment.delta
        order_checks.check_maximum(session, bon, whole)
