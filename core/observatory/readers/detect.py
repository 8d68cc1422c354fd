"""The door of the readers: what is this file, and what does it hold?"""

from dataclasses import dataclass
from pathlib import Path

from core import fr
from core.importing import FileRefusedError
from core.observatory.enums import Dataset
from core.observatory.readers import (
    containers,
    csv_tables,
    etat4001,
    layouts,
    parquet_tables,
    ssmsi,
)
from core.observatory.readers.containers import Container
from core.observatory.readers.parsed import ParsedFile

_SHOWN = 10


@dataclass(frozen=True)
class FileKind:
    """What a file is, by its content."""

    container: Container
    dataset: Dataset


def sniff(path: Path) -> FileKind:
    """Recognise a file by its first bytes and its header, without reading its figures."""
    container = containers.container_of(path)
    if container is Container.WORKBOOK:
        etat4001.sheet_titles(path)
        return FileKind(container, Dataset.ETAT4001_SERVICE)
    parquet = container is Container.PARQUET
    names = (
        parquet_tables.header_names(path) if parquet else csv_tables.header_names(path, container)
    )
    return FileKind(container, layouts.understand(names).layout.dataset)


def read_file(path: Path, name: str = "") -> ParsedFile:
    """Read and check an official file. ``name`` is the one it came under, where the path lost it.

    A file that cannot be read at all raises FileRefusedError; one that can be read but holds faults
    comes back with them (``refuse_faulty`` turns them into a refusal).
    """
    kind = sniff(path)
    named = name or path.name
    if kind.container is Container.WORKBOOK:
        return etat4001.read(path)
    return ssmsi.read(path, kind.container, named)


def refuse_faulty(parsed: ParsedFile) -> None:
    """Raise, with the first faults and their lines, where a file holds any."""
    if not parsed.error_count:
        return
    first = " ".join(str(error) for error in parsed.errors[:_SHOWN])
    rest = parsed.error_count - min(_SHOWN, len(parsed.errors))
    more = f" Et {fr.plural(rest, 'autre faute')}." if rest else ""
    faults = fr.plural(parsed.error_count, "faute")
    raise FileRefusedError(
        f"Le fichier est refusé, rien n'est importé ({faults}). {first}{more} "
        "Reprenez le fichier du producteur, sans le retoucher."
    )
