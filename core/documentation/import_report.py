"""What an import of records did, record by record, in French sentences."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import pandas as pd

from core import fr
from core.documentation.readings import FileReading, Outcome, Reading

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
    set_aside: int = 0
    suspended: int = 0
    import_id: int | None = None
    already: str = ""
    notes: list[str] = field(default_factory=list)
    encodings: dict[str, int] = field(default_factory=dict)
    unmapped: dict[str, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    fates: list[Line] = field(default_factory=list)

    def tell_fate(self, one: Reading, fate: str) -> None:
        """Say what becomes of one record that was read: new, changed or unchanged."""
        self.fates.append(Line(one.place, one.number, one.title, fate))

    def by_record(self) -> pd.DataFrame:
        """One row a record: place, number, title, fate, and all that is said of it."""
        remarks: dict[int, list[str]] = {}
        for line in self.lines:
            remarks.setdefault(line.place, []).append(line.said)
        known = {fate.place for fate in self.fates}
        rows = [
            (f.place, f.number, f.title, f.said, " ; ".join(remarks.get(f.place, ())))
            for f in self.fates
        ]
        rows += [
            (one.place, one.number, one.title, "mise de côté", one.said)
            for one in self.lines if one.place not in known
        ]  # fmt: skip
        return pd.DataFrame(sorted(rows), columns=["place", "number", "title", "fate", "said"])

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
        return [*self.counted(), *(str(line) for line in self.lines[:SHOWN]), *more]

    def counted(self) -> list[str]:
        """Say the counts, one sentence each; a side count of zero is left out."""
        changed = fr.plural(self.updated, "mise à jour", "mises à jour")
        refused = fr.plural(self.rejected, "refusée")
        apart = fr.plural(self.authorities, "notice d’autorité", "notices d’autorité")
        issues = fr.plural(self.attached, "numéro")
        aside = fr.plural(self.set_aside, "exemplaire")
        waits = fr.plural(self.suspended, "réservation suspendue", "réservations suspendues")
        mis = "Mise" if self.authorities < 2 else "Mises"
        lost = fr.plural(self.links_lost, "lien gardé tel quel", "liens gardés tels quels")
        absent = "une notice absente" if self.links_lost < 2 else "des notices absentes"
        listed = {
            f"{self.file_name} : {self.format}, "
            f"{fr.plural(self.read, 'notice lue', 'notices lues')}.": True,
            f"{fr.plural(self.created, 'créée')}, {changed}, "
            f"{fr.plural(self.unchanged, 'inchangée')}, {refused}.": True,
            f"{mis} à part : {apart}.": self.authorities,
            f"Exemplaires ajoutés à {issues} de périodique.": self.attached,
            f"À mettre de côté : {aside}, voir « Réservations » au guichet.": self.set_aside,
            f"Plus d’exemplaire à prêter : {waits}, voir les incidents du guichet.": self.suspended,
            f"{lost} vers {absent}.": self.links_lost,
            f"Encodages : {_told(self.encodings)}.": self.encodings,
            f"Zones gardées telles quelles : {_told(self.unmapped)}.": self.unmapped,
        }  # fmt: skip
        told = [sentence for sentence, is_said in listed.items() if is_said]
        return told + [f"{note[:1].upper()}{note[1:]}." for note in self.notes]

    def as_json(self) -> str:
        """Write the report as it is kept; what became of each record is in the notices."""
        kept = asdict(self)
        del kept["fates"]
        return json.dumps(kept, ensure_ascii=False)


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({fr.number(n)})" for name, n in sorted(counts.items()))


def started(name: str, reading: FileReading) -> CatalogueReport:
    """Begin a report by what reading the file told."""
    outcomes: Mapping[Outcome, int] = Counter(reading.outcomes())
    report = CatalogueReport(
        name, reading.format, read=len(reading.records), authorities=outcomes[Outcome.AUTHORITY],
        rejected=outcomes[Outcome.REFUSED], notes=list(reading.notes),
        encodings=dict(reading.encodings()),
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
