"""Telephone numbers: kept in one international form, shown the French way."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from core import fr
from core.errors import DomainError

REGION = "FR"
POSTE = re.compile(r"\s*(?:\bposte\b|\bp\.)\s*(\d+)\s*$", re.IGNORECASE)
SHORT = re.compile(r"[13]\d{1,3}")


def checked(text: str) -> str:
    """Return a number as it is kept (E.164, « ;ext= » before an extension), or refuse it.

    A French number may be written with or without its zero, which spreadsheets drop; a short
    number (3949) is kept as it is dialled. Empty stays empty.

    >>> checked("05.61.12.34.56"), checked("+33 (0)5 61 12 34 56 poste 12"), checked("39 49")
    ('+33561123456', '+33561123456;ext=12', '3949')
    """
    plain = POSTE.sub(r";ext=\1", text.strip())
    digits = re.sub(r"[\s.]", "", plain)
    if not plain or SHORT.fullmatch(digits):
        return digits
    try:
        number = phonenumbers.parse(plain, REGION)
    except NumberParseException:
        number = PhoneNumber()
    if not phonenumbers.is_valid_number(number):
        raise DomainError(
            f"« {text.strip()} » n’est pas un numéro de téléphone : écrivez dix chiffres, "
            "ou + et l’indicatif du pays."
        )
    kept = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{kept};ext={number.extension}" if number.extension else kept


def shown(kept: str) -> str:
    """Write a number as the French do; what an older release kept is shown as it is.

    >>> shown("+33561123456").replace(fr.NBSP, " "), shown("+34934027000").replace(fr.NBSP, " ")
    ('05 61 12 34 56', '+34 934 02 70 00')
    """
    try:
        number = phonenumbers.parse(kept, REGION)
    except NumberParseException:
        return kept
    if not phonenumbers.is_valid_number(number):
        return kept
    is_french = number.country_code == phonenumbers.country_code_for_region(REGION)
    form = PhoneNumberFormat.NATIONAL if is_french else PhoneNumberFormat.INTERNATIONAL
    extension, number.extension = number.extension, None
    text = phonenumbers.format_number(number, form).replace(" ", fr.NBSP)
    return f"{text} poste {extension}" if extension else text
