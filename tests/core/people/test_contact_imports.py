"""A contact list applied and undone, on both engines."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from core import db
from core.access import Role, viewer_for
from core.errors import DomainError, ForbiddenError
from core.people import (
    contact_imports,
    contact_undo,
    contacts,
    enums,
    operations,
    queries,
    structures,
)
from core.people.contact_comparison import NEW_PERSON, Comparison, Decisions
from core.people.contact_imports import ContactFile
from core.people.enums import ContactField, LineState
from core.people.models import (
    Alias,
    ContactImport,
    NetworkMembership,
    Person,
    PersonFunction,
    Structure,
)
from core.people.operations import PersonDraft
from core.people.structures import StructureDraft
from core.training import loading
from tests.core.training.making import NOW, TODAY, make_session, register
from tests.factories import STAFF, dump

HEADER = "Nom;Prénom;Courriel;Téléphone;Structure;Fonction;Réseaux\n"
LIST = (
    "Estève;Élodie;elodie@exemple.fr;0561123456;Mairie d’Albi;Cheffe de projet CUCS;CUCS, PRE\n"
    "Nègre;Paul;;;MAIRIE D'ALBI;;\n"
)
TABLES = ("person", "person_function", "network_membership", "structure", "alias")


def file_of(text: str) -> ContactFile:
    sheet = contacts.open_list((HEADER + text).encode())
    found = contacts.read(sheet, contacts.guess(sheet.headers))
    assert found.faults == ()
    return ContactFile("liste.csv", "0", found.contacts)


def preview(text: str, decisions: Decisions | None = None) -> Comparison:
    with db.reading() as session:
        return contact_imports.preview(session, STAFF, file=file_of(text),
                                       decisions=decisions or Decisions(), on=TODAY)  # fmt: skip


def apply(text: str, decisions: Decisions | None = None) -> None:
    with db.writing("people") as session:
        contact_imports.apply(session, STAFF, file=file_of(text),
                              decisions=decisions or Decisions(), now=NOW)  # fmt: skip


def undo(rank: int = 1) -> list[str]:
    with db.writing("people") as session:
        return contact_undo.undo(session, STAFF, import_id=rank, now=NOW)


def imported() -> Sequence[ContactImport]:
    with db.reading() as session:
        return session.exec(select(ContactImport)).all()


def states(found: Comparison) -> list[LineState]:
    return [line.state for line in found.lines]


def create(last_name: str, **values: str) -> int:
    with db.writing("people") as session:
        return operations.create_person(session, STAFF, PersonDraft(last_name, **values), now=NOW)  # type: ignore[arg-type]  # the draft's own texts


@pytest.fixture
def networks(store: str) -> None:
    with db.writing("people", url=store) as session:
        loading.load_networks(session)


@pytest.mark.usefixtures("networks")
def test_a_list_is_applied_once_and_undone_without_a_trace() -> None:
    before = dump(*TABLES)
    assert states(preview(LIST)) == [LineState.NEW, LineState.NEW]
    assert dict(preview(LIST).new_structures) == {"mairie d albi": "Mairie d’Albi"}
    apply(LIST)
    after = dump(*TABLES)
    assert [len(after[name]) for name in TABLES] == [2, 2, 2, 1, 0]
    assert states(preview(LIST)) == [LineState.SAME, LineState.SAME]
    apply(LIST)
    assert dump(*TABLES) == after
    assert [(one.created, one.completed, one.unchanged) for one in imported()] == [(2, 0, 0)]
    assert undo() == []
    assert dump(*TABLES) == before
    with pytest.raises(DomainError, match="déjà annulé"):
        undo()


@pytest.mark.usefixtures("networks")
def test_what_is_empty_is_filled_and_what_differs_waits_to_be_accepted() -> None:
    person = create("Estève", first_name="Élodie", email="elodie@exemple.fr", phone="0561000000",
                    function_title="Médiatrice")  # fmt: skip
    before = dump(*TABLES)
    text = "Estève;Élodie;elodie@exemple.fr;0561123456;Mairie d’Albi;Directrice;PRE\n"
    changes = preview(text).lines[0].changes
    assert [(one.field.label, one.is_filling) for one in changes] == [
        ("Téléphone", False), ("Structure", False), ("Réseaux", True)]  # fmt: skip
    assert (changes[1].before, changes[1].after) == ("Médiatrice", "Directrice, Mairie d’Albi")
    apply(text)
    with db.reading() as session:
        card = queries.person_card(session, STAFF, person_id=person)
    assert card is not None
    assert (card.person.phone, card.title, len(card.networks)) == ("+33561000000", "Médiatrice", 1)
    accepted = frozenset({(2, ContactField.PHONE), (2, ContactField.STRUCTURE)})
    apply(text, Decisions(accepted=accepted))
    with db.reading() as session:
        card = queries.person_card(session, STAFF, person_id=person)
    assert card is not None
    assert (card.person.phone, card.title) == ("+33561123456", "Directrice")
    assert [undo(2), undo(1)] == [[], []]
    assert dump(*TABLES) == before


@pytest.mark.usefixtures("networks")
def test_the_former_function_ends_the_day_before_and_comes_back() -> None:
    create("Nègre", function_title="Conseiller")
    with db.writing("people") as session:
        held = session.exec(select(PersonFunction)).one()
        held.starts_on = TODAY - timedelta(days=400)
        session.add(held)
    before = dump(*TABLES)
    text = "Nègre;;;;;Directeur;\n"
    apply(text, Decisions(accepted=frozenset({(2, ContactField.FUNCTION)})))
    with db.reading() as session:
        ends = [one.ends_on for one in session.exec(
            select(PersonFunction).order_by("id"))]  # fmt: skip
    assert ends == [TODAY - timedelta(days=1), None]
    assert undo() == []
    assert dump(*TABLES) == before


@pytest.mark.usefixtures("networks")
def test_only_the_user_says_who_an_ambiguous_line_is() -> None:
    dupond = create("Dupond", first_name="Marie")
    create("Martin", first_name="Jo", email="a@exemple.fr")
    create("Zola", email="z@exemple.fr")
    text = "Dupont;Marie;;;;;\nMartin;Jo;b@exemple.fr;;;;\nHugo;;z@exemple.fr;;;;\n"
    found = preview(text)
    assert states(found) == [LineState.AMBIGUOUS] * 3
    assert [line.reason for line in found.lines] == [
        "nom très proche", "même nom, autre adresse ou autre structure",
        "l’adresse est celle d’une personne d’un autre nom",
    ]  # fmt: skip
    before = dump(*TABLES)
    apply(text)
    assert dump(*TABLES) == before
    decided = Decisions(people={2: dupond, 3: NEW_PERSON, 4: NEW_PERSON})
    assert states(preview(text, decided)) == [
        LineState.CHANGED, LineState.NEW, LineState.AMBIGUOUS]  # fmt: skip
    apply(text, decided)
    with db.reading() as session:
        found_names = queries.people(session, STAFF, on=TODAY)["name"].tolist()
    assert found_names == ["Dupond Marie", "Martin Jo", "Martin Jo", "Zola"]
    assert states(preview(text)) == [LineState.AMBIGUOUS, LineState.SAME, LineState.AMBIGUOUS]


@pytest.mark.usefixtures("networks")
def test_two_lines_are_not_the_same_person_and_a_network_exists() -> None:
    create("Martin", first_name="Jo", email="a@exemple.fr")
    found = preview("Martin;Joe;a@exemple.fr;;;;\nMartin;Jo;;;;;\nNil;;;;;;XYZ\n")
    assert [str(fault) for fault in found.faults] == [
        "Ligne 3 : c’est la même personne qu’à la ligne 2 (lu : Jo Martin).",
        "Ligne 4, colonne « Réseaux » : ce réseau n’existe pas (lu : XYZ).",
    ]


@pytest.mark.usefixtures("networks")
def test_a_structure_is_found_by_another_spelling_once_it_was_decided() -> None:
    with db.writing("people") as session:
        one = structures.create_structure(session, STAFF, StructureDraft("URCIDFF"), now=NOW)
    text = "Nil;;;;URCDIFF;;\n"
    assert list(preview(text).new_structures) == ["urcdiff"]
    apply(text, Decisions(structures={"urcdiff": one}))
    with db.reading() as session:
        assert session.exec(select(Alias.label)).all() == ["URCDIFF"]
        assert session.exec(select(Structure.name)).all() == ["URCIDFF"]
    assert dict(preview("Nul;;;;Urcdiff;;\n").new_structures) == {}


@pytest.mark.usefixtures("networks")
def test_what_was_changed_since_is_left_and_said() -> None:
    training = make_session(capacity=5)
    create("Déjà", first_name="Jo")
    apply(LIST + "Déjà;Jo;jo@exemple.fr;0561123456;;;\n")
    with db.reading() as session:
        ids = {row.last_name: row.id or 0 for row in session.exec(select(Person))}
    register(training, ids["Nègre"])
    with db.writing("people") as session:
        held = session.get_one(Person, ids["Déjà"])
        held.email = "autre@exemple.fr"
        session.add(held)
    assert undo() == [
        "Jo Déjà : courriel changé depuis",
        "Paul Nègre : personne changée ou utilisée depuis",
        "Mairie d’Albi : structure changée ou utilisée depuis",
    ]
    with db.reading() as session:
        rows = {row.last_name: row for row in session.exec(select(Person))}
        assert set(rows) == {"Déjà", "Nègre"}
        assert (rows["Déjà"].email, rows["Déjà"].phone) == ("autre@exemple.fr", "")
        assert session.exec(select(NetworkMembership)).all() == []
        card = queries.person_card(session, STAFF, person_id=ids["Nègre"])
        assert card is not None
        assert [one[1] for one in card.functions] == ["Mairie d’Albi"]


@pytest.mark.usefixtures("networks")
def test_only_who_keeps_the_directory_imports() -> None:
    for role in (Role.PUBLIC, Role.ELU, Role.ANALYST):
        viewer = viewer_for(role)
        file = replace(file_of(LIST), name="x")
        with pytest.raises(ForbiddenError), db.writing("people") as session:
            contact_imports.apply(session, viewer, file=file, decisions=Decisions(), now=NOW)
        with pytest.raises(ForbiddenError), db.reading() as session:
            contact_imports.preview(session, viewer, file=file, decisions=Decisions(), on=TODAY)
        with pytest.raises(ForbiddenError), db.writing("people") as session:
            contact_undo.undo(session, viewer, import_id=1, now=NOW)


def test_every_field_and_kind_has_its_french_words() -> None:
    assert all(one.label for one in enums.ContactField)
    assert enums.kind_label("etat") == "service de l’État"
    assert enums.kind_label("ancien") == "ancien"
