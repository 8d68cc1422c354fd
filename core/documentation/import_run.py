"""An import of records under way: what it says, and what taking it back will need."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from core.documentation.copies import CopiesWritten
from core.documentation.drafts import LinkDraft
from core.documentation.import_report import CatalogueReport, Line
from core.documentation.readings import Reading


@dataclass(frozen=True)
class SourceFile:
    """A file of records and who it comes from (« COSOTer », « BnF » …)."""

    name: str
    sha256: str
    source: str


@dataclass
class Run:
    """An import under way, with all that taking it back would need.

    ``changed`` is what each notice was and its version; ``sources`` what a source had last said.
    """

    session: Session
    file: SourceFile
    now: datetime
    import_id: int
    report: CatalogueReport
    created: list[int] = field(default_factory=list)
    changed: dict[int, tuple[str, int]] = field(default_factory=dict)
    sources: list[tuple[int, str, str, int | None]] = field(default_factory=list)
    copies: CopiesWritten = field(default_factory=CopiesWritten)
    links: dict[int, tuple[LinkDraft, ...]] = field(default_factory=dict)
    found: list[tuple[int, LinkDraft]] = field(default_factory=list)
    owners: set[int] = field(default_factory=set)  # held before, whose copies may have changed

    @property
    def did_nothing(self) -> bool:
        done = self.copies
        return not (self.created or self.changed or self.sources or self.found or done.added
                    or done.changed or done.parted)  # fmt: skip

    def say(self, one: Reading, text: str) -> None:
        self.report.lines.append(Line(one.place, one.number, one.title, text))
