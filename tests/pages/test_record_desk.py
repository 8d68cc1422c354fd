"""On the record page: files joined, and two records made one then parted."""

from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core import db
from core.access import COMMAND_LINE, Role, viewer_for
from core.circulation import shelf
from core.circulation.enums import CopyStatus
from core.documentation import operations, queries
from core.documentation.enums import NoticeState
from core.documentation.models import Item
from tests.conftest import NOW
from tests.pages.opening import RECORD, opened, said


def test_a_file_is_joined_and_seen_by_the_public_once_it_is_opened(demo_sqlite: str) -> None:
    app = opened(RECORD, Role.STAFF, notice="1")
    app.file_uploader(key="fichier_n0").set_value(("note.pdf", b"MZ", "application/pdf"))
    next(one for one in app.button if one.label == "Joindre").click().run()
    assert "ni un PDF" in said(app)
    app = opened(RECORD, Role.STAFF, notice="1")
    app.file_uploader(key="fichier_n0").set_value(("note.pdf", b"%PDF-1.4", "application/pdf"))
    next(one for one in app.button if one.label == "Joindre").click().run()
    assert not app.exception
    assert "Fichiers" not in said(opened(RECORD, Role.PUBLIC, notice="1"))
    app.button(key="fichier_acces_1").click().run()
    assert "Fichiers" in said(opened(RECORD, Role.PUBLIC, notice="1"))


def pair(app: AppTest) -> None:
    """Choose record 2 to be made one with the one that is open."""
    app.text_input(key="reunir_numero").set_value("2").run()
    options = app.selectbox(key="reunir_autre").options
    app.selectbox(key="reunir_autre").select_index(
        next(rank for rank, one in enumerate(options) if one.startswith("n° 2 "))
    ).run()


def test_a_merge_says_that_readers_will_not_see_what_they_did_not(demo_sqlite: str) -> None:
    with db.writing("documentation") as session:
        operations.set_status(
            session, COMMAND_LINE, notice_id=2, status=NoticeState.HIDDEN, now=NOW
        )
    app = opened(RECORD, Role.STAFF, notice="1")
    pair(app)
    assert "n’est pas montrée au public" in said(app)
    app.checkbox(key="reunir_sur").check().run()
    app.button(key="reunir").click().run()
    assert not app.exception
    with db.reading() as session:
        assert queries.card(session, viewer_for(Role.PUBLIC), notice_id=1) is None


def test_two_records_are_made_one_then_parted(demo_sqlite: str) -> None:
    app = opened(RECORD, Role.STAFF, notice="1")
    pair(app)
    app.checkbox(key="reunir_sur").check().run()
    app.button(key="reunir").click().run()
    assert not app.exception
    assert app.toast[0].value == "Notices réunies."
    assert app.subheader[0].value == opened(RECORD, Role.PUBLIC, notice="2").subheader[0].value
    app.button(key="separer_1").click().run()
    assert not app.exception
    assert app.toast[0].value == "Notices séparées."


def test_staff_set_the_state_of_a_copy_and_the_public_does_not(demo_sqlite: str) -> None:
    with db.reading() as session:
        wanted = next(
            one for one in session.exec(select(Item).where(Item.state == "en_service"))
            if shelf.copy_of(session, one.id or 0).status is CopyStatus.AVAILABLE
        )  # fmt: skip
    notice = str(wanted.notice_id)
    app = opened(RECORD, Role.STAFF, notice=notice)
    app.selectbox(key="etat_copie").set_value(wanted.id)
    next(one for one in app.button if one.label == "Enregistrer l’état").click().run()
    assert not app.exception
    assert "Mis en réparation" in app.toast[0].value
    labels = [one.label for one in opened(RECORD, Role.PUBLIC, notice=notice).expander]
    assert "Changer l’état d’un exemplaire" not in labels


def test_staff_hide_a_record_edit_its_copy_and_the_public_does_neither(demo_sqlite: str) -> None:
    with db.reading() as session:
        item = session.exec(select(Item).where(Item.barcode != "")).first()
    assert item is not None
    notice = str(item.notice_id)
    app = opened(RECORD, Role.STAFF, notice=notice)
    app.selectbox(key="exemplaire_choisi").set_value(item.id).run()
    app.text_input(key=f"ex_cote_{item.id}").set_value("NOUVELLE 1")
    next(one for one in app.button if one.label == "Enregistrer l’exemplaire").click().run()
    assert not app.exception
    assert app.toast[0].value == "Exemplaire enregistré."
    app.button(key="etat_supprime").click().run()
    assert "a des exemplaires" in said(app)
    app = opened(RECORD, Role.STAFF, notice=notice)
    app.button(key="etat_masque").click().run()
    assert app.toast[0].value == "Notice masquée au public."
    public = opened(RECORD, Role.PUBLIC, notice=notice)
    assert "n’est pas public" in said(public)
    assert "Gérer cette notice" not in [one.label for one in public.expander]


def test_a_copy_goes_to_the_record_whose_number_is_given(demo_sqlite: str) -> None:
    with db.reading() as session:
        item = next(
            one for one in session.exec(select(Item).where(Item.state == "en_service"))
            if shelf.copy_of(session, one.id or 0).status is CopyStatus.AVAILABLE
        )  # fmt: skip
        target = next(own for own in (1, 2) if own != item.notice_id)
    app = opened(RECORD, Role.STAFF, notice=str(item.notice_id))
    app.selectbox(key="exemplaire_choisi").set_value(item.id).run()
    for number, words in (("n° 99999", "Pas de notice"), ("abc", "Pas de notice")):
        app.text_input(key=f"deplacer_{item.id}").set_value(number).run()
        assert words in said(app)
    app.text_input(key=f"deplacer_{item.id}").set_value(f" n° {target} ").run()
    app.button(key=f"deplacer_oui_{item.id}").click().run()
    assert not app.exception
    assert app.toast[0].value == "Exemplaire déplacé."
    with db.reading() as session:
        assert session.get_one(Item, item.id).notice_id == target
