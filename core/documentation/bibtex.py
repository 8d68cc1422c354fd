"""BibTeX and biblatex: entries read with their braces and accents, and written in UTF-8."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from core.documentation import numbers
from core.documentation.drafts import AgentDraft, NoticeDraft, PublisherDraft, RawField
from core.documentation.enums import DocumentType, Level, Role
from core.documentation.readings import FileReading, Outcome, Reading

ENTRY = re.compile(r"@\s*(?P<kind>[A-Za-z]+)\s*\{\s*(?P<key>[^,\s{}]*)\s*,")
FIELD = re.compile(r"\s*,?\s*(?P<name>[A-Za-z][\w\-]*)\s*=\s*")
TYPES = {
    "book": DocumentType.TEXT, "article": DocumentType.ARTICLE, "inbook": DocumentType.ARTICLE,
    "incollection": DocumentType.ARTICLE, "inproceedings": DocumentType.ARTICLE,
    "conference": DocumentType.ARTICLE, "thesis": DocumentType.THESIS,
    "phdthesis": DocumentType.THESIS, "mastersthesis": DocumentType.THESIS,
    "techreport": DocumentType.REPORT, "report": DocumentType.REPORT,
    "online": DocumentType.ELECTRONIC, "misc": DocumentType.OBJECT,
    "unpublished": DocumentType.MANUSCRIPT, "periodical": DocumentType.PERIODICAL,
}  # fmt: skip
WRITTEN = {
    DocumentType.TEXT: "book", DocumentType.ARTICLE: "article", DocumentType.THESIS: "thesis",
    DocumentType.REPORT: "report", DocumentType.ELECTRONIC: "online",
    DocumentType.MANUSCRIPT: "unpublished", DocumentType.PERIODICAL: "periodical",
}  # fmt: skip
TEXTS = {
    "title": "title", "subtitle": "subtitle", "edition": "edition", "volume": "volume",
    "series": "series", "note": "notes", "abstract": "abstract", "url": "url",
    "pages": "extent", "langid": "languages", "issn": "issn", "contents": "contents",
}  # fmt: skip
ACCENTS = dict(zip("`'^\"~=.c", "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0327", strict=True))
LATEX_ACCENT = re.compile(r"\\([`'^\"~=.])\s*\{?\\?([A-Za-z])\}?|\\(c)\s*\{([A-Za-z])\}")
LATEX_SIGNS = {r"\oe": "œ", r"\OE": "Œ", r"\ae": "æ", r"\AE": "Æ", r"\&": "&", r"\%": "%",
               r"\_": "_", r"\$": "$", r"\#": "#", "--": "–", "~": " "}  # fmt: skip


def read(text: str) -> FileReading:
    """Read a BibTeX file; comments and strings are passed over, unknown fields kept raw."""
    readings = []
    for place, (kind, key, values) in enumerate(_entries(text), start=1):
        draft = _draft(kind, key, values)
        if draft.title:
            readings.append(
                Reading(place, Outcome.READ, number=key, title=draft.title, draft=draft)
            )
        else:
            readings.append(
                Reading(place, Outcome.REFUSED, number=key, reason="aucun titre (title)")
            )
    return FileReading("BibTeX", tuple(readings))


def _entries(text: str) -> Iterable[tuple[str, str, dict[str, str]]]:
    at = 0
    while (match := ENTRY.search(text, at)) is not None:
        values, at = _fields(text, match.end())
        if match["kind"].lower() not in {"comment", "string", "preamble"}:
            yield match["kind"].lower(), match["key"], values


def _fields(text: str, at: int) -> tuple[dict[str, str], int]:
    values: dict[str, str] = {}
    while (match := FIELD.match(text, at)) is not None:
        value, at = _value(text, match.end())
        values.setdefault(match["name"].lower(), plain(value))
    return values, at


def _value(text: str, at: int) -> tuple[str, int]:
    """Return a value and where it ends: braces that are matched, quotes, or a bare word."""
    opening = text[at : at + 1]
    if opening not in {"{", '"'}:
        bare = re.compile(r"[^,}\n]*").match(text, at)
        return (bare[0].strip(), bare.end()) if bare else ("", at)
    depth, start = 0, at + 1
    for place in range(start, len(text)):
        sign = text[place]
        if sign == ("}" if opening == "{" else '"') and depth == 0:
            return text[start:place], place + 1
        depth += (sign == "{") - (sign == "}")
    return text[start:], len(text)


def plain(value: str) -> str:
    r"""Return a value without LaTeX: accents put on their letters, braces taken away.

    >>> plain(r"L'{\'e}cole de {T}oulouse \& d'ailleurs")
    "L'école de Toulouse & d'ailleurs"
    """

    def letter(match: re.Match[str]) -> str:
        accent, own = (match[1] or match[3]), (match[2] or match[4])
        return unicodedata.normalize("NFC", own + ACCENTS[accent])

    text = LATEX_ACCENT.sub(letter, value)
    for sign, written in LATEX_SIGNS.items():
        text = text.replace(sign, written)
    return " ".join(text.replace("{", "").replace("}", "").replace('"', "").split())


def _draft(kind: str, key: str, values: dict[str, str]) -> NoticeDraft:
    doc_type = TYPES.get(kind, DocumentType.TEXT)
    level = Level.PART if doc_type is DocumentType.ARTICLE else Level.MONOGRAPH
    if doc_type is DocumentType.OBJECT:  # misc says nothing of what it is
        doc_type = DocumentType.ELECTRONIC if values.get("url") else DocumentType.TEXT
    date = values.pop("date", "") or "-".join(
        part for part in (values.pop("year", ""), values.pop("month", ""), values.pop("day", ""))
        if part
    )  # fmt: skip
    number = values.pop("isbn", "")
    said: dict[str, Any] = {
        "external_id": key, "doc_type": doc_type.value, "level": level.value,
        "pub_date_text": date, "pub_year": numbers.year(date), "isbn_text": number,
        "isbn": numbers.isbn13(number), "agents": _agents(values),
        "publishers": _publishers(values),
    }  # fmt: skip
    said |= {name: values.pop(own, "") for own, name in TEXTS.items()}
    words = values.pop("keywords", "")
    said["keywords"] = tuple(
        dict.fromkeys(w.strip() for w in re.split(r"[;,]", words) if w.strip())
    )
    raw = sorted(RawField(f"bibtex:{name}", text) for name, text in values.items() if text)
    return NoticeDraft(**said, raw=tuple(raw))


def _agents(values: dict[str, str]) -> tuple[AgentDraft, ...]:
    found = []
    for name, role in (("author", Role.AUTHOR), ("editor", Role.EDITOR),
                       ("translator", Role.TRANSLATOR)):  # fmt: skip
        for text in re.split(r"\s+and\s+", values.pop(name, "")):
            family, comma, first = text.strip().partition(",")
            if not comma and " " in family and role is Role.AUTHOR and not family.isupper():
                family, first = text.strip(), ""
            kind = "personne" if comma else "collectivite"
            if family.strip():
                found.append(AgentDraft(kind, family.strip(), first.strip(), role=role.value))
    return tuple(dict.fromkeys(found))


def _publishers(values: dict[str, str]) -> tuple[PublisherDraft, ...]:
    name = values.pop("publisher", "") or values.pop("institution", "")
    place = values.pop("address", "") or values.pop("location", "")
    return (PublisherDraft(name, place),) if name or place else ()


def write(drafts: Iterable[NoticeDraft]) -> bytes:
    """Write entries in UTF-8 (biblatex); copies, links and a second publisher do not fit in it."""
    return "\n".join(_written(draft) for draft in drafts).encode()


def _written(draft: NoticeDraft) -> str:
    by_role = {"author": Role.AUTHOR, "editor": Role.EDITOR, "translator": Role.TRANSLATOR}
    values = {
        name: " and ".join(one.shown for one in draft.agents if one.role == role)
        for name, role in by_role.items()
    }
    values |= {own: getattr(draft, name) for own, name in TEXTS.items()}
    publisher = draft.publishers[0] if draft.publishers else PublisherDraft("")
    words = dict.fromkeys([*(one.label for one in draft.concepts), *draft.keywords])
    year = "" if draft.pub_year is None else str(draft.pub_year)
    values |= {
        "publisher": publisher.name, "location": publisher.place,
        "date": draft.pub_date_text or year, "isbn": draft.isbn_text or draft.isbn,
        "keywords": "; ".join(words),
    }  # fmt: skip
    values |= {r.tag[7:]: r.text for r in draft.raw if r.tag.startswith("bibtex:")}
    rows = [f"  {name} = {{{_escaped(text)}}}," for name, text in values.items() if text]
    kind = WRITTEN.get(DocumentType(draft.doc_type), "misc")
    key = re.sub(r"[^\w:.\-/]", "", draft.external_id) or "notice"
    return f"@{kind}{{{key},\n" + "\n".join(rows) + "\n}\n"


def _escaped(text: str) -> str:
    bare = " ".join(text.replace("{", "(").replace("}", ")").split())
    return re.sub(r"(?<!\\)([&%$#_])", r"\\\1", bare)
