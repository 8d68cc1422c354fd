"""Welcome, readers, their own page and the centre's figures on screen."""

from datetime import date
from urllib.parse import parse_qs

from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core import db, fr
from core.access import Role
from core.circulation import shelf
from core.circulation.loan_models import Loan
from core.circulation.models import LoanRule
from core.documentation.models import Item
from core.fr import NBSP
from core.mail.models import MailMessage
from tests.pages.opening import (
    CATALOGUE,
    CENTRE_FIGURES,
    LENDING_RULES,
    OWN_PAGE,
    READERS,
    RECORD,
    WELCOME,
    opened,
    said,
)


def test_a_visit_is_entered_counted_corrected_and_taken_back(demo_sqlite: str) -> None:
    app = opened(WELCOME, Role.STAFF)
    assert "Aujourd’hui : 1 visite" in said(app)
    app.segmented_control(key="genre_n0").set_value(
        app.segmented_control(key="genre_n0").options[1]
    )
    app.number_input(key="nouveaux_n0").set_value(1)
    next(one for one in app.button if one.label == "Enregistrer la visite").click().run()
    assert "au moins deux personnes" in said(app)
    app.number_input(key="nouveaux_n0").set_value(4)
    app.text_area(key="noms_n0").set_value("DUPONT Zélie\nMARTIN Yves, yves@exemple.invalid")
    next(one for one in app.button if one.label == "Enregistrer la visite").click().run()
    assert not app.exception
    assert "6 premiers accueils" in app.toast[0].value
    assert "Aujourd’hui : 2 visites" in said(app)
    own = app.dataframe[0].value.iloc[0]["link"].partition("=")[2]
    corrected = opened(WELCOME, Role.STAFF, visite=own)
    assert corrected.number_input(key=f"nouveaux_{own}").value == 4
    corrected.button(key="retirer_visite").click().run()
    assert not corrected.exception
    assert "Aujourd’hui : 1 visite" in said(opened(WELCOME, Role.STAFF))


def test_figures_answer_first_and_small_counts_of_people_are_kept_from_the_public(
    read_store: str,
) -> None:
    app = opened(CENTRE_FIGURES, Role.ELU)
    assert [one.label for one in app.metric] == ["Prêts", "Premiers accueils", "Visites"]
    assert "363 visites en 2010" in said(app)
    months = app.dataframe[0].value.iloc[:, 0].tolist()
    assert months == ["Ensemble", "janvier", "février", "mars", "avril", "mai", "juin"]
    app = opened(CENTRE_FIGURES, Role.STAFF, mesure="Visites", annee="2010", par="Mois")
    assert app.dataframe[0].value.iloc[0, 2] == "363"
    app = opened(
        CENTRE_FIGURES, Role.STAFF, mesure="Premiers accueils", annee="2010", liste="Ensemble"
    )
    assert app.dataframe[0].value.iloc[0, 2] == "237"
    assert app.dataframe[1].value["Compte pour"].sum() == 237
    hidden = opened(CENTRE_FIGURES, Role.ELU, mesure="Premiers accueils", par="Thème")
    assert "n. d." in hidden.dataframe[0].value.to_string()
    assert "Arrondi à 5 près" in said(hidden)
    assert hidden.dataframe[0].value.iloc[0, 2] == "110"  # 109
    assert not [one for one in hidden.selectbox if one.label == "Voir la liste"]


def test_a_year_that_records_do_not_cover_is_told_and_not_compared(read_store: str) -> None:
    app = opened(CENTRE_FIGURES, Role.STAFF, mesure="Prêts", annee="2010", liste="Ensemble")
    shown = app.dataframe[0].value.set_index("Mois")
    rows = {str(name): [str(cell) for cell in row] for name, row in shown.T.items()}
    assert rows["mai"][0] == "–"
    assert [rows[name][2] for name in ("Ensemble", "mai", "juin")] == ["–", "–", "–"]
    assert rows["Ensemble"][0].endswith("*")
    assert rows["juillet"][2] != "–"
    assert "Données depuis le 15 juin 2009" in said(app)
    assert "Du 15 juin 2010 au 31 décembre 2010 : " in said(app)
    assert app.dataframe[1].value["Compte pour"].sum() == int(rows["Ensemble"][1])
    first = opened(CENTRE_FIGURES, Role.ELU, mesure="Prêts", annee="2009")
    assert set(first.dataframe[0].value["2008"]) == {"–"}
    assert set(first.dataframe[0].value["Évolution"]) == {"–"}
    listed = opened(CENTRE_FIGURES, Role.STAFF, mesure="Prêts", annee="2009", liste="Ensemble")
    assert said(listed).count("Données depuis le 15 juin 2009") == 2


def test_what_is_to_be_seen_opens_the_documents_it_counts(read_store: str) -> None:
    app = opened(CENTRE_FIGURES, Role.ELU)
    links = [one.proto for one in app.get("page_link") if "f_theme" in one.proto.query_string]
    assert links
    counts = app.dataframe[1].value.set_index(["Thème", "Âge"])["Titres"].to_dict()
    link = next(one for one in links if tuple(one.label.rsplit(", ", 1)) in counts)
    query = {name: value for name, [value] in parse_qs(link.query_string).items()}
    listed = opened(CATALOGUE, Role.ELU, **query)
    held = counts[tuple(link.label.rsplit(", ", 1))]
    assert f"**{fr.plural(held, 'document')}**" in said(listed)


def test_a_card_is_found_blocked_and_its_link_prepared(demo_sqlite: str) -> None:
    app = opened(READERS, Role.STAFF, qui="L1003")
    assert "1 lecteur" in said(app)
    own = app.dataframe[0].value.iloc[0]["link"].partition("=")[2]
    app = opened(READERS, Role.STAFF, lecteur=own)
    assert "carte L1003" in said(app)
    next(one for one in app.button if one.label == "Bloquer").click().run()
    assert "motif du blocage" in said(app)
    reason = next(one for one in app.text_input if one.label.startswith("Motif"))
    reason.set_value("livre abîmé")
    next(one for one in app.button if one.label == "Bloquer").click().run()
    assert "livre abîmé" in said(app)
    app.button(key="lien_prepare").click().run()
    assert not app.exception
    with db.reading() as session:
        [mail] = session.exec(select(MailMessage).where(MailMessage.recipient != "")
                              .where(MailMessage.batch == "lien lecteur"))  # fmt: skip
    token = mail.body.partition("?cle=")[2].split()[0]
    mine = opened(OWN_PAGE, Role.PUBLIC, cle=token)
    assert not mine.exception
    assert "carte L1003" in said(mine)
    assert "bloquée jusqu’au" in said(mine)


def test_a_document_is_reserved_for_a_reader_from_its_record(demo_sqlite: str) -> None:
    with db.reading() as session:
        held = session.exec(select(Loan).where(col(Loan.returned_at).is_(None))).first()
        assert held is not None
        notice_id = session.get_one(Item, held.item_id).notice_id
        waiting = len(shelf.queue(session, notice_id))
    app = opened(RECORD, Role.STAFF, notice=str(notice_id))
    app.session_state["reserver"] = True
    app.run()
    app.text_input(key="reserver_nom").set_value("personne de ce nom").run()
    assert "Aucune carte ouverte à ce nom" in said(app)
    app.text_input(key="reserver_nom").set_value("L1003").run()
    next(one for one in app.button if one.label == "Réserver").click().run()
    assert not app.exception
    with db.reading() as session:
        assert len(shelf.queue(session, notice_id)) == waiting + 1


def test_a_link_is_asked_for_without_a_word_on_who_is_known(demo_sqlite: str) -> None:
    app = opened(OWN_PAGE, Role.PUBLIC, cle="faux")
    assert "n’est plus valable" in said(app)
    for address in ("personne@exemple.invalid", "marie.teulade.4@exemple.invalid"):
        app.text_input(key="lecteur_courriel").set_value(address)
        app.button[0].click().run()
        assert "Si cette adresse est celle d’une carte" in said(app)
    app.text_input(key="lecteur_courriel").set_value("rien")
    app.button[0].click().run()
    assert "avec son « @ »" in said(app)
    with db.reading() as session:
        assert (
            len(session.exec(select(MailMessage).where(MailMessage.batch == "lien lecteur")).all())
            == 1
        )


def test_a_closure_is_shown_with_what_it_moves_then_written(demo_sqlite: str) -> None:
    app = opened(LENDING_RULES, Role.STAFF)
    app.date_input(key="fermeture_du").set_value(date(2011, 6, 20))
    app.date_input(key="fermeture_au").set_value(date(2011, 7, 8))
    next(one for one in app.button if one.label == "Voir ce que cela change").click().run()
    assert "Dites pourquoi" in said(app)
    app.text_input(key="fermeture_motif").set_value("congés")
    next(one for one in app.button if one.label == "Voir ce que cela change").click().run()
    moved = app.dataframe[1].value
    is_visit = moved["Quoi"] == "rendez-vous"
    assert set(moved.loc[~is_visit, "Nouvelle date"]) == {"11 juillet 2011"}
    assert set(moved.loc[is_visit, "Nouvelle date"]) == {"à convenir"}
    app.button(key="fermer_reculer").click().run()
    assert not app.exception
    assert "reculées" in app.toast[0].value
    assert "fermé du 20 juin 2011 au 8 juillet 2011 : congés" in said(app)


def test_hours_rules_and_categories_are_changed_on_screen(demo_sqlite: str) -> None:
    app = opened(LENDING_RULES, Role.STAFF)
    assert "9 h 00 – 12 h 30, 14 h 00 – 17 h 00".replace(" h ", f"{NBSP}h{NBSP}") in (
        app.dataframe[0].value["Horaires"].tolist()
    )
    next(one for one in app.checkbox if one.label == "Ouvert, après-midi").uncheck()
    press(app, "Voir ce que ces horaires changent")
    assert "Lundi, à partir du 15 juin 2011 : 9" in said(app)
    app.button(key="fermer_seul").click().run()
    assert not app.exception
    assert app.dataframe[0].value["Horaires"].iloc[0].endswith(f"12{NBSP}h{NBSP}30")
    afternoon = [one for one in app.checkbox if one.label == "Ouvert, après-midi"]
    assert not afternoon[0].value
    own = str(app.selectbox(key="regle_choisie").value)
    app.number_input(key=f"regle_days_{own}").set_value(14)
    app.checkbox(key=f"regle_bloque_{own}").uncheck()
    press(app, "Enregistrer la règle")
    with db.reading() as session:
        rule = session.get_one(LoanRule, int(own))
    assert (rule.days, rule.block_after_days, rule.is_capped) == (14, None, True)
    app.checkbox(key=f"regle_bloque_{own}").check()
    app.number_input(key=f"regle_block_{own}").set_value(0)
    press(app, "Enregistrer la règle")
    assert app.number_input(key=f"regle_block_{own}").value == 0
    app.text_input(key="categorie_nom_0").set_value("Presse")
    press(app, "Enregistrer ce nom")
    assert not app.exception
    assert "Presse" in app.dataframe[-1].value["Catégorie"].tolist()


def press(app: AppTest, label: str) -> None:
    next(one for one in app.button if one.label == label).click().run()
