"""An official file recognised by its content, and read by what knows it: one way in for all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from core import db
from core.access import COMMAND_LINE
from core.competences_cles import rosace_files
from core.competences_cles.rosace_files import RosaceReport, UnknownLayoutError
from core.documentation import imports as catalogue
from core.documentation import tabular, thesaurus_files
from core.documentation.import_report import CatalogueReport
from core.documentation.thesaurus_operations import ThesaurusReport
from core.observatory import imports as observatory
from core.observatory.intake.report import ImportReport

__all__ = ["Given", "UnknownLayoutError", "import_file"]
Report = ImportReport | CatalogueReport | RosaceReport | ThesaurusReport
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Given:
    """A file, and what its reader says of it.

    ``source``: where records come from; ``mapping``: the fields of a CSV of records, as
    « COLONNE=CHAMP »; ``extracted_on`` and ``is_partial``: of an export of the extranet.
    """

    file: Path
    source: str
    mapping: tuple[str, ...]
    extracted_on: date
    is_dry_run: bool = False
    is_partial: bool = False


def import_file(given: Given, *, now: datetime, clock: datetime, progress: Progress) -> Report:
    """Import a file, for the command line; ``clock`` is that of the instance, ``now`` the wall's.

    Raises DomainError where no reader takes it, UnknownLayoutError for an export of the extranet
    whose columns are not known.
    """
    file, is_there = given.file, given.file.is_file()
    if given.mapping:
        return _records(given, now, progress)
    if is_there and thesaurus_files.recognises(file):
        return _thesaurus(given, now)
    if is_there and _is_export(file):
        return rosace_files.import_file(
            file, COMMAND_LINE, extracted_on=given.extracted_on, now=clock,
            is_dry_run=given.is_dry_run, is_partial=given.is_partial,
        )  # fmt: skip
    if is_there and catalogue.recognises(file):
        return _records(given, now, progress)
    return observatory.import_file(
        file, COMMAND_LINE, now=now, is_dry_run=given.is_dry_run, progress=progress
    )


def _records(given: Given, now: datetime, progress: Progress) -> CatalogueReport:
    return catalogue.import_file(
        given.file, COMMAND_LINE, now=now, source=given.source, is_dry_run=given.is_dry_run,
        mapping=tabular.mapping_of(given.mapping) if given.mapping else None, progress=progress,
    )  # fmt: skip


def _thesaurus(given: Given, now: datetime) -> ThesaurusReport:
    file = thesaurus_files.File(given.file.name, given.file.read_bytes())
    with db.reading() if given.is_dry_run else db.writing("documentation") as session:
        return thesaurus_files.import_file(
            session, COMMAND_LINE, file, code=file.code, now=now, is_dry_run=given.is_dry_run
        )


def _is_export(file: Path) -> bool:
    with db.reading() as session:
        return rosace_files.recognises(session, file)
