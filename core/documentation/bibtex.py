"""BibTeX and biblatex: entries read with their braces and accents, and written in UTF-8."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from core.documentation import entry, numbers
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

ENTRY = re.compile(r"@\s*(?P<kind>[A-Za-z]+)\s*\{\s*(?P<key>[^,\s{}]*)\s*,")
MACRO = re.compile(r"@\s*string\s*[{(]\s*(?P<name>[\w\-]+)\s*=\s*", re.IGNORECASE)
FIELD = re.compile(r"\s*,?\s*(?P<name>[A-Za-z][\w\-]*)\s*=\s*")
JOIN = re.compile(r"\s*#\s*")
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
VERBATIM = {"url", "doi", "eprint", "file"}  # addresses: no sign in them is LaTeX
LISTS = {*ROLES, "keywords"}  # their braces say what is one part: taken away later
ACCENTS = dict(zip("`'^\"~=.c", "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0327", strict=True))
LATEX_ACCENT = re.compile(r"\\([`'^\"~=.])\s*\{?\\?([A-Za-z])\}?|\\(c)\s*\{([A-Za-z])\}")
LATEX_SIGNS = {r"\textbackslash": "\ue000", r"\textasciitilde": "\ue001", r"\oe": "œ",
               r"\OE": "Œ", r"\ae": "æ", r"\AE": "Æ", r"\&": "&", r"\%": "%", r"\_": "_",
               r"\$": "$", r"\#": "#", "--": "–", "~": " "}  # fmt: skip
KEPT_SIGNS = str.maketrans({"\ue000": "\\", "\ue001": "~", "{": None, "}": None})


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
    macros = {one["name"].lower(): _part(text, one.end(), {})[0] for one in MACRO.finditer(text)}
    at = 0
    while (match := ENTRY.search(text, at)) is not None:
        values, at = _fields(text, match.end(), macros)
        if match["kind"].lower() not in {"comment", "string", "preamble"}:
            yield match["kind"].lower(), match["key"], values


def _fields(text: str, at: int, macros: Mapping[str, str]) -> tuple[dict[str, str], int]:
    values: dict[str, str] = {}
    while (match := FIELD.match(text, at)) is not None:
        value, at = _value(text, match.end(), macros)
        name = match["name"].lower()
        if name in VERBATIM:
            value = re.sub(r"\\([&%$#_~])", r"\1", value).strip("{} \n")
        values.setdefault(name, value if name in LISTS else plain(value, name))
    return values, at


def _value(text: str, at: int, macros: Mapping[str, str]) -> tuple[str, int]:
    """Return a value, its parts joined where « # » joins them, and where it ends."""
    value, at = _part(text, at, macros)
    while (more := JOIN.match(text, at)) is not None:
        part, at = _part(text, more.end(), macros)
        value += part
    return value, at


def _part(text: str, at: int, macros: Mapping[str, str]) -> tuple[str, int]:
    """Return one part of a value and its end: matched braces, quotes, or a bare word."""
    opening = text[at : at + 1]
    if opening not in {"{", '"'}:
        bare = re.compile(r"[^,}\n#]*").match(text, at)
        word = bare[0].strip() if bare else ""
        return macros.get(word.lower(), word), bare.end() if bare else at
    depth, start = 0, at + 1
    for place in range(start, len(text)):
        sign = text[place]
        if sign == ("}" if opening == "{" else '"') and depth == 0:
            return text[start:place], place + 1
        depth += (sign == "{") - (sign == "}")
    return text[start:], len(text)


def plain(value: str, name: str = "") -> str:
    r"""Return a value without LaTeX: accents put on their letters, braces taken away.

    >>> plain(r"L'{\'e}cole de {T}oulouse \& d'ailleurs")
    "L'école de Toulouse & d'ailleurs"
    """

    def letter(match: re.Match[str]) -> str:
        accent, own = (match[1] or match[3]), (match[2] or match[4])
        return unicodedata.normalize("NFC", own + ACCENTS[accent])

    if name in VERBATIM:
        return value
    text = LATEX_ACCENT.sub(letter, value)
    for sign, written in LATEX_SIGNS.items():
        text = text.replace(sign, written)
    return " ".join(text.translate(KEPT_SIGNS).split())


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
    words = [plain(one) for one in _cut(values.pop("keywords", ""), r"[;,]")]
    said["keywords"] = tuple(dict.fromkeys(word for word in words if word))
    raw = [RawField(f"bibtex:{name}", text) for name, text in values.items() if text]
    if kind != _kind(doc_type):
        raw.append(RawField(KIND, kind))
    return NoticeDraft(**said, raw=tuple(sorted(raw)))


def _kind(doc_type: DocumentType) -> str:
    return WRITTEN.get(doc_type, "misc")


def _cut(text: str, sign: str) -> list[str]:
    """Cut a list at a sign that is inside no brace."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(rf"[{{}}]|{sign}", text):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth == 0 and match[0] not in "{}":
            parts.append(text[start : match.start()])
            start = match.end()
    return [one.strip() for one in (*parts, text[start:]) if one.strip()]


def _agents(values: dict[str, str]) -> tuple[AgentDraft, ...]:
    found = []
    for name, role in ROLES.items():
        for text in _cut(values.pop(name, ""), r"\s+and\s+"):
            if text == "others":
                values["others"] = f"{values.get('others', '')} {name}".strip()
            elif (one := _agent(text, role)).name:
                found.append(one)
    return tuple(dict.fromkeys(found))


def _agent(text: str, role: Role) -> AgentDraft:
    """Read a name: « Nom, Prénom » or « Prénom Nom » is a person, what is all in braces a body."""
    family, *others = _cut(text, ",") if text.strip(", ") else [""]
    first = plain(", ".join(others[-1:]))
    is_whole = text.startswith("{") and text.endswith("}") and not others
    if is_whole or ("," not in text and (" " not in text or entry.BODIES.search(text))):
        return AgentDraft("collectivite", plain(text), role=role.value)
    if "," not in text:
        *given, family = _cut(text, r"\s+")
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
    values |= {own: _escaped(getattr(draft, name), own) for own, name in TEXTS.items()}
    publisher = draft.publishers[0] if draft.publishers else PublisherDraft("")
    words = dict.fromkeys([*(one.label for one in draft.concepts), *draft.keywords])
    year = "" if draft.pub_year is None else str(draft.pub_year)
    others = {
        "type": doc_type.label if kind == "misc" and doc_type not in WRITTEN else "",
        "publisher": publisher.name, "location": publisher.place,
        "date": draft.pub_date_text or year, "isbn": draft.isbn_text or draft.isbn,
    } | raw  # fmt: skip
    values |= {name: _escaped(text, name) for name, text in others.items() if text}
    values["keywords"] = "; ".join(_braced(word, ";,") for word in words)
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
        f"{_braced(one.name, ', ')}, {_braced(one.first_name, ', ')}".strip()
        if one.kind == AgentKind.PERSON else f"{{{_escaped(one.shown)}}}"
        for one in said
    )  # fmt: skip


def _braced(text: str, signs: str) -> str:
    """Write a part of a list, in braces where it holds what would cut it."""
    own = _escaped(text)
    return f"{{{own}}}" if any(sign in text for sign in signs) else own


def _escaped(text: str, name: str = "") -> str:
    """Write a text so that LaTeX shows it; an address is left as it is, but for braces."""
    flat = " ".join(text.split())
    if name in VERBATIM:
        return flat.replace("{", "%7B").replace("}", "%7D")
    flat = flat.replace("{", "(").replace("}", ")").replace("\\", "\ue000")
    flat = (
        re.sub(r"([&%$#_])", r"\\\1", flat).replace("--", "-{}-").replace("~", "{\\textasciitilde}")
    )
    return flat.replace("\ue000", "{\\textbackslash}")
