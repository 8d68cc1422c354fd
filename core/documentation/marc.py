"""Records in the MARC family of formats: ISO 2709, XML with or without namespaces, Sudoc lines.

pymarc gives up the rest of a file at one wrong length and guesses the letters; here each record is
read for itself, and what had to be repaired is told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError  # types; defusedxml reads

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from core.documentation import charsets, faults
from core.importing import FileRefusedError

OUR_MARK = "rt"  # in 801 $2: $b is the source whose number the record has here
END_RECORD, END_FIELD, SUBFIELD = b"\x1d", b"\x1e", "\x1f"
MARK = "‡"  # before each subfield in the text of a raw field


@dataclass(frozen=True)
class MarcField:
    """A field: its indicators and subfields; ``data`` where it has none (00X)."""

    tag: str
    indicators: str = "  "
    subfields: tuple[tuple[str, str], ...] = ()
    data: str = ""

    def all(self, codes: str) -> list[str]:
        """Return the values of these subfields that say something, in the order of the field."""
        return [value for code, value in self.subfields if code in codes and value]

    def first(self, codes: str) -> str:
        return next(iter(self.all(codes)), "")

    def text(self, codes: str = "") -> str:
        """Write a field as a raw one is kept: indicators, then each subfield after its mark."""
        if self.data:
            return self.data
        listed = [(c, v) for c, v in self.subfields if not codes or c in codes]
        return self.indicators + "".join(f"{MARK}{code}{value}" for code, value in listed)


@dataclass(frozen=True)
class MarcRecord:
    """A record as it was read; ``fault`` says why nothing could be, ``notes`` what was repaired."""

    leader: str = ""
    fields: tuple[MarcField, ...] = ()
    encoding: str = ""
    notes: tuple[str, ...] = ()
    fault: str = ""
    by_tag: dict[str, list[MarcField]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for one in self.fields:
            self.by_tag.setdefault(one.tag, []).append(one)

    def of(self, *tags: str) -> list[MarcField]:
        return [one for tag in tags for one in self.by_tag.get(tag, ())]

    def first(self, tag: str, codes: str) -> str:
        return next((value for one in self.of(tag) for value in one.all(codes)), "")

    @property
    def number(self) -> str:
        return next((one.data for one in self.of("001")), "")


def parse_raw(tag: str, text: str) -> MarcField:
    """Read back what ``MarcField.text`` wrote."""
    if MARK not in text:
        return MarcField(tag, data=text)
    head, *parts = text.split(MARK)
    return MarcField(tag, f"{head:<2}"[:2], tuple((part[:1], part[1:]) for part in parts if part))


def read(content: bytes) -> Iterator[MarcRecord]:
    """Read every record of a file, of whichever form it is."""
    start = content[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        yield from read_xml(content)
    elif start.startswith(b"LEADER"):
        yield from read_lines(content)
    else:
        yield from read_iso2709(content)


def read_iso2709(content: bytes) -> Iterator[MarcRecord]:
    """Read ISO 2709 record by record, cut at the end marks: lengths are not trusted."""
    for part in content.split(END_RECORD):
        raw = part.strip(b"\r\n\x00 \x1a")
        if raw:
            yield _record(raw)


def _record(raw: bytes) -> MarcRecord:
    leader = raw[:24].decode("ascii", errors="replace")
    if len(raw) < 26 or not leader[12:17].isdigit():
        return MarcRecord(leader, fault="le guide de la notice est illisible")
    head, *bodies = raw[24:].split(END_FIELD)
    tags = [head[at : at + 3].decode("ascii", errors="replace") for at in range(0, len(head), 12)]
    if bodies and not bodies[-1].strip():
        bodies.pop()
    notes = _length_notes(leader, raw)
    if len(tags) != len(bodies):
        return MarcRecord(leader, fault="le répertoire ne correspond pas aux zones", notes=notes)
    bodies = _of_entries(head, bodies)
    declared = _declared(tags, bodies)
    found = charsets.find(bodies, declared)
    fields, repairs = _decoded(tags, bodies, found.name)
    notes = tuple(dict.fromkeys((*notes, *found.notes, *repairs)))
    return MarcRecord(leader, tuple(fields), charsets.NAMES[found.name], notes)


def _of_entries(head: bytes, bodies: list[bytes]) -> list[bytes]:
    """Give the directory's entries their bodies: by their starts where all fit, else in order."""
    starts = [head[at + 7 : at + 12] for at in range(0, len(head), 12)]
    placed, at = {}, 0
    for body in bodies:
        placed[f"{at:05}".encode()] = body
        at += len(body) + 1
    return [placed[start] for start in starts] if sorted(starts) == sorted(placed) else bodies


def _length_notes(leader: str, raw: bytes) -> tuple[str, ...]:
    given = leader[:5]
    is_right = given.isdigit() and int(given) == len(raw) + 1
    return () if is_right or given.strip() == "" else ("longueur de notice fausse, corrigée",)


def _declared(tags: list[str], bodies: list[bytes]) -> str:
    """Return positions 26-29 of 100 $a, which PMB cuts short: tolerated."""
    coded = next((b for tag, b in zip(tags, bodies, strict=True) if tag == "100"), b"")
    return coded.decode("ascii", errors="replace")[4:][26:30]


def _decoded(
    tags: list[str], bodies: list[bytes], charset: str
) -> tuple[list[MarcField], list[str]]:
    fields, notes = [], []
    for tag, body in zip(tags, bodies, strict=True):
        text, repairs = charsets.decode(body, charset)
        right = charsets.once(text)
        if right != text:
            notes.append("texte encodé deux fois, réparé")
        notes += [f"{tag} : {repair}" for repair in repairs]
        fields.append(_field(tag, right))
    return fields, notes


def _field(tag: str, text: str) -> MarcField:
    """Cut a field in subfields; PMB writes some in 009, where the format has none."""
    indicators, mark, rest = text.partition(SUBFIELD)
    if not mark:
        return MarcField(tag, data=charsets.cleaned(text))
    subfields = tuple(
        (part[:1], charsets.of_field(tag, part[1:])) for part in rest.split(SUBFIELD) if part
    )
    return MarcField(tag, f"{charsets.CONTROLS.sub('', indicators):<2}"[:2], subfields)


def read_xml(content: bytes) -> Iterator[MarcRecord]:
    """Read MARCXML, the BnF's marcxchange and Sudoc's without namespace; one form of names."""
    try:
        for _, node in iterparse(BytesIO(content), events=("end",)):
            if _name(node) == "record" and any(_name(child) == "leader" for child in node):
                yield _xml_record(node)
                node.clear()
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise FileRefusedError(
            f"Le fichier XML est mal formé ({faults.of_xml(error)}) : "
            "demandez un nouvel export à sa source."
        ) from error


def _name(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _xml_record(node: Element) -> MarcRecord:
    leader, fields, repaired = "", [], False
    for child in node:
        text = child.text or ""
        if _name(child) == "leader":
            leader = text
        elif _name(child) == "controlfield":
            fields.append(MarcField(child.get("tag", ""), data=charsets.cleaned(text)))
        elif _name(child) == "datafield":
            parts = [(part.get("code", " "), part.text or "") for part in child]
            right = tuple(
                (code, charsets.of_field(child.get("tag", ""), charsets.once(value)))
                for code, value in parts
            )
            repaired = repaired or any(charsets.once(value) != value for _, value in parts)
            signs = (child.get("ind1") or " ")[:1] + (child.get("ind2") or " ")[:1]
            fields.append(MarcField(child.get("tag", ""), signs, right))
    notes = ("texte encodé deux fois, réparé",) if repaired else ()
    return MarcRecord(leader, tuple(fields), charsets.NAMES["utf-8"], notes)


LINE = re.compile(r"^(?P<tag>\d{3}) (?P<rest>.*)$")


def read_lines(content: bytes) -> Iterator[MarcRecord]:
    """Read Sudoc's form in lines: ``200 1 $aTitre$eComplément``; a new LEADER, a new record."""
    found = charsets.find(content.splitlines())
    text, _ = charsets.decode(content, found.name)
    for block in re.split(r"(?m)^LEADER ", text)[1:]:
        leader, *lines = block.splitlines()
        fields, notes = _whole_lines(lines)
        yield MarcRecord(
            leader, tuple(fields), charsets.NAMES[found.name], (*found.notes, *notes)
        )  # fmt: skip


def _whole_lines(lines: list[str]) -> tuple[list[MarcField], list[str]]:
    """Return fields, each with the lines that go on with it, and a note for a line before any."""
    joined: list[str] = []
    notes = []
    for line in lines:
        if LINE.match(line):
            joined.append(line)
        elif joined and line.strip():
            joined[-1] += f" {line.strip()}"
        elif line.strip():
            notes.append(f"ligne sans zone, laissée : {line.strip()}")
    return [_line_field(match) for line in joined if (match := LINE.match(line))], notes


def _line_field(match: re.Match[str]) -> MarcField:
    rest = match["rest"]
    if "$" not in rest[:4]:
        return MarcField(match["tag"], data=charsets.cleaned(rest))
    head, _, body = rest.partition("$")
    # The price of a dollar sign inside a value is not paid here: a code is a letter or a digit.
    parts = re.split(r"\$(?=[0-9a-z])", body)
    subfields = tuple(
        (part[:1], charsets.of_field(match["tag"], part[1:])) for part in parts if part
    )
    return MarcField(match["tag"], f"{head:<2}"[:2], subfields)
