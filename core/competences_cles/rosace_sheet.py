"""An export as it was given, and its proof sheet."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.competences_cles.rosace_proof import Proof, RowStatus
from core.competences_cles.rosace_reading import Layout, RawTable
from core.competences_cles.rosace_rows import Rows


@dataclass(frozen=True)
class Export:
    """A file as it was uploaded, how it is read, when it was extracted, and whether it is whole."""

    name: str
    content: bytes
    layout: Layout
    extracted_on: date
    is_partial: bool = False

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def seen(self) -> str:
        """Name what decides of the proof: the content, how and when it is read, if it is whole."""
        layout = f"{self.layout.dumped()}|{self.layout.date_format}"
        return f"{self.sha256}|{layout}|{self.extracted_on}|{self.is_partial}"


@dataclass(frozen=True)
class Sheet:
    """The proof-reading of an export: what was read, and what each line would change.

    ``seen`` names what was read and how, ``revision`` the market it was compared with: while both
    hold, the sheet needs not be worked out again.
    """

    raw: RawTable
    rows: Rows
    proof: Proof
    seen: str = ""
    revision: int = 0

    def count(self, status: RowStatus) -> int:
        unread = len({fault.line for fault in self.rows.faults})
        return self.proof.count(status) + (unread if status is RowStatus.REJECTED else 0)
