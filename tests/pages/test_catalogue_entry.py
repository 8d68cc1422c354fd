"""Entry and import of records on screen: typed, refused without loss, found, taken back."""

from core.access import Role
from tests.pages.opening import CATALOGUE_IMPORT, ENTRY, RECORD, opened, said


def test_a_record_is_typed_refused_without_loss_then_found(demo_sqlite: str) -> None:
    app = opened(ENTRY, Role.STAFF)
    app.text_input(key="isbn_n0").set_value("2-211-04459-1").run()
    assert "Cet ISBN est faux" in said(app)
    app.text_input(key="titre_n0").set_value("Essai de saisie")
    app.text_input(key="codes_n0").set_value("SAISIE-1")
    app.button[0].click().run()
    assert "est faux : vérifiez-le" in said(app)
    assert app.text_input(key="titre_n0").value == "Essai de saisie"
    assert app.text_input(key="codes_n0").value == "SAISIE-1"
    app.text_input(key="isbn_n0").set_value("2-211-04459-X")
    app.text_input(key="cote_n0").set_value("T 12")
    app.button[0].click().run()
    assert not app.exception
    told = app.toast[0].value
    own = "".join(sign for sign in told.partition(" : ")[0] if sign.isdigit())
    assert "SAISIE" in str(opened(RECORD, Role.STAFF, notice=own).dataframe[0].value.to_dict())
    assert app.text_input(key="cote_n1").value == "T 12"
    app.text_input(key="titre_n1").set_value("Essai de saisie").run()
    assert "Peut-être déjà au catalogue" in said(app)
    changed = opened(ENTRY, Role.STAFF, notice=own)
    assert changed.text_input(key=f"titre_{own}_1").value == "Essai de saisie"


RIS = b"TY  - BOOK\r\nTI  - Lu dans un fichier\r\nAU  - Dubet, F.\r\nPY  - 2009\r\nER  - \r\n"


def test_a_file_is_reported_before_it_is_written_then_taken_back(demo_sqlite: str) -> None:
    app = opened(CATALOGUE_IMPORT, Role.STAFF)
    app.file_uploader(key="notices").set_value(("a.ris", RIS, "text/plain")).run()
    assert "rien n’est encore écrit" in said(app)
    assert app.dataframe[0].value["Sort"].tolist() == ["nouvelle"]
    app.button(key="importer_notices").click().run()
    assert not app.exception
    assert "enregistré" in said(app)
    next(one for one in app.button if one.label == "Annuler cet import").click().run()
    assert not app.exception
    assert "1 notice retirée" in app.toast[0].value
