"""The writing of BibTeX: entries and their values, braces, macros, and signs of LaTeX."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

ENTRY = re.compile(r"@\s*(?P<kind>[A-Za-z]+)\s*\{\s*(?P<key>[^,\s{}]*)\s*,")
MACRO = re.compile(r"@\s*string\s*[{(]\s*(?P<name>[\w\-]+)\s*=\s*", re.IGNORECASE)
FIELD = re.compile(r"\s*,?\s*(?P<name>[A-Za-z][\w\-]*)\s*=\s*")
JOIN = re.compile(r"\s*#\s*")
VERBATIM = {"url", "doi", "eprint", "file"}  # addresses: no sign in them is LaTeX
ACCENTS = dict(zip("`'^\"~=.c", "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0327", strict=True))
LATEX_ACCENT = re.compile(r"\\([`'^\"~=.])\s*\{?\\?([A-Za-z])\}?|\\(c)\s*\{([A-Za-z])\}")
LATEX_SIGNS = {r"\textbackslash": "\ue000", r"\textasciitilde": "\ue001", r"\oe": "œ",
               r"\OE": "Œ", r"\ae": "æ", r"\AE": "Æ", r"\&": "&", r"\%": "%", r"\_": "_",
               r"\$": "$", r"\#": "#", "--": "–", "~": " "}  # fmt: skip
KEPT_SIGNS = str.maketrans({"\ue000": "\\", "\ue001": "~", "{": None, "}": None})


def entries(text: str, lists: Collection[str]) -> Iterable[tuple[str, str, dict[str, str]]]:
    """Give the kind, the key and the fields of each entry; those of ``lists`` keep their braces."""
    macros = {one["name"].lower(): _part(text, one.end(), {})[0] for one in MACRO.finditer(text)}
    at = 0
    while (match := ENTRY.search(text, at)) is not None:
        values, at = _fields(text, match.end(), macros, lists)
        if match["kind"].lower() not in {"comment", "string", "preamble"}:
            yield match["kind"].lower(), match["key"], values


def _fields(
    text: str, at: int, macros: Mapping[str, str], lists: Collection[str]
) -> tuple[dict[str, str], int]:
    values: dict[str, str] = {}
    while (match := FIELD.match(text, at)) is not None:
        value, at = _value(text, match.end(), macros)
        name = match["name"].lower()
        if name in VERBATIM:
            value = re.sub(r"\\([&%$#_~])", r"\1", value).strip("{} \n")
        values.setdefault(name, value if name in lists else plain(value, name))
    return values, at


def _value(text: str, at: int, macros: Mapping[str, str]) -> tuple[str, int]:
    """Return a value, its parts joined where « # » joins them, and where it ends."""
    value, at = _part(text, at, macros)
    while (more := JOIN.match(text, at)) is not None:
        part, at = _part(text, more.end(), macros)
        value += part
    return value, at


def _part(text: str, at: int, macros: Mapping[str, str]) -> tuple[str, int]:
    """Return one part of a value and its end: matched braces, quotes, or a bare word."""
    opening = text[at : at + 1]
    if opening not in {"{", '"'}:
        bare = re.compile(r"[^,}\n#]*").match(text, at)
        word = bare[0].strip() if bare else ""
        return macros.get(word.lower(), word), bare.end() if bare else at
    depth, start = 0, at + 1
    for place in range(start, len(text)):
        sign = text[place]
        if sign == ("}" if opening == "{" else '"') and depth == 0:
            return text[start:place], place + 1
        depth += (sign == "{") - (sign == "}")
    return text[start:], len(text)


def plain(value: str, name: str = "") -> str:
    r"""Return a value without LaTeX: accents put on their letters, braces taken away.

    >>> plain(r"L'{\'e}cole de {T}oulouse \& d'ailleurs")
    "L'école de Toulouse & d'ailleurs"
    """

    def letter(match: re.Match[str]) -> str:
        accent, own = (match[1] or match[3]), (match[2] or match[4])
        return unicodedata.normalize("NFC", own + ACCENTS[accent])

    if name in VERBATIM:
        return value
    text = LATEX_ACCENT.sub(letter, value)
    for sign, written in LATEX_SIGNS.items():
        text = text.replace(sign, written)
    return " ".join(text.translate(KEPT_SIGNS).split())


def cut(text: str, sign: str) -> list[str]:
    """Cut a list at a sign that is inside no brace."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(rf"[{{}}]|{sign}", text):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth == 0 and match[0] not in "{}":
            parts.append(text[start : match.start()])
            start = match.end()
    return [one.strip() for one in (*parts, text[start:]) if one.strip()]


def braced(text: str, signs: str) -> str:
    """Write a part of a list, in braces where it holds what would cut it."""
    own = escaped(text)
    return f"{{{own}}}" if any(sign in text for sign in signs) else own


def escaped(text: str, name: str = "") -> str:
    """Write a text so that LaTeX shows it; an address is left as it is, but for braces."""
    flat = " ".join(text.split())
    if name in VERBATIM:
        return flat.replace("{", "%7B").replace("}", "%7D")
    flat = flat.replace("{", "(").replace("}", ")").replace("\\", "\ue000")
    flat = (
        re.sub(r"([&%$#_])", r"\\\1", flat).replace("--", "-{}-").replace("~", "{\\textasciitilde}")
    )
    return flat.replace("\ue000", "{\\textbackslash}")
