"""The directory on the screen: who may see what; found before created; imported; merged."""

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role
from core.people import queries
from core.people.models import Alias, ContactImport, Merge, Person, PersonFunction, Structure
from core.people.operations import PersonDraft, create_person
from core.settings import DEMO_TODAY
from tests.core.training.making import NOW
from tests.factories import STAFF
from tests.pages.opening import DIRECTORY, ROOT, opened, said, title

LIST = "Nom;Prénom;Courriel;Structure\nEstève-Test;Élodie;elodie@exemple.fr;Nouvelle maison\n;X;;\n"


def on_tab(tab: str, role: Role = Role.STAFF, **query: str) -> AppTest:
    return opened(DIRECTORY, role, onglet=tab, **query)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def write(app: AppTest, label: str, text: str) -> None:
    next(one for one in app.text_input if one.label == label).set_value(text)


def anyone() -> Person:
    with db.reading() as session:
        return session.exec(select(Person).order_by(col(Person.id))).first() or Person(
            last_name="", search_key=""
        )


def people(last_name: str) -> list[Person]:
    with db.reading() as session:
        return list(session.exec(select(Person).where(Person.last_name == last_name)))


@pytest.mark.usefixtures("demo_sqlite")
@pytest.mark.parametrize("role", list(Role))
def test_only_staff_read_the_directory(role: Role) -> None:
    is_staff = role in {Role.STAFF, Role.ADMIN}
    alone = AppTest.from_file(str(ROOT / DIRECTORY), default_timeout=60)
    alone.session_state["role"] = role
    assert bool(alone.run().dataframe) is is_staff
    assert (title(alone) == "Annuaire") is is_staff


@pytest.mark.usefixtures("demo_sqlite")
def test_what_is_searched_is_a_name_and_stays_out_of_the_address() -> None:
    app = opened(DIRECTORY, Role.STAFF)
    app.text_input(key="qui").set_value("benali").run()
    assert len(app.dataframe[0].value) < 30
    assert "benali" not in str(app.query_params).lower()


@pytest.mark.usefixtures("demo_sqlite")
def test_a_card_is_opened_by_its_number() -> None:
    one = anyone()
    app = opened(DIRECTORY, Role.STAFF, personne=str(one.id))
    assert not app.exception
    assert one.last_name in said(app)
    assert one.last_name not in str(app.query_params)
    assert not opened(DIRECTORY, Role.STAFF, personne="999999").exception


@pytest.mark.usefixtures("demo_sqlite")
def test_a_person_is_found_before_being_created() -> None:
    one = anyone()
    before = len(people(one.last_name))
    app = on_tab("Ajouter")
    write(app, "Nom", one.last_name)
    write(app, "Prénom", one.first_name)
    press(app, "Ajouter cette personne")
    assert "Déjà dans l’annuaire" in said(app)
    app.button(key=f"cest_elle_{one.id}").click().run()
    assert not app.exception
    assert app.session_state["personne"] == str(one.id)
    assert len(people(one.last_name)) == before


@pytest.mark.usefixtures("demo_sqlite")
def test_what_is_refused_says_what_to_do_and_the_rest_is_kept_in_one_form() -> None:
    app = on_tab("Ajouter")
    write(app, "Nom", "Inédit")
    write(app, "Téléphone", "12345")
    press(app, "Ajouter cette personne")
    assert "n’est pas un numéro de téléphone" in app.error[0].value
    app = on_tab("Ajouter")
    write(app, "Nom", "Inédit")
    write(app, "Téléphone", "05.61.12.34.56")
    press(app, "Ajouter cette personne")
    assert [one.phone for one in people("Inédit")] == ["+33561123456"]


@pytest.mark.usefixtures("demo_sqlite")
def test_a_function_is_added_and_another_ended() -> None:
    own = anyone().id
    app = opened(DIRECTORY, Role.STAFF, personne=str(own))
    write(app, "Intitulé", "Archiviste")
    press(app, "Ajouter cette fonction")
    press(opened(DIRECTORY, Role.STAFF, personne=str(own)), "Terminer cette fonction")
    with db.reading() as session:
        rows = session.exec(select(PersonFunction).where(PersonFunction.person_id == own)).all()
    assert len(rows) == 2
    assert "Archiviste" in {row.title for row in rows}
    assert DEMO_TODAY in {row.ends_on for row in rows}


def uploaded(app: AppTest) -> AppTest:
    app.file_uploader[0].upload("liste.csv", LIST.encode(), "text/csv")
    app.run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("demo_sqlite")
def test_a_list_is_shown_imported_then_undone() -> None:
    app = uploaded(on_tab("Importer une liste"))
    assert "**1** nouvelle" in said(app)
    assert "Ligne 3, colonne « Nom » : le nom manque" in said(app)
    assert people("Estève-Test") == []
    press(app, "Importer ces contacts")
    assert [one.email for one in people("Estève-Test")] == ["elodie@exemple.fr"]
    press(on_tab("Importer une liste"), "Annuler cet import")
    assert people("Estève-Test") == []
    with db.reading() as session:
        assert session.exec(select(ContactImport)).one().undone_at is not None


@pytest.mark.usefixtures("demo_sqlite")
def test_a_structure_is_found_changed_and_given_another_name() -> None:
    app = on_tab("Structures")
    write(app, "Nom de la structure", "Maison des solidarités")
    press(app, "Ajouter cette structure")
    with db.reading() as session:
        own = session.exec(
            select(Structure.id).where(Structure.name == "Maison des solidarités")
        ).one()
    app = on_tab("Structures")
    app.selectbox(key="structure").set_value(own).run()
    write(app, "Autre nom, autre écriture", "MDS")
    press(app, "Ajouter cet autre nom")
    with db.reading() as session:
        assert session.exec(select(Alias.label).where(Alias.structure_id == own)).all() == ["MDS"]
    app = on_tab("Structures")
    write(app, "Nom de la structure", "Maison des solidarites")
    press(app, "Ajouter cette structure")
    assert "Déjà dans l’annuaire" in said(app)
    app.button(key=f"cest_{own}").click().run()
    assert app.session_state["structure"] == own


@pytest.mark.usefixtures("demo_sqlite")
def test_two_cards_are_merged_then_parted() -> None:
    with db.writing("people") as session:
        pair = [create_person(session, STAFF, PersonDraft("Zzyzx", name), now=NOW)
                for name in ("Marie", "Marie")]  # fmt: skip
        for one in session.exec(select(Person).where(col(Person.id).not_in(pair))):
            one.search_key = f"{one.search_key} {one.id}"
            session.add(one)
    app = on_tab("Doublons")
    app.button(key=f"reunir_Personnes_{pair[0]}_{pair[1]}").click().run()
    assert not app.exception
    with db.reading() as session:
        assert session.exec(select(Merge.kept_id, Merge.merged_id)).all() == [tuple(pair)]
        assert len(queries.people(session, STAFF, text="zzyzx", on=DEMO_TODAY)) == 1
    assert "Zzyzx Marie, réunie à Zzyzx Marie" in said(app)
    press(app, "Séparer")
    with db.reading() as session:
        assert len(queries.people(session, STAFF, text="zzyzx", on=DEMO_TODAY)) == 2
