"""The bilan pédagogique et financier, rehearsed all year long."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from core.access import Right, Viewer, require
from core.db import table_of
from core.training import statistics
from core.training.enums import Funding, Situation, TraineeKind
from core.training.models import TrainingSession
from core.training.parts import Part, parts

DOMAINS = ("training", "people", "territories")
SESSION = table_of(TrainingSession)


@dataclass(frozen=True)
class BpfLine:
    """One line of a frame: stagiaires and heures-stagiaires."""

    frame: str
    label: str
    stagiaires: int
    hours: float


def bpf(session: Session, viewer: Viewer, *, year: int) -> list[BpfLine]:
    """Rehearse the bilan pédagogique et financier of a year: frames F1, F3, F4 and G.

    F1 by kind of stagiaire, F3 by objective (the kind of action), F4 by speciality (the theme)
    share the same total; G is what was done for another training body. Stagiaires are counted
    by session they were present at, as the form does.
    """
    require(viewer, Right.READ_ACTIVITY)
    return [
        BpfLine(
            frame, label, len({part.cell.registration.id for part in group}),
            sum(part.cell.minutes for part in group) / 60,
        )
        for (frame, label), group in _groups(session, year).items()
    ]  # fmt: skip


def sessions_behind(
    session: Session, viewer: Viewer, *, year: int, frame: str, label: str
) -> pd.DataFrame:
    """One row a session counted in a line of a frame (columns of ``statistics``)."""
    require(viewer, Right.READ_ACTIVITY)
    return statistics.session_table(_groups(session, year).get((frame, label), []))


def _groups(session: Session, year: int) -> dict[tuple[str, str], list[Part]]:
    """Return the presences of a year by frame and line, in the order of the form."""
    found = parts(session, start=date(year, 1, 1), end=date(year, 12, 31))
    present = [part for part in found if part.cell.situation is Situation.PRESENT]
    kinds, funding, subcontracted = _bpf_columns(session, {part.session_id for part in present})
    own = [part for part in present if not subcontracted[part.session_id]]
    confided = [part for part in present if subcontracted[part.session_id]]
    frames: dict[str, tuple[list[Part], Callable[[Part], str]]] = {
        "F1": (own, lambda part: TraineeKind(kinds[part.session_id]).label),
        "F3": (own, lambda part: part.kind),
        "F4": (own, lambda part: part.theme),
        "G": (confided, lambda part: Funding(funding[part.session_id]).label),
    }
    groups: dict[tuple[str, str], list[Part]] = {}
    for frame, (kept, value) in frames.items():
        for part in sorted(kept, key=value):
            groups.setdefault((frame, value(part)), []).append(part)
    return groups


def _bpf_columns(
    session: Session, session_ids: set[int]
) -> tuple[dict[int, str], dict[int, str], dict[int, bool]]:
    rows = session.connection().execute(
        sa.select(
            SESSION.c.id, SESSION.c.trainee_kind, SESSION.c.funding, SESSION.c.is_subcontracted
        ).where(SESSION.c.id.in_(session_ids))
    ).all()  # fmt: skip
    return (
        {row.id: row.trainee_kind for row in rows}, {row.id: row.funding for row in rows},
        {row.id: row.is_subcontracted for row in rows},
    )  # fmt: skip
