"""What an applied export writes: the ledger, the parcours, the months told, the lines put aside."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from core import db
from core.access import Viewer
from core.competences_cles import ledger_queries, rosace_known
from core.competences_cles.models import (
    BonDeCommande,
    BonLine,
    Consumption,
    ConsumptionMonth,
    LineStanding,
    OperatorMonth,
    ParcoursVersion,
    RosaceImport,
    RosaceLine,
)
from core.competences_cles.rosace_proof import RowStatus
from core.competences_cles.rosace_sheet import Sheet
from core.db import table_of

KEPT = (RowStatus.REJECTED, RowStatus.PARKED, RowStatus.DUPLICATE)


def write_ledger(
    session: Session, viewer: Viewer, record: RosaceImport, sheet: Sheet, gone: pd.DataFrame
) -> None:
    """Add what the lines change, and the opposite of those that are gone, to the ledger."""
    changed = sheet.proof.applied
    first = db.next_id(session, table_of(Consumption))
    rows: list[tuple[Any, ...]] = []
    columns = ["line_id", "key", "pseudonym", "done_on", "period", "delta", "status", "is_out"]
    for row in _records(changed[columns]):
        kind = "realisation" if row.status == RowStatus.NEW.value else "correction"
        rows.append(
            (first + len(rows), row.line_id, record.id, row.key, row.pseudonym,
             row.done_on.date().isoformat(), int(row.period), int(row.delta), kind,
             bool(row.is_out), record.extracted_on.isoformat(), "", viewer.signature)
        )  # fmt: skip
    for row in _records(gone):
        day = row.key.rpartition("|")[2]
        rows.append(
            (first + len(rows), int(row.line_id), record.id, row.key, row.pseudonym, day,
             int(row.period), -int(row.quantity), "contrepassation", False,
             record.extracted_on.isoformat(), "absent d’un export complet", viewer.signature)
        )  # fmt: skip
    db.bulk_insert(session, table_of(Consumption), rows)
    db.follow_ids(session, table_of(Consumption))
    _sum_months(session, record.id or 0, record.extracted_on)


def _records(table: pd.DataFrame) -> Iterable[Any]:
    """Iterate over rows, typed loosely: pandas gives every cell any type."""
    return table.itertuples(index=False)


def _sum_months(session: Session, import_id: int, known_on: date) -> None:
    """Add the rows that an import wrote on a day to the monthly ledger."""
    table, month = table_of(Consumption), table_of(ConsumptionMonth)
    own = (
        sa.select(
            table.c.line_id, table.c.period, table.c.known_on,
            sa.func.sum(table.c.quantity).label("quantity"),
        )
        .where(table.c.import_id == import_id, table.c.known_on == known_on)
        .group_by(table.c.line_id, table.c.period, table.c.known_on)
    )  # fmt: skip
    session.connection().execute(
        sa.insert(month).from_select(["line_id", "period", "known_on", "quantity"], own)
    )


def write_paths(session: Session, record: RosaceImport, sheet: Sheet) -> None:
    """Keep a new version of each parcours that the export describes otherwise than before."""
    rows = sheet.proof.rows
    usable = rows[(rows["line_id"] > 0) & (rows["status"] != RowStatus.REJECTED.value)]
    if usable.empty:
        return
    latest = usable.sort_values("done_on").groupby(["pseudonym", "line_id"], sort=True).tail(1)
    done = rosace_known.done_by_path(session)
    held = rosace_known.path_values(session)
    columns = [column.name for column in table_of(ParcoursVersion).columns][4:]
    identifier = db.next_id(session, table_of(ParcoursVersion))
    made: list[tuple[Any, ...]] = []
    for row in _records(latest):
        values = rosace_known.path_row(row, columns, record.extracted_on, done)
        key = (row.pseudonym, int(row.line_id))
        before = held.get(key)
        if before is not None and rosace_known.is_same(columns, before, values):
            continue
        made.append((identifier + len(made), *key, record.id, *values))
    db.bulk_insert(session, table_of(ParcoursVersion), made)
    db.follow_ids(session, table_of(ParcoursVersion))


def write_standings(session: Session, record: RosaceImport) -> None:
    """Sum the parcours up once, for every reading of the follow-up."""
    found = ledger_queries.standings(record.extracted_on).subquery()
    session.connection().execute(
        sa.insert(table_of(LineStanding)).from_select(
            ["import_id", "line_id", "committed", "completed", "outcomes"],
            sa.select(sa.literal(record.id), *found.columns),
        )
    )


def write_months(session: Session, record: RosaceImport, sheet: Sheet) -> None:
    """Note the months that the export declares for each operator."""
    rows = sheet.proof.rows
    pairs = rows.loc[rows["structure_id"] > 0, ["structure_id", "period"]].drop_duplicates()
    session.add_all(
        OperatorMonth(structure_id=int(structure), period=int(period), import_id=record.id or 0,
                      known_on=record.extracted_on)
        for structure, period in _records(pairs)
    )  # fmt: skip
    session.flush()


def start_orders(session: Session, sheet: Sheet) -> None:
    """An order that was notified is under way from its first consumption on."""
    lines = [int(one) for one in sheet.proof.applied["line_id"].unique()]
    bon = table_of(BonDeCommande)
    own = sa.select(col(BonLine.bon_id)).where(col(BonLine.id).in_(lines))
    session.connection().execute(
        sa.update(bon).where(bon.c.id.in_(own), bon.c.state == "notifie").values(state="en_cours")
    )
    session.expire_all()


def keep_lines(session: Session, record: RosaceImport, sheet: Sheet) -> None:
    """Keep what was not simply applied, with its reason, without any identifier."""
    reasons: dict[int, tuple[str, str]] = {}
    for fault in sheet.rows.faults:
        reasons.setdefault(fault.line, (RowStatus.REJECTED.value, str(fault)))
    rows = sheet.proof.rows
    kept = rows[rows["status"].isin([one.value for one in KEPT])]
    for number, status, reason in _records(kept[["number", "status", "reason"]]):
        reasons[int(number)] = (status, reason)
    cells = sheet.rows.raw
    session.add_all(
        RosaceLine(
            import_id=record.id or 0, number=number, status=status, reason=reason,
            raw=json.dumps(cells.loc[number].to_dict(), ensure_ascii=False),
        )
        for number, (status, reason) in sorted(reasons.items())
    )  # fmt: skip
    session.flush()
