"""Clauses as each engine asks them, and what a query is widened by. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from core.documentation import normaliser, parsing
from core.documentation.parsing import Alternative, Clause

Sequencing = Callable[[parsing.Tokens, str], str]
LONGEST_TERM = 6
COLUMNS = {"title": "title", "authors": "authors", "concepts": "concepts",
           "abstract": "{abstract other}"}  # fmt: skip
LETTERS = {"title": "A", "concepts": "B", "authors": "C", "abstract": "D"}


def fts5(clauses: Sequence[Clause]) -> str:
    """Write clauses for FTS5; every token is quoted, so that none is read as an operator.

    >>> fts5(parsing.parse("titre:école NEAR insert*"))
    '(title : ("ecol")) AND ("near") AND ("insert"* OR "insert")'
    """
    return " AND ".join(f"({_in_column(parsing.marked(clause))})" for clause in clauses)


def _in_column(clause: Clause) -> str:
    text = _either(clause, _fts5_sequence, " AND ")
    column = COLUMNS.get(clause.field, "")
    return f"{column} : ({text})" if column else text


def _either(clause: Clause, write: Sequencing, both: str) -> str:
    """Join the alternatives of a clause by OR, the sequences of each by AND."""
    either = " OR " if both == " AND " else " | "
    listed = [
        both.join(write(sequence, clause.field) for sequence in alternative)
        for alternative in dict.fromkeys(clause.alternatives)
    ]
    return (
        listed[0]
        if len(listed) == 1
        else either.join(
            text if len(alternative) == 1 else f"({text})"
            for text, alternative in zip(listed, dict.fromkeys(clause.alternatives), strict=True)
        )
    )


def _fts5_sequence(sequence: parsing.Tokens, _field: str) -> str:
    plain = " ".join(token.rstrip("*") for token in sequence)
    return f'"{plain}"*' if sequence[-1].endswith("*") else f'"{plain}"'


def tsquery(clauses: Sequence[Clause]) -> str:
    """Write clauses as PostgreSQL's tsquery reads them: quoted tokens, no dictionary.

    The index holds each pair of words that follow each other: a run of words is searched by its
    pairs, found at once where its words are common.

    >>> tsquery(parsing.parse('titre:école "projet de ville" insert*'))
    "('ecol':A) & (('projet de' <-> 'de vill')) & ('insert':*)"
    """
    return " & ".join(_tsquery_clause(clause, _by_pairs) for clause in clauses)


def ranked_by(clauses: Sequence[Clause], both: str = " & ") -> str:
    """Write clauses word by word, for PostgreSQL to rank by; `` | `` asks for any of them.

    >>> ranked_by(parsing.parse('titre:école "projet de ville"'), " | ")
    "('ecol':A) | (('projet' <-> 'de' <-> 'vill'))"
    """
    return both.join(_tsquery_clause(clause, _by_words) for clause in clauses)


def _unrepeated(clause: Clause) -> Clause:
    """Leave out a word that a beginning finds already.

    PostgreSQL's ranking takes a word and the same beginning for one, and gives what only the
    beginning meets no score at all.
    """
    starts = tuple(
        alternative[0][0][:-1]
        for alternative in clause.alternatives
        if len(alternative) == len(alternative[0]) == 1 and alternative[0][0].endswith("*")
    )
    if not starts:
        return clause
    kept = tuple(
        alternative
        for alternative in clause.alternatives
        if len(alternative) > 1 or len(alternative[0]) > 1 or alternative[0][0].endswith("*")
        or not alternative[0][0].startswith(starts)
    )  # fmt: skip
    return replace(clause, alternatives=kept)


def _tsquery_clause(clause: Clause, write: Sequencing) -> str:
    return f"({_either(_unrepeated(parsing.marked(clause)), write, ' & ')})"


def _by_pairs(sequence: parsing.Tokens, field: str) -> str:
    pairs = tuple(f"{one} {following}" for one, following in pairwise(sequence))
    return _by_words(pairs or sequence, field)


def _by_words(sequence: parsing.Tokens, field: str) -> str:
    letter = LETTERS.get(field, "")
    words = [
        f"'{token.rstrip('*')}'" + (":" if letter or token.endswith("*") else "")
        + ("*" if token.endswith("*") else "") + letter
        for token in sequence
    ]  # fmt: skip
    return words[0] if len(words) == 1 else f"({' <-> '.join(words)})"


@dataclass(frozen=True)
class Widening:
    """A concept met by a query: other labels searched with it. ``typed`` is what met it."""

    concept_id: int
    typed: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """A label of a concept that a query may meet, by its key; ``labels`` are the others'."""

    concept_id: int
    key: str
    labels: tuple[str, ...]


def spans(clauses: Sequence[Clause]) -> dict[str, tuple[int, int]]:
    """Return the runs of plain clauses that may be a term, longest first: key → (start, end)."""
    found: dict[str, tuple[int, int]] = {}
    for length in range(min(LONGEST_TERM, len(clauses)), 0, -1):
        for start in range(len(clauses) - length + 1):
            run = clauses[start : start + length]
            if all(_may_widen(clause) for clause in run):
                found.setdefault(
                    " ".join(_first(clause) for clause in run), (start, start + length)
                )
    return found


def _may_widen(clause: Clause) -> bool:
    """Say whether more than what was typed may meet a clause; a phrase holds as it was quoted."""
    return not (clause.is_excluded or clause.is_prefix or clause.field or clause.is_phrase)


def _first(clause: Clause) -> str:
    """Return the words of a clause as a label's key has them, small words left aside."""
    return parsing.without_small_words(
        " ".join(" ".join(sequence) for sequence in clause.alternatives[0])
    )


def widen(
    clauses: Sequence[Clause], terms: Collection[Term], *, without: Collection[int] = ()
) -> tuple[tuple[Clause, ...], tuple[Widening, ...]]:
    """Let each run of clauses that is a term also be met by the other labels of its concept.

    ``without`` are concepts that the reader took away. The longest terms are served first.
    """
    runs = spans(clauses)
    by_key = {term.key: term for term in terms if term.concept_id not in without}
    taken: set[int] = set()
    replaced: dict[int, tuple[int, Clause]] = {}
    shown: list[Widening] = []
    for key, (start, end) in runs.items():
        term = by_key.get(key)
        if term is None or not term.labels or taken & set(range(start, end)):
            continue
        taken |= set(range(start, end))
        run = clauses[start:end]
        replaced[start] = (end, _widened(run, term.labels))
        typed = " ".join(clause.shown for clause in run)
        shown.append(Widening(term.concept_id, typed, term.labels))
    result: list[Clause] = []
    at = 0
    while at < len(clauses):
        end, clause = replaced.get(at, (at + 1, clauses[at]))
        result.append(clause)
        at = end
    return tuple(result), tuple(shown)


def _widened(run: Sequence[Clause], labels: Sequence[str]) -> Clause:
    """Join a run in one clause, with each other label as a phrase beside it."""
    own: list[Alternative] = [()]
    for clause in run:
        own = [(*before, *after) for before in own for after in clause.alternatives]
    others = [(tuple(normaliser.tokens(label)),) for label in labels]
    kept = [alternative for alternative in others if alternative[0]]
    shown = " ".join(clause.shown for clause in run)
    return replace(run[0], alternatives=(*own, *kept), shown=shown)


def family_words(clause: Clause) -> tuple[str, ...]:
    """Return the families that may stand for a clause once it is widened, all of them together.

    None where it holds only as it was typed: a field, a phrase, a beginning, a short word.

    >>> [family_words(one) for one in parsing.parse("auteur:dubet ZUS évaluer")]
    [(), (), ('evalu',)]
    """
    words = normaliser.words(clause.shown)
    if not _may_widen(clause) or any(len(word) < normaliser.SHORTEST_AKIN for word in words):
        return ()
    return tuple(dict.fromkeys(normaliser.family(word) for word in words))


def corrected(query: str, corrections: Mapping[str, str]) -> str:
    """Return a query with words replaced by those proposed."""
    return normaliser.WORD.sub(lambda word: corrections.get(word[0].lower(), word[0]), query)
