"""What a contact list is compared with, what was decided, and what comes out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.importing import RowError
from core.people import rules
from core.people.contacts import Contact
from core.people.enums import ContactField, LineState

NEW_PERSON = 0


@dataclass(frozen=True)
class Entry:
    """A person of the directory, with the present function and networks."""

    id: int
    last_name: str
    first_name: str
    email: str
    phone: str
    function_id: int | None = None
    structure_id: int | None = None
    title: str = ""
    networks: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        return rules.search_key(self.last_name, self.first_name)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Directory:
    """What a list is compared with. ``spellings`` lead from folded names to structures."""

    entries: tuple[Entry, ...]
    spellings: Mapping[str, frozenset[int]]
    structures: Mapping[int, str]
    networks: Mapping[str, int]
    network_names: Mapping[int, str]


@dataclass(frozen=True)
class Decisions:
    """What the user decided.

    ``people``: who a line is (NEW_PERSON: nobody there); ``structures``: which structure a
    folded spelling is of; ``accepted``: which filled fields give way to the list.
    """

    people: Mapping[int, int] = field(default_factory=dict)
    structures: Mapping[str, int] = field(default_factory=dict)
    accepted: frozenset[tuple[int, ContactField]] = frozenset()


@dataclass(frozen=True)
class Change:
    """A field that the list would fill (``before`` empty) or change, in words."""

    field: ContactField
    before: str
    after: str

    @property
    def is_filling(self) -> bool:
        return not self.before


@dataclass(frozen=True)
class Line:
    """One line of the list: what importing it would do, to whom."""

    contact: Contact
    state: LineState
    entry: Entry | None = None
    changes: tuple[Change, ...] = ()
    candidates: tuple[Entry, ...] = ()
    reason: str = ""
    structure_id: int | None = None
    network_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """The lines that can be imported, the faults of the others, the structures to create."""

    lines: tuple[Line, ...]
    faults: tuple[RowError, ...]
    new_structures: Mapping[str, str]

    def count(self, state: LineState) -> int:
        return sum(line.state is state for line in self.lines)
