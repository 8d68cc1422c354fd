"""Import of a file of records, from the command line or from a page: one code behind both."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from core import db, fr
from core.access import Right, Viewer, require
from core.documentation import import_matching, import_operations, import_undo, record_files
from core.documentation.import_report import CatalogueReport, started
from core.documentation.import_run import SourceFile

Progress = Callable[[float, str], None]
LOCAL = import_matching.LOCAL


class _TakenBackError(Exception):
    """Leaves the unit of work of a dry run, so that nothing of it stays."""


def silent(_share: float, _sentence: str) -> None:
    """Report no progress."""


def recognises(path: Path) -> bool:
    """Say whether a file is one of records, by its content."""
    with path.open("rb") as file:
        return bool(record_files.kind_of(file.read(200_000)))


def import_file(  # noqa: PLR0913  # a file, who brings it, and how it is to be read
    path: Path,
    viewer: Viewer,
    *,
    now: datetime,
    source: str = LOCAL,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    is_dry_run: bool = False,
    url: str | None = None,
    progress: Progress = silent,
) -> CatalogueReport:
    """Read a file and enter its records, in one unit of work; a dry run takes it all back.

    ``source`` names who the records come from: it makes their numbers unique. FileRefusedError
    where the file is none of records.
    """
    require(viewer, Right.EDIT_CATALOGUE)
    content = record_files.load(path)
    progress(0.0, "Lecture du fichier…")
    read = record_files.read(content, name or path.name, mapping=mapping)
    file = SourceFile(
        name or path.name, hashlib.sha256(content).hexdigest(), source.strip() or LOCAL
    )
    report = started(file.name, read)
    try:
        with db.writing(*import_operations.WRITTEN, url=url) as session:
            report = import_operations.apply(
                session, viewer, read=read, file=file, now=now, progress=progress
            )
            _take_back(when=is_dry_run or report.is_refused or bool(report.already))
    except _TakenBackError:
        pass  # the report says why
    progress(1.0, "Terminé.")
    return report


def _take_back(*, when: bool) -> None:
    if when:
        raise _TakenBackError


def revert(viewer: Viewer, *, import_id: int, now: datetime) -> str:
    """Take an import back; return the French sentence that says what it did."""
    gone, back = undo(viewer, import_id=import_id, now=now)
    return (
        f"Import n° {import_id} annulé : {fr.plural(gone, 'notice retirée', 'notices retirées')}, "
        f"{fr.plural(back, 'remise', 'remises')} comme avant."
    )


def undo(viewer: Viewer, *, import_id: int, now: datetime) -> tuple[int, int]:
    """Take an import back in one unit of work; return how many left and how many were put back."""
    with db.writing(import_operations.DOMAIN) as session:
        return import_undo.undo(session, viewer, import_id=import_id, now=now)
