"""The outside of a file: what it is by its first bytes, how big, and its bounded expansion."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import cast

from core import fr
from core.importing import FileRefusedError

MAX_FILE_BYTES = 250_000_000
MAX_EXPANDED_BYTES = 2_000_000_000
MAX_WORKBOOK_BYTES = 500_000_000
CHUNK_BYTES = 1 << 20
HEAD_BYTES = 1 << 16

EXPECTED = (
    f"Fichiers attendus{fr.NBSP}: une base communale, départementale ou régionale du SSMSI "
    "(csv, csv.gz ou parquet), ou le classeur annuel de l'État 4001 par service (xlsx)."
)


class Container(StrEnum):
    """The wrapping of the figures."""

    CSV = "csv"
    GZIP = "gzip"
    PARQUET = "parquet"
    WORKBOOK = "workbook"


_SIGNATURES = (
    (b"%PDF", "un document PDF"),
    (b"\x89PNG", "une image PNG"),
    (b"\xff\xd8\xff", "une image JPEG"),
    (b"GIF8", "une image GIF"),
    (b"II*\x00", "une image TIFF"),
    (b"MM\x00*", "une image TIFF"),
    (b"RIFF", "une image ou un son (RIFF)"),
    (b"7z\xbc\xaf", "une archive 7-Zip"),
    (b"Rar!", "une archive RAR"),
    (b"BZh", "une archive bzip2"),
    (b"\xfd7zXZ", "une archive xz"),
    (b"\x28\xb5\x2f\xfd", "une archive Zstandard"),
    (b"PK", "une archive zip"),
    (b"\x1f\x8b", "une archive gzip dans une autre"),
    (b"\xd0\xcf\x11\xe0", "un document Office ancien (xls, doc)"),
    (b"\xff\xfe", "un texte en UTF-16 (enregistrez-le en UTF-8)"),
    (b"\xfe\xff", "un texte en UTF-16 (enregistrez-le en UTF-8)"),
    (b"{", "un fichier JSON"),
    (b"[", "un fichier JSON"),
    (b"<", "une page web ou un fichier XML (le téléchargement a peut-être échoué)"),
)


def refuse(found: str) -> FileRefusedError:
    return FileRefusedError(f"Le fichier est refusé{fr.NBSP}: {found}. {EXPECTED}")


def container_of(path: Path) -> Container:
    """Tell the wrapping by the content, never by the name; refuse what no reader takes."""
    size = path.stat().st_size
    if size == 0:
        raise refuse("il est vide (0 octet)")
    if size > MAX_FILE_BYTES:
        raise refuse(f"il pèse {fr.size(size)}, plus que la limite de {fr.size(MAX_FILE_BYTES)}")
    head = _head(path)
    if head.startswith(b"PAR1"):
        return Container.PARQUET
    if head.startswith(b"PK\x03\x04") and _is_workbook(path):
        return Container.WORKBOOK
    if head.startswith(b"\x1f\x8b"):
        _check_text(next(expanded(path, Container.GZIP), b""), "son contenu décompressé est ")
        return Container.GZIP
    _check_text(head, "c'est ")
    return Container.CSV


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _check_text(head: bytes, prefix: str) -> None:
    for signature, name in _SIGNATURES:
        if head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(signature):
            raise refuse(f"{prefix}{name}")
    if head[257:262] == b"ustar":
        raise refuse(f"{prefix}une archive tar")
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise refuse("il est vide (aucun texte)")
    if b"\x00" in head:
        raise refuse(f"{prefix}un fichier binaire inconnu")


def _is_workbook(path: Path) -> bool:
    """Tell an xlsx from another zip. A zip whose directory is gone was cut in transfer."""
    try:
        with zipfile.ZipFile(path) as archive:
            names, sizes = archive.namelist(), [item.file_size for item in archive.infolist()]
    except zipfile.BadZipFile as error:
        raise refuse("c'est un classeur ou une archive zip tronqué ou abîmé") from error
    if "xl/workbook.xml" not in names:
        return False
    if sum(sizes) > MAX_WORKBOOK_BYTES:
        raise refuse(f"ce classeur dépasse {fr.size(MAX_WORKBOOK_BYTES)} une fois décompressé")
    return True


def expanded(path: Path, container: Container) -> Iterator[bytes]:
    """Yield the content, decompressed; stop at the limit, refuse a gzip that was cut."""
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(CHUNK_BYTES), b"")
        if container is not Container.GZIP:
            yield from chunks
            return
        total = 0
        for piece in _inflated(chunks):
            total += len(piece)
            if total > MAX_EXPANDED_BYTES:
                limit = fr.size(MAX_EXPANDED_BYTES)
                raise refuse(f"cette archive gzip dépasse {limit} une fois décompressée")
            yield piece


def _inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    engine = zlib.decompressobj(wbits=31)
    try:
        for chunk in chunks:
            pending = chunk
            while pending:
                if engine.eof:
                    engine = zlib.decompressobj(wbits=31)
                piece = engine.decompress(pending, 16 * CHUNK_BYTES)
                pending = engine.unused_data if engine.eof else engine.unconsumed_tail
                if piece:
                    yield piece
    except zlib.error as error:
        raise refuse("l'archive gzip est abîmée") from error
    if not engine.eof:
        raise refuse("l'archive gzip est tronquée, le fichier n'a pas été reçu en entier")


class ExpandedFile(io.RawIOBase):
    """The expanded content as a stream. It remembers its last bytes: a cut file shows there."""

    def __init__(self, path: Path, container: Container) -> None:
        super().__init__()
        self._pieces = expanded(path, container)
        self._rest = memoryview(b"")
        self.tail = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        if not self._rest:
            piece = next(self._pieces, b"")
            self.tail = (self.tail + piece[-HEAD_BYTES:])[-HEAD_BYTES:]
            self._rest = memoryview(piece)
        target = cast(memoryview, buffer)
        size = min(len(target), len(self._rest))
        target[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
