"""A UNIMARC record read as a draft. What has no place of its own is kept raw, never dropped.

The mapping is that of ``documentation.md`` 6: what PMB, the BnF and the Sudoc really write.
"""

from dataclasses import replace
from typing import Any

from core import fr
from core.documentation import numbers, unimarc_copies, unimarc_parts
from core.documentation.drafts import (
    LinkDraft,
    NoticeDraft,
    RawField,
)
from core.documentation.enums import DocumentType, Level, LinkKind
from core.documentation.marc import MarcField, MarcRecord
from core.documentation.readings import Outcome, Reading, lines

# Subfields that each tag gives to the draft; a field with others is also kept raw for them.
USED = {
    "010": "ad", "011": "a", "014": "ab", "101": "a", "102": "a", "200": "aedhifgv", "205": "a",
    "210": "acd", "214": "acd", "215": "acde", "225": "av", "319": "a", "327": "a", "330": "a",
    "610": "a", "676": "a", "856": "u",
}  # fmt: skip
NOTES = tuple(str(tag) for tag in range(300, 327) if tag not in {319})
# Links to authority files and technical subfields: they say nothing that is not said beside them.
SILENT = "35679o"
LINKS = {
    "461": LinkKind.PART_OF, "462": LinkKind.PART_OF, "463": LinkKind.IN, "464": LinkKind.ABOUT,
    "421": LinkKind.ACCOMPANIES, "422": LinkKind.ACCOMPANIES, "430": LinkKind.REPLACES,
    "432": LinkKind.REPLACES, "434": LinkKind.REPLACES, "488": LinkKind.ABOUT,
}  # fmt: skip
TYPES = {
    "a": DocumentType.TEXT, "b": DocumentType.MANUSCRIPT, "c": DocumentType.MUSIC,
    "d": DocumentType.MUSIC, "e": DocumentType.MAP, "f": DocumentType.MAP,
    "g": DocumentType.VIDEO, "i": DocumentType.SOUND, "j": DocumentType.SOUND,
    "k": DocumentType.IMAGE, "l": DocumentType.ELECTRONIC, "m": DocumentType.MULTIMEDIA,
    "r": DocumentType.OBJECT,
}  # fmt: skip
BY_LABEL = {fr.fold(one.label): one for one in DocumentType}
CONSUMED = {
    "001",
    "100",
    "073",
    "995",
    "996",
    *NOTES,
    *unimarc_parts.SUBJECTS,
    *unimarc_parts.PEOPLE,
    *USED,
}
MARC21_REASON = (
    "c’est une notice MARC 21 (titre en zone 245), pas UNIMARC : demandez un export UNIMARC"
)


def reading(record: MarcRecord, place: int) -> Reading:
    """Read one record: a draft, copies for an issue, an authority set apart, or a refusal."""
    base = Reading(
        place, Outcome.REFUSED, number=record.number, encoding=record.encoding, notes=record.notes
    )
    if record.fault:
        return replace(base, reason=record.fault)
    if record.of("245") and not record.of("200"):
        return replace(base, reason=MARC21_REASON, title=record.first("245", "a"))
    if is_authority(record):
        heading = record.first("250", "a") or record.first("200", "a") or record.number
        return replace(base, outcome=Outcome.AUTHORITY, title=heading)
    if record.number.endswith("-bull"):
        return _attached(record, base)
    title = " ; ".join(one for field in record.of("200")[:1] for one in field.all("a"))
    if not title:
        return replace(base, reason="aucun titre en zone 200 $a")
    draft = to_draft(record, title)
    return replace(base, outcome=Outcome.READ, draft=draft, title=title)


def is_authority(record: MarcRecord) -> bool:
    """Tell an authority by its leader (x, y, z), else by its heading where there is no title."""
    kind = record.leader[6:7]
    if kind in {"x", "y", "z"} and record.leader[5:6] != " ":
        return True
    headings = ("210", "215", "216", "220", "230", "240", "250", "260", "280")
    return not record.of("200") and bool(record.of("152") or record.of(*headings))


def _attached(record: MarcRecord, base: Reading) -> Reading:
    """PMB writes the copies of an issue as a record of their own, ``123-bull``: it is none."""
    target = next((number for one in record.of("463") if (number := _link_number(one))), "")
    items = unimarc_copies.items(record)
    if not target:
        return replace(base, reason="exemplaires d’un numéro qui n’est pas nommé (zone 463)")
    return replace(base, outcome=Outcome.ATTACHED, attach_to=target, items=items)


def to_draft(record: MarcRecord, title: str) -> NoticeDraft:
    """Map a record whose title is known."""
    doc_type, level = _kind(record)
    linked, unlinked = _links(record, level)
    parts = unimarc_parts
    said: dict[str, Any] = {
        "title": title, "external_id": record.number, "doc_type": doc_type.value,
        "level": level.value, "agents": parts.agents(record), "links": linked,
        "publishers": parts.publishers(record), "keywords": parts.keywords(record),
        "concepts": parts.concepts(record), "items": unimarc_copies.items(record),
    }  # fmt: skip
    said |= {name: _own(record, sign) for name, sign in OWN.items()}
    said |= _title(record) | _numbers(record) | _description(record) | _texts(record)
    raw = sorted((*_raw(record, doc_type), *unlinked), key=lambda one: one.tag)
    return NoticeDraft(**said, raw=tuple(raw))


# Fields of ours, in 900 with their name in $n, as PMB writes custom fields.
OWN = {"themes": "theme", "territories": "territoire"}


def _own(record: MarcRecord, name: str) -> tuple[str, ...]:
    return tuple(one.first("a") for one in record.of("900") if one.first("n") == name)


def _kind(record: MarcRecord) -> tuple[DocumentType, Level]:
    """Return type and level; a word in 200 $b that is one of our types wins over the leader."""
    sign, rank = record.leader[7:8], record.leader[8:9]
    level = Level(sign) if sign in set(Level) else Level.MONOGRAPH
    if level is Level.SERIAL and rank == "2":
        level = Level.ISSUE  # PMB writes the issue « b2 » as « s2 »
    hint = BY_LABEL.get(fr.fold(record.first("200", "b")))
    if hint is not None:
        return hint, level
    of_level = {Level.SERIAL: DocumentType.PERIODICAL, Level.ISSUE: DocumentType.ISSUE,
                Level.PART: DocumentType.ARTICLE}  # fmt: skip
    own = TYPES.get(record.leader[6:7], DocumentType.TEXT)
    return (of_level.get(level, own) if own is DocumentType.TEXT else own), level


def _title(record: MarcRecord) -> dict[str, str]:
    own = record.of("200")[0]
    return {
        "subtitle": " : ".join(own.all("e")), "parallel_title": " = ".join(own.all("d")),
        "part_title": ". ".join(own.all("hi")), "volume": own.first("v"),
        "responsibility": " ; ".join(own.all("fg")),
    }  # fmt: skip


def _numbers(record: MarcRecord) -> dict[str, str]:
    text = record.first("010", "a")
    number = numbers.isbn13(text) or numbers.isbn13(record.first("073", "a"))
    return {
        "isbn": number, "isbn_text": text or number, "issn": record.first("011", "a"),
        "price_text": record.first("010", "d"),
        "languages": " ".join(
            dict.fromkeys(code.lower() for one in record.of("101")[:1] for code in one.all("a"))
        ),
        "country": record.first("102", "a"),
        "identifiers": lines(
            f"{one.first('b') or 'id'}:{one.first('a')}" for one in record.of("014")
        ),
    }  # fmt: skip


def _description(record: MarcRecord) -> dict[str, Any]:
    dates = [value for one in record.of("214", "210") for value in one.all("d")]
    text = dates[0] if dates else ""
    coded = record.first("100", "a")[9:13]
    series = record.of("225")[:1]
    return {
        "edition": record.first("205", "a"), "pub_date_text": text,
        "pub_year": numbers.year(text) or numbers.year(coded),
        "extent": _extent(record), "classification": record.first("676", "a"),
        "series": series[0].first("a") if series else "",
        **({"volume": series[0].first("v")} if series and series[0].first("v") else {}),
    }  # fmt: skip


def _extent(record: MarcRecord) -> str:
    """Write 215 as it is read: « 320 p. : ill. ; 24 cm + 1 CD »."""
    signs = {"a": "", "c": " : ", "d": " ; ", "e": " + "}
    own = record.of("215")[:1]
    parts = [
        signs[code] + value for field in own for code, value in field.subfields if code in signs
    ]
    return "".join(parts).strip(" :;+")


def _texts(record: MarcRecord) -> dict[str, str]:
    return {
        "notes": lines(value for one in record.of(*NOTES) for value in one.all("a")),
        "rights": lines(value for one in record.of("319") for value in one.all("a")),
        "contents": lines(value for one in record.of("327") for value in one.all("a")),
        "abstract": lines(value for one in record.of("330") for value in one.all("a")),
        "url": record.first("856", "u"),
    }


def _link_number(one: MarcField) -> str:
    """Return the number of the record a link leads to: PMB's ``id:``, else $0 or $3."""
    local = dict(value.split(":", 1) for value in one.all("9") if ":" in value)
    return local.get("id") or one.first("0") or one.first("3")


def _links(record: MarcRecord, level: Level) -> tuple[tuple[LinkDraft, ...], tuple[RawField, ...]]:
    """Read the links that name a record; others are kept as they are."""
    linked, raw = [], []
    for tag, kind in LINKS.items():
        for one in record.of(tag):
            number = _link_number(one)
            own = LinkKind.ISSUE_OF if tag == "461" and level is Level.ISSUE else kind
            if number:
                linked.append(LinkDraft(own.value, number))
            else:
                raw.append(RawField(tag, one.text()))
    return tuple(dict.fromkeys(linked)), tuple(raw)


def _raw(record: MarcRecord, doc_type: DocumentType) -> list[RawField]:
    """Return the fields, and the parts of fields, that the draft does not say."""
    found: list[RawField] = []
    seen: set[str] = set()
    for one in record.fields:
        if one.tag == "900" and one.first("n") in OWN.values():
            continue
        if one.tag in CONSUMED or one.tag in LINKS:
            found += _rest(one, is_first=one.tag not in seen, doc_type=doc_type)
            seen.add(one.tag)
        else:
            found.append(RawField(one.tag, one.text()))
    return sorted(found, key=lambda raw: raw.tag)


FIRST_ONLY = {"010", "011", "101", "102", "200", "205", "215", "225", "676", "856"}


def _rest(one: MarcField, *, is_first: bool, doc_type: DocumentType) -> list[RawField]:
    """Return what of a mapped field is left; tag « 200+ » says: to be put back in the first one."""
    if one.tag in FIRST_ONLY and not is_first:
        return [RawField(one.tag, one.text())]
    if one.tag not in USED:
        return []
    used = USED[one.tag] + SILENT
    if one.tag == "200" and fr.fold(one.first("b")) == fr.fold(doc_type.label):
        used += "b"
    rest = "".join(dict.fromkeys(c for c, v in one.subfields if c not in used and v))
    return [RawField(f"{one.tag}+", "  " + one.text(rest)[2:])] if rest else []
