"""CSV of records: columns recognised by their names, or as the reader maps them; and back."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from core import exporting, fr
from core.documentation import cells, numbers, unimarc_copies
from core.documentation.drafts import (
    NoticeDraft,
    RawField,
)
from core.documentation.enums import (
    LEVELS,
    DocumentType,
    Level,
    language_codes,
)
from core.documentation.readings import FileReading, Outcome, Reading
from core.errors import DomainError
from core.importing import FileRefusedError

csv.field_size_limit(10_000_000)  # a long summary is a cell like another
# What a column may give: the field, its French heading, and other headings it is known by.
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "external_id": ("identifiant", ("id", "numero", "n°")),
    "doc_type": ("type", ("type de document", "support")),
    "title": ("titre", ("title", "titre propre")),
    "subtitle": ("complément du titre", ("sous-titre", "subtitle")),
    "agents": ("auteurs", ("auteur", "author", "authors")),
    "publishers": ("éditeurs", ("editeur", "publisher")),
    "pub_date_text": ("date", ("annee", "year", "date de publication", "annee de publication")),
    "isbn_text": ("ISBN", ()), "issn": ("ISSN", ()),
    "languages": ("langues", ("langue", "language")),
    "extent": ("importance matérielle", ("pages", "collation")),
    "series": ("collection", ()), "edition": ("édition", ("mention d’edition",)),
    "notes": ("notes", ("note",)), "contents": ("contenu", ("sommaire",)),
    "abstract": ("résumé", ("abstract",)), "url": ("adresse", ("url", "lien")),
    "keywords": ("mots-clés", ("mots cles", "keywords", "motscles")),
    "themes": ("thèmes", ("theme",)), "territories": ("territoires", ("territoire",)),
    "shelf_mark": ("cotes", ("cote",)), "barcode": ("codes-barres", ("code-barres", "code barre")),
}  # fmt: skip
LISTS = {"keywords", "themes", "territories"}


def decoded(content: bytes) -> str:
    """Return a text file in UTF-8, else Windows-1252, as French spreadsheets write them.

    The lines of an old Macintosh, which end by a lone return, end as all others do.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text if "\n" in text else text.replace("\r", "\n")


def _rows(content: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the headings of a CSV, and its rows with their place after them.

    A line « # … » is a note before the headings or after an empty line; elsewhere it is a row.
    """
    text = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in text.split("\n") if line and not line.startswith("#")), "")
    sign = max(";,\t", key=first.count)
    heads: list[str] = []
    found: list[tuple[int, list[str]]] = []
    is_noting = True
    try:
        for row in csv.reader(io.StringIO(text), delimiter=sign):
            is_empty = not any(cell.strip() for cell in row)
            is_noting = is_empty or (is_noting and row[0].startswith("#"))
            if not is_noting and not heads:
                heads = row
            elif not is_noting:
                found.append((len(found) + 1, row))
    except csv.Error as error:
        raise FileRefusedError(
            "Ce fichier CSV a une cellule sans fin : un guillemet n’est sans doute pas fermé."
        ) from error
    return heads, found


def headings(content: bytes) -> list[str]:
    """Return the headings of a CSV, as they are written in it; its start is enough."""
    lines = re.split(rb"[\r\n]+", content[:100_000].removeprefix(b"\xef\xbb\xbf"))
    return _rows(next((line for line in lines if line and line[:1] != b"#"), b""))[0]


def known(heading: str) -> str:
    """Return the field that a column's heading names, or nothing."""
    own = fr.fold(heading.strip().replace("'", "’"))
    for name, (label, others) in FIELDS.items():
        if own in {fr.fold(label), *others, name}:
            return name
    return ""


def mapping_of(pairs: Iterable[str]) -> dict[str, str]:
    """Read « Colonne=champ », the field by its French heading; DomainError for one not known.

    >>> mapping_of(["Nom=titre", "Qui=auteurs"])
    {'Nom': 'title', 'Qui': 'agents'}
    """
    found = {}
    for pair in pairs:
        column, _, said = pair.rpartition("=")
        if not column or not known(said):
            names = ", ".join(label for label, _ in FIELDS.values())
            raise DomainError(f"« {pair} » : écrivez COLONNE=CHAMP, avec pour champ {names}.")
        found[column] = known(said)
    return found


def is_catalogue(start: bytes) -> bool:
    """Say whether a CSV looks like records: a title, and one more thing that documents have."""
    try:
        names = {known(heading) for heading in headings(start)}
    except FileRefusedError:  # no CSV at all
        return False
    return "title" in names and bool(names & {"agents", "isbn_text", "shelf_mark", "publishers"})


def read(content: bytes, *, mapping: Mapping[str, str] | None = None) -> FileReading:
    """Read a CSV; columns without a place are kept raw under their own heading."""
    heads, rows = _rows(content)
    fields = [mapping.get(head, "") if mapping else known(head) for head in heads]
    if "title" not in fields:
        raise FileRefusedError("Aucune colonne n’est le titre : dites laquelle, puis recommencez.")
    return FileReading(
        "CSV", tuple(_reading(place, dict_of(fields, heads, row)) for place, row in rows)
    )


def dict_of(
    fields: Sequence[str], heads: Sequence[str], row: Sequence[str]
) -> tuple[dict[str, str], tuple[RawField, ...]]:
    """Return what a row says, by field, and its other cells as raw fields, unnamed ones too."""
    values: dict[str, str] = {}
    raw = []
    columns = itertools.zip_longest(fields, heads, row, fillvalue="")
    for rank, (name, head, cell) in enumerate(columns, start=1):
        text = exporting.typed(cell.strip(" ")).strip()
        if name and text and name not in values:
            values[name] = text
        elif text:
            raw.append(RawField(f"csv:{head.strip() or f'colonne {rank}'}", text))
    return values, tuple(raw)


def _reading(place: int, row: tuple[dict[str, str], tuple[RawField, ...]]) -> Reading:
    values, raw = row
    title = values.pop("title", "")
    if not title:
        return Reading(place, Outcome.REFUSED, reason="aucun titre sur cette ligne")
    draft = _draft(title, values, raw)
    return Reading(place, Outcome.READ, number=draft.external_id, title=title, draft=draft)


def _draft(title: str, values: dict[str, str], raw: tuple[RawField, ...]) -> NoticeDraft:
    said: dict[str, Any] = {"title": title}
    for name in LISTS & values.keys():
        said[name] = tuple(dict.fromkeys(cells.cut(values.pop(name))))
    types = {fr.fold(one.label): one.value for one in DocumentType} | {
        one.value: one.value for one in DocumentType
    }
    kind = values.pop("doc_type", "")
    own = DocumentType(types.get(fr.fold(kind), DocumentType.TEXT.value))
    said |= {"doc_type": own.value, "level": LEVELS.get(own, Level.MONOGRAPH).value}
    if kind and fr.fold(kind) not in types:
        raw = (*raw, RawField("csv:type", kind))
    said["agents"] = tuple(cells.agent(text) for text in cells.cut(values.pop("agents", "")))
    said["publishers"] = tuple(
        cells.publisher(text) for text in cells.cut(values.pop("publishers", ""))
    )
    said["items"] = cells.items(values.pop("shelf_mark", ""), values.pop("barcode", ""))
    number = values.get("isbn_text", "")
    values["languages"] = language_codes(values.get("languages", ""))
    said |= {
        "isbn": numbers.isbn13(number),
        "pub_year": numbers.year(values.get("pub_date_text", "")),
    }
    return NoticeDraft(**said | values, raw=raw)


def table(drafts: Iterable[NoticeDraft]) -> pd.DataFrame:
    """One row a record, for CSV and Excel; the columns of FIELDS, texts only."""
    return pd.DataFrame([_row(draft) for draft in drafts], columns=list(FIELDS))


def labels() -> dict[str, str]:
    return {name: label for name, (label, _) in FIELDS.items()}


def _row(draft: NoticeDraft) -> dict[str, str]:
    own = {name: str(getattr(draft, name, "") or "") for name in FIELDS}
    publishers = [f"{p.place} : {p.name}" if p.place else p.name for p in draft.publishers]
    words = dict.fromkeys([*(one.label for one in draft.concepts), *draft.keywords])
    year = "" if draft.pub_year is None else str(draft.pub_year)
    listed = {
        "agents": [cells.agent_told(one) for one in draft.agents], "publishers": publishers,
        "keywords": list(words), "themes": list(draft.themes),
        "territories": list(draft.territories),
        "shelf_mark": [item.shelf_mark for item in draft.items],
        "barcode": [unimarc_copies.barcode(item.barcode) for item in draft.items],
    }  # fmt: skip
    joined = {name: cells.joined(parts) for name, parts in listed.items()}
    return own | joined | {
        "doc_type": DocumentType(draft.doc_type).label,
        "isbn_text": draft.isbn_text or draft.isbn,
        "pub_date_text": draft.pub_date_text or year,
    }  # fmt: skip
