"""Who may be the same person: names compared within blocks, so that a large directory is quick.

Two people are compared where they share one of these (the blocks' rule):

- the first three letters of the name, spaces dropped (« Le Goff », « Legoff »);
- the initials of the words of the name in any order (« Dupont Marie », « Marie Dupond »);
- the address, or the telephone.

Nothing else is lost: within the rule the answer is that of comparing everyone with everyone.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

CLOSE = 88.0
CLOSE_SAME_PHONE = 70.0
SAME_ADDRESS = 101.0
Pairs = npt.NDArray[np.float64]  # a row a pair: two ranks, and how alike they are


@dataclass(frozen=True)
class Known:
    """A person already there, as a search for duplicates sees them."""

    id: int
    name: str
    search_key: str
    email: str
    structure: str
    phone: str = ""


@dataclass(frozen=True)
class Likeness:
    """Someone who may be the same person, and why."""

    known: Known
    score: float
    reason: str


def compact(key: str) -> str:
    return key.replace(" ", "")


def ordered(key: str) -> str:
    return " ".join(sorted(key.split()))


def alike(one: Known, other: Known) -> tuple[float, str]:
    """Return how alike two people are out of 100, and why; 0 where not enough to ask."""
    if one.email and one.email == other.email:
        return SAME_ADDRESS, "même adresse"
    score = max(
        fuzz.ratio(ordered(one.search_key), ordered(other.search_key)),
        fuzz.ratio(compact(one.search_key), compact(other.search_key)),
    )
    if score >= 100:
        return score, "même nom"
    if score >= CLOSE:
        return score, "nom très proche"
    if one.phone and one.phone == other.phone and score >= CLOSE_SAME_PHONE:
        return score, "même téléphone, nom proche"
    return 0.0, ""


def name_blocks(key: str) -> tuple[str, str]:
    """Name the two blocks of a name, by the rule of this module.

    >>> name_blocks("le goff jean"), name_blocks("jean goff")
    (('n leg', 'i gjl'), ('n jea', 'i gj'))
    """
    initials = "".join(sorted(word[0] for word in key.split()))
    return f"n {compact(key)[:3]}", f"i {initials}"


def blocks(one: Known) -> list[str]:
    """Name every block of a person: those of the name, the address, the telephone."""
    shared = [f"@ {one.email}" if one.email else "", f"t {one.phone}" if one.phone else ""]
    return [*name_blocks(one.search_key), *filter(None, shared)]


def likely(wanted: Known, known: Iterable[Known]) -> list[Likeness]:
    """Return who may be the same person as ``wanted``, the likeliest first."""
    found = []
    for one in known:
        score, reason = alike(wanted, one)
        if reason:
            found.append(Likeness(one, score, reason))
    return sorted(found, key=lambda like: (-like.score, like.known.id))


class Index:
    """People by block, to compare many newcomers with them."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._by_block: dict[str, list[Known]] = defaultdict(list)
        for one in known:
            for block in blocks(one):
                self._by_block[block].append(one)

    def likely(self, wanted: Known) -> list[Likeness]:
        near = {one.id: one for block in blocks(wanted) for one in self._by_block.get(block, ())}
        return likely(wanted, near.values())


def pairs(known: Sequence[Known], *, limit: int) -> list[tuple[Known, Likeness]]:
    """Propose the pairs that may be one person: the closest first, of the same structure first."""
    holders: dict[str, list[int]] = defaultdict(list)
    for rank, one in enumerate(known):
        holders[one.search_key].append(rank)
    named = _expanded(list(holders.values()), _close_names(list(holders)), limit)
    found = np.concatenate([_same_contact(known), named])  # the first of a pair is kept
    found = found[np.unique(found[:, :2], axis=0, return_index=True)[1]]
    structures = {name: rank for rank, name in enumerate({one.structure for one in known})}
    houses = np.array([structures[one.structure] for one in known], dtype=np.int64)
    first, second = found[:, 0].astype(np.int64), found[:, 1].astype(np.int64)
    order = np.lexsort((second, first, houses[first] != houses[second], -found[:, 2]))[:limit]
    return [
        (known[a], Likeness(known[b], *alike(known[a], known[b])))
        for a, b in zip(first[order].tolist(), second[order].tolist(), strict=True)
    ]


def _close_names(keys: Sequence[str]) -> Pairs:
    """Return the pairs of different names that are close, compared within their blocks."""
    by_block: dict[str, list[int]] = defaultdict(list)
    for rank, key in enumerate(keys):
        for block in name_blocks(key):
            by_block[block].append(rank)
    found = [np.empty((0, 3))]
    found += [
        _scored(members, [keys[rank] for rank in members], CLOSE)
        for members in by_block.values()
        if len(members) > 1
    ]
    return np.unique(np.concatenate(found), axis=0)


def _scored(members: Sequence[int], keys: Sequence[str], cutoff: float) -> Pairs:
    """Score a block's names in both spellings; return the pairs of ``cutoff`` and more."""
    spelt = ([ordered(key) for key in keys], [compact(key) for key in keys])
    scores = np.maximum(*(
        process.cdist(own, own, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.float64)
        for own in spelt
    ))  # fmt: skip
    first, second = np.nonzero(np.triu(scores >= cutoff, k=1))
    ranks = np.asarray(members)
    return np.stack([ranks[first], ranks[second], scores[first, second]], axis=1)


def _expanded(holders: Sequence[Sequence[int]], named: Pairs, limit: int) -> Pairs:
    """Turn pairs of names into pairs of people, the closest first, until there are enough.

    Names of the same score are turned together: which pairs are kept among them is decided later.
    """
    same = [(rank, rank, 100.0) for rank, own in enumerate(holders) if len(own) > 1]
    by_score: dict[float, list[tuple[int, int]]] = defaultdict(list)
    for one, other, score in [*same, *named.tolist()]:
        by_score[score].append((int(one), int(other)))
    found, count = [np.empty((0, 3))], 0
    for score in sorted(by_score, reverse=True):
        if count >= limit:
            break
        for one, other in by_score[score]:
            made = _people(holders[one], holders[other], score)
            found.append(made)
            count += len(made)
    return np.concatenate(found)


def _people(one: Sequence[int], other: Sequence[int], score: float) -> Pairs:
    """Pair the holders of a name with those of another, or with one another."""
    first, second = (axis.ravel() for axis in np.meshgrid(one, other, indexing="ij"))
    low, high = np.minimum(first, second), np.maximum(first, second)
    kept = low < high if one is not other else first < second
    return np.stack([low[kept], high[kept], np.full(int(kept.sum()), score)], axis=1)


def _same_contact(known: Sequence[Known]) -> Pairs:
    """Return the pairs that share an address, or a telephone under a name rather close."""
    found = [np.empty((0, 3))]
    for name, cutoff in (("email", 0.0), ("phone", CLOSE_SAME_PHONE)):  # the address first
        sharing: dict[str, list[int]] = defaultdict(list)
        for rank, one in enumerate(known):
            sharing[getattr(one, name)].append(rank)
        sharing.pop("", None)
        for members in sharing.values():
            if len(members) > 1:
                made = _scored(members, [known[rank].search_key for rank in members], cutoff)
                made[:, 2] = SAME_ADDRESS if name == "email" else made[:, 2]
                found.append(made)
    return np.concatenate(found)
