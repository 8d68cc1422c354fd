"""Reading of an export whose layout is not known beforehand: cells first, then a mapping.

Nothing is guessed silently: headers that look like a field are proposed, the reader confirms, and
the choice is kept as a profile under the fingerprint of the headers.
"""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from core import fr
from core.importing import FileRefusedError

MOST_BYTES = 60_000_000
MOST_ROWS = 400_000
HEAD, HEADER_ROWS, PROBED = 65_536, 5, 200
UNREADABLE = (zipfile.BadZipFile, KeyError, OSError, ValueError, IndexError, InvalidFileException)
SEPARATORS = (";", "\t", ",", "|")
ENCODINGS = ("utf-8-sig", "cp1252")
FIELDS = {
    "order": "N° de bon de commande", "prestation": "Prestation", "person": "Identifiant",
    "done_on": "Date ou mois", "quantity": "Quantité (heures)", "state": "État du parcours",
    "prescriber": "Prescripteur", "prescribed_on": "Prescrit le", "contacted_on": "Contacté le",
    "positioned_on": "Positionné le", "started_on": "Début", "planned_end_on": "Fin prévue",
    "ended_on": "Fin réelle", "planned": "Heures prévues", "exit_reason": "Motif de sortie",
    "sex": "Sexe", "age": "Âge ou tranche d’âge", "level": "Niveau", "status": "Statut",
}  # fmt: skip
REQUIRED = ("order", "person", "done_on", "quantity")
DATES = ("done_on", "prescribed_on", "contacted_on", "positioned_on", "started_on",
         "planned_end_on", "ended_on")  # fmt: skip
DATE_FORMATS = {
    "%d/%m/%Y": "31/12/2011", "%Y-%m-%d": "2011-12-31", "%d-%m-%Y": "31-12-2011",
    "%m/%Y": "12/2011 (mois)", "%Y-%m": "2011-12 (mois)", "%d/%m/%y": "31/12/11",
}  # fmt: skip
# Words by which a header is known; the longest match is proposed.
WORDS = {
    "order": ("bon de commande", "n bon", "numero bon", "bdc", "bon"),
    "prestation": ("prestation", "module", "action"),
    "person": ("identifiant", "id beneficiaire", "id stagiaire", "n dossier", "beneficiaire"),
    "done_on": ("date seance", "mois", "date de realisation", "date"),
    "quantity": ("heures realisees", "nb heures", "quantite", "heures", "duree"),
    "state": ("etat parcours", "etat", "situation"),
    "prescriber": ("prescripteur", "structure prescriptrice"),
    "prescribed_on": ("date prescription", "prescrit le", "date de prescription"),
    "contacted_on": ("date contact", "contacte le", "premier contact"),
    "positioned_on": ("date positionnement", "positionne le"),
    "started_on": ("date entree", "date debut", "debut", "date d entree"),
    "planned_end_on": ("fin prevue", "date fin prevue"),
    "ended_on": ("fin reelle", "date sortie", "date fin reelle", "date de sortie"),
    "planned": ("heures prevues", "duree prevue"),
    "exit_reason": ("motif sortie", "motif de sortie", "motif"),
    "sex": ("sexe", "genre"), "age": ("tranche age", "tranche d age", "age"),
    "level": ("niveau",), "status": ("statut",),
}  # fmt: skip


@dataclass(frozen=True)
class RawTable:
    """An export as text cells: ``rows`` starts at ``first_line`` of the file."""

    headers: tuple[str, ...]
    rows: pd.DataFrame
    separator: str = ""
    encoding: str = ""
    first_line: int = 2

    @property
    def fingerprint(self) -> str:
        """Name a layout by its headers, whatever their case and accents."""
        return fingerprint(self.headers)


@dataclass(frozen=True)
class Layout:
    """Which column is which field (field → header), and how its dates are written."""

    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: str = "%d/%m/%Y"

    def dumped(self) -> str:
        return json.dumps(dict(self.columns), ensure_ascii=False, sort_keys=True)


def folded(text: str) -> str:
    """Fold a header to plain words, one space apart.

    >>> folded(" N° Bénéficiaire_ID ")
    'n beneficiaire id'
    """
    return re.sub(r"[^a-z0-9]+", " ", fr.fold(text)).strip()


def read(content: bytes, name: str) -> RawTable:
    """Read CSV of any usual separator and encoding, or the first sheet of an XLSX workbook."""
    if not content.strip():
        raise FileRefusedError("Le fichier est vide.")
    if len(content) > MOST_BYTES:
        raise FileRefusedError(f"Le fichier dépasse {fr.size(MOST_BYTES)} : découpez-le par mois.")
    if content[:4] == b"PK\x03\x04":
        return _read_xlsx(content, name)
    if b"\0" in content[:4096]:
        raise FileRefusedError(f"« {name} » n’est ni un CSV ni un classeur XLSX.")
    return _read_csv(content)


def headers_of(path: Path) -> tuple[str, ...]:
    """Return the headers of a file that may be an export, without reading the rest; () if none."""
    with path.open("rb") as file:
        start = file.read(HEAD)
    if start[:4] == b"PK\x03\x04":
        return _headers_of_xlsx(path)
    first = start.replace(b"\r", b"\n").split(b"\n", 1)[0]
    if not first.strip() or b"\0" in start:
        return ()
    text, _ = _decoded(first)
    separator = max(SEPARATORS, key=text.count)
    return _headers(next(csv.reader([text], delimiter=separator))) if separator in text else ()


def _headers_of_xlsx(path: Path) -> tuple[str, ...]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        lines = book.worksheets[0].iter_rows(values_only=True, max_row=HEADER_ROWS)
        cells = [["" if one is None else _cell(one) for one in line] for line in lines]
        book.close()
    except UNREADABLE:
        return ()
    return next((_headers(line) for line in cells if any(line)), ())


def fingerprint(headers: Sequence[str]) -> str:
    """Name a layout by its headers, whatever their case and accents."""
    return hashlib.sha256("\n".join(folded(one) for one in headers).encode()).hexdigest()


def _read_csv(content: bytes) -> RawTable:
    text, encoding = _decoded(content)
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    if not first.count(separator):
        raise FileRefusedError(
            "Une seule colonne est lue : la première ligne attendue porte des en-têtes séparés "
            "par « ; »."
        )
    headers = _headers(next(csv.reader([first], delimiter=separator)))
    rows = pd.read_csv(
        io.StringIO(text), sep=separator, header=0, names=list(headers), dtype=str,
        keep_default_na=False, index_col=False, on_bad_lines="error", engine="c",
        nrows=MOST_ROWS + 1,
    )  # fmt: skip
    return _checked(RawTable(headers, rows, separator, encoding))


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding).replace("\r\n", "\n"), encoding
        except UnicodeDecodeError:
            continue
    raise FileRefusedError(
        "Le codage du fichier n’est ni UTF-8 ni Windows : enregistrez-le en CSV UTF-8."
    )


def _read_xlsx(content: bytes, name: str) -> RawTable:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        lines = [
            ["" if cell is None else _cell(cell) for cell in row]
            for row in book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 2)
        ]
    except UNREADABLE as error:
        raise FileRefusedError(f"« {name} » ne s’ouvre pas comme un classeur XLSX.") from error
    lines = [line for line in lines if any(line)]
    if not lines:
        raise FileRefusedError("Le classeur est vide.")
    headers = _headers(lines[0])
    rows = pd.DataFrame([line[: len(headers)] for line in lines[1:]], columns=list(headers))
    return _checked(RawTable(headers, rows.fillna("").astype(str)))


def _cell(value: object) -> str:
    if hasattr(value, "strftime"):
        return f"{value:%d/%m/%Y}"
    return str(value).strip()


def _headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the headers, each once: a second one of a name is told apart by its place."""
    found: list[str] = []
    for rank, cell in enumerate(cells, start=1):
        name = cell.strip() or f"colonne {rank}"
        found.append(name if name not in found else f"{name} ({rank})")
    return tuple(found)


def _checked(table: RawTable) -> RawTable:
    if table.rows.empty:
        raise FileRefusedError("Le fichier n’a pas de ligne sous ses en-têtes.")
    if len(table.rows) > MOST_ROWS:
        raise FileRefusedError(
            f"Le fichier dépasse {fr.number(MOST_ROWS)} lignes : découpez-le par période."
        )
    return table


def proposed(headers: Sequence[str]) -> Layout:
    """Propose a field for each header that is known by its words; the reader confirms."""
    free = {folded(header): header for header in headers}
    columns: dict[str, str] = {}
    wanted = sorted(
        ((word, name) for name, words in WORDS.items() for word in words),
        key=lambda pair: -len(pair[0]),
    )
    for word, name in wanted:
        if name in columns:
            continue
        match = next((key for key in free if word == key), None) or next(
            (key for key in free if word in key), None
        )
        if match is not None:
            columns[name] = free.pop(match)
    return Layout(columns)


def date_format(table: RawTable, columns: Mapping[str, str]) -> str:
    """Propose the writing of dates that reads the most of the first lines; the reader confirms."""
    if "done_on" not in columns:
        return next(iter(DATE_FORMATS))
    cells = table.rows[columns["done_on"]].str.strip().head(PROBED)
    return max(
        DATE_FORMATS, key=lambda form: pd.to_datetime(cells, format=form, errors="coerce").count()
    )


def lacking(columns: Mapping[str, str]) -> list[str]:
    """Return the French names of the fields without which nothing can be read."""
    return [FIELDS[name] for name in REQUIRED if not columns.get(name)]
