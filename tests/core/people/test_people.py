"""The directory on both engines: found before created, over time, merged and parted again."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from core import db
from core.access import Role, viewer_for
from core.errors import DomainError, ForbiddenError
from core.people import (
    careers,
    consents,
    duplicate_queries,
    merging,
    operations,
    queries,
    rules,
    structures,
)
from core.people.careers import FunctionDraft
from core.people.models import Consent, Network, NetworkMembership, Person
from core.people.operations import PersonDraft
from core.people.structures import StructureDraft
from core.training import loading
from core.training.follow_models import Registration
from tests.core.training.making import NOW, TODAY, make_people, make_session, register
from tests.factories import STAFF, dump

MARIE = PersonDraft(last_name="Dupont", first_name="Marie", email="Marie@Exemple.invalid")


def create(draft: PersonDraft = MARIE) -> int:
    with db.writing("people") as session:
        return operations.create_person(session, STAFF, draft, now=NOW)


def names(text: str) -> list[str]:
    with db.reading() as session:
        return queries.people(session, STAFF, text=text, on=TODAY)["name"].tolist()


def networks() -> list[int]:
    with db.writing("people") as session:
        loading.load_networks(session)
        return [row.id or 0 for row in session.exec(select(Network))]


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_search_key_is_plain_and_stable(last: str, first: str) -> None:
    key = rules.search_key(last, first)
    assert rules.words(key) == key
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")


@pytest.mark.parametrize("text", ["marie", "a@b", "a b@c.fr", "a@b.fr, c@d.fr", "@b.fr"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match="n’est pas une adresse de courriel"):
        rules.checked_email(text)


@pytest.mark.usefixtures("store")
def test_a_person_is_found_by_words_of_name_address_or_structure() -> None:
    make_people(2)
    create()
    assert names("dupont MARIE") == ["Dupont Marie"]
    assert names("exemple.invalid") == ["Dupont Marie", "Nom00 Jo", "Nom01 Jo"]
    assert names("structure 1") == ["Nom01 Jo"]
    assert names("100%") == []
    assert names("absent") == []


@pytest.mark.usefixtures("store")
def test_a_name_is_needed_and_an_address_is_of_one_person() -> None:
    create()
    for draft, sentence in (
        (PersonDraft(last_name=" - "), "au moins le nom"),
        (PersonDraft(last_name="Durand", email="marie@exemple.invalid"), "celle de Marie Dupont"),
    ):
        with pytest.raises(DomainError, match=sentence):
            create(draft)
    assert names("") == ["Dupont Marie"]


@pytest.mark.usefixtures("store")
def test_who_may_be_the_same_person_is_said_before_creating() -> None:
    create()
    create(PersonDraft(last_name="Dumas", first_name="Marc"))
    with db.reading() as session:
        for last, first, email, reason in (
            ("DUPONT", "Marie", "", "même nom"), ("Dupond", "Marie", "", "nom très proche"),
            ("Durand", "Paul", "marie@exemple.invalid", "même adresse"),
        ):  # fmt: skip
            found = duplicate_queries.likely_people(
                session, STAFF, last_name=last, first_name=first, email=email
            )
            assert [(like.known.name, like.reason) for like in found] == [("Dupont Marie", reason)]
        assert (
            duplicate_queries.likely_people(
                session, STAFF, last_name="Zola", first_name="", email=""
            )
            == []
        )


@pytest.mark.usefixtures("store")
def test_another_function_ends_the_former_one_the_day_before() -> None:
    person = make_people(1)[0]
    with db.writing("people") as session:
        structure = structures.create_structure(
            session, STAFF, StructureDraft("Mairie d’Albi"), now=NOW
        )
        with pytest.raises(DomainError, match="existe déjà"):
            structures.create_structure(session, STAFF, StructureDraft("MAIRIE D'ALBI"), now=NOW)
        operations.change_person(
            session, STAFF, PersonDraft(last_name="Nom00", first_name="Jo", structure_id=structure,
                                        function_title="Médiatrice"),
            person_id=person, now=NOW,
        )  # fmt: skip
    with db.reading() as session:
        card = queries.person_card(session, STAFF, person_id=person)
    assert card is not None
    assert [(one[0], one[1], one[3]) for one in card.functions] == [
        ("Médiatrice", "Mairie d’Albi", None), ("", "Structure 0", TODAY - timedelta(days=1)),
    ]  # fmt: skip


@pytest.mark.usefixtures("store")
def test_memberships_of_a_network_never_overlap() -> None:
    person, network = create(), networks()[0]
    with db.writing("people") as session:
        start = TODAY - timedelta(days=30)
        operations.join_network(session, STAFF, person_id=person, network_id=network,
                                starts_on=start, now=NOW)  # fmt: skip
        with pytest.raises(DomainError, match="depuis le 16 mai 2011"):
            operations.join_network(session, STAFF, person_id=person, network_id=network,
                                    starts_on=TODAY, now=NOW)  # fmt: skip
        operations.leave_network(session, STAFF, person_id=person, network_id=network, now=NOW)
        with pytest.raises(DomainError, match="n’est pas membre"):
            operations.leave_network(session, STAFF, person_id=person, network_id=network, now=NOW)
    with db.reading() as session:
        assert queries.member_ids(session, STAFF, network_id=network, on=TODAY) == [person]
        later = TODAY + timedelta(days=1)
        assert queries.member_ids(session, STAFF, network_id=network, on=later) == []


@pytest.mark.usefixtures("store")
def test_the_last_consent_decides_who_is_in_the_directory() -> None:
    person = create()
    for is_given in (True, False, True):
        with db.writing("people") as session:
            consents.record_consent(session, STAFF, person_id=person, purpose="annuaire",
                                      is_given=is_given, source="papier", now=NOW)  # fmt: skip
        with db.reading() as session:
            found = queries.directory(session, STAFF, on=TODAY)["name"].tolist()
        assert found == (["Dupont Marie"] if is_given else [])


@pytest.mark.usefixtures("store")
def test_two_people_are_made_one_then_two_again_without_loss() -> None:
    training = make_session(capacity=5)
    kept, merged = make_people(2)
    register(training, merged)
    network = networks()[0]
    with db.writing("people") as session:
        session.add(NetworkMembership(person_id=merged, network_id=network, starts_on=TODAY))
    tables = ("person", "person_function", "network_membership", "registration", "consent")
    before = dump(*tables)
    with db.writing("people", "training") as session:
        merge = merging.merge_people(session, STAFF, kept_id=kept, merged_id=merged, now=NOW)
    assert names("") == ["Nom00 Jo"]
    with db.reading() as session:
        assert session.exec(select(Registration.person_id)).all() == [kept]
    with db.writing("people", "training") as session:
        merging.undo_merge(session, STAFF, merge_id=merge, now=NOW)
        with pytest.raises(DomainError, match="déjà annulée"):
            merging.undo_merge(session, STAFF, merge_id=merge, now=NOW)
    assert dump(*tables) == before


@pytest.mark.usefixtures("store")
def test_two_people_of_the_same_session_are_not_merged() -> None:
    training, people = make_session(capacity=5), make_people(2)
    for person in people:
        register(training, person)
    before = dump("person", "registration")
    with pytest.raises(DomainError, match="même séance"), db.writing("people") as session:
        merging.merge_people(session, STAFF, kept_id=people[0], merged_id=people[1], now=NOW)
    assert dump("person", "registration") == before


def member(person: int, network: int, start: date, end: date | None = None) -> None:
    with db.writing("people") as session:
        session.add(NetworkMembership(person_id=person, network_id=network, starts_on=start,
                                      ends_on=end))  # fmt: skip


@pytest.mark.usefixtures("store")
def test_memberships_of_two_cards_are_joined_and_parted_again() -> None:
    kept, other = make_people(2)
    network = networks()[0]
    member(kept, network, date(2010, 1, 1), date(2010, 12, 31))
    member(other, network, date(2010, 6, 1))
    before = dump("person", "network_membership")
    made = merge(kept, other)
    with db.reading() as session:
        held = session.exec(
            select(NetworkMembership).where(NetworkMembership.person_id == kept)
        ).one()
        members = queries.member_ids(session, STAFF, network_id=network, on=TODAY)
    assert (held.starts_on, held.ends_on, members) == (date(2010, 1, 1), None, [kept])
    part(made)
    assert dump("person", "network_membership") == before


@pytest.mark.usefixtures("store")
def test_a_membership_across_two_others_is_settled_by_hand() -> None:
    kept, other = make_people(2)
    network = networks()[0]
    member(kept, network, date(2009, 1, 1), date(2009, 12, 31))
    member(kept, network, date(2011, 1, 1))
    member(other, network, date(2009, 6, 1), date(2011, 6, 1))
    before = dump("person", "network_membership")
    with pytest.raises(DomainError, match="corrigez les périodes"):
        merge(kept, other)
    assert dump("person", "network_membership") == before


@pytest.mark.usefixtures("store")
def test_the_directory_is_closed_to_who_is_not_of_the_team() -> None:
    for role in (Role.PUBLIC, Role.ELU, Role.ANALYST):
        with pytest.raises(ForbiddenError), db.reading() as session:
            queries.people(session, viewer_for(role), on=TODAY)
        with pytest.raises(ForbiddenError), db.writing("people") as session:
            operations.create_person(session, viewer_for(role), replace(MARIE), now=NOW)


@pytest.mark.usefixtures("store")
def test_duplicates_are_proposed_in_pairs() -> None:
    create()
    create(PersonDraft(last_name="Dupond", first_name="Marie"))
    with db.reading() as session:
        found = duplicate_queries.duplicates(session, STAFF)
    assert [(one.name, like.known.name) for one, like in found] == [
        ("Dupont Marie", "Dupond Marie")
    ]


def merge(kept: int, merged: int) -> int:
    with db.writing("people") as session:
        return merging.merge_people(session, STAFF, kept_id=kept, merged_id=merged, now=NOW)


def part(merge_id: int) -> None:
    with db.writing("people") as session:
        merging.undo_merge(session, STAFF, merge_id=merge_id, now=NOW)


@pytest.mark.usefixtures("store")
def test_a_name_filled_by_a_merge_is_searched_until_it_is_undone() -> None:
    kept = create(PersonDraft(last_name="Durand"))
    other = create(PersonDraft(last_name="Durand", first_name="Zoé"))
    before = dump("person")
    made = merge(kept, other)
    assert names("zoe") == ["Durand Zoé"]
    part(made)
    assert dump("person") == before


@pytest.mark.usefixtures("store")
def test_merges_are_undone_from_the_latest() -> None:
    one, two, three = (create(PersonDraft(last_name=name)) for name in ("Alpha", "Bêta", "Gamma"))
    before = dump("person")
    first = merge(two, one)
    second = merge(three, two)
    with pytest.raises(DomainError, match="réunie à une autre depuis"):
        part(first)
    part(second)
    part(first)
    assert dump("person") == before


@pytest.mark.usefixtures("store")
def test_an_address_taken_since_the_merge_is_told_before_it_is_undone() -> None:
    kept = create()
    made = merge(kept, create(PersonDraft(last_name="Nil", email="nil@exemple.invalid")))
    create(PersonDraft(last_name="Autre", first_name="Jo", email="nil@exemple.invalid"))
    before = dump("person", "merge")
    with pytest.raises(DomainError, match="celle de Jo Autre"):
        part(made)
    assert dump("person", "merge") == before


@pytest.mark.usefixtures("store")
def test_after_a_merge_the_later_word_of_a_consent_decides() -> None:
    kept, other = create(), create(PersonDraft(last_name="Rex"))
    with db.writing("people") as session:
        for person, is_given, when in ((other, False, NOW), (kept, True, NOW - timedelta(days=9))):
            session.add(Consent(person_id=person, purpose="annuaire", is_given=is_given,
                                given_at=when.replace(tzinfo=None)))  # fmt: skip
            session.flush()
    merge(kept, other)
    with db.reading() as session:
        assert session.get_one(Person, other).merged_into_id == kept
        assert queries.directory(session, STAFF, on=TODAY).empty


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(0, 9))).map(
        lambda pair: (
            date(2011, 1, 1) + timedelta(days=pair[0]),
            None if pair[1] is None else date(2011, 1, 1) + timedelta(days=pair[0] + pair[1]),
        )
    ),
    max_size=8,
)


def covered(spans: list[rules.Span]) -> set[date]:
    days = [date(2011, 1, 1) + timedelta(days=rank) for rank in range(60)]
    return {day for day in days for start, end in spans
            if start <= day and (end is None or day <= end)}  # fmt: skip


@given(SPANS)
def test_joined_periods_cover_the_same_days_and_never_overlap(spans: list[rules.Span]) -> None:
    found = rules.joined(spans)
    assert covered(found) == covered(spans)
    for (_, end), (start, _) in pairwise(found):
        assert end is not None
        assert start > end + timedelta(days=1)
    assert rules.joined(found) == found


@pytest.mark.usefixtures("store")
def test_memberships_that_overlap_become_one() -> None:
    person, network = create(), networks()[0]
    with db.writing("people") as session:
        for start, end in ((1, 31), (100, 120), (20, 99)):
            operations.join_network(
                session, STAFF, person_id=person, network_id=network, now=NOW,
                starts_on=date(2011, 1, 1) + timedelta(days=start),
                ends_on=date(2011, 1, 1) + timedelta(days=end),
            )  # fmt: skip
        with pytest.raises(DomainError, match="La fin précède"):
            operations.join_network(session, STAFF, person_id=person, network_id=network, now=NOW,
                                    starts_on=TODAY, ends_on=date(2011, 1, 1))  # fmt: skip
    with db.reading() as session:
        rows = session.exec(select(NetworkMembership)).all()
    first = date(2011, 1, 1)
    assert [((row.starts_on - first).days, row.ends_on) for row in rows] == [
        (1, first + timedelta(days=120))
    ]


@pytest.mark.usefixtures("store")
def test_a_function_of_the_past_is_added_and_one_of_today_is_ended() -> None:
    person = create()
    with db.writing("people") as session:
        house = structures.create_structure(session, STAFF, StructureDraft("Mairie"), now=NOW)
        draft = FunctionDraft("Adjointe", house, date(2001, 3, 1), date(2008, 3, 1))
        careers.add_function(session, STAFF, draft, person_id=person, now=NOW)
        own = careers.add_function(session, STAFF, FunctionDraft("Maire", house, date(2008, 3, 2)),
                                   person_id=person, now=NOW)  # fmt: skip
        for wrong, sentence in (
            (FunctionDraft(" "), "Donnez une fonction"),
            (replace(draft, ends_on=date(2000, 1, 1)), "1er mars 2001 : elle finit après"),
            (replace(draft, starts_on=None), "déjà dans la fiche"),
        ):
            with pytest.raises(DomainError, match=sentence):
                careers.add_function(session, STAFF, wrong, person_id=person, now=NOW)
        careers.end_function(session, STAFF, function_id=own, ends_on=TODAY, now=NOW)
        with pytest.raises(DomainError, match="n’existe plus"):
            careers.end_function(session, STAFF, function_id=99, ends_on=TODAY, now=NOW)
    with db.reading() as session:
        card = queries.person_card(session, STAFF, person_id=person)
        later = queries.people(session, STAFF, on=TODAY + timedelta(days=1))
    assert card is not None
    assert [(one.title, one.ends_on) for one in card.functions] == [
        ("Maire", TODAY), ("Adjointe", date(2008, 3, 1))]  # fmt: skip
    assert later["structure"].tolist() == [""]
