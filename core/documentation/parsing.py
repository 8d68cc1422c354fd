"""What a reader typed, as clauses: no text can raise, and none is ever run as it is.

A query is a list of clauses that all hold. A clause holds where one of its alternatives does; an
alternative is sequences that are all there; a sequence is tokens that follow each other.
"""

import re
from dataclasses import dataclass, replace

from core.documentation import normaliser
from core.documentation.enums import DocumentType

LONGEST_QUERY = 500
MOST_CLAUSES = 24
# « sans » and « plus » say something of their own: « sans domicile », « plus de 60 ans ».
_SMALL = """le la les l un une des de du d en et à a au aux dans pour sur par avec que qu qui
ce cet cette ces se s sa son ses leur leurs ne n pas ou où il elle ils elles on nous vous je j
me
m te t est sont être été avoir ont y c"""
SMALL_WORDS = frozenset(normaliser.token(word) for word in normaliser.words(_SMALL))
ELIDED = re.compile(r"\b(?:[ldjmtscn]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=\w)", re.IGNORECASE)
FIELDS = {
    "titre": "title", "auteur": "authors", "sujet": "concepts", "resume": "abstract",
    "editeur": "publisher", "cote": "shelf", "isbn": "isbn", "issn": "isbn",
    "type": "doc_type",
}  # fmt: skip
# Publishers, shelf marks, numbers and types are in one column, each word with its field's mark.
MARKS = {"publisher": "e_", "shelf": "k_", "isbn": "i_", "doc_type": "t_"}
TYPE_WORDS = frozenset(token for one in DocumentType for token in normaliser.tokens(one.label))
PIECE = re.compile(
    r"(?P<out>(?<![^\s(])-)?(?:(?P<field>[^\W\d_]{4,8})\s?:\s*)?"
    r"(?:\"(?P<phrase>[^\"]*)\"?|«\s?(?P<quoted>[^»]*)»?|(?P<word>[^\s\"«»]+))"
)

Tokens = tuple[str, ...]
Alternative = tuple[Tokens, ...]


@dataclass(frozen=True)
class Clause:
    """One condition. ``shown`` is what was typed; ``field`` a value of FIELDS, or empty.

    A token that ends with « * » is the beginning of one. ``is_excluded``: it must not hold.
    """

    alternatives: tuple[Alternative, ...]
    shown: str
    field: str = ""
    is_prefix: bool = False
    is_excluded: bool = False
    is_phrase: bool = False

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every token that this clause can meet, for what is highlighted."""
        return tuple(
            token
            for alternative in self.alternatives
            for sequence in alternative
            for token in sequence
        )


def parse(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a query; empty where nothing can be searched.

    >>> [clause.shown for clause in parse('auteur:dubet "projet de ville" -emploi insert*')]
    ['dubet', 'projet de ville', 'emploi', 'insert']
    >>> parse('  "" -- *:( ')
    ()
    """
    return _all_of(text[:LONGEST_QUERY])[:MOST_CLAUSES]


def is_cut(text: str) -> bool:
    """Say whether a query is too long to be searched to its end."""
    return len(text.strip()) > LONGEST_QUERY or len(_all_of(text[:LONGEST_QUERY])) > MOST_CLAUSES


def _all_of(text: str) -> tuple[Clause, ...]:
    ready = normaliser.spread(text).translate(QUOTES)
    found: list[Clause] = []
    for piece in PIECE.finditer(_bound(ready)):
        found += _clauses_of(piece)
    return _without_small_words(found)


QUOTED = re.compile(r"(\"[^\"]*\"?|«[^»]*»?)")
QUOTES = str.maketrans("“”„", '"""')
GLUE = "\ue000"  # private: stands for the space inside a shape, while the query is cut


def _bound(text: str) -> str:
    """Bind « 36 000 » and « LOPPSI 2 », outside quotes; what is left out is one word."""
    parts = QUOTED.split(text)
    for shape in (normaliser.NUMBER, normaliser.NUMBERED):
        parts[::2] = [shape.sub(_glued, part) for part in parts[::2]]
    return "".join(parts)


def _glued(found: re.Match[str]) -> str:
    is_left_out = re.search(r"(?:^|[\s(])-$", found.string[: found.start()])
    return found[0] if is_left_out else re.sub(r"\s", GLUE, found[0])


def _clauses_of(match: re.Match[str]) -> list[Clause]:
    """Read one piece; a prefix that names no field is a word like another."""
    piece = (match["word"] or match["phrase"] or match["quoted"] or "").replace(GLUE, " ")
    field = _field(match["field"] or "", piece)
    is_phrase = match["word"] is None
    base = Clause((), piece, field=field, is_excluded=match["out"] is not None, is_phrase=is_phrase)
    if not match["field"] or field:
        return _read(base, piece)
    before = replace(base, shown=match["field"], is_phrase=False)
    return [*_word_clauses(before, match["field"]), *_read(base, piece)]


def _field(prefix: str, piece: str) -> str:
    """Return the field that a prefix names; « type : » before anything but a type is a word."""
    field = FIELDS.get(normaliser.fold(prefix), "")
    if field == "doc_type" and not TYPE_WORDS.issuperset(normaliser.tokens(piece)):
        return ""
    return field


def _read(base: Clause, piece: str) -> list[Clause]:
    field, is_phrase = base.field, base.is_phrase
    if field == "isbn":
        number = re.sub(r"[^0-9Xx]", "", piece).lower()
        return [replace(base, alternatives=(((number,),),))] if number else []
    if is_phrase:
        sequence = tuple(normaliser.tokens(piece))
        return [replace(base, alternatives=((sequence,),))] if sequence else []
    return _word_clauses(base, piece)


def _word_clauses(base: Clause, piece: str) -> list[Clause]:
    """Cut a piece without spaces into shapes that are also one word, and plain words."""
    is_prefix = piece.endswith("*")
    rest = ELIDED.sub(" ", piece) if not normaliser.ACRONYM.search(piece) else piece
    found: list[tuple[int, Clause]] = []
    for shape in normaliser.SHAPES:
        for match in shape.finditer(rest):
            sequence = tuple(normaliser.tokens(match[0]))
            one = normaliser.joined(match[0])
            both: tuple[Alternative, ...] = ((sequence,), ((one,),))
            if shape is normaliser.NUMBERED:
                both = (tuple((part,) for part in sequence), ((one,),))
            found.append((match.start(), replace(base, alternatives=both, shown=match[0])))
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    for word in normaliser.WORD.finditer(rest):
        plain = replace(base, alternatives=(((normaliser.token(word[0]),),),), shown=word[0])
        found.append((word.start(), plain))
    clauses = [clause for _, clause in sorted(found, key=lambda one: one[0])]
    if is_prefix and clauses:
        clauses[-1] = _as_prefix(clauses[-1])
    return clauses


def _as_prefix(clause: Clause) -> Clause:
    """Let a clause go on (its token ends with « * »): the letters typed are kept as they are.

    The word itself is met too, since its own last letters may be taken off in the index.
    """
    typed = normaliser.fold("".join(normaliser.words(clause.shown)))[: normaliser.LONGEST]
    whole = normaliser.token(typed)
    return replace(clause, alternatives=(((f"{typed}*",),), ((whole,),)), is_prefix=True)


def _without_small_words(clauses: list[Clause]) -> tuple[Clause, ...]:
    """Leave « de », « la » … aside, unless the query is made of nothing else."""
    kept = [clause for clause in clauses if not _is_small(clause)]
    return tuple(kept if any(not clause.is_excluded for clause in kept) else clauses)


def without_small_words(key: str) -> str:
    """Return a key without its small words, unless it is made of nothing else."""
    kept = [token for token in key.split() if token not in SMALL_WORDS]
    return " ".join(kept) or key


def term_key(label: str) -> str:
    """Return the key by which a query meets a term of a thesaurus.

    >>> term_key("Politique de la ville"), term_key("Contrats urbains de cohésion sociale")
    ('politiqu vill', 'contrat urbain cohesion social')
    """
    return without_small_words(normaliser.key(label))


def _is_small(clause: Clause) -> bool:
    if clause.is_phrase or clause.is_prefix or clause.field:
        return False
    return clause.alternatives[0] in {((word,),) for word in SMALL_WORDS}


def marked(clause: Clause) -> Clause:
    """Return a clause on publishers, shelf marks or numbers with the marks of its field."""
    mark = MARKS.get(clause.field, "")
    alternatives = tuple(
        tuple(tuple(f"{mark}{token}" for token in sequence) for sequence in alternative)
        for alternative in clause.alternatives
    )
    return replace(clause, alternatives=alternatives) if mark else clause
