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


@dataclass(frozen=True)
class Spoken:
    """A word, and what follows it (the reason after « motif »)."""

    word: Word
    rest: str = ""


def read(text: str) -> Spoken | None:
    """Read a word of the desk, or None where the text is something else.

    >>> read(" FIN ").word.name, read("motif : prêt d’exposition")
    ('NEXT', Spoken(word=<Word.REASON: ('motif',)>, rest='prêt d’exposition'))
    >>> read("motif"), read("finance"), read("")
    (None, None, None)
    """
    first, _, rest = " ".join(text.replace(":", " ").split()).partition(" ")
    key = fr.fold(first)
    for word in Word:
        if key in word.value and bool(rest) is (word is Word.REASON):
            return Spoken(word, rest)
    return None


def is_code(text: str) -> bool:
    """Tell a code that was scanned from a name or a title that was typed.

    >>> is_code("CRPS-000123"), is_code("dupont"), is_code("politique de la ville 2010")
    (True, False, False)
    """
    return " " not in text.strip() and any(sign.isdigit() for sign in text)
