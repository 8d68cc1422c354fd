"""Signed links of readers: who opens one is the reader of a card, for a few minutes. Pure."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

VALID = timedelta(minutes=15)
SIGNED = 20  # bytes of the signature that are kept: 160 bits


@dataclass(frozen=True)
class Shown:
    """A link as somebody shows it: its token, and when by the clock on the wall (aware, UTC).

    Not the moment the activity lives in: a demonstration's day never ends, a link's time does.
    """

    token: str
    at: datetime


@dataclass(frozen=True)
class Link:
    """Whose card a link opens, the version of its links, and until when (seconds, UTC)."""

    reader_id: int
    version: int
    until: int

    @property
    def payload(self) -> str:
        return f"{self.reader_id}.{self.version}.{self.until}"


def made(reader_id: int, version: int, *, key: str, at: datetime) -> str:
    """Return the token of a link that is valid for ``VALID`` from ``at`` (aware, UTC)."""
    link = Link(reader_id, version, int((at + VALID).timestamp()))
    return _encoded(f"{link.payload}.".encode() + _signature(link, key))


def read(shown: Shown, *, key: str) -> Link | None:
    """Return what a link opens; None where it is forged, spoiled or too old.

    >>> from datetime import UTC
    >>> now = datetime(2011, 6, 15, 9, tzinfo=UTC)
    >>> token = made(7, 1, key="k", at=now)
    >>> read(Shown(token, now), key="k").reader_id
    7
    >>> read(Shown(token, now), key="other"), read(Shown(token, now + VALID * 2), key="k")
    (None, None)
    >>> [read(Shown(text, now), key="k") for text in ("é", token[:-2], "")]
    [None, None, None]
    """
    try:
        raw = base64.urlsafe_b64decode(shown.token.encode("ascii") + b"=" * (-len(shown.token) % 4))
    except (UnicodeEncodeError, binascii.Error):
        return None
    parts = raw.split(b".", 3)
    if len(parts) != 4 or not all(part.isdigit() and len(part) < 16 for part in parts[:3]):
        return None
    link = Link(*(int(part) for part in parts[:3]))
    if not hmac.compare_digest(parts[3], _signature(link, key)):
        return None
    return link if shown.at.timestamp() <= link.until else None


def _signature(link: Link, key: str) -> bytes:
    said = f"lecteur.{link.payload}".encode()
    return hmac.new(key.encode(), said, hashlib.sha256).digest()[:SIGNED]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
