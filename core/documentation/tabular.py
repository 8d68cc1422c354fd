"""CSV of records: columns recognised by their names, or as the reader maps them; and back."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from core import fr
from core.documentation import numbers
from core.documentation.drafts import (
    AgentDraft,
    ItemDraft,
    NoticeDraft,
    PublisherDraft,
    RawField,
)
from core.documentation.enums import DocumentType
from core.documentation.readings import FileReading, Outcome, Reading
from core.errors import DomainError
from core.importing import FileRefusedError

BETWEEN = " | "
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


def _heads(line: str) -> list[str]:
    """Return the headings of a line; none where it is no line of a CSV."""
    sign = max(";,\t", key=line.count)
    try:
        return next(csv.reader([line], delimiter=sign), [])
    except csv.Error:
        return []


def headings(content: bytes) -> list[str]:
    """Return the headings of a CSV, as they are written in it."""
    return _heads(decoded(content).partition("\n")[0].rstrip("\r"))


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
    line = decoded(start).partition("\n")[0]
    names = {known(heading) for heading in _heads(line)}
    return "title" in names and bool(names & {"agents", "isbn_text", "shelf_mark", "publishers"})


def read(content: bytes, *, mapping: Mapping[str, str] | None = None) -> FileReading:
    """Read a CSV; columns without a place are kept raw under their own heading."""
    text = decoded(content)
    heads = _heads(text.partition("\n")[0])
    sign = max(";,\t", key=text.partition("\n")[0].count)
    fields = [mapping.get(head, "") if mapping else known(head) for head in heads]
    if "title" not in fields:
        raise FileRefusedError("Aucune colonne n’est le titre : dites laquelle, puis recommencez.")
    rows = list(csv.reader(io.StringIO(text), delimiter=sign))[1:]
    readings = []
    for place, row in enumerate(rows, start=1):
        if row and not row[0].startswith("#") and any(row):
            readings.append(_reading(place, dict_of(fields, heads, row)))
    return FileReading("CSV", tuple(readings))


def dict_of(
    fields: Sequence[str], heads: Sequence[str], row: Sequence[str]
) -> tuple[dict[str, str], tuple[RawField, ...]]:
    """Return what a row says, by field, and its other cells as raw fields."""
    values: dict[str, str] = {}
    raw = []
    for name, head, cell in zip(fields, heads, row, strict=False):
        text = cell.strip().removeprefix("'") if cell.startswith("'=") else cell.strip()
        if name and text and name not in values:
            values[name] = text
        elif text:
            raw.append(RawField(f"csv:{head}", text))
    return values, tuple(raw)


def _reading(place: int, row: tuple[dict[str, str], tuple[RawField, ...]]) -> Reading:
    values, raw = row
    title = values.pop("title", "")
    if not title:
        return Reading(place, Outcome.REFUSED, reason="aucun titre sur cette ligne")
    draft = _draft(title, values, raw)
    return Reading(place, Outcome.READ, number=draft.external_id, title=title, draft=draft)


def _cut(text: str) -> list[str]:
    sign = "|" if "|" in text else ";"
    return [part.strip() for part in text.split(sign) if part.strip()]


def _draft(title: str, values: dict[str, str], raw: tuple[RawField, ...]) -> NoticeDraft:
    said: dict[str, Any] = {"title": title}
    for name in LISTS & values.keys():
        said[name] = tuple(dict.fromkeys(_cut(values.pop(name))))
    types = {fr.fold(one.label): one.value for one in DocumentType} | {
        one.value: one.value for one in DocumentType
    }
    kind = values.pop("doc_type", "")
    said["doc_type"] = types.get(fr.fold(kind), DocumentType.TEXT.value)
    if kind and fr.fold(kind) not in types:
        raw = (*raw, RawField("csv:type", kind))
    said["agents"] = tuple(_agent(text) for text in _cut(values.pop("agents", "")))
    said["publishers"] = tuple(_publisher(text) for text in _cut(values.pop("publishers", "")))
    said["items"] = _items(values.pop("shelf_mark", ""), values.pop("barcode", ""))
    number = values.get("isbn_text", "")
    said |= {
        "isbn": numbers.isbn13(number),
        "pub_year": numbers.year(values.get("pub_date_text", "")),
    }
    return NoticeDraft(**said | values, raw=raw)


def _agent(text: str) -> AgentDraft:
    name, comma, first = text.partition(",")
    kind = "personne" if comma else "collectivite"
    return AgentDraft(kind, name.strip(), first.strip(), role="070")


def _publisher(text: str) -> PublisherDraft:
    place, colon, name = text.partition(" : ")
    return PublisherDraft(name.strip(), place.strip()) if colon else PublisherDraft(text)


def _items(shelves: str, barcodes: str) -> tuple[ItemDraft, ...]:
    marks, codes = _cut(shelves), _cut(barcodes)
    width = max(len(marks), len(codes))
    last = marks[-1] if marks else ""
    return tuple(
        ItemDraft(
            barcode=codes[rank] if rank < len(codes) else "",
            shelf_mark=marks[rank] if rank < len(marks) else last,
        )
        for rank in range(width)
    )


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
        "agents": [one.shown for one in draft.agents], "publishers": publishers,
        "keywords": list(words), "themes": list(draft.themes),
        "territories": list(draft.territories),
        "shelf_mark": [item.shelf_mark for item in draft.items],
        "barcode": [item.barcode for item in draft.items],
    }  # fmt: skip
    joined = {n: BETWEEN.join(part for part in parts if part) for n, parts in listed.items()}
    return own | joined | {
        "doc_type": DocumentType(draft.doc_type).label,
        "isbn_text": draft.isbn_text or draft.isbn,
        "pub_date_text": draft.pub_date_text or year,
    }  # fmt: skip
