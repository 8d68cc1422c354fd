"""What every file import shares: faults located by file, sheet, line and column, in French."""

from dataclasses import dataclass

from core.errors import DomainError


@dataclass(frozen=True)
class RowError:
    """One fault of a file. ``line`` is the line that an editor shows, 0 for the whole file."""

    message: str
    line: int = 0
    column: str = ""
    value: str = ""
    sheet: str = ""

    def __str__(self) -> str:
        """Say where, what, and what was read.

        >>> print(RowError("nombre attendu", line=3, column="faits", value="douze"))
        Ligne 3, colonne « faits » : nombre attendu (lu : douze).
        >>> print(RowError("le fichier est vide"))
        Le fichier est vide.
        """
        places = [
            f"feuille « {self.sheet} »" if self.sheet else "",
            f"ligne {self.line}" if self.line else "",
            f"colonne « {self.column} »" if self.column else "",
        ]
        where = ", ".join(place for place in places if place)
        read = f" (lu : {self.value})" if self.value else ""
        sentence = f"{where} : {self.message}{read}." if where else f"{self.message}{read}."
        return sentence[0].upper() + sentence[1:]


class FileRefusedError(DomainError):
    """The file as a whole cannot be read. The sentence says why, and what to do."""
