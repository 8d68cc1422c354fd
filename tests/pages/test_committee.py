"""The page of a committee: it answers first, staff make versions, notes and decisions."""

import pytest
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role, viewer_for
from core.competences_cles import decisions, packs, qualitative_notes
from tests.pages.opening import COMMITTEE, opened, said

STAFF = viewer_for(Role.STAFF)


def labels(app: AppTest) -> list[str]:
    return [one.label for one in app.button]


def submit(app: AppTest, label: str) -> AppTest:
    next(one for one in app.button if one.label == label).click()
    return app.run()


def test_an_elected_official_reads_and_makes_nothing(read_store: str) -> None:
    app = opened(COMMITTEE, Role.ELU, ut="31", version="1")
    assert not app.exception
    told = said(app).replace("\u202f", " ")
    assert "1 bon de commande en cours" in told
    assert "**À décider**" in told
    assert "Commandé **7 400 h**" in told
    assert "extraites le 6 juin 2011" in told
    assert "Version 1, données connues au 15 juin 2011" in told
    assert not [one for one in labels(app) if one.startswith("Préparer")]
    assert "31" in app.query_params["ut"]


def test_a_departement_without_a_pack_says_who_makes_it(read_store: str) -> None:
    assert "Aucun dossier" in said(opened(COMMITTEE, Role.ELU, ut="12"))
    app = opened(COMMITTEE, Role.STAFF, ut="12", version="7")
    assert "Préparez le premier ci-dessous." in said(app)
    assert "Préparer la version 1" in labels(app)


def test_a_version_that_does_not_exist_is_said(read_store: str) -> None:
    assert "La version 7 n’existe pas" in said(opened(COMMITTEE, Role.ELU, ut="31", version="7"))


def test_staff_make_a_version_and_the_same_again_is_none(demo_sqlite: str) -> None:
    app = submit(opened(COMMITTEE, Role.STAFF, ut="32"), "Préparer la version 1")
    assert not app.exception
    assert "Version 1, données connues au 15 juin 2011" in said(app)
    app = submit(app, "Préparer la version 2")
    assert not app.exception
    with db.reading(demo_sqlite) as session:
        assert [one.version for one in packs.made(session, STAFF, ut_code="32")] == [1]


def test_notes_are_written_beside_a_figure_corrected_and_withdrawn(demo_sqlite: str) -> None:
    app = opened(COMMITTEE, Role.STAFF, ut="31", partie="Notes")
    assert "Durée médiane des parcours terminés : 78" in said(app)
    app.text_area(key="nouvelle_texte").set_value("Un groupe de plus à Muret.")
    app = submit(app, "Ajouter la note")
    assert not app.exception
    assert "Un groupe de plus à Muret." in said(app)
    with db.reading(demo_sqlite) as session:
        [note] = [one for one in qualitative_notes.known(session, STAFF) if "Muret" in one.text]
    app.text_area(key=f"n{note.id}_texte").set_value("Un groupe de plus à Auterive.")
    app.button(key=f"FormSubmitter:note_{note.id}-Enregistrer la correction").click()
    app.run()
    assert "Auterive" in said(app)
    app.button(key=f"FormSubmitter:note_{note.id}-Retirer la note").click()
    app.run()
    assert not app.exception
    assert "Auterive" not in said(app)


def test_a_decision_is_entered_and_the_next_pack_recalls_it(demo_sqlite: str) -> None:
    app = opened(COMMITTEE, Role.STAFF, ut="31", partie="Décisions")
    app.text_area(key="decide_quoi").set_value("Avenant de 500 h.")
    app = submit(app, "Enregistrer la décision")
    assert not app.exception
    assert "À rappeler dans le prochain dossier" in said(app)
    with db.reading(demo_sqlite) as session:
        assert decisions.recorded(session, STAFF)["text"].tolist() == ["Avenant de 500 h."]


@pytest.mark.parametrize("page", ["Notes", "Rythme"])
def test_a_part_is_an_address(read_store: str, page: str) -> None:
    app = opened(COMMITTEE, Role.ELU, ut="31", partie=page)
    assert not app.exception
    assert ("taux de poursuite" in said(app)) is (page == "Rythme")
