"""Likely duplicates: quick by blocks, and no pair lost within the blocks' rule."""

from hypothesis import given
from hypothesis import strategies as st

from core.people import likeness, rules
from core.people.likeness import Known

WORDS = st.sampled_from(
    ["dupont", "dupond", "dupuy", "le", "goff", "legoff", "marie", "maria", "jean", "jan", "d"]
)
PEOPLE = st.lists(
    st.tuples(st.lists(WORDS, min_size=1, max_size=3), st.sampled_from(["", "", "t1", "t2"]),
              st.booleans(), st.sampled_from(["", "s1", "s2"])),
    max_size=9,
)  # fmt: skip


def person(rank: int, key: str, *, email: str = "", phone: str = "", house: str = "") -> Known:
    return Known(rank, key, rules.words(key), email, house, phone)


def exhaustive(known: list[Known]) -> list[tuple[int, int, float, str]]:
    """Compare everyone with everyone who shares a block, one by one."""
    found = []
    for rank, one in enumerate(known):
        for other in known[rank + 1 :]:
            score, reason = likeness.alike(one, other)
            if reason and set(likeness.blocks(one)) & set(likeness.blocks(other)):
                apart = one.structure != other.structure
                found.append((-score, apart, one.id, other.id, reason))
    return [(one, other, -score, reason) for score, _, one, other, reason in sorted(found)]


@given(PEOPLE, st.integers(1, 50))
def test_the_blocks_lose_no_pair_and_the_best_come_first(
    rows: list[tuple[list[str], str, bool, str]], limit: int
) -> None:
    known = [
        person(rank, " ".join(words), email="a@b.fr" if has_email else "", phone=phone, house=house)
        for rank, (words, phone, has_email, house) in enumerate(rows, start=1)
    ]
    found = likeness.pairs(known, limit=limit)
    told = [(one.id, like.known.id, like.score, like.reason) for one, like in found]
    assert told == exhaustive(known)[:limit]


@given(PEOPLE)
def test_an_index_finds_what_everyone_compared_finds(
    rows: list[tuple[list[str], str, bool, str]],
) -> None:
    known = [person(rank, " ".join(words), phone=phone)
             for rank, (words, phone, *_) in enumerate(rows, start=1)]  # fmt: skip
    wanted = person(0, "dupont marie", phone="t1")
    near = [one for one in known if set(likeness.blocks(one)) & set(likeness.blocks(wanted))]
    assert likeness.Index(known).likely(wanted) == likeness.likely(wanted, near)


def test_spaces_order_and_a_slip_of_the_pen_are_forgiven() -> None:
    for one, other, reason in (
        ("le goff jean", "legoff jean", "même nom"),
        ("dupont marie", "marie dupont", "même nom"),
        ("dupont marie", "dupond marie", "nom très proche"),
    ):
        known = [person(1, one), person(2, other)]
        assert [like.reason for _, like in likeness.pairs(known, limit=9)] == [reason]
    apart = [person(1, "dupont marie"), person(2, "durand paul")]
    assert likeness.pairs(apart, limit=9) == []


def test_a_shared_telephone_needs_a_rather_close_name() -> None:
    known = [person(1, "martin sophie", phone="t"), person(2, "martin s", phone="t"),
             person(3, "zola emile", phone="t"), person(4, "martin s")]  # fmt: skip
    found = [(one.id, like.known.id, like.reason) for one, like in likeness.pairs(known, limit=9)]
    assert found == [(2, 4, "même nom"), (1, 2, "même téléphone, nom proche")]
