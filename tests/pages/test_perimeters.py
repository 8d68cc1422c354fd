"""The perimeters' page: define, change, delete, and every refusal in French."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from core import db
from core.access import Role, viewer_for
from core.tables import records
from core.territories import queries
from tests.pages.opening import MAP, PERIMETERS, opened

FOIX, PAMIERS = "Foix – commune 09122", "Pamiers – commune 09225"
ARIEGE = "Ariège – département 09"


def names(url: str) -> list[str]:
    with db.reading(url) as session:
        return list(queries.perimeters(session, viewer_for(Role.ADMIN))["name"])


def held(url: str, name: str) -> dict[str, tuple[date, date | None]]:
    """Return what a perimeter holds or held, with its dates."""
    with db.reading(url) as session:
        table = queries.perimeters(session, viewer_for(Role.ADMIN))
        own = int(table.loc[table["name"] == name, "id"].iloc[0])
        parts = queries.composition(session, perimeter_id=own)
    columns = ["name", "valid_from", "valid_to"]
    return {name: (first, last) for name, first, last in records(parts, columns)}


def filled(app: AppTest, *, name: str, members: list[str]) -> AppTest:
    app.text_input(key="creer_nom").set_value(name)
    app.multiselect(key="creer_membres").set_value(members)
    return app


def submitted(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def created(*, name: str, members: list[str]) -> AppTest:
    app = filled(opened(PERIMETERS, Role.STAFF), name=name, members=members)
    return submitted(app, "Enregistrer le périmètre")


def modified(name: str) -> tuple[AppTest, str]:
    """Open the form that changes a perimeter; return it with what its keys begin with."""
    app = opened(PERIMETERS, Role.STAFF)
    app.selectbox(key="a_modifier").set_value(name).run()
    return app, str(app.checkbox[0].key).removesuffix("_sur")


def test_a_perimeter_with_nothing_entered_is_refused_in_french(demo_sqlite: str) -> None:
    before = names(demo_sqlite)
    app = submitted(opened(PERIMETERS, Role.STAFF), "Enregistrer le périmètre")
    assert not app.exception
    assert app.error[0].value.startswith("Donnez un nom au périmètre")
    assert names(demo_sqlite) == before


def test_a_perimeter_without_territory_is_refused_in_french(demo_sqlite: str) -> None:
    app = created(name="Vide", members=[])
    assert app.error[0].value == "Choisissez au moins un territoire dans le périmètre."
    assert "Vide" not in names(demo_sqlite)


def test_a_refused_form_keeps_what_was_entered(demo_sqlite: str) -> None:
    app = created(name="Presque", members=[])
    assert app.text_input(key="creer_nom").value == "Presque"


def test_dates_the_wrong_way_round_are_refused(demo_sqlite: str) -> None:
    app = filled(opened(PERIMETERS, Role.STAFF), name="À l’envers", members=[FOIX])
    app.date_input(key="creer_debut").set_value(date(2011, 1, 1))
    app.date_input(key="creer_fin").set_value(date(2010, 12, 31))
    submitted(app, "Enregistrer le périmètre")
    assert app.error[0].value == (
        "La fin de validité (31 décembre 2010) précède le début (1er janvier 2011)."
    )
    assert "À l’envers" not in names(demo_sqlite)


@pytest.mark.parametrize(
    "name",
    [
        "L’Isle d'Abeau",
        "Site « Empalot »",
        "<b>Gras</b> & Cie",
        "Nœud d’Œuvre",
        "=1+1",
        "Été 100 %",
    ],
)
def test_a_perimeter_keeps_the_name_it_was_given(demo_sqlite: str, name: str) -> None:
    app = created(name=name, members=[FOIX, ARIEGE])
    assert not app.exception
    assert not app.error
    told = app.success[0].value.replace("\\", "")  # as Markdown shows it
    assert f"Périmètre « {name} » enregistré" in told
    assert name in app.dataframe[0].value["Périmètre"].tolist()
    assert set(held(demo_sqlite, name)) == {"Foix", "Ariège"}


def test_a_new_perimeter_is_on_the_map_at_once(demo_sqlite: str) -> None:
    created(name="Basse Ariège", members=[PAMIERS])
    rows = opened(MAP, niveau="Périmètre", tableau="true").dataframe[-1].value
    assert "Basse Ariège" in rows["Territoire"].tolist()


def test_two_perimeters_of_one_name_are_refused(demo_sqlite: str) -> None:
    app = created(name="  grand TOULOUSE ", members=[FOIX])
    assert app.error[0].value == "Un périmètre s’appelle déjà « grand TOULOUSE »."
    assert names(demo_sqlite).count("Grand Toulouse") == 1


def test_a_change_holds_from_its_date_on_and_leaves_the_past_as_it_was(demo_sqlite: str) -> None:
    created(name="Évolutif", members=[FOIX])
    app, key = modified("Évolutif")
    app.multiselect(key=f"{key}_membres").set_value([PAMIERS])
    app.date_input(key=f"{key}_depuis").set_value(date(2011, 1, 1))
    submitted(app, "Enregistrer la modification")
    assert not app.error
    assert "modifié à partir du 1er janvier 2011" in app.success[0].value
    assert held(demo_sqlite, "Évolutif") == {
        "Foix": (date(2009, 1, 1), date(2010, 12, 31)),
        "Pamiers": (date(2011, 1, 1), None),
    }


def test_a_change_outside_the_dates_of_the_perimeter_is_refused(demo_sqlite: str) -> None:
    app, key = modified("SICOVAL")
    app.date_input(key=f"{key}_depuis").set_value(date(2000, 1, 1))
    submitted(app, "Enregistrer la modification")
    assert app.error[0].value == "La date du changement doit être dans la période de validité."


def test_a_perimeter_is_deleted_only_once_the_reader_is_sure(demo_sqlite: str) -> None:
    app, key = modified("SICOVAL")
    assert app.button(key=f"{key}_supprimer").disabled
    app.checkbox(key=f"{key}_sur").check().run()
    submitted(app, "Supprimer ce périmètre")
    assert not app.exception
    assert "Périmètre « SICOVAL » supprimé." in app.success[0].value
    assert "SICOVAL" not in names(demo_sqlite)


def test_a_part_of_a_commune_can_enter_a_perimeter(demo_sqlite: str) -> None:
    app = opened(PERIMETERS, Role.STAFF)
    app.selectbox(key="partie_commune").set_value("Tarbes (65440)")
    app.text_input(key="partie_nom").set_value("Quartier d’Ormeau-Figarol")
    submitted(app, "Nommer cette partie")
    assert "« Quartier d’Ormeau-Figarol » peut maintenant entrer" in app.success[0].value
    options = app.multiselect(key="creer_membres").options
    assert any(option.startswith("Quartier d’Ormeau-Figarol – ") for option in options)


def test_a_part_without_commune_or_name_is_refused_in_french(demo_sqlite: str) -> None:
    app = submitted(opened(PERIMETERS, Role.STAFF), "Nommer cette partie")
    assert app.error[0].value == "Donnez un nom à la partie de commune."
    app = opened(PERIMETERS, Role.STAFF)
    app.text_input(key="partie_nom").set_value("Nulle part")
    submitted(app, "Nommer cette partie")
    assert len(app.error) == 1
    assert "–" not in app.error[0].value  # no placeholder of ours in a sentence
