"""The market and its orders as forms: a new user is led, an order goes from draft to settlement."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core import db, fr
from core.access import Role
from core.competences_cles import market
from core.competences_cles.follow_models import Decision, Foreseen, ForeseenVersion
from core.competences_cles.market import LotDraft, MarcheDraft
from core.competences_cles.market_models import (
    Attribution,
    AttributionMember,
    Lot,
    LotUt,
    Marche,
    Prescripteur,
    Prestation,
    Prix,
)
from core.competences_cles.models import BonDeCommande, BonLine, BonMovement
from core.people.models import Structure
from core.territories.models import Territory
from tests.conftest import NOW
from tests.factories import STAFF
from tests.pages.opening import MARKET, ORDER, ORDERS, opened, said


def field(elements: Iterable[Any], label: str) -> Any:
    """Return the first field of a label: that of the form of creation, which stands first."""
    return next(one for one in elements if one.label.startswith(label))


def press(app: AppTest, label: str) -> list[str]:
    """Press a button; return what was refused."""
    next(one for one in app.button if one.label == label).click()
    app.run()
    assert not app.exception
    return [str(one.value).replace(fr.NBSP, " ") for one in app.error]


def rows(model: Any) -> list[Any]:
    with db.reading() as session:
        return list(session.exec(select(model).order_by(*model.__table__.primary_key)))


def numbered(number: str) -> Any:
    return next(one for one in rows(BonDeCommande) if one.number == number)


def test_a_new_user_is_led_from_the_marche_to_its_lots(bare_demo: str) -> None:
    app = opened(MARKET, Role.STAFF)
    assert "Commencez par le marché" in said(app)
    assert press(app, "Créer le marché") == ["Donnez le début du marché."]
    field(app.text_input, "Référence").set_value("M-2011")
    field(app.date_input, "Début").set_value(date(2011, 1, 1))
    field(app.date_input, "Fin").set_value(date(2013, 12, 31))
    assert press(app, "Créer le marché") == []
    assert [one.reference for one in rows(Marche)] == ["M-2011"]
    app = opened(MARKET, Role.STAFF, volet="Lots")
    assert "Ensuite, ses lots" in said(app)
    field(app.text_input, "Numéro du lot").set_value("1")
    field(app.text_input, "Maximum").set_value("1.200")
    assert "deux façons" in press(app, "Ajouter le lot")[0]
    field(app.text_input, "Maximum").set_value("1 200,5 h")
    assert "au moins un département" in press(app, "Ajouter le lot")[0]
    field(app.multiselect, "Départements").select(field(app.multiselect, "Départements").options[0])
    assert press(app, "Ajouter le lot") == []
    assert [(one.number, one.quantity_min, one.quantity_max) for one in rows(Lot)] == [
        ("1", None, 72_030)
    ]
    assert len(rows(LotUt)) == 1
    assert "Ensuite, les prestations" in said(app)


def test_a_lot_gets_its_services_holder_and_prices(bare_demo: str) -> None:
    with db.writing("competences_cles") as session:
        draft = MarcheDraft("M-2011", date(2011, 1, 1), date(2013, 12, 31))
        made = market.create_marche(session, STAFF, draft, now=NOW)
        place = session.exec(select(Territory.id).where(Territory.level == "departement")).first()
        market.create_lot(session, STAFF, LotDraft(made, "1", [place or 0]), now=NOW)
    app = opened(MARKET, Role.STAFF, volet="Prestations")
    field(app.text_input, "Code").set_value("formation")
    field(app.text_input, "Libellé").set_value("Formation")
    assert press(app, "Ajouter la prestation") == []
    app = opened(MARKET, Role.STAFF, volet="Titulaires")
    assert "Ensuite, le titulaire" in said(app)
    field(app.text_input, "Nom de l’opérateur").set_value("Organisme d’essai")
    assert press(app, "Chercher, puis ajouter") == []
    operator = rows(Structure)[-1]
    assert (operator.name, operator.kind) == ("Organisme d’essai", "organisme_formation")
    assert "n’existe plus" in press(app, "Nommer ce titulaire")[0]
    field(app.selectbox, "Titulaire").set_value(operator.id)
    assert press(app, "Nommer ce titulaire") == []
    assert [one.structure_id for one in rows(Attribution)] == [operator.id]
    app = opened(MARKET, Role.STAFF, volet="Prix")
    assert "Il reste les prix" in said(app)
    field(app.text_input, "Prix").set_value("9,505")
    assert "n’est pas un prix" in press(app, "Ajouter le prix")[0]
    field(app.text_input, "Prix").set_value("9,50 €")
    assert press(app, "Ajouter le prix") == []
    assert [one.cents for one in rows(Prix)] == [950]
    assert app.dataframe[0].value["Prix"].str.replace(fr.NBSP, " ").tolist() == ["9,50 €"]
    assert len(rows(Prestation)) == 1


def test_what_is_used_is_refused_beside_its_form_and_a_group_is_kept(demo_sqlite: str) -> None:
    app = opened(MARKET, Role.STAFF)
    assert "a des lots : retirez-les d’abord" in press(app, "Retirer ce marché")[0]
    app = opened(MARKET, Role.STAFF, volet="Lots", lot_choisi="Lot 1")
    assert "a des bons et des prix et un titulaire" in press(app, "Retirer ce lot")[0]
    app = opened(MARKET, Role.STAFF, volet="Titulaires")
    assert "cotraitant, 50" in app.dataframe[0].value["Groupement"].iloc[1]
    before = rows(AttributionMember)
    other = next(one for one in rows(Structure) if "Bigorre" in one.name)
    field(app.selectbox, "Membre").set_value(other.id)
    assert press(app, "Ajouter au groupement") == []
    assert len(rows(AttributionMember)) == len(before) + 1
    app = opened(MARKET, Role.STAFF, volet="Prescripteurs", prescripteur="Cap emploi")
    assert "Des parcours viennent de « Cap emploi »" in press(app, "Retirer ce prescripteur")[0]
    field(app.text_input, "Nom").set_value("Agence d’Albi")
    app = opened(MARKET, Role.STAFF, volet="Prescripteurs")
    field(app.text_input, "Nom").set_value("Agence d’Albi")
    assert press(app, "Ajouter le prescripteur") == []
    assert "Agence d’Albi" in [one.name for one in rows(Prescripteur)]


def test_an_order_goes_from_draft_to_its_amendments(demo_sqlite: str) -> None:
    app = opened(ORDER, Role.STAFF)
    assert field(app.selectbox, "Titulaire").value is not None  # the holder is proposed
    assert press(app, "Créer le brouillon") == ["Donnez le numéro du bon de commande."]
    field(app.text_input, "Numéro").set_value("BC-9")
    field(app.text_input, "Formation").set_value("1 200,5 h")
    assert press(app, "Créer le brouillon") == []
    bon = rows(BonDeCommande)[-1]
    line = rows(BonLine)[-1]
    assert (bon.number, bon.state, line.initial) == ("BC-9", "brouillon", 72_030)
    here = {"commande": str(bon.id), "volet": "Suites"}

    app = opened(ORDER, Role.STAFF, **here)
    assert {one.label for one in app.button} >= {"Émettre", "Annuler ce bon"}
    assert "Solder" not in {one.label for one in app.button}  # only what may come next
    field(app.date_input, "Émis le").set_value(date(2011, 6, 16))
    assert "est à venir" in press(app, "Émettre")[0]
    field(app.date_input, "Émis le").set_value(date(2011, 6, 1))
    assert press(app, "Émettre") == []
    assert "Engagé non notifié" in said(app)
    assert "engagé non notifié" in said(opened(ORDERS, Role.ELU))
    app = opened(ORDER, Role.STAFF, **here)
    assert press(app, "Notifier") == []
    assert numbered("BC-9").state == "notifie"
    app = opened(ORDER, Role.STAFF, **here)
    field(app.text_input, "De combien").set_value("cent")
    assert "n’est pas une quantité" in press(app, "Enregistrer l’avenant")[0]
    field(app.text_input, "De combien").set_value("− 200,5 h")
    assert press(app, "Enregistrer l’avenant") == []
    assert rows(BonMovement)[-1].delta == -12_030


def test_an_order_is_settled_and_opened_again_by_a_decision(demo_sqlite: str) -> None:
    bon = numbered("BC-2011-09")
    here = {"commande": str(bon.id), "volet": "Suites"}
    app = opened(ORDER, Role.STAFF, **here)
    assert "Sera rendu au lot : **972 h de Formation**" in said(app).replace(fr.NBSP, " ")
    assert press(app, "Solder") == []
    assert numbered("BC-2011-09").state == "solde"
    app = opened(ORDER, Role.STAFF, **here)
    assert "Dites quelle instance a décidé" in press(app, "Décider et rouvrir")[0]
    field(app.text_input, "Instance").set_value("comité de pilotage")
    assert press(app, "Décider et rouvrir") == []
    assert numbered("BC-2011-09").state == "en_cours"
    assert [one.kind for one in rows(Decision)] == ["réouverture"]
    moves = opened(ORDER, Role.STAFF, commande=str(bon.id)).dataframe[1].value
    assert moves["Nature"].tolist() == [
        "quantité initiale", "reliquat rendu au solde", "réouverture",
    ]  # fmt: skip
    assert moves["Quantité ensuite"].str.replace(fr.NBSP, " ").tolist() == [
        "2 000 h", "1 028 h", "2 000 h",
    ]  # fmt: skip
    assert moves["Décision"].tolist()[-1] == "comité de pilotage du 15/06/2011"


def test_a_reduction_below_what_is_consumed_is_refused_unless_forced(demo_sqlite: str) -> None:
    bon = numbered("BC-2011-82")
    app = opened(ORDER, Role.STAFF, commande=str(bon.id), volet="Suites")
    assert "consommé **3 387 h** + engagé" in said(app).replace(fr.NBSP, " ")
    field(app.text_input, "De combien").set_value("-100")
    assert "moins que ce qui est déjà consommé" in press(app, "Enregistrer l’avenant")[0]
    field(app.text_input, "Motif pour descendre").set_value("décision de l’acheteur")
    assert press(app, "Enregistrer l’avenant") == []
    assert rows(BonMovement)[-1].reason == "décision de l’acheteur"
    app = opened(ORDER, Role.STAFF, commande=str(bon.id), volet="Suites")
    assert "donnez-en le motif" in press(app, "Résilier")[0]
    other = opened(ORDER, Role.STAFF, commande=str(bon.id), volet="Suites")
    field(other.text_input, "De combien").set_value("500")
    assert press(other, "Enregistrer l’avenant") == []
    count = len(rows(BonMovement))
    field(app.text_input, "De combien").set_value("600")
    assert "a changé depuis que vous l’avez ouvert" in press(app, "Enregistrer l’avenant")[0]
    assert len(rows(BonMovement)) == count


def test_a_forecast_is_entered_by_month_and_its_versions_stay(demo_sqlite: str) -> None:
    bon = numbered("BC-2011-31")
    here = {"commande": str(bon.id), "volet": "Prévisionnel"}
    app = opened(ORDER, Role.STAFF, **here)
    assert "linéaire par défaut" in said(app)
    assert press(app, "Partir du linéaire (jours ouvrés)") == []
    grid = app.dataframe[0].value
    assert list(grid.columns) == ["Mois", "Formation", "Formation (linéaire)"]
    assert len(grid) == 12
    assert press(app, "Enregistrer une nouvelle version") == []
    (version,) = [one for one in rows(ForeseenVersion) if one.known_on == date(2011, 6, 15)]
    saved = [one for one in rows(Foreseen) if one.line_id == version.line_id]
    assert sum(one.quantity for one in saved) == 60 * 7_400  # 7 000 and an amendment of 400
    assert version.version == 1
    app = opened(ORDER, Role.STAFF, **here)
    assert "linéaire par défaut" not in said(app)
    assert app.dataframe[1].value["Version"].tolist() == [1]
    told = opened(ORDERS, Role.ELU, bon="BC-2011-31 – Haute-Garonne")
    assert "prévisionnel saisi" in said(told)
    assert "Tenir ce bon" not in said(told)
