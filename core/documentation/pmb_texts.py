"""Columns of PMB's tables as texts and lists of a draft."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.documentation import charsets
from core.documentation.drafts import RawField
from core.documentation.enums import LEVELS, DocumentType, Level
from core.documentation.unimarc import TYPES

Row = Mapping[str, Any]


def attached(rows: Sequence[Row]) -> tuple[RawField, ...]:
    """Return the digital files of a record, as their names and addresses: they are not there."""
    names = ("explnum_nom", "explnum_nomfichier", "explnum_url")
    told = (" ".join(filter(None, (text(row, name) for name in names))) for row in rows)
    return tuple(RawField("pmb:explnum", one) for one in told)


def text(row: Row, name: str) -> str:
    """Return a column as one line; nothing where it is not there."""
    return charsets.cleaned(str(row.get(name) or ""))


def lines(row: Row, name: str) -> str:
    """Return a text of several lines, as PMB writes them: some are ends of lines of HTML."""
    told = str(row.get(name) or "").replace("\r\n", "\n").replace("<br />", "\n")
    return "\n".join(line for part in told.split("\n") if (line := charsets.cleaned(part)))


def words(row: Row) -> tuple[str, ...]:
    """Return the keywords of a notice, one by one."""
    told = str(row.get("index_l") or "")
    parts = told.split(";") if ";" in told else told.split(" / ")
    return tuple(dict.fromkeys(" ".join(p.split()) for p in parts if p.strip()))


def joined(row: Row) -> str:
    """Return pages, illustrations and size as they are read together."""
    parts = (("npages", ""), ("ill", " : "), ("size", " ; "))
    return "".join(f"{sign}{text(row, n)}" for n, sign in parts if text(row, n)).lstrip(" :;")


def kind_of(row: Row) -> tuple[DocumentType, Level]:
    """Return the type and the level of a notice; a text takes the type that its level implies."""
    sign = str(row["niveau_biblio"])
    level = Level(sign) if sign in set(Level) else Level.MONOGRAPH
    own = TYPES.get(str(row["typdoc"]), DocumentType.TEXT)
    implied = {level: kind for kind, level in LEVELS.items()}
    return (implied.get(level, own) if own is DocumentType.TEXT else own), level
