"""Structures on both engines: found by any name, changed, merged and parted again."""

from datetime import date

import pytest
from sqlmodel import select

from core import db
from core.access import Role, viewer_for
from core.errors import DomainError, ForbiddenError
from core.people import merging, operations, structure_queries, structures
from core.people.enums import StructureKind
from core.people.models import Alias, PersonFunction
from core.people.operations import PersonDraft
from core.people.structure_queries import StructureCard
from core.people.structures import StructureDraft
from core.training.follow_models import Registration
from tests.core.training.making import NOW, TODAY, make_session, register
from tests.factories import STAFF, dump

TABLES = ("structure", "alias", "person_function", "registration")


def create(name: str, **values: str) -> int:
    with db.writing("people") as session:
        return structures.create_structure(session, STAFF, StructureDraft(name, **values), now=NOW)  # type: ignore[arg-type]  # the draft's own texts


def alias(structure_id: int, label: str) -> None:
    with db.writing("people") as session:
        structures.add_alias(session, STAFF, structure_id=structure_id, label=label, now=NOW)


def employ(name: str, structure: int) -> int:
    with db.writing("people") as session:
        draft = PersonDraft(name, structure_id=structure, function_title="Directrice")
        return operations.create_person(session, STAFF, draft, now=NOW)


def card(structure_id: int) -> StructureCard | None:
    with db.reading() as session:
        return structure_queries.structure_card(session, STAFF, structure_id=structure_id, on=TODAY)


def likely(name: str, acronym: str = "") -> list[tuple[str, str]]:
    with db.reading() as session:
        found = structure_queries.likely_structures(session, STAFF, label=name, acronym=acronym)
    return [(like.known.name, like.reason) for like in found]


@pytest.mark.usefixtures("store")
def test_a_structure_is_found_by_each_of_its_names_before_it_is_created_twice() -> None:
    one = create("Union régionale des CIDFF", acronym="URCIDFF")
    create("Mairie d’Albi")
    alias(one, "Centre des droits des femmes")
    assert likely("union regionale des cidff") == [("Union régionale des CIDFF", "même nom")]
    assert likely("URCIDFF") == [("Union régionale des CIDFF", "même nom")]
    assert likely("Autre", "URCDIFF") == [("Union régionale des CIDFF", "nom très proche")]
    assert likely("Centre de droits des femmes") == [
        ("Union régionale des CIDFF", "nom très proche")]  # fmt: skip
    assert likely("Préfecture") == []


@pytest.mark.usefixtures("store")
def test_a_structure_is_changed_and_its_other_names_come_and_go() -> None:
    one = create("Mairie", place="Albi")
    other = create("Mairie", place="Foix")
    with db.writing("people") as session:
        draft = StructureDraft("Mairie", kind=StructureKind.COLLECTIVITE, place="Albi")
        with pytest.raises(DomainError, match="« Mairie » existe déjà à Albi"):
            structures.change_structure(session, STAFF, draft, structure_id=other, now=NOW)
        structures.change_structure(session, STAFF, draft, structure_id=one, now=NOW)
        with pytest.raises(DomainError, match="Donnez un nom"):
            structures.change_structure(session, STAFF, StructureDraft("-"), structure_id=one,
                                        now=NOW)  # fmt: skip
    alias(one, "Hôtel de ville")
    for label, sentence in (("HOTEL DE VILLE", "déjà un nom"), ("mairie", "déjà un nom"),
                            ("", "Écrivez")):  # fmt: skip
        with pytest.raises(DomainError, match=sentence):
            alias(one, label)
    found = card(one)
    assert found is not None
    assert (found.structure.kind, [label for _, label in found.aliases]) == (
        "collectivite", ["Hôtel de ville"])  # fmt: skip
    with db.writing("people") as session:
        structures.remove_alias(session, STAFF, alias_id=found.aliases[0][0], now=NOW)
        with pytest.raises(DomainError, match="n’existe plus"):
            structures.remove_alias(session, STAFF, alias_id=found.aliases[0][0], now=NOW)
    assert dump("alias")["alias"] == []


@pytest.mark.usefixtures("store")
def test_the_card_tells_who_is_there_and_who_was() -> None:
    one = create("Mairie")
    employ("Présent", one)
    gone = employ("Ancien", one)
    with db.writing("people") as session:
        row = session.exec(select(PersonFunction).where(PersonFunction.person_id == gone)).one()
        row.starts_on, row.ends_on = date(2008, 1, 1), date(2010, 12, 31)
        session.add(row)
    found = card(one)
    assert found is not None
    assert found.people[["name", "is_present"]].values.tolist() == [
        ["Présent ", True], ["Ancien ", False]]  # fmt: skip
    assert card(99) is None
    empty = card(create("Vide"))
    assert empty is not None
    assert empty.people.empty


@pytest.mark.usefixtures("store")
def test_two_structures_are_made_one_then_two_again_without_loss() -> None:
    kept, merged = create("Mission locale"), create("Mission local", place="Foix")
    for own in (kept, merged):
        alias(own, "ML")
    alias(merged, "Mission des jeunes")
    person = employ("Nil", merged)
    register(make_session(capacity=5), person)
    before = dump(*TABLES)
    with db.reading() as session:
        pairs = structure_queries.structure_duplicates(session, STAFF)
        assert [(one.id, like.known.id) for one, like in pairs] == [(kept, merged)]
    with db.writing("people", "training") as session:
        made = merging.merge_structures(session, STAFF, kept_id=kept, merged_id=merged, now=NOW)
    found = card(kept)
    assert found is not None
    assert [label for _, label in found.aliases] == ["ML", "Mission des jeunes", "Mission local"]
    assert (found.structure.place, len(found.people), card(merged)) == ("Foix", 1, None)
    with db.reading() as session:
        assert session.exec(select(Registration.structure_id)).all() == [kept]
        assert len(session.exec(select(Alias)).all()) == 4
    with db.writing("people", "training") as session:
        merging.undo_merge(session, STAFF, merge_id=made, now=NOW)
    assert dump(*TABLES) == before


@pytest.mark.usefixtures("store")
def test_same_name_in_two_towns_is_no_duplicate_and_one_is_not_merged_with_itself() -> None:
    one = create("Centre social", place="Albi")
    create("Centre social", place="Foix")
    with db.reading() as session:
        assert structure_queries.structure_duplicates(session, STAFF) == []
    with pytest.raises(DomainError, match="différentes"), db.writing("people") as session:
        merging.merge_structures(session, STAFF, kept_id=one, merged_id=one, now=NOW)


@pytest.mark.usefixtures("store")
def test_structures_are_kept_by_staff_alone() -> None:
    one = create("Mairie")
    for role in (Role.PUBLIC, Role.ELU, Role.ANALYST):
        viewer = viewer_for(role)
        with pytest.raises(ForbiddenError), db.reading() as session:
            structure_queries.structure_card(session, viewer, structure_id=one, on=TODAY)
        with pytest.raises(ForbiddenError), db.writing("people") as session:
            structures.add_alias(session, viewer, structure_id=one, label="x", now=NOW)
        with pytest.raises(ForbiddenError), db.writing("people") as session:
            merging.merge_structures(session, viewer, kept_id=one, merged_id=one, now=NOW)
