"""The letters of old library files: what they declare is checked, not believed.

A record is valid UTF-8 with a byte above 0x7F, or ISO 5426 (the accent comes before its letter), or
Windows-1252. Text that was encoded twice is repaired, and said so.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# ISO 5426: bytes of accents that come before their letter, and single signs.
ACCENTS = dict(
    zip(
        range(0xC0, 0xDC),
        "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0308\u030a\u0315\u0312\u030b\u031b\u030c"
        "\u0327\u031c\u0326\u0328\u0325\u032e\u0323\u0324\u0332\u0333\u0329\u032d",
        strict=True,
    )
)  # fmt: skip
SIGNS = {
    **dict(zip(range(0xA1, 0xB0), "¡„£$¥†§′‘“«♭©℗®", strict=True)),
    0xB0: "ʻ", 0xB1: "ʼ", 0xB2: "‚", 0xB6: "‡", 0xB7: "·", 0xB8: "″", 0xB9: "’", 0xBA: "”",
    0xBB: "»", 0xBC: "♯", 0xBD: "ʹ", 0xBE: "ʺ", 0xBF: "¿", 0xE1: "Æ", 0xE2: "Đ", 0xE6: "Ĳ",
    0xE8: "Ł", 0xE9: "Ø", 0xEA: "Œ", 0xEC: "Þ", 0xF1: "æ", 0xF2: "đ", 0xF3: "ð", 0xF5: "ı",
    0xF6: "ĳ", 0xF8: "ł", 0xF9: "ø", 0xFA: "œ", 0xFB: "ß", 0xFC: "þ",
}  # fmt: skip
# Letters of French and of the languages near it, that an accent and a letter make together.
COMPOSED = frozenset("àâäáãåçèéêëìíîïñòóôöõùúûüÿÀÂÄÁÃÅÇÈÉÊËÌÍÎÏÑÒÓÔÖÕÙÚÛÜŸ")
# A byte of an accent and what stands around it; 0xC9 is also the capital « É » of Windows-1252.
ACCENT = re.compile(rb"(?<=([a-z]))?([\xc0-\xdb])([A-Za-z]?)")
FRENCH_1252 = re.compile(rb"[\xe0\xe2\xe7-\xeb\xee\xef\xf4\xf9\xfb\xfc\x9c\x92\x96]")
CAPITALS_1252 = frozenset("ÀÂÇÈÉÊËÎÏÔÙÛ".encode("latin-1"))
# What the bytes of a text become when it is taken for Latin-1 or Windows-1252.
BYTES = {bytes([b]).decode("cp1252", errors="ignore"): b for b in range(0x80, 0xA0)} | {
    chr(byte): byte for byte in range(256)
}
_NEXT = "[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
TWICE = re.compile(f"[\u00c2-\u00f4]{_NEXT}")
PLAUSIBLE = re.compile("[\x00-\x7f\u00a0-\u017f\u0218-\u021b\u2010-\u203a€™]*")
NEAR_THE_LIMIT = 9_900  # PMB cuts a field at 9,999 bytes, the length that ISO 2709 can write
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
NO_SORT = re.compile(r"<<|>>|[\u0088\u0089¬]")
NAMES = {"utf-8": "UTF-8", "iso5426": "ISO 5426", "cp1252": "Windows-1252", "ascii": "ASCII"}


@dataclass(frozen=True)
class Charset:
    """The charset found for a record, and what is worth saying about it."""

    name: str
    notes: tuple[str, ...] = ()


def find(parts: Sequence[bytes], declared: str = "") -> Charset:
    """Find the charset of a record from the bytes of its fields.

    ``declared`` is positions 26-29 of field 100 (``50  `` UTF-8, ``0103`` ISO 5426). A field that
    PMB cut in the middle of a letter does not make a UTF-8 record anything else.
    """
    whole = END.join(parts)
    if whole.isascii():
        return Charset("ascii")
    if _is_utf8(parts):
        name = "utf-8"
    else:
        accents, latin = _counted(whole)
        tied = declared.startswith("01") and accents == latin
        name = "iso5426" if accents > latin or tied else "cp1252"
    expected = "utf-8" if declared.startswith("50") else "iso5426" if declared[:2] == "01" else name
    if expected == name:
        return Charset(name)
    return Charset(name, (f"déclaré en {NAMES[expected]}, lu en {NAMES[name]}",))


END = b"\x1e"


def _is_utf8(parts: Sequence[bytes]) -> bool:
    """Say whether a record is UTF-8, its fields whole or cut.

    A letter is only cut in a very long field, or beside other letters that are whole: else the
    end of « La pauvreté » in Windows-1252 would be one.
    """
    cuts = [(part, lost) for part in parts if (lost := _cut(part)) is not None]
    if len(cuts) < len(parts):
        return False
    has_whole_letters = any(not part[: len(part) - lost].isascii() for part, lost in cuts)
    return has_whole_letters or all(len(part) >= NEAR_THE_LIMIT for part, lost in cuts if lost)


def _counted(whole: bytes) -> tuple[int, int]:
    """Count what only ISO 5426 would write, then what only Windows-1252 would, in French."""
    accents, latin = 0, len(FRENCH_1252.findall(whole))
    for before, accent, letter in ACCENT.findall(whole):
        made = unicodedata.normalize("NFC", letter.decode() + ACCENTS[accent[0]])
        if made not in COMPOSED:
            latin += accent[0] in CAPITALS_1252
        elif accent != b"\xc9" or before:  # « ANNÉE » may be either
            accents += 1
    return accents, latin


def _cut(part: bytes) -> int | None:
    """Return how many bytes of half a letter end a UTF-8 text; None where it is not UTF-8."""
    try:
        part.decode()
    except UnicodeDecodeError as error:
        is_end = error.reason == "unexpected end of data" and error.end == len(part)
        return len(part) - error.start if is_end and len(part) > 3 else None
    return 0


def decode(part: bytes, charset: str) -> tuple[str, tuple[str, ...]]:
    """Return the text of a field, and what had to be repaired in it."""
    if charset == "iso5426":
        return from_iso5426(part), ()
    if charset == "cp1252":
        return part.decode("cp1252", errors="replace"), ()
    lost = _cut(part) or 0
    text = part[: len(part) - lost].decode(errors="replace")
    notes = ("texte coupé dans le fichier",) if lost else ()
    return text, notes


def from_iso5426(part: bytes) -> str:
    """Read ISO 5426: an accent waits for the letter that it comes before.

    >>> from_iso5426(bytes([0xC2]) + b"egalit" + bytes([0xC2]) + b"e, c" + bytes([0xFA]) + b"ur")
    'égalité, cœur'
    """
    signs: list[str] = []
    waiting = ""
    for byte in part:
        if byte in ACCENTS:
            waiting += ACCENTS[byte]
            continue
        signs.append((chr(byte) if byte < 0x80 else SIGNS.get(byte, "")) + waiting)
        waiting = ""
    return unicodedata.normalize("NFC", "".join(signs))


def once(text: str) -> str:
    """Repair a text that was encoded in UTF-8 twice; any other is left as it is.

    >>> once("Ã©galitÃ©"), once("égalité"), once("Â« oui Â»"), once("lâ€™Ã‰cole")
    ('égalité', 'égalité', '« oui »', 'l’École')
    """
    if not TWICE.search(text):
        return text
    try:
        right = bytes(BYTES[sign] for sign in text).decode()
    except (KeyError, UnicodeError):
        return text
    is_latin_1 = max(text) <= "\u00ff"
    return right if is_latin_1 or PLAUSIBLE.fullmatch(right) else text


def of_field(tag: str, text: str) -> str:
    """Clean the text of a field; coded ones (1XX) keep every space: positions are their sense."""
    return CONTROLS.sub("", text) if tag.startswith("1") else cleaned(text)


def cleaned(text: str) -> str:
    """Drop controls and marks of sorting, and bring letters and spaces to one form.

    >>> cleaned("<<The >>sweetest  fig" + chr(0x98))
    'The sweetest fig'
    """
    bare = NO_SORT.sub("", CONTROLS.sub("", text))
    return " ".join(unicodedata.normalize("NFC", bare).split())
