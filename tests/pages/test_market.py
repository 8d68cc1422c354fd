"""Pages of Compétences Clés: the answer first, every choice in the address, an export applied."""

import pytest
from sqlmodel import select

from core import db
from core.access import Role
from core.competences_cles.follow_models import Alert, Decision
from core.competences_cles.models import RosaceImport
from tests.pages.opening import ALERTS, EXPORTS, ORDERS, PUBLICS, SHARING, opened, said


@pytest.mark.parametrize("role", [Role.ELU, Role.STAFF])
def test_the_follow_up_answers_first(read_store: str, role: Role) -> None:
    app = opened(ORDERS, role)
    assert not app.exception
    assert "8 bons de commande en cours" in said(app)
    assert "**À surveiller**" in said(app)
    assert len(app.dataframe[0].value) == 8


def test_choices_are_in_the_address(read_store: str) -> None:
    app = opened(ORDERS, Role.ELU, ut="Gers", bons="tous")
    assert app.dataframe[0].value["Bon"].tolist() == ["BC-2010-32", "BC-2011-32"]
    assert "soldé" in app.dataframe[0].value["État"].tolist()


def test_what_was_known_on_a_day_is_a_link(read_store: str) -> None:
    def consumed(**query: str) -> float:
        table = opened(ORDERS, Role.ELU, bons="tous", **query).dataframe[0].value
        return float(table.loc[table["Bon"] == "BC-2011-31", "Consommé (h)"].iloc[0])

    assert 0 < consumed(au="2011-03-15") < consumed()


def test_a_reallocation_is_proposed_and_decided_by_staff_only(demo_sqlite: str) -> None:
    app = opened(SHARING, Role.ELU)
    assert not app.exception
    assert "Le manque le plus fort" in said(app)
    assert "Décider et modifier les bons" not in [one.label for one in app.button]
    app = opened(SHARING, Role.STAFF)
    body = next(one for one in app.text_input if one.label.startswith("Instance"))
    body.set_value("comité de pilotage")
    next(one for one in app.button if one.label == "Décider et modifier les bons").click()
    app.run()
    assert not app.exception
    with db.reading(demo_sqlite) as session:
        assert session.exec(select(Decision.body)).all() == ["comité de pilotage"]
    assert "Décisions prises" in said(opened(SHARING, Role.ELU))


def test_publics_answer_first_and_their_filters_are_in_the_address(read_store: str) -> None:
    app = opened(PUBLICS, Role.ELU)
    assert not app.exception
    assert "parcours · abandons" in said(app)
    assert len(app.dataframe[-1].value) == 8
    app = opened(PUBLICS, Role.STAFF, ut="Tarn", prescripteur="Cap emploi")
    assert not app.exception
    assert "n. d." in app.dataframe[0].value["Parcours"].tolist()
    assert "La courbe des abandons n’est pas diffusée" in said(app)


def test_a_choice_that_keeps_nobody_says_so(read_store: str) -> None:
    app = opened(PUBLICS, Role.ANALYST, ut="Tarn", lot="1")
    assert not app.exception
    assert "Aucun parcours ne correspond à ces choix" in said(app)


def test_an_export_is_proof_read_then_applied_then_taken_back(demo_sqlite: str) -> None:
    lines = ["N° bon de commande;Prestation;Identifiant;Mois;Heures réalisées",
             "BC-2011-32;Formation;essai;01/05/2011;12,5",
             "BC-2011-32;Formation;essai;01/04/2011;douze",
             "BC-0000;Formation;essai;01/05/2011;3"]  # fmt: skip
    app = opened(EXPORTS, Role.STAFF)
    app.file_uploader[0].upload("essai.csv", "\n".join(lines).encode(), "text/csv")
    app.run()
    assert not app.exception
    assert "plus de 20 % de moins" in said(app).replace("\u202f", " ")
    assert "bon de commande inconnu : « BC-0000 » (1 ligne)" in said(app)
    app.checkbox(key="partiel").check().run()
    assert "nouveau : **1**" in said(app)
    app.button(key="appliquer").click()
    app.run()
    assert not app.exception
    assert "Relecture : rien n’est encore écrit" not in said(app)
    with db.reading(demo_sqlite) as session:
        made = session.exec(select(RosaceImport).order_by(RosaceImport.id.desc())).first()  # type: ignore[union-attr]  # a column
        assert made is not None
        assert (made.state, made.rows_new, made.rows_rejected, made.rows_parked) == (
            "applique", 1, 1, 1,
        )  # fmt: skip
    app = opened(EXPORTS, Role.STAFF)
    app.button(key="annuler_export").click()
    app.run()
    with db.reading(demo_sqlite) as session:
        assert session.get_one(RosaceImport, made.id).state == "annule"


def test_alerts_say_what_to_act_on_and_only_staff_acts(demo_sqlite: str) -> None:
    app = opened(ALERTS, Role.ELU)
    assert not app.exception
    assert "alertes à traiter" in said(app)
    assert "Je m’en occupe" not in [one.label for one in app.button]
    assert app.dataframe[0].value["Dernière nouveauté"].iloc[0] == "6 mai 2011"
    app = opened(ALERTS, Role.STAFF, regle="silence d’un opérateur")
    assert "Organisme Rouergue" in said(app)
    next(one for one in app.button if one.label == "Je m’en occupe").click()
    app.run()
    assert not app.exception
    with db.reading(demo_sqlite) as session:
        taken = session.exec(select(Alert.code).where(Alert.acknowledged_by != "")).all()
    assert taken == ["D"]


def test_alerts_that_a_choice_leaves_out_say_so(read_store: str) -> None:
    app = opened(ALERTS, Role.ELU, ut="Gers", regle="dépassement")
    assert not app.exception
    assert "Aucune alerte ne correspond" in said(app)


def test_a_store_without_orders_has_no_alerts(bare_demo: str) -> None:
    app = opened(ALERTS, Role.ELU)
    assert not app.exception
    assert "Rien n’a encore été évalué" in said(app)
