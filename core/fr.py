"""French typography for numbers, dates and sentences: screens, charts, exports, files."""

import re
import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_WIDE = re.compile(r"(?<=«) +| +(?=[:»])|(?<=n°) (?=\d)|(?<=\d) (?=p\.)")
_THIN = re.compile(r" +(?=[;?!])")
NBSP = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def number(value: float, digits: int = 0) -> str:
    """Format a number with a narrow no-break space for thousands and a decimal comma.

    >>> number(1234.5, 1).replace(NBSP, "_")
    '1_234,5'
    >>> number(-3)
    '−3'
    """
    text = f"{abs(value):,.{digits}f}".replace(",", NBSP).replace(".", ",")
    is_negative = value < 0 and text.strip("0,") != ""
    return f"{MINUS}{text}" if is_negative else text


def percent(share: float, digits: int = 0) -> str:
    """Format a share of one: ``percent(0.12)`` is « 12 % »."""
    return f"{number(100 * share, digits)}{NBSP}%"


def day(value: date) -> str:
    """Format a date in words: « 3 mars 2011 », « 1er mars 2011 »."""
    rank = "1er" if value.day == 1 else str(value.day)
    return f"{rank} {MONTHS[value.month - 1]} {value.year}"


def local(value: datetime) -> datetime:
    """Return a moment by the clock of the centre; one without a zone, as stored, is UTC.

    >>> local(datetime(2026, 3, 28, 23, 30)).isoformat()
    '2026-03-29T00:30:00+01:00'
    """
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(PARIS)


def stored(value: datetime) -> datetime:
    """Return a moment as the store keeps it: UTC, without a zone; ``local`` reads it back.

    >>> stored(datetime(2026, 3, 29, 0, 30, tzinfo=PARIS)).isoformat()
    '2026-03-28T23:30:00'
    >>> stored(datetime(2026, 3, 28, 23, 30)).isoformat()
    '2026-03-28T23:30:00'
    """
    return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None)


def moment(value: datetime) -> str:
    return f"{day(value)} à {value:%H}{NBSP}h{NBSP}{value:%M}"


def month(period: int) -> str:
    """Name a month given as YYYYMM, or a year given as YYYY00.

    >>> month(201105), month(201000)
    ('mai 2011', '2010')
    """
    year, rank = divmod(period, 100)
    return f"{MONTHS[rank - 1]} {year}" if rank else str(year)


def plural(count: float, singular: str, plural_form: str | None = None) -> str:
    """Count things: French takes the plural from two on.

    >>> plural(0, "commune"), plural(1.5, "commune"), plural(2, "commune")
    ('0 commune', '1,5 commune', '2 communes')
    """
    digits = 0 if float(count).is_integer() else 1
    noun = singular if abs(count) < 2 else (plural_form or f"{singular}s")
    return f"{number(count, digits)} {noun}"


def elide(article_word: str, name: str) -> str:
    """Elide « de », « le », « la » before a vowel or a mute h: ``elide("de", "Albi")``.

    >>> elide("de", "Albi"), elide("de", "Gaillac"), elide("de", "Le Fossat")
    ("d'Albi", 'de Gaillac', 'du Fossat')
    """
    if article_word == "de" and name.startswith("Le "):
        return f"du {name[3:]}"
    if article_word == "de" and name.startswith("Les "):
        return f"des {name[4:]}"
    first = fold(name[:1])
    is_elided = first != "" and first[0] in "aeiouyh"
    return f"{article_word[:-1]}'{name}" if is_elided else f"{article_word} {name}"


def fold(text: str) -> str:
    """Lower the case and drop the accents, to compare and to sort as a reader would."""
    spread = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(sign for sign in spread if not unicodedata.combining(sign)).lower()


def hour(minutes: int) -> str:
    """Say a time of the day, given in minutes after midnight: « 9 h 05 »."""
    return f"{minutes // 60}{NBSP}h{NBSP}{minutes % 60:02}"


def size(octets: int) -> str:
    """Say how heavy a file is: « 1,6 Mo »."""
    if octets < 1_000:
        return f"{octets}{NBSP}octets"
    if octets < 1_000_000:
        return f"{number(octets / 1_000)}{NBSP}ko"
    return f"{number(octets / 1_000_000, 1)}{NBSP}Mo"


def typeset(text: str) -> str:
    """Keep French signs on the line of their word, and a number with what it counts.

    >>> typeset("Vivre : « oui » ; et après ?")
    'Vivre\\xa0: «\\xa0oui\\xa0»\\u202f; et après\\u202f?'
    >>> typeset("n° 3, 12 p.")
    'n°\\xa03, 12\\xa0p.'
    """
    kept = _WIDE.sub("\u00a0", text)
    return _THIN.sub("\u202f", kept)
