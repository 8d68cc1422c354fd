"""A contact list read from a spreadsheet, a value at a time; nothing is guessed. Pure."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import python_calamine

from core.errors import DomainError
from core.importing import FileRefusedError, RowError
from core.people import phones, rules
from core.people.enums import ContactField

MAX_LINES = 5_000
HEADER_DEPTH = 10  # titles and addressees may stand above the header
SEPARATORS = ";\t,|"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
HEADERS: dict[ContactField, frozenset[str]] = {
    ContactField.LAST_NAME: frozenset({"nom", "nom de famille", "noms", "nom usuel", "name"}),
    ContactField.FIRST_NAME: frozenset({"prenom", "prenoms"}),
    ContactField.EMAIL: frozenset({
        "e mail", "email", "mail", "courriel", "adresse mail", "adresse e mail", "mel",
        "adresse email", "adresse electronique", "adresse de courriel", "adresse de messagerie",
    }),
    ContactField.PHONE: frozenset({
        "telephone", "tel", "numero de telephone", "n de telephone", "portable", "mobile",
        "tel fixe", "tel portable", "telephone professionnel", "telephone fixe",
    }),
    ContactField.STRUCTURE: frozenset({
        "structure", "organisme", "employeur", "institution", "etablissement", "organisation",
        "societe", "service employeur", "nom de la structure",
    }),
    ContactField.FUNCTION: frozenset({
        "fonction", "poste", "qualite", "titre", "fonctions", "metier", "poste occupe",
    }),
    ContactField.NETWORKS: frozenset({"reseau", "reseaux", "reseau x", "reseau s"}),
}  # fmt: skip
Mapped = Mapping[ContactField, int]


@dataclass(frozen=True)
class Sheet:
    """A table as read: the headers, then each line with its number in the file."""

    headers: tuple[str, ...]
    lines: tuple[tuple[int, tuple[str, ...]], ...]
    name: str = ""


@dataclass(frozen=True)
class Contact:
    """One line of a list. ``email`` and ``phone`` are as kept; ``networks`` as written."""

    line: int
    last_name: str
    first_name: str = ""
    email: str = ""
    phone: str = ""
    structure: str = ""
    function: str = ""
    networks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return rules.search_key(self.last_name, self.first_name)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class ContactList:
    """The contacts that can be read, and the faults of the lines that cannot."""

    contacts: tuple[Contact, ...]
    faults: tuple[RowError, ...] = field(default=())


def open_list(content: bytes) -> Sheet:
    """Read a CSV of any separator and usual encoding, or the first filled sheet of a workbook.

    Raises FileRefusedError where the file holds no line under a header, or too many.
    """
    is_workbook = content.startswith(WORKBOOKS)
    name, rows = _workbook(content) if is_workbook else ("", _csv(_text(content)))
    filled = [(line, cells) for line, cells in rows if any(cells)]
    if len(filled) < 2:
        raise FileRefusedError("Le fichier ne contient aucune ligne sous son en-tête.")
    scores = [len(guess(cells)) for _, cells in filled[:HEADER_DEPTH]]
    start = scores.index(max(scores))
    headers, lines = filled[start][1], filled[start + 1 :]
    if not lines:
        raise FileRefusedError("Le fichier ne contient aucune ligne sous son en-tête.")
    if len(lines) > MAX_LINES:
        raise FileRefusedError(f"La liste dépasse {MAX_LINES} lignes : importez-la en parties.")
    return Sheet(headers, tuple(lines), name)


def _text(content: bytes) -> str:
    """Decode a text: UTF-8 or UTF-16 by its mark, UTF-8, else Windows (the French Excel)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise FileRefusedError("Ce fichier n’est ni un texte CSV ni un classeur de tableur.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _csv(text: str) -> list[tuple[int, tuple[str, ...]]]:
    best: list[tuple[int, tuple[str, ...]]] = []
    most = -1
    for separator in SEPARATORS:
        rows = _split(text, separator)
        known = max((len(guess(cells)) for _, cells in rows[:HEADER_DEPTH]), default=0)
        width = max((len(cells) for _, cells in rows[:HEADER_DEPTH]), default=0)
        if known * 1000 + width > most:
            best, most = rows, known * 1000 + width
    return best


def _split(text: str, separator: str) -> list[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, tuple(_cell(cell) for cell in cells)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefusedError(f"Ligne {line} : le texte CSV n’est pas lisible.") from error
    return rows


def _workbook(content: bytes) -> tuple[str, list[tuple[int, tuple[str, ...]]]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if len(rows) > 1:
                lines = [tuple(_cell(cell) for cell in row) for row in rows]
                return name, list(enumerate(lines, start=1))
    except python_calamine.CalamineError as error:
        raise FileRefusedError(
            "Ce classeur ne s’ouvre pas : enregistrez-le de nouveau en .xlsx, sans mot de passe."
        ) from error
    return "", []


def _cell(value: object) -> str:
    """Write a cell as a text; a whole number loses the point that spreadsheets give it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"\s+", " ", str(value)).strip()


def guess(headers: Iterable[str]) -> dict[ContactField, int]:
    """Recognise the columns by their usual French names: the first of each counts."""
    found: dict[ContactField, int] = {}
    for rank, header in enumerate(headers):
        folded = rules.words(header)
        for one, names in HEADERS.items():
            if folded in names:
                found.setdefault(one, rank)
    return found


def read(sheet: Sheet, mapped: Mapped) -> ContactList:
    """Read each line by the columns given; every fault is said by line and column.

    A line with a fault is left out whole. Raises DomainError where no column holds the names,
    or one column is used twice.
    """
    if ContactField.LAST_NAME not in mapped:
        raise DomainError("Dites quelle colonne contient les noms.")
    if len(set(mapped.values())) < len(mapped):
        raise DomainError("Une colonne ne peut servir qu’une fois.")
    kept: list[Contact] = []
    faults: list[RowError] = []
    for line, cells in sheet.lines:
        contact, own = _contact(sheet, mapped, line, cells)
        faults += own
        if contact is not None:
            kept.append(contact)
    return _without_repeats(kept, faults)


def _contact(
    sheet: Sheet, mapped: Mapped, line: int, cells: Sequence[str]
) -> tuple[Contact | None, list[RowError]]:
    values = {one: cells[rank] if rank < len(cells) else "" for one, rank in mapped.items()}
    faults: list[RowError] = []

    def say(one: ContactField, message: str) -> None:
        value = values.get(one, "")
        faults.append(RowError(message, line, sheet.headers[mapped[one]], value, sheet.name))

    if not rules.words(values[ContactField.LAST_NAME]):
        say(ContactField.LAST_NAME, "le nom manque")
    for one, check, message in (
        (ContactField.EMAIL, rules.checked_email, "ce n’est pas une adresse de courriel"),
        (ContactField.PHONE, phones.checked, "ce n’est pas un numéro de téléphone"),
    ):
        try:
            values[one] = check(values.get(one, ""))
        except DomainError:
            say(one, message)
    if faults:
        return None, faults
    networks = re.split(r"[,;/|]", values.pop(ContactField.NETWORKS, ""))
    plain = {one.value: value for one, value in values.items()}
    return Contact(line, networks=tuple(filter(None, map(str.strip, networks))), **plain), []


def _without_repeats(contacts: list[Contact], faults: list[RowError]) -> ContactList:
    """Leave out a line that repeats the address, or the name without another address."""
    kept: list[Contact] = []
    by_email: dict[str, Contact] = {}
    by_key: dict[str, list[Contact]] = {}
    for one in contacts:
        namesakes = by_key.setdefault(one.key, [])
        same = [other for other in namesakes if not (one.email and other.email)]
        earlier = by_email.get(one.email) or (same[0] if same else None)
        if earlier is None:
            kept.append(one)
            namesakes.append(one)
            if one.email:
                by_email[one.email] = one
            continue
        what = "même adresse" if one.email and earlier.email == one.email else "même nom"
        faults.append(RowError(f"{what} qu’à la ligne {earlier.line}", one.line, "", one.name))
    return ContactList(tuple(kept), tuple(sorted(faults, key=lambda fault: fault.line)))
