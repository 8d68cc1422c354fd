"""Exports of the extranet on their way into the ledger: proof-read, applied, taken back.

The ledger is append-only: a changed value is one more row, the difference; taking an export back
adds the opposite of each of its rows. A person is a keyed hash and nothing else.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, db, fr, journal
from core.access import Right, Viewer
from core.competences_cles import (
    alert_operations,
    ledger_queries,
    rosace_known,
    rosace_proof,
    rosace_reading,
    rosace_rows,
)
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
    RosaceProfile,
)
from core.competences_cles.rosace_proof import Proof, RowStatus
from core.competences_cles.rosace_reading import Layout, RawTable
from core.competences_cles.rosace_rows import Rows
from core.db import table_of
from core.errors import DomainError
from core.instance.models import Mode
from core.instance.queries import mode
from core.settings import settings

DOMAIN = "competences_cles"
NO_SECRET = "demonstration"  # noqa: S105  # hashes simulated identifiers only
KEPT = (RowStatus.REJECTED, RowStatus.PARKED, RowStatus.DUPLICATE)


@dataclass(frozen=True)
class Export:
    """A file as it was uploaded, how it is read, when it was extracted, and whether it is whole."""

    name: str
    content: bytes
    layout: Layout
    extracted_on: date
    is_partial: bool = False

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def seen(self) -> str:
        """Name what decides of the proof: the content, how it is read, whether it is whole."""
        layout = f"{self.layout.dumped()}|{self.layout.date_format}"
        return f"{self.sha256}|{layout}|{self.is_partial}"


@dataclass(frozen=True)
class Sheet:
    """The proof-reading of an export: what was read, and what each line would change.

    ``seen`` names what was read and how, ``revision`` the market it was compared with: while both
    hold, the sheet needs not be worked out again.
    """

    raw: RawTable
    rows: Rows
    proof: Proof
    seen: str = ""
    revision: int = 0

    def count(self, status: RowStatus) -> int:
        unread = len({fault.line for fault in self.rows.faults})
        return self.proof.count(status) + (unread if status is RowStatus.REJECTED else 0)


def secret(session: Session) -> str:
    """Return the key of the hashes. Raises DomainError where a real instance has none.

    The key of the demonstration is known to everyone: identifiers hashed with it could be found
    again by trying them all.
    """
    own = settings().secret.get_secret_value().strip()
    if not own and mode(session) is Mode.REAL:
        raise DomainError(
            "Rien n’est importé : les identifiants des bénéficiaires seraient mal protégés. "
            "L’administrateur donne d’abord à l’installation sa clé secrète (réglage RT_SECRET)."
        )
    return own or NO_SECRET


def check(session: Session, viewer: Viewer, export: Export) -> Sheet:
    """Proof-read an export; nothing is written. Raises FileRefusedError where it cannot be read."""
    access.require(viewer, Right.EDIT_MARKET)
    raw = rosace_reading.read(export.content, export.name)
    missing = rosace_reading.lacking(export.layout.columns)
    if missing:
        raise DomainError(f"Dites quelle colonne est : {', '.join(missing)}.")
    unknown = [name for name in export.layout.columns.values() if name not in raw.headers]
    if unknown:
        raise DomainError(f"Ces colonnes ne sont plus dans le fichier : {', '.join(unknown)}.")
    rows = rosace_rows.parse(raw, export.layout, secret=secret(session))
    found = rosace_proof.proof(
        rows.table, rosace_known.known(session), is_partial=export.is_partial
    )
    return Sheet(raw, rows, found, export.seen, db.revisions(session).get(DOMAIN, 0))


def apply(  # an export, how it was proof-read, and what is decided of it
    session: Session, viewer: Viewer, export: Export, *, sheet: Sheet | None = None,
    reverse_vanished: bool = False, now: datetime,
) -> RosaceImport:  # fmt: skip
    """Write what an export changes, or put it in quarantine whole.

    ``sheet``: as it was shown; without one the export is proof-read now. Raises DomainError where
    the market has changed since that sheet. ``reverse_vanished``: take back what the ledger holds
    and a complete export does not.
    """
    access.require(viewer, Right.EDIT_MARKET)
    if sheet is None:
        sheet = check(session, viewer, export)
    else:
        _require_fresh(session, export, sheet)
    record = _record(session, viewer, export, sheet, now)
    if not sheet.proof.refusal:
        gone = sheet.proof.vanished if reverse_vanished else sheet.proof.vanished.iloc[:0]
        _write_ledger(session, viewer, record, sheet, gone)
        _write_paths(session, record, sheet)
        _write_standings(session, record)
        _write_months(session, record, sheet)
        _start_orders(session, sheet)
    _keep_lines(session, record, sheet)
    journal.record(
        session, viewer, at=now, domain=DOMAIN,
        action="export mis en quarantaine" if sheet.proof.refusal else "export importé",
        subject=export.name,
        after={"new": record.rows_new, "changed": record.rows_changed,
               "unchanged": record.rows_unchanged, "sha256": export.sha256},
    )  # fmt: skip
    alert_operations.evaluate(session, viewer, today=export.extracted_on, now=now)
    return record


def _require_fresh(session: Session, export: Export, sheet: Sheet) -> None:
    """Refuse a sheet of another file, or older than the last change of the market.

    This unit of work itself has raised the revision by one.
    """
    held = db.revisions(session).get(DOMAIN, 0)
    if sheet.seen != export.seen or held != sheet.revision + 1:
        raise DomainError(
            "Le marché a changé depuis cette relecture : relisez la feuille, puis appliquez."
        )


def _record(
    session: Session, viewer: Viewer, export: Export, sheet: Sheet, now: datetime
) -> RosaceImport:
    profile = learn(session, viewer, sheet.raw, export.layout, name=export.name, now=now)
    proof = sheet.proof
    record = RosaceImport(
        file_name=export.name, sha256=export.sha256, profile_id=profile,
        extracted_on=export.extracted_on, period_from=proof.period_from,
        period_to=proof.period_to, state="quarantaine" if proof.refusal else "applique",
        rows_read=len(sheet.raw.rows), rows_new=sheet.count(RowStatus.NEW),
        rows_changed=sheet.count(RowStatus.CHANGED),
        rows_unchanged=sheet.count(RowStatus.UNCHANGED),
        rows_vanished=sheet.count(RowStatus.VANISHED),
        rows_duplicated=sheet.count(RowStatus.DUPLICATE),
        rows_rejected=sheet.count(RowStatus.REJECTED), rows_parked=sheet.count(RowStatus.PARKED),
        negative_months=proof.negative_months, is_partial=export.is_partial,
        imported_at=now.replace(tzinfo=None), author=viewer.signature,
    )  # fmt: skip
    session.add(record)
    session.flush()
    return record


def learn(  # what makes a profile
    session: Session, viewer: Viewer, raw: RawTable, layout: Layout, *, name: str, now: datetime
) -> int:
    """Remember how a layout is read; a changed mapping is a new version of its profile."""
    held = rosace_known.profile(session, raw.fingerprint)
    same = (
        held is not None and json.loads(held.mapping) == dict(layout.columns)
        and held.date_format == layout.date_format
    )  # fmt: skip
    if held is not None and same:
        return held.id or 0
    made = RosaceProfile(
        name=name, fingerprint=raw.fingerprint, version=held.version + 1 if held else 1,
        mapping=layout.dumped(), separator=raw.separator, encoding=raw.encoding,
        date_format=layout.date_format, created_at=now.replace(tzinfo=None),
        author=viewer.signature,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made.id or 0


def _write_ledger(
    session: Session, viewer: Viewer, record: RosaceImport, sheet: Sheet, gone: pd.DataFrame
) -> None:
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


def _write_paths(session: Session, record: RosaceImport, sheet: Sheet) -> None:
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
        if held.get(key) == rosace_known.comparable(columns, values):
            continue
        made.append((identifier + len(made), *key, record.id, *values))
    db.bulk_insert(session, table_of(ParcoursVersion), made)
    db.follow_ids(session, table_of(ParcoursVersion))


def _write_standings(session: Session, record: RosaceImport) -> None:
    """Sum the parcours up once, for every reading of the follow-up."""
    found = ledger_queries.standings(record.extracted_on).subquery()
    session.connection().execute(
        sa.insert(table_of(LineStanding)).from_select(
            ["import_id", "line_id", "committed", "completed", "outcomes"],
            sa.select(sa.literal(record.id), *found.columns),
        )
    )


def _write_months(session: Session, record: RosaceImport, sheet: Sheet) -> None:
    rows = sheet.proof.rows
    pairs = rows.loc[rows["structure_id"] > 0, ["structure_id", "period"]].drop_duplicates()
    session.add_all(
        OperatorMonth(structure_id=int(structure), period=int(period), import_id=record.id or 0,
                      known_on=record.extracted_on)
        for structure, period in _records(pairs)
    )  # fmt: skip
    session.flush()


def _start_orders(session: Session, sheet: Sheet) -> None:
    """An order that was notified is under way from its first consumption on."""
    lines = [int(one) for one in sheet.proof.applied["line_id"].unique()]
    bon = table_of(BonDeCommande)
    own = sa.select(col(BonLine.bon_id)).where(col(BonLine.id).in_(lines))
    session.connection().execute(
        sa.update(bon).where(bon.c.id.in_(own), bon.c.state == "notifie").values(state="en_cours")
    )
    session.expire_all()


def _keep_lines(session: Session, record: RosaceImport, sheet: Sheet) -> None:
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


def revert(session: Session, viewer: Viewer, *, import_id: int, today: date, now: datetime) -> str:
    """Take the last applied export back: the opposite of each of its rows, every total restored."""
    access.require(viewer, Right.EDIT_MARKET)
    record = session.get(RosaceImport, import_id)
    if record is None or record.state != "applique":
        raise DomainError("Cet import n’est pas appliqué : il n’y a rien à annuler.")
    later = session.exec(
        select(RosaceImport.file_name).where(
            RosaceImport.state == "applique", col(RosaceImport.id) > import_id
        )
    ).first()
    if later is not None:
        raise DomainError(f"Un import plus récent est appliqué (« {later} ») : annulez-le d’abord.")
    known_on = max(today, record.extracted_on)
    _reverse(session, viewer, record, known_on)
    record.state, record.reverted_on = "annule", known_on
    session.add(record)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="import annulé",
                   subject=record.file_name)  # fmt: skip
    alert_operations.evaluate(session, viewer, today=known_on, now=now)
    count = record.rows_new + record.rows_changed
    return f"Import annulé : {fr.plural(count, 'ligne contre-passée', 'lignes contre-passées')}."


def _reverse(session: Session, viewer: Viewer, record: RosaceImport, known_on: date) -> None:
    table, month = table_of(Consumption), table_of(ConsumptionMonth)
    names = ["line_id", "key", "pseudonym", "done_on", "period", "is_out_of_period"]
    opposite = sa.select(
        *(table.c[name] for name in names), -table.c.quantity, sa.literal("contrepassation"),
        sa.literal(record.id), sa.literal(known_on, sa.Date), sa.literal("import annulé"),
        sa.literal(viewer.signature),
    ).where(table.c.import_id == record.id)  # fmt: skip
    sums = (
        sa.select(
            table.c.line_id, table.c.period, sa.literal(known_on, sa.Date),
            -sa.func.sum(table.c.quantity),
        )
        .where(table.c.import_id == record.id)
        .group_by(table.c.line_id, table.c.period)
    )  # fmt: skip
    connection = session.connection()
    connection.execute(
        sa.insert(month).from_select(["line_id", "period", "known_on", "quantity"], sums)
    )
    connection.execute(
        sa.insert(table).from_select(
            [*names, "quantity", "kind", "import_id", "known_on", "reason", "author"], opposite
        )
    )
