"""What a draft does not say of the UNIMARC fields that it reads: kept raw, and put back.

A raw field « 200+ » holds the subfields left of field 200, to be put back in the first one;
« 700+ » those of the person of that $a and $b, « 461+ » those of the link to the number of its $9.
"""

import re
from collections.abc import Iterable, Sequence

from core.documentation.drafts import RawField
from core.documentation.enums import LinkKind
from core.documentation.marc import MarcField, parse_raw

# Subfields that each tag gives to the draft; a field with others is also kept raw for them.
USED = {
    "010": "ad", "011": "a", "014": "ab", "073": "a", "101": "a", "102": "a", "200": "aedhifgv",
    "205": "a", "210": "acd", "214": "acd", "215": "acde", "225": "av", "345": "b", "676": "a",
    "856": "u",
}  # fmt: skip
# Of these only the first value is said.
ONCE = {
    "010": "ad", "011": "a", "014": "ab", "102": "a", "200": "v", "205": "a", "225": "av",
    "676": "a", "856": "u",
}  # fmt: skip
FIRST_ONLY = {"010", "011", "101", "102", "200", "205", "215", "225", "676", "856"}
PERSON = "abf4"
# Links to authority files and technical subfields: they say nothing that is not said beside them.
SILENT = "35679o"
LINK_TAGS = {
    LinkKind.PART_OF: "461", LinkKind.ISSUE_OF: "461", LinkKind.IN: "463",
    LinkKind.ACCOMPANIES: "422", LinkKind.REPLACES: "430", LinkKind.ABOUT: "488",
}  # fmt: skip
PART = re.compile(r"\d{3}\+")
ELSEWHERE = re.compile(r"\d{3}\+|(?:csv|ris|bibtex|pmb):.+")


def of_field(one: MarcField, *, is_first: bool, also: str = "", but: str = "") -> list[RawField]:
    """Return what is left of a mapped field: ``also`` is said too, ``but`` is not this time."""
    if one.tag in FIRST_ONLY and not is_first:
        return [RawField(one.tag, one.text())]
    if one.tag not in USED:
        return []
    used = "".join(code for code in USED[one.tag] + also if code not in but)
    return _part(one.tag, (), _left(one, used))


def of_person(one: MarcField, name: str, first_name: str) -> list[RawField]:
    """Return what is left of a person, with the name by which it finds its place again."""
    named = (("a", name), ("b", first_name)) if first_name else (("a", name),)
    return _part("700", named, _left(one, PERSON))


def of_link(one: MarcField, kind: LinkKind, number: str) -> list[RawField]:
    """Return what is left of a link to a record, with the number of that record."""
    return _part(LINK_TAGS[kind], (("9", f"id:{number}"),), _left(one, "0"))


def _left(one: MarcField, used: str) -> list[tuple[str, str]]:
    left, seen = [], set()
    for code, value in one.subfields:
        is_again = code in seen and code in ONCE.get(one.tag, "")
        if value and code not in SILENT and (code not in used or is_again):
            left.append((code, value))
        elif value:
            seen.add(code)
    return left


def _part(
    tag: str, key: Iterable[tuple[str, str]], left: Sequence[tuple[str, str]]
) -> list[RawField]:
    text = MarcField(tag, subfields=(*key, *left)).text()
    return [RawField(f"{tag}+", text)] if left else []


def gathered(raws: Iterable[RawField]) -> list[RawField]:
    """Make one raw field of the parts that go back to the same place, so that they stay so."""
    found: dict[tuple[str, ...], MarcField] = {}
    whole = []
    for raw in dict.fromkeys(raws):
        if not PART.fullmatch(raw.tag):
            whole.append(raw)
            continue
        part = parse_raw(raw.tag[:3], raw.text)
        place = (raw.tag, *(value for _, value in _key(part)))
        held = found.get(place)
        more = tuple(p for p in part.subfields if held is None or p not in held.subfields)
        found[place] = MarcField(
            part.tag, subfields=(*(held.subfields if held else ()), *more)
        )  # fmt: skip
    return whole + [RawField(f"{part.tag}+", part.text()) for part in found.values()]


def put_back(listed: Sequence[MarcField], parts: Iterable[MarcField]) -> list[MarcField]:
    """Put the kept subfields back where they were; those whose place is gone are in a 900."""
    done = list(listed)
    for part in parts:
        key = _key(part)
        place = next((n for n, one in enumerate(done) if _fits(one, part, key)), None)
        more = tuple(pair for pair in part.subfields if pair not in key)
        if place is not None:
            one = done[place]
            done[place] = MarcField(one.tag, one.indicators, one.subfields + more, one.data)
        else:
            done.append(elsewhere(RawField(f"{part.tag}+", part.text())) if key else part)
    return done


def _key(part: MarcField) -> tuple[tuple[str, str], ...]:
    """Return the subfields of a part that only say where it goes back."""
    if part.tag == "700":
        return tuple(pair for pair in part.subfields if pair[0] in "ab")
    return tuple(pair for pair in part.subfields if pair[0] == "9" and pair[1].startswith("id:"))


def _fits(one: MarcField, part: MarcField, key: tuple[tuple[str, str], ...]) -> bool:
    if part.tag == "700":
        own = tuple(pair for pair in one.subfields if pair[0] in "ab")
        return one.tag[:2] == "70" and own == key
    return one.tag == part.tag and set(key) <= set(one.subfields)


def elsewhere(raw: RawField) -> MarcField:
    """Write what UNIMARC has no field for as PMB does its custom ones: 900, the name in $n."""
    return MarcField("900", "  ", (("a", raw.text), ("n", raw.tag)))


def from_elsewhere(one: MarcField) -> RawField:
    """Read a field 900; one that ``elsewhere`` wrote is again what it was."""
    name = one.first("n")
    if [code for code, _ in one.subfields] == ["a", "n"] and ELSEWHERE.fullmatch(name):
        return RawField(name, one.first("a"))
    return RawField(one.tag, one.text())
