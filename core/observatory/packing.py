"""Signs that travel to the living map: a class and a count for each territory, kept short.

A change of filter sends some three thousand of each. The alphabet holds only signs that JSON and
HTML write as they are; ``assets/carte.js`` reads them back.
"""

from collections.abc import Sequence

ALPHABET = ("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()*+,-./:;=?[]`")[
    :80
]
BASE = len(ALPHABET)
WIDE = {2: "{", 3: "|", 4: "}"}
RUN, NONE, FLOOR = "~", "^", "_"
OUTSIDE = -1
PAIR = 9


def pack_counts(counts: Sequence[tuple[int | None, bool]]) -> str:
    """Write counts: one sign under 80, an announced width above; ``(None, …)`` is no count.

    The flag says that the count is a lower bound.

    >>> pack_counts([(0, False)] * 6 + [(5, True), (None, False), (100, False)])
    '~06_5^{1k'
    """
    return _with_runs(
        [
            NONE if count is None else (FLOOR if is_floor else "") + _number(count)
            for count, is_floor in counts
        ]
    )


def _number(value: int) -> str:
    digits = ALPHABET[value % BASE]
    while value := value // BASE:
        digits = ALPHABET[value % BASE] + digits
    return digits if len(digits) == 1 else WIDE[len(digits)] + digits


def _with_runs(signs: Sequence[str]) -> str:
    """Write four or more equal signs in a row as ``~``, the sign, how many (at most 79)."""
    packed: list[str] = []
    place = 0
    while place < len(signs):
        sign, length = signs[place], 1
        while length < BASE - 1 and place + length < len(signs) and signs[place + length] == sign:
            length += 1
        if length >= 4 and len(sign) == 1:
            packed.append(RUN + sign + ALPHABET[length])
        else:
            packed.append(sign * length)
        place += length
    return "".join(packed)


def pack_ranks(ranks: Sequence[int]) -> str:
    """Write class ranks: two a sign while all are under nine, else one a sign with runs.

    A rank of -1 is a territory outside what is shown. The first sign tells the way.

    >>> pack_ranks([3, 4, 8]), pack_ranks([-1, -1, -1, -1, -1, 2])
    ('2v.', '1~053')
    """
    if ranks and min(ranks) >= 0 and max(ranks) < PAIR:
        even = [*ranks, 0] if len(ranks) % 2 else list(ranks)
        pairs = zip(even[::2], even[1::2], strict=True)
        return "2" + "".join(_PAIRS[PAIR * first + second] for first, second in pairs)
    return "1" + _with_runs([ALPHABET[rank - OUTSIDE] for rank in ranks])


_PAIRS = ALPHABET + "@"
