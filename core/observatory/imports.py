"""Import of an official file, from the command line or from a page: one code behind both."""

import hashlib
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import requests
from sqlmodel import Session

from core import db, fr
from core.access import Right, Viewer, require
from core.errors import DomainError
from core.importing import FileRefusedError
from core.observatory import operations
from core.observatory.intake.report import FileIdentity, ImportReport
from core.observatory.readers import containers, detect
from core.settings import settings

Progress = Callable[[float, str], None]
CHUNK = 1 << 20
PATIENCE = (10, 60)  # seconds to connect, then between two chunks


class _TakenBackError(Exception):
    """Leaves the unit of work of a dry run or of a refused file, so that nothing of it stays."""


def _take_back(*, when: bool) -> None:
    if when:
        raise _TakenBackError


def silent(_share: float, _sentence: str) -> None:
    """Report no progress."""


def identify(path: Path, name: str = "") -> FileIdentity:
    """Name a file by its content."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return FileIdentity(name or path.name, digest.hexdigest(), path.stat().st_size)


def import_file(
    path: Path,
    viewer: Viewer,
    *,
    now: datetime,
    name: str = "",
    is_dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Read, check and write a file, or nothing; a dry run does it all, then takes it back.

    Raises FileRefusedError where the file cannot be read as any known kind. A file with faults
    gives a report that lists them, and writes nothing.
    """
    require(viewer, Right.IMPORT)
    if not path.is_file():
        raise FileRefusedError(f"Le fichier « {path} » n’existe pas.")
    progress(0.05, "Lecture et contrôle du fichier…")
    identity = identify(path, name)
    parsed = detect.read_file(path, identity.name)
    progress(0.5, "Enregistrement des chiffres et des totaux…")
    report = ImportReport(file=identity)
    try:
        with db.writing(operations.DOMAIN, "territories") as session:
            report = operations.apply_file(session, viewer, parsed=parsed, file=identity, now=now)
            _take_back(when=is_dry_run or report.is_refused or bool(report.already))
    except _TakenBackError:
        pass  # the report says why
    progress(1.0, "Terminé.")
    return report


def revert(viewer: Viewer, *, batch_id: int, now: datetime) -> str:
    """Undo an import in one unit of work; return the French sentence that says what it did."""
    with db.writing(operations.DOMAIN) as session:
        return operations.revert_import(session, viewer, batch_id=batch_id, now=now)


def download(
    source: str, viewer: Viewer, *, folder: Path | None = None, progress: Progress = silent
) -> Path:
    """Fetch an official file by its name in the configuration, or by its address.

    The file is complete and its checksum, where the configuration gives one, is right; otherwise
    DomainError says what went wrong and nothing is left behind.
    """
    require(viewer, Right.IMPORT)
    address = settings().sources.get(source, source)
    if not address.startswith(("https://", "http://")):
        known = ", ".join(sorted(settings().sources)) or "aucune"
        raise DomainError(
            f"« {source} » n’est ni une adresse ni une source connue (connues : {known})."
        )
    target = Path(tempfile.mkdtemp(dir=folder)) / (address.rstrip("/").rpartition("/")[2] or "f")
    try:
        _fetch(address, target, progress)
        _check_sum(source, target)
    except DomainError:
        target.unlink(missing_ok=True)
        target.parent.rmdir()
        raise
    return target


def _fetch(address: str, target: Path, progress: Progress) -> None:
    try:
        with (
            requests.get(address, stream=True, timeout=PATIENCE) as answer,
            target.open("wb") as file,
        ):
            answer.raise_for_status()
            total = int(answer.headers.get("content-length", 0))
            read = 0
            for chunk in answer.iter_content(CHUNK):
                file.write(chunk)
                read += len(chunk)
                _refuse_larger(read)
                progress(read / total if total else 0.5, f"{fr.size(read)} reçus…")
    except requests.RequestException as error:
        raise DomainError(
            f"Le téléchargement a échoué ({address}) : vérifiez l’adresse et la connexion, puis "
            "recommencez."
        ) from error
    if total and read != total:
        raise DomainError("Le fichier reçu est incomplet : recommencez le téléchargement.")


def _refuse_larger(octets: int) -> None:
    limit = containers.MAX_FILE_BYTES
    if octets > limit:
        raise DomainError(f"Le fichier dépasse {fr.size(limit)} : téléchargement arrêté.")


def _check_sum(source: str, target: Path) -> None:
    expected = settings().checksums.get(source)
    found = identify(target).sha256
    if expected and found != expected:
        raise DomainError(
            f"L’empreinte du fichier reçu ({found[:16]}…) n’est pas celle attendue "
            f"({expected[:16]}…) : il a changé ou a été altéré. Rien n’a été importé."
        )


def is_imported(session: Session, sha256: str) -> bool:
    """Say whether this very content is in the store already."""
    return operations.applied(session, sha256) is not None
