"""Writes on sessions: created without a date, changed, confirmed, held, put off, cancelled."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.db import table_of
from core.errors import DomainError
from core.training import blocks, date_texts, dates, rules, scheduling
from core.training.enums import Confirmation, EventKind, SessionState, SlotState
from core.training.models import (
    Intervention,
    SessionNetwork,
    SessionTask,
    Slot,
    TrainingAction,
    TrainingSession,
)

DOMAIN = "training"


@dataclass(frozen=True)
class SessionDraft:
    """What staff enter of a session. ``date_text`` as they would say it, possibly empty."""

    title: str
    kind: str = EventKind.TRAINING.value
    theme: str = ""
    date_text: str = ""
    planned_days: float | None = None
    place_text: str = ""
    place_status: str = Confirmation.TO_DEFINE.value
    territory_id: int | None = None
    capacity: int | None = None
    minimum: int | None = None
    trainers: str = ""
    partner: str = ""
    audience: str = ""
    funding: str = ""
    trainee_kind: str = ""
    is_ours: bool = True
    is_subcontracted: bool = False
    network_ids: Sequence[int] = ()
    note: str = ""


def create_session(  # what is on the form
    session: Session,
    viewer: Viewer,
    draft: SessionDraft,
    *,
    now: datetime,
    action_id: int | None = None,
    rerun_of_id: int | None = None,
) -> int:
    """Create a session, with or without a date; its tasks come with it. Return its id."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    _check(draft)
    block = _block(draft, year=now.year)
    training = TrainingSession(
        action_id=action_id or _action(session, draft),
        uid=secrets.token_hex(12),
        rerun_of_id=rerun_of_id,
        **_columns(draft),
    )
    blocks.write(training, block)
    session.add(training)
    session.flush()
    assert training.id is not None  # noqa: S101  # flushed, for mypy
    _set_networks(session, training.id, draft.network_ids)
    scheduling.lay_slots(session, training.id, block.days)
    session.add_all(
        SessionTask(session_id=training.id, label=label, days_before=days)
        for label, days in rules.TASKS
    )
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="création d’une séance",
        subject=training.title, after={"date": block.told(), "place": draft.place_text},
    )  # fmt: skip
    return training.id


def _check(draft: SessionDraft) -> None:
    if not draft.title.strip():
        raise DomainError("Donnez un intitulé à la séance.")
    if draft.capacity is not None and draft.capacity <= 0:
        raise DomainError("La capacité est un nombre de places, au moins une ; laissez vide sinon.")
    if draft.minimum is not None and draft.minimum <= 0:
        raise DomainError("Le minimum pour ouvrir est d’au moins une personne.")
    if draft.minimum and draft.capacity and draft.minimum > draft.capacity:
        raise DomainError(
            f"Le minimum pour ouvrir ({draft.minimum}) dépasse la capacité ({draft.capacity})."
        )


def _block(draft: SessionDraft, *, year: int) -> dates.DateBlock:
    block = date_texts.parse(draft.date_text, year=year)
    if draft.planned_days:
        block = dates.with_planned(block, round(2 * draft.planned_days))
    return block


def _columns(draft: SessionDraft) -> dict[str, Any]:
    return {
        "title": draft.title.strip(), "place_text": draft.place_text.strip(),
        "place_status": draft.place_status, "territory_id": draft.territory_id,
        "capacity": draft.capacity, "minimum": draft.minimum, "trainers": draft.trainers.strip(),
        "partner": draft.partner.strip(), "funding": draft.funding,
        "trainee_kind": draft.trainee_kind, "is_ours": draft.is_ours,
        "is_subcontracted": draft.is_subcontracted, "priority_audience": draft.audience.strip(),
        "note": draft.note.strip(),
    }  # fmt: skip


def _action(session: Session, draft: SessionDraft) -> int:
    """Return the action of the same title and kind, made where there is none."""
    title = draft.title.strip()
    found = session.exec(
        select(TrainingAction.id).where(
            TrainingAction.title == title, TrainingAction.kind == draft.kind
        )
    ).first()
    if found is not None:
        return found
    action = TrainingAction(
        title=title, kind=draft.kind, theme=draft.theme, audience=draft.audience
    )
    session.add(action)
    session.flush()
    return action.id or 0


def _set_networks(session: Session, training_id: int, network_ids: Sequence[int]) -> None:
    table = table_of(SessionNetwork)
    session.connection().execute(sa.delete(table).where(table.c.session_id == training_id))
    session.add_all(
        SessionNetwork(session_id=training_id, network_id=network, is_lead=rank == 0)
        for rank, network in enumerate(dict.fromkeys(network_ids))
    )
    session.flush()


def change_session(  # noqa: PLR0913  # what is on the form
    session: Session,
    viewer: Viewer,
    draft: SessionDraft,
    *,
    training_id: int,
    version: int,
    now: datetime,
    reason: str = "",
) -> None:
    """Change a session; refused where someone else changed it since ``version`` was read."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    _check(draft)
    training = scheduling.training_of(session, training_id)
    if training.version != version:
        raise DomainError(
            "Quelqu’un d’autre a modifié cette séance entre-temps : rechargez la page pour voir "
            "ses changements. Votre saisie est encore à l’écran."
        )
    before = {"title": training.title, "date": blocks.block_of(training).told(),
              "place": training.place_text}  # fmt: skip
    if draft.date_text.strip() != training.date_text:
        block = _block(draft, year=now.year)
        scheduling.set_date(session, viewer, training, block, reason=reason, now=now)
        scheduling.free_slots(session, training_id, keep=block.days)
        scheduling.lay_slots(session, training_id, block.days)
    for name, value in _columns(draft).items():
        setattr(training, name, value)
    training.is_imported = False
    training.version += 1
    session.add(training)
    session.flush()
    _set_networks(session, training_id, draft.network_ids)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="modification d’une séance",
        subject=training.title, before=before,
        after={"title": training.title, "date": blocks.block_of(training).told(),
               "place": training.place_text},
    )  # fmt: skip


def change_state(  # noqa: PLR0913  # what is on the form
    session: Session,
    viewer: Viewer,
    *,
    training_id: int,
    to: SessionState,
    reason: str = "",
    today: date,
    now: datetime,
) -> None:
    """Move a session to another state, where its guards allow; everything missing is said."""
    access.require(viewer, Right.EDIT_ACTIVITY)
    training = scheduling.training_of(session, training_id)
    rules.check_transition(_standing(session, training), to, reason=reason, today=today)
    before = SessionState(training.state)
    training.state, training.state_reason = to.value, reason.strip()
    training.version += 1
    if to is SessionState.POSTPONED:
        block = dates.DateBlock(text=f"reportée : {reason.strip()}")
        block = dates.with_planned(block, blocks.block_of(training).planned)
        scheduling.set_date(session, viewer, training, block, reason=reason, now=now)
        scheduling.free_slots(session, training_id)
    else:
        training.sequence += 1
    session.add(training)
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=f"séance {to.label}",
        subject=training.title, before={"state": before.label},
        after={"state": to.label, "reason": reason.strip()},
    )  # fmt: skip


def _standing(session: Session, training: TrainingSession) -> rules.Standing:
    slots = session.exec(
        select(col(Slot.day), col(Slot.state)).where(Slot.session_id == training.id)
    ).all()
    spoken = select(Intervention.id).where(Intervention.session_id == training.id)
    return rules.Standing(
        state=SessionState(training.state),
        block=blocks.block_of(training),
        place_status=Confirmation(training.place_status),
        is_ours=training.is_ours,
        is_exempt=training.is_imported,
        has_trainer=bool(training.trainers) or session.exec(spoken).first() is not None,
        slots=[(day, SlotState(state)) for day, state in slots],
    )
