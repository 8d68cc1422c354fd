"""What an import did, or would do, in French."""

from dataclasses import dataclass, field

from core import fr
from core.importing import RowError

LISTED_FAULTS = 200


@dataclass(frozen=True)
class FileIdentity:
    """What names a file: its name, its content's sha256 and its size."""

    name: str
    sha256: str
    octets: int


@dataclass
class ImportReport:
    """What an import did, or would do; every sentence of it is French."""

    file: FileIdentity
    edition: str = ""
    rows_read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: int = 0
    error_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    batch_id: int | None = None
    already: str = ""

    @property
    def is_refused(self) -> bool:
        return self.error_count > 0

    def sentences(self) -> list[str]:
        """Say what happened, the most important first."""
        if self.already:
            return [self.already]
        lines = [f"Fichier : {self.file.name} ({fr.size(self.file.octets)}). {self.edition}."]
        if self.is_refused:
            faults = fr.plural(self.error_count, "faute")
            lines.append(f"Import refusé : {faults}. Rien n’a été enregistré.")
            lines += [str(error) for error in self.errors[:LISTED_FAULTS]]
            hidden = self.error_count - min(len(self.errors), LISTED_FAULTS)
            lines += (
                [f"… et {fr.plural(hidden, 'autre faute', 'autres fautes')}."] if hidden else []
            )
            return lines + self.warnings
        lines.append(
            f"{fr.plural(self.rows_read, 'ligne lue', 'lignes lues')} : "
            f"{fr.plural(self.new, 'chiffre nouveau', 'chiffres nouveaux')}, "
            f"{fr.plural(self.changed, 'changé')}, {fr.plural(self.unchanged, 'inchangé')}."
        )
        if self.vanished:
            gone = fr.plural(self.vanished, "chiffre")
            lines.append(f"{gone} de cette édition ne sont plus dans le fichier : conservés.")
        return lines + self.warnings
