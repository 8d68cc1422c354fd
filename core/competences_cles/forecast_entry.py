"""The forecast of an order entered month by month: each version kept, the newest one read."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, journal
from core.access import Right, Viewer
from core.competences_cles import forecast_grid, ledger_queries, order_lines
from core.competences_cles.follow_models import Foreseen, ForeseenVersion
from core.competences_cles.models import BonDeCommande, BonLine
from core.competences_cles.quantities import BonState
from core.competences_cles.units import amount
from core.db import table_of
from core.errors import DomainError

DOMAIN = "competences_cles"
DOMAINS = ("competences_cles",)
HISTORY = ["line_id", "version", "known_on", "author", "note", "months", "total"]


@dataclass(frozen=True)
class ForecastDraft:
    """What is foreseen of an order line: month (YYYYMM) → quantity; no month: no forecast."""

    line_id: int
    months: Mapping[int, int]
    note: str = ""


def save(session: Session, viewer: Viewer, draft: ForecastDraft, *, now: datetime) -> int:
    """Write a new version of what is foreseen of a line; the former ones stay. Return its number.

    Without any month it takes the forecast away, and the straight line stands in again.
    """
    access.require(viewer, Right.EDIT_MARKET)
    line = session.get(BonLine, draft.line_id)
    if line is None:
        raise DomainError("Cette ligne n’existe plus : rechargez la page.")
    bon = order_lines.bon_of(session, line.bon_id)
    _check(session, bon, draft, now.date())
    last = session.exec(
        select(sa.func.max(ForeseenVersion.version)).where(ForeseenVersion.line_id == draft.line_id)
    ).one()
    version = (last or 0) + 1
    session.add(
        ForeseenVersion(line_id=draft.line_id, version=version, known_on=now.date(),
                        author=viewer.signature, note=draft.note.strip())
    )  # fmt: skip
    session.add_all(
        Foreseen(line_id=draft.line_id, period=period, quantity=quantity, version=version)
        for period, quantity in sorted(draft.months.items())
    )
    session.flush()
    unit = order_lines.units_of(session, line.bon_id)[draft.line_id]
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=f"prévisionnel, version {version}",
        subject=bon.number,
        after={"quantity": amount(sum(draft.months.values()), unit), "reason": draft.note.strip()},
    )  # fmt: skip
    return version


def _check(session: Session, bon: BonDeCommande, draft: ForecastDraft, today: date) -> None:
    if BonState(bon.state) in {BonState.SETTLED, BonState.CANCELLED}:
        raise DomainError(
            f"Le bon {bon.number} est {BonState(bon.state).label} : son prévisionnel ne change "
            "plus."
        )
    if set(draft.months) - set(forecast_grid.months_of(bon.starts_on, bon.ends_on)):
        raise DomainError("Un mois est en dehors du bon : rechargez la page.")
    if any(quantity < 0 for quantity in draft.months.values()):
        raise DomainError("Une quantité prévue n’est pas négative.")
    if newest(session, [draft.line_id], known_on=today).get(draft.line_id, {}) == draft.months:
        raise DomainError("Rien n’a changé dans le prévisionnel : modifiez au moins un mois.")


def newest(session: Session, line_ids: list[int], *, known_on: date) -> dict[int, dict[int, int]]:
    """Return what is foreseen of some lines, month by month, as known on a day."""
    table, last = table_of(Foreseen), ledger_queries.newest_versions(known_on)
    same = sa.and_(last.c.line_id == table.c.line_id, last.c.version == table.c.version)
    rows = session.connection().execute(
        sa.select(table.c.line_id, table.c.period, table.c.quantity)
        .join(last, same)
        .where(table.c.line_id.in_(line_ids))
        .order_by(table.c.period)
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for line_id, period, quantity in rows:
        found[line_id][period] = quantity
    return found


def history(session: Session, viewer: Viewer, *, bon_id: int) -> pd.DataFrame:
    """One row a version of the forecast of each line of an order, the latest first (HISTORY).

    ``total``: what its months add up to, in the unit of the line; NaN where it has no month.
    """
    access.require(viewer, Right.EDIT_MARKET)
    version, foreseen = ForeseenVersion, Foreseen
    rows = session.connection().execute(
        sa.select(
            col(version.line_id), col(version.version), col(version.known_on), col(version.author),
            col(version.note), sa.func.count(col(foreseen.id)),
            sa.func.sum(col(foreseen.quantity)),
        )
        .join(BonLine, col(BonLine.id) == col(version.line_id))
        .join(
            foreseen,
            sa.and_(
                col(foreseen.line_id) == col(version.line_id),
                col(foreseen.version) == col(version.version),
            ),
            isouter=True,
        )
        .where(col(BonLine.bon_id) == bon_id)
        .group_by(col(version.id))
        .order_by(col(version.known_on).desc(), col(version.id).desc())
    )  # fmt: skip
    return pd.DataFrame([tuple(row) for row in rows], columns=HISTORY)
