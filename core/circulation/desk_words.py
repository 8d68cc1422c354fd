"""What is typed at the desk besides cards and barcodes: the words that stand for its buttons."""

from dataclasses import dataclass
from enum import Enum

from core import fr


class Word(Enum):
    """A word of the desk, and how it may be typed (accents and capitals do not count)."""

    NEXT = ("fin", "0", ".")
    UNDO = ("annuler", "annule")
    RENEW = ("prolonger", "prolonge")
    YES = ("oui", "o")
    REASON = ("motif",)
    NO = ("non", "n")
    MISSING = ("manque", "manquent")
    LOST = ("perdu", "perdue", "perdus", "perdues")
    STRUCTURE = ("structure",)


NUMBERED = (Word.MISSING, Word.LOST, Word.STRUCTURE)


@dataclass(frozen=True)
class Spoken:
    """A word, and what follows it (the reason after « motif », numbers after « manque »)."""

    word: Word
    rest: str = ""

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(int(one) for one in self.rest.split())


def read(text: str) -> Spoken | None:
    """Read a word of the desk, or None where the text is something else.

    >>> read(" FIN ").word.name, read("motif : prêt d’exposition")
    ('NEXT', Spoken(word=<Word.REASON: ('motif',)>, rest='prêt d’exposition'))
    >>> read("motif"), read("finance"), read(""), read("structure sociale")
    (None, None, None, None)
    >>> read("manque 2, 4").numbers, read("structure").numbers
    ((2, 4), ())
    """
    first, _, rest = " ".join(text.replace(":", " ").split()).partition(" ")
    if fr.fold(first) in {name for word in NUMBERED for name in word.value}:
        rest = " ".join(rest.replace(",", " ").split())
    key = fr.fold(first)
    for word in Word:
        if key in word.value and _follows(word, rest):
            return Spoken(word, rest)
    return None


def _follows(word: Word, rest: str) -> bool:
    """Say whether a word may be followed by this: a reason, numbers, or nothing."""
    if word is Word.REASON:
        return bool(rest)
    are_numbers = all(one.isdecimal() and len(one) < 4 for one in rest.split())
    return are_numbers if word in NUMBERED else not rest


def is_code(text: str) -> bool:
    """Tell a code that was scanned from a name or a title that was typed.

    >>> is_code("CRPS-000123"), is_code("dupont"), is_code("politique de la ville 2010")
    (True, False, False)
    """
    return " " not in text.strip() and any(sign.isdigit() for sign in text)
