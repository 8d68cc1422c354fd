"""Records of a file into the catalogue: new ones, and changed ones brought up to date."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from core import access, db, fr, journal
from core.access import Right, Viewer
from core.circulation import queue_keeping
from core.db import table_of
from core.documentation import (
    concept_checking,
    copies,
    import_matching,
    import_updates,
    indexing,
    linking,
    search_index,
)
from core.documentation.desk_models import CatalogueImport
from core.documentation.import_report import CatalogueReport, started
from core.documentation.import_run import Run, SourceFile
from core.documentation.models import Item
from core.documentation.readings import FileReading, Outcome, Reading

DOMAIN = "documentation"
WRITTEN = queue_keeping.WRITTEN
BATCH = 1_000
MANY = 2_000  # from so many new records, the index is put in order afterwards
Progress = Callable[[float, str], None]


def apply(
    session: Session, viewer: Viewer, *, read: FileReading, file: SourceFile, now: datetime,
    progress: Progress,
) -> CatalogueReport:  # fmt: skip
    """Enter the records of a file. The same file again changes nothing.

    A record known from the same source is brought up to date, but for what was corrected here.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    report = started(file.name, read)
    run = Run(session, file, now, _open(session, viewer, read, file, now), report)
    matched = import_matching.match(session, file.source, read.records)
    _tell_matched(run, matched)
    for at in range(0, len(matched.wanted), BATCH):
        so_far = f"{fr.plural(at, 'notice')} sur {fr.number(len(matched.wanted))}…"
        progress(at / len(matched.wanted), so_far)
        batch = matched.wanted[at : at + BATCH]
        import_updates.enter(run, batch)
        concept_checking.tell(run, batch)
    report.links_lost = linking.write(session, file.source, run.links)
    _attach(run, [one for one in read.records if one.outcome is Outcome.ATTACHED])
    run.found = linking.retry(session, file.source)
    if run.did_nothing and (said := _already(session, file, run.import_id)):
        report.already = said
        return report
    _follow(run, viewer)
    _close(run, viewer)
    return report


def _follow(run: Run, viewer: Viewer) -> None:
    """Serve those who wait for the records whose copies changed; names stay at the desk."""
    followed = queue_keeping.follow(run.session, viewer, run.owners, now=run.now)
    run.report.set_aside = followed.set_aside
    run.report.suspended = followed.suspended


def _tell_matched(run: Run, matched: import_matching.Matched) -> None:
    for one, text in matched.said:
        run.say(one, text)
    for one in matched.doubles:
        run.report.tell_fate(one, "doublon")
        run.say(one, "même numéro plus bas dans le fichier : la dernière compte")


def _already(session: Session, file: SourceFile, import_id: int) -> str:
    held = session.exec(
        select(CatalogueImport).where(
            CatalogueImport.sha256 == file.sha256, CatalogueImport.source == file.source,
            col(CatalogueImport.undone_at).is_(None), CatalogueImport.id != import_id,
        )
    ).first()  # fmt: skip
    return f"Ce fichier a déjà été importé (import n° {held.id}) : rien n’a changé." if held else ""


def _open(
    session: Session, viewer: Viewer, read: FileReading, file: SourceFile, now: datetime
) -> int:
    row = CatalogueImport(
        file_name=file.name, sha256=file.sha256, source=file.source, format=read.format,
        author=viewer.signature, imported_at=fr.stored(now), created=0, updated=0,
        unchanged=0, rejected=0, report="{}", done="{}",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id or 0


def _attach(run: Run, attached: Sequence[Reading]) -> None:
    """Give an issue the copies that PMB writes as a record of their own."""
    if not attached:
        return
    targets = linking.numbered(run.session, run.file.source, [one.attach_to for one in attached])
    owned: list[tuple[int, Reading]] = []
    for one in attached:
        if one.attach_to in targets:
            owned.append((targets[one.attach_to], one))
        else:
            run.report.rejected += 1
            run.say(one, f"le numéro {one.attach_to} n’est pas au catalogue")
    done = copies.write(run.session, [(own, one.items) for own, one in owned], bases={})
    run.owners |= {own for own, _ in owned}
    import_updates.note_copies(run, done, dict(owned))
    refused = {code for _, code in done.refused}
    for _, one in owned:
        codes = {item.barcode for item in one.items}
        is_in = bool(codes - refused)
        run.report.tell_fate(one, "exemplaires ajoutés" if is_in else "exemplaires refusés")
        run.report.attached += is_in
    indexing.refresh(run.session, sorted({own for own, _ in owned}))


def _close(run: Run, viewer: Viewer) -> None:
    report = run.report
    if report.created >= MANY:
        search_index.optimise(run.session.connection())
        db.analyse(run.session)
    row = run.session.get_one(CatalogueImport, run.import_id)
    row.created, row.updated = report.created, report.updated
    row.unchanged, row.rejected = report.unchanged, report.rejected
    report.import_id = run.import_id
    row.report = report.as_json()
    row.done = json.dumps(_done(run), ensure_ascii=False, default=str)
    run.session.add(row)
    journal.record(
        run.session, viewer, at=run.now, domain=DOMAIN, action="import de notices",
        subject=run.file.name,
        after={"import": run.import_id, "new": report.created, "changed": report.updated},
    )  # fmt: skip


def _done(run: Run) -> dict[str, Any]:
    """Return what taking the import back will need (see ``import_undo``)."""
    states = import_updates.states(run.session, list(run.changed))
    return {
        "created": run.created,
        "changed": [
            [own, text, version, states[own].version]
            for own, (text, version) in run.changed.items()
        ],
        "sources": run.sources, "copies": [one for _, one in run.copies.added],
        "items": run.copies.changed,
        "parted": run.copies.parted, "last_copy": db.next_id(run.session, table_of(Item)) - 1,
        "links": [[own, one.kind, one.external_id, one.target_id] for own, one in run.found],
    }  # fmt: skip
