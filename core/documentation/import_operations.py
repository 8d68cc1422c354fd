"""Records of a file into the catalogue: new ones, and changed ones brought up to date."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, db, journal
from core.access import Right, Viewer
from core.circulation import queue_keeping
from core.db import table_of
from core.documentation import copies, drafts, indexing, linking, reading, search_index, writing
from core.documentation.desk_models import CatalogueImport, NoticeSource
from core.documentation.drafts import NoticeDraft
from core.documentation.import_report import CatalogueReport, Line, started
from core.documentation.readings import FileReading, Outcome, Reading

DOMAIN = "documentation"
WRITTEN = queue_keeping.WRITTEN
BATCH = 1_000
MANY = 2_000  # from so many new records, the index is put in order afterwards
FRENCH = {
    "title": "titre", "subtitle": "complément du titre", "abstract": "résumé", "notes": "notes",
    "keywords": "mots-clés", "concepts": "sujets", "agents": "auteurs", "publishers": "éditeurs",
    "pub_date_text": "date", "pub_year": "année", "doc_type": "type", "links": "liens",
    "raw": "zones gardées", "isbn": "ISBN", "series": "collection",
}  # fmt: skip
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class SourceFile:
    """A file of records and who it comes from (« COSOTer », « BnF » …)."""

    name: str
    sha256: str
    source: str


@dataclass
class _Run:
    """An import under way."""

    session: Session
    file: SourceFile
    now: datetime
    import_id: int
    report: CatalogueReport
    created: list[int] = field(default_factory=list)
    changed: list[list[Any]] = field(default_factory=list)
    copies: list[int] = field(default_factory=list)  # added to notices that were held before
    links: dict[int, tuple[drafts.LinkDraft, ...]] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)  # barcode → why its state is left alone
    owners: set[int] = field(default_factory=set)  # held before, whose copies may have changed


def apply(
    session: Session, viewer: Viewer, *, read: FileReading, file: SourceFile, now: datetime,
    progress: Progress,
) -> CatalogueReport:  # fmt: skip
    """Enter the records of a file. The same file again changes nothing.

    A record known from the same source is brought up to date, but for what was corrected here.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    report = started(file.name, read)
    if said := _already(session, file):
        report.already = said
        return report
    run = _Run(session, file, now, _open(session, viewer, read, file, now), report)
    wanted = [one for one in read.records if one.draft is not None]
    for at in range(0, len(wanted), BATCH):
        progress(at / len(wanted), f"{at} notices sur {len(wanted)}…")
        _apply_batch(run, wanted[at : at + BATCH])
    report.links_lost = linking.write(session, file.source, run.links)
    _attach(run, [one for one in read.records if one.outcome is Outcome.ATTACHED])
    _follow(run, viewer)
    _close(run, viewer)
    return report


def _follow(run: _Run, viewer: Viewer) -> None:
    """Serve those who wait for the records whose copies changed; names stay at the desk."""
    followed = queue_keeping.follow(run.session, viewer, run.owners, now=run.now)
    run.report.set_aside = followed.set_aside
    run.report.suspended = followed.suspended


def _already(session: Session, file: SourceFile) -> str:
    held = session.exec(
        select(CatalogueImport).where(
            CatalogueImport.sha256 == file.sha256, CatalogueImport.source == file.source,
            col(CatalogueImport.undone_at).is_(None),
        )
    ).first()  # fmt: skip
    return f"Ce fichier a déjà été importé (import n° {held.id}) : rien n’a changé." if held else ""


def _open(
    session: Session, viewer: Viewer, read: FileReading, file: SourceFile, now: datetime
) -> int:
    row = CatalogueImport(
        file_name=file.name, sha256=file.sha256, source=file.source, format=read.format,
        author=viewer.signature, imported_at=now.replace(tzinfo=None), created=0, updated=0,
        unchanged=0, rejected=0, report="{}", done="{}",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id or 0


def _number(draft: NoticeDraft) -> str:
    """Return the number of a record at its source; one without is known by its content."""
    return draft.external_id or f"sha:{draft.digest[:24]}"


def _apply_batch(run: _Run, readings: Sequence[Reading]) -> None:
    by_number: dict[str, tuple[Reading, NoticeDraft]] = {}
    for one in readings:
        if one.draft is not None:
            number = _number(one.draft)
            if number in by_number:
                _say(run, one, "numéro déjà lu plus haut dans le fichier : la dernière compte")
            by_number[number] = (one, replace(one.draft, external_id=number))
    held = _held(run.session, run.file.source, list(by_number))
    ours = reading.read(run.session, sorted({row["notice_id"] for row in held.values()}))
    entries: list[tuple[str, writing.Entry, NoticeDraft]] = []
    for number, (one, draft) in by_number.items():
        row = held.get(number)
        if row is None:
            run.report.tell_fate(one, "nouvelle")
            entries.append((number, writing.Entry(draft), draft))
        elif row["digest"] == draft.digest:
            run.report.unchanged += 1
            run.report.tell_fate(one, "inchangée")
        else:
            run.report.tell_fate(one, "mise à jour")
            own = _brought_up(run, one, row, ours[row["notice_id"]])
            entries.append((number, writing.Entry(own, row["notice_id"]), draft))
    _write(run, entries, held, ours)
    _tell_kept(run, [(one, draft.items) for one, draft in by_number.values()])


def _held(session: Session, source: str, numbers: list[str]) -> dict[str, dict[str, Any]]:
    table = table_of(NoticeSource)
    rows = session.connection().execute(
        sa.select(table).where(table.c.source == source, table.c.external_id.in_(numbers))
    )
    return {row["external_id"]: dict(row) for row in rows.mappings()}


def _brought_up(run: _Run, one: Reading, row: dict[str, Any], own: NoticeDraft) -> NoticeDraft:
    """Bring a new reading into a notice, and say what was corrected here and so left alone."""
    assert one.draft is not None  # noqa: S101  # only records that gave a draft come here
    result, kept = drafts.merged(own, drafts.from_json(row["read_as"]), one.draft)
    if kept:
        names = ", ".join(FRENCH.get(name, name) for name in kept)
        _say(run, one, f"corrigé ici, laissé tel quel : {names}")
    return replace(result, items=one.draft.items)


def _say(run: _Run, one: Reading, text: str) -> None:
    run.report.lines.append(Line(one.place, one.number, one.title, text))


def _tell_kept(run: _Run, read: Iterable[tuple[Reading, tuple[drafts.ItemDraft, ...]]]) -> None:
    """Say, at its record, of each copy whose state is the desk's and not the file's."""
    for one, items in read:
        for item in items:
            if item.barcode in run.kept:
                _say(run, one, run.kept.pop(item.barcode))


def _write(
    run: _Run, entries: Sequence[tuple[str, writing.Entry, NoticeDraft]],
    held: dict[str, dict[str, Any]], ours: dict[int, NoticeDraft],
) -> None:  # fmt: skip
    known = [entry.notice_id for _, entry, _ in entries if entry.notice_id]
    before = copies.of(run.session, known)
    written = writing.write(run.session, [entry for _, entry, _ in entries], now=run.now)
    run.copies += sorted(copies.of(run.session, known) - before)
    run.kept |= written.kept
    run.owners |= set(known)
    for barcode in written.refused:
        run.report.lines.append(
            Line(0, "", barcode, "code-barres déjà pris par une autre notice : exemplaire refusé")
        )
    sources, changes = [], []
    for own, (number, entry, draft) in zip(written.ids, entries, strict=True):
        run.links[own] = entry.draft.links
        values = {"read_as": draft.as_json(), "digest": draft.digest, "import_id": run.import_id}
        if entry.notice_id is None:
            run.created.append(own)
            sources.append((own, number, values))
        else:
            row = held[number]
            run.changed.append([own, ours[own].as_json(), number, row["read_as"], row["digest"]])
            changes.append(values | {"own": row["id"]})
    _save_sources(run, sources, changes)


def _save_sources(
    run: _Run, sources: Sequence[tuple[int, str, dict[str, Any]]], changes: list[dict[str, Any]]
) -> None:
    table = table_of(NoticeSource)
    moment = run.now.replace(tzinfo=None)
    first = db.next_id(run.session, table)
    db.bulk_insert(
        run.session, table,
        [(first + place, own, run.file.source, number, "", values["read_as"], values["digest"],
          run.import_id, moment) for place, (own, number, values) in enumerate(sources)],
    )  # fmt: skip
    db.follow_ids(run.session, table)
    if changes:
        names = ("read_as", "digest", "import_id")
        run.session.connection().execute(
            sa.update(table).where(table.c.id == sa.bindparam("own")).values(
                {name: sa.bindparam(name) for name in names}
            ),
            changes,
        )  # fmt: skip
    run.report.created += len(sources)
    run.report.updated += len(changes)


def _attach(run: _Run, attached: Sequence[Reading]) -> None:
    """Give an issue the copies that PMB writes as a record of their own."""
    if not attached:
        return
    targets = linking.numbered(run.session, run.file.source, [one.attach_to for one in attached])
    owned = []
    for one in attached:
        if one.attach_to in targets:
            owned.append((targets[one.attach_to], one.items))
            run.report.tell_fate(one, "exemplaires ajoutés")
        else:
            run.report.rejected += 1
            _say(run, one, f"le numéro {one.attach_to} n’est pas au catalogue")
    before = copies.of(run.session, targets.values())
    run.kept |= copies.write(run.session, owned).kept
    run.owners |= set(targets.values())
    _tell_kept(run, [(one, one.items) for one in attached])
    run.copies += sorted(copies.of(run.session, targets.values()) - before)
    indexing.refresh(run.session, sorted({own for own, _ in owned}))
    run.report.attached = len(owned)


def _close(run: _Run, viewer: Viewer) -> None:
    report = run.report
    if report.created >= MANY:
        search_index.optimise(run.session.connection())
        db.analyse(run.session)
    row = run.session.get_one(CatalogueImport, run.import_id)
    row.created, row.updated = report.created, report.updated
    row.unchanged, row.rejected = report.unchanged, report.rejected
    report.import_id = run.import_id
    row.report = report.as_json()
    done = {"created": run.created, "changed": run.changed, "copies": run.copies}
    row.done = json.dumps(done, ensure_ascii=False)
    run.session.add(row)
    journal.record(
        run.session, viewer, at=run.now, domain=DOMAIN, action="import de notices",
        subject=run.file.name,
        after={"import": run.import_id, "new": report.created, "changed": report.updated},
    )  # fmt: skip
