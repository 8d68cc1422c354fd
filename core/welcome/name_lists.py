"""Lists of names as they are pasted: « Nom Prénom, courriel », one a line. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import DomainError
from core.people import rules

MARK = re.compile(r"^[\s•*–-]+|^\s*\d+[.)]\s*")
SIGNS = re.compile(r"[,;\t<>()]")
PARTICLES = {"de", "du", "des", "d’", "d'", "la", "le", "les", "el", "al", "van", "von", "ben"}


@dataclass(frozen=True)
class Named:
    """Somebody of a pasted list."""

    last_name: str
    first_name: str = ""
    email: str = ""

    @property
    def key(self) -> str:
        return rules.search_key(self.last_name, self.first_name)

    @property
    def told(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def names(text: str) -> list[Named]:
    """Read a list of people; the same one twice is read once.

    The words in capitals are the last name; without capitals it is the first word, with the
    particles before it.

    >>> names("1. DE LA CRUZ Inès, ines@exemple.fr\\nDurand Paul\\n\\nDurand Paul")[0]
    Named(last_name='DE LA CRUZ', first_name='Inès', email='ines@exemple.fr')
    >>> [(one.last_name, one.first_name) for one in names("de Souza Ana;\\nDurand Jean Paul")]
    [('de Souza', 'Ana'), ('Durand', 'Jean Paul')]

    Raises DomainError with the line that gives no name.
    """
    found: dict[tuple[str, str], Named] = {}
    for rank, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            one = _named(line, rank)
            found.setdefault((one.key, one.email), one)
    return _once(list(found.values()))


def line(last_name: str, first_name: str, email: str) -> str:
    """Write somebody as a list has them, to be read again by ``names``.

    >>> line("Durand", "Paul", ""), line("Durand", "", "d@exemple.fr")
    ('DURAND Paul', 'DURAND, d@exemple.fr')
    """
    return f"{last_name.upper()} {first_name}".strip() + (f", {email}" if email else "")


def without(text: str, known: Iterable[tuple[int, str]]) -> tuple[tuple[int, ...], str]:
    """Take the lines of people who are known out of a list; return their ids, and the rest.

    Two namesakes have two lines that are alike, each of one of them; ranks stay as they were.

    >>> without("DURAND Paul\\nNouveau Max\\nDURAND Paul", [(7, "DURAND Paul"), (9, "DURAND Paul")])
    ((7, 9), '\\nNouveau Max\\n')
    """
    left, found, lines = list(known), [], []
    for written in text.split("\n"):
        match = next((one for one in left if one[1] == written.strip()), None)
        if match is not None:
            left.remove(match)
            found.append(match[0])
        lines.append(written if match is None else "")
    return tuple(found), "\n".join(lines)


def _once(found: list[Named]) -> list[Named]:
    """Keep who is written with an address and without it once; an address is one person's."""
    emails = [one.email for one in found if one.email]
    twice = {email for email in emails if emails.count(email) > 1}
    if twice:
        raise DomainError(f"Deux noms pour une même adresse : {', '.join(sorted(twice))}.")
    addressed = {one.key for one in found if one.email}
    return [one for one in found if one.email or one.key not in addressed]


def _named(line: str, rank: int) -> Named:
    words = SIGNS.sub(" ", MARK.sub("", line)).split()
    addresses = [word for word in words if "@" in word]
    rest = [word for word in words if "@" not in word]
    if len(addresses) > 1:
        raise DomainError(f"Ligne {rank} : une personne par ligne, avec une seule adresse.")
    email = rules.checked_email(addresses[0]) if addresses else ""
    size = _size(rest)
    last, first = " ".join(rest[:size]), " ".join(rest[size:])
    if not rules.words(last):
        raise DomainError(f"Ligne {rank} : écrivez « Nom Prénom, courriel » (« {line.strip()} »).")
    return Named(last, first, email)


def _size(words: list[str]) -> int:
    """Return how many words the last name has."""
    capitals = 0
    while capitals < len(words) and words[capitals].isupper() and len(words[capitals]) > 1:
        capitals += 1
    if capitals:
        return capitals
    particles = 0
    while particles < len(words) - 1 and words[particles].lower() in PARTICLES:
        particles += 1
    return particles + 1
