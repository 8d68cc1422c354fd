"""What a committee decided of a reallocation: its hypotheses kept, its amendments written."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

import pandas as pd
from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.competences_cles import orders
from core.competences_cles.follow_models import Decision
from core.competences_cles.market_models import Prestation
from core.competences_cles.models import BonDeCommande, BonLine
from core.competences_cles.orders import Amendment
from core.competences_cles.reallocation import Proposal
from core.competences_cles.reallocation_inputs import Settings
from core.competences_cles.units import UnitOfWork
from core.errors import DomainError

DOMAIN = "competences_cles"
DOMAINS = ("competences_cles",)
HOUR = 60


@dataclass(frozen=True)
class DecisionDraft:
    """A decision as the form gives it: who took it, when, and why."""

    body: str
    decided_on: date
    text: str = ""


def decide(
    session: Session, viewer: Viewer, draft: DecisionDraft, proposal: Proposal,
    settings: Settings, *, now: datetime,
) -> int:  # fmt: skip
    """Record a decision and amend every order that it moves, in one unit of work."""
    access.require(viewer, Right.EDIT_MARKET)
    if not draft.body.strip():
        raise DomainError("Dites quelle instance a décidé (comité de pilotage, service…).")
    if not proposal.amendments:
        raise DomainError("Cette proposition ne change aucun bon : il n’y a rien à décider.")
    if not proposal.is_feasible:
        raise DomainError(
            "Cette proposition suppose de dépasser une limite : levez-la d’abord, puis décidez."
        )
    decision = Decision(
        decided_on=draft.decided_on, body=draft.body.strip(), kind="reallocation",
        text=draft.text.strip(), author=viewer.signature,
        hypotheses=json.dumps(_hypotheses(proposal, settings), ensure_ascii=False),
    )  # fmt: skip
    session.add(decision)
    session.flush()
    lines = _lines(session, {one.order.key for one in proposal.amendments})
    # Reductions first: an increase may only fit its lot once others have given way.
    for move in sorted(proposal.amendments, key=lambda one: one.change):
        orders.amend(
            session, viewer,
            Amendment(
                lines[move.order.key], round(HOUR * move.change), "reallocation",
                draft.decided_on, reason=draft.body.strip(), decision_id=decision.id,
            ),
            today=draft.decided_on, now=now,
        )  # fmt: skip
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="décision de réallocation",
        subject=draft.body.strip(), after={"changed": len(proposal.amendments)},
    )  # fmt: skip
    return decision.id or 0


@dataclass(frozen=True)
class Minute:
    """A decision of a committee that moves no order by itself. ``ut_code``: what it is about.

    ``available``: minutes that could still be prescribed there when it was entered.
    """

    ut_code: str
    decided_on: date
    body: str
    text: str
    available: float | None = None


def enter(session: Session, viewer: Viewer, minute: Minute, *, today: date, now: datetime) -> int:
    """Record what a committee decided; return its id. Refuses an empty or a future decision."""
    if not minute.text.strip():
        raise DomainError("Écrivez ce qui a été décidé.")
    held = {"ut": minute.ut_code, "available": minute.available}
    draft = DecisionDraft(minute.body, minute.decided_on, minute.text)
    return _record(session, viewer, draft, kind="comite", held=held, today=today, now=now)


def take(
    session: Session, viewer: Viewer, draft: DecisionDraft, *, kind: str, now: datetime
) -> int:
    """Record a decision about one order (to re-open it …); return its id."""
    return _record(session, viewer, draft, kind=kind, held={}, today=now.date(), now=now)


def _record(  # noqa: PLR0913  # what a decision is
    session: Session, viewer: Viewer, draft: DecisionDraft, *, kind: str,
    held: Mapping[str, object], today: date, now: datetime,
) -> int:  # fmt: skip
    access.require(viewer, Right.EDIT_MARKET)
    body, text = draft.body.strip(), draft.text.strip()
    if not body:
        raise DomainError("Dites quelle instance a décidé (comité de pilotage, service…).")
    if draft.decided_on > today:
        raise DomainError("Une décision porte la date du jour où elle a été prise.")
    decision = Decision(
        decided_on=draft.decided_on, body=body, kind=kind, text=text, author=viewer.signature,
        hypotheses=json.dumps(held, ensure_ascii=False),
    )  # fmt: skip
    session.add(decision)
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN,
        action="décision de comité" if kind == "comite" else f"décision : {kind}", subject=body,
        after={"date": draft.decided_on, "text": text},
    )  # fmt: skip
    return decision.id or 0


def _hypotheses(proposal: Proposal, settings: Settings) -> Mapping[str, object]:
    return {
        "orders": [asdict(one.order) | {"proposed": one.proposed} for one in proposal.moves],
        "cap": settings.cap, "budget": settings.budget, "block": settings.block,
        "worst_before": proposal.worst_before, "worst_after": proposal.worst_after,
    }  # fmt: skip


def _lines(session: Session, numbers: set[str]) -> dict[str, int]:
    """Return the line in hours of each order, by its number."""
    rows = session.exec(
        select(BonDeCommande.number, BonLine.id, Prestation.unit)
        .join(BonLine, col(BonLine.bon_id) == col(BonDeCommande.id))
        .join(Prestation, col(Prestation.id) == col(BonLine.prestation_id))
        .where(col(BonDeCommande.number).in_(numbers))
        .order_by(col(BonLine.id).desc())
    )
    return {number: line or 0 for number, line, unit in rows if UnitOfWork(unit).is_timed}


def recorded(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row a decision, the latest first: decided_on, body, text, author, moved (orders), ut."""
    access.require(viewer, Right.READ_MARKET)
    rows = session.exec(
        select(Decision).order_by(col(Decision.decided_on).desc(), col(Decision.id).desc())
    )
    columns = ["decided_on", "body", "text", "author", "moved", "ut", "orders"]
    return pd.DataFrame([_row(row) for row in rows], columns=columns)


def _row(row: Decision) -> tuple[object, ...]:
    held = json.loads(row.hypotheses)
    orders = [one["key"] for one in held.get("orders", []) if one["proposed"] != one["ordered"]]
    return (row.decided_on, row.body, row.text, row.author, len(orders), held.get("ut", ""), orders)
