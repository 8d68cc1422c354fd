"""A contact list read: separators, encodings, workbooks, and every fault told by its place."""

import io

import openpyxl
import pytest

from core import fr
from core.errors import DomainError
from core.importing import FileRefusedError
from core.people import contacts, phones
from core.people.contacts import Contact
from core.people.enums import ContactField

TEXT = """Nom;Prénom;E-mail;Tél.;Structure;Fonction;Réseau(x)
Estève;Élodie;Elodie@Exemple.fr;05 61 12 34 56;Mairie d’Albi;Chargée de mission;CUCS, PRE
"""
ELODIE = Contact(2, "Estève", "Élodie", "elodie@exemple.fr", "+33561123456", "Mairie d’Albi",
                 "Chargée de mission", ("CUCS", "PRE"))  # fmt: skip


def read(text: str | bytes) -> contacts.ContactList:
    sheet = contacts.open_list(text if isinstance(text, bytes) else text.encode())
    return contacts.read(sheet, contacts.guess(sheet.headers))


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Contacts")
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_text_of_any_separator_and_encoding_is_read(encoding: str, separator: str) -> None:
    assert read(TEXT.replace(";", separator).encode(encoding)) == contacts.ContactList((ELODIE,))


def test_a_text_with_commas_quotes_its_cells() -> None:
    text = 'nom,prenom,réseaux\n"Estève","Élodie","CUCS, PRE"\n'
    assert read(text).contacts == (Contact(2, "Estève", "Élodie", networks=("CUCS", "PRE")),)


def test_a_workbook_is_read_with_its_title_lines_and_numbers() -> None:
    content = workbook(("Liste du réseau",), (), ("NOM", "Mobile"), ("Nègre", 612345678))
    assert read(content).contacts == (Contact(4, "Nègre", phone="+33612345678"),)


def test_each_fault_is_said_by_line_and_column() -> None:
    found = read("Nom;Courriel;Tél\n;a@b.fr;\nBon;;\nNul;a@b;061\nBon;;\nX;a@b.fr;\nY;A@b.fr;\n")
    assert [str(fault) for fault in found.faults] == [
        "Ligne 2, colonne « Nom » : le nom manque.",
        "Ligne 4, colonne « Courriel » : ce n’est pas une adresse de courriel (lu : a@b).",
        "Ligne 4, colonne « Tél » : ce n’est pas un numéro de téléphone (lu : 061).",
        "Ligne 5 : même nom qu’à la ligne 3 (lu : Bon).",
        "Ligne 7 : même adresse qu’à la ligne 6 (lu : Y).",
    ]
    assert [one.name for one in found.contacts] == ["Bon", "X"]


def test_a_line_after_a_cell_of_several_lines_keeps_its_number() -> None:
    found = read('Nom;Fonction\nA;"deux\nlignes"\nB;x\n')
    assert [(one.line, one.function) for one in found.contacts] == [(2, "deux lignes"), (4, "x")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "aucune ligne"), (b"Nom;Courriel\n\n", "aucune ligne"), (b"\0\1\2", "ni un texte"),
        (b"PK\x03\x04abc", "ne s’ouvre pas"),
        (b"Nom\n" + b"A\n" * 5_001, "5000 lignes"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(FileRefusedError, match=sentence):
        contacts.open_list(content)


def test_the_columns_can_be_said_otherwise() -> None:
    sheet = contacts.open_list("Qui;Où\nDupont;Albi\n".encode())
    assert contacts.guess(sheet.headers) == {}
    with pytest.raises(DomainError, match="quelle colonne contient les noms"):
        contacts.read(sheet, {})
    with pytest.raises(DomainError, match="qu’une fois"):
        contacts.read(sheet, {ContactField.LAST_NAME: 0, ContactField.FIRST_NAME: 0})
    wanted = {ContactField.LAST_NAME: 0, ContactField.STRUCTURE: 1}
    assert contacts.read(sheet, wanted).contacts == (Contact(2, "Dupont", structure="Albi"),)


@pytest.mark.parametrize(
    ("text", "kept", "shown"),
    [
        ("0561123456", "+33561123456", "05 61 12 34 56"),
        ("561123456", "+33561123456", "05 61 12 34 56"),
        ("+33 (0)5 61 12 34 56", "+33561123456", "05 61 12 34 56"),
        ("00 34 934 027 000", "+34934027000", "+34 934 02 70 00"),
        ("05.61.12.34.56 poste 12", "+33561123456;ext=12", "05 61 12 34 56 poste 12"),
        ("39 49", "3949", "3949"), ("", "", ""),
    ],
)  # fmt: skip
def test_a_number_is_kept_in_one_form_and_shown_the_french_way(
    text: str, kept: str, shown: str
) -> None:
    assert phones.checked(text) == kept
    assert phones.checked(kept) == kept
    assert phones.shown(kept).replace(fr.NBSP, " ") == shown


@pytest.mark.parametrize("text", ["061234", "05 61 12 34", "téléphone", "05 61 12 34 56 78 90"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match="n’est pas un numéro de téléphone"):
        phones.checked(text)
    assert phones.shown(text) == text
