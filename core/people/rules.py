"""Rules on people and structures: how they are found, before anything is created twice."""

import re

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


def checked_email(text: str) -> str:
    """Return an e-mail address in lower case, or refuse it; empty stays empty.

    >>> checked_email(" Marie.Dupont@Exemple.fr ")
    'marie.dupont@exemple.fr'
    """
    email = text.strip().lower()
    if email and not EMAIL.fullmatch(email):
        raise DomainError(f"« {text.strip()} » n’est pas une adresse de courriel.")
    return email
