"""Reads of the exports: what was imported, what was put aside, how a layout is read."""

import json

import pandas as pd
from sqlmodel import Session, col, select

from core.access import Right, Viewer, require
from core.competences_cles import rosace_imports, rosace_known, rosace_reading
from core.competences_cles.models import RosaceImport, RosaceLine
from core.competences_cles.rosace_proof import RowStatus
from core.competences_cles.rosace_reading import Layout, RawTable
from core.competences_cles.rosace_sheet import Export, Sheet
from core.competences_cles.rosace_writing import KEPT

DOMAINS = ("competences_cles",)
STATES = {"applique": "appliqué", "quarantaine": "en quarantaine", "annule": "annulé"}
SHOWN, MOST_REASONS = 200, 5


def imports(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row an export, the latest first, with what became of its lines."""
    require(viewer, Right.EDIT_MARKET)
    columns = [
        "id", "file_name", "extracted_on", "state", "rows_read", "rows_new", "rows_changed",
        "rows_unchanged", "rows_vanished", "rows_duplicated", "rows_rejected", "rows_parked",
        "imported_at", "author",
    ]  # fmt: skip
    rows = session.exec(select(RosaceImport).order_by(col(RosaceImport.id).desc()))
    table = pd.DataFrame([[getattr(row, name) for name in columns] for row in rows],
                         columns=columns)  # fmt: skip
    return table.assign(state=table["state"].map(STATES))


def lines(session: Session, viewer: Viewer, *, import_id: int) -> pd.DataFrame:
    """One row a line that was put aside: number, status, reason, and its cells without a name."""
    require(viewer, Right.EDIT_MARKET)
    rows = session.exec(
        select(RosaceLine).where(RosaceLine.import_id == import_id).order_by(col(RosaceLine.number))
    )
    return pd.DataFrame(
        [
            (row.number, RowStatus(row.status).label, row.reason,
             " ; ".join(f"{name} : {cell}" for name, cell in json.loads(row.raw).items() if cell))
            for row in rows
        ],
        columns=["number", "status", "reason", "cells"],
    )  # fmt: skip


def layout(session: Session, viewer: Viewer, *, raw: RawTable) -> tuple[Layout, bool]:
    """Return how a file is read: as remembered (True), else as its headers suggest (False)."""
    require(viewer, Right.EDIT_MARKET)
    held = rosace_known.profile(session, raw.fingerprint)
    if held is None:
        columns = rosace_reading.proposed(raw.headers).columns
        return Layout(columns, rosace_reading.date_format(raw, columns)), False
    return Layout(json.loads(held.mapping), held.date_format), True


def sheet(session: Session, viewer: Viewer, *, export: Export) -> Sheet:
    """Proof-read an export without writing anything."""
    return rosace_imports.check(session, viewer, export)


def put_aside(found: Sheet) -> pd.DataFrame:
    """One row a line that would not simply be applied: number, status, reason, at most SHOWN."""
    faults = [(one.line, RowStatus.REJECTED.label, str(one)) for one in found.rows.faults]
    rows = found.proof.rows
    statuses = [RowStatus.REJECTED, RowStatus.PARKED, RowStatus.DUPLICATE]
    kept = rows[rows["status"].isin([one.value for one in statuses])]
    told = [
        (int(number), RowStatus(status).label, reason)
        for number, status, reason in zip(
            kept["number"], kept["status"], kept["reason"], strict=True
        )
    ]
    return pd.DataFrame(sorted(faults + told)[:SHOWN], columns=["number", "status", "reason"])


def count_aside(found: Sheet) -> int:
    """Count the lines that would not simply be applied."""
    return sum(found.count(one) for one in KEPT)


def waiting(found: Sheet) -> list[tuple[str, int]]:
    """Say why lines wait (an unknown order), and how many of them, the most frequent first."""
    rows = found.proof.rows
    counts = rows.loc[rows["status"] == RowStatus.PARKED.value, "reason"].value_counts()
    return [(str(why), int(count)) for why, count in counts.head(MOST_REASONS).items()]


def changes(found: Sheet) -> pd.DataFrame:
    """One row an order: lines new and changed, and the hours that they would add."""
    rows = found.proof.applied
    if rows.empty:
        return pd.DataFrame(columns=["order", "new", "changed", "hours"])
    grouped = rows.assign(
        new=rows["status"] == RowStatus.NEW.value, changed=rows["status"] == RowStatus.CHANGED.value
    ).groupby("order")
    table = grouped.agg(new=("new", "sum"), changed=("changed", "sum"), hours=("delta", "sum"))
    return table.assign(hours=table["hours"] / 60).reset_index()
