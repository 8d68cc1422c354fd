"""A thesaurus out of a file: what kind it is, what entering it would do, and entering it."""

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from core import fr
from core.access import Viewer
from core.documentation import thesaurus, thesaurus_operations
from core.documentation.thesaurus import SKOS, ThesaurusRead
from core.documentation.thesaurus_operations import ThesaurusReport
from core.importing import FileRefusedError

PMB = "pmb-1"  # how records of a PMB base name their thesaurus
START = 20_000  # bytes in which a SKOS file names itself
MOST = 50_000_000
PARTS = ("noeuds", "categories", "voir_aussi")


@dataclass(frozen=True)
class File:
    """A file as it was given: its name, and its content."""

    name: str
    content: bytes

    @property
    def stem(self) -> str:
        return Path(self.name).stem

    @property
    def code(self) -> str:
        """Return a short name for the thesaurus: that of the file, or what PMB's records say.

        >>> File("Thésaurus SIAF 2011.rdf.xml", b"").code, File("tables.zip", b"PK").code
        ('thesaurus-siaf-2011', 'pmb-1')
        """
        if self.content.startswith(b"PK"):
            return PMB
        stem = self.stem.removesuffix(".rdf")
        return "-".join("".join(s if s.isalnum() else " " for s in fr.fold(stem)).split())[:40]


def is_skos(content: bytes) -> bool:
    """Say whether a file is SKOS, by what it names at its start.

    >>> is_skos(b"<rdf:RDF xmlns:skos='http://www.w3.org/2004/02/skos/core#'/>"), is_skos(b"a;b")
    (True, False)
    """
    return SKOS[1:-1].encode() in content[:START]


def recognises(path: Path) -> bool:
    """Say whether a file on the disk is SKOS."""
    with path.open("rb") as file:
        return is_skos(file.read(START))


def read(file: File) -> ThesaurusRead:
    """Read SKOS, the three tables of PMB in one ZIP, or a list by indentation (CSV).

    Raises FileRefusedError with the reason where it is none of them.
    """
    if len(file.content) > MOST:
        raise FileRefusedError(f"Ce fichier pèse plus de {fr.size(MOST)} : il n’est pas lu.")
    if is_skos(file.content):
        return thesaurus.read_skos(file.content)
    if file.content.startswith(b"PK"):
        return thesaurus.read_pmb(*_tables(file.content))
    if file.content.lstrip().startswith(b"<") or b"\x00" in file.content[:START]:
        raise FileRefusedError(
            "Ce fichier n’est pas un thésaurus SKOS (RDF/XML) : exportez-le dans ce format."
        )
    return thesaurus.read_indented(file.content, name=file.stem)


def _tables(content: bytes) -> list[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = {part: [one for one in packed.namelist() if part in one.lower()]
                     for part in PARTS}  # fmt: skip
            missing = [part for part, found in names.items() if len(found) != 1]
            if missing:
                raise FileRefusedError(
                    "L’archive doit contenir trois tables de PMB, une de chaque nom : "
                    f"{', '.join(PARTS)}. Il manque ou se répète : {', '.join(missing)}."
                )
            if sum(one.file_size for one in packed.infolist()) > MOST:
                raise FileRefusedError(f"Cette archive dépasse {fr.size(MOST)} une fois ouverte.")
            return [packed.read(found[0]) for found in names.values()]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise FileRefusedError("Cette archive ZIP ne s’ouvre pas.") from error


def import_file(
    session: Session, viewer: Viewer, file: File, *, code: str, now: datetime, is_dry_run: bool
) -> ThesaurusReport:
    """Say what a file would do, or enter it under ``code``. Refuses what it cannot read."""
    found = read(file)
    if not found.concepts:
        raise FileRefusedError("Aucun concept n’a été lu dans ce fichier.")
    if is_dry_run:
        return thesaurus_operations.preview(session, viewer, read=found, code=code)
    return thesaurus_operations.enter(session, viewer, read=found, code=code, now=now)
