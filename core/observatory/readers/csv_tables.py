"""From the bytes of a csv or csv.gz to a table. A cut, mis-encoded or ragged file is told so."""

import codecs
import io
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from core import fr
from core.importing import RowError
from core.observatory.readers import layouts
from core.observatory.readers.containers import Container, ExpandedFile, expanded, refuse
from core.observatory.readers.faults import LISTED, FaultLog
from core.observatory.readers.tables import Table, column_of

_BLOCK_BYTES = 8 << 20


def read(path: Path, container: Container, log: FaultLog) -> Table:
    """Read a csv or csv.gz. Rows with too few or too many fields become faults, not figures."""
    header = layouts.understand(header_names(path, container))
    source = ExpandedFile(path, container)
    broken: list[tuple[int, int]] = []
    arrow = _arrow_csv(path, container, header, source, broken)
    lines = np.arange(2, arrow.num_rows + 2, dtype=np.int32)
    if broken:
        # Line numbers are only known to the slower single-threaded reading.
        broken.clear()
        arrow = _arrow_csv(path, container, header, source, broken, threads=False)
        faulty = np.array([line for line, _ in broken], dtype=np.int32)
        lines = np.arange(2, arrow.num_rows + faulty.size + 2, dtype=np.int32)
        lines = np.setdiff1d(lines, faulty)
    _log_broken(broken, len(header.names), int(lines.max(initial=0)), log)
    columns = {ours: column_of(arrow.column(name), name) for ours, name in header.column_of.items()}
    table = Table(header, columns, lines, _cut_warning(source.tail))
    return _without_blank(table, log)


def header_names(path: Path, container: Container) -> list[str]:
    """Read the names of the columns, in UTF-8 with or without BOM."""
    head = next(expanded(path, container), b"")
    first = head.removeprefix(codecs.BOM_UTF8).split(b"\n", 1)[0].rstrip(b"\r")
    try:
        names = [name.strip().strip('"') for name in first.decode().split(";")]
    except UnicodeDecodeError as error:
        raise refuse(_encoding_fault(path, container)) from error
    return names


def _arrow_csv(
    path: Path,
    container: Container,
    header: layouts.Header,
    source: ExpandedFile,
    broken: list[tuple[int, int]],
    *,
    threads: bool = True,
) -> pa.Table:
    def skip(row: pacsv.InvalidRow) -> str:
        broken.append((row.number or 0, row.actual_columns))
        return "skip"

    wanted = list(header.column_of.values())
    text = pa.dictionary(pa.int32(), pa.string())
    stream = source if threads else ExpandedFile(path, container)
    try:
        return pacsv.read_csv(
            io.BufferedReader(stream, _BLOCK_BYTES),
            pacsv.ReadOptions(
                skip_rows=1, column_names=header.names, use_threads=threads, block_size=_BLOCK_BYTES
            ),
            pacsv.ParseOptions(delimiter=";", invalid_row_handler=skip, ignore_empty_lines=False),
            pacsv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, text),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise refuse(_unreadable(path, container, str(error))) from error


def _unreadable(path: Path, container: Container, reason: str) -> str:
    if "Empty CSV" in reason:
        return "il ne contient que la ligne d'en-tête, aucun chiffre"
    return (
        _encoding_fault(path, container)
        or "ses lignes ne se laissent pas découper en colonnes (guillemets non refermés ?)"
    )


def _encoding_fault(path: Path, container: Container) -> str:
    """Say where a text stops being UTF-8, and show that line as Latin-1; empty if it is UTF-8."""
    line = 1
    decoder = codecs.getincrementaldecoder("utf-8")()
    for piece in chain(expanded(path, container), [b""]):
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            line += error.object.count(b"\n", 0, error.start)
            start = error.object.rfind(b"\n", 0, error.start) + 1
            shown = error.object[start:].split(b"\n", 1)[0][:60].decode("latin-1").strip()
            return (
                f"il n'est pas en UTF-8 mais sans doute en Latin-1 (Windows), "
                f"voir la ligne {fr.number(line)}, « {shown} »{fr.NBSP}; enregistrez-le en UTF-8"
            )
        line += piece.count(b"\n")
    return ""


def _log_broken(broken: list[tuple[int, int]], width: int, last_line: int, log: FaultLog) -> None:
    """Log the ragged rows; a short one after the last good row means that the file was cut."""
    end = max(broken, default=(0, 0))
    errors = [
        RowError(
            "dernière ligne incomplète, le fichier est tronqué"
            if (line, fields) == end and line > last_line and fields < width
            else f"{fr.plural(fields, 'champ')} au lieu de {width}",
            line=line,
        )
        for line, fields in broken[:LISTED]
    ]
    log.add("lignes dont le nombre de champs est faux", errors, len(broken))


def _cut_warning(tail: bytes) -> list[str]:
    """Warn about an end that looks cut. An odd number of quotes on the last line is certain."""
    last = tail.rstrip(b"\r\n").rsplit(b"\n", 1)[-1]
    if last.count(b'"') % 2:
        raise refuse("il est tronqué, sa dernière ligne s'arrête au milieu d'un champ")
    if tail.endswith(b"\n"):
        return []
    return ["Le fichier ne finit pas par un retour à la ligne : il a peut-être été coupé."]


def _without_blank(table: Table, log: FaultLog) -> Table:
    """Drop blank lines; only those after the last figure are harmless."""
    blank = np.logical_and.reduce(
        [column.where(lambda text: text == "") for column in table.columns.values()]
    )
    filled = np.flatnonzero(~blank)
    if not filled.size and not log.total:
        raise refuse("il ne contient que la ligne d'en-tête, aucun chiffre")
    inside = np.flatnonzero(blank[: filled[-1]]) if filled.size else np.array([], dtype=np.int64)
    errors = [RowError("ligne vide", line=int(table.lines[row])) for row in inside[:LISTED]]
    log.add("lignes vides", errors, inside.size)
    return table.take(~blank)
