"""What is wrong in a file that a library could not read, said in French."""

from xml.etree.ElementTree import ParseError  # types; defusedxml reads

from defusedxml.common import DefusedXmlException


def of_xml(error: Exception) -> str:
    """Say where XML stops being XML, or that it holds what is not read for safety.

    >>> of_xml(ValueError("multi-byte encodings are not supported"))
    'l’encodage qu’il annonce n’est pas lu'
    """
    if isinstance(error, ParseError):
        line, column = error.position
        return f"ligne {line}, caractère {column + 1}"
    if isinstance(error, DefusedXmlException):
        return "il définit des entités, ce qui n’est pas lu par sécurité"
    return "l’encodage qu’il annonce n’est pas lu"


def of_json(error: ValueError) -> str:
    """Say where JSON stops being JSON.

    >>> import json
    >>> try:
    ...     json.loads("{")
    ... except ValueError as error:
    ...     of_json(error)
    'ligne 1, caractère 2'
    """
    line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
    return f"ligne {line}, caractère {column}" if line else "ses lettres ne sont pas en UTF-8"
