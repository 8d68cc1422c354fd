"""What reading a file of records gives, whichever its format: one reading a record."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.documentation.drafts import ItemDraft, NoticeDraft
from core.training.enums import Labelled


class Outcome(Labelled):
    """What became of one record of a file."""

    READ = "lue", "lue"
    ATTACHED = "rattachee", "exemplaires rattachés à un numéro"
    AUTHORITY = "autorite", "notice d’autorité, mise à part"
    REFUSED = "refusee", "refusée"


@dataclass(frozen=True)
class Reading:
    """One record: its place in the file from 1, its number, the draft it gives, or why none.

    ``items`` are copies for the record ``attach_to`` (PMB writes those of an issue apart).
    """

    place: int
    outcome: Outcome
    number: str = ""
    title: str = ""
    draft: NoticeDraft | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    encoding: str = ""
    attach_to: str = ""
    items: tuple[ItemDraft, ...] = ()


@dataclass(frozen=True)
class FileReading:
    """A whole file: its format in words, and its records in order."""

    format: str
    records: tuple[Reading, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def drafts(self) -> list[NoticeDraft]:
        return [one.draft for one in self.records if one.draft is not None]

    def unmapped(self) -> Counter[str]:
        """Count the fields kept raw, by tag."""
        return Counter(raw.tag for draft in self.drafts() for raw in draft.raw)

    def encodings(self) -> Counter[str]:
        return Counter(one.encoding for one in self.records if one.encoding)

    def outcomes(self) -> Counter[Outcome]:
        return Counter(one.outcome for one in self.records)


def lines(values: Iterable[str]) -> str:
    """Join texts that are each a line, dropping empty ones and those said twice."""
    return "\n".join(dict.fromkeys(value for value in values if value))
