"""A file of records, recognised by its content and read as drafts, whichever its format."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from core.documentation import (
    bibtex,
    bibtex_syntax,
    cleaning,
    faults,
    marc,
    pmb,
    ris,
    tabular,
    unimarc,
    unimarc_parts,
)
from core.documentation.readings import FileReading, Reading
from core.importing import FileRefusedError

KINDS = ("unimarc", "ris", "bibtex", "pmb", "csv")
NO_TEXT = (
    b"PK\x03\x04",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
)  # office files and PDF


def kind_of(content: bytes) -> str:
    """Return the kind of a file of records by its first signs, or nothing where it is none."""
    start = content[:4_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return "" if b"rdf:RDF" in start else "unimarc"
    if start.startswith(b"LEADER") or (start[:5].isdigit() and b"\x1e" in content[:100_000]):
        return "unimarc"
    return "" if start.startswith(NO_TEXT) or b"\0" in start else _kind_of_text(start, content)


def _kind_of_text(start: bytes, content: bytes) -> str:
    if start[:6].replace(b" ", b"").startswith(b"TY-"):
        return "ris"
    if bibtex_syntax.ENTRY.search(start.decode("latin-1")):
        return "bibtex"
    if start.startswith(b"{") and b'"notice' in content:
        return "pmb"
    return "csv" if tabular.is_catalogue(content[:100_000]) else ""


def read(content: bytes, name: str, *, mapping: Mapping[str, str] | None = None) -> FileReading:
    """Read a file. FileRefusedError where it is of no known kind, or broken as a whole.

    ``mapping`` gives, for a CSV, the field of a draft for each column (see ``tabular.FIELDS``).
    """
    found = _read(content, name, mapping)
    return replace(found, records=tuple(map(cleaning.sound, found.records)))


def _read(content: bytes, name: str, mapping: Mapping[str, str] | None) -> FileReading:
    kind = kind_of(content) if mapping is None else "csv"
    if kind == "unimarc":
        return _unimarc(content)
    if kind == "ris":
        return ris.read(tabular.decoded(content))
    if kind == "bibtex":
        return bibtex.read(tabular.decoded(content))
    if kind == "pmb":
        return _pmb(content)
    if kind == "csv":
        return tabular.read(content, mapping=mapping)
    raise FileRefusedError(
        f"« {name} » n’est pas un fichier de notices connu : UNIMARC (ISO 2709 ou XML), tables de "
        "PMB, RIS, BibTeX ou CSV avec une colonne « titre »."
    )


def _unimarc(content: bytes) -> FileReading:
    form = "UNIMARC XML" if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "UNIMARC"
    records = list(marc.read(content))
    sign = unimarc_parts.keyword_sign(records)
    readings: list[Reading] = [
        unimarc.reading(record, place, sign) for place, record in enumerate(records, start=1)
    ]
    if not readings:
        raise FileRefusedError("Ce fichier ne contient aucune notice.")
    return FileReading(form, tuple(readings))


def _pmb(content: bytes) -> FileReading:
    try:
        tables = json.loads(content)
    except ValueError as error:
        raise FileRefusedError(
            f"Le fichier JSON est mal formé ({faults.of_json(error)})."
        ) from error
    return pmb.read(tables)


def load(path: Path) -> bytes:
    if not path.is_file():
        raise FileRefusedError(f"Le fichier « {path} » n’existe pas.")
    return path.read_bytes()
