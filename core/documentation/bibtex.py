"""BibTeX and biblatex: entries read with their braces and accents, and written in UTF-8."""

import re
from collections.abc import Iterable
from typing import Any

from core.documentation import entry, numbers
from core.documentation.bibtex_syntax import braced, cut, entries, escaped, plain
from core.documentation.drafts import AgentDraft, NoticeDraft, PublisherDraft, RawField
from core.documentation.enums import (
    LEVELS,
    AgentKind,
    DocumentType,
    Level,
    Role,
    language_codes,
)
from core.documentation.readings import FileReading, Outcome, Reading

TYPES = {
    "book": DocumentType.TEXT, "article": DocumentType.ARTICLE, "inbook": DocumentType.ARTICLE,
    "incollection": DocumentType.ARTICLE, "inproceedings": DocumentType.ARTICLE,
    "conference": DocumentType.ARTICLE, "thesis": DocumentType.THESIS,
    "phdthesis": DocumentType.THESIS, "mastersthesis": DocumentType.THESIS,
    "techreport": DocumentType.REPORT, "report": DocumentType.REPORT,
    "online": DocumentType.ELECTRONIC, "unpublished": DocumentType.MANUSCRIPT,
    "periodical": DocumentType.PERIODICAL, "video": DocumentType.VIDEO,
    "audio": DocumentType.SOUND, "music": DocumentType.MUSIC, "image": DocumentType.IMAGE,
}  # fmt: skip
WRITTEN = {kind: name for name, kind in reversed(TYPES.items()) if name != "techreport"}
KIND = "bibtex:@"  # raw: the kind of an entry that no type of ours is written as
BY_LABEL = {one.label: one for one in DocumentType}
TEXTS = {
    "title": "title", "subtitle": "subtitle", "edition": "edition", "volume": "volume",
    "series": "series", "note": "notes", "abstract": "abstract", "url": "url",
    "pages": "extent", "langid": "languages", "issn": "issn", "contents": "contents",
}  # fmt: skip
ROLES = {
    "author": Role.AUTHOR, "editor": Role.EDITOR, "translator": Role.TRANSLATOR,
    "foreword": Role.PREFACE, "illustrator": Role.ILLUSTRATOR, "director": Role.DIRECTOR,
    "editora": Role.PUBLISHING_DIRECTOR, "organization": Role.SPONSOR, "school": Role.DEGREE,
    "contributor": Role.OTHER,
}  # fmt: skip
LISTS = {*ROLES, "keywords"}  # their braces say what is one part: taken away later


def read(text: str) -> FileReading:
    """Read a BibTeX file; comments and strings are passed over, unknown fields kept raw."""
    readings = []
    for place, (kind, key, values) in enumerate(entries(text, LISTS), start=1):
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


def _draft(kind: str, key: str, values: dict[str, str]) -> NoticeDraft:
    doc_type = TYPES.get(kind, DocumentType.TEXT)
    if kind == "misc":  # it says nothing of what it is; « type » may
        told = BY_LABEL.get(values.get("type", ""))
        named = DocumentType.ELECTRONIC if values.get("url") else DocumentType.TEXT
        doc_type = told or named
        values = {name: text for name, text in values.items() if not told or name != "type"}
    date = values.pop("date", "") or "-".join(
        part for part in (values.pop("year", ""), values.pop("month", ""), values.pop("day", ""))
        if part
    )  # fmt: skip
    number = values.pop("isbn", "")
    said: dict[str, Any] = {
        "external_id": key, "doc_type": doc_type.value,
        "level": LEVELS.get(doc_type, Level.MONOGRAPH).value,
        "pub_date_text": date, "pub_year": numbers.year(date), "isbn_text": number,
        "isbn": numbers.isbn13(number), "agents": _agents(values),
        "publishers": _publishers(values),
    }  # fmt: skip
    said |= {name: values.pop(own, "") for own, name in TEXTS.items()}
    said["languages"] = language_codes(said["languages"])
    words = [plain(one) for one in cut(values.pop("keywords", ""), r"[;,]")]
    said["keywords"] = tuple(dict.fromkeys(word for word in words if word))
    raw = [RawField(f"bibtex:{name}", text) for name, text in values.items() if text]
    if kind != _kind(doc_type):
        raw.append(RawField(KIND, kind))
    return NoticeDraft(**said, raw=tuple(sorted(raw)))


def _kind(doc_type: DocumentType) -> str:
    return WRITTEN.get(doc_type, "misc")


def _agents(values: dict[str, str]) -> tuple[AgentDraft, ...]:
    found = []
    for name, role in ROLES.items():
        for text in cut(values.pop(name, ""), r"\s+and\s+"):
            if text == "others":
                values["others"] = f"{values.get('others', '')} {name}".strip()
            elif (one := _agent(text, role)).name:
                found.append(one)
    return tuple(dict.fromkeys(found))


def _agent(text: str, role: Role) -> AgentDraft:
    """Read a name: « Nom, Prénom » or « Prénom Nom » is a person, what is all in braces a body."""
    family, *others = cut(text, ",") if text.strip(", ") else [""]
    first = plain(", ".join(others[-1:]))
    is_whole = text.startswith("{") and text.endswith("}") and not others
    if is_whole or ("," not in text and (" " not in text or entry.BODIES.search(text))):
        return AgentDraft("collectivite", plain(text), role=role.value)
    if "," not in text:
        *given, family = cut(text, r"\s+")
        while given and given[-1][:1].islower():  # « Charles de Gaulle », « Vincent van Gogh »
            family = f"{given.pop()} {family}"
        first = plain(" ".join(given))
    suffix = f" {plain(others[0])}" if len(others) > 1 else ""  # « Nom, Jr., Prénom »
    return AgentDraft("personne", plain(family) + suffix, first, role=role.value)


def _publishers(values: dict[str, str]) -> tuple[PublisherDraft, ...]:
    name = values.pop("publisher", "") or values.pop("institution", "")
    place = values.pop("address", "") or values.pop("location", "")
    return (PublisherDraft(name, place),) if name or place else ()


def write(drafts: Iterable[NoticeDraft]) -> bytes:
    """Write entries in UTF-8 (biblatex); copies, links and a second publisher do not fit in it."""
    return "\n".join(_written(draft) for draft in drafts).encode()


def _written(draft: NoticeDraft) -> str:
    doc_type = DocumentType(draft.doc_type)
    raw = {one.tag[7:]: one.text for one in draft.raw if one.tag.startswith("bibtex:")}
    kind = raw.pop("@", "") or _kind(doc_type)
    values = {name: _named(draft.agents, role) for name, role in ROLES.items()}
    values |= {own: escaped(getattr(draft, name), own) for own, name in TEXTS.items()}
    publisher = draft.publishers[0] if draft.publishers else PublisherDraft("")
    words = dict.fromkeys([*(one.label for one in draft.concepts), *draft.keywords])
    year = "" if draft.pub_year is None else str(draft.pub_year)
    others = {
        "type": doc_type.label if kind == "misc" and doc_type not in WRITTEN else "",
        "publisher": publisher.name, "location": publisher.place,
        "date": draft.pub_date_text or year, "isbn": draft.isbn_text or draft.isbn,
    } | raw  # fmt: skip
    values |= {name: escaped(text, name) for name, text in others.items() if text}
    values["keywords"] = "; ".join(braced(word, ";,") for word in words)
    rows = [f"  {name} = {{{text}}}," for name, text in values.items() if text]
    key = re.sub(r"[^\w:.\-/]", "", draft.external_id) or "notice"
    return f"@{kind}{{{key},\n" + "\n".join(rows) + "\n}\n"


def _named(agents: Iterable[AgentDraft], role: Role) -> str:
    """Write the agents of a role; those whose role no field says are contributors."""
    said = [
        one for one in agents
        if one.role == role or (role is Role.OTHER and one.role not in set(ROLES.values()))
    ]  # fmt: skip
    return " and ".join(
        f"{braced(one.name, ', ')}, {braced(one.first_name, ', ')}".strip()
        if one.kind == AgentKind.PERSON else f"{{{escaped(one.shown)}}}"
        for one in said
    )  # fmt: skip
