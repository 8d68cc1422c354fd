"""What a query met in a text that is displayed, and the passage where it did. Pure."""

import unicodedata
from collections.abc import Sequence

from core.documentation import normaliser, parsing
from core.documentation.parsing import Clause


def highlighted(text: str, clauses: Sequence[Clause]) -> list[tuple[str, bool]]:
    """Cut a displayed text in pieces, each with whether the query met it.

    >>> highlighted("L’école des villes", parsing.parse("ecole ville"))
    [('L’', False), ('école', True), (' des ', False), ('villes', True)]
    """
    ready = unicodedata.normalize("NFC", text)
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in _met(ready, clauses):
        pieces += [(ready[at:start], False), (ready[start:end], True)]
        at = end
    return [piece for piece in (*pieces, (ready[at:], False)) if piece[0]]


def _met(text: str, clauses: Sequence[Clause]) -> list[tuple[int, int]]:
    """Return where the words and joined shapes that a query met lie, in their order."""
    wanted = {token for clause in clauses if not clause.is_excluded for token in clause.tokens}
    wanted -= parsing.SMALL_WORDS
    starts = tuple(token.rstrip("*") for token in wanted if token.endswith("*"))
    ready = text.translate(normaliser.ALIKE)
    found = [
        match.span()
        for shape in normaliser.SHAPES
        for match in shape.finditer(ready)
        if normaliser.joined(normaliser.spread(match[0])) in wanted
    ]
    for word in normaliser.WORD.finditer(ready):
        own = normaliser.spread(word[0])
        is_met = normaliser.token(own) in wanted or bool(
            starts and normaliser.fold(own).startswith(starts)
        )
        if is_met and not any(start < word.end() and word.start() < end for start, end in found):
            found.append(word.span())
    return _apart(sorted(found))


def _apart(spans_: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out what begins inside the one before."""
    kept: list[tuple[int, int]] = []
    for start, end in spans_:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def passage(text: str, clauses: Sequence[Clause], length: int) -> str:
    """Return the beginning of a text, or what is around the first word met where that is further.

    >>> passage("Des quartiers et des villes où l’on vit", parsing.parse("villes"), 25)
    '…et des villes où l’on vit'
    """
    ready = unicodedata.normalize("NFC", text)
    first = next(iter(_met(ready, clauses)), (0, 0))
    start = 0
    if first[1] > length:
        near = max(0, min(first[0] - length // 3, len(ready) - length))
        space = ready.find(" ", near, first[0])
        start = near if space < 0 else space + 1
    cut = ready[start : start + length]
    return ("…" if start else "") + cut + ("…" if start + length < len(ready) else "")
