"""RIS: records for bibliographic software, read and written."""

import re
from collections.abc import Iterable
from typing import Any

from core.documentation import numbers
from core.documentation.drafts import AgentDraft, NoticeDraft, PublisherDraft, RawField
from core.documentation.enums import DocumentType, Level, Role
from core.documentation.readings import FileReading, Outcome, Reading, lines

LINE = re.compile(r"^(?P<tag>[A-Z][A-Z0-9])\s{1,2}-(?:\s(?P<text>.*))?$")
TYPES = {
    "BOOK": DocumentType.TEXT, "EBOOK": DocumentType.ELECTRONIC, "RPRT": DocumentType.REPORT,
    "JOUR": DocumentType.ARTICLE, "MGZN": DocumentType.ARTICLE, "CHAP": DocumentType.ARTICLE,
    "NEWS": DocumentType.ARTICLE, "JFULL": DocumentType.ISSUE, "SER": DocumentType.PERIODICAL,
    "THES": DocumentType.THESIS, "UNPB": DocumentType.MANUSCRIPT, "MAP": DocumentType.MAP,
    "VIDEO": DocumentType.VIDEO, "SOUND": DocumentType.SOUND, "MUSIC": DocumentType.MUSIC,
    "ART": DocumentType.IMAGE, "ELEC": DocumentType.ELECTRONIC, "MULTI": DocumentType.MULTIMEDIA,
    "GEN": DocumentType.OBJECT,
}  # fmt: skip
LEVELS = {
    DocumentType.ARTICLE: Level.PART, DocumentType.PERIODICAL: Level.SERIAL,
    DocumentType.ISSUE: Level.ISSUE,
}  # fmt: skip
WRITTEN = {kind: tag for tag, kind in reversed(TYPES.items())}
# One text of the draft for each tag; the others are lists, or kept raw.
TEXTS = {
    "ID": "external_id", "ET": "edition", "VL": "volume", "LA": "languages", "CN": "classification",
    "DA": "pub_date_text", "SP": "extent", "T3": "series", "ST": "part_title",
    "TT": "parallel_title",
    "CR": "rights",
}  # fmt: skip
LONG = {"N1": "notes", "AB": "abstract", "N2": "abstract", "C1": "contents"}
AGENTS = {"AU": Role.AUTHOR, "A1": Role.AUTHOR, "A2": Role.EDITOR, "ED": Role.EDITOR,
          "A4": Role.TRANSLATOR, "A3": Role.OTHER}  # fmt: skip
AGENT_TAGS = {Role.AUTHOR: "AU", Role.EDITOR: "A2", Role.TRANSLATOR: "A4"}


def read(text: str) -> FileReading:
    """Read a RIS file; a record without title is refused, unknown tags are kept raw."""
    readings = []
    for place, pairs in enumerate(_records(text), start=1):
        draft = _draft(pairs)
        if draft.title:
            readings.append(
                Reading(
                    place, Outcome.READ, number=draft.external_id, title=draft.title, draft=draft
                )
            )
        else:
            reason = "aucun titre (TI ou T1)"
            readings.append(Reading(place, Outcome.REFUSED, reason=reason))
    return FileReading("RIS", tuple(readings))


def _records(text: str) -> Iterable[list[tuple[str, str]]]:
    pairs: list[tuple[str, str]] = []
    for line in text.splitlines():
        match = LINE.match(line.rstrip())
        if match is None:
            if pairs and line.strip():  # a long text goes on, on the next line
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {line.strip()}".strip())
            continue
        if match["tag"] == "ER":
            yield pairs
            pairs = []
        else:
            pairs.append((match["tag"], (match["text"] or "").strip()))
    if pairs:
        yield pairs


def _draft(pairs: list[tuple[str, str]]) -> NoticeDraft:
    values: dict[str, list[str]] = {}
    for tag, text in pairs:
        if text:
            values.setdefault(tag, []).append(text)
    kind = TYPES.get((values.pop("TY", None) or ["BOOK"])[0], DocumentType.TEXT)
    title, _, subtitle = (values.pop("TI", None) or values.pop("T1", None) or [""])[0].partition(
        " : "
    )
    said: dict[str, Any] = {
        "title": title, "subtitle": subtitle, "doc_type": kind.value,
        "level": LEVELS.get(kind, Level.MONOGRAPH).value, "agents": _agents(values),
        "keywords": tuple(dict.fromkeys(values.pop("KW", []))), "url": "",
    }  # fmt: skip
    said |= _numbers(values) | _published(values)
    for tag, name in TEXTS.items():
        if tag in values:
            said[name] = values[tag].pop(0)
    for tag, name in LONG.items():
        if tag in values:
            said[name] = lines([said.get(name, ""), *values.pop(tag)])
    if values.get("UR"):
        said["url"] = values["UR"].pop(0)
    raw = [RawField(f"ris:{tag}", text) for tag, texts in values.items() for text in texts]
    return NoticeDraft(**said, raw=tuple(sorted(raw)))


def _agents(values: dict[str, list[str]]) -> tuple[AgentDraft, ...]:
    found = []
    for tag, role in AGENTS.items():
        for text in values.pop(tag, []):
            name, _, first = text.partition(", ")
            kind = "personne" if first else "collectivite"
            found.append(AgentDraft(kind, name.strip(), first.strip(), role=role.value))
    return tuple(dict.fromkeys(found))


def _numbers(values: dict[str, list[str]]) -> dict[str, str]:
    text = (values.pop("SN", None) or [""])[0]
    number = numbers.isbn13(text)
    serial = "" if number else numbers.issn8(text)
    return {"isbn": number, "isbn_text": "" if serial else text, "issn": serial}


def _published(values: dict[str, list[str]]) -> dict[str, Any]:
    dates = values.pop("PY", None) or values.pop("Y1", None) or [""]
    date_text = (values.get("DA") or dates)[0]
    names, places = values.pop("PB", []), values.pop("CY", [])
    width = max(len(names), len(places))
    names, places = names + [""] * (width - len(names)), places + [""] * (width - len(places))
    publishers = tuple(PublisherDraft(n, p) for n, p in zip(names, places, strict=True))
    return {
        "pub_year": numbers.year(dates[0]) or numbers.year(date_text),
        "pub_date_text": date_text, "publishers": publishers,
    }  # fmt: skip


def write(drafts: Iterable[NoticeDraft]) -> bytes:
    """Write records in RIS, in UTF-8; copies and links do not fit in it."""
    return "".join(_written(draft) for draft in drafts).encode()


def _written(draft: NoticeDraft) -> str:
    title = f"{draft.title} : {draft.subtitle}" if draft.subtitle else draft.title
    pairs = [("TY", WRITTEN.get(DocumentType(draft.doc_type), "BOOK")), ("TI", title)]
    pairs += [(_agent_tag(one), one.shown) for one in draft.agents]
    for one in draft.publishers:
        pairs += [("PB", one.name), ("CY", one.place)]
    pairs += [("PY", "" if draft.pub_year is None else str(draft.pub_year)),
              ("SN", draft.isbn_text or draft.isbn or draft.issn), ("UR", draft.url)]  # fmt: skip
    pairs += [(tag, getattr(draft, name)) for tag, name in TEXTS.items()]
    for tag, name in LONG.items():
        if tag != "N2":
            pairs += [(tag, line) for line in getattr(draft, name).split("\n")]
    subjects = [*(one.label for one in draft.concepts), *draft.keywords]
    pairs += [("KW", word) for word in dict.fromkeys(subjects)]
    pairs += [(raw.tag[4:], raw.text) for raw in draft.raw if raw.tag.startswith("ris:")]
    body = "".join(f"{tag}  - {' '.join(text.split())}\n" for tag, text in pairs if text.strip())
    return f"{body}ER  - \n\n"


def _agent_tag(agent: AgentDraft) -> str:
    known = agent.role in set(Role)
    return AGENT_TAGS.get(Role(agent.role), "A3") if known else "A3"
