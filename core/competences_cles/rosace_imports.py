"""Exports of the extranet on their way into the ledger: proof-read, applied, taken back.

The ledger is append-only: a changed value is one more row, the difference; taking an export back
adds the opposite of each of its rows. A person is a keyed hash and nothing else.
"""

import json
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, db, fr, journal
from core.access import Right, Viewer
from core.competences_cles import (
    alert_operations,
    rosace_known,
    rosace_proof,
    rosace_reading,
    rosace_rows,
    rosace_writing,
)
from core.competences_cles.models import (
    Consumption,
    ConsumptionMonth,
    RosaceImport,
    RosaceProfile,
)
from core.competences_cles.rosace_proof import RowStatus
from core.competences_cles.rosace_reading import Layout, RawTable
from core.competences_cles.rosace_sheet import Export, Sheet
from core.db import table_of
from core.errors import DomainError
from core.instance import keys

DOMAIN = "competences_cles"


def secret(session: Session) -> str:
    """Return the key of the hashes. Raises DomainError where a real instance has none: identifiers
    hashed with a key that everyone knows could be found again by trying them all."""
    own = keys.key(session)
    if not own:
        raise DomainError(
            "Rien n’est importé : les identifiants des bénéficiaires seraient mal protégés. "
            "L’administrateur donne d’abord à l’installation sa clé secrète (réglage RT_SECRET)."
        )
    return own


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
    rows = rosace_rows.parse(raw, export.layout, secret=secret(session), latest=export.extracted_on)
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
        rosace_writing.write_ledger(session, viewer, record, sheet, gone)
        rosace_writing.write_paths(session, record, sheet)
        rosace_writing.write_standings(session, record)
        rosace_writing.write_months(session, record, sheet)
        rosace_writing.start_orders(session, sheet)
    rosace_writing.keep_lines(session, record, sheet)
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
        imported_at=fr.stored(now), author=viewer.signature,
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
        date_format=layout.date_format, created_at=fr.stored(now),
        author=viewer.signature,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made.id or 0


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
