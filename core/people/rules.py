"""Rules on people and structures: keys to find them by, addresses, families of functions."""

import re

from core import fr
from core.errors import DomainError

EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
PHONE_SIGNS = re.compile(r"[\d\s.()+/\-\N{NO-BREAK SPACE}\N{EN DASH}]+")
FRENCH_PHONE = re.compile(r"(?:(?:\+|00)33)?0?([1-9]\d{8})")

STRUCTURE_KINDS = {
    "collectivite": "collectivité",
    "association": "association",
    "etat": "service de l’État",
    "organisme_formation": "organisme de formation",
    "mission_locale": "mission locale",
    "pole_emploi": "Pôle emploi",
    "opca": "OPCA",
    "bailleur": "bailleur",
    "centre_social": "centre social",
    "etablissement": "établissement scolaire ou de santé",
    "entreprise": "entreprise",
    "autre": "autre",
}
# Words that a name may have or lack without naming another structure.
SILENT = frozenset(
    "association asso loi 1901 sarl sas sa eurl scop scic le la les l de du des d et".split()
)
TOWNS = frozenset({"mairie", "ville", "commune"})


def words(text: str) -> str:
    """Fold a text to plain words, one space apart."""
    return re.sub(r"[^a-z0-9]+", " ", fr.fold(text)).strip()


def search_key(last_name: str, first_name: str = "") -> str:
    """Return the key by which a person is searched for: folded, last name first.

    >>> search_key("  Estève ", "Élodie"), search_key("D’Artagnan")
    ('esteve elodie', 'd artagnan')
    """
    return words(f"{last_name} {first_name}")


def structure_key(name: str) -> str:
    """Return what tells a structure from another: its name without articles and legal words.

    >>> structure_key("Association Le Relais (loi 1901)"), structure_key("Ville de L’Isle-Jourdain")
    ('relais', 'mairie isle jourdain')
    >>> structure_key("La Ville"), structure_key("SA")
    ('mairie', 'sa')
    """
    kept = [word for word in words(name).split() if word not in SILENT]
    if kept and kept[0] in TOWNS:
        kept[0] = "mairie"
    return " ".join(kept) or words(name)


def checked_email(text: str) -> str:
    """Return an e-mail address in lower case, or refuse it; empty stays empty.

    >>> checked_email(" Marie.Dupont@Exemple.fr ")
    'marie.dupont@exemple.fr'
    """
    email = text.strip().lower()
    if email and not EMAIL.fullmatch(email):
        raise DomainError(f"« {text.strip()} » n’est pas une adresse de courriel.")
    return email


def phone(text: str) -> str:
    """Write a French number by pairs; what is not recognised is kept as written.

    >>> phone("+33 (0)5.61.22-33-44"), phone("0561223344"), phone(" poste 12 ")
    ('05 61 22 33 44', '05 61 22 33 44', 'poste 12')
    >>> phone("+34 912 345 678")
    '+34 912 345 678'
    """
    written = text.strip()
    digits = re.sub(r"[^\d+]", "", written)
    found = FRENCH_PHONE.fullmatch(digits)
    if not PHONE_SIGNS.fullmatch(written) or found is None or digits == found[1]:
        return written
    national = f"0{found[1]}"
    return " ".join(national[place : place + 2] for place in range(0, 10, 2))


FAMILIES = {
    "elu": "élu·e",
    "chef_de_projet": "chef de projet",
    "coordonnateur": "coordonnateur",
    "direction": "direction",
    "mediateur": "médiateur",
    "formateur": "formateur",
    "travailleur_social": "travailleur social",
    "documentaliste": "documentaliste",
    "agent_etat": "agent de l’État",
    "conseiller": "conseiller",
    "autre": "autre",
}
# How a word of the title begins, the surest family first.
FAMILY_WORDS = (
    ("elu", "elu|maire|adjoint(e)? au maire|conseill(er|ere) (municipal|general|regional|commun)"),
    ("chef_de_projet", "chef(fe)? de projet"),
    ("coordonnateur", "coordon|coordin"),
    ("agent_etat", "delegue(e)? du prefet|(sous )?prefet|inspect|prefecture|ddcs|direccte"),
    ("direction", "direct|responsable|president"),
    ("mediateur", "mediat"),
    ("formateur", "format(eur|rice)|enseignant"),
    ("travailleur_social", "(assistant|travailleu|intervenant|conseill).* social|educat(eur|rice)"),
    ("documentaliste", "document|bibliothec"),
    ("conseiller", "conseill|charge(e)? de mission"),
)


def function_family(title: str) -> str:
    """Guess the family of a function by the words of its title; empty where there is no title.

    >>> function_family("Cheffe de projet CUCS"), function_family("Médiatrice sociale")
    ('chef_de_projet', 'mediateur')
    >>> function_family("Maire-adjointe"), function_family("Secrétaire de mairie")
    ('elu', 'autre')
    >>> function_family("  ")
    ''
    """
    text = words(title)
    for family, pattern in FAMILY_WORDS:
        if re.search(rf"\b(?:{pattern})", text):
            return family
    return "autre" if text else ""


PURPOSES = {
    "annuaire": "figurer dans l’annuaire des acteurs",
    "liste_participants": "figurer dans la liste donnée aux participants",
    "courriels": "recevoir les courriels du centre",
}
