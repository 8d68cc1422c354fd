"""Rules on people and structures: how they are found, before anything is created twice."""

import re
from collections.abc import Iterable
from datetime import date

from core import fr
from core.errors import DomainError

EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")


def search_key(last_name: str, first_name: str = "") -> str:
    """Return the key by which a person is searched for: folded, last name first.

    >>> search_key("  Estève ", "Élodie"), search_key("D’Artagnan")
    ('esteve elodie', 'd artagnan')
    """
    return words(f"{last_name} {first_name}")


def words(text: str) -> str:
    """Fold a text to plain words, one space apart."""
    return re.sub(r"[^a-z0-9]+", " ", fr.fold(text)).strip()


def numbered(person_id: int | None) -> str:
    """Name somebody in the journal, which forgets nothing: by a number that leads to their card.

    >>> numbered(12)
    'personne n° 12'
    """
    return f"personne n° {person_id}"


def checked_email(text: str) -> str:
    """Return an e-mail address in lower case, or refuse it; empty stays empty.

    >>> checked_email(" Marie.Dupont@Exemple.fr ")
    'marie.dupont@exemple.fr'
    """
    email = text.strip().lower()
    if email and not EMAIL.fullmatch(email):
        raise DomainError(f"« {text.strip()} » n’est pas une adresse de courriel.")
    return email


FAMILIES = {
    "elu": ("élu·e", ("elu", "maire", "conseiller municipal", "adjoint")),
    "chef_de_projet": ("chef de projet", ("chef de projet", "cheffe de projet")),
    "coordonnateur": ("coordonnateur", ("coordonnateur", "coordinateur", "coordinatrice")),
    "direction": ("direction", ("direct", "responsable", "president")),
    "formateur": ("formateur", ("formateur", "formatrice", "enseignant")),
    "travailleur_social": ("travailleur social", ("social", "educateur", "educatrice")),
    "mediateur": ("médiateur", ("mediat",)),
    "documentaliste": ("documentaliste", ("document", "bibliothecaire")),
    "conseiller": ("conseiller", ("conseill", "charge de mission", "chargee de mission")),
    "agent_etat": ("agent de l’État", ("delegue du prefet", "inspect", "prefecture", "ddcs")),
}


def function_family(title: str) -> str:
    """Return the family of a function by the words of its title; empty where none is known.

    >>> function_family("Chef de projet CUCS"), function_family("Médiatrice sociale")
    ('chef_de_projet', 'mediateur')
    >>> function_family("Astronome")
    ''
    """
    text = words(title)
    if "mediat" in text:
        return "mediateur"
    for family, (_, keys) in FAMILIES.items():
        if any(key in text for key in keys):
            return family
    return ""


Span = tuple[date, date | None]  # both included; None: still open


def joined(spans: Iterable[Span]) -> list[Span]:
    """Join periods that overlap or touch; the days covered stay the same, in order.

    >>> joined([(date(2011, 1, 1), date(2011, 1, 9)), (date(2011, 1, 10), None)])
    [(datetime.date(2011, 1, 1), None)]
    """
    found: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], span[1] or date.max)):
        last = found[-1] if found else None
        if last is None or (last[1] is not None and (start - last[1]).days > 1):
            found.append((start, end))
        elif last[1] is not None:
            found[-1] = (last[0], None if end is None else max(last[1], end))
    return found
