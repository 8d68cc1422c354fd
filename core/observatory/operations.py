"""Writes of the observatory: apply a parsed file, undo it. All or nothing, journalled."""

import json
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from core import access, db, fr, journal
from core.access import Right, Viewer
from core.errors import DomainError
from core.observatory import aggregates
from core.observatory.intake import facts, places, slices, undo
from core.observatory.intake.places import BASE_LEVELS
from core.observatory.intake.report import FileIdentity, ImportReport
from core.observatory.models import (
    Edition,
    ImportBatch,
)
from core.observatory.readers.parsed import ParsedFile

DOMAIN = "observatory"


def apply_file(  # noqa: PLR0913  # what a file is, and how it is to be taken
    session: Session,
    viewer: Viewer,
    *,
    parsed: ParsedFile,
    file: FileIdentity,
    now: datetime,
    is_sparse: bool = False,
    is_simulated: bool = False,
) -> ImportReport:
    """Write the figures of a parsed file, or nothing; say what is new, changed, unchanged.

    A file already applied is recognised by its content and changes nothing. The report of a
    refused file lists its faults; the caller must then leave the unit of work by an error.
    """
    access.require(viewer, Right.IMPORT)
    report = ImportReport(
        file=file, edition=f"{parsed.edition.dataset.label}, {parsed.edition.label}",
        rows_read=parsed.rows_read, warnings=list(parsed.warnings),
        errors=list(parsed.errors), error_count=parsed.error_count,
    )  # fmt: skip
    known = applied(session, file.sha256)
    if known is not None:
        report.already = (
            f"Ce fichier est déjà importé (import n° {known.id}, {fr.moment(known.imported_at)}, "
            f"par {known.author}) : rien à faire."
        )
        return report
    if report.is_refused:
        return report
    places.add_units(session, parsed)
    found, faults = places.placed(session, parsed, report)
    if faults:
        report.errors, report.error_count = faults, len(faults)
        return report
    edition = slices.edition_of(session, parsed, is_simulated=is_simulated)
    indicators = slices.indicator_ids(session, parsed)
    batch = _batch(session, viewer, edition, file, report, now)
    maker = slices.SliceMaker(edition_id=_id(edition), batch_id=_id(batch), is_sparse=is_sparse)
    table = facts.prepared(session, parsed, maker, indicators, found)
    facts.write_facts(session, edition, _id(batch), table, report)
    facts.write_denominators(session, parsed, edition, _id(batch), found)
    db.analyse(session)  # the sums join what was just written: their order is chosen by its size
    base_level = BASE_LEVELS[parsed.edition.dataset]
    aggregates.refresh(session, edition_id=_id(edition), base_level=base_level)
    db.analyse(session)
    batch.rows_new, batch.rows_changed = report.new, report.changed
    batch.rows_unchanged = report.unchanged
    batch.warnings = json.dumps(report.warnings, ensure_ascii=False)
    session.add(batch)
    report.batch_id = batch.id
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="import", subject=file.name,
        after={"import": batch.id, "edition": report.edition, "sha256": file.sha256,
               "new": report.new, "changed": report.changed, "unchanged": report.unchanged},
    )  # fmt: skip
    return report


def _id(row: Any) -> int:
    identifier: int = row.id
    return identifier


def applied(session: Session, sha256: str) -> ImportBatch | None:
    statement = select(ImportBatch).where(
        ImportBatch.sha256 == sha256, ImportBatch.state == "applied"
    )
    return session.exec(statement).first()


def _batch(
    session: Session,
    viewer: Viewer,
    edition: Edition,
    file: FileIdentity,
    report: ImportReport,
    now: datetime,
) -> ImportBatch:
    batch = ImportBatch(
        edition_id=_id(edition), file_name=file.name, sha256=file.sha256, octets=file.octets,
        imported_at=fr.stored(now), author=viewer.signature, rows_read=report.rows_read,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def revert_import(session: Session, viewer: Viewer, *, batch_id: int, now: datetime) -> str:
    """Undo an import: what it added goes, what it replaced comes back. Return a French sentence."""
    access.require(viewer, Right.IMPORT)
    batch = session.get(ImportBatch, batch_id)
    if batch is None or batch.state != "applied":
        raise DomainError("Cet import n’existe plus ou est déjà annulé.")
    undo.refuse_if_covered(session, batch)
    edition = session.get_one(Edition, batch.edition_id)
    removed, restored = undo.take_out(session, batch, edition)
    batch.state, batch.reverted_by = "reverted", viewer.signature
    batch.reverted_at = fr.stored(now)
    session.add(batch)
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="annulation d’un import",
        subject=batch.file_name, before={"import": batch_id},
        after={"removed": removed, "restored": restored},
    )  # fmt: skip
    return (
        f"Import n° {batch_id} annulé : {fr.plural(removed, 'chiffre retiré', 'chiffres retirés')}"
        f", {fr.plural(restored, 'chiffre rétabli', 'chiffres rétablis')}."
    )
