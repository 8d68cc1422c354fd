"""ISBN, ISSN and years as they are written in real files."""

import re

from stdnum import ean, isbn, issn

CANDIDATE = re.compile(r"(?<![\dXx])(?:97[89][\s\-‐‑–.]*)?(?:\d[\s\-‐‑–.]*){9}[\dXx](?![\dXx])")
ISSN = re.compile(r"\b\d{4}[\s\-‐‑–]?\d{3}[\dXx]\b")
YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")


def isbn13(text: str) -> str:
    """Return the ISBN of 13 digits that a text holds, or nothing.

    The check digit is looked at, a number of zeros is refused, and so is one short of a digit.

    >>> isbn13("9782070368228 (br.)"), isbn13("2-211-04459-X"), isbn13("0000000000")
    ('9782070368228', '9782211044592', '')
    >>> isbn13("782130545699")
    ''
    """
    for candidate in CANDIDATE.findall(text):
        digits = re.sub(r"[^0-9Xx]", "", candidate).upper()
        if isbn.is_valid(digits) and set(digits) != {"0"}:
            return str(isbn.to_isbn13(digits))
    return ""


def isbn10(number: str) -> str:
    """Return the older form of an ISBN of 13 digits, or nothing where it has none.

    >>> isbn10("9782070368228"), isbn10("9791090724013"), isbn10("")
    ('207036822X', '', '')
    """
    if not number.startswith("978") or not isbn.is_valid(number):
        return ""
    return str(isbn.to_isbn10(number))


def is_ean(text: str) -> bool:
    return bool(ean.is_valid(re.sub(r"\D", "", text)))


def issn8(text: str) -> str:
    """Return the ISSN that a text holds, as it is written: ``0768-3138``."""
    for candidate in ISSN.findall(text):
        digits = re.sub(r"[^0-9Xx]", "", candidate).upper()
        if issn.is_valid(digits) and set(digits) != {"0"}:
            return str(issn.format(digits))
    return ""


def year(text: str) -> int | None:
    """Return the first year that a date says, or None.

    >>> year("[2009?]"), year("cop. 2010"), year("2009-2010"), year("s.d."), year("DL 1974")
    (2009, 2010, 2009, None, 1974)
    """
    found = YEAR.search(text)
    return int(found[1]) if found else None


def cents(text: str) -> int | None:
    """Return a price in cents, or None where the text is not just one.

    >>> cents("12,50 €"), cents("9.5"), cents("don"), cents("12,50 F")
    (1250, 950, None, None)
    """
    bare = text.replace("€", "").replace(",", ".").strip()
    return round(float(bare) * 100) if re.fullmatch(r"\d+(\.\d{1,2})?", bare) else None
