"""A UNIMARC record read as a draft. What has no place of its own is kept raw, never dropped.

The mapping is that of ``documentation.md`` 6: what PMB, the BnF and the Sudoc really write.
"""

from dataclasses import replace
from typing import Any

from core import fr
from core.documentation import marc, numbers, unimarc_copies, unimarc_parts, unimarc_rest
from core.documentation.drafts import (
    LinkDraft,
    NoticeDraft,
    RawField,
)
from core.documentation.enums import DocumentType, Level, LinkKind
from core.documentation.marc import MarcField, MarcRecord
from core.documentation.readings import Outcome, Reading, lines

NOTES = tuple(str(tag) for tag in range(300, 327) if tag not in {319})
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
# Whole fields that are said: 100 is coded anew, the others go into texts and lists of the draft.
CONSUMED = {
    "001", "100", "995", "996", "319", "327", "330", "610", *NOTES, *unimarc_parts.SUBJECTS,
    *unimarc_parts.PEOPLE, *unimarc_rest.USED, *LINKS,
}  # fmt: skip
DELETED_REASON = "annoncée comme supprimée par sa source : elle n’entre pas"
MARC21_REASON = (
    "c’est une notice MARC 21 (titre en zone 245), pas UNIMARC : demandez un export UNIMARC"
)


def reading(record: MarcRecord, place: int, sign: str = "") -> Reading:
    """Read one record: a draft, copies for an issue, an authority set apart, or a refusal.

    ``sign`` is what parts the keywords in its file (see ``unimarc_parts.keyword_sign``).
    """
    base = Reading(
        place, Outcome.REFUSED, number=record.number, encoding=record.encoding, notes=record.notes
    )
    title = " ; ".join(one for field in record.of("200")[:1] for one in field.all("a"))
    if is_authority(record):
        heading = record.first("250", "a") or record.first("200", "a") or record.number
        return replace(base, outcome=Outcome.AUTHORITY, title=heading)
    if reason := _refusal(record):
        return replace(base, reason=reason, title=title or record.first("245", "a"))
    if record.number.endswith("-bull"):
        return _attached(record, base)
    if not title:
        return replace(base, reason="aucun titre en zone 200 $a")
    return replace(base, outcome=Outcome.READ, draft=to_draft(record, title, sign), title=title)


def _refusal(record: MarcRecord) -> str:
    if record.fault:
        return record.fault
    if record.of("245") and not record.of("200"):
        return MARC21_REASON
    return DELETED_REASON if record.leader[5:6] == "d" else ""


def is_authority(record: MarcRecord) -> bool:
    """Tell an authority by its leader (x, y, z), else by its rules or heading of a subject."""
    if record.fault:
        return False
    is_marc21 = bool(record.of("245"))
    is_headed = not record.of("200") and bool(record.of("152", "250"))
    return record.leader[6:7] in {"x", "y", "z"} or (is_headed and not is_marc21)


def _attached(record: MarcRecord, base: Reading) -> Reading:
    """PMB writes the copies of an issue as a record of their own, ``123-bull``: it is none."""
    target = next((number for one in record.of("463") if (number := _link_number(one))), "")
    items = unimarc_copies.items(record)
    if not target:
        return replace(base, reason="exemplaires d’un numéro qui n’est pas nommé (zone 463)")
    return replace(base, outcome=Outcome.ATTACHED, attach_to=target, items=items)


def to_draft(record: MarcRecord, title: str, sign: str = "") -> NoticeDraft:
    """Map a record whose title is known; ``sign`` parts the keywords of its file."""
    doc_type, level = _kind(record)
    linked, unlinked = _links(record, level)
    parts = unimarc_parts
    agents, of_agents = parts.agents(record)
    said: dict[str, Any] = {
        "title": title, "external_id": record.number, "doc_type": doc_type.value,
        "level": level.value, "agents": agents, "links": linked,
        "publishers": parts.publishers(record), "keywords": parts.keywords(record, sign),
        "concepts": parts.concepts(record), "items": unimarc_copies.items(record),
    }  # fmt: skip
    said["source"] = next((one.first("b") for one in record.of("801") if _is_ours(one)), "")
    said |= {name: _own(record, tag) for name, tag in OWN.items()}
    said |= _title(record) | _numbers(record) | _description(record) | _texts(record)
    raw = unimarc_rest.gathered([*_raw(record, doc_type), *of_agents, *unlinked])
    return NoticeDraft(**said, raw=tuple(sorted(raw, key=lambda one: one.tag)))


# Fields of ours, in 900 with their name in $n, as PMB writes custom fields.
OWN = {"themes": "theme", "territories": "territoire"}


def _is_ours(one: MarcField) -> bool:
    """Say whether an 801 is that of our exports, which names who gave the record its number."""
    return one.tag == "801" and one.first("2") == marc.OUR_MARK


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
    bars = [one for f in record.of("073", "345") for one in f.all("a" if f.tag == "073" else "b")]
    number = next(filter(None, map(numbers.isbn13, (text, *bars))), "")
    others = [f"ean:{one}" for one in bars if not number or numbers.isbn13(one) != number]
    return {
        "isbn": number, "isbn_text": text or number, "issn": record.first("011", "a"),
        "price_text": record.first("010", "d"),
        "languages": " ".join(
            dict.fromkeys(code.lower() for one in record.of("101")[:1] for code in one.all("a"))
        ),
        "country": record.first("102", "a"),
        "identifiers": lines(
            [*(f"{one.first('b') or 'id'}:{one.first('a')}" for one in record.of("014")), *others]
        ),
    }  # fmt: skip


def _description(record: MarcRecord) -> dict[str, Any]:
    """Read edition, dates, extent and series; 410 gives a series that 225 does not."""
    text = " ; ".join(unimarc_parts.dates(record))
    coded = record.first("100", "a")[9:13]
    series = record.of("225")[:1] or record.of("410")[:1]
    name = series[0].first("a" if series[0].tag == "225" else "t") if series else ""
    volume = series[0].first("v") if series else ""
    return {
        "edition": record.first("205", "a"), "pub_date_text": text,
        "pub_year": numbers.year(text) or numbers.year(coded),
        "extent": _extent(record), "classification": record.first("676", "a"),
        "series": name, **({"volume": volume} if volume else {}),
    }  # fmt: skip


def _extent(record: MarcRecord) -> str:
    """Write 215 as it is read: « 320 p. : ill. ; 24 cm + 1 CD »."""
    signs = {"a": " + ", "c": " : ", "d": " ; ", "e": " + "}
    own = record.of("215")[:1]
    pairs = [(c, v) for field in own for c, v in field.subfields if c in signs and v]
    first, *others = pairs or [("", "")]
    return first[1] + "".join(signs[code] + value for code, value in others)


def _texts(record: MarcRecord) -> dict[str, str]:
    """Read notes and texts, whole: their other subfields follow the first on the same line."""

    def said(*tags: str, sign: str = "\n") -> str:
        values = (
            sign.join(v for c, v in one.subfields if v and c not in unimarc_rest.SILENT)
            for one in record.of(*tags)
        )
        return lines(line for value in values for line in value.split("\n"))

    return {
        "notes": said(*NOTES, sign=", "), "rights": said("319"), "contents": said("327"),
        "abstract": said("330"), "url": record.first("856", "u"),
    }  # fmt: skip


def _link_number(one: MarcField) -> str:
    """Return the number of the record a link leads to: PMB's ``id:``, else $0 or $3."""
    local = dict(value.split(":", 1) for value in one.all("9") if ":" in value)
    return local.get("id") or one.first("0") or one.first("3")


def _links(record: MarcRecord, level: Level) -> tuple[tuple[LinkDraft, ...], list[RawField]]:
    """Read the links that name a record, and what else they say; others are kept as they are."""
    linked: list[LinkDraft] = []
    raw: list[RawField] = []
    for tag, kind in LINKS.items():
        for one in record.of(tag):
            number = _link_number(one)
            own = LinkKind.ISSUE_OF if tag == "461" and level is Level.ISSUE else kind
            if number:
                linked.append(LinkDraft(own.value, number))
                raw += unimarc_rest.of_link(one, own, number)
            else:
                raw.append(RawField(tag, one.text()))
    return tuple(dict.fromkeys(linked)), raw


def _raw(record: MarcRecord, doc_type: DocumentType) -> list[RawField]:
    """Return the fields, and the parts of fields, that the draft does not say."""
    found: list[RawField] = []
    seen: set[str] = set()
    for one in record.fields:
        if _is_ours(one) or (one.tag == "900" and one.first("n") in OWN.values()):
            continue
        if one.tag == "900":
            found.append(unimarc_rest.from_elsewhere(one))
        elif one.tag not in CONSUMED or not unimarc_parts.is_publication(record, one):
            found.append(RawField(one.tag, one.text()))
        else:
            found += _rest(record, one, is_first=one.tag not in seen, doc_type=doc_type)
            seen.add(one.tag)
    return found


def _rest(
    record: MarcRecord, one: MarcField, *, is_first: bool, doc_type: DocumentType
) -> list[RawField]:
    """Return what of a mapped field is left: a volume that the series hides is."""
    also, but = "", ""
    if one.tag == "200":
        also = "b" if fr.fold(one.first("b")) == fr.fold(doc_type.label) else ""
        but = "v" if any(f.first("v") for f in record.of("225")[:1]) else ""
    return unimarc_rest.of_field(one, is_first=is_first, also=also, but=but)
