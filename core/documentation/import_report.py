"""What an import of records did, record by record, in French sentences."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from core import fr
from core.documentation.readings import FileReading, Outcome

SHOWN = 40


@dataclass(frozen=True)
class Line:
    """One record worth a word: its place in the file, its number and title, and what is said."""

    place: int
    number: str
    title: str
    said: str

    def __str__(self) -> str:
        name = self.title or self.number or "sans titre"
        return f"Notice {self.place} (« {name} ») : {self.said}."


@dataclass
class CatalogueReport:
    """Counts of an import, and a line for each record that is not simply entered."""

    file_name: str
    format: str = ""
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    attached: int = 0
    authorities: int = 0
    rejected: int = 0
    links_lost: int = 0
    import_id: int | None = None
    already: str = ""
    encodings: dict[str, int] = field(default_factory=dict)
    unmapped: dict[str, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Say whether nothing at all could be entered."""
        return not (self.already or self.created or self.updated or self.unchanged or self.attached)

    def sentences(self) -> list[str]:
        """Say all of it, counts first; only the first lines are given, the rest is counted."""
        if self.already:
            return [self.already]
        rest = len(self.lines) - SHOWN
        more = [f"Et {fr.plural(rest, 'autre remarque', 'autres remarques')}."] if rest > 0 else []
        return [*self._counted(), *(str(line) for line in self.lines[:SHOWN]), *more]

    def _counted(self) -> list[str]:
        changed = fr.plural(self.updated, "mise à jour", "mises à jour")
        refused = fr.plural(self.rejected, "refusée")
        apart = fr.plural(self.authorities, "notice d’autorité", "notices d’autorité")
        issues = fr.plural(self.attached, "numéro")
        lost = fr.plural(self.links_lost, "lien")
        listed = {
            f"{self.file_name} : {self.format}, "
            f"{fr.plural(self.read, 'notice lue', 'notices lues')}.": True,
            f"{fr.plural(self.created, 'créée')}, {changed}, "
            f"{fr.plural(self.unchanged, 'inchangée')}, {refused}.": True,
            f"Mises à part : {apart}.": self.authorities,
            f"Exemplaires ajoutés à {issues} de périodique.": self.attached,
            f"Gardés tels quels : {lost} vers des notices absentes.": self.links_lost,
            f"Encodages : {_told(self.encodings)}.": self.encodings,
            f"Zones gardées telles quelles : {_told(self.unmapped)}.": self.unmapped,
        }  # fmt: skip
        return [sentence for sentence, is_said in listed.items() if is_said]

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({fr.number(n)})" for name, n in sorted(counts.items()))


def started(name: str, reading: FileReading) -> CatalogueReport:
    """Begin a report by what reading the file told."""
    outcomes: Mapping[Outcome, int] = Counter(reading.outcomes())
    report = CatalogueReport(
        name, reading.format, read=len(reading.records), authorities=outcomes[Outcome.AUTHORITY],
        rejected=outcomes[Outcome.REFUSED], encodings=dict(reading.encodings()),
        unmapped=dict(reading.unmapped()),
    )  # fmt: skip
    for one in reading.records:
        said = [one.reason] if one.reason else []
        said += list(one.notes)
        if one.outcome is Outcome.AUTHORITY:
            said.append(one.outcome.label)
        if said:
            report.lines.append(Line(one.place, one.number, one.title, " ; ".join(said)))
    return report
