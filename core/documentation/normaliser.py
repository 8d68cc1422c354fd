"""Words as the search compares them: folded, without the marks of plural and gender.

The same tokens are written in the index of either engine and asked of it, so that both answer
the same. Folding comes first and reduction after: the other way round, ``egalite`` typed without
accents would no longer meet ``égalité``.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

LONGEST = 48
SHORTEST_AKIN = 4  # letters from which a word has a family
WORD = re.compile(r"[^\W_]+")
LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})
# Signs read as one another, one for one: places in a text stay where they are.
ALIKE = str.maketrans({"’": "'", "ʼ": "'", "‑": "-", "·": "-"})
# Shapes that are also one word when what joins them is taken away: C.U.C.S., 36 000,
# co-construction, R&T, PEP'S, LOPPSI 2.
ACRONYM = re.compile(r"\b(?:[^\W\d_]\.){2,}[^\W\d_]?\b|\b[A-ZÀ-ÖØ-Þ]{2,}'[A-Z]\b")
NUMBER = re.compile(r"(?<!\w)\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\w)")
JOINED = re.compile(r"[^\W_]+(?:[-&][^\W_]+)+")
NUMBERED = re.compile(r"\b[^\W\d_]{2,} \d{1,3}\b")
SHAPES = (ACRONYM, NUMBER, JOINED, NUMBERED)
_STEMMER = Stemmer.Stemmer("french")


def spread(text: str) -> str:
    """Bring a text to one way of writing its letters; case is kept, for acronyms.

    >>> spread("cœur de l’e\u0301cole")
    "coeur de l'école"
    """
    return unicodedata.normalize("NFKC", text.replace("\u00b7", "-")).translate(ALIKE | LIGATURES)


@lru_cache(maxsize=400_000)
def fold(word: str) -> str:
    """Lower the case and drop the accents of one word."""
    apart = unicodedata.normalize("NFD", word.lower())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@lru_cache(maxsize=400_000)
def token(word: str) -> str:
    """Return the form under which a word is indexed and asked.

    >>> token("Nationaux") == token("nationale") == token("nationales") == token("NATIONAL")
    True
    >>> token("éducatif"), token("éducation"), token("bateaux"), token("jeux")
    ('educatif', 'education', 'bateau', 'jeu')

    A word that holds a digit is a number or a code, without plural nor gender.

    >>> token("9782070360000"), token("31500"), token("207036000X")
    ('9782070360000', '31500', '207036000x')
    """
    folded = fold(word)
    if len(folded) < 4 or any(sign.isdigit() for sign in folded):
        return folded[:LONGEST]
    return _without_gender(_without_plural(folded))[:LONGEST]


def _without_plural(word: str) -> str:
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux") and len(word) > 4:
        return word[:-3] + "al"
    if word.endswith("x") or (word.endswith("s") and not word.endswith("ss")):
        return word[:-1]
    return word


def _without_gender(word: str) -> str:
    """Drop final e's, then one of two same last letters: « nationale », « culturelle »."""
    kept = word
    while kept.endswith("e") and len(kept) > 4:
        kept = kept[:-1]
    return kept[:-1] if len(kept) > 4 and kept[-1] == kept[-2] else kept


def words(text: str) -> list[str]:
    """Return the words of a text that was spread, in its order."""
    return WORD.findall(text)


def tokens(text: str) -> list[str]:
    """Return the tokens of a text in its order, so that a phrase can be met.

    >>> tokens("L'accès aux savoirs")
    ['l', 'acce', 'aux', 'savoir']
    """
    return [token(word) for word in words(spread(text))]


def joined(shape: str) -> str:
    """Return the one word that a joined shape also is: ``C.U.C.S.`` is ``cucs``."""
    return token("".join(words(shape)))


def aliases(text: str) -> Iterator[str]:
    """Give the other words that the joined shapes of a text are met by."""
    ready = spread(text)
    for shape in SHAPES:
        for found in shape.findall(ready):
            yield joined(found)


def indexed(text: str) -> str:
    """Return what the index holds of a text: its tokens in order, then its aliases.

    >>> indexed("Le C.U.C.S. de Gaillac")
    'le c u c s de gaillac cuc'
    """
    return " ".join([*tokens(text), *aliases(text)])


@lru_cache(maxsize=400_000)
def family(word: str) -> str:
    """Return the family of a word (folded, then stemmed): only ever a widening, asked for.

    >>> family("évaluation") == family("évaluer")
    True
    """
    return str(_STEMMER.stemWord(fold(word)))[:LONGEST]


def families(text: str) -> str:
    """Return the families of a text's words, each once; small words have none."""
    return " ".join(
        sorted({family(word) for word in words(spread(text)) if len(word) >= SHORTEST_AKIN})
    )


def key(text: str) -> str:
    """Return the tokens of a label as one text, by which a query or another label meets it.

    >>> key("Politiques de la ville") == key("politique de la Ville")
    True
    """
    return " ".join(tokens(text))


ARTICLES = re.compile(r"^(?:l'|d'|les? |la |une? |des? |du |the |an? )", re.IGNORECASE)


def sort_key(title: str) -> str:
    """Return a title as it is sorted: folded, without its first article.

    >>> sort_key("L’École et la ville"), sort_key("Les jeunes"), sort_key("La")
    ('ecole et la ville', 'jeunes', 'la')
    """
    ready = spread(title).strip().lstrip("«\"'([ ")
    bare = ARTICLES.sub("", ready, count=1)
    return " ".join(fold(word) for word in words(bare or ready))[:200]
