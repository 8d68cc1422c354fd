"""RIS: records for bibliographic software, read and written."""

import re
from collections.abc import Iterable
from typing import Any

from core.documentation import numbers
from core.documentation.drafts import AgentDraft, NoticeDraft, PublisherDraft, RawField
from core.documentation.enums import LEVELS, DocumentType, Level, Role, language_codes
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
WRITTEN = {kind: tag for tag, kind in reversed(TYPES.items())}
# One text of the draft for each tag; the others are lists, or kept raw.
TEXTS = {
    "ID": "external_id", "ET": "edition", "VL": "volume", "LA": "languages", "CN": "classification",
    "DA": "pub_date_text", "SP": "extent", "T3": "series", "ST": "part_title",
    "TT": "parallel_title",
    "CR": "rights", "UR": "url",
}  # fmt: skip
LONG = {"N1": "notes", "AB": "abstract", "N2": "abstract", "C1": "contents"}
AGENTS = {"AU": Role.AUTHOR, "A1": Role.AUTHOR, "A2": Role.EDITOR, "ED": Role.EDITOR,
          "A4": Role.TRANSLATOR, "A3": Role.OTHER}  # fmt: skip
AGENT_TAGS = {Role.AUTHOR: "AU", Role.EDITOR: "A2", Role.TRANSLATOR: "A4"}
UNNAMED = "[s.n.]"  # a place without publisher, so that it stays apart from the next one
Pairs = list[tuple[str, str]]


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


def _records(text: str) -> Iterable[Pairs]:
    """Cut a file in records: ER ends one, and so does the TY of the next where ER is missing."""
    pairs: Pairs = []
    for line in text.splitlines():
        match = LINE.match(line.rstrip())
        if match is None:
            if pairs and line.strip():  # a long text goes on, on the next line
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {line.strip()}".strip())
            continue
        if match["tag"] in {"ER", "TY"} and pairs:
            yield pairs
            pairs = []
        if match["tag"] != "ER":
            pairs.append((match["tag"], (match["text"] or "").strip()))
    if pairs:
        yield pairs


def _draft(pairs: Pairs) -> NoticeDraft:
    values: dict[str, list[str]] = {}
    for tag, text in pairs:
        if text and tag not in {*AGENTS, "PB", "CY"}:
            values.setdefault(tag, []).append(text)
    kind = TYPES.get(values["TY"][0], DocumentType.TEXT) if "TY" in values else DocumentType.TEXT
    if values.get("TY") == [WRITTEN[kind]]:  # any other is kept raw, and written again
        del values["TY"]
    titles = values.get("TI") or values.get("T1") or [""]
    title, _, subtitle = titles.pop(0).partition(" : ")
    said: dict[str, Any] = {
        "title": title, "subtitle": subtitle, "doc_type": kind.value,
        "level": LEVELS.get(kind, Level.MONOGRAPH).value, "agents": _agents(pairs),
        "keywords": tuple(dict.fromkeys(values.pop("KW", []))), "publishers": _publishers(pairs),
    }  # fmt: skip
    said |= _numbers(values) | _dates(values)
    for tag, name in TEXTS.items():
        if values.get(tag):
            said[name] = values[tag].pop(0)
    for tag, name in LONG.items():
        if tag in values:
            said[name] = lines([said.get(name, ""), *values.pop(tag)])
    said["languages"] = language_codes(said.get("languages", ""))
    raw = [RawField(f"ris:{tag}", text) for tag, texts in values.items() for text in texts]
    return NoticeDraft(**said, raw=tuple(sorted(raw)))


def _agents(pairs: Pairs) -> tuple[AgentDraft, ...]:
    """Read agents in the order of the file; two commas are one inside the name of a body."""
    found = []
    for tag, text in pairs:
        if tag not in AGENTS or not text.strip(" ,"):
            continue
        name, _, first = text.rstrip(",").partition(", ")
        if ",, " in text:
            name, first = text.replace(",, ", ", "), ""
        kind = "personne" if first else "collectivite"
        found.append(AgentDraft(kind, name.strip(), first.strip(), role=AGENTS[tag].value))
    return tuple(dict.fromkeys(found))


def _numbers(values: dict[str, list[str]]) -> dict[str, str]:
    """Read the first ISBN and the first ISSN of a record; other numbers stay raw."""
    listed = values.pop("SN", [])
    serial = next((one for one in listed if not numbers.isbn13(one) and numbers.issn8(one)), "")
    books = [one for one in listed if one != serial]
    text = next((one for one in books if numbers.isbn13(one)), books[0] if books else "")
    values["SN"] = [one for one in listed if one not in {serial, text}]
    return {"isbn": numbers.isbn13(text), "isbn_text": text, "issn": numbers.issn8(serial)}


def _publishers(pairs: Pairs) -> tuple[PublisherDraft, ...]:
    """Pair names and places as they follow each other; all names then all places pair by rank."""
    listed = [pair for pair in pairs if pair[0] in {"PB", "CY"} and pair[1]]
    names = [text for tag, text in listed if tag == "PB"]
    places = [text for tag, text in listed if tag == "CY"]
    tags = "".join(tag[0] for tag, _ in listed)
    if len(names) == len(places) and tags in {"P" * len(names) + "C" * len(names),
                                              "C" * len(names) + "P" * len(names)}:  # fmt: skip
        return tuple(PublisherDraft(n, p) for n, p in zip(names, places, strict=True))
    found: list[dict[str, str]] = []
    for tag, text in listed:
        if not found or tag in found[-1] or tag == listed[0][0]:
            found.append({})
        found[-1][tag] = "" if text == UNNAMED else text
    return tuple(PublisherDraft(one.get("PB", ""), one.get("CY", "")) for one in found)


def _dates(values: dict[str, list[str]]) -> dict[str, Any]:
    years = values.get("PY") or values.get("Y1") or [""]
    year_text = years.pop(0)
    date_text = (values.get("DA") or [year_text])[0]
    return {
        "pub_year": numbers.year(year_text) or numbers.year(date_text), "pub_date_text": date_text
    }  # fmt: skip


def write(drafts: Iterable[NoticeDraft]) -> bytes:
    """Write records in RIS, in UTF-8; copies and links do not fit in it."""
    return "".join(_written(draft) for draft in drafts).encode()


def _written(draft: NoticeDraft) -> str:
    title = f"{draft.title} : {draft.subtitle}" if draft.subtitle else draft.title
    raw = [(one.tag[4:], one.text) for one in sorted(draft.raw) if one.tag.startswith("ris:")]
    kind = next((text for tag, text in raw if tag == "TY"), WRITTEN[DocumentType(draft.doc_type)])
    year = "" if draft.pub_year is None else str(draft.pub_year)
    pairs = [("TY", kind), ("TI", title), *((_agent_tag(one), _named(one)) for one in draft.agents)]
    for one in draft.publishers:
        pairs += [("PB", one.name or UNNAMED), ("CY", one.place)]
    pairs += [("PY", year), ("SN", draft.isbn_text or draft.isbn), ("SN", draft.issn)]
    texts = {tag: getattr(draft, name) for tag, name in TEXTS.items()}
    texts["DA"] = "" if texts["DA"] == year else texts["DA"]
    pairs += texts.items()
    for tag, name in LONG.items():
        if tag != "N2":
            pairs += [(tag, line) for line in getattr(draft, name).split("\n")]
    subjects = [*(one.label for one in draft.concepts), *draft.keywords]
    pairs += [("KW", word) for word in dict.fromkeys(subjects)]
    pairs += [pair for pair in raw if pair[0] != "TY"]
    body = "".join(f"{tag}  - {' '.join(text.split())}\n" for tag, text in pairs if text.strip())
    return f"{body}ER  - \n\n"


def _named(agent: AgentDraft) -> str:
    """Write a name; a comma in that of a body is doubled, so that it is no first name."""
    return agent.shown if agent.kind == "personne" else agent.shown.replace(", ", ",, ")


def _agent_tag(agent: AgentDraft) -> str:
    known = agent.role in set(Role)
    return AGENT_TAGS.get(Role(agent.role), "A3") if known else "A3"
